"""Places of an event with a quota: who takes one, what a check keeps and for how long, what passes the quota."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.ledger import Scan
from kaikukortti.models.programme import Hold, Occurrence
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.programme import EventKind
from kaikukortti.rules.verdict import Reason, VerdictClass
from tests import factories
from tests.factories import NOW, TODAY
from venues import scanning, sync
from venues.scanning import Checked
from venues.sync import Answer

SECOND = timedelta(seconds=1)
TWO_MINUTES = timedelta(minutes=2)


@pytest.fixture
def venue():
    return factories.make_venue()


@pytest.fixture
def tablet(venue):
    return factories.make_tablet(venue).known


@pytest.fixture
def plan(venue) -> Callable[..., Occurrence]:
    """Return a function that makes tonight's event with some places."""
    return lambda quota, **facts: factories.make_occurrence(venue=venue, quota=quota, **facts)


@pytest.fixture
def check(tablet):
    def ask(card, occurrence, *, after=timedelta(), device=tablet) -> Checked:
        code = card if isinstance(card, str) else card.number
        return scanning.check(code=code, ref=None, occurrence=occurrence.id, device=device, now=NOW + after)

    return ask


@pytest.fixture
def send(tablet):
    def one(card, occurrence, *, after=timedelta(), device=tablet, **fields) -> Answer:
        item = factories.make_item(card, occurrence=occurrence, occurred=NOW + after, **fields)
        return sync.accept([item], device=device, received_at=NOW + after + SECOND)[0]

    return one


def outcome(checked: Checked) -> tuple[VerdictClass, Reason | None, int]:
    return checked.verdict.klass, checked.verdict.reason, checked.hold.places if checked.hold else 0


def held() -> list[tuple[int, bool]]:
    return [(hold.places, hold.used_at is not None) for hold in db.session.scalars(sa.select(Hold))]


FULL = (VerdictClass.NOT_NOW, Reason.FULL, 0)
WELCOME = (VerdictClass.WELCOME, None, 1)


def test_a_check_keeps_the_card_s_own_place_and_its_children_s(check, plan):
    tonight = plan(4)
    checked = check(factories.make_issued_card(children=2), tonight)
    assert outcome(checked) == (VerdictClass.COUNTS, None, 3)
    assert checked.hold.expires_at == NOW + TWO_MINUTES and len(checked.hold.id) == 32
    assert outcome(check(factories.make_issued_card(children=2), tonight)) == (VerdictClass.WELCOME, None, 1)
    assert outcome(check(factories.make_issued_card(), tonight)) == FULL


def test_limits_are_what_is_left(check, plan):
    limits = check(factories.make_issued_card(children=4), plan(3)).verdict.limits
    assert (limits.adult, limits.child, limits.assistant) == (1, 2, 9)


def test_a_hold_ends_after_two_minutes(check, plan):
    tonight, first, second = plan(1), factories.make_issued_card(), factories.make_issued_card()
    assert outcome(check(first, tonight)) == WELCOME
    assert outcome(check(second, tonight, after=TWO_MINUTES - SECOND)) == FULL
    assert outcome(check(second, tonight, after=TWO_MINUTES)) == WELCOME
    assert outcome(check(first, tonight, after=TWO_MINUTES)) == FULL
    assert held() == [(1, False)], "what has ended is swept away"


def test_a_second_check_replaces_the_hold_of_its_line(check, plan, venue):
    tonight, card = plan(5), factories.make_issued_card(children=2)
    first = check(card, tonight)
    second = check(card, tonight, after=SECOND, device=factories.make_tablet(venue).known)
    assert outcome(first) == outcome(second) and held() == [(3, False)]
    assert second.hold.id != first.hold.id and second.hold.expires_at == NOW + SECOND + TWO_MINUTES


def test_a_registration_uses_the_hold_and_gives_the_rest_back(check, send, plan):
    tonight, family = plan(3), factories.make_issued_card(children=2)
    check(family, tonight)
    assert send(family, tonight, child=1).flags == ()
    assert held() == [(3, True)]
    assert outcome(check(factories.make_issued_card(), tonight)) == WELCOME
    assert outcome(check(factories.make_issued_card(), tonight)) == FULL


def test_a_hold_is_good_though_the_quota_shrinks(check, send, plan):
    tonight, card = plan(2), factories.make_issued_card()
    check(card, tonight)
    tonight.quota = 0
    db.session.commit()
    assert send(card, tonight).flags == ()
    assert send(factories.make_issued_card(), tonight).flags == (Flag.OVER,)


def test_an_upload_that_passes_the_quota_is_kept_and_flagged(check, send, plan):
    tonight = plan(1)
    check(factories.make_issued_card(), tonight)
    answer = send(factories.make_issued_card(), tonight)
    assert (answer.flags, answer.use) == ((Flag.OVER,), answer.scan_id), "the place is promised to another"
    assert db.session.scalar(sa.select(sa.func.count(Scan.scan_id))) == 1
    assert outcome(check(factories.make_issued_card(), tonight, after=TWO_MINUTES)) == FULL, "and it counts"


@pytest.mark.parametrize(
    ("tickets", "takes_children", "full"),
    [
        ({"adult": 1}, True, True),
        ({"adult": 0, "child": 1}, True, True),
        ({"adult": 0, "child": 1}, False, False),
        ({"adult": 0, "assistant": 1, "interpreter": 1}, True, False),
        ({"adult": 0}, True, False),
    ],
)
def test_who_takes_a_place(check, send, plan, venue, tickets, takes_children, full):
    venue.children_take_places = takes_children
    db.session.commit()
    tonight = plan(1)
    send(factories.make_issued_card(children=1), tonight, **tickets)
    assert outcome(check(factories.make_issued_card(), tonight)) == (FULL if full else WELCOME)


def test_an_undo_gives_the_place_back(check, tablet, plan):
    tonight = plan(1)
    body = factories.scan_body(factories.make_issued_card(), occurrence=tonight)
    items = [factories.item_of(body), factories.item_of(factories.undo_body(body))]
    sync.accept(items, device=tablet, received_at=NOW)
    assert outcome(check(factories.make_issued_card(), tonight)) == WELCOME


def test_a_community_card_keeps_one_place_and_may_use_more(check, send, plan):
    tonight, card = plan(8), factories.make_issued_card(kind=CardKind.COMMUNITY)
    checked = check(card, tonight)
    assert outcome(checked) == (VerdictClass.COUNTS, None, 1)
    assert (checked.verdict.limits.worker, checked.verdict.limits.under16) == (8, 8)
    assert send(card, tonight, adult=0, worker=1, under16=7).flags == ()
    assert send(factories.make_issued_card(), tonight).flags == (Flag.OVER,)


def test_a_code_from_elsewhere_keeps_a_place_too(check, plan):
    tonight = plan(1)
    assert outcome(check("VA12345", tonight)) == (VerdictClass.CHECK, Reason.ELSEWHERE, 1)
    assert outcome(check("va 12345", tonight)) == (VerdictClass.CHECK, Reason.ELSEWHERE, 1), "the same one again"
    assert outcome(check("VA99999", tonight)) == FULL


def test_who_is_in_already_keeps_no_place(check, send, plan):
    tonight, card = plan(2), factories.make_issued_card()
    send(card, tonight)
    assert outcome(check(card, tonight)) == (VerdictClass.ALREADY, None, 0)


def test_a_card_that_is_refused_keeps_no_place(check, plan):
    tonight = plan(1)
    for card in (factories.make_stock_card(), factories.make_issued_card(blocked_at=NOW), "x"):
        assert check(card, tonight).hold is None
    assert held() == []


def test_sold_out_is_full_whatever_is_left(check, plan):
    assert outcome(check(factories.make_issued_card(), plan(9, sold_out=True))) == FULL
    assert outcome(check(factories.make_issued_card(), plan(None, sold_out=True))) == FULL
    assert outcome(check(factories.make_issued_card(), plan(0))) == FULL
    assert held() == []


def test_the_doors_have_hours(check, plan):
    early = plan(None, opens_at=NOW + SECOND, closes_at=NOW + timedelta(hours=2))
    card = factories.make_issued_card()
    assert outcome(check(card, early)) == (VerdictClass.NOT_NOW, Reason.WRONG_TIME, 0)
    assert outcome(check(card, early, after=SECOND)) == (VerdictClass.WELCOME, None, 0)
    assert outcome(check(card, early, after=timedelta(hours=2, seconds=1)))[1] is Reason.WRONG_TIME


def test_a_course_gives_one_place_a_card(check, plan):
    course = plan(2, kind=EventKind.COURSE)
    assert outcome(check(factories.make_issued_card(children=3), course)) == (VerdictClass.WELCOME, None, 1)


def test_a_community_card_has_a_budget_a_year(check, send, plan):
    card = factories.make_issued_card(kind=CardKind.COMMUNITY, first_on=TODAY - 400 * factories.DAY, last_on=TODAY)
    card.ticket_budget = 10
    db.session.commit()
    house = plan(None)
    last_year = factories.make_item(card, occurred=NOW - 360 * factories.DAY, adult=0, worker=9)
    scanning.record(last_year, device=factories.make_tablet().known, received_at=NOW - 360 * factories.DAY)
    assert check(card, house).verdict.limits.under16 == 10
    send(card, house, adult=0, worker=1, under16=6)
    tomorrow = plan(None)
    assert (check(card, tomorrow).verdict.limits.worker, check(card, tomorrow).verdict.limits.under16) == (3, 3)
    send(card, tomorrow, adult=0, worker=1, under16=2)
    assert outcome(check(card, plan(None))) == (VerdictClass.NOT_NOW, Reason.LIMIT, 0)
