"""The words of the tablet's screens about bookings. doortexts adds them to the other words of the door."""

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

BOOKING_TEXTS: dict[str, LazyString] = {
    "bookings_title": lazy_gettext("Tonight's bookings"),
    "bookings_open": lazy_gettext("Bookings: %(count)s"),
    "bookings_say": lazy_gettext("Ask for the word and touch it. Where a card is shown, read the card."),
    "bookings_search": lazy_gettext("Search by the word"),
    "bookings_none": lazy_gettext("Nothing has been booked for today."),
    "bookings_not_found": lazy_gettext("No booking has such a word."),
    "bookings_left": lazy_gettext("Still to come: %(count)s of %(total)s"),
    "bookings_print": lazy_gettext("Print the list"),
    "bookings_pen": lazy_gettext("Tick who has come. Destroy the paper after the event."),
    "booking_came": lazy_gettext("Came at %(time)s"),
    "booking_redeemed": lazy_gettext("Has come"),
    "booked_line": lazy_gettext("Booked: %(word)s, %(what)s"),
    "booking_gone": lazy_gettext(
        "This booking is not there any more. You can still register; somebody will look at it."
    ),
    "booked_group": lazy_gettext("Group"),
    "booked_arrives": lazy_gettext("Comes at %(time)s"),
    "own_cards_one": lazy_gettext("1 more with an own card"),
    "own_cards_other": lazy_gettext("%(count)s more with own cards"),
    "own_cards_read": lazy_gettext("Own cards read: %(read)s of %(count)s"),
    "need_step_free": lazy_gettext("A way in without steps"),
    "need_hearing_loop": lazy_gettext("A hearing loop"),
    "need_interpreter_seat": lazy_gettext("Seats from which an interpreter is seen well"),
    "need_seats": lazy_gettext("Seats for resting"),
    "need_calm_place": lazy_gettext("A calm place to wait in"),
    "need_guide": lazy_gettext("Somebody to meet the group at the door"),
    "kind_booked": lazy_gettext("By the word of a booking"),
}
