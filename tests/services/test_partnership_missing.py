"""What is missing, line by line: each kind appears for its reason, and goes when that is put right."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from kaikukortti.db import db
from kaikukortti.models.ledger import Device, DeviceState
from kaikukortti.models.network import Area, PartnerState, User
from kaikukortti.models.partnership import Commitment
from kaikukortti.partnership import commitments, missing
from kaikukortti.partnership.missing import Kind
from kaikukortti.rules.access import Role
from tests import factories
from tests.factories import DAY, NOW, TODAY
from venues import scanning

INVITED, PAUSED, LEFT = PartnerState.INVITED, PartnerState.PAUSED, PartnerState.LEFT


@pytest.fixture
def area() -> Area:
    found = factories.make_area()
    for _ in range(2):
        factories.make_person(Role.COORDINATOR, found)
    return found


def told(area: Area) -> list[Kind]:
    return [one.kind for one in missing.list_missing(area.id, today=TODAY)]


def commit(version: str = commitments.VERSION, **key: int) -> None:
    db.session.add(Commitment(**key, version=version, agreed_at=NOW, agreed_by=None))
    db.session.commit()


def sound_unit(area: Area, **fields: Any):
    unit = factories.make_unit(area, **{"contact_person": "Anna Aho", "instructed_on": TODAY - 10 * DAY, **fields})
    factories.make_person(Role.WORKER, unit)
    commit(unit_id=unit.id)
    return unit


def sound_venue(area: Area, **fields: Any):
    venue = factories.make_venue(area, **{"contact_person": "Anna Aho", "instructed_on": TODAY - 10 * DAY, **fields})
    factories.make_person(Role.VENUE_MANAGER, venue)
    commit(venue_id=venue.id)
    tablet = factories.make_tablet(venue)
    scanning.record(factories.make_item(factories.make_issued_card()), device=tablet.known, received_at=NOW)
    return venue


def change(row: object, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    db.session.commit()


@pytest.fixture
def elsewhere() -> None:
    far = factories.make_area("HX")
    factories.make_unit(far)
    factories.make_venue(far)


def test_nothing_is_missing_where_all_is_well(area, elsewhere):
    cards = sound_unit(area, name_fi="Oma")
    sound_venue(area)
    others = [one.partner for one in missing.list_missing(area.id, today=TODAY) if one.partner]
    # The card of the visit is of a unit that the factories made along, which has nothing yet.
    assert {one.unit_id for one in others} & {cards.id} == set()
    assert all(one.venue_id is None for one in others)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"contact_person": ""}, Kind.CONTACT),
        ({"instructed_on": None}, Kind.INSTRUCTION),
        ({"instructed_on": TODAY - 365 * DAY}, Kind.INSTRUCTION),
        ({"state": INVITED, "state_since": TODAY - 30 * DAY}, Kind.INVITED_LONG),
        ({"state": INVITED}, Kind.INVITED_LONG),
    ],
)
def test_a_unit_tells_what_it_lacks(area, fields, kind):
    sound_unit(area, **fields)
    assert told(area) == [kind]


@pytest.mark.parametrize(
    "fields",
    [
        {"instructed_on": TODAY - 364 * DAY},
        {"state": INVITED, "state_since": TODAY - 29 * DAY},
        {"state": PAUSED, "instructed_on": None},
        {"state": LEFT, "instructed_on": None, "contact_person": ""},
    ],
)
def test_what_is_not_yet_due_is_not_told(area, fields):
    sound_unit(area, **fields)
    assert told(area) == []


def test_a_commitment_of_another_version_is_none(area):
    unit = factories.make_unit(area, contact_person="A", instructed_on=TODAY)
    factories.make_person(Role.WORKER, unit)
    commit("2019-01", unit_id=unit.id)
    assert told(area) == [Kind.COMMITMENT]


def test_people_out_of_use_are_no_people(area):
    unit = sound_unit(area)
    user = db.session.scalars(sa.select(User).order_by(User.id.desc())).first()
    change(user, disabled_at=NOW)
    (one,) = missing.list_missing(area.id, today=TODAY)
    assert one.partner is not None and (one.kind, one.partner.unit_id) == (Kind.NO_PEOPLE, unit.id)


def test_an_area_has_two_responsible_people(area):
    assert told(area) == []
    user = db.session.scalars(sa.select(User).order_by(User.id)).first()
    change(user, disabled_at=NOW)
    (one,) = missing.list_missing(area.id, today=TODAY)
    assert (one.kind, one.partner) == (Kind.FEW_RESPONSIBLE, None)


def of_venue(area: Area) -> list[tuple[Kind, object]]:
    return [
        (one.kind, one.since)
        for one in missing.list_missing(area.id, today=TODAY)
        if one.partner and one.partner.venue_id
    ]


def test_tablets_are_missed_after_a_fortnight(area):
    venue = sound_venue(area)
    assert of_venue(area) == []
    device = db.session.scalars(sa.select(Device)).one()
    change(device, last_contact_at=NOW - 14 * DAY)
    assert of_venue(area) == []
    change(device, last_contact_at=NOW - 15 * DAY)
    assert of_venue(area) == [(Kind.SILENT_DEVICE, TODAY - 15 * DAY)]
    change(device, state=DeviceState.REVOKED, revoked_at=NOW)
    assert of_venue(area) == [(Kind.NO_DEVICE, None)]
    change(venue, state=PAUSED)
    assert of_venue(area) == []


def test_a_venue_without_a_use_for_sixty_days(area):
    venue = factories.make_venue(area, contact_person="A", instructed_on=TODAY)
    factories.make_person(Role.VENUE_STAFF, venue)
    commit(venue_id=venue.id)
    tablet = factories.make_tablet(venue)
    assert of_venue(area) == [(Kind.NO_USE, None)]
    change(venue, state_since=TODAY - 59 * DAY)
    assert of_venue(area) == [], "a new venue has time"
    change(venue, state_since=TODAY - 60 * DAY)
    assert of_venue(area) == [(Kind.NO_USE, None)]
    for days, expected in ((61, [(Kind.NO_USE, TODAY - 61 * DAY)]), (60, [])):
        item = factories.make_item(factories.make_issued_card(), occurred=NOW - timedelta(days=days))
        scanning.record(item, device=tablet.known, received_at=NOW)
        assert of_venue(area) == expected


@pytest.mark.parametrize(
    ("days", "kind"), [(15, None), (14, Kind.POPUP_ENDING), (0, Kind.POPUP_ENDING), (-1, Kind.POPUP_OVER), (-15, None)]
)
def test_a_pop_up_venue_is_told_before_and_after(area, days, kind):
    last_on = TODAY + timedelta(days=days)
    sound_venue(area, last_on=last_on)
    assert of_venue(area) == ([] if kind is None else [(kind, last_on)])


def test_three_statements_whatever_the_size(area):
    for _ in range(3):
        sound_unit(area)
        sound_venue(area)
    statements = []

    def count(_connection, _cursor, statement, *_rest):
        if statement != "BEGIN":
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        missing.list_missing(area.id, today=TODAY)
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    assert len(statements) == 3
