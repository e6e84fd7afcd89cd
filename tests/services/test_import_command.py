"""`kaikukortti stock import`: a list becomes stock; problems are lines of their own and a failure."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from kaikukortti import cli
from kaikukortti.rules import number
from tests.tablefiles import make_csv, make_xlsx

SECRET = "only-for-tests-" + "0" * 32
UNIT = "Aikuissosiaalityö"
CODES = [number.make("EK", random.Random(seed).choice) for seed in range(3)]
SOUND = number.make("EK", random.Random(9).choice)
ROWS = [("Numero", "Laji"), *((code, "henkilökohtainen") for code in CODES)]


@pytest.fixture(autouse=True)
def inside(monkeypatch) -> None:
    """Stay outside of any application."""
    for name in ("INSTANCE", "DATABASE_URL", "PUBLIC_URL", "DEMO"):
        monkeypatch.delenv(f"KAIKU_{name}", raising=False)
    monkeypatch.setenv("KAIKU_SECRET_KEY", SECRET)
    monkeypatch.setenv("KAIKU_ROUNDING_KEY", SECRET)


@pytest.fixture
def run(tmp_path) -> Callable[..., Result]:
    """Make two areas with a unit of the same name each; return a function that runs a command there."""

    def command(*words: str) -> Result:
        return CliRunner().invoke(cli.kaikukortti, [*words, "--instance", str(tmp_path)])

    assert command("init").exit_code == 0
    for prefix in ("EK", "HX"):
        assert command("area", "add", "--prefix", prefix, "--name", prefix).exit_code == 0
    units = [(1, UNIT), (2, "Perhetyö"), (1, "Sama"), (2, "Sama")]
    execute(
        tmp_path,
        *(
            "INSERT INTO units (area_id, name_fi, name_sv, name_en, municipality, contact_person, state, is_demo)"
            f" VALUES ({area}, '{name}', '', '', '', '', 'active', FALSE)"
            for area, name in units
        ),
    )
    return command


def execute(folder: Path, *statements: str) -> list[tuple[object, ...]]:
    engine = create_engine(f"sqlite:///{folder / 'kaikukortti.db'}")
    with engine.begin() as connection:
        answers = [connection.execute(text(statement)) for statement in statements]
        rows = [tuple(row) for row in answers[-1]] if answers[-1].returns_rows else []
    engine.dispose()
    return rows


def stored(folder: Path) -> list[tuple[object, ...]]:
    return execute(folder, "SELECT number, unit_id, state FROM cards ORDER BY id")


@pytest.mark.parametrize("make", [make_csv, make_xlsx])
def test_a_list_becomes_stock(run, tmp_path, make):
    file = tmp_path / "codes"
    file.write_bytes(make(ROWS))
    result = run("stock", "import", str(file), "--unit", UNIT, "--dry-run")
    assert (result.exit_code, stored(tmp_path)) == (0, [])
    assert result.output == f"3 cards would be taken in for {UNIT}, 0 are there already.\n"
    result = run("stock", "import", str(file), "--unit", UNIT)
    assert (result.exit_code, result.output) == (0, f"3 cards taken in for {UNIT}, 0 were there already.\n")
    assert stored(tmp_path) == [(code, 1, "stock") for code in CODES]
    result = run("stock", "import", str(file), "--unit", UNIT)
    assert (result.exit_code, result.output) == (0, f"0 cards taken in for {UNIT}, 3 were there already.\n")


@pytest.mark.parametrize("dry", [("--dry-run",), ()])
def test_every_problem_is_a_line_and_the_command_fails(run, tmp_path, dry):
    file = tmp_path / "codes.csv"
    file.write_bytes(make_csv([*ROWS, ("EK3F8M2X9TT", ""), ("131052-308T", ""), (SOUND, "kulta")]))
    result = run("stock", "import", str(file), "--unit", UNIT, *dry)
    assert result.exit_code == 1 and stored(tmp_path) == []
    lines = result.output.splitlines()
    assert lines[0] == "row 5, column A: EK3F8M2X9TT: One symbol of the code is wrong, or two have changed places."
    assert lines[1].startswith("row 6, column A: This looks like a personal identity code.")
    assert lines[2].startswith("row 7, column B: kulta: The kind is not known.")
    assert lines[3] == "Error: 3 to put right; nothing was taken in." and len(lines) == 4
    assert "131052" not in result.output


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--unit", "Kukaan"), f"the area has: {UNIT}, Sama, Perhetyö, Sama"),
        (("--unit", "Kukaan", "--area", "HX"), "the area has: Perhetyö, Sama"),
        (("--unit", "Sama"), "several areas"),
        (("--unit", UNIT, "--area", "ZZ"), "no area has the prefix ZZ"),
        ((), "--unit"),
    ],
)
def test_a_unit_that_is_not_clear(run, tmp_path, words, hint):
    file = tmp_path / "codes.csv"
    file.write_bytes(make_csv(ROWS))
    result = run("stock", "import", str(file), *words)
    assert result.exit_code == 2 and hint in " ".join(result.output.split())
    assert stored(tmp_path) == []


def test_the_prefix_chooses_among_units_of_one_name(run, tmp_path):
    file = tmp_path / "codes.csv"
    file.write_bytes(make_csv(ROWS))
    assert run("stock", "import", str(file), "--unit", "Sama", "--area", "EK").exit_code == 0
    assert {row[1] for row in stored(tmp_path)} == {3}


def test_a_file_that_cannot_be_read(run, tmp_path):
    file = tmp_path / "codes.xlsx"
    file.write_bytes(b"%PDF-1.7")
    result = run("stock", "import", str(file), "--unit", UNIT)
    assert result.exit_code == 1 and result.output.startswith("Error: codes.xlsx: This is neither an Excel workbook")
    assert run("stock", "import", str(tmp_path / "missing"), "--unit", UNIT).exit_code == 2


def test_the_command_explains_itself():
    result = CliRunner().invoke(cli.kaikukortti, ["stock", "import", "--help"])
    assert (
        result.exit_code == 0
        and "--dry-run" in result.output
        and "all of them, or none" in " ".join(result.output.split())
    )
