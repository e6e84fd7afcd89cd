"""Whoever is told that the database is busy comes again: what a person or a tablet does where a hundred ask at once."""

from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa

from kaikukortti.db import db

TRIES = 6
R = TypeVar("R")


def until_let_in(call: Callable[[], R]) -> R:
    """Make a call, again while a lock or a connection does not come within the service's patience."""
    for _ in range(TRIES - 1):
        try:
            return call()
        except (sa.exc.OperationalError, sa.exc.TimeoutError):
            db.session.rollback()
    return call()
