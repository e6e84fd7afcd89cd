"""What each screen of a meeting does with what was entered on it, and which one comes next. Nothing is drawn here."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from flask import request
from flask_babel import gettext as _

from kaikukortti import clock
from kaikukortti.errors import DomainError
from kaikukortti.followup import goals
from kaikukortti.followup.goals import GoalsFull
from kaikukortti.rules.barrier import Barrier
from kaikukortti.web import forms
from kaikukortti.web.followup import ownsession
from kaikukortti.web.followup.meetings import meetinggoals, meetingwords, plantext
from kaikukortti.web.followup.meetings.meetingforms import MeetingForm, MeetingGoal, NextStep, PlanText, Questions
from kaikukortti.web.followup.meetings.meetinggoals import Place
from kaikukortti.web.followup.meetings.meetingstate import GoalView, Meeting
from kaikukortti.web.sentences import sentence_of


class Screen(StrEnum):
    """The screens of a meeting, in their order."""

    CARD = "card"
    GOALS = "goals"
    CLIENT = "client"
    WORKER = "worker"
    VIEWS = "views"
    BARRIERS = "barriers"
    NEXT_STEP = "next_step"
    TEXT = "text"
    COPY = "copy"
    FEEDBACK = "feedback"
    END = "end"


FIELD_OF = {"goal_day_past": "target_on"}


@dataclass(frozen=True)
class Turn:
    """The screen that is shown next, with its form where it has one; `trouble` is a sentence above it."""

    screen: Screen
    meeting: Meeting
    form: forms.Form | None = None
    trouble: str = ""
    editing: int | None = None

    @property
    def status(self) -> int:
        """Return the HTTP status: 422 where something has to be mended."""
        return 422 if self.trouble or (self.form is not None and self.form.errors) else 200


def go_on(screen: Screen, place: Place, meeting: Meeting) -> Turn:
    """Return what comes after what was sent from a screen. Raises UnknownFields."""
    forms.check_names(_names_of(screen, meeting))
    if "back" in request.form:
        return show(_before(screen, meeting), meeting)
    return HANDLERS[screen](place, meeting)


def _names_of(screen: Screen, meeting: Meeting) -> set[str]:
    """Return the names that a screen's form may send."""
    fields: dict[Screen, type[MeetingForm]] = {
        Screen.GOALS: MeetingGoal,
        Screen.NEXT_STEP: NextStep,
        Screen.TEXT: PlanText,
        Screen.COPY: PlanText,
        Screen.FEEDBACK: Questions,
    }
    named = {field.name for field in fields[screen](formdata=None)} if screen in fields else set()
    levels = {f"level-{index}" for index in range(len(meeting.goals))}
    return named | levels | {"barrier"} | MeetingForm.BESIDE


def show(screen: Screen, meeting: Meeting, **facts: Any) -> Turn:
    """Return a screen with its form as it stands before anything is entered."""
    return Turn(screen, meeting, form=_fresh_form(screen, meeting), **facts)


def _fresh_form(screen: Screen, meeting: Meeting) -> forms.Form:
    match screen:
        case Screen.GOALS:
            return MeetingGoal(formdata=None)
        case Screen.NEXT_STEP:
            form = NextStep(formdata=None, idea=meeting.idea, own_step=meeting.own_step)
            return _with_ideas(form, meeting)
        case Screen.TEXT:
            return PlanText(formdata=None, data=plantext.draft(meeting))
        case Screen.FEEDBACK:
            return Questions(formdata=None)
        case _:
            return forms.EmptyForm(formdata=None)


def _before(screen: Screen, meeting: Meeting) -> Screen:
    """Return the screen before one, without those that had nothing to show."""
    match screen:
        case Screen.BARRIERS if not meeting.is_rated:
            return Screen.CLIENT if meeting.goals else Screen.GOALS
        case Screen.FEEDBACK:
            return Screen.TEXT
        case _:
            every = list(Screen)
            return every[max(every.index(screen) - 1, 0)]


def _after_card(place: Place, meeting: Meeting) -> Turn:
    card = ownsession.current() if "with_card" in request.form else None
    if "with_card" in request.form and card is None:
        return show(
            Screen.CARD, meeting, trouble=_("The card is not open in this browser. Open it first, or go on without it.")
        )
    started = replace(meeting, holder=meetinggoals.holder_of(card, meeting.mark))
    return show(Screen.GOALS, meetinggoals.load(place, started))


def _after_goals(place: Place, meeting: Meeting) -> Turn:
    _hold_open(meeting)
    if (index := _index("change", meeting)) is not None:
        form = MeetingGoal(formdata=None, obj=meeting.goals[index])
        return Turn(Screen.GOALS, meeting, form=form, editing=index)
    if (index := _index("leave_out", meeting)) is not None:
        return show(Screen.GOALS, meetinggoals.give_up(place, meeting, index, now=clock.now()))
    form, editing = MeetingGoal(), _index("editing", meeting)
    if not form.validate():
        return Turn(Screen.GOALS, meeting, form=form, editing=editing)
    if form.words.data:
        try:
            meeting = _with_goal(place, meeting, form, editing)
        except DomainError as error:
            form.refuse(FIELD_OF.get(error.code, "words"), sentence_of(error))
            return Turn(Screen.GOALS, meeting, form=form, editing=editing)
    if "add" in request.form:
        return show(Screen.GOALS, meeting)
    return show(Screen.CLIENT if meeting.goals else Screen.BARRIERS, meeting)


def _with_goal(place: Place, meeting: Meeting, form: MeetingGoal, editing: int | None) -> Meeting:
    """Return the meeting with the goal of the form, in place of the one that is being changed. Raises DomainError."""
    told, now = GoalView(form.words.data, form.weight.data, form.target_on.data), clock.now()
    if editing is not None:
        return meetinggoals.change(place, meeting, editing, told, now=now)
    if any(goal.words == told.words for goal in meeting.goals):
        return meeting
    if meetinggoals.is_full(meeting):
        raise GoalsFull()
    goals.check(told.words, weight=told.weight, target_on=told.target_on, now=now)
    return replace(meeting, goals=(*meeting.goals, told))


def _after_client(place: Place, meeting: Meeting) -> Turn:
    _hold_open(meeting)
    levels = meetinggoals.levels_of(request.form, meeting)
    seen = (replace(goal, client=level) for goal, level in zip(meeting.goals, levels, strict=True))
    meeting = replace(meeting, goals=tuple(seen))
    return show(Screen.WORKER, meeting) if meeting.is_rated else _keep(place, meeting, Screen.BARRIERS)


def _after_worker(place: Place, meeting: Meeting) -> Turn:
    levels = meetinggoals.levels_of(request.form, meeting)
    seen = (
        replace(goal, worker=None if goal.client is None else level)
        for goal, level in zip(meeting.goals, levels, strict=True)
    )
    return _keep(place, replace(meeting, goals=tuple(seen)), Screen.VIEWS)


def _after_views(place: Place, meeting: Meeting) -> Turn:
    if "again" in request.form:
        return _keep(place, meeting, Screen.VIEWS)
    return show(Screen.BARRIERS, meeting)


def _hold_open(meeting: Meeting) -> None:
    """Give the own card time while the client is at work on the goals."""
    if meeting.holder:
        ownsession.extend()


def _keep(place: Place, meeting: Meeting, screen: Screen) -> Turn:
    try:
        return show(screen, meetinggoals.keep(place, meeting, now=clock.now()))
    except DomainError as error:
        return show(Screen.VIEWS, meeting, trouble=sentence_of(error))


def _after_barriers(_place: Place, meeting: Meeting) -> Turn:
    known = {barrier.value: barrier for barrier in Barrier}
    chosen = tuple(known[name] for name in request.form.getlist("barrier") if name in known)
    asked = None if "skip" in request.form else tuple(dict.fromkeys(chosen))
    return show(Screen.NEXT_STEP, replace(meeting, barriers=asked))


def _after_next_step(_place: Place, meeting: Meeting) -> Turn:
    form = _with_ideas(NextStep(), meeting)
    if not form.validate():
        return Turn(Screen.NEXT_STEP, meeting, form=form)
    idea = form.idea.data if form.idea.data in meetingwords.IDEAS else ""
    return show(Screen.TEXT, replace(meeting, idea=idea or "", own_step=form.own_step.data or ""))


def _after_text(_place: Place, meeting: Meeting) -> Turn:
    if "skip" in request.form:
        return show(Screen.FEEDBACK, meeting)
    form = PlanText()
    return Turn(Screen.COPY if form.validate() else Screen.TEXT, meeting, form=form)


def _after_copy(_place: Place, meeting: Meeting) -> Turn:
    if "mend" in request.form:  # the text as it was approved
        return Turn(Screen.TEXT, meeting, form=PlanText())
    return show(Screen.FEEDBACK, meeting)


def _after_feedback(_place: Place, meeting: Meeting) -> Turn:
    form = Questions()
    return Turn(Screen.END if form.validate() else Screen.FEEDBACK, meeting, form=form)


def _with_ideas(form: NextStep, meeting: Meeting) -> NextStep:
    ideas = meetingwords.ideas_for(meeting.barriers or ())
    form.idea.choices = [(name, str(idea.words)) for name, idea in ideas.items()]
    return form


def _index(name: str, meeting: Meeting) -> int | None:
    """Return which goal a button or a hidden field names, None where it names none."""
    text = request.form.get(name, "")
    index = int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else len(meeting.goals)
    return index if index < len(meeting.goals) else None


HANDLERS: dict[Screen, Callable[[Place, Meeting], Turn]] = {
    Screen.CARD: _after_card,
    Screen.GOALS: _after_goals,
    Screen.CLIENT: _after_client,
    Screen.WORKER: _after_worker,
    Screen.VIEWS: _after_views,
    Screen.BARRIERS: _after_barriers,
    Screen.NEXT_STEP: _after_next_step,
    Screen.TEXT: _after_text,
    Screen.COPY: _after_copy,
    Screen.FEEDBACK: _after_feedback,
}
