"""age (age-encryption.org): a stream is sealed to public keys; whoever has the key to one of them opens it, or nobody.

A byte that differs anywhere, one too few or one too many: nothing is opened. The server knows public keys alone.
"""

import errno
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyrage
from pyrage import x25519

from kaikukortti.backup.problem import BackupProblem, Damaged

MAKE_ONE = "make a pair of keys with `kaikukortti backup key --out FILE` on another machine"
PUBLIC, SECRET = "age1", "AGE-SECRET-KEY-1"


@dataclass(frozen=True)
class Sealed:
    """A sealed file: its length and its SHA-256."""

    bytes: int
    sha256: str


def read_recipients(text: str) -> list[Any]:
    """Return the public keys that a setting or option names, apart by spaces or commas. Raises BackupProblem."""
    words = text.replace(",", " ").split()
    if not words:
        raise BackupProblem(f"No backup without a public key: set KAIKU_BACKUP_RECIPIENT ({MAKE_ONE}).")
    if any(word.upper().startswith(SECRET) for word in words):
        raise BackupProblem("That is the secret key: it does not belong on this machine. Give the public key, age1….")
    try:
        return [x25519.Recipient.from_str(word) for word in words]
    except pyrage.RecipientError:
        raise BackupProblem(f"KAIKU_BACKUP_RECIPIENT is no public key of age, age1…: {MAKE_ONE}.") from None


def new_pair() -> tuple[str, str]:
    """Return a new key and the public key to it, both as text."""
    identity = x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def read_identities(text: str) -> list[Any]:
    """Return the keys in the text of a key file; lines that begin with # are remarks. Raises BackupProblem."""
    lines = [line.strip() for line in text.splitlines()]
    keys = [line for line in lines if line and not line.startswith("#")]
    try:
        found = [x25519.Identity.from_str(key) for key in keys]
    except pyrage.IdentityError:
        found = []
    if not found:
        raise BackupProblem(f"The key file holds no key of age ({SECRET}…): take the one that `backup key` wrote.")
    return found


def seal(plain: Iterable[bytes], out: BinaryIO, *, recipients: Sequence[Any]) -> Sealed:
    """Seal a stream of any length into `out`. Memory is flat. Raises what the stream raises, and OSError."""
    reading, writing = _Reading(iter(plain)), _Writing(out)
    try:
        pyrage.encrypt_io(reading, writing, recipients)
    except (pyrage.EncryptError, OSError) as error:
        raise reading.fault or writing.fault or error from error
    return Sealed(writing.count, writing.digest.hexdigest())


def open_into(sealed: Path, out: BinaryIO, *, identities: Sequence[Any]) -> None:
    """Open a sealed file into `out`: what is there must not be used before this returns.

    Raises Damaged for one that is not whole, BackupProblem for a key that does not fit, OSError.
    """
    writing = _Writing(out)
    try:
        with sealed.open("rb") as stream:
            pyrage.decrypt_io(stream, writing, identities)
    except (pyrage.DecryptError, OSError) as error:
        if writing.fault is not None:
            raise writing.fault from error
        if isinstance(error, OSError) and error.errno is not None:
            raise
        if "No matching keys" in str(error):
            raise BackupProblem(
                f"{sealed.name} cannot be opened with this key: it is sealed to another one, or its first bytes are"
                " damaged. Take the right key, or another backup."
            ) from error
        raise Damaged(
            f"{sealed.name} is damaged or cut short: nothing of it is used. Take another copy of it, or another backup."
        ) from error


class _Reading(io.RawIOBase):
    """A file to read from what comes piece by piece; remembers what went wrong there."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, memoryview(b"")
        self.fault: BaseException | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            while not self._left:
                self._left = memoryview(next(self._pieces))
        except StopIteration:
            return b""
        except BaseException as error:
            self.fault = error
            raise OSError(errno.EIO, "the source failed") from error
        taken = self._left[:size] if size >= 0 else self._left
        self._left = self._left[len(taken) :]
        return bytes(taken)


class _Writing(io.RawIOBase):
    """A file that counts and hashes what goes through it; remembers what went wrong there."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self.count, self.digest = out, 0, hashlib.sha256()
        self.fault: BaseException | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        try:
            self._out.write(data)
        except BaseException as error:
            self.fault = error
            raise
        self.count += len(data)
        self.digest.update(data)
        return len(data)
