"""What stands in holders' way: shown from five answers on, for the own area alone, within twelve months."""

import pytest

from kaikukortti import barriers
from kaikukortti.db import db, transactional
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.rules.barrier import Barrier
from kaikukortti.web import choices
from tests import onpage
from tests.factories import TODAY

PAGE = "/figures/barriers/"


def answer(app, area, barrier: Barrier, times: int = 1, *, months_ago: int = 0) -> None:
    day = period.add_months(TODAY, -months_ago)
    with app.app_context():
        for _ in range(times):
            transactional(barriers.note)(area.id, barrier, today=day)
        db.session.commit()


@pytest.fixture
def coordinator(network, enter):
    return enter(network.people[Role.COORDINATOR])


def test_four_answers_are_too_few_and_the_fifth_shows_them(app, network, coordinator):
    answer(app, network.area, Barrier.COMPANY, 3)
    answer(app, network.area, Barrier.TRANSPORT)
    coordinator.get(PAGE)
    assert "Too few answers to show." in coordinator.text and "No company" not in coordinator.text
    answer(app, network.area, Barrier.TIMES)
    coordinator.get(PAGE)
    shown = onpage.table(coordinator, "What has made it hard to use the card")
    assert list(shown.items())[0] == ("No company", ["3"])
    assert shown["Getting there"] == shown["The times do not suit"] == ["1"]
    assert shown["Something else"] == ["0"] and shown["Total"] == ["5"]
    assert "Named most often: no company." in coordinator.text
    assert len(shown) == len(Barrier) + 1 == len(choices.BARRIERS) + 1


def test_twelve_months_count(app, network, coordinator):
    answer(app, network.area, Barrier.COMPANY, 4, months_ago=11)
    answer(app, network.area, Barrier.TIMES, 9, months_ago=12)
    coordinator.get(PAGE)
    assert "Too few answers to show." in coordinator.text
    answer(app, network.area, Barrier.COMPANY)
    coordinator.get(PAGE)
    assert onpage.table(coordinator, "What has made it hard to use the card")["Total"] == ["5"]


def test_other_areas_answers_are_not_counted(app, network, coordinator, enter):
    answer(app, network.area, Barrier.COMPANY, 9)
    far = enter(network.strangers[Role.COORDINATOR])
    far.get(PAGE)
    assert "Too few answers to show." in far.text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_only_the_coordinator_reads_them(role, network, enter):
    assert enter(network.people[role]).get(PAGE).status_code == 403


def test_figures_lead_there(coordinator):
    coordinator.get("/figures/")
    assert PAGE in {link.get("href") for link in onpage.tree(coordinator).iter("a")}
