"""Episodes: a random case code and days, nothing of a person; the own unit's workers and nobody else."""

import re
from dataclasses import fields, replace

import pytest
import sqlalchemy as sa

from kaikukortti.errors import NotFound
from kaikukortti.followup import episodes, goals, store
from kaikukortti.followup.models.episodes import Episode, Grant, Measurement, Mode, Phase, Service
from kaikukortti.rules.access import Role
from tests import factories, leaves
from tests.factories import DAY, NOW, TODAY
from tests.network import Network, make_network


@pytest.fixture
def network() -> Network:
    return make_network()


@pytest.fixture
def worker(network):
    return network.people[Role.WORKER].actor


@pytest.fixture
def episode(network, worker):
    return leaves.start(worker, network.area.id)


def test_an_episode_has_a_random_code_and_reviews_on_whole_months(network, worker):
    row = leaves.start(worker, network.area.id, planned_end_on=TODAY + 200 * DAY)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", row.case_code)
    assert row.review_dates == (TODAY - 30 * DAY, TODAY.replace(year=2027, month=1, day=21), TODAY.replace(2027, 4, 21))
    others = {leaves.start(worker, network.area.id).case_code for _ in range(20)}
    assert len(others | {row.case_code}) == 21
    assert [entry.action for entry in leaves.logged()][:1] == ["followup.episode_started"]


def test_no_column_of_an_episode_takes_a_text_about_a_person():
    texts = {column.name for column in Episode.__table__.columns if isinstance(column.type, sa.String)}
    assert texts == {"case_code", "service"}
    assert {field.name for field in fields(episodes.EpisodeRow)} & {"name", "note", "words", "line", "number"} == set()


@pytest.mark.parametrize(
    "facts",
    [
        {"started_on": TODAY + DAY},
        {"started_on": TODAY - 367 * DAY},
        {"planned_end_on": TODAY - DAY},
        {"started_on": TODAY, "planned_end_on": TODAY},
        {"planned_end_on": TODAY + 6 * 366 * DAY},
    ],
)
def test_impossible_days_are_refused(network, worker, facts):
    with pytest.raises(episodes.EpisodeDaysImpossible):
        leaves.start(worker, network.area.id, **facts)
    assert not leaves.rows_of(Episode)


def test_the_list_tells_whose_review_has_come(network, worker, episode):
    ahead = leaves.start(worker, network.area.id, review_months=(6,), service=Service.OTHER)
    rows = episodes.list_open(actor=worker, now=NOW)
    assert [row.id for row in rows] == [episode.id, ahead.id]
    assert [row.is_due(TODAY) for row in rows] == [True, False]
    assert episodes.count_reviews_due(rows, today=TODAY) == 1


def test_a_goal_or_a_result_near_its_day_is_the_review(worker, episode):
    with store.writing() as session:
        facts = {"phase": Phase.START, "mode": Mode.SELF}
        session.add(Measurement(episode_id=episode.id, code="who5", measured_on=episode.started_on - 14 * DAY, **facts))
    assert episodes.get(episode.id, actor=worker).review_on == episode.review_dates[1]
    owner = goals.Owner(episode_id=episode.id, actor=worker)
    goal = goals.add("Kerran viikossa ulos", owner=owner, now=NOW)
    later = NOW + 55 * DAY  # eight days before the second review
    goals.review(goal, owner=owner, client_level=0, now=later)
    assert episodes.get(episode.id, actor=worker).review_on == episode.review_dates[2]


def test_renewals_are_a_number(network, worker):
    last_days = (TODAY - DAY, TODAY, TODAY.replace(month=12, day=31), TODAY.replace(2027, 1, 1))
    for last_on in last_days:
        factories.make_issued_card(network.unit, first_on=TODAY - 364 * DAY, last_on=last_on)
    factories.make_issued_card(network.other_unit, first_on=TODAY - 364 * DAY, last_on=TODAY)
    assert episodes.count_renewals(actor=worker, now=NOW) == 2


def test_another_unit_finds_nothing(network, worker, episode):
    stranger = network.strangers[Role.WORKER].actor
    assert episodes.list_open(actor=stranger, now=NOW) == []
    for call in (
        lambda actor: episodes.get(episode.id, actor=actor),
        lambda actor: episodes.look(episode.id, actor=actor, now=NOW),
        lambda actor: episodes.end(episode.id, actor=actor, now=NOW),
    ):
        with pytest.raises(NotFound):
            call(stranger)
        moved = replace(worker, unit_id=network.other_unit.id)
        with pytest.raises(NotFound):
            call(moved)
    told = [entry.action for entry in leaves.logged()]
    assert told == ["followup.episode_started", "followup.episodes_listed"], "the stranger's look at an empty list"
    assert episodes.get(episode.id, actor=worker).ended_on is None


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.WORKER])
def test_no_other_role_has_episodes(network, episode, role):
    actor = network.people[role].actor
    for call in (
        lambda: episodes.get(episode.id, actor=actor),
        lambda: episodes.list_open(actor=actor, now=NOW),
        lambda: episodes.count_renewals(actor=actor, now=NOW),
        lambda: leaves.start(actor, network.area.id),
    ):
        with pytest.raises(NotFound):
            call()


def test_a_grant_goes_with_its_episode(network, worker, episode):
    leaves.give(episode, leaves.opened(network.card), actor=worker)
    episodes.end(episode.id, actor=worker, now=NOW)
    assert not leaves.rows_of(Grant)
    assert episodes.get(episode.id, actor=worker).ended_on == TODAY
    assert episodes.list_open(actor=worker, now=NOW) == []
    assert leaves.logged("followup.episode_ended")[0].detail == {"episode": episode.id, "grant_ended": True}
    with pytest.raises(episodes.EpisodeOver):
        episodes.end(episode.id, actor=worker, now=NOW)


def test_a_look_at_an_episode_needs_the_log(worker, episode, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("the log cannot be written")

    episodes.look(episode.id, actor=worker, now=NOW)
    assert leaves.logged("followup.episode_looked_at")[0].detail == {"episode": episode.id}
    monkeypatch.setattr("kaikukortti.audit.record", fail)
    with pytest.raises(OSError, match="log"):
        episodes.look(episode.id, actor=worker, now=NOW)
    with pytest.raises(OSError, match="log"):
        episodes.end(episode.id, actor=worker, now=NOW)
    assert episodes.get(episode.id, actor=worker).ended_on is None


@pytest.mark.parametrize("code", ["esis", "swemwbs", "ESIS", "Swemwbs"])
def test_group_measures_cannot_stand_in_an_episode(episode, code):
    facts = {"measured_on": TODAY, "phase": Phase.START, "mode": Mode.SELF}
    with pytest.raises(sa.exc.IntegrityError, match="never_of_a_person"), store.writing() as session:
        session.add(Measurement(episode_id=episode.id, code=code, **facts))
    assert not leaves.rows_of(Measurement)
