"""Figures that anybody may read: the published tables without a trait. The cube alone is read; nobody signs in."""

from flask import Response, abort, render_template, request, url_for

from kaikukortti import partners
from kaikukortti.cube import reading
from kaikukortti.cube.periods import Grain
from kaikukortti.models.network import Area
from kaikukortti.web import guard, language, ratelimit
from kaikukortti.web.figures import cubeviews, exports
from kaikukortti.web.figures.cubeviews import Reader

blueprint = guard.guarded_blueprint("publicfigures", __name__, word=guard.PUBLIC, url_prefix="/statistics")

PUBLIC_MONTHS = ("cards_valid", "cards_in_use", "uses_total")


@blueprint.before_request
def be_patient() -> None:
    """Let one address ask as often as a person does."""
    ratelimit.check("statistics")


@blueprint.get("/")
def index() -> str | Response:
    """Show a network's uses and cards of the last twelve closed months."""
    areas = partners.list_areas()
    area = _chosen(areas)
    view = cubeviews.View() if area is None else _view(area)
    wanted = exports.asked()
    if wanted is not None:
        if not view.tables:
            abort(404)
        return exports.answer(view.tables, wanted)
    return render_template(
        "statistics/public.html",
        area=area,
        view=view,
        areas=[(language.name(one), url_for("publicfigures.index", area=one.prefix), one is area) for one in areas],
        export_links_found=exports.links(),
    )


def _view(area: Area) -> cubeviews.View:
    reader = Reader(area.id, language.name(area))
    months = [one.period for one in reading.list_periods(area.id, Grain.MONTH)]
    quarters = [one.period for one in reading.list_periods(area.id, Grain.QUARTER)]
    shown = cubeviews.newest_months(months, None)
    if shown:
        reader.add_months(shown, PUBLIC_MONTHS)
        reader.add_categories(shown[-1])
    if not reader.view.tables and quarters:
        reader.add_total(quarters[-4:])
    return reader.view


def _chosen(areas: list[Area]) -> Area | None:
    wanted = request.args.get("area")
    if wanted is None:
        return areas[0] if areas else None
    found = next((area for area in areas if area.prefix == wanted), None)
    if found is None:
        abort(404)
    return found
