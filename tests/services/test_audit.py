"""The trail: one unbroken chain per organisation that nobody can change unseen, not even with the database in hand."""

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.auditing import verification
from kaikukortti.db import db, transactional
from kaikukortti.models.trail import AuditEntry, AuditHead, AuditKey
from kaikukortti.rules.access import Actor, Role
from tests import factories
from tests.factories import NOW

TAMPERINGS = [
    "UPDATE audit_entries SET action = 'card.nothing' WHERE seq = 3",
    "UPDATE audit_entries SET user_id = NULL WHERE seq = 3",
    "UPDATE audit_entries SET role = 'viewer' WHERE seq = 3",
    "UPDATE audit_entries SET at = '2026-01-01 00:00:00.000000' WHERE seq = 3",
    "UPDATE audit_entries SET card_ref = 'x' WHERE seq = 3",
    "UPDATE audit_entries SET detail = '{}' WHERE seq = 3",
    "UPDATE audit_entries SET previous_hash = entry_hash WHERE seq = 3",
    "UPDATE audit_entries SET entry_hash = previous_hash WHERE seq = 3",
    "DELETE FROM audit_entries WHERE seq = 3",
]


@transactional
def append(actor: Actor, **fields) -> None:
    """Write one entry as a use case does."""
    audit.record(**{"action": "card.looked_at", "actor": actor, "now": NOW, **fields})


@pytest.fixture
def worker():
    return factories.make_actor(Role.WORKER)


def chain(organisation: str) -> list[AuditEntry]:
    query = sa.select(AuditEntry).where(AuditEntry.organisation == organisation).order_by(AuditEntry.seq)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def fill(worker: Actor, count: int = 5) -> None:
    for place in range(count):
        append(worker, detail={"place": place, "word": "ä"}, card_number="EK3F8M2X9TS")


def test_each_organisation_has_a_chain_of_its_own(worker):
    other = factories.make_actor(Role.WORKER)
    for actor in (worker, other, worker):
        append(actor)
    mine = chain(worker.organisation)
    assert [entry.seq for entry in mine] == [1, 2]
    assert mine[0].previous_hash == audit.FIRST_HASH and mine[1].previous_hash == mine[0].entry_hash
    assert [entry.seq for entry in chain(other.organisation)] == [1]
    head = db.session.get_one(AuditHead, worker.organisation)
    assert (head.seq, head.entry_hash) == (2, mine[1].entry_hash)


def test_a_true_chain_has_no_break(worker):
    fill(worker)
    db.session.expire_all()
    assert verification.find_break(worker.organisation) is None
    assert verification.find_break("unit:999999") is None


@pytest.mark.parametrize("statement", TAMPERINGS, ids=lambda statement: re.sub(r"\W+", "-", statement)[:34])
def test_the_database_refuses_to_change_an_entry(worker, statement):
    fill(worker)
    with pytest.raises(sa.exc.DBAPIError, match="append|under a seal"):
        db.session.execute(sa.text(statement))
    db.session.rollback()
    assert verification.find_break(worker.organisation) is None


@pytest.mark.parametrize("statement", TAMPERINGS, ids=lambda statement: re.sub(r"\W+", "-", statement)[:34])
def test_a_change_past_the_trigger_is_found(worker, statement):
    fill(worker)
    for trigger in ("audit_entries_no_update", "audit_entries_no_delete"):
        table = "" if db.engine.dialect.name == "sqlite" else " ON audit_entries"
        db.session.execute(sa.text(f"DROP TRIGGER {trigger}{table}"))
    db.session.execute(sa.text(statement))
    db.session.expire_all()
    found = verification.find_break(worker.organisation)
    db.session.rollback()  # the triggers are back
    assert found == 3


def test_cutting_off_the_end_is_found(worker):
    """The newest entries cannot be dropped unseen either: the head remembers them."""
    fill(worker)
    table = "" if db.engine.dialect.name == "sqlite" else " ON audit_entries"
    db.session.execute(sa.text(f"DROP TRIGGER audit_entries_no_delete{table}"))
    db.session.execute(sa.text("DELETE FROM audit_entries WHERE seq >= 4"))
    db.session.expire_all()
    found = verification.find_break(worker.organisation)
    db.session.rollback()
    assert found == 4


def test_a_card_is_named_by_a_keyed_hash_of_the_year(worker):
    append(worker, card_number="EK3F8M2X9TS")
    append(worker, card_number="EK3F8M2X9TS")
    append(worker, card_number="EK3F8M2X9TS", now=datetime(2027, 1, 2, tzinfo=UTC))
    first, second, later = [entry.card_ref for entry in chain(worker.organisation)]
    assert first == second != later
    assert first is not None and len(first) == 64 and "EK3F8M2X9TS" not in first
    assert sorted(db.session.scalars(sa.select(AuditKey.year))) == [2026, 2027]


def test_entries_are_rolled_back_with_their_use_case(worker):
    @transactional
    def refused() -> None:
        audit.record("card.looked_at", actor=worker, now=NOW)
        raise LookupError

    append(worker)
    with pytest.raises(LookupError):
        refused()
    append(worker)
    assert [entry.seq for entry in chain(worker.organisation)] == [1, 2]
    assert verification.find_break(worker.organisation) is None
