"""The forms about paper lists: which list, and its lines. Whether a number is a card's is the use case's business."""

import uuid
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from kaikukortti.rules.counting import Counts
from kaikukortti.web.deskforms import NUMBER_LENGTH, DayField
from kaikukortti.web.forms import Form, WholeNumberField
from kaikukortti.web.language import _
from venues.paperlist import MOST_LINES, MOST_TICKETS, Choice, Line

LINES_AT_ONCE = 10
KINDS = {
    "adult": _l("Adults"),
    "child": _l("Children"),
    "assistant": _l("Assistants"),
    "interpreter": _l("Interpreters"),
    "worker": _l("Workers"),
    "under16": _l("Under 16"),
}

_most = _l("From 0 to %(most)s.", most=MOST_TICKETS)
_no_number = _l("The number of the card is missing.")
_no_tickets = _l("Write at least one ticket.")


class Unsent(Form):
    """A form that chooses what a page shows: it changes nothing and needs no token."""

    class Meta(Form.Meta):
        csrf = False


class PaperDay(Unsent):
    """The day of the visits."""

    day = DayField(_l("Day of the visits"), [InputRequired(_l("Choose a day."))])


class PaperSheet(Unsent):
    """What stands at the head of an empty list; `event` is "", "house" or the number of an evening."""

    event = SelectField(_l("What the list is for"), validate_choice=False)
    day = DayField(_l("Day"), [Optional()])


def _count(label: Any) -> WholeNumberField:
    return WholeNumberField(label, [Optional(), _within])


def _within(_form: Form, field: WholeNumberField) -> None:
    """Refuse more tickets than a line holds; what was no number has been answered. Raises ValidationError."""
    if field.data is not None and not 0 <= field.data <= MOST_TICKETS:
        raise ValidationError(str(_most))


class PaperLine(Unsent):
    """One line of a list. `choice` and `seen` come from the page that showed look-alikes."""

    number = StringField(_l("Card number"), [Optional(), Length(max=NUMBER_LENGTH)])
    adult = _count(KINDS["adult"])
    child = _count(KINDS["child"])
    assistant = _count(KINDS["assistant"])
    interpreter = _count(KINDS["interpreter"])
    worker = _count(KINDS["worker"])
    under16 = _count(KINDS["under16"])
    choice = HiddenField()
    seen = HiddenField()

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was written on the line."""
        typed = [self.number.data or "", *((self[kind].raw_data or [""])[0] for kind in KINDS)]
        return not any(text.strip() for text in typed)

    @property
    def counts(self) -> Counts:
        """Return the tickets of a line without mistakes."""
        return Counts(**{kind: self[kind].data or 0 for kind in KINDS})

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field of a line that has something on it, and that number and tickets belong together."""
        if self.is_empty:
            return True
        if not super().validate(extra_validators):
            return False
        if not self.number.data:
            self.refuse("number", str(_no_number))
        elif not self.counts.tickets:
            self.refuse("adult", str(_no_tickets))
        return not self.errors

    def read(self, no: int) -> Line:
        """Return the line for the use case, with what the person said of its look-alikes."""
        seen = self.seen.data or ""
        is_asked = self.choice.data in list(Choice)
        return Line(
            no,
            self.number.data,
            self.counts,
            Choice(self.choice.data) if is_asked else None,
            int(seen) if seen.isdecimal() and len(seen) < 5 else 0,
        )


class PaperLines(Form):
    """The lines of a list. `form_id` stays the same however often the form is sent."""

    BESIDE = frozenset({"step"})

    form_id = HiddenField()
    lines = FieldList(FormField(PaperLine), min_entries=LINES_AT_ONCE)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for no, entry in enumerate(self.lines, 1):
            _name(entry.form, no)

    def add_lines(self) -> None:
        """Add ten empty lines, up to the most that a form has."""
        for no in range(len(self.lines) + 1, min(len(self.lines) + LINES_AT_ONCE, MOST_LINES) + 1):
            _name(self.lines.append_entry().form, no)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every line, and that there are some and not too many."""
        is_sound = bool(super().validate(extra_validators))
        if len(self.lines) > MOST_LINES:
            self.form_errors.append(
                _("A list has at most %(most)s lines. Enter the rest as another list.", most=MOST_LINES)
            )
        elif is_sound and not self.read():
            self.form_errors.append(_("Write at least one line."))
        return is_sound and not self.form_errors

    def read(self) -> list[Line]:
        """Return the lines on which something is written, by their places on the form."""
        return [entry.form.read(no) for no, entry in enumerate(self.lines, 1) if not entry.form.is_empty]

    def wrong_fields(self) -> list[Any]:
        """Return the fields with mistakes in the order of the page."""
        return [field for entry in self.lines for field in entry.form if field.errors]

    def sheet_id(self) -> uuid.UUID | None:
        """Return the id of the form, None for what the page never made."""
        try:
            return uuid.UUID(self.form_id.data or "")
        except ValueError:
            return None


def _name(line: PaperLine, no: int) -> None:
    """Tell the fields of the lines apart for those who hear them and in the list of mistakes."""
    for field in line:
        field.label.text = _("Line %(no)s, %(what)s", no=no, what=str(field.label.text).lower())
