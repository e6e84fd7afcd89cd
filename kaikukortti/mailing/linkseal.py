"""The seal on a secret link that waits to be sent: AES-GCM under a key derived from the service's secret."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
INFO = b"kaikukortti mail link"


def seal(link: str, *, kind: str, secret: str) -> bytes:
    """Return a link encrypted for e-mails of one kind."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(_key(secret)).encrypt(nonce, link.encode(), kind.encode())


def unseal(sealed: bytes, *, kind: str, secret: str) -> str | None:
    """Return the link again, or None where the service's secret was changed since or the row was tampered with."""
    nonce, text = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return AESGCM(_key(secret)).decrypt(nonce, text, kind.encode()).decode()
    except (InvalidTag, ValueError):
        return None


def _key(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=INFO).derive(secret.encode())
