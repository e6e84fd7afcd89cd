"""A web test sees one moment: a page that tells the time tells it the same way every day."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from tests.factories import Person
from tests.network import Network, make_network
from tests.webclient import Web


@pytest.fixture(autouse=True)
def moment(now: datetime) -> datetime:
    """Stop the clock for the length of the test."""
    return now


@pytest.fixture
def network(app: Flask) -> Network:
    """Return a small network with a person in every role. Its rows are read-only here: a page has its own."""
    with app.app_context():
        return make_network()


@pytest.fixture
def enter(app: Flask) -> Callable[[Person], Web]:
    """Return a function that begins a person's session, in a browser of the person's own that speaks English."""

    def begin(person: Person, language: str = "en") -> Web:
        web = Web(app)
        web.language(language)
        return web.begin(person.user_id)

    return begin
