"""Cards that were handed out on paper and entered later, and the visits that were made before the entry."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from kaikukortti import cardperiods, cards, issuing, statistics
from kaikukortti.db import db
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import ScanCard, ScanDecision
from kaikukortti.rules import card as card_rules
from kaikukortti.rules import number
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.flag import Flag
from tests import cardlives, factories
from tests.cardlives import dump
from tests.factories import DAY, NOW, TODAY
from venues import scanning


@pytest.fixture
def worker():
    return factories.make_actor(Role.WORKER)


@pytest.fixture
def unit(worker):
    return factories.unit_of(worker)


def visit(card: Card, *, at=NOW - DAY, code: str = "", **counts) -> str:
    """Record a visit with a card that is not registered yet."""
    item = factories.make_item(code or card.number, occurred=at, **counts)
    tablet = factories.make_tablet().known
    scanning.record(item, device=tablet, received_at=at + timedelta(seconds=5))
    flags = db.session.scalars(sa.select(ScanDecision.flag).where(ScanDecision.scan_id == item.scan_id)).all()
    assert Flag.UNREGISTERED in flags
    return item.scan_id


def linked(card: Card) -> set[str]:
    query = sa.select(ScanCard.scan_id).where(ScanCard.card_id == card.id, ScanCard.line == card.line)
    return set(db.session.scalars(query))


@pytest.mark.parametrize("days", [0, 1, 30])
def test_days_count_from_the_day_on_the_paper(worker, unit, days):
    handed_out_on = TODAY - days * DAY
    card = cardlives.register(factories.make_stock_card(unit), worker, handed_out_on=handed_out_on)
    assert (card.first_on, card.last_valid_on) == (handed_out_on, handed_out_on.replace(year=2027) - DAY)
    [event] = cardlives.events(card)
    assert event.recorded_at == NOW
    assert event.effective_from.date() == handed_out_on - DAY, "from midnight in Helsinki, which is 22 or 21 UTC"
    assert cardlives.periods(card)[0].first_on == handed_out_on


@pytest.mark.parametrize(
    ("day", "error", "code"),
    [
        (TODAY + DAY, card_rules.HandedOutInFuture, "handed_out_in_future"),
        (TODAY - 31 * DAY, card_rules.HandedOutTooOld, "handed_out_too_old"),
    ],
)
def test_days_that_no_paper_has(worker, unit, day, error, code):
    personal, community = factories.make_stock_card(unit), factories.make_stock_card(unit, kind=CardKind.COMMUNITY)
    before = dump()
    with pytest.raises(error) as caught:
        cardlives.register(personal, worker, handed_out_on=day)
    assert caught.value.code == code
    with pytest.raises(error):
        issuing.register_community(community.number, actor=worker, accepts_other_unit=False, handed_out_on=day, now=NOW)
    assert dump() == before


def test_the_age_is_that_of_the_day_of_handing_out(worker, unit):
    new_year = NOW.replace(year=2027, month=1, day=5)
    young = issuing.Answers(birth_year=2011, postcode="53100", children=0)
    with pytest.raises(card_rules.TooYoung):
        cardlives.register(
            factories.make_stock_card(unit), worker, answers=young, now=new_year, handed_out_on=date(2026, 12, 30)
        )
    assert cardlives.register(factories.make_stock_card(unit), worker, answers=young, now=new_year).line


def test_an_early_visit_is_linked_when_the_card_is_registered(worker, unit):
    card = factories.make_stock_card(unit)
    early = visit(card)
    figures = statistics.overview(unit.area_id, first_on=TODAY - 7 * DAY, last_on=TODAY)
    assert figures.unverified == 1 or figures.uses.total == 0, "the venue's alone, so far"
    cardlives.register(card, worker)
    assert linked(card) == {early}
    assert cardperiods.link_early_visits(card, now=NOW) == 0, "a visit is linked once"
    assert cards.look(card.id, actor=worker, now=NOW).is_used
    assert db.session.scalars(sa.select(ScanDecision)).all(), "the flag stays: it is history"


def test_in_whatever_spelling_it_was_typed(worker, unit):
    card = factories.make_stock_card(unit)
    spellings = [number.grouped(card.number), card.number.lower(), "-".join((card.number[:2], card.number[2:]))]
    early = {visit(card, code=spelling) for spelling in spellings}
    cardlives.register(card, worker)
    assert linked(card) == early


def test_fourteen_days_back_or_to_the_day_on_the_paper(worker, unit):
    by_hand, on_paper = factories.make_stock_cards(2, unit)
    within, before = visit(by_hand, at=NOW - 14 * DAY), visit(by_hand, at=NOW - 14 * DAY - timedelta(seconds=1))
    old = visit(on_paper, at=NOW - 20 * DAY)
    cardlives.register(by_hand, worker)
    assert linked(by_hand) == {within}
    cardlives.register(on_paper, worker, handed_out_on=TODAY - 21 * DAY)
    assert linked(on_paper) == {old}
    assert before not in set(db.session.scalars(sa.select(ScanCard.scan_id)))


def test_other_cards_visits_stay_where_they_are(worker, unit):
    card, other, registered = (*factories.make_stock_cards(2, unit), factories.make_issued_card(unit))
    visit(other)
    tablet = factories.make_tablet().known
    scanning.record(factories.make_item(registered), device=tablet, received_at=NOW)
    scanning.record(factories.make_item("VA12345"), device=tablet, received_at=NOW)
    cardlives.register(card, worker)
    assert linked(card) == set()
    assert len(linked(registered)) == 1


@pytest.mark.parametrize("take_place", [cardlives.replace, cardlives.renew_onto])
def test_a_card_that_takes_anothers_place_brings_its_visits(worker, unit, take_place):
    old, new = cardlives.make_card_in(State.ACTIVE, unit), factories.make_stock_card(unit)
    early = visit(new)
    take_place(old, worker, new=new)
    assert linked(new) == {early}


def test_tickets_of_a_community_card_are_those_of_the_calendar_year(worker, unit):
    card = factories.make_issued_card(unit, kind=CardKind.COMMUNITY, first_on=TODAY - 400 * DAY, last_on=TODAY + DAY)
    personal = factories.make_issued_card(unit)
    tablet = factories.make_tablet().known
    new_year = NOW.replace(month=1, day=1, hour=10)
    undone = factories.scan_body(card, adult=0, worker=2)
    bodies = [
        factories.scan_body(card, adult=0, worker=1, under16=4, occurred=new_year),
        factories.scan_body(card, adult=0, worker=1, assistant=1, occurred=new_year + 40 * DAY),
        factories.scan_body(card, adult=0, worker=9, occurred=new_year - DAY),
        undone,
        factories.undo_body(undone),
        factories.scan_body(personal),
    ]
    for item in map(factories.item_of, bodies):
        scanning.record(item, device=tablet, received_at=item.occurred)
    assert cards.look(card.id, actor=worker, now=NOW).tickets_used == 6
    assert cards.look(personal.id, actor=worker, now=NOW).tickets_used is None
    assert [row.tickets_used for row in cards.list_newest(actor=worker, now=NOW)] == [None, 6]
