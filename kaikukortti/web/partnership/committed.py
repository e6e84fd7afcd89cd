"""The commitment of one partner, as the coordinator reads and prints it."""

from flask import render_template, url_for

from kaikukortti import partners
from kaikukortti.models.network import Unit, Venue
from kaikukortti.partnership import commitments
from kaikukortti.rules.access import Role
from kaikukortti.web import guard, language
from kaikukortti.web.partnership import commitmentwords

blueprint = guard.guarded_blueprint("committed", __name__, roles=[Role.COORDINATOR], url_prefix="/partners")


@blueprint.get("/units/<int:unit_id>/commitment")
def unit(unit_id: int) -> str:
    """Show what a unit agrees to, and when it did."""
    found = partners.get_unit(unit_id, actor=guard.actor())
    return _page(found, url_for("partners.unit", unit_id=unit_id))


@blueprint.get("/venues/<int:venue_id>/commitment")
def venue(venue_id: int) -> str:
    """Show what a venue agrees to, and when it did."""
    found = partners.get_venue(venue_id, actor=guard.actor())
    return _page(found, url_for("partners.venue", venue_id=venue_id))


def _page(partner: Unit | Venue, back_url: str) -> str:
    return render_template(
        "partnership/commitment.html",
        partner=partner,
        points=commitmentwords.of(partner),
        version=commitments.VERSION,
        history=commitments.list_agreed(partner),
        form=None,
        back_url=back_url,
        back_label=language.name(partner),
    )
