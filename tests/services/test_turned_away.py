"""Turned away: a report without an account, what becomes of the code, the word, the answer, who sees what."""

import dataclasses
import uuid
from datetime import datetime

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.messaging import answerword, feedback, freetext, turnedaway
from kaikukortti.messaging.turnedaway import Told
from kaikukortti.models.messages import CardThen, TurnedAway, TurnedAwayCause
from kaikukortti.models.network import PartnerState
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import Action, State
from tests import factories
from tests.factories import DAY, NOW, SECRET_KEY, TODAY


@pytest.fixture
def coordinator(app):
    return factories.make_actor(Role.COORDINATOR)


def told(area_id: int, **changes) -> Told:
    usual = Told(area_id, None, TODAY, TurnedAwayCause.NOT_KNOWN, "", "", "fi", uuid.uuid4())
    return dataclasses.replace(usual, **changes)


def tell(area_id: int, *, now: datetime = NOW, **changes) -> str:
    return turnedaway.tell(told(area_id, **changes), now=now, secret=SECRET_KEY)


def only_row() -> TurnedAway:
    return db.session.scalars(sa.select(TurnedAway)).one()


def then(area_id: int, code: str, **changes) -> CardThen:
    db.session.execute(sa.delete(TurnedAway))
    db.session.commit()
    tell(area_id, code=code, **changes)
    return only_row().card_then


def test_a_report_is_answered_and_read_with_the_word(coordinator):
    venue = factories.make_venue()
    word = tell(coordinator.area_id, venue_id=venue.id, text="Kassa ei tuntenut korttia.")
    [report] = turnedaway.list_reports(actor=coordinator)
    assert (report.venue, report.row.text, report.row.card_then) == (
        venue,
        "Kassa ei tuntenut korttia.",
        CardThen.NOT_GIVEN,
    )
    assert turnedaway.find_answer(word) == turnedaway.Answer(NOW, "", None)
    assert turnedaway.count_waiting(coordinator.area_id) == 1
    turnedaway.answer(report.row.id, "Olemme pahoillamme.", actor=coordinator, now=NOW + DAY)
    answer = turnedaway.find_answer(word.lower().replace("-", " "))
    assert answer is not None and (answer.text, answer.answered_at) == ("Olemme pahoillamme.", NOW + DAY)
    assert turnedaway.count_waiting(coordinator.area_id) == 0
    with pytest.raises(feedback.IsAnswered):
        turnedaway.answer(report.row.id, "Toinen", actor=coordinator, now=NOW)


def test_neither_word_nor_code_is_kept(coordinator):
    card = factories.make_issued_card()
    word = tell(coordinator.area_id, code=card.number)
    row = only_row()
    kept = " ".join(str(getattr(row, column.key)) for column in sa.inspect(TurnedAway).columns)
    for secret in (card.number, card.line or "", card.ref, word, word.replace("-", "")):
        assert secret not in kept
    assert row.word_hash == answerword.hash_typed(word)
    assert db.session.scalar(sa.select(sa.func.count(AuditEntry.id))) == 0


def test_what_a_code_was_worth_that_day(coordinator):
    area = coordinator.area_id
    card = factories.make_issued_card(first_on=TODAY - 30 * DAY, last_on=TODAY - 2 * DAY)
    cases = {TODAY - 31 * DAY: "not_valid", TODAY - 30 * DAY: "valid", TODAY - 2 * DAY: "valid", TODAY: "not_valid"}
    for day, expected in cases.items():
        assert then(area, card.number, on_day=day) == expected, day
    assert then(area, card.number, on_day=None) is CardThen.NOT_VALID  # as of now
    assert then(area, "") is CardThen.NOT_GIVEN
    assert then(area, "EK12") is CardThen.UNKNOWN
    assert then(area, factories.make_number()) is CardThen.UNKNOWN
    assert then(area, factories.make_stock_card().number) is CardThen.NOT_VALID


def test_a_block_counts_from_its_day_on(coordinator):
    card = factories.make_issued_card(blocked_at=NOW - 3 * DAY)
    for day, expected in ((4, CardThen.VALID), (3, CardThen.NOT_VALID), (0, CardThen.NOT_VALID)):
        assert then(coordinator.area_id, card.number, on_day=TODAY - day * DAY) is expected


def test_a_pause_ends_by_itself_and_grace_counts(coordinator):
    card = factories.make_issued_card(last_on=TODAY - 2 * DAY)
    area = factories.the_area()
    area.grace_days = 2
    db.session.commit()
    assert then(area.id, card.number) is CardThen.VALID
    event = factories.add_card_event(card, Action.SUSPEND, State.SUSPENDED, at=NOW - 9 * DAY)
    assert then(area.id, card.number) is CardThen.NOT_VALID
    event.effective_until = NOW - DAY
    db.session.commit()
    assert then(area.id, card.number) is CardThen.VALID
    assert then(area.id, card.number, on_day=TODAY - 5 * DAY) is CardThen.NOT_VALID


def test_the_same_page_sent_twice_is_one_report(coordinator):
    page = uuid.uuid4()
    first = tell(coordinator.area_id, form_id=page)
    assert tell(coordinator.area_id, form_id=page, now=NOW + DAY) == first
    assert len(turnedaway.list_reports(actor=coordinator)) == 1
    assert tell(coordinator.area_id, form_id=page, text="Lisäys") != first
    assert tell(coordinator.area_id) != first
    assert len(turnedaway.list_reports(actor=coordinator)) == 3


def test_causes_of_a_year_are_counted(coordinator):
    tell(coordinator.area_id, cause=TurnedAwayCause.UNKIND, now=NOW - 367 * DAY, on_day=None)
    tell(coordinator.area_id, cause=TurnedAwayCause.UNKIND)
    tell(coordinator.area_id, cause=TurnedAwayCause.DEVICE)
    counted = turnedaway.count_causes(actor=coordinator, now=NOW)
    assert {cause for cause, count in counted.items() if count} == {TurnedAwayCause.UNKIND, TurnedAwayCause.DEVICE}
    assert counted[TurnedAwayCause.UNKIND] == 1
    assert set(counted) == set(TurnedAwayCause)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_nobody_but_the_area_s_coordinator_sees_a_report(coordinator, role):
    tell(coordinator.area_id)
    far = factories.make_actor(Role.COORDINATOR, factories.make_area("HX"))
    assert turnedaway.list_reports(actor=far) == []
    found = only_row().id
    for actor in (factories.make_actor(role), far):
        for act in (turnedaway.look, lambda one, *, actor: turnedaway.answer(one, "x", actor=actor, now=NOW)):
            with pytest.raises(NotFound):
                act(found, actor=actor)
    assert only_row().answered_at is None


def test_places_are_those_of_the_area_that_take_part(coordinator):
    here = factories.make_venue(name_fi="Museo")
    factories.make_venue(name_fi="Lähtenyt", state=PartnerState.LEFT)
    far = factories.make_venue(factories.make_area("HX"))
    assert [venue.id for venue in turnedaway.list_places(coordinator.area_id)] == [here.id]
    with pytest.raises(NotFound):
        tell(coordinator.area_id, venue_id=far.id)
    with pytest.raises(NotFound):
        tell(999_999)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"on_day": TODAY + DAY}, turnedaway.DayImpossible),
        ({"on_day": TODAY - 367 * DAY}, turnedaway.DayImpossible),
        ({"text": "Olen 131052-308T"}, freetext.TextNamesPerson),
        ({"text": "x" * 1001}, freetext.TextTooLong),
    ],
)
def test_what_is_refused(coordinator, changes, error):
    with pytest.raises(error):
        tell(coordinator.area_id, **changes)
    assert turnedaway.list_reports(actor=coordinator) == []


def test_a_card_number_among_the_words_is_refused(coordinator):
    with pytest.raises(freetext.TextNamesCard):
        tell(coordinator.area_id, text=f"Korttini on {factories.make_issued_card().number}")


@pytest.mark.parametrize("typed", ["", "BCDFG", "BCDFG-HJKMN-PRSTV-X", "x" * 65, "12345-67890-12345"])
def test_other_words_open_nothing(coordinator, typed):
    tell(coordinator.area_id)
    assert turnedaway.find_answer(typed) is None
