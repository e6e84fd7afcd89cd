"""Take a backup: the databases at one moment, the newest journal of erasures, the keys that cannot be made anew.

The secret key is inside: without it a restored service could open neither the tablets' list keys nor second factors,
and would not know whom the journal of erasures names. So whoever holds the key to a backup holds everything.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kaikukortti.backup import archive, facts, journals, keeping, locking, sealing, stores
from kaikukortti.backup.archive import Content, Member
from kaikukortti.backup.facts import Head, Ledger, Progress
from kaikukortti.backup.keeping import Kept
from kaikukortti.backup.manifest import FORMAT, MANIFEST, NOTE, Copied, Manifest, Note
from kaikukortti.backup.problem import BackupProblem
from kaikukortti.backup.stores import MAIN, Snapshot
from kaikukortti.config import Config
from kaikukortti.models.keeping import ErasureCause
from kaikukortti.retention import journal

SCRATCH = ".backup-scratch"
JOURNAL, SETTINGS = "erasures.journal", "settings.json"
WRITTEN = "written"
NOT_IN_JOURNAL = (
    "The journal of erasures misses {count} that the database knows: it was lost, or KAIKU_ERASURE_JOURNAL names"
    " another file. Put the newest one back; the copy of it beside the backups was left as it is."
)


@dataclass(frozen=True)
class Made:
    """A backup as it lies in its folder. `warnings` are lines for whoever looks after it; `removed` went with it."""

    path: Path
    manifest: Manifest
    note: Note
    removed: list[Kept]
    warnings: list[str]


def make(
    settings: Config,
    folder: Path,
    *,
    recipients: Sequence[Any],
    now: datetime,
    keep_days: int,
    progress: Progress | None = None,
) -> Made:
    """Write a backup into a folder and let go there what has been kept long enough. Writers go on meanwhile.

    It is there whole under its name, or not at all. Memory is flat. Raises BackupProblem.
    """
    with ExitStack() as held:
        held.enter_context(locking.alone(settings.instance_path))
        held.enter_context(locking.alone(folder))
        keeping.remove_parts(folder)
        scratch = held.enter_context(locking.scratch(settings.instance_path, SCRATCH))
        try:
            return _make(settings, folder, scratch, recipients, now, keep_days, progress)
        except OSError as error:
            where = error.filename or folder
            raise BackupProblem(
                f"No backup was made: {where}: {error.strerror}. Nothing of it was left; earlier backups are untouched."
            ) from error


def _make(
    settings: Config,
    folder: Path,
    scratch: Path,
    recipients: Sequence[Any],
    now: datetime,
    keep_days: int,
    progress: Progress | None,
) -> Made:
    path = folder / keeping.name_of(now)
    if path.exists():
        raise BackupProblem(f"{path.name} is there already: was the clock set back? Try again.")
    with stores.snapshots(stores.databases_of(settings)) as snapshots:
        text = _journal_text(settings)
        missing = _erased(snapshots) - journals.names(text)
        packing = _Packing(settings, snapshots, text, now=now, progress=progress)
        with keeping.writing(path) as out:
            sealed = sealing.seal(packing.stream(scratch), out, recipients=recipients)
            note = Note(FORMAT, path.name, now, packing.program, sealed.bytes, sealed.sha256)
            with keeping.writing(path.with_name(path.name + keeping.NOTE_SUFFIX)) as beside:
                beside.write(NOTE.dump_json(note, indent=1) + b"\n")
    if not missing:
        with keeping.writing(folder / keeping.JOURNAL) as out:
            sealing.seal([text.encode()], out, recipients=recipients)
    old = keeping.choose_old(keeping.list_kept(folder), now=now, days=keep_days)
    keeping.remove(old)
    warnings = [NOT_IN_JOURNAL.format(count=len(missing))] if missing else []
    assert packing.manifest is not None  # nosec B101  # the stream has ended
    return Made(path, packing.manifest, note, old, warnings)


class _Packing:
    """The stream of one backup; its manifest is known when the stream has ended."""

    def __init__(
        self, settings: Config, snapshots: list[Snapshot], text: str, *, now: datetime, progress: Progress | None
    ) -> None:
        self._settings, self._snapshots, self._text, self._now = settings, snapshots, text, now
        self._progress = progress
        self.program = version("kaikukortti")
        self.manifest: Manifest | None = None

    def stream(self, scratch: Path) -> Iterator[bytes]:
        """Yield the backup, not sealed yet."""
        copied, ledger, heads = self._describe()

        def describe(members: dict[str, Member]) -> bytes:
            named = len(journals.names(self._text))
            self.manifest = Manifest(FORMAT, self._now, self.program, copied, ledger, heads, named, members)
            return MANIFEST.dump_json(self.manifest, indent=1)

        return archive.pack(self._contents(scratch), at=self._now, describe=describe)

    def _describe(self) -> tuple[list[Copied], Ledger, list[Head]]:
        copied, ledger, heads = [], Ledger("", None, None), list[Head]()
        for snapshot in self._snapshots:
            database = snapshot.database
            found = {
                store: facts.of_store(snapshot.connection, database.schema(store), progress=self._progress)
                for store in database.stores
            }
            copied.append(Copied(database.member, database.engine, snapshot.version, found))
            if MAIN in database.stores:
                ledger = facts.ledger(snapshot.connection, database.schema(MAIN))
                heads = facts.heads(snapshot.connection, database.schema(MAIN))
        return copied, ledger, heads

    def _contents(self, scratch: Path) -> Iterator[Content]:
        tools = self._settings.postgresql_bin
        for snapshot in self._snapshots:
            yield snapshot.database.member, self._told(snapshot.pieces(scratch, tools=tools))
        yield JOURNAL, [self._text.encode()]
        kept = {
            "secret_key": self._settings.secret_key,
            "rounding_key": self._settings.rounding_key,
            "log_months": str(self._settings.log_months),
        }
        yield SETTINGS, [json.dumps(kept).encode()]

    def _told(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        length = 0
        for piece in pieces:
            length += len(piece)
            if self._progress is not None:
                self._progress(WRITTEN, length, 0)
            yield piece


def _journal_text(settings: Config) -> str:
    path = journal.path_of(settings)
    return path.read_text("utf-8", errors="replace") if os.path.exists(path) else ""


def _erased(snapshots: list[Snapshot]) -> set[str]:
    """Return whom the main database knows to have been erased on request."""
    for snapshot in snapshots:
        if MAIN not in snapshot.database.stores:
            continue
        schema = snapshot.database.schema(MAIN)
        if sa.inspect(snapshot.connection).has_table("erasures", schema=schema):
            table = sa.table("erasures", sa.column("line_ref"), sa.column("cause"), schema=schema)
            query = sa.select(table.c.line_ref).where(table.c.cause == ErasureCause.ASKED.value)
            return set(snapshot.connection.execute(query).scalars())
    return set()
