"""A unit's stock room: what is left to hand out, the count of it, a spoiled card, and when to ask for more."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import clock, partners, stockcare
from kaikukortti.errors import DomainError
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardReason
from kaikukortti.web import choices, deskforms, forms, guard, stockforms, stockwords
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("stockroom", __name__, roles=[Role.WORKER], url_prefix="/stockroom")

Page = str | Response | tuple[str, int]


@blueprint.get("")
def index() -> Page:
    """Show the own unit's stock."""
    return _page()


@blueprint.post("/count")
def count() -> Page:
    """Keep a count of the stock; the page says how it compares with the register."""
    form = stockforms.CountStock()
    if form.validate():
        try:
            stockcare.count_stock(form.counted.data, actor=guard.actor(), now=clock.now())
            return redirect(url_for("stockroom.index") + "#count", 303)
        except DomainError as error:
            form.refuse("counted", sentence_of(error))
    return _page(count_form=form, wrong=form)


@blueprint.post("/spoiled")
def spoil() -> Page:
    """Take a spoiled card out of stock."""
    form = deskforms.CardNumber()
    if form.validate():
        try:
            stockcare.destroy(form.number.data, reason=CardReason.SPOILED, actor=guard.actor(), now=clock.now())
            flash(_("The card is out of stock. Cut it in two and throw it away."), "success")
            return redirect(url_for("stockroom.index"), 303)
        except DomainError as error:
            form.refuse("number", sentence_of(error))
    return _page(spoil_form=form, wrong=form)


@blueprint.post("/limit")
def set_limit() -> Page:
    """Choose at how many cards the desk asks for more."""
    form = stockforms.LowStock()
    if form.validate():
        try:
            stockcare.set_limit(form.limit.data, actor=guard.actor(), now=clock.now())
            flash(_("Saved."), "success")
            return redirect(url_for("stockroom.index"), 303)
        except DomainError as error:
            form.refuse("limit", sentence_of(error))
    return _page(limit_form=form, wrong=form)


def _page(
    count_form: forms.Form | None = None,
    spoil_form: forms.Form | None = None,
    limit_form: forms.Form | None = None,
    wrong: forms.Form | None = None,
) -> Page:
    room = stockcare.read_room(actor=guard.actor())
    page = render_template(
        "stockroom/index.html",
        room=room,
        count_form=count_form or stockforms.CountStock(formdata=None),
        spoil_form=spoil_form or deskforms.CardNumber(formdata=None),
        limit_form=limit_form or stockforms.LowStock(formdata=None, data={"limit": room.level.limit}),
        wrong=wrong,
        count_words=stockwords.count_and_register(room.newest_count) if room.newest_count else "",
        prefixes=sorted(partners.list_prefixes()),
        kinds=choices.CARD_KINDS,
    )
    return page, 200 if wrong is None else 422
