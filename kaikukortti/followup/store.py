"""The follow-up database: a SQLite file beside the main one, or the schema `followup` on PostgreSQL, or wherever
KAIKU_FOLLOWUP_DATABASE_URL says. A use case reads and writes in one session from here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Session, registry

from kaikukortti import db
from kaikukortti.config import Config, followup_url
from kaikukortti.db import UTCDateTime

BIND = SCHEMA = "followup"
MIGRATIONS = Path(__file__).with_name("migrations")


class Base(DeclarativeBase):
    """The mother of every table of the follow-up database."""

    registry = registry(metadata=sa.MetaData(naming_convention=db.NAMING), type_annotation_map={datetime: UTCDateTime})


def binds(config: Config) -> dict[str, dict[str, Any]]:
    """Return the further database of an application."""
    url = sa.make_url(followup_url(config))
    options = db.engine_options(url.get_backend_name(), aside=True, says=(f"search_path={SCHEMA}",))
    return {BIND: {"url": url, **options}}


def check() -> None:
    """Assert at start that the database can be written. Raises DatabaseProblem with one line that says what to do."""
    db.check(db.db.engines[BIND], setting="KAIKU_FOLLOWUP_DATABASE_URL")


@contextmanager
def reading() -> Iterator[Session]:
    """Read in one transaction."""
    with Session(db.db.engines[BIND], expire_on_commit=False) as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """Write in one transaction: kept at the end of the block, undone when it raises.

    What has to be in the audit log is written there (followup/trail) as the last thing in the block, so that nothing
    is kept here that the log does not know. Never opened inside a writing transaction of the main database: locks are
    taken in the order follow-up, main.
    """
    engine = db.db.engines[BIND].execution_options(kaiku_writes=True)
    with Session(engine, expire_on_commit=False) as session, session.begin():
        session.connection()  # SQLite: the lock is taken now, not when the first row has been read
        yield session
