"""Counts of requests are shared by every process on a database, and never stand in the way of what is asked."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from kaikukortti import requestcounts
from kaikukortti.db import db
from kaikukortti.models.asked import RequestCount
from kaikukortti.requestcounts import BIND, PATIENCE_S, Rate
from tests.webclient import Web

MOST = Rate(10)
PAGE = "/found/"


@pytest.fixture
def two(make_app):
    """Return two applications on one database, as two machines run them."""
    return make_app(), make_app()


def rows(app) -> list[RequestCount]:
    with app.app_context():
        return list(db.session.scalars(sa.select(RequestCount)))


def count(app, who: str, now: datetime) -> int | None:
    with app.app_context():
        return requestcounts.count("page", who, most=MOST, now=now)


def test_two_applications_count_together(two):
    browsers = [Web(app) for app in two]
    answers = [browsers[turn % 2].get(PAGE).status_code for turn in range(62)]
    assert answers == [200] * 60 + [429] * 2


def test_many_at_once_are_counted_exactly(two, now):
    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(lambda turn: count(two[turn % 2], "one", now), range(60)))
    let_through = waits.count(None)
    assert let_through >= MOST.amount, "nobody is refused before there were too many"
    counted = [row.asked for row in rows(two[0])]
    assert counted == [MOST.amount]
    assert let_through == MOST.amount, "a count that was not waited for lets a request through"


def test_the_count_slides_and_says_when_to_come_back(app, now):
    late = now + timedelta(seconds=30)
    assert [count(app, "one", late) for _ in range(10)] == [None] * 10
    wait = count(app, "one", late)
    assert wait is not None and 30 < wait <= 60
    answers = [count(app, "one", late + timedelta(seconds=wait)) for _ in range(2)]
    assert answers[0] is None and answers[1] is not None, "a new minute does not begin with nothing: one has room"
    assert count(app, "other", late) is None


def test_every_wait_that_is_told_is_long_enough(app, now):
    moment = now + timedelta(seconds=47)
    for _ in range(60):
        wait = count(app, "one", moment)
        moment += timedelta(seconds=3 if wait is None else wait)
        assert wait is None or count(app, "one", moment) is None


def test_a_machine_whose_clock_is_behind_opens_no_second_minute(app, now):
    assert [count(app, "one", now) for _ in range(10)] == [None] * 10
    assert count(app, "one", now - timedelta(seconds=2)) is not None
    assert [row.minute for row in rows(app)] == [int(now.timestamp() // 60)]


def test_what_is_over_is_thrown_away(app, web, now):
    web.get(PAGE)
    with time_machine.travel(now + timedelta(minutes=3), tick=False):
        web.get("/offer/")
        assert [row.page for row in rows(app)] == ["offer"]


def test_no_address_is_kept(app, web):
    web.get(PAGE)
    [row] = rows(app)
    assert "127.0.0.1" not in row.who and len(row.who) == 64


def test_one_customer_s_network_is_one_sender(app):
    client = app.test_client()
    for place in range(3):
        client.get(PAGE, environ_overrides={"REMOTE_ADDR": f"2001:db8:1:2::{place}"})
    client.get(PAGE, environ_overrides={"REMOTE_ADDR": "2001:db8:1:3::1"})
    assert sorted(row.asked for row in rows(app)) == [1, 3]


def test_a_page_is_read_while_the_database_cannot_be_written(app, web, engine_url):
    """A long import holds SQLite's only pen, a stuck transaction a row of PostgreSQL: counting does without."""
    web.get(PAGE)
    engine = sa.create_engine(engine_url, poolclass=sa.NullPool)
    with engine.connect().execution_options(kaiku_writes=True) as other:
        other.execute(sa.update(RequestCount).values(asked=RequestCount.asked))
        begun = time.perf_counter()
        assert web.get(PAGE).status_code == 200
        assert time.perf_counter() - begun < PATIENCE_S + 2
        other.rollback()
    assert [row.asked for row in rows(app)] == [1]


def test_counting_waits_for_no_disk_and_all_else_does(app):
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            kind = sa.text("SELECT relpersistence FROM pg_class WHERE relname = 'request_counts'")
            assert db.session.scalar(kind) == "u"
            return
        found = {}
        for name in (None, BIND, None):
            with db.engines[name].connect() as connection:
                found[name] = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        assert found == {None: 2, BIND: 1}
