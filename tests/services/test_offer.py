"""The public offer from the programme: what is found by each choice, what never is, pages, a place and its calendar."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti import offer
from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.network import PartnerState
from kaikukortti.models.programme import Event
from kaikukortti.offer import Filters, Span
from kaikukortti.rules.programme import Category, EventKind, Planned
from tests import factories
from tests.factories import DAY, NOW, TODAY, TONIGHT

FORTNIGHT: dict[str, Any] = {"first_on": TODAY, "last_on": TODAY + 13 * DAY}
NO_PLACES = [PartnerState.INVITED, PartnerState.PAUSED, PartnerState.LEFT]


def found(filters: Filters | None = None, *, now: datetime = NOW, page: int = 1, **days: date) -> list[str]:
    dates = offer.list_dates(filters or Filters(), page=page, now=now, **(days or FORTNIGHT))
    return [showing.title_fi for showing in dates.showings]


def plan(title: str, *, starts_at: datetime = TONIGHT, kind=EventKind.PERFORMANCE, venue=None, **facts) -> Event:
    """Plan one date of a new event; `facts` are the date's, those of the event are set afterwards."""
    category = facts.pop("category", None)
    event = factories.make_event(venue, kind=kind, category=category, title=title)
    factories.make_occurrence(event, starts_at=starts_at, **facts)
    return event


def say(event: Event, **facts: object) -> None:
    db.session.execute(sa.update(Event).where(Event.id == event.id).values(**facts))
    db.session.commit()


@pytest.mark.parametrize(
    ("today", "span", "last_on"),
    [
        (date(2026, 11, 20), Span.TODAY, date(2026, 11, 20)),
        (date(2026, 11, 20), Span.WEEK, date(2026, 11, 22)),
        (date(2026, 11, 22), Span.WEEK, date(2026, 11, 22)),
        (date(2026, 11, 23), Span.WEEK, date(2026, 11, 29)),
        (date(2026, 12, 25), Span.FORTNIGHT, date(2027, 1, 7)),
    ],
)
def test_how_far_a_span_reaches(today, span, last_on):
    assert offer.days_of(span, today) == (today, last_on)


def test_dates_of_the_days_in_their_order():
    for title, days in (("Kolmas", 13), ("Ensimmäinen", 0), ("Liian myöhään", 14), ("Toinen", 2), ("Eilen", -1)):
        plan(title, starts_at=TONIGHT + days * DAY)
    assert found() == ["Ensimmäinen", "Toinen", "Kolmas"]
    assert found(first_on=TODAY, last_on=TODAY) == ["Ensimmäinen"]
    assert found(first_on=TODAY + 2 * DAY, last_on=TODAY + 2 * DAY) == ["Toinen"]


def test_a_day_is_a_day_in_helsinki():
    late = datetime.combine(TODAY, time(21, 30), tzinfo=NOW.tzinfo)  # 23.30 in Helsinki
    plan("Tänä yönä", starts_at=late)
    plan("Puoliyön jälkeen", starts_at=late + timedelta(hours=1))
    assert found(first_on=TODAY, last_on=TODAY) == ["Tänä yönä"]
    assert found(first_on=TODAY + DAY, last_on=TODAY + DAY) == ["Puoliyön jälkeen"]


def test_what_has_begun_is_over_but_an_exhibition_is_open_until_it_closes():
    earlier = NOW - timedelta(hours=1)
    plan("Alkoi jo", starts_at=earlier)
    plan("Näyttely", starts_at=earlier, kind=EventKind.EXHIBITION)
    assert found() == ["Näyttely"]
    assert found(now=earlier + timedelta(hours=2)) == []


def test_cancelled_is_not_shown_and_sold_out_is():
    plan("Peruttu", state=Planned.CANCELLED)
    plan("Loppunut", sold_out=True)
    plan("Ei paikkoja", quota=0)
    plan("Paikkoja", quota=3)
    dates = offer.list_dates(Filters(), now=NOW, **FORTNIGHT)
    shown = {showing.title_fi: showing.is_full for showing in dates.showings}
    assert shown == {"Loppunut": True, "Ei paikkoja": True, "Paikkoja": False}


@pytest.mark.parametrize("state", NO_PLACES)
def test_places_that_have_no_part_are_nowhere(state):
    venue = factories.make_venue(state=state)
    plan("Ei näy", venue=venue)
    assert found() == []
    assert offer.list_places(Filters()).places == []
    for read in (offer.read_place, offer.list_feed):
        with pytest.raises(NotFound):
            read(venue.id, now=NOW)


def test_an_area_and_a_category():
    far = factories.make_area("HX")
    plan("Täällä", category=Category.SCIENCE)
    plan("Muualla", venue=factories.make_venue(far), category=Category.SPORT)
    here = factories.the_area()
    assert found() == ["Täällä", "Muualla"]
    assert found(Filters(area_id=here.id)) == ["Täällä"]
    assert found(Filters(area_id=far.id)) == ["Muualla"]
    assert found(Filters(category=Category.SPORT)) == ["Muualla"]
    assert found(Filters(area_id=here.id, category=Category.SPORT)) == []


def test_with_children_is_everything_but_courses():
    for kind in EventKind:
        plan(kind.value, kind=kind)
    assert set(found(Filters(with_children=True))) == {kind.value for kind in EventKind} - {"course"}
    assert set(found()) == {kind.value for kind in EventKind}


def test_step_free_is_said_by_the_event_or_else_by_the_place_and_unknown_is_not():
    for of_place in (True, False, None):
        for of_event in (True, False, None):
            say(plan(f"{of_place} {of_event}", venue=factories.make_venue(step_free=of_place)), step_free=of_event)
    assert set(found(Filters(step_free=True))) == {"True True", "True None", "False True", "None True"}
    assert len(found()) == 9


def test_a_bus_stop_is_given_by_the_event_or_the_place():
    plan("Talon", venue=factories.make_venue(bus_stop="Tori"))
    say(plan("Oma", venue=factories.make_venue()), bus_stop="Ranta")
    plan("Ei pysäkkiä", venue=factories.make_venue())
    dates = offer.list_dates(Filters(has_stop=True), now=NOW, **FORTNIGHT).showings
    assert {showing.title_fi: showing.bus_stop for showing in dates} == {"Talon": "Tori", "Oma": "Ranta"}


def test_pages_hold_each_date_once():
    event = factories.make_event()
    for minutes in range(2 * offer.DATES_A_PAGE + 3):
        factories.make_occurrence(event, starts_at=TONIGHT + timedelta(minutes=minutes // 2))
    pages = [offer.list_dates(Filters(), page=page, now=NOW, **FORTNIGHT) for page in (1, 2, 3, 4)]
    assert [len(page.showings) for page in pages] == [offer.DATES_A_PAGE, offer.DATES_A_PAGE, 3, 0]
    assert [page.has_more for page in pages] == [True, True, False, False]
    shown = [showing.id for page in pages for showing in page.showings]
    assert len(set(shown)) == len(shown) == 2 * offer.DATES_A_PAGE + 3


def test_places_by_name_with_the_same_choices():
    far = factories.make_area("HX")
    factories.make_venue(name_fi="Tiedetalo", category=Category.SCIENCE, step_free=True, bus_stop="Tori")
    factories.make_venue(name_fi="Areena", category=Category.SPORT, step_free=False)
    factories.make_venue(far, name_fi="Museo", category=Category.CULTURE)

    def names(**choices) -> list[str]:
        return [place.name_fi for place in offer.list_places(Filters(**choices)).places]

    assert names() == ["Areena", "Museo", "Tiedetalo"]
    assert names(with_children=True) == names()
    assert names(area_id=far.id) == ["Museo"]
    assert names(category=Category.SPORT) == ["Areena"]
    assert names(step_free=True) == names(has_stop=True) == ["Tiedetalo"]
    first = offer.list_places(Filters(), most=2)
    assert (len(first.places), first.total, first.has_more) == (2, 3, True)
    last = offer.list_places(Filters(), most=2, page=2)
    assert ([place.name_fi for place in last.places], last.has_more) == (["Tiedetalo"], False)
    assert offer.list_places(Filters(), most=2, page=9).total == 3


def test_a_place_and_what_is_coming_there():
    venue = factories.make_venue(name_fi="Teatteri", hearing_loop=True)
    plan("Täällä", venue=venue, starts_at=TONIGHT + 40 * DAY)
    plan("Peruttu", venue=venue, state=Planned.CANCELLED)
    plan("Muualla")
    page = offer.read_place(venue.id, now=NOW)
    assert (page.place.name_fi, page.place.hearing_loop, page.place.step_free) == ("Teatteri", True, None)
    assert [showing.title_fi for showing in page.coming.showings] == ["Täällä"]
    with pytest.raises(NotFound):
        offer.read_place(venue.id + 1000, now=NOW)


def test_a_room_is_said_once():
    venue = factories.make_venue(name_fi="Teatteri", name_sv="Teatern")
    for title, where in (("Sali", "Pieni näyttämö"), ("Talo", "Teatern"), ("Ei mitään", "")):
        plan(title, venue=venue, place=where)
    say(plan("Tapahtuman", venue=venue), place="Piha")
    shown = {showing.title_fi: showing.where for showing in offer.read_place(venue.id, now=NOW).coming.showings}
    assert shown == {"Sali": "Pieni näyttämö", "Talo": "", "Ei mitään": "", "Tapahtuman": "Piha"}


def test_a_calendar_holds_what_is_cancelled_and_what_has_just_been():
    venue = factories.make_venue()
    for title, days, state in (
        ("Oli", -3, Planned.ON),
        ("Peruttu", 3, Planned.CANCELLED),
        ("Ammoin", -40, Planned.ON),
        ("Ensi vuonna", 300, Planned.ON),
    ):
        plan(title, venue=venue, starts_at=TONIGHT + days * DAY, state=state)
    place, showings = offer.list_feed(venue.id, now=NOW)
    assert place.id == venue.id
    assert [(showing.title_fi, showing.is_cancelled) for showing in showings] == [
        ("Oli", False),
        ("Peruttu", True),
        ("Ensi vuonna", False),
    ]
