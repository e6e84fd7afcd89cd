"""The forms about stock: an import, a card taken out, a count."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired

from kaikukortti.rules.card import CardReason
from kaikukortti.web import choices
from kaikukortti.web.deskforms import CardNumber
from kaikukortti.web.forms import Form, WholeNumberField

_missing = _l("This is needed.")


class ImportFile(Form):
    """A file of codes for a unit."""

    unit = SelectField(_l("Unit"), [InputRequired(_missing)], coerce=int)
    file = FileField(_l("File"), [FileRequired(_l("Choose a file."))])


class ImportExamined(Form):
    """The codes of a file that was examined, sealed by ourselves."""

    examined = HiddenField(validators=[InputRequired()])


class DestroyCard(CardNumber):
    """A stock card that is taken out of use, and why."""

    reason = RadioField(_l("Reason"), [InputRequired(_l("Choose a reason."))])

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        words = choices.CARD_REASONS
        self.reason.choices = [
            (each.value, words[each.value]) for each in (CardReason.SPOILED, CardReason.LOST_IN_POST)
        ]


class CountStock(Form):
    """How many cards there are."""

    counted = WholeNumberField(_l("Number of cards"), [InputRequired(_missing)])


class LowStock(Form):
    """At how many cards a unit asks for more."""

    limit = WholeNumberField(_l("Cards left"), [InputRequired(_missing)])
