"""The card that a leave to look is about: open here by its holder, personal, and still good."""

from datetime import date, datetime

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import DomainError
from kaikukortti.followup import visits
from kaikukortti.followup.ownsessions import OpenCard
from kaikukortti.models.cards import Card
from kaikukortti.rules import card as card_rules
from kaikukortti.rules import period
from kaikukortti.rules.card import CardKind, State


class CardNotOpen(DomainError):
    """The client's own card is not open here: only the client opens it, with the card and the own key."""

    code = "grant_card_not_open"


class CardClosed(DomainError):
    """The card is blocked, returned or over: nothing can be shared from it."""

    code = "grant_card_closed"


class CommunityCard(DomainError):
    """A community card is nobody's own, so nobody can share its use."""

    code = "grant_community_card"


def check_open(opened: OpenCard | None, *, now: datetime) -> OpenCard:
    """Return the card that its holder has open in this browser. Raises CardNotOpen."""
    if opened is None or opened.ends_at <= now:
        raise CardNotOpen()
    return opened


def usable(line: str, *, today: date) -> Card:
    """Return the card of a line that its holder has in hand. Raises CardClosed, CommunityCard."""
    return checked(newest(line), today=today)


def newest(line: str) -> Card | None:
    """Return the newest card of a line that no other has replaced."""
    query = sa.select(Card).where(Card.line == line, Card.state != State.REPLACED).order_by(Card.id.desc()).limit(1)
    return db.session.scalar(query.execution_options(populate_existing=True))


def checked(card: Card | None, *, today: date) -> Card:
    """Return a card whose use may be shown today. Raises CardClosed, CommunityCard."""
    if card is None or is_over(card, today=today):
        raise CardClosed()
    if card.kind is not CardKind.PERSONAL:
        raise CommunityCard()
    if card_rules.state_on(card.state, card.suspended_until, today) not in (State.ACTIVE, State.SUSPENDED):
        raise CardClosed()
    return card


def is_over(card: Card | None, *, today: date) -> bool:
    """Return whether a line has come to its end: its newest card is returned, past its last day or gone. A blocked card
    is not over; it may be found, or another takes its place.
    """
    if card is None or card.last_valid_on is None or card.last_valid_on < today:
        return True
    return card.state not in (State.ACTIVE, State.SUSPENDED, State.BLOCKED)


def earlier_days(opened: OpenCard, *, now: datetime) -> list[date]:
    """Return the days up to today with recorded visits, newest first: what the client may tick. Raises CardNotOpen."""
    opened = check_open(opened, now=now)
    found = visits.of_line(opened.line, last_on=period.day_of(now))
    return list(dict.fromkeys(visit.on_day for visit in found))
