"""Change over time in an episode (W3): each goal and each total with its days, and what can be said of the change:
clear, possible or not certain. Nothing is summed over them, compared between clients or foretold.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kaikukortti.followup.goals import GoalRow
from kaikukortti.followup.measurements import Result
from kaikukortti.rules import change as change_rules
from kaikukortti.rules import scores
from kaikukortti.rules.change import Change
from kaikukortti.rules.measure import GROUP_ONLY, MEASURES

GOAL = "gas"
GOAL_POSSIBLE, GOAL_CLEAR = 1, 2
"""Steps of the client's own ladder. Each is in the client's own words, so one is a possible change, two are a clear
one: our own rule, as nothing is published for single goals.
"""
FEWEST_OF_LINE = 3


@dataclass(frozen=True)
class Course:
    """One thing that is followed: a goal (`words` are the client's) or a total of a measure, or of its part.

    `points` are in the order of days, one a day; a goal's are the client's views, `worker` is the worker's newest.
    `change` is None before a second point. `threshold` is what the change was held against, None where there is none.
    """

    code: str
    part: str
    words: str
    low: float
    high: float
    higher_is_better: bool
    points: tuple[tuple[date, float], ...]
    worker: float | None = None
    change: Change | None = None
    threshold: float | None = None
    source: str = ""

    @property
    def is_goal(self) -> bool:
        """Return whether this is a goal."""
        return self.code == GOAL

    @property
    def has_line(self) -> bool:
        """Return whether there are points enough for a line."""
        return len(self.points) >= FEWEST_OF_LINE


def of_goals(goals: Iterable[GoalRow]) -> list[Course]:
    """Return the course of each goal, from its start over the client's reviews."""
    return [_of_goal(goal) for goal in goals]


def of_results(results: Iterable[Result]) -> list[Course]:
    """Return the course of each total and of each part of a measure, measure by measure. Group measures never."""
    found: dict[tuple[str, str], list[Result]] = {}
    for result in sorted(results, key=lambda result: result.measured_on):
        if result.code in MEASURES and result.code not in GROUP_ONLY:
            for part in result.scores:
                found.setdefault((result.code, part), []).append(result)
    order = [(measure.code, part.code) for measure in MEASURES.values() for part in measure.parts]
    return [_of_part(*key, found[key]) for key in sorted(found, key=order.index)]


def _of_goal(goal: GoalRow) -> Course:
    steps: dict[date, float] = {goal.set_on: goal.baseline}
    steps.update({review.on_day: review.client_level for review in goal.reviews})
    points = tuple(sorted(steps.items()))
    seen = [review.worker_level for review in goal.reviews if review.worker_level is not None]
    change = None
    if len(points) > 1:
        moved = points[-1][1] - points[0][1]
        change = scores.name_change(moved, possible=GOAL_POSSIBLE, reliable=GOAL_CLEAR)
    return Course(
        code=GOAL,
        part="",
        words=goal.words,
        low=min(scores.GAS_LEVELS),
        high=max(scores.GAS_LEVELS),
        higher_is_better=True,
        points=points,
        worker=seen[-1] if seen else None,
        change=change,
        threshold=GOAL_CLEAR if change is Change.CLEAR else GOAL_POSSIBLE,
    )


def _of_part(code: str, part: str, results: list[Result]) -> Course:
    points = tuple(sorted({result.measured_on: result.scores[part] for result in results}.items()))
    # The scale may have been set anew between two results (followup/permissions): the axis holds them all.
    scales = [result.scales[part] for result in results]
    label = change_rules.label(code, points[0][1], points[-1][1]) if len(points) > 1 else None
    return Course(
        code=code,
        part=part,
        words="",
        low=min(low for low, _ in scales),
        high=max(high for _, high in scales),
        higher_is_better=MEASURES[code].higher_is_better,
        points=points,
        change=label.change if label else None,
        threshold=label.threshold if label else None,
        source=label.source if label else "",
    )
