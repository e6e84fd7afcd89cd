"""A unit tells how its own clients are made up; the area's new holders of a year are compared with the sum (I-12)."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from kaikukortti import partners
from kaikukortti.cube import newholders
from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.followup import store, structures
from kaikukortti.followup.indicators import reach
from kaikukortti.followup.indicators.figures import Code
from kaikukortti.followup.models.answers import ClientTrait
from kaikukortti.followup.structures import (
    StructureClassUnknown,
    StructureCountImpossible,
    StructureEmpty,
    StructureYearImpossible,
)
from kaikukortti.models.trail import AuditEntry
from kaikukortti.profiles import LifeSituation
from kaikukortti.rules.access import Role
from tests import factories
from tests.cubeledger import Ledger
from tests.factories import NOW, ROUNDING_KEY

AGE, SITUATION = ClientTrait.AGE, ClientTrait.SITUATION
SECRET = ROUNDING_KEY.encode()
CLOSED = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def worker():
    return factories.make_actor()


def keep(worker, clients, **more):
    given = {"year": 2025, "trait": AGE, "actor": worker, "now": NOW, **more}
    return structures.keep(worker.unit_id, clients=clients, **given)


def test_a_unit_keeps_its_clients_by_class_and_the_log_knows(worker):
    keep(worker, {"under_25": 9})
    kept = keep(worker, {"under_25": 30, "65_over": 10, "not_told": 5})
    assert kept.total == 45 and kept.clients["25_34"] == 0, "a class that is left out has none"
    assert structures.list_of_unit(worker.unit_id, actor=worker) == [kept], "the second takes the place of the first"
    keep(worker, {"student": 7}, trait=SITUATION, year=2026)
    assert [one.year for one in structures.list_of_unit(worker.unit_id, actor=worker)] == [2026, 2025]
    actions = db.session.scalars(sa.select(AuditEntry.action)).all()
    assert actions.count("followup.structure_kept") == 3
    structures.forget(worker.unit_id, year=2025, trait=AGE, actor=worker, now=NOW)
    structures.forget(worker.unit_id, year=2025, trait=AGE, actor=worker, now=NOW)
    assert [one.trait for one in structures.list_of_unit(worker.unit_id, actor=worker)] == [SITUATION]
    actions = db.session.scalars(sa.select(AuditEntry.action)).all()
    assert actions.count("followup.structure_forgotten") == 1, "nothing was there the second time"


@pytest.mark.parametrize(
    ("clients", "more", "error"),
    [
        ({"under_25": -1}, {}, StructureCountImpossible),
        ({"under_25": structures.MOST_CLIENTS + 1}, {}, StructureCountImpossible),
        ({"under_25": 1.5}, {}, StructureCountImpossible),
        ({"student": 4}, {}, StructureClassUnknown),
        ({"under_25": 0}, {}, StructureEmpty),
        ({}, {}, StructureEmpty),
        ({"under_25": 4}, {"year": 2014}, StructureYearImpossible),
        ({"under_25": 4}, {"year": 2027}, StructureYearImpossible),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_kept(worker, clients, more, error):
    with pytest.raises(error):
        keep(worker, clients, **more)
    assert structures.list_of_unit(worker.unit_id, actor=worker) == []


def test_others_units_answer_as_if_they_were_not_there(worker):
    area = factories.the_area()
    strangers = [factories.make_actor(), factories.make_actor(Role.VENUE_MANAGER)]
    strangers += [factories.make_actor(Role.COORDINATOR, factories.make_area("HX")), factories.make_actor(Role.VIEWER)]
    for stranger in strangers:
        for call in (
            lambda who: structures.keep(
                worker.unit_id, year=2025, trait=AGE, clients={"under_25": 9}, actor=who, now=NOW
            ),
            lambda who: structures.list_of_unit(worker.unit_id, actor=who),
            lambda who: structures.forget(worker.unit_id, year=2025, trait=AGE, actor=who, now=NOW),
        ):
            with pytest.raises(NotFound):
                call(stranger)
    coordinator = factories.make_actor(Role.COORDINATOR, area)
    keep(worker, {"under_25": 9})
    assert structures.list_of_unit(worker.unit_id, actor=coordinator)[0].total == 9


def test_an_area_adds_its_units_up(worker):
    other, far = factories.make_actor(), factories.make_actor(
        Role.WORKER, factories.make_unit(factories.make_area("HX"))
    )
    keep(worker, {"under_25": 30, "65_over": 10})
    keep(other, {"under_25": 5})
    keep(far, {"under_25": 500})
    area_id = factories.the_area().id
    with store.reading() as session:
        assert structures.sum_of_area(session, area_id, 2025) == {AGE: {"under_25": 35, "65_over": 10}}
        assert structures.sum_of_area(session, area_id, 2024) == {}
    assert structures.count_units(area_id, 2025) == 2 and len(partners.list_units(area_id)) == 2


def holders(*, young: int = 60, old: int = 60, few: int = 3, unsaid: int = 0) -> int:
    """Hand out cards in 2025 and return the area's id."""
    ledger = Ledger()
    ledger.cards(young, first_on=date(2025, 5, 5), birth_year=2004, situation=LifeSituation.STUDENT)
    ledger.cards(old, first_on=date(2025, 6, 6), birth_year=1950, situation=LifeSituation.OLD_AGE_PENSION)
    ledger.cards(few, first_on=date(2025, 7, 7), birth_year=1985, situation=None)
    if unsaid:
        ledger.cards(unsaid, first_on=date(2026, 1, 5), birth_year=1985)
    return ledger.area.id


def counted(area_id: int) -> newholders.NewHolders | None:
    with db.engine.connect() as connection:
        return newholders.count(connection, area_id, year=2025, known_by=CLOSED, secret=SECRET)


def test_new_holders_are_rounded_and_a_few_take_another_class_with_them():
    found = counted(holders())
    assert found is not None and found.total in (120, 125)
    assert found.by_class["age"] == {"65_over": 60} or found.by_class["age"] == {"under_25": 60}
    assert "35_44" not in found.by_class["age"] and "not_told" not in found.by_class["situation"]


def test_a_year_takes_its_own_new_holders_alone():
    found = counted(holders(few=5, unsaid=40))
    assert found is not None and found.by_class["age"] == {"under_25": 60, "35_44": 5, "65_over": 60}
    assert found.by_class["situation"]["not_told"] == 5


def test_a_network_below_a_hundred_valid_cards_has_no_traits():
    assert counted(holders(young=50, old=48, few=1)) is None
    assert all(figure.is_suppressed for figure in reach.figures(None, {AGE: {"under_25": 50}}))


def test_the_ratio_is_the_share_of_holders_by_that_of_clients(worker):
    area_id = holders(young=80, old=40, few=5)
    keep(worker, {"under_25": 50, "65_over": 148, "25_34": 2, "not_told": 70})
    with store.reading() as session:
        clients = structures.sum_of_area(session, area_id, 2025)
    figures = {figure.dims: figure for figure in reach.figures(counted(area_id), clients)}
    young = figures["age:under_25"]
    assert (young.number, young.n) == (80, 125)
    assert young.facts == {"of_holders": 80 / 125, "of_clients": 50 / 200}, "of those whose class is known"
    assert young.share == pytest.approx(2.56), "over-reached"
    assert figures["age:65_over"].share == pytest.approx(0.32 / 0.74)
    assert figures["age:35_44"].share is None and figures["age:35_44"].number == 5, "no such client was told"
    assert figures["age:25_34"].is_suppressed and figures["age:not_told"].is_suppressed
    assert figures["situation:student"].share is None, "the units did not tell it"
    assert {figure.code for figure in figures.values()} == {Code.REACH}
