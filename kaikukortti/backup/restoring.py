"""Put a backup back where nothing is, and compare what is there then with what the backup says of itself.

Nothing is unpacked before the whole file is known to be whole, and nothing gets its final name before it is known to be
what was copied. What is there is never written over.
"""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kaikukortti import config
from kaikukortti.backup import archive, facts, journals, keeping, locking, postgresql, sealing, soundness, stores
from kaikukortti.backup.making import JOURNAL, SETTINGS
from kaikukortti.backup.manifest import Copied, Manifest, compare_store, find_differences, read_manifest
from kaikukortti.backup.problem import BackupProblem, Damaged
from kaikukortti.backup.stores import FILES, MAIN, POSTGRESQL, SQLITE, STATISTICS, Database
from kaikukortti.retention import journal as erasure_journal

SCRATCH = ".restoring"
IGNORED = {"lost+found", SCRATCH}
SETTING_OF = {stores.FOLLOWUP: "followup_database_url", MAIN: "database_url", STATISTICS: "statistics_url"}


@dataclass(frozen=True)
class Target:
    """Where a backup goes: a folder that is empty, and for PostgreSQL an empty database."""

    folder: Path
    database: sa.URL | None
    tools: str | None


@dataclass(frozen=True)
class Opened:
    """A backup whose members lie in `folder`, each as it was packed."""

    manifest: Manifest
    folder: Path

    @property
    def journal(self) -> str:
        return (self.folder / JOURNAL).read_text("utf-8", errors="replace")

    @property
    def needs_postgresql(self) -> bool:
        return any(copied.engine == POSTGRESQL for copied in self.manifest.databases)


def check_empty(folder: Path) -> None:
    """Raises BackupProblem for a folder with anything in it: a backup is put back beside it, never over it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = sorted(set(os.listdir(folder)) - IGNORED)
    except OSError as error:
        raise BackupProblem(f"The folder {folder} cannot be made ({error.strerror}).") from error
    if found:
        raise BackupProblem(
            f"{folder} is not empty ({found[0]}): a backup is never put over what is there. Give --to a new folder, or"
            " move this one away."
        )


@contextmanager
def opened(path: Path, *, identities: Sequence[Any], place: Path) -> Iterator[Opened]:
    """Open a backup in a folder of its owner alone inside `place`; it goes at the end. Raises BackupProblem."""
    try:
        keeping.check_against_note(path)
        with locking.scratch(place, SCRATCH) as scratch:
            stream = scratch / "stream"
            with stream.open("wb") as out:
                sealing.open_into(path, out, identities=identities)
            members = archive.unpack(stream, scratch)
            stream.unlink()
            manifest = _checked(scratch, members)
            yield Opened(manifest, scratch)
    except FileNotFoundError as error:
        raise BackupProblem(f"{error.filename} is not there.") from error
    except OSError as error:
        raise BackupProblem(f"The backup was not put back: {error.filename or place}: {error.strerror}.") from error


def read_journal_beside(path: Path, *, identities: Sequence[Any], place: Path) -> str | None:
    """Return the newest journal of erasures that lies beside a backup, or nothing. Raises BackupProblem."""
    beside = path.with_name(keeping.JOURNAL)
    if not beside.exists():
        return None
    with locking.scratch(place, f"{SCRATCH}-journal") as scratch:
        plain = scratch / JOURNAL
        try:
            with plain.open("wb") as out:
                sealing.open_into(beside, out, identities=identities)
        except BackupProblem as problem:
            raise BackupProblem(f"{problem} Or give the newest journal with --journal FILE.") from problem
        return plain.read_text("utf-8", errors="replace")


def put_back(backup: Opened, target: Target, *, journal_texts: Sequence[str]) -> None:
    """Put the databases, the keys and the journals of erasures into the target and compare. Raises BackupProblem.

    What does not agree with the manifest gets no settings and, as files, no name: it is no instance.
    """
    if backup.needs_postgresql:
        _check_database(target)
    for copied in backup.manifest.databases:
        if copied.engine == POSTGRESQL:
            assert target.database is not None  # nosec B101  # checked above
            postgresql.put_back(backup.folder / copied.member, target.database, tools=target.tools)
    placed = [(copied, _placed(copied, backup, target)) for copied in backup.manifest.databases]
    faults = [fault for copied, database in placed for fault in _compare(backup.manifest, copied, database)]
    if faults:
        raise Damaged("What was put back is not what was copied: " + "; ".join(faults) + ".")
    for copied in backup.manifest.databases:
        if copied.engine == SQLITE:
            _move(backup.folder / copied.member, target.folder / FILES[next(iter(copied.stores))])
    merged = journals.merge([backup.journal, *journal_texts])
    with keeping.writing(target.folder / erasure_journal.FILE) as out:
        out.write(merged.encode())
    config.write_file(target.folder, _settings(backup, target))
    keeping.sync_folder(target.folder)


def clear(folder: Path) -> None:
    """Take away what a restore that failed has put into its folder, which was empty."""
    for name in os.listdir(folder):
        if name not in IGNORED:
            (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / SCRATCH, ignore_errors=True)


def _checked(scratch: Path, members: dict[str, archive.Member]) -> Manifest:
    """Return the manifest of what was unpacked, which is all as it says. Raises Damaged."""
    if members.pop(archive.MANIFEST, None) is None:
        raise Damaged("The backup holds no manifest.")
    manifest = read_manifest((scratch / archive.MANIFEST).read_bytes())
    differences = find_differences(manifest, members=members)
    if differences:
        raise Damaged("The backup differs from its manifest: " + "; ".join(differences) + ".")
    return manifest


def _check_database(target: Target) -> None:
    if target.database is None:
        raise BackupProblem(
            "This is a backup of PostgreSQL: make an empty database for it and name it in KAIKU_RESTORE_DATABASE_URL."
        )
    found = postgresql.list_contents(target.database)
    if found:
        raise BackupProblem(
            f"The database {target.database.render_as_string(hide_password=True)} is not empty ({found[0]}): a backup"
            " is never put over what is there. Name an empty one in KAIKU_RESTORE_DATABASE_URL."
        )


def _placed(copied: Copied, backup: Opened, target: Target) -> Database:
    if copied.engine == POSTGRESQL:
        assert target.database is not None  # nosec B101  # checked by put_back
        return Database(target.database, tuple(copied.stores))
    return Database(sa.URL.create("sqlite", database=str(backup.folder / copied.member)), tuple(copied.stores))


def _compare(manifest: Manifest, copied: Copied, database: Database) -> list[str]:
    faults: list[str] = []
    with stores.snapshots([database]) as (snapshot,):
        for store, said in copied.stores.items():
            schema = database.schema(store)
            faults += [f"{store}: {fault}" for fault in soundness.find_faults(snapshot.connection, schema)]
            faults += compare_store(store, said, facts.of_store(snapshot.connection, schema))
            if store == MAIN:
                if facts.ledger(snapshot.connection, schema) != manifest.ledger:
                    faults.append("the hash of the ledger of visits is another one")
                if facts.heads(snapshot.connection, schema) != manifest.heads:
                    faults.append("the heads of the audit log are others")
    return faults


def _move(source: Path, target: Path) -> None:
    descriptor = os.open(source, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.chmod(source, 0o600)
    os.rename(source, target)


def _settings(backup: Opened, target: Target) -> dict[str, str]:
    """Return what goes into the settings file: the keys, and where the databases are, unless in the usual place."""
    kept: dict[str, str] = json.loads((backup.folder / SETTINGS).read_text("utf-8"))
    engines = {store: copied.engine for copied in backup.manifest.databases for store in copied.stores}
    for store, engine in engines.items():
        if engine == POSTGRESQL and (store == MAIN or engines[MAIN] == SQLITE) and target.database is not None:
            kept[SETTING_OF[store]] = target.database.render_as_string(hide_password=False)
        elif engine == SQLITE and engines[MAIN] == POSTGRESQL:
            kept[SETTING_OF[store]] = f"sqlite:///{target.folder.resolve() / FILES[store]}"
    return kept
