"""Who uses the card, for coordinators and viewers: the network's published tables, rounded. The cube alone is read."""

from flask import Response, render_template, request

from kaikukortti.cube import periods as cube_periods
from kaikukortti.cube import reading
from kaikukortti.cube.periods import Grain, Period
from kaikukortti.cube.tables import BY_CODE, Audience
from kaikukortti.rules.access import Role
from kaikukortti.web import guard, pages
from kaikukortti.web.figures import cubeviews, exports
from kaikukortti.web.figures.cubeviews import MONTH_TABLES, Reader, period_name
from kaikukortti.web.figuresentences import REFUSALS
from kaikukortti.web.language import _
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint(
    "networkfigures", __name__, roles=[Role.COORDINATOR, Role.VIEWER], url_prefix="/figures/network"
)

QUARTER_TABLES = ("cards_by_age", "cards_by_situation", "cards_by_origin", "cards_by_variety")


@blueprint.get("/")
def index() -> str | Response:
    """Show a closed quarter, beside another if wanted, and the year of months up to its end."""
    area_id = guard.own_area()
    quarters = [one.period for one in reading.list_periods(area_id, Grain.QUARTER)]
    months = [one.period for one in reading.list_periods(area_id, Grain.MONTH)]
    reader = Reader(area_id, pages.organisation_name())
    chosen = _asked("period", quarters, reader) or (quarters[-1] if quarters else None)
    other = _asked("compare", quarters, reader)
    shown = [each for each in (chosen, other if other != chosen else None) if each is not None]
    _fill(reader, shown, cubeviews.newest_months(months, chosen))
    _say_why_not(reader, area_id)
    wanted = exports.asked()
    if wanted is not None and reader.view.tables:
        return exports.answer(reader.view.tables, wanted)
    return render_template(
        "statistics/network.html",
        view=reader.view,
        chosen=chosen,
        is_coordinator=guard.actor().role is Role.COORDINATOR,
        periods=[(period_name(at), f"{request.path}?period={at.code}", at == chosen) for at in reversed(quarters)],
        others=[(at.code, _name_beside(at, chosen), at == other) for at in _nearest_first(quarters, chosen)],
        quarter_name="" if chosen is None else period_name(chosen),
        export_links_found=exports.links(),
    )


def _fill(reader: Reader, quarters: list[Period], months: list[Period]) -> None:
    if quarters:
        for code in QUARTER_TABLES:
            reader.add_chart(code, quarters)
    if months:
        reader.add_categories(months[-1])
        if guard.actor().role is Role.COORDINATOR:
            reader.add_records(months[-1])
        reader.add_months(months, _month_tables())


def _month_tables() -> list[str]:
    """Return the tables of months that the reader may see: a coordinator has all of them exactly on other pages."""
    is_owner = guard.actor().role is Role.COORDINATOR
    return [code for code in MONTH_TABLES if is_owner or BY_CODE[code].audience is not Audience.COORDINATOR]


def _asked(argument: str, frozen: list[Period], reader: Reader) -> Period | None:
    """Return the quarter that the address asks for. One that is not out yet becomes a sentence."""
    try:
        found = cube_periods.parse(request.args.get(argument, ""))
    except ValueError:
        return None
    if found in frozen:
        return found
    if found.grain is Grain.QUARTER:
        problem = reading.PeriodNotClosed(period=found.code, published_on=found.published_on)
        reader.view.refusals.append(sentence_of(problem))
    return None


def _say_why_not(reader: Reader, area_id: int) -> None:
    """Say why there is no table of what the address wants to see by each other."""
    wanted = request.args.getlist("by")
    refusal = reading.why_not(area_id, wanted) if wanted else None
    if refusal is not None:
        reader.view.refusals.append(str(REFUSALS[refusal]))


def _nearest_first(quarters: list[Period], chosen: Period | None) -> list[Period]:
    """Return the other quarters: the one before, the same one a year before, then the rest, the newest first."""
    if chosen is None:
        return []
    year_before = Period(chosen.first_on.replace(year=chosen.first_on.year - 1), Grain.QUARTER)
    near = [at for at in (chosen.previous, year_before) if at in quarters]
    return near + [at for at in reversed(quarters) if at != chosen and at not in near]


def _name_beside(at: Period, chosen: Period | None) -> str:
    if chosen is not None and at == chosen.previous:
        return _("%(period)s, the one before", period=period_name(at))
    if chosen is not None and at.first_on == chosen.first_on.replace(year=chosen.first_on.year - 1):
        return _("%(period)s, a year before", period=period_name(at))
    return period_name(at)
