"""What people enter in a meeting. Nothing of it may name a person or a card."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import TextArea

from kaikukortti.errors import DomainError
from kaikukortti.followup import goals, meetings, texts
from kaikukortti.followup.models.answers import Agreement
from kaikukortti.web import choices, forms
from kaikukortti.web.deskforms import DayField
from kaikukortti.web.followup.meetings import meetingwords
from kaikukortti.web.sentences import sentence_of

LONGEST_PART = 2000

_missing = _l("This is needed.")


def no_card_number(_form: Any, field: Any) -> None:
    """Refuse the number of a card in a text. Raises ValidationError with the sentence for the person."""
    try:
        texts.check(field.data or "")
    except texts.TextNamesCard as error:
        raise ValidationError(sentence_of(error)) from error
    except DomainError:
        return  # the form's own manners say it


class LinesField(Field):  # type: ignore[misc]  # WTForms carries no types
    """A text of several lines: its line ends stay, which the fields of one line lose."""

    widget = TextArea()
    data: str | None

    def _value(self) -> str:
        return self.data or ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the text with one kind of line end and without control characters."""
        if valuelist:
            lines = (forms.trimmed(line) or "" for line in valuelist[0].splitlines())
            self.data = "\n".join(lines).strip()


class MeetingForm(forms.Form):
    """A screen of a meeting: each sends which one it is, what is carried along, and the button that was pressed."""

    BESIDE = frozenset(
        ("screen", "carried", "back", "stop", "skip", "mend", "again")
        + ("add", "change", "leave_out", "editing", "with_card", "without_card")
    )


class MeetingGoal(MeetingForm):
    """A goal in a meeting: it may be left empty, and the meeting goes on."""

    words = StringField(
        _l("What would you like?"),
        [Optional(), Length(max=goals.LONGEST), no_card_number],
        description=_l("In your own words, for example: I go out once a week."),
    )
    weight = RadioField(_l("How important is it?"), [InputRequired(_missing)], coerce=int, default=goals.WEIGHTS[0])
    target_on = DayField(_l("By when?"), [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.weight.choices = [(weight, str(word)) for weight, word in meetingwords.WEIGHTS.items()]


class NextStep(MeetingForm):
    """One thing to do before the next meeting: one of the ideas, or the client's own."""

    idea = RadioField(_l("One next step"), [Optional()], validate_choice=False)
    own_step = StringField(_l("Or in your own words"), [Optional(), Length(max=goals.LONGEST), no_card_number])


PART = [Optional(), Length(max=LONGEST_PART), forms.no_identity_code, no_card_number]


class PlanText(MeetingForm):
    """The text for the client plan under its four headings, and the client's yes."""

    goals = LinesField(_l("Goals"), PART)
    situation = LinesField(_l("Factors of the situation"), PART)
    services = LinesField(_l("Services"), PART)
    methods = LinesField(_l("Methods"), PART)
    is_approved = BooleanField(
        _l("I have read this text and it is right"),
        [DataRequired(_l("The text is copied only when the client says that it is right."))],
    )


class Questions(MeetingForm):
    """Three questions about the meeting. Each may be left unanswered."""

    heard = RadioField(
        _l("Were you heard?"),
        [Optional()],
        default=Agreement.UNSAID.value,
    )
    useful = RadioField(
        _l("Was this of use?"),
        [Optional()],
        default=Agreement.UNSAID.value,
    )
    wish = StringField(
        _l("What would you change?"),
        [Optional(), Length(max=meetings.LONGEST_WISH), no_card_number],
        description=_l("Please write no names."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {answer.value: word for answer, word in meetingwords.ANSWERS.items()}
        self.heard.choices = self.useful.choices = choices.options(words)
