"""The server's verdict on one reading: what was looked up, put before the rule. Writes nothing."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from kaikukortti.rules import identitycode, number, period, verdict
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.verdict import CardFacts, Verdict, VerdictClass, Visit
from venues import limits, lookup, standing
from venues.limits import Standing
from venues.lookup import FoundCard, Place, Visits


@dataclass(frozen=True)
class Door:
    """Where and when a card is read: `moment` by the server's clock, `now` when the server hears of it.

    `is_by_day`: only the day is sure, so a card that was taken into use later that day was in use.
    """

    venue_id: int
    area_id: int
    moment: datetime
    now: datetime
    needs_visits: bool = True
    is_by_day: bool = False


@dataclass(frozen=True)
class Source:
    """Who brings a scan: a tablet of the venue, a person who enters it from paper, a ticket seller's system. One of the
    three ids is set.

    `carried_by` is the device that brought it in a rescue file; `last_on` is the last day of the venue.
    """

    venue_id: int
    area_id: int
    device_id: int | None = None
    user_id: int | None = None
    is_revoked: bool = False
    carried_by: int | None = None
    api_key_id: int | None = None
    last_on: date | None = None

    @property
    def is_seller(self) -> bool:
        """Return whether tickets are given out in advance, whenever the doors open and wherever the holder is."""
        return self.api_key_id is not None

    @property
    def is_person(self) -> bool:
        """Return whether a person tells what was written by hand: a day, and no clock."""
        return self.user_id is not None


@dataclass(frozen=True)
class Reading:
    """A card or a code as it was found on the day of the visit, with the line's other visits.

    `code` is what is kept of a card that nobody registered: its number, a code from elsewhere, or what was read where
    that is neither; nothing of a text that holds an identity code. `budget_left` is what a community card has left of
    its year, None without a budget; `standing` is what the venue has for it.
    """

    card: FoundCard | None
    code: str | None
    text: number.Reading | None
    facts: CardFacts | None
    visits: Visits
    budget_left: int | None = None
    has_grace: bool = False
    standing: Standing = Standing()

    @property
    def malformed(self) -> number.Malformed | None:
        """Return what is wrong with the text, where it is no card number."""
        return self.text if isinstance(self.text, number.Malformed) else None


def read(door: Door, place: Place, *, code: str | None, ref: str | None, lock: bool = False) -> Reading:
    """Look up what a reading names and what has to be known of it; `lock` keeps the card for this transaction."""
    card = lookup.find_card(code=code, ref=ref, venue_id=door.venue_id, lock=lock)
    if card is None:
        text = lookup.read_code(code or "")
        kept = _kept(code, text)
        outside = limits.look_up(None, place, Visits(), venue_id=door.venue_id)
        return Reading(None, kept, text, None, _visits(door, place, None, kept), standing=outside)
    kept = None if card.line is not None else card.number
    visits = _visits(door, place, card.line, kept)
    if card.is_local_only and card.area_id != door.area_id:
        return Reading(card, kept, None, CardFacts(card.kind, State.BLOCKED), visits)
    # The visit's own moment decides on the state; a ticket for a coming day is judged by that day's dates.
    state = standing.state_at(card, door.moment, received_at=door.now)
    if state is State.STOCK and door.is_by_day:
        state = standing.state_at(card, min(period.last_moment_of(place.on_day), door.now), received_at=door.now)
    first_on, last_on = standing.validity_on(card, place.on_day)
    until = None if last_on is None else last_on + timedelta(days=card.grace_days)
    facts = CardFacts(card.kind, state, first_on, until, card.children, card.suspended_until)
    has_grace = last_on is not None and until is not None and last_on < place.on_day <= until
    budget, stands = _budget_left(card, place.on_day), _stands(door, card, place, visits)
    return Reading(card, kept, None, facts, visits, budget, has_grace, stands)


def read_nothing() -> Reading:
    """Return the reading of a card that nobody can name any more: one that cannot be checked here."""
    return Reading(None, None, number.Elsewhere(""), None, Visits())


def judge_card(reading: Reading, place: Place) -> Verdict:
    """Judge the card alone, whatever the event's places and doors: what flags are raised by."""
    return _judge(reading, Visit(place.on_day, place.is_course, _earlier_at(reading.visits)))


def judge(reading: Reading, place: Place, *, moment: datetime, places_left: int | None) -> Verdict:
    """Judge a reading as the door is told: card, door window, places left, and what is left of a card's own budget."""
    visit = Visit(
        place.on_day,
        place.is_course,
        _earlier_at(reading.visits),
        moment,
        place.opens_at,
        place.closes_at,
        places_left,
        place.children_take_places,
        _has_nothing_left(reading),
    )
    judged = _judge(reading, visit)
    if reading.budget_left is None or not judged.admits:
        return judged
    most = reading.budget_left
    limits = replace(judged.limits, worker=min(judged.limits.worker, most), under16=min(judged.limits.under16, most))
    return replace(judged, limits=limits)


def _judge(reading: Reading, visit: Visit) -> Verdict:
    match reading.text:
        case None:
            return verdict.judge(reading.facts, visit)
        case number.Elsewhere():
            return verdict.judge_elsewhere(visit)
        case number.Own():
            return verdict.judge(None, visit)
        case _:
            return Verdict(VerdictClass.TECHNICAL, verdict.Reason.MALFORMED)


def _visits(door: Door, place: Place, line: str | None, code: str | None) -> Visits:
    if not door.needs_visits:
        return Visits()
    if line is not None:
        return lookup.find_visits(line, place, door.venue_id, door.moment)
    return lookup.find_visits_of_code(code, place, door.venue_id)


def _kept(code: str | None, text: number.Reading) -> str | None:
    match text:
        case number.Elsewhere(code=kept) | number.Own(number=kept):
            return kept
        case number.Malformed(problem=number.Problem.IDENTITY):
            return None
        case _:
            # PostgreSQL keeps no zero byte; and what cannot be printed may have hidden an identity code.
            plain = "".join(filter(str.isprintable, code or ""))
            return None if identitycode.holds_one(plain) else plain[:64] or None


def _stands(door: Door, card: FoundCard, place: Place, visits: Visits) -> Standing:
    return limits.look_up(card, place, visits, venue_id=door.venue_id) if door.needs_visits else Standing()


def _has_nothing_left(reading: Reading) -> bool:
    is_spent = reading.budget_left is not None and reading.budget_left < 1
    return is_spent or reading.standing.hindrance is not None


def _budget_left(card: FoundCard, day: date) -> int | None:
    if card.ticket_budget is None or card.line is None or card.kind is not CardKind.COMMUNITY:
        return None
    return card.ticket_budget - lookup.used_in_year(card.line, day.year)


def _earlier_at(visits: Visits) -> datetime | None:
    return min((visit.at for visit in visits.earlier), default=None)


def day_of_visit(occurred: datetime, offset_ms: int) -> tuple[datetime, date]:
    """Return a tablet's moment by the server's clock, and its Helsinki day. `offset_ms` is tablet minus server."""
    moment = occurred - timedelta(milliseconds=offset_ms)
    return moment, period.day_of(moment)
