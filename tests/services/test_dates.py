"""One date of an event: moved, its doors, its places; the free places that units see."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.ledger import Scan
from kaikukortti.models.network import PartnerState, Venue
from kaikukortti.models.programme import Occurrence
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.programme import Planned
from kaikukortti.rules.quota import CapacityImpossible, Quota, QuotaImpossible
from kaikukortti.rules.recurrence import Slot
from tests import factories
from tests.factories import DAY, NOW, TODAY, TONIGHT
from venues import dates, events, quotas, scanning, scanrows

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def tonight() -> Occurrence:
    return factories.make_occurrence()


@pytest.fixture
def manager(tonight):
    return factories.make_actor(Role.VENUE_MANAGER, db.session.get_one(Venue, tonight.venue_id))


@pytest.fixture
def tablet(tonight):
    return factories.make_tablet(db.session.get_one(Venue, tonight.venue_id)).known


def register(tablet, occurrence, *, at=NOW, received_at=None, **counts) -> scanrows.Recorded:
    card = factories.make_issued_card(children=3)
    item = factories.make_item(card, occurrence=occurrence.id, occurred=at, **counts)
    return scanning.record(item, device=tablet, received_at=received_at or at)


def fresh(occurrence: Occurrence) -> Occurrence:
    return db.session.get_one(Occurrence, occurrence.id, populate_existing=True)


def trail() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_date_is_moved_with_its_doors_and_keeps_its_visits(tonight, manager, tablet):
    dates.set_door(
        tonight.id, opens_at=TONIGHT - HOUR, closes_at=TONIGHT + 10 * MINUTE, actor=manager, now=NOW - 2 * HOUR
    )
    register(tablet, tonight, child=2)
    to = Slot(TONIGHT + 2 * DAY + HOUR, TONIGHT + 2 * DAY + 3 * HOUR)
    moved = dates.move(tonight.id, slot=to, place="Kirkko", actor=manager, now=NOW)
    assert moved.id == tonight.id
    assert (moved.starts_at, moved.ends_at, moved.on_day, moved.place) == (
        *vars(to).values(),
        TODAY + 2 * DAY,
        "Kirkko",
    )
    assert (moved.opens_at, moved.closes_at) == (to.starts_at - HOUR, to.starts_at + 10 * MINUTE)
    assert moved.moved_from_on == TODAY
    assert db.session.scalars(sa.select(Scan.occurrence_id)).all() == [tonight.id]
    assert dates.read(tonight.id, actor=manager, now=NOW).tickets == {"adult": 1, "child": 2}
    assert trail() == ["occurrence.door_set", "occurrence.moved"]


def test_a_visit_of_the_former_day_is_one_to_the_house(tonight, manager, tablet):
    dates.move(tonight.id, slot=Slot(TONIGHT + DAY), place="", actor=manager, now=NOW)
    late = register(tablet, tonight, at=NOW + HOUR, received_at=NOW + 2 * DAY)
    assert Flag.CANCELLED in late.flags, "an offline tablet had the old list"
    then = register(tablet, tonight, at=TONIGHT + DAY)
    assert Flag.CANCELLED not in then.flags


def test_a_date_moved_within_its_day_is_the_same_evening(tonight, manager, tablet):
    dates.move(tonight.id, slot=Slot(TONIGHT + HOUR), place="", actor=manager, now=NOW)
    assert fresh(tonight).moved_from_on is None
    assert register(tablet, tonight).flags == ()


@pytest.mark.parametrize(
    ("slot", "error"),
    [
        (Slot(TONIGHT - DAY), events.InThePast),
        (Slot(TONIGHT + 1500 * DAY), events.TooFarAhead),
        (Slot(TONIGHT, TONIGHT), events.EndsBeforeStart),
        (Slot(TONIGHT + DAY), dates.OccurrenceThere),
    ],
)
def test_an_impossible_move_changes_nothing(tonight, manager, slot, error):
    factories.make_occurrence(tonight.event, starts_at=TONIGHT + DAY)
    with pytest.raises(error):
        dates.move(tonight.id, slot=slot, place="", actor=manager, now=NOW)
    assert fresh(tonight).starts_at == TONIGHT and trail() == []


def test_what_is_over_or_called_off_stays_as_it_is(tonight, manager):
    over = factories.make_occurrence(tonight.event, starts_at=TONIGHT - DAY)
    off = factories.make_occurrence(tonight.event, starts_at=TONIGHT + DAY, state=Planned.CANCELLED)
    for row in (over, off):
        for act in acts(row):
            with pytest.raises(dates.OccurrenceOver):
                act(manager)
    assert trail() == []


def test_doors_of_this_date_and_the_later_ones(tonight, manager):
    before = factories.make_occurrence(tonight.event, starts_at=TONIGHT - HOUR)
    later = factories.make_occurrence(tonight.event, starts_at=TONIGHT + 7 * DAY)
    window = {"opens_at": TONIGHT - HOUR, "closes_at": TONIGHT + 5 * MINUTE}
    assert dates.set_door(tonight.id, **window, and_later=True, actor=manager, now=NOW) == 2
    assert (fresh(later).opens_at, fresh(later).closes_at) == tuple(at + 7 * DAY for at in window.values())
    assert fresh(before).opens_at is None
    assert dates.set_door(tonight.id, opens_at=None, closes_at=None, actor=manager, now=NOW) == 1
    assert fresh(tonight).opens_at is None and fresh(later).opens_at is not None


@pytest.mark.parametrize(
    ("opens_at", "closes_at"),
    [(TONIGHT, TONIGHT), (TONIGHT + HOUR, TONIGHT), (TONIGHT - 25 * HOUR, None), (None, TONIGHT + 25 * HOUR)],
)
def test_impossible_doors(tonight, manager, opens_at, closes_at):
    with pytest.raises(dates.DoorImpossible):
        dates.set_door(tonight.id, opens_at=opens_at, closes_at=closes_at, actor=manager, now=NOW)
    assert fresh(tonight).opens_at is None and trail() == []


def test_places_as_a_share_for_this_date_and_the_later_ones(tonight, manager):
    later = factories.make_occurrence(tonight.event, starts_at=TONIGHT + 7 * DAY)
    share = Quota(percent=5, capacity=120)
    assert dates.set_places(tonight.id, given=share, sold_out=True, and_later=True, actor=manager, now=NOW) == 2
    found = [(row.quota, row.quota_percent, row.capacity, row.sold_out) for row in (fresh(tonight), fresh(later))]
    assert found == [(6, 5, 120, True), (6, 5, 120, False)], "only tonight is sold out"
    assert dates.read(tonight.id, actor=manager, now=NOW).left == 0
    dates.set_places(tonight.id, given=Quota(), sold_out=False, actor=manager, now=NOW)
    assert fresh(tonight).quota is None and dates.read(tonight.id, actor=manager, now=NOW).left is None
    assert trail() == ["occurrence.places_set"] * 2


def test_fewer_places_than_are_given_out_are_refused_with_the_number(tonight, manager, tablet):
    later = factories.make_occurrence(tonight.event, starts_at=TONIGHT + 7 * DAY)
    register(tablet, later, child=2, assistant=1, interpreter=1)
    for and_later, occurrence in ((True, tonight), (False, later)):
        with pytest.raises(dates.QuotaBelowGiven) as refused:
            dates.set_places(occurrence.id, given=Quota(2), sold_out=False, and_later=and_later, actor=manager, now=NOW)
        assert refused.value.details == {"given": 3, "day": later.on_day}
    assert [fresh(row).quota for row in (tonight, later)] == [None, None], "nothing half done"
    dates.set_places(later.id, given=Quota(3), sold_out=False, actor=manager, now=NOW)
    assert dates.read(later.id, actor=manager, now=NOW).left == 0


def test_places_that_a_check_keeps_are_given_out_for_two_minutes(tonight, manager, tablet):
    dates.set_places(tonight.id, given=Quota(5), sold_out=False, actor=manager, now=NOW)
    card = factories.make_issued_card(children=3)
    scanning.check(code=card.number, ref=None, occurrence=tonight.id, device=tablet, now=NOW)
    assert quotas.count_given(tonight.id, now=NOW) == 4
    assert quotas.count_given(tonight.id, now=NOW + 3 * MINUTE) == 0


def test_children_take_places_or_not(tonight, manager, tablet):
    register(tablet, tonight, child=3)
    assert quotas.count_given(tonight.id, now=NOW) == 4
    dates.set_house_rule(tonight.venue_id, given=Quota(), children_take_places=False, actor=manager, now=NOW)
    assert quotas.count_given(tonight.id, now=NOW) == 1
    assert trail() == ["venue.places_set"]


@pytest.mark.parametrize(("given", "error"), [(Quota(0), QuotaImpossible), (Quota(capacity=0), CapacityImpossible)])
def test_impossible_places(tonight, manager, given, error):
    with pytest.raises(error):
        dates.set_places(tonight.id, given=given, sold_out=False, actor=manager, now=NOW)
    with pytest.raises(error):
        dates.set_house_rule(tonight.venue_id, given=given, children_take_places=True, actor=manager, now=NOW)
    assert trail() == []


def test_units_see_the_free_places_of_two_days(tonight, manager, tablet):
    venue = db.session.get_one(Venue, tonight.venue_id)
    event = tonight.event
    inside = {
        "tonight": factories.make_occurrence(event, quota=6),
        "open now": factories.make_occurrence(event, starts_at=NOW - HOUR, quota=4),
        "in two days": factories.make_occurrence(event, starts_at=NOW + 48 * HOUR, quota=1),
    }
    factories.make_occurrence(event, starts_at=NOW + 48 * HOUR + MINUTE, quota=1)
    factories.make_occurrence(event, starts_at=NOW - 3 * HOUR, quota=1)
    factories.make_occurrence(event, quota=3, sold_out=True)
    factories.make_occurrence(event, quota=3, state=Planned.CANCELLED)
    factories.make_occurrence(factories.make_event(factories.make_venue(factories.make_area("HX"))), quota=9)
    factories.make_occurrence(factories.make_event(factories.make_venue(venue.area, state=PartnerState.LEFT)), quota=9)
    register(tablet, inside["tonight"], child=1, assistant=1)
    full = factories.make_occurrence(event, quota=1)
    register(tablet, full)
    free = quotas.list_free(venue.area_id, now=NOW)
    assert [(row.occurrence.id, row.places) for row in free] == [
        (inside["open now"].id, 4),
        (inside["tonight"].id, 4),
        (inside["in two days"].id, 1),
    ]


def acts(row: Occurrence):
    """Return the changes of a date, to be done by somebody."""
    return (
        lambda who: dates.move(row.id, slot=Slot(TONIGHT + 3 * DAY), place="", actor=who, now=NOW),
        lambda who: dates.set_door(row.id, opens_at=None, closes_at=None, actor=who, now=NOW),
        lambda who: dates.set_places(row.id, given=Quota(5), sold_out=False, actor=who, now=NOW),
    )


def test_other_venues_and_roles_see_and_change_nothing(tonight):
    venue = db.session.get_one(Venue, tonight.venue_id)
    staff = factories.make_actor(Role.VENUE_STAFF, venue)
    for actor in (factories.make_actor(Role.VENUE_MANAGER), staff, factories.make_actor(Role.COORDINATOR)):
        for act in acts(tonight):
            with pytest.raises(NotFound):
                act(actor)
        with pytest.raises(NotFound):
            dates.read(tonight.id, actor=actor, now=NOW)
        with pytest.raises(NotFound):
            dates.set_house_rule(venue.id, given=Quota(5), children_take_places=False, actor=actor, now=NOW)
    assert trail() == []
