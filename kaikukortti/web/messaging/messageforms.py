"""The forms of messages. Whether a text may stand, the use cases say; here is what fields there are."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, EmailField, Field, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import TextArea

from kaikukortti.messaging import accessibility, announcements, feedback, turnedaway
from kaikukortti.rules import identitycode
from kaikukortti.web import forms, sentences

NEEDED = _l("This is needed.")
ELSEWHERE = "0"  # what a list of places sends for somewhere else
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


class ParagraphsField(Field):  # type: ignore[misc]  # WTForms carries no types
    """A text of several lines; the ends of its lines stay, which `forms.trimmed` would take away."""

    widget = TextArea()
    data: str | None

    def _value(self) -> str:
        return self.data or ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the text. Raises ValueError with the sentence for the person where it holds an identity code."""
        if not valuelist:
            return
        self.data = _CONTROLS.sub("", valuelist[0].replace("\r\n", "\n").replace("\r", "\n")).strip()
        if identitycode.holds_one(self.data):
            raise ValueError(str(sentences.IDENTITY_CODE))


class Announce(forms.Form):
    """A word to the partners, in one language at least."""

    audience = RadioField(_l("To whom?"), [InputRequired(NEEDED)], default="all")
    last_on = DateField(_l("Last day that it is shown"), [InputRequired(_l("Choose a day."))])
    title_fi = StringField(_l("Title in Finnish"), [InputRequired(NEEDED), Length(max=announcements.LONGEST_TITLE)])
    text_fi = ParagraphsField(_l("Text in Finnish"), [InputRequired(NEEDED)])
    title_sv = StringField(_l("Title in Swedish"), [Optional(), Length(max=announcements.LONGEST_TITLE)])
    text_sv = ParagraphsField(_l("Text in Swedish"), [Optional()])
    title_en = StringField(_l("Title in English"), [Optional(), Length(max=announcements.LONGEST_TITLE)])
    text_en = ParagraphsField(_l("Text in English"), [Optional()])


class WriteFeedback(forms.Form):
    """A partner writes to the coordinator."""

    kind = RadioField(_l("What is it?"), [InputRequired(NEEDED)])
    text = ParagraphsField(_l("Your message"), [InputRequired(NEEDED), Length(max=feedback.LONGEST_TEXT)])


class Answer(forms.Form):
    """The coordinator's answer to anything."""

    text = ParagraphsField(_l("Your answer"), [InputRequired(NEEDED), Length(max=accessibility.LONGEST_ANSWER)])


class TurnedAway(forms.Form):
    """What happened to somebody with a card; the page gives each field its words."""

    venue = SelectField("", [InputRequired(NEEDED)])
    when = RadioField("", [InputRequired(NEEDED)])
    on_day = DateField("", [Optional()])
    cause = RadioField("", [InputRequired(NEEDED)])
    text = ParagraphsField("", [Optional(), Length(max=turnedaway.LONGEST_TEXT)])
    code = StringField("", [Optional(), Length(max=64)])
    form_id = HiddenField(validators=[InputRequired()])


class AnswerWord(forms.Form):
    """The word with which an answer is read."""

    word = StringField("", [Optional(), Length(max=64)])


class AccessibilityFeedback(forms.Form):
    """Somebody could not use a page."""

    area = SelectField(_l("Area"), [InputRequired(NEEDED)], coerce=int)
    page = StringField(_l("On which page?"), [Optional(), Length(max=accessibility.LONGEST_PAGE)])
    text = ParagraphsField(
        _l("What did not work, or was hard?"), [InputRequired(NEEDED), Length(max=accessibility.LONGEST_TEXT)]
    )
    email = EmailField(_l("E-mail address"), [Optional(), Length(max=accessibility.LONGEST_ADDRESS)])


def words_of(form: Announce, part: str) -> dict[str, Any]:
    """Return the titles or texts of an announcement by language."""
    return {language: form[f"{part}_{language}"].data or "" for language in announcements.LANGUAGES}
