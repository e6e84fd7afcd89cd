"""Where the rehearsal happens: the demo of the earlier version, which made it in a database of its own schema."""

import configparser
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.upgrades.versions import Version


@dataclass(frozen=True)
class Ground:
    """An instance that both versions serve, and what its demo said of itself."""

    instance: Path
    database_url: str
    said: dict[str, Any]

    def sign_in(self, role: str, place: int = 0) -> dict[str, str]:
        """Return e-mail and password of a person with a role."""
        found = [one for one in self.said["sign_ins"] if one["role"] == role]
        return {"email": found[place]["email"], "password": found[place]["password"]}

    def codes(self) -> list[str]:
        """Return enrolment codes, each for a tablet of another venue."""
        return list(self.said["enrolment_codes"].values())

    def cards(self, state: str) -> list[str]:
        """Return numbers of cards in a state, as the demo lists them."""
        return list(self.said["cards"][state])

    def schema(self) -> str:
        """Return the number of the newest step that the main database has taken."""
        engine = sa.create_engine(self.database_url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())


def make(version: Version, instance: Path, *, postgresql: str | None = None) -> Ground:
    """Let a version fill an instance with its demo: SQLite files in it, or an empty PostgreSQL database.

    Raises AssertionError with its output where it does not.
    """
    instance.mkdir()
    settings = {"demo": "1"} | ({"database_url": postgresql} if postgresql else {})
    written = configparser.ConfigParser(interpolation=None)
    written["kaikukortti"] = settings
    with (instance / "kaikukortti.cfg").open("w", encoding="utf-8") as stream:
        written.write(stream)
    words = version.command("demo", "--json", "--port", "0", "--instance", str(instance))
    pipe = subprocess.PIPE
    with subprocess.Popen(
        words, cwd=version.root, env=version.environment(), text=True, stdout=pipe, stderr=pipe
    ) as demo:
        assert demo.stdout is not None
        said = demo.stdout.readline()
        demo.terminate()
        complaints = demo.communicate()[1]
    assert said, f"{version.name}: kaikukortti demo did not get ready:\n{complaints}"
    return Ground(instance, postgresql or f"sqlite:///{instance / 'kaikukortti.db'}", json.loads(said))
