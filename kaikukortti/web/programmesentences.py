"""What is said when something cannot be planned: events, series, doors, places. `sentences` merges this."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.web.language import _, day, ngettext

SENTENCES = {
    "calm_hours_impossible": _l("Calm hours need a start and a later end. Or leave both empty."),
    "capacity_impossible": _l("Write how many seats there are, at least 1: a share is reckoned from them."),
    "course_impossible": _l("A course takes 1 to 1,000 people, and a holder pays at most 1,000 euros."),
    "door_impossible": _l("The doors open before they close, and both are within a day of the start."),
    "event_kind_fixed": _l(
        "Visits have been registered, and this kind would count them in another way. Add a new event instead."
    ),
    "occurrence_over": _l("This date is over or called off. It cannot be changed any more."),
    "occurrence_there": _l("The event has another date at this very time."),
    "quota_impossible": _l("Write a number of places, at least 1 and at most the number of seats."),
    "pass_days_fixed": _l(
        "Visits have been registered, and a pass of another length would count them in another way. Add a new event"
        " instead."
    ),
    "pass_impossible": _l("A season pass lasts 1 to 400 days."),
    "limit_impossible": _l("Write a number between 1 and 1,000."),
    "limit_there": _l("There is a limit of this length for the same visits already. Remove it first."),
    "series_empty": _l("No day fits. Check the weekdays and the first and the last day."),
    "term_impossible": _l("Write both the first and the last day, in this order."),
}

STATUS = dict.fromkeys(
    (*SENTENCES, "occurrence_too_far", "occurrence_after_last_day", "quota_below_given", "series_too_long"), 422
) | {
    "occurrence_over": 409,
    "event_kind_fixed": 409,
    "pass_days_fixed": 409,
}

# Sentences with something in them: from the details of the error to the words.
TOLD: dict[str, Callable[[dict[str, Any]], str]] = {
    "occurrence_after_last_day": lambda details: _(
        "Your place is in the network until %(day)s. Choose a day before that, or ask the coordinator.",
        day=day(details["last_on"]),
    ),
    "occurrence_too_far": lambda details: _("Choose a day within %(years)s years.", years=details["years"]),
    "quota_below_given": lambda details: ngettext(
        "%(num)s place has been given out or booked already, on %(day)s. The number cannot be smaller.",
        "%(num)s places have been given out or booked already, on %(day)s. The number cannot be smaller.",
        details["given"],
        day=day(details["day"]),
    ),
    "too_many_limits": lambda details: _("A place has at most %(most)s limits.", most=details["most"]),
    "series_too_long": lambda details: _(
        "This would be more than %(most)s coming dates. Choose an earlier last day or fewer weekdays.",
        most=details["most"],
    ),
}
