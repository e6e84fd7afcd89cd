"""The venue as a place: its manager and the coordinator describe it, and nobody else."""

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.network import Venue
from kaikukortti.rules.access import Role
from tests import onpage
from tests.webclient import Web

FACTS = {
    "street": "Malliaukio 2",
    "postcode": "53100",
    "bus_stop": "Malliaukio, linjat 1 ja 3",
    "ticket_phone": "05 000 0112",
    "website": "https://teatteri.example/liput",
    "step_free": "yes",
    "hearing_loop": "no",
}
WRONG = [
    ({"postcode": "5310"}, "five digits"),
    ({"website": "javascript:alert(1)"}, "begins with https"),
    ({"ticket_phone": "soita"}, "with digits"),
    ({"street": "010190-123M"}, "personal identity code"),
    ({"bus_stop": "x" * 121}, "120"),
    ({"step_free": "perhaps"}, "Not a valid choice"),
]


@pytest.fixture
def manager(network, enter) -> Web:
    return enter(network.people[Role.VENUE_MANAGER])


def venue_of(app, venue: Venue) -> dict[str, object]:
    with app.app_context():
        found = db.session.scalars(sa.select(Venue).filter_by(id=venue.id)).one()
        return {name: getattr(found, name) for name in FACTS}


def test_a_manager_describes_the_own_place(app, manager, network):
    answer = manager.submit("/venue/place/", FACTS)
    assert answer.request.path == "/venue/place/" and "Saved." in manager.text
    wanted = {**FACTS, "step_free": True, "hearing_loop": False}
    assert venue_of(app, network.venue) == wanted
    assert venue_of(app, network.other_venue)["street"] == ""
    shown = onpage.fields(manager)
    assert {name: shown[name] for name in ("street", "website")} == {
        "street": FACTS["street"],
        "website": FACTS["website"],
    }
    manager.submit("/venue/place/", {"step_free": "unknown", "street": ""})
    assert venue_of(app, network.venue) == {**wanted, "step_free": None, "street": ""}


@pytest.mark.parametrize(("slip", "said"), WRONG)
def test_a_slip_keeps_what_was_typed(app, manager, network, slip, said):
    before = venue_of(app, network.venue)
    assert manager.submit("/venue/place/", {**FACTS, **slip}).status_code == 422
    assert said in manager.text
    kept = onpage.fields(manager)
    assert all(
        kept[name] == value for name, value in {**FACTS, **slip}.items() if name not in ("step_free", "hearing_loop")
    )
    assert venue_of(app, network.venue) == before


def test_the_coordinator_describes_a_venue(app, network, enter):
    web = enter(network.people[Role.COORDINATOR])
    page = f"/partners/venues/{network.venue.id}"
    web.submit(f"{page}/change", FACTS)
    assert "Malliaukio 2, 53100" in web.text and FACTS["website"] in web.text
    assert venue_of(app, network.venue)["step_free"] is True
    web.submit(f"{page}/change", {"contact_person": "Anna Aho"})
    assert venue_of(app, network.venue)["step_free"] is True, "another change keeps the facts"
    for slip, said in WRONG:
        assert web.submit(f"{page}/change", {**FACTS, **slip}).status_code == 422
        assert said in web.text
    web.submit("/partners/venues/new", {"name_fi": "Uusi talo", "category": "culture", **FACTS})
    with app.app_context():
        assert db.session.scalars(sa.select(Venue.postcode).filter_by(name_fi="Uusi talo")).one() == "53100"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.VENUE_MANAGER])
def test_others_do_not_enter(network, enter, role):
    assert enter(network.people[role]).get("/venue/place/").status_code == 403
