"""What the service's secret protects of sign-ins: keyed names for what is counted, a seal for what is kept.

Whoever has the database alone learns no authenticator's secret from it, and no e-mail address from the counts.
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12


def keyed(purpose: str, text: str, *, secret: str) -> str:
    """Return a keyed hash of a text for one purpose, 64 hexadecimal digits. Other purposes give other hashes."""
    return hmac.new(_derived(f"hash {purpose}", secret), text.encode(errors="replace"), hashlib.sha256).hexdigest()


def seal(text: str, *, owner: str, secret: str) -> bytes:
    """Return a text encrypted and authenticated (AES-256-GCM), for one owner: nobody else's row can hold it."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(_derived("seal", secret)).encrypt(nonce, text.encode(), owner.encode())


def unseal(sealed: bytes, *, owner: str, secret: str) -> str | None:
    """Return the text again, or None where the seal is broken, another owner's, or the secret was changed since."""
    nonce, text = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return AESGCM(_derived("seal", secret)).decrypt(nonce, text, owner.encode()).decode()
    except (InvalidTag, ValueError):
        return None


def hash_of(token: str) -> str:
    """Return what is kept of a token of chance: its SHA-256. It has too many bits to be guessed from that."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _derived(purpose: str, secret: str) -> bytes:
    info = f"kaikukortti sign-in {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret.encode())
