"""What is told of a figure: a sentence, how sure it is, or that it is too little to tell."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from kaikukortti.followup.indicators.figures import Code, Figure, Figures, Why
from kaikukortti.web import choices, language
from kaikukortti.web.followup.figures import indicatorwords, sharewords
from kaikukortti.web.language import _, ngettext

MOST_BARRIERS = 3
WITHIN = {
    "30": _l("within a month: %(part)s"),
    "90": _l("within three months: %(part)s"),
    "180": _l("within half a year: %(part)s"),
}
WITHIN_DAYS = {
    "30": _l("Used within 30 days"),
    "90": _l("Used within 90 days"),
    "180": _l("Used within 180 days"),
}
"""Days from the first day of a card (I-03), in a sentence and as lines of a table."""


@dataclass(frozen=True)
class Told:
    """An indicator in words: a sentence, and how sure it is. `is_hidden`: the sentence only says that nothing is."""

    code: Code
    name: str
    words: str
    certainty: str = ""
    is_hidden: bool = False


def is_shown(figure: Figure | None) -> bool:
    """Return whether there is a figure and it may be told."""
    return figure is not None and not figure.is_suppressed


def too_little(code: Code, figure: Figure | None) -> Told:
    """Say that nothing can be told yet: too few cards, or not followed for long enough."""
    why = figure.facts.get("why") if figure is not None else None
    if why == Why.FOLLOW_UP:
        words = _("Not followed long enough yet. It is told 91 days after the end of the period at the earliest.")
    else:
        words = _("Too little to tell.")
    return Told(code, indicatorwords.name(code), words, is_hidden=True)


def share(figures: Figures, code: Code, *, some: Callable[[str], str], none: str, dims: str = "") -> Told:
    """Tell a share: `some` makes the sentence of "about one in three", `none` is that of a share of nothing."""
    figure = figures.find(code, dims)
    if figure is None or figure.share is None:
        return too_little(code, figure)
    words = some(sharewords.part_words(figure.share)) if figure.share > 0 else none
    return Told(code, indicatorwords.name(code), words, certainty(figure))


def certainty(figure: Figure) -> str:
    """Say how sure a share is, or nothing where it has no interval."""
    if figure.low is None or figure.high is None:
        return ""
    low, high = sharewords.bound_words(figure.low, figure.high)
    if sharewords.is_vague(figure.low, figure.high):
        return _("With so few, anything between %(low)s and %(high)s is possible.", low=low, high=high)
    return _("Likely between %(low)s and %(high)s.", low=low, high=high)


def first_use(figures: Figures) -> Told:
    """Tell how soon cards are first used: within 30, 90 and 180 days, and by when half of them are."""
    found = [(word, figures.find(Code.FIRST_USE, days)) for days, word in WITHIN.items()]
    told = [(word, part) for word, part in found if part is not None and part.share is not None]
    if not told:
        return too_little(Code.FIRST_USE, next((part for _word, part in found if part is not None), None))
    parts = ", ".join(str(word) % {"part": sharewords.part_words(part.share or 0.0)} for word, part in told)
    words = _("First used %(parts)s.", parts=parts)
    median = figures.find(Code.FIRST_USE, "median")
    if median is not None and median.number is not None:
        half = ngettext(
            "Half of the cards are in use within a day.",
            "Half of the cards are in use within %(num)s days.",
            round(median.number),
        )
        words = f"{words} {half}"
    return Told(Code.FIRST_USE, indicatorwords.name(Code.FIRST_USE), words, certainty(told[-1][1]))


def barriers(figures: Figures) -> Told:
    """Tell what clients named most often as keeping them from going."""
    asked = figures.find(Code.BARRIERS, "asked")
    named = named_barriers(figures)
    if asked is None or asked.is_suppressed or not asked.number or not named:
        return too_little(Code.BARRIERS, asked)
    reasons = ", ".join(f"{choices.word(choices.BARRIERS, code).lower()} ({number})" for code, number in named)
    meetings = ngettext("Asked in one meeting.", "Asked in %(num)s meetings.", round(asked.number))
    words = _("Clients named most often: %(reasons)s.", reasons=reasons)
    return Told(Code.BARRIERS, indicatorwords.name(Code.BARRIERS), f"{words} {meetings}")


def named_barriers(figures: Figures) -> list[tuple[str, str]]:
    """Return the reasons named most often, with their numbers; those that may not be shown are left out."""
    parts = [part for part in figures.list_parts(Code.BARRIERS) if part.dims != "asked" and part.number]
    first = sorted(parts, key=lambda part: -(part.number or 0))[:MOST_BARRIERS]
    return [(part.dims, language.number(round(part.number or 0))) for part in first]
