"""A service test runs inside the application, as a command does."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask


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
