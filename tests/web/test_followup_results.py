"""Results of measures in an episode: the worker's pages."""

from dataclasses import replace

import pytest

from kaikukortti.followup import measurements, permissions
from kaikukortti.followup.permissions import Permission
from kaikukortti.rules.access import Role
from tests import leaves, onpage
from tests.factories import NOW, TODAY


@pytest.fixture
def worker(network, enter):
    return enter(network.people[Role.WORKER])


@pytest.fixture
def episode(app, network):
    with app.app_context():
        return leaves.start(network.people[Role.WORKER].actor, network.area.id)


@pytest.fixture
def room(episode):
    return f"/followup/episodes/{episode.id}/results/"


def results(app, network, episode):
    with app.app_context():
        return measurements.list_of_episode(episode.id, actor=network.people[Role.WORKER].actor)


def permit(app, network, **changes):
    given = replace(Permission("WHO 1/2026", "WHO", "fi 1998", TODAY, True), **changes)
    with app.app_context():
        actor = network.people[Role.ADMINISTRATOR].actor
        permissions.record("who5", actor=actor, area_id=network.area.id, permission=given, now=NOW)


def test_domains_of_kykyviisari_are_recorded_and_shown(app, network, worker, episode, room):
    scores = {"score_mind": "61,5", "score_work_ability": "7", "phase": "start", "mode": "assisted"}
    worker.submit(f"{room}new/kykyviisari", scores)
    assert "Recorded." in worker.text
    (row,) = results(app, network, episode)
    assert row.scores == {"mind": 61.5, "work_ability": 7}
    shown = next(part for part in onpage.tree(worker).iter("li") if part.get("class") == "result")
    assert onpage.words(shown).startswith("Kykyviisari, 20 Nov 2026 Start, answered with help Mind 61.5 (0 to 100)")
    assert "Work ability 7 (0 to 10)" in onpage.words(shown)


@pytest.mark.parametrize(
    "given, said",
    [
        ({}, "Write a total"),
        ({"score_": "101"}, "between 0 and 100"),
        ({"score_": "nonsense"}, "Write a number"),
        ({"score_": "1e2"}, "Write a number"),
        ({"score_": "131052-308T"}, "personal identity code"),
        ({"score_": "50", "measured_on": "2026-10-20"}, "The episode began on 21 Oct 2026"),
        ({"score_": "50", "measured_on": "2026-11-21"}, "still to come"),
        ({"score_": "50", "measured_on": ""}, "Choose a day"),
    ],
)
def test_mistakes_keep_what_was_typed(app, network, worker, episode, room, given, said):
    answer = worker.submit(f"{room}new/who5", given)
    assert answer.status_code == 422 and said in worker.text
    kept = onpage.fields(worker)
    assert all(kept[name] == value for name, value in given.items())
    assert results(app, network, episode) == []


def test_the_same_day_twice(app, network, worker, episode, room):
    worker.submit(f"{room}new/who5", {"score_": "50"})
    answer = worker.submit(f"{room}new/who5", {"score_": "60"})
    assert answer.status_code == 422 and "already" in worker.text
    assert len(results(app, network, episode)) == 1


@pytest.mark.parametrize("code", ["esis", "swemwbs"])
def test_esis_and_swemwbs_have_no_address_here(worker, room, code):
    assert worker.get(f"{room}new/{code}").status_code == 404
    assert "not used about one person" in worker.text
    worker.get(f"{room}new/who5")
    sent = {"csrf_token": onpage.token(worker), "score_": "20", "measured_on": "2026-11-20", "phase": "start"}
    assert worker.post(f"{room}new/{code}", data=sent).status_code == 404
    worker.get(room)
    links = [link.get("href", "") for link in onpage.tree(worker).iter("a")]
    assert not [link for link in links if code in link]


def test_answers_are_asked_only_while_the_form_is_on(app, network, worker, episode, room):
    worker.get(f"{room}new/who5")
    assert "item_1" not in onpage.fields(worker)
    permit(app, network, is_form_on=False)
    worker.get(f"{room}new/who5")
    assert "item_1" not in onpage.fields(worker)
    permit(app, network)
    items = {f"item_{number}": answer for number, answer in enumerate("33322", 1)}
    worker.submit(f"{room}new/who5", items)
    assert [row.scores for row in results(app, network, episode)] == [{"": 52}]


def test_a_missing_answer_is_no_score(app, network, worker, episode, room):
    permit(app, network)
    answer = worker.submit(f"{room}new/who5", {"item_1": "3", "item_3": "2"})
    assert answer.status_code == 422 and "Missing: 2, 4, 5." in worker.text
    assert results(app, network, episode) == []


def test_a_form_that_went_off_meanwhile(app, network, worker, episode, room):
    permit(app, network)
    worker.get(f"{room}new/who5")
    permit(app, network, is_form_on=False)
    worker.go_on({f"item_{number}": "3" for number in range(1, 6)})
    assert results(app, network, episode) == [], "the fields are not there any more, so nothing is taken in"


def test_a_result_is_put_right_and_removed(app, network, worker, episode, room):
    worker.submit(f"{room}new/who5", {"score_": "16", "phase": "end"})
    (row,) = results(app, network, episode)
    worker.get(f"{room}{row.id}")
    assert onpage.fields(worker)["score_"] == "16"
    worker.go_on({"score_": "61"})
    assert "Put right." in worker.text
    assert [(one.scores, one.phase.value) for one in results(app, network, episode)] == [({"": 61}, "end")]
    worker.get(f"{room}{row.id}/remove")
    assert "cannot be brought back" in worker.text and len(results(app, network, episode)) == 1
    worker.go_on({})
    assert "The result was removed." in worker.text and results(app, network, episode) == []
    assert worker.get(f"{room}{row.id}").status_code == 404
    assert worker.get(f"{room}{row.id}/remove").status_code == 404


def test_each_look_is_in_the_log(app, worker, room):
    with app.app_context():
        before = len(leaves.logged())
    worker.get(room)
    with app.app_context():
        assert [entry.action for entry in leaves.logged()[before:]] == ["followup.episode_looked_at"]


def test_another_unit_s_episode_is_nowhere(app, network, worker, episode, room, enter):
    worker.submit(f"{room}new/who5", {"score_": "50"})
    (row,) = results(app, network, episode)
    stranger = enter(network.strangers[Role.WORKER])
    for path in (room, f"{room}new/who5", f"{room}{row.id}", f"{room}{row.id}/remove"):
        assert stranger.get(path).status_code == 404
