"""How the follow-up database names a line of cards: by a keyed hash to find it, and under seal to read its visits.
Whoever has that database alone learns no card from it.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def of_line(line: str, *, secret: str) -> str:
    """Return the name of a line of cards here: 64 hexadecimal digits."""
    return keyed("line", line, secret=secret)


def keyed(purpose: str, *parts: object, secret: str) -> str:
    """Return a keyed hash of some parts for one purpose, 64 hexadecimal digits. Other purposes give other hashes."""
    return _hashed(_derived(f"hash {purpose}", secret), parts)


def keyer(purpose: str, *, secret: str) -> Callable[[str], str]:
    """Return a function that gives the keyed hash of one part for a purpose, as `keyed` does, for very many of them."""
    key = _derived(f"hash {purpose}", secret)
    return lambda part: _hashed(key, (part,))


def seal(line: str, *, secret: str) -> bytes:
    """Return a line of cards encrypted."""
    return _fernet(secret).encrypt(line.encode())


def unseal(sealed: bytes, *, secret: str) -> str | None:
    """Return the line of cards again, or None where the service's secret was changed since."""
    try:
        return _fernet(secret).decrypt(sealed).decode()
    except InvalidToken:
        return None


def _hashed(key: bytes, parts: Iterable[object]) -> str:
    message = "\x1f".join(str(part) for part in parts).encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def _fernet(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derived("seal", secret)))


def _derived(purpose: str, secret: str) -> bytes:
    info = f"kaikukortti follow-up {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret.encode())
