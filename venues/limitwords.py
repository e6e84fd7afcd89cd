"""What is said at the door when the venue has nothing left for a holder: which limit it is, and when there is more."""

from collections.abc import Callable
from datetime import date, timedelta

from kaikukortti.rules.limit import Hindrance, Limit, LimitPer, PassDays, Reached
from kaikukortti.rules.programme import EventKind
from kaikukortti.web import language
from kaikukortti.web.language import _, ngettext

Said = dict[str, str]
Words = dict[LimitPer, Callable[[int], str]]

_VISITS: Words = {
    LimitPer.DAY: lambda most: ngettext(
        "This place gives %(num)s visit a day, and it has been used.",
        "This place gives %(num)s visits a day, and they have been used.",
        most,
    ),
    LimitPer.MONTH: lambda most: ngettext(
        "This place gives %(num)s visit a month, and it has been used.",
        "This place gives %(num)s visits a month, and they have been used.",
        most,
    ),
    LimitPer.TERM: lambda most: ngettext(
        "This place gives %(num)s visit a term, and it has been used.",
        "This place gives %(num)s visits a term, and they have been used.",
        most,
    ),
    LimitPer.YEAR: lambda most: ngettext(
        "This place gives %(num)s visit a year, and it has been used.",
        "This place gives %(num)s visits a year, and they have been used.",
        most,
    ),
}
_OF_EVENT: Words = {
    LimitPer.DAY: lambda most: ngettext(
        "This event gives %(num)s visit a day, and it has been used.",
        "This event gives %(num)s visits a day, and they have been used.",
        most,
    ),
    LimitPer.MONTH: lambda most: ngettext(
        "This event gives %(num)s visit a month, and it has been used.",
        "This event gives %(num)s visits a month, and they have been used.",
        most,
    ),
    LimitPer.TERM: lambda most: ngettext(
        "This event gives %(num)s visit a term, and it has been used.",
        "This event gives %(num)s visits a term, and they have been used.",
        most,
    ),
    LimitPer.YEAR: lambda most: ngettext(
        "This event gives %(num)s visit a year, and it has been used.",
        "This event gives %(num)s visits a year, and they have been used.",
        most,
    ),
}
_COURSES: Words = {
    LimitPer.DAY: lambda most: ngettext(
        "This place gives %(num)s course a day, and it has been used.",
        "This place gives %(num)s courses a day, and they have been used.",
        most,
    ),
    LimitPer.MONTH: lambda most: ngettext(
        "This place gives %(num)s course a month, and it has been used.",
        "This place gives %(num)s courses a month, and they have been used.",
        most,
    ),
    LimitPer.TERM: lambda most: ngettext(
        "This place gives %(num)s course a term, and it has been used.",
        "This place gives %(num)s courses a term, and they have been used.",
        most,
    ),
    LimitPer.YEAR: lambda most: ngettext(
        "This place gives %(num)s course a year, and it has been used.",
        "This place gives %(num)s courses a year, and they have been used.",
        most,
    ),
}
_PASSES: Words = {
    LimitPer.DAY: lambda most: ngettext(
        "This place gives %(num)s pass a day, and it has been used.",
        "This place gives %(num)s passes a day, and they have been used.",
        most,
    ),
    LimitPer.MONTH: lambda most: ngettext(
        "This place gives %(num)s pass a month, and it has been used.",
        "This place gives %(num)s passes a month, and they have been used.",
        most,
    ),
    LimitPer.TERM: lambda most: ngettext(
        "This place gives %(num)s pass a term, and it has been used.",
        "This place gives %(num)s passes a term, and they have been used.",
        most,
    ),
    LimitPer.YEAR: lambda most: ngettext(
        "This place gives %(num)s pass a year, and it has been used.",
        "This place gives %(num)s passes a year, and they have been used.",
        most,
    ),
}


def say(hindrance: Hindrance) -> Said:
    """Return why there is nothing today, in fi, sv and en: which limit, or which days a pass has."""
    if isinstance(hindrance, PassDays):
        return language.in_each_language(lambda: _days_of(hindrance))
    told = _words_of(hindrance.limit)[hindrance.limit.per]
    return language.in_each_language(lambda: told(hindrance.limit.most))


def next_step(hindrance: Hindrance) -> Said:
    """Return what there is instead, in fi, sv and en."""
    return language.in_each_language(lambda: _more_at(hindrance))


def pass_begins(ended_on: date) -> Said:
    """Return that a pass has ended and that this visit begins another, in fi, sv and en."""
    return language.in_each_language(
        lambda: _("The earlier pass ended on %(day)s. A new one begins with this visit.", day=language.day(ended_on))
    )


def _words_of(limit: Limit) -> Words:
    if limit.event_id is not None:
        return _OF_EVENT
    if limit.kind is EventKind.COURSE:
        return _COURSES
    return _PASSES if limit.kind is EventKind.PERIOD_PASS else _VISITS


def _days_of(days: PassDays) -> str:
    if days.is_over:
        return _("The last day of this pass was %(day)s.", day=language.day(days.last_on))
    return _("The first day of this pass is %(day)s.", day=language.day(days.first_on))


def _more_at(hindrance: Hindrance) -> str:
    match hindrance:
        case Reached(last_on=last_on):
            day = language.day(last_on + timedelta(days=1))
            return _("From %(day)s there is more here. At other places the card gives tickets today, too.", day=day)
        case PassDays(is_over=True):
            return _("The card itself is valid. Ask about other events and passes of this place.")
        case _:
            return _("The card itself is valid. Other events of this place are open to it today.")
