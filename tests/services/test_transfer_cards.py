"""Earlier cards come in with the life that the desk would have written, once."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from kaikukortti import statistics
from kaikukortti.auditing import verification
from kaikukortti.db import db
from kaikukortti.models.cards import Batch, BatchSource, Card, CardEvent, CardPeriod, ListCounter, PeriodKind
from kaikukortti.models.ledger import Scan, ScanCard
from kaikukortti.models.network import Area, Unit
from kaikukortti.profiles import Gender, HomeLanguage, LifeSituation, Profile
from kaikukortti.rules.card import Action, State
from kaikukortti.transfer.cardimport import CardImport
from kaikukortti.transfer.useimport import UseImport
from tests import factories
from tests.factories import NOW, TODAY
from tests.transfers import CARD_HEADS, LONG_AGO, USE_HEADS, Taken, card_row, count, counts, make_area, taker


@pytest.fixture
def area() -> Area:
    return make_area()


@pytest.fixture
def take(tmp_path: Path) -> Callable[..., Taken]:
    return taker(tmp_path)


def test_cards_are_registered_with_all_that_belongs_to_it(area, take):
    own, old, stock = factories.make_number(), "VA12345", factories.make_stock_card(db.session.get_one(Unit, 2))
    heads = (*CARD_HEADS, "Sukupuoli", "Elämäntilanne", "Kieli", "Laji")
    rows = [
        heads,
        (*card_row(own), "nainen", "Opiskelija", "suomi", ""),
        (*card_row(old, unit="adult social work", home="100", children=""), "", "ei halua kertoa", "", ""),
        (*card_row(stock.number, unit="Perhetyö", last=""), "", "", "", "henkilökohtainen"),
        (*card_row(born="", home="", children=""), "", "", "", "yhteisökortti"),
    ]
    before = db.session.scalar(sa.select(ListCounter.n)) or 0
    assert counts(take(area, CardImport, rows)[0]) == (4, 0, 0)
    db.session.expire_all()
    cards = {card.number: card for card in db.session.scalars(sa.select(Card))}
    assert {card.state for card in cards.values()} == {State.ACTIVE} and len(cards) == 4
    assert {card.n for card in cards.values()} == set(range(before + 1, before + 5))
    assert len({card.line for card in cards.values()}) == 4
    first = cards[own]
    assert (first.first_on, first.last_valid_on, first.children) == (date(2026, 3, 2), date(2027, 3, 1), 2)
    assert cards[stock.number].last_valid_on == date(2027, 3, 1), "the area's rule says it"
    assert {batch.source for batch in db.session.scalars(sa.select(Batch).where(Batch.id != stock.batch_id))} == {
        BatchSource.IMPORTED
    }
    profile = db.session.get_one(Profile, first.line)
    told = (profile.gender, profile.life_situation, profile.language)
    assert told == (Gender.WOMAN, LifeSituation.STUDENT, HomeLanguage.FINNISH)
    assert count(Profile) == 3 and db.session.get_one(Profile, cards[old].line).postcode == "00100"
    assert Counter(db.session.scalars(sa.select(CardPeriod.kind))) == {PeriodKind.REGISTRATION: 4}
    assert Counter(db.session.scalars(sa.select(CardEvent.action))) == {Action.REGISTER: 4}
    assert verification.find_break(f"area:{area.id}") is None


def test_the_same_cards_again_and_a_card_that_changed_here(area, take):
    rows = [CARD_HEADS, card_row(), card_row()]
    take(area, CardImport, rows)
    card = db.session.scalars(sa.select(Card).limit(1)).one()
    card.children = 5
    db.session.commit()
    assert counts(take(area, CardImport, rows)[0]) == (0, 2, 0)
    assert card.children == 5, "what the desk has changed since stays"


def test_renewals_and_a_card_that_took_another_ones_place(area, take):
    heads = (*CARD_HEADS, "Uusittu", "Tila", "Korvaa kortin")
    first, second = factories.make_number(), factories.make_number()
    rows = [
        heads,
        (*card_row(first, first="1.2.2024", last="31.1.2026"), "2025-02-01", "korvattu", ""),
        (*card_row(second, first="10.6.2025", last="31.1.2027"), "2026-02-01", "", first),
        (*card_row(), "", "kadonnut", ""),
    ]
    take(area, CardImport, rows)
    db.session.expire_all()
    cards = {card.number: card for card in db.session.scalars(sa.select(Card))}
    assert cards[first].line == cards[second].line and cards[first].replaced_by_id == cards[second].id
    assert Counter(card.state for card in cards.values()) == {State.REPLACED: 1, State.ACTIVE: 1, State.BLOCKED: 1}
    kinds = db.session.execute(sa.select(CardPeriod.kind, CardPeriod.first_on).order_by(CardPeriod.id)).all()
    assert [kind for kind, _ in kinds[:4]] == ["registration", "renewal", "replacement", "renewal"]
    assert count(Profile) == 2, "a line has one"
    found = statistics.overview(area.id, first_on=LONG_AGO, last_on=TODAY)
    assert found.cards.registered == 2


BAD_CARDS = {
    "unit_unknown": {"unit": "Kukaan"},
    "day_impossible": {"first": "30.2.2026"},
    "day_future": {"first": "1.12.2026"},
    "day_before_first": {"last": "1.3.2026"},
    "day_far": {"last": "1.3.2046"},
    "birth_year_too_young": {"born": "2015"},
    "birth_year_impossible": {"born": "1880"},
    "postcode_impossible": {"home": "531000"},
    "number_negative": {"children": "-1"},
    "number_large": {"children": "21"},
    "empty": {"born": ""},
    "card_checksum": {"number": "EK3F8M2X9TT"},
    "card_shape": {"number": "kortti 7"},
    "identity": {"number": "131052-308T"},
}


@pytest.mark.parametrize("code", BAD_CARDS)
def test_a_bad_card_keeps_the_whole_file_out(area, take, code):
    summary, told = take(area, CardImport, [CARD_HEADS, card_row(), card_row(**BAD_CARDS[code])])
    assert counts(summary) == (1, 0, 1) and count(Card) == 0
    assert told[1].problems[0].code == code and "131052" not in told[1].problems[0].shown


def test_a_number_twice_or_in_another_unit(area, take):
    mine = card_row()
    _, told = take(area, CardImport, [CARD_HEADS, mine, card_row(), card_row(mine[0].lower(), unit="Perhetyö")])
    assert (told[2].problems[0].code, told[2].problems[0].other_row) == ("twice", 2)
    spaced = card_row(f"{mine[0][:2]} {mine[0][2:6]}-{mine[0][6:]}")
    _, told = take(area, CardImport, [CARD_HEADS, mine, spaced])
    assert (told[1].problems[0].code, told[1].problems[0].other_row) == ("twice", 2), "however it is written"
    take(area, CardImport, [CARD_HEADS, mine])
    stock = factories.make_stock_card(db.session.get_one(Unit, 1))
    for number in (mine[0], stock.number):
        _, told = take(area, CardImport, [CARD_HEADS, card_row(number, unit="Perhetyö")])
        assert told[0].problems[0].code == "other_unit"
    assert count(Card) == 2


def test_uses_that_came_before_their_cards_are_linked(area, take):
    row = card_row()
    take(area, UseImport, [USE_HEADS, ("17.5.2026", "Uimahalli", "", "", row[0], "1", "")])
    assert count(ScanCard) == 0
    take(area, CardImport, [CARD_HEADS, row])
    assert count(ScanCard) == 1
    assert statistics.overview(area.id, first_on=LONG_AGO, last_on=TODAY).unverified == 0


def test_a_renewal_after_today_and_a_use_at_night(area, take):
    """A card renewed early has its next year ahead; a workbook's clock time does not move a day."""
    heads = (*CARD_HEADS, "Uusittu")
    coming = (TODAY + timedelta(days=20)).isoformat()
    row = (*card_row(first="2025-12-11", last=(TODAY + timedelta(days=384)).isoformat()), coming)
    assert counts(take(area, CardImport, [heads, row])[0]) == (1, 0, 0)
    assert max(db.session.scalars(sa.select(CardPeriod.recorded_at))) <= NOW
    take(area, UseImport, [USE_HEADS, ("2026-05-17 23:59:00", "Uimahalli", "", "", "", "1", "")])
    assert db.session.scalars(sa.select(Scan.on_day)).all() == [date(2026, 5, 17)]
