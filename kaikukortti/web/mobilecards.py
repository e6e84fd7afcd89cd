"""The worker opens and closes a holder's mobile card. The page that the holder sees is in mobile.py."""

from datetime import datetime

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import clock, holdertexts, mobilecards, takehome
from kaikukortti.rules.access import Role
from kaikukortti.web import forms, guard, pages, sheetpage

blueprint = guard.guarded_blueprint("mobilecards", __name__, roles=[Role.WORKER], url_prefix="/cards")


class SheetForm(forms.EmptyForm):
    """The button of the language in which the sheet is printed."""

    BESIDE = frozenset({"language"})


@blueprint.post("/<int:card_id>/mobile")
def make(card_id: int) -> str:
    """Open a mobile card and show the sheet with its address, this once; an earlier address works no more."""
    if not SheetForm().validate():
        abort(400)
    actor, now = guard.actor(), clock.now()
    token = mobilecards.make(card_id, actor=actor, now=now)
    found = takehome.read(card_id, actor=actor, now=now)
    address = pages.public_url() + url_for("mobile.card", token=token)
    return sheetpage.render(found, chosen=request.form.get("language", holdertexts.EASY), address=address)


@blueprint.post("/<int:card_id>/mobile/withdraw")
def withdraw(card_id: int) -> Response:
    """Close the mobile cards of a card."""
    if not forms.EmptyForm().validate():
        abort(400)
    mobilecards.withdraw(card_id, actor=guard.actor(), now=clock.now())
    flash(_("The mobile card is withdrawn. Its page opens no more."), "success")
    return redirect(url_for("cards.show", card_id=card_id), 303)


@blueprint.app_template_global("mobile_card_made_at")
def made_at(card_id: int) -> datetime | None:
    """Return when the open mobile card of a card was made, for the block on the card's page."""
    return mobilecards.made_at(card_id, actor=guard.actor())


@blueprint.app_template_global("sheet_languages")
def sheet_languages() -> dict[str, str]:
    """Return the languages of the sheet, for the block on the card's page."""
    return holdertexts.LANGUAGES
