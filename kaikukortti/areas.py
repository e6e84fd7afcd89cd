"""The coordinator's settings of an area: how long a card is valid, days of grace, whom a holder may call."""

import secrets
from dataclasses import asdict, dataclass
from datetime import date, datetime

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.cards import ListCounter
from kaikukortti.models.network import Area
from kaikukortti.rules import access, legacy
from kaikukortti.rules.access import Actor

# What a tablet judges with: it has to fetch its whole list anew when one of these changes.
JUDGED_WITH = frozenset({"grace_days", "local_only", "legacy_masks", "help_phone"})


class FixedEndPast(DomainError):
    """The common last day lies in the past."""

    code = "fixed_end_past"


class MaskImpossible(DomainError):
    """A shape of earlier card numbers is not one; details hold `mask`."""

    code = "mask_impossible"


@dataclass(frozen=True)
class AreaSettings:
    """What the coordinator may change. `fixed_end_on` comes before `validity_months` while it lies ahead."""

    name_fi: str
    name_sv: str
    name_en: str
    municipalities: tuple[str, ...]
    validity_months: int
    fixed_end_on: date | None
    grace_days: int
    local_only: bool
    legacy_masks: str
    help_address: str
    help_phone: str
    controller: str = ""
    privacy_contact: str = ""


def read(area_id: int, *, actor: Actor) -> AreaSettings:
    """Return the settings of the coordinator's area. Raises NotFound for others."""
    return _settings_of(_get(area_id, actor))


@transactional
def change(area_id: int, *, actor: Actor, settings: AreaSettings, today: date, now: datetime) -> Area:
    """Change the settings of the coordinator's area; cards that are in use keep their last day.

    Raises NotFound, FixedEndPast, MaskImpossible. A new epoch makes every tablet fetch its list anew.
    """
    area = _get(area_id, actor, lock=True)
    before = _settings_of(area)
    common_end = settings.fixed_end_on
    if common_end is not None and common_end < today and common_end != before.fixed_end_on:
        raise FixedEndPast()
    for mask in settings.legacy_masks.split():
        if not legacy.is_mask(mask):
            raise MaskImpossible(mask=mask)

    changed = sorted(name for name, value in asdict(settings).items() if value != getattr(before, name))
    for name in changed:
        value = getattr(settings, name)
        setattr(area, name, list(value) if isinstance(value, tuple) else value)
    if JUDGED_WITH.intersection(changed):
        new_epoch()
    if changed:
        audit.record("area.changed", actor=actor, now=now, detail={"fields": changed})
    return area


def new_epoch() -> None:
    """Make every tablet fetch its whole list anew, inside the caller's transaction."""
    db.session.execute(sa.update(ListCounter).where(ListCounter.id == 1).values(epoch=secrets.token_hex(4)))


def _get(area_id: int, actor: Actor, *, lock: bool = False) -> Area:
    area = db.session.get(Area, area_id, with_for_update=lock or None, populate_existing=lock)
    if area is None or not access.may_coordinate(actor, area_id=area.id):
        raise NotFound()
    return area


def _settings_of(area: Area) -> AreaSettings:
    return AreaSettings(
        name_fi=area.name_fi,
        name_sv=area.name_sv,
        name_en=area.name_en,
        municipalities=tuple(area.municipalities),
        validity_months=area.validity_months,
        fixed_end_on=area.fixed_end_on,
        grace_days=area.grace_days,
        local_only=area.local_only,
        legacy_masks=area.legacy_masks,
        help_address=area.help_address,
        help_phone=area.help_phone,
        controller=area.controller,
        privacy_contact=area.privacy_contact,
    )
