"""The meeting of ten minutes (W2, W4), the screen turned to the client: own card or not, goals, what gets in the way
and one next step, the text for the plan, three questions. All screens are one address; what was said travels in forms.
"""

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import clock
from kaikukortti.errors import DomainError
from kaikukortti.followup import goals, meetings
from kaikukortti.followup.meetings import Feedback
from kaikukortti.followup.models.answers import Agreement
from kaikukortti.web import guard, pages
from kaikukortti.web.followup import gate, ownsession
from kaikukortti.web.followup.meetings import meetingflow, meetingstate, meetingwords, plantext
from kaikukortti.web.followup.meetings.meetingflow import Screen, Turn
from kaikukortti.web.followup.meetings.meetinggoals import Place
from kaikukortti.web.followup.meetings.meetingstate import Meeting
from kaikukortti.web.sentences import sentence_of

blueprint = gate.unit_blueprint("meeting", __name__, url_prefix="/followup/meeting")

Page = Response | str
STEPS = {
    Screen.CARD: 1,
    Screen.GOALS: 2,
    Screen.CLIENT: 2,
    Screen.WORKER: 2,
    Screen.VIEWS: 2,
    Screen.BARRIERS: 3,
    Screen.NEXT_STEP: 3,
    Screen.TEXT: 4,
    Screen.COPY: 4,
    Screen.FEEDBACK: 5,
}
TEMPLATES = {
    Screen.CARD: "followup/meeting/card.html",
    Screen.GOALS: "followup/meeting/goals.html",
    Screen.CLIENT: "followup/meeting/ladder.html",
    Screen.WORKER: "followup/meeting/ladder.html",
    Screen.VIEWS: "followup/meeting/views.html",
    Screen.BARRIERS: "followup/meeting/barriers.html",
    Screen.NEXT_STEP: "followup/meeting/next_step.html",
    Screen.TEXT: "followup/meeting/text.html",
    Screen.COPY: "followup/meeting/copy.html",
    Screen.FEEDBACK: "followup/meeting/feedback.html",
}


@blueprint.route("/", methods=["GET", "POST"])
def index() -> Page:
    """Hold a meeting in which nothing is kept of the client, or what the client's own open card keeps."""
    return hold(Place(guard.actor(), url_for("meeting.index")))


@blueprint.get("/over")
def over() -> str:
    """Say thank you and tell that the screen can be turned back."""
    return render_template("followup/meeting/over.html")


def hold(place: Place) -> Page:
    """Show the first screen of a meeting, or take what was sent from a screen and show the next one."""
    if request.method == "GET":
        return _draw(place, meetingflow.show(Screen.CARD, Meeting(meetings.new_mark())))
    meeting = meetingstate.read(request.form.get("carried", ""), actor=place.actor, episode_id=place.episode_id)
    screen = request.form.get("screen", "")
    if "stop" in request.form:
        return _leave(meeting, pages.home_url())
    if meeting is None or screen not in STEPS:
        flash(_("The meeting was open for too long. Nothing of it was kept. You can begin again."), "info")
        return redirect(place.address, 303)
    turn = meetingflow.go_on(Screen(screen), place, meeting)
    return _end(place, turn) if turn.screen is Screen.END else _draw(place, turn)


def _end(place: Place, turn: Turn) -> Page:
    """Keep what the meeting leaves behind without a person, and leave it."""
    form, meeting = turn.form, turn.meeting
    assert form is not None, "the last screen has the questions"
    said = Feedback(
        Agreement(form["heard"].data or Agreement.UNSAID),
        Agreement(form["useful"].data or Agreement.UNSAID),
        form["wish"].data or "",
    )
    try:
        meetings.keep(meeting.mark, actor=place.actor, barriers=meeting.barriers, feedback=said, now=clock.now())
    except DomainError as error:
        form.refuse("wish", sentence_of(error))
        return _draw(place, Turn(Screen.FEEDBACK, meeting, form=form))
    return _leave(meeting, url_for("meeting.over"))


def _leave(meeting: Meeting | None, address: str) -> Page:
    """Go on to an address, and close the client's card where it was opened for the meeting."""
    response = make_response(redirect(address, 303))
    if meeting is not None and meeting.holder:
        ownsession.close()
        ownsession.take_away(response)
    return response


def _draw(place: Place, turn: Turn) -> Page:
    meeting, screen = turn.meeting, turn.screen
    page = render_template(
        TEMPLATES[screen],
        place=place,
        meeting=meeting,
        carried=meetingstate.carried(meeting, actor=place.actor, episode_id=place.episode_id),
        screen=screen.value,
        step=STEPS[screen],
        form=turn.form,
        trouble=turn.trouble,
        editing=turn.editing,
        words=meetingwords,
        **_facts(place, turn),
    )
    return make_response(page, turn.status)


def _facts(place: Place, turn: Turn) -> dict[str, object]:
    """Return what a single screen needs beside what all have."""
    match turn.screen:
        case Screen.CARD:
            return {"open_card": ownsession.current(), "may_open": _may_open()}
        case Screen.GOALS:
            return {"is_full": len(turn.meeting.goals) >= goals.MOST_GOALS}
        case Screen.CLIENT | Screen.WORKER | Screen.VIEWS:
            return {"levels": goals.LEVELS}
        case Screen.NEXT_STEP:
            return {"ideas": meetingwords.ideas_for(turn.meeting.barriers or ())}
        case Screen.TEXT:
            return {"results_address": _results_address(place)}
        case Screen.COPY if turn.form is not None:
            return {"whole": plantext.whole(turn.form.data), "parts": plantext.PARTS}
        case _:
            return {}


def _may_open() -> bool:
    """Return whether clients of this area can open their own cards."""
    return gate.own_switches().own_card and "ownentry.enter" in current_app.view_functions


def _results_address(place: Place) -> str:
    """Return the page of the episode's recorded results, nothing without an episode."""
    there = place.episode_id is not None and "results.index" in current_app.view_functions
    return url_for("results.index", episode_id=place.episode_id) if there else ""
