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

PARTNER_STATES = {
    "active": _l("Active"),
    "invited": _l("Invited"),
    "paused": _l("Paused"),
    "left": _l("Has left"),
}

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
