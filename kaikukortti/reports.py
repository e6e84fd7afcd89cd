"""Reports as they stood on their day: drawn up, frozen with a digest, read back, compared with what is counted now.

A frozen report is never changed. The report of a year that had ended is anybody's to read; the rest is the
coordinator's, and so is every difference to live figures (DESIGN §6).
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kaikukortti import audit, reportfigures, yearfigures
from kaikukortti.cube import reading
from kaikukortti.cube.periods import Grain
from kaikukortti.cube.reading import Cells
from kaikukortti.cube.tables import TABLES
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.figuretable import Missing
from kaikukortti.models.figures import Report
from kaikukortti.models.network import Area
from kaikukortti.reportfigures import Figures
from kaikukortti.rules import access, period
from kaikukortti.rules.access import Actor
from kaikukortti.yearfigures import YearTable


class YearImpossible(DomainError):
    """There is no report of this year: it lies ahead, or before the network began."""

    code = "report_year_impossible"


class FiguresMoved(DomainError):
    """The figures are others than those that were looked at before they were to be frozen."""

    code = "report_figures_moved"


class ReportDamaged(DomainError):
    """What is stored is not what was frozen: its digest does not fit."""

    code = "report_damaged"


@dataclass(frozen=True)
class Draft:
    """Figures that could be frozen now; `mark` tells whether they are still the same later on."""

    figures: Figures
    mark: str


@dataclass(frozen=True)
class Frozen:
    """A report as it was frozen."""

    id: int
    area_id: int
    number: int
    frozen_at: datetime
    digest: str
    figures: Figures

    @property
    def year(self) -> int:
        """Return the year that the report is about."""
        return self.figures.year


@dataclass(frozen=True)
class Line:
    """A report in the coordinator's list: which one it is. Its figures are read, and held against their digest, on its
    own page alone.
    """

    id: int
    year: int
    number: int
    frozen_at: datetime


@dataclass(frozen=True)
class Difference:
    """One figure of a report's own year: what the report says, and what is counted now."""

    column: str
    then: int
    now: int


def draw_up(year: int, *, actor: Actor, now: datetime) -> Draft:
    """Return what a report of a year would say now. Raises NotFound for others than the network's coordinator,
    YearImpossible.
    """
    return _draw_up(_own_area(actor), year, now)


@transactional
def freeze(year: int, *, actor: Actor, seen: str, now: datetime) -> Report:
    """Freeze the report of a year under the next number of the year. `seen` is the mark of the draft that the
    coordinator has looked at and confirmed.

    Raises NotFound, YearImpossible, FiguresMoved.
    """
    area = _own_area(actor, lock=True)
    draft = _draw_up(area, year, now)
    if draft.mark != seen:
        raise FiguresMoved()
    newest = sa.select(sa.func.max(Report.number)).where(Report.area_id == area.id, Report.year == year)
    number = (db.session.scalar(newest) or 0) + 1
    figures = {**reportfigures.to_plain(draft.figures), "number": number, "frozen_at": now.isoformat()}
    report = Report(
        area_id=area.id,
        year=year,
        number=number,
        frozen_at=now,
        frozen_by=actor.user_id,
        figures=figures,
        digest=reportfigures.digest_of(figures),
    )
    db.session.add(report)
    db.session.flush()
    audit.record("freeze_report", actor=actor, now=now, detail={"report": report.id, "digest": report.digest})
    return report


def list_own(*, actor: Actor) -> list[Line]:
    """Return every report of the coordinator's network, the newest first. Raises NotFound."""
    area = _own_area(actor)
    query = _newest_first(area.id).with_only_columns(Report.id, Report.year, Report.number, Report.frozen_at)
    return [Line(*row) for row in db.session.execute(query)]


def get_own(report_id: int, *, actor: Actor) -> Frozen:
    """Return a report of the coordinator's network. Raises NotFound, ReportDamaged."""
    report = db.session.get(Report, report_id)
    if report is None or report.area_id != _own_area(actor).id:
        raise NotFound()
    return _read(report)


def list_public(area_id: int) -> list[Frozen]:
    """Return the newest report of each year of a network that had ended, the newest year first: what anybody may read.
    Raises ReportDamaged.
    """
    newest: dict[int, Frozen] = {}
    for report in map(_read, db.session.scalars(_newest_first(area_id))):
        if report.figures.is_whole:
            newest.setdefault(report.figures.year, report)
    return list(newest.values())


def get_public(report_id: int) -> Frozen:
    """Return a report that anybody may read. Raises NotFound for one of a year that was not over, ReportDamaged."""
    report = db.session.get(Report, report_id)
    found = None if report is None else _read(report)
    if found is None or not found.figures.is_whole:
        raise NotFound()
    return found


def compare(report: Frozen, *, actor: Actor, now: datetime) -> list[Difference]:
    """Return what differs between a report of the coordinator's network and what is counted now, in the order of the
    yearly table; nothing where one of the two is no exact figure. Raises NotFound.
    """
    if report.area_id != _own_area(actor).id:
        raise NotFound()
    then = report.figures.table.years[report.figures.year]
    live = yearfigures.read(report.area_id, now=now).years.get(report.figures.year, {})
    found = []
    for column in yearfigures.COLUMNS:
        before, after = then[column], live.get(column, Missing.NOT_APPLICABLE)
        if isinstance(before, int) and isinstance(after, int) and before != after:
            found.append(Difference(column, before, after))
    return found


def _own_area(actor: Actor, *, lock: bool = False) -> Area:
    if actor.area_id is None or not access.may_coordinate(actor, area_id=actor.area_id):
        raise NotFound()
    area = db.session.get(Area, actor.area_id, with_for_update=lock or None, populate_existing=lock)
    if area is None:
        raise NotFound()
    return area


def _draw_up(area: Area, year: int, now: datetime) -> Draft:
    today = period.day_of(now)
    live = yearfigures.read(area.id, now=now)
    if year not in live.years:
        raise YearImpossible()
    ends_on = date(year, 12, 31)
    figures = Figures(
        names=(area.name_fi, area.name_sv, area.name_en),
        municipalities=tuple(area.municipalities),
        year=year,
        last_on=min(ends_on, today),
        is_whole=ends_on < today,
        table=YearTable(live.exactness, {at: row for at, row in live.years.items() if at <= year}),
        published=tuple(_published(area.id, year)),
    )
    return Draft(figures, reportfigures.digest_of(reportfigures.to_plain(figures)))


def _published(area_id: int, year: int) -> Iterator[Cells]:
    """Yield the published tables of a year's months and quarters that are frozen; none that the network is too small
    for.
    """
    for grain in Grain:
        frozen = [one.period for one in reading.list_periods(area_id, grain) if one.first_on.year == year]
        for table in TABLES:
            if table.grain is grain and frozen:
                with suppress(reading.NetworkTooSmall):
                    yield reading.read(area_id, table.code, periods=frozen)


def _newest_first(area_id: int) -> sa.Select[Any]:
    return sa.select(Report).where(Report.area_id == area_id).order_by(Report.year.desc(), Report.number.desc())


def _read(report: Report) -> Frozen:
    found = report.figures
    if reportfigures.digest_of(found) != report.digest or (found["year"], found["number"]) != (
        report.year,
        report.number,
    ):
        raise ReportDamaged(report=report.id)
    return Frozen(
        id=report.id,
        area_id=report.area_id,
        number=report.number,
        frozen_at=report.frozen_at,
        digest=report.digest,
        figures=reportfigures.from_plain(found),
    )
