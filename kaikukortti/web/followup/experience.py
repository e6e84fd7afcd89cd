"""Three questions a quarter to the people at the desks and the doors, and what they answered in the quarters before."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from kaikukortti import clock
from kaikukortti.errors import DomainError
from kaikukortti.followup import staffanswers
from kaikukortti.followup.staffanswers import LONGEST_WISH
from kaikukortti.rules import span
from kaikukortti.rules.access import VENUE_ROLES, Role
from kaikukortti.web import forms, guard
from kaikukortti.web.figures import periods
from kaikukortti.web.followup import gate, loopwords
from kaikukortti.web.sentences import sentence_of

ANSWERING = (Role.WORKER, Role.VENUE_STAFF, Role.VENUE_MANAGER)
blueprint = gate.area_blueprint(
    "experience", __name__, url_prefix="/followup/experience", roles=[*ANSWERING, Role.COORDINATOR]
)

Page = str | Response | tuple[str, int]
NEEDED = _l("Choose one.")


class ExperienceForm(forms.Form):
    """The three questions and a wish; the questions' words depend on who is asked."""

    first = RadioField("", [InputRequired(NEEDED)])
    second = RadioField("", [InputRequired(NEEDED)])
    third = RadioField("", [InputRequired(NEEDED)])
    wish = TextAreaField(_l("What one thing should be changed?"), [Optional(), Length(max=LONGEST_WISH)])


@blueprint.route("/", methods=["GET", "POST"])
def index() -> Page:
    """Ask those who have not answered this quarter; show everybody what was answered before."""
    actor, now = guard.actor(), clock.now()
    form = _asked() if actor.role in ANSWERING else None
    has_answered = form is not None and staffanswers.has_answered(actor, now=now, secret=gate.secret())
    if form is None or not form.is_submitted():
        return _page(form, has_answered, 200)
    if not form.validate():
        return _page(form, has_answered, 422)
    try:
        staffanswers.answer(
            (int(form.first.data), int(form.second.data), int(form.third.data)),
            actor=actor,
            area_id=gate.area_of(actor),
            wish=form.wish.data or "",
            now=now,
            secret=gate.secret(),
        )
    except DomainError as error:
        form.refuse("wish", sentence_of(error))
        return _page(form, has_answered, 422)
    flash(_("Thank you. Your name does not stand with the answer."), "success")
    return redirect(url_for("experience.index"), 303)


def _asked() -> ExperienceForm:
    form = ExperienceForm()
    questions = loopwords.OF_VENUES if guard.actor().role in VENUE_ROLES else loopwords.OF_WORKERS
    for field, question in zip((form.first, form.second, form.third), questions, strict=True):
        field.label.text = question
        field.choices = [(str(level), word) for level, word in loopwords.SCALE.items()]
    return form


def _page(form: ExperienceForm | None, has_answered: bool, status: int) -> Page:
    actor = guard.actor()
    answered: dict[str, Any] = {
        "quarters": staffanswers.read(gate.area_of(actor), now=clock.now()),
        "groups": (
            ("workers", _("People who hand out cards"), loopwords.OF_WORKERS),
            ("venues", _("People at the venues"), loopwords.OF_VENUES),
        ),
    }
    page = render_template(
        "followup/experience.html",
        form=None if has_answered else form,
        has_answered=has_answered,
        mood_url=url_for("venuemood.index") if actor.role in VENUE_ROLES else "",
        scale=list(loopwords.SCALE.values()),
        fewest=staffanswers.FEWEST,
        period_name=lambda first_on: periods.name(span.holding(first_on, span.QUARTER)),
        **answered,
    )
    return page, status
