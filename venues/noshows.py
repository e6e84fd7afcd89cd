"""Who was thought not to have come: one press of the venue's registers the visit as it was booked."""

import hashlib
import uuid
from datetime import datetime

from kaikukortti import audit
from kaikukortti.db import transactional
from kaikukortti.models.ledger import Entry
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.booking import BookingState
from venues import bookinglists, paperday, scanning, sync
from venues.bookingchecks import BookingEnded
from venues.judging import Source
from venues.scanrows import Item

_OURS = uuid.UUID("5d0c2f7e-0a43-4d1b-9d2e-6f0b8f7c1a35")


def came_after_all(ref: str, *, actor: Actor, now: datetime) -> None:
    """Register the visit of a booking that nobody redeemed at the door, dated to its event.

    A venue may do so for 30 days, as with a paper list. Raises NotFound for another venue's, BookingEnded unless it is
    a no-show, paperday.DayTooOld.
    """
    line, booking = bookinglists.read_tonight(ref, actor=actor, now=now)
    if line.state is not BookingState.NO_SHOW:
        raise BookingEnded()
    evening = paperday.find_evening(
        booking.venue_id,
        on_day=booking.on_day,
        occurrence=booking.occurrence_id,
        actor=actor,
        today=period.day_of(now),
    )
    item = Item(
        scan_id=str(uuid.uuid5(_OURS, f"{ref}:{booking.changed_at.isoformat()}")),
        occurred=paperday.moment_of(evening, now=now),
        counts=line.counts,
        body_hash=hashlib.sha256(ref.encode()).digest(),
        booking=ref,
        occurrence=booking.occurrence_id,
        entry=Entry.BACKLOG,
    )
    source = Source(evening.venue.id, evening.venue.area_id, user_id=actor.user_id)
    sync.once(lambda: scanning.record_from(item, source=source, received_at=now))
    _note(ref, actor=actor, now=now)


@transactional
def _note(ref: str, *, actor: Actor, now: datetime) -> None:
    audit.record("booking.came_after_all", actor=actor, now=now, detail={"booking": ref})
