"""Freezing indicators: what is due when, the same rows for the same input, restarts, marks that go, switches."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from kaikukortti.cube.store import RoundingKeyChanged
from kaikukortti.db import db
from kaikukortti.followup import freezing, indicatorcounts, store, switches
from kaikukortti.followup.indicators import frozenrows, reading, spans
from kaikukortti.followup.indicators.figures import Code, Why
from kaikukortti.followup.indicators.reading import IndicatorsNotFrozen
from kaikukortti.followup.models.answers import MoodAnswer
from kaikukortti.followup.models.learning import FrozenPeriod, Grain, IndicatorSnapshot
from kaikukortti.models.cards import CardPeriod
from kaikukortti.models.ledger import ScanCard
from kaikukortti.models.network import Venue
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.rules.span import parse
from tests import factories, indicatoranswers
from tests.cubeledger import Holder, Ledger
from tests.factories import DAY, ROUNDING_KEY

QUARTER = parse("2026-Q2")
FIRST_COUNT, SECOND, SETTLED = (spans.closes_at(QUARTER, revision) for revision in range(3))


@dataclass
class Network(Ledger):
    """The ledger with a venue and holders."""

    venue: Venue = field(init=False)
    holders: list[Holder] = field(init=False)


@pytest.fixture
def ledger():
    """Return an area with follow-up on: 30 cards since April, of which 12 went twice in May."""
    made = Network()
    coordinator = factories.make_actor(Role.COORDINATOR, made.area)
    switches.set_area(
        actor=coordinator, area_id=made.area.id, followup=True, own_card=True, now=datetime(2026, 4, 1, tzinfo=UTC)
    )
    made.venue, made.holders = factories.make_venue(made.area), made.cards(30, first_on=date(2026, 4, 2))
    for holder in made.holders[:12]:
        for day in (date(2026, 5, 4), date(2026, 5, 20)):
            made.visit(holder, made.venue, day)
    made.save()
    return made


def freeze(now, **more):
    return [(due.span.code, due.revision) for due in freezing.freeze(now=now, secret=ROUNDING_KEY, **more)]


def rows():
    """Return every stored figure, without the number of its row."""
    with store.reading() as session:
        found = session.execute(sa.select(IndicatorSnapshot).order_by(IndicatorSnapshot.id)).scalars().all()
    return [
        {name: value for name, value in vars(row).items() if name not in ("id", "_sa_instance_state")} for row in found
    ]


def unit_figures(ledger, code=Code.TAKEN_INTO_USE, dims=""):
    return reading.read(ledger.area.id, unit_id=ledger.unit.id, period=QUARTER)[code, dims]


def test_a_quarter_is_counted_three_times_and_a_year_too(ledger):
    assert freeze(FIRST_COUNT - DAY) == []
    assert freeze(FIRST_COUNT) == [("2026-Q2", 0)] and freeze(FIRST_COUNT) == []
    assert unit_figures(ledger, Code.RETENTION).facts == {"why": Why.FOLLOW_UP}
    assert freeze(SECOND) == [("2026-Q2", 1)]
    assert freeze(SETTLED) == [("2026-Q2", 2)]
    assert unit_figures(ledger, Code.RETENTION).facts == {"why": Why.FEW}, "no card ended"
    assert freeze(datetime(2027, 1, 16, tzinfo=UTC)) == [("2026-Q3", 2), ("2026-Q4", 0), ("2026", 0)]
    assert [one.revision for one in reading.list_periods(ledger.area.id, Grain.QUARTER)] == [2, 2, 0]
    assert [one.span.code for one in reading.list_periods(ledger.area.id, Grain.YEAR)] == ["2026"]


def test_the_revision_takes_what_came_late_and_the_third_count_does_not(ledger):
    freeze(FIRST_COUNT)
    assert unit_figures(ledger).number == 12 and unit_figures(ledger).n == 30
    ledger.visit(ledger.holders[20], ledger.venue, date(2026, 6, 1), received_at=FIRST_COUNT + DAY)
    ledger.visit(ledger.holders[21], ledger.venue, date(2026, 6, 1), received_at=SECOND + DAY)
    ledger.save()
    freeze(SECOND)
    assert unit_figures(ledger).number == 13
    freeze(SETTLED)
    assert unit_figures(ledger).number == 13
    assert unit_figures(ledger).facts == {"data_on": "2026-08-14", "followed_least": 45, "followed_most": 135}


def test_the_same_input_gives_the_same_rows_however_often(ledger):
    indicatoranswers.barriers(ledger.unit, QUARTER.first_on, asked=30, transport=12)
    indicatoranswers.moods(ledger.area, ledger.venue.id, QUARTER.first_on, of_cards=[[5, 4]] * 12)
    freeze(SETTLED)
    first = rows()
    with store.writing() as session:
        session.execute(sa.update(FrozenPeriod).values(revision=1))
    freeze(SETTLED)
    assert rows() == first, "what people answered is kept, the rest counts alike"
    assert freezing.recompute(now=SETTLED, secret=ROUNDING_KEY) == []


def test_a_freeze_that_was_killed_goes_on_where_it_was(ledger, monkeypatch):
    now = datetime(2027, 1, 16, tzinfo=UTC)
    written: list[object] = []
    write = frozenrows.write

    def dies(*args, **facts):
        if len(written) == 1:
            raise KeyboardInterrupt
        written.append(args)
        return write(*args, **facts)

    monkeypatch.setattr(frozenrows, "write", dies)
    with pytest.raises(KeyboardInterrupt):
        freeze(now)
    monkeypatch.setattr(frozenrows, "write", write)
    assert freeze(now) == [("2026-Q3", 2), ("2026-Q4", 0), ("2026", 0)]
    with store.reading() as session:
        many = session.scalar(sa.select(sa.func.count()).select_from(FrozenPeriod))
    assert many == 4


def test_two_freezes_at_once_write_each_period_once(ledger, together):
    found = together(*(lambda: freeze(SETTLED) for _ in range(3)))
    assert sorted(found) == [[], [], [("2026-Q2", 2)]], found
    keys = [(row["unit_id"], row["code"], row["dims"]) for row in rows()]
    assert len(keys) == len(set(keys))


def test_marks_of_answers_go_with_the_first_count_also_where_follow_up_is_off(ledger):
    far = factories.make_area("HX")
    for area in (ledger.area, far):
        indicatoranswers.moods(area, ledger.venue.id, QUARTER.first_on, of_cards=[[4]] * 6)
        indicatoranswers.moods(area, ledger.venue.id, parse("2026-Q3").first_on, of_cards=[[4]])
    freeze(FIRST_COUNT - DAY)
    assert marks() == {(QUARTER.first_on, True): 12, (parse("2026-Q3").first_on, True): 2}
    freeze(FIRST_COUNT)
    assert marks() == {(QUARTER.first_on, False): 12, (parse("2026-Q3").first_on, True): 2}
    assert not reading.read(ledger.area.id, period=QUARTER)[Code.MOOD, ""].is_suppressed
    freeze(SETTLED)
    assert not reading.read(ledger.area.id, period=QUARTER)[Code.MOOD, ""].is_suppressed, "as it was told"


def marks():
    """Return how many mood answers of each quarter have a mark, and how many none."""
    with store.reading() as session:
        found = session.execute(sa.select(MoodAnswer.quarter, MoodAnswer.holder_mac)).all()
    keys = [(quarter, mac is not None) for quarter, mac in found]
    return {key: keys.count(key) for key in set(keys)}


def test_only_areas_and_units_that_take_part_are_counted(ledger):
    coordinator = factories.make_actor(Role.COORDINATOR, ledger.area)
    other = factories.make_unit(ledger.area)
    switches.set_unit(other.id, actor=coordinator, followup=False, episodes=False, now=FIRST_COUNT)
    factories.make_issued_card(factories.make_unit(factories.make_area("HX")), first_on=date(2026, 4, 2))
    freeze(SETTLED)
    assert {row["unit_id"] for row in rows()} == {0, ledger.unit.id}
    assert {row["area_id"] for row in rows()} == {ledger.area.id}
    assert freeze(SETTLED, area_ids=[]) == []
    switches.set_area(actor=coordinator, area_id=ledger.area.id, followup=False, own_card=False, now=SETTLED)
    assert freeze(datetime(2027, 3, 1, tzinfo=UTC)) == []


def test_visits_that_are_linked_to_no_card_any_more_are_not_counted_as_none(ledger):
    """After thirteen months the link of a visit to its card goes (security.md §1.5)."""
    freeze(FIRST_COUNT)
    before = rows()
    db.session.execute(sa.delete(ScanCard))
    db.session.commit()
    freeze(SETTLED)
    assert [one for one in rows() if one["code"] != Code.LOOP_CLOSED and one["code"] != Code.RETENTION] == [
        one for one in before if one["code"] != Code.LOOP_CLOSED and one["code"] != Code.RETENTION
    ], "what was frozen stays"
    with store.writing() as session:
        session.execute(sa.delete(FrozenPeriod))
    assert freeze(SETTLED) == [], "and is not counted for the first time"
    assert freezing.list_recounted(now=SETTLED) == []


def test_a_card_whose_first_visits_are_forgotten_is_not_called_unused(ledger):
    old = ledger.cards(6, first_on=date(2025, 5, 5))
    scan_id = ledger.visit(old[0], ledger.venue, date(2025, 6, 6))
    ledger.save()
    freeze(SETTLED)
    figure = reading.read(ledger.area.id, unit_id=ledger.unit.id, period=QUARTER)[Code.NO_RECORDED_USE, ""]
    assert (figure.number, figure.n) == (5, 6)
    db.session.execute(sa.delete(ScanCard).where(ScanCard.scan_id == scan_id))
    db.session.commit()
    unit_ids = (ledger.unit.id,)
    asked = indicatorcounts.Asked(ledger.area.id, QUARTER, 1, unit_ids, ROUNDING_KEY.encode())
    found = indicatorcounts.count_cards(asked)[ledger.unit.id]
    unused = next(one for one in found if one.code == Code.NO_RECORDED_USE)
    assert unused.is_suppressed and unused.facts == {"why": Why.FORGOTTEN}


def test_another_rounding_key_is_refused(ledger):
    freeze(FIRST_COUNT)
    for call in (freezing.freeze, freezing.recompute):
        with pytest.raises(RoundingKeyChanged):
            call(now=SECOND, secret=ROUNDING_KEY + "x")


def test_the_log_knows_before_cards_are_looked_at(ledger, monkeypatch):
    def fails(*_args, **_facts):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(indicatorcounts, "count_cards", fails)
    with pytest.raises(RuntimeError):
        freeze(FIRST_COUNT)
    actions = db.session.scalars(sa.select(AuditEntry.action)).all()
    assert actions.count("followup.frozen") == 1


def test_recompute_tells_what_differs(ledger):
    freeze(SECOND)
    db.session.execute(sa.update(CardPeriod).values(last_on=date(2026, 4, 30)))
    db.session.commit()
    found = freezing.recompute(now=SECOND, secret=ROUNDING_KEY)
    assert {one.code for one in found} >= {Code.VALID, Code.NO_RECORDED_USE, Code.FIRST_USE}
    assert all(one.due.span == QUARTER for one in found)


def test_reading_takes_two_statements_and_refuses_what_is_not_there(ledger):
    freeze(FIRST_COUNT)
    asked = []
    engine = db.engines[store.BIND]
    sa.event.listen(engine, "before_cursor_execute", lambda *facts: asked.append(facts[2].split()[0]))
    figures = reading.read(ledger.area.id, period=QUARTER)
    assert asked.count("SELECT") == 2
    assert figures.find(Code.VALID) == figures[Code.VALID, ""] and figures.find(Code.VALID, "x") is None
    assert [one.dims for one in figures.list_parts(Code.FIRST_USE)] == ["30", "90", "180", "median", "curve"]
    assert len(figures) == len(list(figures)) and figures.period.last_on == date(2026, 6, 30)
    assert figures.period == replace(figures.period, revision=0, frozen_at=FIRST_COUNT)
    for span in (parse("2026-Q1"), parse("2026-05")):
        with pytest.raises(IndicatorsNotFrozen):
            reading.read(ledger.area.id, period=span)
    with pytest.raises(IndicatorsNotFrozen):
        reading.read(ledger.area.id + 1, period=QUARTER)
