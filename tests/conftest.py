"""Fixtures for every test: the two engines, the application on them, the checked client, a stopped clock.

A test that takes `app` or `web` runs twice, once on each engine; `-m "not postgresql"` leaves one out.
"""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import time_machine
from flask import Flask

from kaikukortti import config
from kaikukortti.app import create_app
from kaikukortti.db import db
from tests import engines
from tests.factories import ROUNDING_KEY, SECRET_KEY
from tests.webclient import Web

ENGINES = ("sqlite", "postgresql")
A_FRIDAY_EVENING = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)  # 18.30 in Helsinki

hypothesis.settings.register_profile("kaikukortti", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("kaikukortti")


def pytest_report_header() -> str:
    """Say on which engines the tests run."""
    return "engines: SQLite, and PostgreSQL from a server of the tests' own"


@pytest.fixture(scope="session")
def postgres_server(testrun_uid: str) -> Iterator[engines.Server]:
    """Start a PostgreSQL server for this run."""
    server = engines.Server(testrun_uid)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_url(postgres_server: engines.Server) -> str:
    """Return the address of the PostgreSQL server's own database: a place to make others."""
    return postgres_server.url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def migrated(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], engines.Engine]:
    """Return a function from an engine's name to its database, migrated when first asked for."""
    made: dict[str, engines.Engine] = {}

    def get(name: str) -> engines.Engine:
        if name not in made and name == "sqlite":
            made[name] = engines.SQLite(tmp_path_factory.mktemp("sqlite"))
        elif name not in made:
            server = request.getfixturevalue("postgres_server")
            made[name] = engines.PostgreSQL(server.url, f"kaikukortti_{engines.process_name()}")
        return made[name]

    return get


@pytest.fixture(params=[pytest.param(name, marks=getattr(pytest.mark, name)) for name in ENGINES])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Return the name of the engine that this run of the test is about."""
    return str(request.param)


@pytest.fixture
def engine_url(engine_name: str, migrated: Callable[[str], engines.Engine]) -> str:
    """Return the address of an empty, migrated database."""
    engine = migrated(engine_name)
    engine.empty()
    return engine.url


@pytest.fixture(scope="session")
def applications() -> Iterator[dict[str, Flask]]:
    """Return the applications made so far, by engine: one is made once and used by many tests."""
    made: dict[str, Flask] = {}
    yield made
    for application in made.values():
        with application.app_context():
            _dispose()


@pytest.fixture
def app(
    engine_name: str,
    migrated: Callable[[str], engines.Engine],
    applications: dict[str, Flask],
    tmp_path_factory: pytest.TempPathFactory,
) -> Flask:
    """Return the application on an empty database."""
    engine = migrated(engine_name)
    if engine_name in applications:
        with applications[engine_name].app_context():
            _dispose()
    engine.empty()
    if engine_name not in applications:
        applications[engine_name] = create_app(settings(engine.url, tmp_path_factory.mktemp("instance")))
    return applications[engine_name]


@pytest.fixture
def make_app(engine_url: str, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Return a function that makes an application on an empty database, its own: `make_app(demo=True)`."""
    made: list[Flask] = []

    def make(**changes: Any) -> Flask:
        made.append(create_app(dataclasses.replace(settings(engine_url, tmp_path), **changes)))
        return made[-1]

    yield make
    for application in made:
        with application.app_context():
            _dispose()


@pytest.fixture
def web(app: Flask) -> Web:
    """Return a browser's stand-in: nobody is signed in, and each page that it gets is checked."""
    return Web(app)


@pytest.fixture
def now() -> Iterator[datetime]:
    """Stop the clock at half past six on a Friday evening in Helsinki, and return that moment."""
    with time_machine.travel(A_FRIDAY_EVENING, tick=False):
        yield A_FRIDAY_EVENING


def settings(database_url: str, instance_path: Path) -> config.Config:
    """Return the settings of a test run."""
    return config.Config(
        instance_path=instance_path,
        database_url=database_url,
        secret_key=SECRET_KEY,
        rounding_key=ROUNDING_KEY,
        testing=True,
        secure_cookies=False,
    )


def _dispose() -> None:
    for engine in db.engines.values():
        engine.dispose()
