"""Which steps of the schema this program knows: a backup of a newer one is not put back by an older program."""

from pathlib import Path

import alembic.config
import alembic.script
import alembic.util

from kaikukortti import db
from kaikukortti.backup.manifest import Manifest
from kaikukortti.backup.problem import BackupProblem
from kaikukortti.backup.stores import FOLLOWUP, MAIN
from kaikukortti.followup import store as followup_store

STEPS = {MAIN: Path(db.__file__).with_name("migrations"), FOLLOWUP: followup_store.MIGRATIONS}


def newest(store: str) -> str:
    """Return the newest step of a store that this program knows; nothing for one without steps."""
    return str(_script(store).get_current_head()) if store in STEPS else ""


def check_known(manifest: Manifest) -> None:
    """Raises BackupProblem for a backup whose schema is newer than this program."""
    for copied in manifest.databases:
        for name, facts in copied.stores.items():
            if name in STEPS and not _knows(name, facts.revision):
                raise BackupProblem(
                    f"The backup is of version {manifest.program} with the schema {facts.revision} ({name}), which this"
                    " version does not know: install that version, or a newer one, and restore with it."
                )


def _knows(store: str, revision: str) -> bool:
    try:
        return _script(store).get_revision(revision) is not None
    except alembic.util.CommandError:
        return False


def _script(store: str) -> alembic.script.ScriptDirectory:
    settings = alembic.config.Config()
    settings.set_main_option("script_location", str(STEPS[store]))
    return alembic.script.ScriptDirectory.from_config(settings)
