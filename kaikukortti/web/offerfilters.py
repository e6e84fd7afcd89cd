"""What an address of the public offer asks for, read with patience: what makes no sense is left out and told."""

from dataclasses import dataclass
from datetime import date, timedelta

from werkzeug.datastructures import MultiDict

from kaikukortti import offer
from kaikukortti.models.network import Area
from kaikukortti.offer import Filters, Span
from kaikukortti.rules.programme import Category

TICK = "1"
TICKS = ("children", "step_free", "stop")


@dataclass(frozen=True)
class Asked:
    """What a reader asked for; `misread` names the fields whose values made no sense, `easy` is the easy reading."""

    span: Span
    day: date | None
    filters: Filters
    page: int
    easy: bool
    misread: tuple[str, ...]

    def days(self, today: date) -> tuple[date, date]:
        """Return the first and the last day: the day that was chosen, or those of the span."""
        return (self.day, self.day) if self.day else offer.days_of(self.span, today)

    @property
    def is_narrowed(self) -> bool:
        """Return whether anything beside the span is chosen."""
        return self.day is not None or self.filters != Filters()

    def address(self, **changes: str | int | None) -> dict[str, str | int]:
        """Return the query of this view with changes, None for what falls away; what is usual stands in no address."""
        filters = self.filters
        said: dict[str, str | int | None] = {
            "when": None if self.day or self.span is Span.FORTNIGHT else self.span.value,
            "day": self.day.isoformat() if self.day else None,
            "area": filters.area_id,
            "category": filters.category.value if filters.category else None,
            "children": TICK if filters.with_children else None,
            "step_free": TICK if filters.step_free else None,
            "stop": TICK if filters.has_stop else None,
            "page": self.page if self.page > 1 else None,
            "easy": TICK if self.easy else None,
        }
        return {name: value for name, value in (said | changes).items() if value is not None}


def read(sent: MultiDict[str, str], *, areas: list[Area], today: date) -> Asked:
    """Read the query of an address. Never fails: a value that makes no sense is left out and named in `misread`."""
    misread: list[str] = []

    def value(name: str, known: dict[str, object]) -> object:
        text = sent.get(name, "").strip()
        if text and text not in known:
            misread.append(name)
        return known.get(text)

    span = value("when", {span.value: span for span in Span})
    area_id = value("area", {str(area.id): area.id for area in areas})
    category = value("category", {category.value: category for category in Category})
    ticked = {name: value(name, {TICK: True, "0": False, "on": True}) is True for name in TICKS}
    easy = value("easy", {TICK: True, "0": False}) is True
    day = _day(sent.get("day", "").strip(), today, misread)
    page = _page(sent.get("page", "").strip(), misread)
    return Asked(
        span=span if isinstance(span, Span) else Span.FORTNIGHT,
        day=day,
        filters=Filters(
            area_id=area_id if isinstance(area_id, int) else None,
            category=category if isinstance(category, Category) else None,
            with_children=ticked["children"],
            step_free=ticked["step_free"],
            has_stop=ticked["stop"],
        ),
        page=page,
        easy=easy,
        misread=tuple(misread),
    )


def _day(text: str, today: date, misread: list[str]) -> date | None:
    """Return a day that is not past and within a year, as a date field sends it."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not today <= day <= today + timedelta(days=offer.AHEAD_DAYS):
        misread.append("day")
        return None
    return day


def _page(text: str, misread: list[str]) -> int:
    if not text:
        return 1
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if not 1 <= number <= offer.LAST_PAGE:
        misread.append("page")
        return 1
    return number
