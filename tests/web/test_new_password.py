"""A forgotten password: the same answer for everybody, a link that works once, and the second factor stays."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from kaikukortti.db import db
from kaikukortti.models.network import User
from kaikukortti.models.signins import PasswordReset
from kaikukortti.rules.access import Role
from kaikukortti.signin import resets
from tests import onpage
from tests.factories import NOW, PASSWORD
from tests.webclient import Web

NEW_PASSWORD = "kaksi kaunista kantelea"


@pytest.fixture
def link(app, network):
    """Return a link to a new password for the worker, as the e-mail carries it."""
    with app.app_context():
        user = db.session.get_one(User, network.people[Role.WORKER].user_id)
        path = resets.add_link(user, now=NOW)
        db.session.commit()
        return path


def test_the_answer_is_the_same_for_everybody(app, network):
    said = []
    for email in (network.people[Role.WORKER].email, "kukaan@kaikukortti.example"):
        web = Web(app)
        web.language("en")
        answer = web.submit("/forgotten-password", {"email": email})
        assert answer.status_code == 200 and "If this address has an account" in web.text
        said.append(web.text.replace(email, "").replace(onpage.token(web), ""))
    assert said[0] == said[1]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(PasswordReset.id))) == 1


def test_too_many_wishes_wait(web, network):
    web.language("en")
    answers = [web.submit("/forgotten-password", {"email": "kukaan@kaikukortti.example"}) for _ in range(6)]
    assert [one.status_code for one in answers] == [200] * 5 + [429]
    assert "try again at" in web.text


def test_a_new_password_ends_sessions_and_leaves_the_second_factor(app, network, enter, link):
    person = network.people[Role.WORKER]
    open_session, web = enter(person), Web(app)
    web.language("en")
    answer = web.submit(link, {"password": NEW_PASSWORD})
    assert answer.request.path == "/sign-in" and "Your new password is set" in web.text
    assert open_session.get("/cards/").status_code == 302
    answer = web.submit("/sign-in", {"email": person.email, "password": NEW_PASSWORD})
    assert answer.request.path == "/sign-in/code"
    assert Web(app).sign_in(person.email, PASSWORD).status_code == 422


def test_a_link_works_once_and_for_ten_minutes(app, network, link):
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        assert Web(app).get(link).status_code == 410
    web = Web(app)
    assert web.submit(link, {"password": "lyhyt"}).status_code == 422
    web.submit(link, {"password": NEW_PASSWORD})
    assert Web(app).get(link).status_code == 410
    assert Web(app).get("/account/reset/" + "x" * 43).status_code == 410
