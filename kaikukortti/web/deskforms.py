"""The forms of the issuing desk. Whether what they hold makes sense is the use cases' business."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from kaikukortti.rules import identitycode
from kaikukortti.web import choices, sentences
from kaikukortti.web.forms import Form, WholeNumberField

NUMBER_LENGTH = 64
SILENT = _l("Does not want to say")

_missing = _l("This is needed.")
_number_missing = _l("Read or type the number of the card.")
_day_missing = _l("Choose a day.")
_not_yet = _l("Nothing has been done yet. Press the button below to confirm.")


class DayField(DateField):  # type: ignore[misc]  # WTForms carries no types
    """A day; what is none is kept as typed and answered in words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day. Raises ValueError with the sentence for the person."""
        if not valuelist or not valuelist[0].strip():
            return
        if identitycode.holds_one(valuelist[0]):
            raise ValueError(str(sentences.IDENTITY_CODE))
        try:
            super().process_formdata([valuelist[0].strip()])
        except ValueError:
            raise ValueError(str(_day_missing)) from None


class FinalForm(Form):
    """What cannot be taken back: only a press on the form's own button, `confirmed`, sends it; Enter does not."""

    BESIDE = frozenset({"confirmed"})

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, and that the button was pressed."""
        is_sound = bool(super().validate(extra_validators))
        if is_sound and "confirmed" not in request.form:
            self.form_errors.append(str(_not_yet))
            return False
        return is_sound


class CardNumber(Form):
    """The number of a card, read or typed."""

    number = StringField(_l("Card number"), [InputRequired(_number_missing), Length(max=NUMBER_LENGTH)])


class StockNumber(CardNumber):
    """A stock card that is handed out: now, or on an earlier day when a paper form is entered."""

    BESIDE = frozenset({"accepts_other_unit"})  # the page that asks comes back here

    handed_out_on = DayField(_l("Day on which the card was handed out"), [Optional()])


class OtherUnit(Form):
    """The worker says that another unit's stock card may be handed out here."""

    number = HiddenField(validators=[InputRequired()])
    handed_out_on = DayField(validators=[Optional()], widget=HiddenInput())
    accepts_other_unit = BooleanField(_l("Yes, I have this card from the other unit."))


class CommunityCard(Form):
    """A community card that is taken into use: nothing is asked."""

    number = HiddenField()
    accepts_other_unit = HiddenField()
    handed_out_on = DayField(validators=[Optional()], widget=HiddenInput())


class ClientAnswers(Form):
    """What the client says at the desk; the last three may stay unanswered."""

    BESIDE = frozenset({"back", "is_client", "is_local", "is_tight"})  # on the way back the ticks come along

    number = HiddenField()
    accepts_other_unit = HiddenField()
    handed_out_on = DayField(validators=[Optional()], widget=HiddenInput())
    birth_year = WholeNumberField(_l("Year of birth"), [InputRequired(_missing)])
    postcode = StringField(_l("Postcode of the home"), [InputRequired(_missing), Length(max=20)])
    children = WholeNumberField(_l("Own children or grandchildren under 18"), [InputRequired(_missing)])
    gender = SelectField(_l("Gender"), [Optional()])
    life_situation = SelectField(_l("Life situation"), [Optional()])
    language = SelectField(_l("Language"), [Optional()])

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.gender.choices = choices.options(choices.GENDERS, unanswered=str(SILENT))
        self.life_situation.choices = choices.options(choices.LIFE_SITUATIONS, unanswered=str(SILENT))
        self.language.choices = choices.options(choices.HOME_LANGUAGES, unanswered=str(SILENT))


class Eligibility(ClientAnswers):
    """The last step: the answers once more, and the three conditions that the worker confirms."""

    is_client = BooleanField(_l("This person is a client of our unit."))
    is_local = BooleanField(_l("The home municipality is in the Kaikukortti network."))
    is_tight = BooleanField(_l("By the person's own account, tickets would stay unbought for lack of money."))


class BlockCard(FinalForm):
    """Why a card is blocked."""

    reason = RadioField(_l("Reason"), [InputRequired(_l("Choose a reason."))])

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.reason.choices = choices.options(choices.BLOCK_REASONS)


class UnblockCard(Form):
    """Why a card is opened again."""

    reason = RadioField(_l("Reason"), [InputRequired(_l("Choose a reason."))])

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.reason.choices = choices.options(choices.OPENING_REASONS)


class NewNumber(Form):
    """The stock card that takes an old card's place."""

    BESIDE = frozenset({"confirmed"})

    number = StringField(_l("Number of the new card"), [InputRequired(_number_missing), Length(max=NUMBER_LENGTH)])
    accepts_other_unit = BooleanField(_l("Yes, I have this card from the other unit."))


class RenewCommunityCard(Form):
    """A renewal on the same card or a new one; a community card has no holder to ask."""

    seen_last_on = DayField(validators=[InputRequired()], widget=HiddenInput())
    onto = RadioField(_l("Which card goes on?"), [InputRequired(_l("Choose a card."))], default="same")
    number = StringField(_l("Number of the new card"), [Optional(), Length(max=NUMBER_LENGTH)])
    accepts_other_unit = BooleanField(_l("Yes, I have this card from the other unit."))

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.onto.choices = choices.options(choices.RENEWED_ONTO)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, and that a new card has a number."""
        is_sound = bool(super().validate(extra_validators))
        if self.onto.data == "new" and not self.number.data:
            self.refuse("number", str(_number_missing))
            return False
        return is_sound


class RenewCard(RenewCommunityCard):
    """A renewal of a personal card: the number of children of today, and one voluntary question."""

    children = WholeNumberField(_l("Own children or grandchildren under 18"), [InputRequired(_missing)])
    barrier = RadioField(_l("What has made it hard to use the card?"), [Optional()], default="")

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.barrier.choices = choices.options(choices.BARRIERS, unanswered=str(SILENT))


class PauseCard(Form):
    """Until when a card is out of use."""

    until_on = DayField(_l("The card works again from"), [InputRequired(_day_missing)])


class CorrectCard(Form):
    """What was entered about the client, to be put right."""

    birth_year = WholeNumberField(_l("Year of birth"), [InputRequired(_missing)])
    postcode = StringField(_l("Postcode of the home"), [InputRequired(_missing), Length(max=20)])
    children = WholeNumberField(_l("Own children or grandchildren under 18"), [InputRequired(_missing)])


class TicketBudget(Form):
    """How many tickets a community card may use in a calendar year; empty means no limit."""

    tickets = WholeNumberField(_l("Tickets in a calendar year"), [Optional()])


class LostCard(Form):
    """What is known of a card whose number is not."""

    birth_year = WholeNumberField(_l("Year of birth"), [InputRequired(_missing)])
    postcode = StringField(_l("Postcode of the home"), [InputRequired(_missing), Length(max=20)])


class LostDetails(LostCard):
    """The same, carried along by the page on which the card is chosen."""

    BESIDE = frozenset({"card_id", "confirmed"})


class LostChoice(FinalForm):
    """The card that the worker chose among the matches."""

    birth_year = WholeNumberField(validators=[InputRequired()], widget=HiddenInput())
    postcode = HiddenField(validators=[InputRequired(), Length(max=20)])
    card_id = RadioField(_l("Which of these cards is it?"), [InputRequired(_l("Choose a card."))], coerce=int)
