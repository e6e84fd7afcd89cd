"""The commands of an installation: from nothing to printed stock, each problem told in one line that says what to do.

They bring an instance folder of their own; the engines are the other tests' business.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from kaikukortti import cli, config
from kaikukortti.db import DatabaseProblem

Rows = list[tuple[object, ...]]
SECRET = "only-for-tests-" + "0" * 32
PASSWORD = "seitsemän kissaa katolla"
AREA = ("area", "add", "--prefix", "EK", "--name", "Etelä-Karjala", "--help-phone", "05 000 0000")
PERSON = ("user", "add", "--area", "EK", "--email", "K@K.example", "--name", "Koordinaattori", "--password", PASSWORD)


@pytest.fixture(autouse=True)
def inside(monkeypatch) -> None:
    """Stay outside of any application, with the settings of a person who has made none but the secret."""
    for name in ("INSTANCE", "DATABASE_URL", "PUBLIC_URL", "DEMO"):
        monkeypatch.delenv(f"KAIKU_{name}", raising=False)
    monkeypatch.setenv("KAIKU_SECRET_KEY", SECRET)
    monkeypatch.setenv("KAIKU_ROUNDING_KEY", SECRET)


@pytest.fixture
def run(tmp_path) -> Callable[..., Result]:
    """Return a function that runs a command on an instance of the test's own."""

    def command(*words: str) -> Result:
        return CliRunner().invoke(cli.kaikukortti, [*words, "--instance", str(tmp_path)])

    return command


@pytest.fixture
def ask(tmp_path) -> Iterator[Callable[[str], Rows]]:
    """Return a function that asks the instance's database in SQL."""
    engine = create_engine(f"sqlite:///{tmp_path / 'kaikukortti.db'}")

    def query(statement: str) -> Rows:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]

    yield query
    engine.dispose()


@pytest.fixture
def unit(run, ask, tmp_path) -> str:
    """Make an area with a unit and return its name."""
    assert run("init").exit_code == 0
    assert run(*AREA).exit_code == 0
    engine = create_engine(f"sqlite:///{tmp_path / 'kaikukortti.db'}")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO units (area_id, name_fi, name_sv, name_en, municipality, contact_person, state, is_demo)"
                " VALUES (1, 'Aikuissosiaalityö', '', '', '', '', 'active', FALSE)"
            )
        )
    engine.dispose()
    return "Aikuissosiaalityö"


def test_from_nothing_to_a_coordinator(run, ask):
    assert run("init").output == "The database is ready.\n"
    assert run("init").exit_code == 0, "again changes nothing"
    assert "EK" in run(*AREA).output
    result = run(*PERSON)
    assert result.exit_code == 0 and "k@k.example" in result.output.lower()
    assert PASSWORD not in result.output
    members = "memberships m JOIN users u ON u.id = m.user_id JOIN areas a ON a.id = m.area_id"
    assert ask(f"SELECT u.email, m.role, a.prefix FROM {members}") == [("k@k.example", "coordinator", "EK")]
    assert ask("SELECT action FROM audit_entries ORDER BY id") == [("area.opened",), ("person.added",)]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ((*AREA[:3], "IO", *AREA[4:]), "--prefix"),
        ((*AREA[:3], "E", *AREA[4:]), "--prefix"),
        (AREA, "another area"),
        (("user", "add", "--area", "ZZ", *PERSON[4:]), "no area has the prefix ZZ"),
        ((*PERSON[:-1], "lyhyt"), "password length"),
        (PERSON, "already member"),
        ((*PERSON, "--role", "worker"), "Invalid value"),
    ],
)
def test_what_cannot_be_added_is_told(run, ask, words, hint):
    for before in (("init",), AREA, PERSON):
        assert run(*before).exit_code == 0
    tables = ("areas", "users", "memberships", "audit_entries")
    counts = [ask(f"SELECT count(*) FROM {table}") for table in tables]
    result = run(*words)
    assert result.exit_code != 0 and hint in result.output
    assert [ask(f"SELECT count(*) FROM {table}") for table in tables] == counts


def test_stock_is_printed_and_kept(run, ask, unit, tmp_path):
    sheet = tmp_path / "sheet.pdf"
    result = run("stock", "print", "--area", "ek", "--count", "12", "--unit", unit, "--out", str(sheet))
    assert result.exit_code == 0 and "12 cards" in result.output
    found = ask("SELECT count(*), count(DISTINCT number), min(state), max(kind) FROM cards")
    assert found == [(12, 12, "stock", "personal")]
    words = "".join(page.extract_text() for page in pypdf.PdfReader(sheet).pages).replace(" ", "")
    for (number,) in ask("SELECT number FROM cards"):
        assert number in words


def test_community_stock(run, ask, unit, tmp_path):
    words = ("stock", "print", "--area", "EK", "--count", "3", "--unit", unit, "--community", "--out")
    assert run(*words, str(tmp_path / "c.pdf")).exit_code == 0
    assert ask("SELECT DISTINCT kind FROM cards") == [("community",)]


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"--area": "ZZ"}, "no area has the prefix ZZ"),
        ({"--unit": "Kukaan"}, "the area has: Aikuissosiaalityö"),
        ({"--count": "0"}, "--count"),
        ({"--count": "2001"}, "--count"),
        ({"--out": "/nowhere/at/all.pdf"}, "nowhere"),
    ],
)
def test_stock_that_cannot_be_printed_leaves_nothing(run, ask, unit, tmp_path, change, hint):
    options = {"--area": "EK", "--count": "5", "--unit": unit, "--out": str(tmp_path / "s.pdf"), **change}
    result = run("stock", "print", *(word for pair in options.items() for word in pair))
    assert result.exit_code != 0 and hint in result.output + str(result.exception)
    assert ask("SELECT count(*) FROM cards") == [(0,)]


def test_a_production_start_without_a_secret_says_what_to_do(run, monkeypatch):
    for secret in ("", "short"):
        monkeypatch.setenv("KAIKU_SECRET_KEY", secret)
        result = run("serve", "--port", "0")
        assert isinstance(result.exception, config.ConfigError)
        assert "KAIKU_SECRET_KEY" in str(result.exception) and "secrets" in str(result.exception)
        assert "\n" not in str(result.exception)


@pytest.mark.parametrize("address", ["sqlite:////nowhere/at/all.db", "postgresql+psycopg://k:sesame@127.0.0.1:1/k"])
def test_a_production_start_without_a_database_says_what_to_do(run, monkeypatch, address):
    monkeypatch.setenv("KAIKU_DATABASE_URL", address)
    result = run("serve", "--port", "0")
    assert isinstance(result.exception, DatabaseProblem)
    assert "KAIKU_DATABASE_URL" in str(result.exception)
    assert "\n" not in str(result.exception) and "sesame" not in str(result.exception)


def test_a_production_start_before_init_says_what_to_do(run):
    result = run("serve", "--port", "0")
    assert isinstance(result.exception, DatabaseProblem) and "kaikukortti init" in str(result.exception)


def test_sqlite_takes_one_writing_process(run):
    assert run("init").exit_code == 0
    result = run("serve", "--port", "0", "--workers", "2")
    assert isinstance(result.exception, config.ConfigError) and "PostgreSQL" in str(result.exception)


def test_a_problem_is_one_line_and_a_failure(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("KAIKU_SECRET_KEY", "")
    monkeypatch.setattr("sys.argv", ["kaikukortti", "serve", "--instance", str(tmp_path)])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 1
    complaint = capsys.readouterr().err
    assert complaint.startswith("kaikukortti: ") and complaint.count("\n") == 1


def test_a_folder_that_cannot_be_made_is_told():
    result = CliRunner().invoke(cli.kaikukortti, ["init", "--instance", "/proc/nowhere"])
    assert isinstance(result.exception, config.ConfigError) and "/proc/nowhere" in str(result.exception)


def test_the_description_of_the_interface_is_printed():
    result = CliRunner().invoke(cli.kaikukortti, ["openapi"])
    assert result.exit_code == 0 and json.loads(result.output)["openapi"] == "3.1.0"


COMMANDS = [
    (),
    ("init",),
    ("area", "add"),
    ("user", "add"),
    ("stock", "print"),
    ("stock", "import"),
    ("serve",),
    ("demo",),
    ("openapi",),
]


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_explains_itself(words):
    result = CliRunner().invoke(cli.kaikukortti, [*words, "--help"])
    assert result.exit_code == 0 and result.output.startswith("Usage:")


def test_a_demo_is_not_laid_over_an_instance_in_earnest(run, tmp_path):
    settings = tmp_path / config.SETTINGS_FILE
    settings.write_text(f"[kaikukortti]\nsecret_key = {SECRET}\n", encoding="utf-8")
    result = run("demo", "--port", "0")
    assert isinstance(result.exception, config.ConfigError) and "not a demo" in str(result.exception)
    assert not Path(tmp_path / "kaikukortti.db").exists()
