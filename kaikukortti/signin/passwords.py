"""Passwords: what a new one has to be, and its Argon2id hash. Who tries how often is `throttling`'s business."""

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kaikukortti.errors import DomainError
from kaikukortti.models.network import User
from kaikukortti.signin import guessable

SHORTEST = 12
LONGEST = 128
AT_ONCE = 2

# Argon2id with security.md §2's figures, a set that OWASP lists: 19 MiB, two passes, two at once in a process.
_hasher = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)
_turns = threading.BoundedSemaphore(AT_ONCE)
_DUMMY_HASH = _hasher.hash(secrets.token_urlsafe(16))  # spent where there is no account, so that time tells nothing


class PasswordRefused(DomainError):
    """A new password cannot be taken; the subclasses say why."""


class PasswordTooShort(PasswordRefused):
    """A password has 12 to 128 characters."""

    code = "password_length"


class PasswordCommon(PasswordRefused):
    """Many people use this password, so it is among the first that are tried."""

    code = "password_common"


class PasswordOfContext(PasswordRefused):
    """The password is made of what anybody knows of the person: the own name, address, organisation, this service."""

    code = "password_context"


def check(password: str, *, user: User | None = None) -> None:
    """Check a new password, with a user's own words. Raises PasswordTooShort, PasswordCommon, PasswordOfContext."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordTooShort(shortest=SHORTEST, longest=LONGEST)
    if guessable.is_common(password):
        raise PasswordCommon()
    if guessable.is_of_context(password, words_about(user) if user is not None else ()):
        raise PasswordOfContext()


def words_about(user: User) -> list[str]:
    """Return what anybody knows of a person: name, e-mail, and the names of the organisations."""
    homes = [held.unit or held.venue or held.area for held in user.memberships]
    names = [name for home in homes if home is not None for name in (home.name_fi, home.name_sv, home.name_en)]
    return [user.name, user.email, *names]


def hash_of(password: str) -> str:
    """Return the Argon2id hash of a password."""
    with _turns:
        return _hasher.hash(password)


def is_right(password: str, known_hash: str | None) -> bool:
    """Return whether a password belongs to a hash. Without one the same work is done on a dummy, and it never does."""
    try:
        with _turns:
            _hasher.verify(known_hash or _DUMMY_HASH, password)
    except (VerificationError, InvalidHashError):
        return False
    return known_hash is not None


def is_outdated(known_hash: str) -> bool:
    """Return whether a hash was made with other figures than today's."""
    return _hasher.check_needs_rehash(known_hash)
