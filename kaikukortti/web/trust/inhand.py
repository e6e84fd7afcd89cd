"""A sign that the holder's card is in hand: the last characters of its number, which the worker reads from the card."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from kaikukortti.web import forms

SHOWN = 4  # characters of the number


class InHand(forms.Form):
    """The end of the number, read from the card."""

    symbols = StringField(_l("The last four characters of the number"), [InputRequired(), Length(max=24)])

    def is_of(self, number: str) -> bool:
        """Return whether the end of this number was typed, or all of it; says so beside the field where it was not."""
        typed = "".join(symbol for symbol in (self.symbols.data or "").upper() if symbol.isalnum())
        if typed in (number[-SHOWN:], number):
            return True
        self.refuse("symbols", _("These are not the last four characters of this card. Read them from the card."))
        return False
