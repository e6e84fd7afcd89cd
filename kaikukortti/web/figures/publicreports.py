"""What anybody may read of the yearly figures: the newest report of each year that is over, frozen. Nobody signs in.

Nothing here is counted when it is asked for, so no answer tells what happened since a report was frozen.
"""

from dataclasses import replace

from flask import Response, abort, render_template, request, url_for

from kaikukortti import partners, reports
from kaikukortti.figuretable import FigureTable
from kaikukortti.models.network import Area
from kaikukortti.reports import Frozen
from kaikukortti.web import guard, language, ratelimit
from kaikukortti.web.figures import exports, reportpages, reporttables
from kaikukortti.web.language import _
from kaikukortti.yearfigures import YearTable

blueprint = guard.guarded_blueprint("publicreports", __name__, word=guard.PUBLIC, url_prefix="/reports")


@blueprint.before_request
def be_patient() -> None:
    """Let one address ask often: a library's readers share one."""
    ratelimit.check("reports", ratelimit.OFTEN)


@blueprint.get("/")
def index() -> str | Response:
    """Show the frozen yearly figures of a network, and the way to its reports."""
    areas = partners.list_areas()
    area = _chosen(areas)
    found = [] if area is None else reports.list_public(area.id)
    yearly = _yearly(found) if found else None
    chosen = exports.asked()
    if chosen:
        if yearly is None:
            abort(404)
        return exports.answer(yearly, chosen)
    return render_template(
        "reports/public.html",
        area=area,
        choices=[(language.name(one), url_for("publicreports.index", area=one.prefix), one is area) for one in areas],
        reports=found,
        yearly=yearly,
        columns=[] if yearly is None else reporttables.columns(yearly),
        lines=[] if yearly is None else reporttables.lines(yearly),
        definitions=reporttables.definitions(),
        exports=exports.links(),
    )


@blueprint.get("/<int:report_id>")
def show(report_id: int) -> str | Response:
    """Show a report of a year that is over."""
    return reportpages.page(
        reports.get_public(report_id),
        is_public=True,
        changed=None,
        back=(url_for("publicreports.index"), _("Yearly figures")),
        pdf_address=url_for("publicreports.paper", report_id=report_id),
        public_address=None,
    )


@blueprint.get("/<int:report_id>/report.pdf")
def paper(report_id: int) -> Response:
    """Return a report of a year that is over as PDF in Finnish; making one takes work, so not too often."""
    ratelimit.check("report-pdf")
    return reportpages.pdf(reports.get_public(report_id), is_public=True)


def _chosen(areas: list[Area]) -> Area | None:
    """Return the network that the address names, or the first one; aborts with 404 for one that is not there."""
    wanted = request.args.get("area")
    if not wanted:
        return areas[0] if areas else None
    found = next((area for area in areas if area.prefix == wanted.upper()), None)
    return found or abort(404)


def _yearly(found: list[Frozen]) -> FigureTable:
    """Put the own years of several reports, the newest first, into one table."""
    newest = found[0]
    parts = {one.figures.year: one.figures for one in found}
    table = YearTable(newest.figures.table.exactness, {year: figures.row for year, figures in parts.items()})
    name = reporttables.network_name(newest.figures.names)
    joined = reporttables.yearly(table, name=name, last_on=newest.figures.last_on, as_of=newest.frozen_at)
    said = {year: str(reporttables.EXACTNESS[figures.table.exactness]) for year, figures in sorted(parts.items())}
    if len(set(said.values())) == 1:
        return joined
    return replace(joined, rounding=" ".join(f"{year}: {sentence}" for year, sentence in said.items()))
