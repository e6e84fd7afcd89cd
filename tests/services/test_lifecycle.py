"""Every state with every action of the desk, through the services: what is allowed is written whole, what is not leaves
not a trace; pauses, budgets, reasons.
"""

import pytest
import sqlalchemy as sa

from kaikukortti import audit, cardregister, cards, lifecycle
from kaikukortti.cardregister import IsPersonalCard
from kaikukortti.db import db
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.cards import Card
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules import card as card_rules
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import TRANSITIONS, Action, CardKind, CardReason, State
from tests import cardlives, factories
from tests.cardlives import ACTS, LAST, dump, fresh
from tests.factories import DAY, NOW, TODAY

UNREGISTERED = (State.STOCK, State.DESTROYED)
# A renewal onto a new card leaves the old one replaced, by way of what a renewal is allowed for.
AFTER = {"renew_onto": State.REPLACED}


@pytest.fixture
def worker():
    return factories.make_actor(Role.WORKER)


@pytest.fixture
def unit(worker):
    return factories.unit_of(worker)


def audited() -> list[tuple[str, str | None, dict[str, object]]]:
    rows = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))
    return [(entry.action, entry.card_ref, entry.detail) for entry in rows]


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("name", ACTS)
def test_every_state_with_every_action(worker, unit, state, name):
    action, act = ACTS[name]
    card = cardlives.make_card_in(state, unit)
    factories.make_stock_card(unit)
    if (state, action) in TRANSITIONS:
        check_allowed(card, name, worker)
        return
    spare = factories.make_stock_card(unit)
    acts = {"replace": cardlives.replace, "renew_onto": cardlives.renew_onto}
    before = dump()
    with pytest.raises(DomainError) as caught:
        acts[name](card, worker, new=spare) if name in acts else act(card, worker)
    assert type(caught.value) is expected_error(state, action)
    assert dump() == before


def check_allowed(card: Card, name: str, worker) -> None:
    action, act = ACTS[name]
    place, written = card.n or 0, len(cardlives.events(card))
    wanted = AFTER.get(name, TRANSITIONS[card.state, action])
    act(card, worker)
    kept = fresh(card)
    assert kept.state is wanted
    assert kept.n is not None and kept.n > place, "the tablets hear of it"
    assert (kept.suspended_until is not None) == (wanted is State.SUSPENDED)
    event = cardlives.events(card)[-1]
    assert len(cardlives.events(card)) == written + 1
    recorded = Action.REPLACE if name == "renew_onto" else action
    assert (event.action, event.state, event.recorded_at, event.recorded_by) == (recorded, wanted, NOW, worker.user_id)
    [(written_action, reference, _)] = audited()
    assert written_action == f"card.{recorded.value}"
    assert reference == audit.card_reference(card.number, year=NOW.year)


def expected_error(state: State, action: Action) -> type[DomainError]:
    if action is Action.REGISTER:
        return card_rules.WrongState if state is State.DESTROYED else card_rules.AlreadyRegistered
    return NotFound if state in UNREGISTERED else card_rules.WrongState


@pytest.mark.parametrize("name", [name for name in ACTS if name not in ("register", "block", "unblock")])
@pytest.mark.parametrize("role", Role)
def test_only_the_issuing_unit_changes_a_card(role, name):
    """Another unit's worker, and every other role, is told that there is no such card."""
    state = {"resume": State.SUSPENDED}.get(name, State.ACTIVE)
    unit = factories.make_unit()
    card = cardlives.make_card_in(state, unit)
    stranger, new = factories.make_actor(role), factories.make_stock_card()
    acts = {"replace": cardlives.replace, "renew_onto": cardlives.renew_onto}
    before = dump()
    with pytest.raises(NotFound):
        acts[name](card, stranger, new=new) if name in acts else ACTS[name][1](card, stranger)
    assert dump() == before


@pytest.mark.parametrize("name", [name for name in ACTS if name != "register"])
def test_a_fault_between_change_and_audit_leaves_nothing(worker, unit, name, monkeypatch):
    state = {"resume": State.SUSPENDED, "unblock": State.BLOCKED}.get(name, State.ACTIVE)
    card, new = cardlives.make_card_in(state, unit), factories.make_stock_card(unit)
    acts = {"replace": cardlives.replace, "renew_onto": cardlives.renew_onto}
    before = dump()

    def broken(*_args, **_kwargs):
        db.session.flush()  # the change is in the database, and goes again
        raise RuntimeError("the log is full")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError):
        acts[name](card, worker, new=new) if name in acts else ACTS[name][1](card, worker)
    assert dump() == before


STATEMENTS = {"renew": 9, "renew_onto": 16, "replace": 16, "correct": 10, "undo": 15}


@pytest.mark.parametrize("name", [name for name in ACTS if name != "register"])
def test_a_change_costs_few_statements(worker, unit, name):
    """Card with area, counter, card, event, audit head, entry, head: eight at most; what writes more rows has more."""
    state = {"resume": State.SUSPENDED, "unblock": State.BLOCKED}.get(name, State.ACTIVE)
    card, new = cardlives.make_card_in(state, unit), factories.make_stock_card(unit)
    cards.look(card.id, actor=worker, now=NOW)  # the year's key and the chain are there
    acts = {"replace": cardlives.replace, "renew_onto": cardlives.renew_onto}
    db.session.expire_all()
    number, last_on = new.number, card.last_valid_on
    assert number and last_on and card.kind and worker
    db.session.rollback()
    with cardlives.counted_statements() as sent:
        acts[name](card, worker, new=new) if name in acts else ACTS[name][1](card, worker)
    real = [statement for statement in sent if not statement.startswith(("BEGIN", "COMMIT"))]
    assert len(real) <= STATEMENTS.get(name, 8), "\n".join(real)


# --- pauses


@pytest.mark.parametrize("until_on", [TODAY - DAY, TODAY, LAST + DAY])
def test_a_pause_ends_between_tomorrow_and_the_last_day(worker, unit, until_on):
    card = cardlives.make_card_in(State.ACTIVE, unit)
    before = dump()
    with pytest.raises(card_rules.SuspendDayImpossible) as caught:
        lifecycle.suspend(card.id, until_on=until_on, actor=worker, now=NOW)
    assert caught.value.code == "suspend_day_impossible"
    assert dump() == before


@pytest.mark.parametrize("until_on", [TODAY + DAY, LAST])
def test_a_pause_goes_by_itself_on_its_day(worker, unit, until_on):
    card = cardlives.make_card_in(State.ACTIVE, unit)
    lifecycle.suspend(card.id, until_on=until_on, actor=worker, now=NOW)
    event = cardlives.events(card)[-1]
    assert event.effective_until is not None
    then = event.effective_until
    row = cards.look(card.id, actor=worker, now=then - DAY / 24)
    assert (row.state, row.suspended_until) == (State.SUSPENDED, until_on)
    row = cards.look(card.id, actor=worker, now=then)
    assert (row.state, row.suspended_until) == (State.ACTIVE, None)
    assert lifecycle.give_back(card.id, actor=worker, now=then).suspended_until is None


def test_what_is_done_after_a_pause_finds_a_card_in_use(worker, unit):
    """Nobody has written down that the pause is over, and nobody needs to."""
    card = cardlives.make_card_in(State.SUSPENDED, unit)
    later = NOW + 7 * DAY
    with pytest.raises(card_rules.WrongState):
        lifecycle.resume(card.id, actor=worker, now=later)
    cardlives.correct(card, worker, now=later, children=2)
    assert (fresh(card).state, fresh(card).suspended_until) == (State.ACTIVE, None)
    assert cardlives.replace(card, worker, now=later).state is State.ACTIVE


def test_a_correction_keeps_the_pause_and_its_end(worker, unit):
    card = cardlives.make_card_in(State.SUSPENDED, unit)
    cardlives.correct(card, worker, children=2)
    assert (fresh(card).state, fresh(card).suspended_until) == (State.SUSPENDED, TODAY + 7 * DAY)
    event = cardlives.events(card)[-1]
    assert event.effective_until is not None, "or the card would be paused for ever for visits that arrive late"


def test_an_ended_card_is_not_paused_and_not_opened(worker, unit):
    ended = {"last_on": TODAY - DAY}
    active, blocked = (cardlives.make_card_in(state, unit, **ended) for state in (State.ACTIVE, State.BLOCKED))
    before = dump()
    with pytest.raises(card_rules.CardEnded) as caught:
        lifecycle.suspend(active.id, until_on=TODAY + DAY, actor=worker, now=NOW)
    assert caught.value.code == "card_ended"
    with pytest.raises(card_rules.CardEnded):
        cards.unblock(blocked.id, actor=worker, now=NOW)
    assert dump() == before
    last = cardlives.make_card_in(State.BLOCKED, unit, last_on=TODAY)
    assert cards.unblock(last.id, actor=worker, now=NOW).state is State.ACTIVE, "the last day is a day of use"


# --- community cards and reasons


def test_a_community_cards_budget(worker, unit):
    card = factories.make_issued_card(unit, kind=CardKind.COMMUNITY)
    for tickets in (0, 10_000, None):
        assert lifecycle.set_budget(card.id, tickets, actor=worker, now=NOW).ticket_budget == tickets
        assert cards.look(card.id, actor=worker, now=NOW).ticket_budget == tickets
    lifecycle.set_budget(card.id, 12, actor=worker, now=NOW)
    before = dump()
    lifecycle.set_budget(card.id, 12, actor=worker, now=NOW)
    assert dump() == before, "nothing changed, nothing is written"
    for tickets in (-1, 10_001):
        with pytest.raises(card_rules.BudgetImpossible):
            lifecycle.set_budget(card.id, tickets, actor=worker, now=NOW)
    personal = cardlives.make_card_in(State.ACTIVE, unit)
    with pytest.raises(IsPersonalCard):
        lifecycle.set_budget(personal.id, 5, actor=worker, now=NOW)
    assert audited()[-1][2] == {"fields": ["ticket_budget"]}


@pytest.mark.parametrize("reason", CardReason)
def test_a_reason_goes_with_what_is_done(worker, unit, reason):
    active, blocked = cardlives.make_card_in(State.ACTIVE, unit), cardlives.make_card_in(State.BLOCKED, unit)
    for act, card, allowed in (
        (cards.block, active, card_rules.BLOCK_REASONS),
        (cards.unblock, blocked, card_rules.OPENING_REASONS),
    ):
        if reason in allowed:
            act(card.id, reason=reason, actor=worker, now=NOW)
            assert cardlives.events(card)[-1].reason is reason
            continue
        before = dump()
        with pytest.raises(card_rules.ReasonImpossible):
            act(card.id, reason=reason, actor=worker, now=NOW)
        assert dump() == before


def test_the_numbers_of_changes_never_repeat(worker, unit):
    card = cardlives.make_card_in(State.ACTIVE, unit)
    cardlives.replace(card, worker)
    numbers = [n for n in db.session.scalars(sa.select(Card.n)) if n is not None]
    assert len(set(numbers)) == len(numbers)
    assert max(numbers) == cardregister.take_numbers() - 1
