"""What clients said of the unit's meetings, as its workers read it."""

from datetime import timedelta

import pytest
import time_machine

from kaikukortti.followup import meetings
from kaikukortti.followup.meetings import Feedback
from kaikukortti.followup.models.answers import Agreement
from kaikukortti.rules.access import Role
from tests import onpage
from tests.factories import NOW

PAGE = "/followup/voices/"
WINTER = NOW + timedelta(days=60)


@pytest.fixture
def hold(app, network):
    """Return a function that holds meetings of the first unit in autumn: one for each answer to "of use"."""

    def held(*useful):
        with app.app_context():
            for number, answer in enumerate(useful):
                feedback = Feedback(Agreement.YES, answer, f"Wish {number}")
                actor = network.people[Role.WORKER].actor
                meetings.keep(f"{number}", actor=actor, barriers=None, feedback=feedback, now=NOW)

    return held


def look(enter, person):
    with time_machine.travel(WINTER, tick=False):
        web = enter(person)
        web.get(PAGE)
    return web


def test_five_answers_of_a_quarter_that_is_over_are_shown(network, enter, hold):
    hold(*[Agreement.YES] * 3, Agreement.NO, Agreement.PARTLY)
    web = look(enter, network.people[Role.WORKER])
    assert "5 meetings were held to their end." in web.text and "Wish 4" in web.text
    assert onpage.table(web, "Answers, quarter 4 of 2026") == {
        "Were you heard?": ["5", "0", "0", "0"],
        "Was this of use?": ["3", "1", "1", "0"],
    }


def test_four_answers_are_too_few(network, enter, hold):
    hold(*[Agreement.YES] * 4)
    web = look(enter, network.people[Role.WORKER])
    assert "Too few answers to show." in web.text and "Wish" not in web.text


def test_the_running_quarter_is_not_shown(network, enter, hold):
    hold(*[Agreement.YES] * 9)
    web = enter(network.people[Role.WORKER])
    web.get(PAGE)
    assert "uarter 4 of 2026" not in web.text and "Wish" not in web.text


def test_another_unit_sees_its_own(network, enter, hold):
    hold(*[Agreement.YES] * 9)
    web = look(enter, network.strangers[Role.WORKER])
    assert "Quarter 4 of 2026 No meetings were held to their end." in web.text and "Wish" not in web.text


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.VENUE_STAFF])
def test_the_page_is_the_workers(network, enter, role):
    assert enter(network.people[role]).get(PAGE).status_code == 403
