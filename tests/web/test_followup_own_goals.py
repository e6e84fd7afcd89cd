"""The holder's own goals (C3): only with the own card open, in five readings, and nothing of staff's."""

from datetime import timedelta

import pytest
import time_machine

from kaikukortti.followup import goals, references
from kaikukortti.followup.goals import Owner
from kaikukortti.web.followup.own import owngoalwords, ownreading
from tests import followups, meetings, onpage
from tests.factories import NOW, SECRET_KEY
from tests.webclient import Web

PAGE = "/own/goals/"
GOAL = "I read at the library on Tuesdays"
READINGS = ("fi", "easy", "sv", "en", "ru")


@pytest.fixture
def web(app, network):
    web = Web(app)
    web.language("en")
    meetings.open_card(web, network)
    return web


def owner_of(network, card=None):
    return Owner(line_ref=references.of_line((card or network.card).line, secret=SECRET_KEY))


def listed(web, network, **facts):
    with web.app.app_context():
        return goals.list_goals(line_ref=owner_of(network).line_ref, **facts)


def send(web, page, values):
    """Fill in the form of a page of the holder; the frame has forms of its own."""
    return web.submit(page, values, form=page.partition("?")[0])


def add(web, network, words=GOAL, card=None, **facts):
    with web.app.app_context():
        return goals.add(words, owner=owner_of(network, card), now=NOW, **facts)


def test_a_goal_is_written_marked_and_changed(web, network):
    send(web, f"{PAGE}new", {"words": GOAL, "weight": "2", "target_on": "2027-02-01", "level": "-1"})
    assert GOAL in web.text and "Very important. Hoped for by 1 Feb 2027" in web.text
    [row] = listed(web, network)
    assert (row.weight, row.baseline, row.reviews) == (2, -1, [])
    send(web, f"{PAGE}{row.id}/now", {"level": "1", "note": "The bus was on time"})
    assert "The bus was on time" in web.text
    send(web, f"{PAGE}{row.id}", {"words": "I swim", "weight": "1", "target_on": ""})
    [row] = listed(web, network)
    assert (row.words, row.target_on) == ("I swim", None)
    assert [(view.client_level, view.worker_level) for view in row.reviews] == [(1, None)]


def test_a_workers_view_stands_beside_the_own_one(web, network):
    goal_id = add(web, network)
    with web.app.app_context():
        goals.review(goal_id, owner=owner_of(network), client_level=-1, worker_level=1, now=NOW)
    web.get(PAGE)
    marks = {
        onpage.words(rung): rung for rung in onpage.tree(web).iter("li") if rung.get("class", "").endswith("chosen")
    }
    assert [text.rpartition(" ")[2] for text in marks] == ["worker", "Me"]


def test_a_goal_is_given_up_or_deleted(web, network):
    kept, gone = add(web, network), add(web, network, "I swim")
    web.submit(f"{PAGE}{kept}", {"give_up": "1"}, form=f"{PAGE}{kept}/end")
    web.submit(f"{PAGE}{gone}", {"delete": "1"}, form=f"{PAGE}{gone}/end")
    assert listed(web, network) == []
    assert [row.words for row in listed(web, network, all_of_them=True)] == [GOAL]


@pytest.mark.parametrize("reading", READINGS)
def test_every_page_speaks_every_reading(web, network, reading):
    goal_id = add(web, network)
    for page in (PAGE, f"{PAGE}new", f"{PAGE}{goal_id}", f"{PAGE}{goal_id}/now"):
        assert web.get(f"{page}?reading={reading}").status_code == 200
    assert onpage.tree(web).get("lang") == {"easy": "fi"}.get(reading, reading)


@pytest.mark.parametrize("reading", READINGS)
def test_what_is_wrong_is_said_in_the_reading_and_stays_typed(web, network, reading):
    with web.app.test_request_context():
        said = owngoalwords.words(ownreading.of_code(reading)).problems
    for text, code in (
        ("", "followup_text_missing"),
        ("x" * 201, "followup_text_too_long"),
        ("Matti 131052-308T", "followup_text_identity"),
        (network.card.number, "followup_text_card"),
    ):
        send(web, f"{PAGE}new?reading={reading}", {"words": text, "level": "0"})
        assert web.response.status_code == 422
        assert said[code] in web.text and onpage.fields(web)["words"] == text
    assert listed(web, network) == []


@pytest.mark.parametrize(
    "values, sentence",
    [
        ({"level": None}, "Choose one."),
        ({"target_on": "2026-11-01"}, "This day is over already."),
        ({"target_on": "soon"}, "Write the day as in 31.8.2027."),
    ],
)
def test_a_mistake_is_said_beside_its_field(web, network, values, sentence):
    send(web, f"{PAGE}new", {"words": GOAL, "level": "0", **values})
    assert web.response.status_code == 422 and sentence in web.text


def test_three_goals_are_the_most(web, network):
    for number in range(3):
        add(web, network, f"Goal {number}")
    web.get(PAGE)
    assert "Write a goal" not in web.text and "Three goals at a time are enough." in web.text
    send(web, f"{PAGE}new", {"words": GOAL, "level": "0"})
    assert web.response.status_code == 422


def test_another_holders_goal_is_not_there(web, network):
    goal_id = add(web, network, card=network.other_card)
    for page in (f"{PAGE}{goal_id}", f"{PAGE}{goal_id}/now", f"{PAGE}999"):
        assert web.get(page).status_code == 404
    add(web, network)
    own = listed(web, network)[0].id
    web.get(f"{PAGE}{own}")
    token = onpage.token(web)
    assert web.post(f"{PAGE}{goal_id}/end", data={"csrf_token": token, "delete": "1"}).status_code == 404
    with web.app.app_context():
        assert len(goals.list_goals(line_ref=owner_of(network, network.other_card).line_ref)) == 1


def test_the_page_closes_with_the_card(web, network):
    goal_id = add(web, network)
    with time_machine.travel(NOW + timedelta(minutes=6), tick=False):
        for page in (PAGE, f"{PAGE}new", f"{PAGE}{goal_id}"):
            answer = web.get(page)
            assert answer.status_code == 303 and "/own/" in answer.location
        assert GOAL not in web.text


def test_no_sign_in_opens_the_goals(app, network, enter):
    for person in network.people.values():
        answer = enter(person).get(PAGE)
        assert answer.status_code == 303 and answer.location.startswith("/own/")


def test_nothing_is_there_with_own_cards_off(app, web, network):
    with app.app_context():
        followups.switch_off(network.area)
    assert web.get(PAGE).status_code == 404


def test_no_page_of_goals_names_the_card(web, network):
    add(web, network)
    body = web.get(PAGE).get_data(as_text=True)
    assert network.card.number not in body and network.card.line not in body
