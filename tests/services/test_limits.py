"""Limits of visits: what a holder has used at a place is counted, told at the door, and found later at upload."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.programme import VisitLimit
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.flag import Answer, Flag, WithdrawalReason
from kaikukortti.rules.limit import Limit, LimitPer
from kaikukortti.rules.programme import EventKind
from kaikukortti.rules.verdict import Reason, VerdictClass
from tests import cardlives, factories
from tests.factories import DAY, NOW, TODAY, TONIGHT
from venues import decisions, limits, questions, scanning, sync
from venues.decisions import Given
from venues.sync import Result

COURSE = EventKind.COURSE
REACHED = (VerdictClass.NOT_NOW, Reason.LIMIT)


@pytest.fixture
def venue():
    return factories.make_venue()


@pytest.fixture
def manager(venue):
    return factories.make_actor(Role.VENUE_MANAGER, venue)


@pytest.fixture
def tablet(venue):
    return factories.make_tablet(venue).known


@pytest.fixture
def card():
    return factories.make_issued_card(children=2, first_on=TODAY - 300 * DAY)


@pytest.fixture
def allow(venue, manager):
    """Return a function that adds a limit to the venue."""

    def add(per, most, kind=None, event=None) -> VisitLimit:
        wanted = Limit(per, most, kind, event and event.id)
        return limits.add(venue.id, wanted=wanted, actor=manager, now=NOW)

    return add


@pytest.fixture
def check(tablet):
    def ask(card, occurrence=None, *, now=NOW):
        code = card if isinstance(card, str) else card.number
        return scanning.check(code=code, ref=None, occurrence=occurrence and occurrence.id, device=tablet, now=now)

    return ask


@pytest.fixture
def send(tablet):
    """Return a function that sends a visit made some days ago."""

    def one(card, occurrence=None, *, ago=0, device=None, **fields):
        occurred = NOW - ago * DAY
        item = factories.make_item(card, occurrence=occurrence, occurred=occurred, **fields)
        received_at = occurred + timedelta(seconds=2)
        return sync.accept([item], device=device or tablet, received_at=received_at)[0]

    return one


def outcome(checked):
    return checked.verdict.klass, checked.verdict.reason


def evening(venue, days=0, kind=EventKind.PERFORMANCE, event=None):
    return factories.make_occurrence(event, venue=venue, starts_at=TONIGHT + days * DAY, kind=kind)


@pytest.mark.parametrize(
    ("per", "within", "before"),
    [(LimitPer.DAY, 0, 1), (LimitPer.MONTH, 19, 20), (LimitPer.TERM, 111, 112), (LimitPer.YEAR, 299, 324)],
)
def test_a_visit_counts_in_its_own_stretch(allow, check, send, card, per, within, before):
    card.first_on = TODAY - 340 * DAY
    db.session.commit()
    allow(per, 1)
    send(card, ago=before)
    assert outcome(check(card)) == (VerdictClass.COUNTS, None)
    send(card, ago=within)
    checked = check(card)
    assert outcome(checked) == REACHED
    assert (checked.standing.hindrance.limit.per, checked.standing.hindrance.used) == (per, 1)


def test_the_holder_s_own_visits_count_and_children_do_not(venue, allow, check, send, card):
    allow(LimitPer.MONTH, 2)
    send(card, evening(venue, -1), ago=1, child=2)
    assert check(card).verdict.admits
    send(card, evening(venue, -2), ago=2, adult=0, child=2)
    assert check(card).verdict.admits, "children without the holder's own ticket are no use of the holder's"
    send(card, ago=3, adult=0, assistant=1)
    send(card, ago=4)
    assert outcome(check(card)) == REACHED


def test_other_places_and_other_holders_do_not_count(allow, check, send, card):
    allow(LimitPer.YEAR, 1)
    send(card, ago=2, device=factories.make_tablet().known)
    send(factories.make_issued_card(), ago=2)
    assert check(card).verdict.admits


def test_a_replaced_card_is_the_same_holder(allow, check, send, card):
    allow(LimitPer.YEAR, 1)
    send(card, ago=2)
    assert outcome(check(factories.make_issued_card(line=card.line))) == REACHED


def test_a_community_card_and_a_card_from_elsewhere_have_no_limit(allow, check, send):
    allow(LimitPer.YEAR, 1)
    community = factories.make_issued_card(kind=CardKind.COMMUNITY)
    for card, tickets in ((community, {"adult": 0, "worker": 1, "under16": 4}), ("VA12345", {})):
        send(card, ago=2, **tickets)
        assert check(card).verdict.admits


def test_an_undone_visit_gives_its_place_back(allow, check, tablet, card):
    allow(LimitPer.DAY, 1)
    body = factories.scan_body(card)
    scanning.record(factories.item_of(body), device=tablet, received_at=NOW)
    assert outcome(check(card)) == REACHED
    scanning.record(factories.item_of(factories.undo_body(body)), device=tablet, received_at=NOW)
    assert check(card).verdict.admits


def test_more_tickets_for_the_same_evening_are_no_further_visit(venue, allow, check, send, card):
    allow(LimitPer.DAY, 1)
    tonight = evening(venue)
    send(card, tonight)
    assert outcome(check(card, tonight))[0] is VerdictClass.ALREADY
    assert outcome(check(card, evening(venue))) == REACHED
    later = send(card, tonight, adult=0, child=1, shown="already")
    assert later.flags == ()


def test_a_limit_of_a_kind_and_of_an_event(venue, allow, check, send, card):
    concert, other = factories.make_event(venue), factories.make_event(venue)
    allow(LimitPer.YEAR, 1, kind=EventKind.MATCH)
    allow(LimitPer.YEAR, 1, event=concert)
    send(card, evening(venue, -9, event=concert), ago=9)
    assert outcome(check(card, evening(venue, event=concert))) == REACHED
    for allowed in (evening(venue, event=other), evening(venue, kind=EventKind.MATCH), None):
        assert check(card, allowed).verdict.admits


def test_courses_count_by_their_first_day(venue, allow, check, send, card):
    allow(LimitPer.YEAR, 1, kind=COURSE)
    course = factories.make_event(venue, kind=COURSE)
    lessons = [evening(venue, days, event=course) for days in (-14, -7, 0)]
    for lesson, ago in zip(lessons[:2], (14, 7), strict=True):
        assert send(card, lesson, ago=ago).flags == ()
    assert check(card, lessons[2]).verdict.admits, "the place on the course is taken: this is attendance"
    assert outcome(check(card, evening(venue, kind=COURSE))) == REACHED
    assert check(card, evening(venue)).verdict.admits


def test_what_a_tablet_could_not_know_is_asked_about(venue, manager, allow, send, card):
    allow(LimitPer.MONTH, 1)
    assert send(card, evening(venue, -2), ago=2).flags == ()
    beyond = send(card, evening(venue, -1), ago=1)
    assert (beyond.result, beyond.flags) == (Result.FLAGGED, (Flag.LIMIT,))
    (asked,) = questions.list_questions(actor=manager, now=NOW)
    assert (asked.flag, asked.suggested) == (Flag.LIMIT, Answer.COUNT)
    decisions.answer(beyond.scan_id, Given(Flag.LIMIT, Answer.MERGE), actor=manager, now=NOW)
    assert send(card, evening(venue), ago=0).flags == (Flag.LIMIT,), "the first visit still counts"


def test_a_slip_that_is_set_aside_counts_no_more(venue, manager, allow, check, send, card):
    allow(LimitPer.MONTH, 2)
    for days in (3, 2):
        send(card, evening(venue, -days), ago=days)
    beyond = send(card, evening(venue, -1), ago=1)
    assert beyond.flags == (Flag.LIMIT,)
    decisions.withdraw(beyond.scan_id, reason=WithdrawalReason.MISTAKE, actor=manager, now=NOW)
    assert outcome(check(card)) == REACHED


def test_a_venue_without_limits_pays_no_statement(allow, check, send, card):
    def cost():
        db.session.rollback()
        with cardlives.counted_statements() as sent:
            check(card)
        return len([text for text in sent if text.startswith("SELECT")])

    assert cost() == 2, "the card, and its visits"
    allow(LimitPer.YEAR, 9)
    assert cost() == 4


def test_limits_are_listed_and_removed(venue, manager, allow):
    concert = factories.make_event(venue)
    allow(LimitPer.DAY, 1, event=concert)
    allow(LimitPer.YEAR, 2, kind=COURSE)
    first = allow(LimitPer.MONTH, 4)
    shown = limits.list_limits(venue.id, actor=manager)
    assert [(one.limit.per.value, one.limit.most, one.event) for one in shown] == [
        ("month", 4, None),
        ("year", 2, None),
        ("day", 1, concert),
    ]
    limits.remove(first.id, actor=manager, now=NOW)
    with pytest.raises(NotFound):
        limits.remove(first.id, actor=manager, now=NOW)
    assert len(limits.list_limits(venue.id, actor=manager)) == 2
    assert list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))[-2:] == [
        "limit.added",
        "limit.removed",
    ]


def test_what_cannot_be_is_refused(venue, manager, allow):
    allow(LimitPer.DAY, 1)
    good, elsewhere = Limit(LimitPer.YEAR, 1), factories.make_event()
    for wanted, error in (
        (Limit(LimitPer.DAY, 3), limits.LimitThere),
        (replace(good, most=0), limits.LimitImpossible),
        (replace(good, most=1001), limits.LimitImpossible),
        (replace(good, kind=COURSE, event_id=1), limits.LimitImpossible),
        (replace(good, event_id=elsewhere.id), NotFound),
    ):
        with pytest.raises(error):
            limits.add(venue.id, wanted=wanted, actor=manager, now=NOW)
    stranger = factories.make_actor(Role.VENUE_MANAGER, factories.make_venue())
    with pytest.raises(NotFound):
        limits.add(venue.id, wanted=good, actor=stranger, now=NOW)
    with pytest.raises(NotFound):
        limits.list_limits(venue.id, actor=stranger)
    (there,) = limits.list_limits(venue.id, actor=manager)
    with pytest.raises(NotFound):
        limits.remove(there.limit_id, actor=stranger, now=NOW)


def test_a_place_has_so_many_limits_at_most(venue, manager, allow):
    for _ in range(limits.MOST_LIMITS):
        allow(LimitPer.DAY, 1, event=factories.make_event(venue))
    with pytest.raises(limits.TooManyLimits):
        allow(LimitPer.DAY, 1)


def test_of_two_at_once_one_is_added(venue, manager, together):
    def add():
        return limits.add(venue.id, wanted=Limit(LimitPer.DAY, 1), actor=manager, now=NOW)

    told = together(add, add)
    assert sorted(type(one).__name__ for one in told) == ["LimitThere", "VisitLimit"]
