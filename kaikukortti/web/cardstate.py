"""A card's state and past in words, what can be done with it now, and the answer when something cannot.

Whether it may be done, the use cases say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from flask import Blueprint, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from kaikukortti import cardregister, cards, clock, lifecycle
from kaikukortti.cardhistory import HistoryRow, Life
from kaikukortti.cards import CardRow
from kaikukortti.errors import DomainError
from kaikukortti.models.network import Area
from kaikukortti.rules import card as card_rules
from kaikukortti.rules import period
from kaikukortti.rules.card import TRANSITIONS, Action, CardKind, State
from kaikukortti.web import choices, guard, language
from kaikukortti.web.language import _
from kaikukortti.web.sentences import sentence_of

CONFLICTS = (
    card_rules.WrongState,
    card_rules.RenewalTooEarly,
    cardregister.IsCommunityCard,
    lifecycle.CardChanged,
    lifecycle.UndoTooLate,
    lifecycle.CardIsUsed,
)
MARKS = {State.SUSPENDED: "attention", State.BLOCKED: "attention"}

# In the order in which they are offered: what keeps a card going first, what ends it last.
OFFERS: tuple[tuple[Action, str, Any, Any], ...] = (
    (Action.RENEW, "cardchange.renew", _l("Renew the card"), _l("A new last day, on the same card or on a new one.")),
    (Action.RESUME, "cardlife.resume", _l("End the pause"), _l("The card works again at once.")),
    (Action.UNBLOCK, "cardlife.unblock", _l("Open the card again"), _l("The card has been found.")),
    (
        Action.REPLACE,
        "cardchange.replace",
        _l("Give a new card in place of this one"),
        _l("This card stops working. Its last day goes over to the new one."),
    ),
    (Action.BLOCK, "cardlife.block", _l("Block the card"), _l("It is lost, stolen or misused.")),
    (
        Action.SUSPEND,
        "cardlife.suspend",
        _l("Pause the card"),
        _l("It works again by itself on a day that you choose."),
    ),
    (
        Action.CORRECT,
        "cardchange.correct",
        _l("Correct what was entered"),
        _l("Year of birth, postcode or number of children."),
    ),
    (Action.RETURN, "cardlife.give_back", _l("Take the card back"), _l("It is not needed any more.")),
)


class Stated(Protocol):
    """What the words for a card's state are made of."""

    @property
    def state(self) -> State: ...
    @property
    def suspended_until(self) -> date | None: ...
    @property
    def last_on(self) -> date: ...
    @property
    def is_used(self) -> bool | None: ...
    def has_ended(self, today: date) -> bool: ...


@dataclass(frozen=True)
class StateWords:
    """A card's state as a word for a list, a sentence for its page, and the mark of its badge."""

    word: str
    sentence: str
    mark: str


@dataclass(frozen=True)
class Told:
    """One line of a card's past."""

    at: datetime
    what: str
    by: str


def state_of(row: Stated, today: date) -> StateWords:
    """Return the words for a card's state on a day."""
    last_on = language.day(row.last_on)
    if row.state is State.SUSPENDED and row.suspended_until is not None:
        until = _("Paused until %(day)s", day=language.day(row.suspended_until))
        return StateWords(until, until, MARKS[row.state])
    if row.state is not State.ACTIVE:
        word = str(choices.CARD_STATES[row.state])
        return StateWords(word, word, MARKS.get(row.state, "muted"))
    if row.has_ended(today):
        return StateWords(_("Ended"), _("Ended on %(day)s", day=last_on), "muted")
    in_use = _("In use until %(day)s", day=last_on)
    if row.is_used is None:
        return StateWords(_("In use"), in_use, "good")
    return (
        StateWords(_("Taken into use"), in_use, "good")
        if row.is_used
        else StateWords(_("Not used yet"), in_use, "neutral")
    )


def actions_of(life: Life, today: date, *, area: Area) -> list[dict[str, str]]:
    """Return what can be done with a card of an area now, as items of an action list."""
    row = life.row
    offered = [
        {"title": str(title), "text": str(text), "href": url_for(endpoint, card_id=row.card_id)}
        for action, endpoint, title, text in OFFERS
        if (row.state, action) in TRANSITIONS and _makes_sense(row, action, today, area)
    ]
    if row.kind is CardKind.COMMUNITY and (row.state, Action.CORRECT) in TRANSITIONS:
        title, text = _("Set the tickets of a year"), _("How many tickets the card may use in a calendar year.")
        offered.append({"title": title, "text": text, "href": url_for("cardlife.budget", card_id=row.card_id)})
    if may_undo(life, today):
        title, text = _("Undo the handing out"), _("Only today, if a wrong card was taken.")
        offered.append({"title": title, "text": text, "href": url_for("cardlife.undo", card_id=row.card_id)})
    return offered


def may_undo(life: Life, today: date) -> bool:
    """Return whether a card was handed out by mistake today, as far as can be seen: entered today and not used."""
    entered = next((line.at for line in life.history if line.action is Action.REGISTER), None)
    is_fresh = entered is not None and period.day_of(entered) == today
    return is_fresh and life.row.state is State.ACTIVE and not life.row.is_used and life.row.replaces_id is None


def told(history: Sequence[HistoryRow]) -> list[Told]:
    """Return a card's past in words, in the order given."""
    return [Told(row.at, _what(row), row.by or _("The service")) for row in history]


def init_conflicts(blueprint: Blueprint) -> None:
    """Let a blueprint about one card answer what cannot be done now with the card's new state in words."""
    for kind in CONFLICTS:
        blueprint.register_error_handler(kind, _conflict)


def _conflict(error: DomainError) -> tuple[str, int]:
    now = clock.now()
    row = cards.look((request.view_args or {})["card_id"], actor=guard.actor(), now=now)
    state = state_of(row, period.day_of(now))
    return render_template("cards/conflict.html", row=row, state=state, told=sentence_of(error)), 409


def _makes_sense(row: CardRow, action: Action, today: date, area: Area) -> bool:
    """Return whether an action that the state allows has a point: days and kind have a say as well."""
    has_ended = row.has_ended(today)
    match action:
        case Action.RENEW:
            return _adds_days(row, today, area)
        case Action.CORRECT:
            return row.kind is CardKind.PERSONAL and not has_ended
        case Action.UNBLOCK | Action.SUSPEND | Action.BLOCK:
            return not has_ended
        case Action.REPLACE:
            return not has_ended or row.state is State.BLOCKED
        case _:
            return True


def _adds_days(row: CardRow, today: date, area: Area) -> bool:
    months, fixed_end_on = area.validity_months, area.fixed_end_on
    try:
        card_rules.renewal(row.last_on, today=today, months=months, fixed_end_on=fixed_end_on)
    except card_rules.RenewalTooEarly:
        return False
    return True


def _what(row: HistoryRow) -> str:
    words = str(choices.CARD_ACTIONS[row.action])
    if row.until_on is not None:
        return _("%(what)s until %(day)s", what=words, day=language.day(row.until_on))
    details = [str(choices.CARD_REASONS[row.reason])] if row.reason else []
    details += [str(choices.ENTERED_FIELDS[field]) for field in row.fields]
    return f"{words}: {', '.join(details).lower()}" if details else words
