"""What is said beside figures is true of them, and written as a sentence."""

from collections.abc import Iterator

import pytest
from flask import Flask

from kaikukortti.rules.access import Role
from kaikukortti.rules.programme import Category
from kaikukortti.usecounts import Uses
from kaikukortti.web.figures import findings
from tests import onpage


@pytest.fixture
def in_english(app: Flask) -> Iterator[None]:
    with app.test_request_context("/", headers={"Cookie": "kaiku_language=en"}):
        yield


@pytest.mark.usefixtures("in_english")
def test_the_most_used_category_is_named_with_all_that_equal_it():
    culture, sport, science = Uses(30, 5), Uses(35, 0), Uses(1, 0)
    found = findings.category_finding({Category.CULTURE: culture, Category.SPORT: sport, Category.SCIENCE: science})
    assert found == "Most used category: culture, sport."
    found = findings.category_finding({Category.CULTURE: culture, Category.SCIENCE: science})
    assert found == "Most used category: culture."
    assert findings.category_finding({Category.CULTURE: Uses(0, 0)}) == "No uses in this period yet."


@pytest.mark.parametrize(
    ("role", "address"),
    [(Role.WORKER, "/cards/figures/?period=2026-Q3"), (Role.VENUE_MANAGER, "/venue/figures/?period=2026-10")],
)
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_sentence_begins_with_a_capital_or_a_figure(role, address, language, enter, network):
    web = enter(network.people[role])
    web.language(language)
    web.get(address)
    lead = onpage.words(next(one for one in onpage.tree(web).iter("p") if one.get("class") == "lead"))
    assert not lead[0].islower(), lead
