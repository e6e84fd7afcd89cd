"""The yearly instruction of units and venues: read, practised on a tablet, or given at a meeting; who is due for it.

What is to be read is in web/partnership.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.network import PartnerState, Unit, Venue
from kaikukortti.models.partnership import Instruction, InstructionKind
from kaikukortti.partnership import ours
from kaikukortti.partnership.ours import PartnerName
from kaikukortti.rules import access, period
from kaikukortti.rules.access import Actor

LASTS = timedelta(days=365)
TOLD_AFTER = timedelta(days=335)
OLDEST_MEETING = timedelta(days=365)


class MeetingDayImpossible(DomainError):
    """A meeting was held today or on one of the last 365 days."""

    code = "meeting_day_impossible"


class NobodyMet(DomainError):
    """No unit and no venue was chosen."""

    code = "meeting_nobody"


@dataclass(frozen=True)
class Due:
    """A partner whose instruction is over, or will be within a month. `last_on` is None where there was none."""

    partner: PartnerName
    last_on: date | None
    due_on: date
    is_over: bool


def list_due(area_id: int, *, today: date) -> list[Due]:
    """Return the active partners of an area that are to be told of their yearly instruction: those from day 335 on
    after the newest one, and those without any. The longest overdue come first. Two statements.
    """
    found = []
    for table in (Unit, Venue):
        query = sa.select(table.id, table.name_fi, table.name_sv, table.name_en, table.instructed_on).where(
            table.area_id == area_id,
            table.state == PartnerState.ACTIVE,
            sa.or_(table.instructed_on.is_(None), table.instructed_on <= today - TOLD_AFTER),
        )
        for key, fi, sv, en, last_on in db.session.execute(query):
            name = PartnerName(key if table is Unit else None, key if table is Venue else None, fi, sv, en)
            due_on = today if last_on is None else last_on + LASTS
            found.append(Due(name, last_on, due_on, due_on <= today))
    return sorted(found, key=lambda due: (due.last_on or date.min, due.partner.name_fi))


def is_due(last_on: date | None, *, today: date) -> bool:
    """Return whether a partner is to be told: none yet, or 335 days or more since the newest."""
    return last_on is None or last_on <= today - TOLD_AFTER


def own_day(actor: Actor) -> date | None:
    """Return the day on which the actor last said to have read the instruction of this unit or venue."""
    query = sa.select(sa.func.max(Instruction.on_day)).where(
        ours.is_of(Instruction, ours.get_own(actor)),
        Instruction.user_id == actor.user_id,
        Instruction.kind == InstructionKind.READ,
    )
    return db.session.scalar(query)


@transactional
def acknowledge(*, actor: Actor, now: datetime) -> None:
    """Write down that the actor has read the instruction, once a day. Raises NotAllowed for people of an area."""
    partner, today = ours.lock_own(actor), period.day_of(now)
    if own_day(actor) == today:
        return
    add(partner, InstructionKind.READ, on_day=today, user_id=actor.user_id, actor=actor, now=now)
    audit.record("instruction.read", actor=actor, now=now, detail=ours.key_of(partner))


@transactional
def record_meeting(
    on_day: date, *, unit_ids: Collection[int], venue_ids: Collection[int], actor: Actor, now: datetime
) -> int:
    """Write down a meeting at which these partners of the coordinator's area were instructed; return how many.

    Raises NotFound for a partner elsewhere or one that has left, MeetingDayImpossible, NobodyMet.
    """
    today = period.day_of(now)
    if not today - OLDEST_MEETING <= on_day <= today:
        raise MeetingDayImpossible()
    partners: list[Unit | Venue] = [*_lock_all(Unit, unit_ids, actor), *_lock_all(Venue, venue_ids, actor)]
    if not partners:
        raise NobodyMet()
    for partner in partners:
        add(partner, InstructionKind.EVENT, on_day=on_day, user_id=None, actor=actor, now=now)
    detail = {"on": on_day.isoformat(), "units": sorted(set(unit_ids)), "venues": sorted(set(venue_ids))}
    audit.record("instruction.meeting", actor=actor, now=now, detail=detail)
    return len(partners)


def add(
    partner: Unit | Venue, kind: InstructionKind, *, on_day: date, user_id: int | None, actor: Actor, now: datetime
) -> None:
    """Write an instruction of a locked partner in the caller's transaction; the newest day stays beside its name."""
    db.session.add(
        Instruction(
            **ours.key_of(partner),
            kind=kind,
            on_day=on_day,
            user_id=user_id,
            recorded_at=now,
            recorded_by=actor.user_id,
        )
    )
    if partner.instructed_on is None or partner.instructed_on < on_day:
        partner.instructed_on = on_day


def _lock_all(table: type[Unit] | type[Venue], keys: Collection[int], actor: Actor) -> list[Unit | Venue]:
    if not keys:
        return []
    query = sa.select(table).where(table.id.in_(keys)).order_by(table.id).with_for_update(of=table)
    found: list[Unit | Venue] = list(db.session.scalars(query.execution_options(populate_existing=True)))
    is_known = len(found) == len(set(keys))
    if not is_known or not all(_may_meet(partner, actor) for partner in found):
        raise NotFound()
    return found


def _may_meet(partner: Unit | Venue, actor: Actor) -> bool:
    return access.may_coordinate(actor, area_id=partner.area_id) and partner.state is not PartnerState.LEFT
