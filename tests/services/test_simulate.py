"""The demo's network and season: what is promised is there, it obeys the rules of real cards, and it looks alive."""

from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa

from kaikukortti import barriers, renewals, simulate, sleeping, statistics
from kaikukortti.db import db
from kaikukortti.models.bookings import Booking, CompanyWish
from kaikukortti.models.cards import Card, CardEvent, CardPeriod
from kaikukortti.models.ledger import Device, DeviceState, Scan, ScanCard, ScanDecision
from kaikukortti.models.network import Area, Unit, User, Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.models.trail import AuditEntry
from kaikukortti.profiles import Profile
from kaikukortti.rules import number
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.booking import BookingState
from kaikukortti.rules.card import Action, CardKind, State
from kaikukortti.rules.programme import Category
from tests import factories, signinsteps
from tests.factories import DAY, NOW, TODAY

BEGINNING = TODAY - 800 * DAY


@pytest.fixture
def area() -> Area:
    simulate.fill(now=NOW, password=factories.PASSWORD)
    return db.session.scalars(sa.select(Area)).one()


def count(table: type, *conditions) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions)) or 0


def test_the_promised_network_is_there(area):
    """One fill, many questions: it is the slowest thing that these tests do."""
    personal, community = Card.kind == CardKind.PERSONAL, Card.kind == CardKind.COMMUNITY
    handed_out = Card.line.is_not(None)
    assert (count(Unit), count(Venue)) == (9, 13)
    assert (count(Card, personal, handed_out), count(Card, community, handed_out)) == (258, 9)
    assert count(Profile) == 258, "community cards have none"
    states = Counter(db.session.scalars(sa.select(Card.state).where(personal, handed_out)))
    assert states.keys() == {State.ACTIVE, State.BLOCKED} and 1 <= states[State.BLOCKED] <= 10
    assert count(Card, personal, Card.last_valid_on < TODAY) > 10, "some have ended"
    assert count(Card, personal, Card.children > 0, Card.state == State.ACTIVE, Card.last_valid_on >= TODAY) > 20
    stock = Counter(db.session.scalars(sa.select(Card.unit_id).where(personal, Card.line.is_(None))))
    assert len(stock) == 9 and min(stock.values()) >= 10
    assert count(Unit, Unit.is_demo.is_(True)) and count(Venue, Venue.is_demo.is_(True)), "inferred rows are marked"
    assert count(Unit, Unit.is_demo.is_(False)) and count(Venue, Venue.is_demo.is_(False))
    check_staff()
    check_cards(area)
    check_visits()
    check_figures(area)
    check_desk(area)
    check_bookings()
    check_filled_once()


def check_staff() -> None:
    sign_ins = simulate.list_sign_ins()
    assert Counter(found.role for found in sign_ins) == {
        Role.COORDINATOR: 1,
        Role.WORKER: 9,
        Role.VENUE_MANAGER: 13,
        Role.VENUE_STAFF: 13,
        Role.VIEWER: 1,
        Role.ADMINISTRATOR: 1,
    }
    assert count(User) == len(sign_ins)
    for found in (sign_ins[0], sign_ins[1], sign_ins[-1]):
        user = db.session.get_one(User, signinsteps.begin(found.email).user_id)
        assert [held.role for held in user.memberships] == [found.role]


def check_cards(area: Area) -> None:
    numbers = list(db.session.scalars(sa.select(Card.number)))
    assert len(set(numbers)) == len(numbers)
    assert {type(number.read(text, [area.prefix])) for text in numbers} == {number.Own}
    handed_out = db.session.scalars(sa.select(Card).where(Card.line.is_not(None))).all()
    periods = {row.card_id: row for row in db.session.scalars(sa.select(CardPeriod))}
    events = Counter((event.card_id, event.action) for event in db.session.scalars(sa.select(CardEvent)))
    for card in handed_out:
        days = periods[card.id]
        assert (days.first_on, days.last_on, days.children) == (card.first_on, card.last_valid_on, card.children)
        assert events[card.id, Action.REGISTER] == 1
        assert events[card.id, Action.BLOCK] == (card.state is State.BLOCKED)
        assert card.first_on is not None and card.first_on.weekday() < 5 and card.first_on < TODAY
    assert len(periods) == len(handed_out)


def check_visits() -> None:
    """The ledger tells of nothing that the door would not have let happen, and of nothing today or later."""
    visits = db.session.execute(
        sa.select(Scan, Card, Event.kind)
        .join(ScanCard, ScanCard.scan_id == Scan.scan_id)
        .join(Card, Card.id == ScanCard.card_id)
        .outerjoin(Occurrence, Occurrence.id == Scan.occurrence_id)
        .outerjoin(Event, Event.id == Occurrence.event_id)
    ).all()
    assert len(visits) > 300
    for scan, card, kind in visits:
        assert card.first_on and card.last_valid_on
        assert card.first_on <= scan.on_day <= card.last_valid_on and scan.on_day < TODAY
        assert scan.child <= (0 if kind == "course" else card.children)
        assert scan.adult <= 1 and (card.kind is CardKind.COMMUNITY) >= bool(scan.worker or scan.under16)
    elsewhere = count(Scan, Scan.raw_code.is_not(None))
    assert 10 < elsewhere < 60
    assert count(ScanDecision) == elsewhere
    assert count(Scan, Scan.undoes.is_not(None)) > 0
    assert set(db.session.scalars(sa.select(Device.state))) == {DeviceState.REVOKED}, "nobody holds their credentials"


def check_figures(area: Area) -> None:
    found = statistics.overview(area.id, first_on=BEGINNING, last_on=TODAY)
    assert found.cards.registered == 258 and found.cards.community == 9
    assert 0.55 <= found.cards.never_used / 258 <= 0.70, "most cards sleep"
    assert 400 < found.uses.total < 4000
    assert 0.1 < found.uses.children / found.uses.total < 0.6
    assert all(found.by_category[category].total > 0 for category in (Category.CULTURE, Category.SPORT))
    assert sum(1 for row in found.by_venue if row.uses.total) >= 10
    assert found.helpers > 0 and found.unverified > 0
    year = statistics.overview(area.id, first_on=date(2025, 12, 1), last_on=TODAY)
    assert sum(1 for _, uses in year.by_month if uses.total) == 12, "something happens in every month"
    assert len({uses.total for _, uses in year.by_month}) > 6, "seasons differ"
    most = db.session.scalar(
        sa.select(sa.func.count(ScanCard.scan_id)).group_by(ScanCard.line).order_by(sa.func.count().desc()).limit(1)
    )
    assert (most or 0) >= 12, "some cards are used often"
    assert count(Occurrence, Occurrence.on_day > TODAY) > 20, "there is a programme to come"


def check_desk(area: Area) -> None:
    """Every unit has unused cards with something to suggest, talks about some, and cards to renew."""
    talks = 0
    for unit_id in db.session.scalars(sa.select(Unit.id)).all():
        worker = Actor(None, "Koe", Role.WORKER, unit_id=unit_id)
        cards = [card for band in sleeping.list_cards(actor=worker, now=NOW) for card in band.cards]
        due = renewals.list_due(actor=worker, now=NOW)
        assert len(cards) >= 5 and due.ended and due.this_month + due.next_month
        assert all(card.idea for card in cards)
        talks += sum(card.talked_on is not None for card in cards)
    assert 10 < talks < 80
    reasons = barriers.count_by_reason(area.id, since_on=TODAY.replace(year=TODAY.year - 1))
    assert reasons is not None and len(reasons) > 6 and sum(reasons.values()) > 20


def check_bookings() -> None:
    """Something is booked for the next days, a group waits for an answer, and two units could find each other."""
    bookings = db.session.scalars(sa.select(Booking)).all()
    assert len(bookings) > 10 and all(TODAY < one.on_day for one in bookings)
    assert {one.state for one in bookings} == {BookingState.ASKED, BookingState.BOOKED}
    assert count(CompanyWish) > 2


def check_filled_once() -> None:
    """Filling again is refused and changes nothing."""
    tables = (User, Unit, Venue, Card, Scan, AuditEntry)
    before = [count(table) for table in tables]
    with pytest.raises(ValueError):
        simulate.fill(now=NOW, password="jokin aivan muu")
    assert [count(table) for table in tables] == before
    assert signinsteps.begin(simulate.list_sign_ins()[0].email)


def test_a_network_in_earnest_is_left_alone():
    factories.make_area("HX")
    assert not simulate.is_empty()
    with pytest.raises(ValueError):
        simulate.fill(now=NOW, password=factories.PASSWORD)
    assert (count(Area), count(User), count(Card)) == (1, 0, 0)
