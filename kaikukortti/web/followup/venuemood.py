"""How visits to the own venue felt, by quarter, for the venue's people: rounded, and only from five cards on."""

from dataclasses import dataclass

from flask import render_template

from kaikukortti.followup.indicators import reading
from kaikukortti.followup.indicators.figures import Code, Figure, FrozenSpan
from kaikukortti.followup.models.learning import Grain
from kaikukortti.rules.access import Role
from kaikukortti.web import guard
from kaikukortti.web.figures import periods
from kaikukortti.web.followup import gate

blueprint = gate.area_blueprint(
    "venuemood", __name__, url_prefix="/venue/mood", roles=[Role.VENUE_MANAGER, Role.VENUE_STAFF]
)
MOST_QUARTERS = 4


@dataclass(frozen=True)
class MoodOfQuarter:
    """A frozen quarter with the venue's figure (I-14), None where there was no answer."""

    period: FrozenSpan
    figure: Figure | None


@blueprint.get("/")
def index() -> str:
    """Show the last four frozen quarters."""
    area_id, venue_id = gate.area_of(guard.actor()), guard.own_venue()
    frozen = reading.list_periods(area_id, Grain.QUARTER)[: -MOST_QUARTERS - 1 : -1]
    rows = [
        MoodOfQuarter(one, reading.read(area_id, period=one.span).find(Code.MOOD, f"venue:{venue_id}"))
        for one in frozen
    ]
    return render_template("followup/venue_mood.html", rows=rows, period_name=periods.name)
