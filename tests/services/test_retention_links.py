"""The link of a visit to its card goes after 13 months; no figure of what is over changes by it."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from kaikukortti import cardcounts, cards, monthcounts, simulate
from kaikukortti.cube import freezing
from kaikukortti.cube.freezing import Due
from kaikukortti.cube.periods import parse
from kaikukortti.db import db
from kaikukortti.models.bookings import Booking
from kaikukortti.models.figures import MonthCount
from kaikukortti.models.keeping import FirstUse, UnitQuarter
from kaikukortti.models.ledger import Scan, ScanCard
from kaikukortti.models.network import Area
from kaikukortti.models.programme import Event
from kaikukortti.retention import links
from kaikukortti.rules.booking import BookedBy, BookingKind, BookingState
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.programme import Category, EventKind
from kaikukortti.simulate.size import Size
from tests import factories, followups, letgo
from tests.cubeledger import Ledger
from tests.factories import DAY, NOW, ROUNDING_KEY

SIZE = Size(areas=2, units=6, venues=14, cards=700, years=2, visits=3_500)
UNTIL = date(2025, 10, 20)  # thirteen months before today


class Town(Ledger):
    """An area with one venue."""

    def __post_init__(self):
        super().__post_init__()
        self.venue = factories.make_venue(self.area)


@pytest.fixture
def ledger():
    return Town()


def linked() -> list[date]:
    query = sa.select(Scan.on_day).join(ScanCard, ScanCard.scan_id == Scan.scan_id).order_by(Scan.on_day)
    return list(db.session.scalars(query))


def cut_as() -> dict[date, str | None]:
    return {
        on_day: kind for on_day, kind in db.session.execute(sa.select(Scan.on_day, Scan.cut_as).order_by(Scan.on_day))
    }


def test_thirteen_months_to_the_day(ledger):
    holders = ledger.cards(2, first_on=date(2025, 6, 2))
    days = [UNTIL - DAY, UNTIL, UNTIL + DAY]
    for on_day in days:
        ledger.visit(holders[0], ledger.venue, on_day)
    ledger.visit(None, ledger.venue, UNTIL - 2 * DAY, raw_code="UUHARJ0012X")
    ledger.save()
    letgo.freeze(NOW)
    assert letgo.run(NOW)["links_of_visits"] == 2
    assert linked() == days[1:]
    assert cut_as() == {UNTIL - 2 * DAY: "other", days[0]: "card", days[1]: None, days[2]: None}
    assert db.session.scalars(sa.select(Scan.raw_code)).all() == [None] * 4
    assert [(row.line, row.month) for row in db.session.scalars(sa.select(FirstUse))] == [
        (holders[0].line, date(2025, 10, 1))
    ]
    assert "links_of_visits" not in letgo.run(NOW)
    assert letgo.run(NOW + DAY)["links_of_visits"] == 1


def test_nothing_goes_before_its_periods_have_been_counted_for_good(ledger):
    followups.switch_on(ledger.area, ledger.unit)
    holders = ledger.cards(2, first_on=date(2025, 1, 2))
    ledger.visit(holders[0], ledger.venue, date(2025, 1, 8))
    ledger.save()
    late = NOW.replace(year=2026, month=2, day=10)
    assert letgo.run(late) == {"held profiles": 2, "held visits": 1}, "nobody has frozen anything"
    letgo.freeze(late)
    assert letgo.run(late)["held visits"] == 1, "follow-up's year is revised five days later"
    letgo.freeze(late + 6 * DAY)
    found = letgo.run(late + 6 * DAY)
    assert found["links_of_visits"] == 1 and "held visits" not in found and not linked()


def test_every_figure_of_what_is_over_stays(app):
    simulate.network(SIZE, seed=92, now=NOW)
    areas = list(db.session.scalars(sa.select(Area)))
    freezing.freeze(now=NOW, secret=ROUNDING_KEY)
    later = NOW + timedelta(days=1)  # or the counts of the day are kept
    shown = letgo.counted_again(), letgo.yearly_tables(NOW), letgo.unit_quarters(2025, NOW), letgo.cells_again(NOW)
    before = len(linked())
    found = letgo.run(NOW)
    assert found["links_of_visits"] > 500 and before - len(linked()) > 500 and min(linked()) < UNTIL < max(linked())
    again = letgo.counted_again(), letgo.yearly_tables(later), letgo.unit_quarters(2025, NOW), letgo.cells_again(NOW)
    names = ("months", "yearly tables", "quarters of units")
    for name, was, now in zip(names, shown, again, strict=False):
        assert was == now, name
    traits = {"cards_by_age", "cards_by_situation", "cards_by_origin"}  # of generalised profiles
    for at, cells in shown[3].items():
        assert {k: v for k, v in cells.items() if k not in traits} == {
            k: v for k, v in again[3][at].items() if k not in traits
        }, at
    assert all(one.is_explained for one in freezing.recompute(now=NOW, secret=ROUNDING_KEY))
    assert any(row and row.uses for (_, first_on), row in shown[2].items() if first_on < UNTIL) and len(areas) == 2
    kinds = set(db.session.scalars(sa.select(Scan.cut_as).distinct()))
    assert {"card", "card_later", "community"} <= kinds, kinds
    assert "links_of_visits" not in letgo.run(NOW), "a second run finds nothing"


def test_the_cells_are_the_same_where_links_alone_were_cut(app):
    simulate.network(SIZE, seed=93, now=NOW)
    freezing.freeze(now=NOW, secret=ROUNDING_KEY)
    before = letgo.cells_again(NOW)
    assert links.cut(UNTIL, is_dry=True).links == links.cut(UNTIL, is_dry=False).links > 500
    assert letgo.cells_again(NOW) == before
    assert freezing.recompute(now=NOW, secret=ROUNDING_KEY) == []


def course(ledger, days: list[date], *, kind: EventKind = EventKind.COURSE, pass_days: int | None = None):
    """Return the ids of a course's dates."""
    event = factories.make_event(ledger.venue, kind=kind)
    db.session.execute(sa.update(Event).where(Event.id == event.id).values(pass_days=pass_days))
    moments = [NOW.replace(year=day.year, month=day.month, day=day.day) for day in days]
    return [factories.make_occurrence(event, starts_at=moment).id for moment in moments]


def uses_of(ledger) -> int:
    letgo.counted_again()
    return sum(db.session.scalars(sa.select(MonthCount.adults).where(MonthCount.venue_id == ledger.venue.id)))


def test_a_course_that_goes_on_keeps_the_link_of_its_first_day(ledger):
    (holder,) = ledger.cards(1, first_on=date(2025, 9, 1))
    days = [date(2025, 9, 9), date(2025, 9, 16), date(2025, 11, 4), date(2026, 3, 3)]
    for on_day, there in zip(days, course(ledger, days), strict=True):
        ledger.visit(holder, ledger.venue, on_day, occurrence_id=there)
    ledger.save()
    letgo.freeze(NOW)
    assert uses_of(ledger) == 1
    found = letgo.run(NOW)
    assert (found["links_of_visits"], found["held links_of_courses"]) == (1, 1)
    assert linked() == [days[0], days[2], days[3]] and uses_of(ledger) == 1
    much_later = NOW + 400 * DAY
    letgo.freeze(much_later)
    letgo.run(much_later)
    assert linked() == [] and uses_of(ledger) == 1
    assert list(cut_as().values()) == ["card", "card_later", "card_later", "card_later"]


def test_a_pass_that_was_begun_anew_keeps_its_newest_beginning(ledger):
    (holder,) = ledger.cards(1, first_on=date(2025, 3, 1))
    days = [date(2025, 3, 3), date(2025, 6, 1), date(2025, 9, 1), date(2025, 12, 20), date(2026, 5, 5)]
    there = course(ledger, days, kind=EventKind.PERIOD_PASS, pass_days=150)
    for on_day, at in zip(days, there, strict=True):
        ledger.visit(holder, ledger.venue, on_day, occurrence_id=at)
    ledger.save()
    letgo.freeze(NOW)
    before = uses_of(ledger)  # March, September, May
    letgo.run(NOW)
    assert linked() == days[2:] and before == 3 == uses_of(ledger)


def test_a_month_whose_links_are_gone_can_be_counted_again(ledger):
    """The event moves to another category, which counts its months anew; a visit comes in years late."""
    (holder,) = ledger.cards(1, first_on=date(2025, 2, 1))
    (group,) = ledger.cards(1, first_on=date(2025, 2, 1), kind=CardKind.COMMUNITY)
    days = [date(2025, 3, 4), date(2025, 4, 8)]
    there = course(ledger, days)
    for on_day, at in zip(days, there, strict=True):
        ledger.visit(holder, ledger.venue, on_day, occurrence_id=at)
    ledger.visit(group, ledger.venue, days[0], worker=1, under16=9, adult=0)
    ledger.save()
    letgo.freeze(NOW)
    letgo.run(NOW)
    assert linked() == []
    db.session.execute(sa.update(Event).values(category=Category.SCIENCE))
    ledger.visit(None, ledger.venue, days[1])
    ledger.save()
    monthcounts.refresh(ledger.area.id)
    rows = {
        (row.month.month, row.category.value): (row.adults, row.children, row.community)
        for row in db.session.scalars(sa.select(MonthCount).execution_options(populate_existing=True))
    }
    assert rows == {
        (3, "science"): (1, 0, 0),
        (3, "culture"): (1, 9, 10),
        (4, "science"): (0, 0, 0),
        (4, "culture"): (1, 0, 0),
    }


def test_a_card_stays_taken_into_use_and_its_next_visit_is_not_its_first(ledger):
    ledger.cards(120)
    holders = ledger.cards(3, first_on=date(2025, 2, 1))
    ledger.visit(holders[0], ledger.venue, date(2025, 3, 4))
    ledger.visit(holders[0], ledger.venue, date(2026, 9, 4))
    ledger.visit(holders[1], ledger.venue, date(2026, 9, 4))
    ledger.save()
    letgo.freeze(NOW)
    september = Due(ledger.area.id, "EK", parse("2026-09"), 1)
    before = letgo.exact_cells(september)
    letgo.run(NOW)
    assert letgo.exact_cells(september) == before and before["first_visits"] == {(): 1}, before
    worker = factories.make_actor(home=ledger.unit)
    used = [cards.look(holder.card_id, actor=worker, now=NOW).is_used for holder in holders]
    assert used == [True, True, False]
    assert cardcounts.days_of_area(ledger.area.id).handed_out["2025-02-01"] == [3, 2, 0]


def test_bookings_name_nobody_after_thirteen_months(ledger):
    (holder,) = ledger.cards(1, first_on=date(2025, 2, 1))
    for place, on_day in enumerate((UNTIL - DAY, UNTIL)):
        words = {"word": f"sana {place}", "ref": f"{place:016}", "kind": BookingKind.SINGLE, "created_at": NOW}
        who = {"holder": holder.line, "card_id": holder.card_id, "booked_by": BookedBy.UNIT, "changed_at": NOW}
        row = Booking(venue_id=ledger.venue.id, on_day=on_day, state=BookingState.NO_SHOW, adult=1, **words, **who)
        db.session.add(row)
    db.session.commit()
    letgo.freeze(NOW)
    assert letgo.run(NOW)["bookings"] == 1 and "bookings" not in letgo.run(NOW)
    old, new = db.session.scalars(sa.select(Booking).order_by(Booking.on_day).execution_options(populate_existing=True))
    assert (old.card_id, old.raw_code, old.adult) == (None, None, 1) and old.holder != holder.line
    assert (new.card_id, new.holder) == (holder.card_id, holder.line)


def test_a_transaction_takes_a_thousand_at_most_and_a_run_goes_on_where_one_ended(ledger, monkeypatch):
    holders = ledger.cards(5, first_on=date(2025, 2, 1))
    for place in range(25):
        ledger.visit(holders[place % 5], ledger.venue, date(2025, 3, 1) + place * DAY)
    ledger.save()
    monkeypatch.setattr(links, "AT_ONCE", 10)
    write, turns = links._write, []

    def fails_later(rows, **facts):
        turns.append(len(rows))
        if len(turns) == 3:
            raise RuntimeError("the power went")
        write(rows, **facts)

    monkeypatch.setattr(links, "_write", fails_later)
    with pytest.raises(RuntimeError):
        links.cut(UNTIL, is_dry=False)
    db.session.rollback()
    assert turns == [10, 10, 5] and len(linked()) == 5
    assert links.cut(UNTIL, is_dry=False).links == 5 and not linked()


def test_cutting_leaves_no_mark_on_a_month(ledger):
    (holder,) = ledger.cards(1, first_on=date(2025, 2, 1))
    ledger.visit(holder, ledger.venue, date(2025, 3, 4))
    ledger.save()
    letgo.counted_again()
    links.cut(UNTIL, is_dry=False)
    assert not monthcounts._has_marks(ledger.area.id)


def test_a_unit_keeps_its_quarters_once(ledger):
    holders = ledger.cards(6, first_on=date(2025, 2, 1))
    for holder in holders:
        ledger.visit(holder, ledger.venue, date(2025, 3, 4))
    ledger.save()
    letgo.freeze(NOW)
    letgo.run(NOW)
    kept = {row.quarter: (row.uses, row.cards) for row in db.session.scalars(sa.select(UnitQuarter))}
    assert kept[date(2025, 1, 1)] == (6, 6) and set(kept.values()) == {(6, 6), (None, None)}
    letgo.run(NOW + DAY)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(UnitQuarter)) == len(kept)
