"""Whatever a unit does with its cards, in whatever order and over years: no card has two lives, no holder two cards.

A state machine drives the real services on a real SQLite file; what the register caches is worked out anew from its
periods and events after each step.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from kaikukortti import cards, issuing, lifecycle
from kaikukortti.auditing import verification
from kaikukortti.db import db
from kaikukortti.errors import DomainError
from kaikukortti.models.cards import Card, CardEvent, CardPeriod, PeriodKind
from kaikukortti.profiles import Profile
from kaikukortti.rules import card as card_rules
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardReason, State
from tests import cardlives, factories
from tests.factories import DAY, NOW
from venues import scanning

LIVE = (State.ACTIVE, State.SUSPENDED, State.BLOCKED)
CARDS = 4
PLACES = st.integers(0, CARDS + 1)
CHILDREN = st.integers(0, 2)


class CardLives(RuleBasedStateMachine):
    """A unit with a few cards; each rule is a use case on one of them, allowed or not."""

    @initialize()
    def open_unit(self) -> None:
        self.now = NOW
        self.worker = factories.make_actor(Role.WORKER)
        self.unit = factories.unit_of(self.worker)
        stock = factories.make_stock_cards(CARDS, self.unit)
        self.ids = [card.id for card in stock]
        self.tablet = factories.make_tablet().known
        self.final: dict[int, int] = {}
        self.places: dict[int, int] = {}
        cardlives.register(stock[0], self.worker)

    def cards(self) -> list[Card]:
        query = sa.select(Card).where(Card.id.in_(self.ids)).order_by(Card.id)
        return list(db.session.scalars(query.execution_options(populate_existing=True)))

    def card(self, place: int) -> Card:
        """Return a card: by choice one of those that live, sometimes any."""
        found = self.cards()
        live = [card for card in found if card.state in LIVE] if place < CARDS else []
        return (live or found)[place % len(live or found)]

    def stock(self) -> Card:
        """Return a card that can be handed out, printed when there is none left."""
        spare = next((card for card in self.cards() if card.state is State.STOCK), None)
        if spare is None:
            spare = factories.make_stock_card(self.unit)
            self.ids.append(spare.id)
        return spare

    def attempt(self, act: Callable[..., Any], *args: Any, **more: Any) -> None:
        """Call a use case; a rule's no is an answer, anything else is a fault."""
        try:
            act(*args, now=self.now, **more)
        except DomainError:
            db.session.rollback()

    @rule(days=st.sampled_from([0, 1, 20, 100, 320, 366]))
    def wait(self, days: int) -> None:
        self.now += days * DAY + DAY / 240

    @rule(children=CHILDREN, back=st.sampled_from([None, 0, 12, 30]))
    def register(self, children: int, back: int | None) -> None:
        day = None if back is None else period.day_of(self.now) - back * DAY
        answers = issuing.Answers(birth_year=1980, postcode="53100", children=children)
        self.attempt(cardlives.register, self.stock(), self.worker, answers=answers, handed_out_on=day)

    @rule(place=PLACES, children=st.none() | CHILDREN)
    def renew(self, place: int, children: int | None) -> None:
        self.attempt(cardlives.renew, self.card(place), self.worker, children=children)

    @rule(place=PLACES, act=st.sampled_from([cardlives.renew_onto, cardlives.replace]), is_stock=st.sampled_from("yyn"))
    def take_place(self, place: int, act: Callable[..., Card], is_stock: str) -> None:
        new = self.stock() if is_stock == "y" else self.card(place + 1)
        self.attempt(act, self.card(place), self.worker, new=new)

    @rule(place=PLACES, days=st.sampled_from([1, 15, 90]))
    def suspend(self, place: int, days: int) -> None:
        until_on = period.day_of(self.now) + days * DAY
        self.attempt(lifecycle.suspend, self.card(place).id, until_on=until_on, actor=self.worker)

    @rule(place=PLACES, act=st.sampled_from([lifecycle.resume, lifecycle.give_back]))
    def end(self, place: int, act: Callable[..., Card]) -> None:
        self.attempt(act, self.card(place).id, actor=self.worker)

    @rule(again=st.booleans())
    def hand_out_by_mistake(self, again: bool) -> None:
        card = self.stock()
        self.attempt(cardlives.register, card, self.worker)
        self.attempt(lifecycle.undo_registration, card.id, actor=self.worker)
        if again:
            day = period.day_of(self.now) - 5 * DAY
            self.attempt(cardlives.register, card, self.worker, handed_out_on=day)

    @rule(place=PLACES, opens=st.booleans())
    def block(self, place: int, opens: bool) -> None:
        if opens:
            self.attempt(cards.unblock, self.card(place).id, actor=self.worker)
        else:
            self.attempt(cards.block, self.card(place).id, actor=self.worker, reason=CardReason.LOST)

    @rule(place=PLACES, children=CHILDREN)
    def correct(self, place: int, children: int) -> None:
        self.attempt(cardlives.correct, self.card(place), self.worker, children=children)

    @rule(place=PLACES)
    def visit(self, place: int) -> None:
        item = factories.make_item(self.card(place), occurred=self.now)
        scanning.record(item, device=self.tablet, received_at=self.now)

    @invariant()
    def nobody_has_two_cards(self) -> None:
        db.session.rollback()
        found = self.cards()
        for line in {card.line for card in found} - {None}:
            holders = [card for card in found if card.line == line]
            assert sum(card.state in LIVE for card in holders) <= 1
            assert sum(opens(card, self.now) for card in holders) <= 1
            assert sum(is_registration(days) for card in holders for days in current(card)) == 1
        lines = set(db.session.scalars(sa.select(Profile.line)))
        assert {card.line for card in found} - {None} <= lines

    @invariant()
    def what_is_final_stays(self) -> None:
        for card in self.cards():
            if card.id in self.final:
                assert (card.state, card.replaced_by_id) == (State.REPLACED, self.final[card.id])
            assert (card.state is State.REPLACED) == (card.replaced_by_id is not None)
            if card.replaced_by_id is not None:
                self.final[card.id] = card.replaced_by_id
                assert db.session.get_one(Card, card.replaced_by_id).line == card.line
            assert (card.n or 0) >= self.places.get(card.id, 0)
            self.places[card.id] = card.n or 0

    @invariant()
    def what_is_cached_is_what_was_written(self) -> None:
        today = period.day_of(self.now)
        for card in self.cards():
            written = current(card)
            assert card_rules.state_on(card.state, card.suspended_until, today) is state_by_events(card, self.now)
            if card.line is None:
                assert not written
                continue
            assert card.last_valid_on == max(days.last_on for days in written)
            assert card.first_on == first_unbroken(written)
            covering = [days for days in written if days.first_on <= today <= days.last_on]
            if covering:
                assert card.children == covering[-1].children

    def teardown(self) -> None:
        assert verification.find_break(self.worker.organisation) is None


def current(card: Card) -> list[CardPeriod]:
    return [days for days in cardlives.periods(card) if days.withdrawn_at is None]


def is_registration(days: CardPeriod) -> bool:
    return days.kind is PeriodKind.REGISTRATION


def opens(card: Card, now: datetime) -> bool:
    """Return whether a door lets the card in by what was written, event by event and period by period."""
    today = period.day_of(now)
    is_covered = any(days.first_on <= today <= days.last_on for days in current(card))
    return state_by_events(card, now) is State.ACTIVE and is_covered


def state_by_events(card: Card, now: datetime) -> State:
    """Return the state of the newest event whose effect covers the moment."""
    query = sa.select(CardEvent.state).where(
        CardEvent.card_id == card.id,
        CardEvent.effective_from <= now,
        sa.or_(CardEvent.effective_until.is_(None), CardEvent.effective_until > now),
    )
    return db.session.scalar(query.order_by(CardEvent.id.desc()).limit(1)) or State.STOCK


def first_unbroken(written: list[CardPeriod]) -> date:
    """Return the first day of the run of days that reaches the end without a gap."""
    rows = sorted(written, key=lambda days: days.first_on)
    start, end = rows[0].first_on, rows[0].last_on
    for days in rows[1:]:
        if days.first_on > end + DAY:
            start = days.first_on
        end = max(end, days.last_on)
    return start


@pytest.mark.parametrize("engine_name", [pytest.param("sqlite", marks=pytest.mark.sqlite)])
def test_no_card_has_two_lives(app, engine_name):
    """Derandomised: the same walks each time; every one on a unit of its own."""
    walks = settings(max_examples=18, stateful_step_count=22, derandomize=True, deadline=None)
    run_state_machine_as_test(CardLives, settings=walks)
