"""Leave to look: given with the own card open, for a time, to named workers, gone at once when taken back."""

from dataclasses import replace

import pytest

from kaikukortti import cards
from kaikukortti.errors import NotFound
from kaikukortti.followup import episodes, grantcards, grants, looking, ownshared
from kaikukortti.followup.models.episodes import Grant, GrantDay, GrantWorker, Look, Scope
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardReason
from tests import cardlives, factories, leaves
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


def test_the_clients_own_card_must_be_open(network, worker, episode, card):
    for opened in (None, leaves.opened(card, now=NOW - 5 * 60 * DAY / 86400)):
        with pytest.raises(grantcards.CardNotOpen):
            leaves.give(episode, opened, actor=worker)
    assert not leaves.rows_of(Grant)


def test_a_blocked_card_is_refused_and_so_is_one_that_is_over(network, worker, episode, card):
    opened = leaves.opened(card)
    cards.block(card.id, reason=CardReason.LOST, actor=worker, now=NOW)
    with pytest.raises(grantcards.CardClosed):
        leaves.give(episode, opened, actor=worker)
    ended = factories.make_issued_card(network.unit, first_on=TODAY - 365 * DAY, last_on=TODAY - DAY)
    with pytest.raises(grantcards.CardClosed):
        leaves.give(episode, leaves.opened(ended), actor=worker)
    assert not leaves.rows_of(Grant) and not leaves.logged("followup.grant")


def test_a_community_card_is_refused(network, worker, episode, card):
    theirs = replace(leaves.opened(card), line=network.community.line)
    with pytest.raises(grantcards.CommunityCard):
        leaves.give(episode, theirs, actor=worker)
    assert not leaves.rows_of(Grant)


def test_a_client_under_age_and_impossible_ends_are_refused(worker, episode, card):
    opened = leaves.opened(card)
    with pytest.raises(grants.AgeUnconfirmed):
        leaves.give(episode, opened, actor=worker, is_of_age=False)
    card_ends = card.last_valid_on
    for expires_on in (TODAY, card_ends + DAY, TODAY + 366 * DAY):
        with pytest.raises(grants.EndImpossible) as refused:
            leaves.give(episode, opened, actor=worker, expires_on=expires_on)
        assert refused.value.details == {"latest": card_ends}
    assert leaves.give(episode, opened, actor=worker, expires_on=card_ends).expires_on == card_ends


def test_leave_ends_with_the_episode_and_within_a_year(network, worker):
    lasting = factories.make_issued_card(network.unit, last_on=TODAY + 800 * DAY)
    opened = leaves.opened(lasting)
    endless = leaves.start(worker, network.area.id)
    with pytest.raises(grants.EndImpossible) as refused:
        leaves.give(endless, opened, actor=worker, expires_on=TODAY + 366 * DAY)
    assert refused.value.details["latest"] == TODAY.replace(year=2027)
    short = leaves.start(worker, network.area.id, planned_end_on=TODAY + 20 * DAY)
    with pytest.raises(grants.EndImpossible) as refused:
        leaves.give(short, opened, actor=worker, expires_on=TODAY + 21 * DAY)
    assert refused.value.details["latest"] == TODAY + 20 * DAY
    episodes.end(short.id, actor=worker, now=NOW)
    with pytest.raises(episodes.EpisodeOver):
        leaves.give(short, opened, actor=worker, expires_on=TODAY + 20 * DAY)


def test_one_or_two_workers_of_the_own_unit_are_named(network, worker, colleague, episode, card):
    opened, third = leaves.opened(card), factories.make_actor(Role.WORKER, network.unit)
    stranger = network.strangers[Role.WORKER].actor
    for named in ([], [stranger.user_id], [worker.user_id, stranger.user_id], [worker.user_id, colleague.user_id]):
        workers = [*named, third.user_id] if len(named) == 2 else named
        with pytest.raises(grants.WorkersImpossible):
            leaves.give(episode, opened, actor=worker, workers=workers)
    given = leaves.give(episode, opened, actor=worker, workers=[worker.user_id, colleague.user_id])
    assert {who.user_id for who in given.workers} == {worker.user_id, colleague.user_id}
    assert look(episode, colleague).count == look(episode, worker).count == 2


@pytest.mark.parametrize("meets", ["the worker's page", "the holder's page"])
def test_leave_that_is_over_goes_when_any_page_meets_it(worker, episode, card, meets):
    leaves.give(episode, leaves.opened(card), actor=worker, expires_on=TODAY + 5 * DAY)
    if meets == "the worker's page":
        assert grants.find(episode.id, actor=worker, now=LATER) is None
    else:
        assert ownshared.list_shared(leaves.opened(card, now=LATER), now=LATER) == []
    assert not leaves.rows_of(Grant)


@pytest.mark.parametrize("by", ["the holder", "a worker who is not named"])
def test_taking_back_deletes_the_link_at_once(worker, colleague, episode, card, by):
    given = leaves.give(episode, leaves.opened(card), actor=worker, earlier=[TODAY - 5 * DAY])
    look(episode, worker)
    if by == "the holder":
        ownshared.withdraw(given.id, opened=leaves.opened(card), now=NOW)
    else:
        grants.revoke(episode.id, actor=colleague, now=NOW)
    assert [leaves.rows_of(table) for table in (Grant, GrantWorker, GrantDay)] == [[], [], []]
    assert grants.find(episode.id, actor=worker, now=LATER) is None
    with pytest.raises(NotFound):
        look(episode, worker)
    opened = leaves.opened(card, now=LATER)
    assert ownshared.list_shared(opened, now=LATER) == [] and len(ownshared.list_looks(opened, now=LATER)) == 1


def test_nobody_takes_back_what_is_not_theirs(network, worker, episode, card):
    given = leaves.give(episode, leaves.opened(card), actor=worker)
    ownshared.withdraw(given.id, opened=leaves.opened(network.other_card), now=NOW)
    with pytest.raises(NotFound):
        grants.revoke(episode.id, actor=network.strangers[Role.WORKER].actor, now=NOW)
    with pytest.raises(grantcards.CardNotOpen):
        ownshared.withdraw(given.id, opened=None, now=NOW)
    assert len(leaves.rows_of(Grant)) == 1


def test_no_row_and_no_entry_joins_the_card_and_the_episode_afterwards(worker, episode, card):
    leaves.give(episode, leaves.opened(card), actor=worker)
    look(episode, worker)
    grants.revoke(episode.id, actor=worker, now=LATER)
    for entry in leaves.logged("followup."):
        assert not (entry.card_ref and "episode" in entry.detail), entry.action
    assert "episode_id" not in Look.__table__.columns
    told = repr(leaves.everything())
    assert told.count(card.line) == repr(cardlives.dump()).count(card.line)


def test_new_leave_takes_the_place_of_the_old(worker, episode, card):
    leaves.give(episode, leaves.opened(card), actor=worker, earlier=[TODAY - 5 * DAY])
    leaves.give(episode, leaves.opened(card), actor=worker, scope=Scope.COUNT)
    assert [grant.scope for grant in leaves.rows_of(Grant)] == [Scope.COUNT]
    assert not leaves.rows_of(GrantDay) and look(episode, worker).count == 2


def test_the_holder_sees_what_is_shared_in_full(network, worker, colleague, episode, card):
    named = [worker.user_id, colleague.user_id]
    leaves.give(episode, leaves.opened(card), actor=worker, workers=named, earlier=[TODAY - 2 * DAY])
    (row,) = ownshared.list_shared(leaves.opened(card), now=NOW)
    assert (row.scope, row.from_on, row.expires_on) == (Scope.TIMELINE, TODAY + DAY, TODAY + 90 * DAY)
    assert row.days == (TODAY - 2 * DAY,) and sorted(row.names) == sorted([worker.name, colleague.name])
    assert row.unit is not None and row.unit.id == network.unit.id
    assert ownshared.list_shared(leaves.opened(network.other_card), now=NOW) == []
