"""A service test runs inside the application, as a command does."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests import backups
from tests.backups import Keeper


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[Flask]:
    """Enter the application for the length of the test."""
    with app.app_context():
        yield app


@pytest.fixture
def together(app: Flask) -> Callable[..., list[Any]]:
    """Return a function that calls functions at once, a thread each, and returns what they returned or raised."""

    def run(*calls: Callable[[], Any]) -> list[Any]:
        start = threading.Barrier(len(calls))

        def one(call: Callable[[], Any]) -> Any:
            with app.app_context():
                start.wait(5)
                try:
                    return call()
                except Exception as error:
                    return error

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(one, calls))

    return run


@pytest.fixture
def keeper(app: Flask, tmp_path: Path) -> Iterator[Keeper]:
    """Return who looks after the application's backups."""
    made = backups.make_keeper(app, tmp_path)
    yield made
    made.clear()
