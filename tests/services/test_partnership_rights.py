"""People and rights: a coordinator ends, disables, enables and reviews in the own area, never the last or oneself."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.network import Membership, PartnerState, Unit, User
from kaikukortti.models.trail import AuditEntry
from kaikukortti.partnership import people, rights
from kaikukortti.partnership.rights import LastCoordinator, OwnRight, WorksElsewhere
from kaikukortti.rules.access import Role
from kaikukortti.signin import sessions
from tests import factories
from tests.factories import DAY, NOW, TODAY


@pytest.fixture
def coordinator():
    return factories.make_actor(Role.COORDINATOR)


def held_by(person) -> Membership:
    found = sa.select(Membership).where(Membership.user_id == person.actor.user_id).order_by(Membership.id.desc())
    held = db.session.scalars(found).first()
    assert held is not None
    return held


def begin(person) -> str:
    return sessions.begin(person.actor.user_id, browser="test", now=NOW)


def written() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def test_an_ended_role_is_gone_with_its_session(coordinator):
    worker = factories.make_person(Role.WORKER)
    token, held = begin(worker), held_by(worker)
    rights.end_membership(held.id, actor=coordinator, now=NOW)
    assert sessions.find(token, now=NOW) is None
    with pytest.raises(NotFound):
        begin(worker)
    (entry,) = db.session.scalars(sa.select(AuditEntry))
    assert (entry.action, entry.organisation) == ("person.ended", f"area:{coordinator.area_id}")
    assert entry.detail == {"user": worker.actor.user_id, "role": "worker", "unit_id": worker.actor.unit_id}


def test_another_role_of_the_person_stays(coordinator):
    worker = factories.make_person(Role.WORKER)
    user = db.session.get_one(User, worker.actor.user_id)
    factories.make_person(Role.VENUE_STAFF, user=user)
    first = db.session.scalars(sa.select(Membership.id).where(Membership.role == Role.WORKER)).one()
    rights.end_membership(first, actor=coordinator, now=NOW)
    current = sessions.find(begin(worker), now=NOW)
    assert current is not None and current.membership.role is Role.VENUE_STAFF


def test_an_account_out_of_use_and_in_use_again(coordinator):
    worker = factories.make_person(Role.WORKER)
    token, key = begin(worker), held_by(worker).id
    for _ in range(2):
        rights.disable(key, actor=coordinator, now=NOW)
    assert people.get(key, actor=coordinator).is_disabled
    assert sessions.find(token, now=NOW) is None
    with pytest.raises(NotFound):
        begin(worker)
    for _ in range(2):
        rights.enable(key, actor=coordinator, now=NOW)
    assert sessions.find(token, now=NOW) is None, "an ended session does not come back"
    assert sessions.find(begin(worker), now=NOW) is not None
    assert written() == ["person.disabled", "person.enabled"]


def test_nobody_changes_the_own_rights(coordinator):
    factories.make_person(Role.COORDINATOR)
    own = db.session.scalars(sa.select(Membership.id).where(Membership.user_id == coordinator.user_id)).one()
    for change in (rights.end_membership, rights.disable):
        with pytest.raises(OwnRight):
            change(own, actor=coordinator, now=NOW)
    with pytest.raises(OwnRight):
        rights.review(keep=[], end=[own], actor=coordinator, now=NOW)
    assert written() == []


def test_an_area_keeps_a_coordinator_who_can_sign_in(coordinator):
    other = factories.make_person(Role.COORDINATOR)
    key = held_by(other).id
    me = db.session.get_one(User, coordinator.user_id)
    me.disabled_at = NOW
    db.session.commit()
    for change in (rights.end_membership, rights.disable):
        with pytest.raises(LastCoordinator):
            change(key, actor=coordinator, now=NOW)
    me.disabled_at = None
    db.session.commit()
    rights.end_membership(key, actor=coordinator, now=NOW)


def test_two_coordinators_who_end_each_other_do_not_both_succeed(coordinator, together):
    other = factories.make_person(Role.COORDINATOR)
    keys = {
        user: db.session.scalars(sa.select(Membership.id).where(Membership.user_id == user)).one()
        for user in (coordinator.user_id, other.actor.user_id)
    }
    db.session.rollback()
    calls = [
        lambda: rights.end_membership(keys[other.actor.user_id], actor=coordinator, now=NOW),
        lambda: rights.end_membership(keys[coordinator.user_id], actor=other.actor, now=NOW),
    ]
    answers = together(*calls)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Membership.id))) == 1
    assert sorted(type(answer).__name__ for answer in answers) == ["LastCoordinator", "NoneType"]


def test_who_works_in_another_area_keeps_the_account(coordinator):
    worker = factories.make_person(Role.WORKER)
    key = held_by(worker).id
    far = factories.make_unit(factories.make_area("HX"))
    factories.make_person(Role.WORKER, far, user=db.session.get_one(User, worker.actor.user_id))
    for change in (rights.disable, rights.enable):
        with pytest.raises(WorksElsewhere):
            change(key, actor=coordinator, now=NOW)
    rights.end_membership(key, actor=coordinator, now=NOW)
    assert sessions.find(begin(worker), now=NOW) is not None


def test_people_of_another_area_are_not_found(coordinator):
    far = factories.make_area("HX")
    strangers = [
        factories.make_person(Role.WORKER, factories.make_unit(far)),
        factories.make_person(Role.VENUE_STAFF, factories.make_venue(far)),
        factories.make_person(Role.COORDINATOR, far),
    ]
    keys = [held_by(person).id for person in strangers]
    for key in (*keys, 999_999):
        with pytest.raises(NotFound):
            people.get(key, actor=coordinator)
        for change in (rights.end_membership, rights.disable, rights.enable):
            with pytest.raises(NotFound):
                change(key, actor=coordinator, now=NOW)
    assert rights.review(keep=keys, end=keys, actor=coordinator, now=NOW) == (0, 0)
    for listing in (
        people.list_of_area,
        lambda area_id, actor: people.list_due(area_id, actor=actor, today=TODAY, most=9),
    ):
        with pytest.raises(NotFound):
            listing(far.id, actor=coordinator)
    assert db.session.scalar(sa.select(sa.func.count(Membership.id))) == 4


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_only_a_coordinator_sees_and_changes_rights(role):
    person, actor = factories.make_person(Role.WORKER), factories.make_actor(role)
    key = held_by(person).id
    for change in (rights.end_membership, rights.disable, rights.enable):
        with pytest.raises(NotFound):
            change(key, actor=actor, now=NOW)
    with pytest.raises(NotFound):
        people.get(key, actor=actor)
    with pytest.raises(NotFound):
        rights.review(keep=[key], end=[], actor=actor, now=NOW)


def test_a_person_s_row_says_what_a_review_needs(coordinator):
    unit = factories.make_unit()
    worker = factories.make_person(Role.WORKER, unit)
    user = db.session.get_one(User, worker.actor.user_id)
    user.last_signed_in_at = NOW - DAY
    factories.make_person(Role.VENUE_STAFF, user=user)
    (row,) = people.list_of_partner(unit)
    assert (row.name, row.email, row.role, row.home.id) == (user.name, user.email, Role.WORKER, unit.id)
    assert (row.last_signed_in_at, row.organisations, row.is_disabled) == (NOW - DAY, 2, False)
    assert row.has_factor and row.reviewed_at is None
    assert [one.user_id for one in people.list_of_area(unit.area_id, actor=coordinator)] == [coordinator.user_id]


def test_a_review_keeps_and_ends_in_one_go(coordinator):
    kept, ended = factories.make_person(Role.WORKER), factories.make_person(Role.VENUE_STAFF)
    keys = [held_by(kept).id, held_by(ended).id]
    assert rights.review(keep=keys, end=keys[1:], actor=coordinator, now=NOW) == (1, 1)
    rows = {key: at for key, at in db.session.execute(sa.select(Membership.id, Membership.reviewed_at))}
    assert rows[keys[0]] == NOW and keys[1] not in rows
    assert written() == ["person.ended", "rights.reviewed"]


def test_rights_are_due_after_half_a_year(coordinator):
    worker = factories.make_person(Role.WORKER)
    key, area_id = held_by(worker).id, coordinator.area_id

    def due(today):
        rows = people.list_due(area_id, actor=coordinator, today=today, most=10)
        assert people.count_due(area_id, today=today)[0] == len(rows)
        assert all(row.is_review_due(today) for row in rows)
        return [row.membership_id for row in rows]

    assert due(TODAY + 181 * DAY) == []
    assert key in due(TODAY + 182 * DAY)
    rights.review(keep=[key], end=[], actor=coordinator, now=NOW + 100 * DAY)
    assert key not in due(TODAY + 281 * DAY)
    assert key in due(TODAY + 282 * DAY)
    assert people.count_due(area_id, today=TODAY) == (0, 2)


def test_nobody_signs_in_for_a_partner_that_has_left():
    worker = factories.make_person(Role.WORKER)
    token = begin(worker)
    assert sessions.find(token, now=NOW + timedelta(minutes=1)) is not None
    unit = db.session.get_one(Unit, worker.actor.unit_id)
    unit.state = PartnerState.LEFT
    db.session.commit()
    assert sessions.find(token, now=NOW + timedelta(minutes=2)) is None
    with pytest.raises(NotFound):
        begin(worker)
