"""Anybody with a card tells that they were turned away, and reads the answer with a word. No account, no name.

The code of the card and the word are in no address, no cookie and no log: both are sent in forms alone.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from flask import current_app, render_template, request, url_for
from flask_babel import force_locale

from kaikukortti import clock, partners
from kaikukortti.errors import DomainError
from kaikukortti.messaging import turnedaway
from kaikukortti.messaging.turnedaway import Told
from kaikukortti.models.messages import TurnedAwayCause
from kaikukortti.models.network import Area, Venue
from kaikukortti.requestcounts import Rate
from kaikukortti.rules import identitycode, period
from kaikukortti.web import guard, language, ratelimit
from kaikukortti.web.messaging import messageforms, paragraphs, turnedawaywords
from kaikukortti.web.messaging.messageforms import ELSEWHERE
from kaikukortti.web.messaging.turnedawayshape import TurnedAwayWords

blueprint = guard.guarded_blueprint("turnedaway", __name__, word=guard.PUBLIC, url_prefix="/turned-away")

SELDOM = Rate(10)
RUSSIAN = "ru"
Page = str | tuple[str, int]


@blueprint.before_request
def be_patient() -> None:
    """Let one address ask so often, and send less often."""
    ratelimit.check("turned_away")
    if request.method == "POST":
        ratelimit.check("turned_away_sent", SELDOM)


@blueprint.route("/", methods=["GET", "POST"])
def tell() -> Page:
    """Ask what happened; then show the word with which the answer can be read."""
    areas = partners.list_areas()
    with _reading() as words:
        area = _area(areas)
        if area is None:
            return _draw("messaging/turned_away_area.html", words, areas=areas)
        places = turnedaway.list_places(area.id)
        form = _form(words, places)
        if not form.is_submitted():
            form.form_id.data = str(uuid.uuid4())
            return _ask(words, form, area)
        word = _told(form, area, words)
        if word is None:
            return _ask(words, form, area), 422
        return _draw("messaging/turned_away_told.html", words, word=word)


@blueprint.route("/answer", methods=["GET", "POST"])
def answer() -> Page:
    """Show the answer to whom has the word."""
    with _reading() as words:
        form = messageforms.AnswerWord()
        if not form.is_submitted():
            return _draw("messaging/turned_away_word.html", words, form=form)
        found = turnedaway.find_answer(form.word.data or "") if form.validate() else None
        if found is None:
            form.word.errors = [words.mistakes.word]
            return _draw("messaging/turned_away_word.html", words, form=form), 422
        return _draw("messaging/turned_away_answer.html", words, found=found, written=paragraphs.cut(found.text))


def _told(form: messageforms.TurnedAway, area: Area, words: TurnedAwayWords) -> str | None:
    """Take the report and return its word; None where something has to be mended."""
    is_right, day = form.validate(), _day(form)
    _say(form, words)
    if form.when.data == "day" and day is None and not form.on_day.errors:
        form.on_day.errors = [words.mistakes.day]
        is_right = False
    if not is_right:
        return None
    told = Told(
        area_id=area.id,
        venue_id=int(form.venue.data) or None,
        on_day=day,
        cause=TurnedAwayCause(form.cause.data),
        text=form.text.data or "",
        code=form.code.data or "",
        language=words.language,
        form_id=uuid.uuid5(uuid.NAMESPACE_URL, form.form_id.data or ""),
    )
    try:
        return turnedaway.tell(told, now=clock.now(), secret=current_app.config["KAIKU"].secret_key)
    except DomainError as error:
        field, sentence = {
            "turned_away_day": ("on_day", words.mistakes.day),
            "message_text_card": ("text", words.mistakes.card),
            "message_text_identity": ("text", words.mistakes.identity),
            "message_text_too_long": ("text", words.mistakes.too_long),
        }.get(error.code, ("venue", words.mistakes.missing))
        form[field].errors = [sentence]
        return None


def _form(words: TurnedAwayWords, places: Sequence[Venue]) -> messageforms.TurnedAway:
    form, asking = messageforms.TurnedAway(), words.asking
    named = [(str(venue.id), language.name(venue)) for venue in places]
    form.venue.choices = [("", asking.choose), *named, (ELSEWHERE, asking.elsewhere)]
    form.when.choices = [
        ("today", asking.today),
        ("yesterday", asking.yesterday),
        ("day", asking.some_day),
        ("unknown", asking.not_known),
    ]
    form.cause.choices = list(asking.causes.items())
    return form


def _say(form: messageforms.TurnedAway, words: TurnedAwayWords) -> None:
    """Say what has to be mended in the words of the page: they are in a language that no catalogue may have."""
    mistakes = words.mistakes
    for field in form:
        if field.errors and field.name in ("text", "code"):
            typed = field.data if isinstance(field.data, str) else ""
            field.errors = [mistakes.identity if identitycode.holds_one(typed) else mistakes.too_long]
        elif field.errors:
            field.errors = [mistakes.day if field.name == "on_day" else mistakes.missing]


def _day(form: messageforms.TurnedAway) -> date | None:
    """Return the day that was chosen, None where nobody knows it."""
    today = period.day_of(clock.now())
    chosen: date | None = form.on_day.data if form.when.data == "day" else None
    return {"today": today, "yesterday": today - timedelta(days=1)}.get(form.when.data or "", chosen)


def _area(areas: Sequence[Area]) -> Area | None:
    """Return the area that the address names, or the only one; None where it has to be chosen."""
    if len(areas) == 1:
        return areas[0]
    wanted = request.args.get("area", "")
    return next((area for area in areas if str(area.id) == wanted), None)


@contextmanager
def _reading() -> Iterator[TurnedAwayWords]:
    """Give the words of the reader's language; what the frame says beside Russian is in English."""
    if request.args.get("language") != RUSSIAN:
        yield turnedawaywords.words(russian=False)
        return
    with force_locale(language.locale_name("en")):
        yield turnedawaywords.words(russian=True)


def _ask(words: TurnedAwayWords, form: messageforms.TurnedAway, area: Area) -> str:
    today = period.day_of(clock.now())
    return _draw("messaging/turned_away.html", words, form=form, area=area, today=today)


def _draw(template: str, words: TurnedAwayWords, **facts: object) -> str:
    kept = {"area": request.args.get("area"), "language": RUSSIAN if words.language == RUSSIAN else None}

    def address(endpoint: str, **changes: str | int | None) -> str:
        """Return the address of one of these pages, with the area and the language that were chosen."""
        query: dict[str, Any] = {**kept, **changes}
        return url_for(f"turnedaway.{endpoint}", **query)

    this_page = "answer" if request.endpoint == "turnedaway.answer" else "tell"
    return render_template(template, words=words, address=address, this_page=this_page, russian=RUSSIAN, **facts)
