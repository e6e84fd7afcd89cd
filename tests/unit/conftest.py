"""A unit test needs nothing but the code: one that opens a database fails here."""

import sqlite3
from typing import NoReturn

import psycopg
import pytest


@pytest.fixture(autouse=True)
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test that opens a database connection."""

    def refuse(*_args: object, **_kwargs: object) -> NoReturn:
        pytest.fail("A unit test opened a database: move it to tests/services, or pass the value in.")

    monkeypatch.setattr(sqlite3, "connect", refuse)
    monkeypatch.setattr(psycopg, "connect", refuse)
    monkeypatch.setattr(psycopg.Connection, "connect", refuse)
