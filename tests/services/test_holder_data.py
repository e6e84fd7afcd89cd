"""Everything that is kept about a holder: no table that leads to a card is forgotten, and nobody else is in it."""

import json
import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.followup import store
from kaikukortti.holderdata import collecting, followuprows, mainrows
from kaikukortti.holderdata.collecting import HolderData
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import Action, State
from tests import factories, holders
from tests.factories import DAY, NOW, SECRET_KEY

# Columns by which a table leads to a card; and tables that are reached from one of a person's by a key of theirs.
LEADING = re.compile(r"(card_id|line|line_ref|sealed_line|holder|holder_mac|card_ref|raw_code|subject)")
ROOTS = {"cards", "scans", "profiles", "episodes"}


def collect(kept: holders.Kept, **changed) -> HolderData:
    given = {"actor": kept.worker, "now": NOW, "secret": SECRET_KEY, **changed}
    return collecting.collect(kept.card.id, **given)


def leading_tables() -> set[str]:
    """Return the tables of both databases that can lead to a card."""
    main = [table for name, table in db.metadata.tables.items() if table.info.get("bind_key") is None]
    tables = [*main, *store.Base.metadata.tables.values()]
    found = {table.name for table in tables if any(LEADING.fullmatch(column.name) for column in table.columns)} | ROOTS
    while True:
        more = {
            table.name
            for table in tables
            if any(key.column.table.name in found for key in table.foreign_keys) and table.name not in found
        }
        if not more:
            return found
        found |= more


def test_every_table_that_leads_to_a_card_is_known():
    assert leading_tables() - collecting.READ - set(collecting.LEFT_OUT) == set()
    assert {"goal_reviews", "scan_decisions", "measurement_scores", "audit_entries"} <= leading_tables()


def test_something_of_every_table_is_collected():
    found = collect(holders.make())
    by_key = {section.key: section for section in found.sections}
    assert [key for key, section in by_key.items() if not section.rows] == []
    readers = {
        reader for sources in (mainrows.SOURCES, followuprows.SOURCES) for each in sources.values() for reader in each
    }
    assert len(by_key) == len(readers) + 1 == len(found.sections)
    assert all(len(row) == len(section.columns) for section in found.sections for row in section.rows)


def test_both_cards_of_the_line_are_in_it_and_what_was_answered():
    kept = holders.make()
    by_key = {section.key: section.rows for section in collect(kept).sections}
    assert [row[0] for row in by_key["cards"]] == [kept.old.number, kept.card.number]
    assert by_key["background"][0][:5] == (1931, "53999", "woman", "family_carer", "ru")
    assert [row[0] for row in by_key["periods"]] == [kept.old.number, kept.card.number]
    assert holders.WORDS in {row[0] for row in by_key["goals"]}
    assert [row[2] for row in by_key["visits"]] == [kept.venue.name_fi]


def test_nothing_of_others_is_in_it():
    kept = holders.make()
    text = repr(collect(kept).sections)
    line = kept.neighbour.line
    for canary in (kept.neighbour.number, kept.neighbour.ref, f"sana{kept.neighbour.id}", line, kept.worker.name):
        assert str(canary) not in text
    found = {section.key: len(section.rows) for section in collect(kept).sections}
    assert (found["visits"], found["bookings"], found["talks"], found["background"]) == (1, 1, 1, 1)


def test_an_earlier_holder_of_a_day_is_not_in_it():
    """A card that was handed out by mistake and taken back the same day goes to somebody else."""
    kept = holders.make()
    first = NOW - 9 * DAY
    db.session.execute(
        sa.text("UPDATE card_periods SET withdrawn_at = recorded_at WHERE card_id = :id"), {"id": kept.card.id}
    )
    factories.add_card_event(kept.card, Action.UNDO, State.STOCK, at=first)
    factories.add_card_event(kept.card, Action.REGISTER, State.ACTIVE, at=NOW)
    by_key = {section.key: section.rows for section in collect(kept).sections}
    assert [row[0] for row in by_key["periods"]] == [kept.old.number]
    assert [row[3] for row in by_key["events"] if row[0] == kept.card.number] == [NOW]


def test_that_it_was_read_is_in_the_trail_and_in_the_log_itself():
    kept = holders.make()
    log = {section.key: section for section in collect(kept).sections}["log"]
    assert log.rows[0][:3] == (NOW, "card.data_exported", "worker")
    entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None and entry.action == "card.data_exported" and entry.card_ref


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.WORKER])
def test_no_other_role_collects_it(role):
    kept = holders.make()
    home = {Role.VENUE_STAFF: kept.venue, Role.VENUE_MANAGER: kept.venue}.get(role)
    with pytest.raises(NotFound):
        collect(kept, actor=factories.make_actor(role, home))


def test_no_other_unit_collects_it_and_stock_has_none():
    kept = holders.make()
    with pytest.raises(NotFound):
        collect(kept, actor=factories.make_actor(Role.WORKER))
    stock = factories.make_stock_card(kept.unit)
    with pytest.raises(NotFound):
        collecting.collect(stock.id, actor=kept.worker, now=NOW, secret=SECRET_KEY)


def test_another_unit_s_episode_is_not_shown_to_this_one():
    kept = holders.make()
    other = factories.make_unit()
    with store.writing() as session:
        session.execute(sa.text("UPDATE episodes SET unit_id = :id"), {"id": other.id})
    by_key = {section.key: section.rows for section in collect(kept).sections}
    assert by_key["episodes"] == by_key["episode_goals"] == by_key["results"] == ()
    assert [row[0] for row in by_key["grants"]] == [other.name_fi], "that there is a leave is the holder's to know"


def test_a_moment_of_a_database_is_told_in_utc():
    made_at = collect(holders.make()).made_at
    assert made_at.tzinfo is UTC or made_at == datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    assert json.loads(json.dumps(made_at.isoformat())) == "2026-11-20T16:30:00+00:00"
