"""The registry's pages: the administrator records, the coordinator reads, others are shut out."""

import pytest

from kaikukortti.followup import permissions
from kaikukortti.rules.access import Role
from kaikukortti.rules.measure import MEASURES
from tests import followups, onpage
from tests.factories import TODAY

GIVEN = {"reference": "Warwick 114/2026", "owner": "University of Warwick", "text_version": "fi 2013"}


@pytest.fixture
def admin(network, enter):
    return enter(network.people[Role.ADMINISTRATOR])


def form_state(app, network, code):
    with app.app_context():
        return permissions.entries_of(network.area.id, today=TODAY)[code].form.value


def test_the_registry_names_each_measure_with_owner_level_and_form(admin):
    admin.get("/followup/measures/")
    table = onpage.table(admin, "Measures")
    assert len(table) == len(MEASURES)
    assert table["Positive mental health (SWEMWBS)"] == [
        "University of Warwick",
        "Groups only, never a person",
        "no permission, totals only",
        "– no figure",
    ]
    assert table["3X10D"][0] == "not established"


def test_each_measure_has_its_page(admin):
    for code in MEASURES:
        assert admin.get(f"/followup/measures/{code}").status_code == 200
    assert admin.get("/followup/measures/phq9").status_code == 404


def test_a_permission_is_recorded_and_the_form_goes_on(app, network, admin):
    admin.submit("/followup/measures/swemwbs", {**GIVEN, "valid_until": "2027-12-31", "is_form_on": "y"})
    assert "Saved." in admin.text
    assert onpage.fields(admin)["reference"] == "Warwick 114/2026"
    assert form_state(app, network, "swemwbs") == "on"
    admin.get("/followup/measures/")
    assert onpage.table(admin, "Measures")["Positive mental health (SWEMWBS)"][2:] == ["in use", "31 Dec 2027"]


def test_an_expired_permission_cannot_switch_on_and_keeps_what_was_typed(app, network, admin):
    answer = admin.submit("/followup/measures/who5", {**GIVEN, "valid_until": "2026-11-19", "is_form_on": "y"})
    assert answer.status_code == 422
    assert "The permission has expired" in admin.text
    assert onpage.fields(admin)["reference"] == "Warwick 114/2026"
    assert form_state(app, network, "who5") == "unpermitted"


@pytest.mark.parametrize("text", ["131052-308T", ""])
def test_bad_texts_stand_beside_their_field(app, network, admin, text):
    answer = admin.submit("/followup/measures/who5", {**GIVEN, "owner": text, "valid_until": "2027-12-31"})
    assert answer.status_code == 422 and "Given by:" in admin.text
    assert form_state(app, network, "who5") == "unpermitted"


def test_a_card_s_number_is_no_reference(app, network, admin):
    given = {**GIVEN, "reference": network.card.number, "valid_until": "2027-12-31"}
    answer = admin.submit("/followup/measures/who5", given)
    assert answer.status_code == 422 and "number of a card" in admin.text
    assert form_state(app, network, "who5") == "unpermitted"


def test_a_measure_from_elsewhere_offers_no_form(admin):
    admin.get("/followup/measures/ors")
    assert "is_form_on" not in onpage.fields(admin)
    assert "no form here" in admin.text


def test_own_texts_need_no_permission(admin):
    admin.get("/followup/measures/mood")
    assert "needs no permission" in admin.text and "reference" not in onpage.fields(admin)


def test_scales_of_printouts_are_set(app, network, admin):
    scales = {"low_mind": "0", "high_mind": "27,5"}
    admin.submit("/followup/measures/kykyviisari", scales, form="/followup/measures/kykyviisari/scales")
    with app.app_context():
        assert permissions.entries_of(network.area.id, today=TODAY)["kykyviisari"].scales["mind"] == (0, 27.5)
    wrong = {"low_mind": "30", "high_mind": "27,5"}
    answer = admin.submit("/followup/measures/kykyviisari", wrong, form="/followup/measures/kykyviisari/scales")
    assert answer.status_code == 422 and "above the lowest" in admin.text
    answer = admin.submit(
        "/followup/measures/kykyviisari", {"low_mind": "x"}, form="/followup/measures/kykyviisari/scales"
    )
    assert answer.status_code == 422 and "Write a number" in admin.text


def test_the_coordinator_reads_and_cannot_record(app, network, admin, enter):
    admin.submit("/followup/measures/who5", {**GIVEN, "valid_until": "2027-12-31", "is_form_on": "y"})
    web = enter(network.people[Role.COORDINATOR])
    web.get("/followup/measures/who5")
    assert "Warwick 114/2026" in web.text and "reference" not in onpage.fields(web)
    sent = {**GIVEN, "reference": "other", "valid_until": "2027-12-31", "csrf_token": onpage.token(web)}
    assert web.post("/followup/measures/who5", data=sent).status_code == 403
    scales = {"csrf_token": sent["csrf_token"], "low_mind": "0", "high_mind": "20"}
    assert web.post("/followup/measures/kykyviisari/scales", data=scales).status_code == 403
    web.get("/followup/measures/who5")
    assert "Warwick 114/2026" in web.text


def test_switched_off_there_is_no_such_page(app, network, admin):
    with app.app_context():
        followups.switch_off(network.area)
    assert admin.get("/followup/measures/").status_code == 404
