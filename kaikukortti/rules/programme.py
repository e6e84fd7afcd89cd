"""Words of the programme: the four national categories and the kinds of events."""

from enum import StrEnum


class Category(StrEnum):
    """The national table's four columns (domain.md §4.3)."""

    CULTURE = "culture"
    EDUCATION = "education"
    SCIENCE = "science"
    SPORT = "sport"


class EventKind(StrEnum):
    """What one ticket of an event is: an evening, a course place, a pass."""

    PERFORMANCE = "performance"
    EXHIBITION = "exhibition"
    COURSE = "course"
    PERIOD_PASS = "period_pass"
    MATCH = "match"


# A place or a pass is one use, on its first day; later reads are attendance (DESIGN §4 *Counting*).
ONE_USE_IN_ALL = (EventKind.COURSE, EventKind.PERIOD_PASS)


class Planned(StrEnum):
    """Whether an event or an occurrence takes place."""

    ON = "on"
    CANCELLED = "cancelled"
