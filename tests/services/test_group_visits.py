"""Group visits: asked by a unit, answered by the venue, kept places, the budget, who came beside who was planned."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.bookings import Booking
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.rules.booking import AccessNeed, BookedBy, BookingNews, BookingState
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.programme import Planned
from tests import factories
from tests.factories import NOW, TODAY
from venues import bookings, grouplists, groupvisits, quotas, scanning, sync
from venues.groupvisits import Plan

SOON = NOW + timedelta(days=2)


@pytest.fixture
def venue():
    return factories.make_venue()


@pytest.fixture
def evening(venue):
    return factories.make_occurrence(venue=venue, quota=8, starts_at=SOON)


@pytest.fixture
def worker():
    return factories.make_actor(Role.WORKER)


@pytest.fixture
def staff(venue):
    return factories.make_actor(Role.VENUE_STAFF, venue)


@pytest.fixture
def card(worker):
    unit = factories.unit_of(worker)
    return factories.make_issued_card(unit, kind=CardKind.COMMUNITY)


@pytest.fixture
def plan():
    return Plan(workers=1, under16=4, own_cards=3, arrives_at=SOON, access_needs=(AccessNeed.HEARING_LOOP,))


@pytest.fixture
def ask(card, worker, evening, plan):
    def one(**fields) -> Booking:
        asked = {"occurrence_id": evening.id, "actor": worker, "now": NOW} | fields
        return groupvisits.ask(card.id, plan=asked.pop("plan", plan), **asked)

    return one


def count_places(occurrence) -> int:
    return quotas.count_given(occurrence.id, now=NOW)


def test_nothing_is_kept_before_the_venue_answers(ask, evening, staff):
    asked = ask()
    assert asked.state is BookingState.ASKED
    assert count_places(evening) == 0
    accepted = groupvisits.accept(asked.ref, actor=staff, now=NOW)
    assert (accepted.state, accepted.news) == (BookingState.BOOKED, BookingNews.ACCEPTED)
    assert count_places(evening) == 8, "the heads and the clients with own cards"


def test_a_declined_group_keeps_nothing_and_its_unit_is_told(ask, evening, staff, worker):
    asked = ask()
    groupvisits.decline(asked.ref, actor=staff, now=NOW)
    coming, _over = grouplists.list_of_unit(actor=worker, now=NOW)
    assert [(one.state, one.booking.news) for one in coming] == [(BookingState.DECLINED, BookingNews.DECLINED)]
    assert count_places(evening) == 0


def test_an_answer_is_given_once(ask, staff):
    asked = ask()
    groupvisits.accept(asked.ref, actor=staff, now=NOW)
    for answer in (groupvisits.accept, groupvisits.decline):
        with pytest.raises(groupvisits.AlreadyAnswered):
            answer(asked.ref, actor=staff, now=NOW)


def test_a_group_that_does_not_fit_is_not_accepted(ask, plan, evening, staff):
    asked = ask(plan=replace(plan, under16=5))
    with pytest.raises(DomainError) as refused:
        groupvisits.accept(asked.ref, actor=staff, now=NOW)
    assert (refused.value.code, refused.value.details) == ("no_places_left", {"left": 8})
    assert db.session.get_one(Booking, asked.id).state is BookingState.ASKED


def test_the_venue_learns_heads_needs_and_time(ask, staff):
    ask()
    [one] = grouplists.list_of_venue(actor=staff, now=NOW)
    assert (one.worker, one.under16, one.own_cards, one.arrives_at) == (1, 4, 3, SOON)
    assert one.access_needs == ["hearing_loop"]
    assert grouplists.count_asked(one.venue_id, now=NOW) == 1


def test_a_visit_to_the_house(ask, venue, staff):
    asked = ask(occurrence_id=None, venue_id=venue.id)
    assert (asked.occurrence_id, asked.on_day) == (None, TODAY + timedelta(days=2))
    groupvisits.accept(asked.ref, actor=staff, now=NOW)
    with pytest.raises(DomainError, match="already_booked"):
        ask(occurrence_id=None, venue_id=venue.id)


@pytest.mark.parametrize(
    "fields, code",
    [
        ({"workers": 0}, "group_worker_needed"),
        ({"under16": 0, "own_cards": 0}, "group_client_needed"),
        ({"workers": -1}, "group_heads_impossible"),
        ({"under16": 31}, "group_heads_impossible"),
        ({"own_cards": 31}, "group_heads_impossible"),
        ({"arrives_at": NOW - timedelta(minutes=1)}, "group_arrival_impossible"),
        ({"arrives_at": SOON + timedelta(days=1)}, "group_arrival_impossible"),
    ],
)
def test_impossible_plans(ask, plan, fields, code):
    with pytest.raises(DomainError) as refused:
        ask(plan=replace(plan, **fields))
    assert refused.value.code == code
    assert db.session.scalar(sa.select(sa.func.count(Booking.id))) == 0


def test_a_visit_to_the_house_has_a_day_ahead(ask, venue, plan):
    for moment in (NOW - timedelta(hours=1), NOW + timedelta(days=367)):
        with pytest.raises(groupvisits.ArrivalImpossible):
            ask(plan=replace(plan, arrives_at=moment), occurrence_id=None, venue_id=venue.id)


def test_cancelled_and_past_dates(ask, evening):
    with pytest.raises(DomainError) as over:
        ask(now=SOON + timedelta(hours=3))
    evening.state = Planned.CANCELLED
    db.session.commit()
    with pytest.raises(DomainError) as cancelled:
        ask()
    assert (over.value.code, cancelled.value.code) == ("booking_occurrence_over", "occurrence_cancelled")


def test_others_cannot_ask_or_answer(ask, card, evening, plan):
    for role in (Role.WORKER, Role.VENUE_STAFF, Role.COORDINATOR):
        with pytest.raises(NotFound):
            ask(actor=factories.make_actor(role))
    asked = ask()
    elsewhere = factories.make_actor(Role.VENUE_MANAGER, factories.make_venue(name_fi="Toinen"))
    with pytest.raises(NotFound):
        groupvisits.accept(asked.ref, actor=elsewhere, now=NOW)


def test_a_personal_card_brings_no_group(worker, evening, plan):
    personal = factories.make_issued_card(factories.unit_of(worker))
    with pytest.raises(NotFound):
        groupvisits.ask(personal.id, plan=plan, occurrence_id=evening.id, actor=worker, now=NOW)


def test_a_unit_has_one_group_at_a_date(ask, worker, evening, plan, venue):
    """Two would both reckon with the same own cards, and more would be let in than there are places."""
    ask()
    other = factories.make_issued_card(factories.unit_of(worker), kind=CardKind.COMMUNITY)
    with pytest.raises(groupvisits.GroupPlanned):
        groupvisits.ask(other.id, plan=plan, occurrence_id=evening.id, actor=worker, now=NOW)
    later = factories.make_occurrence(venue=venue, starts_at=SOON + timedelta(hours=4))
    later_plan = replace(plan, arrives_at=later.starts_at)
    assert groupvisits.ask(other.id, plan=later_plan, occurrence_id=later.id, actor=worker, now=NOW)


def test_planned_visits_count_against_the_budget(ask, card, venue):
    card.ticket_budget = 9
    db.session.commit()
    ask()
    other = factories.make_occurrence(venue=venue, starts_at=SOON + timedelta(hours=4))
    with pytest.raises(groupvisits.BudgetTooSmall) as refused:
        ask(occurrence_id=other.id)
    assert refused.value.details == {"left": 4}


def test_the_door_corrects_the_heads_and_both_numbers_stay(ask, card, venue, staff, worker, evening):
    asked = ask()
    groupvisits.accept(asked.ref, actor=staff, now=NOW)
    tablet = factories.make_tablet(venue).known
    item = factories.make_item(card, occurrence=evening, occurred=SOON, counts={"worker": 1, "under16": 2})
    [answer] = sync.accept([item], device=tablet, received_at=SOON)
    assert answer.flags == ()
    [visit] = grouplists.list_of_unit(actor=worker, now=SOON)[0]
    assert (visit.state, visit.planned.under16) == (BookingState.REDEEMED, 4)
    assert visit.came == Counts(worker=1, under16=2)


def test_own_cards_of_the_unit_take_the_places_of_the_group(ask, venue, staff, worker, evening):
    groupvisits.accept(ask().ref, actor=staff, now=NOW)
    client = factories.make_issued_card(factories.unit_of(worker))
    stranger = factories.make_issued_card(factories.make_unit(name_fi="Toinen yksikkö"))
    tablet = factories.make_tablet(venue).known
    look = {"ref": None, "occurrence": evening.id, "device": tablet, "now": SOON}
    assert scanning.check(code=stranger.number, **look).verdict.reason == "full"
    assert scanning.check(code=client.number, **look).verdict.admits
    item = factories.make_item(client, occurrence=evening, occurred=SOON, counts={"adult": 1})
    sync.accept([item], device=tablet, received_at=SOON)
    assert count_places(evening) == 8, "the place of the group is taken, not one more"


def test_a_cancelled_group_frees_its_places(ask, evening, staff, worker):
    asked = groupvisits.accept(ask().ref, actor=staff, now=NOW)
    bookings.cancel(asked.ref, unit_id=worker.unit_id, actor=worker, now=NOW)
    assert count_places(evening) == 0


def test_every_step_is_in_the_audit_log(ask, staff):
    asked = ask()
    groupvisits.accept(asked.ref, actor=staff, now=NOW)
    actions = db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert {"group.asked", "group.accepted"} <= set(actions)
    assert asked.booked_by is BookedBy.UNIT
