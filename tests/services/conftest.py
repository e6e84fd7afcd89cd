"""A service test runs inside the application, as a command does."""

from collections.abc import Iterator

import pytest
from flask import Flask


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[Flask]:
    """Enter the application for the length of the test."""
    with app.app_context():
        yield app
