"""Who has looked at a card: two years, across the keys of years and the cards of a line, and nobody else's days."""

import ast
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from kaikukortti.auditing import cardlog
from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.cards import PeriodKind
from kaikukortti.models.network import Unit
from kaikukortti.models.trail import AuditKey
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import Action
from kaikukortti.web.trust import logwords
from tests import factories, holders
from tests.factories import DAY, NOW

PACKAGES = [Path(__file__).parents[2] / name for name in ("kaikukortti", "venues")]
OLD_YEAR = datetime(2025, 3, 1, 9, tzinfo=UTC)
TOO_OLD = datetime(2024, 11, 19, 9, tzinfo=UTC)


@pytest.fixture
def worker():
    return factories.make_actor(Role.WORKER)


def make_card(worker, **facts):
    unit = db.session.get_one(Unit, worker.unit_id)
    return factories.make_issued_card(unit, **{"first_on": date(2024, 1, 10), "last_on": date(2027, 1, 9), **facts})


def rows(card, worker):
    return [(row.at, row.action) for row in cardlog.list_of_card(card.id, actor=worker, now=NOW)]


def test_two_years_are_told_newest_first_across_the_keys_of_the_years(worker):
    card = make_card(worker)
    for at in (TOO_OLD, OLD_YEAR, NOW - DAY):
        holders.look_at(card, worker, at=at)
    assert sorted(db.session.scalars(sa.select(AuditKey.year))) == [2024, 2025, 2026]
    assert rows(card, worker) == [
        (NOW, "card.log_read"),
        (NOW - DAY, "card.looked_at"),
        (OLD_YEAR, "card.looked_at"),
    ]


def test_the_cards_before_it_are_in_the_log_too(worker):
    old = make_card(worker)
    new = make_card(worker, line=old.line, first_on=date(2026, 11, 1), period_kind=PeriodKind.REPLACEMENT)
    holders.look_at(old, worker, at=OLD_YEAR)
    holders.look_at(make_card(worker), worker, at=NOW)
    assert rows(new, worker) == [(NOW, "card.log_read"), (OLD_YEAR, "card.looked_at")]
    assert (OLD_YEAR, "card.looked_at") in rows(old, worker)


def test_who_had_the_card_by_mistake_before_is_not_told(worker):
    card = make_card(worker, first_on=date(2026, 11, 1))
    holders.look_at(card, worker, at=NOW - 60 * DAY)
    assert rows(card, worker) == [(NOW, "card.log_read")]


def test_a_destroyed_key_cuts_the_link(worker):
    card = make_card(worker)
    holders.look_at(card, worker, at=OLD_YEAR)
    db.session.execute(sa.delete(AuditKey).where(AuditKey.year == 2025))
    db.session.commit()
    assert rows(card, worker) == [(NOW, "card.log_read")]
    assert db.session.get(AuditKey, 2025) is None, "reading makes no key"


def test_organisation_and_role_are_told_but_no_name(worker):
    card = make_card(worker)
    coordinator = factories.make_actor(Role.COORDINATOR, factories.the_area())
    holders.look_at(card, coordinator, at=NOW - DAY)
    [_, row] = cardlog.list_of_card(card.id, actor=worker, now=NOW)
    assert row.home is not None and (row.home.name_fi, row.role) == ("Alue EK", "coordinator")
    assert "Maija" not in repr(vars(row))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.WORKER])
def test_no_other_role_reads_it(worker, role):
    card = make_card(worker)
    with pytest.raises(NotFound):
        cardlog.list_of_card(card.id, actor=factories.make_actor(role), now=NOW)


def test_no_other_unit_reads_it_and_stock_has_none(worker):
    card = make_card(worker)
    with pytest.raises(NotFound):
        cardlog.list_of_card(card.id, actor=factories.make_actor(Role.WORKER), now=NOW)
    with pytest.raises(NotFound):
        cardlog.list_of_card(factories.make_stock_card().id, actor=worker, now=NOW)


def test_every_act_that_names_a_card_has_plain_words():
    """The source is read: each call that writes an entry with a card."""
    named = set()
    for path in (path for package in PACKAGES for path in package.rglob("*.py")):
        for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
            is_entry = isinstance(call.func, ast.Attribute) and call.func.attr == "record"
            if is_entry and call.args and any(word.arg == "card_number" for word in call.keywords):
                named |= _texts(call.args[0])
    assert {"card.looked_at", "booking.made", "followup.use_looked_at"} <= named
    assert named - logwords.ACTIONS.keys() - {"card."} == set()
    assert {f"card.{action.value}" for action in Action} <= logwords.ACTIONS.keys()


def _texts(node: ast.expr) -> set[str]:
    """Return the literal texts of an argument; a name that is passed on has none."""
    return {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}
