"""A unit's own counts: its cards, and their visits only where nobody can be found in the number."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kaikukortti import cardcounts, unitcounts
from kaikukortti.models.cards import PeriodKind
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.span import parse
from tests import factories
from tests.factories import DAY, NOW, TODAY
from venues import scanning

SUMMER = parse("2026-Q3")
HOUR = timedelta(hours=1)


@pytest.fixture
def worker():
    return factories.make_actor(Role.WORKER)


@pytest.fixture
def cards(worker):
    unit = factories.unit_of(worker)
    return [factories.make_issued_card(unit, first_on=date(2026, 7, 1)) for _ in range(6)]


def visit(tablet, card, day: int) -> None:
    item = factories.make_item(card, occurred=NOW.replace(month=8, day=day))
    scanning.record(item, device=tablet, received_at=item.occurred)


def test_visits_are_told_of_five_cards_none_of_which_is_most_of_them(worker, cards):
    tablet = factories.make_tablet().known
    for card in cards[:4]:
        visit(tablet, card, 3)
    assert unitcounts.read(SUMMER, actor=worker, now=NOW).visits is None, "four cards are too few"
    visit(tablet, cards[4], 4)
    found = unitcounts.read(SUMMER, actor=worker, now=NOW).visits
    assert found is not None and (found.uses, found.cards) == (5, 5)
    for day in range(5, 15):
        visit(tablet, cards[0], day)
    assert unitcounts.read(SUMMER, actor=worker, now=NOW).visits is None, "one card is most of them"
    assert unitcounts.read(parse("2026"), actor=worker, now=NOW).visits is None, "quarters alone"


def test_another_unit_is_not_in_it(worker, cards):
    other = factories.make_actor(Role.WORKER)
    assert unitcounts.read(SUMMER, actor=other, now=NOW).now.registered == 0
    assert unitcounts.read(SUMMER, actor=worker, now=NOW).now.registered == 6


def test_cards_as_they_stand(worker, cards):
    unit, tablet = factories.unit_of(worker), factories.make_tablet().known
    factories.make_issued_card(unit, first_on=TODAY - 360 * DAY)
    factories.make_issued_card(unit, first_on=TODAY - 3 * DAY)
    factories.make_issued_card(unit, kind=CardKind.COMMUNITY)
    factories.make_issued_card(unit, first_on=TODAY - 900 * DAY)
    old = factories.make_issued_card(unit, line=cards[5].line or "", period_kind=PeriodKind.REPLACEMENT)
    visit(tablet, cards[0], 3)
    item = factories.make_item(old)
    scanning.record(item, device=tablet, received_at=NOW)
    state = cardcounts.of_unit(unit.id, now=NOW)
    assert (state.today.valid, state.today.in_use, state.today.expiring) == (8, 1, 1)
    assert state.today.asleep == 5, "of eight two were used, and one was handed out this week"


def test_a_large_area_is_counted_once_a_day(worker, cards, monkeypatch):
    area_id = factories.unit_of(worker).area_id
    factories.make_issued_card(factories.unit_of(worker), first_on=TODAY - 900 * DAY)
    tablet = factories.make_tablet().known
    visit(tablet, cards[0], 3)
    scanning.record(factories.make_item(cards[1]), device=tablet, received_at=NOW)
    live = cardcounts.of_area(area_id, now=NOW)
    monkeypatch.setattr(cardcounts, "COUNTED_LIVE", 3)
    first = cardcounts.of_area(area_id, now=NOW)
    assert first == live and first.today.in_use == 1
    factories.make_issued_card(factories.unit_of(worker))
    assert cardcounts.of_area(area_id, now=NOW) == first
    assert cardcounts.of_area(area_id, now=NOW + DAY).days.within(TODAY - 400 * DAY, TODAY).registered == 7


def test_a_large_unit_is_counted_once_a_day(worker, cards, monkeypatch):
    unit, tablet = factories.unit_of(worker), factories.make_tablet().known
    for card in cards:
        visit(tablet, card, 3)
    spans = [SUMMER, SUMMER.previous, parse("2026"), parse("2025"), parse("2026-Q4"), SUMMER.year_before]
    live = [unitcounts.read(span, actor=worker, now=NOW) for span in spans]
    monkeypatch.setattr(cardcounts, "UNIT_COUNTED_LIVE", 3)
    monkeypatch.setattr(cardcounts, "COUNTED_LIVE", 3)
    for found, wanted in zip([unitcounts.read(span, actor=worker, now=NOW) for span in spans], live, strict=True):
        assert replace(found, state=wanted.state) == wanted
        assert (found.state.today, found.state.counted_at) == (wanted.state.today, NOW)
    area = cardcounts.of_area(unit.area_id, now=NOW)
    visit(tablet, cards[0], 4)
    factories.make_issued_card(unit)
    assert unitcounts.read(SUMMER, actor=worker, now=NOW + HOUR).visits == live[0].visits
    assert unitcounts.read(SUMMER, actor=worker, now=NOW + HOUR).state.counted_at == NOW
    assert cardcounts.of_area(unit.area_id, now=NOW) == area, "what is kept of the unit stands beside it"
    tomorrow = unitcounts.read(SUMMER, actor=worker, now=NOW + DAY)
    assert tomorrow.visits is not None and (tomorrow.visits.uses, tomorrow.visits.cards) == (7, 6)
    assert (tomorrow.state.today.valid, tomorrow.state.counted_at) == (7, NOW + DAY)


def test_a_night_s_work_counts_large_units_alone(worker, cards, monkeypatch):
    unit = factories.unit_of(worker)
    monkeypatch.setattr(cardcounts, "UNIT_COUNTED_LIVE", 3)
    factories.make_actor(Role.WORKER)
    unitcounts.prepare(unit.area_id, now=NOW)
    factories.make_issued_card(unit)
    assert unitcounts.read(SUMMER, actor=worker, now=NOW).state.today.valid == 6
