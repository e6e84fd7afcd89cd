"""The figures, one definition a test: what is a use, whose it is, on which day, and which cards are counted."""

from datetime import date, timedelta

import pytest

from kaikukortti import statistics
from kaikukortti.cardcounts import CardFigures
from kaikukortti.models.cards import PeriodKind
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.programme import Category, EventKind
from kaikukortti.statistics import Overview
from kaikukortti.usecounts import Uses
from tests import factories
from tests.factories import DAY, NOW, TODAY, TONIGHT
from venues import scanning

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


@pytest.fixture
def area():
    return factories.make_area()


@pytest.fixture
def venue(area):
    return factories.make_venue(area)


def figures(area, first_on=FIRST, last_on=LAST) -> Overview:
    return statistics.overview(area.id, first_on=first_on, last_on=last_on)


def visit(card, venue, **fields) -> None:
    """Register a visit by a tablet of the venue, at the moment at which it was made."""
    item = factories.make_item(card, **fields)
    scanning.record(item, device=factories.make_tablet(venue).known, received_at=item.occurred)


def test_nothing_yet(area, venue):
    empty = figures(area)
    assert empty.cards == CardFigures(registered=0, taken_into_use=0, community=0)
    assert (empty.uses, empty.helpers, empty.unverified) == (Uses(), 0, 0)
    assert empty.by_category == {category: Uses() for category in Category}
    assert [(row.name_fi, row.uses) for row in empty.by_venue] == [(venue.name_fi, Uses())]
    assert empty.by_month == [((2026, month), Uses()) for month in range(1, 13)]


def test_tickets_and_not_visits_are_counted(area, venue):
    visit(factories.make_issued_card(children=3), venue, child=3, assistant=1, interpreter=1)
    visit(factories.make_issued_card(kind=CardKind.COMMUNITY), venue, adult=0, worker=2, under16=5)
    found = figures(area)
    assert found.uses == Uses(adults=1 + 2, children=3 + 5)
    assert found.helpers == 2
    assert statistics.venue_total(venue.id, first_on=FIRST, last_on=LAST) == Uses(3, 8)


def test_this_month_is_a_part_of_this_year(venue):
    for days in (0, 19, 20, 100, 323, 324):  # 1 November, 31 October, 1 January, 31 December of last year
        visit(factories.make_issued_card(first_on=TODAY - 364 * DAY), venue, occurred=NOW - days * DAY)
    today = statistics.venue_to_date(venue.id, today=TODAY)
    assert today == (Uses(2, 0), Uses(5, 0))
    for day in (TODAY, TODAY - DAY, TODAY - 20 * DAY):
        month, year = statistics.venue_to_date(venue.id, today=day)
        assert month == statistics.venue_total(venue.id, first_on=day.replace(day=1), last_on=day)
        assert year == statistics.venue_total(venue.id, first_on=day.replace(month=1, day=1), last_on=day)


def test_an_event_s_category_goes_before_its_venue_s(area):
    centre = factories.make_venue(area, category=Category.SPORT)
    concert = factories.make_occurrence(factories.make_event(centre, category=Category.CULTURE))
    visit(factories.make_issued_card(), centre, occurrence=concert)
    visit(factories.make_issued_card(children=1), centre, child=1)
    by_category = figures(area).by_category
    assert by_category[Category.CULTURE] == Uses(1, 0)
    assert by_category[Category.SPORT] == Uses(1, 1), "a house visit is of the venue's category"
    assert by_category[Category.SCIENCE] == by_category[Category.EDUCATION] == Uses()


def test_a_use_belongs_to_the_area_of_the_venue(area, venue):
    other = factories.make_area("HX")
    theirs = factories.make_issued_card(factories.make_unit(other))
    visit(theirs, venue)
    visit(factories.make_issued_card(), factories.make_venue(other))
    assert (figures(area).uses, figures(other).uses) == (Uses(1, 0), Uses(1, 0))
    assert (figures(area).cards.registered, figures(area).cards.taken_into_use) == (1, 1)
    assert (figures(other).cards.registered, figures(other).cards.taken_into_use) == (1, 1)


def test_a_use_is_counted_on_the_day_of_the_visit(area, venue):
    card = factories.make_issued_card(first_on=date(2026, 1, 1))
    new_year = factories.make_occurrence(venue=venue, starts_at=NOW.replace(month=12, day=31, hour=21))
    visit(card, venue, occurrence=new_year)
    visit(card, venue, occurred=NOW.replace(month=10, day=31, hour=21, minute=59))  # 23.59 in Helsinki
    visit(card, venue, occurred=NOW.replace(month=10, day=31, hour=22, minute=0))
    by_month = dict(figures(area).by_month)
    assert [by_month[2026, month].total for month in (10, 11, 12)] == [1, 1, 1]
    assert figures(area, LAST, LAST).uses == Uses(1, 0)
    assert figures(area, LAST + DAY, LAST + 30 * DAY).uses == Uses()


def test_months_of_two_years(area, venue):
    card = factories.make_issued_card(first_on=date(2025, 11, 20))
    for days in (0, 40, 354, 355):
        visit(card, venue, occurred=NOW - days * DAY)
    found = figures(area, date(2025, 12, 1), TODAY)
    assert [month for month, _ in found.by_month] == [(2025, 12), *((2026, month) for month in range(1, 12))]
    totals = {month: uses.total for month, uses in found.by_month if uses.total}
    assert totals == {(2025, 12): 1, (2026, 10): 1, (2026, 11): 1}


def test_venues_stand_by_their_uses(area):
    names = {name: factories.make_venue(area, name_fi=name) for name in ("Ateljee", "Bio", "Cirkus")}
    for name, times in (("Bio", 2), ("Cirkus", 1)):
        for _ in range(times):
            visit(factories.make_issued_card(), names[name])
    assert [(row.name_fi, row.uses) for row in figures(area).by_venue] == [
        ("Bio", Uses(2, 0)),
        ("Cirkus", Uses(1, 0)),
        ("Ateljee", Uses()),
    ]


def test_cards_from_elsewhere_are_apart(area, venue):
    visit("VA12345", venue, child=2, assistant=1)
    visit(factories.make_stock_card(), venue)
    found = figures(area)
    assert (found.uses, found.unverified, found.helpers) == (Uses(), 4, 0)
    evening = statistics.evening(venue.id, on_day=TODAY)
    assert (evening.uses, evening.helpers) == (Uses(2, 2), 1), "the venue sees what it registered"


def test_cards_are_counted_by_line_on_their_first_day(area):
    unit = factories.make_unit(area)
    old = factories.make_issued_card(unit, first_on=date(2026, 3, 1), state=State.REPLACED)
    factories.make_issued_card(unit, line=old.line or "", period_kind=PeriodKind.REPLACEMENT)
    factories.make_issued_card(unit, first_on=date(2025, 12, 31))
    factories.make_issued_card(unit, kind=CardKind.COMMUNITY)
    factories.make_stock_card(unit)
    assert figures(area).cards == CardFigures(registered=1, taken_into_use=0, community=1)
    assert figures(area, date(2025, 1, 1), date(2025, 12, 31)).cards.registered == 1
    assert figures(area).cards.never_used == 1
    assert figures(area, date(2026, 10, 1), LAST).cards.registered == 0, "a replacement is not counted again"


def test_taken_into_use_is_by_now_and_by_line(area, venue):
    unit = factories.make_unit(area)
    old = factories.make_issued_card(unit, first_on=date(2026, 3, 1))
    new = factories.make_issued_card(unit, line=old.line or "", period_kind=PeriodKind.REPLACEMENT)
    factories.make_issued_card(unit, first_on=date(2026, 3, 1))
    visit(new, venue)
    spring = figures(area, date(2026, 1, 1), date(2026, 3, 31))
    assert (spring.cards.registered, spring.cards.taken_into_use, spring.cards.never_used) == (2, 1, 1)
    assert spring.uses == Uses(), "the use itself was in November"


def test_helpers_alone_take_no_card_into_use(area, venue):
    visit(factories.make_issued_card(factories.make_unit(area)), venue, adult=0, assistant=1)
    assert figures(area).cards.taken_into_use == 0


@pytest.mark.parametrize("kind", [EventKind.COURSE, EventKind.PERIOD_PASS])
def test_a_course_place_is_one_use_on_its_first_day(area, venue, kind):
    card, other = factories.make_issued_card(), factories.make_issued_card()
    course = factories.make_event(venue, kind=kind)
    evenings = [factories.make_occurrence(course, starts_at=TONIGHT - weeks * 7 * DAY) for weeks in (3, 2, 1)]
    for evening in (evenings[2], evenings[0], evenings[1]):  # they arrive in whatever order
        visit(card, venue, occurrence=evening, occurred=evening.starts_at, assistant=1)
    visit(other, venue, occurrence=evenings[1], occurred=evenings[1].starts_at)
    found = figures(area)
    assert found.uses == Uses(2, 0)
    assert found.helpers == 3, "a helper comes along every time"
    days = [statistics.evening(venue.id, on_day=evening.on_day).uses.total for evening in evenings]
    assert days == [1, 1, 0]
    assert figures(area, evenings[2].on_day, LAST).uses == Uses(), "later reads are attendance"


def test_the_first_day_of_a_course_that_was_undone_is_no_first_day(area, venue):
    card, course = factories.make_issued_card(), factories.make_event(venue, kind=EventKind.COURSE)
    first, second = (factories.make_occurrence(course, starts_at=TONIGHT - weeks * 7 * DAY) for weeks in (2, 1))
    tablet = factories.make_tablet(venue).known
    body = factories.scan_body(card, occurrence=first, occurred=first.starts_at)
    later = factories.scan_body(card, occurrence=second, occurred=second.starts_at)
    undo = factories.undo_body(body, occurred=(first.starts_at + timedelta(minutes=5)).isoformat())
    for item in (body, undo, later):
        scanning.record(factories.item_of(item), device=tablet, received_at=NOW)
    assert dict(figures(area).by_month)[2026, 11] == Uses(1, 0)
    assert statistics.evening(venue.id, on_day=second.on_day).uses == Uses(1, 0)


def test_an_evening_by_event(area, venue):
    early = factories.make_occurrence(venue=venue, starts_at=NOW - timedelta(hours=6))
    late = factories.make_occurrence(factories.make_event(venue, title="Myöhäinen"))
    factories.make_occurrence(late.event, starts_at=TONIGHT + DAY)
    factories.make_occurrence()
    visit(factories.make_issued_card(children=1), venue, occurrence=late, child=1, assistant=1)
    visit(factories.make_issued_card(), venue, occurrence=late)
    visit(factories.make_issued_card(), venue)
    evening = statistics.evening(venue.id, on_day=TODAY)
    assert [(row.title, row.starts_at, row.uses, row.helpers) for row in evening.rows] == [
        (("Tähtien tarina",) * 3, early.starts_at, Uses(), 0),
        (("Myöhäinen",) * 3, late.starts_at, Uses(2, 1), 1),
        (None, None, Uses(1, 0), 0),
    ]
    assert (evening.uses, evening.helpers) == (Uses(3, 1), 1)
    tomorrow = statistics.evening(venue.id, on_day=TODAY + DAY)
    assert [row.uses for row in tomorrow.rows] == [Uses(), Uses()]


def test_the_first_day_with_something_to_show(area, venue):
    assert statistics.find_first_day(area.id, today=TODAY) == TODAY
    visit("VA12345", venue, occurred=NOW - 40 * DAY)
    assert statistics.find_first_day(area.id, today=TODAY) == TODAY - 40 * DAY
    factories.make_issued_card(factories.make_unit(area), first_on=date(2024, 12, 31))
    assert statistics.find_first_day(area.id, today=TODAY) == date(2024, 12, 31)
    assert statistics.find_first_day(factories.make_area("HX").id, today=TODAY) == TODAY
