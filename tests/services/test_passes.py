"""Passes: which visits with one are uses, on both engines as plain Python has it; what the door says of their days."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models import counted
from kaikukortti.models.ledger import Scan
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import limit
from kaikukortti.rules.access import Role
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.limit import Limit, LimitPer
from kaikukortti.rules.programme import EventKind
from kaikukortti.rules.verdict import Reason, VerdictClass
from tests import factories
from tests.factories import DAY, NOW, TODAY, TONIGHT
from venues import events, limits, scanning, sync, wording

PASS = EventKind.PERIOD_PASS


@pytest.fixture
def venue():
    return factories.make_venue()


@pytest.fixture
def tablet(venue):
    return factories.make_tablet(venue).known


@pytest.fixture
def card():
    return factories.make_issued_card(first_on=TODAY - 300 * DAY, children=1)


@pytest.fixture
def gym(venue):
    """Return a pass of ten days."""
    return make_pass(venue, pass_days=10)


@pytest.fixture
def visit(venue, tablet):
    """Return a function that goes to a pass some days ago, and returns what the scan's answer is."""

    def go(card, event, ago, **fields):
        there = open_day(event, ago)
        item = factories.make_item(card, occurrence=there, occurred=there.starts_at, **fields)
        return sync.accept([item], device=tablet, received_at=there.starts_at + timedelta(seconds=2))[0]

    return go


@pytest.fixture
def check(tablet):
    def ask(card, event, ago=0):
        there = open_day(event, ago)
        return scanning.check(code=card.number, ref=None, occurrence=there.id, device=tablet, now=there.starts_at)

    return ask


def make_pass(venue, **facts) -> Event:
    event = factories.make_event(venue, kind=PASS)
    for name, value in facts.items():
        setattr(event, name, value)
    db.session.commit()
    return event


def open_day(event: Event, ago: int) -> Occurrence:
    starts_at = TONIGHT - ago * DAY
    query = sa.select(Occurrence).where(Occurrence.event_id == event.id, Occurrence.starts_at == starts_at)
    return db.session.scalar(query) or factories.make_occurrence(event, starts_at=starts_at)


def uses(event: Event) -> dict[date, int]:
    """Return the uses of each day on which there was one."""
    query = (
        sa.select(Scan.on_day, sa.func.sum(counted.used_by(counted.ADULTS + counted.CHILDREN)))
        .join(Occurrence, Occurrence.id == Scan.occurrence_id)
        .outerjoin(Event, Event.id == Occurrence.event_id)
        .where(Event.id == event.id, counted.is_counted())
        .group_by(Scan.on_day)
    )
    return {day: count for day, count in db.session.execute(query) if count}


def days_ago(*agos: int) -> list[date]:
    return [TODAY - ago * DAY for ago in agos]


def test_visits_within_a_pass_are_attendance_and_one_after_it_is_a_new_use(visit, card, gym):
    for ago in (30, 29, 22, 21, 20, 12, 10):  # ten days from 30, ten from 20, ten from 10
        visit(card, gym, ago)
    assert uses(gym) == dict.fromkeys(days_ago(30, 20, 10), 1)


def test_a_pass_begins_with_the_first_visit_after_the_last_not_ten_days_on(visit, card, gym):
    for ago in (30, 18, 9, 8):
        visit(card, gym, ago)
    assert uses(gym) == dict.fromkeys(days_ago(30, 18, 8), 1)


def test_every_ticket_of_the_first_day_counts(visit, card, gym):
    visit(card, gym, 12, child=1)
    visit(card, gym, 5, child=1)
    assert uses(gym) == {TODAY - 12 * DAY: 2}


def test_visits_arrive_in_whatever_order(visit, card, gym):
    for ago in (10, 30, 12, 20):
        visit(card, gym, ago)
    assert uses(gym) == dict.fromkeys(days_ago(30, 20, 10), 1)


def test_an_undone_first_visit_begins_nothing(tablet, visit, card, gym):
    first = open_day(gym, 20)
    body = factories.scan_body(card, occurrence=first, occurred=first.starts_at)
    undo = factories.undo_body(body, occurred=(first.starts_at + timedelta(minutes=2)).isoformat())
    for item in (body, undo):
        scanning.record(factories.item_of(item), device=tablet, received_at=first.starts_at)
    visit(card, gym, 15)
    visit(card, gym, 8)
    assert uses(gym) == {TODAY - 15 * DAY: 1}


def test_each_holder_has_a_pass_of_their_own(visit, card, gym):
    other = factories.make_issued_card(first_on=TODAY - 300 * DAY)
    renewed = factories.make_issued_card(first_on=TODAY - 300 * DAY, line=card.line)
    for who, ago in ((card, 20), (other, 15), (renewed, 12), (other, 6), ("VA12345", 16), ("VA12345", 5)):
        visit(who, gym, ago)
    assert uses(gym) == dict.fromkeys(days_ago(20, 16, 15, 5), 1)


@pytest.mark.parametrize("seed", range(4))
def test_the_database_counts_as_plain_python_does(venue, tablet, seed):
    chance = random.Random(seed)
    gym = make_pass(venue, pass_days=chance.randint(1, 40))
    wanted: dict[date, int] = {}
    for _ in range(3):
        card = factories.make_issued_card(first_on=TODAY - 300 * DAY)
        agos = [chance.randint(1, 120) for _ in range(12)]
        for ago in set(agos):
            there = open_day(gym, ago)
            item = factories.make_item(card, occurrence=there, occurred=there.starts_at)
            scanning.record(item, device=tablet, received_at=there.starts_at)
        for day in limit.passes_begun(days_ago(*agos), gym.pass_days or 0):
            wanted[day] = wanted.get(day, 0) + 1
    assert uses(gym) == wanted


def test_a_pass_without_a_length_is_one_use(visit, venue, card):
    season = make_pass(venue)
    for ago in (200, 100, 3):
        visit(card, season, ago)
    assert uses(season) == {TODAY - 200 * DAY: 1}


def test_the_door_tells_that_a_pass_has_ended(visit, check, card, gym):
    assert check(card, gym).standing.pass_ended_on is None, "the first one"
    visit(card, gym, 10)
    assert check(card, gym, ago=1).standing.pass_ended_on is None, "its last day"
    checked = check(card, gym)
    assert checked.verdict.admits and checked.standing.pass_ended_on == TODAY - DAY
    said = wording.next_step(checked.verdict, contact="", **vars(checked.standing))
    assert said is not None and "19 Nov 2026" in said["en"]


def test_a_new_pass_is_a_use_under_the_limit(venue, visit, check, card, gym):
    manager = factories.make_actor(Role.VENUE_MANAGER, venue)
    limits.add(venue.id, wanted=Limit(LimitPer.TERM, 2, kind=PASS), actor=manager, now=NOW)
    for ago in (40, 35, 31, 20):
        assert visit(card, gym, ago).flags == ()
    assert check(card, gym, ago=11).verdict.admits, "within the second"
    refused = check(card, gym)
    assert (refused.verdict.klass, refused.verdict.reason) == (VerdictClass.NOT_NOW, Reason.LIMIT)
    assert visit(card, gym, 0).flags == (Flag.LIMIT,)


@pytest.mark.parametrize(("ago", "words"), [(31, "first day of this pass is 21 Oct 2026"), (9, "was 10 Nov 2026")])
def test_a_pass_with_days_is_for_these(venue, visit, check, card, ago, words):
    season = make_pass(venue, first_on=TODAY - 30 * DAY, last_on=TODAY - 10 * DAY)
    for within in (30, 10):
        assert check(card, season, ago=within).verdict.admits
    checked = check(card, season, ago=ago)
    assert (checked.verdict.klass, checked.verdict.reason) == (VerdictClass.NOT_NOW, Reason.LIMIT)
    said = wording.say(checked.verdict, last_day=None, malformed=None, hindrance=checked.standing.hindrance)
    assert words in said["en"]
    assert visit(card, season, ago).flags == (Flag.LIMIT,)


def test_the_length_of_a_pass_is_kept_once_there_are_visits(venue, visit, card, gym):
    manager = factories.make_actor(Role.VENUE_MANAGER, venue)
    wanted = replace(events.details_of(gym), pass_days=20)
    events.change_event(gym.id, actor=manager, details=wanted, now=NOW)
    visit(card, gym, 5)
    with pytest.raises(events.PassFixed):
        events.change_event(gym.id, actor=manager, details=replace(wanted, pass_days=30), now=NOW)
    for days in (0, 401):
        with pytest.raises(events.PassImpossible):
            events.change_event(gym.id, actor=manager, details=replace(wanted, pass_days=days), now=NOW)
    concert = events.change_event(
        factories.make_event(venue).id, actor=manager, details=replace(wanted, kind=EventKind.MATCH), now=NOW
    )
    assert concert.pass_days is None
