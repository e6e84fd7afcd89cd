"""Feedback of units and venues to their coordinator, and the one answer to each. The partner's own people see both."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.messaging import freetext, homes
from kaikukortti.models.messages import FeedbackKind, PartnerFeedback
from kaikukortti.models.network import Unit, Venue
from kaikukortti.rules.access import Actor

LONGEST_TEXT = 2000
MOST_SHOWN = 200


class IsAnswered(DomainError):
    """There is an answer already; the partner asks anew if it does not help."""

    code = "message_is_answered"


@transactional
def send(text: str, *, kind: FeedbackKind, actor: Actor, now: datetime) -> int:
    """Write to the coordinator for the own unit or venue; return the message's id.

    Raises NotAllowed for who works for none, and as freetext.kept does.
    """
    home = homes.own_home(actor)
    message = PartnerFeedback(
        **vars(home),
        kind=kind,
        text=freetext.kept(text, most=LONGEST_TEXT),
        sent_at=now,
        sent_by=actor.user_id,
    )
    db.session.add(message)
    db.session.flush()
    detail = {"feedback": message.id, "kind": kind.value}
    audit.record("feedback.sent", actor=actor, now=now, detail=detail)
    return message.id


@transactional
def answer(feedback_id: int, text: str, *, actor: Actor, now: datetime) -> None:
    """Answer a partner of the coordinator's area. Raises NotFound, IsAnswered, as freetext.kept does."""
    query = _of_area(actor).where(PartnerFeedback.id == feedback_id)
    message = db.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if message is None:
        raise NotFound()
    if message.answered_at is not None:
        raise IsAnswered()
    message.answer = freetext.kept(text, most=LONGEST_TEXT)
    message.answered_at, message.answered_by = now, actor.user_id
    audit.record("feedback.answered", actor=actor, now=now, detail={"feedback": message.id})


def list_own(*, actor: Actor) -> Sequence[PartnerFeedback]:
    """Return what the own unit or venue has written, the newest first."""
    query = _of_home(actor).order_by(PartnerFeedback.id.desc()).limit(MOST_SHOWN)
    return db.session.scalars(query).all()


def look_own(feedback_id: int, *, actor: Actor) -> PartnerFeedback:
    """Return a message of the own unit or venue with its answer. Raises NotFound."""
    found = db.session.scalar(_of_home(actor).where(PartnerFeedback.id == feedback_id))
    if found is None:
        raise NotFound()
    return found


def list_of_area(*, actor: Actor) -> list[tuple[PartnerFeedback, Unit | Venue]]:
    """Return what the partners of the coordinator's area have written: what waits first, the oldest of it on top."""
    query = _with_partner(actor).order_by(
        PartnerFeedback.answered_at.is_not(None), PartnerFeedback.answered_at.desc(), PartnerFeedback.id
    )
    rows = db.session.execute(query.limit(MOST_SHOWN))
    return [(message, unit or venue) for message, unit, venue in rows]


def look(feedback_id: int, *, actor: Actor) -> tuple[PartnerFeedback, Unit | Venue]:
    """Return a message of the coordinator's area and whose it is. Raises NotFound."""
    row = db.session.execute(_with_partner(actor).where(PartnerFeedback.id == feedback_id)).one_or_none()
    if row is None:
        raise NotFound()
    message, unit, venue = row
    return message, unit or venue


def count_waiting(area_id: int) -> int:
    """Return how many messages of an area's partners have no answer yet."""
    query = sa.select(sa.func.count(PartnerFeedback.id)).where(
        PartnerFeedback.area_id == area_id, PartnerFeedback.answered_at.is_(None)
    )
    return db.session.scalar(query) or 0


def _of_area(actor: Actor) -> sa.Select[PartnerFeedback]:
    return sa.select(PartnerFeedback).where(PartnerFeedback.area_id == homes.own_area(actor))


def _with_partner(actor: Actor) -> sa.Select[PartnerFeedback, Unit, Venue]:
    query = sa.select(PartnerFeedback, Unit, Venue).where(PartnerFeedback.area_id == homes.own_area(actor))
    return query.outerjoin(Unit, Unit.id == PartnerFeedback.unit_id).outerjoin(
        Venue, Venue.id == PartnerFeedback.venue_id
    )


def _of_home(actor: Actor) -> sa.Select[PartnerFeedback]:
    home = homes.own_home(actor)
    return sa.select(PartnerFeedback).where(
        PartnerFeedback.unit_id == home.unit_id
        if home.unit_id is not None
        else PartnerFeedback.venue_id == home.venue_id
    )
