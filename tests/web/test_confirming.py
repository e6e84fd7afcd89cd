"""What reaches far asks for a fresh proof: five minutes to open a page, five more to send its form."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from kaikukortti.db import db
from kaikukortti.models.cards import Batch
from kaikukortti.rules.access import Role
from tests import onpage, secondfactors, signins
from tests.factories import NOW, PASSWORD

MINUTE = timedelta(minutes=1)
# What a role opens, and what it sends; each is far-reaching (security.md §2).
OPENED = [
    (Role.COORDINATOR, "/stock/{batch}/cards.pdf"),
    (Role.COORDINATOR, "/stock/import"),
    (Role.COORDINATOR, "/area/settings"),
    (Role.COORDINATOR, "/figures/?format=csv"),
    (Role.WORKER, "/cards/figures/?format=xlsx"),
    (Role.VENUE_MANAGER, "/venue/figures/?format=jsonstat"),
    (Role.VENUE_MANAGER, "/venue/keys/new"),
    (Role.WORKER, "/account/password"),
    (Role.WORKER, "/account/factors/app"),
    (Role.WORKER, "/account/factors/passkey"),
    (Role.WORKER, "/account/factors/recovery-codes"),
]
SENT = [
    (Role.COORDINATOR, "/stock/", "/stock/"),
    (Role.COORDINATOR, "/stock/{batch}/stolen", "/stock/{batch}"),
    (Role.COORDINATOR, "/stock/import/confirm", "/stock/import"),
    (Role.COORDINATOR, "/partners/units/{unit}/people", "/partners/units/{unit}/people"),
    (Role.VENUE_MANAGER, "/venue/tablets/enrolment", "/venue/tablets/"),
    (Role.VENUE_MANAGER, "/venue/tablets/{tablet}/enrolment", "/venue/tablets/{tablet}"),
    (Role.COORDINATOR, "/area/settings", "/area/settings"),
]


def at(minutes: float):
    return time_machine.travel(NOW + minutes * MINUTE, tick=False)


@pytest.fixture
def ids(network):
    return {
        "batch": network.stock.batch_id,
        "unit": network.unit.id,
        "tablet": network.tablet.known.device_id,
    }


@pytest.mark.parametrize(("role", "page"), OPENED)
def test_opening_asks_after_five_minutes(network, enter, ids, role, page):
    web, address = enter(network.people[role]), page.format(**ids)
    with at(5):
        assert web.get(address).status_code == 200
    with at(5.1):
        answer = web.get(address)
        assert answer.status_code == 303 and answer.location.startswith("/account/confirm?next=/")


@pytest.mark.parametrize(("role", "address", "back"), SENT)
def test_sending_asks_after_ten_minutes_and_changes_nothing(app, network, enter, ids, role, address, back):
    web = enter(network.people[role])
    web.get("/help")
    token = onpage.token(web)
    with at(10.1):
        web.get("/help")
        answer = web.post(address.format(**ids), data={"csrf_token": token})
        assert answer.status_code == 401 and "nothing was changed yet" in web.text
        assert f"/account/confirm?next={back.format(**ids)}" in answer.get_data(as_text=True)
    with at(9.9):
        assert web.post(address.format(**ids), data={"csrf_token": token}).status_code != 401


def test_a_code_confirms_and_leads_back(app, network, enter):
    person = network.people[Role.COORDINATOR]
    web = enter(person)
    with at(6):
        before = signins.cookie_of(web)
        answer = web.get("/stock/import", follow_redirects=True)
        assert answer.request.path == "/account/confirm/code" and "Is it you?" in web.text
        assert web.go_on({"code": "000000"}).status_code == 422
        with app.app_context():
            code = secondfactors.next_code(person.user_id, now=NOW + 6 * MINUTE)
        assert web.go_on({"code": code}).request.path == "/stock/import"
        web.client.set_cookie("kaiku", before)
        assert web.get("/stock/").status_code == 302  # the token of before is dead


def test_the_form_that_was_open_can_be_sent_after_confirming(app, network, enter):
    person = network.people[Role.COORDINATOR]
    web = enter(person)
    web.get("/stock/")
    token = onpage.token(web)
    fields = {"unit": str(network.unit.id), "kind": "personal", "count": "5", "csrf_token": token}
    with at(11):
        before = batches(app)
        assert web.post("/stock/", data=fields).status_code == 401
        assert batches(app) == before
        web.get("/account/confirm?next=/stock/", follow_redirects=True)
        with app.app_context():
            code = secondfactors.next_code(person.user_id, now=NOW + 11 * MINUTE)
        web.go_on({"code": code})
        assert web.post("/stock/", data=fields).status_code == 303
        assert batches(app) == before + 1


def test_without_a_second_factor_the_password_confirms(network, enter):
    web = enter(network.people[Role.VENUE_MANAGER])
    with at(6):
        web.get("/venue/keys/new", follow_redirects=True)
        assert signins.path_of(web) == "/account/confirm/password"
        assert web.go_on({"password": "väärä salasana"}).status_code == 422
        assert web.go_on({"password": PASSWORD}).request.path == "/venue/keys/new"


def test_a_password_does_not_confirm_for_who_has_a_second_factor(network, enter):
    web = enter(network.people[Role.COORDINATOR])
    web.get("/help")
    token = onpage.token(web)
    answer = web.post("/account/confirm/password", data={"password": PASSWORD, "csrf_token": token})
    assert answer.location.startswith("/account/confirm")
    with at(6):
        assert web.get("/stock/import").status_code == 303


def test_confirming_leads_to_no_other_site(network, enter):
    web = enter(network.people[Role.VENUE_MANAGER])
    web.get("/account/confirm?next=https://evil.example/", follow_redirects=True)
    assert signins.answer_of(web).request.query_string == b""
    web.get("/account/confirm/password?next=//evil.example/")
    assert web.go_on({"password": PASSWORD}).request.path == "/account/"


def batches(app) -> int:
    with app.app_context():
        return db.session.scalars(sa.select(sa.func.count(Batch.id))).one()
