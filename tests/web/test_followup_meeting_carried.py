"""What a meeting (W2) carries from screen to screen: sent again, by another, hours later or mended by hand."""

from datetime import timedelta

import pytest
import time_machine

from kaikukortti.followup.models.answers import BarrierNote, BarriersAsked, MeetingFeedback
from kaikukortti.rules.access import Role
from tests import meetings, onpage
from tests.factories import NOW
from tests.meetings import rows

GOAL = "I read at the library on Tuesdays"


@pytest.fixture
def web(network, enter):
    return enter(network.people[Role.WORKER])


def test_the_same_answers_sent_twice_count_once(web):
    meetings.begin(web)
    web.go_on()
    web.go_on({"barrier": ["offer"]})
    web.go_on()
    web.go_on({"skip": "1"})
    kept = onpage.fields(web)
    data = {name: kept[name] for name in ("csrf_token", "screen", "carried")}
    for _ in range(2):
        answer = web.post(meetings.MEETING, data={**data, "heard": "no", "useful": "no"})
        assert answer.status_code == 303
    assert [row.meetings for row in rows(web, BarriersAsked)] == [1]
    assert len(rows(web, BarrierNote)) == len(rows(web, MeetingFeedback)) == 1


@pytest.mark.parametrize("sent", [{"level-0": "9"}, {"level-0": "x"}, {"editing": "7"}, {"change": "-1"}])
def test_values_that_no_page_offers_change_nothing(web, sent):
    meetings.begin(web)
    meetings.set_goal(web, GOAL)
    kept = {name: onpage.fields(web)[name] for name in ("csrf_token", "screen", "carried")}
    web.post(meetings.MEETING, data={**kept, **sent})
    assert web.response.status_code == 200 and onpage.fields(web)["screen"] == "barriers"


@pytest.mark.parametrize("carried", ["", "nonsense"])
def test_what_cannot_be_read_begins_anew(web, carried):
    meetings.begin(web)
    web.go_on({"carried": carried})
    assert "You can begin again." in web.text


def test_a_meeting_of_one_worker_cannot_be_sent_by_another(app, web, network, enter):
    meetings.begin(web)
    meetings.set_goal(web, GOAL)
    carried = onpage.fields(web)["carried"]
    other = enter(network.strangers[Role.WORKER])
    other.get(meetings.MEETING)
    other.go_on({"screen": "client", "carried": carried, "without_card": "1"})
    assert "You can begin again." in other.text and GOAL not in other.text


def test_a_meeting_that_stood_open_for_hours_begins_anew(web, network):
    meetings.begin(web)
    carried = onpage.fields(web)["carried"]
    with time_machine.travel(NOW + timedelta(hours=3), tick=False):
        web.go_on()
        assert "Your session has ended" in web.text and carried not in web.text
        web.begin(network.people[Role.WORKER].actor.user_id)
        web.get(meetings.MEETING)
        web.go_on({"screen": "client", "carried": carried, "without_card": "1"})
    assert "You can begin again." in web.text
