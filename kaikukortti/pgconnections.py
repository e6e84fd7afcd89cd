"""Connections to PostgreSQL: what a request reads, it reads in a transaction that cannot write and ends with COMMIT.

PostgreSQL takes longer to plan the queries of a page of figures than to run them. The driver keeps the plans of what it
asks often with its connection, and forgets all of them with a ROLLBACK, which is how a session ends that only read.
"""

from typing import Any

import psycopg
import sqlalchemy as sa
from flask import has_request_context
from psycopg.pq import TransactionStatus
from sqlalchemy import event


class ReadingConnection(psycopg.Connection[Any]):
    """A connection that keeps its prepared statements when a transaction ends that could not write."""

    def rollback(self) -> None:
        """Undo what was written; where nothing could be, end the transaction."""
        if self.read_only and self.pgconn.transaction_status == TransactionStatus.INTRANS:
            self.commit()
        else:
            super().rollback()


@event.listens_for(sa.Engine, "do_connect")
def _connect(dialect: sa.Dialect, _record: object, given: Any, named: dict[str, Any]) -> Any:
    """Return our connection where the driver is psycopg; None leaves it to the driver."""
    return ReadingConnection.connect(*given, **named) if dialect.driver == "psycopg" else None


@event.listens_for(sa.Engine, "begin")
def _begin(connection: sa.Connection) -> None:
    """Let a request's transaction write only where a use case asked for it (`db.transactional`)."""
    driven = connection.connection.driver_connection
    if isinstance(driven, ReadingConnection) and not driven.autocommit:
        writes = connection.get_execution_options().get("kaiku_writes", False)
        driven.read_only = not writes and has_request_context()
