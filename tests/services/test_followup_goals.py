"""Goals in the client's own words: whose they are, what is refused, and that two views stay two."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.followup import episodes, goals, references, store, texts
from kaikukortti.followup.episodes import EpisodeOver
from kaikukortti.followup.goals import Owner
from kaikukortti.followup.models.episodes import Service
from kaikukortti.followup.models.holders import Goal, GoalReview
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from tests import network
from tests.factories import NOW, SECRET_KEY, TODAY

WORDS = "I go out once a week"
LATER = NOW + timedelta(days=40)


@pytest.fixture
def town():
    return network.make_network()


@pytest.fixture
def holder(town):
    return Owner(line_ref=references.of_line(town.card.line, secret=SECRET_KEY))


@pytest.fixture
def worker(town):
    return town.people[Role.WORKER].actor


@pytest.fixture
def episode(town, worker):
    row = episodes.start(
        actor=worker,
        area_id=town.area.id,
        service=Service.SOCIAL_REHABILITATION,
        started_on=TODAY,
        planned_end_on=None,
        review_months=(0, 3),
        now=NOW,
    )
    return Owner(episode_id=row.id, actor=worker)


def listed(owner, **facts):
    return goals.list_goals(line_ref=owner.line_ref, episode_id=owner.episode_id, actor=owner.actor, **facts)


def entries(action):
    return db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == action)).all()


@pytest.mark.parametrize("owner_name", ["holder", "episode"])
def test_a_goal_stands_with_both_views_of_each_day(request, owner_name):
    owner = request.getfixturevalue(owner_name)
    goal_id = goals.add(f"  {WORDS} \n", owner=owner, weight=3, baseline=-2, target_on=TODAY, now=NOW)
    goals.review(goal_id, owner=owner, client_level=-2, worker_level=0, now=NOW)
    goals.review(goal_id, owner=owner, client_level=1, note="The bus", now=LATER)
    [row] = listed(owner)
    assert (row.id, row.words, row.weight, row.baseline, row.target_on) == (goal_id, WORDS, 3, -2, TODAY)
    assert [(view.client_level, view.worker_level, view.note) for view in row.reviews] == [
        (-2, 0, ""),
        (1, None, "The bus"),
    ]


def test_a_second_review_of_a_day_takes_the_place_of_the_first(holder):
    goal_id = goals.add(WORDS, owner=holder, now=NOW)
    goals.review(goal_id, owner=holder, client_level=-1, worker_level=2, now=NOW)
    goals.review(goal_id, owner=holder, client_level=0, now=NOW)
    assert [(view.client_level, view.worker_level) for view in listed(holder)[0].reviews] == [(0, None)]


def test_the_same_words_are_the_same_goal(holder):
    assert goals.add(WORDS, owner=holder, now=NOW) == goals.add(f" {WORDS} ", owner=holder, now=NOW)
    assert len(listed(holder)) == 1


def test_three_goals_are_open_at_a_time(holder):
    made = [goals.add(f"Goal {number}", owner=holder, now=NOW) for number in range(3)]
    with pytest.raises(goals.GoalsFull):
        goals.add("Goal 4", owner=holder, now=NOW)
    goals.give_up(made[0], owner=holder, now=NOW)
    goals.add("Goal 4", owner=holder, now=NOW)
    assert [row.words for row in listed(holder)] == ["Goal 1", "Goal 2", "Goal 4"]
    assert [row.given_up_on for row in listed(holder, all_of_them=True)][0] == TODAY


def test_a_goal_is_changed_and_keeps_a_day_that_has_passed(holder):
    goal_id = goals.add(WORDS, owner=holder, target_on=TODAY, now=NOW)
    goals.change(goal_id, owner=holder, words="I swim", weight=2, target_on=TODAY, now=LATER)
    assert [(row.words, row.weight) for row in listed(holder)] == [("I swim", 2)]
    with pytest.raises(goals.GoalDayPast):
        goals.change(goal_id, owner=holder, words="I swim", weight=2, target_on=TODAY + timedelta(1), now=LATER)


def test_a_given_up_goal_stays_as_it_was(holder):
    goal_id = goals.add(WORDS, owner=holder, now=NOW)
    goals.give_up(goal_id, owner=holder, now=NOW)
    goals.give_up(goal_id, owner=holder, now=LATER)
    for act in (
        lambda: goals.review(goal_id, owner=holder, client_level=0, now=LATER),
        lambda: goals.change(goal_id, owner=holder, words="I swim", weight=1, now=LATER),
    ):
        with pytest.raises(goals.GoalGivenUp):
            act()
    assert listed(holder, all_of_them=True)[0].given_up_on == TODAY


def test_a_holder_deletes_a_goal_with_its_marks(holder):
    goal_id = goals.add(WORDS, owner=holder, now=NOW)
    goals.review(goal_id, owner=holder, client_level=0, now=NOW)
    goals.forget(goal_id, owner=holder)
    with store.reading() as session:
        assert session.scalars(sa.select(Goal)).all() == []
        assert session.scalars(sa.select(GoalReview)).all() == []


def test_an_episodes_goal_is_not_deleted(episode):
    goal_id = goals.add(WORDS, owner=episode, now=NOW)
    with pytest.raises(NotFound):
        goals.forget(goal_id, owner=episode)
    assert len(listed(episode)) == 1


@pytest.mark.parametrize(
    "text, error",
    [
        ("", texts.TextMissing),
        (" \n ", texts.TextMissing),
        ("x" * 201, texts.TextTooLong),
        ("Matti 131052-308T", texts.TextNamesPerson),
        ("Matti 131052 - 308t", texts.TextNamesPerson),
    ],
)
def test_words_that_are_refused(holder, text, error):
    with pytest.raises(error):
        goals.add(text, owner=holder, now=NOW)
    assert listed(holder) == []


@pytest.mark.parametrize("shape", ["{}", "{}.", "kortti {} mukaan"])
def test_a_card_number_is_refused(town, holder, shape):
    number = town.card.number
    for written in (number, number.lower(), f"{number[:2]} {number[2:6]} {number[6:]}"):
        with pytest.raises(texts.TextNamesCard):
            goals.add(shape.format(written), owner=holder, now=NOW)


@pytest.mark.parametrize(
    "facts", [{"weight": 0}, {"weight": 4}, {"baseline": -3}, {"baseline": 3}], ids=lambda facts: str(facts)
)
def test_steps_and_weights_that_do_not_exist(holder, facts):
    with pytest.raises(goals.GoalStepImpossible):
        goals.add(WORDS, owner=holder, now=NOW, **facts)


@pytest.mark.parametrize("levels", [(3, None), (-3, None), (0, 3), (0, -3)])
def test_a_review_stays_on_the_ladder(holder, levels):
    goal_id = goals.add(WORDS, owner=holder, now=NOW)
    with pytest.raises(goals.GoalStepImpossible):
        goals.review(goal_id, owner=holder, client_level=levels[0], worker_level=levels[1], now=NOW)


def test_nobody_reaches_the_goals_of_others(town, holder, episode):
    own, of_case = goals.add(WORDS, owner=holder, now=NOW), goals.add(WORDS, owner=episode, now=NOW)
    stranger = town.strangers[Role.WORKER].actor
    others = {
        own: [Owner(line_ref="0" * 64), episode, Owner()],
        of_case: [
            holder,
            Owner(episode_id=episode.episode_id),
            Owner(episode_id=episode.episode_id, actor=stranger),
            Owner(episode_id=episode.episode_id, actor=town.people[Role.COORDINATOR].actor),
            Owner(line_ref=holder.line_ref, episode_id=episode.episode_id, actor=episode.actor),
            Owner(episode_id=999, actor=episode.actor),
        ],
    }
    for goal_id, owners in others.items():
        for owner in owners:
            for act in (
                lambda: goals.review(goal_id, owner=owner, client_level=0, now=NOW),
                lambda: goals.change(goal_id, owner=owner, words="x", weight=1, now=NOW),
                lambda: goals.give_up(goal_id, owner=owner, now=NOW),
                lambda: goals.forget(goal_id, owner=owner),
            ):
                with pytest.raises(NotFound):
                    act()
    with pytest.raises(NotFound):
        goals.list_goals(episode_id=episode.episode_id, actor=stranger)
    with pytest.raises(NotFound):
        goals.list_goals(episode_id=episode.episode_id)


def test_the_goals_of_an_episode_that_has_ended_stand_as_they_are(episode):
    goal_id = goals.add(WORDS, owner=episode, now=NOW)
    episodes.end(episode.episode_id, actor=episode.actor, now=NOW)
    for act in (
        lambda: goals.add("I swim", owner=episode, now=NOW),
        lambda: goals.review(goal_id, owner=episode, client_level=0, now=NOW),
        lambda: goals.give_up(goal_id, owner=episode, now=NOW),
    ):
        with pytest.raises(EpisodeOver):
            act()
    assert [row.words for row in listed(episode)] == [WORDS]


def test_what_a_worker_does_is_in_the_log_and_what_a_holder_does_is_not(holder, episode):
    for owner in (holder, episode):
        goal_id = goals.add(WORDS, owner=owner, now=NOW)
        goals.review(goal_id, owner=owner, client_level=0, now=NOW)
    assert len(entries("followup.goal_set")) == len(entries("followup.goal_reviewed")) == 1
    assert entries("followup.goal_set")[0].detail == {"episode": episode.episode_id, "goal": goal_id}


def test_the_words_of_a_goal_never_reach_the_log(episode):
    goals.add(WORDS, owner=episode, now=NOW)
    assert all(WORDS not in str(entry.detail) for entry in db.session.scalars(sa.select(AuditEntry)))
