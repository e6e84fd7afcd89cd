"""The meeting (W2), as client and worker walk through it: what is kept, what is not, what stands on the screen."""

from datetime import timedelta

import pytest
import time_machine

from kaikukortti.followup import goals, references
from kaikukortti.followup.models.answers import BarrierNote, BarriersAsked, MeetingFeedback
from kaikukortti.followup.models.holders import Goal, GoalReview
from kaikukortti.rules.access import Role
from tests import followups, meetings, onpage
from tests.factories import NOW, SECRET_KEY
from tests.meetings import rows

GOAL = "I read at the library on Tuesdays"


@pytest.fixture
def web(network, enter):
    return enter(network.people[Role.WORKER])


def own_goals(web, network):
    with web.app.app_context():
        return goals.list_goals(line_ref=references.of_line(network.card.line, secret=SECRET_KEY))


def test_a_whole_meeting_without_the_card_keeps_nothing_of_the_client(web, network):
    before = meetings.count_rows(web)
    meetings.begin(web)
    meetings.set_goal(web, GOAL, weight="2", target_on="2027-02-01")
    meetings.rate(web, "-1", "1")
    assert "They see it on different steps." in web.text
    assert "Nothing of this is kept." in web.text
    web.go_on()
    web.go_on({"barrier": ["company", "transport"]})
    web.go_on({"idea": "group", "own_step": "I ask my neighbour"})
    assert GOAL in web.text and "I have nobody to go with" in web.text
    web.go_on({"is_approved": "y"})
    web.go_on()
    meetings.finish(web)
    assert "Thank you!" in web.text
    grown = meetings.grown(before, meetings.count_rows(web))
    assert grown == {"barrier_notes": 2, "barriers_asked": 1, "meeting_feedback": 1}
    feedback = rows(web, MeetingFeedback)[0]
    assert (feedback.heard, feedback.useful, feedback.wish) == ("yes", "partly", "More time")
    assert feedback.quarter.isoformat() == "2026-10-01"


def test_a_meeting_that_is_left_leaves_nothing(web):
    before = meetings.count_rows(web)
    meetings.begin(web)
    meetings.set_goal(web, GOAL)
    meetings.rate(web)
    web.go_on()
    web.go_on({"barrier": ["health"]})
    web.go_on({"stop": "1"})
    assert web.response.request.path == "/cards/"
    assert meetings.grown(before, meetings.count_rows(web)) == {}


def test_refusing_the_card_is_one_press_and_leaves_no_trace(web, network):
    meetings.open_card(web, network)
    before = meetings.count_rows(web)
    meetings.begin(web)
    meetings.set_goal(web, GOAL)
    meetings.rate(web)
    assert "Nothing of this is kept." in web.text
    assert meetings.grown(before, meetings.count_rows(web)) == {}


def test_an_open_card_keeps_the_goals_with_both_views(web, network):
    meetings.open_card(web, network)
    meetings.begin(web, with_card=True)
    meetings.set_goal(web, GOAL, weight="3")
    meetings.rate(web, "-2", "0")
    assert "They are on your own page." in web.text
    [goal] = own_goals(web, network)
    assert (goal.words, goal.weight, goal.baseline) == (GOAL, 3, -2)
    assert [(view.client_level, view.worker_level) for view in goal.reviews] == [(-2, 0)]


def test_the_next_meeting_shows_the_goals_that_are_there(web, network):
    meetings.open_card(web, network)
    meetings.begin(web, with_card=True)
    meetings.set_goal(web, GOAL)
    meetings.rate(web)
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        web.sign_in(network.people[Role.WORKER].email, "seitsemän kissaa katolla")
        meetings.open_card(web, network, now=NOW + timedelta(days=30))
        meetings.begin(web, with_card=True)
        assert GOAL in web.text
        web.go_on()
        meetings.rate(web, "0", "0")
        assert "Both see it on the same step." in web.text
    [goal] = own_goals(web, network)
    assert [view.client_level for view in goal.reviews] == [-1, 0]


def test_a_card_that_closed_keeps_nothing_until_it_is_open_again(web, network):
    meetings.open_card(web, network)
    meetings.begin(web, with_card=True)
    meetings.set_goal(web, GOAL)
    web.go_on({"level-0": "-1"})
    with time_machine.travel(NOW + timedelta(minutes=6), tick=False):
        web.go_on({"level-0": "0"})
        assert "Your card has closed by itself" in web.text
        assert own_goals(web, network) == []
        meetings.open_card(web, network, now=NOW + timedelta(minutes=6))
        web.go_on({"again": "1"})
        assert "They are on your own page." in web.text
    assert [goal.words for goal in own_goals(web, network)] == [GOAL]


def test_another_card_that_is_opened_meanwhile_gets_none_of_the_goals(app, web, network):
    meetings.open_card(web, network)
    meetings.begin(web, with_card=True)
    meetings.set_goal(web, GOAL)
    web.go_on({"level-0": "-1"})
    meetings.open_card(web, network, network.other_card)
    web.go_on({"level-0": "0"})
    assert "Your card has closed by itself" in web.text
    assert rows(web, Goal) == []


def test_going_on_with_a_card_that_is_not_open_says_so(web):
    meetings.begin(web, with_card=True)
    assert web.response.status_code == 422
    assert "The card is not open in this browser." in web.text


def test_only_a_meeting_that_asked_counts_as_one(web):
    meetings.begin(web)
    web.go_on()
    web.go_on({"skip": "1"})
    web.go_on()
    web.go_on({"skip": "1"})
    meetings.finish(web)
    assert rows(web, BarriersAsked) == [] and rows(web, BarrierNote) == []
    assert len(rows(web, MeetingFeedback)) == 1


def test_asking_counts_even_when_nothing_was_in_the_way(web):
    meetings.begin(web)
    web.go_on()
    web.go_on()
    web.go_on()
    web.go_on({"skip": "1"})
    meetings.finish(web)
    assert [row.meetings for row in rows(web, BarriersAsked)] == [1]
    assert rows(web, BarrierNote) == []


def test_the_worker_does_not_see_the_clients_step_before_choosing(web):
    meetings.begin(web)
    meetings.set_goal(web, GOAL)
    web.go_on({"level-0": "2"})
    chosen = [field for field in onpage.tree(web).iter("input") if "checked" in field.attrib]
    assert [field.get("value") for field in chosen] == [""]


def test_three_goals_are_the_most(web):
    meetings.begin(web)
    for number in range(3):
        web.go_on({"words": f"Goal {number}", "add": "1"})
    assert "Three goals at a time are enough." in web.text
    web.go_on({"leave_out": "1"})
    assert "Goal 1" not in web.text and "Goal 2" in web.text


def test_a_goal_is_changed_before_it_is_put_on_the_ladder(web):
    meetings.begin(web)
    web.go_on({"words": GOAL, "add": "1"})
    web.go_on({"change": "0"})
    assert onpage.fields(web)["words"] == GOAL
    web.go_on({"words": "I swim on Mondays", "add": "1"})
    assert "I swim on Mondays" in web.text and GOAL not in web.text


def test_a_past_day_is_refused_and_everything_stays(web):
    meetings.begin(web)
    web.go_on({"words": GOAL, "target_on": "2026-11-01"})
    assert web.response.status_code == 422
    assert "This day is over already." in web.text
    assert onpage.fields(web)["words"] == GOAL


@pytest.mark.parametrize("day", ["soon", "2026-02-30", "131052-308T"])
def test_what_is_no_day_is_answered_in_words(web, day):
    meetings.begin(web)
    web.go_on({"words": GOAL, "target_on": day})
    assert web.response.status_code == 422 and onpage.fields(web)["words"] == GOAL
    assert "Check these answers" in web.text and "Not a valid" not in web.text


def test_going_back_loses_nothing_that_was_said(web):
    meetings.begin(web)
    meetings.set_goal(web, GOAL)
    web.go_on({"level-0": "-1"})
    web.go_on({"back": "1"})
    web.go_on({"back": "1"})
    assert GOAL in web.text


def test_the_card_is_closed_when_the_meeting_is_left(web, network):
    meetings.open_card(web, network)
    meetings.begin(web, with_card=True)
    web.go_on({"stop": "1"})
    assert meetings.count_rows(web)["own_sessions"] == 0


def test_the_card_is_closed_with_the_meeting(web, network):
    meetings.open_card(web, network)
    meetings.begin(web, with_card=True)
    web.go_on()
    web.go_on({"skip": "1"})
    web.go_on()
    web.go_on({"skip": "1"})
    meetings.finish(web)
    assert meetings.count_rows(web)["own_sessions"] == 0
    assert web.client.get_cookie("kaiku_own") is None


def test_no_screen_is_there_while_follow_up_is_off(app, network, enter):
    worker = enter(network.people[Role.WORKER])
    with app.app_context():
        followups.switch_off(network.area)
    for page in (meetings.MEETING, "/followup/meeting/over", "/followup/episodes/1/meeting"):
        assert worker.get(page).status_code == 404


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.VENUE_STAFF, Role.VIEWER])
def test_meetings_are_the_workers(web, network, enter, role):
    assert enter(network.people[role]).get(meetings.MEETING).status_code == 403


def test_a_score_of_goals_is_shown_to_nobody(web, network):
    meetings.open_card(web, network)
    meetings.begin(web, with_card=True)
    meetings.set_goal(web, GOAL)
    meetings.rate(web, "1", "1")
    assert "60" not in web.text.replace("2026", "")  # T of one goal at +1
    assert len(rows(web, GoalReview)) == 1
