"""The holder's own page, open in one browser: opened with the card's number and the own key, closed after five minutes.

No member of staff can open one by signing in, and nothing here knows who is signed in. Only a hash of the cookie's
token is kept, and the line of cards under seal.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kaikukortti.db import db
from kaikukortti.errors import DomainError
from kaikukortti.followup import ownkeys, references, store, switches
from kaikukortti.followup.models.holders import KeyTry, OwnSession
from kaikukortti.followup.models.switches import AreaSwitch
from kaikukortti.models.cards import Card
from kaikukortti.models.network import Unit
from kaikukortti.rules import number
from kaikukortti.rules.card import CardKind

LASTS = timedelta(minutes=5)
LONGEST = timedelta(minutes=60)  # with "five minutes more": WCAG 2.2.1 wants a limit that can be moved ten times
FREE_TRIES, FREE_TRIES_OF_SENDER = 5, 30  # a library's readers share one network address
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15))
REMEMBERED = timedelta(days=1)


class OwnKeyWrong(DomainError):
    """Nothing was opened: an unknown card, a wrong key, a card without one, an area without own cards. Never which."""

    code = "own_key_wrong"


class OwnKeyWait(DomainError):
    """There were too many tries that opened nothing; details hold `until`. It never lasts."""

    code = "own_key_wait"

    def __init__(self, *, until: datetime) -> None:
        super().__init__(until=until)
        self.until = until


@dataclass(frozen=True)
class Opened:
    """The secret for the browser's cookie, and when the page closes by itself."""

    token: str
    ends_at: datetime


@dataclass(frozen=True)
class OpenCard:
    """An open own page: the line of cards and its name here, its area, and until when it is open."""

    line_ref: str
    line: str
    ends_at: datetime
    area_id: int


def is_in_use() -> bool:
    """Return whether any area has own cards on: otherwise the pages do not exist."""
    with store.reading() as session:
        on = sa.select(sa.exists().where(AreaSwitch.is_on.is_(True), AreaSwitch.own_card_is_on.is_(True)))
        return bool(session.scalar(on))


def open(card_text: str, key: str, *, sender: str, now: datetime, secret: str) -> Opened:
    """Open the own page of the card that a number and its holder's key name; `sender` is the network address.

    Every try is counted before it is looked at, and the work is the same whatever is wrong. Raises OwnKeyWrong,
    OwnKeyWait.
    """
    tries = _tries(card_text, sender=sender, secret=secret)
    with store.writing() as session:
        _count(session, tries, now=now)
    line, area_id = _find(card_text)
    line_ref = references.of_line(line, secret=secret)
    is_on = switches.of_area(area_id).own_card
    if not ownkeys.is_right(key, line_ref=line_ref) or not line or not is_on:
        raise OwnKeyWrong()
    opened = Opened(secrets.token_urlsafe(32), now + LASTS)
    with store.writing() as session:
        _forgive(session, tries)
        session.execute(sa.delete(OwnSession).where(OwnSession.ends_at <= now))
        session.add(
            OwnSession(
                token_hash=_hash(opened.token),
                line_ref=line_ref,
                sealed_line=references.seal(line, secret=secret),
                opened_at=now,
                ends_at=opened.ends_at,
            )
        )
    return opened


def find(token: str, *, now: datetime, secret: str) -> OpenCard | None:
    """Return the own page that a cookie's token holds open, None once it has ended or was closed."""
    with store.reading() as session:
        row = session.get(OwnSession, _hash(token))
    if row is None or row.ends_at <= now:
        return None
    line = references.unseal(row.sealed_line, secret=secret)
    area_id = line and db.session.scalar(_OF_LINE.where(Card.line == line))
    if not line or not area_id or not switches.of_area(area_id).own_card:
        return None
    return OpenCard(row.line_ref, line, row.ends_at, area_id)


def extend(token: str, *, now: datetime) -> datetime | None:
    """Hold an open page open for five more minutes, an hour in all at most; return until when, None once it ended."""
    with store.writing() as session:
        row = session.get(OwnSession, _hash(token), with_for_update=True)
        if row is None or row.ends_at <= now:
            return None
        row.ends_at = max(row.ends_at, min(now + LASTS, row.opened_at + LONGEST))
        return row.ends_at


def close(token: str) -> None:
    """Close an own page; one that is closed stays so."""
    with store.writing() as session:
        session.execute(sa.delete(OwnSession).where(OwnSession.token_hash == _hash(token)))


def _find(card_text: str) -> tuple[str, int]:
    """Return the line and the area of the personal card that a text names; nothing and 0 where there is none."""
    wanted = sa.select(Card.line, Unit.area_id).join(Unit, Unit.id == Card.unit_id)
    row = db.session.execute(
        wanted.where(Card.number == number.candidate(card_text), Card.kind == CardKind.PERSONAL, Card.line.is_not(None))
    ).one_or_none()
    return (row.line, row.area_id) if row else ("", 0)


def _tries(card_text: str, *, sender: str, secret: str) -> dict[str, int]:
    """Return under which names a try is counted, and how many each has free, in the order in which they are locked."""
    of_sender = references.keyed("own key sender", sender, secret=secret)
    return {ownkeys.tries_of(card_text, secret=secret): FREE_TRIES, of_sender: FREE_TRIES_OF_SENDER}


def _count(session: Session, tries: dict[str, int], *, now: datetime) -> None:
    session.execute(sa.delete(KeyTry).where(KeyTry.last_at < now - REMEMBERED))
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    rows = []
    for subject in tries:
        new = dialect.insert(KeyTry).values(subject=subject, failures=0, last_at=now)
        session.execute(new.on_conflict_do_nothing())
        rows.append(session.get_one(KeyTry, subject, with_for_update=True))
    waits = [row.wait_until for row in rows if row.wait_until is not None and row.wait_until > now]
    if waits:
        raise OwnKeyWait(until=max(waits))
    for row in rows:
        row.failures, row.last_at = row.failures + 1, now
        beyond = row.failures - tries[row.subject]
        row.wait_until = None if beyond < 0 else now + WAITS[min(beyond, len(WAITS) - 1)]


def _forgive(session: Session, tries: dict[str, int]) -> None:
    """Forget the tries for a number whose key was right; the sender's count loses this one alone."""
    of_number, of_sender = tries
    session.execute(sa.delete(KeyTry).where(KeyTry.subject == of_number))
    less = sa.update(KeyTry).where(KeyTry.subject == of_sender).values(failures=KeyTry.failures - 1, wait_until=None)
    session.execute(less)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


_OF_LINE = sa.select(Unit.area_id).join(Card, Card.unit_id == Unit.id).order_by(Card.id.desc()).limit(1)
