"""The classes of the cube's variables. Plain Python: value in, code out. Codes stay the same in every language."""

from collections.abc import Mapping

NOT_TOLD = "not_told"
ELSEWHERE = "elsewhere"

# Upper ends, both included, of the years of age; the six classes of security.md AC-2.
AGES = ((24, "under_25"), (34, "25_34"), (44, "35_44"), (54, "45_54"), (64, "55_64"), (200, "65_over"))
AGE_CODES = tuple(code for _, code in AGES)

DELAYS = ((0, "same_day"), (1, "next_day"), (7, "within_week"), (31, "within_month"))
LONGER, LATE = "longer", "late"
DELAY_CODES = (*(code for _, code in DELAYS), LONGER, LATE)

VENUES = ((1, "one"), (2, "two"), (5, "three_to_five"))
SIX_OR_MORE = "six_or_more"
VENUES_CODES = (*(code for _, code in VENUES), SIX_OR_MORE)
CATEGORIES_CODES = ("one", "two_or_more")

TICKET_CODES = ("adults", "children")
RESIDENCE_DIGITS = 3


def age_class(birth_year: int | None, *, year: int) -> str:
    """Return the class of the age that a holder reaches in a year."""
    if birth_year is None:
        return NOT_TOLD
    return next(code for most, code in AGES if year - birth_year <= most)


def delay_class(days: int, *, is_late: bool) -> str:
    """Return the class of the days from a visit to its record. A late one came after its own month had been revised."""
    if is_late:
        return LATE
    return next((code for most, code in DELAYS if days <= most), LONGER)


def venues_class(venues: int) -> str:
    """Return the band of how many venues a card was used at."""
    return next((code for most, code in VENUES if venues <= most), SIX_OR_MORE)


def categories_class(categories: int) -> str:
    """Return whether a card was used in one category, or in more."""
    return CATEGORIES_CODES[0] if categories <= 1 else CATEGORIES_CODES[1]


def residence_of(postcode: str | None) -> str:
    """Return the area of residence by the leading digits of a postcode, the finest that statistics may keep."""
    return f"post:{postcode[:RESIDENCE_DIGITS]}" if postcode else NOT_TOLD


def residence_class(postcode: str | None, *, classes: Mapping[str, object] | tuple[str, ...]) -> str:
    """Return the area of residence where it is one of the period's classes; the others are put together."""
    found = residence_of(postcode)
    return found if found == NOT_TOLD or found in classes else ELSEWHERE


def home_area_class(prefix: str) -> str:
    """Return the class of the cards that another area has issued."""
    return f"area:{prefix}"
