"""What ends, pauses or reopens a card: block, open, pause, take back, undo. Each page says what will happen.

Renewal, replacement and correction are in cardchange.
"""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from kaikukortti import cardregister, cards, clock, lifecycle
from kaikukortti.errors import DomainError
from kaikukortti.rules import card as card_rules
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import Action, CardKind, CardReason
from kaikukortti.web import cardstate, deskforms, forms, guard, language
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("cardlife", __name__, roles=[Role.WORKER], url_prefix="/cards/<int:card_id>")
cardstate.init_conflicts(blueprint)

Page = str | Response | tuple[str, int]


@dataclass(frozen=True)
class ActWords:
    """What the page of an action says: heading, what will happen, the button. A final one is no form's default."""

    title: Any
    told: tuple[Any, ...]
    verb: Any
    is_final: bool = False


WORDS = {
    Action.BLOCK: ActWords(
        _l("Block this card?"),
        (_l("A blocked card works nowhere. It can be opened again if it is found."),),
        _l("Block the card"),
        is_final=True,
    ),
    Action.UNBLOCK: ActWords(
        _l("Open this card again?"),
        (_l("An opened card works again at once, until its last day."),),
        _l("Open the card again"),
    ),
    Action.SUSPEND: ActWords(
        _l("Pause this card?"),
        (_l("The card works nowhere before the day that you choose. Then it works again by itself."),),
        _l("Pause the card"),
    ),
    Action.RESUME: ActWords(
        _l("End the pause?"), (_l("The card works again at once, until its last day."),), _l("End the pause")
    ),
    Action.RETURN: ActWords(
        _l("Take this card back?"),
        (
            _l("For a card that is not needed any more. It stops working at once and for good."),
            _l("The visits made with it stay in the figures."),
        ),
        _l("Take the card back"),
        is_final=True,
    ),
    Action.UNDO: ActWords(
        _l("Undo the handing out?"),
        (
            _l("For a card that was handed out by mistake today. What was entered is deleted."),
            _l("The card goes back to your stock and can be handed out to somebody else."),
        ),
        _l("Undo the handing out"),
        is_final=True,
    ),
}
BUDGET_WORDS = ActWords(
    _l("Tickets in a calendar year"),
    (_l("A venue is told when the card has used them up. Leave it empty if there is no limit."),),
    _l("Save"),
)


@blueprint.route("/block", methods=["GET", "POST"])
def block(card_id: int) -> Page:
    """Close a card at once, for a reason."""
    form = deskforms.BlockCard()
    if not form.validate_on_submit():
        return _act_page(card_id, Action.BLOCK, form)
    cards.block(card_id, actor=guard.actor(), reason=CardReason(form.reason.data), now=clock.now())
    return _done(card_id, _("The card is blocked. It works nowhere any more."))


@blueprint.route("/unblock", methods=["GET", "POST"])
def unblock(card_id: int) -> Page:
    """Open a blocked card that was found again."""
    form = deskforms.UnblockCard()
    if not form.validate_on_submit():
        return _act_page(card_id, Action.UNBLOCK, form)
    cards.unblock(card_id, actor=guard.actor(), reason=CardReason(form.reason.data), now=clock.now())
    return _done(card_id, _("The card is in use again."))


@blueprint.route("/pause", methods=["GET", "POST"])
def suspend(card_id: int) -> Page:
    """Put a card out of use until a day."""
    form = deskforms.PauseCard()
    if not form.validate_on_submit():
        return _act_page(card_id, Action.SUSPEND, form)
    until_on = form.until_on.data
    try:
        lifecycle.suspend(card_id, until_on=until_on, actor=guard.actor(), now=clock.now())
    except DomainError as error:
        _put(error, form, "suspend_day_impossible", "until_on")
        return _act_page(card_id, Action.SUSPEND, form)
    return _done(card_id, _("The card is paused until %(day)s.", day=language.day(until_on)))


@blueprint.route("/resume", methods=["GET", "POST"])
def resume(card_id: int) -> Page:
    """End a pause before its day."""
    form = forms.EmptyForm()
    if not form.validate_on_submit():
        return _act_page(card_id, Action.RESUME, form)
    lifecycle.resume(card_id, actor=guard.actor(), now=clock.now())
    return _done(card_id, _("The card is in use again."))


@blueprint.route("/return", methods=["GET", "POST"])
def give_back(card_id: int) -> Page:
    """Take a card back from a holder who does not want it any more."""
    form = deskforms.FinalForm()
    if not form.validate_on_submit():
        return _act_page(card_id, Action.RETURN, form)
    lifecycle.give_back(card_id, actor=guard.actor(), now=clock.now())
    return _done(card_id, _("The card has been taken back. It works nowhere any more."))


@blueprint.route("/undo", methods=["GET", "POST"])
def undo(card_id: int) -> Page:
    """Put a card that was handed out by mistake back into stock, on the same day."""
    form = deskforms.FinalForm()
    if not form.validate_on_submit():
        return _act_page(card_id, Action.UNDO, form)
    lifecycle.undo_registration(card_id, actor=guard.actor(), now=clock.now())
    flash(_("The handing out is undone. The card is in your stock again."), "success")
    return redirect(url_for("cards.desk"), 303)


@blueprint.route("/budget", methods=["GET", "POST"])
def budget(card_id: int) -> Page:
    """Set how many tickets a community card may use in a calendar year."""
    form, actor, now = deskforms.TicketBudget(), guard.actor(), clock.now()
    if form.validate_on_submit():
        try:
            lifecycle.set_budget(card_id, form.tickets.data, actor=actor, now=now)
            return _done(card_id, _("Saved."))
        except DomainError as error:
            _put(error, form, "budget_impossible", "tickets")
    row = cards.look(card_id, actor=actor, now=now)
    if row.kind is not CardKind.COMMUNITY:
        raise cardregister.IsPersonalCard(state=row.state.value)
    card_rules.next_state(row.state, Action.CORRECT)
    if not form.is_submitted():
        form.process(data={"tickets": row.ticket_budget})
    return _page(row, BUDGET_WORDS, form)


def _put(error: DomainError, form: forms.Form, code: str, field: str) -> None:
    """Put a no beside the field that it is about; raises every other one again."""
    if error.code != code:
        raise error
    form.refuse(field, sentence_of(error))


def _act_page(card_id: int, action: Action, form: forms.Form) -> Page:
    """Return the page of an action; raises what makes it impossible now."""
    row = cards.look(card_id, actor=guard.actor(), now=clock.now())
    card_rules.next_state(row.state, action)
    return _page(row, WORDS[action], form)


def _page(row: cards.CardRow, words: ActWords, form: forms.Form) -> Page:
    page = render_template("cards/act.html", row=row, words=words, form=form)
    return page, 422 if form.errors else 200


def _done(card_id: int, sentence: str) -> Response:
    flash(sentence, "success")
    return redirect(url_for("cards.show", card_id=card_id), 303)
