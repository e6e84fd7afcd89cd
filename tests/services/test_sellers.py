"""A ticket seller sells: judged as at the door, given only where admitted, told afterwards, returned, listed."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.ledger import Entry, Scan, ScanCard, ScanDecision
from kaikukortti.models.programme import Hold, Occurrence
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.programme import Planned
from kaikukortti.rules.verdict import Reason, VerdictClass
from tests import factories
from tests import sellers as selling
from tests.factories import DAY, NOW, TODAY, TONIGHT
from tests.sellers import make_seller, sell
from venues import apikeys, keycare, lookup, scanning, sellers
from venues.bookingchecks import OccurrenceCancelled, OccurrenceOver
from venues.scanning import NotAdmitted, PracticeCard


@pytest.fixture
def seller():
    """Return a venue's ticket seller."""
    return make_seller()


def evening(seller, **facts) -> Occurrence:
    """Add an evening of the seller's venue."""
    return factories.make_occurrence(factories.make_event(selling.venue_of(seller)), **facts)


def flags() -> set[Flag]:
    """Return the flags that have been raised."""
    return set(db.session.scalars(sa.select(ScanDecision.flag)))


def test_a_ticket_is_a_use_of_the_event_s_day(seller):
    coming, card = evening(seller, starts_at=TONIGHT + 9 * DAY), factories.make_issued_card(children=2)
    recorded = sell(seller, card.number.lower(), occurrence=coming.id, adult=1, child=2)
    scan = db.session.scalars(sa.select(Scan)).one()
    assert recorded.use == scan.scan_id and recorded.flags == ()
    assert (scan.entry, scan.api_key_id, scan.device_id, scan.user_id) == (
        Entry.SELLER,
        seller.known.key_id,
        None,
        None,
    )
    assert (scan.on_day, scan.occurred_at, scan.adult, scan.child) == (TODAY + 9 * DAY, NOW, 1, 2)
    assert db.session.scalars(sa.select(ScanCard.card_id)).one() == card.id


def test_a_check_tells_what_the_door_is_told_and_keeps_places(seller):
    tonight = evening(seller, quota=2)
    card = factories.make_issued_card(children=2)
    checked = sellers.check(card.number, occurrence=tonight.id, key=seller.known, now=NOW)
    assert (checked.verdict.klass, checked.kind, checked.children) == (VerdictClass.COUNTS, CardKind.PERSONAL, 2)
    assert checked.hold is not None and checked.hold.places == 2
    other = sellers.check(
        factories.make_issued_card().number, occurrence=tonight.id, key=seller.known, now=NOW + timedelta(seconds=119)
    )
    assert (other.verdict.reason, other.hold) == (Reason.FULL, None)
    assert db.session.scalars(sa.select(Hold.device_id)).one() is None
    sell(seller, card.number, occurrence=tonight.id, adult=1, child=1)
    assert db.session.scalars(sa.select(Hold.used_at)).one() == NOW


def test_doors_that_open_later_stop_no_sale(seller):
    tonight = evening(seller, opens_at=NOW + timedelta(minutes=10), closes_at=NOW + timedelta(hours=1))
    card = factories.make_issued_card()
    checked = sellers.check(card.number, occurrence=tonight.id, key=seller.known, now=NOW)
    assert checked.verdict.klass is VerdictClass.WELCOME
    late = NOW + timedelta(hours=2)
    assert (
        sellers.check(card.number, occurrence=tonight.id, key=seller.known, now=late).verdict.reason
        is Reason.WRONG_TIME
    )


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"blocked_at": NOW - DAY}, Reason.NOT_IN_USE),
        ({"first_on": TODAY - 400 * DAY, "last_on": TODAY - DAY}, Reason.ENDED),
        ({"last_on": TODAY + 8 * DAY}, Reason.ENDED),
        ({"state": State.RETURNED}, Reason.NOT_IN_USE),
    ],
)
def test_what_is_not_admitted_gets_no_ticket(seller, facts, reason):
    coming = evening(seller, starts_at=TONIGHT + 9 * DAY)
    card = factories.make_issued_card(**facts)
    with pytest.raises(NotAdmitted) as refused:
        sell(seller, card.number, occurrence=coming.id)
    assert refused.value.checked.verdict.reason is reason
    assert selling.count(Scan) == 0


def test_no_more_tickets_than_the_card_gives(seller):
    tonight, card = evening(seller), factories.make_issued_card(children=1)
    for party in ({"adult": 2}, {"adult": 1, "child": 2}, {"worker": 1}, {"assistant": 10}):
        asked: dict[str, Any] = {"occurrence": tonight.id, **party}
        with pytest.raises(NotAdmitted):
            sell(seller, card.number, **asked)
    assert selling.count(Scan) == 0
    assert sell(seller, card.number, occurrence=tonight.id, adult=1, child=1, assistant=2, interpreter=1).flags == ()


def test_more_for_the_same_event_only_on_purpose(seller):
    tonight, card = evening(seller), factories.make_issued_card(children=1)
    sell(seller, card.number, occurrence=tonight.id)
    with pytest.raises(NotAdmitted) as refused:
        sell(seller, card.number, occurrence=tonight.id, child=1)
    assert refused.value.checked.verdict.klass is VerdictClass.ALREADY
    assert sell(seller, card.number, occurrence=tonight.id, child=1, again=True).flags == ()
    tablet = factories.make_tablet(selling.venue_of(seller)).known
    checked = scanning.check(code=card.number, occurrence=tonight.id, device=tablet, now=TONIGHT)
    assert (checked.verdict.klass, checked.verdict.earlier_at) == (VerdictClass.ALREADY, NOW), "the door knows of it"


def test_a_ticket_says_nothing_about_where_its_holder_is(seller):
    """Bought at home, and five minutes later at the pool: no question about two places, in either order."""
    tonight, card = evening(seller), factories.make_issued_card()
    far_tablet = factories.make_tablet().known
    sell(seller, card.number, occurrence=tonight.id)
    later = NOW + timedelta(minutes=5)
    scanning.record(factories.make_item(card, occurred=later), device=far_tablet, received_at=later)
    other = factories.make_issued_card()
    scanning.record(factories.make_item(other), device=far_tablet, received_at=NOW)
    sell(seller, other.number, occurrence=tonight.id, now=later)
    assert flags() == set()


@pytest.mark.parametrize("ago", [timedelta(minutes=3), 29 * DAY])
def test_what_was_given_without_a_network_is_a_fact(seller, ago):
    tonight = evening(seller, quota=1, starts_at=TONIGHT - ago)
    blocked = factories.make_issued_card(blocked_at=NOW - 40 * DAY, first_on=TODAY - 100 * DAY)
    recorded = sell(seller, blocked.number, occurrence=tonight.id, sold_at=NOW - ago, adult=2)
    assert set(recorded.flags) == {Flag.BLOCKED, Flag.OVER}
    scan = db.session.scalars(sa.select(Scan)).one()
    assert (scan.on_day, scan.occurred_at, scan.received_at) == (tonight.on_day, NOW - ago, NOW)


@pytest.mark.parametrize("sold_at", [NOW + timedelta(minutes=6), NOW - 31 * DAY])
def test_an_impossible_time_of_sale(seller, sold_at):
    with pytest.raises(sellers.SaleTimeImpossible):
        sell(seller, factories.make_issued_card().number, sold_at=sold_at)
    assert selling.count(Scan) == 0


def test_nothing_is_sold_for_what_is_over_called_off_or_another_s(seller):
    card = factories.make_issued_card()
    cases = (
        (evening(seller, starts_at=NOW - DAY).id, OccurrenceOver),
        (evening(seller, state=Planned.CANCELLED).id, OccurrenceCancelled),
        (factories.make_occurrence().id, lookup.OccurrenceElsewhere),
        (2**31 - 1, lookup.OccurrenceElsewhere),
    )
    for occurrence, problem in cases:
        with pytest.raises(problem):
            sell(seller, card.number, occurrence=occurrence)
        with pytest.raises(problem):
            sellers.check(card.number, occurrence=occurrence, key=seller.known, now=NOW)
    assert selling.count(Scan) == 0


def test_an_evening_that_was_moved_away_from_today_is_sold_for_its_new_day(seller):
    moved = evening(seller, starts_at=TONIGHT + 7 * DAY, moved_from_on=TODAY)
    sell(seller, factories.make_issued_card().number, occurrence=moved.id)
    assert db.session.scalars(sa.select(Scan.on_day)).one() == TODAY + 7 * DAY


def test_a_practice_card_is_never_sold_to(seller):
    with pytest.raises(PracticeCard):
        sell(seller, "UUHARJ0004X")
    with pytest.raises(PracticeCard):
        sell(seller, "UUHARJ0004X", sold_at=NOW)
    assert selling.count(Scan) == 0


def give_back(seller, use: str | None, *, now=NOW):
    assert use is not None
    return sellers.take_back(use, key=seller.known, attempt=selling.begin(seller, now=now), now=now)


def test_a_ticket_comes_back_until_the_day_of_the_event_is_over(seller):
    coming = evening(seller, starts_at=TONIGHT + 9 * DAY, quota=1)
    first, second = factories.make_issued_card(), factories.make_issued_card()
    use = sell(seller, first.number, occurrence=coming.id).use
    with pytest.raises(NotAdmitted):
        sell(seller, second.number, occurrence=coming.id)
    assert give_back(seller, use, now=NOW + 9 * DAY).flags == ()
    sell(seller, second.number, occurrence=coming.id, now=NOW + 9 * DAY)
    with pytest.raises(sellers.UseReturned):
        give_back(seller, use, now=NOW + 9 * DAY)


def test_a_ticket_that_comes_back_later_is_the_venue_s_question(seller):
    use = sell(seller, factories.make_issued_card().number, occurrence=evening(seller).id).use
    assert give_back(seller, use, now=NOW + DAY).flags == (Flag.UNDO_LATE,)


def test_only_this_seller_takes_its_tickets_back(seller):
    card, venue = factories.make_issued_card(), selling.venue_of(seller)
    use = sell(seller, card.number).use
    of_tablet = factories.make_item(factories.make_issued_card())
    scanning.record(of_tablet, device=factories.make_tablet(venue).known, received_at=NOW)
    for stranger in (make_seller(venue), make_seller()):
        with pytest.raises(NotFound):
            give_back(stranger, use)
    with pytest.raises(NotFound):
        give_back(seller, of_tablet.scan_id)
    made = keycare.rotate(seller.known.key_id, actor=seller.manager, overlap_days=1, now=NOW)
    heir = selling.Seller(seller.manager, made.token, apikeys.recognise(made.token, now=NOW))
    assert give_back(heir, use).flags == (), "the same seller with its new key"


def test_the_last_place_is_sold_once(seller, together):
    tonight = evening(seller, quota=1)
    numbers = [factories.make_issued_card().number for _ in range(10)]
    answers = together(*[lambda number=number: sell(seller, number, occurrence=tonight.id) for number in numbers])
    assert sorted(type(answer).__name__ for answer in answers) == ["NotAdmitted"] * 9 + ["Recorded"]
    assert selling.count(Scan) == 1 and flags() == set()


def test_the_programme_comes_in_parts(seller):
    event = factories.make_event(selling.venue_of(seller))
    same = [factories.make_occurrence(event, quota=n, starts_at=TONIGHT + DAY) for n in (3, 4)]
    first = factories.make_occurrence(event)
    factories.make_occurrence(event, starts_at=TONIGHT - DAY)
    factories.make_occurrence(event, starts_at=TONIGHT + 61 * DAY)
    factories.make_occurrence()
    sell(seller, factories.make_issued_card().number, occurrence=same[0].id)
    asked = {"key": seller.known, "from_on": None, "until_on": None, "most": 2, "now": NOW}
    part = sellers.list_occurrences(after=None, **asked)
    assert [(one.occurrence.id, one.places_left) for one in part.offered] == [(first.id, None), (same[0].id, 2)]
    rest = sellers.list_occurrences(after=part.after, **asked)
    assert ([(one.occurrence.id, one.places_left) for one in rest.offered], rest.after) == ([(same[1].id, 4)], None)
    past = sellers.list_occurrences(after=None, **{**asked, "from_on": TODAY - DAY, "until_on": TODAY - DAY})
    assert len(past.offered) == 1
    with pytest.raises(lookup.OccurrenceElsewhere):
        sellers.list_occurrences(after=factories.make_occurrence().id, **asked)
    for days in ((TODAY, TODAY - DAY), (TODAY, TODAY + 367 * DAY), (date.min, date.max), (date.max, date.min)):
        with pytest.raises(sellers.ListTooLong):
            sellers.list_occurrences(after=None, **{**asked, "from_on": days[0], "until_on": days[1]})
    assert not sellers.list_occurrences(after=None, **{**asked, "from_on": date.max}).offered
