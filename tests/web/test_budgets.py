"""Budgets: how many statements an answer may cost the database, and how many commits. DESIGN §10."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask

from kaikukortti.db import db
from kaikukortti.rules.access import Role
from tests import factories, onpage
from tests.webclient import Web

DOOR_BUDGET = 8
PAGE_BUDGET = 12
PAGES = {
    Role.WORKER: [
        "/our-part/",
        "/messages/",
        "/cards/",
        "/cards/new",
        "/cards/{card}",
        "/cards/{card}/handed-out",
        "/cards/{card}/card.svg",
        "/cards/{card}/sheet",
        "/cards/paper",
        "/sleeping/",
        "/renewals/",
        "/renewals/cards",
        "/cards/{card}/block",
        "/cards/{card}/pause",
        "/cards/{card}/return",
        "/cards/{card}/renew",
        "/cards/{card}/replace",
        "/cards/{card}/correct",
        "/cards/{card}/log",
        "/cards/{card}/erase",
        "/cards/{community}",
        "/cards/{community}/budget",
        "/cards/lost/",
        "/stockroom",
        "/cards/figures/",
        "/bookings/",
        "/bookings/dates",
        "/bookings/dates?card={card}",
        "/bookings/dates/{tonight}",
        "/bookings/dates/{tonight}?card={card}",
        "/followup/",
        "/followup/clients/units/{unit}",
    ],
    Role.VENUE_STAFF: [
        "/messages/",
        "/venue/",
        "/venue/paper",
        "/venue/paper/lines?day=2026-11-20",
        "/venue/paper/print",
        "/venue/bookings/",
        "/venue/bookings/dates",
        "/venue/bookings/dates/{tonight}",
        "/venue/bookings/print",
    ],
    Role.VENUE_MANAGER: [
        *("/venue/", "/venue/programme", "/venue/tablets/", "/venue/place/", "/venue/questions", "/venue/figures/")
    ]
    + ["/venue/place/limits", "/venue/programme/files"],
    Role.COORDINATOR: [
        *(f"/area/messages/{page}" for page in ("", "announcements/", "feedback/", "turned-away/", "accessibility/")),
        "/network/",
        "/partners/",
        "/partners/area",
        "/partners/instruction",
        "/partners/review",
        "/partners/units/{unit}/leave",
        "/figures/reports/",
        "/figures/reports/2026/new",
        "/partners/units/{unit}",
        "/partners/venues/{venue}",
        "/stock/",
        "/stock/import",
        "/stock/destroy",
        "/figures/",
        "/figures/?period=2026-Q3&compare=2026-Q2",
        "/figures/network/",
        "/figures/barriers/",
        "/area/paper",
        "/area/cards/",
        "/area/cards/{card}",
        "/area/settings",
        "/stock/{batch}",
        "/area/questions",
        "/followup/area/",
        "/followup/clients/",
    ],
}


class Counted:
    """Statements by their first word, transactions' own left out, and commits."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.commits = 0


@contextmanager
def counting(app: Flask) -> Iterator[Counted]:
    """Count what the application's engine does meanwhile."""
    counted = Counted()

    def statement(_connection, _cursor, text, *_more) -> None:
        if not text.startswith(("BEGIN", "PRAGMA")):
            counted.statements.append(text)

    def commit(connection) -> None:
        counted.commits += bool(connection.info.pop("wrote", False))

    def wrote(connection, _cursor, text, *_more) -> None:
        if text.startswith(("INSERT", "UPDATE", "DELETE")):
            connection.info["wrote"] = True

    with app.app_context():
        engine = db.engine
    listeners: list[tuple[str, Callable[..., None]]] = [
        ("before_cursor_execute", statement),
        ("after_cursor_execute", wrote),
        ("commit", commit),
    ]
    for name, listener in listeners:
        sa.event.listen(engine, name, listener)
    try:
        yield counted
    finally:
        for name, listener in listeners:
            sa.event.remove(engine, name, listener)


@pytest.fixture
def door(app, network) -> Web:
    """Return the venue's tablet, in contact just now."""
    tablet = Web(app)
    tablet.client.set_cookie("kaiku_device", network.tablet.credential)
    assert tablet.get("/door/api/status").status_code == 200
    return tablet


def test_one_registration(app, door, network):
    body = factories.scan_body(network.card, occurrence=network.tonight, child=2)
    with counting(app) as counted:
        answer = door.post("/door/api/scans", json={"items": [body]})
    assert onpage.json_of(answer)["answers"][0]["result"] == "accepted"
    assert len(counted.statements) <= DOOR_BUDGET, "\n".join(counted.statements)
    assert counted.commits == 1
    assert sum(text.startswith("INSERT") for text in counted.statements) == 2


def test_places_of_a_quota_cost_two_statements_more(app, door, network):
    with app.app_context():
        tonight = factories.make_occurrence(venue=network.venue, quota=9)
    asked = {"code": network.card.number, "occurrence": tonight.id}
    with counting(app) as checked:
        assert onpage.json_of(door.post("/door/api/checks", json=asked))["hold"]
    body = factories.scan_body(network.card, occurrence=tonight)
    with counting(app) as counted:
        door.post("/door/api/scans", json={"items": [body]})
    assert len(checked.statements) <= DOOR_BUDGET, "\n".join(checked.statements)
    assert len(counted.statements) <= DOOR_BUDGET + 1, "\n".join(counted.statements)
    assert (checked.commits, counted.commits) == (1, 1)


def test_a_repeated_registration_costs_less(app, door, network):
    body = factories.scan_body(network.card)
    door.post("/door/api/scans", json={"items": [body]})
    with counting(app) as counted:
        door.post("/door/api/scans", json={"items": [body]})
    assert len(counted.statements) <= 3, "\n".join(counted.statements)
    assert counted.commits == 0


def test_ten_registrations_cost_ten_commits(app, door, network):
    bodies = [factories.scan_body(network.card, occurred=factories.NOW - day * factories.DAY) for day in range(10)]
    with counting(app) as counted:
        door.post("/door/api/scans", json={"items": bodies})
    assert counted.commits == 10
    assert len(counted.statements) <= 10 * (DOOR_BUDGET - 1) + 1, "\n".join(counted.statements)


def test_a_check_reads_only(app, door, network):
    with counting(app) as counted:
        door.post("/door/api/checks", json={"code": network.card.number, "occurrence": network.tonight.id})
    assert len(counted.statements) <= 5, "\n".join(counted.statements)
    assert counted.commits == 0
    assert all(text.startswith("SELECT") and "FOR UPDATE" not in text for text in counted.statements)


@pytest.mark.parametrize("role", list(PAGES))
def test_pages_keep_their_budget(app, network, enter, role):
    """Ten times the rows cost no statement more: nothing is looked up line by line."""
    web = enter(network.people[role])
    ids = {name: getattr(network, name).id for name in ("card", "community", "unit", "venue", "tonight")}
    pages = [page.format(**ids, batch=network.stock.batch_id) for page in PAGES[role]]
    for page in pages:
        web.get(page)  # the first look of a year makes the key of its log
    few = {page: cost(app, web, page) for page in pages}
    with app.app_context():
        for _ in range(8):
            factories.make_issued_card(network.unit)
            factories.make_stock_card(network.unit)
            factories.make_occurrence(venue=network.venue)
            factories.make_tablet(network.venue)
            factories.make_unit(network.area)
            factories.make_person(Role.WORKER, network.unit)
            factories.make_person(Role.VENUE_STAFF, network.venue)
    many = {page: cost(app, web, page) for page in pages}
    assert many == few
    assert max(many.values()) <= PAGE_BUDGET, many


def test_steps_of_the_desk_keep_the_budget_too(app, network, enter):
    """The answer to a form, with as much in it as there may be."""
    worker = enter(network.people[Role.WORKER])
    with app.app_context():
        many = [factories.make_issued_card(network.unit).number for _ in range(30)]
        number = factories.make_stock_card(network.unit).number
    answers = {"birth_year": "1984", "postcode": "53100", "children": "0"}
    worker.submit("/cards/new", {"number": number})
    spent = {}
    for page, fields, form in (
        (None, answers, "/cards/new/answers"),
        (None, dict.fromkeys(("is_client", "is_local", "is_tight"), "y"), "/cards/new/hand-out"),
        ("/cards/lost/", {"birth_year": "1984", "postcode": "53100"}, "/cards/lost/"),
        ("/renewals/cards", {"numbers": "\n".join(many)}, "/renewals/cards"),
    ):
        if page:
            worker.get(page)
        with counting(app) as counted:
            assert worker.go_on(fields, form=form).status_code == 200
        # A change and the page that it leads to are two requests.
        requests = 2 if form.endswith("hand-out") else 1
        spent[form] = len(counted.statements) / requests
    assert max(spent.values()) <= PAGE_BUDGET, spent


def cost(app: Flask, web: Web, page: str) -> int:
    """Return the statements of one opening of a page."""
    with counting(app) as counted:
        assert web.get(page).status_code == 200
    return len(counted.statements)
