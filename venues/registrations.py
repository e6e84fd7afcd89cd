"""A venue's registrations of one day, one by one, for those who work there: what counts, and why something does not.

No card is named, whatever its age, so that nobody can browse who was there (security.md, case 6).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models import counted
from kaikukortti.models.ledger import Device, Entry, Scan, ScanDecision
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import access
from kaikukortti.rules.access import Actor
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.flag import Flag, WithdrawalReason
from venues import reconcile

MOST_SHOWN = 30
Names = tuple[str, str, str]


class Standing(StrEnum):
    """What a registration is worth in the figures, and why."""

    COUNTED = "counted"
    WAITS = "waits"
    SET_ASIDE = "set_aside"
    UNDONE = "undone"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Registration:
    """Tickets that were registered. `title` is the event's in fi, sv and en, None for a house visit; `device` is None
    for what was entered later; `reason` is why a manager took it back.
    """

    scan_id: str
    at: datetime
    on_day: date
    title: Names | None
    counts: Counts
    entry: Entry
    device: str | None
    standing: Standing
    reason: WithdrawalReason | None


def count_day(venue_id: int, *, on_day: date, actor: Actor) -> int:
    """Return how many registrations `list_day` has in all. Raises NotFound for another venue."""
    query = sa.select(sa.func.count()).select_from(Scan).where(*_of_day(venue_id, on_day, actor))
    return db.session.scalar(query) or 0


def list_day(venue_id: int, *, on_day: date, actor: Actor, skip: int = 0) -> list[Registration]:
    """Return the own venue's registrations that belong to a day, the newest first, at most thirty.

    Raises NotFound for another venue.
    """
    query = _registrations().where(*_of_day(venue_id, on_day, actor))
    query = query.order_by(Scan.occurred_at.desc(), Scan.scan_id).offset(skip).limit(MOST_SHOWN)
    return [_registration(row) for row in db.session.execute(query)]


def read(scan_id: str, *, actor: Actor) -> Registration:
    """Return one registration of the manager's venue. Raises NotFound for another's, and for an undo."""
    row = db.session.execute(_registrations().where(Scan.scan_id == scan_id, Scan.undoes.is_(None))).one_or_none()
    if row is None or not access.may_manage_venue(actor, venue_id=row.Scan.venue_id):
        raise NotFound()
    return _registration(row)


def _of_day(venue_id: int, on_day: date, actor: Actor) -> Sequence[sa.ColumnElement[bool]]:
    if not access.may_see_evening(actor, venue_id=venue_id):
        raise NotFound()
    tickets = sum((getattr(Scan, kind) for kind in vars(Counts())), start=sa.literal(0))
    return Scan.venue_id == venue_id, Scan.on_day == on_day, Scan.undoes.is_(None), tickets > 0


def _registrations() -> sa.Select[Any]:
    undo, raised, closed, withdrawn = aliased(Scan), aliased(ScanDecision), aliased(ScanDecision), aliased(ScanDecision)
    is_undone = sa.exists().where(
        undo.undoes == Scan.scan_id, undo.venue_id + 0 == Scan.venue_id, ~counted.is_set_aside(undo)
    )
    is_closed = sa.exists().where(
        closed.scan_id == raised.scan_id, closed.flag == raised.flag, closed.answer.is_not(None)
    )
    is_asked = sa.exists().where(raised.scan_id == Scan.scan_id, raised.flag.in_(reconcile.HOLDS_BACK), ~is_closed)
    reason = sa.select(withdrawn.reason).where(withdrawn.scan_id == Scan.scan_id, withdrawn.flag == Flag.WITHDRAWN)
    return (
        sa.select(Scan, Event, Device.name.label("device"), reason.limit(1).scalar_subquery().label("withdrawn"))
        .add_columns(counted.is_counted().label("counts"), is_undone.label("undone"), is_asked.label("asked"))
        .select_from(Scan)
        .outerjoin(Occurrence, sa.and_(Occurrence.id == Scan.occurrence_id, ~counted.is_detached()))
        .outerjoin(Event, Event.id == Occurrence.event_id)
        .outerjoin(Device, Device.id == Scan.device_id)
    )


def _registration(row: Any) -> Registration:
    scan, event = row.Scan, row.Event
    title = None if event is None else (event.title_fi, event.title_sv or "", event.title_en or "")
    counts = Counts(**{kind: getattr(scan, kind) for kind in vars(Counts())})
    return Registration(
        scan_id=scan.scan_id,
        at=scan.occurred_at,
        on_day=scan.on_day,
        title=title,
        counts=counts,
        entry=scan.entry,
        device=row.device,
        standing=_standing(row),
        reason=row.withdrawn,
    )


def _standing(row: Any) -> Standing:
    if row.withdrawn is not None:
        return Standing.WITHDRAWN
    if row.undone:
        return Standing.UNDONE
    if row.counts:
        return Standing.COUNTED
    return Standing.WAITS if row.asked else Standing.SET_ASIDE
