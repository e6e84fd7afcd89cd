"""One network for all attacks: filled once, on SQLite, and served by a process of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask import Flask

from kaikukortti.app import create_app
from kaikukortti.db import db
from kaikukortti.rules.access import Role
from tests import engines, secondfactors
from tests.attack import crawler, town
from tests.attack.crawler import Answer, Attacker
from tests.attack.membership import Quarter
from tests.attack.town import Town
from tests.conftest import settings
from tests.factories import PASSWORD, ROUNDING_KEY, SECRET_KEY
from tests.people import Person
from tests.serving import Service

STARTS = ("/", "/statistics/", "/reports/", "/api/v1/statistics/", "/api/openapi.json")
OF_VIEWERS = ("/figures/network/", "/figures/", "/figures/reports/", "/figures/barriers/", "/cards/", "/venue/figures/")


@dataclass(frozen=True)
class Served:
    """The running service, the application on the same database, and what lies in it."""

    url: str
    app: Flask
    town: Town

    def attacker(self, role: Role | None = None) -> Attacker:
        """Return somebody at the door: nobody in particular, or a member of staff."""
        found = Attacker(self.url)
        person = next((one for known, one in self.town.people.items() if known == role), None)
        return found if person is None else found.sign_in(person.email, PASSWORD, lambda: self._code_of(person))

    def _code_of(self, person: Person) -> str:
        """Return a code of a person's app that nobody has used."""
        assert person.actor.user_id is not None
        with self.app.app_context():
            return secondfactors.next_code(person.actor.user_id, now=datetime.now(UTC))


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Fill the network and serve it."""
    folder = tmp_path_factory.mktemp("attacked")
    engine = engines.SQLite(folder)
    engine.empty()
    app = create_app(settings(engine.url, folder))
    with app.app_context():
        filled = town.fill()
    running = Service.start(engine.url, instance=folder, secret_key=SECRET_KEY, KAIKU_ROUNDING_KEY=ROUNDING_KEY)
    yield Served(running.url, app, filled)
    running.stop()
    with app.app_context():
        for each in db.engines.values():
            each.dispose()


@pytest.fixture(scope="session")
def crawled(served: Served) -> dict[str, dict[str, Answer]]:
    """Return all that the public, programs and a viewer reach, by address, for each of them."""
    public, viewer = served.attacker(), served.attacker(Role.VIEWER)
    program = Attacker(served.url)
    return {
        "public": public.crawl(*STARTS),
        "program": program.crawl(*crawler.every_public_query(program)),
        "viewer": viewer.crawl(*STARTS, *OF_VIEWERS, *crawler.every_quarter(town.QUARTERS)),
    }


@pytest.fixture(scope="session", autouse=True)
def quarters(served: Served) -> list[Quarter]:
    """Return the four quarters with all that they count, before any test adds a card to them."""
    with served.app.app_context():
        return town.quarters()
