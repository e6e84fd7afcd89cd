"""Indicators of visits by hand: kinds, places, children, seasons, and who is not counted."""

from datetime import UTC, date, datetime

import pytest

from kaikukortti.db import db
from kaikukortti.followup import indicatorcounts
from kaikukortti.followup.indicatorcounts import Asked
from kaikukortti.followup.indicators.figures import Code
from kaikukortti.models.ledger import Entry
from kaikukortti.rules import rounding
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.programme import Category, EventKind
from kaikukortti.rules.span import parse
from tests import factories
from tests.cubeledger import Ledger
from tests.factories import ROUNDING_KEY

QUARTER = parse("2026-Q2")


@pytest.fixture
def ledger():
    """Return an area whose unit is in Lappeenranta, with 60 cards since January 2024."""
    made = Ledger()
    made.unit.municipality = "Lappeenranta"
    db.session.commit()
    return made


def figures(ledger, span=QUARTER, *, unit_id=0):
    """Return the figures of a period by code and dims."""
    asked = Asked(ledger.area.id, span, 1, (ledger.unit.id,), ROUNDING_KEY.encode())
    return {(one.code, one.dims): one for one in indicatorcounts.count_cards(asked)[unit_id]}


def venue(ledger, category, municipality=""):
    return factories.make_venue(ledger.area, category=category, municipality=municipality)


def near(number: int) -> tuple[int, int]:
    """Return the two numbers that one may be rounded to."""
    down = number // rounding.BASE * rounding.BASE
    return (down, down) if number == down else (down, down + rounding.BASE)


def test_kinds_types_and_who_knows_two_of_them(ledger):
    theatre, pool = venue(ledger, Category.CULTURE), venue(ledger, Category.SPORT)
    match = factories.make_occurrence(factories.make_event(pool, kind=EventKind.MATCH))
    for at, holder in enumerate(ledger.cards(40, first_on=date(2026, 1, 7))):
        ledger.visit(holder, theatre, date(2026, 5, 4), child=2 if at < 10 else 0)
        if at < 25:
            ledger.visit(holder, pool, date(2026, 5, 5), occurrence_id=match.id)
    ledger.save()
    found = figures(ledger)
    culture, sport = found[Code.KINDS, "category:culture"], found[Code.KINDS, "category:sport"]
    assert culture.number in near(60) and culture.n in near(85) and sport.number in near(25)
    assert found[Code.KINDS, "type:sport:match"].number == sport.number
    assert found[Code.KINDS, "type:culture:house_visit"].number == culture.number
    assert (found[Code.KINDS, "two_or_more"].number, found[Code.KINDS, "two_or_more"].n) == (25, 40)
    children = found[Code.WITH_CHILDREN, ""]
    assert (children.number, children.n) == (10, 65), "visits with a child, of visits"
    assert found[Code.WITH_CHILDREN, "category:culture"].number == 10
    assert found[Code.WITH_CHILDREN, "category:sport"].is_suppressed, "nobody brought a child: as little as a little"
    assert (Code.KINDS, "category:culture") not in figures(ledger, unit_id=ledger.unit.id)


def test_a_course_is_one_use_on_its_first_day(ledger):
    course = factories.make_event(venue(ledger, Category.EDUCATION), kind=EventKind.COURSE)
    evenings = [
        factories.make_occurrence(course, starts_at=datetime(2026, month, 7, 15, tzinfo=UTC)) for month in (3, 4, 5)
    ]
    for at, holder in enumerate(ledger.cards(30, first_on=date(2026, 1, 7))):
        for evening in evenings[at % 2 :]:
            ledger.visit(holder, course.venue, evening.on_day, occurrence_id=evening.id)
    ledger.save()
    found = figures(ledger, unit_id=ledger.unit.id)
    assert found[Code.USE_RATE, ""].number == 15, "the others began in March"
    assert found[Code.ACTIVE, ""].number == 30, "who still goes to the course is in use, as on the unit's own page"


def test_places_outside_the_issuing_municipality(ledger):
    here, there = venue(ledger, Category.CULTURE, "lappeenranta"), venue(ledger, Category.CULTURE, "Imatra")
    nowhere = venue(ledger, Category.CULTURE)
    for at, holder in enumerate(ledger.cards(40, first_on=date(2026, 1, 7))):
        ledger.visit(holder, here, date(2026, 5, 4))
        if at < 20:
            ledger.visit(holder, there, date(2026, 5, 5))
        if at < 10:
            ledger.visit(holder, nowhere, date(2026, 5, 6))
    ledger.save()
    found = figures(ledger)
    elsewhere = found[Code.DISTANCE, "elsewhere"]
    assert (elsewhere.number, elsewhere.n, elsewhere.share) == (20, 60, 20 / 60)
    assert found[Code.DISTANCE, "unknown"].number == 10 and found[Code.DISTANCE, "unknown"].n is None


@pytest.mark.parametrize(("first_on", "has_index"), [(date(2024, 2, 1), False), (date(2024, 1, 31), True)])
def test_a_season_index_takes_twenty_four_months(ledger, first_on, has_index):
    place = venue(ledger, Category.CULTURE)
    for begun in (first_on, date(2025, 1, 1)):
        for holder in ledger.cards(40, first_on=begun):
            for month in range(1, 13) if begun.year == 2025 else ():
                for _ in range(3 if month == 7 else 1):
                    ledger.visit(holder, place, date(2025, month, 28))
    ledger.save()
    months = [figures(ledger, parse("2025"))[Code.SEASON, f"{month:02}"] for month in range(1, 13)]
    assert [one.number for one in months] == [120 if month == 7 else 40 for month in range(1, 13)]
    assert [one.share is not None for one in months] == [has_index] * 12
    if has_index:
        assert sum(one.share for one in months) == pytest.approx(1200) and months[6].share > 2 * months[5].share
    assert not any(code == Code.SEASON for code, _ in figures(ledger, QUARTER))


def test_cards_of_other_areas_community_cards_and_undone_visits_are_not_counted(ledger):
    place, far = venue(ledger, Category.CULTURE), Ledger(factories.make_area("HX"))
    for holder in far.cards(20, first_on=date(2026, 1, 7)):
        far.visit(holder, place, date(2026, 5, 4))
    far.save()
    for holder in ledger.cards(6, first_on=date(2026, 1, 7), kind=CardKind.COMMUNITY):
        ledger.visit(holder, place, date(2026, 5, 4), worker=1, adult=0)
    for at, holder in enumerate(ledger.cards(16, first_on=date(2026, 1, 7))):
        scan_id = ledger.visit(holder, place, date(2026, 5, 4))
        if at < 4:
            ledger.undo(scan_id, place, date(2026, 5, 4), received_at=datetime(2026, 5, 4, 18, tzinfo=UTC))
        elif at < 6:
            ledger.visit(holder, factories.make_venue(far.area), date(2026, 5, 9))
    ledger.save()
    found = figures(ledger, unit_id=ledger.unit.id)
    assert (found[Code.USE_RATE, ""].number, found[Code.USE_RATE, ""].n) == (14, 16), "two went to another area as well"
    assert (found[Code.VALID, ""].number, found[Code.VALID, "community"].number) == (16, 6)
    assert (found[Code.ACTIVE, ""].number, found[Code.ACTIVE, ""].n) == (12, 16)


@pytest.mark.parametrize(("users", "is_told"), [(4, False), (5, True)])
def test_a_rate_is_told_from_five_cards_that_are_used(ledger, users, is_told):
    place = venue(ledger, Category.CULTURE)
    for holder in ledger.cards(30, first_on=date(2026, 1, 7))[:users]:
        ledger.visit(holder, place, date(2026, 5, 4))
    ledger.save()
    assert figures(ledger, unit_id=ledger.unit.id)[Code.USE_RATE, ""].is_suppressed is not is_told


def test_nobody_is_found_in_a_rate_by_using_most(ledger):
    place = venue(ledger, Category.CULTURE)
    holders = ledger.cards(30, first_on=date(2026, 1, 7))
    for holder in (*holders[:8], *[holders[0]] * 9):
        ledger.visit(holder, place, date(2026, 5, 4))
    ledger.save()
    assert figures(ledger, unit_id=ledger.unit.id)[Code.USE_RATE, ""].is_suppressed


def test_an_imported_visit_says_nothing_of_how_long_recording_took(ledger):
    theatre, day = venue(ledger, Category.CULTURE), date(2026, 5, 4)
    ledger.cards(30, first_on=date(2025, 4, 10))  # their time ends in the quarter, without a use
    for holder in ledger.cards(30):
        ledger.visit(holder, theatre, day, received_at=datetime(2026, 5, 7, 9, tzinfo=UTC))
        for _ in range(2):
            ledger.visit(holder, theatre, date(2026, 5, 11), entry=Entry.IMPORTED)
    ledger.save()
    found = figures(ledger, unit_id=ledger.unit.id)
    assert found[Code.NO_RECORDED_USE, ""].facts["recording_days"] == 3
    assert found[Code.USE_RATE, ""].number == 90
