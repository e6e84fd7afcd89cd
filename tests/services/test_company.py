"""Company: two units with one client each see that there is company, and nothing of each other's."""

from dataclasses import asdict
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.bookings import CompanyWish
from kaikukortti.rules.access import Role
from kaikukortti.rules.programme import Planned
from tests import factories
from tests.factories import NOW
from venues import company
from venues.company import Company

SOON = NOW + timedelta(days=2)


@pytest.fixture
def date():
    return factories.make_occurrence(starts_at=SOON)


@pytest.fixture
def workers():
    return [factories.make_actor(Role.WORKER, factories.make_unit(name_fi=name)) for name in ("Yksi", "Kaksi")]


def seen(date, actor) -> Company:
    return company.look([date.id], actor=actor).get(date.id, Company())


def test_two_units_see_that_there_is_company(date, workers):
    first, second = workers
    company.wish(date.id, people=1, actor=first, now=NOW)
    assert seen(date, first) == Company(own=1, is_there=False)
    assert seen(date, second) == Company(own=0, is_there=True)
    company.wish(date.id, people=3, actor=second, now=NOW)
    assert seen(date, first) == Company(own=1, is_there=True)
    assert 3 not in asdict(seen(date, first)).values(), "not how many of the other unit's"


def test_a_wish_is_changed_and_taken_back(date, workers):
    first, second = workers
    for people, wanted in ((2, True), (5, True), (0, False)):
        company.wish(date.id, people=people, actor=first, now=NOW)
        assert seen(date, second).is_there is wanted
        assert seen(date, first).own == people
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CompanyWish)) == 0


@pytest.mark.parametrize("people", [-1, 51])
def test_impossible_numbers(date, workers, people):
    with pytest.raises(company.PeopleImpossible):
        company.wish(date.id, people=people, actor=workers[0], now=NOW)


def test_too_late(date, workers):
    with pytest.raises(company.CompanyTooLate):
        company.wish(date.id, people=1, actor=workers[0], now=SOON)
    date.state = Planned.CANCELLED
    db.session.commit()
    with pytest.raises(company.CompanyTooLate):
        company.wish(date.id, people=1, actor=workers[0], now=NOW)


def test_workers_of_the_area_alone(date, workers):
    with pytest.raises(NotFound):
        company.wish(date.id, people=1, actor=factories.make_actor(Role.VENUE_MANAGER), now=NOW)
    with pytest.raises(NotFound):
        company.look([date.id], actor=factories.make_actor(Role.COORDINATOR))
    far = factories.make_actor(Role.WORKER, factories.make_unit(factories.make_area("OU", name_fi="Oulu")))
    with pytest.raises(NotFound):
        company.wish(date.id, people=1, actor=far, now=NOW)
    company.wish(date.id, people=1, actor=workers[0], now=NOW)
    assert seen(date, far) == Company(), "units of another area see nothing"
