"""The questions about scans and their three answers in words: plain, without blame, without anybody's name."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.rules.flag import Answer, Flag
from kaikukortti.web import language
from kaikukortti.web.language import _
from venues.questions import Question
from venues.web import visitwords


@dataclass(frozen=True)
class Words:
    """What is asked, how it stands until somebody answers, and each answer as its button says it."""

    title: Any
    told: Any
    until_then: Any
    answers: dict[Answer, Any]


_CANNOT_TELL = _l("Cannot tell: leave as it is")
_COUNTS = _l("Until then the visit counts.")
_WAITS = _l("Until then these tickets do not count.")

QUESTIONS = {
    Flag.DOUBLE: Words(
        _l("The same visit twice?"),
        _l("Two registrations of the same card with the same tickets, %(tickets)s each." " Probably the same visit."),
        _l("Until then the first one counts."),
        {
            Answer.MERGE: _l("Same visit: count once"),
            Answer.COUNT: _l("Two visits: count both"),
            Answer.LEAVE: _CANNOT_TELL,
        },
    ),
    Flag.AGAIN: Words(
        _l("More tickets, or the same ones again?"),
        _l(
            "The card had been registered for the same event, or for a house visit on the same day. Often more people"
            " of the party came in later."
        ),
        _WAITS,
        {
            Answer.COUNT: _l("More tickets: count these too"),
            Answer.MERGE: _l("The same ones: do not count them again"),
            Answer.LEAVE: _CANNOT_TELL,
        },
    ),
    Flag.CANCELLED: Words(
        _l("A visit to an event that had been called off"),
        _l("A tablet had not heard of the change yet. The visit stands in your figures as a house visit."),
        _l("Until then it counts as a house visit."),
        {
            Answer.LEAVE: _l("Leave it as a house visit"),
            Answer.COUNT: _l("The event took place: count it there"),
            Answer.MERGE: _l("Nobody came in: do not count it"),
        },
    ),
    Flag.TIME: Words(
        _l("On which day was this visit?"),
        _l(
            "The clock of the tablet was not right. The visit arrived here on %(arrived)s"
            " and took place then or before."
        ),
        _WAITS,
        {
            Answer.COUNT: _l("Count it on this day"),
            Answer.MERGE: _l("Entered elsewhere already: do not count it again"),
            Answer.LEAVE: _CANNOT_TELL,
        },
    ),
    Flag.UNDO_LATE: Words(
        _l("Was this visit undone on purpose?"),
        _l("A registration was undone after more than a quarter of an hour, on another tablet, or after your answer."),
        _COUNTS,
        {
            Answer.COUNT: _l("Undone: do not count the visit"),
            Answer.MERGE: _l("Undone by a slip: the visit counts"),
            Answer.LEAVE: _CANNOT_TELL,
        },
    ),
    Flag.BOOKING: Words(
        _l("A word whose booking was not there any more"),
        _l(
            "The booking had been cancelled or used, or was for another day. At the door all was done right: the tablet"
            " did not know yet."
        ),
        _COUNTS,
        {
            Answer.COUNT: _l("The visit took place: count it"),
            Answer.MERGE: _l("Registered with the card too: count once"),
            Answer.LEAVE: _CANNOT_TELL,
        },
    ),
    Flag.BLOCKED: Words(
        _l("A visit with a blocked card"),
        _l("The tablet did not know yet that the card had been blocked. At the door all was done right."),
        _COUNTS,
        {
            Answer.COUNT: _l("The visit took place: count it"),
            Answer.MERGE: _l("Registered with a new card too: count once"),
            Answer.LEAVE: _CANNOT_TELL,
        },
    ),
    Flag.UNREGISTERED: Words(
        _l("A card that has not been registered yet"),
        _l(
            "The card was perhaps handed out and not entered yet. When it is registered within 14 days of the visit,"
            " the visit is joined to it by itself."
        ),
        _l("Until then the visit stands in the figures of the venue alone."),
        {
            Answer.LEAVE: _l("Leave it in the figures of the venue alone"),
            Answer.COUNT: _l("The unit knows: close the question"),
            Answer.MERGE: _l("Registered with another card too: count once"),
        },
    ),
    Flag.TWO_PLACES: Words(
        _l("One card at two places at nearly the same time"),
        _l("The times are closer than the way from one place to the other. One of the clocks may have been wrong."),
        _l("Until then both visits count."),
        {
            Answer.COUNT: _l("Two visits: count both"),
            Answer.MERGE: _l("Same visit: do not count this one"),
            Answer.LEAVE: _CANNOT_TELL,
        },
    ),
    Flag.LIMIT: Words(
        _l("One visit more than your place gives?"),
        _l(
            "By then the holder had used what your place gives in that time, or the pass was not of that day. Without"
            " a network a tablet cannot know."
        ),
        _COUNTS,
        {
            Answer.COUNT: _l("The visit took place: count it"),
            Answer.MERGE: _l("Recorded by a slip: do not count it"),
            Answer.LEAVE: _CANNOT_TELL,
        },
    ),
    Flag.DEVICE: Words(
        _l("A visit from a tablet that is out of use"),
        _l(
            "The tablet had been taken out of use and what waited on it arrived afterwards, or the visit was after the"
            " last day of the venue."
        ),
        _COUNTS,
        {
            Answer.COUNT: _l("The visit took place: count it"),
            Answer.MERGE: _l("Registered on another tablet too: count once"),
            Answer.LEAVE: _CANNOT_TELL,
        },
    ),
}


def told(question: Question) -> str:
    """Return what has happened, in one or two sentences."""
    facts = {
        "tickets": visitwords.tickets(question.visit.counts),
        "arrived": language.weekday(question.visit.arrived_on),
    }
    sentences = str(QUESTIONS[question.flag].told) % facts
    if question.unit is None:
        return sentences
    unit = question.unit[language.CODES.index(language.language_now())]
    ask_there = _("These cards were printed for %(unit)s: ask there.", unit=unit)
    return f"{sentences} {ask_there}"


def answers_of(question: Question) -> list[tuple[Answer, str]]:
    """Return the three answers with their words, the suggested one first."""
    words = QUESTIONS[question.flag].answers
    return sorted(
        ((answer, str(word)) for answer, word in words.items()), key=lambda pair: pair[0] is not question.suggested
    )
