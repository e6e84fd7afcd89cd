"""The stored figures of an area and its units in a period: read for counting on, written whole or not at all."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kaikukortti.followup import store
from kaikukortti.followup.indicators import answers, reading
from kaikukortti.followup.indicators.figures import DEFINITIONS, Figure, Found, FrozenSpan
from kaikukortti.followup.models.learning import FrozenPeriod, IndicatorSnapshot
from kaikukortti.rules.span import QUARTER, Span

LOCK = 7_126_007  # of PostgreSQL, so that two freezes do not write at once


def read_all(area_id: int, span: Span) -> Found:
    """Return the frozen figures of an area and all its units in a period; nothing where it is not frozen."""
    query = sa.select(IndicatorSnapshot).where(*_of(area_id, span)).order_by(IndicatorSnapshot.id)
    found: Found = {}
    with store.reading() as session:
        for row in session.scalars(query):
            found.setdefault(row.unit_id, []).append(reading.figure_of(row))
    return found


def list_revisions(area_id: int) -> dict[Span, FrozenSpan]:
    """Return the frozen quarters and years of an area."""
    frozen = [one for grain in reading.GRAINS.values() for one in reading.list_periods(area_id, grain)]
    return {one.span: one for one in frozen}


def write(area_id: int, span: Span, found: Found, *, revision: int, now: datetime) -> bool:
    """Write a period whole, in one transaction. Return False, and write nothing, where another freeze has meanwhile."""
    grain = reading.GRAINS[span.months]
    at = {"area_id": area_id, "grain": grain, "first_on": span.first_on}
    with store.writing() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        frozen = session.get(FrozenPeriod, (area_id, grain, span.first_on))
        if frozen is not None and frozen.revision >= revision:
            return False
        if frozen is None:
            frozen = FrozenPeriod(**at)
            session.add(frozen)
        frozen.frozen_at, frozen.revision, frozen.definitions = now, revision, DEFINITIONS
        session.execute(sa.delete(IndicatorSnapshot).where(*_of(area_id, span)))
        session.execute(sa.insert(IndicatorSnapshot), [_row(at, unit, one) for unit in found for one in found[unit]])
        if span.months == QUARTER:
            answers.forget_marks(session, area_id, span.first_on)
    return True


def plain(figure: Figure | None) -> dict[str, Any] | None:
    """Return a figure as it is stored, for comparing."""
    return None if figure is None else {**vars(figure), "code": str(figure.code), "facts": dict(figure.facts)}


def _of(area_id: int, span: Span) -> list[sa.ColumnElement[bool]]:
    return [
        IndicatorSnapshot.area_id == area_id,
        IndicatorSnapshot.grain == reading.GRAINS[span.months],
        IndicatorSnapshot.first_on == span.first_on,
    ]


def _row(at: dict[str, Any], unit_id: int, figure: Figure) -> dict[str, Any]:
    return {**at, **vars(figure), "code": str(figure.code), "facts": dict(figure.facts), "unit_id": unit_id}
