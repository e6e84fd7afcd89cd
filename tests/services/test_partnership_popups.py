"""A pop-up venue after its last day: nothing new is planned, booked or let in; earlier visits still arrive."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti import offer, partners
from kaikukortti.db import db
from kaikukortti.models.ledger import Scan
from kaikukortti.models.network import PartnerState, Venue
from kaikukortti.models.trail import AuditEntry
from kaikukortti.partnership import popups
from kaikukortti.rules.access import Role
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.programme import Category, EventKind
from kaikukortti.rules.recurrence import Slot
from kaikukortti.rules.verdict import Reason, VerdictClass
from tests import factories
from tests.factories import DAY, NOW, TODAY, TONIGHT
from venues import bookabledates, dates, devices, events, lastday, paperday, scanning

DETAILS = events.EventDetails("Kesäteatteri", "", "", Category.CULTURE, EventKind.PERFORMANCE)


@pytest.fixture
def venue() -> Venue:
    return factories.make_venue(last_on=TODAY)


@pytest.fixture
def tablet(venue):
    return factories.make_tablet(venue)


def known(tablet):
    return devices.recognise(tablet.credential)


def test_the_last_day_is_a_day_of_visits(venue, tablet):
    card, tonight = factories.make_issued_card(), factories.make_occurrence(venue=venue)
    for occurrence in (None, tonight.id):
        checked = scanning.check(code=card.number, occurrence=occurrence, device=known(tablet), now=NOW)
        assert checked.verdict.admits
    assert popups.close_over(now=NOW) == 0 and not popups.has_work(today=TODAY)


@pytest.mark.parametrize("in_house", [True, False])
def test_the_day_after_nobody_is_let_in(venue, tablet, in_house):
    card = factories.make_issued_card()
    later = factories.make_occurrence(venue=venue, starts_at=TONIGHT + DAY)
    occurrence = None if in_house else later.id
    checked = scanning.check(code=card.number, occurrence=occurrence, device=known(tablet), now=NOW + DAY)
    assert (checked.verdict.klass, checked.verdict.reason) == (VerdictClass.NOT_NOW, Reason.WRONG_TIME)


def test_visits_arrive_as_facts_and_a_later_one_is_asked_about(venue, tablet):
    popups.close_over(now=NOW + DAY)
    device, card = known(tablet), factories.make_issued_card()
    earlier = factories.make_item(card, occurred=NOW)
    late = factories.make_item(factories.make_issued_card(), occurred=NOW + DAY)
    assert scanning.record(earlier, device=device, received_at=NOW + DAY).flags == ()
    assert scanning.record(late, device=device, received_at=NOW + DAY).flags == (Flag.DEVICE,)
    assert db.session.scalar(sa.select(sa.func.count(Scan.scan_id))) == 2


def test_nothing_is_planned_after_the_last_day(venue):
    manager = factories.make_actor(Role.VENUE_MANAGER, venue)
    slots = [Slot(TONIGHT + DAY)]
    facts: dict[str, Any] = {"actor": manager, "place": "", "now": NOW}
    with pytest.raises(lastday.AfterLastDay):
        events.add_event(venue_id=venue.id, details=DETAILS, slots=slots, **facts)
    there = factories.make_occurrence(venue=venue)
    with pytest.raises(lastday.AfterLastDay):
        dates.move(there.id, slot=slots[0], **facts)
    assert events.add_event(venue_id=venue.id, details=DETAILS, slots=[Slot(TONIGHT)], **facts)


def test_what_was_planned_after_it_is_shown_and_booked_nowhere(venue):
    tonight = factories.make_occurrence(venue=venue)
    factories.make_occurrence(venue=venue, starts_at=TONIGHT + DAY)
    found = bookabledates.list_them(bookabledates.Choice(area_id=venue.area_id, from_on=TODAY), now=NOW)
    assert [one.occurrence.id for one in found] == [tonight.id]
    assert [one.id for one in events.list_coming(venue.id, from_on=TODAY)] == [tonight.id]
    assert len(offer.read_place(venue.id, now=NOW).coming.showings) == 1


def test_a_paper_list_of_a_later_day_is_none(venue):
    actor = factories.make_actor(Role.COORDINATOR)
    facts: dict[str, Any] = {"actor": actor, "today": TODAY + 2 * DAY}
    assert paperday.find_evening(venue.id, on_day=TODAY, occurrence=None, **facts)
    with pytest.raises(paperday.VenueOver):
        paperday.find_evening(venue.id, on_day=TODAY + DAY, occurrence=None, **facts)


def test_it_leaves_by_itself_and_its_tablets_two_weeks_later(venue, tablet):
    stays = factories.make_venue(last_on=TODAY + DAY)
    for at, left, is_known in ((NOW + DAY, 1, True), (NOW + 14 * DAY, 1, True), (NOW + 15 * DAY, 0, False)):
        assert popups.has_work(today=(at + timedelta(hours=2)).date()) == (left == 1 or not is_known)
        assert popups.close_over(now=at) == left
        assert popups.close_over(now=at) == 0, "twice is once"
        if is_known:
            assert known(tablet)
    with pytest.raises(devices.DeviceRevoked):
        known(tablet)
    found = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))
    assert [(entry.action, entry.detail["venue"]) for entry in found] == [
        ("venue.over", venue.id),
        ("venue.over", stays.id),
        ("venue.tablets_out", venue.id),
    ]
    states = db.session.scalars(sa.select(Venue.state).execution_options(populate_existing=True))
    assert set(states) == {PartnerState.LEFT}


def test_the_last_day_is_today_or_to_come():
    coordinator = factories.make_actor(Role.COORDINATOR)
    facts: dict[str, Any] = {"actor": coordinator, "category": Category.SPORT, "now": NOW}
    details = partners.PartnerDetails("Kesälava")
    with pytest.raises(partners.LastDayPast):
        partners.open_venue(details=details, last_on=TODAY - DAY, **facts)
    venue = partners.open_venue(details=details, last_on=TODAY, **facts)
    later: dict[str, Any] = {**facts, "now": NOW + 3 * DAY}
    popups.close_over(now=NOW + 3 * DAY)
    with pytest.raises(partners.LastDayPast):
        partners.change_venue(venue.id, details=details, last_on=TODAY, **later)
    partners.change_venue(venue.id, details=details, last_on=TODAY + 9 * DAY, **later)
    found = db.session.get_one(Venue, venue.id, populate_existing=True)
    assert (found.state, found.last_on) == (PartnerState.ACTIVE, TODAY + 9 * DAY)
