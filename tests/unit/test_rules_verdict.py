"""The verdict: the shared vectors, which the tablet's own rule runs as well, and what no verdict may do."""

import json
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaikukortti.rules import localverdict, number, verdict
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.localverdict import Earlier, Evening, Mode
from kaikukortti.rules.verdict import CardFacts, Reason, VerdictClass, Visit

VECTORS = json.loads(Path(__file__).parents[1].joinpath("vectors", "verdicts.json").read_text(encoding="utf-8"))
SERVER_NEVER_SAYS = {Reason.NO_ANSWER, Reason.OLD_LIST, Reason.LIVE_CARD, Reason.PRACTICE_CARD}

days = st.dates(date(2025, 1, 1), date(2029, 1, 1))


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_shared_vectors(case: dict[str, Any]) -> None:
    reading = number.read(case["code"], VECTORS["prefixes"], VECTORS["masks"])
    judged = localverdict.judge(
        reading, _card(case["card"]), _visit(case), list_days=case["list_days"], mode=Mode(case["mode"])
    )
    assert {"class": judged.klass, "reason": judged.reason, "limits": vars(judged.limits)} == case["expect"]
    for party in case.get("parties", ()):
        assert verdict.allows(judged.limits, Counts(**party["counts"])) == party["allowed"], party


def test_the_vectors_hold_every_class_and_reason() -> None:
    assert len(VECTORS["cases"]) >= 80
    counted = Counter(case["expect"]["class"] for case in VECTORS["cases"])
    assert set(counted) == set(VerdictClass)
    assert {case["expect"]["reason"] for case in VECTORS["cases"]} - {None} == set(Reason)


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_with_a_fresh_list_the_tablet_says_what_the_server_says(case: dict[str, Any]) -> None:
    if case["card"] is None or case["expect"]["reason"] in SERVER_NEVER_SAYS or case["expect"]["class"] == "technical":
        return
    judged = verdict.judge(_card(case["card"]), _visit(case))
    assert (judged.klass, judged.reason) == (case["expect"]["class"], case["expect"]["reason"])


@given(st.sampled_from(State), days, days, days, st.integers(0, 20), st.sampled_from(CardKind))
def test_only_cards_in_use_on_the_day_admit(
    state: State, first: date, last: date, day: date, children: int, kind: CardKind
) -> None:
    judged = verdict.judge(CardFacts(kind, state, first, last, children), Visit(day))
    assert judged.admits == (state is State.ACTIVE and first <= day <= last)
    assert judged.limits.child <= children
    if not judged.admits:
        assert judged.reason in list(Reason)[:6] and judged.limits.tickets == 0


@given(days, st.integers(0, 400))
def test_an_earlier_visit_asks_before_more_tickets(first: date, length: int) -> None:
    earlier = datetime.fromisoformat("2026-11-20T16:42:00Z")
    card = CardFacts(CardKind.PERSONAL, State.ACTIVE, first, first + timedelta(days=length), 2)
    assert verdict.judge(card, Visit(first, earlier_at=earlier)).klass is VerdictClass.ALREADY


@given(st.integers(-5, 40), st.integers(0, 20), st.booleans(), st.sampled_from(CardKind))
def test_no_party_is_offered_more_places_than_are_left(left: int, children: int, taking: bool, kind: CardKind) -> None:
    day = date(2026, 11, 20)
    card = CardFacts(kind, State.ACTIVE, day, day, children)
    limits = verdict.judge(card, Visit(day, places_left=left, children_take_places=taking)).limits
    assert limits.adult <= max(left, 0) and limits.worker <= max(left, 0)
    if taking and kind is CardKind.PERSONAL:
        assert limits.adult + limits.child <= max(left, 0)


def test_before_the_doors_open_the_hour_is_told_and_afterwards_not() -> None:
    opens = datetime.fromisoformat("2026-11-20T16:00:00Z")
    closes = opens + timedelta(hours=2)
    for moment, told in ((opens - timedelta(minutes=1), opens), (closes + timedelta(minutes=1), None)):
        judged = verdict.judge(None, Visit(opens.date(), moment=moment, opens_at=opens, closes_at=closes))
        assert (judged.reason, judged.opens_at) == (Reason.WRONG_TIME, told)


def _card(values: dict[str, Any] | None) -> CardFacts | None:
    if values is None:
        return None
    last_on = _day(values["last_on"])
    return CardFacts(
        CardKind(values["kind"]),
        State(values["state"]),
        _day(values["first_on"]),
        None if last_on is None else last_on + timedelta(days=values["grace_days"]),
        values["children"],
        _day(values["suspended_until"]),
    )


def _visit(case: dict[str, Any]) -> Visit:
    moment = datetime.fromisoformat(case["clock"]) - timedelta(milliseconds=case["offset_ms"])
    earlier = [
        Earlier(datetime.fromisoformat(scan["at"]), scan["occurrence"], scan["undone"]) for scan in case["earlier"]
    ]
    return localverdict.visit_of(
        _evening(case["event"]), moment=moment, earlier=earlier, is_limit_reached=case["limit_reached"]
    )


def _evening(values: dict[str, Any] | None) -> Evening | None:
    if values is None:
        return None
    return Evening(
        values["id"],
        date.fromisoformat(values["day"]),
        values["kind"] == "course",
        _moment(values["opens_at"]),
        _moment(values["closes_at"]),
        values["places_left"],
        values["children_take_places"],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
