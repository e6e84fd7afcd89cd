"""Social reports: units and the coordinator write them, the coordinator answers, every unit reads what came of them."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from kaikukortti import clock, partners
from kaikukortti.errors import DomainError
from kaikukortti.followup import socialreports
from kaikukortti.followup.models.learning import Phenomenon, ReportStatus
from kaikukortti.followup.socialreports import LONGEST_OBSERVATION, LONGEST_RECIPIENT, LONGEST_WORDS, Offered, Report
from kaikukortti.rules import span
from kaikukortti.rules.access import Role
from kaikukortti.web import choices, forms, guard, language
from kaikukortti.web.figures import periods
from kaikukortti.web.followup import gate, loopwords
from kaikukortti.web.sentences import sentence_of

blueprint = gate.area_blueprint(
    "socialreports", __name__, url_prefix="/followup/reports", roles=[Role.WORKER, Role.COORDINATOR]
)

Page = str | Response | tuple[str, int]
NEEDED = _l("This is needed.")


class ReportForm(forms.Form):
    """What was seen, what it is about, for whom it is meant, on which figures it stands."""

    observation = TextAreaField(
        _l("What have you seen in your work?"), [InputRequired(NEEDED), Length(max=LONGEST_OBSERVATION)]
    )
    phenomenon = RadioField(_l("What is it about?"), [InputRequired(NEEDED)])
    recipient = StringField(_l("Who should hear of it?"), [InputRequired(NEEDED), Length(max=LONGEST_RECIPIENT)])
    figures = forms.Checkboxes(_l("Figures that belong to it"), [Optional()])


class DecisionForm(forms.Form):
    """What became of a report."""

    status = SelectField(_l("What has become of it?"), [InputRequired(NEEDED)])
    words = TextAreaField(_l("What was done, or why not?"), [Optional(), Length(max=LONGEST_WORDS)])


@blueprint.get("/")
def index() -> str:
    """List the area's reports, the newest first."""
    actor = guard.actor()
    reports = socialreports.list_reports(actor=actor)
    return render_template(
        "followup/reports/index.html",
        reports=reports,
        writers=_writers(),
        own_unit=actor.unit_id,
        phenomena=loopwords.PHENOMENA,
        statuses=loopwords.STATUSES,
        badges=loopwords.BADGES,
        open_count=sum(report.status not in socialreports.DECIDED for report in reports),
    )


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Page:
    """Write a report."""
    actor = guard.actor()
    found = socialreports.offered(gate.area_of(actor))
    form = _with_choices(ReportForm(), found)
    if not form.is_submitted():
        return _form_page(form, found, 200)
    if not form.validate():
        return _form_page(form, found, 422)
    try:
        report_id = socialreports.write(
            actor=actor,
            observation=form.observation.data or "",
            phenomenon=Phenomenon(form.phenomenon.data),
            recipient=form.recipient.data or "",
            codes=tuple(form.figures.data or ()),
            now=clock.now(),
        )
    except DomainError as error:
        form.refuse("observation", sentence_of(error))
        return _form_page(form, found, 422)
    flash(_("The report has gone to the coordinator. Here you see what comes of it."), "success")
    return redirect(url_for("socialreports.report", report_id=report_id), 303)


@blueprint.route("/<int:report_id>", methods=["GET", "POST"])
def report(report_id: int) -> Page:
    """Show a report and what came of it; the coordinator says so here."""
    actor = guard.actor()
    found = socialreports.look(report_id, actor=actor)
    form = DecisionForm()
    form.status.choices = [
        (status.value, word) for status, word in loopwords.STATUSES.items() if status is not ReportStatus.RECEIVED
    ]
    if not form.is_submitted():
        return _report_page(found, form, 200)
    if not form.validate():
        return _report_page(found, form, 422)
    try:
        status = ReportStatus(form.status.data)
        socialreports.decide(report_id, actor=actor, status=status, words=form.words.data or "", now=clock.now())
    except DomainError as error:
        if error.code in ("not_found", "not_allowed"):
            raise
        form.refuse("words", sentence_of(error))
        return _report_page(found, form, 422)
    flash(_("Saved. The units see it."), "success")
    return redirect(url_for("socialreports.report", report_id=report_id), 303)


def _form_page(form: ReportForm, found: Offered | None, status: int) -> Page:
    period = periods.name(span.parse(found.period)) if found else ""
    return render_template("followup/reports/new.html", form=form, period=period), status


def _report_page(found: Report, form: DecisionForm, status: int) -> Page:
    page = render_template(
        "followup/reports/report.html",
        report=found,
        form=form if guard.actor().role is Role.COORDINATOR else None,
        writer=_writers().get(found.unit_id),
        phenomena=loopwords.PHENOMENA,
        statuses=loopwords.STATUSES,
        badges=loopwords.BADGES,
        named=loopwords.named,
        value=loopwords.value,
        period_name=lambda code: periods.name(span.parse(code)),
    )
    return page, status


def _with_choices(form: ReportForm, found: Offered | None) -> ReportForm:
    form.phenomenon.choices = choices.options({kind.value: word for kind, word in loopwords.PHENOMENA.items()})
    figures = found.figures if found else ()
    form.figures.choices = [(one.code, f"{loopwords.named(one)}: {loopwords.value(one)}") for one in figures]
    return form


def _writers() -> dict[int | None, str]:
    area_id = gate.area_of(guard.actor())
    return {None: _("Coordinator"), **{row.unit.id: language.name(row.unit) for row in partners.list_units(area_id)}}
