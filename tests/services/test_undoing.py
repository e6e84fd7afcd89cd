"""A registration undone the same day: nothing of its holder stays, no figure counts it, the card is stock again."""

import dataclasses

import pytest
import sqlalchemy as sa

from kaikukortti import cards, lifecycle, statistics
from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.cards import CardPeriod, CardTalk, MobileCard
from kaikukortti.profiles import Profile
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import State
from tests import cardlives, factories
from tests.cardlives import dump
from tests.factories import DAY, NOW, TODAY
from venues import scanning


@pytest.fixture
def worker():
    return factories.make_actor(Role.WORKER)


@pytest.fixture
def unit(worker):
    return factories.unit_of(worker)


def test_an_undone_registration_leaves_a_stock_card(worker, unit):
    with_children = dataclasses.replace(cardlives.ANSWERS, children=2)
    card = cardlives.register(factories.make_stock_card(unit), worker, answers=with_children)
    line, place = card.line, card.n or 0
    db.session.add(MobileCard(card_id=card.id, token_hash="0" * 64, created_at=NOW))
    db.session.add(CardTalk(card_id=card.id, talked_at=NOW))
    db.session.commit()
    kept = lifecycle.undo_registration(card.id, actor=worker, now=NOW + DAY / 12)
    assert (kept.state, kept.line, kept.first_on, kept.last_valid_on, kept.children) == (
        State.STOCK,
        None,
        None,
        None,
        0,
    )
    assert kept.n is not None and kept.n > place, "the tablets forget it"
    assert db.session.get(Profile, line) is None
    assert [days.withdrawn_at for days in cardlives.periods(card)] == [NOW + DAY / 12]
    assert db.session.scalars(sa.select(MobileCard.withdrawn_at)).one() == NOW + DAY / 12
    assert db.session.scalars(sa.select(CardTalk)).all() == []
    with pytest.raises(NotFound):
        cards.look(card.id, actor=worker, now=NOW)


def test_an_undone_card_can_be_handed_out_again(worker, unit):
    card = cardlives.register(factories.make_stock_card(unit), worker)
    first_line = card.line
    lifecycle.undo_registration(card.id, actor=worker, now=NOW)
    again = cardlives.register(card, worker, handed_out_on=TODAY - 3 * DAY)
    assert (again.state, again.first_on) == (State.ACTIVE, TODAY - 3 * DAY)
    assert again.line != first_line
    assert [days.withdrawn_at is None for days in cardlives.periods(card)] == [False, True]
    assert lifecycle.undo_registration(card.id, actor=worker, now=NOW).state is State.STOCK
    assert db.session.scalars(sa.select(CardPeriod).where(CardPeriod.withdrawn_at.is_(None))).all() == []


def test_an_undone_registration_is_undone_the_same_day_alone(worker, unit):
    """The day of entry, in Helsinki; a paper form may have an earlier first day."""
    card = cardlives.register(factories.make_stock_card(unit), worker, handed_out_on=TODAY - 20 * DAY)
    before = dump()
    midnight = NOW.replace(hour=22, minute=0)
    with pytest.raises(lifecycle.UndoTooLate) as caught:
        lifecycle.undo_registration(card.id, actor=worker, now=midnight)
    assert caught.value.code == "undo_too_late"
    assert dump() == before
    assert lifecycle.undo_registration(card.id, actor=worker, now=midnight - DAY / 1440).state is State.STOCK


def test_a_used_card_stays_registered(worker, unit):
    card = cardlives.register(factories.make_stock_card(unit), worker)
    first = factories.scan_body(card)
    tablet = factories.make_tablet().known
    for body in (first, factories.undo_body(first)):
        scanning.record(factories.item_of(body), device=tablet, received_at=NOW)
    before = dump()
    with pytest.raises(lifecycle.CardIsUsed) as caught:
        lifecycle.undo_registration(card.id, actor=worker, now=NOW)
    assert caught.value.code == "card_is_used"
    assert dump() == before, "even a visit that was taken back shows that somebody had the card"


def test_a_card_that_took_anothers_place_has_no_registration_to_undo(worker, unit):
    for take_place in (cardlives.replace, cardlives.renew_onto):
        new = take_place(cardlives.make_card_in(State.ACTIVE, unit), worker)
        before = dump()
        with pytest.raises(lifecycle.NothingToUndo):
            lifecycle.undo_registration(new.id, actor=worker, now=NOW)
        assert dump() == before


def test_no_figure_counts_an_undone_registration(worker, unit):
    def registered() -> int:
        figures = statistics.overview(unit.area_id, first_on=TODAY - DAY, last_on=TODAY + DAY)
        return figures.cards.registered

    card = cardlives.register(factories.make_stock_card(unit), worker)
    assert registered() == 1
    lifecycle.undo_registration(card.id, actor=worker, now=NOW)
    assert registered() == 0
    cardlives.register(card, worker)
    assert registered() == 1, "handed out anew, it counts once"
