"""What people type is text: a name with markup in it is shown as it is, on every page and in every format."""

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.ledger import Device
from kaikukortti.models.network import Area, Unit, User, Venue
from kaikukortti.models.programme import Event
from kaikukortti.rules.access import Role
from tests import onpage

MARKUP = "<script>alert('x')</script>\"'><img src=x onerror=alert(1)>&amp;{{ 7*7 }}"
PAGES = {
    Role.WORKER: ["/cards/", "/cards/{card}", "/organisation"],
    Role.VENUE_MANAGER: ["/venue/", "/venue/programme", "/venue/tablets/"],
    Role.COORDINATOR: [
        "/partners/",
        "/partners/units/{unit}",
        "/partners/venues/{venue}/change",
        "/stock/",
        "/figures/",
    ],
}


@pytest.fixture
def marked(app, network):
    """Give everything that has a name a name with markup; as long as the shortest column takes."""
    with app.app_context():
        for table, column in (
            (Area, "name_en"),
            (Unit, "name_en"),
            (Venue, "name_en"),
            (Venue, "contact_person"),
            (User, "name"),
            (Event, "title_en"),
        ):
            db.session.execute(sa.update(table).values({column: MARKUP}))
        db.session.execute(sa.update(Device).values(name=MARKUP[:60]))
        db.session.commit()
    return network


@pytest.mark.parametrize("role", list(PAGES))
def test_names_with_markup_are_text(marked, enter, role):
    """That no page has an inline script or handler is checked with every page that a test opens."""
    web = enter(marked.people[role])
    ids = {name: getattr(marked, name).id for name in ("card", "unit", "venue")}
    for page in PAGES[role]:
        answer = web.get(page.format(**ids))
        assert answer.status_code == 200
        assert MARKUP in web.text, f"{page} shows the name as it was typed"
        assert not [image for image in onpage.tree(web).iter("img") if image.get("src") == "x"]


def test_names_with_markup_are_text_to_strangers(marked, web):
    web.language("en")
    for page in ("/offer/", "/offer/venues", f"/offer/venues/{marked.venue.id}"):
        assert web.get(page).status_code == 200
        assert MARKUP in web.text, f"{page} shows the name as it was typed"
        assert not [image for image in onpage.tree(web).iter("img") if image.get("src") == "x"]


def test_a_message_with_markup_is_text(marked, enter):
    web = enter(marked.people[Role.VENUE_MANAGER])
    web.submit(
        f"/venue/tablets/{marked.tablet.known.device_id}", form=f"/venue/tablets/{marked.tablet.known.device_id}/revoke"
    )
    assert f"“{MARKUP[:60]}” reads no more cards" in web.text


def test_typed_markup_comes_back_as_text(network, enter):
    web = enter(network.people[Role.WORKER])
    web.submit("/cards/new", {"number": "<b>EK"})
    assert onpage.fields(web)["number"] == "<b>EK"
