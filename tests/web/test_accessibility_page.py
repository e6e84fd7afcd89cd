"""The accessibility statement: what it says comes from the tests; its form; the coordinator's answers in time."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.messages import AccessibilityFeedback, Mail
from kaikukortti.rules.access import Role
from kaikukortti.web.messaging import testresults
from tests import onpage
from tests.browser import test_accessibility as suite
from tests.factories import NOW
from tests.webclient import Web

PAGE = "/accessibility/"


@pytest.fixture
def web(app, network):
    """Return a stranger's browser, in English."""
    stranger = Web(app)
    stranger.language("en")
    return stranger


def test_the_results_are_of_the_pages_that_the_suite_checks(app):
    """Add a page, and the statement has to be made anew: `make accessibility`."""
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not {rule.endpoint, rule.endpoint.partition(".")[0]} & suite.NO_PAGES
    }
    reached = {page for page in pages - suite.BEHIND_A_PRESS if not suite.OF_ONE_CARD.match(page)}
    looked_at = set(testresults.read().pages)
    assert reached - looked_at == set(), "pages that the statement does not know"
    assert looked_at - pages == set(), "pages of the statement that are none any more"


def test_results_are_real():
    results = testresults.read()
    assert results.languages == ("en", "fi", "sv")
    assert results.roles == len(suite.ROLES)
    assert results.looks > 3 * len(suite.ROLES) * 10
    assert results.rules > 50 and results.violated == ()


def test_the_statement_says_what_was_found(web):
    web.get(PAGE)
    results, text = testresults.read(), web.text
    for shown in (results.axe, results.browser, f"{results.looks:,}", str(len(results.pages)), str(results.rules)):
        assert shown in text, shown
    assert "Rules that were broken 0" in text
    for needed in ("306/2019", "14 days", "Traficom", "saavutettavuusvaatimukset.fi", "Russian"):
        assert needed in text, needed


@pytest.mark.parametrize("address", ["/", "/help", "/found/", "/offer/", "/sign-in", "/turned-away/", "/nowhere"])
def test_every_page_links_to_it(web, address):
    web.get(address)
    footer = onpage.tree(web).find(".//footer")
    assert footer is not None
    assert PAGE in {a.get("href") for a in footer.iter("a")}


def test_feedback_is_due_in_fourteen_days_and_answered_by_mail(app, web, network, enter):
    values = {"area": str(network.area.id), "text": "Painike ei puhu.", "email": "lukija@posti.example"}
    web.submit(PAGE, values)
    assert "You get an answer by 4 Dec 2026." in web.text
    coordinator = enter(network.people[Role.COORDINATOR])
    coordinator.get("/area/messages/")
    assert "The first is due on 4 Dec 2026." in coordinator.text
    coordinator.get("/area/messages/accessibility/")
    link = next(a.get("href") for a in onpage.main_of(coordinator).iter("a") if "Painike" in onpage.words(a))
    coordinator.get(link)
    assert "lukija@posti.example" not in coordinator.text
    coordinator.submit(link, {"text": "Korjasimme sen."})
    assert "goes by e-mail" in coordinator.text
    with app.app_context():
        assert db.session.scalars(sa.select(Mail.address)).all() == ["lukija@posti.example"]
    assert enter(network.strangers[Role.COORDINATOR]).get(link).status_code == 404


def test_what_is_overdue_stands_first(app, web, network, enter):
    for text in ("Ensimmäinen", "Toinen"):
        web.submit(PAGE, {"area": str(network.area.id), "text": text})
    with app.app_context():
        second = db.session.scalars(sa.select(AccessibilityFeedback).order_by(AccessibilityFeedback.id)).all()[-1]
        second.due_on = (NOW - timedelta(days=1)).date()
        db.session.commit()
    coordinator = enter(network.people[Role.COORDINATOR])
    coordinator.get("/area/messages/")
    assert "1 message on accessibility is over its 14 days." in coordinator.text
    coordinator.get("/area/messages/accessibility/")
    links = [onpage.words(a) for a in onpage.main_of(coordinator).iter("a") if a.get("class") == "message-link"]
    assert links == ["Toinen", "Ensimmäinen"]
    assert "Overdue was due on 19 Nov 2026" in coordinator.text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": ""}, "This is needed."),
        ({"email": "lukija"}, "Write an e-mail address"),
        ({"text": "Olen 131052-308T"}, "personal identity code"),
        ({"page": "131052-308T"}, "personal identity code"),
    ],
)
def test_a_mistake_is_said_and_nothing_is_taken(app, web, network, changes, sentence):
    values = {"area": str(network.area.id), "text": "Painike ei puhu.", "page": "", "email": "", **changes}
    assert web.submit(PAGE, values).status_code == 422
    assert sentence in web.text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(AccessibilityFeedback.id))) == 0


def test_one_address_sends_so_often_and_no_more(app, web, network):
    for _ in range(11):
        answer = web.submit(PAGE, {"area": str(network.area.id), "text": "Hei"})
    assert answer.status_code == 429
