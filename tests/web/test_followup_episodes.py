"""Episodes as a unit's worker meets them: a code and days, the list, the page, the end. Others meet nothing."""

import re

import pytest

from kaikukortti.db import db
from kaikukortti.followup import episodes, store
from kaikukortti.followup.models.episodes import Episode
from kaikukortti.followup.models.switches import AreaSwitch, UnitSwitch
from kaikukortti.models.network import Membership
from kaikukortti.rules.access import Role
from tests import factories, leaves, onpage
from tests.factories import DAY, TODAY
from tests.web.test_budgets import PAGE_BUDGET
from tests.webclient import Web

LIST = "/followup/episodes/"
PAGES = ("", "/end", "/leave", "/change", "/use", "/own-use", "/use/check")


@pytest.fixture
def worker(network, enter) -> Web:
    return enter(network.people[Role.WORKER])


@pytest.fixture
def episode(app, network):
    with app.app_context():
        return leaves.start(network.people[Role.WORKER].actor, network.area.id)


def test_an_episode_is_started_without_a_word_about_a_person(worker):
    worker.submit(f"{LIST}start", {"service": "adult_social_work", "planned_end_on": "2027-11-19"})
    found = re.search(r"has the code ([0-9A-Z]{4}-[0-9A-Z]{4})\.", worker.text)
    assert found and worker.response is not None
    assert "Social work with adults" in worker.text and "19 Nov 2027" in worker.text
    worker.get(LIST)
    assert onpage.table(worker, "Open episodes")[found[1]] == [
        "Social work with adults",
        "20 Nov 2026 due",
        "– no figure",
    ]
    assert onpage.figures(worker)["review is due"] == 1
    worker.get(f"{LIST}start")
    kinds = {field.get("type") for field in onpage.main_of(worker).iter("input")}
    assert kinds == {"hidden", "radio", "date"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"service": None}, "Choose the service."),
        ({"started_on": "2026-11-21"}, "An episode begins today or within the last year"),
        ({"planned_end_on": "2026-11-20"}, "its planned end is a later day"),
        ({"started_on": "soon"}, "Choose a day."),
        ({"started_on": "131052-308T"}, "personal identity code"),
    ],
)
def test_impossible_days_are_told_beside_the_field_and_all_stays(app, worker, given, said):
    answer = worker.submit(f"{LIST}start", {"service": "other", **given})
    assert answer.status_code == 422 and said in worker.text
    with app.app_context():
        assert not leaves.rows_of(Episode)


def test_the_page_shows_what_can_be_done_and_the_end_takes_it_off_the_list(worker, episode):
    worker.get(f"{LIST}{episode.id}")
    assert worker.text.count(episode.case_code) >= 1
    assert "Nothing is shown. The client may show how the card is used, and need not" in worker.text
    worker.submit(f"{LIST}{episode.id}/end", {"confirmed": "1"})
    assert worker.response is not None and worker.response.request.path == LIST
    assert "The episode has ended." in worker.text and episode.case_code not in worker.text
    worker.get(f"{LIST}{episode.id}")
    assert "Ended on" in worker.text and "Hold a meeting" not in worker.text
    worker.submit(f"{LIST}{episode.id}/end", {"confirmed": "1"})
    assert "The episode has ended. It stays as it was." in worker.text


def test_enter_does_not_end_an_episode(app, network, worker, episode):
    assert worker.submit(f"{LIST}{episode.id}/end").status_code == 422
    with app.app_context():
        assert episodes.get(episode.id, actor=network.people[Role.WORKER].actor).ended_on is None


@pytest.mark.parametrize("page", PAGES)
def test_another_units_worker_finds_nothing(app, network, enter, episode, page):
    with app.app_context(), store.writing() as session:
        session.add(
            UnitSwitch(
                unit_id=network.other_unit.id,
                area_id=network.area.id,
                episodes_are_on=True,
                decision="DPO 4/2026",
                review_months=[],
                changed_at=factories.NOW,
            )
        )
    stranger = enter(network.strangers[Role.WORKER])
    assert stranger.get(LIST).status_code == 200
    assert episode.case_code not in stranger.text
    assert stranger.get(f"{LIST}{episode.id}{page}").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.WORKER])
def test_no_other_role_enters(network, enter, episode, role):
    web = enter(network.people[role])
    for page in PAGES:
        assert web.get(f"{LIST}{episode.id}{page}").status_code == 403
    assert web.get(LIST).status_code == web.get(f"{LIST}start").status_code == 403


@pytest.mark.parametrize("off", ["area", "episodes"])
def test_with_episodes_off_no_page_exists(app, network, worker, episode, off):
    with app.app_context(), store.writing() as session:
        switch = session.get_one(AreaSwitch, network.area.id)
        unit = session.get_one(UnitSwitch, network.unit.id)
        switch.is_on, unit.episodes_are_on = off != "area", off != "episodes"
    for page in PAGES:
        assert worker.get(f"{LIST}{episode.id}{page}").status_code == 404
    assert worker.get(LIST).status_code == worker.get(f"{LIST}start").status_code == 404


def test_a_worker_who_changed_units_loses_the_episode_at_once(app, network, worker, episode):
    assert worker.get(f"{LIST}{episode.id}").status_code == 200
    with app.app_context():
        held = db.session.query(Membership).filter_by(user_id=network.people[Role.WORKER].actor.user_id).one()
        held.unit_id = network.other_unit.id
        db.session.commit()
    assert worker.get(f"{LIST}{episode.id}").status_code == 404


def test_pages_keep_their_budget(app, network, worker, episode):
    """Statements to each of the two databases; ten times the episodes cost no statement more."""
    pages = [LIST, f"{LIST}start", f"{LIST}{episode.id}", f"{LIST}{episode.id}/change", f"{LIST}{episode.id}/end"]
    few = {page: leaves.cost(worker, page) for page in pages}
    with app.app_context():
        for _ in range(9):
            leaves.start(network.people[Role.WORKER].actor, network.area.id)
    assert {page: leaves.cost(worker, page) for page in pages} == few
    assert max(map(max, few.values())) <= PAGE_BUDGET, few


def test_the_list_shows_the_next_review_first(app, network, worker, episode):
    with app.app_context():
        later = leaves.start(network.people[Role.WORKER].actor, network.area.id, started_on=TODAY - DAY)
    worker.get(LIST)
    assert list(onpage.table(worker, "Open episodes")) == [episode.case_code, later.case_code]
