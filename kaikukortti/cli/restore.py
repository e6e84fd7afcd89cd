"""`kaikukortti restore`: put a backup back where nothing is, or only prove that it could be."""

import secrets
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa

from kaikukortti import app as application
from kaikukortti import clock
from kaikukortti.auditing import verification
from kaikukortti.auditing.verification import Mark
from kaikukortti.backup import keeping, postgresql, restarting, restoring, sealing
from kaikukortti.backup.manifest import Manifest, Proof
from kaikukortti.backup.problem import BackupProblem
from kaikukortti.backup.restoring import Target
from kaikukortti.cli import backup, databases, schemas, service
from kaikukortti.config import Config
from kaikukortti.db import db
from kaikukortti.retention import erasures, journal

CHECK_DATABASE = "kaikukortti_restore_check_"
_file = click.Path(dir_okay=False, path_type=Path)
_folder = click.Path(file_okay=False, path_type=Path)


@dataclass(frozen=True)
class Asked:
    """What the command was asked: a backup, the keys that open it, where it goes."""

    file: Path
    identities: list[Any]
    database: sa.URL | None
    tools: str | None
    journal: Path | None


@dataclass(frozen=True)
class PutBack:
    """What was put back, and what the journal of erasures made of it. `broken` are chains of the audit log."""

    manifest: Manifest
    named: int
    erased: int
    broken: list[str]


@click.command()
@click.argument("file", required=False, type=_file)
@click.option("--to", "folder", type=_folder, help="A new instance folder; with --verify a place to work in.")
@click.option("--verify", "only_verify", is_flag=True, help="Put it back elsewhere, check everything, take it away.")
@backup.folder_option
@service.instance_option
@click.option(
    "--identity",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    help="File with the secret key, which `kaikukortti backup key` made; - reads it from standard input.",
)
@click.option("--journal", "newest_journal", type=_file, help="A newer journal of erasures than those in the backups.")
@click.option("--database-url", envvar="KAIKU_RESTORE_DATABASE_URL", hidden=True)
@click.option("--postgresql-bin", envvar="KAIKU_POSTGRESQL_BIN", hidden=True)
def restore(
    file: Path | None,
    folder: Path | None,
    only_verify: bool,
    from_folder: Path | None,
    instance: Path | None,
    identity: Path,
    newest_journal: Path | None,
    database_url: str | None,
    postgresql_bin: str | None,
) -> None:
    """Put a backup back into a new instance folder (--to), or prove that it could be (--verify).

    Never over what is there. Every page, reference, count and hash is compared with what the backup says of itself;
    what was erased since is erased again; tablets fetch their list whole and send again what they keep. A backup of
    PostgreSQL goes into the empty database that KAIKU_RESTORE_DATABASE_URL names; with --verify that names any database
    of a server on which one may be made and dropped. Without FILE the newest of the folder is taken.
    """
    if folder is None and not only_verify:
        raise click.UsageError("Say where it goes, --to DIR, or only --verify.")
    path = file or _newest(backup.folder_of(from_folder, instance))
    url = sa.make_url(database_url) if database_url else None
    asked = Asked(path, _identities(identity), url, postgresql_bin or None, newest_journal)
    with _ending_in_order():
        if folder is None or only_verify:
            _verify(asked, folder)
        else:
            _restore(asked, folder.resolve())


def _verify(asked: Asked, place: Path | None) -> None:
    begun = clock.now()
    digest = keeping.hash_of(asked.file) if asked.file.exists() else ""
    with tempfile.TemporaryDirectory(prefix="kaikukortti-restore-", dir=place) as folder:
        done = _put_back(asked, Path(folder), is_passing=True)
    _tell(asked.file, done)
    if done.broken:
        raise click.ClickException("a chain of the audit log does not hold: " + ", ".join(done.broken))
    try:
        keeping.write_proof(asked.file, Proof(digest, clock.now(), version("kaikukortti")))
    except OSError as error:
        raise click.ClickException(f"it is good, but that cannot be written beside it ({error.strerror})") from error
    click.echo(f"Proven to be good, in {(clock.now() - begun).total_seconds():.1f} s.")


def _restore(asked: Asked, folder: Path) -> None:
    restoring.check_empty(folder)
    try:
        done = _put_back(asked, folder, is_passing=False)
    except BaseException:
        restoring.clear(folder)
        raise
    _tell(asked.file, done)
    for chain in done.broken:
        click.echo(
            f"Warning: the chain of {chain} in the audit log does not hold: `kaikukortti audit verify`.", err=True
        )
    click.echo(f"It is in {folder}: start it with --instance {folder}. Its keys are in kaikukortti.cfg there; settings")
    click.echo("of the environment win over these: KAIKU_SECRET_KEY and KAIKU_DATABASE_URL must not name others.")


def _put_back(asked: Asked, folder: Path, *, is_passing: bool) -> PutBack:
    with restoring.opened(asked.file, identities=asked.identities, place=folder) as found:
        schemas.check_known(found.manifest)
        texts = _journals(asked, folder)
        with _database(asked, found.needs_postgresql and is_passing) as database:
            target = Target(folder, database, asked.tools)
            restoring.put_back(found, target, journal_texts=texts)
            return _start(folder, found.manifest)


def _start(folder: Path, manifest: Manifest) -> PutBack:
    """Bring what was put back to this program's schema, check the log, erase again, begin anew. Settings of the
    environment are not looked at: they name the service that runs.
    """
    try:
        settings = databases.prepare(folder, {})
    except sa.exc.DBAPIError as error:
        what = str(error.orig).splitlines()[0]
        raise BackupProblem(f"What was put back cannot be brought to this version's schema: {what}.") from error
    with application.create_app(settings).app_context():
        try:
            broken = _broken_chains(manifest)
            done = _erase_again(settings)
            restarting.begin_anew()
            return PutBack(manifest, done.named, done.erased, broken)
        finally:
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


def _broken_chains(manifest: Manifest) -> list[str]:
    """Return the chains that do not hold, or do not have the heads that the manifest knows."""
    verification.begin()
    marks = {head.organisation: (Mark(head.seq, head.hash, manifest.taken_at),) for head in manifest.heads if head.seq}
    wanted = sorted({*verification.list_organisations(), *marks})
    return [each for each in wanted if verification.verify(each, marks=marks.get(each, ())).broken is not None]


def _erase_again(settings: Config) -> erasures.Replayed:
    done = erasures.replay(settings, now=clock.now())
    if journal.pending(settings) or erasures.replay(settings, now=clock.now()).erased:
        raise BackupProblem("The journal of erasures could not be replayed: what it names is still there.")
    return done


def _journals(asked: Asked, folder: Path) -> list[str]:
    """Return the journals of erasures that are newer than the backup's own, as far as there are any."""
    if asked.journal is not None:
        try:
            return [asked.journal.read_text("utf-8", errors="replace")]
        except OSError as error:
            raise BackupProblem(f"{asked.journal} cannot be read ({error.strerror}).") from error
    beside = restoring.read_journal_beside(asked.file, identities=asked.identities, place=folder)
    if beside is None:
        click.echo(f"Note: no {keeping.JOURNAL} lies beside it: erasures since the backup are not known.", err=True)
    return [] if beside is None else [beside]


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """Let SIGTERM end the command as an exception does, so that nothing is left that lies open."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _database(asked: Asked, is_passing: bool) -> Iterator[sa.URL | None]:
    if not is_passing:
        yield asked.database
        return
    if asked.database is None:
        raise BackupProblem("Name a server on which a database can be made and dropped in KAIKU_RESTORE_DATABASE_URL.")
    with postgresql.passing_database(asked.database, CHECK_DATABASE + secrets.token_hex(4)) as database:
        yield database


def _newest(folder: Path) -> Path:
    kept = keeping.list_kept(folder)
    if not kept:
        raise BackupProblem(f"There is no backup in {folder}.")
    return kept[0].path


def _identities(path: Path) -> list[Any]:
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BackupProblem(f"The key file {path} cannot be read ({error}).") from error
    return sealing.read_identities(text)


def _tell(path: Path, done: PutBack) -> None:
    stores = {name: facts for copied in done.manifest.databases for name, facts in copied.stores.items()}
    for name, facts in stores.items():
        click.echo(f"{name}: {len(facts.tables)} tables, {sum(facts.tables.values()):,} rows, as in the manifest")
    click.echo(f"{path.name}: {done.manifest.taken_at:%Y-%m-%d %H:%M} UTC, by version {done.manifest.program}.")
    click.echo(f"The journal of erasures names {done.named}; {done.erased} were there again and have been erased.")
