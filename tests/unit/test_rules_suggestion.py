"""What is suggested to the holder of an unused card: the nearest place, the order of kinds, what suits children."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from kaikukortti.rules import period
from kaikukortti.rules.programme import EventKind
from kaikukortti.rules.suggestion import CHOOSERS, Coming, Kind, Suggestion, look_ahead, suggest
from tests.factories import TODAY

NEAR, MIDDLE, FAR = 1, 2, 3
PLAY = Coming(10, MIDDLE, period.moment_of(TODAY + timedelta(days=2), time(18, 30)), EventKind.PERFORMANCE)
LATER_PLAY = replace(PLAY, key=11, starts_at=PLAY.starts_at + timedelta(days=1))
MATCH = Coming(12, FAR, period.moment_of(TODAY + timedelta(days=1), time(13)), EventKind.MATCH)
COURSE = Coming(13, NEAR, period.moment_of(TODAY + timedelta(days=3), time(10)), EventKind.COURSE)
GROUP = Coming(14, FAR, period.moment_of(TODAY + timedelta(days=9), time(14)), EventKind.EXHIBITION)


def test_nearest_venue_that_has_something_and_its_first_time():
    ahead = look_ahead([MATCH, PLAY, LATER_PLAY])
    assert suggest(ahead, children=0, venues=[NEAR, MIDDLE, FAR]) == Suggestion(Kind.EVENT, PLAY)
    assert suggest(ahead, children=0, venues=[FAR, MIDDLE]) == Suggestion(Kind.EVENT, MATCH)


def test_nothing_is_suggested_where_nothing_is_coming():
    assert suggest(look_ahead([]), children=2, venues=[NEAR]) is None
    assert suggest(look_ahead([PLAY]), children=0, venues=[NEAR, FAR]) is None, "a venue that is not offered"
    assert suggest(look_ahead([PLAY]), children=0, venues=[]) is None


def test_children_are_thought_of_when_there_are_some():
    ahead = look_ahead([PLAY, COURSE])
    venues = [NEAR, MIDDLE]
    assert suggest(ahead, children=0, venues=venues) == Suggestion(Kind.EVENT, COURSE)
    assert suggest(ahead, children=1, venues=venues) == Suggestion(Kind.CHILDREN, PLAY), "a course takes no children"
    assert suggest(look_ahead([COURSE]), children=1, venues=venues) == Suggestion(Kind.EVENT, COURSE), "or better this"


@pytest.mark.parametrize(("starts", "kind"), [(time(18, 30), Kind.CHILDREN), (time(18, 31), Kind.EVENT)])
@pytest.mark.parametrize("day", [TODAY, TODAY.replace(month=7)])
def test_late_evening_is_not_for_children(starts, kind, day):
    evening = replace(PLAY, starts_at=period.moment_of(day, starts))
    assert suggest(look_ahead([evening]), children=1, venues=[MIDDLE]) == Suggestion(kind, evening)


@pytest.mark.parametrize("event_kind", EventKind)
def test_kinds_that_suit_children(event_kind):
    chosen = suggest(look_ahead([replace(MATCH, event_kind=event_kind)]), children=3, venues=[FAR])
    alone = {EventKind.COURSE, EventKind.PERIOD_PASS}
    assert chosen is not None and chosen.kind is (Kind.EVENT if event_kind in alone else Kind.CHILDREN)


def test_company_comes_first():
    ahead = look_ahead([PLAY], group_visits=[GROUP, replace(GROUP, key=15)])
    assert suggest(ahead, children=2, venues=[NEAR]) == Suggestion(Kind.GROUP_VISIT, GROUP)
    assert list(CHOOSERS) == list(Kind), "every kind has its line"
