"""Meetings for tests: the client's card opened in a browser, a meeting walked through, rows of every table counted."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa

from kaikukortti.followup import ownkeys, ownsessions, store
from kaikukortti.models.cards import Card
from kaikukortti.rules.access import Role
from tests.factories import NOW, SECRET_KEY
from tests.network import Network
from tests.webclient import Web

MEETING = "/followup/meeting/"
SAID = {"heard": "yes", "useful": "partly", "wish": "More time"}

Row = TypeVar("Row")


def make_key(network: Network, card: Card | None = None, now: datetime = NOW) -> str:
    """Give the holder of a card an own key."""
    wanted = card or network.card
    person = network.people if wanted.unit_id == network.unit.id else network.strangers
    return ownkeys.make(wanted.id, actor=person[Role.WORKER].actor, now=now, secret=SECRET_KEY).key


def open_card(web: Web, network: Network, card: Card | None = None, now: datetime = NOW) -> None:
    """Open the own card of a holder in a browser, as the holder's pages do."""
    with web.app.app_context():
        key, number = make_key(network, card, now), (card or network.card).number
        opened = ownsessions.open(number, key, sender="192.0.2.1", now=now, secret=SECRET_KEY)
    web.client.set_cookie("kaiku_own", opened.token)


def count_rows(web: Web) -> dict[str, int]:
    """Return how many rows each table of the follow-up database has."""
    with web.app.app_context(), store.reading() as session:
        tables = store.Base.metadata.sorted_tables
        return {
            table.name: session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in tables
        }


def rows(web: Web, table: type[Row]) -> Sequence[Row]:
    """Return the rows of a table of the follow-up database."""
    with web.app.app_context(), store.reading() as session:
        return session.scalars(sa.select(table)).all()


def grown(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """Return the tables that have other numbers of rows than before, and by how many."""
    return {name: after[name] - number for name, number in before.items() if after[name] != number}


def begin(web: Web, *, with_card: bool = False, page: str = MEETING) -> None:
    """Open a meeting and answer its first question."""
    choice = "with_card" if with_card else "without_card"
    web.submit(page, {choice: "1"})


def set_goal(web: Web, words: str, **facts: str) -> None:
    """Write a goal and go on to the ladder."""
    web.go_on({"words": words, **facts})


def rate(web: Web, client: str = "-1", worker: str = "0") -> None:
    """Put the first goal on the ladder, the client first, and look at both views."""
    web.go_on({"level-0": client})
    web.go_on({"level-0": worker})


def finish(web: Web, **answers: str) -> None:
    """Go on from the three questions to the end."""
    web.go_on({**SAID, **answers})
