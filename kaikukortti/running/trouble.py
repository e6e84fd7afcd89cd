"""Which faults are the database's or the machine's and pass: what a caller is told is to come again, not "a fault".

A broken rule of the schema, a statement that does not fit it, a wrong value are faults of the program and not here.
"""

import errno
import sqlite3
from dataclasses import dataclass
from enum import StrEnum

import psycopg
import sqlalchemy as sa

MOST_CAUSES = 8


class Kind(StrEnum):
    """What cannot be done now, and so is tried again later."""

    AWAY = "away"
    BUSY = "busy"
    CROWDED = "crowded"
    DAMAGED = "damaged"
    DISK = "disk"
    FULL = "full"
    REFUSED = "refused"


@dataclass(frozen=True)
class Trouble:
    """What is wrong, and in how many seconds it is worth coming again."""

    kind: Kind
    again_in: int


COME_AGAIN = {
    Kind.AWAY: 10,
    Kind.BUSY: 10,
    Kind.CROWDED: 5,
    Kind.DAMAGED: 60,
    Kind.DISK: 60,
    Kind.FULL: 60,
    Kind.REFUSED: 30,
}
SESSION_LOST = "8s2b"  # SQLAlchemy's code of a session that goes on after its connection was cut

# The beginnings of PostgreSQL's SQLSTATEs (appendix A of its manual), the longer ones first.
SQLSTATES = (
    ("53300", Kind.CROWDED),  # too many connections
    ("53400", Kind.CROWDED),  # a limit of the configuration
    ("53", Kind.FULL),  # disk full, out of memory
    ("58", Kind.DISK),  # input, output
    ("XX001", Kind.DAMAGED),
    ("XX002", Kind.DAMAGED),
    ("57P04", Kind.REFUSED),  # the database was dropped
    ("57014", Kind.BUSY),  # cancelled: a time-out of a statement
    ("57", Kind.AWAY),  # shut down, starting, in recovery
    ("55P03", Kind.BUSY),  # lock not available
    ("40", Kind.BUSY),  # serialisation failure, deadlock: tried again five times before
    ("25006", Kind.REFUSED),  # read-only: a standby
    ("25P03", Kind.BUSY),
    ("28", Kind.REFUSED),  # the login is not accepted
    ("3D", Kind.REFUSED),  # no such database
    ("08", Kind.AWAY),
)
# https://sqlite.org/rescode.html: the low byte of the code that an error carries.
SQLITE_CODES = {
    sqlite3.SQLITE_BUSY: Kind.BUSY,
    sqlite3.SQLITE_LOCKED: Kind.BUSY,
    sqlite3.SQLITE_FULL: Kind.FULL,
    sqlite3.SQLITE_IOERR: Kind.DISK,
    sqlite3.SQLITE_NOMEM: Kind.FULL,
    sqlite3.SQLITE_CANTOPEN: Kind.AWAY,
    sqlite3.SQLITE_READONLY: Kind.REFUSED,
    sqlite3.SQLITE_PERM: Kind.REFUSED,
    sqlite3.SQLITE_AUTH: Kind.REFUSED,
    sqlite3.SQLITE_CORRUPT: Kind.DAMAGED,
    sqlite3.SQLITE_NOTADB: Kind.DAMAGED,
    sqlite3.SQLITE_PROTOCOL: Kind.BUSY,
}
ERRNOS = {
    errno.ENOSPC: Kind.FULL,
    errno.EDQUOT: Kind.FULL,
    errno.EFBIG: Kind.FULL,
    errno.EIO: Kind.DISK,
    errno.EROFS: Kind.REFUSED,
    errno.ENOMEM: Kind.CROWDED,
    errno.EMFILE: Kind.CROWDED,
    errno.ENFILE: Kind.CROWDED,
}


def find(fault: BaseException | None) -> Trouble | None:
    """Return the trouble behind a fault, looked for along its causes, or None for a fault of the program."""
    for _ in range(MOST_CAUSES):
        if fault is None:
            return None
        if (kind := _kind(fault)) is not None:
            return Trouble(kind, COME_AGAIN[kind])
        fault = getattr(fault, "orig", None) or fault.__cause__
    return None


def _kind(fault: BaseException) -> Kind | None:
    match fault:
        case sa.exc.TimeoutError():  # no connection of the pool became free
            return Kind.CROWDED
        case sa.exc.PendingRollbackError() if fault.code == SESSION_LOST:
            return Kind.AWAY
        case sa.exc.DBAPIError() if fault.connection_invalidated:
            return Kind.AWAY
        case psycopg.Error():
            return _postgresql_kind(fault)
        case sqlite3.Error():
            return SQLITE_CODES.get(getattr(fault, "sqlite_errorcode", 0) & 0xFF)
        case MemoryError():
            return Kind.CROWDED
        case OSError():
            return ERRNOS.get(fault.errno or 0)
    return None


def _postgresql_kind(fault: psycopg.Error) -> Kind | None:
    state = fault.sqlstate
    if state is None:  # the client noticed it: a server that is not there, a connection that was cut
        return Kind.AWAY if isinstance(fault, psycopg.OperationalError | psycopg.InterfaceError) else None
    return next((kind for begins, kind in SQLSTATES if state.startswith(begins)), None)
