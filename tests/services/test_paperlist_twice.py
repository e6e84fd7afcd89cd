"""Paper lists and what is there already: the same form again, look-alikes, two people at once, what is written down."""

from datetime import time, timedelta

import pytest
import sqlalchemy as sa

from kaikukortti import statistics
from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.ledger import ScanDecision
from kaikukortti.models.network import Venue
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.rules.flag import Flag
from tests import factories
from tests.factories import DAY, NOW
from tests.paperlists import LAST_WEEK, ONE, enter, line, preview, scans, sheet_of, visit
from venues import paperlist
from venues.paperlist import Choice, Outcome


@pytest.fixture
def staff():
    return factories.make_actor(Role.VENUE_STAFF)


@pytest.fixture
def venue(staff) -> Venue:
    return db.session.get_one(Venue, staff.venue_id)


@pytest.fixture
def coordinator(venue):
    return factories.make_actor(Role.COORDINATOR, factories.the_area())


def test_same_form_twice_enters_once(staff, venue):
    sheet, card = sheet_of(venue), factories.make_issued_card()
    first = enter(sheet, staff, line(card), line("VANTAA-17", 2))
    second = paperlist.enter(sheet, [line(card), line("VANTAA-17", 2)], actor=staff, now=NOW + timedelta(hours=3))
    assert [result.outcome for result in first] == [Outcome.ENTERED, Outcome.FLAGGED]
    assert [result.outcome for result in second] == [Outcome.BEFORE, Outcome.BEFORE]
    assert len(scans()) == 2
    assert [result.outcome for result in preview(sheet, staff, line(card))] == [Outcome.BEFORE]


def test_line_changed_after_it_was_entered_stays_as_it_was(staff, venue):
    sheet, card = sheet_of(venue), factories.make_issued_card(children=2)
    enter(sheet, staff, line(card))
    for results in (preview(sheet, staff, line(card, child=2)), enter(sheet, staff, line(card, child=2))):
        assert [result.outcome for result in results] == [Outcome.CHANGED]
    assert [scan.child for scan in scans()] == [0]


def test_form_of_one_person_is_not_another_one_s(staff, venue):
    sheet, card = sheet_of(venue), factories.make_issued_card()
    enter(sheet, staff, line(card))
    [result] = enter(sheet, factories.make_actor(Role.VENUE_MANAGER, venue), line(card))
    assert (result.outcome, result.flags) == (Outcome.FLAGGED, (Flag.DOUBLE,))


def test_look_alikes_are_shown_and_the_person_decides(staff, venue):
    card, sheet = factories.make_issued_card(children=2), sheet_of(venue)
    visit(card, venue, shown="welcome")
    [told] = preview(sheet, staff, line(card, child=2))
    [beside] = told.look_alikes
    assert (beside.counts, beside.is_from_paper, beside.line) == (ONE, False, None)
    assert beside.at == period.moment_of(LAST_WEEK, time(18, 55))
    [left] = enter(sheet, staff, line(card, choice=Choice.LEAVE_OUT, seen=1, child=2))
    assert (left.outcome, len(scans())) == (Outcome.LEFT_OUT, 1)
    [entered] = enter(sheet, staff, line(card, choice=Choice.ENTER, seen=1, child=2))
    assert (entered.outcome, entered.flags) == (Outcome.ENTERED, ())
    assert statistics.evening(venue.id, on_day=LAST_WEEK).uses.total == 3


def test_look_alikes_are_of_the_same_event_or_day_and_venue(staff, venue):
    card, other = factories.make_issued_card(), factories.make_venue()
    visit(card, venue, on_day=LAST_WEEK - DAY)
    visit(card, other)
    visit(card, venue, occurrence=factories.make_occurrence(venue=venue, starts_at=factories.TONIGHT - 7 * DAY))
    [told] = preview(sheet_of(venue), staff, line(card))
    assert told.look_alikes == ()


def test_card_twice_on_one_list_is_asked_about(staff, venue):
    card, sheet = factories.make_issued_card(), sheet_of(venue)
    first, second = preview(sheet, staff, line(card), line(card.number.lower(), 4))
    assert (first.look_alikes, [alike.line for alike in second.look_alikes]) == ((), [1])
    done = enter(sheet, staff, line(card), line(card, 4, choice=Choice.ENTER, seen=1))
    assert [result.flags for result in done] == [(), ()]


def test_visit_that_came_after_the_look_is_flagged_all_the_same(staff, venue):
    """Who says "another visit" has seen one; a second one that has arrived meanwhile is asked about."""
    card, sheet = factories.make_issued_card(), sheet_of(venue)
    visit(card, venue, shown="welcome")
    visit(card, venue, shown="already")
    [result] = enter(sheet, staff, line(card, choice=Choice.ENTER, seen=1))
    assert result.flags == (Flag.DOUBLE,)


@pytest.mark.parametrize(("counts", "flag"), [({"adult": 1}, Flag.DOUBLE), ({"child": 1}, Flag.AGAIN)])
def test_second_person_with_the_same_list_is_flagged(staff, venue, counts, flag):
    card, colleague = factories.make_issued_card(children=2), factories.make_actor(Role.VENUE_STAFF, venue)
    assert preview(sheet_of(venue), colleague, line(card))[0].look_alikes == ()
    enter(sheet_of(venue), staff, line(card))
    [result] = enter(sheet_of(venue), colleague, line(card, **counts))
    assert (result.outcome, result.flags) == (Outcome.FLAGGED, (flag,))
    assert statistics.evening(venue.id, on_day=LAST_WEEK).uses.total == 1, "the second waits for an answer"


def test_tablet_that_sends_late_is_doubled_with_paper(staff, venue):
    card = factories.make_issued_card()
    enter(sheet_of(venue), staff, line(card))
    visit(card, venue, shown="welcome")
    assert Flag.DOUBLE in db.session.scalars(sa.select(ScanDecision.flag)).all()


def test_two_people_enter_the_same_list_at_once(staff, venue, together):
    cards = [factories.make_issued_card().number for _ in range(3)]
    lines = [line(card, no) for no, card in enumerate(cards, 1)]
    people = [staff, factories.make_actor(Role.VENUE_MANAGER, venue)]
    sheets = [sheet_of(venue), sheet_of(venue)]
    results = together(*[lambda i=i: enter(sheets[i], people[i], *lines) for i in (0, 1)])
    for place in range(3):
        flags = sorted(result[place].flags for result in results)
        assert flags == [(), (Flag.DOUBLE,)]
    db.session.rollback()
    assert len(scans()) == 6
    assert statistics.evening(venue.id, on_day=LAST_WEEK).uses.total == 3


def test_same_form_sent_twice_at_once_enters_once(staff, venue, together):
    sheet, card = sheet_of(venue), factories.make_issued_card().number
    results = together(*[lambda: enter(sheet, staff, line(card))] * 2)
    assert sorted(result[0].outcome for result in results) == [Outcome.BEFORE, Outcome.ENTERED]
    db.session.rollback()
    assert len(scans()) == 1


def entries(action: str) -> list[AuditEntry]:
    return list(db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == action)))


def test_entry_and_look_are_written_down_without_numbers(staff, venue):
    card, sheet = factories.make_issued_card(), sheet_of(venue)
    preview(sheet, staff, line(card), line("VANTAA-17", 2))
    where = {"venue": venue.id, "day": LAST_WEEK.isoformat(), "occurrence": None}
    [look] = entries("paper.checked")
    assert (look.detail, look.card_ref, look.user_id) == ({**where, "lines": 2}, None, staff.user_id)
    enter(sheet, staff, line(card, adult=1, child=1), line("VANTAA-17", 2), line("EK123", 3))
    enter(sheet, staff, line(card, adult=1, child=1))
    [entry] = entries("paper.entered")
    assert entry.detail == {**where, "lines": 2, "flagged": 2, "tickets": 3}
    assert entry.card_ref is None and entry.user_id == staff.user_id


def test_what_was_entered_is_read_again_without_numbers(staff, venue, coordinator):
    card, sheet = factories.make_issued_card(), sheet_of(venue)
    done = enter(sheet, staff, line(card, 3), line("VANTAA-17", 7))
    evening, read = paperlist.read_entered(venue.id, sheet.form_id, actor=staff)
    assert (evening.on_day, evening.occurrence, read) == (LAST_WEEK, None, done)
    for actor in (coordinator, factories.make_actor(Role.VENUE_STAFF, venue)):
        with pytest.raises(NotFound):
            paperlist.read_entered(venue.id, sheet.form_id, actor=actor)
