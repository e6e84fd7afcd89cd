"""Practice gone through marks the venue's yearly instruction, once a day; a self-test's moment is kept."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.ledger import Device
from kaikukortti.models.network import Venue
from kaikukortti.models.trail import AuditEntry
from tests import factories
from tests.factories import DAY, NOW, TODAY
from venues import preparing


@pytest.fixture
def tablet():
    return factories.make_tablet()


def instructed_on(tablet):
    return db.session.get_one(Venue, tablet.known.venue_id, populate_existing=True).instructed_on


def entries():
    return db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "venue.instructed")).all()


def test_a_practice_marks_the_day_and_is_written_down(tablet):
    assert preparing.note_practised(tablet.known, practised_at=NOW, now=NOW) == TODAY
    assert instructed_on(tablet) == TODAY
    (entry,) = entries()
    assert entry.detail == {
        "venue": tablet.known.venue_id,
        "device": tablet.known.device_id,
        "on": TODAY.isoformat(),
    }
    assert (entry.organisation, entry.user_id) == (f"venue:{tablet.known.venue_id}", None)


def test_the_same_day_is_written_once_whoever_tells_it(tablet):
    second = factories.make_tablet(db.session.get_one(Venue, tablet.known.venue_id), name="Sivuovi")
    for one in (tablet, second, tablet):
        preparing.note_practised(one.known, practised_at=NOW, now=NOW)
    assert len(entries()) == 1


def test_a_later_day_counts_and_an_earlier_one_does_not(tablet):
    later = NOW + 3 * DAY
    for practised_at in (NOW, later, NOW + DAY):
        preparing.note_practised(tablet.known, practised_at=practised_at, now=later)
    assert instructed_on(tablet) == TODAY + timedelta(days=3)
    assert len(entries()) == 2


def test_the_day_is_the_finnish_one(tablet):
    before_midnight_in_utc = NOW.replace(hour=22, minute=30)
    assert preparing.note_practised(tablet.known, practised_at=before_midnight_in_utc, now=NOW + DAY) == TODAY + DAY


def test_another_venue_is_not_touched(tablet):
    other = factories.make_tablet()
    preparing.note_practised(tablet.known, practised_at=NOW, now=NOW)
    assert instructed_on(other) is None


def test_two_tablets_at_once_write_it_once(tablet, together):
    second = factories.make_tablet(db.session.get_one(Venue, tablet.known.venue_id), name="Sivuovi")
    told = together(
        *[lambda one=one: preparing.note_practised(one.known, practised_at=NOW, now=NOW) for one in (tablet, second)]
    )
    assert told == [TODAY, TODAY]
    db.session.rollback()  # out of the moment that this session read in
    assert len(entries()) == 1


def test_the_newest_self_test_is_kept(tablet):
    def tested_at():
        return db.session.get_one(Device, tablet.known.device_id, populate_existing=True).tested_at

    assert tested_at() is None
    for moment in (NOW - DAY, NOW, NOW - 2 * DAY):
        preparing.note_tested(tablet.known, tested_at=moment)
    assert tested_at() == NOW
