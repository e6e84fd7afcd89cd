"""What keeps a card going: renew it, give a new card in its place, correct what was entered."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import cardregister, cards, clock, corrections, issuing, lifecycle, partners
from kaikukortti.errors import DomainError
from kaikukortti.models.cards import Card
from kaikukortti.rules import card as card_rules
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.rules.barrier import Barrier
from kaikukortti.rules.card import Action, CardKind
from kaikukortti.web import cardstate, deskforms, forms, guard, language
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("cardchange", __name__, roles=[Role.WORKER], url_prefix="/cards/<int:card_id>")
cardstate.init_conflicts(blueprint)

Page = str | Response | tuple[str, int]

FIELD_OF = {
    "birth_year_too_young": "birth_year",
    "birth_year_impossible": "birth_year",
    "postcode_impossible": "postcode",
    "children_impossible": "children",
}
NUMBER_CODES = {
    "number_malformed",
    "number_unknown",
    "card_already_registered",
    "stock_of_other_unit",
    "card_is_community",
    "card_is_personal",
}


@blueprint.route("/renew", methods=["GET", "POST"])
def renew(card_id: int) -> Page:
    """Give a card a new last day, on the same card or on a new one."""
    actor, now = guard.actor(), clock.now()
    row = cards.look(card_id, actor=actor, now=now)
    form = deskforms.RenewCard() if row.kind is CardKind.PERSONAL else deskforms.RenewCommunityCard()
    asks_other_unit = bool(form.accepts_other_unit.data)
    if form.validate_on_submit():
        try:
            return _renewed(row, _renew(form, card_id))
        except DomainError as error:
            asks_other_unit = asks_other_unit or error.code == "stock_of_other_unit"
            _put(error, form)
    preview = lifecycle.preview_renewal(card_id, actor=actor, now=now)
    if not form.is_submitted():
        form.process(data={"seen_last_on": preview.seen_last_on, "children": preview.children})
    page = render_template(
        "cards/renew.html",
        row=row,
        form=form,
        preview=preview,
        asks_other_unit=asks_other_unit,
        prefixes=sorted(partners.list_prefixes()),
    )
    return page, 422 if form.errors else 200


@blueprint.route("/replace", methods=["GET", "POST"])
def replace(card_id: int) -> Page:
    """Give a new card in place of a lost or worn one: read it, look at what will happen, confirm."""
    row = cards.look(card_id, actor=guard.actor(), now=clock.now())
    card_rules.next_state(row.state, Action.REPLACE)
    form, stock = deskforms.NewNumber(), None
    if form.validate_on_submit():
        try:
            stock = _stock_for(row, form.number.data)
        except DomainError as error:
            form.refuse("number", sentence_of(error))
    if stock is not None and "confirmed" in request.form:
        try:
            return _handed_out(_replace(form, card_id))
        except DomainError as error:
            _put(error, form)
    if stock is not None and not form.errors:
        return render_template("cards/replace_confirm.html", row=row, form=form, stock=stock)
    page = render_template("cards/replace.html", row=row, form=form, prefixes=sorted(partners.list_prefixes()))
    return page, 422 if form.errors else 200


@blueprint.route("/correct", methods=["GET", "POST"])
def correct(card_id: int) -> Page:
    """Put right the year of birth, the postcode or the number of children."""
    form, actor, now = deskforms.CorrectCard(), guard.actor(), clock.now()
    if not form.is_submitted():
        entered = corrections.read_entered(card_id, actor=actor, now=now)
        form.birth_year.data, form.postcode.data = entered.birth_year, entered.postcode
        form.children.data = entered.children
    elif form.validate():
        try:
            corrections.correct(card_id, **_entered(form), actor=actor, now=now)
        except DomainError as error:
            _put(error, form)
        else:
            flash(_("Corrected. If the number of children changed, write the new one on the card."), "success")
            return redirect(url_for("cards.show", card_id=card_id), 303)
    row = cards.look(card_id, actor=actor, now=now)
    card_rules.next_state(row.state, Action.CORRECT)
    return render_template("cards/correct.html", row=row, form=form), 422 if form.errors else 200


def _renew(form: deskforms.RenewCommunityCard, card_id: int) -> Card:
    told: dict[str, Any] = {"seen_last_on": form.seen_last_on.data, "actor": guard.actor(), "now": clock.now()}
    if isinstance(form, deskforms.RenewCard):
        told["children"] = form.children.data
        told["barrier"] = Barrier(form.barrier.data) if form.barrier.data else None
    if form.onto.data == "same":
        return lifecycle.renew(card_id, **told)
    accepts = bool(form.accepts_other_unit.data)
    return lifecycle.renew_onto(card_id, form.number.data, accepts_other_unit=accepts, **told)


def _renewed(row: cards.CardRow, card: Card) -> Response:
    is_new, is_to_ask = card.id != row.card_id, bool(corrections.list_to_ask([card.id]))
    assert card.last_valid_on is not None
    last_on = language.day(card.last_valid_on)
    if not is_new:
        flash(_("The card is renewed until %(day)s. Write the new last day on the card.", day=last_on), "success")
    if is_to_ask:
        said = _("Ask again for the year of birth and the postcode: they are kept exactly only while a card is valid.")
        flash(said, "info")
    if is_new:
        return _handed_out(card)
    return redirect(url_for("cardchange.correct" if is_to_ask else "cards.show", card_id=card.id), 303)


def _stock_for(row: cards.CardRow, text: str) -> issuing.StockCard:
    """Return the stock card that may take a card's place. Raises what check_stock raises, and for another kind."""
    now = clock.now()
    stock = issuing.check_stock(text, actor=guard.actor(), today=period.day_of(now), now=now)
    if stock.kind is not row.kind:
        is_personal = row.kind is CardKind.PERSONAL
        raise cardregister.IsCommunityCard() if is_personal else cardregister.IsPersonalCard()
    return stock


def _replace(form: deskforms.NewNumber, card_id: int) -> Card:
    accepts = bool(form.accepts_other_unit.data)
    return lifecycle.replace(
        card_id, form.number.data, accepts_other_unit=accepts, actor=guard.actor(), now=clock.now()
    )


def _handed_out(card: Card) -> Response:
    return redirect(url_for("handout.handed_out", card_id=card.id), 303)


def _entered(form: deskforms.CorrectCard) -> dict[str, Any]:
    return {
        "birth_year": form.birth_year.data,
        "postcode": form.postcode.data,
        "children": form.children.data,
    }


def _put(error: DomainError, form: forms.Form) -> None:
    """Put a no beside the field that it is about; raises again what is about the old card."""
    field = "number" if error.code in NUMBER_CODES else FIELD_OF.get(error.code, "")
    if field not in form:
        raise error
    form.refuse(field, sentence_of(error))
