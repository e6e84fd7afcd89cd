"""The manager's page about limits; what the door then says; the question that comes of it."""

from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.programme import VisitLimit
from kaikukortti.rules.access import Role
from tests import factories, onpage
from tests.factories import DAY, NOW
from tests.webclient import Web

PAGE = "/venue/place/limits"
LIMIT = {"most": "1", "per": "month", "reach": "all"}


@pytest.fixture
def manager(network, enter) -> Web:
    return enter(network.people[Role.VENUE_MANAGER])


@pytest.fixture
def door(app, network) -> Web:
    tablet = Web(app)
    tablet.client.set_cookie("kaiku_device", network.tablet.credential)
    return tablet


def limits(app) -> list[tuple[str, int, object, object]]:
    with app.app_context():
        return [(row.per.value, row.most, row.kind, row.event_id) for row in db.session.scalars(sa.select(VisitLimit))]


def check(door, card) -> dict[str, Any]:
    return onpage.json_of(door.post("/door/api/checks", json={"code": card.number}))["verdict"]


def test_limits_are_added_listed_and_removed(app, network, manager):
    for fields in (LIMIT, {"most": "2", "per": "year", "reach": "kind-course"}):
        manager.submit(PAGE, fields, form=PAGE)
    manager.submit(PAGE, {"most": "3", "per": "term", "reach": f"event-{network.tonight.event_id}"}, form=PAGE)
    assert "The limit is in force." in manager.text
    found = {name: cells[0] for name, cells in onpage.table(manager, "Limits in force").items()}
    assert found == {
        "All visits to the place": "1 time a month",
        "Course": "2 times a year",
        "Lumikuningatar": "3 times a term",
    }
    with app.app_context():
        first = db.session.scalar(
            sa.select(VisitLimit.id).where(VisitLimit.kind.is_(None), VisitLimit.event_id.is_(None))
        )
    manager.go_on(form=f"{PAGE}/{first}/remove")
    assert "The limit is removed." in manager.text and len(limits(app)) == 2
    stale = manager.post(f"{PAGE}/{first}/remove", data={"csrf_token": onpage.token(manager)})
    assert stale.status_code == 404


@pytest.mark.parametrize(
    ("slip", "words"),
    [
        ({"most": ""}, "Write how many."),
        ({"most": "0"}, "Write a number between 1 and 1,000."),
        ({"most": "1001"}, "Write a number between 1 and 1,000."),
        ({"most": "yksi"}, "Write a whole number."),
    ],
)
def test_a_slip_is_answered_beside_its_field(app, manager, slip, words):
    assert manager.submit(PAGE, LIMIT | slip, form=PAGE).status_code == 422
    assert words in manager.text and not limits(app)


def test_the_same_limit_twice_and_another_venue_s_event(app, network, manager):
    manager.submit(PAGE, LIMIT, form=PAGE)
    assert manager.submit(PAGE, LIMIT | {"most": "4"}, form=PAGE).status_code == 422
    assert "There is a limit of this length for the same visits already." in manager.text
    foreign = LIMIT | {"reach": f"event-{network.other_occurrence.event_id}", "csrf_token": onpage.token(manager)}
    assert manager.post(PAGE, data=foreign).status_code == 422
    assert len(limits(app)) == 1


def test_others_may_not(app, network, manager, enter):
    manager.submit(PAGE, LIMIT, form=PAGE)
    with app.app_context():
        limit_id = db.session.scalar(sa.select(VisitLimit.id))
    stranger = enter(network.strangers[Role.VENUE_MANAGER])
    stranger.get(PAGE)
    data = {"csrf_token": onpage.token(stranger)}
    assert stranger.post(f"{PAGE}/{limit_id}/remove", data=data).status_code == 404
    assert enter(network.people[Role.VENUE_STAFF]).get(PAGE).status_code == 403


def test_the_door_says_which_limit_and_when_there_is_more(network, manager, door):
    manager.submit(PAGE, LIMIT, form=PAGE)
    door.post("/door/api/scans", json={"items": [factories.scan_body(network.card, occurred=NOW - 2 * DAY)]})
    said = check(door, network.card)
    assert (said["class"], said["reason"]) == ("not_now", "limit")
    assert said["say"]["en"] == "This place gives 1 visit a month, and it has been used."
    assert said["next"]["en"].startswith("From 1 Dec 2026 there is more here.")
    assert set(said["say"]) == set(said["next"]) == {"fi", "sv", "en"}


def test_a_tablet_that_did_not_know_leads_to_a_question(network, manager, door):
    manager.submit(PAGE, LIMIT, form=PAGE)
    items = [factories.scan_body(network.card, occurred=NOW - days * DAY) for days in (3, 2)]
    answers = onpage.json_of(door.post("/door/api/scans", json={"items": items}))["answers"]
    assert [answer["flags"] for answer in answers] == [[], ["limit"]]
    manager.get("/venue/questions")
    assert "One visit more than your place gives?" in manager.text
    question = f"/venue/questions/{items[1]['scan_id']}/limit"
    manager.go_on({"answer": "count"}, form=question)
    assert "Your answer: The visit took place: count it." in manager.text
