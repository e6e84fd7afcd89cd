"""The practice deck as a PDF, for everybody at the venue: no card in it is real."""

from flask import Response

from kaikukortti.rules.access import VENUE_ROLES
from kaikukortti.web import guard
from venues import practicedeck

blueprint = guard.guarded_blueprint("practicedeck", __name__, roles=VENUE_ROLES, url_prefix="/venue/tablets")


@blueprint.get("/deck.pdf")
def sheet() -> Response:
    """Return the practice cards on A4, both sides."""
    response = Response(practicedeck.deck_pdf(), mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="harjoituskortit.pdf"'
    return response
