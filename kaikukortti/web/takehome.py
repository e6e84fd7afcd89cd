"""Paper of the issuing desk: the sheet that a holder takes home, and the form for times without a network."""

from flask import render_template, request

from kaikukortti import clock, holdertexts, takehome
from kaikukortti.rules.access import Role
from kaikukortti.web import choices, guard, sheetpage

blueprint = guard.guarded_blueprint("takehome", __name__, roles=[Role.WORKER], url_prefix="/cards")


@blueprint.get("/<int:card_id>/sheet")
def sheet(card_id: int) -> str:
    """Show the sheet of a card of the own unit in easy Finnish and a second language, ready to be printed."""
    found = takehome.read(card_id, actor=guard.actor(), now=clock.now())
    return sheetpage.render(found, chosen=request.args.get("language", holdertexts.EASY))


@blueprint.get("/paper")
def paper() -> str:
    """Show the form on which cards are registered while there is no network, two to a page."""
    return render_template(
        "takehome/paper.html",
        genders=choices.GENDERS,
        life_situations=choices.LIFE_SITUATIONS,
        home_languages=choices.HOME_LANGUAGES,
    )
