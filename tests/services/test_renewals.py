"""Renewals: what is on the list on which day, what a batch would do, and that each card is renewed by itself, once."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from kaikukortti import lifecycle, renewals
from kaikukortti.db import db
from kaikukortti.errors import NotAllowed
from kaikukortti.models.cards import Card, CardEvent, CardPeriod, PeriodKind
from kaikukortti.models.ledger import ScanDecision
from kaikukortti.models.network import Area, Unit
from kaikukortti.models.trail import AuditEntry
from kaikukortti.renewals import DueCard, Wanted
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.flag import Flag
from tests import factories
from tests.factories import DAY, NOW, TODAY
from venues import scanning

IN_A_YEAR = date(2027, 11, 24)


@pytest.fixture
def worker() -> Actor:
    return factories.make_actor()


@pytest.fixture
def unit(worker: Actor) -> Unit:
    return factories.unit_of(worker)


def ending(unit: Unit, last_on: date, **fields) -> Card:
    return factories.make_issued_card(unit, first_on=last_on - 364 * DAY, last_on=last_on, **fields)


def due(worker: Actor, *, now: datetime = NOW) -> dict[str, list[str]]:
    found = vars(renewals.list_due(actor=worker, now=now))
    return {name: [card.number for card in cards] for name, cards in found.items()}


def found(worker: Actor, card: Card) -> DueCard:
    lists = vars(renewals.list_due(actor=worker, now=NOW)).values()
    return next(row for rows in lists for row in rows if row.card_id == card.id)


@pytest.mark.parametrize(
    ("last_on", "where"),
    [
        (TODAY - 61 * DAY, None),
        (TODAY - 60 * DAY, "ended"),
        (TODAY - DAY, "ended"),
        (TODAY, "this_month"),
        (date(2026, 11, 30), "this_month"),
        (date(2026, 12, 1), "next_month"),
        (date(2026, 12, 31), "next_month"),
        (date(2027, 1, 1), None),
    ],
)
def test_where_a_card_stands(worker, unit, last_on, where):
    card = ending(unit, last_on)
    nowhere: dict[str, list[str]] = {"this_month": [], "next_month": [], "ended": []}
    assert due(worker) == (nowhere | {where: [card.number]} if where else nowhere)


def test_months_around_new_year(worker, unit):
    december, january, february = (
        ending(unit, day) for day in (date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 1))
    )
    lists = due(worker, now=NOW + 30 * DAY)
    assert lists == {"this_month": [december.number], "next_month": [january.number], "ended": []}
    assert february.number in due(worker, now=NOW + 45 * DAY)["next_month"]


@pytest.mark.parametrize("state", State)
def test_only_cards_that_go_on_are_to_be_renewed(worker, unit, state):
    if state in (State.STOCK, State.DESTROYED):
        factories.make_stock_card(unit).state = state
        db.session.commit()
        assert not any(due(worker).values())
        return
    card = ending(unit, TODAY + DAY, state=state)
    assert any(due(worker).values()) is (state in (State.ACTIVE, State.SUSPENDED)), card.state


def test_paused_card_says_until_when(worker, unit):
    paused, over = ending(unit, TODAY + 9 * DAY, state=State.SUSPENDED), ending(unit, TODAY, state=State.SUSPENDED)
    paused.suspended_until, over.suspended_until = TODAY + 2 * DAY, TODAY
    db.session.commit()
    assert (found(worker, paused).paused_until, found(worker, over).paused_until) == (TODAY + 2 * DAY, None)


def test_community_cards_end_too_and_other_units_never_show(worker, unit):
    card = ending(unit, TODAY + DAY, kind=CardKind.COMMUNITY)
    ending(factories.make_unit(), TODAY + DAY)
    assert due(worker)["this_month"] == [card.number]
    assert found(worker, card).kind is CardKind.COMMUNITY


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.WORKER])
def test_only_workers_renew(role, unit):
    actor = factories.make_actor(role)
    for use_case in (
        lambda: renewals.list_due(actor=actor, now=NOW),
        lambda: renewals.prepare([], actor=actor, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            use_case()


@pytest.mark.parametrize("grace", [0, 30])
def test_card_used_after_its_last_day_is_a_task(worker, unit, grace):
    """With and without days of grace; a card that ended long ago comes onto the list by it. No visit is told of."""
    unit.area.grace_days = grace
    lately, long_ago, quiet = ending(unit, TODAY - 5 * DAY), ending(unit, TODAY - 90 * DAY), ending(unit, TODAY - DAY)
    tablet = factories.make_tablet()
    for card in (lately, long_ago):
        assert card.number not in due(worker)["ended"] or not found(worker, card).came_after
        scanning.record(factories.make_item(card, shown="welcome"), device=tablet.known, received_at=NOW)
    flags = [decision.flag for decision in db.session.scalars(sa.select(ScanDecision))]
    assert flags.count(Flag.ENDED) >= (1 if grace else 2)
    assert due(worker)["ended"] == [long_ago.number, lately.number, quiet.number]
    assert [found(worker, card).came_after for card in (lately, long_ago, quiet)] == [True, True, False]


def test_visit_before_the_end_and_one_undone_are_no_task(worker, unit):
    card, tablet = ending(unit, TODAY - 5 * DAY), factories.make_tablet()
    before = factories.scan_body(card, occurred=NOW - 5 * DAY)
    after = factories.scan_body(card)
    for body in (before, after, factories.undo_body(after)):
        scanning.record(factories.item_of(body), device=tablet.known, received_at=NOW)
    assert found(worker, card).came_after is False


def test_renewed_card_leaves_the_list(worker, unit):
    card = ending(unit, TODAY - 5 * DAY)
    lifecycle.renew(card.id, seen_last_on=TODAY - 5 * DAY, actor=worker, now=NOW)
    assert not any(due(worker).values())


def test_preview_tells_for_each_card_what_will_happen(worker, unit):
    near, ended, paused = ending(unit, TODAY + 5 * DAY), ending(unit, TODAY - 500 * DAY), ending(unit, TODAY)
    blocked, replaced, strange = (
        ending(unit, TODAY, blocked_at=NOW),
        ending(unit, TODAY),
        ending(factories.make_unit(), TODAY),
    )
    replaced.state, paused.state, paused.suspended_until = State.REPLACED, State.SUSPENDED, TODAY + DAY
    db.session.commit()
    fresh = factories.make_issued_card(unit, first_on=TODAY)
    stock, unknown = factories.make_stock_card(unit), factories.make_number()
    known = (near, ended, paused, blocked, replaced, fresh)
    texts = [
        near.number.lower(),
        *(card.number for card in known[1:]),
        strange.number,
        stock.number,
        unknown,
        "EK12",
        near.number,
    ]
    lines = renewals.prepare(texts, actor=worker, now=NOW)
    assert [(line.text, line.card_id) for line in lines] == list(
        zip(texts, [*(card.id for card in known), None, None, None, None, near.id], strict=True)
    )
    assert [line.problem.code if line.problem else line.new_last_on for line in lines] == [
        IN_A_YEAR + DAY,
        date(2027, 11, 19),
        "card_wrong_state",
        "card_wrong_state",
        "card_wrong_state",
        "renewal_too_early",
        "number_unknown",
        "number_unknown",
        "number_unknown",
        "number_malformed",
        "card_listed_twice",
    ]
    assert db.session.scalar(sa.select(sa.func.count(CardPeriod.id)).where(CardPeriod.kind == PeriodKind.RENEWAL)) == 0


def test_preview_is_what_the_renewal_then_does(worker, unit):
    unit.area.validity_months = 6
    cards = [ending(unit, TODAY + days * DAY) for days in (-400, -1, 0, 1, 59)]
    db.session.commit()
    lines = renewals.prepare([card.number for card in cards], actor=worker, now=NOW)
    wanted = [Wanted(line.card_id or 0, line.seen_last_on or TODAY) for line in lines]
    done = renewals.renew_each(wanted, actor=worker, now=NOW)
    assert [outcome.last_on for outcome in done] == [line.new_last_on for line in lines]
    assert [outcome.number for outcome in done] == [card.number for card in cards]


def test_one_failure_holds_no_other_card_up(worker, unit):
    first, changed, blocked, last = (ending(unit, TODAY + DAY) for _ in range(4))
    strange = ending(factories.make_unit(), TODAY + DAY)
    wanted = [Wanted(card.id, TODAY + DAY) for card in (first, changed, blocked, strange, last)]
    lifecycle.renew(changed.id, seen_last_on=TODAY + DAY, actor=worker, now=NOW)
    blocked.state = State.BLOCKED
    db.session.commit()
    done = renewals.renew_each([*wanted, Wanted(2**31 - 1, TODAY)], actor=worker, now=NOW)
    assert [outcome.problem.code if outcome.problem else "" for outcome in done] == [
        "",
        "card_changed",
        "card_wrong_state",
        "not_found",
        "",
        "not_found",
    ]
    assert [outcome.last_on for outcome in done] == [
        *[date(2027, 11, 21)] * 2,
        TODAY + DAY,
        None,
        date(2027, 11, 21),
        None,
    ], "another unit's card answers like one that does not exist"
    assert done[3].number == "" == done[5].number


def test_the_same_page_sent_twice_renews_once(worker, unit):
    cards = [ending(unit, TODAY - DAY) for _ in range(3)]
    wanted = [Wanted(card.id, TODAY - DAY) for card in cards]
    for code in (None, "card_changed"):
        done = renewals.renew_each([*wanted, wanted[0]], actor=worker, now=NOW)
        codes = [outcome.problem.code if outcome.problem else None for outcome in done]
        assert codes == [code, code, code, "card_changed"]
    renewed = sa.select(CardPeriod.card_id).where(CardPeriod.kind == PeriodKind.RENEWAL)
    assert sorted(db.session.scalars(renewed)) == sorted(card.id for card in cards)
    assert db.session.scalar(sa.select(sa.func.count(CardEvent.id)).where(CardEvent.action == "renew")) == 3


def test_thirty_at_a_time(worker, unit):
    texts = [factories.make_number() for _ in range(31)]
    assert len(renewals.prepare(texts[:30], actor=worker, now=NOW)) == 30
    with pytest.raises(renewals.TooManyCards):
        renewals.prepare(texts, actor=worker, now=NOW)
    with pytest.raises(renewals.TooManyCards):
        renewals.renew_each([Wanted(key, TODAY) for key in range(31)], actor=worker, now=NOW)


def test_common_end_day_of_an_area(worker, unit):
    area = db.session.get_one(Area, unit.area_id)
    area.fixed_end_on = period.add_months(TODAY, 6)
    card = ending(unit, TODAY + DAY)
    assert renewals.prepare([card.number], actor=worker, now=NOW)[0].new_last_on == area.fixed_end_on
    card.last_valid_on = area.fixed_end_on
    db.session.commit()
    problem = renewals.prepare([card.number], actor=worker, now=NOW)[0].problem
    assert problem is not None and problem.code == "renewal_too_early"


def test_looks_are_in_the_log_once_each(worker, unit):
    card = ending(unit, TODAY)
    renewals.list_due(actor=worker, now=NOW)
    renewals.prepare([card.number, factories.make_number()], actor=worker, now=NOW)
    renewals.renew_each([Wanted(card.id, TODAY)], actor=worker, now=NOW + timedelta(minutes=1))
    entries = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.seq)).all()
    assert [(entry.action, entry.detail) for entry in entries][:2] == [
        ("cards.renewals_listed", {"count": 1}),
        ("cards.renewal_prepared", {"found": 1, "unknown": 1}),
    ]
    assert [entry.action for entry in entries][2:] == ["card.renew"]
