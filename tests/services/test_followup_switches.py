"""Follow-up is off until it is switched on, by area and by unit; its database is one of its own."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotAllowed, NotFound
from kaikukortti.followup import store, switches
from kaikukortti.followup.models.switches import AreaSwitch, UnitSwitch
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from tests.factories import NOW
from tests.network import Network, make_network


@pytest.fixture
def network(app) -> Iterator[Network]:
    """Return the network of the web tests before anybody has switched anything, in an application context."""
    with app.app_context():
        made = make_network()
        with store.writing() as session:
            session.execute(sa.delete(AreaSwitch))
            session.execute(sa.delete(UnitSwitch))
        yield made


def coordinator(network):
    return network.people[Role.COORDINATOR].actor


def switch_area(network, *, followup=True, own_card=True):
    facts = {"followup": followup, "own_card": own_card, "now": NOW}
    switches.set_area(actor=coordinator(network), area_id=network.area.id, **facts)


def test_everything_is_off_at_first(network):
    found = switches.of_unit(network.unit.id, area_id=network.area.id)
    assert (found.followup, found.own_card, found.episodes) == (False, False, False)
    assert switches.of_area(network.area.id) == switches.Switches(network.area.id)


def test_a_unit_takes_part_until_it_is_left_out(network):
    switch_area(network)
    assert switches.of_unit(network.unit.id, area_id=network.area.id).followup
    facts: dict[str, Any] = {"followup": False, "episodes": False, "now": NOW}
    switches.set_unit(network.unit.id, actor=coordinator(network), **facts)
    assert not switches.of_unit(network.unit.id, area_id=network.area.id).followup
    assert switches.of_unit(network.other_unit.id, area_id=network.area.id).followup
    assert not switches.of_unit(network.far_unit.id, area_id=network.far_unit.area_id).followup


def test_an_area_that_goes_off_takes_its_units_along(network):
    switch_area(network)
    decided: dict[str, Any] = {"followup": True, "episodes": True, "decision": "DPO 3/2026", "now": NOW}
    switches.set_unit(network.unit.id, actor=coordinator(network), **decided)
    switch_area(network, followup=False)
    found = switches.of_unit(network.unit.id, area_id=network.area.id)
    assert (found.followup, found.own_card, found.episodes) == (False, False, False)
    assert not switches.of_area(network.area.id).own_card


def test_episodes_need_a_decision_and_the_areas_switch(network):
    facts: dict[str, Any] = {"actor": coordinator(network), "followup": True, "episodes": True, "now": NOW}
    with pytest.raises(switches.DecisionMissing):
        switches.set_unit(network.unit.id, decision=" ", **facts)
    assert switches.list_units(network.area.id) == {}
    switches.set_unit(network.unit.id, decision="DPO 3/2026", **facts)
    assert not switches.of_unit(network.unit.id, area_id=network.area.id).episodes
    switch_area(network, own_card=False)
    found = switches.of_unit(network.unit.id, area_id=network.area.id)
    assert (found.episodes, found.own_card, found.decision) == (True, False, "DPO 3/2026")
    assert switches.list_units(network.area.id) == {network.unit.id: found}


def test_only_the_areas_own_coordinator_switches(network):
    for role in (Role.WORKER, Role.VENUE_MANAGER, Role.VIEWER, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            actor = network.people[role].actor
            switches.set_area(actor=actor, area_id=network.area.id, followup=True, own_card=True, now=NOW)
    stranger = network.strangers[Role.COORDINATOR].actor
    with pytest.raises(NotFound):
        switches.set_unit(network.unit.id, actor=stranger, followup=True, episodes=False, now=NOW)
    with store.reading() as session:
        assert not session.scalars(sa.select(AreaSwitch)).all()


def test_a_switch_is_in_the_log(network):
    switch_area(network)
    entries = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action.like("followup.%"))).all()
    assert [(entry.action, entry.detail) for entry in entries] == [
        ("followup.area_switched", {"followup": True, "own_card": True})
    ]


def test_nothing_is_kept_when_the_log_fails(network, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("the log cannot be written")

    monkeypatch.setattr("kaikukortti.audit.record", fail)
    with pytest.raises(OSError, match="log"):
        switch_area(network)
    assert not switches.of_area(network.area.id).followup


def test_no_table_here_leads_into_the_main_database(network):
    with store.reading() as session:
        inspector = sa.inspect(session.connection())
        tables = set(inspector.get_table_names()) - {"alembic_version"}
        assert tables == set(store.Base.metadata.tables)
        for table in tables:
            assert {key["referred_table"] for key in inspector.get_foreign_keys(table)} <= tables
            columns = {column["name"] for column in inspector.get_columns(table)}
            assert not columns & {"card_id", "card_number", "number_of_card", "line", "profile_id"}, table
