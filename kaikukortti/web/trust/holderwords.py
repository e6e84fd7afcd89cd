"""What is kept about a holder in words: headings of sections, names of columns, and the words of the values in them.

Values come as the databases keep them; the files for programs keep them so.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.holderdata.shape import Cell, Section
from kaikukortti.rules import number as number_rules
from kaikukortti.rules.access import Role
from kaikukortti.web import language, pages
from kaikukortti.web.language import _
from kaikukortti.web.trust import holdercolumns, holdervalues, logwords

SECTIONS: Mapping[str, Any] = {
    "cards": _l("Cards"),
    "periods": _l("Days of use"),
    "events": _l("What has happened to the card"),
    "background": _l("What was answered when the card was given"),
    "mobile_cards": _l("Mobile cards"),
    "talks": _l("Talks about using the card"),
    "bookings": _l("Booked places"),
    "visits": _l("Visits"),
    "first_use": _l("First use of the card"),
    "visit_questions": _l("Questions about the visits"),
    "kept_places": _l("Places kept at the door"),
    "own_key": _l("The holder's own key"),
    "own_page": _l("The holder's own page, open now"),
    "key_tries": _l("Wrong tries of the own key"),
    "goals": _l("Own goals"),
    "goal_reviews": _l("Where the own goals stand"),
    "grants": _l("Leave to look at the use"),
    "grant_days": _l("Earlier days that the holder shows"),
    "looks": _l("Looks at the use, with the holder's leave"),
    "moods": _l("How visits felt"),
    "episodes": _l("Times of work with the unit"),
    "episode_goals": _l("Goals of that work"),
    "episode_reviews": _l("Where those goals stand"),
    "results": _l("Results of measures"),
    "log": _l("Who has looked at this card"),
}

TICKETS = ("adult", "child", "assistant", "interpreter", "worker", "under16")
PLAIN_NUMBERS = {"birth_year"}
CARD_NUMBERS = {"number", "replaced_by"}


def cell(key: str, column: str, value: Cell) -> str:
    """Return a value of a column in the reader's language; nothing for no value."""
    if value is None or value == "":
        return ""
    words = holdervalues.VALUES.get((key, column))
    if words is not None:
        return ", ".join(str(words[each]) for each in str(value).replace(", ", ",").split(","))
    if (key, column) == ("log", "action"):
        return logwords.action(str(value))
    if column == "role":
        return str(pages.ROLE_NAMES[Role(str(value))])
    return _plain(column, value)


def told(section: Section) -> tuple[list[str], list[list[str]]]:
    """Return the heads and rows of a section in words, without the columns in which nothing stands."""
    kept = [place for place, column in enumerate(section.columns) if _says_something(section, place)]
    heads = [str(holdercolumns.COLUMNS[section.columns[place]]) for place in kept]
    rows = [[cell(section.key, section.columns[place], row[place]) for place in kept] for row in section.rows]
    return heads, rows


def _says_something(section: Section, place: int) -> bool:
    nothing = {None, ""} | ({0, False} if section.columns[place] in (*TICKETS, "own_cards", "takes_back") else set())
    return any(row[place] not in nothing for row in section.rows)


def _plain(column: str, value: Cell) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return language.moment(value)
    if isinstance(value, date):
        return language.day(value)
    if isinstance(value, (int, float)):
        return str(value) if column in PLAIN_NUMBERS else language.number(value)
    text = str(value)
    return number_rules.grouped(text) if column in CARD_NUMBERS else text
