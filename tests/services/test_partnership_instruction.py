"""The yearly instruction: read by a person, practised on a tablet, given at a meeting; told of from day 335 on."""

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotAllowed, NotFound
from kaikukortti.models.network import PartnerState, Unit, Venue
from kaikukortti.models.partnership import Instruction, InstructionKind
from kaikukortti.models.trail import AuditEntry
from kaikukortti.partnership import instruction
from kaikukortti.partnership.instruction import MeetingDayImpossible, NobodyMet
from kaikukortti.rules.access import Role
from tests import factories
from tests.factories import DAY, NOW, TODAY
from venues import preparing

READ, PRACTISED, EVENT = InstructionKind.READ, InstructionKind.PRACTISED, InstructionKind.EVENT


def rows() -> list[tuple[InstructionKind, object]]:
    return [(row.kind, row.on_day) for row in db.session.scalars(sa.select(Instruction).order_by(Instruction.id))]


def newest(table, key):
    return db.session.get_one(table, key, populate_existing=True).instructed_on


@pytest.mark.parametrize("role", [Role.WORKER, Role.VENUE_MANAGER, Role.VENUE_STAFF])
def test_each_person_says_to_have_read_it(role):
    actor = factories.make_actor(role)
    assert instruction.own_day(actor) is None
    for _ in range(2):
        instruction.acknowledge(actor=actor, now=NOW)
    assert rows() == [(READ, TODAY)]
    assert instruction.own_day(actor) == TODAY
    home = (Unit, actor.unit_id) if actor.unit_id else (Venue, actor.venue_id)
    assert newest(*home) == TODAY
    colleague = factories.make_actor(role, db.session.get_one(*home))
    assert instruction.own_day(colleague) is None, "a colleague's reading is not one's own"
    assert [entry.action for entry in db.session.scalars(sa.select(AuditEntry))] == ["instruction.read"]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.VIEWER, Role.ADMINISTRATOR])
def test_people_of_an_area_have_nothing_to_read(role):
    with pytest.raises(NotAllowed):
        instruction.acknowledge(actor=factories.make_actor(role), now=NOW)


def test_practice_on_a_tablet_counts_for_the_venue():
    tablet = factories.make_tablet()
    for _ in range(2):
        preparing.note_practised(tablet.known, practised_at=NOW, now=NOW)
    assert rows() == [(PRACTISED, TODAY)]
    assert newest(Venue, tablet.known.venue_id) == TODAY
    assert instruction.list_due(tablet.known.area_id, today=TODAY) == []


def test_a_meeting_counts_for_those_who_were_there():
    coordinator = factories.make_actor(Role.COORDINATOR)
    unit, absent, venue = factories.make_unit(), factories.make_unit(), factories.make_venue(instructed_on=TODAY)
    day = TODAY - 20 * DAY
    many = instruction.record_meeting(day, unit_ids=[unit.id], venue_ids=[venue.id], actor=coordinator, now=NOW)
    assert (many, rows()) == (2, [(EVENT, day), (EVENT, day)])
    assert (newest(Unit, unit.id), newest(Unit, absent.id)) == (day, None)
    assert newest(Venue, venue.id) == TODAY, "a later day stays"
    (entry,) = db.session.scalars(sa.select(AuditEntry))
    assert entry.action == "instruction.meeting"
    assert entry.detail == {"on": day.isoformat(), "units": [unit.id], "venues": [venue.id]}


def test_a_meeting_that_cannot_have_been_is_refused():
    coordinator, unit = factories.make_actor(Role.COORDINATOR), factories.make_unit()
    far = factories.make_unit(factories.make_area("HX"))
    left = factories.make_venue(state=PartnerState.LEFT)
    for on_day in (TODAY + DAY, TODAY - 366 * DAY):
        with pytest.raises(MeetingDayImpossible):
            instruction.record_meeting(on_day, unit_ids=[unit.id], venue_ids=[], actor=coordinator, now=NOW)
    with pytest.raises(NobodyMet):
        instruction.record_meeting(TODAY, unit_ids=[], venue_ids=[], actor=coordinator, now=NOW)
    for wrong in ({"unit_ids": [unit.id, far.id], "venue_ids": []}, {"unit_ids": [999_999], "venue_ids": []}):
        with pytest.raises(NotFound):
            instruction.record_meeting(TODAY, **wrong, actor=coordinator, now=NOW)
    with pytest.raises(NotFound):
        instruction.record_meeting(TODAY, unit_ids=[unit.id], venue_ids=[left.id], actor=coordinator, now=NOW)
    with pytest.raises(NotFound):
        worker = factories.make_actor(Role.WORKER, unit)
        instruction.record_meeting(TODAY, unit_ids=[unit.id], venue_ids=[], actor=worker, now=NOW)
    assert rows() == []


@pytest.mark.parametrize(
    ("days", "told", "is_over"),
    [(0, False, False), (334, False, False), (335, True, False), (364, True, False), (365, True, True)],
)
def test_it_is_told_from_day_335_on_and_over_after_365(days, told, is_over):
    venue = factories.make_venue(instructed_on=TODAY - days * DAY)
    due = instruction.list_due(venue.area_id, today=TODAY)
    assert [(one.partner.venue_id, one.is_over) for one in due] == ([(venue.id, is_over)] if told else [])
    assert all(one.due_on == TODAY + (365 - days) * DAY for one in due)


def test_those_who_were_never_instructed_come_first_and_only_the_active_are_told():
    area = factories.make_area()
    late = factories.make_unit(area, instructed_on=TODAY - 400 * DAY)
    never = factories.make_venue(area)
    for state in (PartnerState.INVITED, PartnerState.PAUSED, PartnerState.LEFT):
        factories.make_unit(area, state=state)
    factories.make_unit(factories.make_area("HX"))
    due = instruction.list_due(area.id, today=TODAY)
    assert [(one.partner.unit_id, one.partner.venue_id) for one in due] == [(None, never.id), (late.id, None)]
    assert due[0].last_on is None and due[0].is_over
