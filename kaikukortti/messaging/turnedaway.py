"""Somebody with a card was turned away: told without an account, answered in words, read with a word of their own.

A code that is given is looked at once, for what the card was worth on that day; it is neither kept nor logged, and
what is said to the person does not depend on it. The venue sees nothing of a single report. What a stranger sends is
in no audit chain, for nobody of the staff has acted; each answer is.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from kaikukortti import audit, cardregister
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.messaging import answerword, freetext, homes
from kaikukortti.messaging.feedback import IsAnswered
from kaikukortti.models.cards import Card, CardEvent, CardPeriod
from kaikukortti.models.messages import CardThen, TurnedAway, TurnedAwayCause
from kaikukortti.models.network import Area, PartnerState, Unit, Venue
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import State

LONGEST_TEXT = 1000
LONGEST_ANSWER = 1000
OLDEST = 366  # days
COUNTED = 366  # days
MOST_SHOWN = 200
LANGUAGES = ("fi", "sv", "en", "ru")


class DayImpossible(DomainError):
    """The day lies ahead, or more than a year back."""

    code = "turned_away_day"


@dataclass(frozen=True)
class Told:
    """What somebody tells. `form_id` names the page it was sent from: the same page sent twice tells once."""

    area_id: int
    venue_id: int | None
    on_day: date | None
    cause: TurnedAwayCause
    text: str
    code: str
    language: str
    form_id: uuid.UUID


@dataclass(frozen=True)
class Answer:
    """What somebody reads with the word: the answer, or nothing yet."""

    sent_at: datetime
    text: str
    answered_at: datetime | None


@dataclass(frozen=True)
class Report:
    """A report as the coordinator reads it, and the place it is about; None for somewhere else."""

    row: TurnedAway
    venue: Venue | None


def list_places(area_id: int) -> Sequence[Venue]:
    """Return the venues of an area that somebody may have gone to, by name."""
    query = sa.select(Venue).where(
        Venue.area_id == area_id, Venue.state.in_((PartnerState.ACTIVE, PartnerState.PAUSED))
    )
    return db.session.scalars(query.order_by(Venue.name_fi)).all()


@transactional
def tell(told: Told, *, now: datetime, secret: str) -> str:
    """Take a report and return the word with which its answer can be read; only a hash of it is kept.

    The same page sent twice returns the same word and is one report. Raises NotFound for an unknown area or venue,
    DayImpossible, as freetext.kept does.
    """
    _check(told, today=period.day_of(now))
    text = freetext.kept(told.text, most=LONGEST_TEXT, may_be_empty=True)
    word = answerword.make(*(str(value) for value in vars(told).values()), secret=secret)
    word_hash = answerword.hash_of(word)
    if db.session.scalar(sa.select(TurnedAway.id).where(TurnedAway.word_hash == word_hash)) is None:
        card_then = _card_then(told.code, told.on_day, now=now)
        db.session.add(
            TurnedAway(
                word_hash=word_hash,
                area_id=told.area_id,
                venue_id=told.venue_id,
                on_day=told.on_day,
                cause=told.cause,
                text=text,
                language=told.language,
                card_then=card_then,
                sent_at=now,
            )
        )
    return answerword.grouped(word)


def find_answer(typed: str) -> Answer | None:
    """Return what was answered to the report of a word; None for a word that nobody has."""
    word_hash = answerword.hash_typed(typed)
    row = db.session.scalar(sa.select(TurnedAway).where(TurnedAway.word_hash == word_hash)) if word_hash else None
    return None if row is None else Answer(row.sent_at, row.answer, row.answered_at)


def list_reports(*, actor: Actor) -> list[Report]:
    """Return the reports of the coordinator's area: what waits first, the oldest of it on top. Raises NotFound."""
    query = _reports(actor).order_by(TurnedAway.answered_at.is_not(None), TurnedAway.answered_at.desc(), TurnedAway.id)
    return [Report(row, venue) for row, venue in db.session.execute(query.limit(MOST_SHOWN))]


def look(report_id: int, *, actor: Actor) -> Report:
    """Return a report of the coordinator's area. Raises NotFound."""
    found = db.session.execute(_reports(actor).where(TurnedAway.id == report_id)).one_or_none()
    if found is None:
        raise NotFound()
    return Report(*found)


@transactional
def answer(report_id: int, text: str, *, actor: Actor, now: datetime) -> None:
    """Answer a report of the coordinator's area in words. Raises NotFound, IsAnswered, as freetext.kept does."""
    query = sa.select(TurnedAway).where(TurnedAway.id == report_id, TurnedAway.area_id == homes.own_area(actor))
    report = db.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if report is None:
        raise NotFound()
    if report.answered_at is not None:
        raise IsAnswered()
    report.answer = freetext.kept(text, most=LONGEST_ANSWER)
    report.answered_at, report.answered_by = now, actor.user_id
    audit.record("turned_away.answered", actor=actor, now=now, detail={"report": report.id})


def count_causes(*, actor: Actor, now: datetime) -> dict[TurnedAwayCause, int]:
    """Return how many reports of the last year there are in the coordinator's area by cause. Raises NotFound."""
    query = (
        sa.select(TurnedAway.cause, sa.func.count())
        .where(
            TurnedAway.area_id == homes.own_area(actor),
            TurnedAway.sent_at >= now - timedelta(days=COUNTED),
        )
        .group_by(TurnedAway.cause)
    )
    found = {cause: count for cause, count in db.session.execute(query)}
    return {cause: found.get(cause, 0) for cause in TurnedAwayCause}


def count_waiting(area_id: int) -> int:
    """Return how many reports of an area have no answer yet."""
    query = sa.select(sa.func.count(TurnedAway.id)).where(
        TurnedAway.area_id == area_id, TurnedAway.answered_at.is_(None)
    )
    return db.session.scalar(query) or 0


def _reports(actor: Actor) -> sa.Select[TurnedAway, Venue]:
    query = sa.select(TurnedAway, Venue).outerjoin(Venue, Venue.id == TurnedAway.venue_id)
    return query.where(TurnedAway.area_id == homes.own_area(actor))


def _check(told: Told, *, today: date) -> None:
    if told.on_day is not None and not 0 <= (today - told.on_day).days <= OLDEST:
        raise DayImpossible()
    if told.language not in LANGUAGES or db.session.get(Area, told.area_id) is None:
        raise NotFound()
    if told.venue_id is not None and told.venue_id not in {venue.id for venue in list_places(told.area_id)}:
        raise NotFound()


def _card_then(code: str, day: date | None, *, now: datetime) -> CardThen:
    """Return what the register says of a card at the end of a day, or now where nobody knows the day."""
    if not code.strip():
        return CardThen.NOT_GIVEN
    try:
        card = cardregister.get_card(cardregister.own_number(code))
    except (cardregister.NumberMalformed, cardregister.NumberUnknown):
        return CardThen.UNKNOWN
    seen_on = day or period.day_of(now)
    moment = min(now, period.moment_of(seen_on + timedelta(days=1), time(0)) - timedelta(seconds=1))
    return CardThen.VALID if _was_good(card, seen_on, moment) else CardThen.NOT_VALID


def _was_good(card: Card, day: date, moment: datetime) -> bool:
    """Return whether a card admitted its holder: in use at the moment, within its days or the area's days of grace."""
    event = db.session.scalar(
        sa.select(CardEvent)
        .where(CardEvent.card_id == card.id, CardEvent.effective_from <= moment)
        .order_by(CardEvent.id.desc())
        .limit(1)
    )
    if event is None:
        return False
    is_over = event.effective_until is not None and event.effective_until <= moment
    grace = db.session.scalar(
        sa.select(Area.grace_days).join(Unit, Unit.area_id == Area.id).where(Unit.id == card.unit_id)
    )
    days = sa.select(CardPeriod.id).where(
        CardPeriod.card_id == card.id,
        CardPeriod.withdrawn_at.is_(None),
        CardPeriod.first_on <= day,
        CardPeriod.last_on >= day - timedelta(days=grace or 0),
    )
    in_use = event.state is State.ACTIVE or (event.state is State.SUSPENDED and is_over)
    return in_use and db.session.scalar(days.limit(1)) is not None
