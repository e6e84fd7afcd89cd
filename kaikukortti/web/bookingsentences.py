"""What is said when a booking cannot be made, changed or kept. `sentences` merges this; no other user.

To a venue no sentence says why a card is refused: blocked, ended and unknown sound the same.
"""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.web.language import _, ngettext

SENTENCES = {
    "already_booked": _l("The card has a booking for this date already. One card has one booking."),
    "booking_card_refused": _l(
        "This code cannot be booked for this date. Compare it with the card. If it is right, the holder can ask where"
        " the card was given out."
    ),
    "booking_closed": _l("This date takes no more bookings."),
    "booking_ended": _l("This booking has been used, cancelled or is over. Nothing was changed."),
    "booking_nobody": _l("Write how many come: at least one adult or child."),
    "booking_occurrence_over": _l("This date is over already. Choose a coming date."),
    "company_too_late": _l("This date has begun or was called off. Choose another one."),
    "group_already_answered": _l("This visit has been answered or cancelled meanwhile. Nothing was changed."),
    "group_already_planned": _l(
        "The unit has a group at this date already. Cancel that visit, and ask for all who come at once."
    ),
    "group_arrival_impossible": _l("The group comes on the day of the event, at a time that is still ahead."),
    "group_client_needed": _l("A group has one client at least: under 16, or with a card of the own."),
    "group_worker_needed": _l("A worker comes along: the community card is the worker's to show."),
    "occurrence_cancelled": _l("This date has been called off. Choose another one."),
    "offer_gone": _l("The offer has run out, and the place has gone to the next. A new booking is welcome."),
}

STATUS = dict.fromkeys((*SENTENCES, "booking_too_many_tickets", "no_places_left"), 422) | {
    "company_people_impossible": 422,
    "group_already_answered": 409,
    "group_budget_too_small": 422,
    "group_heads_impossible": 422,
    "booking_ended": 409,
    "offer_gone": 409,
    "already_booked": 409,
    "no_places_left": 409,
}


def _too_many(details: dict[str, Any]) -> str:
    adults, children = details["adults"], details["children"]
    if not children:
        return ngettext(
            "The card brings at most %(num)s adult and no children to this date.",
            "The card brings at most %(num)s adults and no children to this date.",
            adults,
        )
    brings = ngettext("%(num)s adult", "%(num)s adults", adults)
    return ngettext(
        "The card brings at most %(adults)s and %(num)s child to this date.",
        "The card brings at most %(adults)s and %(num)s children to this date.",
        children,
        adults=brings,
    )


def _no_places(details: dict[str, Any]) -> str:
    left = details["left"]
    if not left:
        return _("No places with the card are left for this date.")
    return ngettext("Only %(num)s place is left for this date.", "Only %(num)s places are left for this date.", left)


def _budget(details: dict[str, Any]) -> str:
    return ngettext(
        "The community card has %(num)s ticket left this year, planned visits counted.",
        "The community card has %(num)s tickets left this year, planned visits counted.",
        details["left"],
    )


# Sentences with something in them: from the details of the error to the words.
TOLD: dict[str, Callable[[dict[str, Any]], str]] = {
    "booking_too_many_tickets": _too_many,
    "company_people_impossible": lambda details: _("Write a number between 0 and %(most)s.", most=details["most"]),
    "group_budget_too_small": _budget,
    "group_heads_impossible": lambda details: _(
        "A group has at most %(workers)s workers, %(under16)s clients under 16 and %(own_cards)s with own cards.",
        **details,
    ),
    "no_places_left": _no_places,
}
