"""The register and its people: units and venues opened and changed, people invited, and the first sign-in of one."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from kaikukortti.db import db
from kaikukortti.models.network import Membership, Unit, User, Venue
from kaikukortti.rules.access import Role
from tests import signins
from tests.factories import NOW, PASSWORD
from tests.webclient import Web

UNIT = {
    "name_fi": "Etsivä nuorisotyö",
    "name_sv": "Uppsökande ungdomsarbete",
    "name_en": "Outreach youth work",
    "municipality": "Imatra",
    "contact_person": "Anna Aho",
    "state": "invited",
}
INVITED = {"name": "Uusi Henkilö", "email": "Uusi@Kaikukortti.example"}


@pytest.fixture
def coordinator(network, enter) -> Web:
    return enter(network.people[Role.COORDINATOR])


def one(app, table: type, **wanted):
    with app.app_context():
        return db.session.scalars(sa.select(table).filter_by(**wanted)).one()


def invite(web: Web, page: str, **values: str) -> str:
    """Invite a person on a partner's page and return the link that it shows."""
    answer = web.submit(f"{page}/people", {**INVITED, **values})
    assert answer.status_code == 200
    links = re.findall(r"http://localhost/invitation/[\w-]{40,}", web.text)
    assert links, web.text
    return str(links[0].removeprefix("http://localhost"))


def test_a_unit_is_opened_and_changed(app, coordinator, network):
    answer = coordinator.submit("/partners/units/new", UNIT)
    unit = one(app, Unit, name_fi=UNIT["name_fi"])
    assert answer.request.path == f"/partners/units/{unit.id}" and "Invite its people next" in coordinator.text
    assert (unit.area_id, unit.is_demo) == (network.area.id, False)
    assert {name: str(getattr(unit, name)) for name in UNIT} == UNIT
    coordinator.get("/partners/")
    assert "Outreach youth work" in coordinator.text
    answer = coordinator.submit(
        f"/partners/units/{unit.id}/change", {"name_fi": "Nuoret", "name_en": "", "state": "paused"}
    )
    assert "Saved" in coordinator.text
    unit = one(app, Unit, id=unit.id)
    assert (unit.name_fi, unit.name_sv, unit.name_en, unit.state.value) == ("Nuoret", UNIT["name_sv"], "", "paused")


def test_a_venue_has_a_category(app, coordinator):
    coordinator.submit("/partners/venues/new", {**UNIT, "category": "sport"})
    venue = one(app, Venue, name_fi=UNIT["name_fi"])
    assert venue.category.value == "sport"
    coordinator.submit(f"/partners/venues/{venue.id}/change", {"category": "science"})
    assert one(app, Venue, id=venue.id).category.value == "science"


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        ({"name_fi": ""}, "This is needed"),
        ({"name_fi": "   "}, "This is needed"),
        ({"name_fi": "Aikuissosiaalityö"}, "has this name already"),
        ({"name_fi": "x" * 121}, "120"),
        ({"state": "dreaming"}, "Not a valid choice"),
    ],
)
def test_a_unit_that_will_not_do_keeps_what_was_typed(app, coordinator, network, slip, said):
    answer = coordinator.submit("/partners/units/new", {**UNIT, **slip})
    assert answer.status_code == 422 and said in coordinator.text
    assert UNIT["contact_person"] in answer.get_data(as_text=True)
    assert coordinator.submit(f"/partners/units/{network.other_unit.id}/change", slip).status_code == 422
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Unit.id))) == 3
    assert one(app, Unit, id=network.other_unit.id).name_fi == "Vammaispalvelut"


def test_inferred_rows_are_marked(coordinator, network):
    coordinator.get("/partners/")
    assert "Demo data" in coordinator.text and "examples, not verified partners" in coordinator.text
    coordinator.get(f"/partners/venues/{network.other_venue.id}")
    assert "Demo data" in coordinator.text
    coordinator.get(f"/partners/venues/{network.venue.id}")
    assert "Demo data" not in coordinator.text
    coordinator.submit(f"/partners/venues/{network.other_venue.id}/change", {"name_fi": "Uimahalli"})
    coordinator.get("/partners/")
    assert "Demo data" in coordinator.text, "a change keeps the mark"


def test_an_invited_worker_signs_in_for_the_first_time(app, coordinator, network):
    link = invite(coordinator, f"/partners/units/{network.unit.id}")
    coordinator.get(f"/partners/units/{network.unit.id}")
    assert "Uusi Henkilö" in coordinator.text
    invited = Web(app)
    invited.language("en")
    invited.get(link)
    assert "Welcome, Uusi Henkilö" in invited.text and "uusi@kaikukortti.example" in invited.text
    answer = invited.submit(link, {"password": "kaksi kaunista kantelea"})
    assert answer.request.path == "/account/factors/" and "Your password is set" in invited.text
    signins.set_up_app(invited)
    assert invited.get("/cards/").status_code == 200 and "Adult social work" in invited.text


@pytest.mark.parametrize("role", ["venue_manager", "venue_staff"])
def test_people_of_a_venue_get_their_role(app, coordinator, network, role):
    link = invite(coordinator, f"/partners/venues/{network.venue.id}", role=role)
    invited = Web(app)
    invited.submit(link, {"password": PASSWORD})
    assert invited.get("/venue/").status_code == 200
    assert invited.get("/venue/tablets/").status_code == (200 if role == "venue_manager" else 403)


def test_a_link_works_once_and_for_a_week(app, coordinator, network):
    link = invite(coordinator, f"/partners/units/{network.unit.id}")
    with time_machine.travel(NOW + timedelta(days=7), tick=False):
        assert Web(app).get(link).status_code == 410
    first, second = Web(app), Web(app)
    first.submit(link, {"password": PASSWORD})
    for web in (first, second):
        web.language("en")
        assert web.get(link).status_code == 410
        assert "used or is too old" in web.text
        assert web.get("/invitation/" + "x" * 43).status_code == 410


def test_a_short_password_leaves_the_link_open(app, coordinator, network):
    link = invite(coordinator, f"/partners/units/{network.unit.id}")
    web = Web(app)
    web.language("en")
    for password, said in (("lyhyt", "12 to 128 characters"), ("", "This is needed"), ("p" * 200, "12 to 128")):
        assert web.submit(link, {"password": password}).status_code == 422
        assert said in web.text
    assert web.submit(link, {"password": PASSWORD}).status_code == 200


def test_somebody_who_signs_in_already_gets_the_role_and_no_link(app, coordinator, network):
    """A link would set the password of a person who works elsewhere too."""
    stranger = network.strangers[Role.COORDINATOR]
    page = f"/partners/units/{network.unit.id}"
    answer = coordinator.submit(f"{page}/people", {"name": "X", "email": stranger.email})
    assert answer.request.path == page and "has a password already" in coordinator.text
    assert "/invitation/" not in answer.get_data(as_text=True)
    with app.app_context():
        held = db.session.scalars(sa.select(Membership).where(Membership.user_id == stranger.actor.user_id)).all()
    assert {(one.role, one.unit_id) for one in held} == {(Role.COORDINATOR, None), (Role.WORKER, network.unit.id)}


@pytest.mark.parametrize(
    ("slip", "status", "said"),
    [
        ({"email": "not an address"}, 422, "Write an e-mail address"),
        ({"email": ""}, 422, "This is needed"),
        ({"name": ""}, 422, "This is needed"),
        ({"email": "a" * 250 + "@b.example"}, 422, "254"),
        ({"role": "coordinator"}, 422, "Not a valid choice"),
        ({"email": "{colleague}"}, 409, "has this role here already"),
    ],
)
def test_an_invitation_that_will_not_do_keeps_what_was_typed(app, coordinator, network, slip, status, said):
    slip = {name: value.format(colleague=network.people[Role.WORKER].email) for name, value in slip.items()}
    page = f"/partners/units/{network.unit.id}"
    answer = coordinator.submit(f"{page}/people", {**INVITED, **slip})
    assert answer.status_code == status and said in coordinator.text
    typed = {**INVITED, **slip}
    assert all(f'value="{typed[name]}"' in answer.get_data(as_text=True) for name in ("name", "email"))
    with app.app_context():
        assert db.session.scalars(sa.select(User).where(User.name == INVITED["name"])).all() == []
