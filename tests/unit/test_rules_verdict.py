"""The verdict: the shared vectors, and what no verdict may do."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaikukortti.rules import verdict
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.verdict import CardFacts, Reason, VerdictClass, Visit

VECTORS = json.loads(Path(__file__).parents[1].joinpath("vectors", "verdicts.json").read_text(encoding="utf-8"))

days = st.dates(date(2025, 1, 1), date(2029, 1, 1))


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_shared_vectors(case: dict[str, Any]) -> None:
    judged = verdict.judge(_card(case["card"]), _visit(case["visit"]))
    found = {"class": judged.klass, "reason": judged.reason, "limits": vars(judged.limits)}
    assert found == case["expect"]


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


def test_a_card_from_elsewhere_is_let_in_but_marked() -> None:
    judged = verdict.judge_elsewhere(is_course=False)
    assert (judged.klass, judged.reason, judged.admits) == (VerdictClass.CHECK, Reason.ELSEWHERE, True)
    assert judged.limits.child > 0
    assert verdict.judge_elsewhere(is_course=True).limits.child == 0


def _card(values: dict[str, Any] | None) -> CardFacts | None:
    if values is None:
        return None
    return CardFacts(
        CardKind(values["kind"]),
        State(values["state"]),
        _day(values["first_on"]),
        _day(values["last_on"]),
        values["children"],
    )


def _visit(values: dict[str, Any]) -> Visit:
    earlier = values["earlier_at"]
    return Visit(
        date.fromisoformat(values["day"]),
        values["is_course"],
        datetime.fromisoformat(earlier) if earlier else None,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
