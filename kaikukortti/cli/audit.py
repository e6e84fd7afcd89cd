"""`kaikukortti audit`: check that the trail is whole, and write its heads into a file to be kept elsewhere."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from kaikukortti import clock
from kaikukortti.auditing import heads as chain_heads
from kaikukortti.auditing import verification
from kaikukortti.auditing.verification import Chain, Fault, Mark
from kaikukortti.cli import service
from kaikukortti.db import db

WORDS = {
    Fault.CHANGED: "entry {seq} was changed, or is not where it belongs",
    Fault.MISSING: "entry {seq} is missing",
    Fault.HEAD: "the chain goes on at {seq} without its head",
    Fault.SEAL: "the seal at entry {seq} does not fit",
    Fault.REWRITTEN: "entry {seq} is not the one that the file of heads knows",
}
_heads_file = click.Path(dir_okay=False, path_type=Path)


@click.group(name="audit")
def audit_group() -> None:
    """The trail of who changed or saw what."""


@audit_group.command()
@click.option("--organisation", help="Only this chain, for example unit:3; all when left out.")
@click.option(
    "--heads", "file", type=_heads_file, help="Check also that the heads in this file are still in the chains."
)
@service.instance_option
def verify(organisation: str | None, file: Path | None, instance: Path | None) -> None:
    """Check every chain of the trail from its first entry that is kept to its head. Exit code 1 on a break.

    For a nightly timer, with the newest file of heads from another machine.
    """
    with _reading(instance):
        known = {} if file is None else _read(file)
        wanted = [organisation] if organisation else sorted({*verification.list_organisations(), *known})
        chains = [_told(verification.verify(each, marks=known.get(each, ()))) for each in wanted]
    broken = sum(chain.broken is not None for chain in chains)
    entries = sum(chain.entries for chain in chains)
    click.echo(f"{len(chains)} chains, {entries} entries, {broken or 'no'} broken.")
    if broken:
        sys.exit(1)


@audit_group.command(name="heads")
@click.option("--out", type=_heads_file, required=True, help="The file to write; it must not be there yet.")
@service.instance_option
def write_heads(out: Path, instance: Path | None) -> None:
    """Write the newest link of every chain into a file, to be kept on another machine and checked with `verify`."""
    with _reading(instance):
        text = chain_heads.export(now=clock.now())
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written ({error.strerror}): choose a new file.") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    click.echo(f"{text.count(chr(10)) - 1} heads written to {out}. Keep it on another machine.")


@contextmanager
def _reading(instance: Path | None) -> Iterator[None]:
    """Read the trail of an instance as it stands at one moment."""
    with service.load_app(instance).app_context():
        try:
            verification.begin()
            yield
        finally:
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


def _read(file: Path) -> dict[str, tuple[Mark, ...]]:
    try:
        return chain_heads.read(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file} cannot be read: {error}") from error
    except chain_heads.HeadsDamaged as error:
        raise click.ClickException(str(error)) from error


def _told(chain: Chain) -> Chain:
    gone = f", {chain.gone} before them gone under seal" if chain.gone else ""
    found = "whole" if chain.broken is None else "BROKEN: " + WORDS[chain.broken.fault].format(seq=chain.broken.seq)
    click.echo(f"{chain.organisation}: {chain.entries} entries{gone}, {found}")
    return chain
