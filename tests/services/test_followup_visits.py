"""The visits of a line of cards, what the holder's page makes of them, and how a visit felt."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti.errors import NotFound
from kaikukortti.followup import mood, owncards, ownkeys, references, store, visits
from kaikukortti.followup.models.answers import MoodAnswer
from kaikukortti.followup.ownsessions import OpenCard
from kaikukortti.models.cards import Card
from kaikukortti.models.network import Unit, Venue
from kaikukortti.rules.card import State
from kaikukortti.rules.programme import Category, EventKind, Planned
from tests import factories, followupown
from tests.factories import DAY, NOW, SECRET_KEY, TODAY, Tablet
from venues import scanning


@pytest.fixture
def unit() -> Unit:
    return factories.make_unit()


@pytest.fixture
def card(unit) -> Card:
    return factories.make_issued_card(unit, children=3, first_on=TODAY - 200 * DAY)


@pytest.fixture
def venue() -> Venue:
    return factories.make_venue(name_fi="Teatteri", name_sv="Teatern", name_en="Theatre", municipality="Imatra")


def visit(card: Card, venue: Venue, *, at: datetime = NOW, **fields) -> tuple[dict[str, Any], Tablet]:
    """Record a visit as the door does; return its body and the tablet."""
    tablet = factories.make_tablet(venue)
    body = factories.scan_body(card, occurred=at, **fields)
    scanning.record(factories.item_of(body), device=tablet.known, received_at=at)
    return body, tablet


def opened(card: Card) -> OpenCard:
    assert card.line is not None
    line_ref = references.of_line(card.line, secret=SECRET_KEY)
    return OpenCard(line_ref, card.line, NOW + timedelta(minutes=5), factories.the_area().id)


def read(card: Card, *, now: datetime = NOW) -> owncards.OwnCard:
    return owncards.read(opened(card), now=now)


def test_visits_come_newest_first_with_place_event_kind_and_tickets(card, venue):
    event = factories.make_event(venue, category=Category.SCIENCE, title="Luento")
    occurrence = factories.make_occurrence(event, starts_at=NOW)
    visit(card, venue, at=NOW - 3 * DAY)
    visit(card, venue, occurrence=occurrence, child=2)
    newest, oldest = visits.of_line(card.line)
    assert (newest.on_day, newest.event_fi, newest.category) == (TODAY, "Luento", Category.SCIENCE)
    assert (newest.adults, newest.children) == (1, 2)
    assert (oldest.on_day, oldest.event_fi, oldest.category) == (TODAY - 3 * DAY, "", Category.CULTURE)
    assert (oldest.venue_id, oldest.venue_fi, oldest.venue_sv, oldest.venue_en, oldest.municipality) == (
        venue.id,
        "Teatteri",
        "Teatern",
        "Theatre",
        "Imatra",
    )


def test_what_was_undone_is_not_there_and_other_cards_are_not(card, unit, venue):
    body, tablet = visit(card, venue)
    visit(factories.make_issued_card(unit), venue)
    assert len(visits.of_line(card.line)) == 1
    scanning.record(factories.item_of(factories.undo_body(body)), device=tablet.known, received_at=NOW)
    assert visits.of_line(card.line) == []


def test_days_bound_what_is_read(card, venue):
    for back in (0, 5, 10):
        visit(card, venue, at=NOW - back * DAY)
    assert [row.on_day for row in visits.of_line(card.line, first_on=TODAY - 5 * DAY)] == [TODAY, TODAY - 5 * DAY]
    assert [row.on_day for row in visits.of_line(card.line, last_on=TODAY - 5 * DAY)] == [
        TODAY - 5 * DAY,
        TODAY - 10 * DAY,
    ]


def test_a_replacement_keeps_the_past(card, unit, venue):
    visit(card, venue, at=NOW - 3 * DAY)
    new = factories.make_issued_card(unit, line=card.line, first_on=TODAY)
    visit(new, venue)
    assert len(visits.of_line(card.line)) == 2
    assert read(card).last_on == new.last_valid_on, "the newest card of the line is shown"


def test_months_kinds_and_with_children(card, venue):
    pool = factories.make_venue(category=Category.SPORT)
    visit(card, venue, child=1)
    visit(card, pool, at=NOW - 30 * DAY)
    visit(card, pool, at=NOW - 31 * DAY, child=2)
    found = read(card)
    first, second = found.months[:2]
    assert (first.first_on, first.visits, first.with_children) == (date(2026, 11, 1), 1, 1)
    assert (second.first_on, second.visits, second.with_children) == (date(2026, 10, 1), 2, 1)
    assert found.kinds == [(Category.CULTURE, 1), (Category.SPORT, 2)] and found.with_children == 2
    assert len(found.months) == 7 and found.months[-1].first_on == date(2026, 5, 1), "no month before the first card"
    assert found.earlier.visits == 0


def test_what_is_older_than_twelve_months_is_one_number(unit, venue):
    old = factories.make_issued_card(unit, first_on=TODAY - 700 * DAY, last_on=TODAY + 30 * DAY)
    for back in (0, 400, 500):
        visit(old, venue, at=NOW - back * DAY)
    found = read(old)
    assert (len(found.months), found.months[-1].first_on) == (12, date(2025, 12, 1))
    assert found.earlier.visits == 2
    assert sum(month.visits for month in found.months) + found.earlier.visits == len(found.visits)


def test_a_card_that_was_not_used_and_one_that_has_ended(card):
    found = read(card)
    assert found.visits == [] and found.kinds == [] and not found.has_ended and found.state is State.ACTIVE
    assert read(card, now=NOW + timedelta(days=400)).has_ended


def test_what_is_on_is_of_the_unit_s_municipality_else_of_the_area(card, unit, venue):
    factories.make_occurrence(venue=factories.make_venue(municipality="Lappeenranta"), starts_at=NOW + DAY)
    event = factories.make_event(venue)
    for days in (2, 3):
        factories.make_occurrence(event, starts_at=NOW + days * DAY)
    factories.make_occurrence(venue=venue, starts_at=NOW + 4 * DAY, sold_out=True)
    factories.make_occurrence(venue=venue, starts_at=NOW + 5 * DAY, state=Planned.CANCELLED)
    factories.make_occurrence(venue=venue, starts_at=NOW + 20 * DAY, kind=EventKind.COURSE)
    factories.make_occurrence(venue=factories.make_venue(factories.make_area("HX")), starts_at=NOW + DAY)
    followupown.switched_municipality(unit, "Imatra")
    near = read(card).near
    assert (near.place, [row.starts_at for row in near.showings]) == ("Imatra", [NOW + 2 * DAY])
    followupown.switched_municipality(unit, "Kotka")
    near = read(card).near
    assert (near.place, [row.starts_at for row in near.showings]) == ("", [NOW + DAY, NOW + 2 * DAY])


def questions(card: Card, *, now: datetime = NOW) -> dict[int, int]:
    found = mood.list_questions(opened(card), now=now, secret=SECRET_KEY)
    return {question.visit.venue_id: question.left for question in found}


def answer(card: Card, venue: Venue, felt: int = 4, *, now: datetime = NOW) -> None:
    mood.answer(opened(card), venue_id=venue.id, mood=felt, now=now, secret=SECRET_KEY)


def kept() -> list[MoodAnswer]:
    with store.reading() as session:
        return list(session.scalars(sa.select(MoodAnswer)))


def test_a_visit_of_the_quarter_is_asked_about_once(card, venue):
    visit(card, venue, at=NOW - 60 * DAY)
    assert questions(card) == {}, "an earlier quarter's visit is not asked about"
    visit(card, venue)
    assert questions(card) == {venue.id: 1}
    answer(card, venue, 5)
    assert questions(card) == {}
    with pytest.raises(mood.MoodEnough):
        answer(card, venue)
    row = kept()[0]
    assert (row.area_id, row.venue_id, row.quarter, row.mood) == (
        factories.the_area().id,
        venue.id,
        date(2026, 10, 1),
        5,
    )


def test_three_answers_a_card_venue_and_quarter(card, unit, venue):
    for back in range(5):
        visit(card, venue, at=NOW - back * DAY)
    for _ in range(3):
        answer(card, venue)
    with pytest.raises(mood.MoodEnough):
        answer(card, venue)
    other = factories.make_venue()
    visit(card, other)
    answer(card, other)
    another = factories.make_issued_card(unit)
    visit(another, venue)
    answer(another, venue)
    later = NOW + 60 * DAY
    visit(card, venue, at=later)
    answer(card, venue, now=later)
    assert len(kept()) == 6


def test_an_answer_leads_back_to_nobody(card, venue):
    visit(card, venue)
    answer(card, venue)
    row = kept()[0]
    values = repr([getattr(row, column.name) for column in MoodAnswer.__table__.columns])
    assert card.line not in values and card.number not in values
    assert references.of_line(card.line, secret=SECRET_KEY) not in values, "not to the holder's page either"
    assert len(row.holder_mac or "") == 64
    assert row.holder_mac != mood.mac_of(card.line, venue.id, row.quarter, secret="another secret")
    assert row.holder_mac == mood.mac_of(card.line, venue.id, row.quarter, secret=SECRET_KEY)


@pytest.mark.parametrize("felt", [0, 6, -1])
def test_a_mood_is_one_of_five(card, venue, felt):
    visit(card, venue)
    with pytest.raises(mood.MoodImpossible):
        answer(card, venue, felt)


def test_no_answer_about_a_place_that_was_not_visited_or_is_elsewhere(card, venue):
    with pytest.raises(NotFound):
        answer(card, venue)
    elsewhere = factories.make_venue(factories.make_area("HX"))
    visit(card, elsewhere)
    assert questions(card) == {}
    with pytest.raises(NotFound):
        answer(card, elsewhere)
    assert kept() == []


def test_answers_at_once_are_counted_one_by_one(card, unit, venue, together):
    visit(card, venue)
    ownkeys.keep(card.line, "0123-4567-89AB-CDEF", unit_id=unit.id, now=NOW, secret=SECRET_KEY)
    outcomes = together(*[lambda: answer(card, venue) for _ in range(5)])
    assert len(kept()) == 1
    assert sum(isinstance(outcome, mood.MoodEnough) for outcome in outcomes) == 4
