"""A made-up network of any size: as large as was asked for, the same for the same seed, and nothing in it that desk and
door would not have written. Small here; `kaikukortti bench statistics` makes the large ones.
"""

from collections import Counter, defaultdict
from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti import monthcounts, simulate
from kaikukortti.auditing import verification
from kaikukortti.db import Base, db
from kaikukortti.models import counted
from kaikukortti.models.cards import Batch, Card, CardEvent, CardPeriod, PeriodKind
from kaikukortti.models.ledger import Entry, Scan, ScanCard, ScanDecision
from kaikukortti.models.network import Area, Unit, User, Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.profiles import Profile
from kaikukortti.rules import number
from kaikukortti.rules.card import Action, CardKind, State
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.programme import Category, EventKind, Planned
from kaikukortti.simulate.size import Size, SizeImpossible
from tests import factories
from tests.factories import DAY, NOW, TODAY

SIZE = Size(areas=3, units=8, venues=24, cards=600, years=2, visits=5_000)
SMALL = Size(areas=2, units=3, venues=6, cards=60, years=1, visits=300)
SECRETS = {"audit_keys", "audit_entries", "audit_heads", "list_counters"}


def count(table: type, *conditions) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions)) or 0


def contents() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row but those that hold secrets of the installation."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in SECRETS]
    return {table.name: sorted(map(tuple, db.session.execute(sa.select(table))), key=str) for table in tables}


def test_a_network_of_the_size_that_was_asked_for():
    """One filling, many questions: it is the slowest thing here."""
    told: list[tuple[str, int, int]] = []
    assert simulate.network(SIZE, seed=1, now=NOW, progress=lambda *step: told.append(step)) == SIZE.visits
    assert (count(Area), count(Unit), count(Venue), count(User)) == (3, 8, 24, 0)
    assert count(Card, Card.line.is_not(None)) == SIZE.cards
    assert count(Scan, Scan.undoes.is_(None)) == SIZE.visits
    assert told[-1] == ("indexes", 1, 1) and ("visits", 5_000, 5_000) in told
    check_cards()
    check_visits()
    check_likeness()
    check_programme()
    check_aftermath()


def check_cards() -> None:
    prefixes = set(db.session.scalars(sa.select(Area.prefix)))
    texts = list(db.session.scalars(sa.select(Card.number)))
    assert {type(number.read(text, prefixes)) for text in texts} == {number.Own}
    rows = db.session.execute(sa.select(Card, Unit.area_id, Batch).join(Card.batch).join(Card.unit)).all()
    places = {row.n for row, _, _ in rows if row.line}
    assert len(places) == SIZE.cards and None not in places, "every card in use has its place in the tablets' list"
    spans = defaultdict(list)
    for row in db.session.scalars(sa.select(CardPeriod).order_by(CardPeriod.id)):
        spans[row.card_id].append(row)
    for card, area_id, batch in rows:
        assert (batch.kind, batch.area_id, batch.unit_id) == (card.kind, area_id, card.unit_id)
        assert (card.line is None) == (card.state is State.STOCK) == (card.id not in spans)
        if card.line:
            last = spans[card.id][-1]
            assert (last.last_on, last.children) == (card.last_valid_on, card.children)
            assert all(span.first_on <= TODAY and span.first_on.weekday() < 5 for span in spans[card.id][:1])
    newest = {event.card_id: event for event in db.session.scalars(sa.select(CardEvent).order_by(CardEvent.id))}
    assert all(newest[card.id].state is card.state for card, _, _ in rows if card.line)
    assert all(event.recorded_at < NOW for event in newest.values())
    check_lines([card for card, _, _ in rows if card.line])


def check_lines(cards: list[Card]) -> None:
    """Renewed, lost and blocked cards are there; a line has a profile unless its card belongs to a unit."""
    kinds = Counter(db.session.scalars(sa.select(CardPeriod.kind)))
    assert kinds[PeriodKind.RENEWAL] > 60 and kinds[PeriodKind.REPLACEMENT] > 3
    actions = Counter(db.session.scalars(sa.select(CardEvent.action)))
    assert {Action.BLOCK, Action.RETURN, Action.REPLACE, Action.RENEW} <= actions.keys()
    community = [card for card in cards if card.kind is CardKind.COMMUNITY]
    assert len(community) == 8 and {card.unit_id for card in community} == set(range(1, 9))
    lines = {card.line for card in cards} - {card.line for card in community}
    assert lines == set(db.session.scalars(sa.select(Profile.line)))
    replaced = [card for card in cards if card.replaced_by_id]
    successors = {card.id: card for card in cards}
    assert all(successors[card.replaced_by_id].line == card.line for card in replaced if card.replaced_by_id)
    assert len(cards) - len({card.line for card in cards}) == len(replaced) > 3


def check_visits() -> None:
    """Each visit was on a day on which its card was good and its event took place, once."""
    seen = set()
    spans = defaultdict(list)
    for span in db.session.scalars(sa.select(CardPeriod)):
        spans[span.card_id].append(span)
    ends = dict(
        db.session.execute(
            sa.select(CardEvent.card_id, CardEvent.recorded_at).where(
                CardEvent.action.in_([Action.BLOCK, Action.REPLACE, Action.RETURN, Action.SUSPEND])
            )
        ).all()
    )
    query = sa.select(Scan, Card, ScanCard.line, Occurrence).join(ScanCard, ScanCard.scan_id == Scan.scan_id)
    query = query.join(Card, Card.id == ScanCard.card_id).outerjoin(Occurrence, Occurrence.id == Scan.occurrence_id)
    for scan, card, line, occurrence in db.session.execute(query.where(Scan.undoes.is_(None))):
        assert card.line == line and scan.on_day < TODAY and scan.occurred_at < scan.received_at < NOW
        assert any(span.first_on <= scan.on_day <= span.last_on for span in spans[card.id])
        assert card.id not in ends or scan.occurred_at < ends[card.id]
        goal = (line, scan.occurrence_id or (scan.venue_id, scan.on_day))
        assert goal not in seen, "nobody is at the same place twice"
        seen.add(goal)
        assert scan.child <= card.children and (card.kind is CardKind.COMMUNITY) == bool(scan.worker)
        if occurrence:
            assert (occurrence.venue_id, occurrence.on_day) == (scan.venue_id, scan.on_day)
            assert occurrence.state is Planned.ON
    undone = count(Scan, Scan.undoes.is_not(None))
    assert 10 < undone < 150 and count(Scan, Scan.undoes.in_(sa.select(Scan.scan_id))) == undone


def check_likeness() -> None:
    """Most cards sleep, some are used a lot; all four kinds, children, helpers, groups and other areas are there."""
    lines = count(Profile)
    visits = Counter(db.session.scalars(sa.select(ScanCard.line)))
    personal = [visits[line] for line in db.session.scalars(sa.select(Profile.line))]
    assert 0.55 < personal.count(0) / lines < 0.66, "about six in ten sleep"
    assert max(personal) > 5 * sum(personal) / (lines - personal.count(0)), "a few are used a lot"
    uses = sa.func.sum(counted.ADULTS + counted.CHILDREN)
    category = sa.func.coalesce(Event.category, Venue.category)
    query = sa.select(category, uses).select_from(Scan).join(Venue, Venue.id == Scan.venue_id)
    query = query.outerjoin(Occurrence, Occurrence.id == Scan.occurrence_id).outerjoin(Event)
    by_category = dict(db.session.execute(query.group_by(category)).all())
    assert set(by_category) == set(Category) and by_category[Category.SPORT] > by_category[Category.SCIENCE] > 20
    assert count(Scan, Scan.child > 0) > 300 and count(Scan, Scan.assistant + Scan.interpreter > 0) > 100
    assert count(Scan, Scan.under16 > 0) > 10
    home = sa.select(Unit.area_id).where(Unit.id == Card.unit_id).scalar_subquery()
    crossing = sa.select(sa.func.count()).select_from(ScanCard).join(Card).join(Scan, Scan.scan_id == ScanCard.scan_id)
    away = db.session.scalar(crossing.join(Venue, Venue.id == Scan.venue_id).where(Venue.area_id != home))
    assert 0.02 < (away or 0) / SIZE.visits < 0.05
    year = sa.select(Scan.on_day).where(Scan.on_day > TODAY - 365 * DAY)
    months = Counter(day.month for day in db.session.scalars(year))
    assert max(months[6], months[7]) < 0.8 * sum(months.values()) / 12, "summer is quiet"
    late = count(Scan, Scan.entry == Entry.BACKLOG)
    waited = db.session.execute(sa.select(Scan.received_at, Scan.occurred_at)).all()
    assert 0.01 < late / SIZE.visits < 0.03 and sum(there - at > DAY / 2 for there, at in waited) > 2 * late


def check_programme() -> None:
    kinds = {EventKind.PERFORMANCE, EventKind.MATCH, EventKind.COURSE, EventKind.EXHIBITION, EventKind.PERIOD_PASS}
    assert set(db.session.scalars(sa.select(Event.kind))) == kinds
    series = Counter(db.session.scalars(sa.select(Occurrence.event_id)))
    assert max(series.values()) > 20 and len(series) == count(Event)
    assert count(Occurrence, Occurrence.on_day > TODAY) > 100, "there is a programme to come"
    assert 0 < count(Occurrence, Occurrence.state == Planned.CANCELLED) < count(Occurrence) / 20
    elsewhere = count(Scan, Scan.raw_code.is_not(None))
    flags = Counter(db.session.scalars(sa.select(ScanDecision.flag).where(ScanDecision.answer.is_(None))))
    assert flags[Flag.ELSEWHERE] == elsewhere > 20 and flags[Flag.AGAIN] > 5
    old = TODAY - 31 * DAY
    asked = sa.select(ScanDecision.scan_id).join(Scan).where(ScanDecision.flag == Flag.AGAIN, Scan.on_day < old)
    answered = set(db.session.scalars(asked.where(ScanDecision.answer.is_not(None))))
    assert answered == set(db.session.scalars(asked)), "what is old has been answered"


def check_aftermath() -> None:
    """Figures that are kept ready follow; people can go on from here; a second filling is refused."""
    every = [row for area in (1, 2, 3) for row in monthcounts.of_area(area, first_on=TODAY - 900 * DAY, last_on=TODAY)]
    counts = sa.select(sa.func.count()).select_from(Scan).where(counted.is_counted())
    assert sum(row.scans for row in every) == db.session.scalar(counts)
    venue = factories.make_venue(db.session.get_one(Area, 1))
    card = factories.make_issued_card(db.session.get_one(Unit, 1))
    assert venue.id == 25 and card.n == SIZE.cards + 1
    assert factories.make_occurrence(venue=venue).id == count(Occurrence)
    assert verification.find_break("area:1") is None
    with pytest.raises(simulate.NotEmpty):
        simulate.network(SMALL, seed=1, now=NOW)


def test_the_same_seed_gives_the_same_network(app, migrated, engine_name):
    made = []
    for seed in (7, 7, 8):
        db.session.remove()
        db.engine.dispose()
        migrated(engine_name).empty()
        simulate.network(SMALL, seed=seed, now=NOW)
        made.append(contents())
    first, again, other = made
    assert first == again
    differing = {name for name in first if first[name] != other[name]}
    assert {"cards", "venues", "scans", "card_periods", "profiles", "occurrences"} <= differing


def test_an_interrupted_filling_leaves_nothing():
    def stop(stage: str, done: int, _total: int) -> None:
        if stage == "visits" and done > 100:
            raise KeyboardInterrupt

    indexes = {index["name"] for index in sa.inspect(db.engine).get_indexes("scans")}
    with pytest.raises(KeyboardInterrupt):
        simulate.network(SMALL, seed=1, now=NOW, progress=stop)
    assert simulate.is_empty() and count(Card) == count(Scan) == 0
    assert {index["name"] for index in sa.inspect(db.engine).get_indexes("scans")} == indexes
    simulate.network(SMALL, seed=1, now=NOW)
    assert {index["name"] for index in sa.inspect(db.engine).get_indexes("scans")} == indexes


def test_keys_and_triggers_hold_afterwards():
    simulate.network(SMALL, seed=1, now=NOW)
    monthcounts.refresh(1)
    monthcounts.refresh(2)
    scan = db.session.scalars(sa.select(Scan).limit(1)).one()
    venue_id = scan.venue_id
    row = {column.name: getattr(scan, column.name) for column in Scan.__table__.columns}
    db.session.rollback()
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.insert(ScanCard).values(scan_id=scan.scan_id, card_id=99_999_999))
    db.session.rollback()
    before = sum(each.scans for each in monthcounts.of_venue(venue_id, first_on=TODAY - 400 * DAY, last_on=TODAY))
    db.session.execute(sa.insert(Scan).values(**{**row, "scan_id": "neu", "on_day": TODAY - DAY}))
    db.session.commit()
    after = sum(each.scans for each in monthcounts.of_venue(venue_id, first_on=TODAY - 400 * DAY, last_on=TODAY))
    assert after == before + 1


@pytest.mark.parametrize(
    "change",
    [
        {"areas": 0},
        {"areas": 485, "units": 500, "venues": 500, "cards": 600},
        {"units": 2},
        {"venues": 2},
        {"cards": 7},
        {"years": 0},
        {"years": 16},
        {"visits": -1},
        {"visits": 48_001},
    ],
)
def test_a_size_that_cannot_be(change):
    with pytest.raises(SizeImpossible, match=next(iter(change))):
        Size(**{**vars(SIZE), **change})


def test_a_network_in_which_nothing_has_happened_yet():
    simulate.network(Size(1, 1, 1, 1, 1, 0), seed=3, now=NOW)
    assert (count(Scan), count(Card, Card.line.is_not(None))) == (0, 1)
