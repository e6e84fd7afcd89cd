"""Where a booking stands, in words."""

from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.rules.booking import BookingNews, BookingState

WORDS: dict[BookingState, Any] = {
    BookingState.ASKED: _l("Asked, not answered yet"),
    BookingState.BOOKED: _l("Booked"),
    BookingState.WAITING: _l("On the waiting list"),
    BookingState.OFFERED: _l("A place is offered"),
    BookingState.REDEEMED: _l("Came"),
    BookingState.CANCELLED: _l("Cancelled"),
    BookingState.DECLINED: _l("Declined"),
    BookingState.EXPIRED: _l("Ran out"),
    BookingState.NO_SHOW: _l("Did not come"),
}
BADGES: dict[BookingState, str] = {
    BookingState.BOOKED: "neutral",
    BookingState.REDEEMED: "good",
    BookingState.OFFERED: "attention",
    BookingState.ASKED: "attention",
}
NEWS: dict[BookingNews, Any] = {
    BookingNews.CALLED_OFF: _l("Called off"),
    BookingNews.MOVED: _l("Moved"),
    BookingNews.ACCEPTED: _l("The group is welcome"),
    BookingNews.DECLINED: _l("Not this time"),
}
