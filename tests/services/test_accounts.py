"""People of the service: invited once, signed in by a password that only they know, never told apart by an error."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from kaikukortti import accounts
from kaikukortti.accounts import Home
from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.network import Invitation, Membership, User
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.signin import flow, passwords, sessions
from tests import factories, signinsteps
from tests.factories import NOW, PASSWORD

NEW_PASSWORD = "kaksi kaunista kantelea"


@pytest.fixture
def coordinator():
    return factories.make_actor(Role.COORDINATOR)


def invite(coordinator, home: Home, *, email="uusi@kaikukortti.example", role=Role.WORKER, now=NOW) -> str:
    token = accounts.invite(
        actor=coordinator, email=email, name="Uusi Henkilö", role=role, home=home, language="sv", now=now
    )
    assert token is not None
    return token


def enter(email: str, password: str = PASSWORD) -> User:
    """Return who is let in by e-mail and password."""
    return db.session.get_one(User, signinsteps.begin(email, password).user_id)


def test_who_acts_is_the_person_in_the_role():
    person = factories.make_person(Role.WORKER)
    user = enter(person.email)
    assert accounts.actor_of(user, user.memberships[0]) == person.actor


def test_the_password_is_kept_as_argon2id_only(coordinator):
    token = invite(coordinator, Home(unit_id=factories.make_unit().id))
    user = accounts.accept_invitation(token=token, password=NEW_PASSWORD, now=NOW)
    assert user.password_hash is not None and user.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert NEW_PASSWORD not in user.password_hash
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(user.password_hash, NEW_PASSWORD + "!")


def test_invited_person_sets_a_password_once(coordinator):
    unit = factories.make_unit()
    token = invite(coordinator, Home(unit_id=unit.id), email=" Uusi@Kaikukortti.Example ")
    assert accounts.get_invited(token, now=NOW).email == "uusi@kaikukortti.example"
    with pytest.raises(flow.WrongSignIn):
        enter("uusi@kaikukortti.example", NEW_PASSWORD)
    accounts.accept_invitation(token=token, password=NEW_PASSWORD, now=NOW)
    user = enter("uusi@kaikukortti.example", NEW_PASSWORD)
    assert (user.name, user.language) == ("Uusi Henkilö", "sv")
    assert [(held.role, held.unit_id) for held in user.memberships] == [(Role.WORKER, unit.id)]
    for again in (NEW_PASSWORD, "toinen salasana taas"):
        with pytest.raises(accounts.InvitationGone):
            accounts.accept_invitation(token=token, password=again, now=NOW)
    with pytest.raises(accounts.InvitationGone):
        accounts.get_invited(token, now=NOW)


def test_only_a_hash_of_the_link_is_kept(coordinator):
    token = invite(coordinator, Home(unit_id=factories.make_unit().id))
    kept = db.session.scalars(sa.select(Invitation)).one()
    assert token not in kept.token_hash and len(token) >= 32


@pytest.mark.parametrize(
    ("after", "gone"), [(timedelta(days=7) - timedelta(seconds=1), False), (timedelta(days=7), True)]
)
def test_invitation_lasts_seven_days(coordinator, after, gone):
    token = invite(coordinator, Home(unit_id=factories.make_unit().id))
    if not gone:
        assert accounts.accept_invitation(token=token, password=NEW_PASSWORD, now=NOW + after).password_hash
        return
    with pytest.raises(accounts.InvitationGone):
        accounts.accept_invitation(token=token, password=NEW_PASSWORD, now=NOW + after)
    assert db.session.scalars(sa.select(User.password_hash).where(User.name == "Uusi Henkilö")).one() is None


@pytest.mark.parametrize("token", ["", "x", "0" * 43, "ä", "\x00"])
def test_unknown_invitation(token):
    with pytest.raises(accounts.InvitationGone):
        accounts.get_invited(token, now=NOW)


@pytest.mark.parametrize("password", ["", "yksitoista1", "p" * 129])
def test_password_of_the_wrong_length_leaves_the_invitation_open(coordinator, password):
    token = invite(coordinator, Home(unit_id=factories.make_unit().id))
    with pytest.raises(passwords.PasswordTooShort):
        accounts.accept_invitation(token=token, password=password, now=NOW)
    assert accounts.accept_invitation(token=token, password=NEW_PASSWORD, now=NOW).password_hash


def test_a_new_password_ends_older_sessions(coordinator):
    token = invite(coordinator, Home(unit_id=factories.make_unit().id))
    before = sessions.begin(accounts.get_invited(token, now=NOW).id, browser="", now=NOW)
    assert sessions.find(before, now=NOW) is not None
    accounts.accept_invitation(token=token, password=NEW_PASSWORD, now=NOW)
    assert sessions.find(before, now=NOW) is None


def test_accepting_one_invitation_closes_the_others(coordinator):
    """A second link for another role must not change a password that the person has chosen by then."""
    first = invite(coordinator, Home(unit_id=factories.make_unit().id))
    second = invite(coordinator, Home(unit_id=factories.make_unit().id))
    accounts.accept_invitation(token=first, password=NEW_PASSWORD, now=NOW)
    with pytest.raises(accounts.InvitationGone):
        accounts.accept_invitation(token=second, password="kaapattu salasana", now=NOW)
    user = enter("uusi@kaikukortti.example", NEW_PASSWORD)
    assert len(user.memberships) == 2


def test_an_invitation_again_uses_up_the_links_of_before(coordinator):
    first = invite(coordinator, Home(unit_id=factories.make_unit().id))
    held = db.session.scalars(sa.select(Membership).join(Membership.user).where(User.password_hash.is_(None))).one()
    second = accounts.invite_again(held.id, actor=coordinator, now=NOW)
    assert second is not None
    with pytest.raises(accounts.InvitationGone):
        accounts.get_invited(first, now=NOW)
    accounts.accept_invitation(token=second, password=NEW_PASSWORD, now=NOW)
    assert accounts.invite_again(held.id, actor=coordinator, now=NOW) is None


def test_a_link_that_is_open_beside_a_password_changes_none(coordinator):
    """As two who press at once may leave it: one sends the invitation again while the person chooses a password."""
    token = invite(coordinator, Home(unit_id=factories.make_unit().id))
    user = db.session.scalars(sa.select(User).where(User.password_hash.is_(None))).one()
    user.password_hash = accounts.hash_password(PASSWORD)
    db.session.commit()
    with pytest.raises(accounts.InvitationGone):
        accounts.get_invited(token, now=NOW)
    with pytest.raises(accounts.InvitationGone):
        accounts.accept_invitation(token=token, password=NEW_PASSWORD, now=NOW)
    assert enter(user.email, PASSWORD).id == user.id


def test_no_invitation_again_for_strangers_and_for_accounts_out_of_use(coordinator):
    far = factories.make_person(Role.WORKER, factories.make_unit(factories.make_area("HX")))
    invite(coordinator, Home(unit_id=factories.make_unit().id))
    held = db.session.scalars(sa.select(Membership).join(Membership.user).where(User.password_hash.is_(None))).one()
    theirs = db.session.scalars(sa.select(Membership.id).where(Membership.user_id == far.actor.user_id)).one()
    held.user.disabled_at = NOW
    db.session.commit()
    for key in (held.id, theirs, 999_999):
        with pytest.raises(NotFound):
            accounts.invite_again(key, actor=coordinator, now=NOW)
    assert db.session.scalar(sa.select(sa.func.count(Invitation.id)).where(Invitation.used_at.is_(None))) == 1


def test_inviting_somebody_who_signs_in_already_gives_no_link(coordinator):
    """Else any coordinator could set the password of a person of any area, and sign in as that person."""
    victim = factories.make_person(Role.COORDINATOR, factories.make_area("HX"))
    unit = factories.make_unit()
    token = accounts.invite(
        actor=coordinator,
        email=victim.email,
        name="X",
        role=Role.WORKER,
        home=Home(unit_id=unit.id),
        language="fi",
        now=NOW,
    )
    assert token is None
    assert db.session.scalars(sa.select(Invitation)).all() == []
    user = enter(victim.email, PASSWORD)
    assert {(held.role, held.unit_id) for held in user.memberships} == {
        (Role.COORDINATOR, None),
        (Role.WORKER, unit.id),
    }


def test_the_same_role_is_not_given_twice(coordinator):
    home = Home(unit_id=factories.make_unit().id)
    invite(coordinator, home)
    with pytest.raises(accounts.AlreadyMember):
        invite(coordinator, home)
    assert db.session.scalar(sa.select(sa.func.count(Invitation.id))) == 1


def test_who_may_invite_where(coordinator):
    other = factories.make_area("HX")
    homes = [
        Home(unit_id=factories.make_unit(other).id),
        Home(venue_id=factories.make_venue(other).id),
        Home(area_id=other.id),
        Home(unit_id=999_999),
    ]
    for home in homes:
        role = Role.WORKER if home.unit_id else Role.VENUE_STAFF if home.venue_id else Role.COORDINATOR
        with pytest.raises(NotFound):
            invite(coordinator, home, role=role)
    venue = factories.make_venue()
    with pytest.raises(NotFound):
        invite(factories.make_actor(Role.VENUE_MANAGER, venue), Home(venue_id=venue.id), role=Role.VENUE_STAFF)
    assert db.session.scalar(sa.select(sa.func.count(Invitation.id))) == 0


def test_invitation_is_written_down_without_the_link(coordinator):
    unit = factories.make_unit()
    token = invite(coordinator, Home(unit_id=unit.id))
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    user_id = db.session.scalar(sa.select(User.id).where(User.name == "Uusi Henkilö"))
    assert (entry.action, entry.detail) == ("person.invited", {"user": user_id, "role": "worker", "unit_id": unit.id})
    assert token not in str(entry.detail)


@pytest.mark.parametrize(
    ("role", "home"),
    [
        (Role.WORKER, {}),
        (Role.WORKER, {"area_id": 1}),
        (Role.WORKER, {"unit_id": 1, "venue_id": 1}),
        (Role.VENUE_STAFF, {"unit_id": 1}),
        (Role.COORDINATOR, {"venue_id": 1}),
        (Role.COORDINATOR, {"area_id": 1, "unit_id": 1}),
    ],
)
def test_the_database_itself_holds_each_role_to_one_fitting_home(role, home):
    area = factories.the_area()
    ids = {"area_id": area.id, "unit_id": factories.make_unit().id, "venue_id": factories.make_venue().id}
    user = factories.make_user()
    db.session.add(Membership(user_id=user.id, role=role, created_at=NOW, **{kind: ids[kind] for kind in home}))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.commit()
    db.session.rollback()
    with pytest.raises(ValueError):
        accounts.add_membership(user, role=role, home=Home(**{kind: ids[kind] for kind in home}), now=NOW)


def test_a_person_added_from_the_command_line_signs_in_at_once():
    area = factories.the_area()
    home = Home(area_id=area.id)
    accounts.add_user(email="K@K.example", name="K", role=Role.COORDINATOR, home=home, password=NEW_PASSWORD, now=NOW)
    assert enter("k@k.example", NEW_PASSWORD).memberships[0].area_id == area.id
    with pytest.raises(passwords.PasswordTooShort):
        accounts.add_user(email="l@k.example", name="L", role=Role.COORDINATOR, home=home, password="lyhyt", now=NOW)
