"""The coordinator's annual reports: the yearly table as it is counted now, the frozen reports, one more frozen."""

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from kaikukortti import clock, reports, yearfigures
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.web import forms, guard, pages
from kaikukortti.web.figures import exports, reportpages, reporttables
from kaikukortti.web.language import _
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("annualreport", __name__, roles=[Role.COORDINATOR], url_prefix="/figures/reports")

Page = str | Response | FlaskResponse | tuple[str, int]


class FreezeForm(forms.Form):
    """What the coordinator confirms: these very figures, looked through."""

    seen = HiddenField(validators=[InputRequired()])
    checked = BooleanField(_l("I have looked the figures through."))


@blueprint.get("/")
def index() -> Page:
    """Show the yearly table of the own network, as it is counted now, and every report."""
    now = clock.now()
    table = yearfigures.read(guard.own_area(), now=now)
    yearly = reporttables.yearly(table, name=pages.organisation_name(), last_on=period.day_of(now), as_of=now)
    chosen = exports.asked()
    if chosen:
        return exports.answer(yearly, chosen)
    return render_template(
        "reports/index.html",
        yearly=yearly,
        columns=reporttables.columns(yearly),
        lines=reporttables.lines(yearly),
        definitions=reporttables.definitions(),
        is_exact=table.exactness is yearfigures.Exactness.EXACT,
        exports=exports.links(),
        years=sorted(table.years, reverse=True),
        reports=reports.list_own(actor=guard.actor()),
        this_year=period.day_of(now).year,
    )


@blueprint.route("/<int:year>/new", methods=["GET", "POST"])
def freeze(year: int) -> Page:
    """Show what a report of a year would say now, and freeze it once the coordinator has looked it through."""
    now, form, status = clock.now(), FreezeForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate() and form.checked.data:
            try:
                report = reports.freeze(year, actor=guard.actor(), seen=form.seen.data, now=now)
                flash(_("The report is frozen. Its figures stay as they are."), "success")
                return redirect(url_for("annualreport.show", report_id=report.id), 303)
            except reports.FiguresMoved as error:
                form.refuse("checked", sentence_of(error))
        elif not form.checked.data:
            form.refuse("checked", _("Look the figures through first, then mark this."))
    draft = reports.draw_up(year, actor=guard.actor(), now=now)
    form.seen.data, form.checked.data = draft.mark, False
    drawn = reportpages.draw(draft.figures, area_id=guard.own_area(), as_of=now, is_public=False)
    return render_template("reports/new.html", form=form, drawn=drawn, now=now), status


@blueprint.get("/<int:report_id>")
def show(report_id: int) -> Page:
    """Show a report of the own network, and what has changed in the figures since."""
    report = reports.get_own(report_id, actor=guard.actor())
    changed = [
        (reporttables.column_name(one.column), one.then, one.now)
        for one in reports.compare(report, actor=guard.actor(), now=clock.now())
    ]
    return reportpages.page(
        report,
        is_public=False,
        changed=changed,
        back=(url_for("annualreport.index"), _("Annual reports")),
        pdf_address=url_for("annualreport.paper", report_id=report_id),
        public_address=url_for("publicreports.show", report_id=report_id) if report.figures.is_whole else None,
    )


@blueprint.get("/<int:report_id>/report.pdf")
def paper(report_id: int) -> FlaskResponse:
    """Return a report of the own network as PDF in Finnish."""
    return reportpages.pdf(reports.get_own(report_id, actor=guard.actor()), is_public=False)
