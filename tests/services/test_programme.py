"""The programme of a venue: added and cancelled by its manager, listed from today on, for two weeks on the tablet."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.rules.programme import Category, EventKind, Planned
from kaikukortti.rules.recurrence import Slot
from tests import factories
from tests.factories import DAY, NOW, TODAY, TONIGHT
from venues import events
from venues.events import EventDetails

DETAILS = EventDetails("Lumikuningatar", "Snödrottningen", "", Category.CULTURE, EventKind.PERFORMANCE)


@pytest.fixture
def manager():
    return factories.make_actor(Role.VENUE_MANAGER)


def add(manager, *slots: Slot, venue_id: int | None = None) -> Event:
    return events.add_event(
        actor=manager,
        venue_id=venue_id or manager.venue_id,
        details=DETAILS,
        slots=slots,
        place="Suuri näyttämö",
        now=NOW,
    )


def test_an_event_with_two_evenings(manager):
    late = TONIGHT + 6 * timedelta(hours=1)  # 01.00 in Helsinki, the next day
    event = add(manager, Slot(TONIGHT, TONIGHT + timedelta(hours=2)), Slot(late))
    found = db.session.scalars(sa.select(Occurrence).order_by(Occurrence.starts_at)).all()
    assert [(row.venue_id, row.starts_at, row.ends_at, row.on_day, row.place, row.state) for row in found] == [
        (manager.venue_id, TONIGHT, TONIGHT + timedelta(hours=2), TODAY, "Suuri näyttämö", Planned.ON),
        (manager.venue_id, late, None, TODAY + DAY, "Suuri näyttämö", Planned.ON),
    ]
    assert events.details_of(event) == replace(DETAILS, place="Suuri näyttämö")
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.detail) == ("event.added", {"event": event.id, "evenings": 2})


@pytest.mark.parametrize(
    ("slot", "error"),
    [
        (Slot(NOW - DAY), events.InThePast),
        (Slot(TONIGHT, TONIGHT), events.EndsBeforeStart),
        (Slot(TONIGHT, TONIGHT - timedelta(hours=1)), events.EndsBeforeStart),
    ],
)
def test_impossible_evenings_leave_nothing(manager, slot, error):
    with pytest.raises(error):
        add(manager, Slot(TONIGHT), slot)
    assert db.session.scalars(sa.select(Event)).all() == []


def test_an_event_of_earlier_today_may_still_be_added(manager):
    assert add(manager, Slot(NOW - timedelta(hours=8))).id


def test_other_venues_and_roles_change_nothing(manager):
    occurrence = factories.make_occurrence()
    staff = factories.make_actor(Role.VENUE_STAFF, occurrence.event.venue)
    for actor in (manager, staff, factories.make_actor(Role.COORDINATOR)):
        with pytest.raises(NotFound):
            add(actor, Slot(TONIGHT), venue_id=occurrence.venue_id)
        with pytest.raises(NotFound):
            events.cancel(occurrence.id, actor=actor, now=NOW)
    with pytest.raises(NotFound):
        events.cancel(999_999, actor=manager, now=NOW)
    assert db.session.get_one(Occurrence, occurrence.id, populate_existing=True).state is Planned.ON


def test_a_cancelled_evening_leaves_the_tablet_but_not_the_page(manager):
    event = add(manager, Slot(TONIGHT), Slot(TONIGHT + DAY))
    first, second = event.occurrences
    events.cancel(first.id, actor=manager, now=NOW)
    events.cancel(first.id, actor=manager, now=NOW)
    assert [row.id for row in events.list_coming(manager.venue_id, from_on=TODAY)] == [second.id]
    listed = events.list_programme(manager.venue_id, from_on=TODAY)
    assert [(row.id, row.state) for row in listed] == [(first.id, Planned.CANCELLED), (second.id, Planned.ON)]
    actions = db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["event.added", "occurrence.cancelled"], "cancelled once"


def test_the_tablet_gets_today_and_fourteen_days():
    event = factories.make_event()
    days = (-1, 0, 1, 14, 15)
    made = {day: factories.make_occurrence(event, starts_at=TONIGHT + day * DAY) for day in reversed(days)}
    factories.make_occurrence()
    coming = events.list_coming(event.venue_id, from_on=TODAY)
    assert [row.id for row in coming] == [made[0].id, made[1].id, made[14].id]
    assert [row.on_day for row in coming] == [TODAY, TODAY + DAY, date(2026, 12, 4)]
    listed = events.list_programme(event.venue_id, from_on=TODAY)
    assert [row.id for row in listed] == [made[day].id for day in (0, 1, 14, 15)]
