"""`kaikukortti backup`: take a backup, check the files of backups, say how they stand, make the pair of keys."""

import json
import os
from pathlib import Path

import click

from kaikukortti import clock, config
from kaikukortti.backup import keeping, making, sealing, standing
from kaikukortti.backup.problem import BackupProblem
from kaikukortti.backup.standing import Standing
from kaikukortti.cli import service
from kaikukortti.cli.progress import Progress

KEPT_DAYS = 35
WITHIN_HOURS = 26
_folder = click.Path(file_okay=False, path_type=Path)
_file = click.Path(dir_okay=False, path_type=Path)
folder_option = click.option(
    "--from", "from_folder", type=_folder, help="Folder of backups. Default: KAIKU_BACKUP_FOLDER."
)


@click.group(name="backup", invoke_without_command=True)
@service.instance_option
@click.option("--to", "folder", type=_folder, help="Folder for it, on another disk. Default: KAIKU_BACKUP_FOLDER.")
@click.option(
    "--recipient", multiple=True, metavar="AGE1…", help="Public key to seal it to. Default: KAIKU_BACKUP_RECIPIENT."
)
@click.option(
    "--keep",
    type=click.IntRange(1, 3650),
    default=KEPT_DAYS,
    show_default=True,
    help="Days; of days gone by the day's newest.",
)
@click.pass_context
def backup_group(
    context: click.Context, instance: Path | None, folder: Path | None, recipient: tuple[str, ...], keep: int
) -> None:
    """Take a backup of everything that must not be lost, while the service runs. For a timer.

    All databases as of one moment, the keys that cannot be made anew and the journal of erasures, in one file that only
    the holder of the secret key can open. It is there whole or not at all. `kaikukortti restore` puts it back.
    """
    if context.invoked_subcommand is not None:
        return
    settings = config.load(service.ready_folder(instance))
    recipients = sealing.read_recipients(" ".join(recipient) or settings.backup_recipient)
    place = _ready(folder or _named(settings.backup_folder, "--to"))
    begun = clock.now()
    with Progress() as progress:
        made = making.make(settings, place, recipients=recipients, now=begun, keep_days=keep, progress=progress)
    seconds = (clock.now() - begun).total_seconds()
    rows = sum(sum(facts.tables.values()) for copied in made.manifest.databases for facts in copied.stores.values())
    click.echo(f"{made.path}: {rows:,} rows, {made.note.bytes:,} bytes, in {seconds:.1f} s.")
    if made.removed:
        click.echo(f"{len(made.removed)} old ones removed.")
    for warning in made.warnings:
        raise click.ClickException(f"the backup is made, but: {warning}")


@backup_group.command()
@folder_option
@service.instance_option
@click.option("--made-within", type=click.FloatRange(min=0), default=WITHIN_HOURS, show_default=True, help="Hours.")
@click.option("--proven-within", type=click.FloatRange(min=0), default=WITHIN_HOURS, show_default=True, help="Hours.")
@click.option("--metrics", type=_file, help="Write the figures for Prometheus' node exporter into this file.")
@click.option("--json", "as_json", is_flag=True, help="One line for programs.")
def status(
    from_folder: Path | None,
    instance: Path | None,
    made_within: float,
    proven_within: float,
    metrics: Path | None,
    as_json: bool,
) -> None:
    """Say how old the newest backup is, and the newest that was proven to be good. Exit code 1 where one is too old."""
    found = standing.look(folder_of(from_folder, instance), now=clock.now())
    complaints = found.complaints(made_within=standing.hours(made_within), proven_within=standing.hours(proven_within))
    if metrics is not None:
        try:
            with keeping.writing(metrics, mode=0o644) as out:
                out.write(standing.figures(found).encode())
        except OSError as error:
            raise click.ClickException(f"{metrics} cannot be written ({error.strerror})") from error
    if as_json:
        click.echo(json.dumps(standing.summary(found) | {"complaints": complaints}))
    else:
        _tell(found)
    if complaints:
        raise click.ClickException(" ".join(complaints))


@backup_group.command()
@folder_option
@service.instance_option
@click.argument("files", nargs=-1, type=_file)
def check(from_folder: Path | None, instance: Path | None, files: tuple[Path, ...]) -> None:
    """Compare backups with the manifests beside them, without a key: all in the folder, or those named.

    That finds a copy that is cut short or damaged. Whether it can be put back, `restore --verify` proves.
    """
    paths = files or tuple(one.path for one in keeping.list_kept(folder_of(from_folder, instance)))
    bad = 0
    for path in paths:
        try:
            note = keeping.check_against_note(path)
            words = "no manifest beside it" if note is None else "as it was made"
            bad += note is None
        except BackupProblem as problem:
            words, bad = str(problem), bad + 1
        except OSError as error:
            words, bad = f"cannot be read ({error.strerror})", bad + 1
        click.echo(f"{path.name}: {words}")
    if bad or not paths:
        raise click.ClickException(f"{bad} of {len(paths)} backups are not as they should be")
    click.echo(f"{len(paths)} backups, all as they were made.")


@backup_group.command()
@click.option("--out", type=_file, required=True, help="The file for the secret key; it must not be there yet.")
def key(out: Path) -> None:
    """Make a pair of keys. Run it on another machine than the server's: the secret key never belongs there.

    Whoever has the file can open every backup; without it nobody can. Keep two copies in two safe places.
    """
    secret, public = sealing.new_pair()
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written ({error.strerror}): choose a new file.") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(f"# public key: {public}\n{secret}\n")
        stream.flush()
        os.fsync(stream.fileno())
    click.echo(f"The secret key is in {out}: keep it away from the server, in two places.")
    click.echo(f"KAIKU_BACKUP_RECIPIENT={public}")


def folder_of(folder: Path | None, instance: Path | None) -> Path:
    """Return the folder of backups that is asked for, or set. Raises ConfigError where there is neither."""
    named = folder or os.environ.get("KAIKU_BACKUP_FOLDER")
    if not named:
        named = config.read_setting((instance or config.default_instance()).resolve(), "backup_folder")
    return _named(str(named), "--from")


def _named(folder: str | None, option: str) -> Path:
    if not folder:
        raise config.ConfigError(f"Where are the backups? Set KAIKU_BACKUP_FOLDER, or give {option} DIR.")
    return Path(folder)


def _ready(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BackupProblem(f"The folder of backups {folder} cannot be made ({error.strerror}).") from error
    return folder


def _tell(found: Standing) -> None:
    click.echo(f"{found.count} backups.")
    for words, one in (("Newest", found.newest), ("Newest proven to be good", found.proven)):
        if one is not None:
            click.echo(f"{words}: {one.path.name}, {standing.age(found.now - one.taken_at)} old.")
