"""Words of bookings: what is booked, by whom, where it stands, what a group may need."""

import re
from datetime import datetime
from enum import StrEnum

_REF = re.compile("[0-9a-f]{16}")


class BookingKind(StrEnum):
    """One holder with the own children, or a unit's group with a community card."""

    SINGLE = "single"
    GROUP = "group"


class BookedBy(StrEnum):
    """Who made a booking: the venue at its desk or by telephone, a unit for a client or a group, a ticket seller."""

    VENUE = "venue"
    UNIT = "unit"
    SELLER = "seller"


class BookingState(StrEnum):
    """Where a booking stands. A group asks first; one on the waiting list is offered a place for a while."""

    ASKED = "asked"
    BOOKED = "booked"
    WAITING = "waiting"
    OFFERED = "offered"
    REDEEMED = "redeemed"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    EXPIRED = "expired"
    NO_SHOW = "no_show"


class BookingNews(StrEnum):
    """What happened to a booking that its maker has not read yet: its date was called off or moved, the group that was
    asked for may come or may not.
    """

    CALLED_OFF = "called_off"
    MOVED = "moved"
    ACCEPTED = "accepted"
    DECLINED = "declined"


# These keep places of a quota until they are redeemed or come to an end. A group that asks keeps none.
KEEPING = (BookingState.BOOKED, BookingState.OFFERED)
# These may still become a visit.
OPEN = (BookingState.ASKED, BookingState.BOOKED, BookingState.WAITING, BookingState.OFFERED)


class AccessNeed(StrEnum):
    """What a group needs of a place, for the whole group and never for a person in it."""

    STEP_FREE = "step_free"
    HEARING_LOOP = "hearing_loop"
    INTERPRETER_SEAT = "interpreter_seat"
    SEATS = "seats"
    CALM_PLACE = "calm_place"
    GUIDE = "guide"


def is_ref(text: str) -> bool:
    """Return whether a text has the shape of a booking's opaque name: 16 hexadecimal digits."""
    return _REF.fullmatch(text) is not None


def state_now(state: BookingState, *, offered_until: datetime | None, ends_at: datetime, now: datetime) -> BookingState:
    """Return where a booking stands at this moment: offers run out and events end though nobody writes it down."""
    if state is BookingState.OFFERED and offered_until is not None and offered_until <= now:
        return BookingState.EXPIRED
    if now < ends_at:
        return state
    if state is BookingState.BOOKED:
        return BookingState.NO_SHOW
    return BookingState.EXPIRED if state in OPEN else state
