"""What stands on the sheet that a holder takes home: the code, places near by, what is on; nothing else of the holder.

The texts for the holder are holdertexts' business.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kaikukortti import audit, nearby
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.cards import Card
from kaikukortti.models.network import Area, Unit, Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import access
from kaikukortti.rules import card as card_rules
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.programme import Planned

OFFER_DAYS = 14
MOST_OFFERS = 6


class SheetForPersonalCards(DomainError):
    """A community card has no holder who takes a sheet home."""

    code = "card_is_community"


@dataclass(frozen=True)
class Offer:
    """An event that is on within the fortnight: its next time, and whether there are others."""

    event: Event
    venue: Venue
    starts_at: datetime
    has_more: bool


@dataclass(frozen=True)
class Sheet:
    """Everything on a sheet but its texts. `is_ranked` tells whether the venues are the nearest ones or only some."""

    card_id: int
    number: str
    area: Area
    venues: list[Venue]
    is_ranked: bool
    offers: list[Offer]


@transactional
def read(card_id: int, *, actor: Actor, now: datetime) -> Sheet:
    """Return the sheet of a personal card of the own unit; the look is in the audit log before this returns.

    Raises NotFound, SheetForPersonalCards, card_rules.WrongState for a card that is not in use.
    """
    found = db.session.execute(
        sa.select(Card, Area).join(Unit, Unit.id == Card.unit_id).join(Area).where(Card.id == card_id)
    ).one_or_none()
    if found is None or found[0].line is None or not access.may_see_card(actor, unit_id=found[0].unit_id):
        raise NotFound()
    card, area = found
    if card.kind is CardKind.COMMUNITY:
        raise SheetForPersonalCards()
    today = period.day_of(now)
    if card_rules.state_on(card.state, card.suspended_until, today) not in (State.ACTIVE, State.SUSPENDED):
        raise card_rules.WrongState(state=card.state.value)
    audit.record("card.looked_at", actor=actor, now=now, card_number=card.number, detail={"sheet": True})
    near = nearby.near_holder(card.line, area_id=area.id)
    offers = list_offers(near.venues, from_at=now, today=today)
    return Sheet(card.id, card.number, area, near.venues, near.is_ranked, offers)


def list_offers(venues: list[Venue], *, from_at: datetime, today: date, most: int = MOST_OFFERS) -> list[Offer]:
    """Return what is on at some venues within a fortnight, each event once, in the order of their next times."""
    found = db.session.scalars(
        sa.select(Occurrence)
        .where(
            Occurrence.venue_id.in_([venue.id for venue in venues]),
            Occurrence.on_day.between(today, today + timedelta(days=OFFER_DAYS)),
            Occurrence.starts_at >= from_at,
            Occurrence.state == Planned.ON,
            Occurrence.sold_out.is_(False),
        )
        .options(joinedload(Occurrence.event))
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    times: dict[int, list[Occurrence]] = {}
    for occurrence in found:
        times.setdefault(occurrence.event_id, []).append(occurrence)
    homes = {venue.id: venue for venue in venues}
    return [
        Offer(first.event, homes[first.venue_id], first.starts_at, bool(others))
        for first, *others in list(times.values())[:most]
    ]
