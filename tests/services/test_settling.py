"""What the register says of a card on the day of its visit: pauses, renewals, days of grace, local areas."""

from datetime import datetime, time, timedelta

import pytest
import sqlalchemy as sa

from kaikukortti import statistics
from kaikukortti.db import db
from kaikukortti.models.cards import Card, CardEvent, CardPeriod, PeriodKind
from kaikukortti.models.ledger import Scan, ScanCard
from kaikukortti.rules import period
from kaikukortti.rules.card import Action, CardKind, State
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.programme import EventKind
from kaikukortti.rules.verdict import Reason, VerdictClass
from tests import factories
from tests.factories import DAY, NOW, TODAY
from venues import scanning, sync
from venues.sync import Answer


@pytest.fixture
def venue():
    return factories.make_venue()


@pytest.fixture
def tablet(venue):
    return factories.make_tablet(venue).known


@pytest.fixture
def send(tablet):
    def one(card, *, received_at=NOW + timedelta(seconds=2), **fields) -> Answer:
        return sync.accept([factories.make_item(card, **fields)], device=tablet, received_at=received_at)[0]

    return one


@pytest.fixture
def check(tablet):
    def ask(card, *, now: datetime = NOW) -> tuple[VerdictClass, Reason | None]:
        code = card if isinstance(card, str) else card.number
        judged = scanning.check(code=code, ref=None, occurrence=None, device=tablet, now=now).verdict
        return judged.klass, judged.reason

    return ask


WELCOME, NOT_IN_USE = (VerdictClass.WELCOME, None), (VerdictClass.NOT_NOW, Reason.NOT_IN_USE)


def suspend(card: Card, *, from_at: datetime, until_on) -> None:
    until = period.moment_of(until_on, time(0))
    db.session.add(
        CardEvent(
            card_id=card.id,
            action=Action.SUSPEND,
            state=State.SUSPENDED,
            effective_from=from_at,
            effective_until=until,
            recorded_at=from_at,
        )
    )
    card.state, card.suspended_until = State.SUSPENDED, until_on
    db.session.commit()


def test_a_pause_ends_by_itself_on_its_day(check):
    card = factories.make_issued_card()
    suspend(card, from_at=NOW - DAY, until_on=TODAY + DAY)
    midnight = period.moment_of(TODAY + DAY, time(0))
    assert check(card) == NOT_IN_USE
    assert check(card, now=midnight - timedelta(minutes=1)) == NOT_IN_USE
    assert check(card, now=midnight) == WELCOME


def test_a_visit_is_judged_by_the_pause_of_its_own_day(send):
    card = factories.make_issued_card()
    suspend(card, from_at=NOW - 5 * DAY, until_on=TODAY - 2 * DAY)
    flags = [send(card, occurred=NOW - days * DAY).flags for days in (6, 4, 1)]
    assert flags == [(), (Flag.BLOCKED,), ()]


def test_a_visit_before_a_renewal_is_judged_by_the_days_of_then(send):
    """A card that ended on Monday is renewed on Friday; the tablet sends its week on Friday evening."""
    card = factories.make_issued_card(first_on=TODAY - 300 * DAY, last_on=TODAY - 4 * DAY)
    renewed = CardPeriod(
        card_id=card.id,
        kind=PeriodKind.RENEWAL,
        first_on=TODAY,
        last_on=TODAY + 364 * DAY,
        children=0,
        recorded_at=NOW,
    )
    db.session.add(renewed)
    card.first_on, card.last_valid_on = renewed.first_on, renewed.last_on
    db.session.commit()
    flags = [send(card, occurred=NOW - days * DAY).flags for days in (5, 4, 3, 0)]
    assert flags == [(), (), (Flag.ENDED,), ()]


def test_days_of_grace_admit_and_are_noted(send, check):
    unit = factories.make_unit(factories.make_area("HX", grace_days=14))
    cards = [
        factories.make_issued_card(unit, first_on=TODAY - 400 * DAY, last_on=TODAY - days * DAY) for days in (0, 14, 15)
    ]
    assert [check(card) for card in cards] == [WELCOME, WELCOME, (VerdictClass.NOT_NOW, Reason.ENDED)]
    assert [send(card).flags for card in cards] == [(), (Flag.ENDED,), (Flag.ENDED,)]
    verdicts = db.session.scalars(sa.select(Scan.verdict)).all()
    assert sorted(verdicts) == [VerdictClass.NOT_NOW, VerdictClass.WELCOME, VerdictClass.WELCOME]


def test_a_local_card_is_not_in_use_elsewhere(send, check, venue):
    local = factories.make_area("HX", local_only=True)
    card = factories.make_issued_card(factories.make_unit(local))
    assert check(card) == NOT_IN_USE
    answer = send(card)
    assert (answer.flags, db.session.get_one(ScanCard, answer.scan_id).line) == ((Flag.BLOCKED,), card.line)
    at_home = factories.make_tablet(factories.make_venue(local)).known
    judged = scanning.check(code=card.number, ref=None, occurrence=None, device=at_home, now=NOW).verdict
    assert (judged.klass, judged.reason) == WELCOME


def test_what_stands_in_the_way_of_the_visit_hides_no_flag(send, venue):
    """A blocked card at a full event outside its hours: the door hears of the hours, the coordinator of the block."""
    evening = factories.make_occurrence(venue=venue, quota=0, opens_at=NOW + timedelta(minutes=5))
    answer = send(factories.make_issued_card(blocked_at=NOW - DAY), occurrence=evening)
    assert answer.flags == (Flag.BLOCKED, Flag.OVER)
    assert db.session.get_one(Scan, answer.scan_id).reason is Reason.WRONG_TIME


def test_places_left_make_no_child_too_many(send, venue):
    evening = factories.make_occurrence(venue=venue, quota=2)
    answer = send(factories.make_issued_card(children=3), occurrence=evening, child=3)
    assert answer.flags == (Flag.OVER,)


def test_a_course_read_with_a_code_from_elsewhere_is_one_use(send, venue):
    course = factories.make_event(venue, kind=EventKind.COURSE)
    days = [factories.make_occurrence(course, starts_at=NOW - days * DAY) for days in (14, 7, 0)]
    for day in days:
        for code in ("VA12345", "VA99999"):
            send(code.lower(), occurrence=day, occurred=day.starts_at)
    assert statistics.venue_total(venue.id, first_on=TODAY - 30 * DAY, last_on=TODAY).total == 2


@pytest.mark.parametrize("code", ["VA12345", "stock"])
def test_a_code_without_a_line_is_known_again_at_its_venue(send, check, venue, code):
    read = factories.make_stock_card().number if code == "stock" else code
    send(read, occurred=NOW - timedelta(minutes=30))
    assert send(read).flags[1:] == (Flag.AGAIN,)
    assert statistics.venue_total(venue.id, first_on=TODAY, last_on=TODAY).total == 1
    other = factories.make_tablet().known
    item = factories.make_item(read)
    assert len(sync.accept([item], device=other, received_at=NOW)[0].flags) == 1, "a venue hears of itself alone"
    if code != "stock":
        assert check(read)[0] is VerdictClass.ALREADY


def test_a_code_is_kept_in_one_spelling(send):
    stock = factories.make_stock_card()
    typed = f" {stock.number[:2]}-{stock.number[2:].lower()} "
    for code in (typed, "va-12345", "http://kaiku.example/?x=1"):
        send(code)
    assert set(db.session.scalars(sa.select(Scan.raw_code))) == {
        stock.number,
        "VA-12345",
        "http://kaiku.example/?x=1",
    }


def test_a_ref_of_a_card_that_is_stock_again_keeps_its_number(send):
    """A registration that was undone: the tablet's list still has the card, and its visit can be linked later."""
    stock = factories.make_stock_card(kind=CardKind.PERSONAL)
    answer = send(stock, ref=stock.ref, code=None)
    assert answer.flags == (Flag.UNREGISTERED,)
    assert db.session.get_one(Scan, answer.scan_id).raw_code == stock.number
