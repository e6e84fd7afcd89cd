"""The neutral page of a found card: the same for every card and for none; it looks nothing up and writes nothing."""

from flask import redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from kaikukortti import partners
from kaikukortti.web import guard, language, ratelimit

blueprint = guard.guarded_blueprint("found", __name__, word=guard.PUBLIC, url_prefix="/found")

TEXTS = {
    "title": _l("Did you find a card?"),
    "thanks": _l("Thank you for picking it up."),
    "bring": _l("Hand it in at any venue where the card is in use, or call. You need not say who you are."),
    "nothing": _l("There is no name on the card, and this page knows nothing of it: it is the same for every card."),
    "mine": _l("Is it your own card that is lost? Tell the place where you got it. It gives you a new one."),
    "turned_away": _l("Were you turned away with your own card? Tell us."),
}


@blueprint.before_request
def be_patient() -> None:
    """Let one address ask so often and no more."""
    ratelimit.check("found")


@blueprint.get("/")
def card() -> str:
    """Say in three languages what to do with a found card."""
    spoken = language.in_each_language(lambda: {key: str(text) for key, text in TEXTS.items()})
    return render_template("public/found.html", spoken=spoken, areas=partners.list_areas())


@blueprint.get("/<path:number>")
def any_card(number: str) -> Response:
    """Go to the one page, whatever card stands behind the address; the number stays in no address bar."""
    return redirect(url_for("found.card"))
