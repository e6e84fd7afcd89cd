"""Change over time: what is said of it by which threshold, and where it is drawn."""

from datetime import date, timedelta

import pytest

from kaikukortti.followup import changes
from kaikukortti.followup.goals import GoalRow, ReviewRow
from kaikukortti.followup.measurements import Result
from kaikukortti.followup.models.episodes import Mode, Phase
from kaikukortti.rules.change import Change
from kaikukortti.web.followup.cases import changecharts

START = date(2026, 1, 10)
DAY = timedelta(days=1)


def goal(baseline, *levels, worker=None):
    reviews = [ReviewRow(START + (number + 1) * 30 * DAY, level, worker, "") for number, level in enumerate(levels)]
    return GoalRow(1, "Ulos", 1, baseline, None, START, None, reviews)


def result(code, day, scale=(0.0, 100.0), **scores):
    held = {name.replace("total", ""): float(score) for name, score in scores.items()}
    scales = dict.fromkeys(held, scale)
    return Result(day, code, START + day * DAY, Phase.START, Mode.SELF, held, scales)


@pytest.mark.parametrize(
    ("levels", "label"),
    [
        ((), None),
        ((-1,), Change.UNSURE),
        ((0,), Change.POSSIBLE),
        ((-2,), Change.POSSIBLE),
        ((1,), Change.CLEAR),
        ((2, -1), Change.UNSURE),
    ],
)
def test_a_goal_is_labelled_by_steps_of_its_own_ladder(levels, label):
    (course,) = changes.of_goals([goal(-1, *levels)])
    assert course.change is label and course.is_goal and (course.low, course.high) == (-2, 2)


def test_a_review_on_the_first_day_is_the_start_and_the_workers_view_stands_apart():
    first = ReviewRow(START, 0, 1, "")
    (course,) = changes.of_goals([GoalRow(1, "Ulos", 1, -1, None, START, None, [first])])
    assert (course.points, course.worker, course.change) == (((START, 0),), 1, None)


@pytest.mark.parametrize(
    ("code", "before", "after", "label", "threshold"),
    [
        ("who5", 36, 45, Change.UNSURE, 10),
        ("who5", 36, 46, Change.POSSIBLE, 10),
        ("who5", 46, 36, Change.POSSIBLE, 10),
        ("ors", 17, 21.9, Change.UNSURE, 5),
        ("ors", 17, 22, Change.CLEAR, 5),
        ("eurohis", 2, 5, Change.UNSURE, None),
    ],
)
def test_a_total_is_labelled_by_its_published_threshold_alone(code, before, after, label, threshold):
    (course,) = changes.of_results([result(code, 90, total=after), result(code, 1, total=before)])
    assert [value for _, value in course.points] == [before, after]
    assert (course.change, course.threshold, bool(course.source)) == (label, threshold, threshold is not None)


def test_group_measures_have_no_course_even_if_they_were_there():
    held = [result(code, day, total=day) for code in ("esis", "swemwbs", "unknown") for day in (10, 30)]
    assert changes.of_results(held) == []


def test_parts_stand_in_the_order_of_the_registry_and_scales_hold_every_point():
    found = changes.of_results(
        [
            result("kykyviisari", 1, work_ability=4, inclusion=20, scale=(0, 48)),
            result("kykyviisari", 90, inclusion=60, scale=(0, 100)),
            result("who5", 2, total=40),
        ]
    )
    assert [(one.code, one.part) for one in found] == [
        ("who5", ""),
        ("kykyviisari", "inclusion"),
        ("kykyviisari", "work_ability"),
    ]
    assert (found[1].low, found[1].high) == (0, 100) and found[2].change is None


def test_start_and_now_lie_on_their_own_scale():
    (course,) = changes.of_goals([goal(-1, 1)])
    bell = changecharts.dumbbell(course)
    assert (bell.start, bell.now, bell.left, bell.length) == (25, 75, 25, 50)
    (lone,) = changes.of_goals([goal(2)])
    alone = changecharts.dumbbell(lone)
    assert (alone.start, alone.left, alone.length) == (100, 100, 0) and alone.now is None
    (back,) = changes.of_goals([goal(1, -1)])
    assert (changecharts.dumbbell(back).left, changecharts.dumbbell(back).length) == (25, 50)


def test_lines_and_days_of_use_share_one_axis():
    (course,) = changes.of_results([result("who5", day, total=value) for day, value in ((0, 20), (50, 40), (100, 90))])
    assert course.has_line
    used = (START - 100 * DAY, START + 50 * DAY)
    axis = changecharts.axis([course], days=used, first_on=START, last_on=START + 100 * DAY)
    assert (axis.first_on, axis.last_on) == (START - 100 * DAY, START + 100 * DAY)
    line = changecharts.line(course, axis)
    assert list(line.dots) == [(50, 80), (75, 60), (100, 10)]
    assert list(line.pieces) == [(50, 80, 75, 60), (75, 60, 100, 10)]
    assert axis.at(used[1]) == line.dots[1][0]


def test_two_points_are_no_line():
    (course,) = changes.of_goals([goal(-1, 0)])
    assert not course.has_line


@pytest.mark.parametrize("days", [0, 1, 20, 200, 700, 1800])
def test_the_axis_names_few_months_within_itself(days):
    axis = changecharts.axis([], first_on=START, last_on=START + days * DAY)
    marks = axis.marks()
    assert len(marks) <= changecharts.MOST_MARKS
    assert all(0 <= at <= 100 and day.day == 1 for day, at in marks)
    assert [at for _, at in marks] == sorted({at for _, at in marks})
