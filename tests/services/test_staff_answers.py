"""Staff answer three questions a quarter, without a name; few answers are shown to nobody."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.errors import NotAllowed
from kaikukortti.followup import staffanswers, store
from kaikukortti.followup.models.answers import StaffAnswer
from kaikukortti.followup.texts import TextNamesPerson
from kaikukortti.rules.access import Actor, Role
from tests.factories import NOW, SECRET_KEY

AREA = 1
NEXT_QUARTER = NOW + timedelta(days=60)


@pytest.fixture(autouse=True)
def context(app):
    """Work in an application context."""
    with app.app_context():
        yield


def worker(number: int) -> Actor:
    return Actor(number, "Worker", Role.WORKER, unit_id=1)


def venue(number: int) -> Actor:
    return Actor(number, "Usher", Role.VENUE_STAFF, venue_id=1)


def give(actor, answers=(4, 5, 2), *, wish="", now=NOW):
    staffanswers.answer(answers, actor=actor, area_id=AREA, wish=wish, now=now, secret=SECRET_KEY)


def test_answers_are_shown_from_five_on_and_when_the_quarter_is_over():
    for number in range(1, 5):
        give(worker(number), wish=f"Wish {number}")
    assert staffanswers.read(AREA, now=NOW) == []
    (found,) = staffanswers.read(AREA, now=NEXT_QUARTER)
    assert (found.workers, found.venues) == (staffanswers.GroupAnswers(None), staffanswers.GroupAnswers(None))
    give(worker(5), (1, 1, 1))
    (found,) = staffanswers.read(AREA, now=NEXT_QUARTER)
    assert (found.quarter, found.workers.n) == (date(2026, 10, 1), 5)
    assert found.workers.counts == ((1, 0, 0, 4, 0), (1, 0, 0, 0, 4), (1, 4, 0, 0, 0))
    assert found.workers.agreeing(0) == 4
    assert found.workers.wishes == ("Wish 1", "Wish 2", "Wish 3", "Wish 4")
    assert found.venues.n is None


def test_workers_and_venues_are_told_apart():
    for number in range(1, 6):
        give(worker(number))
        give(venue(number + 10), (5, 5, 5))
    (found,) = staffanswers.read(AREA, now=NEXT_QUARTER)
    assert (found.workers.agreeing(2), found.venues.agreeing(2)) == (0, 5)


def test_one_answer_a_person_and_quarter():
    give(worker(1))
    assert staffanswers.has_answered(worker(1), now=NOW, secret=SECRET_KEY)
    with pytest.raises(staffanswers.AnsweredAlready):
        give(worker(1), (1, 1, 1))
    with pytest.raises(staffanswers.AnsweredAlready):
        give(Actor(1, "The same", Role.VENUE_STAFF, venue_id=3))
    assert not staffanswers.has_answered(worker(1), now=NEXT_QUARTER, secret=SECRET_KEY)
    give(worker(1), now=NEXT_QUARTER)


def test_no_row_tells_whose_it_is():
    give(worker(77), wish="Longer opening hours")
    with store.reading() as session:
        (row,) = session.execute(sa.select(StaffAnswer.__table__)).mappings().all()
    assert set(row) == {"id", "area_id", "is_of_venue", "quarter", "first", "second", "third", "wish", "person_mac"}
    assert "77" not in {str(row["id"]), str(row["person_mac"])} and row["quarter"] == date(2026, 10, 1)


@pytest.mark.parametrize("answers", [(0, 1, 1), (1, 6, 1), (1, 1), (1, 1, 1, 1)])
def test_an_answer_outside_the_scale(answers):
    with pytest.raises(staffanswers.AnswerImpossible):
        give(worker(1), answers)


def test_who_is_not_asked():
    with pytest.raises(NotAllowed):
        give(Actor(1, "Coordinator", Role.COORDINATOR, area_id=AREA))
    with pytest.raises(TextNamesPerson):
        give(worker(1), wish="131052-308T")
    assert staffanswers.read(AREA, now=NEXT_QUARTER) == []
