"""A check at the door: each verdict class and reason, on the day of the visit, and nothing written by it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import Base, db
from kaikukortti.models.cards import Card
from kaikukortti.rules.card import Action, CardKind, State
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.programme import EventKind, Planned
from kaikukortti.rules.verdict import Reason, VerdictClass
from tests import factories
from tests.factories import DAY, NOW, TODAY, TONIGHT
from venues import lookup, scanning
from venues.scanning import Checked


@pytest.fixture
def venue():
    return factories.make_venue()


@pytest.fixture
def tablet(venue):
    return factories.make_tablet(venue).known


@pytest.fixture
def check(tablet):
    """Return a function that checks a card (or a code) for an occurrence; nothing in the database may change."""

    def ask(card: Card | str, occurrence=None, *, ref=None, now=NOW) -> Checked:
        before = rows()
        code = card.number if isinstance(card, Card) else card
        checked = scanning.check(
            code=None if ref else code,
            ref=ref,
            occurrence=occurrence and occurrence.id,
            device=tablet,
            now=now,
        )
        assert rows() == before
        return checked

    return ask


def rows() -> dict[str, int]:
    count = sa.func.count()
    tables = Base.metadata.tables.items()
    return {name: db.session.scalar(sa.select(count).select_from(table)) or 0 for name, table in tables}


def record(card: Card, tablet, **fields) -> None:
    scanning.record(factories.make_item(card, **fields), device=tablet, received_at=NOW)


def outcome(checked: Checked) -> tuple[VerdictClass, Reason | None]:
    return checked.verdict.klass, checked.verdict.reason


def test_a_card_in_use_is_welcome(check, venue):
    card = factories.make_issued_card()
    for occurrence in (None, factories.make_occurrence(venue=venue)):
        checked = check(card, occurrence)
        assert outcome(checked) == (VerdictClass.WELCOME, None)
        assert checked.verdict.limits == Counts(adult=1, assistant=9, interpreter=9)
        assert (checked.kind, checked.ref, checked.valid_until, checked.children) == (
            CardKind.PERSONAL,
            card.ref,
            card.last_valid_on,
            0,
        )


def test_a_card_with_children_counts(check):
    checked = check(factories.make_issued_card(children=3))
    assert outcome(checked) == (VerdictClass.COUNTS, None)
    assert checked.verdict.limits == Counts(adult=1, child=3, assistant=9, interpreter=9)
    assert checked.children == 3


def test_a_community_card_counts_workers_and_young_clients(check):
    checked = check(factories.make_issued_card(kind=CardKind.COMMUNITY))
    assert outcome(checked) == (VerdictClass.COUNTS, None)
    assert checked.verdict.limits == Counts(worker=9, under16=30, assistant=9, interpreter=9)


def test_a_course_gives_no_children(check, venue):
    course = factories.make_occurrence(venue=venue, kind=EventKind.COURSE)
    checked = check(factories.make_issued_card(children=3), course)
    assert outcome(checked) == (VerdictClass.WELCOME, None)
    assert checked.verdict.limits.child == 0
    assert check("VA12345", course).verdict.limits.child == 0


def test_a_visit_that_is_there_already(check, venue, tablet):
    card, tonight = factories.make_issued_card(children=1), factories.make_occurrence(venue=venue)
    record(card, tablet, occurrence=tonight, occurred=NOW - timedelta(minutes=5))
    record(card, tablet, occurrence=tonight, shown="already")
    checked = check(card, tonight)
    assert outcome(checked) == (VerdictClass.ALREADY, None)
    assert checked.verdict.earlier_at == NOW - timedelta(minutes=5), "the first of them"
    assert checked.verdict.limits.adult == 1, "tickets may be added"
    assert outcome(check(card)) == (VerdictClass.COUNTS, None), "a house visit is another thing"
    later = factories.make_occurrence(tonight.event, starts_at=TONIGHT + DAY)
    assert outcome(check(card, later)) == (VerdictClass.COUNTS, None)


def test_the_replacement_of_a_card_is_there_already_too(check, tablet):
    old = factories.make_issued_card(state=State.REPLACED)
    new = factories.make_issued_card(line=old.line or "")
    record(old, tablet)
    assert check(new).verdict.klass is VerdictClass.ALREADY


def test_an_undone_visit_is_not_there(check, tablet):
    card = factories.make_issued_card()
    body = factories.scan_body(card)
    for item in (body, factories.undo_body(body)):
        scanning.record(factories.item_of(item), device=tablet, received_at=NOW)
    assert outcome(check(card)) == (VerdictClass.WELCOME, None)


def test_yesterdays_house_visit_is_not_there_today(check, tablet):
    card = factories.make_issued_card()
    record(card, tablet, occurred=NOW - DAY)
    assert outcome(check(card)) == (VerdictClass.WELCOME, None)


def test_a_house_visit_elsewhere_does_not_count_here(check):
    card = factories.make_issued_card()
    record(card, factories.make_tablet().known)
    assert outcome(check(card)) == (VerdictClass.WELCOME, None)


NOT_NOW = VerdictClass.NOT_NOW


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"first_on": TODAY - 400 * DAY, "last_on": TODAY - DAY}, Reason.ENDED),
        ({"first_on": TODAY + DAY}, Reason.NOT_YET),
        ({"blocked_at": NOW - DAY}, Reason.NOT_IN_USE),
        ({"state": State.SUSPENDED}, Reason.NOT_IN_USE),
        ({"state": State.REPLACED}, Reason.NOT_IN_USE),
        ({"state": State.RETURNED}, Reason.NOT_IN_USE),
        ({"first_on": TODAY - 400 * DAY, "last_on": TODAY - DAY, "blocked_at": NOW - DAY}, Reason.ENDED),
    ],
)
def test_not_now(check, fields, reason):
    card = factories.make_issued_card(children=2, **fields)
    checked = check(card)
    assert outcome(checked) == (NOT_NOW, reason)
    assert checked.verdict.limits == Counts()
    assert (checked.kind, checked.ref, checked.children) == (None, None, 0), "the venue learns nothing of the card"
    assert checked.valid_until == card.last_valid_on and checked.contact == "05 000 0000", "for the sentence alone"


def test_stock_and_unknown_numbers_are_not_now(check):
    assert outcome(check(factories.make_stock_card())) == (NOT_NOW, Reason.NOT_YET)
    assert outcome(check(factories.make_number())) == (NOT_NOW, Reason.NOT_IN_USE)
    destroyed = factories.make_stock_card()
    destroyed.state = State.DESTROYED
    db.session.commit()
    assert outcome(check(destroyed)) == (NOT_NOW, Reason.NOT_IN_USE)


def test_the_last_day_and_the_days_of_grace(check):
    area = factories.make_area("HX", grace_days=14)
    unit = factories.make_unit(area)
    ended = {
        days: factories.make_issued_card(unit, first_on=TODAY - 400 * DAY, last_on=TODAY - days * DAY)
        for days in (0, 14, 15)
    }
    assert outcome(check(ended[0])) == (VerdictClass.WELCOME, None)
    assert outcome(check(ended[14])) == (VerdictClass.WELCOME, None)
    assert outcome(check(ended[15])) == (NOT_NOW, Reason.ENDED)
    strict = factories.make_issued_card(first_on=TODAY - 400 * DAY, last_on=TODAY)
    assert outcome(check(strict, now=NOW + DAY)) == (NOT_NOW, Reason.ENDED)


def test_a_coming_occurrence_is_judged_by_its_day(check, venue):
    coming = factories.make_occurrence(venue=venue, starts_at=TONIGHT + 7 * DAY)
    ends_before = factories.make_issued_card(last_on=TODAY + 6 * DAY)
    begins_before = factories.make_issued_card(first_on=TODAY + 7 * DAY)
    assert outcome(check(ends_before)) == (VerdictClass.WELCOME, None)
    assert outcome(check(ends_before, coming)) == (NOT_NOW, Reason.ENDED)
    assert outcome(check(begins_before)) == (NOT_NOW, Reason.NOT_YET)
    assert outcome(check(begins_before, coming)) == (VerdictClass.WELCOME, None)


def test_a_house_visit_is_judged_by_the_helsinki_day(check):
    """Half past midnight in Helsinki is still yesterday in UTC."""
    card = factories.make_issued_card(last_on=TODAY)
    assert outcome(check(card, now=NOW + timedelta(hours=5))) == (VerdictClass.WELCOME, None)
    assert outcome(check(card, now=NOW + timedelta(hours=6))) == (NOT_NOW, Reason.ENDED)


@pytest.mark.parametrize("code", ["VA12345", "va-123", "1234", "ABCD-EFGH-1234-5678", "HX3F8M2X9TS", "9" * 24])
def test_a_card_from_elsewhere_may_come_in(check, code):
    factories.the_area()
    checked = check(code)
    assert outcome(checked) == (VerdictClass.CHECK, Reason.ELSEWHERE)
    assert checked.verdict.limits == Counts(adult=1, child=9, assistant=9, interpreter=9)
    assert checked.kind is None


@pytest.mark.parametrize(
    ("code", "problem", "positions"),
    [
        ("EK3F8M2X9T5", "checksum", ()),
        ("EK3F8M2X9UTS", "symbol", (10,)),
        ("EK3F*M2X9TS", "symbol", (5,)),
        ("EM3F8M2X9TS", "prefix", (2,)),
        ("EK3F8", "length", ()),
        ("", "empty", ()),
        ("abc", "length", ()),
        ("https://x.example/1", "symbol", (6, 7, 8, 10, 18)),
        ("EK3F8M2X9TS\x00", "unreadable", ()),
        ("9" * 65, "unreadable", ()),
    ],
)
def test_what_is_no_number_is_a_technical_matter(check, code, problem, positions):
    factories.the_area()
    checked = check(code)
    assert outcome(checked) == (VerdictClass.TECHNICAL, Reason.MALFORMED)
    assert checked.malformed is not None
    assert (checked.malformed.problem.value, checked.malformed.positions) == (problem, positions)


def test_a_card_is_known_by_its_ref_too(check):
    card = factories.make_issued_card()
    assert outcome(check("", ref=card.ref)) == (VerdictClass.WELCOME, None)
    assert outcome(check("", ref="0" * 16))[0] is VerdictClass.TECHNICAL


def test_an_event_of_another_venue(check):
    card, elsewhere = factories.make_issued_card(), factories.make_occurrence()
    with pytest.raises(lookup.OccurrenceElsewhere):
        check(card, elsewhere)
    elsewhere.id = 999_999
    with db.session.no_autoflush, pytest.raises(lookup.OccurrenceElsewhere):
        check(card, elsewhere)
    db.session.rollback()


def test_a_cancelled_event_still_answers(check, venue):
    """The tablet may not know yet; the visit will be flagged, the visitor is not turned away."""
    cancelled = factories.make_occurrence(venue=venue, state=Planned.CANCELLED)
    assert outcome(check(factories.make_issued_card(), cancelled)) == (VerdictClass.WELCOME, None)


def test_a_block_closes_and_unblocking_opens(check):
    card = factories.make_issued_card(blocked_at=NOW - DAY)
    assert outcome(check(card)) == (NOT_NOW, Reason.NOT_IN_USE)
    card.state = State.ACTIVE
    factories.add_card_event(card, Action.UNBLOCK, State.ACTIVE, at=NOW)
    assert outcome(check(card)) == (VerdictClass.WELCOME, None)
