"""People who work with the service: invitations and roles. Holders of cards never have an account.

How they prove who they are is in `signin`.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.mailing import queue
from kaikukortti.models.network import Area, Invitation, Membership, Unit, User, Venue
from kaikukortti.rules import access
from kaikukortti.rules.access import Actor, Role
from kaikukortti.signin import hashing, passwords, sessions, trail

INVITATION_LASTS = timedelta(days=7)
INVITATION_PATH = "/invitation/{token}"


class InvitationGone(DomainError):
    """The invitation link is unknown, used or too old."""

    code = "invitation_gone"


class AlreadyMember(DomainError):
    """The person holds this role in this organisation already."""

    code = "already_member"


@dataclass(frozen=True)
class Home:
    """The one organisation of a membership: exactly one field is set."""

    area_id: int | None = None
    unit_id: int | None = None
    venue_id: int | None = None


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
def invite(
    *,
    actor: Actor,
    email: str,
    name: str,
    role: Role,
    home: Home,
    language: str,
    now: datetime,
    mail_secret: str | None = None,
) -> str | None:
    """Give a person a role in an organisation and return the secret of a single-use link to set a password.

    Who has a password already gets no link (None): it would let the inviter sign in as that person, wherever else
    the person works. With `mail_secret`, the service's secret, the link goes to the person by e-mail, sealed until
    then. Raises NotFound for an organisation that is not of the coordinator's area, AlreadyMember.
    """
    _check_may_invite(actor, home)
    user = _find_or_add_user(email=email.strip().lower(), name=name.strip(), language=language, now=now)
    add_membership(user, role=role, home=home, now=now)
    token = None if user.password_hash else _add_invitation(user, now=now)
    if token is not None and mail_secret is not None:
        _mail_invitation(user, token, home, secret=mail_secret, now=now)
    audit.record("person.invited", actor=actor, now=now, detail={"user": user.id, "role": role.value, **_named(home)})
    return token


@transactional
def invite_again(membership_id: int, *, actor: Actor, now: datetime, mail_secret: str | None = None) -> str | None:
    """Return the secret of a new link for a person who has no password yet; the links of before stop working.

    Whoever has a password by now gets none (None), as in `invite`. Raises NotFound for a role that is not in the
    coordinator's area, and for an account that is out of use.
    """
    held = db.session.get(Membership, membership_id)
    if held is None:
        raise NotFound()
    home, user = Home(held.area_id, held.unit_id, held.venue_id), held.user
    _check_may_invite(actor, home)
    if user.disabled_at is not None:
        raise NotFound()
    if user.password_hash:
        return None
    _use_up_links(user, now=now)
    token = _add_invitation(user, now=now)
    if mail_secret is not None:
        _mail_invitation(user, token, home, secret=mail_secret, now=now)
    detail = {"user": user.id, "role": held.role.value, "again": True, **_named(home)}
    audit.record("person.invited", actor=actor, now=now, detail=detail)
    return token


def get_invited(token: str, *, now: datetime) -> User:
    """Return the person whom an open invitation names. Raises InvitationGone."""
    return _open_invitation(token, now=now).user


def accept_invitation(*, token: str, password: str, now: datetime) -> User:
    """Set the password of an invited person, use up every link of the person, and end older sessions.

    Raises InvitationGone, and what passwords.check raises.
    """
    passwords.check(password, user=get_invited(token, now=now))
    return _accept(token, hash_password(password), now=now)


@transactional
def _accept(token: str, password_hash: str, *, now: datetime) -> User:
    user = _open_invitation(token, now=now, locked=True).user
    user.password_hash, user.last_signed_in_at = password_hash, now
    user.session_key = secrets.token_urlsafe(32)
    sessions.drop_all(user.id)
    _use_up_links(user, now=now)
    trail.record("password.changed", user, now=now)
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
    """Add a person from the command line, password and all. Raises AlreadyMember, and what passwords.check raises."""
    passwords.check(password)
    user = _find_or_add_user(email=email.strip().lower(), name=name, language="fi", now=now)
    add_membership(user, role=role, home=home, now=now)
    db.session.flush()  # so that the organisation's name is one of the words about the person
    passwords.check(password, user=user)
    user.password_hash = hash_password(password)
    system = Actor(None, "command line", role, area_id=home.area_id, unit_id=home.unit_id, venue_id=home.venue_id)
    db.session.flush()
    audit.record("person.added", actor=system, now=now, detail={"user": user.id, "role": role.value})
    return user


@transactional
def change_language(*, user_id: int, language: str) -> None:
    """Remember the language that a signed-in person chose."""
    db.session.execute(sa.update(User).where(User.id == user_id).values(language=language))


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password."""
    return hashing.hash_of(password)


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


def _use_up_links(user: User, *, now: datetime) -> None:
    still_open = sa.update(Invitation).where(Invitation.user_id == user.id, Invitation.used_at.is_(None))
    db.session.execute(still_open.values(used_at=now))


def _mail_invitation(user: User, token: str, home: Home, *, secret: str, now: datetime) -> None:
    queue.put(
        kind="invitation",
        language=user.language,
        facts={"organisation": _name_of(home, user.language), "days": INVITATION_LASTS.days},
        now=now,
        user_id=user.id,
        link=INVITATION_PATH.format(token=token),
        secret=secret,
    )


def _name_of(home: Home, language: str) -> str:
    kinds = ((Area, home.area_id), (Unit, home.unit_id), (Venue, home.venue_id))
    rows = (db.session.get_one(kind, key) for kind, key in kinds if key is not None)
    return next(str(getattr(row, f"name_{language}") or getattr(row, "name_fi")) for row in rows)


def _open_invitation(token: str, *, now: datetime, locked: bool = False) -> Invitation:
    """Return an invitation that still gives a first password, if asked locked with its person. Raises InvitationGone.

    Whoever has a password is not given another by a link that somebody else may have seen, however it came to be open.
    """
    query = sa.select(Invitation).join(Invitation.user).options(contains_eager(Invitation.user))
    query = query.where(Invitation.token_hash == _hash(token))
    if locked:
        query = query.with_for_update(of=[Invitation, User]).execution_options(populate_existing=True)
    invitation = db.session.scalar(query)
    if invitation is None or invitation.used_at is not None or invitation.expires_at <= now:
        raise InvitationGone()
    if invitation.user.disabled_at is not None or invitation.user.password_hash is not None:
        raise InvitationGone()
    return invitation


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _named(home: Home) -> dict[str, int]:
    return {key: value for key, value in vars(home).items() if value is not None}
