"""The own account: its sessions are listed and ended, its password is changed."""

import pytest

from kaikukortti.rules.access import Role
from tests import onpage, signins
from tests.factories import PASSWORD
from tests.webclient import Web

NEW_PASSWORD = "kaksi kaunista kantelea"


@pytest.mark.parametrize("role", Role)
def test_everybody_has_an_account_page_with_a_way_to_all_of_it(network, enter, role):
    web = enter(network.people[role])
    web.get("/help")
    assert any(link.get("href") == "/account/" for link in signins.page_of(web).iter("a"))
    web.get("/account/")
    links = {link.get("href") for link in signins.page_of(web).iter("a")}
    assert {"/account/sessions", "/account/password", "/account/factors/"} <= links
    for page in ("/account/sessions", "/account/password", "/account/factors/"):
        assert web.get(page).status_code == 200


def test_the_own_sessions_are_seen_and_ended(app, network, enter):
    person = network.people[Role.WORKER]
    here, there, third = enter(person), enter(person), enter(person)
    here.get("/account/sessions")
    assert here.text.count("Adult social work") >= 3 and "This one" in here.text
    ends = [form.get("action") for form in signins.page_of(here).iter("form") if is_end(form)]
    assert len(ends) == 2
    here.go_on(form=ends[0])
    assert "That session has ended" in here.text
    assert sorted(web.get("/cards/").status_code for web in (there, third)) == [200, 302]
    here.get("/account/sessions")
    here.go_on(form="/account/sessions/end-others")
    assert [web.get("/cards/").status_code for web in (there, third, here)] == [302, 302, 200]


def is_end(form) -> bool:
    return (form.get("action") or "").endswith("/end")


def test_another_s_session_cannot_be_ended(app, network, enter):
    victim, stranger = enter(network.people[Role.COORDINATOR]), enter(network.people[Role.WORKER])
    stranger.get("/help")
    token = onpage.token(stranger)
    for session_id in range(1, 4):
        if stranger.post(f"/account/sessions/{session_id}/end", data={"csrf_token": token}).status_code == 303:
            break
    assert victim.get("/stock/").status_code == 200


def test_a_changed_password_ends_the_other_sessions(app, network, enter):
    person = network.people[Role.VENUE_STAFF]
    here, there = enter(person), enter(person)
    answer = here.submit("/account/password", {"old": PASSWORD, "password": NEW_PASSWORD})
    assert answer.request.path == "/account/" and "Your password is changed" in here.text
    assert there.get("/venue/").status_code == 302 and here.get("/venue/").status_code == 200
    assert Web(app).sign_in(person.email, PASSWORD).status_code == 422
    assert Web(app).sign_in(person.email, NEW_PASSWORD).status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("väärä salasana", NEW_PASSWORD, "not your password of now"),
        (PASSWORD, "lyhyt", "12 to 128 characters"),
        (PASSWORD, "", "This is needed"),
        ("", NEW_PASSWORD, "This is needed"),
        (PASSWORD, "password12345", "Many people use this password"),
    ],
)
def test_a_password_that_cannot_be_is_answered_in_words(app, network, enter, old, new, said):
    person = network.people[Role.VENUE_STAFF]
    web = enter(person)
    assert web.submit("/account/password", {"old": old, "password": new}).status_code == 422
    assert said in web.text
    assert Web(app).sign_in(person.email, PASSWORD).status_code == 200


def test_choosing_an_organisation_changes_the_token(app, network, enter):
    person = network.people[Role.VENUE_STAFF]
    web = enter(person)
    before = signins.cookie_of(web)
    web.get("/organisation")
    field = next(one for one in signins.page_of(web).iter("button") if one.get("name") == "membership")
    web.go_on({"membership": field.get("value")})
    copied = Web(app)
    copied.client.set_cookie("kaiku", before)
    assert copied.get("/venue/").status_code == 302 and web.get("/venue/").status_code == 200
