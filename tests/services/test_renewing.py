"""Renewal: from which day the new year counts, what is written, onto a new card, and what a barrier answer leaves."""

from datetime import date

import pytest
import sqlalchemy as sa

from kaikukortti import barriers, cards, lifecycle
from kaikukortti.cardregister import IsCommunityCard, IsPersonalCard, NumberMalformed, NumberUnknown, OtherUnitsStock
from kaikukortti.db import db
from kaikukortti.errors import DomainError
from kaikukortti.models.cards import BarrierAnswer, Card, PeriodKind
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules import card as card_rules
from kaikukortti.rules.access import Role
from kaikukortti.rules.barrier import Barrier
from kaikukortti.rules.card import Action, CardKind, State
from tests import cardlives, factories
from tests.cardlives import dump, fresh, periods
from tests.factories import DAY, NOW, TODAY

A_YEAR_FROM_TODAY = date(2027, 11, 19)
LONG_AGO = TODAY - 340 * DAY


@pytest.fixture
def worker():
    return factories.make_actor(Role.WORKER)


@pytest.fixture
def unit(worker):
    return factories.unit_of(worker)


def make(unit, last_on: date, **fields) -> Card:
    return factories.make_issued_card(unit, first_on=LONG_AGO, last_on=last_on, **fields)


@pytest.mark.parametrize(
    ("last_on", "new_first", "new_last", "is_unbroken"),
    [
        (TODAY - 10 * DAY, TODAY, A_YEAR_FROM_TODAY, False),
        (TODAY - 2 * DAY, TODAY, A_YEAR_FROM_TODAY, False),
        (TODAY - DAY, TODAY, A_YEAR_FROM_TODAY, True),
        (TODAY, TODAY + DAY, date(2027, 11, 20), True),
        (TODAY + 59 * DAY, TODAY + 60 * DAY, date(2028, 1, 18), True),
        (TODAY + 60 * DAY, TODAY, A_YEAR_FROM_TODAY, True),
        (TODAY + 300 * DAY, TODAY, A_YEAR_FROM_TODAY, True),
    ],
)
def test_nobody_loses_days_by_coming_early(worker, unit, last_on, new_first, new_last, is_unbroken):
    card = make(unit, last_on)
    told = lifecycle.preview_renewal(card.id, actor=worker, now=NOW)
    assert (told.first_on, told.last_on, told.seen_last_on) == (new_first, new_last, last_on)
    assert lifecycle.new_last_day(fresh(card), unit.area, TODAY) == new_last
    kept = cardlives.renew(card, worker)
    assert (kept.number, kept.line, kept.state) == (card.number, card.line, State.ACTIVE)
    assert kept.last_valid_on == new_last
    assert kept.first_on == (LONG_AGO if is_unbroken else new_first)
    added = periods(card)[-1]
    assert (added.kind, added.first_on, added.last_on) == (PeriodKind.RENEWAL, new_first, new_last)
    assert len(periods(card)) == 2, "the year before stays as it was"


@pytest.mark.parametrize(
    ("last_on", "fixed_end_on", "new_last"),
    [
        (TODAY + 41 * DAY, date(2026, 12, 31), date(2027, 12, 31)),  # ends on the common day: a year upon it
        (TODAY - 5 * DAY, date(2026, 12, 31), date(2026, 12, 31)),
        (TODAY + 100 * DAY, date(2027, 6, 30), date(2027, 6, 30)),
    ],
)
def test_an_area_may_have_a_common_end_day(worker, unit, last_on, fixed_end_on, new_last):
    unit.area.fixed_end_on = fixed_end_on
    db.session.commit()
    assert cardlives.renew(make(unit, last_on), worker).last_valid_on == new_last


@pytest.mark.parametrize("fixed_end_on", [TODAY + 90 * DAY, TODAY + 100 * DAY])
def test_a_renewal_that_gains_no_day_is_refused(worker, unit, fixed_end_on):
    """So a card never ends earlier than before, and a form that is sent twice renews once."""
    unit.area.fixed_end_on = fixed_end_on
    db.session.commit()
    card = make(unit, TODAY + 100 * DAY)
    new = factories.make_stock_card(unit)
    before = dump()
    with pytest.raises(card_rules.RenewalTooEarly) as caught:
        cardlives.renew(card, worker)
    assert caught.value.code == "renewal_too_early"
    with pytest.raises(card_rules.RenewalTooEarly):
        cardlives.renew_onto(card, worker, new=new)
    with pytest.raises(card_rules.RenewalTooEarly):
        lifecycle.preview_renewal(card.id, actor=worker, now=NOW)
    assert dump() == before


def test_a_look_at_a_renewal_is_written_down(worker, unit):
    lifecycle.preview_renewal(make(unit, TODAY).id, actor=worker, now=NOW)
    [entry] = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "card.renewal_read"))
    assert entry.card_ref and entry.at == NOW


def test_the_second_of_two_renewals_is_told(worker, unit):
    card = make(unit, TODAY + 10 * DAY)
    seen = card.last_valid_on
    cardlives.renew(card, worker)
    before = dump()
    with pytest.raises(lifecycle.CardChanged) as caught:
        cardlives.renew(card, worker, seen_last_on=seen)
    assert caught.value.code == "card_changed"
    assert dump() == before


def test_children_change_from_today_though_the_new_year_begins_later(worker, unit):
    card = make(unit, TODAY + 10 * DAY, children=1)
    kept = cardlives.renew(card, worker, children=3)
    assert kept.children == 3
    assert [(days.kind, days.first_on, days.last_on, days.children) for days in periods(card)] == [
        (PeriodKind.REGISTRATION, LONG_AGO, TODAY + 10 * DAY, 1),
        (PeriodKind.CORRECTION, TODAY, TODAY + 10 * DAY, 3),
        (PeriodKind.RENEWAL, TODAY + 11 * DAY, date(2027, 11, 30), 3),
    ]
    assert cardlives.events(card)[-1].fields == "children"
    assert db.session.scalars(sa.select(AuditEntry.detail)).one() == {"fields": ["children"]}


def test_children_that_stay_are_not_written_as_a_change(worker, unit):
    card = make(unit, TODAY - DAY, children=2)
    cardlives.renew(card, worker, children=2)
    assert [days.kind for days in periods(card)] == [PeriodKind.REGISTRATION, PeriodKind.RENEWAL]
    assert cardlives.events(card)[-1].fields == ""


@pytest.mark.parametrize("children", [-1, 21])
def test_impossible_children_renew_nothing(worker, unit, children):
    card = make(unit, TODAY)
    before = dump()
    with pytest.raises(card_rules.TooManyChildren):
        cardlives.renew(card, worker, children=children)
    assert dump() == before


def test_a_community_card_is_renewed_without_children(worker, unit):
    card = make(unit, TODAY, kind=CardKind.COMMUNITY)
    with pytest.raises(IsCommunityCard):
        cardlives.renew(card, worker, children=1)
    assert cardlives.renew(card, worker, children=0).last_valid_on == date(2027, 11, 20)


def test_a_renewal_onto_a_new_card(worker, unit):
    old = make(unit, TODAY + 10 * DAY, children=1)
    new = cardlives.renew_onto(old, worker, children=2)
    assert (new.line, new.state, new.children, new.unit_id) == (old.line, State.ACTIVE, 2, unit.id)
    assert (new.first_on, new.last_valid_on) == (TODAY, date(2027, 11, 30)), "no day lost, usable at once"
    assert (fresh(old).state, fresh(old).replaced_by_id) == (State.REPLACED, new.id)
    assert [(days.kind, days.first_on, days.children) for days in periods(new)] == [(PeriodKind.RENEWAL, TODAY, 2)]
    assert [event.action for event in cardlives.events(new)] == [Action.RENEW]
    row = cards.look(new.id, actor=worker, now=NOW)
    assert (row.replaces_id, row.replaced_by_id) == (old.id, None)
    assert cards.look(old.id, actor=worker, now=NOW).replaced_by_id == new.id


@pytest.mark.parametrize("take_place", [cardlives.renew_onto, cardlives.replace])
def test_what_cannot_take_a_cards_place(worker, unit, take_place):
    old, other = make(unit, TODAY), factories.make_issued_card(unit)
    community = make(unit, TODAY, kind=CardKind.COMMUNITY)
    spoiled = factories.make_stock_card(unit)
    spoiled.state = State.DESTROYED
    db.session.commit()
    foreign = factories.make_stock_card()
    cases = [
        (old, old, card_rules.AlreadyRegistered),
        (old, other, card_rules.AlreadyRegistered),
        (old, spoiled, card_rules.WrongState),
        (old, factories.make_stock_card(unit, kind=CardKind.COMMUNITY), IsCommunityCard),
        (community, factories.make_stock_card(unit), IsPersonalCard),
        (old, foreign, OtherUnitsStock),
        (old, Card(number=factories.make_number()), NumberUnknown),
        (old, Card(number="EK"), NumberMalformed),
    ]
    before = dump()
    for card, new, error in cases:
        with pytest.raises(DomainError) as caught:
            take_place(card, worker, new=new)
        assert type(caught.value) is error
        assert dump() == before
    assert take_place(old, worker, new=foreign, accepts_other_unit=True).unit_id == unit.id


def test_a_barrier_answer_names_no_card_no_unit_and_no_day(worker, unit):
    cardlives.renew(make(unit, TODAY), worker, barrier=Barrier.TRANSPORT)
    cardlives.renew_onto(make(unit, TODAY), worker, barrier=Barrier.COMPANY)
    columns = {column.name for column in BarrierAnswer.__table__.columns}
    assert columns == {"id", "area_id", "month", "barrier"}
    assert db.session.execute(
        sa.select(BarrierAnswer.area_id, BarrierAnswer.month, BarrierAnswer.barrier).order_by(BarrierAnswer.id)
    ).all() == [
        (unit.area_id, date(2026, 11, 1), Barrier.TRANSPORT),
        (unit.area_id, date(2026, 11, 1), Barrier.COMPANY),
    ]
    written = repr([(entry.action, entry.detail) for entry in db.session.scalars(sa.select(AuditEntry))])
    assert not any(barrier.value in written for barrier in Barrier)


def test_leaving_the_barrier_out_leaves_no_trace(worker, unit):
    answered, silent = make(unit, TODAY), make(unit, TODAY)
    cardlives.renew(answered, worker, barrier=Barrier.TIMES)
    cardlives.renew(silent, worker)
    assert len(db.session.scalars(sa.select(BarrierAnswer)).all()) == 1
    said, unsaid = (cardlives.events(card)[-1] for card in (answered, silent))
    assert (said.reason, said.fields, said.action) == (unsaid.reason, unsaid.fields, unsaid.action)
    first, second = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))
    assert (first.action, first.detail) == (second.action, second.detail)


def test_reasons_are_told_from_five_answers_on(unit):
    other = factories.make_area("HX")

    def answer(area_id: int, barrier: Barrier, day: date) -> None:
        barriers.note(area_id, barrier, today=day)
        db.session.commit()

    for barrier in (Barrier.TRANSPORT, Barrier.TRANSPORT, Barrier.HEALTH, Barrier.TRANSPORT):
        answer(unit.area_id, barrier, TODAY)
    answer(other.id, Barrier.OTHER, TODAY)
    answer(unit.area_id, Barrier.OTHER, date(2026, 10, 31))
    assert barriers.count_by_reason(unit.area_id, since_on=TODAY) is None
    answer(unit.area_id, Barrier.HEALTH, date(2026, 11, 1))
    counts = barriers.count_by_reason(unit.area_id, since_on=TODAY)
    assert counts is not None and list(counts.items()) == [(Barrier.TRANSPORT, 3), (Barrier.HEALTH, 2)]
