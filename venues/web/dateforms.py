"""The forms about one date: its doors, its places for card holders; and the places that a new date begins with."""

from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, TimeField
from wtforms.validators import InputRequired, NumberRange, Optional

from kaikukortti.rules import period
from kaikukortti.rules.quota import MOST_PLACES, Quota
from kaikukortti.web import choices
from kaikukortti.web.forms import Form, WholeNumberField
from venues.web.programmeforms import MINUTES

_places = NumberRange(1, MOST_PLACES, _l("Write a number between 1 and 100,000."))
_share = NumberRange(1, 100, _l("Write a number between 1 and 100."))
LIMITS = {
    "none": _l("No limit"),
    "number": _l("A number of places"),
    "percent": _l("A share of the seats"),
}


class Doors(Form):
    """When the doors are open: in minutes from the start, or by the clock."""

    opens_before = WholeNumberField(_l("Minutes before the start"), [Optional(), MINUTES])
    opens = TimeField(_l("Or at"), [Optional()])
    closes_after = WholeNumberField(_l("Minutes after the start"), [Optional(), MINUTES])
    closes = TimeField(_l("Or at"), [Optional()])
    and_later = BooleanField(_l("The same for the later dates of this event"))

    def read(self, starts_at: datetime) -> tuple[datetime | None, datetime | None] | None:
        """Return opening and closing; None, and words beside the field, where that cannot be."""
        starts, found = starts_at.astimezone(period.HELSINKI), []
        for minutes, clock_time, sign in (("opens_before", "opens", -1), ("closes_after", "closes", 1)):
            if self[minutes].data is not None and self[clock_time].data is not None:
                self.refuse(clock_time, _("Write minutes or a time of day, not both."))
                return None
            try:
                found.append(_door_moment(starts, self[minutes].data, self[clock_time].data, sign))
            except ValueError:
                self.refuse(clock_time, _("The clocks go forward this night: this hour does not exist."))
                return None
        return found[0], found[1]


class Places(Form):
    """How many places are for card holders."""

    limit = RadioField(_l("Places for card holders"), [InputRequired(_l("This is needed."))])
    number = WholeNumberField(_l("Number of places"), [Optional(), _places])
    percent = WholeNumberField(_l("Share of the seats, in per cent"), [Optional(), _share])
    capacity = WholeNumberField(_l("Seats in all"), [Optional(), _places])

    def __init__(self, *args: Any, given: Quota | None = None, **kwargs: Any) -> None:
        """Fill the fields with what is given now, unless something was sent."""
        if given is not None:
            limit = "percent" if given.percent else "number" if given.number is not None else "none"
            number = None if given.percent else given.number
            kwargs["data"] = {**kwargs.get("data", {}), **vars(given), "number": number, "limit": limit}
        super().__init__(*args, **kwargs)
        self.limit.choices = choices.options(LIMITS)

    def read_quota(self) -> Quota | None:
        """Return what was chosen; None, and a word beside it, where its number is missing."""
        chosen = self.limit.data
        if chosen != "none" and self[chosen].data is None:
            self.refuse(chosen, _("Write how many."))
            return None
        number = self.number.data if chosen == "number" else None
        return Quota(number, self.percent.data if chosen == "percent" else None, self.capacity.data)


class PlacesOfDate(Places):
    """The places of one date."""

    sold_out = BooleanField(_l("Sold out: no more places for card holders, whatever is left"))
    and_later = BooleanField(_l("The same number for the later dates of this event"))


class HouseRule(Places):
    """The places of a new date when nothing is said."""

    children_take_places = BooleanField(_l("A child takes a place, too"))


def _door_moment(starts: datetime, minutes: int | None, clock_time: time | None, sign: int) -> datetime | None:
    if minutes is not None:
        return starts + sign * timedelta(minutes=minutes)
    if clock_time is None:
        return None
    is_next_day = sign > 0 and clock_time <= starts.time() and clock_time <= period.NIGHT_ENDS
    return period.moment_of(starts.date() + timedelta(days=int(is_next_day)), clock_time)
