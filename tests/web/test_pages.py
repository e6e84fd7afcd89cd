"""Every page of every role opens in every language, says where it is, and keeps the house style (Web checks that)."""

import re
from collections.abc import Iterable

import pytest

from kaikukortti.rules.access import Role
from tests import factories, pagestyle
from tests.network import Network
from tests.webclient import Web

PUBLIC = ["/", "/sign-in", "/help", "/about", "/found/", "/offer/", "/offer/venues", "/door/", "/door/enrol", "/api/"]
PUBLIC += ["/statistics/", "/reports/"]
PAGES = {
    Role.WORKER: [
        "/cards/",
        "/cards/new",
        "/cards/{card}",
        "/cards/{community}",
        "/cards/{card}/handed-out",
        "/cards/{card}/block",
        "/cards/{card}/pause",
        "/cards/{card}/return",
        "/cards/{card}/renew",
        "/cards/{card}/replace",
        "/cards/{card}/correct",
        "/cards/{community}/renew",
        "/cards/{community}/budget",
        "/cards/lost/",
        "/cards/{card}/sheet",
        "/cards/{card}/sheet?language=ru",
        "/cards/paper",
        "/renewals/",
        "/renewals/cards",
        "/sleeping/",
        "/stockroom",
        "/places/",
        "/bookings/",
        "/bookings/dates",
        "/bookings/dates?card={card}",
        "/bookings/dates/{tonight}",
        "/bookings/dates/{tonight}?card={card}",
        "/cards/figures/",
        "/groups/",
        "/groups/dates",
        "/groups/dates/{tonight}",
        "/groups/house",
    ],
    Role.VENUE_STAFF: [
        "/venue/",
        "/venue/?day=2026-11-20",
        "/venue/paper",
        "/venue/paper/print",
        "/venue/bookings/",
        "/venue/bookings/?day=2026-11-21",
        "/venue/bookings/dates",
        "/venue/groups/",
        "/venue/bookings/dates/{tonight}",
        "/venue/bookings/print",
    ],
    Role.VENUE_MANAGER: [
        "/venue/",
        "/venue/programme",
        "/venue/programme/places/",
        "/venue/programme/{tonight}",
        "/venue/programme/{tonight}/move",
        "/venue/programme/{tonight}/doors",
        "/venue/programme/{tonight}/places",
        "/venue/programme/events/{event}",
        "/venue/programme/events/{event}/change",
        "/venue/programme/events/{event}/date",
        "/venue/programme/events/{event}/series",
        "/venue/programme/events/{event}/hours",
        "/venue/tablets/",
        "/venue/tablets/{tablet}",
        "/venue/place/",
        "/venue/place/limits",
        "/venue/figures/",
        "/venue/keys/",
        "/venue/keys/new",
        "/venue/programme/files",
        "/venue/questions",
    ],
    Role.COORDINATOR: [
        "/area/settings",
        "/area/paper",
        "/area/paper/{venue}",
        "/area/cards/",
        "/area/cards/{card}",
        "/area/questions",
        "/figures/",
        "/figures/?year=2026",
        "/figures/barriers/",
        "/figures/network/",
        "/figures/reports/",
        "/partners/",
        "/partners/units/new",
        "/partners/units/{unit}",
        "/partners/units/{unit}/change",
        "/partners/venues/new",
        "/partners/venues/{venue}",
        "/partners/venues/{venue}/change",
        "/stock/",
        "/stock/{batch}",
        "/stock/destroy",
        "/stock/import",
    ],
    Role.VIEWER: ["/about", "/figures/network/"],
    Role.ADMINISTRATOR: ["/about"],
}
NO_PAGES = {
    "/static/<path:filename>",
    "/healthz",
    "/readyz",
    "/api/openapi.json",
    "/api/v1/bookings/<ref>",
    "/api/v1/occurrences",
    "/api/v1/statistics/",
    "/api/v1/statistics/<table_code>",
    "/figures/reports/<int:report_id>/report.pdf",
    "/reports/<int:report_id>/report.pdf",
    "/venue/programme/files/programme.csv",
    "/venue/programme/files/programme.ics",
    "/door/decoder-worker.js",
    "/door/service-worker.js",
    "/door/manifest.webmanifest",
    "/venue/tablets/deck.pdf",
    "/door/shell",
    "/found/<path:number>",
    "/mobile/<token>/manifest.json",
    "/mobile/service-worker.js",
    "/offer/venues/<int:venue_id>.ics",
    "/preferences",
    "/door/api/snapshot",
    "/door/api/status",
    "/cards/<int:card_id>/card.<any(png, svg):kind>",
    "/stock/<int:batch_id>/cards.pdf",
}
BOTH_AND_ALL = [
    pytest.param(engine, language, marks=getattr(pytest.mark, engine))
    for engine, language in (("sqlite", "fi"), ("sqlite", "sv"), ("sqlite", "en"), ("postgresql", "fi"))
]
ELSEWHERE = {
    "/bookings/<ref>",  # test_unit_booking_pages and test_booking_pages book something first
    "/bookings/<ref>/slip",
    "/venue/bookings/<ref>",
    "/figures/reports/<int:report_id>",  # test_report_pages freezes one first
    "/figures/reports/<int:year>/new",
    "/reports/<int:report_id>",
    "/venue/keys/<int:key_id>",  # test_api_key_pages makes one first
    "/invitation/<token>",  # test_invitations and test_sign_in open these two
    "/organisation",
    "/offer/venues/<int:venue_id>",  # test_offer_pages opens it
    "/venue/paper/lines",  # test_paper_pages opens these four: a day has to be chosen, or a list entered
    "/venue/paper/entered/<uuid:form_id>",
    "/area/paper/<int:venue_id>/lines",
    "/area/paper/<int:venue_id>/entered/<uuid:form_id>",
    "/mobile/<token>",  # test_mobile_page makes a page to open
    "/cards/<int:card_id>/resume",  # test_card_life opens these three: the card has to be in the right state
    "/cards/<int:card_id>/unblock",
    "/cards/<int:card_id>/undo",
    "/venue/registrations/<uuid:scan_id>/take-back",  # test_registration_pages registers something first
}


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
        Role.COORDINATOR: "/figures/",
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
