"""What holders told: exact while a card is valid and its quarter uncounted, then coarse for a year, then gone."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti import corrections, lifecycle
from kaikukortti.cube import classes, freezing
from kaikukortti.db import db
from kaikukortti.followup import ownkeys
from kaikukortti.followup.models.holders import OwnKey
from kaikukortti.models.cards import Card, CardEvent, CardPeriod, CardTalk
from kaikukortti.profiles import Gender, HomeLanguage, LifeSituation, Profile
from kaikukortti.rules import keeping
from kaikukortti.rules.card import Action, State, WrongState
from tests import factories, followups, letgo
from tests.cubeledger import Ledger
from tests.factories import DAY, ROUNDING_KEY, SECRET_KEY
from tests.followupown import rows

FIRST_ON, LAST_ON = date(2025, 9, 3), date(2026, 9, 2)
COUNTED = datetime(2026, 11, 15, 1, tzinfo=UTC)  # revision of the third quarter, in which the validity ended
A_YEAR_LATER = datetime(2027, 11, 15, 1, tzinfo=UTC)


class Town(Ledger):
    """An area with one venue."""

    def __post_init__(self):
        super().__post_init__()
        self.venue = factories.make_venue(self.area)


@pytest.fixture
def ledger():
    return Town()


@pytest.fixture
def holder(ledger):
    (made,) = ledger.cards(1, first_on=FIRST_ON, birth_year=1991, postcode="53130", situation=LifeSituation.STUDENT)
    told = {"gender": Gender.OTHER, "language": HomeLanguage.FINNISH}
    db.session.execute(sa.update(Profile).values(**told))
    db.session.execute(sa.update(Card).where(Card.id == made.card_id).values(children=2))
    db.session.execute(sa.update(CardPeriod).where(CardPeriod.card_id == made.card_id).values(children=2))
    db.session.commit()
    return made


def told(line: str) -> tuple[Any, ...]:
    row = db.session.get(Profile, line, populate_existing=True)
    if row is None:
        return ()
    return row.birth_year, row.postcode, row.gender, row.life_situation, row.language, row.coarse_on


EXACT = (1991, "53130", Gender.OTHER, LifeSituation.STUDENT, HomeLanguage.FINNISH, None)


def let_go(now: datetime) -> dict[str, int]:
    letgo.freeze(now)
    return letgo.run(now)


def test_exact_until_the_quarter_of_the_end_has_been_revised(holder):
    on_last_day = datetime(2026, 9, 2, 12, tzinfo=UTC)
    assert "profiles_made_coarse" not in let_go(on_last_day) and told(holder.line) == EXACT
    just_before = COUNTED - 2 * DAY
    assert let_go(just_before)["held profiles"] == 1 and told(holder.line) == EXACT
    assert letgo.run(COUNTED)["held profiles"] == 1, "it is time, but nobody has counted the revision"
    assert let_go(COUNTED)["profiles_made_coarse"] == 1
    assert told(holder.line) == (1982, "531", None, None, None, date(2026, 11, 15))
    assert "profiles_made_coarse" not in letgo.run(COUNTED + DAY)


@pytest.mark.parametrize(
    ("born", "kept"), [(2010, 2002), (2002, 2002), (2001, 1992), (1991, 1982), (1961, 1952), (1930, 1952)]
)
def test_the_first_year_of_the_age_class(born, kept):
    left = keeping.coarse(born, "53130", year=2026)
    assert left.birth_year == kept and left.postcode == "531"
    assert classes.age_class(born, year=2026) == classes.age_class(kept, year=2026)
    assert classes.age_class(kept, year=2025) == classes.age_class(kept, year=2026), "cells of the year before"
    assert [top for top, _ in classes.AGES[:-1]] == [top for _, top in keeping.AGE_CLASSES[:-1]]


def test_a_line_that_was_renewed_or_replaced_keeps_while_one_card_is_valid(ledger, holder):
    worker = factories.make_actor(home=ledger.unit)
    lifecycle.renew(holder.card_id, seen_last_on=LAST_ON, actor=worker, now=datetime(2026, 8, 20, tzinfo=UTC))
    let_go(COUNTED)
    assert told(holder.line) == EXACT
    stock = factories.make_stock_card(ledger.unit)
    later = datetime(2027, 8, 30, tzinfo=UTC)
    lifecycle.renew_onto(holder.card_id, stock.number, seen_last_on=date(2027, 9, 2), actor=worker, now=later)
    let_go(A_YEAR_LATER)
    assert told(holder.line) == EXACT


def test_answers_stay_exact_until_follow_up_has_counted_the_new_holders_of_the_year(ledger):
    """An area where all cards end with the spring: the year of the first registration is not over."""
    followups.switch_on(ledger.area, ledger.unit)
    (short,) = ledger.cards(1, first_on=date(2026, 1, 2))
    for table, last in ((Card, Card.last_valid_on), (CardPeriod, CardPeriod.last_on)):
        db.session.execute(sa.update(table).values({last.key: date(2026, 5, 31)}))
    db.session.commit()
    assert let_go(COUNTED)["held profiles"] == 1
    assert let_go(datetime(2027, 2, 16, tzinfo=UTC))["profiles_made_coarse"] == 1
    assert told(short.line)[0] == 1972


def test_coarse_answers_go_after_twelve_months_with_all_that_hangs_on_them(ledger, holder):
    followups.switch_on(ledger.area, ledger.unit)
    ownkeys.keep(holder.line, "0123-4567-89AB-CDEF", unit_id=ledger.unit.id, now=COUNTED, secret=SECRET_KEY)
    db.session.add(CardTalk(card_id=holder.card_id, talked_at=COUNTED))
    db.session.commit()
    let_go(COUNTED)
    assert "profiles_deleted" not in let_go(A_YEAR_LATER - 2 * DAY) and told(holder.line) and rows(OwnKey)
    assert let_go(A_YEAR_LATER)["profiles_deleted"] == 1
    assert not told(holder.line) and not rows(OwnKey)
    card = db.session.get_one(Card, holder.card_id, populate_existing=True)
    assert (card.state, card.children, card.line) == (State.ANONYMISED, 0, holder.line) and card.n == 1
    assert db.session.scalars(sa.select(CardPeriod.children)).all() == [0]
    assert not db.session.scalars(sa.select(CardTalk)).all()
    last = db.session.scalars(sa.select(CardEvent).order_by(CardEvent.id.desc()).limit(1)).one()
    assert (last.action, last.state) == (Action.RETURN, State.ANONYMISED)
    worker = factories.make_actor(home=ledger.unit)
    with pytest.raises(WrongState):
        lifecycle.renew(holder.card_id, seen_last_on=LAST_ON, actor=worker, now=A_YEAR_LATER)
    assert "profiles_deleted" not in letgo.run(A_YEAR_LATER)


def test_a_card_that_is_renewed_while_coarse_is_kept_and_can_be_told_anew(ledger, holder):
    let_go(COUNTED)
    worker = factories.make_actor(home=ledger.unit)
    lifecycle.renew(holder.card_id, seen_last_on=LAST_ON, actor=worker, now=COUNTED)
    corrections.correct(holder.card_id, birth_year=1991, postcode="53130", children=2, actor=worker, now=COUNTED)
    assert told(holder.line) == (1991, "53130", None, None, None, None)
    let_go(A_YEAR_LATER - 2 * DAY)
    assert told(holder.line), "its new year has only just ended"


def test_what_was_frozen_is_counted_the_same_but_for_answers_that_became_coarse(ledger, holder):
    ledger.cards(300, first_on=date(2026, 1, 2))
    for day in range(1, 20):
        ledger.visit(holder, ledger.venue, date(2026, 7, day))
    ledger.save()
    let_go(COUNTED)
    found = freezing.recompute(now=COUNTED, secret=ROUNDING_KEY)
    assert all(one.is_explained and one.code in freezing.WITH_TRAITS for one in found)
