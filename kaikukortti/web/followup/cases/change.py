"""Change over time (W3): goals and results of an episode, and below them, where the client shows it, the use of the
card on the same axis of days: never joined, never coloured by cause.
"""

from collections.abc import Sequence
from typing import Any

from flask import Response, jsonify, render_template

from kaikukortti import clock
from kaikukortti.followup import changes, episodes, goals, grantcards, looking, measurements, visits
from kaikukortti.followup.changes import Course
from kaikukortti.followup.episodes import EpisodeRow
from kaikukortti.followup.looking import Shown
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor
from kaikukortti.web import choices, guard
from kaikukortti.web.followup import gate, ownsession
from kaikukortti.web.followup.cases import changecharts, episodewords

blueprint = gate.unit_blueprint("change", __name__, url_prefix="/followup/episodes", needs_episodes=True)


@blueprint.get("/<int:episode_id>/change")
def show(episode_id: int) -> str:
    """Show the change without any use. The look at the episode is in the log."""
    actor, now = guard.actor(), clock.now()
    row = episodes.look(episode_id, actor=actor, now=now)
    facts = {"may_look": looking.may_look(episode_id, actor=actor, now=now), "is_open": bool(ownsession.current())}
    return _page(row, actor, None, **facts)


@blueprint.get("/<int:episode_id>/use")
def use(episode_id: int) -> str:
    """Show what the client's leave shows beside the change. The look is in the log and for the client to see."""
    actor, now = guard.actor(), clock.now()
    row = episodes.look(episode_id, actor=actor, now=now)
    shown = looking.look(episode_id, actor=actor, now=now, secret=gate.secret())
    return _page(row, actor, shown, is_by_leave=True)


@blueprint.get("/<int:episode_id>/own-use")
def own_use(episode_id: int) -> str:
    """Show the use of the card that its holder has open in this browser beside the change."""
    actor, now = guard.actor(), clock.now()
    episodes.get(episode_id, actor=actor)
    opened = grantcards.check_open(ownsession.current(), now=now)
    row = episodes.look(episode_id, actor=actor, now=now)
    visited = visits.of_line(opened.line, first_on=row.started_on)
    return _page(row, actor, looking.of_open_card(visited, since=row.started_on, until=period.day_of(now)))


@blueprint.get("/<int:episode_id>/use/check")
def check(episode_id: int) -> Response:
    """Tell an open page whether what it shows may still be shown. It is no look and shows nothing."""
    actor, now = guard.actor(), clock.now()
    episodes.get(episode_id, actor=actor)
    return jsonify(shown=looking.may_look(episode_id, actor=actor, now=now))


def _page(row: EpisodeRow, actor: Actor, shown: Shown | None, **facts: Any) -> str:
    followed = changes.of_goals(goals.list_goals(episode_id=row.id, actor=actor))
    measured = changes.of_results(measurements.list_of_episode(row.id, actor=actor))
    today = period.day_of(clock.now())
    courses: Sequence[Course] = [*followed, *measured]
    days = shown.days if shown else ()
    until = min(row.ended_on or today, today)
    axis = changecharts.axis(courses, days=days, first_on=row.started_on, last_on=max(until, row.started_on))
    return render_template(
        "followup/episodes/change.html",
        row=row,
        goals=followed,
        results=measured,
        lines=[course for course in courses if course.has_line],
        axis=axis,
        shown=shown,
        said=episodewords,
        draw=changecharts,
        categories=choices.CATEGORIES,
        **facts,
    )
