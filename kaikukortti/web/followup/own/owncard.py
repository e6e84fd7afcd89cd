"""The holder's own card (C1): until when it is valid, the visits by month and kind, what is on soon; the own key."""

from dataclasses import dataclass

from flask import Response, abort, make_response, redirect, request, url_for

from kaikukortti import clock
from kaikukortti.followup import mood, owncards, ownkeys
from kaikukortti.followup.owncards import Month, OwnCard
from kaikukortti.followup.visits import Visit
from kaikukortti.offer import Showing
from kaikukortti.rules import period
from kaikukortti.rules.card import State
from kaikukortti.web import forms
from kaikukortti.web.followup import gate, ownsession
from kaikukortti.web.followup.own import ownpage, ownreading, ownwords
from kaikukortti.web.followup.own.ownreading import Reading
from kaikukortti.web.followup.own.ownshape import OwnWords

blueprint = ownpage.blueprint("owncard", __name__)

MOST_DATES = 200


@dataclass(frozen=True)
class Bar:
    """A month in words, its visits and how long its bar is in hundredths of the longest."""

    label: str
    visits: int
    with_children: int
    length: int


@blueprint.get("/card")
def show() -> Response:
    """Show the card, months for days; `?dates=1` shows the days."""
    words = ownwords.words(ownreading.current())
    return draw(said=words.mood.thanks if request.args.get("said") == "mood" else "")


def draw(status: int = 200, *, said: str = "") -> Response:
    """Return the card's page with a sentence at its head: a thank-you, or what is wrong."""
    opened, now = ownpage.opened(), clock.now()
    card, reading = owncards.read(opened, now=now), ownreading.current()
    has_dates = request.args.get("dates") == "1"
    return ownpage.render(
        "followup/own/card.html",
        status,
        card=card,
        standing=standing(card, ownwords.words(reading), reading),
        bars=bars(card.months, reading),
        dates=card.visits[:MOST_DATES] if has_dates else [],
        has_dates=has_dates,
        has_more=len(card.visits) > MOST_DATES,
        asked=next(iter(mood.list_questions(opened, now=now, secret=gate.secret())), None),
        said=said,
        is_wrong=status >= 400,
        venue_of=_venue,
        event_of=_event,
        showing_of=_showing,
    )


@blueprint.post("/longer")
def longer() -> Response:
    """Hold the page open for five more minutes."""
    if not forms.EmptyForm().validate():
        abort(400)
    if ownsession.extend() is None:
        return make_response(redirect(ownpage.entry("time"), 303))
    return make_response(redirect(url_for("owncard.show"), 303))


@blueprint.route("/key", methods=["GET", "POST"])
def key() -> Response:
    """Tell when the own key was made, and remove it if its holder wants to."""
    opened, form, reading = ownpage.opened(), forms.EmptyForm(), ownreading.current()
    if form.validate_on_submit():
        ownkeys.forget(opened.line_ref)
        answer = make_response(redirect(ownpage.entry("forgotten"), 303))
        ownsession.take_away(answer)
        return answer
    made_at = ownkeys.made_at(opened.line_ref)
    return ownpage.render("followup/own/key.html", made_on=made_at and reading.day(period.day_of(made_at)))


def standing(card: OwnCard, words: OwnWords, reading: Reading) -> list[str]:
    """Return how the card stands, in sentences: its last day, and what keeps it from being used."""
    last = words.card.ended if card.has_ended else words.card.valid_until
    said = [last.format(day=reading.day(card.last_on))]
    if card.state is State.SUSPENDED:
        return [*said, words.card.paused]
    return said if card.state is State.ACTIVE else [words.card.not_in_use]


def bars(months: list[Month], reading: Reading) -> list[Bar]:
    """Return months as bars, in their order."""
    longest = max((month.visits for month in months), default=0) or 1
    return [
        Bar(reading.month(month.first_on), month.visits, month.with_children, round(100 * month.visits / longest))
        for month in months
    ]


@dataclass(frozen=True)
class _Named:
    name_fi: str
    name_sv: str
    name_en: str


def _venue(visit: Visit, reading: Reading) -> tuple[str, str]:
    """Return a visit's venue and the language of its name."""
    thing = _Named(visit.venue_fi, visit.venue_sv, visit.venue_en)
    return reading.text("name", thing), reading.text_language("name", thing)


def _event(visit: Visit, reading: Reading) -> tuple[str, str]:
    """Return a visit's event and the language of its title; nothing for a visit to the house."""
    thing = _Named(visit.event_fi, visit.event_sv, visit.event_en)
    return reading.text("name", thing), reading.text_language("name", thing)


def _showing(showing: Showing, reading: Reading) -> tuple[str, str]:
    """Return a date's title and its language."""
    return reading.text("title", showing), reading.text_language("title", showing)
