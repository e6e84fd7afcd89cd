"""Own keys and open own cards for tests: by services, and in a browser."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from kaikukortti.db import db
from kaikukortti.followup import ownkeys, ownsessions, store, switches
from kaikukortti.followup.ownsessions import OpenCard, Opened
from kaikukortti.models.cards import Card
from kaikukortti.models.network import Unit
from kaikukortti.rules.access import Actor, Role
from tests import factories
from tests.factories import NOW, SECRET_KEY
from tests.network import Network
from tests.webclient import Web

COOKIE = "kaiku_own"


def make_key(app: Flask, network: Network, card: Card | None = None) -> str:
    """Make a key for the network's card or another one of the same unit."""
    with app.app_context():
        worker = network.people[Role.WORKER].actor
        return ownkeys.make((card or network.card).id, actor=worker, now=NOW, secret=SECRET_KEY).key


def open_card(web: Web, card: Card, key: str, *, reading: str = "en") -> Web:
    """Type number and key in a browser; it shows the own card."""
    answer = web.submit(f"/own/?reading={reading}", {"number": card.number, "key": key}, form="/own/")
    assert answer.request.path == "/own/card", web.text
    return web


def try_to_open(web: Web, number: str, key: str) -> TestResponse:
    """Type a number and a key in English, whatever comes of it."""
    return web.submit("/own/?reading=en", {"number": number, "key": key}, form="/own/")


def switched_municipality(unit: Unit, name: str) -> None:
    """Say in which municipality a unit is."""
    db.session.execute(sa.update(Unit).where(Unit.id == unit.id).values(municipality=name))
    db.session.commit()


def switch(*, followup: bool, own_card: bool) -> None:
    """Switch follow-up and own cards of the area EK as its coordinator."""
    coordinator, area = factories.make_actor(Role.COORDINATOR, factories.the_area()), factories.the_area()
    switches.set_area(actor=coordinator, area_id=area.id, followup=followup, own_card=own_card, now=NOW)


def make(card: Card, worker: Actor, *, now: datetime = NOW) -> str:
    """Make an own key as a worker."""
    return ownkeys.make(card.id, actor=worker, now=now, secret=SECRET_KEY).key


def open_by(card: Card | str, key: str, *, now: datetime = NOW, sender: str = "192.0.2.1") -> Opened:
    """Open the own page of a card by its number, or of whatever text is typed for one."""
    text = card if isinstance(card, str) else card.number
    return ownsessions.open(text, key, sender=sender, now=now, secret=SECRET_KEY)


def held(opened: Opened, *, now: datetime = NOW) -> OpenCard | None:
    """Return what an opening holds open."""
    return ownsessions.find(opened.token, now=now, secret=SECRET_KEY)


def rows(table: Any) -> list[Any]:
    """Return all rows of a table of follow-up."""
    with store.reading() as session:
        return list(session.scalars(sa.select(table)))
