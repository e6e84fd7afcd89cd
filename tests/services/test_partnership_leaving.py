"""A unit hands all that it has to another in one step, and the counts stay; a venue takes its tablets out of use."""

from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti import issuing, partners, statistics, stock
from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.bookings import CompanyWish
from kaikukortti.models.cards import Batch, Card, CardEvent, CardPeriod, ListCounter
from kaikukortti.models.ledger import Device, DeviceState
from kaikukortti.models.network import PartnerState, Unit, Venue
from kaikukortti.models.partnership import PartnerMove
from kaikukortti.models.trail import AuditEntry
from kaikukortti.partnership import leaving
from kaikukortti.partnership.leaving import CasesOpen, LeftAlready, SuccessorImpossible, SuccessorNeeded
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardKind
from tests import factories
from tests.factories import DAY, NOW, SECRET_KEY, TODAY
from venues import devices


@pytest.fixture
def coordinator():
    return factories.make_actor(Role.COORDINATOR)


def leave(unit, to=None, *, actor, open_cases=0):
    to_id = None if to is None else to.id
    return leaving.leave_unit(unit.id, to_unit_id=to_id, open_cases=open_cases, actor=actor, now=NOW)


def state_of(table, key):
    return db.session.get_one(table, key, populate_existing=True).state


def everything_but_units() -> list[object]:
    """Return every card, period and event without the unit, and the number of the tablets' list."""
    db.session.rollback()
    cards = [column for column in Card.__table__.c if column.name != "unit_id"]
    tables = (cards, [CardPeriod.__table__], [CardEvent.__table__], [ListCounter.__table__])
    return [sorted(map(tuple, db.session.execute(sa.select(*columns))), key=repr) for columns in tables]


def test_a_unit_hands_over_all_that_it_has(coordinator):
    unit, successor, third = factories.make_unit(), factories.make_unit(), factories.make_unit()
    for home in (unit, successor, third):
        factories.make_issued_card(home, children=1)
    factories.make_issued_card(unit, kind=CardKind.COMMUNITY)
    factories.make_issued_card(unit, first_on=TODAY - 900 * DAY, last_on=TODAY - 500 * DAY)
    factories.make_stock_cards(4, unit)
    before = everything_but_units()
    moved = leave(unit, successor, actor=coordinator)
    assert (moved.cards, moved.stock, moved.bookings) == (3, 4, 0)
    assert everything_but_units() == before, "no card changes but for its unit, and no tablet hears of it"
    found = db.session.execute(sa.select(Card.unit_id, sa.func.count()).group_by(Card.unit_id))
    counts = {home: many for home, many in found}
    assert counts == {successor.id: 8, third.id: 1}
    assert set(db.session.scalars(sa.select(Batch.unit_id))) == {successor.id, third.id}
    assert state_of(Unit, unit.id) is PartnerState.LEFT
    (row,) = db.session.scalars(sa.select(PartnerMove))
    assert (row.from_unit_id, row.to_unit_id, row.cards, row.stock) == (unit.id, successor.id, 3, 4)
    (entry,) = db.session.scalars(sa.select(AuditEntry))
    assert entry.action == "unit.left"
    assert entry.detail == {"unit": unit.id, "to": successor.id, "cards": 3, "stock": 4, "bookings": 0}


def test_wishes_for_company_become_one(coordinator):
    unit, successor = factories.make_unit(), factories.make_unit()
    both, alone = factories.make_occurrence(), factories.make_occurrence()
    values = {"changed_at": NOW}
    wishes = [(both, unit, 30), (both, successor, 40), (alone, unit, 2)]
    db.session.add_all(
        CompanyWish(occurrence_id=at.id, unit_id=home.id, people=people, **values) for at, home, people in wishes
    )
    db.session.commit()
    leave(unit, successor, actor=coordinator)
    found = db.session.scalars(sa.select(CompanyWish).order_by(CompanyWish.occurrence_id))
    assert [(row.occurrence_id, row.unit_id, row.people) for row in found] == [
        (both.id, successor.id, 50),
        (alone.id, successor.id, 2),
    ]


def test_a_unit_with_nothing_leaves_alone(coordinator):
    unit = factories.make_unit()
    assert leave(unit, actor=coordinator).is_nothing
    assert state_of(Unit, unit.id) is PartnerState.LEFT
    with pytest.raises(LeftAlready):
        leave(unit, actor=coordinator)


def test_what_came_to_a_unit_after_it_left_can_still_be_handed_over(coordinator):
    unit, successor = factories.make_unit(state=PartnerState.LEFT), factories.make_unit()
    factories.make_issued_card(unit)
    assert leave(unit, successor, actor=coordinator).cards == 1
    assert db.session.scalars(sa.select(Card.unit_id)).all() == [successor.id]


def test_what_cannot_be_changes_nothing(coordinator):
    unit = factories.make_unit()
    factories.make_issued_card(unit)
    far = factories.make_unit(factories.make_area("HX"))
    resting = factories.make_unit(state=PartnerState.PAUSED)
    with pytest.raises(SuccessorNeeded):
        leave(unit, actor=coordinator)
    for wrong in (unit, far, resting):
        with pytest.raises(SuccessorImpossible):
            leave(unit, wrong, actor=coordinator)
    with pytest.raises(CasesOpen):
        leave(unit, factories.make_unit(), actor=coordinator, open_cases=2)
    with pytest.raises(NotFound):
        leave(far, actor=coordinator)
    for role in (Role.WORKER, Role.VIEWER, Role.ADMINISTRATOR):
        with pytest.raises(NotFound):
            leave(unit, factories.make_unit(), actor=factories.make_actor(role))
    assert state_of(Unit, unit.id) is PartnerState.ACTIVE
    assert db.session.scalars(sa.select(Card.unit_id)).all() == [unit.id]
    assert db.session.scalar(sa.select(sa.func.count(AuditEntry.id))) == 0


def test_a_unit_that_has_left_gets_no_stock(coordinator):
    unit = factories.make_unit(state=PartnerState.LEFT)
    with pytest.raises(NotFound):
        stock.add_batch(actor=coordinator, unit_id=unit.id, count=1, kind=CardKind.PERSONAL, now=NOW)


def test_a_venue_leaves_with_its_tablets(coordinator):
    venue = factories.make_venue()
    tablet, other = factories.make_tablet(venue), factories.make_tablet()
    manager = factories.make_actor(Role.VENUE_MANAGER, venue)
    code = devices.plan_enrolment(actor=manager, venue_id=venue.id, now=NOW)
    assert leaving.leave_venue(venue.id, actor=coordinator, now=NOW) == 1
    assert state_of(Venue, venue.id) is PartnerState.LEFT
    with pytest.raises(devices.DeviceRevoked):
        devices.recognise(tablet.credential)
    assert devices.recognise_sender(tablet.credential, now=NOW + 2 * DAY).venue_id == venue.id
    with pytest.raises(devices.EnrolmentExpired):
        devices.enrol(code=code, name="Uusi", secret_key=SECRET_KEY, now=NOW)
    assert devices.recognise(other.credential)
    with pytest.raises(LeftAlready):
        leaving.leave_venue(venue.id, actor=coordinator, now=NOW)
    far = factories.make_venue(factories.make_area("HX"))
    with pytest.raises(NotFound):
        leaving.leave_venue(far.id, actor=coordinator, now=NOW)
    states = db.session.scalars(sa.select(Device.state).order_by(Device.id))
    assert list(states) == [DeviceState.REVOKED, DeviceState.ENROLLED]


@pytest.mark.parametrize(
    ("state", "error"),
    [
        (PartnerState.PAUSED, issuing.UnitPaused),
        (PartnerState.LEFT, issuing.UnitPaused),
        (PartnerState.INVITED, issuing.UnitNotStarted),
    ],
)
def test_a_unit_that_is_not_active_hands_out_no_cards(state, error):
    worker = factories.make_actor()
    unit = factories.unit_of(worker)
    personal, community = factories.make_stock_card(unit), factories.make_stock_card(unit, kind=CardKind.COMMUNITY)
    unit.state = state
    db.session.commit()
    answers = issuing.Answers(1980, "53100", 0)
    facts: dict[str, Any] = {"actor": worker, "accepts_other_unit": False, "now": NOW}
    with pytest.raises(error):
        issuing.check_stock(personal.number, actor=worker, today=TODAY, now=NOW)
    with pytest.raises(error):
        issuing.register(personal.number, answers=answers, is_eligible=True, **facts)
    with pytest.raises(error):
        issuing.register_community(community.number, **facts)


def test_the_figures_of_the_area_stay(coordinator):
    unit, successor = factories.make_unit(), factories.make_unit()
    for home in (unit, unit, successor):
        factories.make_issued_card(home)
    area_id = unit.area_id
    before = unitcounts_of(area_id)
    leave(unit, successor, actor=coordinator)
    db.session.rollback()
    assert unitcounts_of(area_id) == before


def unitcounts_of(area_id: int) -> object:
    return statistics.overview(area_id, first_on=TODAY - 100 * DAY, last_on=TODAY).cards


def test_a_partner_leaves_by_its_own_step_and_may_come_back(coordinator):
    unit = factories.make_unit()
    left = partners.PartnerDetails(name_fi="A", state=PartnerState.LEFT)
    with pytest.raises(partners.LeavesOtherwise):
        partners.change_unit(unit.id, actor=coordinator, details=left, now=NOW)
    leave(unit, actor=coordinator)
    partners.change_unit(unit.id, actor=coordinator, details=left, now=NOW)
    again = partners.PartnerDetails(name_fi="A", state=PartnerState.ACTIVE)
    partners.change_unit(unit.id, actor=coordinator, details=again, now=NOW + DAY)
    found = db.session.get_one(Unit, unit.id, populate_existing=True)
    assert (found.state, found.state_since) == (PartnerState.ACTIVE, TODAY + DAY)
