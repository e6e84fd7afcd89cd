"""The list of a unit's unused cards, opened by a worker who wants it: an idea for each card, and "talked about it"."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kaikukortti import clock, sleeping
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.rules.suggestion import Kind
from kaikukortti.sleeping import Band, Idea
from kaikukortti.web import forms, guard, language
from kaikukortti.web.language import _
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("sleeping", __name__, roles=[Role.WORKER], url_prefix="/sleeping")


@blueprint.get("/")
def index() -> str:
    """Show the own unit's unused cards by the time since they were handed out."""
    now = clock.now()
    bands = sleeping.list_cards(actor=guard.actor(), now=now)
    return render_template(
        "sleeping/index.html",
        bands=bands,
        ideas={card.card_id: _idea(card.idea) for band in bands for card in band.cards},
        titles={band.days: _title(band) for band in bands},
        today=period.day_of(now),
        form=forms.EmptyForm(),
    )


@blueprint.post("/<int:card_id>/talk")
def talk(card_id: int) -> Response:
    """Note that the holder was talked with about the card today."""
    forms.check_names(())
    try:
        sleeping.note_talk(card_id, actor=guard.actor(), now=clock.now())
    except sleeping.CardNotSleeping as gone:
        flash(sentence_of(gone), "info")
    else:
        flash(_("Noted. The card has moved down in its group."), "success")
    return _back()


@blueprint.post("/<int:card_id>/talk/undo")
def take_back(card_id: int) -> Response:
    """Take today's tick back."""
    forms.check_names(())
    try:
        sleeping.take_back_talk(card_id, actor=guard.actor(), now=clock.now())
    except sleeping.NoTalkToday as error:
        flash(sentence_of(error), "info")
    else:
        flash(_("The mark of today has been removed."), "success")
    return _back()


def _back() -> Response:
    return redirect(url_for("sleeping.index"), 303)


def _title(band: Band) -> str:
    if band.days == max(sleeping.BANDS):
        return _("Handed out %(days)s days ago or earlier", days=band.days)
    after = min(days for days in sleeping.BANDS if days > band.days)
    return _("Handed out %(first)s–%(last)s days ago", first=band.days, last=after - 1)


def _idea(idea: Idea | None) -> str:
    """Say what to suggest, in one sentence."""
    if idea is None:
        return _("No events known for the next two weeks. Look together at what the venues near by offer.")
    told = {
        "venue": language.name(idea.venue),
        "event": language.title(idea.event),
        "day": language.weekday(period.day_of(idea.starts_at)),
        "time": language.clock(idea.starts_at),
    }
    match idea.kind:
        case Kind.GROUP_VISIT:
            return _("We are going together: %(venue)s, %(event)s, %(day)s at %(time)s.", **told)
        case Kind.CHILDREN:
            return _("Own children come along free: %(venue)s, %(event)s, %(day)s at %(time)s.", **told)
        case _:
            return _("Near by: %(venue)s, %(event)s, %(day)s at %(time)s.", **told)
