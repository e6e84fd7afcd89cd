"""Feedback on accessibility: anybody sends it, the coordinator answers within 14 days, an address goes after 30 more.

The law that asks for this: 306/2019, section 8. The statement itself is a page (web/messaging).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.mailing import queue
from kaikukortti.messaging import freetext, homes
from kaikukortti.messaging.feedback import IsAnswered
from kaikukortti.models.messages import AccessibilityFeedback
from kaikukortti.models.network import Area
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor

DUE_WITHIN = timedelta(days=14)
ADDRESS_KEPT = timedelta(days=30)  # after the answer
LONGEST_TEXT = 2000
LONGEST_ANSWER = 2000
LONGEST_PAGE = 200
LONGEST_ADDRESS = 254
MOST_SHOWN = 200


class AddressImpossible(DomainError):
    """This is no e-mail address."""

    code = "accessibility_address"


@dataclass(frozen=True)
class Sent:
    """What somebody sends: what did not work, on which page, and an address for the answer or nothing."""

    area_id: int
    text: str
    page: str
    email: str
    language: str


@dataclass(frozen=True)
class Waiting:
    """How many messages wait for an answer, how many of them too long, and the day that the first is due."""

    count: int
    overdue: int
    first_due_on: date | None


@transactional
def send(sent: Sent, *, now: datetime) -> date:
    """Take a message and return the day by which it is answered.

    Raises NotFound for an unknown area, AddressImpossible, as freetext.kept does.
    """
    if db.session.get(Area, sent.area_id) is None:
        raise NotFound()
    email = sent.email.strip()
    if email and not _is_address(email):
        raise AddressImpossible()
    due_on = period.day_of(now) + DUE_WITHIN
    message = AccessibilityFeedback(
        area_id=sent.area_id,
        page=freetext.kept_line(sent.page, most=LONGEST_PAGE, may_be_empty=True),
        text=freetext.kept(sent.text, most=LONGEST_TEXT),
        email=email,
        language=sent.language,
        sent_at=now,
        due_on=due_on,
    )
    db.session.add(message)
    return due_on


def list_of_area(*, actor: Actor) -> list[AccessibilityFeedback]:
    """Return what was sent to the coordinator's area: what waits first, the first due on top. Raises NotFound."""
    table = AccessibilityFeedback
    query = _of_area(actor).order_by(table.answered_at.is_not(None), table.answered_at.desc(), table.due_on, table.id)
    return list(db.session.scalars(query.limit(MOST_SHOWN)))


def look(message_id: int, *, actor: Actor) -> AccessibilityFeedback:
    """Return a message to the coordinator's area. Raises NotFound."""
    found = db.session.scalar(_of_area(actor).where(AccessibilityFeedback.id == message_id))
    if found is None:
        raise NotFound()
    return found


@transactional
def answer(message_id: int, text: str, *, actor: Actor, now: datetime, secret: str) -> bool:
    """Answer a message; the answer goes by e-mail where there is an address. Return whether it does.

    Raises NotFound, IsAnswered, as freetext.kept does.
    """
    query = _of_area(actor).where(AccessibilityFeedback.id == message_id)
    message = db.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if message is None:
        raise NotFound()
    if message.answered_at is not None:
        raise IsAnswered()
    message.answer = freetext.kept(text, most=LONGEST_ANSWER)
    message.answered_at, message.answered_by = now, actor.user_id
    if message.email:
        facts = {"answer": message.answer, "sent_on": period.day_of(message.sent_at).isoformat()}
        queue.put(
            kind="accessibility_answer",
            language=message.language,
            facts=facts,
            now=now,
            address=message.email,
            key=f"accessibility_answer:{message.id}",
            secret=secret,
        )
    detail = {"message": message.id, "by_mail": bool(message.email)}
    audit.record("accessibility.answered", actor=actor, now=now, detail=detail)
    return bool(message.email)


def count_waiting(area_id: int, *, today: date) -> Waiting:
    """Return how many messages to an area have no answer yet, and how many of them are overdue: one statement."""
    overdue = sa.func.count(sa.case((AccessibilityFeedback.due_on < today, 1)))
    query = sa.select(
        sa.func.count(AccessibilityFeedback.id), overdue, sa.func.min(AccessibilityFeedback.due_on)
    ).where(AccessibilityFeedback.area_id == area_id, AccessibilityFeedback.answered_at.is_(None))
    return Waiting(*db.session.execute(query).one())


@transactional
def forget_addresses(*, now: datetime) -> int:
    """Remove the addresses of what was answered 30 days ago or earlier, and return how many."""
    query = (
        sa.update(AccessibilityFeedback)
        .where(AccessibilityFeedback.email != "", AccessibilityFeedback.answered_at <= now - ADDRESS_KEPT)
        .values(email="")
        .returning(AccessibilityFeedback.id)
    )
    return len(db.session.execute(query).all())


def _of_area(actor: Actor) -> sa.Select[AccessibilityFeedback]:
    return sa.select(AccessibilityFeedback).where(AccessibilityFeedback.area_id == homes.own_area(actor))


def _is_address(text: str) -> bool:
    name, at, host = text.partition("@")
    is_plain = text.isprintable() and not any(sign.isspace() or sign in '<>,;"' for sign in text)
    return (
        bool(at and name and "." in host.strip(".") and "@" not in host) and is_plain and len(text) <= LONGEST_ADDRESS
    )
