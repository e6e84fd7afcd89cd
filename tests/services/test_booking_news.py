"""A date with bookings is called off or moved: they end or go along, and the units that made them are told."""

import functools
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.bookings import Booking
from kaikukortti.rules.access import Role
from kaikukortti.rules.booking import BookedBy, BookingNews, BookingState
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.recurrence import Slot
from tests import factories
from tests.factories import DAY, NOW, TODAY
from venues import bookinglists, bookings, bookingwords, dates, events, series

TOMORROW = NOW + DAY


@pytest.fixture
def venue():
    return factories.make_venue()


@pytest.fixture
def manager(venue):
    return factories.make_actor(Role.VENUE_MANAGER, venue)


@pytest.fixture
def worker():
    return factories.make_actor()


@pytest.fixture
def show(venue):
    return factories.make_occurrence(venue=venue, starts_at=TOMORROW)


@pytest.fixture
def book(worker, venue):
    """Return a function that books for a client of the unit, or by telephone."""
    staff = factories.make_actor(Role.VENUE_STAFF, venue)

    def one(occurrence, *, by=BookedBy.UNIT, code: str = "") -> str:
        is_unit = by is BookedBy.UNIT
        booked = bookings.book(
            code or factories.make_issued_card(factories.unit_of(worker)).number,
            occurrence_id=occurrence.id,
            counts=Counts(adult=1),
            booked_by=by,
            venue_id=venue.id,
            area_id=venue.area_id,
            actor=worker if is_unit else staff,
            unit_id=worker.unit_id if is_unit else None,
            now=NOW,
        )
        return booked.ref

    return one


def stored(ref: str) -> Booking:
    db.session.rollback()
    return db.session.execute(sa.select(Booking).where(Booking.ref == ref)).scalar_one()


def test_bookings_of_a_date_that_is_called_off_end_and_their_units_are_told(book, show, manager, worker):
    theirs, phoned = book(show), book(show, by=BookedBy.VENUE)
    events.cancel(show.id, actor=manager, now=NOW)
    assert (stored(theirs).state, stored(theirs).news) == (BookingState.CANCELLED, BookingNews.CALLED_OFF)
    assert (stored(phoned).state, stored(phoned).news) == (BookingState.CANCELLED, None)
    assert bookinglists.count_news(worker.unit_id, now=NOW) == 1
    coming, over = bookinglists.list_of_unit(actor=worker, now=NOW + 9 * DAY)
    assert [one.booking.ref for one in coming] == [theirs] and over == [], "news stay on the list until they are read"
    bookinglists.note_read(theirs, actor=worker, now=NOW)
    assert [one.booking.ref for one in bookinglists.list_of_unit(actor=worker, now=NOW + 9 * DAY)[1]] == [theirs]


def test_what_ended_before_is_no_news(book, show, manager, worker):
    ref = book(show)
    bookings.cancel(ref, unit_id=worker.unit_id, actor=worker, now=NOW)
    events.cancel(show.id, actor=manager, now=NOW)
    assert stored(ref).news is None


def test_the_rest_of_a_series_called_off_ends_its_bookings(book, show, manager):
    ref = book(show)
    series.cancel_rest(show.event_id, from_on=TODAY, actor=manager, now=NOW)
    assert stored(ref).news is BookingNews.CALLED_OFF


def test_bookings_go_along_with_a_date_that_moves(book, show, manager):
    ref, gone = book(show), book(show)
    bookings.cancel(gone, venue_id=show.venue_id, now=NOW)
    word = stored(ref).word
    stored(ref).arrives_at = TOMORROW - timedelta(minutes=20)
    db.session.commit()
    dates.move(show.id, slot=Slot(TOMORROW + 3 * DAY), place="", actor=manager, now=NOW)
    moved = stored(ref)
    assert (moved.on_day, moved.word, moved.news) == (TODAY + 4 * DAY, word, BookingNews.MOVED)
    assert moved.state is BookingState.BOOKED
    assert moved.arrives_at == TOMORROW + 3 * DAY - timedelta(minutes=20), "a group keeps its distance from the start"
    assert stored(gone).on_day == TODAY + DAY, "what was cancelled stays where it was"


def test_a_word_that_is_taken_on_the_new_day_is_changed(book, show, manager, venue, monkeypatch):
    monkeypatch.setattr(bookingwords, "WORDS", ("orava", "majava"))
    other = factories.make_occurrence(venue=venue, starts_at=TOMORROW + 3 * DAY)
    refs = [book(show), book(show)]
    there = stored(book(other)).word
    dates.move(show.id, slot=Slot(TOMORROW + 3 * DAY), place="", actor=manager, now=NOW)
    words = [stored(ref).word for ref in refs]
    assert there not in words and len({*words, there}) == 3
    assert any(word.endswith(" 2") for word in words)


def test_another_place_is_news_too(book, show, manager):
    ref = book(show)
    dates.move(show.id, slot=Slot(show.starts_at, show.ends_at), place="Pieni sali", actor=manager, now=NOW)
    assert stored(ref).news is BookingNews.MOVED


def test_words_run_out_and_go_on_with_a_number(monkeypatch):
    monkeypatch.setattr(bookingwords, "WORDS", ("orava", "majava"))
    used: set[str] = set()
    for _ in range(5):
        used.add(bookingwords.choose(used))
    assert len(used) == 5 and {"orava", "majava", "orava 2", "majava 2"} < used


def test_words_are_short_plain_and_not_alike():
    words = bookingwords.WORDS
    assert len(words) == len(set(words)) >= 400
    assert all(word.isascii() and word.islower() and 4 <= len(word) <= 14 for word in words)
    by_gap: dict[str, str] = {}
    for word in words:
        for place in range(len(word)):
            gap = f"{word[:place]}_{word[place + 1:]}"
            assert by_gap.setdefault(gap, word) == word, f"{word} and {by_gap[gap]} differ by one letter"
    shortened = {word[:place] + word[place + 1 :] for word in words for place in range(len(word))}
    assert not shortened & set(words)


def test_words_of_a_moved_date_meet_no_new_booking(together, show, manager, venue, book, worker, monkeypatch):
    monkeypatch.setattr(bookingwords, "WORDS", ("orava", "majava"))
    other = factories.make_occurrence(venue=venue, starts_at=TOMORROW + 3 * DAY)
    for _ in range(6):
        book(show)
    slot = Slot(TOMORROW + 3 * DAY, TOMORROW + 3 * DAY + timedelta(hours=1))
    move = functools.partial(dates.move, show.id, slot=slot, place="", actor=manager, now=NOW)
    codes = [factories.make_issued_card(factories.unit_of(worker)).number for _ in range(12)]
    answers = together(move, *(functools.partial(book, other, code=code) for code in codes))
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    words = list(db.session.scalars(sa.select(Booking.word).where(Booking.on_day == other.on_day)))
    assert len(words) == len(set(words)) == 18
