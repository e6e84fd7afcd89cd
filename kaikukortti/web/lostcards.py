"""A lost card whose number nobody knows: found by year of birth and postcode, chosen by the worker, blocked."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kaikukortti import cards, clock, lostcards
from kaikukortti.errors import DomainError
from kaikukortti.rules import number
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardReason
from kaikukortti.web import deskforms, guard, language
from kaikukortti.web.language import _
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("lostcards", __name__, roles=[Role.WORKER], url_prefix="/cards/lost")

Page = str | Response | tuple[str, int]
FIELD_OF = {
    "birth_year_too_young": "birth_year",
    "birth_year_impossible": "birth_year",
    "postcode_impossible": "postcode",
}


@blueprint.get("/")
def ask() -> str:
    """Ask what is known of the card."""
    return render_template("cards/lost.html", form=deskforms.LostCard())


@blueprint.post("/")
def find() -> Page:
    """Show the unit's cards that fit, none of them chosen."""
    known = deskforms.LostCard()
    found = _find(known)
    if found is None:
        return render_template("cards/lost.html", form=known), 422
    asked = {"birth_year": known.birth_year.data, "postcode": known.postcode.data}
    return _choice_page(deskforms.LostChoice(formdata=None, data=asked), found)


@blueprint.post("/block")
def block() -> Page:
    """Block the card that the worker has chosen among the matches, as lost."""
    known, form = deskforms.LostDetails(), deskforms.LostChoice()
    found = _find(known)
    if found is None:
        return render_template("cards/lost.html", form=known), 422
    form.card_id.choices = _choices(found)
    if not form.validate():
        return _choice_page(form, found)
    card_id = form.card_id.data
    cards.block(card_id, actor=guard.actor(), reason=CardReason.LOST, now=clock.now())
    flash(_("The card is blocked. It works nowhere any more. You can give a new card in its place."), "success")
    return redirect(url_for("cards.show", card_id=card_id), 303)


def _find(form: deskforms.LostCard) -> Sequence[cards.CardRow] | None:
    """Return the cards that fit, or None when the form has mistakes; then it carries them."""
    if not form.validate():
        return None
    known = {"birth_year": form.birth_year.data, "postcode": form.postcode.data}
    try:
        return lostcards.find(**known, actor=guard.actor(), now=clock.now())
    except DomainError as error:
        if error.code not in FIELD_OF:
            raise
        form.refuse(FIELD_OF[error.code], sentence_of(error))
        return None


def _choice_page(form: deskforms.LostChoice, found: Sequence[cards.CardRow]) -> Page:
    form.card_id.choices = _choices(found)
    return render_template("cards/lost_choice.html", form=form, found=found), 422 if form.errors else 200


def _choices(found: Sequence[cards.CardRow]) -> list[tuple[int, str]]:
    return [(row.card_id, _told(row)) for row in found]


def _told(row: cards.CardRow) -> str:
    return _(
        "%(number)s, from %(first)s to %(last)s, children: %(children)s",
        number=number.grouped(row.number),
        first=language.day(row.first_on),
        last=language.day(row.last_on),
        children=row.children,
    )
