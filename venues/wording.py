"""The sentences of the door in three languages: short, kind, and silent about why anybody has a card (D9, D10)."""

import functools
from datetime import date, datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from kaikukortti.rules.limit import Hindrance
from kaikukortti.rules.number import Malformed
from kaikukortti.rules.verdict import Reason, Verdict, VerdictClass
from kaikukortti.web import language, sentences
from venues import limitwords

Said = dict[str, str]

SENTENCES = {
    "welcome": _l("Welcome! The card is valid."),
    "counts": _l("Valid. How many tickets?"),
    "already": _l("The visit was recorded at {time} already. Add tickets?"),
    "check": _l("You may let the visitor in. We will check the card later."),
    "booked": _l("Booked in advance. How many tickets?"),
    "technical": _l("A technical hitch, not the visitor's doing. Type the number of the card."),
    "ended": _l("The last day of the card was {day}. It is renewed at the place where you got it."),
    "not_yet": _l("The card has not been taken into use yet."),
    "not_in_use": _l("This card is not in use. Contact the place where you got it."),
    "wrong_time": _l("The doors open at {time}."),
    "wrong_time_over": _l("The doors of this event are closed already."),
    "full": _l("There are no places left for this event."),
    "limit": _l("This month's visits here have been used."),
    "limit_year": _l("This year's tickets of this card have been used."),
    "practice_card": _l("This is a practice card. It is read in practice only."),
    "live_card": _l("This is a real card. End the practice to record it."),
    "next_contact": _l("The visitor keeps the card. Help: {contact}"),
    "next_full": _l("There may be places on another day."),
    "next_register": _l("The place that gave the card takes it into use in a minute. Help: {contact}"),
    "double": _l("This visit was recorded on another tablet already. It counts once."),
    "again": _l("This card was recorded here earlier. Somebody will check the tickets."),
    "undo_late": _l("The visit stays recorded for now. The manager of the venue decides about it."),
}

NEXT_STEPS = {
    Reason.ENDED: "next_contact",
    Reason.NOT_IN_USE: "next_contact",
    Reason.NOT_YET: "next_register",
    Reason.FULL: "next_full",
}


def say(
    verdict: Verdict, *, last_day: date | None, malformed: Malformed | None, hindrance: Hindrance | None = None
) -> Said:
    """Return the one sentence of a verdict in fi, sv and en; `hindrance` is the limit of the venue that is reached."""
    if malformed is not None:
        return language.in_each_language(
            lambda: sentences.malformed(malformed.problem.value, malformed.positions, malformed.text)
        )
    key = verdict.klass.value
    if verdict.klass is VerdictClass.NOT_NOW and verdict.reason is not None:
        key = verdict.reason.value
    if verdict.reason is Reason.WRONG_TIME and verdict.opens_at is None:
        key = "wrong_time_over"
    if verdict.reason is Reason.LIMIT:
        if hindrance is not None:
            return limitwords.say(hindrance)
        key = "limit_year"  # a community card's own tickets of a calendar year
    return sentence(key, time=verdict.earlier_at or verdict.opens_at, day=last_day)


def next_step(
    verdict: Verdict, *, contact: str, hindrance: Hindrance | None = None, pass_ended_on: date | None = None
) -> Said | None:
    """Return what to do next, with the area's contact; None where the verdict needs no step. Of a pass that has ended
    is told that another begins.
    """
    if verdict.reason is Reason.LIMIT and hindrance is not None:
        return limitwords.next_step(hindrance)
    if verdict.admits and pass_ended_on is not None:
        return limitwords.pass_begins(pass_ended_on)
    key = NEXT_STEPS.get(verdict.reason) if verdict.reason and not verdict.admits else None
    return sentence(key, contact=contact) if key else None


def templates() -> dict[str, Said]:
    """Return every sentence of a verdict and of its next step with {time}, {day} and {contact} left open: what a
    tablet says alone.
    """
    return {key: {code: _template(key, code) for code in language.CODES} for key in SENTENCES}


def sentence(key: str, **values: Any) -> Said:
    """Return a sentence in fi, sv and en; days and times are written as each language does."""
    return {code: _fill(_template(key, code), code, values) for code in language.CODES}


def problem(code: str) -> Said:
    """Return the sentence of an item's problem in fi, sv and en."""
    return language.in_each_language(lambda: sentences.sentence(code))


@functools.lru_cache(maxsize=256)
def _template(key: str, code: str) -> str:
    with force_locale(language.locale_name(code)):
        return str(SENTENCES[key])


def _fill(template: str, code: str, values: dict[str, Any]) -> str:
    if "{" not in template:
        return template
    with force_locale(language.locale_name(code)):
        return template.format(**{name: _written(value) for name, value in values.items()})


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        return language.clock(value)
    # A telephone number stays in one piece.
    return language.day(value) if isinstance(value, date) else str(value or "").replace(" ", "\u00a0")
