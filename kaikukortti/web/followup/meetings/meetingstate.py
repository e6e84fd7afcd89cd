"""What has been said in a meeting so far. It travels in the meeting's own forms, signed, and is kept nowhere: a page
that is left is gone.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from kaikukortti.rules.access import Actor
from kaikukortti.rules.barrier import Barrier

LASTS_SECONDS = 2 * 60 * 60
SALT = "followup meeting"


class Keeping(StrEnum):
    """What became of the goals: nobody wanted them kept, they are kept, or the own card had closed meanwhile."""

    NOT_ASKED = "not_asked"
    KEPT = "kept"
    CLOSED = "closed"


@dataclass(frozen=True)
class GoalView:
    """A goal as it stands in a meeting, `goal_id` where it is kept, with the two views of today."""

    words: str
    weight: int = 1
    target_on: date | None = None
    goal_id: int | None = None
    client: int | None = None
    worker: int | None = None


@dataclass(frozen=True)
class Meeting:
    """What has been said. `holder` is a name of the open card that is good in this meeting alone, empty without one;
    `barriers` is None until somebody asked.
    """

    mark: str
    holder: str = ""
    goals: tuple[GoalView, ...] = ()
    keeping: Keeping = Keeping.NOT_ASKED
    barriers: tuple[Barrier, ...] | None = None
    idea: str = ""
    own_step: str = ""

    @property
    def is_rated(self) -> bool:
        """Return whether the client has put any goal on the ladder."""
        return any(goal.client is not None for goal in self.goals)

    def with_goal(self, index: int, **changes: Any) -> "Meeting":
        """Return the meeting with one goal changed."""
        told = (replace(goal, **changes) if at == index else goal for at, goal in enumerate(self.goals))
        return replace(self, goals=tuple(told))

    def without_goal(self, index: int) -> "Meeting":
        """Return the meeting with one goal left out."""
        return replace(self, goals=tuple(goal for at, goal in enumerate(self.goals) if at != index))


def carried(meeting: Meeting, *, actor: Actor, episode_id: int | None) -> str:
    """Return a meeting as text for a hidden field, good for this worker and this episode alone."""
    facts = asdict(meeting)
    for goal in facts["goals"]:
        goal["target_on"] = goal["target_on"] and goal["target_on"].isoformat()
    return _serializer().dumps([_bearer(actor, episode_id), facts])


def read(text: str, *, actor: Actor, episode_id: int | None) -> Meeting | None:
    """Return the meeting of a hidden field; None where it is too old, somebody else's, or none."""
    try:
        bearer, facts = _serializer().loads(text, max_age=LASTS_SECONDS)
    except BadSignature:
        return None
    if bearer != _bearer(actor, episode_id):
        return None
    barriers = facts["barriers"]
    return Meeting(
        **{
            **facts,
            "goals": tuple(map(_goal, facts["goals"])),
            "keeping": Keeping(facts["keeping"]),
            "barriers": None if barriers is None else tuple(map(Barrier, barriers)),
        }
    )


def _goal(facts: dict[str, Any]) -> GoalView:
    day = facts["target_on"]
    return GoalView(**{**facts, "target_on": day and date.fromisoformat(day)})


def _bearer(actor: Actor, episode_id: int | None) -> list[int | None]:
    return [actor.user_id, actor.unit_id, episode_id]


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=SALT)
