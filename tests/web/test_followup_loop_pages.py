"""Social reports, the questions to staff, the mood of a venue: as people meet them; nothing of it where it is off."""

from datetime import date

import pytest
import sqlalchemy as sa

from kaikukortti.followup import staffanswers, store
from kaikukortti.followup.models.answers import StaffAnswer
from kaikukortti.followup.models.learning import FrozenPeriod, Grain, IndicatorSnapshot
from kaikukortti.rules.access import Role
from tests import followups, onpage
from tests.factories import NOW

SUMMER = date(2026, 7, 1)
ADDRESSES = {
    Role.WORKER: ["/followup/reports/", "/followup/reports/new", "/followup/experience/"],
    Role.COORDINATOR: ["/followup/reports/", "/followup/experience/"],
    Role.VENUE_STAFF: ["/followup/experience/", "/venue/mood/"],
    Role.VENUE_MANAGER: ["/followup/experience/", "/venue/mood/"],
}


def put_figures(app, network, *figures):
    """Freeze figures of the area's summer quarter: (code, dims, share of 100)."""
    where = {"area_id": network.area.id, "grain": Grain.QUARTER, "first_on": SUMMER}
    with app.app_context(), store.writing() as session:
        session.add(FrozenPeriod(**where, frozen_at=NOW, revision=0, definitions=1))
        for code, dims, share in figures:
            values = {"number": None if share is None else share * 100, "n": None if share is None else 100}
            hidden = {"is_suppressed": share is None, "facts": {}, "low": None, "high": None}
            session.add(IndicatorSnapshot(**where, unit_id=0, code=code, dims=dims, share=share, **values, **hidden))


def test_a_report_goes_round(app, network, enter):
    put_figures(app, network, ("I-05", "", 0.6))
    worker, coordinator = enter(network.people[Role.WORKER]), enter(network.people[Role.COORDINATOR])
    seen = {"observation": "The last bus leaves too early.", "phenomenon": "transport", "recipient": "Bus company"}
    worker.submit("/followup/reports/new", {**seen, "figures": ["I-05"]})
    assert "The report has gone to the coordinator" in worker.text
    assert "60 % (60 of 100)" in worker.text and "quarter 3 of 2026" in worker.text
    assert "Tell the units what came of it" not in worker.text
    coordinator.get("/followup/reports/")
    assert "1 report waits for a decision." in coordinator.text and "Adult social work" in coordinator.text
    address = worker.response.request.path
    answer = coordinator.submit(address, {"status": "unchanged", "words": ""})
    assert answer.status_code == 422 and "Say what was done, or why nothing was" in coordinator.text
    coordinator.submit(address, {"status": "changed", "words": "The bus waits on Fridays."})
    other = enter(network.strangers[Role.WORKER])
    other.get("/followup/reports/")
    assert "What came of it: The bus waits on Fridays." in other.text
    assert "Every report has its decision." in other.text


def test_a_worker_s_answer_to_a_report_is_refused(network, enter):
    worker = enter(network.people[Role.WORKER])
    worker.submit("/followup/reports/new", {"observation": "Seen.", "phenomenon": "other", "recipient": "Town"})
    address = worker.response.request.path
    worker.get("/followup/reports/new")
    fields = {"status": "changed", "words": "Done.", "csrf_token": onpage.token(worker)}
    assert worker.post(address, data=fields).status_code == 404
    assert "Received" in worker.get(address).get_data(as_text=True)


def test_what_was_typed_is_kept(network, enter):
    worker = enter(network.people[Role.WORKER])
    wrong = {"observation": "131052-308T cannot come", "phenomenon": "other", "recipient": "Town"}
    answer = worker.submit("/followup/reports/new", wrong)
    assert answer.status_code == 422 and "looks like a personal identity code" in worker.text
    grouped = f"{network.card.number[:2]} {network.card.number[2:]}"
    answer = worker.submit("/followup/reports/new", {**wrong, "observation": f"Card {grouped} was refused"})
    assert answer.status_code == 422 and "was refused" in worker.text
    assert "Town" in answer.get_data(as_text=True)


def test_staff_answer_once_and_see_what_was_answered_before(app, network, enter):
    with app.app_context(), store.writing() as session:
        for level in (1, 4, 4, 5, 5):
            given = {"first": level, "second": level, "third": 3, "wish": "More light" if level == 1 else ""}
            session.add(StaffAnswer(area_id=network.area.id, is_of_venue=True, quarter=SUMMER, **given))
    venue = enter(network.people[Role.VENUE_STAFF])
    venue.get("/followup/experience/")
    assert "Reading the card goes smoothly at our place." in venue.text
    assert "4 of 5" in venue.text and "More light" in venue.text and "too few answers to show" in venue.text
    answer = venue.submit("/followup/experience/", {"first": "5", "second": "4", "third": None})
    assert answer.status_code == 422 and "Choose one." in venue.text
    venue.submit("/followup/experience/", {"first": "5", "second": "4", "third": "3", "wish": "Tea"})
    assert "You have answered this quarter" in venue.text and "Tea" not in venue.text
    with app.app_context():
        assert staffanswers.read(network.area.id, now=NOW)[0].quarter == SUMMER
    coordinator = enter(network.people[Role.COORDINATOR])
    coordinator.get("/followup/experience/")
    assert "This quarter" not in coordinator.text and "More light" in coordinator.text


def test_a_venue_reads_its_own_mood_alone(app, network, enter):
    mine, theirs = f"venue:{network.venue.id}", f"venue:{network.other_venue.id}"
    put_figures(app, network, ("I-14", mine, 0.8), ("I-14", theirs, None))
    web, other = enter(network.people[Role.VENUE_MANAGER]), enter(network.strangers[Role.VENUE_MANAGER])
    web.get("/followup/experience/")
    assert 'href="/venue/mood/"' in web.response.get_data(as_text=True)
    web.get("/venue/mood/")
    assert "80 % felt good or very good" in web.text and "100" in web.text
    other.get("/venue/mood/")
    assert "too few answers to show" in other.text and "80 %" not in other.text
    with app.app_context(), store.writing() as session:  # few enough for no share, too many to be hidden
        session.execute(sa.update(IndicatorSnapshot).values(share=None))
    web.get("/venue/mood/")
    assert "too few answers to show" in web.text


@pytest.mark.parametrize("role", list(ADDRESSES))
def test_nothing_is_there_where_follow_up_is_off(app, network, enter, role):
    web = enter(network.people[role])
    assert [web.get(page).status_code for page in ADDRESSES[role]] == [200] * len(ADDRESSES[role])
    with app.app_context():
        followups.switch_off(network.area)
    assert [web.get(page).status_code for page in ADDRESSES[role]] == [404] * len(ADDRESSES[role])


def test_the_area_switches_follow_up(app, network, enter):
    web = enter(network.people[Role.COORDINATOR])
    web.submit("/area/follow-up/", {"followup": "y", "own_card": None})
    assert "Saved." in web.text
    unit = f"/area/follow-up/units/{network.other_unit.id}"
    answer = web.submit(unit, {"followup": "y", "episodes": "y", "decision": "", "review_months": "0, 6"})
    assert answer.status_code == 422 and "Say which decision allows this" in web.text
    answer = web.submit(unit, {"followup": "y", "episodes": "y", "decision": "DPO 7", "review_months": "0, six"})
    assert answer.status_code == 422 and "whole numbers from 0 to 36" in web.text and "six" in web.response.text
    web.submit(unit, {"followup": "y", "episodes": "y", "decision": "DPO 7", "review_months": "0, 6"})
    assert "Saved." in web.text
    assert web.get(f"/area/follow-up/units/{network.far_unit.id}").status_code == 404
