"""Whatever goes wrong while a backup is made: no half file, earlier ones untouched, one line that says what to do."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from kaikukortti.backup import keeping, locking, making, postgresql, stores
from kaikukortti.backup.problem import BackupProblem
from kaikukortti.config import Config
from kaikukortti.db import db
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import Scan
from tests import backups, factories
from tests.backups import Keeper
from tests.factories import NOW
from venues import sync

COMMAND = (sys.executable, "-m", "kaikukortti", "backup")
FULL_AT = 24 * 1024  # bytes; the smallest backup is larger


def start(keeper: Keeper, *words: str, before: Sequence[str] = ()) -> "subprocess.Popen[str]":
    """Start a backup in a process of its own."""
    db.session.remove()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("KAIKU_")} | keeper.environ()
    pipe = subprocess.PIPE
    return subprocess.Popen([*before, *COMMAND, *words], env=environ, text=True, stdout=pipe, stderr=pipe)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_full_disk_leaves_no_half_file_and_earlier_backups_as_they_were(keeper):
    first = keeper.take()
    kept = {path.name: path.read_bytes() for path in keeper.folder.iterdir()}
    small = keeper.place / "small"
    size = sum(map(len, kept.values())) + FULL_AT
    wrapped = backups.on_a_small_disk(small, size, (), with_files_of=keeper.folder)
    process = start(keeper, "--to", str(small), before=wrapped)
    out, complaint = process.communicate(timeout=60)
    assert process.returncode == 1 and "No space left on device" in complaint, complaint
    assert "earlier backups are untouched" in complaint.splitlines()[-1]
    assert set(out.split()) == kept.keys() and first.name in kept
    assert not list(keeper.live.iterdir())


def test_a_limit_on_the_size_of_files_does_the_same(keeper):
    keeper.take()
    before = {path.name: path.read_bytes() for path in keeper.folder.iterdir()}
    process = start(keeper, before=("prlimit", f"--fsize={FULL_AT}"))
    complaint = process.communicate(timeout=60)[1]
    assert process.returncode == 1 and len(complaint.splitlines()[-1]) < 400, complaint
    assert {path.name: path.read_bytes() for path in keeper.folder.iterdir()} == before
    assert not list(keeper.live.iterdir())


def test_what_a_killed_backup_left_goes_with_the_next(keeper):
    factories.make_stock_cards(3)
    halves = (keeper.folder / f".{keeping.name_of(NOW)}.part", keeper.live / making.SCRATCH / "main.sqlite")
    process = start(keeper)
    deadline = time.monotonic() + 60
    while process.poll() is None and not list(keeper.folder.glob(".*.part")) and time.monotonic() < deadline:
        time.sleep(0.0005)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    for half in halves:  # and these, however soon it was killed
        half.parent.mkdir(exist_ok=True)
        half.write_bytes(b"half")
    file = keeper.take()
    assert not list(keeper.live.iterdir()) and not list(keeper.folder.glob(".*"))
    assert keeper.verify(file).exit_code == 0


def test_two_at_once_are_told_apart(keeper):
    with locking.alone(keeper.folder):
        assert "Another backup is at work" in str(keeper.run("backup").exception)
    assert names(keeper.folder) == set()


def test_a_database_that_is_not_there_is_not_made(keeper, engine_name):
    elsewhere = f"sqlite:///{keeper.place / 'none.db'}"
    if engine_name == "postgresql":
        elsewhere = sa.make_url(keeper.url).set(database="none").render_as_string(hide_password=False)
    result = keeper.run("backup", KAIKU_DATABASE_URL=elsewhere)
    assert result.exit_code == 1 and "cannot be read" in str(result.exception)
    assert not (keeper.place / "none.db").exists() and names(keeper.folder) == set()


def test_a_backup_while_visits_are_registered_is_of_one_moment(keeper, app):
    """What was acknowledged before it began is in it; what is in it, is in it whole, by counts and hash."""
    tablet, card = factories.make_tablet().known, factories.make_issued_card()
    acknowledged: list[str] = []
    ended = threading.Event()

    def register() -> None:
        with app.app_context():
            while not ended.is_set():
                item = factories.make_item(card, occurred=NOW)
                sync.accept([item], device=tablet, received_at=NOW)
                acknowledged.append(str(item.scan_id))
                time.sleep(0.002)

    thread = threading.Thread(target=register)
    thread.start()
    taken: dict[Path, set[str]] = {}
    try:
        while len(acknowledged) < 10:
            time.sleep(0.01)
        for _ in range(2):
            before = set(acknowledged)
            taken[keeper.take()] = before
    finally:
        ended.set()
        thread.join(30)
    assert all(keeper.verify(file).exit_code == 0 for file in taken)
    for file, before in list(taken.items())[-1:]:
        with backups.inside(keeper.restore(file)):
            found = set(db.session.scalars(sa.select(Scan.scan_id)))
        assert before <= found <= set(acknowledged) and len(found) < len(acknowledged)


def test_a_snapshot_does_not_see_what_is_written_after_it(keeper):
    """The moment of a backup is when it began to read, however long it takes to write."""
    unit = factories.make_unit()
    settings = Config(keeper.live, keeper.url, "", postgresql_bin=str(backups.TOOLS))
    count = sa.text("SELECT count(*) FROM cards")
    with stores.snapshots(stores.databases_of(settings)) as snapshots:
        factories.make_stock_cards(3, unit)
        main = next(one for one in snapshots if stores.MAIN in one.database.stores)
        assert main.connection.execute(count).scalar() == 0
        copy = b"".join(main.pieces(keeper.place, tools=settings.postgresql_bin))
        numbers = db.session.scalars(sa.select(Card.number)).all()
        assert copy and not any(number.encode() in copy for number in numbers)
    assert len(numbers) == 3


def test_an_older_tool_than_the_server_is_refused(keeper, tmp_path):
    old = tmp_path / "old" / "pg_dump"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 14.9'\n")
    old.chmod(0o755)
    with pytest.raises(BackupProblem, match="pg_dump is 14.9, the server 15: install.*KAIKU_POSTGRESQL_BIN"):
        postgresql.find_tool("pg_dump", str(old.parent), server=15)
    with pytest.raises(BackupProblem, match="pg_restore is not there"):
        postgresql.find_tool("pg_restore", str(old.parent), server=15)
    assert postgresql.find_tool("pg_dump", str(old.parent), server=14) == str(old)


def test_a_password_is_never_on_a_command_line(tmp_path):
    seen = tmp_path / "seen"
    tool = tmp_path / "tool"
    tool.write_text(f'#!/bin/sh\necho "$@" > {seen}\necho "$PGPASSWORD" >> {seen}\n')
    tool.chmod(0o755)
    url = sa.make_url("postgresql+psycopg://kaiku:very%20secret@db.example:5433/cards?sslmode=require")
    with (tmp_path / "complaints").open("w+b") as complaints:
        with postgresql.running([str(tool), "--list"], url, complaints) as process:
            process.wait(10)
    words, password = seen.read_text().splitlines()
    assert "secret" not in words and password == "very secret"
    assert all(word in words for word in ("host=db.example", "port=5433", "user=kaiku", "sslmode=require"))


def test_stores_are_read_in_an_order_that_a_crash_could_leave_too(keeper):
    """Follow-up first, as the log of the main database knows what is in it; figures last, as the main one lets go."""
    order = [store for one in stores.databases_of(keeper.settings) for store in one.stores]
    assert order == [stores.FOLLOWUP, stores.MAIN, stores.STATISTICS]
