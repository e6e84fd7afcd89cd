"""Where a backup is not put back: over what is there, by a program that is too old, halfway."""

import dataclasses
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import alembic.command
import alembic.config
import alembic.script
import pytest
import sqlalchemy as sa

from kaikukortti.backup import facts, restoring
from kaikukortti.cli import schemas
from kaikukortti.cube import store
from kaikukortti.db import db
from kaikukortti.followup import schema as followup_schema
from tests import backups, factories
from tests.backups import Keeper

COMMAND = (sys.executable, "-m", "kaikukortti", "restore")


@pytest.fixture
def file(keeper) -> Path:
    """Return a backup with cards in it."""
    factories.make_stock_cards(50)
    return keeper.take()


def into(keeper: Keeper, file: Path, folder: Path, **changes: str):
    return keeper.run("restore", str(file), "--to", str(folder), "--identity", str(keeper.key_file), **changes)


def test_never_over_an_instance_that_is_there(keeper, file):
    keeper.live.joinpath("kaikukortti.cfg").write_text("[kaikukortti]\n")
    before, there = backups.all_rows(), {path: path.read_bytes() for path in keeper.live.iterdir()}
    result = into(keeper, file, keeper.live)
    assert result.exit_code == 1 and "is not empty (kaikukortti.cfg)" in str(result.exception)
    assert {path: path.read_bytes() for path in keeper.live.iterdir()} == there
    assert backups.all_rows() == before


def test_never_into_the_live_database_nor_one_with_anything_in_it(keeper, file, engine_name):
    """The environment names the live database: it is not even looked at, unless it is given as the target."""
    before, target = backups.all_rows(), keeper.place / "new"
    if engine_name == "postgresql":
        result = into(keeper, file, target, KAIKU_RESTORE_DATABASE_URL=keeper.url)
        assert result.exit_code == 1 and "is not empty (followup" in str(result.exception)
        result = into(keeper, file, target, KAIKU_RESTORE_DATABASE_URL="")
        assert "name it in KAIKU_RESTORE_DATABASE_URL" in str(result.exception)
        assert not list(target.iterdir())
    else:
        assert into(keeper, file, target).exit_code == 0
    assert backups.all_rows() == before


def test_the_target_and_the_key_must_be_said(keeper, file):
    result = keeper.run("restore", str(file), "--identity", str(keeper.key_file))
    assert result.exit_code == 2 and "--to DIR" in result.output
    assert keeper.run("restore", str(file), "--verify").exit_code == 2
    result = keeper.run("restore", str(file), "--verify", "--identity", str(keeper.place / "none"))
    assert result.exit_code == 1 and "cannot be read" in str(result.exception)
    result = keeper.run("restore", str(keeper.folder / "none.age"), "--verify", "--identity", str(keeper.key_file))
    assert result.exit_code == 1 and "is not there" in str(result.exception)


def test_a_restore_that_is_ended_leaves_nothing_that_could_be_started(keeper, file):
    """SIGTERM as from a service manager, as soon as anything is unpacked: the folder is empty again."""
    target = keeper.place / "new"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("KAIKU_")} | keeper.environ()
    if keeper.server is not None:
        environ["KAIKU_RESTORE_DATABASE_URL"] = keeper.new_database()
    words = (*COMMAND, str(file), "--to", str(target), "--identity", str(keeper.key_file))
    process = subprocess.Popen(words, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    scratch, deadline = target / restoring.SCRATCH, time.monotonic() + 60
    while process.poll() is None and not scratch.exists() and time.monotonic() < deadline:
        time.sleep(0.0005)
    process.send_signal(signal.SIGTERM)
    out = process.communicate(timeout=60)[0]
    assert process.returncode == 143, out
    assert not list(target.iterdir())


def test_a_disk_that_is_full_while_putting_back_leaves_nothing(keeper, file):
    empty = keeper.place / "empty"
    empty.mkdir()
    small, environ = keeper.place / "small", {k: v for k, v in os.environ.items() if not k.startswith("KAIKU_")}
    words = [*COMMAND, str(file), "--to", str(small), "--identity", str(keeper.key_file)]
    command = backups.on_a_small_disk(small, 64 * 1024, words, with_files_of=empty)
    environ |= keeper.environ()
    result = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 1 and "No space left on device" in result.stderr, result.stderr
    assert result.stdout == ""


def test_a_backup_of_a_newer_program_is_told_so(keeper, file):
    alter("UPDATE alembic_version SET version_num = '9999'")
    try:
        newer = keeper.take()
    finally:
        alter(f"UPDATE alembic_version SET version_num = '{schemas.newest('main')}'")
    assert "the schema 9999 (main), which this version does not know" in str(keeper.verify(newer).exception)


def test_a_backup_of_an_older_schema_is_brought_up_to_this_one(keeper):
    """Made by the steps up to the last but one, on a database of their own; the counts are those of then."""
    before_last = alembic.script.ScriptDirectory(str(schemas.STEPS["main"])).get_revision("head").down_revision
    assert isinstance(before_last, str)
    url = keeper.new_database() if keeper.server else f"sqlite:///{keeper.place / 'old.db'}"
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    steps = alembic.config.Config()
    steps.set_main_option("script_location", str(schemas.STEPS["main"]))
    steps.attributes["engine"] = engine
    alembic.command.upgrade(steps, before_last)
    settings = dataclasses.replace(keeper.settings, database_url=url)
    store.make(settings)
    followup_schema.upgrade(settings)
    file = keeper.take(KAIKU_DATABASE_URL=url)
    with backups.inside(keeper.restore(file)), db.engine.connect() as connection:
        found = facts.of_store(connection, "public" if keeper.server else None)
        assert found.revision == schemas.newest("main") != before_last
    engine.dispose()


def alter(statement: str) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    db.session.remove()


def test_the_folder_of_backups_can_be_read_without_the_secret_key(keeper, file):
    """Status and check are for a machine that knows no secret of the service."""
    for words in (("backup", "check"), ("backup", "status", "--proven-within", "9999", "--json")):
        result = keeper.run(*words, KAIKU_SECRET_KEY="", KAIKU_ROUNDING_KEY="")
        assert file.name in result.output
