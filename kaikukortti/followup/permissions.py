"""Permissions of measures: what an administrator has recorded, whether a form is on, scales that the registry leaves
open. Which level a measure may be used on is not decided here but in rules/measure, in code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kaikukortti.errors import DomainError, NotAllowed, NotFound
from kaikukortti.followup import store, texts, trail
from kaikukortti.followup.models.switches import MeasurePermission, MeasureScale
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.measure import MEASURES, Measure

LONGEST_TEXT, LONGEST_VERSION = 120, 60
LARGEST = 10_000
READERS = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR})

Scale = tuple[float, float]


class FormNever(DomainError):
    """This measure has no form here, with or without a permission: its own service works its totals out."""

    code = "form_never"


class PermissionOver(DomainError):
    """A form cannot be switched on by a permission that has expired."""

    code = "permission_over"


class ScaleFixed(DomainError):
    """The range of this measure is published and is not set by hand."""

    code = "scale_fixed"


class ScaleImpossible(DomainError):
    """A scale runs from a lower to a higher number; details hold `domain`."""

    code = "scale_impossible"


class FormState(StrEnum):
    """Whether the answers to a measure's items may be entered, or why not."""

    NEVER = "never"
    UNPERMITTED = "unpermitted"
    OFF = "off"
    EXPIRED = "expired"
    ON = "on"


@dataclass(frozen=True)
class Permission:
    """What was recorded: whose measure, by which reference, for which version of the text, until when."""

    reference: str
    owner: str
    text_version: str
    valid_until: date
    is_form_on: bool


@dataclass(frozen=True)
class Entry:
    """A measure of the registry as it stands in an area. `scales` are by domain, the one total under the empty name."""

    measure: Measure
    permission: Permission | None
    form: FormState
    scales: Mapping[str, Scale]


def list_entries(*, actor: Actor, area_id: int, today: date) -> list[Entry]:
    """Return the registry as it stands in an area, in its own order. Raises NotAllowed for other roles and areas."""
    _check_reader(actor, area_id)
    with store.reading() as session:
        return _entries(session, area_id, today)


def get_entry(code: str, *, actor: Actor, area_id: int, today: date) -> Entry:
    """Return one measure as it stands in an area. Raises NotAllowed, NotFound."""
    _measure(code)
    found = list_entries(actor=actor, area_id=area_id, today=today)
    return next(entry for entry in found if entry.measure.code == code)


def entries_of(area_id: int, *, today: date) -> dict[str, Entry]:
    """Return the registry as it stands in an area by code, for those who record results and answers."""
    with store.reading() as session:
        return {entry.measure.code: entry for entry in _entries(session, area_id, today)}


def entry_within(session: Session, code: str, *, area_id: int, today: date) -> Entry:
    """Return one measure as it stands in an area, within a session. Raises NotFound."""
    _measure(code)
    return next(entry for entry in _entries(session, area_id, today) if entry.measure.code == code)


def record(code: str, *, actor: Actor, area_id: int, permission: Permission, now: datetime) -> None:
    """Record the permission of a measure and switch its form on or off; an earlier one is replaced.

    Raises NotAllowed for anybody but an administrator of the area, NotFound, FormNever, PermissionOver, and what
    texts.kept raises.
    """
    _check_administrator(actor, area_id)
    measure, today = _measure(code), period.day_of(now)
    kept = _checked(permission, measure, today)
    with store.writing() as session:
        row = session.get(MeasurePermission, (area_id, code))
        if row is None:
            row = MeasurePermission(area_id=area_id, code=code)
            session.add(row)
        row.reference, row.owner, row.text_version = kept.reference, kept.owner, kept.text_version
        row.valid_until, row.is_form_on = kept.valid_until, kept.is_form_on
        row.recorded_at, row.recorded_by = now, actor.user_id
        session.flush()
        until = kept.valid_until.isoformat()
        detail = {"measure": code, "reference": kept.reference, "until": until, "form": kept.is_form_on}
        trail.record("followup.permission_recorded", actor=actor, now=now, detail=detail)


def check_text(text: str) -> None:
    """Refuse a text of a permission. Raises what texts.kept raises."""
    texts.kept(text, most=LONGEST_TEXT, may_be_empty=False)


def set_scales(code: str, *, actor: Actor, area_id: int, scales: Mapping[str, Scale], now: datetime) -> None:
    """Set from where to where the open domains of a measure run in the area's printouts.

    It holds from the next result on; each result keeps the scale that it was given on. Raises NotAllowed for anybody
    but an administrator of the area, NotFound, ScaleFixed, ScaleImpossible.
    """
    _check_administrator(actor, area_id)
    open_domains = {domain.code for domain in _measure(code).domains if domain.is_scale_open}
    if not open_domains or scales.keys() - open_domains:
        raise ScaleFixed()
    for domain, (low, high) in scales.items():
        if not -LARGEST <= low < high <= LARGEST:
            raise ScaleImpossible(domain=domain)
    with store.writing() as session:
        for domain, (low, high) in sorted(scales.items()):
            session.merge(MeasureScale(area_id=area_id, code=code, domain=domain, low=low, high=high))
        session.flush()
        detail = {"measure": code, "scales": {domain: list(scale) for domain, scale in sorted(scales.items())}}
        trail.record("followup.scale_set", actor=actor, now=now, detail=detail)


def _entries(session: Session, area_id: int, today: date) -> list[Entry]:
    rows = session.scalars(sa.select(MeasurePermission).where(MeasurePermission.area_id == area_id))
    permissions = {row.code: row for row in rows}
    chosen = session.scalars(sa.select(MeasureScale).where(MeasureScale.area_id == area_id))
    scales = {(row.code, row.domain): (row.low, row.high) for row in chosen}
    return [_entry(measure, permissions.get(code), scales, today) for code, measure in MEASURES.items()]


def _entry(
    measure: Measure, row: MeasurePermission | None, chosen: Mapping[tuple[str, str], Scale], today: date
) -> Entry:
    permission = None
    if row is not None:
        permission = Permission(row.reference, row.owner, row.text_version, row.valid_until, row.is_form_on)
    scales = {part.code: chosen.get((measure.code, part.code), (part.low, part.high)) for part in measure.parts}
    return Entry(measure, permission, _state(measure, permission, today), scales)


def _state(measure: Measure, permission: Permission | None, today: date) -> FormState:
    if not measure.may_have_form:
        return FormState.NEVER
    if permission is None:
        return FormState.UNPERMITTED
    if permission.valid_until < today:
        return FormState.EXPIRED
    return FormState.ON if permission.is_form_on else FormState.OFF


def _checked(permission: Permission, measure: Measure, today: date) -> Permission:
    if permission.is_form_on and not measure.may_have_form:
        raise FormNever()
    if permission.is_form_on and permission.valid_until < today:
        raise PermissionOver(until=permission.valid_until)
    return Permission(
        texts.kept(permission.reference, most=LONGEST_TEXT, may_be_empty=False),
        texts.kept(permission.owner, most=LONGEST_TEXT, may_be_empty=False),
        texts.kept(permission.text_version, most=LONGEST_VERSION, may_be_empty=False),
        permission.valid_until,
        permission.is_form_on,
    )


def _measure(code: str) -> Measure:
    if code not in MEASURES:
        raise NotFound()
    return MEASURES[code]


def _check_reader(actor: Actor, area_id: int) -> None:
    if actor.role not in READERS or actor.area_id != area_id:
        raise NotAllowed()


def _check_administrator(actor: Actor, area_id: int) -> None:
    if actor.role is not Role.ADMINISTRATOR or actor.area_id != area_id:
        raise NotAllowed()
