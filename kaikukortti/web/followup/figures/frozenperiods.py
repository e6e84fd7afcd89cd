"""Which frozen quarter or year a page is about: what its address asks for, what else can be chosen."""

from dataclasses import dataclass

from flask import request

from kaikukortti.errors import NotFound
from kaikukortti.followup.indicators import reading
from kaikukortti.followup.indicators.figures import Figures, FrozenSpan
from kaikukortti.followup.models.learning import Grain
from kaikukortti.rules import span
from kaikukortti.rules.span import Span
from kaikukortti.web.figures import periods
from kaikukortti.web.figures.periods import Links

MOST_QUARTERS, MOST_YEARS = 8, 5


@dataclass(frozen=True)
class Choice:
    """The frozen periods of an area, the newest first, and the one that is asked for: None while nothing is frozen."""

    frozen: tuple[FrozenSpan, ...]
    chosen: FrozenSpan | None

    @property
    def here(self) -> Span | None:
        """Return the chosen period."""
        return self.chosen.span if self.chosen else None

    @property
    def year_before(self) -> Span | None:
        """Return the same period of the year before, None where it has no figures."""
        before = self.chosen.span.year_before if self.chosen else None
        return before if before in {one.span for one in self.frozen} else None

    def links(self, months: int, *, most: int) -> Links:
        """Return the choice among the periods of a length, the newest first."""
        spans = [one.span for one in self.frozen if one.span.months == months][:most]
        return [(_name(one), f"{request.path}?period={one.code}", one == self.here) for one in spans]

    @property
    def quarters(self) -> Links:
        """Return the choice of quarters."""
        return self.links(span.QUARTER, most=MOST_QUARTERS)

    @property
    def years(self) -> Links:
        """Return the choice of years."""
        return self.links(span.YEAR, most=MOST_YEARS)


def choose(area_id: int, *grains: Grain) -> Choice:
    """Return the period that the address asks for, otherwise the newest one of the first grain that has any.

    Raises NotFound for a period that is not frozen, and for what is no quarter and no year: free days do not exist.
    """
    by_grain = [list(reversed(reading.list_periods(area_id, grain))) for grain in grains]
    frozen = tuple(one for found in by_grain for one in found)
    asked = request.args.get("period")
    if not asked:
        return Choice(frozen, frozen[0] if frozen else None)
    chosen = next((one for one in frozen if one.span.code == asked), None)
    if chosen is None:
        raise NotFound()
    return Choice(frozen, chosen)


def figures_of(area_id: int, choice: Choice, *, unit_id: int = 0) -> Figures | None:
    """Return the figures of the chosen period, None while nothing is frozen."""
    return reading.read(area_id, unit_id=unit_id, period=choice.here) if choice.here else None


def figures_before(area_id: int, choice: Choice) -> Figures | None:
    """Return the area's figures of the same period a year before, None where there are none."""
    return reading.read(area_id, period=choice.year_before) if choice.year_before else None


def _name(one: Span) -> str:
    return f"{periods.short_name(one)} {one.first_on.year}" if one.months == span.QUARTER else str(one.first_on.year)
