"""Answers of groups without names: a paper after the other is entered, and nothing of them is ever shown again."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kaikukortti import clock
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.followup import groupanswers
from kaikukortti.followup.groupanswers import Answer
from kaikukortti.followup.models.answers import UsedCard
from kaikukortti.followup.models.episodes import Mode, Phase
from kaikukortti.followup.permissions import Entry
from kaikukortti.web import guard
from kaikukortti.web.followup import gate
from kaikukortti.web.followup.measuring import measureforms, measurewords
from kaikukortti.web.followup.measuring.measureforms import ITEM
from kaikukortti.web.language import _, ngettext
from kaikukortti.web.sentences import sentence_of

blueprint = gate.unit_blueprint("groupanswers", __name__, url_prefix="/followup/group-answers")

Page = str | Response | tuple[str, int]

SLIPS = 8  # on a sheet
BESIDE = {
    "response_code_impossible": "response_code",
    "response_code_used": "response_code",
    "response_code_unknown": "response_code",
    "group_total_impossible": "total",
}


@blueprint.get("/")
def index() -> Page:
    """Say how many answers and pairs there are, hidden below five, and lead to the measures."""
    actor = guard.actor()
    return render_template(
        "followup/groupanswers/index.html",
        counts=groupanswers.count_answers(actor=actor),
        entries=groupanswers.list_answerable(actor=actor, now=clock.now()),
        said=measurewords,
    )


@blueprint.get("/slips")
def slips() -> Page:
    """Show a sheet of slips, each with a code that is drawn now and kept nowhere."""
    return render_template(
        "followup/groupanswers/slips.html", codes=[groupanswers.draw_code() for _slip in range(SLIPS)]
    )


@blueprint.route("/<code>", methods=["GET", "POST"])
def enter(code: str) -> Page:
    """Take in one paper. What was entered before is not shown."""
    entry = _entry(code)
    form = measureforms.answer_form(entry)
    if form.validate_on_submit():
        secret = gate.secret()
        try:
            groupanswers.add(_answer(form, code), actor=guard.actor(), now=clock.now(), secret=secret)
        except DomainError as error:
            _refuse(form, error)
        else:
            flash(_("The answer is kept. It is not shown to anybody, not even here."), "success")
            return redirect(url_for("groupanswers.enter", code=code), 303)
    page = render_template(
        "followup/groupanswers/enter.html",
        entry=entry,
        form=form,
        items=[form[name] for name in measureforms.item_names(form)],
        said=measurewords,
        is_raw=code == "swemwbs",
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/forget", methods=["GET", "POST"])
def forget() -> Page:
    """Delete this quarter's answers of a code."""
    form = measureforms.ForgetForm(data={"code": request.args.get("measure")})
    entries = groupanswers.list_answerable(actor=guard.actor(), now=clock.now())
    form.code.choices = [(entry.measure.code, measurewords.name(entry.measure.code)) for entry in entries]
    if form.validate_on_submit():
        actor, now, secret = guard.actor(), clock.now(), gate.secret()
        try:
            gone = groupanswers.forget(form.code.data, form.response_code.data, actor=actor, now=now, secret=secret)
        except NotFound:
            form.refuse("response_code", _("There is no answer with this code in this quarter."))
        except groupanswers.CodeImpossible as error:
            form.refuse("response_code", sentence_of(error))
        else:
            flash(ngettext("%(num)s answer was deleted.", "%(num)s answers were deleted.", gone), "success")
            return redirect(url_for("groupanswers.index"), 303)
    return render_template("followup/groupanswers/forget.html", form=form), 422 if form.is_submitted() else 200


def _entry(code: str) -> Entry:
    found = groupanswers.list_answerable(actor=guard.actor(), now=clock.now())
    entry = next((entry for entry in found if entry.measure.code == code), None)
    if entry is None:
        raise NotFound()
    return entry


def _answer(form: Any, code: str) -> Answer:
    return Answer(
        code=code,
        response_code=form.response_code.data,
        phase=Phase(form.phase.data),
        mode=Mode(form.mode.data),
        total=form.total.number,
        answers=measureforms.answers_of(form),
        used_card=UsedCard(form.used_card.data or UsedCard.UNSAID),
    )


def _refuse(form: Any, error: DomainError) -> None:
    """Put a no beside the field that it is about. Raises the error where it is about none."""
    if error.code == "item_missing":
        missing: Any = error.details["items"]
        form.refuse(f"{ITEM}{missing[0]}", sentence_of(error))
    elif error.code in BESIDE:
        form.refuse(BESIDE[error.code], sentence_of(error))
    else:
        raise error
