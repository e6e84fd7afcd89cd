"""The last day of a pop-up venue, as the programme heeds it: nothing is planned after it."""

from kaikukortti.errors import DomainError
from kaikukortti.models.network import Venue
from kaikukortti.rules import period
from kaikukortti.rules.recurrence import Slot


class AfterLastDay(DomainError):
    """A new date lies after the last day of the venue; details hold `last_on`."""

    code = "occurrence_after_last_day"


def check(venue: Venue, slot: Slot) -> None:
    """Check that the venue is still there on the day of a date. Raises AfterLastDay."""
    if venue.last_on is not None and period.day_of(slot.starts_at) > venue.last_on:
        raise AfterLastDay(last_on=venue.last_on)
