"""The words of values from closed lists in what is kept about a holder, by section and column.

The lists of follow-up and of the venues' side stand here again as plain text: these pages know neither package.
"""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.web import choices
from kaikukortti.web.trust import logwords

_SCOPES = {
    "count": _l("Only how many times"),
    "kinds": _l("Also in what kinds of places"),
    "timeline": _l("Also when"),
}

VALUES: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("cards", "kind"): choices.CARD_KINDS,
    ("cards", "state"): choices.CARD_STATES,
    ("periods", "what"): {
        "registration": _l("Handed out"),
        "renewal": _l("Renewed"),
        "replacement": _l("Replaced by a new card"),
        "correction": _l("Corrected"),
    },
    ("events", "action"): choices.CARD_ACTIONS,
    ("events", "state"): choices.CARD_STATES,
    ("events", "reason"): choices.CARD_REASONS,
    ("events", "changed"): choices.ENTERED_FIELDS,
    ("background", "gender"): choices.GENDERS,
    ("background", "life_situation"): choices.LIFE_SITUATIONS,
    ("background", "language"): choices.HOME_LANGUAGES,
    ("bookings", "kind"): {"single": _l("For one client"), "group": _l("For a group")},
    ("bookings", "booked_by"): {
        "venue": _l("The venue"),
        "unit": _l("The unit"),
        "seller": _l("The ticket seller"),
    },
    ("bookings", "state"): {
        "asked": _l("Asked, not answered yet"),
        "booked": _l("Booked"),
        "waiting": _l("On the waiting list"),
        "offered": _l("A place is offered"),
        "redeemed": _l("Came"),
        "cancelled": _l("Cancelled"),
        "declined": _l("Declined"),
        "expired": _l("Ran out"),
        "no_show": _l("Did not come"),
    },
    ("bookings", "access_needs"): {
        "step_free": _l("A way in without steps"),
        "hearing_loop": _l("A hearing loop"),
        "interpreter_seat": _l("Seats from which an interpreter is seen well"),
        "seats": _l("Seats for resting"),
        "calm_place": _l("A calm place to wait in"),
        "guide": _l("Somebody to meet the group at the door"),
    },
    ("visits", "entry"): {
        **choices.ENTRIES,
        "seller": _l("The ticket seller"),
        "imported": _l("From an earlier record"),
    },
    ("visits", "verdict"): {
        "welcome": _l("Welcome"),
        "counts": _l("Welcome, with another number of tickets"),
        "already": _l("Registered already"),
        "check": _l("To be checked"),
        "not_now": _l("Not this time"),
        "technical": _l("Not read"),
    },
    ("visits", "reason"): {
        "wrong_time": _l("Another time"),
        "full": _l("No places left"),
        "limit": _l("As often as the venue gives"),
        "ended": _l("The card had ended"),
        "not_yet": _l("The card was not valid yet"),
        "not_in_use": _l("The card was not in use"),
        "elsewhere": _l("A card from elsewhere"),
        "unregistered": _l("Not handed out yet"),
        "malformed": _l("The code could not be read"),
        "no_answer": _l("No connection"),
        "old_list": _l("The tablet's list was old"),
        "practice_card": _l("A practice card"),
        "live_card": _l("A real card in practice"),
    },
    ("visit_questions", "flag"): {
        "elsewhere": _l("A card from elsewhere"),
        "unregistered": _l("Not handed out yet"),
        "ended": _l("The card had ended"),
        "blocked_unknown": _l("The card was not in use"),
        "double": _l("Recorded twice"),
        "again": _l("A second visit to the same"),
        "children": _l("More children than the card has"),
        "cancelled": _l("The event was called off"),
        "time": _l("The clock of the tablet"),
        "undo_without_scan": _l("Taken back without a visit"),
        "two_places": _l("In two places at the same time"),
        "over": _l("More visitors than places"),
        "device": _l("Sent by another tablet"),
        "undo_late": _l("Taken back late"),
        "withdrawn": _l("Taken back by the venue"),
        "limit": _l("As often as the venue gives"),
        "booking": _l("About a booking"),
    },
    ("visit_questions", "answer"): {
        "count": _l("It counts"),
        "merge": _l("The same visit"),
        "leave": _l("Nothing changes"),
    },
    ("visit_questions", "reason"): choices.WITHDRAWAL_REASONS,
    ("grants", "scope"): _SCOPES,
    ("looks", "scope"): _SCOPES,
    ("episodes", "service"): {
        "social_rehabilitation": _l("Social rehabilitation"),
        "adult_social_work": _l("Social work with adults"),
        "joint_employment": _l("Joint services for employment"),
        "other": _l("Another service"),
    },
    ("results", "phase"): {
        "start": _l("Start"),
        "middle": _l("In between"),
        "end": _l("End"),
        "follow_up": _l("Afterwards"),
    },
    ("results", "mode"): {
        "self": _l("answered alone"),
        "assisted": _l("answered with help"),
        "transferred": _l("brought from elsewhere"),
    },
    ("log", "purpose"): logwords.PURPOSES,
}
