"""The holder asks, with the card in hand, that what is kept be erased: what goes and stays is told twice, then done."""

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import cardregister, cards, clock
from kaikukortti.cardrows import CardRow
from kaikukortti.retention import erasures
from kaikukortti.retention.erasures import Taken
from kaikukortti.rules import card as card_rules
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardKind, State
from kaikukortti.web import cardstate, guard
from kaikukortti.web.language import ngettext
from kaikukortti.web.trust.inhand import InHand

blueprint = guard.guarded_blueprint("erasure", __name__, roles=[Role.WORKER], url_prefix="/cards/<int:card_id>/erase")
cardstate.init_conflicts(blueprint)


class Asked(InHand):
    """The end of the number; the second page sends it along with its yes."""

    BESIDE = frozenset({"confirmed"})


@blueprint.route("", methods=["GET", "POST"])
@guard.confirmed
def ask(card_id: int) -> str | Response | tuple[str, int]:
    """Say what goes and what stays; ask again; erase."""
    row = _card(card_id)
    form = Asked()
    if not form.is_submitted():
        return render_template("trust/erase.html", row=row, form=form)
    if not form.validate() or not form.is_of(row.number):
        return render_template("trust/erase.html", row=row, form=form), 422
    if "confirmed" not in request.form:
        return render_template("trust/erase_confirm.html", row=row, form=form)
    try:
        taken = erasures.erase(card_id, actor=guard.actor(), now=clock.now(), settings=current_app.config["KAIKU"])
    except OSError:  # the journal that a restore is cleaned by cannot be written: nothing was erased
        current_app.logger.error("the journal of erasures cannot be written")
        abort(503)
    _tell(taken)
    return redirect(url_for("cards.show", card_id=card_id), 303)


def _card(card_id: int) -> CardRow:
    """Return a personal card of the own unit whose data are still there; the look is in the trail."""
    row = cards.look(card_id, actor=guard.actor(), now=clock.now())
    if row.kind is not CardKind.PERSONAL:
        raise cardregister.IsCommunityCard()
    if row.state is State.ANONYMISED:
        raise card_rules.WrongState(state=row.state.value)
    return row


def _tell(taken: Taken) -> None:
    flash(_("What was kept about the holder is erased. The card works nowhere any more."), "success")
    if not taken.visits and not taken.bookings:
        return
    visits = ngettext("%(num)s visit names no card any more.", "%(num)s visits name no card any more.", taken.visits)
    bookings = ngettext("%(num)s booking went.", "%(num)s bookings went.", taken.bookings)
    flash(f"{visits} {bookings}", "info")
