"""Reports as they were frozen: the yearly table behind them, numbers, digests, who may read which, what has changed."""

from datetime import date, datetime

import pytest
import sqlalchemy as sa

from kaikukortti import reports, yearfigures
from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.figuretable import Missing
from kaikukortti.models.cards import PeriodKind
from kaikukortti.models.figures import Report
from kaikukortti.models.trail import AuditEntry
from kaikukortti.reports import Difference, FiguresMoved, ReportDamaged, YearImpossible
from kaikukortti.rules.access import Role
from kaikukortti.rules.programme import Category
from kaikukortti.yearfigures import COLUMNS, EXACT_FROM, TOTALS_FROM, Exactness
from tests import factories, tampering
from tests.factories import DAY, NOW, TODAY
from venues import scanning

NEXT_YEAR = datetime.fromisoformat("2027-01-20T10:00:00+00:00")


@pytest.fixture
def area():
    return factories.make_area(municipalities=["Lappeenranta", "Imatra", "Lemi"])


@pytest.fixture
def unit(area):
    return factories.make_unit(area)


@pytest.fixture
def coordinator(area):
    return factories.make_actor(Role.COORDINATOR, area)


@pytest.fixture
def small(monkeypatch):
    """Let a network of two valid cards be exact, and one of one card show its totals."""
    monkeypatch.setattr(yearfigures, "EXACT_FROM", 2)
    monkeypatch.setattr(yearfigures, "TOTALS_FROM", 1)


def visit(card, venue, **fields) -> None:
    """Register a visit by a tablet of the venue, at the moment at which it was made."""
    item = factories.make_item(card, **fields)
    scanning.record(item, device=factories.make_tablet(venue).known, received_at=item.occurred)


def freeze(coordinator, year=2026, now=NOW) -> Report:
    """Look at a draft and freeze it."""
    draft = reports.draw_up(year, actor=coordinator, now=now)
    return reports.freeze(year, actor=coordinator, seen=draft.mark, now=now)


def test_the_yearly_table_by_hand(area, unit, small):
    theatre = factories.make_venue(area)
    pool = factories.make_venue(area, category=Category.SPORT)
    old = factories.make_issued_card(unit, first_on=date(2025, 12, 31), children=2)
    new = factories.make_issued_card(unit, first_on=TODAY)
    factories.make_issued_card(unit, line=new.line or "", period_kind=PeriodKind.REPLACEMENT)
    visit(old, theatre, child=2, assistant=1, occurred=NOW - 300 * DAY)
    visit(old, pool, child=1, occurred=NOW - DAY)
    visit("VA12345", pool, child=1)
    table = yearfigures.read(area.id, now=NOW)
    assert table.exactness is Exactness.EXACT
    assert list(table.years) == [2025, 2026]
    zeros = dict.fromkeys(COLUMNS, 0)
    assert table.years[2025] == {**zeros, "registered": 1, "taken_into_use": 1, "municipalities": 3}
    assert table.years[2026] == {
        **zeros,
        "registered": 1,
        "adults_culture": 1,
        "children_culture": 2,
        "adults_sport": 1,
        "children_sport": 1,
        "uses": 5,
        "municipalities": 3,
    }


def test_the_columns_are_those_of_the_national_table():
    assert COLUMNS == (
        "registered",
        "taken_into_use",
        "adults_culture",
        "adults_education",
        "adults_science",
        "adults_sport",
        "children_culture",
        "children_education",
        "children_science",
        "children_sport",
        "uses",
        "municipalities",
    )


@pytest.mark.parametrize(
    ("valid", "exactness"),
    [
        (0, Exactness.ONE_TOTAL),
        (TOTALS_FROM - 1, Exactness.ONE_TOTAL),
        (TOTALS_FROM, Exactness.TOTALS),
        (EXACT_FROM - 1, Exactness.TOTALS),
        (EXACT_FROM, Exactness.EXACT),
    ],
)
def test_how_much_is_told_depends_on_the_valid_cards(valid, exactness):
    assert (TOTALS_FROM, EXACT_FROM) == (40, 100), "S5 of the rules"
    assert yearfigures.exactness_of(valid) is exactness


def test_a_network_below_its_size_shows_totals_to_the_nearest_five():
    row = {**dict.fromkeys(COLUMNS, 7), "taken_into_use": 4, "registered": 13, "uses": 0}
    hidden = dict.fromkeys(COLUMNS, Missing.TOO_FEW_CARDS)
    totals = {"registered": 15, "taken_into_use": Missing.UNDER_FIVE, "uses": Missing.UNDER_FIVE, "municipalities": 7}
    assert yearfigures.protect(row, Exactness.TOTALS) == {**hidden, **totals}
    one = {"uses": Missing.UNDER_FIVE, "municipalities": 7}
    assert yearfigures.protect(row, Exactness.ONE_TOTAL) == {**hidden, **one}
    assert yearfigures.protect(row, Exactness.EXACT) == row
    near = {count: yearfigures.protect({"uses": count}, Exactness.TOTALS)["uses"] for count in (5, 7, 8, 12, 13, 1003)}
    assert near == {5: 5, 7: 5, 8: 10, 12: 10, 13: 15, 1003: 1005}


def test_a_small_network_freezes_no_exact_figure(area, unit, coordinator):
    venue = factories.make_venue(area)
    visit(factories.make_issued_card(unit), venue, adult=1)
    stored = freeze(coordinator).figures
    assert stored["exactness"] == "one_total"
    assert set(stored["years"]["2026"].values()) == {"too_few_cards", "under_five", 3}


def test_reports_are_numbered_by_year_and_kept_as_they_were(area, unit, coordinator, small):
    factories.make_issued_card(unit, first_on=date(2025, 12, 1))
    card = factories.make_issued_card(unit)
    numbers = [freeze(coordinator, year).number for year in (2026, 2026, 2025, 2026)]
    assert numbers == [1, 2, 1, 3]
    visit(card, factories.make_venue(area))
    own = reports.list_own(actor=coordinator)
    assert [(one.year, one.number) for one in own] == [(2026, 3), (2026, 2), (2026, 1), (2025, 1)]
    kept = {reports.get_own(one.id, actor=coordinator).figures.row["uses"] for one in own}
    assert kept == {0}, "what came later is in none of them"
    newest = freeze(coordinator)
    assert newest.number == 4
    assert reports.get_own(newest.id, actor=coordinator).figures.row["uses"] == 1


def test_names_stay_as_they_were(area, unit, coordinator):
    report = freeze(coordinator)
    area.name_fi, area.municipalities = "Uusi nimi", []
    db.session.flush()
    kept = reports.get_own(report.id, actor=coordinator).figures
    assert (kept.names[0], kept.municipalities) == ("Alue EK", ("Lappeenranta", "Imatra", "Lemi"))


def test_figures_that_moved_are_not_frozen_unseen(area, unit, coordinator, small):
    card = factories.make_issued_card(unit), factories.make_issued_card(unit)
    draft = reports.draw_up(2026, actor=coordinator, now=NOW)
    visit(card[0], factories.make_venue(area))
    with pytest.raises(FiguresMoved):
        reports.freeze(2026, actor=coordinator, seen=draft.mark, now=NOW)
    assert reports.list_own(actor=coordinator) == []
    assert freeze(coordinator).number == 1


def test_a_year_without_a_network_has_no_report(unit, coordinator):
    factories.make_issued_card(unit, first_on=date(2025, 5, 1))
    for year in (2024, 2027):
        with pytest.raises(YearImpossible):
            reports.draw_up(year, actor=coordinator, now=NOW)
    assert reports.draw_up(2025, actor=coordinator, now=NOW).figures.table.years.keys() == {2025}


@pytest.mark.parametrize("statement", [sa.update(Report).values(number=7), sa.delete(Report)], ids=["change", "delete"])
def test_the_database_refuses_to_change_a_report(coordinator, unit, statement):
    freeze(coordinator)
    with pytest.raises(sa.exc.DBAPIError, match="never changed"):
        db.session.execute(statement)
    db.session.rollback()
    assert [one.number for one in reports.list_own(actor=coordinator)] == [1]


def test_what_was_changed_past_the_database_is_not_shown(coordinator, unit):
    report = freeze(coordinator)
    changed = {**report.figures, "municipalities": ["Muu"]}
    tampering.change_report(sa.update(Report).values(figures=changed))
    with pytest.raises(ReportDamaged):
        reports.get_own(report.id, actor=coordinator)
    assert len(reports.list_own(actor=coordinator)) == 1, "it is not hidden either"


def test_freezing_is_written_down(coordinator, unit):
    report = freeze(coordinator)
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "freeze_report")).one()
    assert entry.user_id == coordinator.user_id
    assert entry.detail == {"report": report.id, "digest": report.digest}


def test_only_a_year_that_was_over_is_public(area, coordinator, unit):
    factories.make_issued_card(unit)
    early = freeze(coordinator)
    assert reports.list_public(area.id) == []
    with pytest.raises(NotFound):
        reports.get_public(early.id)
    first, second = freeze(coordinator, now=NEXT_YEAR), freeze(coordinator, now=NEXT_YEAR + 40 * DAY)
    assert [one.id for one in reports.list_public(area.id)] == [second.id], "the newest of each year"
    assert reports.get_public(first.id).number == 2, "an address that was given stays good"


def test_the_last_day_of_a_year_is_not_over(coordinator, unit):
    last_evening = datetime.fromisoformat("2026-12-31T21:59:00+00:00")
    report = freeze(coordinator, now=last_evening)
    found = reports.get_own(report.id, actor=coordinator).figures
    assert (found.last_on, found.is_whole) == (date(2026, 12, 31), False)


def test_the_difference_to_live_figures(area, unit, coordinator, small):
    venue = factories.make_venue(area)
    card = factories.make_issued_card(unit, children=1)
    factories.make_issued_card(unit)
    report = reports.get_own(freeze(coordinator).id, actor=coordinator)
    assert reports.compare(report, actor=coordinator, now=NOW) == []
    visit(card, venue, child=1)
    assert reports.compare(report, actor=coordinator, now=NOW) == [
        Difference("taken_into_use", 0, 1),
        Difference("adults_culture", 0, 1),
        Difference("children_culture", 0, 1),
        Difference("uses", 0, 2),
    ]


def test_others_see_no_report_of_ours(area, coordinator, unit):
    report = freeze(coordinator)
    found = reports.get_own(report.id, actor=coordinator)
    strangers = [
        factories.make_actor(Role.COORDINATOR, factories.make_area("HX")),
        factories.make_actor(Role.VIEWER, area),
        factories.make_actor(Role.ADMINISTRATOR, area),
        factories.make_actor(Role.WORKER),
        factories.make_actor(Role.VENUE_MANAGER),
    ]
    for actor in strangers:
        for call in (
            lambda: reports.get_own(report.id, actor=actor),
            lambda: reports.compare(found, actor=actor, now=NOW),
        ):
            with pytest.raises(NotFound):
                call()
    for actor in strangers[1:]:
        with pytest.raises(NotFound):
            freeze(actor)
    assert reports.list_own(actor=strangers[0]) == []


def test_two_who_freeze_at_once_get_two_numbers(coordinator, unit, together):
    seen = reports.draw_up(2026, actor=coordinator, now=NOW).mark
    frozen = together(*[lambda: reports.freeze(2026, actor=coordinator, seen=seen, now=NOW)] * 2)
    assert sorted(report.number for report in frozen) == [1, 2]
