"""What a holder told: exact until the validity is over and its quarter counted for good, then coarse for twelve months,
then gone. A line that is renewed or replaced keeps while any of its cards is valid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from kaikukortti import cardregister
from kaikukortti.db import db, transactional
from kaikukortti.models.cards import Card, CardEvent, CardPeriod, CardTalk, MobileCard
from kaikukortti.models.network import Unit
from kaikukortti.profiles import Profile
from kaikukortti.retention import followups
from kaikukortti.retention.needs import Needs
from kaikukortti.retention.rules import Asked, in_parts
from kaikukortti.rules import keeping, period
from kaikukortti.rules.card import Action, State


@dataclass(frozen=True)
class Due:
    """Lines whose validity is over: those that become coarse now, and how many wait for a count."""

    lines: dict[str, date]
    held: int


def find_ended(needs: Needs, *, today: date) -> Due:
    """Return the lines with exact answers whose last card has ended, by that card's last day. Linear in profiles.

    The quarter of that day has to be revised; where follow-up counts new holders by trait (I-12), the year in which the
    line began, too.
    """
    last_on, begun_on = sa.func.max(Card.last_valid_on), sa.func.min(CardPeriod.first_on)
    query = (
        sa.select(Profile.line, last_on, begun_on, sa.func.max(Unit.area_id))
        .join(Card, Card.line == Profile.line)
        .join(Unit, Unit.id == Card.unit_id)
        .join(CardPeriod, CardPeriod.card_id == Card.id)
        .where(Profile.coarse_on.is_(None))
        .group_by(Profile.line)
        .having(last_on < today)
    )
    due: dict[str, date] = {}
    held = 0
    for line, ended_on, began_on, area_id in db.session.execute(query):
        assert ended_on is not None
        is_counted = ended_on < needs.cube.get(area_id, today) and began_on < needs.followup.get(area_id, date.max)
        held += not is_counted
        if is_counted:
            due[line] = ended_on
    return Due(due, held)


def make_coarse(ended: dict[str, date], *, today: date) -> int:
    """Write what is left of the answers of some lines, a part at a time; return how many were written."""
    return sum(_make_coarse(part, ended, today) for part in in_parts(sorted(ended)))


def find_old(*, today: date) -> list[str]:
    """Return the lines whose coarse answers have been kept long enough, and whose last card ended as long ago."""
    latest = period.add_months(today, -keeping.COARSE_MONTHS)
    query = (
        sa.select(Profile.line)
        .join(Card, Card.line == Profile.line)
        .where(Profile.coarse_on <= latest)
        .group_by(Profile.line)
        .having(sa.func.max(Card.last_valid_on) <= latest)
        .order_by(Profile.line)
    )
    return list(db.session.scalars(query))


def delete(lines: Sequence[str], asked: Asked) -> int:
    """Delete the answers of some lines and all that hangs on them, in follow-up first; return how many went.

    The cards are anonymised: nobody can renew them any more.
    """
    for part in in_parts(lines):
        followups.forget_lines(part, now=asked.now, secret=asked.secret)
        _delete(part, asked.now)
    return len(lines)


def leave_nothing(cards: Sequence[Card], *, state: State, now: datetime) -> None:
    """Remove what is known of the holder from the cards of some lines, in the caller's transaction: answers, children,
    talks, pages for the telephone. Each card is written down to be out of use and goes to the tablets so.
    """
    ids, lines = [card.id for card in cards], {card.line for card in cards if card.line}
    db.session.execute(sa.delete(Profile).where(Profile.line.in_(lines)))
    db.session.execute(sa.delete(CardTalk).where(CardTalk.card_id.in_(ids)))
    pages = sa.update(MobileCard).where(MobileCard.card_id.in_(ids), MobileCard.withdrawn_at.is_(None))
    db.session.execute(pages.values(withdrawn_at=now).execution_options(synchronize_session=False))
    some = sa.update(CardPeriod).where(CardPeriod.card_id.in_(ids), CardPeriod.children > 0)
    db.session.execute(some.values(children=0).execution_options(synchronize_session=False))
    with db.session.no_autoflush:
        n = cardregister.take_numbers(len(cards)) - len(cards)
    for place, card in enumerate(cards, start=1):
        card.state, card.suspended_until, card.children, card.n = state, None, 0, n + place
        event = {"action": Action.RETURN, "state": state, "effective_from": now, "recorded_at": now}
        db.session.add(CardEvent(card_id=card.id, **event))


@transactional
def _make_coarse(lines: Sequence[str], ended: dict[str, date], today: date) -> int:
    valid = sa.select(Card.line).where(Card.line.in_(lines), Card.last_valid_on >= today)
    renewed = set(db.session.scalars(valid))
    query = sa.select(Profile).where(Profile.line.in_(set(lines) - renewed), Profile.coarse_on.is_(None))
    found = db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()
    for profile in found:
        left = keeping.coarse(profile.birth_year, profile.postcode, year=ended[profile.line].year)
        profile.birth_year, profile.postcode, profile.coarse_on = left.birth_year, left.postcode, today
        profile.gender = profile.life_situation = profile.language = None
    return len(found)


@transactional
def _delete(lines: Sequence[str], now: datetime) -> None:
    query = sa.select(Card).where(Card.line.in_(lines)).order_by(Card.id).with_for_update(of=Card)
    cards = db.session.scalars(query.execution_options(populate_existing=True)).all()
    leave_nothing(cards, state=State.ANONYMISED, now=now)
