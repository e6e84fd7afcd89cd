"""People who work with the service: invitations, passwords, sign-in. Holders of cards never have an account."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy.orm import joinedload

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.network import Invitation, Membership, Unit, User, Venue
from kaikukortti.rules import access
from kaikukortti.rules.access import Actor, Role

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 128
INVITATION_LASTS = timedelta(days=7)
# Argon2id with security.md §2's figures, a set that OWASP lists: 19 MiB, two passes.
_hasher = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)
_DUMMY_HASH = _hasher.hash(secrets.token_urlsafe(16))  # spent on unknown accounts, so that time tells nothing


class WrongSignIn(DomainError):
    """E-mail and password do not belong together; which of the two is wrong is never said."""

    code = "sign_in_wrong"


class InvitationGone(DomainError):
    """The invitation link is unknown, used or too old."""

    code = "invitation_gone"


class PasswordTooShort(DomainError):
    """A password has 12 to 128 characters."""

    code = "password_length"


class AlreadyMember(DomainError):
    """The person holds this role in this organisation already."""

    code = "already_member"


@dataclass(frozen=True)
class Home:
    """The one organisation of a membership: exactly one field is set."""

    area_id: int | None = None
    unit_id: int | None = None
    venue_id: int | None = None


def sign_in(*, email: str, password: str) -> User:
    """Return the user whom e-mail and password name. Raises WrongSignIn, after the same work in every case."""
    query = sa.select(User).where(User.email == email.strip().lower()).options(joinedload(User.memberships))
    user = db.session.scalars(query).unique().one_or_none()
    known_hash = user.password_hash if user is not None and user.password_hash else _DUMMY_HASH
    try:
        _hasher.verify(known_hash, password)
    except VerificationError:
        raise WrongSignIn() from None
    if user is None or known_hash is _DUMMY_HASH or not user.memberships:
        raise WrongSignIn()
    return user


def find_by_session(session_key: str) -> User | None:
    """Return the user of a session with memberships and their organisations loaded, or None."""
    query = (
        sa.select(User)
        .where(User.session_key == session_key)
        .options(
            joinedload(User.memberships).joinedload(Membership.unit),
            joinedload(User.memberships).joinedload(Membership.venue),
            joinedload(User.memberships).joinedload(Membership.area),
        )
    )
    return db.session.scalars(query).unique().one_or_none()


def actor_of(user: User, membership: Membership) -> Actor:
    """Return the user acting in one of the own memberships."""
    return Actor(
        user_id=user.id,
        name=user.name,
        role=membership.role,
        area_id=membership.area_id,
        unit_id=membership.unit_id,
        venue_id=membership.venue_id,
    )


@transactional
def invite(*, actor: Actor, email: str, name: str, role: Role, home: Home, language: str, now: datetime) -> str | None:
    """Give a person a role in an organisation and return the secret of a single-use link to set a password.

    Who has a password already gets no link (None): it would let the inviter sign in as that person, wherever else
    the person works. Raises NotFound for an organisation that is not of the coordinator's area, AlreadyMember.
    """
    _check_may_invite(actor, home)
    user = _find_or_add_user(email=email.strip().lower(), name=name.strip(), language=language, now=now)
    add_membership(user, role=role, home=home, now=now)
    token = None if user.password_hash else _add_invitation(user, now=now)
    audit.record("person.invited", actor=actor, now=now, detail={"user": user.id, "role": role.value, **_named(home)})
    return token


def get_invited(token: str, *, now: datetime) -> User:
    """Return the person whom an open invitation names. Raises InvitationGone."""
    return _open_invitation(token, now=now).user


@transactional
def accept_invitation(*, token: str, password: str, now: datetime) -> User:
    """Set the password of an invited person, use up every link of the person, and end older sessions.

    Raises InvitationGone, PasswordTooShort.
    """
    invitation = _open_invitation(token, now=now)
    check_password(password)
    user = invitation.user
    user.password_hash = hash_password(password)
    user.session_key = secrets.token_urlsafe(32)
    still_open = sa.update(Invitation).where(Invitation.user_id == user.id, Invitation.used_at.is_(None))
    db.session.execute(still_open.values(used_at=now))
    return user


def add_membership(user: User, *, role: Role, home: Home, now: datetime) -> Membership:
    """Add a role to a user in the transaction of the caller. Raises ValueError for a role that has no home there,
    AlreadyMember.
    """
    kinds = {"area": home.area_id, "unit": home.unit_id, "venue": home.venue_id}
    if not access.is_home_of(role, **{kind: key is not None for kind, key in kinds.items()}):
        raise ValueError(f"{role} has no place in {home}")
    for held in user.memberships:
        if (held.role, held.area_id, held.unit_id, held.venue_id) == (role, *kinds.values()):
            raise AlreadyMember(email=user.email)
    membership = Membership(
        role=role, area_id=home.area_id, unit_id=home.unit_id, venue_id=home.venue_id, created_at=now
    )
    user.memberships.append(membership)
    return membership


def new_user(*, email: str, name: str, language: str, now: datetime, password: str | None = None) -> User:
    """Return a new user, added to the session of the caller."""
    user = User(
        email=email.strip().lower(),
        name=name,
        language=language,
        password_hash=None if password is None else hash_password(password),
        session_key=secrets.token_urlsafe(32),
        created_at=now,
    )
    db.session.add(user)
    return user


@transactional
def add_user(*, email: str, name: str, role: Role, home: Home, password: str, now: datetime) -> User:
    """Add a person from the command line, password and all. Raises PasswordTooShort, AlreadyMember."""
    check_password(password)
    user = _find_or_add_user(email=email.strip().lower(), name=name, language="fi", now=now)
    user.password_hash = hash_password(password)
    add_membership(user, role=role, home=home, now=now)
    system = Actor(None, "command line", role, area_id=home.area_id, unit_id=home.unit_id, venue_id=home.venue_id)
    db.session.flush()
    audit.record("person.added", actor=system, now=now, detail={"user": user.id, "role": role.value})
    return user


@transactional
def change_language(*, user_id: int, language: str) -> None:
    """Remember the language that a signed-in person chose."""
    db.session.execute(sa.update(User).where(User.id == user_id).values(language=language))


def check_password(password: str) -> None:
    """Check the length of a new password. Raises PasswordTooShort."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise PasswordTooShort(shortest=SHORTEST_PASSWORD, longest=LONGEST_PASSWORD)


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password."""
    return _hasher.hash(password)


def _check_may_invite(actor: Actor, home: Home) -> None:
    area_id = home.area_id
    if home.unit_id is not None:
        area_id = db.session.scalar(sa.select(Unit.area_id).where(Unit.id == home.unit_id))
    elif home.venue_id is not None:
        area_id = db.session.scalar(sa.select(Venue.area_id).where(Venue.id == home.venue_id))
    if area_id is None or not access.may_coordinate(actor, area_id=area_id):
        raise NotFound()


def _find_or_add_user(*, email: str, name: str, language: str, now: datetime) -> User:
    user = db.session.scalar(sa.select(User).where(User.email == email))
    if user is None:
        user = new_user(email=email, name=name, language=language, now=now)
        db.session.flush()
    return user


def _add_invitation(user: User, *, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    db.session.add(Invitation(user=user, token_hash=_hash(token), created_at=now, expires_at=now + INVITATION_LASTS))
    return token


def _open_invitation(token: str, *, now: datetime) -> Invitation:
    query = sa.select(Invitation).where(Invitation.token_hash == _hash(token)).options(joinedload(Invitation.user))
    invitation = db.session.scalar(query.with_for_update(of=Invitation))
    if invitation is None or invitation.used_at is not None or invitation.expires_at <= now:
        raise InvitationGone()
    return invitation


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _named(home: Home) -> dict[str, int]:
    return {key: value for key, value in vars(home).items() if value is not None}
