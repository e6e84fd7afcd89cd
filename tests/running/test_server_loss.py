"""PostgreSQL stops, starts, is crowded, is at odds with itself: 503 and a time to come again, and then all is well."""

import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from kaikukortti import db as database
from kaikukortti import schema
from kaikukortti.config import Config
from kaikukortti.cube import store
from kaikukortti.db import db, transactional
from kaikukortti.followup import schema as followup_schema
from kaikukortti.models.network import Area
from tests import factories
from tests.factories import SECRET_KEY
from tests.faults.cluster import Cluster
from tests.running import served
from tests.serving import Service

ALL_AWAY = '{"reasons":["database_away","statistics_away","followup_away"],"status":"not ready"}'


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """Start a PostgreSQL server of the test's own, in a folder that no other run of pytest closes to it."""
    with tempfile.TemporaryDirectory(prefix="kaikukortti-server-") as folder:
        made = Cluster(Path(folder))
        yield made
        made.stop(at_once=True)
        made.forget()


def test_a_server_that_goes_and_comes_back(cluster, tmp_path):
    url = cluster.url.render_as_string(hide_password=False)
    settings = Config(tmp_path, url, SECRET_KEY)
    schema.upgrade(url)
    store.make(settings)
    followup_schema.upgrade(settings)
    service = Service.start(url, instance=tmp_path / "instance", secret_key=SECRET_KEY)
    try:
        assert served.ask(service, "/readyz")[0] == 200
        cluster.stop(at_once=True)
        status, headers, text = served.ask(service, "/readyz")
        assert (status, headers["Retry-After"], text.strip()) == (503, "10", ALL_AWAY)
        assert served.ask(service, "/healthz")[0] == 200
        status, headers, text = served.ask(service, "/offer/")
        assert (status, headers["Retry-After"]) == (503, "10") and "Traceback" not in text
        cluster.start()
        served.eventually(lambda: served.ask(service, "/readyz")[0] == 200, "it is ready again by itself")
        assert served.ask(service, "/offer/")[0] == 200
    finally:
        service.stop()
    faults = [record for record in served.records(service) if "fault" in record]
    assert faults == [], "nothing of this is a fault of the program"


@pytest.mark.parametrize("engine_name", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_no_connection_left_in_the_pool(make_app: Callable[..., Flask], monkeypatch):
    monkeypatch.setattr(database, "LOCK_PATIENCE", 1)
    app = make_app()
    with app.app_context():
        held = [db.engine.connect() for _ in range(database.POOL + database.OVERFLOW)]
    client = app.test_client()
    answer = client.get("/readyz")
    assert answer.status_code == 503 and answer.get_json()["reasons"] == ["database_crowded"]
    assert client.get("/healthz").status_code == 200
    answer = client.get("/offer/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    for connection in held:
        connection.close()
    assert client.get("/offer/").status_code == 200


@pytest.mark.parametrize("engine_name", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_connections_that_nobody_uses_are_free_for_others(make_app: Callable[..., Flask], monkeypatch):
    monkeypatch.setattr(database, "SERVER_NOTICES", ("idle_session_timeout=300ms",))
    app = make_app()
    with app.app_context():
        for connection in [db.engine.connect() for _ in range(3)]:
            connection.close()
        mine = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        assert isinstance(db.engine.pool, sa.QueuePool) and db.engine.pool.checkedin() == 3

        def is_alone() -> bool:
            with db.engine.connect() as connection:
                return connection.scalar(sa.text(mine + " AND usename = current_user")) == 0

        served.eventually(is_alone, "the server has taken back what was not used")
    assert app.test_client().get("/offer/").status_code == 200


@pytest.mark.parametrize("engine_name", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_two_use_cases_that_wait_for_each_other_are_both_done(app: Flask, monkeypatch):
    """A real deadlock: PostgreSQL ends one of them, which is tried again from its beginning."""
    retried: list[int] = []
    monkeypatch.setattr(database, "tell_retry", [lambda: retried.append(1)])
    with app.app_context():
        first, second = (factories.make_area(prefix).id for prefix in ("AA", "BB"))
    both = threading.Barrier(2)

    @transactional
    def rename(one: int, other: int, tried: list[int]) -> None:
        tried.append(1)
        for area_id in (one, other):
            area = db.session.get_one(Area, area_id, with_for_update=True, populate_existing=True)
            area.name_fi += "x"
            db.session.flush()
            if area_id == one and len(tried) == 1:
                both.wait(10)

    def in_a_thread(one: int, other: int) -> None:
        with app.app_context():
            rename(one, other, [])
            db.session.remove()

    threads = [threading.Thread(target=in_a_thread, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with app.app_context():
        names = list(db.session.scalars(sa.select(Area.name_fi)))
        db.session.remove()
    assert retried == [1] and all(name.endswith("xx") and not name.endswith("xxx") for name in names)
