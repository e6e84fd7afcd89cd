"""The forms about events, further dates and series; dateforms has doors and places. Sense is made in the services."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, StringField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from kaikukortti.models.programme import Event
from kaikukortti.rules import recurrence
from kaikukortti.rules.programme import Category, EventKind
from kaikukortti.rules.recurrence import Hours, Pace, Recurrence, Slot
from kaikukortti.web import choices
from kaikukortti.web.forms import Checkboxes, Form, WholeNumberField
from venues.events import EventDetails, details_of

_needed, _choose_day, _choose_time = _l("This is needed."), _l("Choose a day."), _l("Choose a time.")
MINUTES = NumberRange(0, 1440, _l("Write minutes, at most 1,440: a day."))
WEEKDAYS = (_l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"))
PACES: Mapping[str, Any] = {
    Pace.WEEKLY: _l("Every week"),
    Pace.FORTNIGHTLY: _l("Every second week"),
    Pace.MONTHLY: _l("Every month, in the same week of the month"),
}
KNOWN = {"yes": _l("Yes"), "no": _l("No"), "": _l("As the venue says of itself")}
# Where a service's no is put: beside the field that it is about.
FIELD_OF = {
    "calm_hours_impossible": "calm_from",
    "capacity_impossible": "capacity",
    "course_impossible": "places",
    "door_impossible": "opens_before",
    "event_kind_fixed": "kind",
    "occurrence_in_past": "on_day",
    "occurrence_order": "ends",
    "occurrence_there": "starts",
    "occurrence_too_far": "on_day",
    "occurrence_after_last_day": "on_day",
    "quota_impossible": "number",
    "quota_below_given": "number",
    "pass_days_fixed": "pass_days",
    "pass_impossible": "pass_days",
    "term_impossible": "first_on",
}
FIELD_OF_SERIES = FIELD_OF | {
    "occurrence_in_past": "first_on",
    "occurrence_too_far": "until_on",
    "occurrence_after_last_day": "until_on",
    "series_empty": "until_on",
    "series_too_long": "until_on",
}
_LAST_YEAR = 2199
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})|(\d{4})-(\d{2})-(\d{2})")
_EURO = re.compile(r"(\d{1,4})(?:[.,](\d{1,2}))?\s*€?")


def imaginable(_form: Any, field: Any) -> None:
    """Refuse a year that no calendar here reaches. Raises ValidationError."""
    if field.data is not None and field.data.year > _LAST_YEAR:
        raise ValidationError(_("Check the year."))


def days_in(text: str) -> list[date]:
    """Return the days written in a text, as 24.12.2026 or 2026-12-24, apart by commas or space. Raises ValueError."""
    days = []
    for word in re.split(r"[\s,;]+", text.strip()):
        if not word:
            continue
        found = _DAY.fullmatch(word)
        if found is None:
            raise ValueError(word)
        parts = found.groups()
        days.append(date(*map(int, parts[3:])) if parts[3] else date(*map(int, parts[2::-1])))
    return days


class EventFacts(Form):
    """All that is known of an event, its dates apart."""

    title_fi = StringField(_l("Title in Finnish"), [DataRequired(_needed), Length(max=160)])
    title_sv = StringField(_l("Title in Swedish"), [Optional(), Length(max=160)])
    title_en = StringField(_l("Title in English"), [Optional(), Length(max=160)])
    kind = SelectField(_l("Kind"), [InputRequired(_needed)])
    category = SelectField(_l("Category"), [InputRequired(_needed)])
    place = StringField(_l("Place"), [Optional(), Length(max=120)])
    step_free = RadioField(_l("Is there an entrance without steps?"), [Optional()])
    hearing_loop = RadioField(_l("Is there a hearing loop?"), [Optional()])
    bus_stop = StringField(_l("Nearest bus stop"), [Optional(), Length(max=120)])
    calm_from = TimeField(_l("Calm hours begin"), [Optional()])
    calm_until = TimeField(_l("Calm hours end"), [Optional()])
    first_on = DateField(_l("First day of the course or the pass"), [Optional(), imaginable])
    last_on = DateField(_l("Last day of the course or the pass"), [Optional(), imaginable])
    places = WholeNumberField(_l("Places on the course"), [Optional(), NumberRange(1, 1000)])
    pass_days = WholeNumberField(_l("Days that a season pass lasts"), [Optional(), NumberRange(1, 400)])
    own_share = StringField(
        _l("What a holder pays, in euros"),
        [Optional(), Regexp(f"^{_EURO.pattern}$", message=_l("Write euros, for example 25 or 12,50."))],
    )

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        """Fill the fields with what is known, unless something was sent."""
        facts: dict[str, Any] = dict(vars(details_of(event)))
        cents = facts.pop("own_share_cents")
        facts["own_share"] = "" if cents is None else f"{cents // 100},{cents % 100:02d}"
        facts |= {name: {True: "yes", False: "no", None: ""}[facts[name]] for name in ("step_free", "hearing_loop")}
        facts |= {"kind": event.kind.value, "category": event.category.value}
        super().__init__(*args, data=facts, **kwargs)
        self.kind.choices = choices.options(choices.EVENT_KINDS)
        self.category.choices = choices.options(choices.CATEGORIES)
        self.step_free.choices = self.hearing_loop.choices = choices.options(KNOWN)

    @property
    def details(self) -> EventDetails:
        """Return what was entered."""
        known = {"yes": True, "no": False}
        texts = ("title_fi", "title_sv", "title_en", "place", "bus_stop")
        plain = ("calm_from", "calm_until", "first_on", "last_on", "places", "pass_days")
        entered: dict[str, Any] = {name: self[name].data or "" for name in texts}
        entered |= {name: self[name].data for name in plain}
        return EventDetails(
            **entered,
            category=Category(self.category.data),
            kind=EventKind(self.kind.data),
            step_free=known.get(self.step_free.data),
            hearing_loop=known.get(self.hearing_loop.data),
            own_share_cents=_cents(self.own_share.data),
        )


class OneDate(Form):
    """Day, times and place of one date."""

    on_day = DateField(_l("Day"), [InputRequired(_choose_day), imaginable])
    starts = TimeField(_l("Starts at"), [InputRequired(_choose_time)])
    ends = TimeField(_l("Ends at"), [Optional()])
    place = StringField(_l("Place"), [Optional(), Length(max=120)])

    def read_slot(self) -> Slot | None:
        """Return start and end; None, and a word beside the time, for the hour that summer time skips."""
        try:
            return recurrence.slot_on(self.on_day.data, Hours(self.starts.data, self.ends.data))
        except ValueError:
            self.refuse("starts", _("The clocks go forward this night: this hour does not exist."))
            return None


class Spread(Form):
    """From when to when a series goes, and which days it leaves out."""

    first_on = DateField(_l("First day"), [InputRequired(_choose_day), imaginable])
    until_on = DateField(_l("Until this day"), [InputRequired(_choose_day), imaginable])
    left_out = StringField(_l("Days left out"), [Optional(), Length(max=2000)])
    place = StringField(_l("Place"), [Optional(), Length(max=120)])

    def validate_left_out(self, field: Any) -> None:
        """Refuse what is no day."""
        try:
            days_in(field.data or "")
        except ValueError as error:
            raise ValidationError(_("Write days as 24.12.2026, with a comma between them.")) from error


class Series(Spread):
    """A series in people's words."""

    pace = SelectField(_l("How often"), [InputRequired(_needed)])
    weekdays = Checkboxes(_l("On which days"), [InputRequired(_l("Choose at least one day of the week."))])
    starts = TimeField(_l("Starts at"), [InputRequired(_choose_time)])
    ends = TimeField(_l("Ends at"), [Optional()])
    opens_before = WholeNumberField(_l("Doors open, minutes before the start"), [Optional(), MINUTES])
    closes_after = WholeNumberField(_l("Doors close, minutes after the start"), [Optional(), MINUTES])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the days and the paces."""
        super().__init__(*args, **kwargs)
        self.pace.choices = choices.options(PACES)
        self.weekdays.choices = [(str(number), str(name)) for number, name in enumerate(WEEKDAYS)]

    @property
    def recurrence(self) -> Recurrence:
        """Return the series that was asked for."""
        hours = Hours(self.starts.data, self.ends.data)
        return Recurrence(
            {int(number): hours for number in self.weekdays.data},
            self.first_on.data,
            self.until_on.data,
            Pace(self.pace.data),
            frozenset(days_in(self.left_out.data or "")),
        )


class OpeningHours(Spread):
    """Opening hours by weekday: an exhibition has one standing date on each open day."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name what is closed when nothing is written."""
        super().__init__(*args, **kwargs)
        self.days = [(WEEKDAYS[number], self[f"opens_{number}"], self[f"closes_{number}"]) for number in range(7)]

    def validate(self, extra_validators: Any = None) -> bool:
        """Want both hours of a day or none, and one open day at least."""
        is_fine = bool(super().validate(extra_validators))
        for _name, opens, closes in self.days:
            for one, other in ((opens, closes), (closes, opens)):
                if one.data is None and other.data is not None and not one.errors:
                    self.refuse(one.name, _("Write both hours, or leave both empty."))
                    is_fine = False
        if not any(field.data or field.errors for _name, *both in self.days for field in both):
            self.refuse("opens_0", _("Write the hours of at least one day of the week."))
            is_fine = False
        return is_fine

    @property
    def recurrence(self) -> Recurrence:
        """Return the days that were asked for."""
        hours = {
            number: Hours(opens.data, closes.data)
            for number, (_name, opens, closes) in enumerate(self.days)
            if opens.data is not None
        }
        left_out = frozenset(days_in(self.left_out.data or ""))
        return Recurrence(hours, self.first_on.data, self.until_on.data, left_out=left_out)


for _number, _weekday in enumerate(WEEKDAYS):
    setattr(OpeningHours, f"opens_{_number}", TimeField(_l("Opens"), [Optional()]))
    setattr(OpeningHours, f"closes_{_number}", TimeField(_l("Closes"), [Optional()]))


class RestOff(Form):
    """The rest of a series is called off."""

    from_on = DateField(_l("From this day on"), [InputRequired(_choose_day), imaginable])


def minutes(count: int | None) -> timedelta | None:
    """Return minutes as a duration."""
    return None if count is None else timedelta(minutes=count)


def _cents(text: str | None) -> int | None:
    found = _EURO.fullmatch(text or "")
    return None if found is None else int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
