"""One form object per page: the shape of what people enter. Whether it makes sense is the use case's business."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

NAME_LENGTH = 120
NO_ANSWER = ""
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")

_missing = _l("This is needed.")
_whole = _l("Write a whole number.")


def trimmed(value: str | None) -> str | None:
    """Return what was typed without the space around it, and without control characters, which nobody types."""
    return _CONTROLS.sub("", value).strip() if isinstance(value, str) else value


class Form(FlaskForm):  # type: ignore[misc]  # WTForms carries no types
    """A form with our manners: trims text, speaks the reader's language."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # WTForms carries no types
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            filters = list(unbound_field.kwargs.get("filters", []))
            if issubclass(unbound_field.field_class, StringField) and unbound_field.field_class is not PasswordField:
                filters.append(trimmed)
            return unbound_field.bind(form=form, filters=filters, **options)

    def refuse(self, field: str, message: str) -> None:
        """Put a use case's no beside the field that it is about."""
        self[field].errors = [*self[field].errors, message]


class WholeNumberField(IntegerField):  # type: ignore[misc]  # WTForms carries no types
    """A whole number; what is not one is kept as typed and answered in words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number. Raises ValueError with the sentence for the person."""
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = int(valuelist[0].strip())
        except ValueError:
            raise ValueError(str(_whole)) from None


class EmptyForm(Form):
    """A button that changes something: nothing but the token."""


class SignIn(Form):
    """E-mail and password."""

    email = EmailField(_l("E-mail address"), [InputRequired(_missing), Length(max=254)])
    password = PasswordField(_l("Password"), [InputRequired(_missing), Length(max=128)])


class SetPassword(Form):
    """An invited person chooses a password."""

    password = PasswordField(_l("New password"), [InputRequired(_missing), Length(max=400)])


class CardNumber(Form):
    """The number of a card, read or typed."""

    number = StringField(_l("Card number"), [InputRequired(_l("Read or type the number of the card.")), Length(max=64)])


class ClientAnswers(Form):
    """What the client says at the desk; the last three may stay unanswered."""

    number = HiddenField()
    accepts_other_unit = HiddenField()
    birth_year = WholeNumberField(_l("Year of birth"), [InputRequired(_missing)])
    postcode = StringField(_l("Postcode of the home"), [InputRequired(_missing), Length(max=20)])
    children = WholeNumberField(_l("Own children or grandchildren under 18"), [InputRequired(_missing)])
    gender = SelectField(_l("Gender"), [Optional()])
    life_situation = SelectField(_l("Life situation"), [Optional()])
    language = SelectField(_l("Language"), [Optional()])


class Eligibility(ClientAnswers):
    """The last step: the answers once more, and the three conditions that the worker confirms."""

    is_client = BooleanField(_l("This person is a client of our unit."))
    is_local = BooleanField(_l("The home municipality is in the Kaikukortti network."))
    is_tight = BooleanField(_l("By the person's own account, tickets would stay unbought for lack of money."))


class OtherUnit(Form):
    """The worker says that another unit's stock card may be handed out here."""

    number = HiddenField(validators=[InputRequired()])
    accepts_other_unit = BooleanField(_l("Yes, I have this card from the other unit."))


class BlockCard(Form):
    """Why a card is blocked."""

    reason = RadioField(_l("Reason"), [InputRequired(_l("Choose a reason."))])


class PrintStock(Form):
    """A print run."""

    unit = SelectField(_l("Unit"), [InputRequired(_missing)], coerce=int)
    kind = SelectField(_l("Kind of card"), [InputRequired(_missing)])
    count = WholeNumberField(
        _l("Number of cards"),
        [InputRequired(_missing), NumberRange(1, 2000, _l("A print run has 1 to 2,000 cards."))],
        default=100,
    )


class Partner(Form):
    """A unit or a venue of the area; category only for venues."""

    name_fi = StringField(_l("Name in Finnish"), [DataRequired(_missing), Length(max=NAME_LENGTH)])
    name_sv = StringField(_l("Name in Swedish"), [Optional(), Length(max=NAME_LENGTH)])
    name_en = StringField(_l("Name in English"), [Optional(), Length(max=NAME_LENGTH)])
    municipality = StringField(_l("Municipality"), [Optional(), Length(max=80)])
    contact_person = StringField(
        _l("Contact person"),
        [Optional(), Length(max=NAME_LENGTH)],
        description=_l("A member of staff, never a client."),
    )
    state = SelectField(_l("State"), [InputRequired(_missing)])


class VenuePartner(Partner):
    """A venue has a category as well."""

    category = SelectField(_l("Category"), [InputRequired(_missing)])


class Invite(Form):
    """A member of staff is invited."""

    name = StringField(_l("Name"), [DataRequired(_missing), Length(max=NAME_LENGTH)])
    email = EmailField(
        _l("E-mail address"),
        [
            DataRequired(_missing),
            Length(max=254),
            Regexp(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", message=_l("Write an e-mail address, for example name@example.fi.")),
        ],
    )
    role = SelectField(_l("Role"), [InputRequired(_missing)])


class NewEvent(Form):
    """An event with its first evening."""

    title_fi = StringField(_l("Title in Finnish"), [DataRequired(_missing), Length(max=160)])
    title_sv = StringField(_l("Title in Swedish"), [Optional(), Length(max=160)])
    title_en = StringField(_l("Title in English"), [Optional(), Length(max=160)])
    kind = SelectField(_l("Kind"), [InputRequired(_missing)])
    category = SelectField(_l("Category"), [InputRequired(_missing)])
    on_day = DateField(_l("Day"), [InputRequired(_l("Choose a day."))])
    starts = TimeField(_l("Starts at"), [InputRequired(_l("Choose a time."))])
    ends = TimeField(_l("Ends at"), [Optional()])
    place = StringField(_l("Place"), [Optional(), Length(max=120)])
