"""Upgrades: steps that the version before can bear, short waits for locks, and the way forward and back under load."""

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from kaikukortti import db, lockwaits, schema
from kaikukortti.followup import store as followup_store
from tests import engines, tree
from tests.upgrades import ledger, run, shapes, steps, versions
from tests.upgrades.shapes import Table

EMPTY = {"type": "TEXT", "nullable": True, "default": None}  # columns
NEEDED = {"type": "TEXT", "nullable": False, "default": None}
WHOLE = 1.5  # seconds: how long a transaction of somebody else holds a table
A_BIT = 0.2


@pytest.fixture
def empty_url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Return the address of a database without tables."""
    if engine_name == "sqlite":
        return f"sqlite:///{tmp_path / 'kaikukortti.db'}"
    server: engines.Server = request.getfixturevalue("postgres_server")
    return run.new_database(server.url, f"kaikukortti_upgrades_{engines.process_name()}")


@pytest.fixture
def engine_before(empty_url: str) -> sa.Engine:
    """Return an engine of a database that the version before has made."""
    engine = sa.create_engine(empty_url, poolclass=sa.NullPool)
    shapes.migrate(engine, db.MIGRATIONS, versions.EARLIER_SCHEMA)
    return engine


def test_the_version_before_is_the_last_release(tmp_path):
    earlier = versions.earlier(tmp_path)
    newest = [
        max(path.name[:4] for path in (earlier.root / tree.name(folder)).glob("0*.py"))
        for folder in (tree.MIGRATIONS, tree.FOLLOWUP_MIGRATIONS)
    ]
    assert newest == [versions.EARLIER_SCHEMA, versions.EARLIER_FOLLOWUP_SCHEMA]
    assert versions.find_last_release() in (versions.EARLIER_TAG, None), "a release was made: name it in versions.py"


@pytest.mark.parametrize("path", steps.later(), ids=lambda path: path.name)
def test_a_step_takes_nothing_from_the_version_before(path):
    problems = steps.find_problems(path, earlier_release=versions.EARLIER_TAG)
    assert not problems, tree.listing(problems, f"Expand only, or say in {steps.DECLARED} since when nobody needs it:")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('op.drop_column("users", "name")', "op.drop_column users.name"),
        ('op.drop_table("users")', "op.drop_table users"),
        ('op.rename_table("users", "people")', "op.rename_table users.people"),
        ('op.alter_column("users", "name", nullable=False)', "op.alter_column users.name"),
        ('op.add_column("users", sa.Column("age", sa.Integer()))', "op.add_column users"),
        ('op.create_index("ix_scans_day", "scans", ["on_day"])', "op.create_index scans"),
        ('op.execute("UPDATE users SET name = 1")', "op.execute UPDATE users SET"),
        ('op.execute(f"DROP TRIGGER a ON {table}")', "op.execute DROP TRIGGER a"),
        ('with op.batch_alter_table("users") as batch_op: batch_op.drop_column("name")', "batch_op.drop_column name"),
    ],
)
def test_what_the_version_before_cannot_bear_is_found(line, words, tmp_path):
    step = tmp_path / "0099_later.py"
    step.write_text(f"def upgrade():\n    {line}\n", encoding="utf-8")
    assert any(problem.endswith(words) for problem in steps.find_problems(step, earlier_release="v0.2.0"))
    step.write_text(f"ALLOWED = {{{words!r}: 'v0.2.0: unused'}}\n{step.read_text(encoding='utf-8')}", encoding="utf-8")
    assert not [one for one in steps.find_problems(step, earlier_release="v0.2.0") if one.endswith(words)]
    assert steps.find_problems(step, earlier_release="v0.1.9"), "v0.1.9 still needed it"


def test_a_declaration_of_nothing_is_found(tmp_path):
    step = tmp_path / "0099_later.py"
    step.write_text("ALLOWED = {'op.drop_table users': 'v0.1.0: unused'}\n", encoding="utf-8")
    assert steps.find_problems(step, earlier_release="v0.2.0")


def test_the_new_schema_asks_no_more_of_the_version_before(engine_before):
    before = shapes.read(engine_before)
    shapes.migrate(engine_before, db.MIGRATIONS, "head")
    problems = shapes.find_problems(before, shapes.read(engine_before))
    assert not problems, tree.listing(problems, f"{versions.EARLIER_TAG} cannot work on this schema:")


@pytest.mark.parametrize("engine_name", [pytest.param("sqlite", marks=pytest.mark.sqlite)])
def test_follow_up_asks_no_more_of_the_version_before(empty_url):
    engine = sa.create_engine(empty_url, poolclass=sa.NullPool)
    shapes.migrate(engine, followup_store.MIGRATIONS, versions.EARLIER_FOLLOWUP_SCHEMA)
    before = shapes.read(engine)
    shapes.migrate(engine, followup_store.MIGRATIONS, "head")
    assert not shapes.find_problems(before, shapes.read(engine))


@pytest.mark.parametrize(
    ("columns", "rules", "problem"),
    [
        ({}, (), "venues.name is gone"),
        ({"name": NEEDED}, (), "venues.name may not be empty any more"),
        ({"name": {**EMPTY, "type": "INTEGER"}}, (), "venues.name was TEXT and is INTEGER"),
        ({"name": EMPTY, "colour": NEEDED}, (), "venues.colour is needed and has no default"),
        ({"name": EMPTY}, ("unique ['name']",), "venues has a new rule: unique ['name']"),
        ({"name": EMPTY}, ("name in names",), "venues has a new rule: name in names"),
    ],
)
def test_a_schema_that_asks_more_is_found(columns, rules, problem):
    before = {"venues": Table({"name": EMPTY}, frozenset())}
    assert shapes.find_problems(before, {"venues": Table(columns, frozenset(rules))}) == [problem]
    assert shapes.find_problems(before, {}) == ["venues is gone"]


def test_a_schema_that_offers_more_is_fine():
    before = {"venues": Table({"name": EMPTY}, frozenset({"name in names"}))}
    offered = {"name": EMPTY, "colour": EMPTY, "size": {**NEEDED, "default": "1"}}
    after = {"venues": Table(offered, frozenset({"colour in colours"})), "colours": Table({"id": NEEDED}, frozenset())}
    assert shapes.find_problems(before, after) == []


@pytest.mark.parametrize("engine_name", [pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_nobody_waits_behind_a_step_that_waits(engine_before, empty_url):
    """Somebody reads accounts for a while: the step needs them, and whoever else reads them does not notice."""
    with held(engine_before, "LOCK TABLE users IN ACCESS SHARE MODE") as let_go, ledger.watched(empty_url) as waits:
        upgrading = threading.Thread(target=lambda: schema.upgrade(empty_url))
        upgrading.start()
        time.sleep(WHOLE)
        assert upgrading.is_alive()
        let_go()
        upgrading.join()
    assert schema_of(engine_before) == newest_step()
    assert waits.longest < lockwaits.LOCK_WAIT_MS / 1000 + WHOLE / 2, waits.line()


def test_a_step_that_is_never_let_in_changes_nothing(engine_before, monkeypatch):
    monkeypatch.setattr(lockwaits, "PATIENCE_S", A_BIT)
    is_postgresql = engine_before.dialect.name == "postgresql"
    patience = {} if is_postgresql else {"timeout": A_BIT}
    impatient = sa.create_engine(engine_before.url, poolclass=sa.NullPool, connect_args=patience)
    before = tables_of(engine_before)
    statement = "LOCK TABLE areas IN ACCESS SHARE MODE" if is_postgresql else "BEGIN IMMEDIATE"
    with held(engine_before, statement), pytest.raises(db.DatabaseProblem, match="in use all the time"):
        schema.migrate(impatient, db.MIGRATIONS)
    assert tables_of(engine_before) == before
    assert schema_of(engine_before) == versions.EARLIER_SCHEMA
    schema.migrate(impatient, db.MIGRATIONS)
    assert schema_of(engine_before) == newest_step()


def test_a_schema_of_a_newer_version_is_left_alone(engine_before):
    with engine_before.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(db.DatabaseProblem, match="newer version"):
        schema.migrate(engine_before, db.MIGRATIONS)
    assert schema_of(engine_before) == "9999"


def test_two_hosts_upgrade_at_once(empty_url, tmp_path):
    (tmp_path / "kaikukortti.cfg").write_text(
        f"[kaikukortti]\nsecret_key = {'s' * 40}\ndatabase_url = {empty_url}\n", encoding="utf-8"
    )
    program = versions.present()
    words = program.command("init", "--instance", str(tmp_path))
    both = [
        subprocess.Popen(words, env=program.environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(2)
    ]
    told = [one.communicate()[0] for one in both]
    assert [one.returncode for one in both] == [0, 0], told
    assert schema_of(sa.create_engine(empty_url, poolclass=sa.NullPool)) == newest_step()


def test_forward_and_back_under_load(engine_name, tmp_path, request):
    """Both versions on the migrated schema, hosts replaced one by one, both ways: nothing lost, nothing failed."""
    url = request.getfixturevalue("empty_url") if engine_name == "postgresql" else None
    outcome = run.rehearse(engine_name, tmp_path / "run", seconds=1.5, seed=7, postgresql=url, is_short=True)
    assert outcome.is_sound, "\n".join(outcome.told)
    assert outcome.tally.acknowledged > 20


def newest_step() -> str:
    """Return the number of the newest step."""
    return max(path.name[:4] for path in tree.MIGRATIONS.glob("0*.py"))


def tables_of(engine: sa.Engine) -> dict[str, list[str]]:
    """Return the names of all columns by table."""
    return {name: sorted(table.columns) for name, table in shapes.read(engine).items()}


def schema_of(engine: sa.Engine) -> str:
    """Return the step that a database has taken last."""
    with engine.connect() as connection:
        return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())


@contextmanager
def held(engine: sa.Engine, statement: str) -> Iterator[Callable[[], None]]:
    """Hold a lock on a connection of its own until the block ends, or what it is given is called."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql(statement)
        yield connection.rollback
        connection.rollback()
