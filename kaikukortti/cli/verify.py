"""`kaikukortti verify`: check that what an instance holds is whole, from the pages of files to frozen figures."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from kaikukortti import clock
from kaikukortti.auditing import verification
from kaikukortti.backup import facts, soundness, stores
from kaikukortti.cli import schemas, service
from kaikukortti.cli.progress import Progress
from kaikukortti.config import Config
from kaikukortti.cube import freezing
from kaikukortti.cube.store import RoundingKeyChanged
from kaikukortti.db import db
from kaikukortti.followup import freezing as followup_freezing
from kaikukortti.retention import journal

Finding = tuple[str, list[str]]
"""What was looked at, and what is wrong there, a line each."""


@click.command()
@service.instance_option
@click.option("--quick", is_flag=True, help="Leave out the frozen figures, which are counted again otherwise.")
def verify(instance: Path | None, quick: bool) -> None:
    """Check that everything is whole: pages, references, schema, audit log, erasures, frozen figures. Exit code 1 when
    something is not. The service may run meanwhile.
    """
    app = service.load_app(instance)
    faulty = 0
    with app.app_context(), Progress() as progress:
        try:
            for words, faults in _findings(app.config["KAIKU"], quick, progress):
                click.echo(f"{words}: {'whole' if not faults else 'NOT WHOLE'}")
                for fault in faults:
                    click.echo(f"  {fault}")
                faulty += bool(faults)
        finally:
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()
    if faulty:
        click.echo("Look into it before good backups grow old; `kaikukortti restore` puts one back.", err=True)
        sys.exit(1)
    click.echo("All is whole.")


def _findings(settings: Config, quick: bool, progress: Progress) -> Iterator[Finding]:
    yield from _databases(settings, progress)
    yield _trail()
    waiting = journal.pending(settings)
    erased = [f"{waiting} erasures are in the journal and not in the database: `kaikukortti retention replay`"]
    yield "erasures", erased if waiting else []
    if not quick:
        yield "frozen figures", _figures(settings, progress)


def _databases(settings: Config, progress: Progress) -> Iterator[Finding]:
    with stores.snapshots(stores.databases_of(settings)) as snapshots:
        for snapshot in snapshots:
            for store in snapshot.database.stores:
                schema = snapshot.database.schema(store)
                faults = soundness.find_faults(snapshot.connection, schema)
                if faults and faults[0].startswith(soundness.UNREADABLE):
                    yield store, faults
                    continue
                found = facts.of_store(snapshot.connection, schema, progress=progress)
                if found.revision != schemas.newest(store):
                    faults.append(f"the schema is {found.revision}, not {schemas.newest(store)}: `kaikukortti init`")
                yield f"{store}: {len(found.tables)} tables, {sum(found.tables.values()):,} rows", faults


def _trail() -> Finding:
    verification.begin()
    chains = [verification.verify(each) for each in verification.list_organisations()]
    broken = [f"{chain.organisation} breaks: `kaikukortti audit verify`" for chain in chains if chain.broken]
    entries = sum(chain.entries for chain in chains)
    db.session.rollback()
    return f"audit log: {len(chains)} chains, {entries:,} entries", broken


def _figures(settings: Config, progress: Progress) -> list[str]:
    now, secret = clock.now(), settings.rounding_key
    try:
        cells = freezing.recompute(now=now, secret=secret, progress=progress)
        indicators = followup_freezing.recompute(now=now, secret=secret, progress=progress)
    except RoundingKeyChanged:
        return ["they were rounded with another key: put the old KAIKU_ROUNDING_KEY back"]
    differing = [f"{one.due.prefix} {one.due.period.code} {one.code} differs" for one in cells if not one.is_explained]
    return differing + [f"{one.due.prefix} {one.due.span.code} {one.code} differs" for one in indicators]
