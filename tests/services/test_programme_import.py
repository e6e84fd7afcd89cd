"""Programmes that others send: what each row becomes, why one is refused, and that nothing is half done."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.rules.programme import Category, EventKind, Planned
from tests import factories, tablefiles
from tests.factories import DAY, NOW, TONIGHT
from tests.sentprogrammes import GIG, calendar, dates, events, said, table
from venues import programmeimport, quotas, scanning
from venues.lookup import Place
from venues.programmereport import Outcome

NEW, CHANGED, UNCHANGED, SKIPPED, REFUSED = Outcome
OWN_ZONE = (
    "BEGIN:VTIMEZONE\nTZID:Oma kello\nBEGIN:STANDARD\nDTSTART:20201025T040000\nTZOFFSETFROM:+0300\nTZOFFSETTO:+0200\n"
    "END:STANDARD\nEND:VTIMEZONE"
)


@pytest.fixture
def venue():
    return factories.make_venue(category=Category.SCIENCE)


@pytest.fixture
def bring(venue):
    """Return a function that imports entries of a calendar, or the rows of a table under its head."""
    manager = factories.make_actor(Role.VENUE_MANAGER, venue)

    def send(*parts, head="", zone="", is_trial=False, now=NOW):
        data = parts[0] if isinstance(parts[0], bytes) else table(head, *parts) if head else calendar(*parts, zone=zone)
        do = programmeimport.plan if is_trial else programmeimport.run
        return do(programmeimport.read(data, now=now), venue_id=venue.id, actor=manager, now=now)

    return send


def test_an_entry_becomes_an_event_with_the_venue_s_own_facts(venue, bring):
    venue.capacity, venue.quota_percent = 200, 5
    db.session.commit()
    assert said(bring(GIG + "\nLOCATION:Sali 1")) == [(NEW, None)]
    (date_,), (event,) = dates(venue), events(venue)
    assert (event.title_fi, event.kind, event.category) == ("Keikka", EventKind.PERFORMANCE, Category.SCIENCE)
    assert (event.imported_uid, event.place, date_.place, date_.quota) == ("gig", "Sali 1", "Sali 1", 10)
    assert date_.starts_at == datetime(2026, 12, 1, 17, tzinfo=UTC) and date_.ends_at == date_.starts_at + DAY / 12


@pytest.mark.parametrize(
    ("start", "hour"),
    [
        (";TZID=Europe/Helsinki:20261201T190000", 17),
        (":20261201T190000", 17),  # floating: Helsinki
        (":20261201T170000Z", 17),
        (";TZID=Europe/Stockholm:20261201T190000", 18),
        (";TZID=FLE Standard Time:20261201T190000", 17),
        (";TZID=Oma kello:20261201T190000", 17),
    ],
)
def test_time_zones_that_are_known(venue, bring, start, hour):
    assert said(bring(f"UID:1\nSUMMARY:A\nDTSTART{start}", zone=OWN_ZONE)) == [(NEW, None)]
    (row,) = dates(venue)
    assert (row.starts_at, row.ends_at) == (datetime(2026, 12, 1, hour, tzinfo=UTC), None)


def test_an_unknown_time_zone_refuses_its_own_entry_alone(venue, bring):
    report = bring("UID:1\nSUMMARY:A\nDTSTART;TZID=Ei/Missään:20261201T190000", GIG)
    assert said(report) == [(REFUSED, "time_zone_unknown"), (NEW, None)]
    assert report.rows[0].problem.details["text"] == "Ei/Missään" and len(dates(venue)) == 1


def test_what_is_over_is_left_out_and_said(venue, bring):
    report = bring("UID:1\nSUMMARY:A\nDTSTART:20261119T190000", GIG)
    assert said(report) == [(SKIPPED, "past"), (NEW, None)] and len(dates(venue)) == 1


def test_a_series_with_exceptions_and_extra_dates(venue, bring):
    report = bring(
        "UID:s\nSUMMARY:Jumppa\nDTSTART;TZID=Europe/Helsinki:20261103T180000\nDURATION:PT90M"
        "\nRRULE:FREQ=WEEKLY;UNTIL=20261231T000000Z;BYDAY=TU\nEXDATE;TZID=Europe/Helsinki:20261124T180000"
        "\nEXDATE;VALUE=DATE:20261222\nRDATE;TZID=Europe/Helsinki:20261203T180000"
        "\nRDATE;VALUE=PERIOD:20261204T160000Z/PT30M",
        "UID:s\nSUMMARY:Jumppa ulkona\nRECURRENCE-ID;TZID=Europe/Helsinki:20261208T180000"
        "\nDTSTART;TZID=Europe/Helsinki:20261209T170000\nLOCATION:Puisto",
        "UID:s\nSUMMARY:Jumppa\nRECURRENCE-ID;TZID=Europe/Helsinki:20261215T180000"
        "\nDTSTART;TZID=Europe/Helsinki:20261215T180000\nSTATUS:CANCELLED",
    )
    assert said(report) == [(NEW, None)] * 3 and report.rows[0].new == 4
    rows = dates(venue)
    assert [(row.on_day.day, row.place, row.state.value) for row in rows] == [
        (1, "", "on"),
        (3, "", "on"),
        (4, "", "on"),
        (9, "Puisto", "on"),
        (15, "", "cancelled"),
        (29, "", "on"),
    ]
    assert [row.ends_at and (row.ends_at - row.starts_at) / timedelta(minutes=1) for row in rows[:4]] == [
        90,
        90,
        30,
        None,
    ]
    assert len(events(venue)) == 1 and events(venue)[0].title_fi == "Jumppa"


def test_a_series_keeps_its_clock_over_both_changes_of_it(venue, bring):
    bring("UID:1\nSUMMARY:A\nDTSTART;TZID=Europe/Helsinki:20270321T190000\nRRULE:FREQ=WEEKLY;COUNT=3")
    assert [row.starts_at.hour for row in dates(venue)] == [17, 16, 16]


def test_the_hour_that_is_not_there_is_left_out_of_a_series_and_said(venue, bring):
    start = "UID:1\nSUMMARY:A\nDTSTART;TZID=Europe/Helsinki:20270321T033000"
    report = bring(f"{start}\nRRULE:FREQ=WEEKLY;COUNT=3")
    assert report.rows[0].entry.left_out == (date(2027, 3, 28),) and len(dates(venue)) == 2


def test_the_hour_that_comes_twice_is_the_first_of_the_two(venue, bring):
    early = datetime(2026, 10, 1, 12, tzinfo=UTC)
    bring("UID:1\nSUMMARY:A\nDTSTART;TZID=Europe/Helsinki:20261025T033000", now=early)
    assert dates(venue)[0].starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_what_was_taken_in_before_changes_nothing(venue, bring):
    bring(GIG)
    assert said(bring(GIG)) == [(UNCHANGED, None)]
    assert len(dates(venue)) == 1
    actions = list(db.session.scalars(sa.select(AuditEntry.action)))
    assert actions == ["programme.imported"]


def test_a_uid_is_known_again_when_title_place_and_time_have_changed(venue, bring):
    bring(GIG)
    (before,) = [(row.id, row.starts_at) for row in dates(venue)]
    later = GIG.replace("Keikka", "Iltakeikka").replace("T19", "T20").replace("T21", "T22") + "\nLOCATION:Piha"
    report = bring(later)
    assert said(report) == [(CHANGED, None)] and report.rows[0].moved_from == before[1]
    (after,) = dates(venue)
    assert (after.id, after.event.title_fi, after.place) == (before[0], "Iltakeikka", "Piha")
    assert after.starts_at == datetime(2026, 12, 1, 18, tzinfo=UTC)


def test_without_a_uid_title_and_time_tell(venue, bring):
    there = factories.make_occurrence(factories.make_event(venue, title="Keikka"), starts_at=TONIGHT + DAY)
    head, row = "title_fi;starts;place", "KEIKKA;21.11.2026 19.00;Sali"
    assert said(bring(row, head=head)) == [(CHANGED, None)]
    (found,) = dates(venue)
    assert (found.id, found.place) == (there.id, "Sali")
    assert found.ends_at == there.ends_at, "a table without that column says nothing of the end"
    assert said(bring(row, head=head)) == [(UNCHANGED, None)]


def test_a_date_is_called_off_with_its_bookings_and_not_on_again(venue, bring):
    bring(GIG)
    assert said(bring(GIG + "\nSTATUS:CANCELLED")) == [(CHANGED, None)]
    assert dates(venue)[0].state is Planned.CANCELLED
    assert said(bring(GIG)) == [(SKIPPED, "called_off_here")]


def test_a_quota_below_what_is_given_out_is_refused(venue, bring):
    bring(GIG + "\nX-KAIKU-QUOTA:9")
    (row,) = dates(venue)
    place = Place(row.id, row.on_day, quota=9)
    quotas.hold(place, "a line", places=3, device_id=None, now=NOW)
    db.session.commit()
    assert said(bring(GIG.replace("Keikka", "Muu") + "\nX-KAIKU-QUOTA:2")) == [(REFUSED, "quota_below_given")]
    (row,) = dates(venue)
    assert (row.quota, row.event.title_fi) == (9, "Keikka"), "nothing of the entry was taken"
    assert said(bring(GIG + "\nX-KAIKU-QUOTA:3")) == [(CHANGED, None)]


def test_a_trial_run_changes_nothing_and_says_the_same(venue, bring):
    entries = [GIG, "UID:2\nSUMMARY:A\nDTSTART;VALUE=DATE:20261201", "UID:3\nSUMMARY:A\nDTSTART:20261119T190000"]
    trial = bring(*entries, is_trial=True)
    assert not dates(venue) and not events(venue) and not list(db.session.scalars(sa.select(AuditEntry)))
    assert said(trial) == said(bring(*entries)) == [(NEW, None), (REFUSED, "all_day"), (SKIPPED, "past")]
    assert said(bring(*entries, is_trial=True))[0] == (UNCHANGED, None)


def test_the_rows_of_a_table_by_their_numbers(venue, bring):
    report = bring(
        "A;1.12.2026 19.00;1.12.2026 21:00",
        ";1.12.2026 19.00;",
        "",
        "B;huomenna;",
        "=1+1;2026-12-02T19:00;",
        "A;1.12.2026 klo 19.00;",
        head="Title FI;Starts;Ends;Huomio",
    )
    assert [(row.entry.row, row.outcome, row.problem and row.problem.code) for row in report.rows] == [
        (2, NEW, None),
        (3, REFUSED, "title_missing"),
        (5, REFUSED, "time_unreadable"),
        (6, NEW, None),
        (7, REFUSED, "twice"),
    ]
    assert report.unread == ("Huomio",) and [event.title_fi for event in events(venue)] == ["A", "=1+1"]


def test_rows_of_one_event_must_agree(venue, bring):
    rows = ("A;1.12.2026 19.00;course", "A;2.12.2026 19.00;match", "A;3.12.2026 19.00;course")
    report = bring(*rows, head="title_fi;starts;kind")
    assert said(report) == [(NEW, None), (REFUSED, "differs"), (NEW, None)]
    assert report.rows[1].problem.details == {"row": 2} and len(events(venue)) == 1


def test_a_kind_cannot_change_under_visits(venue, bring):
    event = factories.make_event(venue, title="A")
    tonight = factories.make_occurrence(event)
    item = factories.make_item(factories.make_issued_card(), occurrence=tonight)
    scanning.record(item, device=factories.make_tablet(venue).known, received_at=NOW)
    report = bring("A;20.11.2026 19.00;course", head="title_fi;starts;kind")
    assert said(report) == [(REFUSED, "event_kind_fixed")]


def test_an_event_has_four_hundred_dates_to_come_at_most(venue, bring):
    daily = "UID:{0}\nSUMMARY:A\nDTSTART:{0}T190000\nRRULE:FREQ=DAILY;COUNT={1}"
    bring(daily.format("20261201", 399).replace("UID:20261201", "UID:x"))
    report = bring(
        daily.format("20280301", 1).replace("UID:20280301", "UID:x"),
        daily.format("20280302", 1).replace("UID:20280302", "UID:x"),
    )
    assert said(report) == [(NEW, None), (REFUSED, "series_too_long")] and len(dates(venue)) == 400


def test_a_workbook_is_read_too(venue, bring):
    data = tablefiles.make_xlsx([["title_fi", "starts"], ["Keikka", "2026-12-01 19:00"]])
    assert said(bring(data)) == [(NEW, None)]


def test_two_at_once_take_it_in_once(venue, bring, together):
    told = together(lambda: bring(GIG), lambda: bring(GIG))
    assert sorted(said(one)[0][0].value for one in told) == ["new", "unchanged"]
    assert len(dates(venue)) == 1
