"""What a tablet tells of being prepared: that staff went through the practice deck, that its self-test found all well.

The practice itself and the test run on the tablet; nothing of either comes here but the moment.
"""

from datetime import date, datetime

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.models.ledger import Device
from kaikukortti.models.network import Venue
from kaikukortti.models.partnership import InstructionKind
from kaikukortti.partnership import instruction
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor, Role
from venues.devices import KnownDevice


@transactional
def note_practised(device: KnownDevice, *, practised_at: datetime, now: datetime) -> date:
    """Mark the venue's yearly instruction as done on the Finnish day of the practice; return the day that is kept.

    An earlier day than the one that is kept changes nothing, nor does the same day told again.
    """
    venue = db.session.get_one(Venue, device.venue_id, with_for_update=True, populate_existing=True)
    day = period.day_of(practised_at)
    if venue.instructed_on is not None and venue.instructed_on >= day:
        return venue.instructed_on
    tablet = Actor(None, device.name, Role.VENUE_STAFF, venue_id=device.venue_id)
    instruction.add(venue, InstructionKind.PRACTISED, on_day=day, user_id=None, actor=tablet, now=now)
    detail = {"venue": venue.id, "device": device.device_id, "on": day.isoformat()}
    audit.record("venue.instructed", actor=tablet, now=now, detail=detail)
    return day


@transactional
def note_tested(device: KnownDevice, *, tested_at: datetime) -> None:
    """Write down when the tablet's self-test last found all in order; an earlier moment changes nothing."""
    is_news = sa.or_(Device.tested_at.is_(None), Device.tested_at < tested_at)
    query = sa.update(Device).where(Device.id == device.device_id, is_news).values(tested_at=tested_at)
    db.session.execute(query)
