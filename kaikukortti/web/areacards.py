"""The coordinator's way to one card: by its number, to block it or to open it again. Nothing about its holder."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import areacards, cards, clock, partners
from kaikukortti.errors import DomainError
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import TRANSITIONS, Action, CardReason, State, WrongState
from kaikukortti.web import cardstate, choices, deskforms, guard
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("areacards", __name__, roles=[Role.COORDINATOR], url_prefix="/area/cards")

Page = str | Response | tuple[str, int]


@blueprint.route("/", methods=["GET", "POST"])
def find() -> Page:
    """Open the area's card that a number names; the number never stands in an address."""
    form = deskforms.CardNumber()
    if form.validate_on_submit():
        try:
            card_id = areacards.find(form.number.data, actor=guard.actor(), now=clock.now())
            return redirect(url_for("areacards.show", card_id=card_id), 303)
        except DomainError as error:
            form.refuse("number", sentence_of(error))
    page = render_template("cards/area_find.html", form=form, prefixes=sorted(partners.list_prefixes()))
    return page, 422 if form.errors else 200


@blueprint.get("/<int:card_id>")
def show(card_id: int) -> Page:
    """Show whose card it is and whether it works, with the one change that a coordinator may make."""
    return _card_page(card_id, None)


@blueprint.post("/<int:card_id>/block")
def block(card_id: int) -> Page:
    """Close a card of the area at once, for a reason."""
    form = deskforms.BlockCard()
    if not form.validate():
        return _card_page(card_id, form)
    try:
        cards.block(card_id, reason=CardReason(form.reason.data), actor=guard.actor(), now=clock.now())
    except WrongState as error:
        return _card_page(card_id, None, refusal=error)
    flash(_("The card is blocked. It works nowhere any more."), "success")
    return redirect(url_for("areacards.show", card_id=card_id), 303)


@blueprint.post("/<int:card_id>/unblock")
def unblock(card_id: int) -> Page:
    """Open a blocked card of the area again, for a reason."""
    form = deskforms.UnblockCard()
    if not form.validate():
        return _card_page(card_id, form)
    try:
        cards.unblock(card_id, reason=CardReason(form.reason.data), actor=guard.actor(), now=clock.now())
    except WrongState as error:
        return _card_page(card_id, None, refusal=error)
    flash(_("The card is in use again."), "success")
    return redirect(url_for("areacards.show", card_id=card_id), 303)


def _card_page(
    card_id: int, form: deskforms.BlockCard | deskforms.UnblockCard | None, *, refusal: WrongState | None = None
) -> Page:
    """Return the card's page; 422 for a form with mistakes, 409 when somebody else was faster."""
    now = clock.now()
    card = areacards.look(card_id, actor=guard.actor(), now=now)
    today = period.day_of(now)
    can_open = card.state is State.BLOCKED and not card.has_ended(today)
    page = render_template(
        "cards/area_card.html",
        card=card,
        state=cardstate.state_of(card, today),
        can_block=(card.state, Action.BLOCK) in TRANSITIONS and not card.has_ended(today),
        can_open=can_open,
        form=form or (deskforms.UnblockCard(formdata=None) if can_open else deskforms.BlockCard(formdata=None)),
        refusal=[sentence_of(refusal)] if refusal else [],
        kinds=choices.CARD_KINDS,
    )
    return page, 409 if refusal else 422 if form is not None else 200
