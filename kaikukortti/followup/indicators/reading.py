"""Read frozen indicators for pages: two statements at most, never a query over cards or answers.

A unit's figures are its own workers' alone; whoever is outside it reads those of the area (`unit_id` 0).
"""

import sqlalchemy as sa

from kaikukortti.errors import DomainError
from kaikukortti.followup import store
from kaikukortti.followup.indicators.figures import Figure, Figures, FrozenSpan
from kaikukortti.followup.models.learning import FrozenPeriod, Grain, IndicatorSnapshot
from kaikukortti.rules.span import QUARTER, YEAR, Span

GRAINS = {QUARTER: Grain.QUARTER, YEAR: Grain.YEAR}
MONTHS = {grain: months for months, grain in GRAINS.items()}


class IndicatorsNotFrozen(DomainError):
    """The indicators of a period have not been counted (yet). Details: `period`, its code."""

    code = "indicators_not_frozen"


def read(area_id: int, *, unit_id: int = 0, period: Span) -> Figures:
    """Return the frozen figures of an area, or of one of its units, in a quarter or a year. Two statements.

    Raises IndicatorsNotFrozen, also for a span that is neither.
    """
    grain = GRAINS.get(period.months)
    if grain is None:
        raise IndicatorsNotFrozen(period=period.code)
    of_figures = sa.select(IndicatorSnapshot).where(
        IndicatorSnapshot.area_id == area_id,
        IndicatorSnapshot.unit_id == unit_id,
        IndicatorSnapshot.grain == grain,
        IndicatorSnapshot.first_on == period.first_on,
    )
    with store.reading() as session:
        frozen = session.get(FrozenPeriod, (area_id, grain, period.first_on))
        if frozen is None:
            raise IndicatorsNotFrozen(period=period.code)
        rows = session.scalars(of_figures.order_by(IndicatorSnapshot.id)).all()
    return Figures(area_id, unit_id, _span(frozen), {(row.code, row.dims): figure_of(row) for row in rows})


def list_periods(area_id: int, grain: Grain) -> list[FrozenSpan]:
    """Return the frozen quarters or years of an area, the oldest first. One statement."""
    query = sa.select(FrozenPeriod).where(FrozenPeriod.area_id == area_id, FrozenPeriod.grain == grain)
    with store.reading() as session:
        return [_span(frozen) for frozen in session.scalars(query.order_by(FrozenPeriod.first_on))]


def _span(frozen: FrozenPeriod) -> FrozenSpan:
    span = Span(frozen.first_on, MONTHS[frozen.grain])
    return FrozenSpan(span, frozen.frozen_at, frozen.revision, frozen.definitions)


def figure_of(row: IndicatorSnapshot) -> Figure:
    """Return a stored row as a figure."""
    return Figure(
        code=row.code,
        dims=row.dims,
        number=row.number,
        n=row.n,
        share=row.share,
        low=row.low,
        high=row.high,
        is_suppressed=row.is_suppressed,
        facts=row.facts,
    )
