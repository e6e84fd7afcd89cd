"""`kaikukortti verify`: what is whole is said to be, and each thing that is not is named."""

import dataclasses
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine

from kaikukortti.cli import schemas
from kaikukortti.cube import store, tables
from kaikukortti.db import db
from kaikukortti.retention import journal
from tests import backups, factories, letgo
from tests.factories import DAY, NOW
from tests.network import make_network
from venues import sync


@pytest.fixture
def network():
    """Return the small network with visits, frozen figures and a few entries in the log."""
    made = make_network()
    body = factories.scan_body(made.card, occurrence=made.tonight, occurred=NOW - 2 * DAY)
    sync.accept([factories.item_of(body)], device=made.tablet.known, received_at=NOW)
    letgo.freeze(NOW + 90 * DAY)
    return made


def forge(*statements: str, engine: sa.Engine | None = None) -> None:
    """Change rows behind the program's back, without triggers and references."""
    found = engine or db.engine
    db.session.remove()
    if found.dialect.name == "sqlite":
        with closing(sqlite3.connect(str(found.url.database), isolation_level=None)) as file:
            for statement in statements:
                file.execute(statement)
        return
    with found.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("RESET session_replication_role")


def test_a_service_that_is_whole_is_said_to_be(keeper, network):
    result = keeper.run("verify")
    assert result.exit_code == 0 and result.output.count(": whole") == 6, backups.said(result)
    assert "NOT WHOLE" not in result.output and "All is whole." in result.output
    assert keeper.run("verify", "--quick").output.count(": whole") == 5


def test_a_row_that_names_what_is_not_there_is_found(keeper, network):
    forge("UPDATE cards SET batch_id = 99999 WHERE id = (SELECT min(id) FROM cards)")
    result = keeper.run("verify", "--quick")
    assert result.exit_code == 1 and "1 row of cards name what is not in batches" in result.output


def test_an_entry_of_the_log_that_was_changed_is_found(keeper, network):
    forge("UPDATE audit_heads SET seq = seq + 1")
    result = keeper.run("verify", "--quick")
    assert result.exit_code == 1 and "breaks: `kaikukortti audit verify`" in result.output


def test_a_cell_that_is_not_what_was_counted_is_found(keeper, network):
    where, engine = ("statistics.cells" if keeper.server else "cells"), db.engines[store.WRITER]
    with time_machine.travel(NOW + 90 * DAY, tick=False):
        assert keeper.run("verify").exit_code == 0
        forge(
            f"INSERT INTO {where} SELECT area_id, grain, first_on, '{tables.USES_ALL.code}', '', 5"
            f" FROM {where.replace('cells', 'periods')}",
            engine=engine,
        )
        result = keeper.run("verify")
    assert result.exit_code == 1 and f"EK 2026-Q4 {tables.USES_ALL.code} differs" in result.output, result.output


def test_an_erasure_that_a_restore_brought_back_is_told(keeper, network):
    journal.write(dataclasses.replace(keeper.settings, instance_path=keeper.live), "a" * 32, ["EK00000000A"], now=NOW)
    result = keeper.run("verify", "--quick")
    assert result.exit_code == 1 and "1 erasures are in the journal and not in the database" in result.output


def test_another_schema_is_told(keeper, network):
    forge("UPDATE alembic_version SET version_num = '0001'")
    try:
        assert "the schema is 0001, not " in keeper.run("verify", "--quick").output
    finally:
        forge(f"UPDATE alembic_version SET version_num = '{schemas.newest('main')}'")


def test_a_damaged_page_of_a_file_or_of_an_index_is_found(keeper, network):
    """SQLite: bytes of the file; PostgreSQL: an index that the server itself knows to be half made."""
    if keeper.server is not None:
        forge(INVALID)
        try:
            result = keeper.run("verify", "--quick")
        finally:
            forge(INVALID.replace("false", "true"))
        assert "an index that is not whole" in result.output
    else:
        spoil(Path(str(db.engine.url.database)))
        result = keeper.run("verify", "--quick")
        assert "main: 60 tables" in result.output and "integrity_check: " in result.output, backups.said(result)
    assert result.exit_code == 1


INVALID = (
    "UPDATE pg_index SET indisvalid = false WHERE indexrelid ="
    " (SELECT min(c.oid::int) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE nspname = 'public' AND relkind = 'i' AND relname LIKE 'ix_%%')"
)


def spoil(file: Path) -> None:
    """Overwrite a few bytes at the end of a page of an index, where its entries are."""
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = connection.execute("SELECT max(rootpage) FROM sqlite_master WHERE name LIKE 'ix_cards%'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as out:
        out.seek(page * size - 6)
        out.write(b"\x7f" * 6)
