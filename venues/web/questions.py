"""The inbox of questions about scans, for the manager of a venue and for the coordinator: read, answer, look back.

Opening it applies the suggestions that are due, once a day: an installation without a timer settles its questions too
(with one, `kaikukortti questions settle` does the same).
"""

from dataclasses import dataclass
from uuid import UUID

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField
from wtforms.validators import InputRequired, Optional

from kaikukortti import clock
from kaikukortti.rules.access import Role
from kaikukortti.rules.flag import Answer, Flag
from kaikukortti.web import choices, deskforms, forms, guard
from kaikukortti.web.language import _
from kaikukortti.web.sentences import sentence_of
from venues import decisions, questions
from venues.decisions import DayImpossible, Given, QuestionAnswered, VisitWithdrawn
from venues.questions import Question
from venues.web import pagination, questionwords, visitwords

blueprint = guard.guarded_blueprint("questions", __name__, roles=[Role.VENUE_MANAGER, Role.COORDINATOR])

SETTLING = "kaikukortti.settling"

Page = str | Response | tuple[str, int]


class AnswerForm(forms.Form):
    """One of three buttons; a day where the day is what is asked."""

    answer = RadioField(choices=[answer.value for answer in Answer], validators=[InputRequired()])
    on_day = deskforms.DayField(validators=[Optional()])


@dataclass(frozen=True)
class Row:
    """A question as the page shows it. `day` is the day as typed or suggested, `refusal` what is wrong with it."""

    question: Question
    told: str
    answers: list[tuple[Answer, str]]
    day: str
    refusal: str = ""


@blueprint.get("/venue/questions")
def of_venue() -> Page:
    """Show the questions of the own venue."""
    return _inbox(Role.VENUE_MANAGER)


@blueprint.get("/area/questions")
def of_area() -> Page:
    """Show the questions of the area that are no venue's business."""
    return _inbox(Role.COORDINATOR)


@blueprint.post("/venue/questions/<uuid:scan_id>/<flag>")
def answer_of_venue(scan_id: UUID, flag: str) -> Page:
    """Answer a question of the own venue."""
    return _answer(Role.VENUE_MANAGER, str(scan_id), flag)


@blueprint.post("/area/questions/<uuid:scan_id>/<flag>")
def answer_of_area(scan_id: UUID, flag: str) -> Page:
    """Answer a question of the area."""
    return _answer(Role.COORDINATOR, str(scan_id), flag)


def _answer(role: Role, scan_id: str, flag_name: str) -> Page:
    _only(role)
    form, flag = AnswerForm(), _flag_of(flag_name)
    if not form.validate():
        if "answer" in form.errors or form.errors.keys() - {"on_day"}:
            abort(400)
        return _inbox(role, (scan_id, flag, form.on_day.errors[0]))
    given = Given(flag, Answer(form.answer.data), form.on_day.data if flag is Flag.TIME else None)
    if given.answer is Answer.COUNT and flag is Flag.TIME and given.on_day is None:
        return _inbox(role, (scan_id, flag, _("Choose a day.")))
    try:
        decisions.answer(scan_id, given, actor=guard.actor(), now=clock.now())
        said = questionwords.QUESTIONS[flag].answers[given.answer]
        flash(_("Your answer: %(answer)s.", answer=str(said)), "success")
    except (QuestionAnswered, VisitWithdrawn) as over:
        flash(sentence_of(over), "info")
    except DayImpossible as error:
        return _inbox(role, (scan_id, flag, sentence_of(error)))
    return redirect(url_for(_endpoint(role), page=request.args.get("page")), 303)


def _inbox(role: Role, wrong: tuple[str, Flag, str] | None = None) -> Page:
    """Return the page; 422 with the sentence beside the day where `wrong` names a question and what is wrong there."""
    _only(role)
    actor, now = guard.actor(), clock.now()
    if wrong is None:
        current_app.extensions.setdefault(SETTLING, decisions.Daily()).apply(now=now)
    shown = pagination.of(questions.count_questions(actor=actor, now=now), questions.MOST_SHOWN)
    rows = [_row(one, wrong) for one in questions.list_questions(actor=actor, now=now, skip=shown.skip)]
    page = render_template(
        "questions/index.html",
        rows=rows,
        shown=shown,
        answered=questions.list_answered(actor=actor, now=now),
        words=questionwords.QUESTIONS,
        tickets=visitwords.tickets,
        entries=choices.ENTRIES,
        inbox=_endpoint(role),
        answer_to="questions.answer_of_area" if role is Role.COORDINATOR else "questions.answer_of_venue",
        is_area=role is Role.COORDINATOR,
        refusals=[row for row in rows if row.refusal],
    )
    return page, 200 if wrong is None else 422


def _row(question: Question, wrong: tuple[str, Flag, str] | None) -> Row:
    told, answers = questionwords.told(question), questionwords.answers_of(question)
    if wrong is not None and wrong[:2] == (question.scan_id, question.flag):
        return Row(question, told, answers, request.form.get("on_day", ""), wrong[2])
    return Row(question, told, answers, "" if question.day is None else question.day.isoformat())


def _only(role: Role) -> None:
    if guard.actor().role is not role:
        abort(403)


def _endpoint(role: Role) -> str:
    return "questions.of_area" if role is Role.COORDINATOR else "questions.of_venue"


def _flag_of(name: str) -> Flag:
    try:
        return Flag(name)
    except ValueError:
        abort(404)
