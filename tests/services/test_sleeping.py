"""Unused cards: who is on the list at which age, what takes a card off it, ideas, talks, and the log."""

from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from kaikukortti import lifecycle, sleeping
from kaikukortti.db import db
from kaikukortti.errors import NotAllowed, NotFound
from kaikukortti.models.cards import Card, CardTalk, PeriodKind
from kaikukortti.models.network import PartnerState, Unit, Venue
from kaikukortti.models.trail import AuditEntry
from kaikukortti.profiles import Profile
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.programme import EventKind, Planned
from kaikukortti.rules.suggestion import Kind
from kaikukortti.sleeping import SleepingCard
from tests import cardlives, factories
from tests.factories import DAY, NOW, TODAY
from venues import scanning


@pytest.fixture
def worker() -> Actor:
    return factories.make_actor()


@pytest.fixture
def unit(worker: Actor) -> Unit:
    return factories.unit_of(worker)


def listed(worker: Actor, *, now: datetime = NOW) -> dict[str, SleepingCard]:
    return {card.number: card for band in sleeping.list_cards(actor=worker, now=now) for card in band.cards}


def bands(worker: Actor, *, now: datetime = NOW) -> dict[int, list[str]]:
    return {band.days: [card.number for card in band.cards] for band in sleeping.list_cards(actor=worker, now=now)}


def asleep(unit: Unit, days: int = 40, **fields) -> Card:
    return factories.make_issued_card(unit, first_on=TODAY - days * DAY, **fields)


@pytest.mark.parametrize(
    ("days", "band"), [(29, None), (30, 30), (59, 30), (60, 60), (119, 60), (120, 120), (300, 120), (364, 120)]
)
def test_edges_of_the_bands(worker, unit, days, band):
    card = asleep(unit, days)
    expected = {each: [card.number] if each == band else [] for each in (120, 60, 30)}
    assert bands(worker) == expected


def test_an_undone_handing_out_makes_no_card_older(worker, unit):
    card, long_ago = factories.make_stock_card(unit), NOW - 40 * DAY
    cardlives.register(card, worker, now=long_ago)
    lifecycle.undo_registration(card.id, actor=worker, now=long_ago)
    cardlives.register(card, worker, now=NOW - 29 * DAY)
    assert listed(worker) == {}
    assert listed(worker, now=NOW + DAY)[card.number].handed_out_on == TODAY - 29 * DAY


def test_days_are_those_of_helsinki(worker, unit):
    card = asleep(unit, 29)
    before, after = (period.moment_of(TODAY + DAY, time(0)) + shift for shift in (-timedelta(seconds=1), timedelta(0)))
    assert card.number not in listed(worker, now=before)
    assert card.number in listed(worker, now=after)


def test_oldest_first_within_a_band_and_those_talked_about_below(worker, unit):
    young, old, middle = asleep(unit, 31), asleep(unit, 55), asleep(unit, 44)
    assert bands(worker)[30] == [old.number, middle.number, young.number]
    sleeping.note_talk(old.id, actor=worker, now=NOW)
    assert bands(worker)[30] == [middle.number, young.number, old.number]
    assert {card.number: card.talked_on for card in listed(worker).values()} == {
        old.number: TODAY,
        middle.number: None,
        young.number: None,
    }


@pytest.mark.parametrize(
    ("state", "suspended_until", "is_listed"),
    [
        (State.ACTIVE, None, True),
        (State.SUSPENDED, TODAY + DAY, False),
        (State.SUSPENDED, TODAY, True),
        (State.BLOCKED, None, False),
        (State.REPLACED, None, False),
        (State.RETURNED, None, False),
        (State.ANONYMISED, None, False),
    ],
)
def test_only_cards_that_can_be_used_today(worker, unit, state, suspended_until, is_listed):
    card = asleep(unit, state=state)
    card.suspended_until = suspended_until
    db.session.commit()
    assert (card.number in listed(worker)) is is_listed


@pytest.mark.parametrize(("last_on", "is_listed"), [(TODAY, True), (TODAY - DAY, False)])
def test_ended_cards_are_left_to_the_renewals(worker, unit, last_on, is_listed):
    card = asleep(unit, 90, last_on=last_on)
    assert (card.number in listed(worker)) is is_listed


def test_community_cards_and_stock_sleep_nowhere(worker, unit):
    asleep(unit, kind=CardKind.COMMUNITY)
    factories.make_stock_card(unit)
    assert not listed(worker)


def test_another_unit_never_sees_them(worker, unit):
    card, other = asleep(unit), factories.make_actor()
    assert not listed(other)
    for change in (sleeping.note_talk, sleeping.take_back_talk):
        with pytest.raises(NotFound):
            change(card.id, actor=other, now=NOW)
    assert card.number in listed(worker)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.WORKER])
def test_only_workers_open_the_list(role, unit):
    asleep(unit)
    with pytest.raises(NotAllowed):
        sleeping.list_cards(actor=factories.make_actor(role), now=NOW)


def test_first_use_takes_a_card_off_and_its_undo_brings_it_back(worker, unit):
    card, tablet = asleep(unit), factories.make_tablet()
    body = factories.scan_body(card)
    scanning.record(factories.item_of(body), device=tablet.known, received_at=NOW)
    assert not listed(worker)
    scanning.record(factories.item_of(factories.undo_body(body)), device=tablet.known, received_at=NOW)
    assert card.number in listed(worker)


def test_a_visit_of_helpers_alone_is_no_use(worker, unit):
    card, tablet = asleep(unit), factories.make_tablet()
    scanning.record(factories.make_item(card, adult=0, assistant=1), device=tablet.known, received_at=NOW)
    assert card.number in listed(worker)


def test_line_counts_once_and_from_its_first_card(worker, unit):
    first = asleep(unit, 130, state=State.REPLACED)
    second = asleep(unit, 5, line=first.line or "", period_kind=PeriodKind.REPLACEMENT)
    assert bands(worker) == {120: [second.number], 60: [], 30: []}
    assert listed(worker)[second.number].handed_out_on == TODAY - 130 * DAY


def test_use_of_the_card_before_counts_for_its_replacement(worker, unit):
    first, tablet = asleep(unit, 130), factories.make_tablet()
    scanning.record(factories.make_item(first), device=tablet.known, received_at=NOW)
    first.state = State.REPLACED
    asleep(unit, 35, line=first.line or "", period_kind=PeriodKind.REPLACEMENT)
    assert not listed(worker)


def test_talk_about_the_card_before_is_seen_on_its_replacement(worker, unit):
    first = asleep(unit, 130)
    sleeping.note_talk(first.id, actor=worker, now=NOW - 3 * DAY)
    first.state = State.REPLACED
    second = asleep(unit, 2, line=first.line or "", period_kind=PeriodKind.REPLACEMENT)
    assert listed(worker)[second.number].talked_on == TODAY - 3 * DAY


def test_talk_is_noted_once_a_day_and_again_another_day(worker, unit):
    card = asleep(unit)
    for _ in range(2):
        sleeping.note_talk(card.id, actor=worker, now=NOW - 7 * DAY)
    sleeping.note_talk(card.id, actor=worker, now=NOW)
    talks = db.session.scalars(sa.select(CardTalk).order_by(CardTalk.talked_at)).all()
    assert [(talk.card_id, talk.talked_at, talk.recorded_by) for talk in talks] == [
        (card.id, NOW - 7 * DAY, worker.user_id),
        (card.id, NOW, worker.user_id),
    ]
    assert listed(worker)[card.number].talked_on == TODAY


def test_talk_is_taken_back_the_same_day_only(worker, unit):
    card, night = asleep(unit), period.moment_of(TODAY, time(23, 59))
    sleeping.note_talk(card.id, actor=worker, now=NOW - 7 * DAY)
    sleeping.note_talk(card.id, actor=worker, now=NOW)
    with pytest.raises(sleeping.NoTalkToday):
        sleeping.take_back_talk(card.id, actor=worker, now=night + timedelta(minutes=1))
    sleeping.take_back_talk(card.id, actor=worker, now=night)
    assert listed(worker)[card.number].talked_on == TODAY - 7 * DAY, "the earlier talk stays"
    with pytest.raises(sleeping.NoTalkToday):
        sleeping.take_back_talk(card.id, actor=worker, now=night)


def test_no_talk_is_noted_of_a_card_that_is_on_the_list_no_more(worker, unit):
    used, blocked, young = asleep(unit), asleep(unit, blocked_at=NOW - DAY), asleep(unit, 29)
    scanning.record(factories.make_item(used), device=factories.make_tablet().known, received_at=NOW)
    for card in (used, blocked, young):
        with pytest.raises(sleeping.CardNotSleeping):
            sleeping.note_talk(card.id, actor=worker, now=NOW)
    assert db.session.scalar(sa.select(sa.func.count(CardTalk.id))) == 0


def test_idea_is_the_nearest_venue_with_something_in_the_fortnight(worker, unit):
    card, far, near = asleep(unit), venue_at("53850"), venue_at("53130")
    asked_at(card, "53100")
    coming(far, days=1)
    first = coming(near, days=14)
    idea = listed(worker)[card.number].idea
    assert idea is not None
    assert (idea.kind, idea.venue.id, idea.event.id, idea.starts_at) == (
        Kind.EVENT,
        near.id,
        first.event_id,
        first.starts_at,
    )


@pytest.mark.parametrize(
    "fields",
    [{"days": 15}, {"days": 0, "hours": 1}, {"state": Planned.CANCELLED}, {"sold_out": True}, {"quota": 0}],
    ids=str,
)
def test_what_cannot_be_gone_to_is_no_idea(worker, unit, fields):
    card = asleep(unit)
    coming(venue_at("53100"), **fields)
    assert listed(worker)[card.number].idea is None


def test_venues_that_are_away_or_elsewhere_are_no_idea(worker, unit):
    card = asleep(unit)
    coming(venue_at("53100", state=PartnerState.PAUSED))
    coming(factories.make_venue(factories.make_area("HX"), postcode="53100"))
    assert listed(worker)[card.number].idea is None


def test_children_of_the_card_decide_about_the_idea(worker, unit):
    alone, family, home = asleep(unit), asleep(unit, children=2), venue_at("53100")
    course = coming(home, days=1, kind=EventKind.COURSE)
    play = coming(home, days=2, hours=-2)
    found = listed(worker)
    ideas = [found[card.number].idea for card in (alone, family)]
    assert [(idea.kind, idea.event.id) for idea in ideas if idea] == [
        (Kind.EVENT, course.event_id),
        (Kind.CHILDREN, play.event_id),
    ]


def test_holder_without_a_known_home_gets_an_idea_all_the_same(worker, unit):
    card = asleep(unit)
    db.session.execute(sa.delete(Profile))
    coming(venue_at("53100"))
    assert listed(worker)[card.number].idea is not None


def test_one_entry_in_the_log_for_a_look_whatever_its_length(worker, unit):
    cards = [asleep(unit), asleep(unit)]
    sleeping.list_cards(actor=worker, now=NOW)
    sleeping.note_talk(cards[0].id, actor=worker, now=NOW)
    sleeping.take_back_talk(cards[0].id, actor=worker, now=NOW)
    entries = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.seq)).all()
    assert [(entry.action, entry.detail, entry.card_ref is None) for entry in entries] == [
        ("cards.sleeping_listed", {"count": 2}, True),
        ("card.talked_about", {}, False),
        ("card.talk_taken_back", {}, False),
    ]


def venue_at(postcode: str, **fields) -> Venue:
    return factories.make_venue(postcode=postcode, **fields)


def asked_at(card: Card, postcode: str) -> None:
    db.session.execute(sa.update(Profile).where(Profile.line == card.line).values(postcode=postcode))
    db.session.commit()


def coming(
    venue: Venue, *, days: int = 3, hours: int = 0, kind: EventKind = EventKind.PERFORMANCE, state=Planned.ON, **fields
):
    starts_at = NOW + timedelta(days=days, hours=hours)
    occurrence = factories.make_occurrence(venue=venue, starts_at=starts_at, kind=kind, state=state)
    for name, value in fields.items():
        setattr(occurrence, name, value)
    db.session.commit()
    return occurrence


def test_sleeping_day_of_a_late_paper_entry_is_its_own_day(worker, unit):
    """The day on the paper counts, not the day on which it was entered."""
    card = asleep(unit, 30)
    assert listed(worker)[card.number].handed_out_on == date(2026, 10, 21)
