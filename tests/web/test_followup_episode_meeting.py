"""A meeting within an episode (W2, option b): the goals are the episode's; another unit's episode is not there."""

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.followup import episodes, goals, store
from kaikukortti.followup.models.episodes import Service
from kaikukortti.followup.models.switches import UnitSwitch
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from tests import meetings, onpage
from tests.factories import NOW, TODAY

GOAL = "I read at the library on Tuesdays"


@pytest.fixture
def web(network, enter):
    return enter(network.people[Role.WORKER])


@pytest.fixture
def episode(app, network):
    with app.app_context():
        return episodes.start(
            actor=network.people[Role.WORKER].actor,
            area_id=network.area.id,
            service=Service.SOCIAL_REHABILITATION,
            started_on=TODAY,
            planned_end_on=None,
            review_months=(0, 3),
            now=NOW,
        )


def page_of(row):
    return f"/followup/episodes/{row.id}/meeting"


def listed(app, network, row):
    with app.app_context():
        return goals.list_goals(episode_id=row.id, actor=network.people[Role.WORKER].actor)


def test_the_goals_are_the_episodes_with_and_without_the_card(app, web, network, episode):
    before = meetings.count_rows(web)
    meetings.begin(web, page=page_of(episode))
    meetings.set_goal(web, GOAL)
    meetings.rate(web, "-1", "-1")
    assert "They are in the case" in web.text and "Both see it on the same step." in web.text
    assert meetings.grown(before, meetings.count_rows(web)) == {"goals": 1, "goal_reviews": 1}
    assert [row.words for row in listed(app, network, episode)] == [GOAL]
    meetings.open_card(web, network)
    meetings.begin(web, with_card=True, page=page_of(episode))
    assert GOAL in web.text
    web.go_on()
    meetings.rate(web, "1", "0")
    [row] = listed(app, network, episode)
    assert [(view.client_level, view.worker_level) for view in row.reviews] == [(1, 0)]


def test_a_goal_is_changed_and_given_up_where_it_is_kept(app, web, network, episode):
    with app.app_context():
        owner = goals.Owner(episode_id=episode.id, actor=network.people[Role.WORKER].actor)
        for words in (GOAL, "I swim"):
            goals.add(words, owner=owner, now=NOW)
    meetings.begin(web, page=page_of(episode))
    web.go_on({"change": "0"})
    web.go_on({"words": "I read", "weight": "3", "add": "1"})
    web.go_on({"leave_out": "1"})
    assert [(row.words, row.weight) for row in listed(app, network, episode)] == [("I read", 3)]


@pytest.mark.parametrize("which", ["unknown", "foreign"])
def test_an_episode_that_is_not_the_units_is_not_there(network, enter, episode, which):
    stranger = enter(network.strangers[Role.WORKER])
    other = enter(network.people[Role.WORKER])
    if which == "foreign":
        with stranger.app.app_context(), store.writing() as session:
            facts = {"episodes_are_on": True, "decision": "DPO", "review_months": [0], "changed_at": NOW}
            session.add(UnitSwitch(unit_id=network.other_unit.id, area_id=network.area.id, is_on=True, **facts))
    web, page = (stranger, page_of(episode)) if which == "foreign" else (other, "/followup/episodes/999/meeting")
    assert web.get(page).status_code == 404
    web.get(meetings.MEETING)
    data = {name: onpage.fields(web)[name] for name in ("csrf_token", "screen", "carried")}
    assert web.post(page, data={**data, "without_card": "1"}).status_code == 404


def test_a_meeting_of_one_episode_is_not_anothers(web, episode):
    web.get(meetings.MEETING)
    data = {name: onpage.fields(web)[name] for name in ("csrf_token", "screen", "carried")}
    answer = web.post(page_of(episode), data={**data, "without_card": "1"})
    assert answer.status_code == 303 and answer.location == page_of(episode)


def test_an_episode_that_has_ended_has_no_meetings(app, web, network, episode):
    with app.app_context():
        episodes.end(episode.id, actor=network.people[Role.WORKER].actor, now=NOW)
    assert web.get(page_of(episode)).status_code == 409


def test_opening_the_meeting_is_a_look_in_the_log(app, web, episode):
    web.get(page_of(episode))
    with app.app_context():
        looks = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "followup.episode_looked_at"))
        assert [entry.detail for entry in looks] == [{"episode": episode.id}]


def test_episodes_have_no_meeting_where_they_are_off(app, web, network, episode):
    with app.app_context(), store.writing() as session:
        session.execute(sa.update(UnitSwitch).values(episodes_are_on=False))
    assert web.get(page_of(episode)).status_code == 404
    assert web.get(meetings.MEETING).status_code == 200
