"""The folder of backups: names of files, the notes beside them, durable writing, and what is kept how long.

kaikukortti-20261122T175805123Z.age         the backup, named by its moment in UTC
kaikukortti-20261122T175805123Z.age.json    how long it is and its SHA-256: written before the backup gets its name
kaikukortti-20261122T175805123Z.age.proof   put back elsewhere and found good: written by `restore --verify`
erasures.journal.age                        the newest journal of erasures
"""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import pydantic

from kaikukortti.backup.manifest import NOTE, PROOF, Note, Proof
from kaikukortti.backup.problem import BackupProblem

NAME = re.compile(r"kaikukortti-([0-9]{8}T[0-9]{6})([0-9]{3})Z\.age")
JOURNAL = "erasures.journal.age"
NOTE_SUFFIX, PROOF_SUFFIX, PART_SUFFIX = ".json", ".proof", ".part"
ALL_KEPT_FOR = timedelta(days=2)
NEVER_FEWER = 7
"""So many of the newest stay whatever their age: a clock that runs ahead must not take the backups with it."""


@dataclass(frozen=True)
class Kept:
    """A backup in the folder. `note` is what lies beside it; `proof` is there where this very file was proven good."""

    path: Path
    taken_at: datetime
    note: Note | None
    proof: Proof | None


def name_of(moment: datetime) -> str:
    """Return the name of a backup by its moment, to the millisecond."""
    at = moment.astimezone(UTC)
    return f"kaikukortti-{at:%Y%m%dT%H%M%S}{at.microsecond // 1000:03}Z.age"


def list_kept(folder: Path) -> list[Kept]:
    """Return the backups in a folder, the newest first. Raises BackupProblem for a folder that cannot be read."""
    try:
        names = [entry.name for entry in os.scandir(folder)]
    except OSError as error:
        raise BackupProblem(f"The folder of backups {folder} cannot be read ({error.strerror}).") from error
    return [_kept(folder / name) for name in sorted(names, reverse=True) if NAME.fullmatch(name)]


def read_note(path: Path) -> Note | None:
    """Return what lies beside a backup, or nothing where that is missing. Raises BackupProblem."""
    beside = path.with_name(path.name + NOTE_SUFFIX)
    try:
        return NOTE.validate_json(beside.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, pydantic.ValidationError):
        raise BackupProblem(f"{beside.name} cannot be read: move it away to go by the backup alone.") from None


def check_against_note(path: Path) -> Note | None:
    """Read a backup whole and return the note that it agrees with; nothing without one. Raises BackupProblem."""
    note = read_note(path)
    if note is None:
        return None
    length = path.stat().st_size
    if length != note.bytes:
        raise BackupProblem(
            f"{path.name} has {length} bytes, its manifest says {note.bytes}: it is cut short, or was not copied whole."
        )
    if hash_of(path) != note.sha256:
        raise BackupProblem(f"{path.name} is damaged: its SHA-256 is not the one in its manifest.")
    return note


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_proof(path: Path, proof: Proof) -> None:
    """Write beside a backup that it is good. Raises OSError."""
    with writing(path.with_name(path.name + PROOF_SUFFIX)) as out:
        out.write(PROOF.dump_json(proof, indent=1) + b"\n")


@contextmanager
def writing(path: Path, *, mode: int = 0o600) -> Iterator[BinaryIO]:
    """Write a file so that it is there whole and on the disk, or not at all; for its owner alone. Raises OSError."""
    part = path.with_name(f".{path.name}{PART_SUFFIX}")
    part.unlink(missing_ok=True)
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, path)
        sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def choose_old(kept: list[Kept], *, now: datetime, days: int) -> list[Kept]:
    """Return the backups that have done their work: older than `days`, and of days gone by all but the day's newest.

    Those of the last two days, the newest seven, the newest proven one and those from the future stay.
    """
    newest_first = sorted(kept, key=lambda one: one.taken_at, reverse=True)
    staying = {one.path for one in newest_first[:NEVER_FEWER]}
    staying |= {one.path for one in [one for one in newest_first if one.proof][:1]}
    old, seen_days = [], set()
    for one in newest_first:
        age, day = now - one.taken_at, one.taken_at.date()
        is_newest_of_day = day not in seen_days
        seen_days.add(day)
        is_due = age > timedelta(days=days) or (age > ALL_KEPT_FOR and not is_newest_of_day)
        if is_due and one.path not in staying:
            old.append(one)
    return old


def remove(old: list[Kept]) -> None:
    """Delete backups and what lies beside them; what cannot be deleted now, goes with the next run."""
    for one in old:
        for suffix in ("", PROOF_SUFFIX, NOTE_SUFFIX):
            with suppress(OSError):
                one.path.with_name(one.path.name + suffix).unlink(missing_ok=True)


def remove_parts(folder: Path) -> None:
    """Delete what a run that was killed left half written. Only with the folder locked."""
    for part in folder.glob(f".*{PART_SUFFIX}"):
        with suppress(OSError):
            part.unlink()


def _kept(path: Path) -> Kept:
    told = NAME.fullmatch(path.name)
    if told is None:
        raise ValueError(f"{path.name} is no name of a backup")
    taken_at = datetime.strptime(told[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC) + timedelta(milliseconds=int(told[2]))
    with suppress(BackupProblem):
        note = read_note(path)
        return Kept(path, taken_at, note, _proof(path, note))
    return Kept(path, taken_at, None, None)


def _proof(path: Path, note: Note | None) -> Proof | None:
    """Return the proof of a backup, where it is of the file that is there now."""
    try:
        proof = PROOF.validate_json(path.with_name(path.name + PROOF_SUFFIX).read_bytes())
    except (OSError, pydantic.ValidationError):
        return None
    return proof if note is not None and proof.sha256 == note.sha256 else None
