"""The holder's own page is opened by number and key alone, and closed by time, by a press, or at once."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from kaikukortti.followup import store
from kaikukortti.followup.models.holders import OwnSession
from kaikukortti.rules.access import Role
from kaikukortti.web.followup.own import ownreading
from tests import factories, followups, onpage
from tests.factories import DAY, NOW
from tests.followupown import COOKIE, make_key, open_card, try_to_open
from tests.webclient import Web
from venues import scanning

READINGS = tuple(ownreading.READINGS)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def key(app, network) -> str:
    return make_key(app, network)


@pytest.fixture
def holder(web, network, key) -> Web:
    return open_card(web, network.card, key)


@pytest.fixture
def visited(app, network) -> None:
    """Record two visits of the card: one today with children, one in October."""
    with app.app_context():
        for at, child in ((NOW, 2), (NOW - 30 * DAY, 0)):
            item = factories.make_item(network.card, occurred=at, child=child)
            scanning.record(item, device=network.tablet.known, received_at=at)


def sessions(app) -> int:
    with app.app_context(), store.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(OwnSession)) or 0


def test_the_address_names_nobody(app, web, network, key):
    """A printed or forgotten link opens nothing in another browser, and the page says the same to everybody."""
    open_card(web, network.card, key)
    stranger = Web(app)
    for path in ("/own/card", "/own/card?dates=1", "/own/key"):
        answer = stranger.get(path)
        assert (answer.status_code, answer.location) == (303, "/own/"), path
    rules = [rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/own/")]
    assert rules and not [rule for rule in rules if re.match(r"/own/(card|key|mood|longer|leave|close)?/?<", rule)]


def test_the_entry_never_shows_what_is_open_in_the_browser(holder):
    answer = holder.get("/own/")
    assert answer.status_code == 200
    assert "The card is valid" not in holder.text and "closes by itself at" not in holder.text
    assert 'value=""' in answer.get_data(as_text=True)


def test_every_wrong_try_has_one_answer(app, web, network, key):
    with app.app_context():
        keyless = factories.make_issued_card(network.unit).number
        elsewhere = factories.make_issued_card(network.far_unit).number
        unknown = factories.make_number()
    said = set()
    tries = [network.card.number, keyless, elsewhere, unknown, network.stock.number, network.community.number, "x" * 64]
    for number in tries:
        answer = try_to_open(web, number, "0000-0000-0000-0000")
        assert answer.status_code == 422 and COOKIE not in (answer.headers.get("Set-Cookie") or "")
        said.add(re.sub(r'value="[^"]*"', "", answer.get_data(as_text=True)))
    assert len(said) == 1
    assert "The card did not open" in web.text


def test_the_sixth_wrong_key_waits_and_says_until_when(app, web, network, key):
    with app.app_context():
        unknown = factories.make_number()
    for number in (network.card.number, unknown):
        for _ in range(5):
            assert try_to_open(web, number, "wrong").status_code == 422
        assert try_to_open(web, number, key).status_code == 429
        assert "try again at 18.31" in web.text, "a card that does not exist waits as well"
    with time_machine.travel(NOW + 2 * MINUTE, tick=False):
        open_card(web, network.card, key)


def test_one_address_cannot_ask_without_end(web, key):
    answers = [try_to_open(web, "", "").status_code for _ in range(61)]
    assert answers[:60] == [422] * 60 and answers[60] == 429


@pytest.mark.parametrize("typed", ["131052-308T", "kortti 131052-308T"])
def test_an_identity_code_is_refused_and_not_kept(web, key, typed):
    answer = try_to_open(web, typed, "x")
    assert answer.status_code == 422 and "personal identity code" in web.text


def test_what_is_missing_is_said_at_its_field(web, key):
    assert try_to_open(web, "", "").status_code == 422
    wrong = [field for field in onpage.tree(web).iter("input") if field.get("aria-invalid") == "true"]
    assert [field.get("name") for field in wrong] == ["number", "key"]


@pytest.mark.parametrize("role", list(Role))
def test_no_sign_in_of_staff_opens_it_and_it_opens_no_staff_page(network, enter, key, visited, role):
    staff = enter(network.people[role])
    for path in ("/own/card", "/own/card?dates=1", "/own/key"):
        assert staff.get(path).status_code == 303
    for guess in ("", "0000-0000-0000-0000", network.card.number):
        answer = try_to_open(staff, network.card.number, guess)
        assert answer.status_code == 422, "the printed code alone is nothing"
    open_card(staff, network.card, key)
    assert network.people[role].actor.name not in staff.text, "nothing of who is signed in"


def test_an_own_page_is_no_sign_in(holder):
    for path in ("/cards/", "/venue/", "/figures/", "/partners/"):
        assert holder.get(path).status_code in (302, 303) and "/sign-in" in holder.response.location


def test_the_cookie_is_sealed_and_goes_with_the_browser(app, web, network, key):
    web.submit("/own/", {"number": network.card.number, "key": key}, form="/own/")
    opening = web.response.history[0]
    cookie = next(value for value in opening.headers.getlist("Set-Cookie") if value.startswith(COOKIE + "="))
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    assert "Max-Age" not in cookie and "Expires" not in cookie
    app.config["SESSION_COOKIE_SECURE"] = True
    try:
        secure = Web(app)
        secure.get("/own/", base_url="https://localhost")
        data = {"number": network.card.number, "key": key, "csrf_token": onpage.token(secure)}
        answer = secure.post("/own/", data=data, base_url="https://localhost")
        cookies = answer.headers.getlist("Set-Cookie")
        assert [value for value in cookies if value.startswith("__Host-kaiku_own=") and "Secure" in value]
    finally:
        app.config["SESSION_COOKIE_SECURE"] = False


def test_it_ends_after_five_minutes_and_says_so(app, holder):
    with time_machine.travel(NOW + 5 * MINUTE, tick=False):
        answer = holder.get("/own/card")
        assert answer.status_code == 303
        holder.get("/own/card", follow_redirects=True)
        assert "The page closed because the time was over" in holder.text
        assert holder.client.get_cookie(COOKIE) is None


def test_five_minutes_more(holder):
    assert "closes by itself at 18.35" in holder.text
    with time_machine.travel(NOW + 3 * MINUTE, tick=False):
        holder.submit("/own/card", form="/own/longer")
        assert "closes by itself at 18.38" in holder.text
    with time_machine.travel(NOW + 9 * MINUTE, tick=False):
        answer = holder.post("/own/longer", data={"csrf_token": onpage.token(holder)})
        assert "closed=time" in answer.location, "what is over stays over"


def test_closing_ends_it_on_the_server(app, holder):
    kept = holder.client.get_cookie(COOKIE).value
    holder.submit("/own/card", form="/own/close")
    assert "You have closed your card" in holder.text and sessions(app) == 0
    holder.client.set_cookie(COOKIE, kept)
    assert holder.get("/own/card").status_code == 303


def test_leaving_at_once_closes_and_tells_nothing(app, holder):
    """The form is the first thing on the page, and it works with a token that is no more, and without one."""
    body = next(onpage.tree(holder).iter("body"))
    first = next(element for element in body.iter() if element.tag in ("a", "button", "input", "select"))
    assert first.get("type") == "hidden"
    form = next(body.iter("form"))
    assert form.get("action") == "/own/leave" and form.get("data-leave") == "/offer/"
    answer = holder.post("/own/leave")
    assert (answer.status_code, answer.location) == (303, "/offer/")
    assert sessions(app) == 0 and holder.client.get_cookie(COOKIE) is None


def test_another_site_cannot_close_or_open_it(app, holder, network, key):
    token = onpage.token(holder)
    for path in ("/own/leave", "/own/close", "/own/", "/own/longer", "/own/key"):
        answer = holder.post(path, data={"csrf_token": token}, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403, path
    assert sessions(app) == 1


def test_a_second_opening_closes_the_first(app, holder, network):
    with app.app_context():
        other = factories.make_issued_card(network.unit)
    open_card(holder, other, make_key(app, network, other))
    assert sessions(app) == 1


@pytest.mark.parametrize("path", ["/own/", "/own/card", "/own/key"])
def test_off_means_not_there(app, web, network, key, path):
    open_card(web, network.card, key)
    with app.app_context():
        followups.switch_off(network.area)
    assert web.get(path).status_code == 404
