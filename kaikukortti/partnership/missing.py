"""What is missing in a network, for the coordinator's first page: read from the tables, three statements an area."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.ledger import Device, DeviceState, Scan
from kaikukortti.models.network import Membership, PartnerState, Unit, User, Venue
from kaikukortti.models.partnership import Commitment
from kaikukortti.partnership import commitments, instruction
from kaikukortti.partnership.ours import PartnerName
from kaikukortti.rules import period
from kaikukortti.rules.access import Role

SILENT_AFTER = timedelta(days=14)
NO_USE_AFTER = timedelta(days=60)
INVITED_LONG = timedelta(days=30)
POPUP_TOLD = timedelta(days=14)  # so long before a last day and after it
RESPONSIBLE = 2  # domain.md §2.10: one for the venues' side, one for the issuers' side


class Kind(StrEnum):
    """What is missing, in the order in which it is shown."""

    FEW_RESPONSIBLE = "few_responsible"
    POPUP_ENDING = "popup_ending"
    POPUP_OVER = "popup_over"
    NO_PEOPLE = "no_people"
    INVITED_LONG = "invited_long"
    CONTACT = "contact"
    COMMITMENT = "commitment"
    INSTRUCTION = "instruction"
    NO_DEVICE = "no_device"
    SILENT_DEVICE = "silent_device"
    NO_USE = "no_use"


@dataclass(frozen=True)
class Missing:
    """One thing that is missing. `partner` is None for the area itself. `since` is a day that says more, by kind: the
    last instruction, contact or visit, the day of the invitation, the last day of a pop-up venue; None for never.
    """

    kind: Kind
    partner: PartnerName | None = None
    since: date | None = None


def list_missing(area_id: int, *, today: date) -> list[Missing]:
    """Return what is missing in an area, by kind, then by name. Who may see the area is the caller's business.

    Linear in its partners, whatever the length of the ledger: a venue's visits are looked up from the newest.
    """
    found = [*_of_area(area_id), *_of_units(area_id, today), *_of_venues(area_id, today)]
    order = {kind: place for place, kind in enumerate(Kind)}
    return sorted(found, key=lambda one: (order[one.kind], one.partner.name_fi if one.partner else ""))


def _of_area(area_id: int) -> Iterator[Missing]:
    responsible = (
        sa.select(sa.func.count(Membership.user_id.distinct()))
        .join(Membership.user)
        .where(Membership.area_id == area_id, Membership.role == Role.COORDINATOR, User.disabled_at.is_(None))
    )
    if (db.session.scalar(responsible) or 0) < RESPONSIBLE:
        yield Missing(Kind.FEW_RESPONSIBLE)


def _of_units(area_id: int, today: date) -> Iterator[Missing]:
    query = _partners(Unit, Membership.unit_id, Commitment.unit_id).where(Unit.area_id == area_id)
    for row in db.session.execute(query):
        partner = PartnerName(row.id, None, row.name_fi, row.name_sv, row.name_en)
        yield from _of_partner(partner, row, today)


def _of_venues(area_id: int, today: date) -> Iterator[Missing]:
    enrolled = (Device.venue_id == Venue.id, Device.state == DeviceState.ENROLLED)
    silent_before = period.moment_of(today - SILENT_AFTER, time(0))
    last_contact = sa.func.coalesce(Device.last_contact_at, Device.enrolled_at, type_=Device.enrolled_at.type)
    tickets = Scan.adult + Scan.child + Scan.worker + Scan.under16
    is_used = sa.exists().where(Scan.venue_id == Venue.id, Scan.on_day >= today - NO_USE_AFTER, tickets > 0)
    query = _partners(Venue, Membership.venue_id, Commitment.venue_id).add_columns(
        Venue.last_on,
        sa.exists().where(*enrolled).label("has_device"),
        sa.select(sa.func.min(last_contact))
        .where(*enrolled, last_contact < silent_before)
        .scalar_subquery()
        .label("silent_at"),
        is_used.label("is_used"),
        sa.select(sa.func.max(Scan.on_day)).where(Scan.venue_id == Venue.id).scalar_subquery().label("visited_on"),
    )
    for row in db.session.execute(query.where(Venue.area_id == area_id)):
        partner = PartnerName(None, row.id, row.name_fi, row.name_sv, row.name_en)
        yield from _of_popup(partner, row.last_on, today)
        yield from _of_partner(partner, row, today)
        if row.state is PartnerState.ACTIVE:
            yield from _of_active_venue(partner, row, today)


def _partners(table: Any, member: Any, committed: Any) -> sa.Select[Any]:
    works = sa.exists().where(member == table.id, User.id == Membership.user_id, User.disabled_at.is_(None))
    return sa.select(
        table.id,
        table.name_fi,
        table.name_sv,
        table.name_en,
        table.state,
        table.state_since,
        table.contact_person,
        table.instructed_on,
        works.label("has_people"),
        sa.exists().where(committed == table.id, Commitment.version == commitments.VERSION).label("has_agreed"),
    )


def _of_partner(partner: PartnerName, row: Any, today: date) -> Iterator[Missing]:
    if row.state is PartnerState.LEFT:
        return
    if not row.contact_person:
        yield Missing(Kind.CONTACT, partner)
    if row.state is PartnerState.INVITED:
        if row.state_since is None or row.state_since <= today - INVITED_LONG:
            yield Missing(Kind.INVITED_LONG, partner, row.state_since)
    elif not row.has_agreed:
        yield Missing(Kind.COMMITMENT, partner)
    if not row.has_people and row.state is not PartnerState.PAUSED:
        yield Missing(Kind.NO_PEOPLE, partner)
    is_over = row.instructed_on is None or row.instructed_on + instruction.LASTS <= today
    if is_over and row.state is PartnerState.ACTIVE:
        yield Missing(Kind.INSTRUCTION, partner, row.instructed_on)


def _of_popup(partner: PartnerName, last_on: date | None, today: date) -> Iterator[Missing]:
    if last_on is None or not today - POPUP_TOLD <= last_on <= today + POPUP_TOLD:
        return
    yield Missing(Kind.POPUP_OVER if last_on < today else Kind.POPUP_ENDING, partner, last_on)


def _of_active_venue(partner: PartnerName, row: Any, today: date) -> Iterator[Missing]:
    if not row.has_device:
        yield Missing(Kind.NO_DEVICE, partner)
    elif row.silent_at is not None:
        yield Missing(Kind.SILENT_DEVICE, partner, period.day_of(row.silent_at))
    is_new = row.state_since is not None and row.state_since > today - NO_USE_AFTER
    if not row.is_used and not (is_new and row.visited_on is None):
        yield Missing(Kind.NO_USE, partner, row.visited_on)
