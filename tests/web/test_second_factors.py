"""Second factors by their pages: nothing comes before them where a role needs one; added, named, removed, recovered."""

from datetime import timedelta

import pyotp
import pytest
import time_machine

from kaikukortti.db import db
from kaikukortti.rules.access import NEEDS_FACTOR, Role
from tests import factories, onpage, secondfactors, signins
from tests.factories import NOW, PASSWORD, SECRET_KEY
from tests.webclient import Web

HALF_A_MINUTE = timedelta(seconds=30)


@pytest.fixture
def new_worker(app, network):
    """Return a browser in which a worker without a second factor is signed in."""
    with app.app_context():
        person = factories.make_person(Role.WORKER, network.unit, factor=False)
    web = Web(app)
    web.language("en")
    return web.begin(person.user_id), person


def test_who_needs_a_second_factor_gets_nothing_before_it(app, network):
    for role in NEEDS_FACTOR:
        with app.app_context():
            person = factories.make_person(
                role, network.area if role is not Role.WORKER else network.unit, factor=False
            )
        web = Web(app)
        web.language("en")
        assert web.sign_in(person.email, PASSWORD).request.path == "/account/factors/"
        assert "Set up the second step" in web.text
        for page in ("/", "/cards/", "/figures/", "/partners/", "/account/", "/account/sessions", "/organisation"):
            answer = web.get(page, follow_redirects=True)
            assert answer.request.path in ("/account/factors/", "/organisation"), f"{role} at {page}"
        web.get("/account/factors/")
        token = onpage.token(web)
        assert web.post("/cards/new", data={"csrf_token": token}).location == "/account/factors/"


def test_others_do_without(app, network):
    for role in set(Role) - NEEDS_FACTOR:
        web = Web(app)
        assert web.sign_in(network.people[role].email, PASSWORD).request.path != "/account/factors/"


def test_an_app_is_set_up_and_asked_for_from_then_on(app, new_worker):
    web, person = new_worker
    secret = signins.set_up_app(web, name="Työpuhelin")
    assert signins.path_of(web) == "/account/factors/recovery-codes"
    codes = signins.recovery_codes(web)
    assert len(codes) == 10 and len(set(codes)) == 10
    assert web.get("/cards/").status_code == 200
    web.get("/account/factors/")
    assert "Työpuhelin" in web.text and "10 recovery codes are left" in web.text
    again = Web(app)
    with time_machine.travel(NOW + 2 * HALF_A_MINUTE, tick=False):
        again.submit("/sign-in", {"email": person.email, "password": PASSWORD})
        assert again.go_on({"code": pyotp.TOTP(secret).at(NOW + 2 * HALF_A_MINUTE)}).request.path == "/cards/"
    last = Web(app)
    last.submit("/sign-in", {"email": person.email, "password": PASSWORD})
    last.get("/sign-in/recovery")
    assert last.go_on({"recovery": codes[3]}).request.path == "/cards/"


def test_a_wrong_code_keeps_the_key_that_the_phone_has_read(new_worker):
    web, _ = new_worker
    web.get("/account/factors/app")
    key = signins.key_on(web)
    answer = web.go_on({"code": "000000", "name": "Oma"})
    assert answer.status_code == 422 and "not right" in web.text
    assert signins.key_on(web) == key
    assert web.go_on({"code": pyotp.TOTP(key).at(NOW), "name": "Oma"}).status_code == 200


def test_a_proposal_of_another_person_is_no_way_in(app, network, new_worker):
    web, _ = new_worker
    other = Web(app).begin(network.people[Role.WORKER].user_id)
    other.get("/account/factors/app")
    key = signins.key_on(other)
    sealed = next(one for one in signins.page_of(other).iter("input") if one.get("name") == "sealed")
    web.get("/account/factors/app")
    fields = {"sealed": sealed.get("value"), "code": pyotp.TOTP(key).at(NOW), "name": "x"}
    assert web.post("/account/factors/app", data={**fields, "csrf_token": onpage.token(web)}).status_code == 404
    assert web.get("/cards/").status_code == 303


def test_the_key_is_drawn_as_a_code_and_named(new_worker):
    web, _ = new_worker
    web.get("/account/factors/app")
    drawn = [one for one in signins.page_of(web).iter() if str(one.tag).endswith("svg") and one.get("role") == "img"]
    assert len(drawn) == 1 and drawn[0].get("aria-label") == "QR code for the authenticator app"


def test_a_factor_is_renamed_and_removed_but_never_the_last_one(app, network, enter):
    person = network.people[Role.WORKER]
    web = enter(person)
    signins.set_up_app(web, name="Toinen")
    first, second = factor_links(web)
    assert web.submit(first, {"name": "Vanha puhelin"}).request.path == "/account/factors/"
    assert "Vanha puhelin" in web.text
    assert web.submit(f"{second}/remove").request.path == "/account/factors/" and "Toinen" not in web.text
    answer = web.submit(f"{first}/remove")
    assert answer.status_code == 409 and "Add another way" in web.text
    assert len(factor_links(web)) == 1


def test_the_last_factor_of_who_needs_none_goes(app, network, enter):
    person = network.people[Role.VENUE_MANAGER]
    with app.app_context():
        db.session.add(secondfactors.app_of(person.user_id, now=NOW, secret_key=SECRET_KEY))
        db.session.commit()
    web = enter(person)
    (only,) = factor_links(web)
    web.submit(f"{only}/remove")
    assert factor_links(web) == []


def test_another_s_factor_is_nowhere(app, network, enter):
    (theirs,) = factor_links(enter(network.people[Role.COORDINATOR]))
    web = enter(network.people[Role.WORKER])
    web.get("/help")
    token = onpage.token(web)
    for page in (theirs, f"{theirs}/remove", "/account/factors/999999"):
        assert web.get(page).status_code == 404
        assert web.post(page, data={"csrf_token": token, "name": "x"}).status_code in (404, 422)
    assert factor_links(enter(network.people[Role.COORDINATOR])) == [theirs]


def test_new_recovery_codes_make_the_old_ones_useless(app, network, enter):
    person = network.people[Role.WORKER]
    web = enter(person)
    old, new = signins.recovery_codes(web), signins.recovery_codes(web)
    assert not set(old) & set(new)
    web.get("/account/factors/recovery-codes")
    assert not any(code in web.text for code in new)
    for code, path in ((old[0], "/sign-in/recovery"), (new[0], "/cards/")):
        other = Web(app)
        other.submit("/sign-in", {"email": person.email, "password": PASSWORD})
        other.get("/sign-in/recovery")
        assert other.go_on({"recovery": code}).request.path == path


def test_a_passkey_page_says_what_it_needs(network, enter):
    web = enter(network.people[Role.WORKER])
    web.get("/account/factors/passkey")
    assert "needs a browser that runs scripts" in web.text
    form = next(one for one in signins.page_of(web).iter("form") if one.get("data-passkey"))
    assert '"rp": {"name": "Kaikukortti", "id": "localhost"}' in form.get("data-options", "")
    answer = web.go_on({"name": "Oma", "response": "{}"})
    assert answer.status_code == 422 and "could not be added" in web.text


def factor_links(web) -> list[str]:
    """Return the addresses of the own second factors, the oldest first."""
    web.get("/account/factors/")
    links = [link.get("href", "") for link in signins.page_of(web).iter("a")]
    return [link for link in links if link.startswith("/account/factors/") and link.rpartition("/")[2].isdigit()]
