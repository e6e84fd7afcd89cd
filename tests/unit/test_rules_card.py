"""A card's life: every state with every action, validity, and what may be entered about a client."""

from contextlib import nullcontext
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaikukortti.rules import card
from kaikukortti.rules.card import Action, State

TODAY, DAY = date(2026, 11, 20), timedelta(days=1)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", Action)
def test_what_is_not_in_the_table_is_refused(state: State, action: Action) -> None:
    if (state, action) in card.TRANSITIONS:
        assert card.next_state(state, action) is card.TRANSITIONS[state, action]
    else:
        with pytest.raises(card.WrongState):
            card.next_state(state, action)


@pytest.mark.parametrize("state", [State.ACTIVE, State.BLOCKED, State.SUSPENDED, State.REPLACED, State.RETURNED])
def test_a_card_in_use_cannot_be_handed_out_again(state: State) -> None:
    with pytest.raises(card.AlreadyRegistered):
        card.next_state(state, Action.REGISTER)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 11, 20), date(2027, 11, 19)),
        (date(2024, 2, 29), date(2025, 2, 27)),
        (date(2027, 3, 1), date(2028, 2, 29)),
        (date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_card_is_valid_for_a_year_from_receipt(first: date, last: date) -> None:
    assert card.validity(first, months=12, fixed_end_on=None) == card.Validity(first, last)


def test_an_area_may_have_one_end_day_for_all() -> None:
    end = date(2026, 12, 31)
    assert card.validity(TODAY, months=12, fixed_end_on=end).last_on == end
    assert card.validity(date(2027, 1, 1), months=12, fixed_end_on=end).last_on == date(2027, 12, 31)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 60))
def test_validity_never_ends_before_it_begins(first: date, months: int) -> None:
    days = card.validity(first, months=months, fixed_end_on=None)
    assert days.first_on == first <= days.last_on


@pytest.mark.parametrize("year", [1906, 1950, 2009, 2010])
def test_birth_years_of_people_who_are_sixteen_this_year(year: int) -> None:
    card.check_birth_year(year, today=TODAY)


@pytest.mark.parametrize("year", [2011, 2020, 2026])
def test_birth_years_under_sixteen_this_year(year: int) -> None:
    with pytest.raises(card.TooYoung):
        card.check_birth_year(year, today=TODAY)


@pytest.mark.parametrize("year", [2027, 3000, 1905, 0, -5])
def test_impossible_birth_years(year: int) -> None:
    with pytest.raises(card.ImpossibleBirthYear):
        card.check_birth_year(year, today=TODAY)


@pytest.mark.parametrize("postcode", ["5310", "531000", "5310O", "", "53 100", "５３１００", "-5310"])
def test_impossible_postcodes(postcode: str) -> None:
    with pytest.raises(card.ImpossiblePostcode):
        card.check_postcode(postcode)


def test_postcodes_have_five_digits() -> None:
    card.check_postcode("53100")
    card.check_postcode("00100")


@pytest.mark.parametrize(("children", "is_fine"), [(0, True), (20, True), (21, False), (99, False), (-1, False)])
def test_number_of_children(children: int, is_fine: bool) -> None:
    if is_fine:
        card.check_children(children)
    else:
        with pytest.raises(card.TooManyChildren):
            card.check_children(children)


@pytest.mark.parametrize(("days", "state"), [(-1, State.SUSPENDED), (0, State.ACTIVE), (1, State.ACTIVE)])
def test_a_pause_goes_on_its_day(days, state):
    assert card.state_on(State.SUSPENDED, TODAY, TODAY + days * DAY) is state
    assert card.state_on(State.BLOCKED, TODAY, TODAY + days * DAY) is State.BLOCKED


def test_the_last_day_is_a_day_of_use():
    card.check_not_ended(TODAY, today=TODAY)
    for last_on in (None, TODAY - DAY):
        with pytest.raises(card.CardEnded):
            card.check_not_ended(last_on, today=TODAY)


@pytest.mark.parametrize(
    ("days_left", "begins_after"), [(-1, 0), (0, 1), (59, 60), (60, 0), (300, 0)], ids=lambda value: str(value)
)
def test_the_days_that_are_left_are_kept_near_the_end_alone(days_left, begins_after):
    days = card.renewal(TODAY + days_left * DAY, today=TODAY, months=12, fixed_end_on=None)
    assert days.first_on == TODAY + begins_after * DAY


def test_a_renewal_gives_a_day_more_at_least():
    with pytest.raises(card.RenewalTooEarly):
        card.renewal(TODAY + 90 * DAY, today=TODAY, months=12, fixed_end_on=TODAY + 90 * DAY)
    assert (
        card.renewal(TODAY + 89 * DAY, today=TODAY, months=12, fixed_end_on=TODAY + 90 * DAY).last_on
        == TODAY + 90 * DAY
    )


def test_a_common_last_day_holds_to_the_end():
    assert card.validity(TODAY, months=12, fixed_end_on=TODAY) == card.Validity(TODAY, TODAY)
    assert card.validity(TODAY, months=1, fixed_end_on=TODAY - DAY).last_on > TODAY


@pytest.mark.parametrize(("days", "is_right"), [(0, False), (1, True), (30, True), (31, False)])
def test_a_pause_ends_tomorrow_at_the_earliest_and_on_the_last_day_at_most(days, is_right):
    with nullcontext() if is_right else pytest.raises(card.SuspendDayImpossible):
        card.check_pause(TODAY + days * DAY, last_on=TODAY + 30 * DAY, today=TODAY)


@pytest.mark.parametrize(
    ("days", "error"), [(-1, card.HandedOutInFuture), (0, None), (30, None), (31, card.HandedOutTooOld)]
)
def test_a_paper_form_is_thirty_days_old_at_most(days, error):
    with pytest.raises(error) if error else nullcontext():
        card.check_handed_out(TODAY - days * DAY, today=TODAY)


@pytest.mark.parametrize(
    ("tickets", "is_right"), [(None, True), (0, True), (10_000, True), (-1, False), (10_001, False)]
)
def test_edges_of_a_yearly_budget(tickets, is_right):
    with nullcontext() if is_right else pytest.raises(card.BudgetImpossible):
        card.check_budget(tickets)


@pytest.mark.parametrize("state", [State.REPLACED, State.RETURNED, State.DESTROYED, State.ANONYMISED])
@pytest.mark.parametrize("action", Action)
def test_nothing_leads_out_of_the_last_states(state, action):
    with pytest.raises(card.WrongState):
        card.next_state(state, action)
