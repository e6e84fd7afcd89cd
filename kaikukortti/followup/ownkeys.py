"""The holder's own key: made at the desk, shown once on paper, kept as an Argon2id hash under the line of cards.

It belongs to the line, so it outlives a replacement of the card. The sessions that it opens are in ownsessions.py.
"""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kaikukortti.db import db
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.followup import references, store, switches, trail
from kaikukortti.followup.models.holders import KeyTry, OwnKey, OwnSession
from kaikukortti.models.cards import Card
from kaikukortti.models.network import Unit
from kaikukortti.rules import access
from kaikukortti.rules import card as card_rules
from kaikukortti.rules import number
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import CardKind, State
from kaikukortti.signin import hashing

SYMBOLS = 16  # of 32 kinds: 80 random bits
LONGEST_TEXT = 64
_REPAIRS = str.maketrans("OIL", "011")
_JOINTS = str.maketrans("", "", "-\u2010\u2011\u2013\u2014 ")


class KeyForPersonalCards(DomainError):
    """A community card has no holder who could have a key."""

    code = "card_is_community"


@dataclass(frozen=True)
class Made:
    """A new key in groups of four. It is in nobody's hands but the reader's: it cannot be shown again."""

    key: str


@dataclass(frozen=True)
class Standing:
    """A card of the unit that can have an own key, and when its holder's key was made; None without one."""

    card_id: int
    made_at: datetime | None


def repaired(typed: str) -> str:
    """Return the key that a typed text means: capitals, without hyphens and spaces, O as 0, I and L as 1."""
    if len(typed) > LONGEST_TEXT:
        return ""
    plain = unicodedata.normalize("NFKC", typed).upper()
    return "".join(plain.split()).translate(_JOINTS).translate(_REPAIRS)


def grouped(key: str) -> str:
    """Return a key as people read it: `7K3D-92MX-0QTV-5HA8`."""
    return "-".join(key[at : at + 4] for at in range(0, SYMBOLS, 4))


def tries_of(number_typed: str, *, secret: str) -> str:
    """Return under which name the tries for a typed number are counted."""
    return references.keyed("own key tries", number.candidate(number_typed), secret=secret)


def look(card_id: int, *, actor: Actor, now: datetime, secret: str) -> Standing:
    """Return when the own key of a card of the own unit was made; the look is in the audit log before this returns.

    Raises NotFound, KeyForPersonalCards, card_rules.WrongState for a card that is not in use.
    """
    card = _own_card(card_id, actor=actor)
    trail.record("card.looked_at", actor=actor, now=now, card_number=card.number, detail={"own_key": True})
    return Standing(card.id, _made_at_of(card, secret))


def made_on_card(card_id: int, *, actor: Actor, secret: str) -> datetime | None:
    """Return when the own key of a card of the own unit was made, None without one. Whoever asks has told the log."""
    card = db.session.get(Card, card_id)
    if card is None or not access.may_see_card(actor, unit_id=card.unit_id):
        return None
    return _made_at_of(card, secret)


def make(card_id: int, *, actor: Actor, now: datetime, secret: str) -> Made:
    """Make a key for the holder of a personal card of the own unit and return it, this once; an earlier key works no
    more, and what it had opened is closed.

    Raises NotFound, KeyForPersonalCards, card_rules.WrongState for a card that is not in use.
    """
    card = _own_card(card_id, actor=actor)
    assert card.line is not None and card.unit_id is not None
    key = "".join(secrets.choice(number.SYMBOLS) for _ in range(SYMBOLS))
    line_ref, key_hash = references.of_line(card.line, secret=secret), hashing.hash_of(key)
    with store.writing() as session:
        had_one = _remove(session, line_ref)
        session.add(OwnKey(line_ref=line_ref, key_hash=key_hash, made_at=now, unit_id=card.unit_id))
        session.execute(sa.delete(KeyTry).where(KeyTry.subject == tries_of(card.number, secret=secret)))
        session.flush()
        detail = {"in_place_of_another": had_one}
        trail.record("followup.own_key_made", actor=actor, now=now, card_number=card.number, detail=detail)
    return Made(grouped(key))


def keep(line: str, key: str, *, unit_id: int, now: datetime, secret: str) -> None:
    """Keep a known key for a line of cards: for the demo alone, where everybody may know it."""
    line_ref = references.of_line(line, secret=secret)
    with store.writing() as session:
        _remove(session, line_ref)
        session.add(OwnKey(line_ref=line_ref, key_hash=hashing.hash_of(repaired(key)), made_at=now, unit_id=unit_id))


def made_at(line_ref: str) -> datetime | None:
    """Return when a line's key was made, None without one."""
    with store.reading() as session:
        row = session.get(OwnKey, line_ref)
    return row.made_at if row else None


def forget(line_ref: str) -> None:
    """Remove a line's key as its holder asks, and close what it has opened. No trace of it stays."""
    with store.writing() as session:
        _remove(session, line_ref)


def is_right(typed: str, *, line_ref: str) -> bool:
    """Return whether a typed text is a line's key. The work is the same where the line has none."""
    with store.reading() as session:
        row = session.get(OwnKey, line_ref)
    return hashing.is_right(repaired(typed), row.key_hash if row else None)


def _remove(session: Session, line_ref: str) -> bool:
    """Delete a line's key and its sessions; return whether there was a key."""
    session.execute(sa.delete(OwnSession).where(OwnSession.line_ref == line_ref))
    gone = sa.delete(OwnKey).where(OwnKey.line_ref == line_ref).returning(OwnKey.line_ref)
    return session.scalar(gone) is not None


def _made_at_of(card: Card, secret: str) -> datetime | None:
    return made_at(references.of_line(card.line, secret=secret)) if card.line else None


def _own_card(card_id: int, *, actor: Actor) -> Card:
    """Return a card of the own unit that may have a key. Where the area has own cards off, there is none."""
    card = db.session.get(Card, card_id)
    if card is None or card.line is None or not access.may_see_card(actor, unit_id=card.unit_id):
        raise NotFound()
    area_id = db.session.scalar(sa.select(Unit.area_id).where(Unit.id == card.unit_id))
    if area_id is None or not switches.of_area(area_id).own_card:
        raise NotFound()
    if card.kind is CardKind.COMMUNITY:
        raise KeyForPersonalCards()
    if card.state not in (State.ACTIVE, State.SUSPENDED):
        raise card_rules.WrongState(state=card.state.value)
    return card
