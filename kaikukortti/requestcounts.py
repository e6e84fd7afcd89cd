"""How often a page was asked for within a minute, and by whom: counted in the database, which all processes share.

A count is no record: it may be lost, and it never stands in the way of what is asked. Nothing waits for a disk here,
nobody is refused because counting failed, and what is over is thrown away. What sign-in counts is in signin/throttling.
"""

import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from kaikukortti.config import Config
from kaikukortti.db import db
from kaikukortti.models.asked import RequestCount

BIND = "request_counts"
MINUTE_S = 60
PATIENCE_S = 0.25  # for a lock, which somebody may hold for long
CONNECTIONS = 2
TURN_S = 2.0  # for one of the connections, which nobody holds for longer than that
_log = logging.getLogger(__name__)

# One statement, so that no two processes count into each other. The count slides: of the minute before counts what of
# it lies within the last sixty seconds (`left`). A row that is full is left alone: who is refused writes nothing.
_COUNT = sa.text(
    "INSERT INTO request_counts AS kept (page, who, minute, asked, asked_before)"
    " VALUES (:page, :who, :minute, 1, 0)"
    " ON CONFLICT (page, who) DO UPDATE SET"
    " asked_before = CASE WHEN kept.minute >= :minute THEN kept.asked_before"
    "   WHEN kept.minute = :minute - 1 THEN kept.asked ELSE 0 END,"
    " asked = CASE WHEN kept.minute >= :minute THEN kept.asked + 1 ELSE 1 END,"
    " minute = CASE WHEN kept.minute >= :minute THEN kept.minute ELSE :minute END"
    " WHERE CASE WHEN kept.minute >= :minute THEN kept.asked + kept.asked_before * :left"
    "   WHEN kept.minute = :minute - 1 THEN kept.asked * :left ELSE 0 END < :most"
)
_LOOK = sa.select(RequestCount.minute, RequestCount.asked, RequestCount.asked_before).where(
    RequestCount.page == sa.bindparam("page"), RequestCount.who == sa.bindparam("who")
)


@dataclass(frozen=True)
class Rate:
    """How many requests there may be within a minute."""

    amount: int


def binds(config: Config) -> dict[str, dict[str, Any]]:
    """Return the connections for counting, apart from those of the pages: few, and of little patience."""
    url = sa.make_url(config.database_url)
    options: dict[str, Any] = {"url": url, "hide_parameters": True}
    if url.get_backend_name() == "sqlite":
        return {BIND: {**options, "connect_args": {"timeout": PATIENCE_S, "check_same_thread": False}}}
    options |= {"pool_size": CONNECTIONS, "max_overflow": 0, "pool_timeout": TURN_S, "isolation_level": "AUTOCOMMIT"}
    said = f"-c lock_timeout={int(PATIENCE_S * 1000)}"
    return {BIND: {**options, "connect_args": {"options": said, "connect_timeout": 2}}}


def prepare(engine: sa.Engine) -> None:
    """Let SQLite commit counts without waiting for the disk; what comes from other connections is waited for as ever.

    The write-ahead log stays whole that way (NORMAL): a power cut may forget counts, and nothing else.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=NORMAL"))


def count(page: str, who: str, *, most: Rate, now: datetime) -> int | None:
    """Count a request; return None, or in how many seconds the next one may come where there were too many."""
    passed = now.timestamp()
    minute, left = int(passed // MINUTE_S), 1 - passed % MINUTE_S / MINUTE_S
    row = {"page": page, "who": who, "minute": minute}
    try:
        with _writing() as connection:
            counted = connection.execute(_COUNT, {**row, "left": left, "most": most.amount}).rowcount
            found = None if counted else connection.execute(_LOOK, {"page": page, "who": who}).one_or_none()
    except sa.exc.SQLAlchemyError as error:
        _log.warning("requests for %s are not counted: %s", page, type(error).__name__)
        return None
    return None if found is None else _wait(found, most, minute=minute, left=left)


def sweep(*, now: datetime) -> None:
    """Throw away what is over."""
    try:
        with _writing() as connection:
            this_minute = int(now.timestamp() // MINUTE_S)
            connection.execute(sa.delete(RequestCount).where(RequestCount.minute < this_minute - 1))
    except sa.exc.SQLAlchemyError as error:
        _log.warning("counts of requests are not thrown away: %s", type(error).__name__)


@contextmanager
def _writing() -> Iterator[sa.Connection]:
    with db.engines[BIND].connect().execution_options(kaiku_writes=True) as connection, connection.begin():
        yield connection


def _wait(found: sa.Row[int, int, int], most: Rate, *, minute: int, left: float) -> int:
    """Return after how many whole seconds the sliding count has room for one more."""
    if found.minute < minute:
        asked, before = 0, found.asked
    else:
        asked, before = found.asked, found.asked_before
    if asked < most.amount:  # it is the minute before that fills it, and that slides away
        passes = left - (most.amount - asked) / before
    else:
        passes = left + 1 - most.amount / asked
    seconds = math.floor(round(float(passes) * MINUTE_S, 3)) + 1  # at the very moment it is still full
    return max(1, seconds)
