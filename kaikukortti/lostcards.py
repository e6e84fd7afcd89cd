"""A lost card whose number nobody has: found by what was entered, within the own unit. Blocking it is in cards.py."""

from datetime import datetime

import sqlalchemy as sa

from kaikukortti import audit, cardregister, cardrows
from kaikukortti.cardrows import CardRow
from kaikukortti.db import transactional
from kaikukortti.models.cards import Card
from kaikukortti.profiles import Profile
from kaikukortti.rules import card as card_rules
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import CardKind, State


@transactional
def find(*, birth_year: int, postcode: str, actor: Actor, now: datetime) -> list[CardRow]:
    """Return the own unit's personal cards of a birth year and postcode that can be blocked, the newest first.

    The look is in the audit log. Linear in the unit's cards in use. Raises NotAllowed,
    card_rules.ImpossibleBirthYear, TooYoung, ImpossiblePostcode.
    """
    unit = cardregister.own_unit(actor)
    today = period.day_of(now)
    card_rules.check_birth_year(birth_year, today=today)
    card_rules.check_postcode(postcode)

    query = (
        sa.select(Card)
        .join(Profile, Profile.line == Card.line)
        .where(
            Card.unit_id == unit.id,
            Card.state.in_([State.ACTIVE, State.SUSPENDED]),
            Card.kind == CardKind.PERSONAL,
            Profile.birth_year == birth_year,
            Profile.postcode == postcode,
        )
        .order_by(Card.first_on.desc(), Card.id.desc())
    )
    rows = cardrows.read(query, today=today)
    audit.record("cards.lost_searched", actor=actor, now=now, detail={"count": len(rows)})
    return rows
