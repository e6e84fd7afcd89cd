"""The same meeting within an episode: its goals are the episode's, kept and seen by the unit's workers."""

from flask import request, url_for

from kaikukortti import clock
from kaikukortti.followup import episodes
from kaikukortti.followup.episodes import EpisodeOver
from kaikukortti.web import guard
from kaikukortti.web.followup import gate
from kaikukortti.web.followup.meetings import meeting
from kaikukortti.web.followup.meetings.meeting import Page
from kaikukortti.web.followup.meetings.meetinggoals import Place

blueprint = gate.unit_blueprint("episodemeeting", __name__, url_prefix="/followup/episodes", needs_episodes=True)


@blueprint.route("/<int:episode_id>/meeting", methods=["GET", "POST"])
def index(episode_id: int) -> Page:
    """Hold a meeting of an episode; opening it is a look at the episode's goals. Raises EpisodeOver."""
    actor = guard.actor()
    found = (
        episodes.look(episode_id, actor=actor, now=clock.now())
        if request.method == "GET"
        else episodes.get(episode_id, actor=actor)
    )
    if found.ended_on is not None:
        raise EpisodeOver()
    address = url_for("episodemeeting.index", episode_id=episode_id)
    return meeting.hold(Place(actor, address, episode_id, found.case_code))
