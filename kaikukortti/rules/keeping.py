"""How long each kind of data is kept, in numbers (security.md §1.5), and what a coarse profile says."""

from dataclasses import dataclass
from datetime import date, timedelta

from kaikukortti.rules import period

LINK_MONTHS = 13
"""A visit is linked to its card so long after its day."""
COARSE_MONTHS = 12
"""A coarse profile is kept so long after it was made coarse, and after the last day of its card."""
LOOK_MONTHS = 24
"""A holder sees for so long who looked at the card's use."""
ANSWERS, MAILS, CODES, CHECKS = timedelta(days=30), timedelta(days=30), timedelta(days=30), timedelta(days=1)

# Lower and upper ends, both included, of the six age classes (cube/classes.AGES); the ends beyond are made up, so that
# the class of the year before and that of the year of the end are the same for the year of birth that stands for them.
AGE_CLASSES = ((16, 24), (25, 34), (35, 44), (45, 54), (55, 64), (65, 74))
POSTCODE_DIGITS = 3


@dataclass(frozen=True)
class Coarse:
    """What is left of what a holder told."""

    birth_year: int
    postcode: str


def coarse(birth_year: int, postcode: str, *, year: int) -> Coarse:
    """Return what is left of a holder's answers: the first year of birth of the class of the age reached in a year, and
    the leading digits of the postcode.
    """
    age = year - birth_year
    oldest = next((upper for _, upper in AGE_CLASSES if age <= upper), AGE_CLASSES[-1][1])
    return Coarse(year - oldest, postcode[:POSTCODE_DIGITS])


def links_until(today: date) -> date:
    """Return the first day whose visits are still linked to cards."""
    return period.add_months(today, -LINK_MONTHS)


def months_ago(today: date, months: int) -> date:
    """Return the first day of the oldest whole month that is kept when so many months are."""
    return period.add_months(today, -months).replace(day=1)
