"""The worker makes an own key for a holder: pressed on the card's page, shown once on a paper that is printed."""

from datetime import datetime

from flask import Response, abort, make_response, render_template, request, url_for

from kaikukortti import cardcodes, clock
from kaikukortti.followup import ownkeys
from kaikukortti.web import forms, guard, pages, sheetpage
from kaikukortti.web.followup import gate
from kaikukortti.web.followup.own import ownreading, ownwords

blueprint = gate.unit_blueprint("ownkey", __name__, url_prefix="/cards")


class ReadingForm(forms.EmptyForm):
    """The button of the reading in which the paper is printed."""

    BESIDE = frozenset({"reading"})


@blueprint.route("/<int:card_id>/own-key", methods=["GET", "POST"])
def make(card_id: int) -> Response:
    """Tell what an own key is and in which languages its paper comes; make one and show the paper, this once."""
    actor, now, form = guard.actor(), clock.now(), ReadingForm()
    if not form.is_submitted():
        standing = ownkeys.look(card_id, actor=actor, now=now, secret=gate.secret())
        page = render_template("followup/own/make.html", standing=standing, readings=ownreading.READINGS.values())
        return make_response(page)
    if not form.validate():
        abort(400)
    made = ownkeys.make(card_id, actor=actor, now=now, secret=gate.secret())
    return _paper(card_id, made.key, ownreading.of_code(request.form.get("reading", "")))


@blueprint.app_template_global("own_keys_are_on")
def own_keys_are_on() -> bool:
    """Return whether a worker's unit may make own keys: pages of a card lead there then."""
    return gate.own_switches().own_card


@blueprint.app_template_global("own_key_made_at")
def own_key_made_at(card_id: int) -> datetime | None:
    """Return when the holder's own key was made, for the block on the card's page."""
    return ownkeys.made_on_card(card_id, actor=guard.actor(), secret=gate.secret())


def _paper(card_id: int, key: str, reading: ownreading.Reading) -> Response:
    """Return the paper: the chosen reading, and easy Finnish beside a language that not every worker reads."""
    address = pages.public_url() + url_for("ownentry.enter")
    beside = [ownreading.EASY] if reading.language != "fi" else []
    page = render_template(
        "followup/own/paper.html",
        card_id=card_id,
        key=key,
        address=address.partition("://")[2],
        code=sheetpage.drawing(cardcodes.address_matrix(address)),
        columns=[(each, ownwords.words(each)) for each in (reading, *beside)],
    )
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer
