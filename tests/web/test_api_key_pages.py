"""The manager's keys on pages: made and shown once, listed, rotated, revoked; and the builders' page."""

import re

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.sellers import ApiKey
from kaikukortti.rules.access import Role
from tests import askers, onpage
from tests.sellers import make_seller
from venues import practice

TOKEN = re.compile(r"kaiku_[0-9a-f]{12}_[0-9a-f]{64}")
PAGES = ("/venue/keys/", "/venue/keys/new", "/venue/keys/1")


@pytest.fixture
def manager(network, enter):
    """Return the browser of the venue's manager."""
    return enter(network.people[Role.VENUE_MANAGER])


@pytest.fixture
def key(app, network) -> int:
    """Add a key of the venue and return its id."""
    with app.app_context():
        return make_seller(network.venue).known.key_id


def works(web, token: str) -> bool:
    """Return whether a key opens the calls."""
    answer = web.get("/api/v1/occurrences", headers={"Authorization": f"Bearer {token}"})
    return bool(answer.status_code == 200)


def test_a_key_is_made_and_shown_once(app, manager, web):
    askers.forget(app)
    answer = manager.submit("/venue/keys/new", {"name": "Lippupiste", "scopes": ["checks", "bookings"]})
    assert answer.status_code == 200 and "It is not shown again" in manager.text
    (token,) = set(TOKEN.findall(answer.text))
    assert answer.headers["Cache-Control"] == "no-store" and works(web, token)
    with app.app_context():
        key = db.session.scalars(sa.select(ApiKey)).one()
        assert (key.name, key.scopes, key.is_sandbox, key.expires_at) == (
            "Lippupiste",
            ["bookings", "checks"],
            False,
            None,
        )
    for page in PAGES:
        shown = manager.get(page)
        assert shown.status_code == 200 and not TOKEN.search(shown.text)
        assert ("Lippupiste" in shown.text) == (page != "/venue/keys/new")


def test_the_list_tells_how_each_key_stands(manager):
    manager.get("/venue/keys/")
    assert "No keys yet" in manager.text
    manager.submit("/venue/keys/new", {"name": "Koe", "cards": "sandbox", "last_on": "2026-12-31"})
    manager.get("/venue/keys/")
    row = onpage.table(manager, "Keys of the venue")
    ((name, cells),) = row.items()
    assert name.startswith("Koe kaiku_") and name.endswith("Practice cards only")
    assert cells[0] == "Not yet" and cells[1].startswith("In use until its end until 1 Jan 2027")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": ""}, "This is needed."),
        ({"name": "Matti 131052-308T"}, "personal identity code"),
        ({"name": "X", "scopes": None}, "Choose one at least."),
        ({"name": "X", "last_on": "2026-11-19"}, "The last day is today or later"),
        ({"name": "X", "last_on": "soon"}, "Choose a day."),
    ],
)
def test_a_mistake_keeps_what_was_entered(app, manager, values, said):
    answer = manager.submit("/venue/keys/new", values)
    assert answer.status_code == 422 and said in manager.text
    if "131052" not in values["name"]:
        assert onpage.fields(manager)["name"] == values["name"]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(ApiKey.id))) == 0


def test_a_key_is_rotated_and_revoked(app, network, manager, web):
    askers.forget(app)
    with app.app_context():
        former = make_seller(network.venue)
    page = f"/venue/keys/{former.known.key_id}"
    made = manager.submit(page, {"overlap": "7"}, form=f"{page}/rotate")
    (token,) = set(TOKEN.findall(made.text))
    assert works(web, former.token) and works(web, token)
    manager.get(page)
    assert "In use until its end" in manager.text
    manager.go_on(form=f"{page}/revoke")
    assert "works no more" in manager.text and not works(web, former.token) and works(web, token)
    again = manager.post(f"{page}/rotate", data={"csrf_token": onpage.token(manager), "overlap": "0"})
    assert again.status_code == 422
    manager.get("/venue/keys/")
    assert manager.post(f"{page}/revoke", data={"csrf_token": "x"}).status_code == 400


def test_another_venue_s_key_is_nowhere(network, enter, key):
    stranger = enter(network.strangers[Role.VENUE_MANAGER])
    stranger.get("/venue/keys/")
    token = onpage.token(stranger)
    assert stranger.get(f"/venue/keys/{key}").status_code == 404
    for act, fields in (("rotate", {"overlap": "0"}), ("revoke", {})):
        answer = stranger.post(f"/venue/keys/{key}/{act}", data={"csrf_token": token, **fields})
        assert answer.status_code == 404


@pytest.mark.parametrize("role", [Role.VENUE_STAFF, Role.WORKER, Role.COORDINATOR])
def test_keys_are_the_manager_s(network, enter, role, key):
    web = enter(network.people[role])
    assert {web.get(page).status_code for page in PAGES} == {403}


def test_it_is_reached_from_the_tablets(manager):
    manager.get("/venue/tablets/")
    assert "/venue/keys/" in {link.get("href") for link in onpage.tree(manager).iter("a")}
    manager.get("/venue/keys/")
    assert "/api/" in {link.get("href") for link in onpage.tree(manager).iter("a")}


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_page_for_builders(app, web, language):
    askers.forget(app)
    web.language(language)
    answer = web.get("/api/")
    assert answer.status_code == 200 and onpage.tree(web).get("lang") == language
    assert all(card.number in answer.text for card in practice.deck())
    for call in ("/api/v1/occurrences", "/api/v1/checks", "/api/v1/uses", "/api/v1/bookings", "/api/openapi.json"):
        assert call in answer.text
    assert "Idempotency-Key" in answer.text and not TOKEN.search(answer.text)
