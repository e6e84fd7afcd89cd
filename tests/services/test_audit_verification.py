"""Chains verified from outside the use cases: seals whose entries are gone, heads kept elsewhere, the two commands."""

import json
import tracemalloc
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from kaikukortti import audit, cli
from kaikukortti.auditing import heads, verification
from kaikukortti.auditing.verification import Break, Fault, Mark
from kaikukortti.db import db, transactional
from kaikukortti.models.keeping import AuditSeal
from kaikukortti.models.trail import AuditEntry, AuditHead
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.purpose import Purpose
from tests import factories, tampering
from tests.factories import NOW, ROUNDING_KEY, SECRET_KEY

LONG_AGO = datetime(2024, 3, 5, 12, tzinfo=UTC)


@pytest.fixture
def worker() -> Actor:
    return factories.make_actor(Role.WORKER)


@transactional
def append(actor: Actor, count: int = 5, *, at: datetime = NOW) -> None:
    for place in range(count):
        audit.record("card.looked_at", actor=actor, now=at, card_number="EK3F8M2X9TS", detail={"place": place})


def seal(actor: Actor, first_seq: int, last_seq: int, *, month: date, gone_at: datetime | None) -> None:
    """Close a part of a chain, and let its entries go."""
    chain = AuditEntry.organisation == actor.organisation
    last_hash = db.session.scalars(sa.select(AuditEntry.entry_hash).where(chain, AuditEntry.seq == last_seq)).one()
    row = AuditSeal(organisation=actor.organisation, month=month, first_seq=first_seq, last_seq=last_seq)
    row.last_hash, row.sealed_at, row.entries_gone_at = last_hash, NOW - timedelta(days=700), gone_at
    db.session.add(row)
    db.session.commit()
    if gone_at is not None:
        db.session.execute(sa.delete(AuditEntry).where(chain, AuditEntry.seq <= last_seq))
        db.session.commit()


def rewrite(actor: Actor, *, without: int) -> None:
    """Write a whole chain anew without one entry, consistently, as somebody with the database in hand could."""
    query = sa.select(AuditEntry).where(AuditEntry.organisation == actor.organisation).order_by(AuditEntry.seq)
    kept = [dict(vars(entry)) for entry in db.session.scalars(query) if entry.seq != without]
    tampering.delete_entries(AuditEntry.organisation == actor.organisation)
    previous = audit.FIRST_HASH
    for seq, values in enumerate(kept, 1):
        values = {name: values[name] for name in values if name not in ("_sa_instance_state", "id", "entry_hash")}
        values |= {"seq": seq, "previous_hash": previous}
        previous = audit.hash_of(values)
        db.session.add(AuditEntry(**values, entry_hash=previous))
    head = db.session.get_one(AuditHead, actor.organisation)
    head.seq, head.entry_hash = len(kept), previous
    db.session.commit()


def test_a_whole_chain_is_told_with_its_entries(worker):
    append(worker)
    found = verification.verify(worker.organisation)
    assert (found.entries, found.gone, found.broken) == (5, 0, None)
    assert verification.list_organisations() == [worker.organisation]


def test_the_purpose_and_the_request_are_under_the_hash(worker):
    audit.set_occasion(audit.Occasion(Purpose.CARE, "0123456789abcdef"))
    try:
        append(worker, 2)
    finally:
        audit.set_occasion(audit.Occasion())
    append(worker, 1)
    assert verification.find_break(worker.organisation) is None
    tampering.change_entry(2, purpose="booking")
    assert verification.verify(worker.organisation).broken == Break(2, Fault.CHANGED)


def test_a_head_without_entries_and_entries_without_a_head_are_found(worker):
    append(worker)
    db.session.execute(sa.delete(AuditHead))
    db.session.commit()
    assert verification.verify(worker.organisation).broken == Break(6, Fault.HEAD)
    tampering.delete_entries(AuditEntry.seq > 0)
    db.session.add(AuditHead(organisation=worker.organisation, seq=5, entry_hash="a" * 64))
    db.session.commit()
    assert verification.verify(worker.organisation).broken == Break(1, Fault.MISSING)


def test_a_chain_goes_on_from_the_newest_seal_whose_entries_are_gone(worker):
    append(worker, 4, at=LONG_AGO)
    append(worker, 3)
    seal(worker, 1, 4, month=date(2024, 3, 1), gone_at=NOW)
    found = verification.verify(worker.organisation)
    assert (found.entries, found.gone, found.broken) == (3, 4, None)
    tampering.delete_entries(AuditEntry.seq == 5)
    assert verification.verify(worker.organisation).broken == Break(5, Fault.MISSING)


def test_a_seal_that_hides_fresh_entries_is_found(worker):
    append(worker)
    seal(worker, 1, 3, month=date(2026, 10, 1), gone_at=NOW)
    assert verification.verify(worker.organisation).broken == Break(1, Fault.SEAL)


def test_a_seal_must_fit_its_entry_and_the_seal_before(worker):
    append(worker)
    seal(worker, 1, 3, month=date(2026, 10, 1), gone_at=None)
    assert verification.find_break(worker.organisation) is None
    db.session.execute(sa.update(AuditSeal).values(last_hash="b" * 64))
    db.session.commit()
    assert verification.verify(worker.organisation).broken == Break(3, Fault.SEAL)
    db.session.execute(sa.update(AuditSeal).values(first_seq=2))
    db.session.commit()
    assert verification.verify(worker.organisation).broken == Break(2, Fault.SEAL)


def test_a_chain_that_was_rewritten_whole_is_found_by_heads_kept_elsewhere(worker):
    append(worker)
    marks = heads.read(heads.export(now=NOW))[worker.organisation]
    append(worker, 2)
    assert verification.verify(worker.organisation, marks=marks).broken is None
    rewrite(worker, without=2)
    assert verification.find_break(worker.organisation) is None, "alone the chain looks whole"
    assert verification.verify(worker.organisation, marks=marks).broken == Break(5, Fault.REWRITTEN)


def test_a_chain_that_is_gone_with_its_head_is_found_by_heads_kept_elsewhere(worker):
    append(worker)
    marks = heads.read(heads.export(now=NOW))[worker.organisation]
    tampering.delete_entries(AuditEntry.seq > 0)
    db.session.execute(sa.delete(AuditHead))
    db.session.commit()
    assert verification.verify(worker.organisation).broken is None
    assert verification.verify(worker.organisation, marks=marks).broken == Break(1, Fault.MISSING)


def test_an_old_head_may_be_gone_under_a_seal_but_a_young_one_may_not(worker):
    append(worker, 4, at=LONG_AGO)
    append(worker, 1)
    seal(worker, 1, 4, month=date(2024, 3, 1), gone_at=NOW)
    old = Mark(2, "c" * 64, LONG_AGO)
    assert verification.verify(worker.organisation, marks=(old,)).broken is None
    young = Mark(2, "c" * 64, NOW - timedelta(days=30))
    assert verification.verify(worker.organisation, marks=(young,)).broken == Break(2, Fault.REWRITTEN)
    at_the_seal = Mark(4, "c" * 64, LONG_AGO)
    assert verification.verify(worker.organisation, marks=(at_the_seal,)).broken == Break(4, Fault.REWRITTEN)


def test_a_damaged_file_of_heads_is_refused(worker):
    append(worker)
    text = heads.export(now=NOW)
    assert heads.read(text + text)[worker.organisation] == heads.read(text)[worker.organisation] * 2
    for damaged in ("", text.replace('"seq": 5', '"seq": 4'), text.splitlines(keepends=True)[0], "x\n", "[]\n", "{}\n"):
        with pytest.raises(heads.HeadsDamaged):
            heads.read(damaged)


def test_many_entries_are_read_in_a_small_room(worker):
    append(worker, 6_000)
    db.session.expunge_all()
    tracemalloc.start()
    try:
        assert verification.verify(worker.organisation).entries == 6_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    whole = sum(
        len(json.dumps(dict(row._mapping), default=str)) for row in db.session.execute(sa.select(AuditEntry.__table__))
    )
    assert whole > 2_500_000
    assert peak < 7_000_000


@pytest.fixture
def run(engine_url, app, tmp_path, monkeypatch):
    """Return a function that runs `kaikukortti audit` on the test's database."""
    for name, value in (("SECRET_KEY", SECRET_KEY), ("ROUNDING_KEY", ROUNDING_KEY), ("DATABASE_URL", engine_url)):
        monkeypatch.setenv(f"KAIKU_{name}", value)

    def command(*words):
        db.session.remove()
        return CliRunner().invoke(cli.kaikukortti, ["audit", *words, "--instance", str(tmp_path)])

    return command


def test_the_commands_tell_of_every_chain(run, tmp_path):
    worker, other = factories.make_actor(Role.WORKER), factories.make_actor(Role.COORDINATOR)
    append(worker, 3)
    append(other, 2)
    kept = str(tmp_path / "heads.jsonl")
    assert "2 heads written" in run("heads", "--out", kept).output
    assert run("heads", "--out", kept).exit_code == 1, "a file that is there is never written over"
    whole = run("verify", "--heads", kept)
    assert whole.exit_code == 0, whole.output
    assert whole.output.splitlines() == [
        f"{other.organisation}: 2 entries, whole",
        f"{worker.organisation}: 3 entries, whole",
        "2 chains, 5 entries, no broken.",
    ]
    rewrite(worker, without=2)
    assert run("verify").exit_code == 0
    broken = run("verify", "--heads", kept, "--organisation", worker.organisation)
    assert broken.exit_code == 1
    assert "BROKEN: entry 3 is missing" in broken.output


def test_a_file_that_holds_no_heads_stops_the_command(run, tmp_path):
    (tmp_path / "other.txt").write_text("no heads")
    told = run("verify", "--heads", str(tmp_path / "other.txt"))
    assert (told.exit_code, told.output.count("\n")) == (1, 1)
    assert run("verify", "--heads", str(tmp_path / "missing")).exit_code == 1
