"""Events in full, further dates and series, the rest of a series called off."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.rules.programme import EventKind, Planned
from kaikukortti.rules.recurrence import Hours, Recurrence, SeriesEmpty, SeriesTooLong, Slot
from tests import factories
from tests.factories import DAY, NOW, TODAY, TONIGHT
from venues import events, scanning, series
from venues.series import Added

EVENINGS = dict.fromkeys((1, 3), Hours(time(19), time(21)))
TWO_WEEKS = Recurrence(EVENINGS, date(2026, 11, 24), date(2026, 12, 3))


@pytest.fixture
def event() -> Event:
    return factories.make_event()


@pytest.fixture
def manager(event):
    return factories.make_actor(Role.VENUE_MANAGER, event.venue)


def dates_of(event: Event) -> list[Occurrence]:
    db.session.expire_all()
    return events.list_dates(event.id, from_on=TODAY)


def actions() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_series_adds_its_dates(event, manager):
    added = series.add_series(
        event.id,
        wanted=TWO_WEEKS,
        place="Sali 2",
        opens_before=timedelta(minutes=45),
        closes_after=timedelta(minutes=15),
        actor=manager,
        now=NOW,
    )
    assert added == Added(4, 0)
    found = dates_of(event)
    assert [row.on_day.day for row in found] == [24, 26, 1, 3]
    assert {(row.place, row.venue_id, row.quota) for row in found} == {("Sali 2", event.venue_id, None)}
    for row in found:
        assert row.opens_at == row.starts_at - timedelta(minutes=45)
        assert row.closes_at == row.starts_at + timedelta(minutes=15)
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.detail) == ("event.dates_added", {"event": event.id, "evenings": 4, "skipped": 0})


def test_a_series_added_again_changes_nothing(event, manager):
    for expected in (Added(4, 0), Added(0, 4)):
        assert series.add_series(event.id, wanted=TWO_WEEKS, actor=manager, now=NOW) == expected
    assert len(dates_of(event)) == 4 and actions() == ["event.dates_added"]


def test_new_dates_give_what_the_venue_gives(event, manager):
    event.venue.capacity, event.venue.quota_percent = 200, 5
    db.session.commit()
    series.add_date(event.id, slot=Slot(TONIGHT), place="", actor=manager, now=NOW)
    (row,) = dates_of(event)
    assert (row.quota, row.quota_percent, row.capacity) == (10, 5, 200)


def test_an_event_has_at_most_four_hundred_dates_to_come(event, manager):
    daily = Recurrence(dict.fromkeys(range(7), Hours(time(19))), TODAY, TODAY + 399 * DAY)
    series.add_series(event.id, wanted=daily, actor=manager, now=NOW)
    with pytest.raises(SeriesTooLong):
        series.add_date(event.id, slot=Slot(TONIGHT + timedelta(minutes=5)), place="", actor=manager, now=NOW)
    assert len(dates_of(event)) == 400


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"first_on": TODAY - DAY}, events.InThePast),
        ({"until_on": date(2030, 1, 1)}, events.TooFarAhead),
        ({"first_on": date(2199, 1, 1), "until_on": date(2199, 2, 1)}, events.TooFarAhead),
        ({"hours": {1: Hours(time(19), time(18))}}, events.EndsBeforeStart),
        ({"until_on": date(2026, 11, 1)}, SeriesEmpty),
        ({"hours": dict.fromkeys(range(7), Hours(time(19))), "until_on": date(2028, 11, 1)}, SeriesTooLong),
    ],
)
def test_an_impossible_series_leaves_nothing(event, manager, change, error):
    with pytest.raises(error):
        series.add_series(event.id, wanted=replace(TWO_WEEKS, **change), actor=manager, now=NOW)
    assert dates_of(event) == [] and actions() == []


def test_the_rest_of_a_series_is_called_off(event, manager):
    series.add_series(event.id, wanted=TWO_WEEKS, actor=manager, now=NOW)
    other = factories.make_occurrence(venue=event.venue, starts_at=TONIGHT + 10 * DAY)
    for count in (3, 0):
        assert series.cancel_rest(event.id, from_on=date(2026, 11, 25), actor=manager, now=NOW) == count
    assert [row.state for row in dates_of(event)] == [Planned.ON] + [Planned.CANCELLED] * 3
    assert db.session.get_one(Occurrence, other.id).state is Planned.ON, "another event stays"
    assert actions() == ["event.dates_added", "event.rest_cancelled"]


def test_what_is_over_is_not_called_off(event, manager):
    yesterday = factories.make_occurrence(event, starts_at=TONIGHT - DAY)
    tonight = factories.make_occurrence(event)
    assert series.cancel_rest(event.id, from_on=TODAY - 30 * DAY, actor=manager, now=NOW) == 1
    states = [db.session.get_one(Occurrence, row.id, populate_existing=True).state for row in (yesterday, tonight)]
    assert states == [Planned.ON, Planned.CANCELLED]


def test_an_event_is_changed(event, manager):
    usual = factories.make_occurrence(event)
    series.add_date(event.id, slot=Slot(TONIGHT + DAY), place="Teltta", actor=manager, now=NOW)
    wanted = replace(
        events.details_of(event),
        kind=EventKind.COURSE,
        place="Sali",
        bus_stop="Kirkko",
        step_free=True,
        calm_from=time(10),
        calm_until=time(12),
        first_on=TODAY,
        last_on=TODAY + 90 * DAY,
        places=12,
        own_share_cents=2550,
    )
    for _again in range(2):
        events.change_event(event.id, actor=manager, details=wanted, now=NOW)
    db.session.expire_all()
    assert events.details_of(db.session.get_one(Event, event.id)) == wanted
    assert [row.place for row in dates_of(event)] == ["Sali", "Teltta"] and usual.place == "Sali"
    assert actions() == ["event.dates_added", "event.changed"], "nothing changed, nothing written"


def test_what_a_kind_does_not_have_falls_away(event, manager):
    course = replace(events.details_of(event), first_on=TODAY, last_on=TODAY + DAY, places=12, own_share_cents=100)
    found = events.change_event(event.id, actor=manager, details=course, now=NOW)
    assert (found.first_on, found.last_on, found.places, found.own_share_cents) == (None, None, None, None)
    season = replace(course, kind=EventKind.PERIOD_PASS)
    found = events.change_event(event.id, actor=manager, details=season, now=NOW)
    assert (found.first_on, found.last_on, found.places) == (TODAY, TODAY + DAY, None)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"calm_from": time(10)}, events.CalmHoursImpossible),
        ({"calm_until": time(10)}, events.CalmHoursImpossible),
        ({"calm_from": time(12), "calm_until": time(12)}, events.CalmHoursImpossible),
        ({"first_on": TODAY}, events.TermImpossible),
        ({"first_on": TODAY, "last_on": TODAY - DAY}, events.TermImpossible),
        ({"places": 0}, events.CourseImpossible),
        ({"own_share_cents": -1}, events.CourseImpossible),
        ({"own_share_cents": 100_001}, events.CourseImpossible),
    ],
)
def test_impossible_facts_change_nothing(event, manager, change, error):
    before = events.details_of(event)
    with pytest.raises(error):
        wanted = replace(before, kind=EventKind.COURSE, title_fi="Muu", **change)
        events.change_event(event.id, actor=manager, details=wanted, now=NOW)
    assert events.details_of(db.session.get_one(Event, event.id, populate_existing=True)) == before


def test_a_kind_that_counts_otherwise_is_fixed_by_the_first_visit(event, manager):
    occurrence = factories.make_occurrence(event)
    tablet = factories.make_tablet(event.venue)
    item = factories.make_item(factories.make_issued_card(), occurrence=occurrence.id)
    scanning.record(item, device=tablet.known, received_at=NOW)
    before = events.details_of(event)
    with pytest.raises(events.KindFixed):
        events.change_event(event.id, actor=manager, details=replace(before, kind=EventKind.COURSE), now=NOW)
    events.change_event(event.id, actor=manager, details=replace(before, kind=EventKind.MATCH), now=NOW)


def test_events_without_dates_to_come_are_listed(event):
    factories.make_occurrence(event, starts_at=TONIGHT - DAY)
    factories.make_occurrence(factories.make_event(event.venue))
    assert [row.id for row in events.list_over(event.venue_id, today=TODAY)] == [event.id]


def test_other_venues_and_roles_change_nothing(event):
    staff = factories.make_actor(Role.VENUE_STAFF, event.venue)
    for actor in (factories.make_actor(Role.VENUE_MANAGER), staff, factories.make_actor(Role.COORDINATOR)):
        for act in (
            lambda who: series.add_date(event.id, slot=Slot(TONIGHT), place="", actor=who, now=NOW),
            lambda who: series.add_series(event.id, wanted=TWO_WEEKS, actor=who, now=NOW),
            lambda who: series.cancel_rest(event.id, from_on=TODAY, actor=who, now=NOW),
            lambda who: events.change_event(event.id, details=events.details_of(event), actor=who, now=NOW),
            lambda who: events.get_event(event.id, actor=who),
        ):
            with pytest.raises(NotFound):
                act(actor)
    assert dates_of(event) == []
