"""Language and text size: chosen on any page without script, kept for a year, and for a person in all browsers."""

import pytest

from kaikukortti.rules.access import Role
from tests import onpage
from tests.factories import PASSWORD
from tests.webclient import Web


def lang(web: Web) -> str:
    return onpage.tree(web).get("lang", "")


def pressed(web: Web) -> set[str]:
    """Return the values of the switches' buttons that are on."""
    return {
        button.get("value", "") for button in onpage.tree(web).iter("button") if button.get("aria-pressed") == "true"
    }


@pytest.mark.parametrize("address", ["/", "/help", "/sign-in", "/nothing-here"])
def test_the_language_is_switched_on_any_page(web, address):
    web.get(address)
    assert (lang(web), pressed(web)) == ("fi", {"fi", "normal"})
    answer = web.go_on({"language": "sv"}, form="/preferences")
    assert (answer.request.path, lang(web), pressed(web)) == (address, "sv", {"sv", "normal"})
    web.go_on({"text_size": "largest"}, form="/preferences")
    assert (lang(web), pressed(web)) == ("sv", {"sv", "largest"})
    assert onpage.tree(web).get("data-text-size") == "largest"


def test_one_comes_back_to_the_very_page(web):
    web.get("/sign-in?next=/cards/")
    answer = web.go_on({"language": "en"}, form="/preferences")
    assert answer.request.full_path == "/sign-in?next=/cards/"


@pytest.mark.parametrize(
    "path", ["/nothing/%00", "/nothing/%0D%0A%3Ca", "/%C3%A4%3Fb%25", "/cards/%00?q=%00%C3%A4&next=/x"]
)
def test_an_address_stands_in_the_page_as_it_was_asked_for(path, web):
    """A raw NUL is no character of HTML, and a decoded ? or % would lead to another page."""
    web.get(path)
    assert web.response.status_code == 404
    assert not any(ord(letter) < 32 and letter not in "\n\t" for letter in web.text)
    fields = {one.get("name"): one.get("value") for one in onpage.tree(web).iter("input")}
    assert fields["next"] == path
    answer = web.post("/preferences", data={"csrf_token": onpage.token(web), "language": "en", "next": path})
    assert (answer.status_code, answer.headers["Location"]) == (303, path)


@pytest.mark.parametrize("target", ["/cards/\x00", "/cards/\r\nSet-Cookie: a=b", "/\x7f"])
def test_nobody_is_sent_to_what_is_no_address(target, web):
    web.get("/")
    answer = web.post("/preferences", data={"csrf_token": onpage.token(web), "language": "en", "next": target})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_choices_are_kept_for_a_year_where_scripts_may_read_them(web):
    web.get("/")
    for name, value in (("language", "en"), ("text_size", "large")):
        web.post("/preferences", data={"csrf_token": onpage.token(web), name: value, "next": "/"})
        web.get("/")
        cookie = web.client.get_cookie(f"kaiku_{name}")
        assert cookie is not None and (cookie.value, cookie.max_age) == (value, 365 * 24 * 3600)
        assert (cookie.http_only, cookie.same_site) == (False, "Lax")


@pytest.mark.parametrize("fields", [{"language": "xx"}, {"text_size": "huge"}, {}, {"language": "../../etc"}])
def test_what_is_not_offered_changes_nothing(web, fields):
    web.get("/")
    answer = web.post("/preferences", data={"csrf_token": onpage.token(web), **fields})
    assert answer.status_code == 303 and "kaiku_" not in answer.headers.get("Set-Cookie", "")
    web.client.set_cookie("kaiku_language", "xx")
    web.client.set_cookie("kaiku_text_size", "<script>")
    web.get("/")
    assert (lang(web), pressed(web)) == ("fi", {"fi", "normal"})


def test_a_person_s_choice_follows_to_another_browser(app, network):
    person = network.people[Role.WORKER]
    first, second = Web(app), Web(app)
    first.sign_in(person.email, PASSWORD)
    assert lang(first) == "fi"
    first.go_on({"language": "sv"}, form="/preferences")
    assert lang(first) == "sv"
    second.sign_in(person.email, PASSWORD)
    assert lang(second) == "sv", "no cookie there, but the person's own choice"
    third = Web(app)
    third.language("en")
    third.sign_in(person.email, PASSWORD)
    assert lang(third) == "en", "what the browser was told goes first"
