"""Indicators of answers by hand: barriers, moods, goals, social reports; what a unit and what the area may read."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from kaikukortti.followup import store
from kaikukortti.followup.indicators import answers
from kaikukortti.followup.indicators.figures import Code, Figure, Why, hidden
from kaikukortti.followup.indicators.publishing import AREA, Scope
from kaikukortti.followup.models.answers import MoodAnswer, StaffAnswer
from kaikukortti.rules import intervals
from kaikukortti.rules.barrier import Barrier
from kaikukortti.rules.span import parse
from tests import factories, indicatoranswers
from tests.factories import DAY, ROUNDING_KEY

QUARTER, YEAR = parse("2026-Q2"), parse("2026")
FIRST = QUARTER.first_on
SECRET = ROUNDING_KEY.encode()
WHOLE = Scope(AREA, SECRET)


@pytest.fixture
def unit():
    return factories.make_unit()


def by_dims(figures: list[Figure]) -> dict[str, Figure]:
    return {figure.dims: figure for figure in figures}


def barriers(unit, span=QUARTER, *, area=False) -> dict[str, Figure]:
    scope = WHOLE if area else Scope(unit.id, SECRET)
    with store.reading() as session:
        cells = answers.count_barriers(session, span, area_id=unit.area_id)[scope.unit_id]
    return by_dims(answers.barrier_figures(cells, scope=scope))


def test_barriers_are_notes_of_meetings_where_it_was_asked(unit):
    indicatoranswers.barriers(unit, FIRST, asked=21, transport=9, company=7, new_place=5)
    indicatoranswers.barriers(factories.make_unit(), FIRST, asked=40, health=30)
    indicatoranswers.barriers(unit, YEAR.first_on, asked=6, transport=6)
    found = barriers(unit)
    assert set(found) == {"asked", *(barrier.value for barrier in Barrier)}
    assert (found["asked"].number, found["transport"].number, found["transport"].n) == (21, 9, 21)
    assert found["transport"].share == 9 / 21 and found["transport"].low is None, "bars without an interval"
    assert found["health"].number == 0, "nobody's reason"
    year = barriers(unit, YEAR)
    assert (year["asked"].number, year["transport"].number) == (27, 15)


def test_a_few_notes_are_hidden_with_the_next_smallest(unit):
    indicatoranswers.barriers(unit, FIRST, asked=21, transport=9, company=7, health=2)
    found = barriers(unit)
    assert found["health"] == hidden(Code.BARRIERS, "health")
    assert found["company"].is_suppressed and not found["transport"].is_suppressed


@pytest.mark.parametrize(("asked", "is_told"), [(4, False), (5, True)])
def test_barriers_of_fewer_than_five_meetings_are_hidden(unit, asked, is_told):
    indicatoranswers.barriers(unit, FIRST, asked=asked, transport=asked)
    assert barriers(unit)["asked"].is_suppressed is not is_told


def test_the_areas_barriers_are_rounded_and_say_nothing_of_nothing(unit):
    indicatoranswers.barriers(unit, FIRST, asked=41, transport=33)
    found = barriers(unit, area=True)
    number, n = found["transport"].number, found["asked"].number
    assert number in (30, 35) and n in (40, 45) and found["transport"].share == number / n
    assert found["health"].is_suppressed


def moods(unit, span, told_before=()) -> dict[str, Figure]:
    with store.reading() as session:
        found = answers.mood(session, span, area_id=unit.area_id, scope=WHOLE, told_before=told_before)
    return by_dims(found)


def test_moods_are_told_from_five_cards_of_a_venue_on(unit):
    few, many = factories.make_venue(unit.area), factories.make_venue(unit.area)
    indicatoranswers.moods(unit.area, few.id, FIRST, of_cards=[[5, 5, 5]] * 4)
    assert moods(unit, QUARTER) == {"": hidden(Code.MOOD), f"venue:{few.id}": hidden(Code.MOOD, f"venue:{few.id}")}
    indicatoranswers.moods(unit.area, many.id, FIRST, of_cards=[[5, 4, 1]] * 8)
    found = moods(unit, QUARTER)
    assert found[f"venue:{few.id}"].is_suppressed
    told = found[f"venue:{many.id}"]
    assert told.n in (20, 25) and told.number in (15, 20)
    assert told.share == intervals.wilson(int(told.number or 0), told.n or 1).value
    assert found[""].n in (35, 40), "of all venues"


def test_a_card_has_three_answers_at_most_and_no_mark_after_the_freeze(unit):
    venue = factories.make_venue(unit.area)
    indicatoranswers.moods(unit.area, venue.id, FIRST, of_cards=[[1] * 29, *[[5]] * 30])
    assert (moods(unit, QUARTER)[""].n or 0) <= 35, "33 answers, rounded"
    with store.writing() as session:
        answers.forget_marks(session, unit.area_id, FIRST)
    with store.reading() as session:
        kept = session.execute(sa.select(MoodAnswer.mood, MoodAnswer.holder_mac)).all()
    assert len(kept) == 33 and {mac for _, mac in kept} == {None}
    assert moods(unit, QUARTER)[""].is_suppressed, "which card answered is not known any more"
    year = moods(unit, YEAR, told_before=["", f"venue:{venue.id}"])
    assert year[f"venue:{venue.id}"].n in (30, 35)
    assert moods(unit, YEAR)[""].is_suppressed


def test_marks_of_a_later_quarter_and_of_another_area_stay(unit):
    venue, far = factories.make_venue(unit.area), factories.make_area("HX")
    later = YEAR.parts(3)[2].first_on
    for area, quarter in ((unit.area, FIRST), (unit.area, later), (far, FIRST)):
        indicatoranswers.moods(area, venue.id, quarter, of_cards=[[3]])
        facts = {"is_of_venue": False, "first": 1, "second": 2, "third": 3, "person_mac": f"{area.id}{quarter}"}
        indicatoranswers.add(StaffAnswer(area_id=area.id, quarter=quarter, **facts))
    with store.writing() as session:
        answers.forget_marks(session, unit.area_id, FIRST)
    for answered, mark in ((MoodAnswer, MoodAnswer.holder_mac), (StaffAnswer, StaffAnswer.person_mac)):
        with store.reading() as session:
            rows = session.execute(sa.select(answered.area_id, answered.quarter, mark)).all()
        assert {(area, quarter) for area, quarter, mac in rows if mac is None} == {(unit.area_id, FIRST)}


def goals(unit, scope) -> dict[str, Figure]:
    with store.reading() as session:
        cells = answers.count_goals(session, QUARTER, area_id=unit.area_id, unit_ids=[unit.id])
    return by_dims(answers.goal_figures(cells, scope=scope))


def test_goals_stand_where_the_last_review_of_the_period_left_them(unit):
    before, day = FIRST - 9 * DAY, FIRST + 9 * DAY
    for at in range(30):
        last = (day + DAY, 0 if at < 20 else -1, 1 if at < 25 else None)
        indicatoranswers.goal_of_episode(unit, f"C{at}", (before, 2, 2), (day, -2, -2), last, set_on=before)
    found = goals(unit, Scope(unit.id, SECRET))
    assert (found["client"].number, found["client"].n) == (20, 30)
    assert found["worker"] == hidden(Code.GOALS, "worker", why=Why.FEW), "25 people: a unit and an outcome take thirty"
    area = goals(unit, WHOLE)
    assert (area["client"].number, area["client"].n, area["worker"].n) == (20, 30, 25)


def test_the_first_day_is_no_outcome_and_holders_goals_are_the_areas_alone(unit):
    day = FIRST + 9 * DAY
    for at in range(40):
        indicatoranswers.goal_of_holder(unit, f"{at:032x}", (day, 2, None), (day + DAY, 1, -2), set_on=day)
        indicatoranswers.goal_of_episode(unit, f"C{at}", (day, 2, 2), set_on=day)
    assert all(figure.is_suppressed for figure in goals(unit, Scope(unit.id, SECRET)).values())
    area = goals(unit, WHOLE)
    assert (area["client"].number, area["client"].n, area["worker"].number, area["worker"].n) == (40, 40, 0, 40)


def test_many_goals_of_few_people_stay_hidden(unit):
    day = FIRST + 9 * DAY
    for at in range(4):
        indicatoranswers.goal_of_holder(unit, f"{at:032x}", *[(day + n * DAY, 1, 1) for n in range(9)], set_on=FIRST)
    assert goals(unit, WHOLE)["client"].is_suppressed


def test_a_loop_is_closed_by_a_decision_within_ninety_days(unit):
    at = datetime(2026, 5, 5, 9, tzinfo=UTC)
    for decided_after in (None, 3, 90, 91):
        indicatoranswers.report(unit.area, written_at=at, decided_after=decided_after)
    indicatoranswers.report(unit.area, written_at=datetime(2026, 3, 31, 21, tzinfo=UTC), decided_after=5)
    indicatoranswers.report(unit.area, written_at=datetime(2026, 6, 30, 21, tzinfo=UTC), decided_after=5)
    with store.reading() as session:
        (early,) = answers.reports(session, QUARTER, area_id=unit.area_id, is_settled=False)
        (settled,) = answers.reports(session, QUARTER, area_id=unit.area_id, is_settled=True)
        (none,) = answers.reports(session, parse("2020"), area_id=unit.area_id, is_settled=True)
    assert early == hidden(Code.LOOP_CLOSED, why=Why.FOLLOW_UP)
    assert (settled.number, settled.n) == (3, 5), "the quarter begins and ends at midnight in Helsinki"
    assert (none.number, none.n, none.share) == (0, 0, None)
