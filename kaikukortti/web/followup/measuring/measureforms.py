"""The forms about measures: a permission, scales, a result in an episode, an anonymous answer. Numbers only: no item
text of a measure stands on any of them.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from kaikukortti.followup.models.answers import UsedCard
from kaikukortti.followup.models.episodes import Mode, Phase
from kaikukortti.followup.permissions import LONGEST_TEXT, LONGEST_VERSION, Entry, FormState
from kaikukortti.rules import identitycode
from kaikukortti.web import forms, sentences
from kaikukortti.web.followup.measuring import measurewords
from kaikukortti.web.language import _

ITEM = "item_"
SCORE = "score_"
LOWEST, HIGHEST = "low_", "high_"
FEW_DIGITS = 12

_missing = _l("This is needed.")


class NumberField(StringField):  # type: ignore[misc]  # WTForms carries no types
    """A number with a decimal comma or point. What is not one is kept as typed and answered in words."""

    number: float | None = None

    def pre_validate(self, form: Any) -> None:
        """Read the number. Raises ValidationError with the sentence for the person."""
        text = (self.data or "").replace(",", ".").replace("\u2212", "-").replace("\u00a0", "").replace(" ", "")
        self.number = None
        if not text:
            return
        if identitycode.holds_one(self.data):
            raise ValidationError(str(sentences.IDENTITY_CODE))
        plain = text.removeprefix("-")
        if len(plain) > FEW_DIGITS or not plain.isascii() or not plain.replace(".", "", 1).isdigit():
            raise ValidationError(_("Write a number, for example 61 or 61,5."))
        self.number = float(text)


class PermissionForm(forms.Form):
    """The owner's permission to use a measure."""

    reference = StringField(
        _l("Reference of the permission"),
        [DataRequired(_missing), Length(max=LONGEST_TEXT)],
        description=_l("Its number and date, so that somebody finds it."),
    )
    owner = StringField(_l("Given by"), [DataRequired(_missing), Length(max=LONGEST_TEXT)])
    text_version = StringField(
        _l("Version of the text"),
        [DataRequired(_missing), Length(max=LONGEST_VERSION)],
        description=_l("Language and year of the paper that is used, for example fi 2013."),
    )
    valid_until = DateField(_l("Valid until"), [InputRequired(_l("Choose a day."))])
    is_form_on = BooleanField(_l("Answers to the items may be entered"))


class EmptyChoice(forms.Form):
    """A button that removes something."""


class ForgetForm(forms.Form):
    """Which anonymous answer goes."""

    code = SelectField(_l("Which measure"), [InputRequired(_missing)])
    response_code = StringField(_l("Response code"), [DataRequired(_missing), Length(max=40)])


def scale_form(entry: Entry, **options: Any) -> Any:
    """Return the form of a measure's open scales."""
    fields: dict[str, Any] = {}
    for domain in entry.measure.domains:
        if domain.is_scale_open:
            words = measurewords.part(domain.code)
            low, high = entry.scales[domain.code]
            # The label names the domain, so that the list of mistakes can be read by itself.
            fields[LOWEST + domain.code] = NumberField(_("%(part)s, lowest", part=words), default=f"{low:g}")
            fields[HIGHEST + domain.code] = NumberField(_("%(part)s, highest", part=words), default=f"{high:g}")
    return type("ScaleForm", (forms.Form,), fields)(**options)


def result_form(entry: Entry, **options: Any) -> Any:
    """Return the form of a result of a measure in an episode."""
    fields: dict[str, Any] = {
        "measured_on": DateField(_l("Day"), [InputRequired(_l("Choose a day."))]),
        "phase": _radio(_l("When"), default=Phase.START),
        "mode": _radio(_l("How"), default=Mode.SELF),
        **_item_fields(entry),
    }
    for domain, scale in entry.scales.items():
        label = f"{measurewords.part(domain)} ({measurewords.between(scale)})"
        fields[SCORE + domain] = NumberField(label, [Optional(), Length(max=20)])
    form = type("ResultForm", (forms.Form,), fields)(**options)
    return _with_choices(form, entry, phase=measurewords.PHASES, mode=measurewords.MODES)


def answer_form(entry: Entry, **options: Any) -> Any:
    """Return the form of an anonymous answer."""
    measure = entry.measure
    total = _("Total (%(between)s)", between=measurewords.between((measure.low, measure.high)))
    fields: dict[str, Any] = {
        "response_code": StringField(_l("Response code"), [DataRequired(_missing), Length(max=40)]),
        "phase": _radio(_l("Which time is this?")),
        "mode": _radio(_l("How"), default=Mode.SELF),
        **_item_fields(entry),
        "total": NumberField(total, [Optional(), Length(max=20)]),
        "used_card": _radio(_l("Has the person used the card in between?"), default=UsedCard.UNSAID, is_needed=False),
    }
    form = type("AnswerForm", (forms.Form,), fields)(**options)
    return _with_choices(
        form, entry, phase=measurewords.GROUP_PHASES, mode=measurewords.MODES, used_card=measurewords.USED_CARD
    )


def item_names(form: Any) -> list[str]:
    """Return the names of the fields for the answers to the items, in order."""
    return [field.name for field in form if field.name.startswith(ITEM)]


def answers_of(form: Any) -> list[int | None]:
    """Return the answers to the items, None where one is missing; nothing where none was given."""
    given = [form[name].data for name in item_names(form)]
    return [int(answer) if answer else None for answer in given] if any(given) else []


def _item_fields(entry: Entry) -> dict[str, Any]:
    if entry.form is not FormState.ON or entry.measure.items is None:
        return {}
    return {
        f"{ITEM}{number}": SelectField(_("Answer %(number)s", number=number), [Optional()])
        for number in range(1, entry.measure.items + 1)
    }


def _radio(label: Any, *, default: StrEnum | None = None, is_needed: bool = True) -> RadioField:
    needed = InputRequired(_l("Choose one.")) if is_needed else Optional()
    return RadioField(label, [needed], default=default.value if default else None)


def _with_choices(form: Any, entry: Entry, **words: Mapping[Any, Any]) -> Any:
    """Put the choices of a form's fields in; the fields of items have the measure's answers."""
    for name, choices in words.items():
        form[name].choices = [(value.value, str(word)) for value, word in choices.items()]
    for name in item_names(form):
        form[name].choices = [("", "–"), *((str(answer), str(answer)) for answer in entry.measure.answers)]
    return form
