"""The take-home sheet: whose it is, what is on it, and that the look is written down."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti import takehome
from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardKind, State, WrongState
from kaikukortti.rules.programme import Planned
from tests import factories
from tests.factories import DAY, NOW, TODAY


@pytest.fixture
def worker():
    return factories.make_actor()


@pytest.fixture
def unit(worker):
    return factories.unit_of(worker)


def test_a_sheet_holds_the_code_the_places_and_the_offer(worker, unit):
    venue = factories.make_venue(factories.the_area(), name_fi="Teatteri", postcode="53100")
    event = factories.make_event(venue, title="Lumikuningatar")
    factories.make_occurrence(event)
    factories.make_occurrence(event, starts_at=NOW + 3 * DAY)
    card = factories.make_issued_card(unit, children=3)
    sheet = takehome.read(card.id, actor=worker, now=NOW)
    assert (sheet.number, sheet.area.id, sheet.is_ranked) == (card.number, unit.area_id, True)
    assert [found.name_fi for found in sheet.venues] == ["Teatteri"]
    assert [(offer.event.title_fi, offer.has_more) for offer in sheet.offers] == [("Lumikuningatar", True)]
    assert set(vars(sheet)) == {"card_id", "number", "area", "venues", "is_ranked", "offers"}
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.user_id, entry.detail) == ("card.looked_at", worker.user_id, {"sheet": True})
    assert entry.card_ref


def test_the_offer_is_this_fortnights_and_can_be_had():
    venue = factories.make_venue()
    for title, starts_at, state in (
        ("Ennen", NOW - timedelta(minutes=1), Planned.ON),
        ("Viimeinen päivä", NOW + 14 * DAY, Planned.ON),
        ("Myöhemmin", NOW + 15 * DAY, Planned.ON),
        ("Peruttu", NOW + DAY, Planned.CANCELLED),
        ("Huomenna", NOW + DAY, Planned.ON),
    ):
        factories.make_occurrence(factories.make_event(venue, title=title), starts_at=starts_at, state=state)
    full = factories.make_occurrence(factories.make_event(venue, title="Täynnä"), starts_at=NOW + DAY)
    full.sold_out = True
    db.session.commit()
    factories.make_occurrence(factories.make_event(title="Toisaalla"))
    offers = takehome.list_offers([venue], from_at=NOW, today=TODAY)
    assert [offer.event.title_fi for offer in offers] == ["Huomenna", "Viimeinen päivä"]
    assert takehome.list_offers([], from_at=NOW, today=TODAY) == []


def test_the_offer_is_short():
    venue = factories.make_venue()
    for hour in range(takehome.MOST_OFFERS + 3):
        factories.make_occurrence(factories.make_event(venue), starts_at=NOW + timedelta(hours=hour + 1))
    offers = takehome.list_offers([venue], from_at=NOW, today=TODAY)
    assert len(offers) == takehome.MOST_OFFERS
    assert offers == sorted(offers, key=lambda offer: offer.starts_at)


@pytest.mark.parametrize("role", list(Role))
def test_another_units_card_and_stock_are_not_found(role):
    card, stock = factories.make_issued_card(), factories.make_stock_card()
    actor = factories.make_actor(role)
    for card_id in (card.id, stock.id, 999_999):
        with pytest.raises(NotFound):
            takehome.read(card_id, actor=actor, now=NOW)
    assert db.session.scalar(sa.select(sa.func.count(AuditEntry.id))) == 0


@pytest.mark.parametrize("state", [State.BLOCKED, State.REPLACED, State.RETURNED])
def test_a_card_out_of_use_has_no_sheet(worker, unit, state):
    card = factories.make_issued_card(unit, state=state)
    with pytest.raises(WrongState):
        takehome.read(card.id, actor=worker, now=NOW)


def test_a_community_card_has_no_sheet(worker, unit):
    card = factories.make_issued_card(unit, kind=CardKind.COMMUNITY)
    with pytest.raises(takehome.SheetForPersonalCards):
        takehome.read(card.id, actor=worker, now=NOW)
