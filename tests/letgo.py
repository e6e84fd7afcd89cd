"""Runs of retention in tests, the rows of every table, and whatever the product counts of months that are over."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kaikukortti import monthcounts, unitcounts, yearfigures
from kaikukortti.cube import freezing, store
from kaikukortti.cube.freezing import Due
from kaikukortti.db import db
from kaikukortti.followup import freezing as followup
from kaikukortti.followup import store as followup_store
from kaikukortti.models.figures import MonthCount, StaleMonth
from kaikukortti.models.network import Area, Unit, Venue
from kaikukortti.retention import running
from kaikukortti.retention.running import Report
from kaikukortti.rules.span import QUARTER, Span
from tests import factories
from tests.cubeledger import number_of
from tests.factories import ROUNDING_KEY, SECRET_KEY


def run(now: datetime, *, dry: bool = False, log_months: int = 24) -> dict[str, int]:
    """Run retention and return the rows by kind, those of nothing left out; what is held stands under `held …`."""
    report = full_run(now, dry=dry, log_months=log_months)
    return {f"held {line.kind}" if line.is_held else line.kind: line.rows for line in report.lines if line.rows}


def full_run(now: datetime, *, dry: bool = False, log_months: int = 24) -> Report:
    """Run retention and return its report."""
    return running.run(now=now, secret=SECRET_KEY, log_months=log_months, dry=dry)


def freeze(now: datetime) -> None:
    """Freeze statistics and follow-up as their timers would have by now."""
    freezing.freeze(now=now, secret=ROUNDING_KEY)
    followup.freeze(now=now, secret=ROUNDING_KEY)


def all_rows() -> dict[str, list[Any]]:
    """Return every row of every table, of all databases."""
    engines = {"main": db.engine, "followup": db.engines[followup_store.BIND], "cells": store.writer()}
    found = {}
    for name, engine in engines.items():
        schema = {"followup": "followup", "cells": "statistics"}.get(name) if engine.name == "postgresql" else None
        metadata = sa.MetaData()
        metadata.reflect(engine, schema=schema)
        with engine.connect() as connection:
            for table in metadata.sorted_tables:
                found[f"{name} {table.name}"] = sorted(map(repr, connection.execute(sa.select(table))))
    return found


def counted_again() -> dict[Any, tuple[int, ...]]:
    """Return all counts of months, each counted anew."""
    db.session.execute(sa.delete(MonthCount))
    db.session.execute(sa.delete(StaleMonth))
    db.session.execute(sa.insert(StaleMonth).from_select(["venue_id"], sa.select(Venue.id)))
    db.session.commit()
    monthcounts.refresh_all()
    rows = db.session.scalars(sa.select(MonthCount).execution_options(populate_existing=True))
    names = ("adults", "children", "helpers", "community", "scans")
    return {
        (row.venue_id, row.month, row.event_id, row.is_verified): tuple(getattr(row, name) for name in names)
        for row in rows
    }


def yearly_tables(now: datetime) -> dict[str, Any]:
    """Return the yearly table of each area."""
    return {area.prefix: asdict(yearfigures.read(area.id, now=now)) for area in db.session.scalars(sa.select(Area))}


def unit_quarters(since: int, now: datetime) -> dict[Any, Any]:
    """Return what each unit is told of its cards' visits in the quarters of two years, with how many were told."""
    quarters = [Span(date(year, month, 1), QUARTER) for year in (since, since + 1) for month in (1, 4, 7, 10)]
    found = {}
    for unit in db.session.scalars(sa.select(Unit)).all():
        worker = factories.make_actor(home=unit)
        for quarter in quarters:
            found[unit.id, quarter.first_on] = unitcounts.read(quarter, actor=worker, now=now).visits
    return found


def cells_again(now: datetime) -> dict[Any, Any]:
    """Return the exact cells of all frozen months and quarters that can be counted again."""
    return {(due.prefix, due.period.code): exact_cells(due) for due in freezing.list_recounted(now=now)}


def exact_cells(due: Due) -> dict[str, dict[Any, int]]:
    """Return the cells of a period before rounding."""
    counted = freezing.count(due)
    return {code: {key: number_of(cell) for key, cell in cells.items()} for code, cells in counted.cells.items()}
