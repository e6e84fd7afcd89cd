"""For the units of an area: the places that nobody has taken yet, today and the next two days."""

from flask import render_template

from kaikukortti import clock, partners
from kaikukortti.rules.access import Role
from kaikukortti.web import guard
from venues import quotas

blueprint = guard.guarded_blueprint("freeplaces", __name__, roles=[Role.WORKER], url_prefix="/places")


@blueprint.get("/")
def index() -> str:
    """List the free places of the next 48 hours."""
    actor = guard.actor()
    unit = partners.get_unit(actor.unit_id or 0, actor=actor)
    return render_template("programme/free_places.html", rows=quotas.list_free(unit.area_id, now=clock.now()))
