"""Settling a scan: one test a row of the table of conflicts (peers.md D6)."""

from datetime import UTC, datetime, timedelta

import pytest

from kaikukortti.rules.counting import Counts
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.verdict import Reason, Verdict, VerdictClass
from venues import reconcile
from venues.reconcile import Arrived, Earlier

AT = datetime(2026, 11, 20, 16, 42, tzinfo=UTC)
WELCOME = Verdict(VerdictClass.COUNTS, None, Counts(adult=1, child=2))


def _arrived(**changes: object) -> Arrived:
    values: dict[str, object] = {
        "device_id": 1,
        "occurred_at": AT,
        "received_at": AT + timedelta(seconds=2),
        "jumped": False,
        "shown": VerdictClass.COUNTS,
        "counts": Counts(adult=1, child=1),
    }
    return Arrived(**{**values, **changes})  # type: ignore[arg-type]  # the table's values are right by their names


def _flags(arrived: Arrived, verdict: Verdict = WELCOME, *earlier: Earlier, cancelled: bool = False) -> list[Flag]:
    return list(reconcile.settle(arrived, verdict, earlier=earlier, is_cancelled=cancelled))


def test_a_plain_visit_raises_nothing() -> None:
    assert _flags(_arrived()) == []


@pytest.mark.parametrize(
    ("reason", "klass", "flag"),
    [
        (Reason.ELSEWHERE, VerdictClass.CHECK, Flag.ELSEWHERE),
        (Reason.NOT_YET, VerdictClass.NOT_NOW, Flag.UNREGISTERED),
        (Reason.ENDED, VerdictClass.NOT_NOW, Flag.ENDED),
        (Reason.NOT_IN_USE, VerdictClass.NOT_NOW, Flag.BLOCKED),
    ],
)
def test_what_the_register_knows_better_is_a_question_not_a_refusal(
    reason: Reason, klass: VerdictClass, flag: Flag
) -> None:
    flags = _flags(_arrived(), Verdict(klass, reason, Counts(adult=1, child=9)))
    assert flags == [flag]
    assert not reconcile.is_held_back(flags)


def test_the_same_visit_on_two_tablets_counts_once() -> None:
    flags = _flags(_arrived(), WELCOME, Earlier(AT - timedelta(minutes=9), 2, Counts(adult=1, child=1)))
    assert flags == [Flag.DOUBLE]
    assert reconcile.is_held_back(flags)


@pytest.mark.parametrize(
    "earlier",
    [
        Earlier(AT - timedelta(minutes=11), 2, Counts(adult=1, child=1)),
        Earlier(AT - timedelta(minutes=1), 2, Counts(adult=1)),
        Earlier(AT - timedelta(minutes=1), 1, Counts(adult=1, child=1)),
    ],
    ids=["later", "other counts", "same tablet"],
)
def test_a_second_visit_that_differs_is_asked_about(earlier: Earlier) -> None:
    flags = _flags(_arrived(), WELCOME, earlier)
    assert flags == [Flag.AGAIN]
    assert reconcile.is_held_back(flags)


def test_tickets_added_on_purpose_count() -> None:
    earlier = Earlier(AT - timedelta(minutes=1), 2, Counts(adult=1, child=1))
    assert _flags(_arrived(shown=VerdictClass.ALREADY), WELCOME, earlier) == []


def test_more_children_than_registered_are_kept_as_scanned() -> None:
    flags = _flags(_arrived(counts=Counts(adult=1, child=3)))
    assert flags == [Flag.CHILDREN]
    assert not reconcile.is_held_back(flags)


def test_a_cancelled_occurrence_is_asked_about() -> None:
    assert _flags(_arrived(), WELCOME, cancelled=True) == [Flag.CANCELLED]


@pytest.mark.parametrize(
    "changes",
    [
        {"occurred_at": AT + timedelta(minutes=6)},
        {"occurred_at": AT - timedelta(days=31)},
        {"jumped": True},
    ],
    ids=["future", "old", "jumped"],
)
def test_a_doubtful_time_waits_for_a_person(changes: dict[str, object]) -> None:
    flags = _flags(_arrived(**changes))
    assert flags == [Flag.TIME]
    assert reconcile.is_held_back(flags)


def test_an_hour_late_is_no_doubt() -> None:
    assert _flags(_arrived(received_at=AT + timedelta(days=29))) == []


def test_a_scan_without_tickets_raises_nothing() -> None:
    assert _flags(_arrived(counts=Counts(), jumped=True), Verdict(VerdictClass.NOT_NOW, Reason.ENDED)) == []
