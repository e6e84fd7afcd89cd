"""What the holder sees of what is shared: with whom, until when, who has looked; and how the holder takes it back."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.followup import grantcards, grants, store
from kaikukortti.followup.models.episodes import Episode, Grant, Look, Scope
from kaikukortti.followup.ownsessions import OpenCard
from kaikukortti.models.network import Unit
from kaikukortti.rules import period

MOST_LOOKS = 200


@dataclass(frozen=True)
class SharedRow:
    """A grant as its holder sees it. `unit` is there to be named."""

    id: int
    unit: Unit | None
    scope: Scope
    from_on: date
    expires_on: date
    given_on: date
    names: tuple[str, ...]
    days: tuple[date, ...]


@dataclass(frozen=True)
class LookRow:
    """Somebody looked: who, of which unit, when, and how much was shown."""

    at: datetime
    name: str
    unit: Unit | None
    scope: Scope


def list_shared(opened: OpenCard | None, *, now: datetime) -> list[SharedRow]:
    """Return what the holder shares now; what is over is deleted. Raises grantcards.CardNotOpen."""
    opened, today = grantcards.check_open(opened, now=now), period.day_of(now)
    query = sa.select(Grant, Episode.unit_id).join(Episode, Episode.id == Grant.episode_id)
    with store.reading() as session:
        found = session.execute(query.where(Grant.line_ref == opened.line_ref).order_by(Grant.id)).all()
        named = _units({unit_id for _, unit_id in found})
        rows = [_shared(grant, named.get(unit_id)) for grant, unit_id in found]
    if any(row.expires_on < today for row in rows):
        grants.delete_over(Grant.line_ref == opened.line_ref, today=today)
    return [row for row in rows if row.expires_on >= today]


def list_looks(opened: OpenCard | None, *, now: datetime) -> list[LookRow]:
    """Return who has looked, newest first, also through leave that is gone. Raises grantcards.CardNotOpen."""
    opened = grantcards.check_open(opened, now=now)
    query = sa.select(Look).where(Look.line_ref == opened.line_ref).order_by(Look.at.desc(), Look.id.desc())
    with store.reading() as session:
        looks = session.scalars(query.limit(MOST_LOOKS)).all()
    named = _units({look.unit_id for look in looks})
    return [LookRow(look.at, look.name, named.get(look.unit_id), look.scope) for look in looks]


def withdraw(grant_id: int, *, opened: OpenCard | None, now: datetime) -> None:
    """Take leave back, as the holder: it is deleted. Does nothing where it is gone. Raises grantcards.CardNotOpen."""
    opened = grantcards.check_open(opened, now=now)
    with store.writing() as session:
        grants.delete(session, Grant.id == grant_id, Grant.line_ref == opened.line_ref)


def _shared(grant: Grant, unit: Unit | None) -> SharedRow:
    return SharedRow(
        id=grant.id,
        unit=unit,
        scope=grant.scope,
        from_on=grant.from_on,
        expires_on=grant.expires_on,
        given_on=period.day_of(grant.given_at),
        names=tuple(worker.name for worker in grants.by_name(grant.workers)),
        days=tuple(day.on_day for day in grant.days),
    )


def _units(unit_ids: set[int]) -> dict[int, Unit]:
    if not unit_ids:
        return {}
    return {unit.id: unit for unit in db.session.scalars(sa.select(Unit).where(Unit.id.in_(unit_ids)))}
