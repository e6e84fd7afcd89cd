"""Which period a page of figures is about: what its address asks for, what is offered, what it is put beside."""

from dataclasses import dataclass
from datetime import date

from babel import dates
from flask import request

from kaikukortti.rules import span
from kaikukortti.rules.span import MONTH, QUARTER, YEAR, Span
from kaikukortti.web import language
from kaikukortti.web.language import _

Links = list[tuple[str, str, bool]]


@dataclass(frozen=True)
class Chosen:
    """The period of a page: a span, or everything since the beginning; days to come are not in it."""

    span: Span | None
    first_on: date
    last_on: date


@dataclass(frozen=True)
class Pair:
    """Two periods of the same length in whole months, the newer one first."""

    now: Span
    then: Span


def choose(beginning: date, today: date, *, lengths: tuple[int, ...] = (YEAR, QUARTER)) -> Chosen:
    """Return the period that the address asks for; everything when it asks for none that is offered."""
    wanted = _asked("period") or _asked("year")
    if (
        wanted is None
        or wanted.months not in lengths
        or wanted.first_on > today
        or wanted.last_on < _opening(beginning)
    ):
        return Chosen(None, beginning, today)
    return Chosen(wanted, wanted.first_on, min(wanted.last_on, today))


def choose_span(beginning: date, today: date, *, lengths: tuple[int, ...], otherwise: Span) -> Chosen:
    """Return the period that the address asks for, or another one; never everything."""
    chosen = choose(beginning, today, lengths=lengths)
    if chosen.span is not None:
        return chosen
    return Chosen(otherwise, otherwise.first_on, min(otherwise.last_on, today))


def beside(chosen: Chosen, beginning: date, today: date) -> Pair | None:
    """Return the two periods that the address wants side by side, cut to the months that are over; None for none."""
    other = _asked("compare")
    here = chosen.span
    if here is None or other is None or other.months != here.months or other == here:
        return None
    if other.first_on > today or other.last_on < _opening(beginning):
        return None
    months = min(each.whole_months(today) for each in (here, other))
    return Pair(Span(here.first_on, months), Span(other.first_on, months)) if months else None


def links(chosen: Chosen, beginning: date, today: date, *, with_everything: bool = True) -> Links:
    """Return the choice of years."""
    found = [(_("Since the beginning"), request.path, chosen.span is None)] if with_everything else []
    year = None if chosen.span is None else chosen.span.first_on.year
    return found + [
        (str(one.first_on.year), _address(one), one.first_on.year == year)
        for one in span.list_spans(beginning, today, YEAR)
    ]


def part_links(chosen: Chosen, beginning: date, today: date, *, months: int) -> Links:
    """Return the choice among the quarters or months of the chosen year."""
    if chosen.span is None:
        return []
    year = span.year_of(chosen.span.first_on.year)
    parts = [one for one in year.parts(months) if one.first_on <= today and one.last_on >= _opening(beginning)]
    whole = [(_("Whole year"), _address(year), chosen.span == year)] if months == QUARTER else []
    return whole + [(short_name(one), _address(one), one == chosen.span) for one in parts]


def choices_beside(chosen: Chosen, beginning: date, today: date) -> list[tuple[str, str, bool]]:
    """Return what the chosen period can be put beside: (code, name, is chosen), the nearest ones first."""
    here = chosen.span
    if here is None:
        return []
    others = [one for one in span.list_spans(beginning, today, here.months) if one != here]
    near = [one for one in dict.fromkeys((here.previous, here.year_before)) if one in others]
    asked = _asked("compare")
    rest = [one for one in others if one not in near]
    return [(one.code, name_beside(one, here), one == asked) for one in [*near, *rest]]


def name_beside(one: Span, here: Span) -> str:
    """Return the name of a period, with what it is to another one."""
    if one == here.year_before:
        return _("%(period)s, a year before", period=name(one))
    if one == here.previous:
        return _("%(period)s, the one before", period=name(one))
    return name(one)


def name(one: Span) -> str:
    """Return the name of a period: 2026, 3/2026 as a quarter in words, October 2026, or months of a year that runs."""
    if one.months == YEAR:
        return str(one.first_on.year)
    if one.months == QUARTER and one.first_on.month % 3 == 1:
        return _("quarter %(number)s of %(year)s", number=one.first_on.month // 3 + 1, year=one.first_on.year)
    if one.months == MONTH:
        return _month(one.first_on, "LLLL y")
    return f"{_month(one.first_on, 'LLL')}–{_month(one.last_on, 'LLL y')}"


def short_name(one: Span) -> str:
    """Return the name of a part of a year that is known."""
    if one.months == QUARTER:
        return _("quarter %(number)s", number=one.first_on.month // 3 + 1)
    return _month(one.first_on, "LLL")


def _month(day: date, pattern: str) -> str:
    return str(dates.format_date(day, pattern, locale=language.locale_name(language.language_now())))


def _asked(argument: str) -> Span | None:
    try:
        return span.parse(request.args.get(argument, ""))
    except ValueError:
        return None


def _opening(beginning: date) -> date:
    return beginning.replace(month=1, day=1)


def _address(one: Span) -> str:
    return f"{request.path}?period={one.code}"
