"""The forms about bookings: who comes, by which code. Whether the card brings so many is the use case's business."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from kaikukortti.errors import DomainError
from kaikukortti.rules.counting import Counts
from kaikukortti.web.forms import Form, WholeNumberField
from kaikukortti.web.sentences import sentence_of

MOST = 40
NUMBER_LENGTH = 64
ANY = ""

_count = NumberRange(0, MOST, _l("Write a number between 0 and 40."))
_number_missing = _l("Write a number, 0 for none.")
_code_missing = _l("Write the code of the card.")

# The field that a use case's no belongs to; what is not named here belongs to the code.
FIELD_OF = {
    "booking_nobody": "adults",
    "booking_too_many_tickets": "children",
    "no_places_left": "adults",
}
OF_CODE = (
    "already_booked",
    "booking_card_refused",
    "card_is_community",
    "number_malformed",
    "number_unknown",
)
# These are about the date and not about what was written: they stand above the form.
OF_DATE = ("booking_closed", "booking_occurrence_over", "occurrence_cancelled")


class Party(Form):
    """How many come. A community card's adults are its workers, its children its clients under 16."""

    BESIDE = frozenset({"wait"})

    adults = WholeNumberField(_l("Adults"), [InputRequired(_number_missing), _count], default=1)
    children = WholeNumberField(_l("Children"), [InputRequired(_number_missing), _count], default=0)
    assistants = WholeNumberField(_l("Assistants"), [InputRequired(_number_missing), _count], default=0)
    interpreters = WholeNumberField(_l("Interpreters"), [InputRequired(_number_missing), _count], default=0)

    @property
    def counts(self) -> Counts:
        """Return the tickets that are asked for; what was left empty is none."""
        return Counts(
            adult=self.adults.data or 0,
            child=self.children.data or 0,
            assistant=self.assistants.data or 0,
            interpreter=self.interpreters.data or 0,
        )


class PartyByCode(Party):
    """A booking for a code that is said on the telephone, or read from a card."""

    number = StringField(_l("Code of the card"), [InputRequired(_code_missing), Length(max=NUMBER_LENGTH)])


class DatesFrom(Form):
    """Which dates are listed: from a day on, of one place or of all."""

    class Meta(Form.Meta):
        csrf = False

    day = DateField(_l("From the day"), [Optional()])
    venue = SelectField(_l("Place"), [Optional()])

    def __init__(self, *args: Any, venues: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the places by name."""
        super().__init__(*args, **kwargs)
        self.venue.choices = [(ANY, _("All places")), *venues]


def refuse(form: Party, error: DomainError) -> str:
    """Put a use case's no beside its field, or return it where it is about the date or about a card that was chosen.

    Raises any other no again.
    """
    if error.code in OF_DATE or (error.code in OF_CODE and "number" not in form):
        return sentence_of(error)
    field = FIELD_OF.get(error.code, "number" if error.code in OF_CODE else "")
    if not field:
        raise error
    form.refuse(field, sentence_of(error))
    return ""
