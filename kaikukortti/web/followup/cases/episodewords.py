"""The words of episodes, of leave to look, and of change: short and neutral, without praise, blame or a cause."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.followup.changes import Course
from kaikukortti.followup.models.episodes import Scope, Service
from kaikukortti.rules.change import Change
from kaikukortti.web import language
from kaikukortti.web.followup.measuring import measurewords
from kaikukortti.web.followup.meetings import meetingwords
from kaikukortti.web.language import _, ngettext

SERVICES: Mapping[Service, Any] = {
    Service.SOCIAL_REHABILITATION: _l("Social rehabilitation"),
    Service.ADULT_SOCIAL_WORK: _l("Social work with adults"),
    Service.JOINT_EMPLOYMENT: _l("Joint services for employment"),
    Service.OTHER: _l("Another service"),
}

CONSENT: Mapping[Scope, Any] = {
    Scope.COUNT: _l("Only how many times"),
    Scope.KINDS: _l("Also in what kinds of places"),
    Scope.TIMELINE: _l("Also when"),
}

SCOPES: Mapping[Scope, Any] = {
    Scope.COUNT: _l("how many times"),
    Scope.KINDS: _l("how many times and in what kinds of places"),
    Scope.TIMELINE: _l("how many times, in what kinds of places and on which days"),
}

CHANGES: Mapping[Change, Any] = {
    Change.CLEAR: _l("Clear change"),
    Change.POSSIBLE: _l("Possible change"),
    Change.UNSURE: _l("No certain change"),
}


def shown(scope: Scope) -> str:
    """Say how much is shown, within a sentence."""
    return str(SCOPES[scope])


def change(course: Course) -> str:
    """Say what can be said of a change: three words, or that there is one point only."""
    return _("one point only") if course.change is None else str(CHANGES[course.change])


def threshold(course: Course) -> str:
    """Say what a change was held against, and where that is from."""
    if course.is_goal:
        return _("Steps of the client's own ladder: one is a possible change, two or more a clear one. Our own rule.")
    if course.threshold is None:
        return _("No threshold has been published, so no change is called certain.")
    size = language.number(course.threshold)
    if course.change is Change.CLEAR:
        return _("At least %(size)s: more than chance (%(source)s)", size=size, source=course.source)
    if course.change is Change.POSSIBLE:
        return _("At least %(size)s (%(source)s)", size=size, source=course.source)
    return _("Less than %(size)s (%(source)s)", size=size, source=course.source)


def value(course: Course, number: float | None) -> str:
    """Write a value of a course: a step of the ladder with its sign, or a total."""
    if number is None:
        return "–"
    if course.is_goal:
        return "0" if number == 0 else f"{'+' if number > 0 else '−'}{abs(int(number))}"
    return language.number(number)


def step(level: float) -> str:
    """Name a step of the ladder."""
    return f"{'+' if level > 0 else '−' if level < 0 else ''}{abs(int(level))} {meetingwords.LADDER[int(level)]}"


def times(count: int) -> str:
    """Say how often a card was used; no use is no recorded use, not more."""
    if not count:
        return _("No recorded use")
    return ngettext("%(num)s recorded visit", "%(num)s recorded visits", count)


def name(course: Course) -> str:
    """Return the name of what is followed: the client's words, or a measure with its part."""
    if course.is_goal:
        return course.words
    called = measurewords.name(course.code)
    called = f"{called}: {measurewords.part(course.part)}" if course.part else called
    return called if course.higher_is_better else f"{called} ({_('lower is better')})"
