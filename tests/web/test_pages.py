"""Every page of every role opens in every language, says where it is, and keeps the house style (Web checks that)."""

import re
from collections.abc import Iterable

import pytest

from kaikukortti.rules.access import Role
from tests import factories, followups, pagestyle
from tests.network import Network
from tests.web.pagelists import ELSEWHERE, NO_PAGES, PAGES, PUBLIC
from tests.webclient import Web

BOTH_AND_ALL = [
    pytest.param(engine, language, marks=getattr(pytest.mark, engine))
    for engine, language in (("sqlite", "fi"), ("sqlite", "sv"), ("sqlite", "en"), ("postgresql", "fi"))
]


def addresses(pages: Iterable[str], network: Network) -> list[str]:
    ids = {name: getattr(network, name).id for name in ("card", "community", "unit", "venue", "tonight")}
    ids |= {
        "batch": network.stock.batch_id,
        "event": network.tonight.event_id,
        "tablet": network.tablet.known.device_id,
    }
    return [page.format(**ids) for page in pages]


def check(web: Web, page: str, language: str) -> None:
    answer = web.get(page, follow_redirects=True)
    assert answer.status_code == 200, f"{page} answered {answer.status}"
    tree = pagestyle.parse(answer)
    assert tree.get("lang") == language
    assert (tree.findtext("head/title") or "").strip() not in {"", "– Kaikukortti"}


@pytest.mark.parametrize(("engine_name", "language"), BOTH_AND_ALL)
def test_pages_that_anybody_reads(web, network, language):
    web.language(language)
    for page in PUBLIC:
        check(web, page, language)


# A language is all the same to the engines: one of them is enough for two of the three.
@pytest.mark.parametrize(("engine_name", "language"), BOTH_AND_ALL)
@pytest.mark.parametrize("role", list(Role))
def test_pages_of_each_role(network, enter, role, language):
    web = enter(network.people[role], language)
    for page in [*addresses(PAGES[role], network), "/help", "/organisation"]:
        check(web, page, language)
    assert network.people[role].actor.name in web.text


@pytest.mark.parametrize(("engine_name", "language"), BOTH_AND_ALL)
@pytest.mark.parametrize("role", [Role.WORKER, Role.VENUE_MANAGER, Role.COORDINATOR])
def test_pages_of_an_empty_service(app, enter, role, language):
    """Nothing has been handed out, printed, planned, enrolled or opened yet."""
    with app.app_context():
        person = factories.make_person(role)
        followups.switch_all_on()
    web = enter(person, language)
    for page in PAGES[role]:
        if "{" not in page:
            check(web, page, language)


def test_every_page_is_visited(app):
    visited = {re.sub(r"\{\w+\}", "#", page.split("?")[0]) for pages in PAGES.values() for page in pages} | set(PUBLIC)
    pages = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.rule not in NO_PAGES | ELSEWHERE
    }
    assert {re.sub("<[^>]+>", "#", page) for page in pages} == visited


def test_each_role_begins_on_its_own_page(network, enter):
    first = {
        Role.WORKER: "/cards/",
        Role.VENUE_STAFF: "/venue/",
        Role.VENUE_MANAGER: "/venue/",
        Role.COORDINATOR: "/network/",
        Role.VIEWER: "/figures/network/",
        Role.ADMINISTRATOR: "/about",
    }
    for role, page in first.items():
        web = enter(network.people[role])
        assert web.get("/", follow_redirects=True).request.path == page
        assert web.get("/sign-in").status_code == 302


def test_the_menu_names_the_role_s_pages_and_marks_the_open_one(network, enter):
    web = enter(network.people[Role.VENUE_MANAGER])
    answer = web.get("/venue/programme")
    links = [link for link in pagestyle.parse(answer).iter("a") if link.get("href", "").startswith("/venue")]
    assert {link.get("href") for link in links} >= {"/venue/", "/venue/programme", "/venue/tablets/"}
    assert [link.get("href") for link in links if link.get("aria-current") == "page"] == ["/venue/programme"]


def test_names_are_in_the_reader_s_language_or_finnish(network, enter):
    for language, area, unit in (
        ("fi", "Etelä-Karjala", "Vammaispalvelut"),
        ("sv", "Södra Karelen", "Vammaispalvelut"),
    ):
        web = enter(network.people[Role.COORDINATOR], language)
        web.get("/partners/")
        assert area in web.text and unit in web.text
