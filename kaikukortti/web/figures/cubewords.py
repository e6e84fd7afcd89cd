"""The words of the published tables: what each is called, what it counts, what its classes mean."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from kaikukortti.cube import classes, tables
from kaikukortti.web import choices
from kaikukortti.web.language import _

TITLES = {
    "uses_all": _l("Uses in a quarter"),
    "uses_total": _l("Uses by month"),
    "uses": _l("Uses by category"),
    "records": _l("Days from the visit to its record"),
    "cards_valid": _l("Valid cards"),
    "cards_in_use": _l("Cards in use"),
    "first_visits": _l("Cards used for the first time"),
    "cards_by_age": _l("Cards in use by age"),
    "cards_by_situation": _l("Cards in use by life situation"),
    "cards_by_origin": _l("Cards in use by where they come from"),
    "cards_by_variety": _l("Cards in use by venues and categories"),
}
DEFINITIONS = {
    "uses_all": _l("Tickets of admission, by the day of the visit."),
    "uses_total": _l("Tickets of admission, by the day of the visit."),
    "uses": _l("Tickets of admission, by the day of the visit and the category of the event or the venue."),
    "records": _l(
        "Registrations by how many days after the visit they arrived. Earlier records from a file are left out."
    ),
    "cards_valid": _l("Personal cards that could be used on the last day."),
    "cards_in_use": _l("Personal cards with one use at least in the period, at any venue of the network."),
    "first_visits": _l("Personal cards whose first use ever was in the period."),
    "cards_by_age": _l("Personal cards used in the quarter, by the age that the holder reaches in the year."),
    "cards_by_situation": _l("Personal cards used in the quarter, by the life situation that the holder told of."),
    "cards_by_origin": _l("Personal cards used in the quarter, by the holder's postcode area or the card's own area."),
    "cards_by_variety": _l("Personal cards used in the quarter, by the number of venues and of categories."),
}
VARIABLES = {
    tables.TICKET: _l("Ticket"),
    tables.CATEGORY: _l("Category"),
    tables.DELAY: _l("Recorded"),
    tables.AGE: _l("Age"),
    tables.SITUATION: _l("Life situation"),
    tables.ORIGIN: _l("Comes from"),
    tables.VENUES: _l("Venues"),
    tables.CATEGORIES: _l("Categories"),
}
WORDS: Mapping[str, Mapping[str, object]] = {
    tables.TICKET: {"adults": _l("Adults"), "children": _l("Children")},
    tables.CATEGORY: choices.CATEGORIES,
    tables.DELAY: {
        "same_day": _l("On the same day"),
        "next_day": _l("On the next day"),
        "within_week": _l("Within a week"),
        "within_month": _l("Within a month"),
        "longer": _l("Later than that"),
        "late": _l("After the month had been closed"),
    },
    tables.AGE: {
        "under_25": _l("under 25"),
        "25_34": "25–34",
        "35_44": "35–44",
        "45_54": "45–54",
        "55_64": "55–64",
        "65_over": _l("65 and over"),
    },
    tables.SITUATION: choices.LIFE_SITUATIONS,
    tables.ORIGIN: {classes.ELSEWHERE: _l("Other postcodes")},
    tables.VENUES: {
        "one": _l("One venue"),
        "two": _l("Two venues"),
        "three_to_five": _l("Three to five venues"),
        "six_or_more": _l("Six venues or more"),
    },
    tables.CATEGORIES: {"one": _l("one category"), "two_or_more": _l("two categories or more")},
}


def class_word(variable: str, code: str, *, areas: Mapping[str, str]) -> str:
    """Return the word of a class; `areas` are the names of areas by prefix."""
    if code == classes.NOT_TOLD:
        return _("Not told")
    kind, _colon, rest = code.partition(":")
    if variable == tables.ORIGIN and kind == "post":
        return _("Postcodes %(digits)s…", digits=rest)
    if variable == tables.ORIGIN and kind == "area":
        return _("Another area: %(area)s", area=areas.get(rest, rest))
    return str(WORDS[variable].get(code, code))
