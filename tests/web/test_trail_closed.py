"""Without its trail the service shows and does nothing: 503, a time to come again, and nothing of a card."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask

from kaikukortti.db import db
from kaikukortti.models.cards import Card
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules import number
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import State
from tests import onpage

PATIENCE = 200  # milliseconds that a test waits for a lock, in place of ten seconds
LOOKS = ["/cards/", "/cards/{card}", "/cards/{card}/log", "/cards/{card}/log/log.json", "/cards/{card}/kept"]
LOOKS += ["/cards/{card}/card.svg", "/sleeping/", "/renewals/", "/bookings/"]
LOOKS += ["/cards/{card}/sheet", "/cards/{card}/correct", "/groups/house", "/followup/episodes/", "/cards/{card}/erase"]


@pytest.fixture
def impatient(app: Flask) -> Iterator[None]:
    """Let connections wait for locks only a moment; those that are open are closed first."""

    def shorten(connection: Any, _record: object) -> None:
        is_sqlite = isinstance(connection, sqlite3.Connection)
        wait = f"PRAGMA busy_timeout = {PATIENCE}" if is_sqlite else f"SET lock_timeout = {PATIENCE}"
        cursor = connection.cursor()
        cursor.execute(wait)
        cursor.close()
        if not is_sqlite:
            connection.commit()

    with app.app_context():
        engine = db.engine
    engine.dispose()
    sa.event.listen(engine, "connect", shorten)
    yield
    sa.event.remove(engine, "connect", shorten)
    engine.dispose()


@contextmanager
def locked(app: Flask) -> Iterator[None]:
    """Hold what every entry needs: the whole database on SQLite, the heads of the chains on PostgreSQL."""
    url = sa.make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() == "sqlite":
        other = sqlite3.connect(url.database or "", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
        other.close()
        return
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as holder:
        holder.execute("LOCK TABLE audit_heads IN ACCESS EXCLUSIVE MODE")
        yield
        holder.rollback()


@contextmanager
def broken(app: Flask) -> Iterator[None]:
    """Take the table of the entries away."""
    with app.app_context():
        _rename(db.engine, "audit_entries", "audit_entries_away")
    try:
        yield
    finally:
        with app.app_context():
            _rename(db.engine, "audit_entries_away", "audit_entries")


def _rename(engine: sa.Engine, old: str, new: str) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text(f"ALTER TABLE {old} RENAME TO {new}"))


def entries(app: Flask) -> int:
    with app.app_context():
        db.session.rollback()
        return db.session.scalar(sa.select(sa.func.count(AuditEntry.id))) or 0


@pytest.mark.parametrize("fault", [locked, broken])
def test_no_look_without_the_trail(app, network, enter, impatient, fault):
    web = enter(network.people[Role.WORKER])
    addresses = [page.format(card=network.card.id) for page in LOOKS]
    for address in addresses:
        assert web.get(address).status_code == 200, address
    before = entries(app)
    with fault(app):
        for address in addresses:
            answer = web.get(address)
            assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "10"), address
            for hidden in (network.card.number, number.grouped(network.card.number), "1980", "53100"):
                assert hidden not in answer.text, address
    assert entries(app) == before
    assert web.get(addresses[1]).status_code == 200, "it works again by itself"


@pytest.mark.parametrize("fault", [locked, broken])
def test_no_change_without_the_trail(app, network, enter, impatient, fault):
    web = enter(network.people[Role.WORKER])
    web.get("/help")
    sent = {"csrf_token": onpage.token(web), "reason": "lost", "confirmed": "1"}
    with fault(app):
        assert web.post(f"/cards/{network.card.id}/block", data=sent).status_code == 503
    with app.app_context():
        db.session.rollback()
        assert db.session.get_one(Card, network.card.id).state is State.ACTIVE
    assert web.post(f"/cards/{network.card.id}/block", data=sent).status_code == 303


@pytest.mark.parametrize("fault", [locked, broken])
def test_nothing_is_given_along_without_the_trail(app, network, enter, impatient, fault):
    web = enter(network.people[Role.WORKER])
    web.get("/help")
    sent = {"csrf_token": onpage.token(web), "symbols": network.card.number[-4:], "as": "json"}
    with fault(app):
        assert web.post(f"/cards/{network.card.id}/kept", data=sent).status_code == 503
    answer = web.post(f"/cards/{network.card.id}/kept", data=sent)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")


@pytest.mark.parametrize("fault", [locked, broken])
def test_an_erasure_waits_for_the_trail(app, network, enter, impatient, fault):
    web = enter(network.people[Role.WORKER])
    web.get("/help")
    sent = {"csrf_token": onpage.token(web), "symbols": network.card.number[-4:], "confirmed": "1"}
    with fault(app):
        assert web.post(f"/cards/{network.card.id}/erase", data=sent).status_code == 503
    with app.app_context():
        db.session.rollback()
        assert db.session.get_one(Card, network.card.id).state is State.ACTIVE
