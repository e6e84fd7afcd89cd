"""K7: change in groups in words and tables, from the frozen year alone; the caution stands over each comparison."""

import csv
import io

import pytest

from kaikukortti.followup import groupchange, store
from kaikukortti.followup.indicators.figures import Figure
from kaikukortti.followup.models.answers import UsedCard
from kaikukortti.rules import span
from kaikukortti.rules.access import Role
from kaikukortti.web.followup.measuring.groupchange import change_words, signed
from tests import frozenfigures, onpage, pairs

PAGE = "/followup/area/change/"
CAUTION = "The figure tells of a connection, not of the card's effect."
YEAR = span.year_of(2025)


@pytest.fixture
def coordinator(network, enter):
    return enter(network.people[Role.COORDINATOR])


def freeze(app, network, groups):
    """Add pairs of the network's first unit, count the year and freeze it."""
    with app.app_context():
        for used, found in groups.items():
            pairs.add_pairs(network.unit, found, used=used)
        with store.reading() as session:
            figures = groupchange.count(session, area_id=network.area.id, period=YEAR)
        frozenfigures.freeze(YEAR, figures, area_id=network.area.id)


def rising(count, step):
    return [(18 + number % 7, 18 + number % 7 + step + number % 3 - 1) for number in range(count)]


def test_before_a_year_is_frozen_there_is_nothing_to_tell(coordinator):
    coordinator.get(PAGE)
    assert "No year of figures yet." in coordinator.text


def test_a_year_without_answers(app, network, coordinator):
    freeze(app, network, {})
    coordinator.get(PAGE)
    assert "nobody's second answer was due" in coordinator.text
    assert coordinator.get(f"{PAGE}?format=csv").mimetype == "text/html"


def test_change_in_words_and_users_beside_others_under_the_caution(app, network, coordinator):
    freeze(app, network, {UsedCard.YES: rising(40, 3), UsedCard.NO: rising(35, 1)})
    answer = coordinator.get(PAGE)
    assert "all of them answered (100 %)" in coordinator.text
    assert "On the average the total is 2 higher: likely between +1.7 and +2.3." in coordinator.text
    table = onpage.table(coordinator, "Users and others, Positive mental health (SWEMWBS)")
    assert table["Say that they used the card"][0] == "40" and table["Say that they did not"][0] == "35"
    assert table["Say that they used the card"][1:4] == ["20.9", "23.9", "+3"], "both means, not the change alone"
    assert table["Difference"][:3] == ["–", "–", "–"]
    text = answer.text
    assert text.count("not of the card's effect") == 1
    assert text.index("not of the card's effect") < text.index("Say that they used the card")


@pytest.mark.parametrize("users, others", [(29, 30), (30, 29)])
def test_a_comparison_is_not_shown_at_29_and_30(app, network, coordinator, users, others):
    freeze(app, network, {UsedCard.YES: rising(users, 3), UsedCard.NO: rising(others, 1)})
    coordinator.get(PAGE)
    assert "it takes thirty people in each of the two groups" in coordinator.text
    assert "Say that they used the card" not in coordinator.text
    assert CAUTION in coordinator.text and "Mean change" in coordinator.text


def test_too_few_pairs_tell_nothing(app, network, coordinator):
    freeze(app, network, {UsedCard.UNSAID: rising(9, 3)})
    coordinator.get(PAGE)
    assert "Too little to tell of a change." in coordinator.text and "Mean change" not in coordinator.text


def test_no_arrow_and_no_word_of_an_effect_but_in_the_caution(app, network, enter):
    freeze(app, network, {UsedCard.YES: rising(40, 3), UsedCard.NO: rising(35, 1)})
    web = enter(network.people[Role.COORDINATOR], "fi")
    web.get(PAGE)
    main = next(onpage.tree(web).iter("main"))
    headings = [onpage.words(part) for part in main.iter() if part.tag in ("h1", "h2", "h3", "th", "caption")]
    assert headings and not [words for words in headings if "vaikut" in words.lower()]
    assert not set(onpage.words(main)) & set("↑↓→↗↘▲▼➚➘")


def test_the_words_of_a_change():
    assert "No certain change" in change_words(Figure("I-15", "", 0.4, low=-0.2, high=1.0))
    assert "3 lower" in change_words(Figure("I-15", "", -3.0, low=-4.0, high=-2.0))
    assert (signed(2.0), signed(-2.0), signed(0.0), signed(None)) == ("+2", "−2", "0", "–")


def test_figures_can_be_taken_along(app, network, coordinator):
    freeze(app, network, {UsedCard.YES: rising(41, 3), UsedCard.NO: rising(29, 1)})
    text = coordinator.get(f"{PAGE}?format=csv").get_data().decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text), delimiter=";"))
    change = next(line for line in lines if line and line[0].startswith("Positive mental health (SWEMWBS)"))
    assert change[1:6] == ["70", "70", "1", "20,9", "23,1"]
    users = next(line for line in lines if line and "say that they used" in line[0])
    assert set(users[1:]) == {"too few cards"}
    for kind in ("xlsx", "jsonstat"):
        assert coordinator.get(f"{PAGE}?format={kind}").status_code == 200


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_only_the_coordinator_reads_it(network, enter, role):
    assert enter(network.people[role]).get(PAGE).status_code == 403
