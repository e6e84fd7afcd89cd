"""Signing in step by step: password, then code or recovery code; nothing is told apart, nothing is fixed beforehand."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from kaikukortti.db import db
from kaikukortti.models.signins import StaffSession
from kaikukortti.rules.access import Role
from kaikukortti.signin import recoverycodes
from tests import onpage, secondfactors, signins
from tests.factories import NOW, PASSWORD, SECRET_KEY
from tests.webclient import Web

CODE = "/sign-in/code"


@pytest.fixture
def worker(network):
    return network.people[Role.WORKER]


def give_password(web, person, *, page="/sign-in"):
    web.language("en")
    return web.submit(page, {"email": person.email, "password": PASSWORD})


def code_of(app, person) -> str:
    with app.app_context():
        return secondfactors.next_code(person.user_id, now=NOW)


def sessions_of(app, person) -> list[StaffSession]:
    with app.app_context():
        query = sa.select(StaffSession).where(StaffSession.user_id == person.user_id)
        return list(db.session.scalars(query))


def test_a_password_alone_opens_nothing(app, web, worker):
    answer = give_password(web, worker)
    assert answer.request.path == CODE and "Your code" in web.text
    assert web.get("/cards/").location == "/sign-in?next=/cards/"
    assert sessions_of(app, worker) == []


def test_the_code_leads_to_where_one_wanted(app, web, worker):
    give_password(web, worker, page="/sign-in?next=/renewals/")
    answer = web.go_on({"code": code_of(app, worker)})
    assert (answer.request.path, answer.status_code) == ("/renewals/", 200)
    (session,) = sessions_of(app, worker)
    assert session.confirmed_at == NOW and session.browser == ""


@pytest.mark.parametrize(
    "goal", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"]
)
def test_the_second_step_leads_to_no_other_site(app, web, worker, goal):
    give_password(web, worker)
    token = onpage.token(web)
    fields = {"code": code_of(app, worker), "csrf_token": token}
    answer = web.post(CODE, query_string={"next": goal}, data=fields)
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_code_is_good_once(app, worker):
    code = code_of(app, worker)
    for is_good in (True, False):
        web = Web(app)
        give_password(web, worker)
        answer = web.go_on({"code": code})
        assert (answer.status_code == 200) is is_good
    assert "4 tries are left" in web.text


def test_five_wrong_codes_lead_back_to_the_beginning(app, web, worker):
    give_password(web, worker, page="/sign-in?next=/renewals/")
    for left in (4, 3, 2, 1):
        assert web.go_on({"code": "000000"}).status_code == 422
        assert f"{left} tr" in web.text
    answer = web.go_on({"code": "000000"})
    assert answer.request.path == "/sign-in" and "Sign in from the beginning" in web.text
    assert answer.request.args["next"] == "/renewals/"
    assert web.get(CODE, follow_redirects=True).request.path == "/sign-in"


def test_many_wrong_passwords_wait_and_the_page_says_until_when(web, worker):
    web.language("en")
    for _ in range(5):
        assert web.sign_in(worker.email, "väärä salasana").status_code == 422
    answer = web.sign_in(worker.email, PASSWORD)
    assert answer.status_code == 429 and "try again at 18.31" in web.text
    assert worker.email in answer.get_data(as_text=True)
    with time_machine.travel(NOW + timedelta(seconds=31), tick=False):
        assert web.sign_in(worker.email, PASSWORD).request.path == "/cards/"


def test_an_unknown_account_is_answered_like_a_known_one(app, worker):
    said = []
    for email in (worker.email, "kukaan@kaikukortti.example"):
        web = Web(app)
        web.language("en")
        answers = [web.sign_in(email, "väärä salasana") for _ in range(6)]
        pages = [onpage.token(web), email]
        text = web.text
        for one in pages:
            text = text.replace(one, "")
        said.append(([answer.status_code for answer in answers], text))
    assert said[0] == said[1] and said[0][0][-1] == 429


def test_a_recovery_code_lets_in_once(app, worker):
    with app.app_context():
        codes = recoverycodes.renew(worker.user_id, now=NOW)
    for is_good in (True, False):
        web = Web(app)
        give_password(web, worker)
        web.get("/sign-in/recovery")
        assert (web.go_on({"recovery": codes[0].lower().replace("-", " ")}).status_code == 200) is is_good
    assert "not right" in web.text


def test_who_needs_no_second_factor_but_has_one_is_asked_for_it(app, network):
    person = network.people[Role.VENUE_STAFF]
    with app.app_context():
        db.session.add(secondfactors.app_of(person.user_id, now=NOW, secret_key=SECRET_KEY))
        db.session.commit()
    assert give_password(Web(app), person).request.path == CODE


def test_a_session_is_new_at_each_sign_in_and_the_old_one_is_dead(app, network):
    """Fixation (abuse 20): what an attacker plants before the sign-in is worth nothing after it."""
    person = network.people[Role.VENUE_STAFF]
    attacker, victim = Web(app).begin(network.people[Role.VIEWER].user_id), Web(app)
    planted = signins.cookie_of(attacker)
    victim.client.set_cookie("kaiku", planted)
    victim.submit("/help", form="/sign-out")
    give_password(victim, person)
    assert signins.cookie_of(victim) != planted
    assert attacker.get("/figures/network/").status_code == 302
    assert attacker.get("/venue/").status_code == 302


def test_the_challenge_of_one_browser_is_of_no_use_to_another(app, worker):
    first, second = Web(app), Web(app)
    give_password(first, worker)
    second.get("/sign-in")
    answer = second.post(CODE, data={"code": code_of(app, worker), "csrf_token": onpage.token(second)})
    assert answer.location.startswith("/sign-in") and sessions_of(app, worker) == []


def test_signing_out_ends_the_row_and_empties_the_browser_s_memory(app, worker, enter):
    web = enter(worker)
    cookie = signins.cookie_of(web)
    web.get("/help")
    answer = web.post("/sign-out", data={"csrf_token": onpage.token(web)})
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert sessions_of(app, worker) == []
    copied = Web(app)
    copied.client.set_cookie("kaiku", cookie)
    assert copied.get("/cards/").status_code == 302


def test_an_idle_session_leads_to_the_sign_in_with_a_kind_word(worker, enter):
    web = enter(worker)
    with time_machine.travel(NOW + timedelta(minutes=15), tick=False):
        answer = web.get("/cards/", follow_redirects=True)
    assert answer.request.full_path == "/sign-in?next=/cards/" and "Your session has ended" in web.text


def test_a_form_after_the_session_s_end_says_that_it_was_not_kept(app, network, enter):
    web = enter(network.people[Role.COORDINATOR])
    web.get("/partners/units/new")
    long_text, token = "Monitoimitalon aikuissosiaalityö", onpage.token(web)
    fields = {"name_fi": long_text, "state": "active", "csrf_token": token}
    with time_machine.travel(NOW + timedelta(minutes=31), tick=False):
        answer = web.post("/partners/units/new", data=fields)
    assert answer.status_code == 401
    assert "was not saved" in web.text and long_text in web.text and token not in web.text
    assert "/sign-in?next=/partners/units/new" in answer.get_data(as_text=True)


def test_the_demo_s_code_is_nowhere_else(app, web, worker):
    give_password(web, worker)
    assert "data-demo-code" not in signins.answer_of(web).get_data(as_text=True)
