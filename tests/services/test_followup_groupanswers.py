"""Anonymous answers of groups: paired by a code that the person alone keeps, never read back."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.followup import groupanswers, measurements, permissions, store
from kaikukortti.followup.groupanswers import Answer, Count
from kaikukortti.followup.models.answers import GroupResponse, UsedCard
from kaikukortti.followup.models.episodes import Mode, Phase
from kaikukortti.followup.permissions import Permission
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules import scores
from kaikukortti.rules.access import Role
from tests import leaves
from tests.factories import DAY, NOW, SECRET_KEY, TODAY
from tests.network import Network, make_network

CODE = "BCDF-GHJK"
GIVEN = Answer("swemwbs", CODE, Phase.START, Mode.SELF, total=21)
LATER = datetime(2027, 2, 1, 10, tzinfo=UTC)


@pytest.fixture
def network() -> Network:
    return make_network()


@pytest.fixture
def worker(network):
    return network.people[Role.WORKER].actor


def add(actor, *, now=NOW, **changes):
    groupanswers.add(replace(GIVEN, **changes), actor=actor, now=now, secret=SECRET_KEY)


def kept():
    with store.reading() as session:
        return session.scalars(sa.select(GroupResponse).order_by(GroupResponse.phase.desc())).all()


def permit(network, code, *, is_form_on=True):
    given = Permission("Warwick 1/2026", "Warwick", "fi 2013", TODAY, is_form_on)
    actor = network.people[Role.ADMINISTRATOR].actor
    permissions.record(code, actor=actor, area_id=network.area.id, permission=given, now=NOW)


def test_two_answers_with_one_code_are_a_pair(network, worker):
    add(worker)
    add(worker, phase=Phase.END, mode=Mode.ASSISTED, total=25, used_card=UsedCard.YES, now=LATER)
    start, end = kept()
    assert start.pair_hash == end.pair_hash
    assert (start.total, end.total) == (scores.swemwbs_of(21), scores.swemwbs_of(25)), "converted, not the raw sum"
    assert (start.quarter.isoformat(), end.quarter.isoformat()) == ("2026-10-01", "2027-01-01")
    assert (start.used_card, end.used_card, end.mode) == (UsedCard.UNSAID, UsedCard.YES, Mode.ASSISTED)


def test_no_column_leads_to_a_person_a_card_or_a_case():
    columns = {column.name for column in GroupResponse.__table__.columns}
    assert columns == {
        *("id", "area_id", "unit_id", "code", "quarter", "phase", "mode", "pair_hash", "total", "used_card"),
    }
    assert not GroupResponse.__table__.foreign_keys


def test_the_code_itself_is_stored_nowhere_and_no_log_tells_of_the_answer(worker):
    before = db.session.scalar(sa.select(sa.func.count(AuditEntry.id)))
    add(worker)
    (row,) = kept()
    assert "BCDFGHJK" not in str(vars(row)).upper()
    assert db.session.scalar(sa.select(sa.func.count(AuditEntry.id))) == before


def test_rows_have_random_keys_and_lie_in_their_order(worker):
    drawn = [groupanswers.draw_code() for _ in range(12)]
    for code in drawn:
        add(worker, response_code=code)
    with store.reading() as session:
        if session.get_bind().dialect.name == "sqlite":
            lying = session.execute(sa.text("select id from group_responses")).scalars().all()
            assert list(lying) == sorted(lying)
            with pytest.raises(sa.exc.OperationalError):
                session.execute(sa.text("select rowid from group_responses"))


def test_hyphens_spaces_and_small_letters_make_no_other_code(worker):
    add(worker)
    with pytest.raises(groupanswers.CodeUsed):
        add(worker, response_code=" bcdf ghjk")
    assert len(kept()) == 1


def test_the_same_code_twice_in_a_phase(worker):
    add(worker)
    with pytest.raises(groupanswers.CodeUsed):
        add(worker, total=30)
    add(worker, phase=Phase.END)
    with pytest.raises(groupanswers.CodeUsed):
        add(worker, phase=Phase.END)
    assert [row.total for row in kept()] == [scores.swemwbs_of(21)] * 2


def test_of_two_at_once_with_one_code_one_is_kept(worker, together):
    answers = together(*[lambda total=total: add(worker, total=total) for total in (20, 21, 22)])
    assert [type(answer) for answer in answers if answer is not None] == [groupanswers.CodeUsed] * 2
    assert len(kept()) == 1


def test_a_second_answer_needs_a_first(network, worker):
    with pytest.raises(groupanswers.CodeUnknown):
        add(worker, phase=Phase.END)
    add(worker)
    with pytest.raises(groupanswers.CodeUnknown):
        add(worker, phase=Phase.END, response_code="BCDF-GHJM")
    with pytest.raises(groupanswers.CodeUnknown):
        add(worker, phase=Phase.END, code="esis", total=50)
    with pytest.raises(groupanswers.CodeUnknown):
        add(network.strangers[Role.WORKER].actor, phase=Phase.END)


def test_a_code_pairs_within_one_unit_and_measure_only(network, worker):
    add(worker)
    add(worker, code="esis", total=50)
    add(network.strangers[Role.WORKER].actor)
    assert len({row.pair_hash for row in kept()}) == 3


@pytest.mark.parametrize(
    "code",
    [
        *("", "BCDFG", "BCDFGHJKMNPQRSTVW", "131052308T", "131052-308T", "13.10.1952", "131052", "ABC12345", "KISSA!!"),
        *("BCDF\x00GHJK", "kissa<b>", "１３１０５２ＡＢ"),
    ],
)
def test_impossible_codes(worker, code):
    with pytest.raises(groupanswers.CodeImpossible):
        add(worker, response_code=code)
    assert kept() == []


def test_a_card_s_number_or_a_case_code_is_no_response_code(network, worker):
    for number in (network.card.number, network.other_card.number.lower()):
        with pytest.raises(groupanswers.CodeImpossible):
            add(worker, response_code=number)
    episode = leaves.start(worker, network.area.id)
    letters = sum(symbol.isalpha() for symbol in episode.case_code)
    with pytest.raises(groupanswers.CodeImpossible):
        add(worker, response_code=episode.case_code)
    assert letters <= 8 and kept() == []


def test_a_made_up_code_of_letters_and_digits_is_welcome(worker):
    add(worker, response_code="Saimaa 47")
    assert len(kept()) == 1


def test_drawn_codes_are_letters_without_vowels_and_differ():
    drawn = {groupanswers.draw_code() for _ in range(200)}
    assert len(drawn) == 200
    assert all(groupanswers.plain_code(code) and not set(code) & set("AEIOUYÅÄÖ0123456789") for code in drawn)


@pytest.mark.parametrize("code", ["kykyviisari", "ors", "gas", "avain"])
def test_other_measures_are_not_answered_in_groups(worker, code):
    with pytest.raises(groupanswers.NotAnsweredInGroups):
        add(worker, code=code)


def test_only_two_phases(worker):
    with pytest.raises(groupanswers.NotAnsweredInGroups):
        add(worker, phase=Phase.MIDDLE)
    with pytest.raises(NotFound):
        add(worker, code="phq9")


@pytest.mark.parametrize(
    "code, total", [("swemwbs", 6), ("swemwbs", 36), ("swemwbs", 21.5), ("esis", 101), ("who5", -1), ("who5", None)]
)
def test_impossible_totals(worker, code, total):
    with pytest.raises(groupanswers.TotalImpossible):
        add(worker, code=code, total=total)
    assert kept() == []


def test_answers_are_taken_only_with_a_permission(network, worker):
    answers = {"total": None, "answers": [3] * 7}
    with pytest.raises(measurements.FormOff):
        add(worker, **answers)
    permit(network, "swemwbs", is_form_on=False)
    with pytest.raises(measurements.FormOff):
        add(worker, **answers)
    permit(network, "swemwbs")
    add(worker, **answers)
    assert [row.total for row in kept()] == [scores.swemwbs_of(21)]
    with pytest.raises(measurements.FormOff):
        add(worker, now=NOW + DAY, response_code="BCDF-GHJM", **answers)
    add(worker, now=NOW + DAY, response_code="BCDF-GHJM")
    assert len(kept()) == 2, "a total can be recorded without a permission"


def test_a_missing_answer_is_no_score(network, worker):
    permit(network, "swemwbs")
    with pytest.raises(measurements.ItemMissing):
        add(worker, total=None, answers=[3, 3, 3, None, 3, 3, 3])
    with pytest.raises(measurements.ItemImpossible):
        add(worker, total=None, answers=[3, 3, 3, 6, 3, 3, 3])
    assert kept() == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.WORKER])
def test_only_workers_of_a_unit_have_anything_to_do_here(network, role):
    actor = network.people[role].actor
    calls = [
        lambda: add(actor),
        lambda: groupanswers.count_answers(actor=actor),
        lambda: groupanswers.list_answerable(actor=actor, now=NOW),
        lambda: groupanswers.forget("swemwbs", CODE, actor=actor, now=NOW, secret=SECRET_KEY),
    ]
    for call in calls:
        with pytest.raises(NotFound):
            call()


def test_numbers_below_five_are_hidden(network, worker):
    codes = [groupanswers.draw_code() for _ in range(5)]
    assert groupanswers.count_answers(actor=worker) == []
    for code in codes[:4]:
        add(worker, response_code=code)
    assert groupanswers.count_answers(actor=worker) == [Count("swemwbs", None, None)]
    add(worker, response_code=codes[4])
    for code in codes[:4]:
        add(worker, response_code=code, phase=Phase.END)
    assert groupanswers.count_answers(actor=worker) == [Count("swemwbs", 5, None)]
    add(worker, response_code=codes[4], phase=Phase.END)
    assert groupanswers.count_answers(actor=worker) == [Count("swemwbs", 5, 5)]
    assert groupanswers.count_answers(actor=network.strangers[Role.WORKER].actor) == []


def forget(actor, *, now=NOW, code="swemwbs", response_code=CODE):
    return groupanswers.forget(code, response_code, actor=actor, now=now, secret=SECRET_KEY)


def test_a_mistyped_answer_is_forgotten_by_its_code_in_its_quarter(network, worker):
    add(worker)
    with pytest.raises(NotFound):
        forget(network.strangers[Role.WORKER].actor)
    with pytest.raises(NotFound):
        forget(worker, code="esis")
    assert forget(worker, response_code="bcdfghjk") == 1 and kept() == []
    with pytest.raises(NotFound):
        forget(worker)
    add(worker)
    add(worker, phase=Phase.END, now=LATER)
    assert forget(worker, now=LATER) == 1
    assert [row.phase for row in kept()] == [Phase.START], "what an earlier quarter holds stays"
