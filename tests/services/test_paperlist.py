"""Paper lists entered afterwards: each line is judged by its own day; days, events and codes that can be entered."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti import lifecycle, statistics
from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import Entry, ScanCard
from kaikukortti.models.network import Venue
from kaikukortti.rules import number
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import Action, CardKind, State
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.number import Problem
from kaikukortti.rules.programme import Planned
from kaikukortti.rules.verdict import VerdictClass
from tests import cardlives, factories
from tests.factories import DAY, NOW, TODAY
from tests.paperlists import LAST_WEEK, ONE, both, enter, line, preview, scans, sheet_of
from venues import lookup, paperday, paperlist
from venues.paperlist import Line, Outcome


@pytest.fixture
def staff():
    return factories.make_actor(Role.VENUE_STAFF)


@pytest.fixture
def venue(staff) -> Venue:
    return db.session.get_one(Venue, staff.venue_id)


@pytest.fixture
def coordinator(venue):
    return factories.make_actor(Role.COORDINATOR, factories.the_area())


def test_line_is_a_visit_of_its_day_from_paper(staff, venue):
    evening = factories.make_occurrence(venue=venue, starts_at=factories.TONIGHT - 7 * DAY)
    card = factories.make_issued_card(children=2)
    [result] = enter(sheet_of(venue, occurrence=evening), staff, line(card, adult=1, child=2, assistant=1))
    assert (result.outcome, result.flags) == (Outcome.ENTERED, ())
    [scan] = scans()
    assert (scan.entry, scan.device_id, scan.user_id) == (Entry.BACKLOG, None, staff.user_id)
    assert (scan.on_day, scan.occurred_at, scan.received_at) == (LAST_WEEK, evening.starts_at, NOW)
    assert (scan.verdict, scan.raw_code) == (VerdictClass.COUNTS, None)
    assert statistics.evening(venue.id, on_day=LAST_WEEK).uses.total == 3
    assert statistics.evening(venue.id, on_day=TODAY).uses.total == 0


def test_card_that_ended_yesterday_is_good_for_last_week(staff, venue):
    card = factories.make_issued_card(first_on=TODAY - 365 * DAY, last_on=TODAY - DAY)
    assert both(card, sheet_of(venue), staff) == (Outcome.ENTERED, ())


def test_card_that_had_ended_before_the_visit_is_flagged(staff, venue):
    card = factories.make_issued_card(first_on=TODAY - 365 * DAY, last_on=LAST_WEEK - DAY)
    assert both(card, sheet_of(venue), staff) == (Outcome.FLAGGED, (Flag.ENDED,))


@pytest.mark.parametrize(("blocked_at", "flags"), [(NOW - DAY, ()), (NOW - 8 * DAY, (Flag.BLOCKED,))])
def test_block_counts_from_its_own_day(staff, venue, blocked_at, flags):
    """Blocked between visit and entry: at the visit all was well. Blocked before: the coordinator is asked."""
    card = factories.make_issued_card(blocked_at=blocked_at)
    assert both(card, sheet_of(venue), staff)[1] == flags


def test_card_renewed_since_then_is_judged_by_its_days_of_then(staff, venue):
    worker = factories.make_actor(Role.WORKER)
    card = factories.make_issued_card(
        factories.unit_of(worker), first_on=TODAY - 380 * DAY, last_on=LAST_WEEK - 2 * DAY
    )
    cardlives.renew(card, worker)
    assert both(card, sheet_of(venue), staff) == (Outcome.FLAGGED, (Flag.ENDED,)), "it had ended on that day"
    earlier = enter(sheet_of(venue, LAST_WEEK - 2 * DAY), staff, line(card))
    assert earlier[0].outcome is Outcome.ENTERED


def test_card_replaced_since_then_was_good(staff, venue):
    worker = factories.make_actor(Role.WORKER)
    old = factories.make_issued_card(factories.unit_of(worker))
    cardlives.replace(old, worker)
    assert both(old, sheet_of(venue), staff) == (Outcome.ENTERED, ())


def test_card_suspended_on_that_day_is_flagged(staff, venue):
    card = factories.make_issued_card()
    pause = factories.add_card_event(card, Action.SUSPEND, State.SUSPENDED, at=NOW - 10 * DAY)
    pause.effective_until = NOW - 3 * DAY
    db.session.commit()
    assert both(card, sheet_of(venue), staff) == (Outcome.FLAGGED, (Flag.BLOCKED,))
    assert enter(sheet_of(venue, TODAY - 2 * DAY), staff, line(card))[0].flags == ()


def test_card_suspended_now_was_good_on_that_day(staff, venue):
    worker = factories.make_actor(Role.WORKER)
    card = factories.make_issued_card(factories.unit_of(worker))
    lifecycle.suspend(card.id, until_on=TODAY + 5 * DAY, actor=worker, now=NOW)
    assert both(card, sheet_of(venue), staff) == (Outcome.ENTERED, ())


def stock_of(worker) -> list[Card]:
    return factories.make_stock_cards(2, factories.unit_of(worker))


def test_card_taken_into_use_later_that_day_was_in_use(staff, venue):
    """Nobody wrote the hour of a house visit down, so the doubt is the holder's gain."""
    worker = factories.make_actor(Role.WORKER)
    old, registered, new = (factories.make_issued_card(factories.unit_of(worker)), *stock_of(worker))
    cardlives.register(registered, worker, now=NOW - DAY)  # 18.30, and the visit is put at noon
    cardlives.replace(old, worker, new=new, now=NOW - DAY)
    for card in (registered, new):
        assert enter(sheet_of(venue, TODAY - DAY), staff, line(card))[0].flags == ()
        assert enter(sheet_of(venue, TODAY - 2 * DAY), staff, line(card))[0].flags == (Flag.UNREGISTERED,)


def test_unregistered_card_is_linked_when_its_registration_is_entered(staff, venue):
    worker = factories.make_actor(Role.WORKER)
    card = factories.make_stock_card(factories.unit_of(worker))
    assert both(card, sheet_of(venue), staff) == (Outcome.FLAGGED, (Flag.UNREGISTERED,))
    cardlives.register(card, worker, handed_out_on=LAST_WEEK)
    assert db.session.scalars(sa.select(ScanCard.card_id)).all() == [card.id]


def test_codes_from_elsewhere_and_of_earlier_shapes_behave_as_at_the_door(staff, venue):
    factories.the_area().legacy_masks = "AA99999"
    db.session.commit()
    far, old = enter(sheet_of(venue), staff, line("VANTAA-17"), line("va 12345", 2))
    assert (far.flags, old.flags) == ((Flag.ELSEWHERE,), (Flag.UNREGISTERED,))
    assert {scan.raw_code for scan in scans()} == {"VANTAA-17", "VA12345"}


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("010190-123M", Problem.IDENTITY),
        ("EK3F8M", Problem.LENGTH),
        ("???", Problem.SYMBOL),
    ],
)
def test_what_is_no_number_is_not_stored(staff, venue, code, problem):
    sheet, good = sheet_of(venue), factories.make_issued_card()
    for results in (preview(sheet, staff, line(code), line(good, 2)), enter(sheet, staff, line(code), line(good, 2))):
        assert [result.outcome for result in results] == [Outcome.UNREADABLE, Outcome.ENTERED]
        assert results[0].malformed is not None and results[0].malformed.problem is problem
    assert len(scans()) == 1
    corrected = factories.make_issued_card()
    again = enter(sheet, staff, line(corrected), line(good, 2))
    assert [result.outcome for result in again] == [Outcome.ENTERED, Outcome.BEFORE]


def test_practice_card_reaches_no_ledger(staff, venue):
    body = number.make("UU", lambda symbols: symbols[5])
    [result] = enter(sheet_of(venue), staff, line(body))
    assert (result.outcome, scans()) == (Outcome.UNREADABLE, [])


def test_cancelled_event_is_flagged(staff, venue):
    off = factories.make_occurrence(venue=venue, starts_at=factories.TONIGHT - 7 * DAY, state=Planned.CANCELLED)
    assert both(factories.make_issued_card(), sheet_of(venue, occurrence=off), staff)[1] == (Flag.CANCELLED,)


def test_quota_and_children_are_facts_that_are_noted(staff, venue):
    full = factories.make_occurrence(venue=venue, starts_at=factories.TONIGHT - 7 * DAY, quota=1)
    card = factories.make_issued_card(children=1)
    [result] = enter(sheet_of(venue, occurrence=full), staff, line(card, adult=1, child=2))
    assert result.flags == (Flag.CHILDREN, Flag.OVER)


def test_community_card_brings_workers_and_clients_under_16(staff, venue):
    card = factories.make_issued_card(kind=CardKind.COMMUNITY)
    [result] = enter(sheet_of(venue), staff, line(card, worker=2, under16=5))
    assert result.flags == ()
    assert statistics.evening(venue.id, on_day=LAST_WEEK).uses.total == 7


def test_event_of_later_today_is_put_at_now(staff, venue):
    soon = factories.make_occurrence(venue=venue)
    assert enter(sheet_of(venue, TODAY, soon), staff, line(factories.make_issued_card()))[0].flags == ()
    assert scans()[0].occurred_at == NOW


def test_door_window_does_not_make_a_good_visit_a_late_one(staff, venue):
    start = factories.TONIGHT - 7 * DAY
    opens, closes = start - timedelta(hours=1), start - timedelta(minutes=5)
    evening = factories.make_occurrence(venue=venue, starts_at=start, opens_at=opens, closes_at=closes)
    enter(sheet_of(venue, occurrence=evening), staff, line(factories.make_issued_card()))
    assert scans()[0].verdict is VerdictClass.WELCOME


def test_days_that_can_be_entered(staff, venue, coordinator):
    card = factories.make_issued_card(first_on=TODAY - 300 * DAY)
    assert enter(sheet_of(venue, TODAY - 30 * DAY), staff, line(card))[0].flags == ()
    with pytest.raises(paperday.DayTooOld) as caught:
        enter(sheet_of(venue, TODAY - 31 * DAY), staff, line(card))
    assert caught.value.code == "paper_day_too_old"
    assert enter(sheet_of(venue, TODAY - 200 * DAY), coordinator, line(card))[0].flags == ()
    with pytest.raises(paperday.DayOverAYear):
        enter(sheet_of(venue, TODAY - 367 * DAY), coordinator, line(card))
    for actor in (staff, coordinator):
        with pytest.raises(paperday.DayInFuture):
            preview(sheet_of(venue, TODAY + DAY), actor, line(card))
    assert len(scans()) == 2


def test_whose_list_and_whose_event(staff, venue, coordinator):
    card, elsewhere = factories.make_issued_card(), factories.make_venue(factories.make_area("HX"))
    worker, viewer = factories.make_actor(Role.WORKER), factories.make_actor(Role.VIEWER, factories.the_area())
    for actor, place in ((staff, factories.make_venue()), (worker, venue), (viewer, venue), (coordinator, elsewhere)):
        for act in (preview, enter):
            with pytest.raises(NotFound):
                act(sheet_of(place), actor, line(card))
    theirs = factories.make_occurrence(starts_at=factories.TONIGHT - 7 * DAY)
    with pytest.raises(lookup.OccurrenceElsewhere):
        enter(sheet_of(venue, occurrence=theirs), staff, line(card))
    tonight = factories.make_occurrence(venue=venue)
    with pytest.raises(paperday.EventOfOtherDay):
        enter(sheet_of(venue, occurrence=tonight), staff, line(card))
    assert scans() == []


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [Line(no, "VANTAA-17", ONE) for no in range(1, 62)],
        [Line(1, "VANTAA-17", Counts())],
        [Line(1, "VANTAA-17", Counts(adult=100))],
        [Line(1, "VANTAA-17", Counts(adult=2, child=-1))],
        [Line(61, "VANTAA-17", ONE)],
    ],
)
def test_lists_that_no_form_makes(staff, venue, lines):
    for act in (preview, enter):
        with pytest.raises(paperlist.ListImpossible):
            act(sheet_of(venue), staff, *lines)
