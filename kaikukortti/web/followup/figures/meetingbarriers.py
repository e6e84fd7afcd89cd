"""K6, what keeps clients from going, as they said in meetings: notes of a quarter out of the meetings that asked."""

from flask import Response, render_template

from kaikukortti.figuretable import FigureTable
from kaikukortti.followup.indicators.figures import Code, Figures
from kaikukortti.followup.models.learning import Grain
from kaikukortti.rules.access import Role
from kaikukortti.web import choices, guard
from kaikukortti.web.figures import exports, roundedchart
from kaikukortti.web.followup import gate
from kaikukortti.web.followup.figures import frozenperiods, indicatortables, indicatorwords, tellings
from kaikukortti.web.followup.figures.indicatortables import Line
from kaikukortti.web.followup.figures.kinds import value_of
from kaikukortti.web.followup.figures.quarter import READERS
from kaikukortti.web.language import _

blueprint = gate.area_blueprint("meetingbarriers", __name__, url_prefix="/followup/area/barriers", roles=READERS)


@blueprint.get("/")
def index() -> str | Response:
    """Show how often each reason was named, the most frequent first."""
    area_id = guard.own_area()
    choice = frozenperiods.choose(area_id, Grain.QUARTER, Grain.YEAR)
    figures = frozenperiods.figures_of(area_id, choice)
    if figures is None:
        return render_template("followup/barriers.html", choice=choice, figures=None)
    wanted = exports.asked()
    if wanted is not None:
        return exports.answer(_table(figures), wanted)
    return render_template(
        "followup/barriers.html",
        choice=choice,
        figures=figures,
        chart=_chart(figures) if tellings.is_shown(figures.find(Code.BARRIERS, "asked")) else None,
        is_coordinator=guard.actor().role is Role.COORDINATOR,
        definitions=indicatorwords.definitions([Code.BARRIERS]),
        export_links_found=exports.links(),
    )


def lines(figures: Figures) -> list[Line]:
    """Return the reasons, those named most often first, hidden ones and those that nobody named last."""
    parts = {part.dims: part.number or 0 for part in figures.list_parts(Code.BARRIERS)}
    order = sorted((code for code in choices.BARRIERS if code in parts), key=lambda code: -parts[code])
    return [(Code.BARRIERS, code, choices.word(choices.BARRIERS, code)) for code in order]


def _chart(figures: Figures) -> roundedchart.RoundedChart:
    return roundedchart.rounded_chart(
        title=_("What has kept clients from going"),
        heading=_("Reason"),
        finding=tellings.barriers(figures).words,
        series=(_("Times named"),),
        rows=[(label, [value_of(figures.find(code, dims))]) for code, dims, label in lines(figures)],
    )


def _table(figures: Figures) -> FigureTable:
    asked: Line = (Code.BARRIERS, "asked", _("Meetings in which barriers were asked"))
    title = _("What has kept clients from going")
    return indicatortables.table(figures, "follow-up-barriers", title, [asked, *lines(figures)])
