"""The forms about a venue as a place: how people get there and get in. What may stand in them, rules/place says."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from kaikukortti.rules import place
from kaikukortti.web import choices
from kaikukortti.web.forms import Form, Partner

FIELD_OF = {
    "postcode_impossible": "postcode",
    "phone_impossible": "ticket_phone",
    "website_impossible": "website",
    "name_in_use": "name_fi",
    "last_day_past": "last_on",
}
_YES, _NO, _UNKNOWN = "yes", "no", "unknown"
KNOWN = {_YES: _l("Yes"), _NO: _l("No"), _UNKNOWN: _l("Not known")}


class Place(Form):
    """What a holder has to know of a place; nothing is required."""

    street = StringField(_l("Street and number"), [Optional(), Length(max=120)])
    postcode = StringField(_l("Postcode"), [Optional(), Length(max=5)])
    bus_stop = StringField(_l("Nearest bus stop"), [Optional(), Length(max=120)])
    ticket_phone = StringField(_l("Telephone for tickets"), [Optional(), Length(max=40)])
    website = StringField(_l("Website"), [Optional(), Length(max=200)])
    step_free = RadioField(_l("Is there an entrance without steps?"), [Optional()], default=_UNKNOWN)
    hearing_loop = RadioField(_l("Is there a hearing loop?"), [Optional()], default=_UNKNOWN)

    def __init__(self, *args: Any, facts: place.Facts | None = None, **kwargs: Any) -> None:
        """Fill the fields with what is known, unless something was sent."""
        super().__init__(*args, **kwargs)
        for name in _QUESTIONS:
            self[name].choices = choices.options(KNOWN)
        if facts is not None and not self.is_submitted():
            for name, value in vars(facts).items():
                self[name].data = _word(value) if name in _QUESTIONS else value

    @property
    def facts(self) -> place.Facts:
        """Return what was entered."""
        return place.Facts(
            street=self.street.data or "",
            postcode=self.postcode.data or "",
            bus_stop=self.bus_stop.data or "",
            ticket_phone=self.ticket_phone.data or "",
            website=self.website.data or "",
            step_free=_answer(self.step_free.data),
            hearing_loop=_answer(self.hearing_loop.data),
        )


class VenuePartner(Partner, Place):
    """A venue in the coordinator's register: its names and state, its category, the place."""

    category = SelectField(_l("Category"), [InputRequired(_l("This is needed."))])
    last_on = DateField(_l("Last day"), [Optional()])


_QUESTIONS = ("step_free", "hearing_loop")


def _answer(word: str | None) -> bool | None:
    return {_YES: True, _NO: False}.get(word or _UNKNOWN)


def _word(answer: bool | None) -> str:
    return _UNKNOWN if answer is None else _YES if answer else _NO
