"""The words of every list that people choose from, in the order in which they are shown."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

CATEGORIES = {
    "culture": _l("Culture"),
    "education": _l("Education"),
    "science": _l("Science"),
    "sport": _l("Sport"),
}

EVENT_KINDS = {
    "performance": _l("Performance or concert"),
    "exhibition": _l("Exhibition"),
    "course": _l("Course"),
    "period_pass": _l("Season pass"),
    "match": _l("Match"),
}

CARD_KINDS = {"personal": _l("Personal card"), "community": _l("Community card")}

CARD_STATES = {
    "stock": _l("Not handed out"),
    "active": _l("In use"),
    "suspended": _l("Paused"),
    "blocked": _l("Blocked"),
    "replaced": _l("Replaced"),
    "returned": _l("Returned"),
    "destroyed": _l("Destroyed"),
    "anonymised": _l("Anonymised"),
}

BLOCK_REASONS = {"lost": _l("Lost"), "stolen": _l("Stolen"), "misuse": _l("Misuse")}

OPENING_REASONS = {"found": _l("Found"), "mistake": _l("Blocked by mistake")}

CARD_REASONS = {
    **BLOCK_REASONS,
    **OPENING_REASONS,
    "spoiled": _l("Spoiled"),
    "lost_in_post": _l("Lost in the post"),
}

CARD_ACTIONS = {
    "print": _l("Printed"),
    "register": _l("Handed out"),
    "renew": _l("Renewed"),
    "replace": _l("Replaced by a new card"),
    "suspend": _l("Paused"),
    "resume": _l("Pause ended"),
    "block": _l("Blocked"),
    "unblock": _l("Opened again"),
    "return": _l("Returned"),
    "correct": _l("Corrected"),
    "undo": _l("Handing out undone"),
    "destroy": _l("Destroyed"),
}

ENTERED_FIELDS = {
    "birth_year": _l("Year of birth"),
    "postcode": _l("Postcode of the home"),
    "children": _l("Children"),
    "ticket_budget": _l("Tickets a year"),
}

RENEWED_ONTO = {"same": _l("The same card"), "new": _l("A new card")}

BARRIERS = {
    "transport": _l("Getting there"),
    "company": _l("No company"),
    "not_knowing": _l("Not knowing what is on"),
    "new_place": _l("A new place feels daunting"),
    "health": _l("Health or strength"),
    "childcare": _l("Care of the children"),
    "times": _l("The times do not suit"),
    "sold_out": _l("The tickets had run out"),
    "offer": _l("Nothing of interest on offer"),
    "treatment": _l("How one was received there"),
    "card_lost": _l("The card was not at hand"),
    "other": _l("Something else"),
}

ENTRIES = {
    "camera": _l("Camera"),
    "scanner": _l("Hand scanner"),
    "typed": _l("Typed number"),
    "backlog": _l("Entered later"),
}

WITHDRAWAL_REASONS = {
    "mistake": _l("Registered by mistake"),
    "not_used": _l("The tickets were not used"),
    "wrong_event": _l("Wrong event"),
    "wrong_count": _l("Wrong number of tickets"),
    "double": _l("Registered twice"),
}

PARTNER_STATES = {
    "active": _l("Active"),
    "invited": _l("Invited"),
    "paused": _l("Paused"),
    "left": _l("Has left"),
}

PARTNER_STATE_MEANINGS = {
    "active": _l("Takes part: cards are handed out, visits are taken."),
    "invited": _l("Prepares: people sign in and read, no cards are handed out, nothing is shown in the offer."),
    "paused": _l("Rests: no new cards, nothing to book. What holders have stays valid."),
    "left": _l("Nobody signs in for it, its tablets are out of use."),
}

AREA_ROLES = {"coordinator": _l("Coordinator"), "viewer": _l("Statistics viewer")}

UNIT_ROLES = {"worker": _l("Card issuer")}

VENUE_ROLES = {"venue_manager": _l("Venue manager"), "venue_staff": _l("Venue staff")}

GENDERS = {"woman": _l("Woman"), "man": _l("Man"), "other": _l("Other")}

LIFE_SITUATIONS = {
    "job_seeker": _l("Unemployed job-seeker"),
    "work_activity": _l("In rehabilitative work activity"),
    "student": _l("Student"),
    "low_income": _l("Employed, low income or part-time"),
    "entrepreneur": _l("Entrepreneur"),
    "sick_leave": _l("On sick leave or in rehabilitation"),
    "disability_pension": _l("On disability pension"),
    "old_age_pension": _l("On old-age pension"),
    "home_with_children": _l("At home with children"),
    "family_carer": _l("Family carer"),
    "newcomer": _l("Newcomer in the integration phase"),
    "service": _l("In military or civil service"),
    "other": _l("Other situation"),
}

HOME_LANGUAGES = {
    "fi": _l("Finnish"),
    "sv": _l("Swedish"),
    "ru": _l("Russian"),
    "en": _l("English"),
    "other": _l("Another language"),
}


def options(words: Mapping[str, Any], *, unanswered: str | None = None) -> list[tuple[str, str]]:
    """Return the choices of a select field; `unanswered` becomes a first, empty choice."""
    first = [] if unanswered is None else [("", unanswered)]
    return first + [(value, str(word)) for value, word in words.items()]


def word(words: Mapping[str, Any], value: StrEnum | str | None) -> str:
    """Return the word of a value, or nothing for no value."""
    return "" if value is None else str(words[str(value)])
