"""Files of any length: memory stays flat, what stands in them is told apart, cells mean what people mean."""

import tracemalloc
from datetime import date

import pytest

from kaikukortti.transfer import cells, rowfile, usedraft
from kaikukortti.transfer.cells import Impossible
from kaikukortti.transfer.columns import CARDS, USES, find
from kaikukortti.transfer.seen import Seen

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def inside() -> None:
    """Stay outside of any application: nothing here asks a database but the one that `Seen` keeps for itself."""


def peak_of(path, rows: int) -> int:
    with path.open("w", encoding="utf-8") as stream:
        stream.write("Päivä;Kohde;Tapahtuma;Aikuiset\n")
        stream.writelines(f"17.5.2026;Uimahalli;Kilpailu {nth};1\n" for nth in range(rows))
    tracemalloc.start()
    with Seen() as seen:
        drafts = (usedraft.read(line, seen, today=TODAY) for line in rowfile.open_rows(path, USES).lines())
        assert sum(not draft.problems for draft in drafts) == rows
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_memory_is_flat(tmp_path):
    peak_of(tmp_path / "first", 100)
    short, long = peak_of(tmp_path / "short", 1_000), peak_of(tmp_path / "long", 8_000)
    assert long < short + 200_000, (short, long)


def test_times_and_first_rows():
    with Seen() as seen:
        assert seen.note("a", 2) == (1, 2)
        assert seen.note("b", 3) == (1, 3)
        assert seen.note("a", 9) == (2, 2)
        assert (seen.first_row("a"), seen.first_row("c")) == (2, None)


@pytest.mark.parametrize("columns", [USES, CARDS])
def test_no_heading_means_two_things(columns):
    words = [word for column in columns for word in column.words]
    assert len(words) == len(set(words))
    assert find(columns, [column.heading.upper() for column in columns]) == {
        column.key: at for at, column in enumerate(columns)
    }


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("17.5.2026", date(2026, 5, 17)),
        ("07.05.2026", date(2026, 5, 7)),
        ("2026-05-17", date(2026, 5, 17)),
        ("2026-05-17T18:30:00", date(2026, 5, 17)),
        ("17.5.2026 18.30", date(2026, 5, 17)),
        ("46159", date(2026, 5, 17)),
    ],
)
def test_days(text, read):
    assert cells.day(text, "date") == read


@pytest.mark.parametrize("text", ["", "17/5/2026", "5.17.2026", "29.2.2026", "2026-13-01", "17.5.26", "0", "99999999"])
def test_no_days(text):
    with pytest.raises(Impossible):
        cells.day(text, "date")


@pytest.mark.parametrize("text", ["131052-308T", "Maija 131052 -308T", "131052\u2013308T"])
def test_an_identity_code_is_found_and_not_said_again(text):
    with pytest.raises(Impossible) as found:
        cells.check({"event": text})
    assert (found.value.problem.code, found.value.problem.shown) == ("identity", "")
