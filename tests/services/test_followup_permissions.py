"""Permissions of measures: an administrator records them, a form goes off by itself, totals stay."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kaikukortti.errors import NotAllowed, NotFound
from kaikukortti.followup import permissions, texts
from kaikukortti.followup.permissions import FormState, Permission
from kaikukortti.rules.access import Role
from kaikukortti.rules.measure import MEASURES
from tests import leaves
from tests.factories import DAY, NOW, TODAY
from tests.network import Network, make_network

GIVEN = Permission("THL 12/2026", "WHO", "fi 2020", TODAY, True)


@pytest.fixture
def network() -> Network:
    return make_network()


@pytest.fixture
def administrator(network):
    return network.people[Role.ADMINISTRATOR].actor


def entry(network, code, today=TODAY):
    return permissions.entries_of(network.area.id, today=today)[code]


def record(network, administrator, code="who5", *, now=NOW, **changes):
    given = replace(GIVEN, **changes)
    permissions.record(code, actor=administrator, area_id=network.area.id, permission=given, now=now)


def test_without_a_permission_no_form_is_on(network):
    found = permissions.entries_of(network.area.id, today=TODAY)
    assert list(found) == list(MEASURES)
    assert {row.form for code, row in found.items() if MEASURES[code].may_have_form} == {FormState.UNPERMITTED}
    assert {row.form for code, row in found.items() if not MEASURES[code].may_have_form} == {FormState.NEVER}


def test_a_permission_switches_the_form_on_until_its_last_day(network, administrator):
    record(network, administrator)
    assert entry(network, "who5").form is FormState.ON
    assert entry(network, "who5", TODAY + DAY).form is FormState.EXPIRED
    assert entry(network, "who5", TODAY + DAY).permission == GIVEN, "what was recorded stays"
    assert entry(network, "eurohis").form is FormState.UNPERMITTED


def test_a_later_record_replaces_the_earlier_one(network, administrator):
    record(network, administrator)
    record(network, administrator, is_form_on=False, reference="WHO 5/2027")
    found = entry(network, "who5")
    assert (found.form, found.permission.reference) == (FormState.OFF, "WHO 5/2027")


def test_each_record_is_in_the_log_with_its_reference(network, administrator):
    record(network, administrator)
    last = leaves.logged()[-1]
    assert last.action == "followup.permission_recorded" and last.user_id == administrator.user_id
    assert last.detail == {"measure": "who5", "reference": "THL 12/2026", "until": "2026-11-20", "form": True}


@pytest.mark.parametrize("code", ["kykyviisari", "ors", "recovery_star", "avain", "gas"])
def test_no_permission_gives_a_form_to_what_is_worked_out_elsewhere(network, administrator, code):
    with pytest.raises(permissions.FormNever):
        record(network, administrator, code)
    record(network, administrator, code, is_form_on=False)
    assert entry(network, code).form is FormState.NEVER


def test_an_expired_permission_cannot_switch_a_form_on(network, administrator):
    with pytest.raises(permissions.PermissionOver):
        record(network, administrator, valid_until=TODAY - DAY)
    record(network, administrator, valid_until=TODAY - DAY, is_form_on=False)
    assert entry(network, "who5").form is FormState.EXPIRED


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.WORKER, Role.VIEWER, Role.VENUE_MANAGER])
def test_only_an_administrator_of_the_area_records(network, role):
    for actor in (network.people[role].actor, network.strangers[Role.ADMINISTRATOR].actor):
        with pytest.raises(NotAllowed):
            record(network, actor)
        with pytest.raises(NotAllowed):
            scales = {"mind": (0, 27)}
            permissions.set_scales("kykyviisari", actor=actor, area_id=network.area.id, scales=scales, now=NOW)
    assert entry(network, "who5").form is FormState.UNPERMITTED


def test_who_reads_the_registry(network):
    for role in Role:
        actor = network.people[role].actor
        if role in (Role.ADMINISTRATOR, Role.COORDINATOR):
            assert permissions.list_entries(actor=actor, area_id=network.area.id, today=TODAY)
            continue
        with pytest.raises(NotAllowed):
            permissions.list_entries(actor=actor, area_id=network.area.id, today=TODAY)
    with pytest.raises(NotAllowed):
        stranger = network.strangers[Role.ADMINISTRATOR].actor
        permissions.get_entry("who5", actor=stranger, area_id=network.area.id, today=TODAY)


def test_an_unknown_measure_is_not_found(network, administrator):
    with pytest.raises(NotFound):
        record(network, administrator, "phq9")
    with pytest.raises(NotFound):
        permissions.get_entry("phq9", actor=administrator, area_id=network.area.id, today=TODAY)


@pytest.mark.parametrize("part", ["reference", "owner", "text_version"])
def test_texts_are_needed_not_too_long_and_name_nobody(network, administrator, part):
    with pytest.raises(texts.TextMissing):
        record(network, administrator, **{part: "  "})
    with pytest.raises(texts.TextTooLong):
        record(network, administrator, **{part: "x" * 121})
    with pytest.raises(texts.TextNamesPerson):
        record(network, administrator, **{part: "131052-308T"})
    with pytest.raises(texts.TextNamesCard):
        record(network, administrator, **{part: network.card.number})


def test_permissions_of_another_area_are_its_own(network, administrator):
    record(network, administrator)
    assert permissions.entries_of(network.far_unit.area_id, today=TODAY)["who5"].form is FormState.UNPERMITTED


def test_an_open_scale_is_set_from_the_printouts(network, administrator):
    facts = {"actor": administrator, "area_id": network.area.id, "now": NOW}
    assert entry(network, "kykyviisari").scales["mind"] == (0, 100)
    permissions.set_scales("kykyviisari", scales={"mind": (0, 27), "body": (-2, 8.5)}, **facts)
    permissions.set_scales("kykyviisari", scales={"mind": (0, 36)}, **facts)
    scales = entry(network, "kykyviisari").scales
    assert (scales["mind"], scales["body"], scales["work_ability"]) == ((0, 36), (-2, 8.5), (0, 10))
    assert leaves.logged()[-1].detail == {"measure": "kykyviisari", "scales": {"mind": [0, 36]}}


@pytest.mark.parametrize(
    "code, scales, wrong",
    [
        ("who5", {"": (0, 25)}, permissions.ScaleFixed),
        ("kykyviisari", {"work_ability": (0, 5)}, permissions.ScaleFixed),
        ("kykyviisari", {"nonsense": (0, 5)}, permissions.ScaleFixed),
        ("kykyviisari", {"mind": (5, 5)}, permissions.ScaleImpossible),
        ("kykyviisari", {"mind": (6, 5)}, permissions.ScaleImpossible),
        ("kykyviisari", {"mind": (0, float("inf"))}, permissions.ScaleImpossible),
        ("kykyviisari", {"mind": (float("nan"), 5)}, permissions.ScaleImpossible),
    ],
)
def test_impossible_scales(network, administrator, code, scales, wrong):
    with pytest.raises(wrong):
        permissions.set_scales(code, actor=administrator, area_id=network.area.id, scales=scales, now=NOW)
    assert entry(network, "kykyviisari").scales["mind"] == (0, 100)


def test_a_form_recorded_years_ahead_goes_off_by_itself(network, administrator):
    record(network, administrator, valid_until=TODAY + timedelta(days=900))
    assert [entry(network, "who5", TODAY + days * DAY).form for days in (900, 901)] == [FormState.ON, FormState.EXPIRED]
