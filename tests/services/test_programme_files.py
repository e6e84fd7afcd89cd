"""A programme as files: what is exported is imported whole into an empty venue, and changes nothing where it was."""

import csv
import io
from dataclasses import fields
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules.access import Role
from kaikukortti.rules.programme import Category, EventKind, Planned
from tests import factories
from tests.factories import DAY, NOW, TODAY, TONIGHT
from venues import programmeexport, programmeimport
from venues.events import EventDetails, details_of
from venues.programmecells import FACTS, Column
from venues.programmereport import Outcome

TRICKY = "=SUMMA(A1); \"lainaus\", 'hipsu' \\kenoviiva"
DATED = (
    "starts_at ends_at on_day place state opens_at closes_at quota sold_out capacity quota_percent moved_from_on"
).split()
TWICE = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # the second 3.30 of the night


@pytest.fixture
def venue():
    return factories.make_venue()


@pytest.fixture
def manager(venue):
    return factories.make_actor(Role.VENUE_MANAGER, venue)


@pytest.fixture
def empty():
    """Return another venue, whose dates have no places of its own and whose category differs."""
    return factories.make_venue(category=Category.SPORT)


@pytest.fixture
def programme(venue):
    """Return a venue with all that a programme can have."""
    change(factories.make_event(venue, title=TRICKY), title_sv="+46", title_en="'Quoted", place="Sali 2")
    course = factories.make_event(venue, kind=EventKind.COURSE, category=Category.EDUCATION, title="Ääni & liike")
    change(course, first_on=TODAY, last_on=TODAY + 90 * DAY, places=12, own_share_cents=2505, bus_stop="Kirkko")
    change(course, step_free=True, hearing_loop=False, calm_from=time(10), calm_until=time(12, 30))
    gym = change(factories.make_event(venue, kind=EventKind.PERIOD_PASS, title="Sali"), pass_days=30)
    first, *_ = db.session.scalars(sa.select(Event).order_by(Event.id))
    tonight = factories.make_occurrence(first, quota=9, place="Sali 2")
    change(tonight, opens_at=TONIGHT - timedelta(minutes=45), closes_at=TONIGHT + timedelta(minutes=15))
    factories.make_occurrence(first, starts_at=TONIGHT + DAY, state=Planned.CANCELLED, place="Parvi")
    factories.make_occurrence(first, starts_at=TONIGHT + 9 * DAY, quota=10, capacity=200, quota_percent=5)
    factories.make_occurrence(course, starts_at=TONIGHT + 2 * DAY, sold_out=True)
    change(factories.make_occurrence(gym, starts_at=TONIGHT + 3 * DAY), ends_at=None)
    factories.make_occurrence(first, starts_at=TONIGHT - 9 * DAY, place="Mennyt")
    return venue


def change(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    db.session.commit()
    return row


def exported(kind, venue, *, now=NOW) -> bytes:
    actor = factories.make_actor(Role.VENUE_MANAGER, venue)
    dates = programmeexport.list_dates(venue.id, actor=actor, now=now)
    return programmeexport.table(dates) if kind == "csv" else programmeexport.calendar(dates, name=venue.name_fi)


def bring(data, venue, *, now=NOW, is_trial=False):
    actor = factories.make_actor(Role.VENUE_MANAGER, venue)
    do = programmeimport.plan if is_trial else programmeimport.run
    return do(programmeimport.read(data, now=now), venue_id=venue.id, actor=actor, now=now)


def shown(venue) -> list[tuple[Any, ...]]:
    """Return all that is known of the coming dates of a venue and their events, in order."""
    db.session.expire_all()
    query = sa.select(Occurrence).where(Occurrence.venue_id == venue.id, Occurrence.on_day >= TODAY - DAY)
    rows = db.session.scalars(query.order_by(Occurrence.starts_at, Occurrence.id)).all()
    return [(details_of(row.event), *(getattr(row, name) for name in DATED)) for row in rows]


def outcomes(report) -> list[Outcome]:
    return [row.outcome for row in report.rows]


@pytest.mark.parametrize("kind", ["csv", "ics"])
def test_what_is_exported_is_imported_whole(programme, empty, kind):
    before, data = shown(programme), exported(kind, programme)
    assert len(before) == 5
    report = bring(data, empty)
    assert [row.problem for row in report.rows] == [None] * 5 and outcomes(report) == [Outcome.NEW] * 5
    assert shown(empty) == before
    assert db.session.scalar(sa.select(sa.func.count(Event.id)).where(Event.venue_id == empty.id)) == 3
    again = bring(data, empty)
    assert outcomes(again) == [Outcome.UNCHANGED] * 5 and not again.is_any_taken
    assert shown(empty) == before and exported("csv", empty) == exported("csv", programme)


@pytest.mark.parametrize("kind", ["csv", "ics"])
def test_in_its_own_venue_it_changes_nothing(programme, kind):
    before = shown(programme)
    report = bring(exported(kind, programme), programme)
    assert outcomes(report) == [Outcome.UNCHANGED] * 5 and shown(programme) == before


def test_both_kinds_of_file_say_the_same(programme, empty):
    bring(exported("csv", programme), empty)
    assert outcomes(bring(exported("ics", programme), empty)) == [Outcome.UNCHANGED] * 5


def test_an_exported_table_that_was_edited_comes_back(programme):
    rows = list(csv.DictReader(io.StringIO(exported("csv", programme).decode("utf-8-sig")), delimiter=";"))
    course = next(row for row in rows if row["kind"] == "course")
    course |= {"title_fi": "Uusi nimi", "place": "Verstas", "quota": "4", "sold_out": "no", "own_share": "30"}
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    report = bring(text.getvalue().encode(), programme)
    assert sorted(outcomes(report)) == [Outcome.CHANGED] + [Outcome.UNCHANGED] * 4
    event, *date = next(row for row in shown(programme) if row[0].kind is EventKind.COURSE)
    assert (event.title_fi, event.own_share_cents, event.places) == ("Uusi nimi", 3000, 12)
    assert (date[3], date[7], date[8]) == ("Verstas", 4, False)


def test_the_table_is_one_that_a_spreadsheet_opens_safely(programme):
    data = exported("csv", programme)
    assert data.startswith(b"\xef\xbb\xbf") and b"\r\n" in data
    head, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")
    assert head == [column.value for column in Column]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert {row[head.index("title_fi")] for row in rows} == {"'" + TRICKY, "Ääni & liike", "Sali"}


def test_any_calendar_reads_ours(programme):
    calendar = Calendar.from_ical(exported("ics", programme))
    entries = calendar.walk("VEVENT")
    assert not calendar.errors and not [error for entry in entries for error in entry.errors]
    assert (
        len({str(entry["uid"]) for entry in entries}) == 5 and len({str(entry["related-to"]) for entry in entries}) == 3
    )
    assert str(entries[0]["summary"]) == TRICKY and entries[0].decoded("dtstart") == TONIGHT
    assert [str(entry["status"]) for entry in entries].count("CANCELLED") == 1
    (zone,) = calendar.walk("VTIMEZONE")
    assert str(zone["tzid"]) == "Europe/Helsinki"


@pytest.mark.parametrize("kind", ["csv", "ics"])
def test_both_hours_of_the_night_in_october_come_back(venue, empty, kind):
    early = datetime(2026, 10, 1, 12, tzinfo=UTC)
    event = factories.make_event(venue)
    for starts_at in (TWICE - timedelta(hours=1), TWICE):
        factories.make_occurrence(event, starts_at=starts_at)
    bring(exported(kind, venue, now=early), empty, now=early)
    found = db.session.scalars(sa.select(Occurrence).where(Occurrence.venue_id == empty.id)).all()
    assert sorted(row.starts_at for row in found) == [TWICE - timedelta(hours=1), TWICE]


def test_an_empty_programme_is_a_file_too(venue, manager):
    assert exported("csv", venue).count(b"\r\n") == 1
    assert not Calendar.from_ical(exported("ics", venue)).walk("VEVENT")


def test_another_venue_is_none_of_ours(programme, empty):
    stranger = factories.make_actor(Role.VENUE_MANAGER, empty)
    with pytest.raises(NotFound):
        programmeexport.list_dates(programme.id, actor=stranger, now=NOW)
    contents = programmeimport.read(exported("csv", programme), now=NOW)
    for do in (programmeimport.plan, programmeimport.run):
        with pytest.raises(NotFound):
            do(contents, venue_id=programme.id, actor=stranger, now=NOW)


def test_a_column_for_everything_that_is_known_of_an_event():
    assert {name for name, _ in FACTS.values()} == {one.name for one in fields(EventDetails)}
