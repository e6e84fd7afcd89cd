"""The Argon2id hash of what only its owner knows: a password of staff, a holder's own key."""

import base64
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE = 2

# Argon2id with security.md §2's figures, a set that OWASP lists: 19 MiB, two passes, two at once in a process.
_hasher = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)
_turns = threading.BoundedSemaphore(AT_ONCE)


def _nobodys() -> str:
    """Return what looks like a hash and belongs to nothing: random, so that a start need not hash."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (_hasher.salt_len, _hasher.hash_len)
    )
    costs = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${digest}"


_DUMMY_HASH = _nobodys()  # work is spent on it where there is no account or key, so that time tells nothing


def hash_of(known: str) -> str:
    """Return the Argon2id hash of a password or key."""
    with _turns:
        return _hasher.hash(known)


def is_right(typed: str, known_hash: str | None) -> bool:
    """Return whether a text belongs to a hash. Without one the same work is done on a dummy, and it never does."""
    try:
        with _turns:
            _hasher.verify(known_hash or _DUMMY_HASH, typed)
    except (VerificationError, InvalidHashError):
        return False
    return known_hash is not None


def is_outdated(known_hash: str) -> bool:
    """Return whether a hash was made with other figures than today's."""
    return _hasher.check_needs_rehash(known_hash)
