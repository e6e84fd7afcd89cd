"""Settling a scan: one test a row of the table of conflicts (peers.md D6), in its order."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaikukortti.rules.counting import Counts
from kaikukortti.rules.flag import Answer, Flag
from kaikukortti.rules.verdict import Reason, Verdict, VerdictClass
from venues import reconcile
from venues.reconcile import Arrived, Asked, Away, Earlier, Found, Repeat, Undone

AT = datetime(2026, 11, 20, 16, 42, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WELCOME = Verdict(VerdictClass.COUNTS, None, Counts(adult=1, child=2))
ONE_AND_ONE = Counts(adult=1, child=1)


def _arrived(**changes: object) -> Arrived:
    values: dict[str, object] = {
        "device_id": 1,
        "occurred_at": AT,
        "received_at": AT + timedelta(seconds=2),
        "jumped": False,
        "shown": VerdictClass.COUNTS,
        "counts": ONE_AND_ONE,
    }
    return Arrived(**{**values, **changes})  # type: ignore[arg-type]  # the table's values are right by their names


def _not_now(reason: Reason) -> Verdict:
    return Verdict(VerdictClass.NOT_NOW, reason)


def _earlier(minutes: int, device_id: int, counts: Counts = ONE_AND_ONE) -> Found:
    return Found(earlier=[Earlier(AT - minutes * MINUTE, device_id, counts)])


def _away(minutes: int, *, is_same_municipality: bool) -> Found:
    return Found(away=[Away(AT - minutes * MINUTE, is_same_municipality)])


ELSEWHERE = Verdict(VerdictClass.CHECK, Reason.ELSEWHERE, Counts(adult=1, child=9))
VENUE, COORDINATOR = Asked.VENUE, Asked.COORDINATOR

# What is found at upload: (scan, verdict, found) -> flag, whether the tickets count until answered, who is asked.
ROWS = {
    "nothing odd": (_arrived(), WELCOME, Found(), None, True, None),
    "card ended before the visit": (_arrived(), _not_now(Reason.ENDED), Found(), Flag.ENDED, True, None),
    "card in its days of grace": (_arrived(), WELCOME, Found(has_grace=True), Flag.ENDED, True, None),
    "card blocked before": (_arrived(), _not_now(Reason.NOT_IN_USE), Found(), Flag.BLOCKED, True, COORDINATOR),
    "card blocked after": (_arrived(), WELCOME, Found(), None, True, None),
    "code not ours": (_arrived(is_registered=False), ELSEWHERE, Found(), Flag.ELSEWHERE, True, None),
    "own prefix, not in the register": (
        _arrived(is_registered=False),
        _not_now(Reason.NOT_IN_USE),
        Found(),
        Flag.UNREGISTERED,
        True,
        COORDINATOR,
    ),
    "stock card": (_arrived(), _not_now(Reason.NOT_YET), Found(), Flag.UNREGISTERED, True, COORDINATOR),
    "two tablets, ten minutes": (_arrived(), WELCOME, _earlier(10, 2), Flag.DOUBLE, False, VENUE),
    "two tablets, later": (_arrived(), WELCOME, _earlier(11, 2), Flag.AGAIN, False, VENUE),
    "other counts": (_arrived(), WELCOME, _earlier(1, 2, Counts(adult=1)), Flag.AGAIN, False, VENUE),
    "same tablet": (_arrived(), WELCOME, _earlier(1, 1), Flag.AGAIN, False, VENUE),
    "tickets added on purpose": (_arrived(shown=VerdictClass.ALREADY), WELCOME, _earlier(1, 2), None, True, None),
    "two venues of a town": (
        _arrived(),
        WELCOME,
        _away(14, is_same_municipality=True),
        Flag.TWO_PLACES,
        True,
        COORDINATOR,
    ),
    "two venues, time to walk": (_arrived(), WELCOME, _away(15, is_same_municipality=True), None, True, None),
    "two towns": (_arrived(), WELCOME, _away(59, is_same_municipality=False), Flag.TWO_PLACES, True, COORDINATOR),
    "two towns, time to drive": (_arrived(), WELCOME, _away(60, is_same_municipality=False), None, True, None),
    "two venues, later upload": (
        _arrived(),
        WELCOME,
        _away(-59, is_same_municipality=False),
        Flag.TWO_PLACES,
        True,
        COORDINATOR,
    ),
    "the same tickets again on paper, hours from the tablet": (
        _arrived(is_from_paper=True, device_id=None),
        WELCOME,
        _earlier(180, 2),
        Flag.DOUBLE,
        False,
        VENUE,
    ),
    "other tickets on paper": (
        _arrived(is_from_paper=True, device_id=None),
        WELCOME,
        _earlier(180, 2, Counts(adult=1)),
        Flag.AGAIN,
        False,
        VENUE,
    ),
    "a tablet that sends after the paper was entered": (
        _arrived(),
        WELCOME,
        Found(earlier=[Earlier(AT - 180 * MINUTE, None, ONE_AND_ONE, is_from_paper=True)]),
        Flag.DOUBLE,
        False,
        VENUE,
    ),
    "a day that a person chose": (
        _arrived(is_dated_by_person=True, is_from_paper=True, received_at=AT + timedelta(days=200)),
        WELCOME,
        Found(),
        None,
        True,
        None,
    ),
    "two venues on paper": (
        _arrived(is_from_paper=True),
        WELCOME,
        _away(0, is_same_municipality=True),
        None,
        True,
        None,
    ),
    "quota passed": (_arrived(), WELCOME, Found(places_left=1, takes=2), Flag.OVER, True, None),
    "quota just enough": (_arrived(), WELCOME, Found(places_left=2, takes=2), None, True, None),
    "quota passed long ago": (_arrived(), WELCOME, Found(places_left=-3, takes=1), Flag.OVER, True, None),
    "helpers beyond a quota": (_arrived(counts=Counts(assistant=2)), WELCOME, Found(places_left=-3), None, True, None),
    "more children": (_arrived(counts=Counts(adult=1, child=3)), WELCOME, Found(), Flag.CHILDREN, True, None),
    "event cancelled": (_arrived(), WELCOME, Found(is_cancelled=True), Flag.CANCELLED, True, VENUE),
    "five minutes ahead": (_arrived(received_at=AT - 5 * MINUTE), WELCOME, Found(), None, True, None),
    "in the future": (_arrived(received_at=AT - 6 * MINUTE), WELCOME, Found(), Flag.TIME, False, VENUE),
    "thirty days old": (_arrived(received_at=AT + timedelta(days=30)), WELCOME, Found(), None, True, None),
    "older": (_arrived(received_at=AT + timedelta(days=31)), WELCOME, Found(), Flag.TIME, False, VENUE),
    "the clock jumped": (_arrived(jumped=True), WELCOME, Found(), Flag.TIME, False, VENUE),
    "from a revoked device": (_arrived(is_from_revoked=True), WELCOME, Found(), Flag.DEVICE, True, COORDINATOR),
    "no tickets": (_arrived(counts=Counts(), jumped=True), _not_now(Reason.ENDED), Found(), None, True, None),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_row_of_the_table(row: tuple[Arrived, Verdict, Found, Flag | None, bool, Asked | None]) -> None:
    arrived, verdict, found, flag, counts, asked = row
    flags = reconcile.settle(arrived, verdict, found)
    assert flags == (() if flag is None else (flag,))
    assert reconcile.is_held_back(flags) is not counts
    assert (reconcile.ASKED.get(flag) if flag else None) is asked


def test_the_same_attempt_is_known_by_its_body() -> None:
    assert [reconcile.compare(stored, b"x") for stored in (None, b"x", b"y")] == [
        Repeat.NEW,
        Repeat.REPLAY,
        Repeat.CONFLICT,
    ]


def test_where_else_a_card_was_is_never_told_to_a_venue() -> None:
    assert reconcile.told((Flag.AGAIN, Flag.TWO_PLACES, Flag.OVER)) == (Flag.AGAIN, Flag.OVER)


UNDOES = {
    "at once": (Undone(AT - MINUTE, 1, False), {}, ()),
    "after a quarter of an hour": (Undone(AT - 15 * MINUTE, 1, False), {}, ()),
    "later": (Undone(AT - 16 * MINUTE, 1, False), {}, (Flag.UNDO_LATE,)),
    "later by a clock that jumped": (Undone(AT - 16 * MINUTE, 1, False), {"jumped": True}, ()),
    "from another tablet": (Undone(AT - MINUTE, 2, False), {}, (Flag.UNDO_LATE,)),
    "after a person's decision": (Undone(AT - MINUTE, 1, True), {}, (Flag.UNDO_LATE,)),
    "before its scan": (None, {}, (Flag.UNDO_WITHOUT_SCAN,)),
    "from a revoked device": (Undone(AT - MINUTE, 1, False), {"is_from_revoked": True}, (Flag.DEVICE,)),
}


@pytest.mark.parametrize("row", UNDOES.values(), ids=UNDOES)
def test_an_undo(row: tuple[Undone | None, dict[str, object], tuple[Flag, ...]]) -> None:
    undone, changes, flags = row
    assert reconcile.settle_undo(_arrived(counts=Counts(), **changes), undone) == flags


def test_every_question_has_a_suggested_answer() -> None:
    assert reconcile.SUGGESTED.keys() == reconcile.ASKED.keys()
    assert {flag for flag in Flag if flag in reconcile.HOLDS_BACK} <= reconcile.ASKED.keys(), "or it waits for ever"


@given(st.lists(st.tuples(st.sampled_from(list(Flag)), st.none() | st.sampled_from(list(Answer)))))
def test_one_no_is_a_no(said: list[tuple[Flag, Answer | None]]) -> None:
    stances = [reconcile.stance(flag, answer) for flag, answer in said]
    together = reconcile.combine(stances)
    assert (together is False) == (False in stances)
    assert (together is True) == (True in stances and False not in stances)


@pytest.mark.parametrize(
    ("on_day", "jumped", "suggested"),
    [
        (date(2026, 10, 1), False, date(2026, 10, 1)),
        (date(2026, 10, 1), True, date(2026, 11, 20)),
        (date(2026, 11, 21), False, date(2026, 11, 20)),
        (date(1970, 1, 1), False, date(2026, 11, 20)),
    ],
    ids=["late upload", "jumped", "future", "a clock that was reset"],
)
def test_the_day_that_is_suggested(on_day: date, jumped: bool, suggested: date) -> None:
    assert reconcile.suggested_day(on_day, date(2026, 11, 20), jumped=jumped) == suggested
