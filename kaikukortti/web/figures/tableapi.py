"""The published tables for programs: anybody may read them, and the cube alone is read.

An ETag is made of what was asked for and of the revisions of the periods, never of a figure (security.md S12).
"""

import hashlib
from collections.abc import Sequence

from flask import Response, g, jsonify, request, url_for

from kaikukortti import partners
from kaikukortti.cube import periods as cube_periods
from kaikukortti.cube import reading
from kaikukortti.cube.periods import Grain, Period
from kaikukortti.cube.reading import FrozenPeriod
from kaikukortti.cube.tables import BY_CODE, TABLES, Audience, CubeTable
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.network import Area
from kaikukortti.web import guard, language, ratelimit
from kaikukortti.web.figures import cubeviews, cubewords, exports
from kaikukortti.web.figures.exports import Format
from kaikukortti.web.figures.tablepaths import LANGUAGE, MOST_PERIODS

blueprint = guard.guarded_blueprint("statisticsapi", __name__, word=guard.PUBLIC, url_prefix="/api/v1/statistics")

SHAPE = 1
"""Counted up when the answers change though the figures do not: it is part of every ETag."""
NEWEST = {Grain.MONTH: 12, Grain.QUARTER: 4}
"""Periods that are given where none are asked for."""
FRESH_SECONDS = 15 * 60


class ParameterImpossible(DomainError):
    """A parameter of the address has no such value. Details: `parameter`, its name."""

    code = "parameter_impossible"


@blueprint.before_request
def be_ready() -> None:
    """Let one address ask often, for a program takes all tables; every answer is in the language asked for."""
    g.user_language = request.args.get("language", LANGUAGE)
    ratelimit.check("statistics-api", ratelimit.OFTEN)
    if g.user_language not in language.CODES:
        raise ParameterImpossible(parameter="language")


@blueprint.get("/")
def index() -> Response:
    """List the networks with their frozen periods, and the tables that anybody may read.

    With `by=…&by=…`: those that show these by each other, or why there are none.
    """
    networks = [
        (area, {grain: reading.list_periods(area.id, grain) for grain in Grain}) for area in partners.list_areas()
    ]
    wanted = request.args.getlist("by")
    if wanted:
        _check_crossing(wanted, [area for area, _frozen in networks])
    shown = [table for table in _public() if not wanted or set(table.variables) == set(wanted)]
    response = jsonify(
        networks=[
            {
                "network": area.prefix,
                "name": language.name(area),
                "months": [one.period.code for one in frozen[Grain.MONTH]],
                "quarters": [one.period.code for one in frozen[Grain.QUARTER]],
            }
            for area, frozen in networks
        ],
        tables=[_described(table) for table in shown],
    )
    return _kept(response, ["index", *wanted], [one for _area, by in networks for grain in Grain for one in by[grain]])


@blueprint.get("/<table_code>")
def table(table_code: str) -> Response:
    """Give a published table of a network for the frozen periods asked for, or the newest ones."""
    found = BY_CODE.get(table_code.replace("-", "_"))
    if found is None or found.audience is not Audience.PUBLIC:
        raise NotFound()
    area, chosen = _network(), _format()
    frozen = reading.list_periods(area.id, found.grain)
    wanted = _periods(found, frozen)
    asked_for = [found.code, area.prefix, chosen.value, *(at.code for at in wanted)]
    kept = _kept(Response(), asked_for, [one for one in frozen if one.period in wanted])
    if kept.status_code == 304:
        return kept
    cells = reading.read(area.id, found.code, periods=wanted)
    made = cubeviews.Reader(area.id, language.name(area)).table(cells)
    response = exports.answer(made, chosen)
    response.vary.discard("Cookie")
    if chosen is Format.JSONSTAT:
        del response.headers["Content-Disposition"]
    return _kept(response, asked_for, [one for one in frozen if one.period in wanted])


def _public() -> list[CubeTable]:
    return [table for table in TABLES if table.audience is Audience.PUBLIC]


def _described(table: CubeTable) -> dict[str, object]:
    code = table.code.replace("_", "-")
    return {
        "table": code,
        "title": str(cubewords.TITLES[table.code]),
        "definition": str(cubewords.DEFINITIONS[table.code]),
        "measure": table.measure.value,
        "by": list(table.variables),
        "grain": table.grain.value,
        "href": url_for("statisticsapi.table", table_code=code),
    }


def _check_crossing(wanted: Sequence[str], areas: Sequence[Area]) -> None:
    for area in areas:
        refusal = reading.why_not(area.id, wanted)
        if refusal is not None:
            raise reading.CrossingNotPublished(reason=refusal)


def _network() -> Area:
    """Return the network that is asked for; it may be left out where there is one alone."""
    areas = partners.list_areas()
    wanted = request.args.get("network")
    if wanted is None and len(areas) == 1:
        return areas[0]
    if wanted is None:
        raise ParameterImpossible(parameter="network")
    found = next((area for area in areas if area.prefix == wanted), None)
    if found is None:
        raise NotFound()
    return found


def _format() -> Format:
    wanted = request.args.get(exports.PARAMETER, Format.JSONSTAT.value)
    try:
        return Format(wanted)
    except ValueError:
        raise ParameterImpossible(parameter=exports.PARAMETER) from None


def _periods(found: CubeTable, frozen: Sequence[FrozenPeriod]) -> list[Period]:
    """Return the periods that are asked for, in order, or the newest ones that are out."""
    codes = request.args.getlist("period")
    if not codes:
        newest = [one.period for one in frozen[-NEWEST[found.grain] :]]
        if not newest:
            raise NotFound()
        return newest
    try:
        wanted = sorted({cube_periods.parse(code) for code in codes[: MOST_PERIODS + 1]})
    except ValueError:
        raise ParameterImpossible(parameter="period") from None
    if len(codes) > MOST_PERIODS or any(at.grain is not found.grain for at in wanted):
        raise ParameterImpossible(parameter="period")
    return wanted


def _kept(response: Response, asked_for: Sequence[str], frozen: Sequence[FrozenPeriod]) -> Response:
    """Mark an answer by what was asked for and the revisions of its periods; 304 where the caller has it."""
    marks = [f"{one.period.code}.{one.revision}.{one.frozen_at.isoformat()}" for one in frozen]
    parts = [str(SHAPE), language.language_now(), *asked_for, *marks]
    response.set_etag(hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32])
    response.cache_control.public = True
    response.cache_control.max_age = FRESH_SECONDS
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.make_conditional(request)
    return response
