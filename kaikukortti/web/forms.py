"""One form object per page: the shape of what people enter. Whether it makes sense is the use case's business."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    EmailField,
    FieldList,
    FormField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from kaikukortti.errors import DomainError
from kaikukortti.rules import identitycode
from kaikukortti.web import sentences

NAME_LENGTH = 120
NO_ANSWER = ""
LARGEST = 10**12
TOKEN = "csrf_token"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")

_missing = _l("This is needed.")
_whole = _l("Write a whole number.")


def trimmed(value: str | None) -> str | None:
    """Return what was typed without the space around it, and without control characters, which nobody types."""
    return _CONTROLS.sub("", value).strip() if isinstance(value, str) else value


def no_identity_code(_form: Any, field: Any) -> None:
    """Refuse a personal identity code in any text. Raises ValidationError with the sentence for the person."""
    if isinstance(field.data, str) and identitycode.holds_one(field.data):
        raise ValidationError(str(sentences.IDENTITY_CODE))


class UnknownFields(DomainError):
    """What was sent has fields that the form has not: nobody's page sends that, and nothing is done."""

    code = "form_unknown_fields"


def check_names(known: Iterable[str]) -> None:
    """Look at the names of what was sent before any of it is used. Raises UnknownFields."""
    sent = {*request.form, *request.files}
    if sent - {*known, TOKEN}:
        raise UnknownFields()


def _names_of(fields: Iterable[Any]) -> Iterator[str]:
    """Yield the names under which fields arrive: those of lists and forms within stand in their entries."""
    for field in fields:
        match field:
            case FormField():
                yield from _names_of(field.form)
            case FieldList():
                yield from _names_of(field.entries)
            case _:
                yield field.name


class Form(FlaskForm):  # type: ignore[misc]  # WTForms carries no types
    """A form with our manners: trims text, speaks the reader's language, takes no field that it has not.

    `BESIDE` names what else its page sends: the names of buttons, what is carried along.
    """

    BESIDE: ClassVar[frozenset[str]] = frozenset()

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # WTForms carries no types
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            kind, given = unbound_field.field_class, unbound_field.kwargs
            if not issubclass(kind, StringField) or kind is PasswordField:
                return unbound_field.bind(form=form, **options)
            options = {**options, "filters": [*given.get("filters", []), trimmed]}
            field = unbound_field.bind(form=form, **options)
            field.validators = [*field.validators, no_identity_code]
            return field

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field. Raises UnknownFields."""
        if request.method == "POST" and not self._prefix:  # a form within a form is a part of the outer one's names
            check_names({*_names_of(self), *self.BESIDE})
        return bool(super().validate(extra_validators))

    def refuse(self, field: str, message: str) -> None:
        """Put a use case's no beside the field that it is about."""
        self[field].errors = [*self[field].errors, message]


class WholeNumberField(IntegerField):  # type: ignore[misc]  # WTForms carries no types
    """A whole number; what is not one is kept as typed and answered in words."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number. Raises ValueError with the sentence for the person."""
        if not valuelist:
            return
        self.data = None  # what was there before is not what somebody left empty
        if not valuelist[0].strip():
            return
        if identitycode.holds_one(valuelist[0]):
            raise ValueError(str(sentences.IDENTITY_CODE))
        try:
            # The validators reckon with floats, which no number of hundreds of digits fits into.
            self.data = max(-LARGEST, min(int(valuelist[0].strip()), LARGEST))
        except ValueError:
            raise ValueError(str(_whole)) from None


class Checkboxes(SelectMultipleField):  # type: ignore[misc]  # WTForms carries no types
    """Several choices, each with a box of its own."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class EmptyForm(Form):
    """A button that changes something: nothing but the token."""


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
    """A unit or a venue of the area; what a venue has beside is in placeforms."""

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
