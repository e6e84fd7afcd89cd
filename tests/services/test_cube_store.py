"""The statistics store: who reads cells can read nothing of cards, on both engines; the file and role are made."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from kaikukortti.cube import store
from kaikukortti.cube.periods import Grain
from kaikukortti.db import db
from tests import factories

OF_CARDS = ("cards", "profiles", "scans", "scan_cards", "card_events", "users", "audit_entries")


def test_reader_reads_cells():
    with store.reader().connect() as connection:
        assert connection.execute(sa.select(store.CELLS)).all() == []


@pytest.mark.parametrize("table", OF_CARDS)
def test_reader_cannot_read_anything_else(table):
    factories.make_issued_card()
    with db.engine.connect() as connection:
        assert connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar() is not None, "it is there"
    with store.reader().connect() as connection:
        with pytest.raises(DBAPIError, match="permission denied|no such table"):
            connection.execute(sa.text(f"SELECT * FROM {table}"))


def test_reader_cannot_write():
    with store.reader().connect() as connection:
        with pytest.raises(DBAPIError, match="readonly|read-only|permission denied"):
            connection.execute(sa.insert(store.KEYS), {"shape": 1, "fingerprint": "x"})


def test_only_rounded_numbers_fit():
    row = {"area_id": 1, "grain": Grain.MONTH, "first_on": factories.TODAY, "code": "uses", "key": "", "number": 7}
    with store.writer().connect() as connection:
        with pytest.raises(DBAPIError, match="rounded"):
            connection.execute(sa.insert(store.CELLS), row)


def test_a_login_of_the_reader_reads_cells_and_nothing_else(engine_name, engine_url, make_app):
    """Where the reader has a login of its own, as in production, no SET ROLE can give it more."""
    if engine_name == "sqlite":
        return  # its file holds nothing else: above
    login = "kaiku_test_pages"
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"DROP ROLE IF EXISTS {login}")
        connection.exec_driver_sql(f"CREATE ROLE {login} LOGIN IN ROLE {store.ROLE}")
    address = sa.make_url(engine_url).set(username=login).render_as_string(hide_password=False)
    with make_app(statistics_reader_url=address).app_context(), store.reader().connect() as connection:
        assert connection.execute(sa.text("SELECT current_user")).scalar() == login
        assert connection.execute(sa.select(store.CELLS)).all() == []
        for statement in ("SET ROLE postgres", "SELECT * FROM profiles", "SELECT * FROM cards"):
            with pytest.raises(DBAPIError, match="permission denied"):
                connection.execute(sa.text(statement))
            connection.rollback()
