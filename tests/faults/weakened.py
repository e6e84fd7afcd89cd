"""The service with a fault planted, `python -m tests.faults.weakened serve …`: SQLite may lose its newest commits.

Positive control of the power cut and of the sync order: what is not found in this one proves nothing of the other.
"""

import sqlite3
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from kaikukortti import db
from kaikukortti.cli import main


def weaken() -> None:
    """Turn synchronous=FULL into NORMAL in every connection from now on, and let the check at start pass."""

    @event.listens_for(sa.Engine, "connect")
    def _weaken(connection: Any, _record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous=NORMAL")

    db.WANTED_PRAGMAS["synchronous"] = 1


if __name__ == "__main__":
    weaken()
    main()
