"""An attacker with everything that a unit and the coordinator may read subtracts: totals, adjacent quarters, unit and
rest. Nothing that is hidden comes back; without the guard it does.
"""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from kaikukortti.followup import freezing, indicatorcounts, switches
from kaikukortti.followup.indicators import reading, yearly
from kaikukortti.followup.indicators.figures import Code, Figures
from kaikukortti.rules import rounding, suppression
from kaikukortti.rules.access import Role
from kaikukortti.rules.span import Span, parse
from tests import factories
from tests.cubeledger import Ledger
from tests.factories import ROUNDING_KEY

YEAR = parse("2026")
QUARTERS = YEAR.parts(3)
NOW = datetime(2027, 4, 20, tzinfo=UTC)
PREFIXES = ("EK", "HA", "KA", "PH")
CASES = (Code.TAKEN_INTO_USE, Code.NO_RECORDED_USE, Code.RETENTION)
MOST_HIDDEN = suppression.FEWEST - 1


@pytest.fixture
def ledgers():
    """Return areas with two small units each, handing out a few cards a quarter for two years; some are used."""
    chance = random.Random(41)
    found = []
    for prefix in PREFIXES:
        area = factories.make_area(prefix)
        coordinator = factories.make_actor(Role.COORDINATOR, area)
        switches.set_area(actor=coordinator, area_id=area.id, followup=True, own_card=True, now=NOW)
        venue, pair = factories.make_venue(area), (Ledger(area), Ledger(area))
        for ledger in pair:
            for quarter in range(8):
                first_on = date(2025 + quarter // 4, quarter % 4 * 3 + 2, 3)
                many = chance.choice((2, 3, 5, 6, 7, 8, 9, 10))
                for holder in ledger.cards(many, first_on=first_on) if many else ():
                    if chance.random() < 0.5:
                        ledger.visit(holder, venue, first_on + timedelta(days=chance.randrange(60)))
            ledger.save()
        found.append(pair)
    return found


def read(ledger: Ledger, span: Span, *, unit_id: int) -> Figures:
    return reading.read(ledger.area.id, unit_id=unit_id, period=span)


def recovered_from_years(ledgers: list[tuple[Ledger, Ledger]]) -> tuple[int, int]:
    """Return how many hidden quarters of units have one possible number left, and how many are hidden."""
    given_back = hidden = 0
    for ledger in (one for pair in ledgers for one in pair):
        year = read(ledger, YEAR, unit_id=ledger.unit.id)
        quarters = [read(ledger, span, unit_id=ledger.unit.id) for span in QUARTERS]
        for code in CASES:
            told = [None if one[code, ""].is_suppressed else one[code, ""].n for one in quarters]
            unknown = told.count(None)
            hidden += unknown
            # The curve tells of the same cards.
            whole = {year[code, ""].n, *(one.n for one in year.list_parts(Code.FIRST_USE) if code == CASES[0])} - {None}
            for total in whole:
                rest = (total or 0) - sum(count or 0 for count in told)
                possible = [some for some in product(range(MOST_HIDDEN + 1), repeat=unknown) if sum(some) == rest]
                given_back += sum(len({some[place] for some in possible}) == 1 for place in range(unknown))
    return given_back, hidden


def test_no_hidden_quarter_of_a_unit_comes_back_from_its_year(ledgers):
    freezing.freeze(now=NOW, secret=ROUNDING_KEY)
    given_back, hidden = recovered_from_years(ledgers)
    assert given_back == 0 and hidden > 20


def test_without_the_guard_the_attacker_succeeds(ledgers, monkeypatch):
    """The positive control: an attack that never succeeds proves nothing."""
    monkeypatch.setattr(yearly, "beside_quarters", lambda year, _quarters: list(year))
    freezing.freeze(now=NOW, secret=ROUNDING_KEY)
    given_back, hidden = recovered_from_years(ledgers)
    assert given_back > 10 and hidden > 20


def test_the_rest_of_an_area_does_not_come_back_from_one_unit(ledgers):
    """A unit's workers know their own exactly. The other unit's number keeps two possible values at least."""
    freezing.freeze(now=NOW, secret=ROUNDING_KEY)
    looked_at = 0
    for mine, other in ledgers:
        for span in (*QUARTERS, YEAR):
            exact = counted(mine, other, span)
            area = read(mine, span, unit_id=0)
            for code in CASES[:2]:
                rounded = area[code, ""].n
                if rounded is None:
                    continue
                own, rest = exact[mine.unit.id][code], exact[other.unit.id][code]
                least, most = max(rounded - rounding.BASE + 1 - own, 0), rounded + rounding.BASE - 1 - own
                assert least <= rest <= most
                looked_at += 0 < rest < suppression.FEWEST
                assert rest == 0 or most - least >= 1, (code, span.code, own, rounded)
    assert looked_at > 3


def counted(mine: Ledger, other: Ledger, span: Span) -> dict[int, dict[str, int]]:
    """Return how many cards truly stand behind each unit's figures, counted without a threshold."""
    unit_ids = (mine.unit.id, other.unit.id)
    asked = indicatorcounts.Asked(mine.area.id, span, 1, unit_ids, ROUNDING_KEY.encode())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(suppression, "FEWEST", 1)
        found = indicatorcounts.count_cards(asked)
    return {
        unit_id: {one.code: one.n or 0 for one in found[unit_id] if one.code in CASES and not one.dims}
        for unit_id in unit_ids
    }


def test_neither_unit_is_told_beside_the_other_and_nothing_of_a_trait(ledgers):
    """What a unit reads has no kind, place, child, age or situation in it, and the area's parts name no unit."""
    freezing.freeze(now=NOW, secret=ROUNDING_KEY)
    mine, _ = ledgers[0]
    of_unit, of_area = read(mine, YEAR, unit_id=mine.unit.id), read(mine, YEAR, unit_id=0)
    area_alone = {Code.WITH_CHILDREN, Code.KINDS, Code.DISTANCE, Code.REACH, Code.SEASON, Code.MOOD, Code.GROUP_CHANGE}
    assert not {code for code, _ in of_unit} & area_alone
    assert {code for code, _ in of_area} >= area_alone - {Code.GROUP_CHANGE}
    assert not any(dims.startswith("unit") for _, dims in of_area)
    assert all(
        figure.facts.keys() <= {"why"} for figure in (*of_unit.values(), *of_area.values()) if figure.is_suppressed
    )
