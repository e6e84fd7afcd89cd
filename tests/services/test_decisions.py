"""Questions and answers: who is asked, what an answer changes in the figures, what happens when nobody answers."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti import statistics
from kaikukortti.auditing import verification
from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.ledger import Device, DeviceState, Entry, Scan, ScanCard, ScanDecision
from kaikukortti.models.network import Venue
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.rules.flag import Answer, Flag, WithdrawalReason
from kaikukortti.rules.programme import Category, Planned
from kaikukortti.usecounts import Uses
from tests import factories
from tests.factories import DAY, NOW, TODAY
from venues import decisions, devices, questions, sync
from venues.decisions import Given

LATER = NOW + timedelta(hours=2)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def manager():
    return factories.make_actor(Role.VENUE_MANAGER)


@pytest.fixture
def coordinator():
    return factories.make_actor(Role.COORDINATOR, factories.the_area())


@pytest.fixture
def tablet(manager):
    return factories.make_tablet(_venue(manager)).known


def _venue(manager):
    return db.session.get_one(Venue, manager.venue_id)


@pytest.fixture
def send(tablet):
    def one(card, *, device=tablet, received_at=NOW + MINUTE, **fields) -> str:
        item = factories.make_item(card, **fields)
        sync.accept([item], device=device, received_at=received_at)
        return item.scan_id

    return one


@pytest.fixture
def uses(manager):
    def count(first_on=TODAY - 400 * DAY, last_on=TODAY + 400 * DAY) -> int:
        return statistics.venue_total(manager.venue_id, first_on=first_on, last_on=last_on).total

    return count


def asked(actor) -> list[tuple[str, Flag]]:
    return [(one.scan_id, one.flag) for one in questions.list_questions(actor=actor, now=LATER)]


def decide(scan_id, flag, answer, actor, **more) -> None:
    decisions.answer(scan_id, Given(flag, answer, **more), actor=actor, now=LATER)


def ask_double(send, manager) -> tuple[str, str]:
    card, other = factories.make_issued_card(), factories.make_tablet(_venue(manager), name="Sivuovi").known
    return send(card), send(card, device=other, occurred=NOW + MINUTE)


@pytest.mark.parametrize(("answer", "counted"), [(Answer.MERGE, 1), (Answer.LEAVE, 1), (Answer.COUNT, 2)])
def test_an_answer_to_a_double(send, manager, uses, answer, counted):
    first, second = ask_double(send, manager)
    (question,) = questions.list_questions(actor=manager, now=LATER)
    assert (question.scan_id, question.flag, question.suggested) == (second, Flag.DOUBLE, Answer.MERGE)
    assert (question.visit.device, [seen.device for seen in question.beside]) == ("Sivuovi", ["Pääovi"])
    assert uses() == 1
    decide(second, Flag.DOUBLE, answer, manager)
    assert uses() == counted
    assert asked(manager) == []
    with pytest.raises(decisions.QuestionAnswered):
        decide(second, Flag.DOUBLE, Answer.COUNT, manager)
    entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None and (entry.action, entry.user_id) == ("question.answered", manager.user_id)
    assert entry.detail == {"scan": second, "flag": "double", "answer": answer.value, "suggested": False}
    assert verification.find_break(manager.organisation) is None


def test_an_answered_scan_is_answered_to_the_tablet_as_at_first(tablet, manager):
    card, other = factories.make_issued_card(), factories.make_tablet(_venue(manager)).known
    items = [factories.make_item(card), factories.make_item(card)]
    sync.accept(items[:1], device=other, received_at=NOW)
    sync.accept(items[1:], device=tablet, received_at=NOW)
    decide(items[1].scan_id, Flag.DOUBLE, Answer.COUNT, manager)
    decisions.withdraw(items[1].scan_id, reason=WithdrawalReason.DOUBLE, actor=manager, now=LATER)
    replayed = sync.accept(items[1:], device=tablet, received_at=LATER)[0]
    assert (replayed.result, replayed.flags) == (sync.Result.REPLAY, (Flag.DOUBLE,))


def test_one_question_open_keeps_the_tickets_waiting(send, uses, manager):
    card = factories.make_issued_card()
    send(card)
    scan_id = send(card, occurred=NOW + MINUTE, jumped=True)
    assert asked(manager) == [(scan_id, Flag.AGAIN), (scan_id, Flag.TIME)]
    decide(scan_id, Flag.AGAIN, Answer.COUNT, manager)
    assert uses() == 1, "the time is still in doubt"
    decide(scan_id, Flag.TIME, Answer.COUNT, manager)
    assert uses() == 2


def test_a_visit_is_dated_by_the_manager(send, uses, manager):
    card = factories.make_issued_card()
    scan_id = send(card, jumped=True, adult=1, assistant=1)
    day = TODAY - 3 * DAY
    for impossible in (TODAY + DAY, TODAY - 400 * DAY):
        with pytest.raises(decisions.DayImpossible):
            decide(scan_id, Flag.TIME, Answer.COUNT, manager, on_day=impossible)
    decide(scan_id, Flag.TIME, Answer.COUNT, manager, on_day=day)
    assert (uses(), uses(day, day)) == (1, 1)
    dated = db.session.scalars(sa.select(Scan).where(Scan.scan_id != scan_id)).one()
    assert (dated.on_day, dated.entry, dated.user_id, dated.assistant) == (day, Entry.BACKLOG, manager.user_id, 1)
    assert db.session.get_one(ScanCard, dated.scan_id).line == card.line
    assert db.session.get_one(Scan, scan_id).on_day == TODAY, "the ledger is never changed"


def test_a_code_from_elsewhere_stays_unverified_when_it_is_dated(send, uses, manager):
    scan_id = send("VA12345", jumped=True)
    decide(scan_id, Flag.TIME, Answer.COUNT, manager, on_day=TODAY - DAY)
    overview = statistics.overview(_venue(manager).area_id, first_on=TODAY - 9 * DAY, last_on=TODAY)
    assert (uses(), overview.uses, overview.unverified) == (1, Uses(), 1)


def test_an_undone_visit_is_not_brought_back_by_a_date(tablet, uses, manager):
    body = factories.scan_body(factories.make_issued_card(), jumped=True)
    items = [factories.item_of(body), factories.item_of(factories.undo_body(body))]
    sync.accept(items, device=tablet, received_at=NOW)
    assert asked(manager) == []
    decide(body["scan_id"], Flag.TIME, Answer.COUNT, manager, on_day=TODAY - DAY)
    assert uses() == 0


def test_a_cancelled_event_s_visit_is_one_to_the_house(send, manager):
    venue = _venue(manager)
    event = factories.make_event(venue, category=Category.SPORT)
    evening = factories.make_occurrence(event, state=Planned.CANCELLED, starts_at=NOW + 2 * DAY)
    scan_id = send(factories.make_issued_card(), occurrence=evening)

    def by_category() -> dict[Category, int]:
        uses = statistics.overview(venue.area_id, first_on=TODAY, last_on=TODAY).by_category
        return {category: one.total for category, one in uses.items() if one.total}

    assert by_category() == {Category.CULTURE: 1}
    assert [row.uses.total for row in statistics.evening(venue.id, on_day=TODAY).rows] == [1], "a house visit, today"
    assert asked(manager) == [(scan_id, Flag.CANCELLED)]
    decide(scan_id, Flag.CANCELLED, Answer.COUNT, manager)
    assert by_category() == {Category.SPORT: 1}, "it took place after all"


def test_a_late_undo_waits_for_the_manager(tablet, uses, manager):
    body = factories.scan_body(factories.make_issued_card(), occurred=NOW - timedelta(hours=1))
    undo = factories.undo_body(body)
    sync.accept([factories.item_of(body), factories.item_of(undo)], device=tablet, received_at=NOW)
    (question,) = questions.list_questions(actor=manager, now=LATER)
    assert (question.flag, [seen.at for seen in question.beside]) == (Flag.UNDO_LATE, [NOW - timedelta(hours=1)])
    assert uses() == 1
    decide(undo["scan_id"], Flag.UNDO_LATE, Answer.COUNT, manager)
    assert uses() == 0


def test_an_undo_after_a_person_s_decision_is_kept_and_changes_nothing(tablet, uses, manager):
    body = factories.scan_body(factories.make_issued_card(), jumped=True)
    sync.accept([factories.item_of(body)], device=tablet, received_at=NOW)
    decide(body["scan_id"], Flag.TIME, Answer.COUNT, manager)
    undo = factories.item_of(factories.undo_body(body))
    first, second = (sync.accept([undo], device=tablet, received_at=NOW)[0] for _ in range(2))
    assert (first.flags, second.flags) == ((Flag.UNDO_LATE,), (Flag.UNDO_LATE,))
    assert (uses(), asked(manager)) == (1, []), "nobody is asked"


def test_a_manager_takes_a_visit_back_with_a_reason(send, uses, manager):
    scan_id = send(factories.make_issued_card())
    decisions.withdraw(scan_id, reason=WithdrawalReason.WRONG_EVENT, actor=manager, now=LATER)
    assert uses() == 0
    row = db.session.scalars(sa.select(ScanDecision)).one()
    assert (row.flag, row.counted, row.reason, row.decided_by) == (
        Flag.WITHDRAWN,
        False,
        WithdrawalReason.WRONG_EVENT,
        manager.user_id,
    )
    with pytest.raises(decisions.VisitWithdrawn):
        decisions.withdraw(scan_id, reason=WithdrawalReason.MISTAKE, actor=manager, now=LATER)
    actions = db.session.scalars(sa.select(AuditEntry.action)).all()
    assert actions == ["visit.withdrawn"]


def test_a_withdrawn_visit_is_asked_about_no_more(send, uses, manager):
    _first, second = ask_double(send, manager)
    decisions.withdraw(_first, reason=WithdrawalReason.MISTAKE, actor=manager, now=LATER)
    decide(second, Flag.DOUBLE, Answer.COUNT, manager)
    decisions.withdraw(second, reason=WithdrawalReason.MISTAKE, actor=manager, now=LATER)
    assert (uses(), asked(manager)) == (0, [])


def test_strangers_find_nothing(send, manager, coordinator):
    _first, second = ask_double(send, manager)
    blocked = send(factories.make_issued_card(blocked_at=NOW - DAY))
    stranger, staff = factories.make_actor(Role.VENUE_MANAGER), factories.make_actor(Role.VENUE_STAFF, _venue(manager))
    far = factories.make_actor(Role.COORDINATOR, factories.make_area("HX"))
    for scan_id, flag, actors in [
        (second, Flag.DOUBLE, [stranger, staff, coordinator, far]),
        (blocked, Flag.BLOCKED, [manager, stranger, staff, far]),
        (blocked, Flag.DEVICE, [coordinator]),
        (second, Flag.OVER, [manager, coordinator]),
        ("nothing", Flag.DOUBLE, [manager]),
    ]:
        for actor in actors:
            with pytest.raises(NotFound):
                decide(scan_id, flag, Answer.COUNT, actor)
    for actor in (stranger, staff, coordinator, far):
        with pytest.raises(NotFound):
            decisions.withdraw(second, reason=WithdrawalReason.MISTAKE, actor=actor, now=LATER)
    assert asked(stranger) == asked(far) == []
    with pytest.raises(NotFound):
        asked(staff)


def test_what_is_the_coordinator_s_is_not_the_venue_s(send, manager, coordinator):
    there = factories.make_venue(municipality="Lappeenranta", name_fi="Kirjasto")
    _venue(manager).municipality = "Lappeenranta"
    stock = factories.make_stock_card(factories.make_unit(name_fi="Perhetyö"))
    revoked = factories.make_tablet(_venue(manager))
    db.session.get_one(Device, revoked.known.device_id).state = DeviceState.REVOKED
    db.session.get_one(Device, revoked.known.device_id).revoked_at = NOW
    db.session.commit()
    card = factories.make_issued_card()
    sync.accept([factories.make_item(card)], device=factories.make_tablet(there).known, received_at=NOW)
    expected = [
        (send(stock), Flag.UNREGISTERED),
        (send(factories.make_issued_card(blocked_at=NOW - DAY)), Flag.BLOCKED),
        (
            send(factories.make_issued_card(), device=devices.recognise_sender(revoked.credential, now=NOW)),
            Flag.DEVICE,
        ),
        (send(card, occurred=NOW + 14 * MINUTE, received_at=NOW + 15 * MINUTE), Flag.TWO_PLACES),
    ]
    assert asked(manager) == []
    unregistered, *_others, two_places = found = questions.list_questions(actor=coordinator, now=LATER)
    assert [(one.scan_id, one.flag) for one in found] == expected, "by when they were raised"
    assert [seen.venue[0] for seen in two_places.beside] == ["Kirjasto"]
    assert unregistered.unit == ("Perhetyö",) * 3
    assert stock.number not in repr(found) and card.number not in repr(found), "no number is shown"
    assert db.session.scalars(sa.select(AuditEntry.action)).all() == ["questions.seen"]


def test_two_places_are_never_told_to_a_tablet(tablet, manager):
    card = factories.make_issued_card()
    first = sync.accept([factories.make_item(card)], device=factories.make_tablet().known, received_at=NOW)[0]
    item = factories.make_item(card)
    second, again = (sync.accept([item], device=tablet, received_at=NOW)[0] for _ in range(2))
    assert [(one.result, one.flags) for one in (first, second, again)] == [
        (sync.Result.ACCEPTED, ()),
        (sync.Result.ACCEPTED, ()),
        (sync.Result.REPLAY, ()),
    ]
    assert db.session.scalars(sa.select(ScanDecision.flag)).all() == [Flag.TWO_PLACES]


def test_after_thirty_days_the_suggestion_is_applied_and_noted(send, uses, manager):
    _first, double = ask_double(send, manager)
    again = factories.make_issued_card()
    send(again)
    send(again, occurred=NOW + MINUTE)
    odd = send(factories.make_issued_card(first_on=TODAY - 300 * DAY), jumped=True, occurred=NOW - 200 * DAY)
    assert uses() == 2
    soon = NOW + MINUTE + 30 * DAY
    assert decisions.apply_suggestions(now=soon - timedelta(seconds=1)) == 0
    assert decisions.apply_suggestions(now=soon) == 3
    assert decisions.apply_suggestions(now=soon) == 0
    assert uses() == 4, "the double counts once, what came again counts, the odd time is dated by its arrival"
    assert (uses(TODAY, TODAY), uses(TODAY - 200 * DAY, TODAY - 200 * DAY)) == (4, 0)
    noted = {row.scan_id: row for row in db.session.scalars(sa.select(ScanDecision).where(ScanDecision.is_suggested))}
    assert (noted[double].answer, noted[double].decided_by) == (Answer.MERGE, None)
    assert noted[odd].answer is Answer.COUNT
    assert asked(manager) == []
    with pytest.raises(decisions.QuestionAnswered):
        decide(double, Flag.DOUBLE, Answer.COUNT, manager)
    assert verification.find_break(manager.organisation) is None
