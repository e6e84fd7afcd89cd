"""The page of change: labels with their thresholds, tables under charts, use beside change only under the caution."""

import pytest

from kaikukortti.followup import goals, measurements
from kaikukortti.followup.measurements import Given
from kaikukortti.followup.models.episodes import Mode, Phase
from kaikukortti.rules.access import Role
from tests import leaves, onpage
from tests.factories import DAY, NOW, TODAY
from tests.webclient import Web

LIST = "/followup/episodes/"
CAUTION = "The figure tells of a connection, not of the card's effect. People who use the card"
NEVER = ("esis", "swemwbs", "rank", "score", "inactive", "predict", "effect of")


@pytest.fixture
def worker(network, enter) -> Web:
    return enter(network.people[Role.WORKER])


@pytest.fixture
def episode(app, network):
    """Return an episode with a goal, three results of one measure and one of another."""
    actor = network.people[Role.WORKER].actor
    with app.app_context():
        episode = leaves.start(actor, network.area.id)
        began = NOW - 30 * DAY
        goal = goals.add("Ulos kerran viikossa", owner=goals.Owner(None, episode.id, actor), now=began)
        for days, level in ((15, 0), (30, 1)):
            owner = goals.Owner(None, episode.id, actor)
            goals.review(goal, owner=owner, client_level=level, worker_level=0, now=began + days * DAY)
        for days, total in ((0, 36), (15, 40), (30, 47)):
            record(episode, actor, "who5", TODAY + (days - 30) * DAY, total)
        record(episode, actor, "whodas", TODAY, 30)
        return episode


def record(episode, actor, code, on_day, total):
    given = Given(on_day, Phase.MIDDLE, Mode.SELF, {"": total})
    measurements.record(episode.id, actor=actor, code=code, given=given, now=NOW)


def lines(web, name):
    drawn = (node for node in onpage.tree(web).iter() if str(node.tag).endswith("line"))
    return [node for node in drawn if name in (node.get("class") or "").split()]


def test_each_change_has_a_label_and_what_it_was_held_against(worker, episode):
    worker.get(f"{LIST}{episode.id}/change")
    goal = onpage.table(worker, "From the start until now, as the client sees it")["Ulos kerran viikossa"]
    assert goal[:4] == ["−1 (21 Oct 2026)", "+1 (20 Nov 2026)", "0", "Clear change"]
    results = onpage.table(worker, "From the start until now")
    assert results["Wellbeing (WHO-5)"][2:] == ["Possible change", "At least 10 (smaat.eu/library/scales/who-5)"]
    assert results["WHODAS 2.0 (lower is better)"][2] == "one point only"
    assert len(lines(worker, "change-line")) == 4 and not lines(worker, "change-day")
    assert CAUTION not in worker.text


def test_use_stands_below_on_the_same_axis_alone_and_alike(app, network, worker, episode):
    with app.app_context():
        for days in (-25, -10, -3):
            leaves.visit(network.card, network.venue, TODAY + days * DAY)
        token = leaves.opened_token(network.card)
    worker.client.set_cookie("kaiku_own", token)
    worker.get(f"{LIST}{episode.id}/own-use")
    marks = lines(worker, "change-day")
    assert len(marks) == 3 and len({mark.get("class") for mark in marks}) == 1
    assert all(mark.get("x1") == mark.get("x2") for mark in marks)
    assert len(lines(worker, "change-line")) == 4
    places = {mark.get("x1") for mark in marks}
    assert places == {f"{round(100 * (30 + days) / 30, 3)}%" for days in (-25, -10, -3)}
    assert CAUTION in worker.text


def test_no_word_ranks_predicts_or_names_a_group_measure(app, network, worker, episode):
    with app.app_context():
        token = leaves.opened_token(network.card)
    worker.client.set_cookie("kaiku_own", token)
    for page in ("", "/change", "/own-use", "/leave"):
        worker.get(f"{LIST}{episode.id}{page}")
        assert worker.response is not None
        said = worker.response.get_data(as_text=True).lower()
        assert not [word for word in NEVER if word in said], page
    worker.get(f"{LIST}{episode.id}/own-use")
    assert "No recorded use" in worker.text


def test_a_new_episode_has_nothing_to_draw_yet(app, network, worker):
    with app.app_context():
        episode = leaves.start(network.people[Role.WORKER].actor, network.area.id, started_on=TODAY)
    worker.get(f"{LIST}{episode.id}/change")
    assert "No goals yet." in worker.text and "No results yet." in worker.text
