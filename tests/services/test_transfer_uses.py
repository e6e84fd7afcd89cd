"""Earlier uses come in as they were, once; a file with a mistake stays out whole."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from kaikukortti import statistics
from kaikukortti.db import db
from kaikukortti.models.ledger import Entry, Scan, ScanCard, ScanDecision
from kaikukortti.models.network import Area, Unit, Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.programme import Category
from kaikukortti.transfer import importing, rowfile
from kaikukortti.transfer.importing import Outcome
from kaikukortti.transfer.useimport import UseImport
from tests import factories
from tests.factories import DAY, NOW, TODAY
from tests.tablefiles import make_csv, make_xlsx
from tests.transfers import LONG_AGO, USE_HEADS, Taken, count, counts, make_area, taker


@pytest.fixture
def area() -> Area:
    return make_area()


@pytest.fixture
def take(tmp_path: Path) -> Callable[..., Taken]:
    return taker(tmp_path)


def test_uses_with_a_card_and_without(area, take):
    card = factories.make_issued_card(db.session.get_one(Unit, 1))
    rows = [
        USE_HEADS,
        ("17.5.2026", "Kaupunginteatteri", "Lumikuningatar", "Kulttuuri", card.number.lower(), "1", "2"),
        ("2026-05-31", "STADSTEATERN", "", "", "", "124", "31"),
        ("2026-05-31", "Uimahalli", "Luento", "tiede", "XQ-77", "1", ""),
        ("2026-05-31", "Uimahalli", "", "education", factories.make_number(), "", "3"),
    ]
    summary, told = take(area, UseImport, rows)
    assert counts(summary) == (4, 0, 0) and summary.is_written
    assert [(each.row, each.outcome) for each in told] == [(row, Outcome.NEW) for row in (2, 3, 4, 5)]
    scans = db.session.scalars(sa.select(Scan).order_by(Scan.adult.desc(), Scan.child)).all()
    assert [(scan.adult, scan.child) for scan in scans] == [(124, 31), (1, 0), (1, 2), (0, 3)]
    assert {(scan.entry, scan.device_id, scan.user_id) for scan in scans} == {(Entry.IMPORTED, None, None)}
    assert scans[0].occurrence_id is None and scans[0].on_day == date(2026, 5, 31)
    assert {flag for flag in db.session.scalars(sa.select(ScanDecision.flag))} == {Flag.ELSEWHERE, Flag.UNREGISTERED}
    assert db.session.scalars(sa.select(ScanCard.card_id)).all() == [card.id]
    events = {(event.title_fi, event.category) for event in db.session.scalars(sa.select(Event))}
    assert events == {
        ("Lumikuningatar", Category.CULTURE),
        ("Luento", Category.SCIENCE),
        ("Aiempia käyntejä: koulutus", Category.EDUCATION),
    }
    found = statistics.overview(area.id, first_on=LONG_AGO, last_on=TODAY)
    assert found.uses.total == 124 + 31 + 3 and found.unverified == 4


def test_the_same_file_twice_adds_nothing(area, take):
    row = ("17.5.2026", "Uimahalli", "Uimakoulu", "", "", "1", "0")
    rows = [USE_HEADS, row, row, row]
    assert counts(take(area, UseImport, rows)[0]) == (3, 0, 0), "rows that say the same are visits of their own"
    summary, _ = take(area, UseImport, rows)
    assert counts(summary) == (0, 3, 0) and not summary.is_written
    spelt = ("2026-05-17", " uimahalli ", "UIMAKOULU", "", "", "1", "")
    assert counts(take(area, UseImport, [USE_HEADS, spelt, spelt, spelt, spelt])[0]) == (1, 3, 0)
    assert (count(Scan), count(Event), count(Occurrence)) == (4, 2, 2), "another spelling is another event"
    other = factories.make_area("HX")
    factories.make_venue(other, name_fi="Uimahalli")
    assert counts(take(other, UseImport, rows)[0]) == (3, 0, 0), "the other area's rows are its own"


def test_an_event_of_the_programme_is_found(area, take):
    venue = db.session.get_one(Venue, 1)
    event = factories.make_event(venue, title="Avoimet ovet", category=Category.SCIENCE)
    evening = factories.make_occurrence(event, starts_at=NOW - 10 * DAY)
    day = evening.on_day.isoformat()
    take(area, UseImport, [USE_HEADS, (day, venue.name_fi, "Avoimet ovet", "", "", "2", "")])
    assert db.session.scalars(sa.select(Scan.occurrence_id)).all() == [evening.id] and count(Event) == 1


BAD_USES = {
    ("31.2.2026", "Uimahalli", "", "", "", "1", ""): ("day_impossible", "date"),
    ("21.11.2026", "Uimahalli", "", "", "", "1", ""): ("day_future", "date"),
    ("17.5.1926", "Uimahalli", "", "", "", "1", ""): ("day_old", "date"),
    ("toukokuu", "Uimahalli", "", "", "", "1", ""): ("day_form", "date"),
    ("", "Uimahalli", "", "", "", "1", ""): ("empty", "date"),
    ("17.5.2026", "Kylpylä", "", "", "", "1", ""): ("venue_unknown", "venue"),
    ("17.5.2026", "", "", "", "", "1", ""): ("empty", "venue"),
    ("17.5.2026", "Uimahalli", "", "huvi", "", "1", ""): ("word", "category"),
    ("17.5.2026", "Uimahalli", "", "", "", "-1", ""): ("number_negative", "adults"),
    ("17.5.2026", "Uimahalli", "", "", "", "1", "yksi"): ("number_form", "children"),
    ("17.5.2026", "Uimahalli", "", "", "", "1,5", ""): ("number_form", "adults"),
    ("17.5.2026", "Uimahalli", "", "", "", "999999", ""): ("number_large", "adults"),
    ("17.5.2026", "Uimahalli", "", "", "", "0", "0"): ("nothing", "adults"),
    ("17.5.2026", "Uimahalli", "x" * 161, "", "", "1", ""): ("long", "event"),
    ("17.5.2026", "Uimahalli", "=1+1", "", "", "1", ""): ("formula", "event"),
    ("17.5.2026", "Uimahalli", "Maija 131052-308T", "", "", "1", ""): ("identity", "event"),
    ("17.5.2026", "Uimahalli", "", "", "EK3F8M2X9TT", "1", ""): ("card_checksum", "card"),
}


@pytest.mark.parametrize("row", BAD_USES, ids=lambda row: " ".join(row)[:30])
def test_a_bad_use_keeps_the_whole_file_out(area, take, row):
    sound = ("17.5.2026", "Uimahalli", "", "", "", "1", "")
    summary, told = take(area, UseImport, [USE_HEADS, sound, row, sound])
    assert counts(summary) == (2, 0, 1) and not summary.is_written and count(Scan) == 0
    assert [each.row for each in told if each.outcome is Outcome.REFUSED] == [3]
    problem = told[1].problems[0]
    assert (problem.code, problem.column) == BAD_USES[row]
    assert "131052" not in problem.shown


def test_every_mistake_of_a_row_is_told(area, take):
    row = ("31.2.2026", "", "", "huvi", "", "-1", "x")
    _, told = take(area, UseImport, [USE_HEADS, row])
    assert [problem.column for problem in told[0].problems] == ["date", "category", "adults", "children", "venue"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_every_encoding_and_separator(area, take, encoding, separator):
    rows = [USE_HEADS, ("17.5.2026", "Uimahalli", "Hiihtokilpailu Ähtärissä", "", "", "1", "")]
    data = make_csv(rows, encoding=encoding, separator=separator)
    assert counts(take(area, UseImport, [], data=data)[0]) == (1, 0, 0)
    assert db.session.scalars(sa.select(Event.title_fi)).all() == ["Hiihtokilpailu Ähtärissä"]


def test_a_file_put_together_from_two_encodings(area, take):
    row = ("17.5.2026", "Uimahalli", "Syysöylätti", "", "", "1", "")
    data = make_csv([USE_HEADS, row]) + make_csv([row], encoding="cp1252")
    assert counts(take(area, UseImport, [], data=data)[0]) == (2, 0, 0)
    assert db.session.scalars(sa.select(Event.title_fi)).all() == ["Syysöylätti"]


def test_a_workbook_with_dates(area, take):
    rows = [USE_HEADS, (date(2026, 5, 17), "Uimahalli", "Kilpailu", "Liikunta", None, 3, 1)]
    assert counts(take(area, UseImport, [], data=make_xlsx(rows))[0]) == (1, 0, 0)
    assert db.session.execute(sa.select(Scan.on_day, Scan.adult, Scan.child)).one() == (date(2026, 5, 17), 3, 1)


def test_columns_that_are_missing(area, take):
    with pytest.raises(rowfile.ColumnsMissing) as refused:
        take(area, UseImport, [("Päivä", "Aikuiset"), ("17.5.2026", "1")])
    assert refused.value.details["missing"] == ["Kohde"]


def test_a_dry_run_changes_nothing(area, take):
    rows = [USE_HEADS, ("17.5.2026", "Uimahalli", "Kilpailu", "", "", "1", "")]
    summary, _ = take(area, UseImport, rows, is_dry=True)
    assert counts(summary) == (1, 0, 0) and not summary.is_written
    assert (count(Scan), count(Event)) == (0, 0)


def test_an_interrupted_run_is_simply_started_again(area, take, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    rows = [USE_HEADS, *(("17.5.2026", "Uimahalli", f"Kilpailu {n % 3}", "", "", "1", "") for n in range(7))]
    file = tmp_path / "uses.csv"
    file.write_bytes(make_csv(rows))

    def stop(stage: str, done: int, _total: int) -> None:
        if (stage, done) == ("taken in", 4):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importing.run(file, UseImport(area, today=TODAY), area=area, is_dry=False, now=NOW, progress=stop)
    assert count(Scan) == 4
    assert counts(take(area, UseImport, rows)[0]) == (3, 4, 0) and count(Scan) == 7
