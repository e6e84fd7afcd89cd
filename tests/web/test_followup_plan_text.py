"""The text for the plan (W4), and what no text of a meeting may hold: a person, a card."""

import pytest

from kaikukortti.rules.access import Role
from kaikukortti.web.followup.meetings import plantext
from kaikukortti.web.followup.meetings.meetingstate import Meeting
from tests import meetings

GOAL = "I read at the library on Tuesdays"
IDENTITY_CODE = "131052-308T"


@pytest.fixture
def web(network, enter):
    return enter(network.people[Role.WORKER])


@pytest.mark.parametrize("field", ["words", "own_step", "goals", "methods", "wish"])
@pytest.mark.parametrize("text", [IDENTITY_CODE, "card"])
def test_nobody_and_no_card_is_named_in_any_text(web, network, field, text):
    bad = f"Matti {network.card.number if text == 'card' else text}"
    meetings.begin(web)
    if field != "words":
        for _ in range(2 if field == "own_step" else 3):
            web.go_on()
        if field == "wish":
            web.go_on({"skip": "1"})
    web.go_on({field: bad, **({"is_approved": "y"} if field in ("goals", "methods") else {})})
    assert web.response.status_code == 422
    assert "remove it" in web.text
    assert meetings.count_rows(web)["meeting_feedback"] == 0


def test_the_text_for_the_plan_names_no_card_and_is_kept_nowhere(web, network):
    meetings.open_card(web, network)
    meetings.begin(web, with_card=True)
    meetings.set_goal(web, GOAL)
    meetings.rate(web, "1", "0")
    web.go_on()
    web.go_on({"barrier": ["new_place"]})
    web.go_on({"idea": "first_time"})
    draft = web.response.get_data(as_text=True)
    before = meetings.count_rows(web)
    web.go_on({"services": "Group on Tuesdays"})
    assert "only when the client says that it is right" in web.text
    web.go_on({"is_approved": "y"})
    page = web.response.get_data(as_text=True)
    for part in ("Goals", "Factors of the situation", "Services", "Methods", "Group on Tuesdays", GOAL):
        assert part in page
    for text in (draft, page):
        assert network.card.number not in text and network.card.number[2:] not in text
        assert network.card.line not in text
    assert meetings.grown(before, meetings.count_rows(web)) == {}


def test_the_text_is_mended_as_it_was_approved(web):
    meetings.begin(web)
    for _ in range(3):
        web.go_on()
    web.go_on({"goals": "One\n\nTwo", "is_approved": "y"})
    web.go_on({"mend": "1"})
    assert "One\n\nTwo" in web.response.get_data(as_text=True)


def test_nothing_said_gives_no_text_but_the_service(app):
    with app.test_request_context():
        said = plantext.draft(Meeting("m"))
    assert (said["goals"], said["situation"], said["methods"]) == ("", "", "")


def test_a_part_that_is_empty_is_left_out_of_the_whole(app):
    with app.test_request_context(headers={"Cookie": "kaiku_language=en"}):
        assert plantext.whole({"goals": " ", "services": "Group\n"}) == "Services\nGroup"
