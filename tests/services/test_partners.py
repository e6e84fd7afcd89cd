"""The partner register: a coordinator opens and changes the units and venues of the own area, and no others."""

import pytest
import sqlalchemy as sa

from kaikukortti import partners
from kaikukortti.db import db
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.network import PartnerState, Unit, Venue
from kaikukortti.models.trail import AuditEntry
from kaikukortti.partners import NameInUse, PartnerDetails
from kaikukortti.rules.access import Role
from kaikukortti.rules.place import Facts
from kaikukortti.rules.programme import Category
from tests import factories
from tests.factories import NOW

DETAILS = PartnerDetails(
    name_fi="Etsivä nuorisotyö",
    name_sv="Uppsökande ungdomsarbete",
    municipality="Imatra",
    contact_person="Anna Aho",
    state=PartnerState.INVITED,
)


@pytest.fixture
def coordinator():
    return factories.make_actor(Role.COORDINATOR)


def written() -> list[tuple[str, dict[str, object]]]:
    entries = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))
    return [(entry.action, entry.detail) for entry in entries]


def test_open_and_change_a_unit(coordinator):
    unit = partners.open_unit(actor=coordinator, details=DETAILS, now=NOW)
    assert (unit.area_id, unit.is_demo) == (coordinator.area_id, False)
    assert {name: getattr(unit, name) for name in vars(DETAILS)} == vars(DETAILS)
    changed = PartnerDetails(name_fi="Nuorisotyö", state=PartnerState.PAUSED)
    partners.change_unit(unit.id, actor=coordinator, details=changed, now=NOW)
    db.session.rollback()
    found = db.session.scalars(sa.select(Unit).execution_options(populate_existing=True)).one()
    assert {name: getattr(found, name) for name in vars(changed)} == vars(changed)
    assert written() == [
        ("unit.opened", {"unit": unit.id}),
        ("unit.changed", {"unit": unit.id, "state": "paused"}),
    ]


def test_open_and_change_a_venue(coordinator):
    venue = partners.open_venue(actor=coordinator, details=DETAILS, category=Category.SPORT, now=NOW)
    assert (venue.area_id, venue.category, venue.contact_person) == (coordinator.area_id, Category.SPORT, "Anna Aho")
    partners.change_venue(venue.id, actor=coordinator, details=DETAILS, category=Category.SCIENCE, now=NOW)
    assert db.session.scalars(sa.select(Venue.category)).one() is Category.SCIENCE
    assert [action for action, _ in written()] == ["venue.opened", "venue.changed"]


def test_a_venue_is_described_by_its_manager_and_by_the_coordinator(coordinator):
    manager = factories.make_actor(Role.VENUE_MANAGER)
    assert manager.venue_id
    facts = Facts(street="Malliaukio 2", postcode="53100", website="https://teatteri.example/", step_free=False)
    venue = partners.describe_venue(manager.venue_id, actor=manager, facts=facts, now=NOW)
    assert partners.facts_of(venue) == facts
    assert written() == [
        ("venue.described", {"venue": venue.id, "fields": ["postcode", "step_free", "street", "website"]})
    ]
    partners.change_venue(venue.id, actor=coordinator, details=DETAILS, category=Category.SPORT, now=NOW)
    assert partners.facts_of(venue) == facts, "what was not given stays"
    partners.change_venue(
        venue.id, actor=coordinator, details=DETAILS, category=Category.SPORT, facts=Facts(step_free=True), now=NOW
    )
    assert partners.facts_of(venue) == Facts(step_free=True)
    opened = partners.open_venue(
        actor=coordinator, details=PartnerDetails("Uusi"), category=Category.SPORT, facts=facts, now=NOW
    )
    assert partners.facts_of(opened) == facts


@pytest.mark.parametrize(
    "facts", [Facts(postcode="5310"), Facts(ticket_phone="soita"), Facts(website="javascript:alert(1)")]
)
def test_impossible_facts_change_nothing(coordinator, facts):
    manager = factories.make_actor(Role.VENUE_MANAGER)
    assert manager.venue_id
    with pytest.raises(DomainError):
        partners.describe_venue(manager.venue_id, actor=manager, facts=facts, now=NOW)
    with pytest.raises(DomainError):
        partners.open_venue(actor=coordinator, details=DETAILS, category=Category.SPORT, facts=facts, now=NOW)
    with pytest.raises(DomainError):
        partners.change_venue(
            manager.venue_id, actor=coordinator, details=DETAILS, category=Category.SPORT, facts=facts, now=NOW
        )
    assert partners.facts_of(db.session.scalars(sa.select(Venue)).one()) == Facts()
    assert written() == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.VENUE_MANAGER])
def test_only_the_manager_describes_the_own_venue(role):
    actor = factories.make_actor(role)
    for venue_id in (actor.venue_id or factories.make_venue().id, 999_999):
        with pytest.raises(NotFound):
            partners.describe_venue(venue_id, actor=actor, facts=Facts(street="Toinen"), now=NOW)
    manager = factories.make_actor(Role.VENUE_MANAGER)
    with pytest.raises(NotFound):
        partners.describe_venue(factories.make_venue().id, actor=manager, facts=Facts(street="Toinen"), now=NOW)
    assert written() == []


def test_a_name_is_used_once_in_an_area(coordinator):
    partners.open_unit(actor=coordinator, details=DETAILS, now=NOW)
    other = partners.open_unit(actor=coordinator, details=PartnerDetails(name_fi="Toinen"), now=NOW)
    with pytest.raises(NameInUse):
        partners.open_unit(actor=coordinator, details=DETAILS, now=NOW)
    with pytest.raises(NameInUse):
        partners.change_unit(other.id, actor=coordinator, details=DETAILS, now=NOW)
    partners.change_unit(other.id, actor=coordinator, details=PartnerDetails(name_fi="Toinen"), now=NOW)
    partners.open_venue(actor=coordinator, details=DETAILS, category=Category.CULTURE, now=NOW)
    with pytest.raises(NameInUse):
        partners.open_venue(actor=coordinator, details=DETAILS, category=Category.CULTURE, now=NOW)
    stranger = factories.make_actor(Role.COORDINATOR, factories.make_area("HX"))
    partners.open_unit(actor=stranger, details=DETAILS, now=NOW)


def test_partners_of_another_area_are_not_found(coordinator):
    other = factories.make_area("HX")
    unit, venue = factories.make_unit(other), factories.make_venue(other)
    names = (unit.name_fi, venue.name_fi)
    for unit_id, venue_id in ((unit.id, venue.id), (999_999, 999_999)):
        with pytest.raises(NotFound):
            partners.get_unit(unit_id, actor=coordinator)
        with pytest.raises(NotFound):
            partners.get_venue(venue_id, actor=coordinator)
        with pytest.raises(NotFound):
            partners.change_unit(unit_id, actor=coordinator, details=DETAILS, now=NOW)
        with pytest.raises(NotFound):
            partners.change_venue(venue_id, actor=coordinator, details=DETAILS, category=Category.SPORT, now=NOW)
    assert (db.session.scalar(sa.select(Unit.name_fi)), db.session.scalar(sa.select(Venue.name_fi))) == names
    assert written() == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_only_a_coordinator_changes_the_register(role):
    actor = factories.make_actor(role)
    unit = factories.unit_of(actor) if actor.unit_id else factories.make_unit()
    venue = db.session.get_one(Venue, actor.venue_id) if actor.venue_id else factories.make_venue()
    with pytest.raises(NotFound):
        partners.open_unit(actor=actor, details=DETAILS, now=NOW)
    with pytest.raises(NotFound):
        partners.open_venue(actor=actor, details=DETAILS, category=Category.SPORT, now=NOW)
    with pytest.raises(NotFound):
        partners.change_unit(unit.id, actor=actor, details=DETAILS, now=NOW)
    with pytest.raises(NotFound):
        partners.change_venue(venue.id, actor=actor, details=DETAILS, category=Category.SPORT, now=NOW)
    assert DETAILS.name_fi not in (
        *db.session.scalars(sa.select(Unit.name_fi)),
        *db.session.scalars(sa.select(Venue.name_fi)),
    )


def test_staff_see_their_own_organisation(coordinator):
    worker, manager = factories.make_actor(Role.WORKER), factories.make_actor(Role.VENUE_MANAGER)
    assert worker.unit_id and manager.venue_id
    assert partners.get_unit(worker.unit_id, actor=worker).id == worker.unit_id
    assert partners.get_venue(manager.venue_id, actor=manager).id == manager.venue_id
    with pytest.raises(NotFound):
        partners.get_unit(factories.make_unit().id, actor=worker)
    with pytest.raises(NotFound):
        partners.get_venue(factories.make_venue().id, actor=manager)


def test_lists_hold_the_areas_partners_with_stock_and_people(coordinator):
    unit, empty = factories.make_unit(name_fi="A"), factories.make_unit(name_fi="B")
    venue = factories.make_venue(name_fi="C")
    factories.make_stock_cards(3, unit)
    factories.make_issued_card(unit)
    factories.make_person(Role.WORKER, unit)
    factories.make_person(Role.VENUE_STAFF, venue)
    factories.make_person(Role.VENUE_MANAGER, venue)
    other = factories.make_area("HX")
    factories.make_stock_card(factories.make_unit(other))
    factories.make_venue(other)
    assert [(row.unit.id, row.stock, row.people) for row in partners.list_units(unit.area_id)] == [
        (unit.id, 3, 1),
        (empty.id, 0, 0),
    ]
    assert [(row.venue.id, row.people) for row in partners.list_venues(unit.area_id)] == [(venue.id, 2)]
    assert [held.role for held in partners.list_people(venue_id=venue.id)] == [Role.VENUE_STAFF, Role.VENUE_MANAGER]
    assert [held.role for held in partners.list_people(unit_id=unit.id)] == [Role.WORKER]
    assert partners.list_prefixes() == {"EK", "HX"}
