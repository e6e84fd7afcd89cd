"""The pages of a paper list: printed empty, entered by the venue or its coordinator, nothing typed ever lost."""

import re

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.ledger import Scan
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules import number
from kaikukortti.rules.access import Role
from kaikukortti.rules.programme import Planned
from tests import factories, onpage
from tests.factories import DAY, TONIGHT
from tests.webclient import Web

YESTERDAY = "2026-11-19"
LINES = f"/venue/paper/lines?day={YESTERDAY}"


@pytest.fixture
def staff(network, enter) -> Web:
    return enter(network.people[Role.VENUE_STAFF])


@pytest.fixture
def coordinator(network, enter) -> Web:
    return enter(network.people[Role.COORDINATOR])


def typed(*lines: dict[str, str]) -> dict[str, str]:
    """Return the fields of lines by their names, from the first line on."""
    return {f"lines-{place}-{name}": value for place, line in enumerate(lines) for name, value in line.items()}


def scans(app) -> list[Scan]:
    with app.app_context():
        return list(db.session.scalars(sa.select(Scan).order_by(Scan.on_day)))


def kept(web: Web, values: dict[str, str]) -> bool:
    held = onpage.fields(web)
    return {name: held.get(name) for name in values} == values


def status(web: Web) -> int:
    assert web.response is not None
    return web.response.status_code


def test_a_list_is_entered_in_three_steps(app, staff, network):
    with app.app_context():
        evening = factories.make_occurrence(venue=network.venue, starts_at=TONIGHT - DAY)
    staff.get(f"/venue/paper?day={YESTERDAY}")
    assert "19.00 Tähtien tarina" in staff.text and "House visits" in staff.text
    lines = typed(
        {"number": network.card.number.lower(), "adult": "1", "child": "2"}, {"number": "VANTAA-17", "adult": "1"}
    )
    staff.submit(f"{LINES}&event={evening.id}", {**lines, "step": "check"})
    assert "Nothing has been recorded yet." in staff.text and "Is recorded" in staff.text
    assert "1 adult, 2 children" in staff.text and "cannot be checked here" in staff.text
    assert scans(app) == [] and kept(staff, lines)
    answer = staff.go_on({"step": "enter"})
    assert answer.status_code == 200 and answer.request.path.startswith("/venue/paper/entered/")
    assert "The list is recorded" in staff.text and "Destroy the paper now" in staff.text
    told = onpage.table(staff, "Recorded lines")
    assert told["Line 1"] == ["1 adult, 2 children", "Recorded."]
    assert network.card.number not in answer.get_data(as_text=True)
    assert [(scan.occurrence_id, scan.device_id) for scan in scans(app)] == [(evening.id, None)] * 2
    staff.get(f"/venue/?day={YESTERDAY}")
    assert onpage.figures(staff)["Uses on this day"] == 4


def test_going_back_and_sending_again_enters_once(app, staff, network):
    lines = typed({"number": network.card.number, "adult": "1"})
    staff.submit(LINES, {**lines, "step": "check"})
    form = {**onpage.fields(staff), "step": "enter"}
    for _ in range(2):
        assert staff.post(LINES, data=form).status_code == 303
    assert len(scans(app)) == 1


def test_ten_more_lines_and_corrections_keep_what_was_typed(staff, network):
    lines = typed({"number": "abc", "adult": "many"}, {}, {"child": "3"})
    staff.submit(LINES, {**lines, "step": "more"})
    assert kept(staff, lines) and "lines-19-number" in onpage.fields(staff) and status(staff) == 200
    for _ in range(4):
        staff.go_on({"step": "more"})
    fields = onpage.fields(staff)
    assert "lines-59-number" in fields and "lines-60-number" not in fields and kept(staff, lines)
    assert "Ten more lines" not in staff.text
    good = typed({"number": network.card.number, "adult": "1"}, {}, {"child": ""})
    staff.go_on({**good, "step": "check"})
    staff.go_on({"step": "edit"})
    assert kept(staff, good) and "lines-59-number" in onpage.fields(staff)


@pytest.mark.parametrize("step", ["check", "enter"])
@pytest.mark.parametrize(
    ("slip", "said"),
    [
        ({"number": "010190-123M", "adult": "1"}, "personal identity code"),
        ({"number": "VANTAA-17", "adult": "010190-123M"}, "personal identity code"),
        ({"number": "VANTAA-17", "adult": "one"}, "Write a whole number"),
        ({"number": "VANTAA-17", "child": "-1"}, "From 0 to 99"),
        ({"number": "VANTAA-17", "assistant": "100"}, "From 0 to 99"),
        ({"number": "VANTAA-17", "interpreter": "1.5"}, "Write a whole number"),
        ({"number": "VANTAA-17", "worker": "9" * 400}, "From 0 to 99"),
        ({"number": "VANTAA-17", "under16": "<b>"}, "Write a whole number"),
        ({"number": "V" * 65, "adult": "1"}, "64"),
        ({"number": "", "adult": "1"}, "The number of the card is missing"),
        ({"number": "VANTAA-17"}, "Write at least one ticket"),
    ],
)
def test_bad_input_at_any_field_keeps_everything(app, staff, network, slip, said, step):
    lines = typed(
        {"number": network.card.number, "adult": "1", "child": "1"}, slip, {"number": "HÄMÄLÄ?", "adult": "7"}
    )
    staff.submit(LINES, {**lines, "step": "more"})
    staff.go_on({"step": step})
    assert status(staff) == 422 and said in staff.text
    assert kept(staff, lines) and scans(app) == []


def test_number_that_does_not_read_is_told_and_stays_on_the_form(app, staff, network):
    wrong = network.card.number[:-1] + ("0" if network.card.number[-1] != "0" else "1")
    lines = typed(
        {"number": wrong, "adult": "1"}, {"number": "VANTAA-17", "adult": "2"}, {"number": "UU", "adult": "1"}
    )
    staff.submit(LINES, {**lines, "step": "check"})
    assert status(staff) == 200 and staff.text.count("Cannot be recorded") == 2
    staff.go_on({"step": "enter"})
    assert status(staff) == 422 and kept(staff, lines) and "1 line is done" in staff.text
    assert "One symbol is wrong" in staff.text and len(scans(app)) == 1
    corrected = typed({"number": network.card.number}, {}, {"number": "", "adult": ""})
    staff.go_on({**corrected, "step": "check"})
    assert "Recorded already with this form" in staff.text
    staff.go_on({"step": "enter"})
    assert status(staff) == 200 and len(scans(app)) == 2
    assert list(onpage.table(staff, "Recorded lines")) == ["Line 1", "Line 2"]


def test_changed_line_is_told(app, staff, network):
    staff.submit(LINES, {**typed({"number": network.card.number, "adult": "1"}), "step": "check"})
    form = {**onpage.fields(staff), "step": "enter"}
    staff.post(LINES, data=form)
    staff.post(LINES, data={**form, "lines-0-child": "2"})
    assert status(staff) == 422 and "recorded earlier with other details" in staff.text
    assert onpage.fields(staff)["lines-0-child"] == "2" and [scan.child for scan in scans(app)] == [0]


@pytest.mark.parametrize(("choice", "number_of_scans"), [("leave", 1), ("enter", 2)])
def test_look_alike_is_left_out_unless_the_person_says_otherwise(app, staff, network, choice, number_of_scans):
    lines = typed({"number": network.card.number, "adult": "1"})
    staff.submit(LINES, {**lines, "step": "check"})
    staff.go_on({"step": "enter"})
    staff.submit(LINES, {**lines, "step": "check"})
    assert "Entered from paper: 1 adult" in staff.text
    ticked = [one.get("value") for one in onpage.tree(staff).iter("input") if "checked" in one.attrib]
    assert ticked == ["leave"]
    staff.go_on({"lines-0-choice": choice, "step": "enter"})
    assert len(scans(app)) == number_of_scans
    assert ("1 line was left out." in staff.text) is (choice == "leave")


@pytest.mark.parametrize(
    "values", [{"choice": "all", "seen": "x"}, {"choice": "enter", "seen": "9" * 50}, {"seen": "-1"}]
)
def test_odd_choices_are_no_choice(app, staff, network, values):
    lines = typed({"number": network.card.number, "adult": "1", **values})
    staff.submit(LINES, {"step": "more"})
    form = onpage.fields(staff)
    for place in (1, 2):
        form_id = form["form_id"][:-1] + str(place)
        staff.post(LINES, data={**form, **lines, "form_id": form_id, "step": "enter"})
    assert len(scans(app)) == 2


def test_nothing_written_and_too_much(staff):
    staff.submit(LINES, {"step": "check"})
    assert status(staff) == 422 and "Write at least one line." in staff.text
    form = onpage.fields(staff)
    more = {f"lines-{place}-number": f"VANTAA-{place}" for place in range(61)}
    staff.post(LINES, data={**form, **more, **{name.replace("number", "adult"): "1" for name in more}})
    assert status(staff) == 422 and "at most 60 lines" in staff.text
    assert staff.post(LINES, data={**form, "form_id": "mine"}).status_code == 400


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-21", "still to come"),
        ("2026-10-20", "at most 30 days"),
        ("2026-02-30", "Choose a day"),
        ("yesterday", "Choose a day"),
        ("010190-123M", "personal identity code"),
    ],
)
def test_days_that_cannot_be_entered(staff, day, said):
    staff.get("/venue/paper", query_string={"day": day})
    assert status(staff) == 422 and said in staff.text and onpage.fields(staff)["day"] == day


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", 404),
        ("?day=x", 404),
        (f"?day={YESTERDAY}&event=x", 404),
        (f"?day={YESTERDAY}&event=99999999999", 404),
        (f"?day={YESTERDAY}&event=0", 404),
        ("?day=2026-11-21", 422),
        ("?day=2026-10-20", 422),
    ],
)
def test_addresses_that_no_page_leads_to(staff, query, code):
    assert staff.get(f"/venue/paper/lines{query}").status_code == code


def test_event_of_another_venue_or_day(staff, network):
    assert staff.get(f"/venue/paper/lines?day=2026-11-20&event={network.other_occurrence.id}").status_code == 404
    assert staff.get(f"{LINES}&event={network.tonight.id}").status_code == 422
    assert "another day" in staff.text


def test_coordinator_chooses_the_venue_first(app, coordinator, network):
    coordinator.get("/area/paper")
    assert "City theatre" in coordinator.text and "Uimahalli" in coordinator.text
    coordinator.get(f"/area/paper/{network.venue.id}?day=2026-03-02")
    assert "House visits" in coordinator.text and status(coordinator) == 200
    address = f"/area/paper/{network.venue.id}/lines?day=2026-03-02"
    coordinator.submit(address, {**typed({"number": "VANTAA-17", "adult": "1"}), "step": "check"})
    answer = coordinator.go_on({"step": "enter"})
    assert answer.request.path.startswith(f"/area/paper/{network.venue.id}/entered/")
    assert [(scan.venue_id, scan.on_day.isoformat()) for scan in scans(app)] == [(network.venue.id, "2026-03-02")]
    with app.app_context():
        [entry] = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "paper.entered"))
    assert entry.organisation == f"area:{network.area.id}"


def test_who_may_enter_where(staff, coordinator, network, enter):
    for address in (
        "/area/paper",
        f"/area/paper/{network.venue.id}",
        f"/area/paper/{network.venue.id}/lines?day={YESTERDAY}",
    ):
        assert staff.get(address).status_code == 403
    for address in ("/venue/paper", "/venue/paper/print", LINES):
        assert coordinator.get(address).status_code == 403
    for page in ("", f"/lines?day={YESTERDAY}"):
        assert coordinator.get(f"/area/paper/{network.far_venue.id}{page}").status_code == 404
    worker = enter(network.people[Role.WORKER])
    for address in ("/venue/paper", "/area/paper", "/venue/paper/print"):
        assert worker.get(address).status_code == 403


def test_token_is_needed(staff):
    staff.get(LINES)
    form = onpage.fields(staff)
    assert staff.post(LINES, data={**form, "csrf_token": "x", "step": "enter"}).status_code == 400


def test_entered_page_is_the_own_one_s(staff, network, enter):
    staff.submit(LINES, {**typed({"number": network.card.number, "adult": "1"}), "step": "check"})
    answer = staff.go_on({"step": "enter"})
    other = enter(network.people[Role.VENUE_MANAGER])
    assert other.get(answer.request.path).status_code == 404
    assert staff.get(answer.request.path).status_code == 200


def test_event_that_was_called_off_says_so(app, staff, network):
    with app.app_context():
        off = factories.make_occurrence(venue=network.venue, starts_at=TONIGHT - DAY, state=Planned.CANCELLED)
    staff.get(f"/venue/paper?day={YESTERDAY}")
    assert "Called off. Visits are recorded as house visits." in staff.text
    staff.submit(f"{LINES}&event={off.id}", {**typed({"number": network.card.number, "adult": "1"}), "step": "check"})
    assert "because the event was called off" in staff.text


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_empty_list_for_an_evening_in_three_languages(staff, network, language):
    staff.language(language)
    source = staff.get(f"/venue/paper/print?event={network.tonight.id}").get_data(as_text=True)
    head = {"fi": "20.11.2026", "sv": "20.11.2026", "en": "20 Nov 2026"}[language]
    assert "Lumikuningatar" in staff.text and head in staff.text
    rows = re.findall(r'<th scope="row">(\d+)</th>', source)
    assert rows == [str(no) for no in range(1, 21)]
    assert network.card.number not in source and number.grouped(network.card.number) not in source


def test_empty_list_for_the_house_and_for_any_evening(staff):
    staff.get("/venue/paper/print?event=house&day=2026-12-24")
    assert "24 Dec 2026" in staff.text
    for query in ("", "?event=", "?event=999999", "?event=%00&day="):
        staff.get(f"/venue/paper/print{query}")
        assert status(staff) == 200 and "Lumikuningatar" not in staff.text.partition("Visits with a card")[2]
    staff.get("/venue/paper/print?event=house&day=soon")
    assert status(staff) == 422 and onpage.fields(staff)["day"] == "soon"
