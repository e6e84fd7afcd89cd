"""A look through leave: in its scope, for named workers alone, logged before anything leaves, and never afterwards."""

from dataclasses import replace

import pytest

from kaikukortti import cards, lifecycle
from kaikukortti.errors import NotFound
from kaikukortti.followup import grantcards, grants, looking, ownshared
from kaikukortti.followup.models.episodes import Grant, GrantDay, GrantWorker, Look, Scope
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardReason
from kaikukortti.rules.programme import Category
from tests import cardlives, factories, followups, leaves
from tests.factories import DAY, NOW, SECRET_KEY, TODAY
from tests.network import Network, make_network

LATER = NOW + 10 * DAY


@pytest.fixture
def network() -> Network:
    return make_network()


@pytest.fixture
def worker(network):
    return network.people[Role.WORKER].actor


@pytest.fixture
def colleague(network):
    return factories.make_actor(Role.WORKER, network.unit)


@pytest.fixture
def episode(network, worker):
    return leaves.start(worker, network.area.id)


@pytest.fixture
def card(network):
    """Return the client's card: three earlier visits, and two after NOW."""
    for days in (-20, -5, -2):
        leaves.visit(network.card, network.venue, TODAY + days * DAY, child=1)
    leaves.visit(network.card, network.venue, TODAY + 3 * DAY)
    leaves.visit(network.card, network.other_venue, TODAY + 8 * DAY)
    return network.card


def look(episode, actor, *, now=LATER):
    return looking.look(episode.id, actor=actor, now=now, secret=SECRET_KEY)


@pytest.mark.parametrize(
    ("scope", "kinds", "days"),
    [
        (Scope.COUNT, {}, ()),
        (Scope.KINDS, {Category.CULTURE: 2, Category.SPORT: 1}, ()),
        (
            Scope.TIMELINE,
            {Category.CULTURE: 2, Category.SPORT: 1},
            (TODAY - 5 * DAY, TODAY + 3 * DAY, TODAY + 8 * DAY),
        ),
    ],
)
def test_each_scope_shows_just_so_much(worker, episode, card, scope, kinds, days):
    ticked = [TODAY - 5 * DAY, TODAY - 6 * DAY]  # of these the second had no visit
    leaves.give(episode, leaves.opened(card), actor=worker, scope=scope, earlier=ticked)
    shown = look(episode, worker)
    assert (shown.scope, shown.count, dict(shown.kinds), shown.days) == (scope, 3, kinds, days)
    assert [row.on_day for row in leaves.rows_of(GrantDay)] == ticked[:1]


def test_nothing_earlier_is_shown_unless_it_was_ticked(worker, episode, card):
    leaves.give(episode, leaves.opened(card), actor=worker)
    assert look(episode, worker).days == (TODAY + 3 * DAY, TODAY + 8 * DAY)
    assert look(episode, worker, now=NOW).since == TODAY + DAY


def test_a_replaced_card_goes_on_with_the_leave(network, worker, episode, card):
    leaves.give(episode, leaves.opened(card), actor=worker)
    new = cardlives.replace(card, worker)
    leaves.visit(new, network.venue, TODAY + 9 * DAY)
    assert look(episode, worker).count == 3


def test_who_is_not_named_sees_nothing(network, worker, colleague, episode, card):
    leaves.give(episode, leaves.opened(card), actor=worker)
    before = leaves.everything()
    moved = replace(worker, unit_id=network.other_unit.id)
    for actor in (colleague, network.strangers[Role.WORKER].actor, moved, network.people[Role.COORDINATOR].actor):
        with pytest.raises(NotFound):
            look(episode, actor)
        assert not looking.may_look(episode.id, actor=actor, now=LATER)
    assert leaves.everything() == before
    assert looking.may_look(episode.id, actor=worker, now=LATER)


def test_a_look_is_for_the_holder_to_see(network, worker, episode, card):
    leaves.give(episode, leaves.opened(card), actor=worker, scope=Scope.KINDS)
    look(episode, worker)
    seen = ownshared.list_looks(leaves.opened(card, now=LATER), now=LATER)
    assert [(one.name, one.at, one.scope) for one in seen] == [(worker.name, LATER, Scope.KINDS)]
    assert seen[0].unit is not None and seen[0].unit.id == network.unit.id
    entry = leaves.logged("followup.use_looked_at")[0]
    assert (entry.detail, bool(entry.card_ref), entry.user_id) == ({"scope": "kinds"}, True, worker.user_id)
    assert not ownshared.list_looks(leaves.opened(network.other_card, now=LATER), now=LATER)


@pytest.mark.parametrize("broken", ["kaikukortti.audit.record", "kaikukortti.followup.looking._look_of"])
def test_without_the_log_no_data(worker, episode, card, monkeypatch, broken):
    def fail(*args, **kwargs):
        raise OSError("the log cannot be written")

    read: list[str] = []

    def note(line, **days):
        read.append(line)
        return []

    leaves.give(episode, leaves.opened(card), actor=worker)
    monkeypatch.setattr(broken, fail)
    monkeypatch.setattr("kaikukortti.followup.visits.of_line", note)
    with pytest.raises(OSError, match="log"):
        look(episode, worker)
    assert not read and not leaves.rows_of(Look) and not leaves.logged("followup.use_looked_at")


def test_leave_that_was_taken_back_while_visits_were_read_shows_nothing(worker, episode, card, monkeypatch):
    leaves.give(episode, leaves.opened(card), actor=worker)

    def read(*args, **kwargs):
        grants.revoke(episode.id, actor=worker, now=LATER)
        return []

    monkeypatch.setattr("kaikukortti.followup.visits.of_line", read)
    with pytest.raises(NotFound):
        look(episode, worker)


def test_leave_that_is_over_shows_nothing_and_goes(worker, episode, card):
    leaves.give(episode, leaves.opened(card), actor=worker, expires_on=TODAY + 5 * DAY)
    assert look(episode, worker, now=NOW + 5 * DAY).count == 1
    assert not looking.may_look(episode.id, actor=worker, now=NOW + 6 * DAY)
    with pytest.raises(NotFound):
        look(episode, worker, now=NOW + 6 * DAY)
    assert [leaves.rows_of(table) for table in (Grant, GrantWorker, GrantDay)] == [[], [], []]
    assert len(leaves.rows_of(Look)) == 1


def test_leave_goes_with_a_returned_card_and_sleeps_with_a_blocked_one(network, worker, episode, card):
    leaves.give(episode, leaves.opened(card), actor=worker)
    cards.block(card.id, reason=CardReason.LOST, actor=worker, now=NOW)
    with pytest.raises(grantcards.CardClosed):
        look(episode, worker)
    assert not leaves.rows_of(Look)
    cards.unblock(card.id, actor=worker, now=NOW)
    assert look(episode, worker).count == 2
    lifecycle.give_back(card.id, actor=worker, now=LATER)
    with pytest.raises(NotFound):
        look(episode, worker)
    assert not leaves.rows_of(Grant)


def test_with_episodes_off_nobody_looks(network, worker, episode, card):
    leaves.give(episode, leaves.opened(card), actor=worker)
    followups.switch_off(network.area)
    with pytest.raises(NotFound):
        look(episode, worker)
    assert not leaves.rows_of(Look)
