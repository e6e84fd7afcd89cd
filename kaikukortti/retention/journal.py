"""The journal of erasures: a file beside the database that is only ever added to, so that a restored backup can be
cleaned again. A line of it is JSON with keyed hashes of the line of cards and of their numbers; nothing can be read.

It is written to the disk before anything is erased, and belongs into every backup by itself: the newest one counts.
"""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from kaikukortti.config import Config
from kaikukortti.db import db
from kaikukortti.followup import references
from kaikukortti.models.keeping import Erasure

FILE = "erasures.journal"


@dataclass(frozen=True)
class Entry:
    """An erasure: the keyed names of the line and of its cards' numbers, and when it was asked for."""

    line_ref: str
    numbers: tuple[str, ...]
    at: datetime


def path_of(settings: Config) -> Path:
    """Return where the journal is: as set, or in the instance folder."""
    return Path(settings.erasure_journal) if settings.erasure_journal else settings.instance_path / FILE


def refs(secret: str) -> tuple[Callable[[str], str], Callable[[str], str]]:
    """Return what gives the keyed name of a line of cards, which is follow-up's, and that of a card's number."""
    return references.keyer("line", secret=secret), references.keyer("erased number", secret=secret)


def write(settings: Config, line: str, numbers: Sequence[str], *, now: datetime) -> Entry:
    """Write down that a line of cards is to be erased; it is on the disk when this returns. Once is enough.

    Raises OSError where the file cannot be written: then nothing may be erased.
    """
    line_ref_of, number_ref_of = refs(settings.secret_key)
    line_ref = line_ref_of(line)
    known = next((entry for entry in read(settings) if entry.line_ref == line_ref), None)
    if known is not None:
        return known
    entry = Entry(line_ref, tuple(map(number_ref_of, numbers)), now)
    row = {"at": now.isoformat(), "line": entry.line_ref, "numbers": list(entry.numbers)}
    _append(path_of(settings), json.dumps(row, sort_keys=True))
    return entry


def read(settings: Config) -> list[Entry]:
    """Return what the journal names, the oldest first. A line that a power cut tore is passed over: of what it was to
    tell, nothing had been erased.
    """
    path = path_of(settings)
    if not path.exists():
        return []
    found = (_parsed(line) for line in path.read_text("utf-8", errors="replace").splitlines())
    return [entry for entry in found if entry is not None]


def pending(settings: Config) -> int:
    """Return how many erasures the journal knows that the database does not: after a restore. One statement."""
    named = {entry.line_ref for entry in read(settings)}
    if not named:
        return 0
    return len(named - set(db.session.scalars(sa.select(Erasure.line_ref))))


def _append(path: Path, text: str) -> None:
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        is_torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        os.write(descriptor, ((b"\n" if is_torn else b"") + text.encode() + b"\n"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _parsed(line: str) -> Entry | None:
    try:
        row = json.loads(line)
        return Entry(str(row["line"]), tuple(map(str, row["numbers"])), datetime.fromisoformat(row["at"]))
    except (ValueError, KeyError, TypeError):
        return None
