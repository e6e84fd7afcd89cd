"""Renewals: what ends soon or has ended, and several cards renewed one after the other, looked at before it is done."""

import re
from datetime import date

from flask import abort, render_template
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import InputRequired
from wtforms.widgets import TextArea

from kaikukortti import clock, corrections, partners, renewals
from kaikukortti.errors import DomainError
from kaikukortti.renewals import Prepared, Wanted
from kaikukortti.rules import identitycode, period
from kaikukortti.rules.access import Role
from kaikukortti.web import choices, forms, guard, sentences

blueprint = guard.guarded_blueprint("renewals", __name__, roles=[Role.WORKER], url_prefix="/renewals")

Page = str | tuple[str, int]

LONGEST_LIST = 4000
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # but for tabs and ends of lines

_none = _l("Read or type at least one card.")

WHY_NOT = {
    "blocked": _l("Blocked. Open the card first, or give a new one in its place."),
    "suspended": _l("Paused. End the pause first."),
    "replaced": _l("A new card has been given in its place. Read the new one."),
    "returned": _l("Taken back. It cannot be renewed."),
}


class CardLinesField(Field):  # type: ignore[misc]  # WTForms carries no types
    """Card numbers, one a line; `data` is the list of lines that are not empty. What was typed is kept."""

    widget = TextArea()

    def _value(self) -> str:
        return _plain(self.raw_data[0]) if self.raw_data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the lines. Raises ValueError with the sentence for the person."""
        text = _plain(valuelist[0]) if valuelist else ""
        lines = [line.strip() for line in text.splitlines()]
        self.data = [line for line in lines if line]
        if any(identitycode.holds_one(line) for line in self.data):
            raise ValueError(str(sentences.IDENTITY_CODE))
        if not self.data:
            raise ValueError(str(_none))
        if len(text) > LONGEST_LIST or len(self.data) > renewals.MOST_CARDS:
            raise ValueError(sentences.sentence_of(renewals.TooManyCards(most=renewals.MOST_CARDS)))


class WantedField(Field):  # type: ignore[misc]  # WTForms carries no types
    """The cards to renew as the page before has written them: `17:2026-12-31`, the card and the last day seen."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read them all. Raises ValueError where the page was tampered with."""
        pairs = [value.partition(":") for value in valuelist[: renewals.MOST_CARDS + 1]]
        self.data = [Wanted(_row_number(card_id), date.fromisoformat(day)) for card_id, _colon, day in pairs]


class CardLines(forms.Form):
    """Several cards, read or typed one after the other."""

    numbers = CardLinesField(_l("Numbers of the cards, one a line"), [InputRequired(_none)])


class WantedCards(forms.Form):
    """What the worker confirms; the list as it was typed comes along."""

    BESIDE = frozenset({"numbers"})

    renew = WantedField()


@blueprint.get("/")
def index() -> str:
    """Show what ends this month and next, and what has ended and was not renewed."""
    now = clock.now()
    return render_template(
        "renewals/index.html",
        due=renewals.list_due(actor=guard.actor(), now=now),
        today=period.day_of(now),
        kinds=choices.CARD_KINDS,
    )


@blueprint.route("/cards", methods=["GET", "POST"])
def several() -> Page:
    """Read or type the cards; then show for each what will happen, or why nothing can."""
    form = CardLines()
    if not form.is_submitted():
        return _entry_page(CardLines(formdata=None))
    if not form.validate():
        return _entry_page(form), 422
    lines = renewals.prepare(form.numbers.data, actor=guard.actor(), now=clock.now())
    return render_template(
        "renewals/check.html",
        form=form,
        lines=lines,
        whys={place: why_not(line) for place, line in enumerate(lines) if line.problem},
        count=sum(line.problem is None for line in lines),
    )


@blueprint.post("/cards/change")
def change() -> Page:
    """Go back to the list as it was typed."""
    return _entry_page(CardLines())


@blueprint.post("/done")
def done() -> Page:
    """Renew the confirmed cards, each by itself, and say what became of each.

    The answer is the page itself: sent again it renews nothing twice and shows how the cards stand.
    """
    form = WantedCards()
    if not form.validate() or not form.renew.data:
        abort(400)
    outcomes = renewals.renew_each(form.renew.data, actor=guard.actor(), now=clock.now())
    return render_template(
        "renewals/done.html",
        outcomes=outcomes,
        whys=[_why(outcome.problem) if outcome.problem else "" for outcome in outcomes],
        count=sum(outcome.problem is None for outcome in outcomes),
        to_ask=corrections.list_to_ask([outcome.card_id for outcome in outcomes if outcome.problem is None]),
    )


def why_not(line: Prepared) -> str:
    """Say why a card of the list cannot be renewed."""
    assert line.problem is not None
    return _why(line.problem)


def _why(problem: DomainError) -> str:
    state = problem.details.get("state")
    return str(WHY_NOT[state]) if state in WHY_NOT else sentences.sentence_of(problem)


def _entry_page(form: CardLines) -> str:
    prefixes = sorted(partners.list_prefixes())
    return render_template("renewals/several.html", form=form, prefixes=prefixes, most=renewals.MOST_CARDS)


def _plain(text: str) -> str:
    """Return what was typed with plain ends of lines and without the controls that nobody types."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n"))


def _row_number(text: str) -> int:
    number = int(text)
    if not 0 < number < 2**31:
        raise ValueError(text)
    return number
