"""Results in an episode: ranges, days, missing answers, and never ESIS or SWEMWBS."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti.errors import NotFound
from kaikukortti.followup import measurements, permissions, store
from kaikukortti.followup.measurements import Given
from kaikukortti.followup.models.episodes import Measurement, MeasurementScore, Mode, Phase
from kaikukortti.followup.permissions import FormState, Permission
from kaikukortti.rules.access import Role
from kaikukortti.rules.measure import GROUP_ONLY
from tests import leaves
from tests.factories import DAY, NOW, TODAY
from tests.network import Network, make_network

GIVEN = Given(TODAY, Phase.START, Mode.SELF, {"": 52})
PERMITTED = Permission("THL 12/2026", "WHO", "fi 2020", TODAY, True)


@pytest.fixture
def network() -> Network:
    return make_network()


@pytest.fixture
def worker(network):
    return network.people[Role.WORKER].actor


@pytest.fixture
def episode(network, worker):
    return leaves.start(worker, network.area.id)


def permit(network, code="who5", **changes):
    given = replace(PERMITTED, **changes)
    actor = network.people[Role.ADMINISTRATOR].actor
    permissions.record(code, actor=actor, area_id=network.area.id, permission=given, now=NOW)


def record(episode, actor, code="who5", *, now=NOW, **changes):
    given = replace(GIVEN, **changes)
    return measurements.record(episode.id, actor=actor, code=code, given=given, now=now)


def results(episode, actor):
    return measurements.list_of_episode(episode.id, actor=actor)


def test_a_total_is_recorded_with_its_day_phase_and_mode(episode, worker):
    record(episode, worker, measured_on=TODAY - DAY, phase=Phase.MIDDLE, mode=Mode.ASSISTED)
    (found,) = results(episode, worker)
    assert (found.code, found.measured_on, found.phase) == ("who5", TODAY - DAY, Phase.MIDDLE)
    assert (found.mode, found.scores, found.scales) == (Mode.ASSISTED, {"": 52}, {"": (0, 100)})


def test_domains_are_recorded_each_on_its_scale(episode, worker):
    record(episode, worker, "kykyviisari", scores={"mind": 61.5, "work_ability": 7})
    (found,) = results(episode, worker)
    assert found.scores == {"mind": 61.5, "work_ability": 7}
    assert found.scales == {"mind": (0, 100), "work_ability": (0, 10)}


def test_a_result_keeps_the_scale_that_it_was_given_on(network, episode, worker):
    record(episode, worker, "kykyviisari", scores={"mind": 61.5}, measured_on=TODAY - DAY)
    administrator = network.people[Role.ADMINISTRATOR].actor
    facts = {"actor": administrator, "area_id": network.area.id, "now": NOW}
    permissions.set_scales("kykyviisari", scales={"mind": (0, 36)}, **facts)
    with pytest.raises(measurements.ScoreOutside) as refused:
        record(episode, worker, "kykyviisari", scores={"mind": 61.5})
    assert refused.value.details == {"domain": "mind", "low": 0, "high": 36}
    record(episode, worker, "kykyviisari", scores={"mind": 20})
    assert [found.scales["mind"] for found in results(episode, worker)] == [(0, 100), (0, 36)]


def test_results_are_listed_by_day(episode, worker):
    for days in (1, 3, 2):
        record(episode, worker, measured_on=TODAY - days * DAY)
    assert [found.measured_on for found in results(episode, worker)] == [TODAY - days * DAY for days in (3, 2, 1)]


@pytest.mark.parametrize("code", sorted(GROUP_ONLY))
def test_a_group_measure_is_never_recorded_of_a_person(episode, worker, code):
    with pytest.raises(measurements.GroupOnly):
        record(episode, worker, code, scores={"": 20})
    with pytest.raises(measurements.GroupOnly):
        measurements.check_recordable(code)
    with pytest.raises(sa.exc.IntegrityError), store.writing() as session:
        facts = {"measured_on": TODAY, "phase": Phase.START, "mode": Mode.SELF}
        session.add(Measurement(episode_id=episode.id, code=code, **facts))
    assert results(episode, worker) == []


@pytest.mark.parametrize("code", ["gas", "mood", "avain"])
def test_measures_with_a_room_of_their_own_are_not_recorded_here(episode, worker, code):
    with pytest.raises(measurements.NotRecorded):
        record(episode, worker, code, scores={"": 1})


def test_an_unknown_measure_or_domain_is_not_found(episode, worker):
    with pytest.raises(NotFound):
        record(episode, worker, "phq9")
    with pytest.raises(NotFound):
        record(episode, worker, "kykyviisari", scores={"nonsense": 5})
    with pytest.raises(NotFound):
        record(episode, worker, "kykyviisari", scores={"": 5})


@pytest.mark.parametrize("score", [-0.1, 100.1, float("nan"), float("inf"), -5])
def test_a_score_outside_its_range(episode, worker, score):
    with pytest.raises(measurements.ScoreOutside):
        record(episode, worker, scores={"": score})
    assert results(episode, worker) == []


def test_the_table_refuses_a_score_outside_its_scale_too(episode, worker):
    with pytest.raises(sa.exc.IntegrityError), store.writing() as session:
        row = Measurement(episode_id=episode.id, code="ors", measured_on=TODAY, phase=Phase.START, mode=Mode.SELF)
        row.scores = [MeasurementScore(domain="", score=41, low=0, high=40)]
        session.add(row)


def test_the_ends_of_a_range_are_in_it(episode, worker):
    record(episode, worker, scores={"": 0})
    record(episode, worker, scores={"": 100}, measured_on=TODAY - DAY)
    assert len(results(episode, worker)) == 2


def test_nothing_given_is_no_result(episode, worker):
    with pytest.raises(measurements.ScoreMissing):
        record(episode, worker, scores={})


def test_a_day_before_the_episode_or_to_come(episode, worker):
    with pytest.raises(measurements.MeasuredTooEarly) as refused:
        record(episode, worker, measured_on=episode.started_on - DAY)
    assert refused.value.details == {"started_on": episode.started_on}
    with pytest.raises(measurements.MeasuredInFuture):
        record(episode, worker, measured_on=TODAY + DAY)
    record(episode, worker, measured_on=episode.started_on)
    assert len(results(episode, worker)) == 1


def test_the_same_measure_twice_on_a_day(episode, worker):
    record(episode, worker)
    with pytest.raises(measurements.MeasuredTwice):
        record(episode, worker, scores={"": 60})
    record(episode, worker, "eurohis", scores={"": 3.5})
    assert len(results(episode, worker)) == 2


def test_another_unit_s_episode_is_nowhere(network, episode, worker):
    result_id = record(episode, worker)
    for actor in (network.strangers[Role.WORKER].actor, *(network.people[role].actor for role in Role)):
        if actor == worker:
            continue
        calls = [
            lambda actor=actor: results(episode, actor),
            lambda actor=actor: measurements.list_recordable(episode.id, actor=actor, today=TODAY),
            lambda actor=actor: record(episode, actor, "eurohis", scores={"": 3}),
            lambda actor=actor: measurements.correct(episode.id, result_id, actor=actor, given=GIVEN, now=NOW),
            lambda actor=actor: measurements.remove(episode.id, result_id, actor=actor, now=NOW),
        ]
        for call in calls:
            with pytest.raises(NotFound):
                call()
    assert [found.scores for found in results(episode, worker)] == [{"": 52}]


def test_a_result_belongs_to_its_episode(network, episode, worker):
    result_id = record(episode, worker)
    other = leaves.start(worker, network.area.id)
    with pytest.raises(NotFound):
        measurements.remove(other.id, result_id, actor=worker, now=NOW)
    with pytest.raises(NotFound):
        measurements.correct(other.id, result_id, actor=worker, given=GIVEN, now=NOW)


def test_a_mistyped_result_is_put_right_and_that_is_in_the_log(episode, worker):
    result_id = record(episode, worker, "kykyviisari", scores={"mind": 16, "body": 50})
    given = replace(GIVEN, measured_on=TODAY - DAY, scores={"mind": 61, "skills": 70})
    measurements.correct(episode.id, result_id, actor=worker, given=given, now=NOW)
    (found,) = results(episode, worker)
    assert (found.id, found.scores, found.measured_on) == (result_id, {"mind": 61, "skills": 70}, TODAY - DAY)
    last = leaves.logged()[-1]
    assert last.action == "followup.result_corrected"
    assert last.detail == {"episode": episode.id, "result": result_id, "measure": "kykyviisari"}, "no score in the log"


def test_a_correction_is_held_to_the_same_rules(episode, worker):
    result_id = record(episode, worker)
    record(episode, worker, measured_on=TODAY - DAY)
    wrong: dict[type[Exception], dict[str, Any]] = {
        measurements.MeasuredTwice: {"measured_on": TODAY - DAY},
        measurements.MeasuredInFuture: {"measured_on": TODAY + DAY},
        measurements.ScoreOutside: {"scores": {"": 101}},
        measurements.ScoreMissing: {"scores": {}},
    }
    for error, changes in wrong.items():
        with pytest.raises(error):
            given = replace(GIVEN, **changes)
            measurements.correct(episode.id, result_id, actor=worker, given=given, now=NOW)
    assert [found.scores for found in results(episode, worker)] == [{"": 52}, {"": 52}]


def test_a_removed_result_is_gone_with_its_scores(episode, worker):
    result_id = record(episode, worker)
    measurements.remove(episode.id, result_id, actor=worker, now=NOW)
    assert results(episode, worker) == []
    with store.reading() as session:
        assert session.scalar(sa.select(sa.func.count(MeasurementScore.id))) == 0
    assert leaves.logged()[-1].action == "followup.result_removed"


def test_answers_are_added_up_only_while_the_form_is_on(network, episode, worker):
    answers = {"scores": {}, "answers": [3, 3, 3, 2, 2]}
    with pytest.raises(measurements.FormOff) as refused:
        record(episode, worker, **answers)
    assert refused.value.details == {"state": "unpermitted"}
    permit(network)
    record(episode, worker, **answers)
    (found,) = results(episode, worker)
    assert found.scores == {"": 52}
    with pytest.raises(measurements.FormOff) as refused:
        record(episode, worker, now=NOW + DAY, measured_on=TODAY + DAY, **answers)
    assert refused.value.details == {"state": "expired"}
    record(episode, worker, now=NOW + DAY, measured_on=TODAY + DAY)
    assert len(results(episode, worker)) == 2, "totals stay, and can be recorded"


@pytest.mark.parametrize(
    "answers, missing", [([3, 3, None, 2, 2], [3]), ([None] * 5, [1, 2, 3, 4, 5]), ([None, 3, 3, 3, None], [1, 5])]
)
def test_a_missing_answer_is_no_score(network, episode, worker, answers, missing):
    permit(network)
    with pytest.raises(measurements.ItemMissing) as refused:
        record(episode, worker, scores={}, answers=answers)
    assert refused.value.details == {"items": missing}
    assert results(episode, worker) == []


@pytest.mark.parametrize("answers", [[3, 3, 3, 2], [3, 3, 3, 2, 6], [3, 3, 3, 2, -1], [3] * 6])
def test_impossible_answers(network, episode, worker, answers):
    permit(network)
    with pytest.raises(measurements.ItemImpossible):
        record(episode, worker, scores={}, answers=answers)


def test_what_can_be_recorded_in_an_area(network, episode, worker):
    permit(network)
    found = measurements.list_recordable(episode.id, actor=worker, today=TODAY)
    assert not {entry.measure.code for entry in found} & (GROUP_ONLY | {"gas", "mood", "avain"})
    assert {entry.measure.code for entry in found if entry.form is FormState.ON} == {"who5"}
