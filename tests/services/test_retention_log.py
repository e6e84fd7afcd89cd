"""The log: months closed under seals, old entries gone under them, a chain that still holds, keys destroyed."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.auditing import seals, verification
from kaikukortti.db import db, transactional
from kaikukortti.models.keeping import AuditSeal
from kaikukortti.models.trail import AuditEntry, AuditHead, AuditKey
from kaikukortti.rules.access import Role
from tests import factories, letgo

NOW = datetime(2028, 12, 3, 1, tzinfo=UTC)
MONTHS = [datetime(2026, 10, 5, tzinfo=UTC), datetime(2026, 11, 5, tzinfo=UTC), datetime(2027, 2, 5, tzinfo=UTC), NOW]


@transactional
def append(actor, now: datetime, number: str | None = "EK3F8M2X9TS") -> None:
    audit.record("card.looked_at", actor=actor, now=now, card_number=number)


@pytest.fixture
def worker():
    actor = factories.make_actor(Role.WORKER)
    for moment in MONTHS:
        for _ in range(2):
            append(actor, moment)
    return actor


def seqs(actor) -> list[int]:
    query = sa.select(AuditEntry.seq).where(AuditEntry.organisation == actor.organisation).order_by(AuditEntry.seq)
    return list(db.session.scalars(query))


def sealed(actor) -> dict[str, tuple[int, int]]:
    rows = db.session.scalars(
        sa.select(AuditSeal).where(AuditSeal.organisation == actor.organisation).order_by(AuditSeal.month)
    )
    return {f"{row.month:%Y-%m}": (row.first_seq, row.last_seq) for row in rows}


def test_each_month_that_is_over_is_sealed_once_also_one_without_an_entry(worker):
    assert seals.seal(now=NOW) == 26
    found = sealed(worker)
    assert (found["2026-10"], found["2026-11"], found["2026-12"]) == ((1, 2), (3, 4), (5, 4))
    assert found["2027-02"] == (5, 6) and found["2028-11"] == (7, 6) and "2028-12" not in found
    assert seals.seal(now=NOW) == 0 and verification.find_break(worker.organisation) is None


def test_entries_of_a_month_go_when_all_of_it_is_24_months_old_and_the_chain_holds(worker):
    assert letgo.run(NOW)["audit_entries"] == 4
    assert [seq for seq in seqs(worker) if seq <= 8] == [5, 6, 7, 8]
    assert verification.find_break(worker.organisation) is None
    append(worker, NOW)
    db.session.expire_all()
    assert verification.find_break(worker.organisation) is None
    assert "audit_entries" not in letgo.run(NOW)
    december = datetime(2028, 11, 30, 12, tzinfo=UTC)
    assert "audit_entries" not in letgo.run(december)


def test_the_last_day_of_a_month_keeps_the_month_before_last_year(worker):
    assert letgo.run(datetime(2028, 11, 30, 12, tzinfo=UTC))["audit_entries"] == 2, "October alone"


def test_twelve_years_where_the_officer_says_so(worker):
    assert "audit_entries" not in letgo.run(NOW, log_months=144)
    assert letgo.run(datetime(2038, 12, 1, 1, tzinfo=UTC), log_months=144)["audit_entries"] == 4


def test_the_database_lets_nothing_go_that_is_not_sealed(worker):
    with pytest.raises(sa.exc.DBAPIError, match="seal"):
        db.session.execute(sa.delete(AuditEntry).where(AuditEntry.seq == 1))
    db.session.rollback()


def test_a_chain_that_does_not_hold_loses_nothing_and_is_told(worker):
    of_worker = AuditHead.organisation == worker.organisation
    db.session.execute(sa.update(AuditHead).where(of_worker).values(entry_hash="0" * 64))
    db.session.commit()
    found = letgo.run(NOW)
    assert found["held audit_chains_that_do_not_hold"] == 1 and "audit_entries" not in found
    assert seqs(worker)[:2] == [1, 2]


def test_an_interrupted_deletion_is_finished_by_the_next_run_and_no_break_meanwhile(worker, monkeypatch):
    monkeypatch.setattr(seals, "AT_ONCE", 1)
    delete = seals._delete_some
    monkeypatch.setattr(seals, "_delete_some", lambda *asked: 0 if len(seqs(worker)) < 8 else delete(*asked))
    letgo.run(NOW)
    assert seqs(worker)[:3] == [2, 3, 4] and verification.find_break(worker.organisation) is None
    monkeypatch.setattr(seals, "_delete_some", delete)
    letgo.run(NOW)
    assert seqs(worker)[0] == 5 and verification.find_break(worker.organisation) is None


def test_months_without_an_entry_are_in_their_order_wherever_the_rows_lie(worker):
    letgo.run(datetime(2029, 1, 5, tzinfo=UTC))
    empty = sa.select(AuditSeal.id).where(AuditSeal.last_seq < AuditSeal.first_seq).order_by(AuditSeal.id.desc())
    for new_id, seal_id in enumerate(db.session.scalars(empty).all(), 1_000):
        db.session.execute(sa.update(AuditSeal).where(AuditSeal.id == seal_id).values(id=new_id))
    db.session.commit()
    assert verification.find_break(worker.organisation) is None


def test_the_key_of_a_year_goes_with_its_last_entry(worker):
    assert sorted(db.session.scalars(sa.select(AuditKey.year))) == [2026, 2027, 2028]
    found = letgo.run(NOW)
    assert "audit_keys" not in found, "2026 has entries in none of the months that stay, but is not over for the log"
    found = letgo.run(datetime(2029, 1, 5, tzinfo=UTC))
    assert found["audit_keys"] == 1
    assert min(db.session.scalars(sa.select(AuditKey.year))) == 2027


def test_a_dry_run_says_what_would_go(worker):
    assert letgo.run(NOW, dry=True)["audit_entries"] == 4 and seqs(worker)[0] == 1 and not sealed(worker)
