"""Results of measures in an episode: recorded, put right, removed. Totals only, and never ESIS or SWEMWBS."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kaikukortti import clock
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.followup import episodes, measurements
from kaikukortti.followup.measurements import Given, Result
from kaikukortti.followup.models.episodes import Mode, Phase
from kaikukortti.followup.permissions import Entry
from kaikukortti.rules import period
from kaikukortti.web import guard
from kaikukortti.web.followup import gate
from kaikukortti.web.followup.measuring import measureforms, measurewords
from kaikukortti.web.followup.measuring.measureforms import ITEM, SCORE
from kaikukortti.web.language import _
from kaikukortti.web.sentences import sentence_of

blueprint = gate.unit_blueprint(
    "results", __name__, url_prefix="/followup/episodes/<int:episode_id>/results", needs_episodes=True
)

Page = str | Response | tuple[str, int]

OF_DAY = {"measured_too_early", "measured_in_future", "measured_twice"}


@blueprint.get("/")
def index(episode_id: int) -> Page:
    """List an episode's results, and what can be recorded. The look is in the log."""
    actor, now = guard.actor(), clock.now()
    row = episodes.look(episode_id, actor=actor, now=now)
    return render_template(
        "followup/results/index.html",
        row=row,
        results=measurements.list_of_episode(episode_id, actor=actor),
        recordable=measurements.list_recordable(episode_id, actor=actor, today=period.day_of(now)),
        said=measurewords,
    )


@blueprint.route("/new/<code>", methods=["GET", "POST"])
def new(episode_id: int, code: str) -> Page:
    """Record a result of a measure."""
    measurements.check_recordable(code)
    actor, now = guard.actor(), clock.now()
    entry = _entry(episode_id, code)
    form = measureforms.result_form(entry, data={"measured_on": period.day_of(now)})

    def record(given: Given) -> None:
        measurements.record(episode_id, actor=actor, code=code, given=given, now=now)

    return _enter(episode_id, entry, form, record, said=_("Recorded."), title=_("Record a result"))


@blueprint.route("/<int:result_id>", methods=["GET", "POST"])
def correct(episode_id: int, result_id: int) -> Page:
    """Put a mistyped result right."""
    actor, now = guard.actor(), clock.now()
    episodes.look(episode_id, actor=actor, now=now)
    result = _result(episode_id, result_id)
    entry = _entry(episode_id, result.code)
    before = {"measured_on": result.measured_on, "phase": result.phase.value, "mode": result.mode.value}
    scores = {SCORE + domain: f"{score:g}" for domain, score in result.scores.items()}
    form = measureforms.result_form(entry, data={**before, **scores})

    def put_right(given: Given) -> None:
        measurements.correct(episode_id, result_id, actor=actor, given=given, now=now)

    return _enter(episode_id, entry, form, put_right, said=_("Put right."), title=_("Put a result right"))


@blueprint.route("/<int:result_id>/remove", methods=["GET", "POST"])
def remove(episode_id: int, result_id: int) -> Page:
    """Remove a result, after a press that says so."""
    actor, now, form = guard.actor(), clock.now(), measureforms.EmptyChoice()
    if form.validate_on_submit():
        measurements.remove(episode_id, result_id, actor=actor, now=now)
        flash(_("The result was removed."), "success")
        return redirect(url_for("results.index", episode_id=episode_id), 303)
    episodes.look(episode_id, actor=actor, now=now)
    result = _result(episode_id, result_id)
    page = render_template(
        "followup/results/remove.html", episode_id=episode_id, result=result, said=measurewords, form=form
    )
    return page, 422 if form.is_submitted() else 200


def _enter(episode_id: int, entry: Entry, form: Any, keep: Callable[[Given], None], *, said: str, title: str) -> Page:
    """Show the form of a result, or take it in."""
    if form.validate_on_submit():
        try:
            keep(_given(form, entry))
        except DomainError as error:
            _refuse(form, entry, error)
        else:
            flash(said, "success")
            return redirect(url_for("results.index", episode_id=episode_id), 303)
    page = render_template(
        "followup/results/enter.html",
        episode_id=episode_id,
        entry=entry,
        form=form,
        title=title,
        said=measurewords,
        items=[form[name] for name in measureforms.item_names(form)],
        scores=[form[SCORE + domain] for domain in entry.scales],
    )
    return page, 422 if form.is_submitted() else 200


def _given(form: Any, entry: Entry) -> Given:
    """Return what was entered. Answers to items come before a total: what was added up by hand is not needed then."""
    scores = {domain: form[SCORE + domain].number for domain in entry.scales}
    return Given(
        form.measured_on.data,
        Phase(form.phase.data),
        Mode(form.mode.data),
        {domain: score for domain, score in scores.items() if score is not None},
        measureforms.answers_of(form),
    )


def _refuse(form: Any, entry: Entry, error: DomainError) -> None:
    """Put a no beside the field that it is about. Raises the error where it is about none."""
    if error.code in OF_DAY:
        form.refuse("measured_on", sentence_of(error))
    elif error.code == "score_outside":
        form.refuse(SCORE + str(error.details["domain"]), sentence_of(error))
    elif error.code == "score_missing":
        form.refuse(SCORE + next(iter(entry.scales)), sentence_of(error))
    elif error.code == "item_missing":
        missing: Any = error.details["items"]
        form.refuse(f"{ITEM}{missing[0]}", sentence_of(error))
    else:
        raise error


def _entry(episode_id: int, code: str) -> Entry:
    """Return a measure that is recorded in an episode. Raises NotFound for another unit's episode."""
    today = period.day_of(clock.now())
    found = measurements.list_recordable(episode_id, actor=guard.actor(), today=today)
    return next(entry for entry in found if entry.measure.code == code)


def _result(episode_id: int, result_id: int) -> Result:
    found = measurements.list_of_episode(episode_id, actor=guard.actor())
    result = next((row for row in found if row.id == result_id), None)
    if result is None:
        raise NotFound()
    return result
