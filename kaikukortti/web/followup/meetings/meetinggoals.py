"""The goals of a meeting: whose they are, what is there already, keeping what was said. Without an open own card and
without an episode nothing is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from kaikukortti.followup import goals, references
from kaikukortti.followup.goals import Owner
from kaikukortti.followup.ownsessions import OpenCard
from kaikukortti.rules import scores
from kaikukortti.rules.access import Actor
from kaikukortti.web.followup import gate, ownsession
from kaikukortti.web.followup.meetings.meetingstate import GoalView, Keeping, Meeting


@dataclass(frozen=True)
class Place:
    """Where a meeting is held: who works there, the address that its forms go to, the episode where there is one."""

    actor: Actor
    address: str
    episode_id: int | None = None
    case_code: str = ""


def holder_of(card: OpenCard | None, mark: str) -> str:
    """Return the name of an open card within one meeting: no two meetings can be told to be of one holder."""
    return references.keyed("meeting", mark, card.line_ref, secret=gate.secret()) if card else ""


def owner_of(place: Place, meeting: Meeting) -> Owner | None:
    """Return whose goals a meeting keeps: the episode's, or those of the card that the client opened for it and that is
    open still; None for nobody's.
    """
    if place.episode_id is not None:
        return Owner(episode_id=place.episode_id, actor=place.actor)
    card = ownsession.current() if meeting.holder else None
    if card is None or holder_of(card, meeting.mark) != meeting.holder:
        return None
    return Owner(line_ref=card.line_ref)


def load(place: Place, meeting: Meeting) -> Meeting:
    """Return the meeting with the goals that are kept already, before those that were only said in it."""
    owner = owner_of(place, meeting)
    said = tuple(goal for goal in meeting.goals if goal.goal_id is None)
    if owner is None:
        return replace(meeting, goals=said)
    rows = goals.list_goals(line_ref=owner.line_ref, episode_id=owner.episode_id, actor=owner.actor)
    kept = tuple(GoalView(row.words, row.weight, row.target_on, row.id) for row in rows)
    return replace(meeting, goals=(*kept, *said)[: goals.MOST_GOALS])


def keep(place: Place, meeting: Meeting, *, now: datetime) -> Meeting:
    """Keep the goals and the views of today for their owner, if there is one, and say so. Doing it again changes
    nothing. Raises what goals.add and goals.review raise.
    """
    owner = owner_of(place, meeting)
    if owner is None:
        return replace(meeting, keeping=Keeping.CLOSED if meeting.holder else Keeping.NOT_ASKED)
    kept = tuple(_keep_one(goal, owner, now) for goal in meeting.goals)
    return replace(meeting, goals=kept, keeping=Keeping.KEPT)


def give_up(place: Place, meeting: Meeting, index: int, *, now: datetime) -> Meeting:
    """Take a goal out of the meeting; one that is kept is given up where it is kept. Raises what goals.give_up does."""
    goal, owner = meeting.goals[index], owner_of(place, meeting)
    if goal.goal_id is not None and owner is not None:
        goals.give_up(goal.goal_id, owner=owner, now=now)
    return meeting.without_goal(index)


def change(place: Place, meeting: Meeting, index: int, told: GoalView, *, now: datetime) -> Meeting:
    """Change a goal's words, importance and day, where it is kept as well. Raises what goals.change raises."""
    goal, owner = meeting.goals[index], owner_of(place, meeting)
    facts: dict[str, Any] = {"words": told.words, "weight": told.weight, "target_on": told.target_on}
    if goal.goal_id is not None and owner is not None:
        goals.change(goal.goal_id, owner=owner, now=now, **facts)
    else:
        goals.check(now=now, **facts)
    return meeting.with_goal(index, **facts)


def levels_of(sent: Mapping[str, str], meeting: Meeting) -> list[int | None]:
    """Return the steps that were chosen on a ladder page, goal by goal; None where none was, or none that exists."""
    steps = {str(level): level for level in scores.GAS_LEVELS}
    return [steps.get(sent.get(f"level-{index}", "")) for index in range(len(meeting.goals))]


def is_full(meeting: Meeting) -> bool:
    """Return whether there is room for no more goals."""
    return len(meeting.goals) >= goals.MOST_GOALS


def _keep_one(goal: GoalView, owner: Owner, now: datetime) -> GoalView:
    goal_id = goal.goal_id
    if goal_id is None:
        start = goals.USUAL_START if goal.client is None else goal.client
        goal_id = goals.add(
            goal.words, owner=owner, weight=goal.weight, baseline=start, target_on=goal.target_on, now=now
        )
    if goal.client is not None:
        goals.review(goal_id, owner=owner, client_level=goal.client, worker_level=goal.worker, now=now)
    return replace(goal, goal_id=goal_id)
