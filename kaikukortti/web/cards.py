"""The unit's desk: its newest cards, a card found by number, its page and its picture. Changes are in cardlife."""

from flask import Response as FlaskResponse
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kaikukortti import cardface, cardhistory, cardprint, cards, clock, partners, stockcare
from kaikukortti.errors import DomainError
from kaikukortti.models.network import Area
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.card import CardKind
from kaikukortti.web import cardstate, choices, deskforms, guard
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("cards", __name__, roles=[Role.WORKER], url_prefix="/cards")

Page = str | Response | tuple[str, int]


@blueprint.get("/")
def desk() -> str:
    """Show the unit's newest cards, whether each has been taken into use, and the stock on hand."""
    actor, now = guard.actor(), clock.now()
    rows = cards.list_newest(actor=actor, now=now)
    return render_template(
        "cards/desk.html",
        rows=rows,
        level=stockcare.level_of(actor.unit_id or 0),
        today=period.day_of(now),
        form=deskforms.CardNumber(),
        prefixes=sorted(partners.list_prefixes()),
        kinds=choices.CARD_KINDS,
        state_of=cardstate.state_of,
    )


@blueprint.post("/find")
def find() -> Page:
    """Open the own unit's card that a number names; the number never stands in an address."""
    form, actor, now = deskforms.CardNumber(), guard.actor(), clock.now()
    if form.validate():
        try:
            return redirect(url_for("cards.show", card_id=cards.find(form.number.data, actor=actor, now=now)), 303)
        except DomainError as error:
            form.refuse("number", sentence_of(error))
    return render_template("cards/find.html", form=form, prefixes=sorted(partners.list_prefixes())), 422


@blueprint.get("/<int:card_id>")
def show(card_id: int) -> str:
    """Show a card of the own unit: its days, its state in words, what can be done now, and what has happened."""
    actor, now = guard.actor(), clock.now()
    life, today = cardhistory.look(card_id, actor=actor, now=now), period.day_of(now)
    return render_template(
        "cards/show.html",
        row=life.row,
        state=cardstate.state_of(life.row, today),
        actions=cardstate.actions_of(life, today, area=_area_of(actor)),
        history=cardstate.told(life.history),
        today=today,
        kinds=choices.CARD_KINDS,
    )


@blueprint.get("/<int:card_id>/card.<any(png, svg):kind>")
def picture(card_id: int, kind: str) -> FlaskResponse:
    """Return the front or the back of a card of the own unit as PNG (300 dpi) or SVG; `?save=1` downloads it."""
    actor = guard.actor()
    row = cards.look(card_id, actor=actor, now=clock.now())
    area = _area_of(actor)
    face = cardface.CardFace(
        number=row.number,
        area_name=area.name_fi,
        help_address=area.help_address,
        help_phone=area.help_phone,
        community=row.kind is CardKind.COMMUNITY,
        last_valid_on=row.last_on,
        children=None if row.kind is CardKind.COMMUNITY else row.children,
    )
    side: cardface.SideName = "back" if request.args.get("side") == "back" else "front"
    body: bytes | str
    if kind == "png":
        body, mimetype = cardprint.card_png(face, side=side), "image/png"
    else:
        body, mimetype = cardprint.card_svg(face, side=side), "image/svg+xml"
    response = FlaskResponse(body, mimetype=mimetype)
    if "save" in request.args:
        response.headers["Content-Disposition"] = f'attachment; filename="kaikukortti-{side}.{kind}"'
    return response


def _area_of(actor: Actor) -> Area:
    return partners.get_unit(actor.unit_id or 0, actor=actor).area
