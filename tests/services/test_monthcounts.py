"""Months kept ready: whatever happens and in whatever order, they equal a count of the ledger itself."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaikukortti import monthcounts, statistics
from kaikukortti.db import db, transactional
from kaikukortti.models import counted
from kaikukortti.models.cards import Card
from kaikukortti.models.figures import MonthCount, StaleMonth
from kaikukortti.models.ledger import Scan, ScanCard, ScanDecision
from kaikukortti.models.network import Venue
from kaikukortti.models.programme import Event
from kaikukortti.rules.flag import Answer, Flag
from kaikukortti.rules.programme import Category, EventKind
from kaikukortti.usecounts import Uses
from tests import factories
from tests.factories import DAY, NOW, TODAY
from venues import scanning, sync

FIRST, LAST = date(2025, 1, 1), date(2027, 12, 31)
Key = tuple[int, str, int, bool]


def kept() -> dict[Key, tuple[int, ...]]:
    """Return the rows that are kept, those of nothing left out."""
    rows = db.session.scalars(sa.select(MonthCount).execution_options(populate_existing=True))
    return {
        (row.venue_id, row.month.isoformat()[:7], row.event_id, row.is_verified): tuple(
            getattr(row, name) for name in ("adults", "children", "helpers", "community", "scans")
        )
        for row in rows
    }


def as_defined() -> dict[Key, tuple[int, ...]]:
    """Return adults and children by the definition alone, asked of each scan (counted.used_by)."""
    month, event_id = counted.month_index(), sa.func.coalesce(Event.id, 0)
    is_verified = sa.case((counted.is_verified(), 1), else_=0)
    tickets = (counted.used_by(counted.ADULTS), counted.used_by(counted.CHILDREN))
    found: dict[Key, tuple[int, ...]] = {}
    query = counted.of_ledger(Scan.venue_id, month, event_id, is_verified, *tickets).where(counted.is_counted())
    for venue_id, number, event, verified, adults, children in db.session.execute(query):
        key = (venue_id, f"{number // 12}-{number % 12 + 1:02}", event, bool(verified))
        before = found.get(key, (0, 0))
        found[key] = (before[0] + adults, before[1] + children)
    return found


def marks() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(StaleMonth)) or 0


def recounted() -> dict[Key, tuple[int, ...]]:
    """Return what a count of everything gives: nothing kept, one mark for each venue as after the migration."""
    with db.engine.begin() as connection:
        connection.execute(sa.delete(MonthCount))
        connection.execute(sa.delete(StaleMonth))
        connection.execute(sa.insert(StaleMonth).from_select(["venue_id"], sa.select(Venue.id)))
    for area_id in db.session.scalars(sa.select(Venue.area_id).distinct()).all():
        monthcounts.refresh(area_id)
    return kept()


def refresh_all() -> None:
    for area_id in db.session.scalars(sa.select(Venue.area_id).distinct()).all():
        monthcounts.refresh(area_id)
    assert not marks()


class World:
    """Two venues with courses, passes and evenings over some months, cards of ours and of others."""

    def __init__(self) -> None:
        unit = factories.make_unit()
        self.venues = [factories.make_venue(category=category) for category in (Category.CULTURE, Category.SPORT)]
        self.tablets = [factories.make_tablet(venue).known for venue in self.venues]
        self.events = [
            factories.make_event(venue, kind=kind)
            for venue in self.venues
            for kind in (EventKind.COURSE, EventKind.PERIOD_PASS, EventKind.PERFORMANCE)
        ]
        self.evenings = [
            factories.make_occurrence(event, starts_at=NOW - days * DAY)
            for event in self.events
            for days in (70, 40, 10)
        ]
        self.cards: list[Card | str] = [
            factories.make_issued_card(unit, first_on=TODAY - 200 * DAY, children=2),
            factories.make_issued_card(unit, first_on=TODAY - 200 * DAY),
            factories.make_stock_card(unit),
            "VA12345",
        ]
        self.sent: list[tuple[int, dict[str, Any]]] = []

    def visit(self, draw: int) -> None:
        place = draw % 2
        mine = [evening for evening in self.evenings if evening.venue_id == self.venues[place].id]
        goal = (mine + [None])[draw // 2 % (len(mine) + 1)]
        at = NOW - (draw % 90) * DAY if goal is None else goal.starts_at
        body = factories.scan_body(self.cards[draw // 7 % 4], occurrence=goal, occurred=at, child=draw % 3)
        self._send(place, body)
        self.sent.append((place, body))

    def undo(self, draw: int) -> None:
        """Undo a visit that was sent, or one that is sent later, days after it was made."""
        if not self.sent or draw % 4 == 0:
            body = factories.scan_body(self.cards[0], occurred=NOW - (draw % 90) * DAY)
            self._send(draw % 2, {**factories.undo_body(body), "occurrence": None, "occurred": NOW.isoformat()})
            self._send(draw % 2, body)
        else:
            place, body = self.sent[draw % len(self.sent)]
            at = body["occurred"] if draw % 3 else NOW.isoformat()
            self._send(place, {**factories.undo_body(body), "occurrence": None, "occurred": at})

    def decide(self, draw: int) -> None:
        scan_ids = db.session.scalars(sa.select(Scan.scan_id).order_by(Scan.received_at, Scan.scan_id)).all()
        if scan_ids:
            answers: list[tuple[Flag, bool | None, Answer | None]] = [
                (Flag.AGAIN, False, Answer.MERGE),
                (Flag.AGAIN, True, Answer.COUNT),
                (Flag.CANCELLED, None, None),
                (Flag.CANCELLED, True, Answer.COUNT),
                (Flag.ELSEWHERE, None, None),
            ]
            flag, counted, answer = answers[draw % 5]
            scan_id = scan_ids[draw // 5 % len(scan_ids)]
            db.session.add(ScanDecision(scan_id=scan_id, flag=flag, counted=counted, answer=answer, decided_at=NOW))
            db.session.commit()

    def link(self, draw: int) -> None:
        linked = sa.exists().where(ScanCard.scan_id == Scan.scan_id)
        unlinked = db.session.scalars(sa.select(Scan.scan_id).where(~linked).order_by(Scan.scan_id)).all()
        card = self.cards[draw % 2]
        if unlinked and isinstance(card, Card):
            db.session.add(ScanCard(scan_id=unlinked[draw % len(unlinked)], card_id=card.id, line=card.line))
            db.session.commit()

    def rename(self, draw: int) -> None:
        """Give an event or a venue another category, or an event another kind."""
        event = db.session.get_one(Event, self.events[draw % len(self.events)].id)
        venue = db.session.get_one(Venue, self.venues[draw % 2].id)
        chosen = list(Category)[draw % 4]
        match draw % 3:
            case 0:
                event.category = chosen
            case 1:
                venue.category = chosen
            case _:
                event.kind = list(EventKind)[draw % 5]
        db.session.commit()

    def count(self, draw: int) -> None:
        refresh_all()

    def _send(self, place: int, body: dict[str, Any]) -> None:
        item = factories.item_of(body)
        sync.accept([item], device=self.tablets[place], received_at=item.occurred)


ACTS = ("visit", "visit", "visit", "undo", "decide", "link", "rename", "count", "count")


@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 5_000)), min_size=3, max_size=14))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_kept_months_equal_a_recount(inside, acts):
    world = World()
    for name, draw in acts:
        getattr(world, name)(draw)
    refresh_all()
    found = kept()
    assert found == recounted()
    assert {key: sums[:2] for key, sums in found.items()} == as_defined()


def visit(tablet, card, **fields) -> dict[str, Any]:
    body = factories.scan_body(card, **fields)
    item = factories.item_of(body)
    scanning.record(item, device=tablet, received_at=item.occurred)
    return body


@pytest.fixture
def venue():
    return factories.make_venue()


@pytest.fixture
def tablet(venue):
    return factories.make_tablet(venue).known


def test_a_month_is_counted_anew_only_where_it_has_a_mark(venue, tablet):
    card = factories.make_issued_card(first_on=TODAY - 100 * DAY)
    for days in (0, 40, 41):
        visit(tablet, card, occurred=NOW - days * DAY)
    told: list[int] = []
    assert monthcounts.refresh(venue.area_id, progress=told.append) == 2
    assert told == [2] and monthcounts.refresh(venue.area_id) == 0
    visit(tablet, card, occurred=NOW - 42 * DAY)
    assert monthcounts.refresh(venue.area_id) == 1
    rows = monthcounts.of_venue(venue.id, first_on=FIRST, last_on=LAST)
    assert sorted((row.month.month, row.adults) for row in rows) == [(10, 3), (11, 1)]


def test_many_months_are_counted_in_several_transactions(venue, tablet, monkeypatch):
    monkeypatch.setattr(monthcounts, "AT_ONCE", 2)
    card = factories.make_issued_card(first_on=TODAY - 300 * DAY)
    for days in range(0, 200, 20):
        visit(tablet, card, occurred=NOW - days * DAY)
    told: list[tuple[str, int, int]] = []
    assert monthcounts.refresh_all(progress=lambda *state: told.append(state)) == 7
    assert told[:2] == [("months", 2, 0), ("months", 4, 0)] and len(told) == 4 and not marks()
    assert sum(row.adults for row in monthcounts.of_venue(venue.id, first_on=FIRST, last_on=LAST)) == 10


def test_a_late_record_of_a_course_changes_a_later_month(venue, tablet):
    card = factories.make_issued_card(first_on=TODAY - 200 * DAY)
    course = factories.make_event(venue, kind=EventKind.COURSE)
    early, late = (factories.make_occurrence(course, starts_at=NOW - days * DAY) for days in (70, 10))
    visit(tablet, card, occurrence=late, occurred=late.starts_at)
    monthcounts.refresh(venue.area_id)
    first = visit(tablet, card, occurrence=early, occurred=early.starts_at)
    uses = {row.month.month: row.adults for row in monthcounts.of_venue(venue.id, first_on=FIRST, last_on=LAST)}
    assert uses == {9: 1, 11: 0}
    undo = {**factories.undo_body(first), "occurred": first["occurred"], "occurrence": None}
    scanning.record(factories.item_of(undo), device=tablet, received_at=NOW)
    uses = {row.month.month: row.adults for row in monthcounts.of_venue(venue.id, first_on=FIRST, last_on=LAST)}
    assert uses.get(11) == 1 and not uses.get(9)


def test_a_read_inside_a_transaction_counts_within_it(venue, tablet):
    visit(tablet, factories.make_issued_card())
    total = transactional(lambda: statistics.venue_total(venue.id, first_on=FIRST, last_on=LAST))
    assert total() == Uses(1, 0) and not marks()


def test_another_area_s_months_are_left_alone(venue, tablet):
    far = factories.make_venue(factories.make_area("HX"))
    visit(tablet, factories.make_issued_card())
    visit(factories.make_tablet(far).known, factories.make_issued_card())
    monthcounts.refresh(venue.area_id)
    assert marks() > 0 and not [key for key in kept() if key[0] == far.id]


def test_what_retention_takes_away_leaves_the_month_as_it_was(venue, tablet):
    visit(tablet, factories.make_issued_card())
    monthcounts.refresh(venue.area_id)
    db.session.execute(sa.delete(ScanCard))
    db.session.commit()
    assert not marks()


def test_rows_by_days_are_months_less_the_rest(venue, tablet):
    card = factories.make_issued_card(first_on=TODAY - 100 * DAY)
    for days in (0, 3, 10, 22, 35):
        visit(tablet, card, occurred=NOW - days * DAY)
    for first, last, wanted in ((10, 0, 3), (12, 3, 2), (35, 35, 1), (34, 23, 0), (99, 1, 4)):
        found = statistics.venue_total(venue.id, first_on=TODAY - first * DAY, last_on=TODAY - last * DAY)
        assert found.total == wanted, (first, last)
    area = statistics.overview(venue.area_id, first_on=TODAY - 10 * DAY, last_on=TODAY - timedelta(days=1))
    assert area.uses.total == 2
