"""What will become of a line of a paper list, or became of it, in words. Silent about why anybody has a card."""

from collections.abc import Sequence
from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from kaikukortti.models.programme import Occurrence
from kaikukortti.rules.booking import KEEPING
from kaikukortti.rules.flag import Flag
from kaikukortti.web import language, sentences
from kaikukortti.web.language import _, ngettext
from venues import bookinglists, bookingtexts
from venues.bookinglists import Tonight
from venues.paperlist import LineResult, LookAlike, Outcome
from venues.web import visitwords

OUTCOMES = {
    Outcome.ENTERED: _l("Recorded."),
    Outcome.BEFORE: _l("Recorded already with this form. It counts once."),
    Outcome.CHANGED: _l(
        "This line was recorded earlier with other details, which stay."
        " A wrong visit is taken back in the list of visits."
    ),
    Outcome.LEFT_OUT: _l("Left out."),
}

FLAGS = {
    Flag.ELSEWHERE: _l("Recorded. The card is from elsewhere and cannot be checked here."),
    Flag.UNREGISTERED: _l("Recorded. The card had not been taken into use on that day; the coordinator is told."),
    Flag.ENDED: _l("Recorded. The last day of the card was over; this is noted."),
    Flag.BLOCKED: _l("Recorded. The card was not in use on that day; the coordinator is told."),
    Flag.DOUBLE: _l("The same visit is recorded already. It waits until somebody has looked at it."),
    Flag.AGAIN: _l("The card is recorded for this already. It waits until somebody has looked at it."),
    Flag.CHILDREN: _l("Recorded. There are more children than the card has; this is noted."),
    Flag.CANCELLED: _l("Recorded as a house visit, because the event was called off. The venue is asked about it."),
    Flag.OVER: _l("Recorded. The event has more visitors than it had places; this is noted."),
    Flag.LIMIT: _l("Recorded. It is one visit more than the venue gives in that time; the venue is asked about it."),
}


def told(result: LineResult) -> list[str]:
    """Return the sentences about a line, at least one."""
    if result.malformed is not None:
        found = result.malformed
        return [sentences.malformed(found.problem.value, found.positions, found.text)]
    if result.outcome is Outcome.FLAGGED:
        return [str(FLAGS[flag]) for flag in result.flags]
    return [str(OUTCOMES[result.outcome])]


def look_alike(visit: LookAlike) -> str:
    """Return the visit that a line may be the same as: where it stands, and its tickets."""
    tickets = visitwords.tickets(visit.counts)
    if visit.line is not None:
        return _("Line %(no)s of this list: %(tickets)s", no=visit.line, tickets=tickets)
    if visit.at is None or visit.is_from_paper:
        return _("Entered from paper: %(tickets)s", tickets=tickets)
    return _("On a tablet at %(time)s: %(tickets)s", time=language.clock(visit.at), tickets=tickets)


def booked(venue_id: int, occurrence_id: int | None, *, on_day: date, now: datetime) -> list[tuple[str, str, str]]:
    """Return what keeps places at an event, or at the house on a day: word, tickets, and what a group needs."""
    lines = bookinglists.list_tonight(venue_id, on_day=on_day, now=now)
    kept = [line for line in lines if line.occurrence_id == occurrence_id and line.state in KEEPING]
    return [(line.word, visitwords.tickets(line.counts), _more(line)) for line in kept]


def _more(line: Tonight) -> str:
    words = [ngettext("%(num)s more with an own card", "%(num)s more with own cards", line.own_cards)] * bool(
        line.own_cards
    )
    if line.arrives_at is not None:
        words.append(_("Comes at %(time)s", time=language.clock(line.arrives_at)))
    return ", ".join([*words, *(str(bookingtexts.BOOKING_TEXTS[f"need_{need}"]) for need in line.access_needs)])


def sheet_choices(evenings: Sequence[Occurrence]) -> list[tuple[str, str]]:
    """Return what an empty list may be for."""
    fixed = [("", _("Any evening: day and event are filled in by hand")), ("house", _("House visits"))]
    return fixed + [
        (str(one.id), f"{language.weekday(one.on_day)} {language.clock(one.starts_at)} {language.title(one.event)}")
        for one in evenings
    ]
