"""The commitment: agreed once a version by who speaks for a partner, kept for good; a new version asks again."""

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotAllowed
from kaikukortti.models.network import Unit, Venue
from kaikukortti.models.partnership import Commitment
from kaikukortti.models.trail import AuditEntry
from kaikukortti.partnership import commitments, demo, missing
from kaikukortti.partnership.commitments import VERSION, CommitmentChanged
from kaikukortti.partnership.missing import Kind
from kaikukortti.rules.access import Role
from tests import factories
from tests.factories import DAY, NOW, TODAY


def home_of(actor) -> Unit | Venue:
    return db.session.get_one(Unit, actor.unit_id) if actor.unit_id else db.session.get_one(Venue, actor.venue_id)


def rows() -> list[Commitment]:
    return list(db.session.scalars(sa.select(Commitment)))


@pytest.mark.parametrize("role", [Role.WORKER, Role.VENUE_MANAGER])
def test_who_speaks_for_a_partner_agrees_for_it(role):
    actor = factories.make_actor(role)
    home = home_of(actor)
    assert commitments.find_current(home) is None
    commitments.agree(VERSION, actor=actor, now=NOW)
    (agreed,) = commitments.list_agreed(home)
    assert (agreed.version, agreed.at, agreed.by, agreed.is_current) == (VERSION, NOW, actor.name, True)
    (entry,) = db.session.scalars(sa.select(AuditEntry))
    key = "unit" if role is Role.WORKER else "venue"
    assert (entry.action, entry.organisation) == ("commitment.agreed", f"{key}:{home.id}")
    assert entry.detail == {f"{key}_id": home.id, "version": VERSION}


def test_agreeing_once_more_changes_nothing(together):
    actor = factories.make_actor()
    together(*[lambda: commitments.agree(VERSION, actor=actor, now=NOW)] * 2)
    commitments.agree(VERSION, actor=actor, now=NOW + DAY)
    db.session.rollback()
    assert [row.agreed_at for row in rows()] == [NOW]


@pytest.mark.parametrize("role", [Role.VENUE_STAFF, Role.COORDINATOR, Role.VIEWER, Role.ADMINISTRATOR])
def test_nobody_else_agrees(role):
    with pytest.raises(NotAllowed):
        commitments.agree(VERSION, actor=factories.make_actor(role), now=NOW)
    assert rows() == []


def test_what_was_read_is_what_is_agreed_to():
    with pytest.raises(CommitmentChanged):
        commitments.agree("2019-01", actor=factories.make_actor(), now=NOW)
    assert rows() == []


def test_a_new_version_asks_again_and_the_old_one_stays(monkeypatch):
    actor = factories.make_actor()
    unit = factories.unit_of(actor)
    commitments.agree(VERSION, actor=actor, now=NOW)
    monkeypatch.setattr(commitments, "VERSION", "2027-05")
    assert commitments.find_current(unit) is None
    kinds = {one.kind for one in missing.list_missing(unit.area_id, today=TODAY) if one.partner}
    assert Kind.COMMITMENT in kinds
    commitments.agree("2027-05", actor=actor, now=NOW + DAY)
    assert [one.version for one in commitments.list_agreed(unit)] == ["2027-05", VERSION]
    kinds = {one.kind for one in missing.list_missing(unit.area_id, today=TODAY) if one.partner}
    assert Kind.COMMITMENT not in kinds


def test_the_demo_fills_itself_once_and_leaves_something_missing():
    units = [factories.make_unit() for _ in range(6)]
    venues = [factories.make_venue() for _ in range(6)]
    demo.fill(now=NOW)
    many = len(rows())
    demo.fill(now=NOW + DAY)
    assert len(rows()) == many == len(units) + len(venues) - 2
    found = missing.list_missing(units[0].area_id, today=TODAY)
    told = [one.kind for one in found]
    assert [told.count(kind) for kind in (Kind.CONTACT, Kind.COMMITMENT, Kind.INSTRUCTION)] == [2, 2, 2]
