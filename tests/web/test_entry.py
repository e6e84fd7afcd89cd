"""Who gets in: strangers to the sign-in and back, wrong roles nowhere, and nobody to what is another's."""

import pytest
import sqlalchemy as sa

from kaikukortti.db import Base, db
from kaikukortti.models.network import User
from kaikukortti.rules.access import Role
from tests import factories, onpage, pagestyle
from tests.factories import PASSWORD
from tests.webclient import Web

ROOMS = {
    "/cards/": {Role.WORKER},
    "/cards/new": {Role.WORKER},
    "/partners/": {Role.COORDINATOR},
    "/partners/units/new": {Role.COORDINATOR},
    "/stock/": {Role.COORDINATOR},
    "/figures/": {Role.COORDINATOR},
    "/venue/": {Role.VENUE_STAFF, Role.VENUE_MANAGER},
    "/venue/programme": {Role.VENUE_MANAGER},
    "/venue/tablets/": {Role.VENUE_MANAGER},
    "/venue/questions": {Role.VENUE_MANAGER},
    "/area/questions": {Role.COORDINATOR},
}

NO_SCAN = "00000000-0000-4000-8000-000000000000"


def test_a_stranger_signs_in_and_arrives_where_he_wanted(web, network):
    web.language("en")
    answer = web.get("/venue/?day=2026-11-21")
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/venue/?day%3D2026-11-21")
    person = network.people[Role.VENUE_STAFF]
    answer = web.sign_in(person.email, PASSWORD, page="/venue/?day=2026-11-21")
    assert answer.request.full_path == "/venue/?day=2026-11-21"
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "goal",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "/\t/evil.example/",
        "/%09/evil.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "evil.example",
        "http:evil.example",
        " //evil.example",
        "",
    ],
)
def test_sign_in_leads_to_no_other_site(network, app, goal):
    for page in ("/sign-in", "/preferences"):
        web = Web(app)
        web.get("/sign-in", query_string={"next": goal})
        token = onpage.token(web)
        person = network.people[Role.VENUE_MANAGER]
        if page == "/sign-in":
            fields = {"email": person.email, "password": PASSWORD, "csrf_token": token}
            answer = web.post(page, query_string={"next": goal}, data=fields)
        else:
            answer = web.post(page, data={"next": goal, "language": "sv", "csrf_token": token})
        assert answer.status_code == 303
        assert answer.location == ("/%09/evil.example/" if goal == "/%09/evil.example/" else "/")


def test_a_wrong_pair_keeps_the_address_and_says_nothing(web, network):
    web.language("en")
    person = network.people[Role.WORKER]
    said = set()
    for email, password in ((person.email, "väärä salasana"), ("kukaan@kaikukortti.example", PASSWORD)):
        answer = web.sign_in(email, password)
        assert answer.status_code == 422
        said.add(web.text.replace(email, ""))
        fields = {field.get("name"): field.get("value") for field in pagestyle.parse(answer).iter("input")}
        assert (fields["email"], fields["password"]) == (email, None if fields["password"] is None else "")
    assert len(said) == 1 and "do not match" in said.pop()
    assert web.get("/cards/").status_code == 302


ODD_PAIRS = [
    ("", ""),
    ("a@b.example", ""),
    ("", "x"),
    ("a\x00@b.example", "\x00"),
    ("a" * 300, "x"),
    ("a@b", "x" * 200),
]


@pytest.mark.parametrize(("email", "password"), ODD_PAIRS)
def test_an_empty_or_impossible_sign_in_is_answered(web, network, email, password):
    answer = web.sign_in(email, password)
    assert answer.status_code == 422


def test_wrong_roles_stay_outside(network, enter):
    for role in Role:
        web = enter(network.people[role])
        for room, roles in ROOMS.items():
            assert web.get(room).status_code == (200 if role in roles else 403), f"{role} at {room}"


def test_writing_asks_for_the_role_as_well(app, network, enter):
    """Every form of every role, sent by somebody of another role with a token of the own."""
    posts = [
        ("/cards/new", Role.WORKER),
        (f"/cards/{network.card.id}/block", Role.WORKER),
        (f"/cards/{network.card.id}/renew", Role.WORKER),
        ("/cards/lost/", Role.WORKER),
        (f"/area/cards/{network.card.id}/block", Role.COORDINATOR),
        ("/partners/units/new", Role.COORDINATOR),
        (f"/partners/units/{network.unit.id}/people", Role.COORDINATOR),
        ("/stock/", Role.COORDINATOR),
        ("/venue/programme", Role.VENUE_MANAGER),
        (f"/venue/programme/{network.tonight.id}/cancel", Role.VENUE_MANAGER),
        ("/venue/tablets/enrolment", Role.VENUE_MANAGER),
        (f"/venue/tablets/{network.tablet.known.device_id}/revoke", Role.VENUE_MANAGER),
        (f"/venue/tablets/{network.tablet.known.device_id}/name", Role.VENUE_MANAGER),
        (f"/venue/tablets/{network.tablet.known.device_id}/enrolment", Role.VENUE_MANAGER),
        (f"/venue/questions/{NO_SCAN}/double", Role.VENUE_MANAGER),
        (f"/area/questions/{NO_SCAN}/device", Role.COORDINATOR),
        (f"/venue/registrations/{NO_SCAN}/take-back", Role.VENUE_MANAGER),
    ]
    browsers = {
        role: enter(network.people[role]) for role in (Role.WORKER, Role.VENUE_STAFF, Role.COORDINATOR, Role.VIEWER)
    }
    before = rows(app)
    for role, web in browsers.items():
        web.get("/help")
        token = onpage.token(web)
        for address, owner in posts:
            if owner is not role:
                assert web.post(address, data={"csrf_token": token}).status_code == 403, f"{role} at {address}"
    assert rows(app) == before


def test_what_is_another_s_is_like_what_does_not_exist(app, network, enter):
    theirs = {
        Role.WORKER: ["/cards/{}", "/cards/{}/handed-out", "/cards/{}/card.png", "/cards/{}/card.svg?side=back"],
        Role.COORDINATOR: ["/partners/units/{}", "/partners/units/{}/change", "/stock/{}/cards.pdf"],
    }
    ids = {
        "/cards": [network.other_card.id, network.stock.id],
        "/partners/units": [network.far_unit.id],
        "/stock": [network.far_stock.batch_id],
    }
    for role, pages in theirs.items():
        web = enter(network.people[role])
        for page in pages:
            keys = next(keys for start, keys in ids.items() if page.startswith(start))
            for key in (*keys, 999_999, 2**31 - 1, 2**31, 10**30):
                assert web.get(page.format(key)).status_code == 404, f"{role} at {page.format(key)}"
    coordinator = enter(network.people[Role.COORDINATOR])
    for page in ("/partners/venues/{}", "/partners/venues/{}/change"):
        assert coordinator.get(page.format(network.far_venue.id)).status_code == 404


def test_writing_to_what_is_another_s_changes_nothing(app, network, enter):
    person = {"name": "X", "email": "x@x.example", "role": "worker"}
    posts: list[tuple[Role, str, dict[str, str]]] = [
        (Role.WORKER, f"/cards/{network.other_card.id}/block", {"reason": "lost", "confirmed": "1"}),
        (Role.WORKER, f"/cards/{network.other_card.id}/unblock", {"reason": "found"}),
        (Role.COORDINATOR, f"/partners/units/{network.far_unit.id}/people", person),
        (Role.COORDINATOR, f"/partners/units/{network.far_unit.id}/change", {"name_fi": "X", "state": "left"}),
        (Role.VENUE_MANAGER, f"/venue/programme/{network.other_occurrence.id}/cancel", {}),
        (Role.VENUE_MANAGER, f"/venue/tablets/{network.other_tablet.known.device_id}/revoke", {}),
    ]
    browsers = {role: enter(network.people[role]) for role in {role for role, _, _ in posts}}
    before = rows(app)
    for role, address, fields in posts:
        web = browsers[role]
        web.get("/help")
        answer = web.post(address, data={**fields, "csrf_token": onpage.token(web)})
        assert answer.status_code == 404, f"{role} at {address}"
    assert rows(app) == before


def test_sign_out_ends_the_session(network, enter):
    web = enter(network.people[Role.WORKER])
    answer = web.submit("/help", form="/sign-out")
    assert answer.request.path == "/" and answer.status_code == 200
    assert web.get("/cards/").status_code == 302


def test_a_person_without_a_role_is_out_at_once(app, network, enter):
    web = enter(network.people[Role.WORKER])
    with app.app_context():
        db.session.execute(sa.text("DELETE FROM memberships WHERE role = 'worker'"))
        db.session.commit()
    assert web.get("/cards/").status_code == 302


def test_the_session_names_no_id_and_no_address(network, enter):
    web = enter(network.people[Role.WORKER])
    cookie = web.client.get_cookie("kaiku")
    assert cookie is not None and cookie.http_only and cookie.same_site == "Lax"
    assert network.people[Role.WORKER].email not in cookie.value


def test_somebody_with_two_roles_chooses(app, network, enter):
    with app.app_context():
        user = db.session.get_one(User, network.people[Role.WORKER].actor.user_id)
        venue = db.session.merge(network.venue, load=False)
        factories.make_person(Role.VENUE_MANAGER, venue, user=user)
    web = enter(network.people[Role.WORKER])
    assert web.get("/venue/").status_code == 403
    page = pagestyle.parse(web.get("/organisation"))
    buttons = [one.get("value") for one in page.iter("button") if one.get("name") == "membership"]
    assert len(buttons) == 2
    answer = web.submit("/organisation", {"membership": buttons[1]}, form="/organisation")
    assert answer.request.path == "/venue/"
    assert web.get("/cards/").status_code == 403
    web.submit("/organisation", {"membership": "999999"}, form="/organisation")
    assert web.get("/venue/").status_code == 200, "not one of the own: nothing changes"


def rows(app) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table."""
    with app.app_context():
        return {
            name: sorted((tuple(row) for row in db.session.execute(sa.select(table))), key=repr)
            for name, table in Base.metadata.tables.items()
        }
