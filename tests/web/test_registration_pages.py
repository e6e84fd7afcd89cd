"""The day's registrations one by one: what counts and why not, no card named, and a manager takes one back."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.ledger import ScanDecision
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.rules.flag import Flag, WithdrawalReason
from tests import factories, onpage
from tests.factories import DAY, NOW
from tests.web.test_budgets import PAGE_BUDGET, counting
from tests.webclient import Web
from venues import sync

DAY_PAGE = "/venue/"


@pytest.fixture
def manager(network, enter) -> Web:
    return enter(network.people[Role.VENUE_MANAGER])


@pytest.fixture
def send(app, network):
    """Return a function that sends one item from the venue's tablet, and returns its scan id."""

    def one(card=network.card, *, body=None, **fields) -> str:
        with app.app_context():
            item = factories.item_of(body or factories.scan_body(card, **fields))
            sync.accept([item], device=network.tablet.known, received_at=NOW)
        return item.scan_id

    return one


def listed(web: Web, day: str = "") -> list[list[str]]:
    """Return the lines of the list: the visit, and what can be done about it."""
    web.get(DAY_PAGE + day)
    lines = [line for line in onpage.tree(web).iter("li") if line.get("class") == "visit"]
    return [[onpage.words(part) for part in line] for line in lines]


def address(scan_id: str) -> str:
    return f"/venue/registrations/{scan_id}/take-back"


def test_what_was_registered_is_listed_without_any_card(network, manager, send):
    send(occurrence=network.tonight, child=2, assistant=1)
    send("VA12345", occurred=NOW - timedelta(hours=1), entry="typed")
    assert listed(manager) == [
        [
            "18.30 Lumikuningatar 1 adult, 2 children, 1 assistant Pääovi, camera",
            "Take back : 18.30, 1 adult, 2 children, 1 assistant",
        ],
        ["17.30 House visit 1 adult Pääovi, typed number", "Take back : 17.30, 1 adult"],
    ]
    source = manager.response.get_data(as_text=True)
    for code in (network.card.number, "VA12345", network.card.line):
        assert code not in source


def test_a_registration_is_taken_back_with_a_reason(app, network, manager, send):
    scan_id = send(occurrence=network.tonight, child=1)
    manager.submit(address(scan_id), {"reason": "wrong_count"})
    assert manager.response.request.full_path == "/venue/?day=2026-11-20"
    assert "It stays in the list, struck through." in manager.text
    assert onpage.figures(manager)["Uses today"] == 0
    (row,) = listed(manager)
    assert row[1] == "Taken back Wrong number of tickets"
    assert [onpage.words(struck) for struck in onpage.tree(manager).iter("s")] == ["1 adult, 1 child"]
    with app.app_context():
        decision = db.session.scalars(sa.select(ScanDecision)).one()
        entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "visit.withdrawn")).one()
    assert (decision.flag, decision.reason) == (Flag.WITHDRAWN, WithdrawalReason.WRONG_COUNT)
    assert entry.user_id == network.people[Role.VENUE_MANAGER].actor.user_id
    assert entry.detail == {"scan": scan_id, "reason": "wrong_count"}


def test_no_reason_takes_nothing_back(manager, send):
    scan_id = send()
    answer = manager.submit(address(scan_id))
    assert answer.status_code == 422 and "Choose a reason." in manager.text
    assert manager.submit(address(scan_id), {"reason": "because"}).status_code == 422
    assert listed(manager)[0][1].startswith("Take back")


def test_every_reason_has_a_word(manager, send):
    manager.get(address(send()))
    offered = {field.get("value") for field in onpage.tree(manager).iter("input") if field.get("name") == "reason"}
    assert offered == {reason.value for reason in WithdrawalReason}


def test_what_does_not_count_is_not_taken_back_again(network, manager, send):
    first = factories.scan_body(network.card)
    undone = send(body=first)
    send(body=factories.undo_body(first))
    waits = send("VA12345", jumped=True)
    assert sorted(row[1].partition(" Answer")[0] for row in listed(manager)) == ["Undone", "Waits for an answer"]
    for scan_id in (undone, waits):
        answer = manager.get(address(scan_id), follow_redirects=True)
        assert answer.request.path == DAY_PAGE and "does not count any more" in manager.text


def test_staff_see_the_list_and_cannot_take_back(network, enter, send):
    scan_id = send()
    staff = enter(network.people[Role.VENUE_STAFF])
    assert [row[1] for row in listed(staff)] == [""]
    assert staff.get(address(scan_id)).status_code == 403
    assert staff.post(address(scan_id), data={"csrf_token": onpage.token(staff)}).status_code == 403


def test_another_venue_s_registration_does_not_exist(network, enter, send):
    scan_id = send()
    stranger = enter(network.strangers[Role.VENUE_MANAGER])
    assert listed(stranger) == []
    assert stranger.get(address(scan_id)).status_code == 404
    stranger.get("/help")
    fields = {"csrf_token": onpage.token(stranger), "reason": "mistake"}
    assert stranger.post(address(scan_id), data=fields).status_code == 404
    assert stranger.get(address("x")).status_code == 404


def test_an_undo_cannot_be_taken_back(network, manager, send):
    body = factories.scan_body(network.card)
    send(body=body)
    assert manager.get(address(send(body=factories.undo_body(body)))).status_code == 404


def test_a_long_day_comes_in_pages_and_costs_no_more(network, manager, send):
    def cost(day: str = "") -> int:
        manager.get(DAY_PAGE + day)  # whoever looks first after a visit counts its month again
        with counting(manager.app) as counted:
            manager.get(DAY_PAGE + day)
        return len(counted.statements)

    send()
    few = cost()
    for number in range(32):
        send(f"VA{number:05d}", occurred=NOW - timedelta(minutes=number))
    send("VA99999", occurred=NOW - DAY)
    assert cost() == few <= PAGE_BUDGET
    assert len(listed(manager)) == 30 and "Page 1 of 2" in manager.text
    assert len(listed(manager, "?day=2026-11-20&page=2")) == 3
    assert len(listed(manager, "?day=2026-11-19")) == 1 and "Page" not in manager.text
