"""`kaikukortti import` and `export`: what they say, on the screen and in the report, and when they fail."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from kaikukortti import cli
from tests.tablefiles import make_csv

USES = ("Päivä", "Kohde", "Tapahtuma", "Aikuiset", "Lapset", "Huomio")
ROW = ("17.5.2026", "Uimahalli", "Uimakoulu", "12", "3", "vanha")


@pytest.fixture(autouse=True)
def inside(monkeypatch) -> None:
    """Stay outside of any application."""
    for name in ("INSTANCE", "DATABASE_URL", "PUBLIC_URL", "DEMO"):
        monkeypatch.delenv(f"KAIKU_{name}", raising=False)
    monkeypatch.setenv("KAIKU_SECRET_KEY", "only-for-tests-" + "0" * 32)


@pytest.fixture
def run(tmp_path) -> Callable[..., Result]:
    """Make an area with a venue and a unit; return a function that runs a command there."""

    def command(*words: str) -> Result:
        return CliRunner().invoke(cli.kaikukortti, [*words, "--instance", str(tmp_path)])

    assert command("init").exit_code == 0
    assert command("area", "add", "--prefix", "EK", "--name", "Etelä-Karjala").exit_code == 0
    names = "area_id, name_fi, name_sv, name_en, municipality, contact_person, state, is_demo"
    values = "1, '{}', '', '', '', '', 'active', FALSE"
    ask(tmp_path, f"INSERT INTO venues ({names}, category) VALUES ({values.format('Uimahalli')}, 'sport')")
    ask(tmp_path, f"INSERT INTO units ({names}) VALUES ({values.format('Perhetyö')})")
    return command


def ask(folder: Path, statement: str) -> list[tuple[object, ...]]:
    engine = create_engine(f"sqlite:///{folder / 'kaikukortti.db'}")
    with engine.begin() as connection:
        answer = connection.execute(text(statement))
        rows = [tuple(row) for row in answer] if answer.returns_rows else []
    engine.dispose()
    return rows


def written(folder: Path, *rows: tuple[str, ...]) -> str:
    (folder / "uses.csv").write_bytes(make_csv([USES, *rows]))
    return str(folder / "uses.csv")


def stored(folder: Path) -> list[tuple[object, ...]]:
    return ask(folder, "SELECT entry, adult, child FROM scans")


def test_in_once_and_out_again(run, tmp_path):
    file = written(tmp_path, ROW, ROW)
    dry = run("import", "uses", file, "--dry-run")
    assert dry.exit_code == 0 and "2 rows would be taken in, 0 are there already." in dry.output
    assert stored(tmp_path) == []
    first = run("import", "uses", file)
    assert first.exit_code == 0 and "2 rows taken in, 0 were there already." in first.output
    assert "Columns that were not read: Huomio." in first.output
    assert stored(tmp_path) == [("imported", 12, 3)] * 2
    again = run("import", "uses", file)
    assert again.exit_code == 0 and "Nothing to take in: all of the 2 rows are there already." in again.output
    out = run("export", "uses", str(tmp_path / "out.csv"))
    assert out.exit_code == 0 and out.output == f"2 uses in {tmp_path / 'out.csv'}\n"
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "Päivä;Kohde;Tapahtuma;Kategoria;Kortti;Aikuiset;Lapset;Avustajat;Tulkit;Tunniste"
    assert lines[1].startswith("2026-05-17;Uimahalli;Uimakoulu;sport;;12;3;;;")
    back = run("import", "uses", str(tmp_path / "out.csv"))
    assert "all of the 2 rows are there already" in back.output, "what came from here is not counted twice"
    actions = ask(tmp_path, "SELECT action FROM audit_entries ORDER BY id")
    assert actions[-2:] == [("uses.imported",), ("uses.exported",)]


def test_every_problem_is_a_line_and_every_row_is_in_the_report(run, tmp_path):
    bad = ("31.2.2026", "Kylpylä", "", "-1", "", "")
    file = written(tmp_path, ROW, bad, ("17.5.2026", "Kylpylä", "131052-308T", "1", "", ""))
    result = run("import", "uses", file, "--report", str(tmp_path / "report.csv"))
    assert result.exit_code == 1 and stored(tmp_path) == []
    assert "row 3, Päivä: 31.2.2026: There is no such day.\n" in result.output
    assert "row 3, Aikuiset: -1: The number is negative.\n" in result.output
    assert "row 4, Tapahtuma: This looks like a personal identity code." in result.output
    assert "Error: 2 of 3 rows to put right; nothing was taken in.\n" in result.output
    lines = (tmp_path / "report.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[:2] == ["Row;Outcome;Reason", "2;new;"]
    assert lines[2].startswith("3;refused;Päivä") and "131052" not in result.output + "".join(lines)


def test_more_problems_than_a_screen_holds(run, tmp_path):
    file = written(tmp_path, *[("17.5.2026", "Kylpylä", "", "1", "", "")] * 25)
    result = run("import", "uses", file)
    assert result.output.count("The area has no venue of this name.") == 20
    assert "… and 5 more; --report FILE lists them all." in result.output


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        (b"", "the file is empty."),
        (make_csv([("Aikuiset",), ("1",)]), "these columns are missing: Päivä, Kohde. There are: Aikuiset."),
        (b"%PDF-1.7", "neither a CSV file nor an Excel workbook"),
        (make_csv([USES]) + b"17.5.2026;\x81\r\n", "row 2 is neither UTF-8 nor Windows-1252"),
        (make_csv([USES]) + b'17.5.2026;"Uima\r\n', "quotation marks do not match"),
        (make_csv([USES]) + b"17.5.2026;\x00\r\n", "neither a CSV file"),
    ],
)
def test_a_file_that_cannot_be_read(run, tmp_path, data, hint):
    (tmp_path / "uses.csv").write_bytes(data)
    result = run("import", "uses", str(tmp_path / "uses.csv"))
    assert result.exit_code == 1 and result.output.startswith("Error: uses.csv: ") and hint in result.output


def test_cards_in_and_out(run, tmp_path):
    heads = ("Kortin numero", "Yksikkö", "Alkupäivä", "Syntymävuosi", "Postinumero", "Lapset")
    rows = [heads, ("EK3F8M2X9TS", "Perhetyö", "2.3.2026", "1980", "53100", "1")]
    (tmp_path / "cards.csv").write_bytes(make_csv(rows, separator=","))
    result = run("import", "cards", str(tmp_path / "cards.csv"))
    assert result.exit_code == 0 and "1 rows taken in" in result.output
    assert ask(tmp_path, "SELECT number, state, children FROM cards") == [("EK3F8M2X9TS", "active", 1)]
    run("export", "cards", str(tmp_path / "out.csv"), "--area", "EK")
    line = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    assert line == "EK3F8M2X9TS;Perhetyö;2026-03-02;2027-03-01;1980;53100;1;;;;personal;;active;"


def test_an_area_that_is_not_clear(run, tmp_path):
    file = written(tmp_path, ROW)
    assert run("area", "add", "--prefix", "HX", "--name", "Häme").exit_code == 0
    for words in ((), ("--area", "ZZ")):
        result = run("import", "uses", file, *words)
        assert result.exit_code == 2 and "say which of EK, HX" in result.output
    assert run("export", "uses", str(tmp_path / "missing" / "out.csv"), "--area", "EK").exit_code == 2
