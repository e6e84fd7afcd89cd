"""Whether a database is whole after a fault: pages and keys, chains of the trail, counts kept ready (I7)."""

import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kaikukortti import ledgercounts, monthcounts
from kaikukortti.auditing import verification
from kaikukortti.db import db
from kaikukortti.models.ledger import Scan
from tests.engines import SQLITE_FILES
from tests.faults.world import World

DAYS = sa.select(Scan.venue_id, sa.func.min(Scan.on_day), sa.func.max(Scan.on_day)).group_by(Scan.venue_id)


def count_faults(world: World, *, folder: Path | None) -> int:
    """Return how much is not as it should be. `folder` is where the SQLite files are, None on PostgreSQL."""
    faults = 0 if folder is None else sum(len(faults_of(folder / name)) for name in SQLITE_FILES)
    with world.app.app_context():
        db.session.rollback()
        faults += sum(verification.find_break(name) is not None for name in verification.list_organisations())
        return faults + _count_counts_apart()


def faults_of(path: Path) -> list[str]:
    """Return what SQLite itself finds wrong with a file: torn pages, and rows whose keys lead nowhere."""
    with sqlite3.connect(path) as connection:
        said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
        keys = [str(row) for row in connection.execute("PRAGMA foreign_key_check")]
    connection.close()
    return [line for line in said if line != "ok"] + keys


def _count_counts_apart() -> int:
    """Return how many rows differ between the counts kept ready and the ledger counted anew."""
    apart = 0
    for venue_id, first, last in db.session.execute(DAYS):
        days: dict[str, Any] = {"first_on": first.replace(day=1), "last_on": last}
        apart += len(
            set(monthcounts.of_venue(venue_id, **days)) ^ set(ledgercounts.count_days(venue_id=venue_id, **days))
        )
    return apart
