"""The coordinator's first page: what is missing in the network, each with a way to put it right, and a few figures."""

from collections import Counter
from typing import Any

from flask import Response, render_template, request, url_for

from kaikukortti import cardcounts, clock
from kaikukortti.partnership import missing, people, popups
from kaikukortti.partnership.missing import Kind, Missing
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.web import guard
from kaikukortti.web.partnership import missingwords

blueprint = guard.guarded_blueprint("network", __name__, roles=[Role.COORDINATOR], url_prefix="/network")

SHOWN = 8  # lines of a kind, before "all of them"


@blueprint.get("/")
def index() -> str | Response:
    """Show what is missing, the first lines of each kind, or all of one kind."""
    area_id, now = guard.own_area(), clock.now()
    today = period.day_of(now)
    if popups.has_work(today=today):
        popups.close_over(now=now)
    found = missing.list_missing(area_id, today=today)
    due, roles = people.count_due(area_id, today=today)
    chosen = next((kind for kind in Kind if kind.value == request.args.get("kind")), None)
    return render_template(
        "partnership/network.html",
        groups=_groups(found, chosen),
        chosen=None if chosen is None else missingwords.TITLES[chosen],
        review_due=due,
        roles=roles,
        state=cardcounts.of_area(area_id, now=now),
    )


def _groups(found: list[Missing], chosen: Kind | None) -> list[dict[str, Any]]:
    """Return the kinds that have lines, each with its words, its lines and how many there are in all."""
    many = Counter(one.kind for one in found)
    most = SHOWN if chosen is None else len(found)
    return [
        {
            "kind": kind.value,
            "title": missingwords.TITLES[kind],
            "why": missingwords.WHY[kind],
            "count": many[kind],
            "rows": [_row(one) for one in found if one.kind is kind][:most],
        }
        for kind in Kind
        if many[kind] and chosen in (None, kind)
    ]


def _row(one: Missing) -> dict[str, Any]:
    return {"partner": one.partner, "url": _url_of(one), "note": missingwords.note(one.kind, one.since)}


def _url_of(one: Missing) -> str:
    """Return where a thing is put right."""
    if one.partner is None:
        return url_for("rights.of_area")
    if one.kind is Kind.INSTRUCTION:
        return url_for("meetings.record")
    key = {name: value for name in ("unit_id", "venue_id") if (value := getattr(one.partner, name)) is not None}
    is_change = one.kind in (Kind.CONTACT, Kind.POPUP_ENDING, Kind.POPUP_OVER)
    page = ("change_" if is_change else "") + ("unit" if "unit_id" in key else "venue")
    return url_for(f"partners.{page}", **key)
