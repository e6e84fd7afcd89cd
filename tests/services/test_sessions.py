"""Sessions as rows: only a hash of the token lies there, they end by themselves, and each new right has a new token."""

import hashlib
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.network import Membership, User
from kaikukortti.models.signins import StaffSession
from kaikukortti.rules.access import Role
from kaikukortti.signin import ownpassword, sessions
from kaikukortti.signin.flow import WrongSignIn
from kaikukortti.signin.passwords import PasswordCommon, PasswordTooShort
from kaikukortti.signin.sessions import Current
from tests import factories
from tests.factories import NOW, PASSWORD, SECRET_KEY

MINUTE = timedelta(minutes=1)
NEW_PASSWORD = "kaksi kaunista kantelea"


def begin(person, *, now=NOW) -> str:
    return sessions.begin(person.user_id, browser="Firefox, Linux", now=now)


def find(token: str, *, now=NOW) -> Current:
    """Return a session that is there."""
    found = sessions.find(token, now=now)
    assert found is not None
    return found


def rows() -> list[StaffSession]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(StaffSession).order_by(StaffSession.id)))


def test_a_session_knows_the_person_the_role_and_the_organisation():
    person = factories.make_person(Role.WORKER)
    found = sessions.find(begin(person), now=NOW)
    assert found is not None and found.user.email == person.email
    assert (found.membership.role, found.membership.unit_id) == (Role.WORKER, person.actor.unit_id)
    assert found.has_factor and found.confirmed_at == NOW


def test_only_the_hash_of_256_bits_is_kept():
    token = begin(factories.make_person(Role.WORKER))
    (row,) = rows()
    assert len(token) == 43 and row.token_hash == hashlib.sha256(token.encode()).hexdigest()
    kept = [str(getattr(row, column.name)) for column in sa.inspect(StaffSession).columns]
    assert not any(token in text for text in kept)


@pytest.mark.parametrize("token", ["", "x", "0" * 43, "ä", "\x00"])
def test_an_unknown_token_is_nobody(token):
    begin(factories.make_person(Role.WORKER))
    assert sessions.find(token, now=NOW) is None


@pytest.mark.parametrize(("role", "minutes"), [(Role.WORKER, 15), (Role.COORDINATOR, 30), (Role.VENUE_STAFF, 30)])
def test_an_idle_session_ends(role, minutes):
    token = begin(factories.make_person(role))
    almost = NOW + minutes * MINUTE - timedelta(seconds=1)
    assert sessions.find(token, now=almost) is not None
    assert sessions.find(token, now=almost + minutes * MINUTE - timedelta(seconds=1)) is not None  # used, so it goes on
    assert sessions.find(token, now=almost + 2 * minutes * MINUTE) is None
    assert rows() == []


def test_a_session_ends_after_ten_hours_however_busy():
    token, now = begin(factories.make_person(Role.WORKER)), NOW
    while now < NOW + timedelta(hours=10) - 10 * MINUTE:
        now += 10 * MINUTE
        assert sessions.find(token, now=min(now, NOW + timedelta(hours=10) - MINUTE)) is not None
    assert sessions.find(token, now=NOW + timedelta(hours=10)) is None


def test_use_is_noted_once_a_minute_at_most():
    token = begin(factories.make_person(Role.WORKER))
    for seconds, noted in ((59, 0), (60, 60), (100, 60), (120, 120)):
        sessions.find(token, now=NOW + timedelta(seconds=seconds))
        assert rows()[0].seen_at == NOW + timedelta(seconds=noted)


def test_who_is_put_out_of_use_or_loses_every_role_is_out_at_once():
    for change in (
        sa.update(User).values(disabled_at=NOW),
        sa.delete(Membership),
    ):
        person = factories.make_person(Role.WORKER)
        token = begin(person)
        name = User.id if change.is_update else Membership.user_id
        db.session.execute(change.where(name == person.user_id))
        db.session.commit()
        db.session.expunge_all()
        assert sessions.find(token, now=NOW) is None
        assert rows() == []
        with pytest.raises(NotFound):
            begin(person)


def test_choosing_an_organisation_gives_a_new_token():
    person = factories.make_person(Role.WORKER)
    other = factories.make_person(Role.VENUE_MANAGER, user=db.session.get(User, person.user_id))
    token = begin(person)
    before = find(token)
    chosen = next(held for held in before.user.memberships if held.role is Role.VENUE_MANAGER)
    newer = sessions.choose(before.session_id, chosen.id, now=NOW)
    assert newer != token and sessions.find(token, now=NOW) is None
    assert find(newer, now=NOW).membership.venue_id == other.actor.venue_id
    theirs = sa.select(Membership.id).where(Membership.user_id == factories.make_person(Role.VIEWER).user_id)
    stranger = db.session.scalars(theirs).one()
    with pytest.raises(NotFound):
        sessions.choose(before.session_id, stranger, now=NOW)


def test_confirming_gives_a_new_token_and_a_fresh_proof():
    token = begin(factories.make_person(Role.WORKER))
    later = NOW + 6 * MINUTE
    found = find(token, now=later)
    assert found.confirmed_at == NOW
    newer = sessions.confirm(found.session_id, now=later)
    assert sessions.find(token, now=later) is None
    assert find(newer, now=later).confirmed_at == later


def test_the_own_sessions_are_listed_and_ended_and_nobody_else_s():
    person, stranger = factories.make_person(Role.WORKER), factories.make_person(Role.WORKER)
    tokens = [begin(person, now=NOW + count * MINUTE) for count in range(3)]
    begin(stranger)
    now = NOW + 2 * MINUTE
    own = sessions.list_own(person.user_id, now=now)
    assert [one.seen_at for one in own] == [NOW + 2 * MINUTE, NOW + MINUTE, NOW]
    assert (
        own[0].browser == "Firefox, Linux"
        and own[0].membership is not None
        and own[0].membership.unit_id == person.actor.unit_id
    )
    with pytest.raises(NotFound):
        sessions.end(own[0].session_id, user_id=stranger.user_id)
    sessions.end(own[0].session_id, user_id=person.user_id)
    assert sessions.find(tokens[2], now=now) is None
    sessions.end_all(person.user_id, but=own[1].session_id)
    assert [one.session_id for one in sessions.list_own(person.user_id, now=now)] == [own[1].session_id]
    assert len(sessions.list_own(stranger.user_id, now=now)) == 1
    assert sessions.list_own(person.user_id, now=now + 15 * MINUTE) == []


def test_a_new_password_ends_every_session_but_this_one():
    person = factories.make_person(Role.WORKER)
    here, there = begin(person), begin(person)
    current = find(here)
    change(person, PASSWORD, NEW_PASSWORD, current)
    assert sessions.find(here, now=NOW) is not None and sessions.find(there, now=NOW) is None


def test_the_old_password_is_asked_for_and_a_weak_new_one_refused():
    person = factories.make_person(Role.WORKER)
    begin(person)
    current = find(begin(person))
    before = db.session.scalar(sa.select(User.password_hash).where(User.id == person.user_id))
    for old, new, error in (
        ("väärä salasana", NEW_PASSWORD, WrongSignIn),
        (PASSWORD, "lyhyt", PasswordTooShort),
        (PASSWORD, "password12345", PasswordCommon),
    ):
        with pytest.raises(error):
            change(person, old, new, current)
    assert db.session.scalar(sa.select(User.password_hash).where(User.id == person.user_id)) == before
    assert len(rows()) == 2


def change(person, old: str, new: str, current) -> None:
    ownpassword.change(
        person.user_id,
        old,
        new,
        session_id=current.session_id,
        sender="192.0.2.7",
        now=NOW,
        secret=SECRET_KEY,
    )
