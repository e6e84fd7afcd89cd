"""A partner agrees to a version of the commitment, by one of its people. The words are in web/partnership."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotAllowed
from kaikukortti.models.network import Unit, User, Venue
from kaikukortti.models.partnership import Commitment
from kaikukortti.partnership import ours
from kaikukortti.rules.access import Actor, Role

VERSION = "2026-11"
"""The version of the words in web/partnership/commitmentwords: a change of their meaning takes a new one, and every
partner is asked again."""
MAY_AGREE = frozenset({Role.WORKER, Role.VENUE_MANAGER})


class CommitmentChanged(DomainError):
    """The words were changed after the person had opened them."""

    code = "commitment_changed"


@dataclass(frozen=True)
class Agreed:
    """A partner agreed to a version; `by` is the name of who did."""

    version: str
    at: datetime
    by: str

    @property
    def is_current(self) -> bool:
        """Return whether it is the version in force."""
        return self.version == VERSION


def list_agreed(partner: Unit | Venue) -> list[Agreed]:
    """Return what a partner has agreed to, the newest first. Who may see the partner is the caller's business."""
    query = (
        sa.select(Commitment.version, Commitment.agreed_at, User.name)
        .outerjoin(User, User.id == Commitment.agreed_by)
        .where(ours.is_of(Commitment, partner))
        .order_by(Commitment.agreed_at.desc(), Commitment.id.desc())
    )
    return [Agreed(version, at, name or "") for version, at, name in db.session.execute(query)]


def find_current(partner: Unit | Venue) -> Agreed | None:
    """Return how a partner agreed to the version in force, or None."""
    return next((one for one in list_agreed(partner) if one.is_current), None)


@transactional
def agree(version: str, *, actor: Actor, now: datetime) -> None:
    """Agree for the own unit or venue to the version that was read; once more changes nothing.

    Raises NotAllowed for who speaks for none (a worker and a venue's manager do), CommitmentChanged.
    """
    if actor.role not in MAY_AGREE:
        raise NotAllowed()
    if version != VERSION:
        raise CommitmentChanged()
    partner = ours.lock_own(actor)
    there = sa.select(Commitment.id).where(ours.is_of(Commitment, partner), Commitment.version == version)
    if db.session.scalar(there.limit(1)) is not None:
        return
    key = ours.key_of(partner)
    db.session.add(Commitment(**key, version=version, agreed_at=now, agreed_by=actor.user_id))
    audit.record("commitment.agreed", actor=actor, now=now, detail={**key, "version": version})
