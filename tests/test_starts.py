"""Starts of real processes: those that must not happen say what to do in one line; a demo starts again unchanged."""

import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from kaikukortti import config, schema
from tests.serving import Demo

SECRET = "only-for-tests-" + "0" * 32


def _run(
    *words: str, instance: Path, secret: str | None = SECRET, **environment: str
) -> subprocess.CompletedProcess[str]:
    known = {name: value for name, value in os.environ.items() if not name.startswith("KAIKU_")}
    if secret is not None:
        known |= {"KAIKU_SECRET_KEY": secret, "KAIKU_ROUNDING_KEY": secret}
    return subprocess.run(
        [sys.executable, "-m", "kaikukortti", *words, "--instance", str(instance)],
        env={**known, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _is_one_line(result: subprocess.CompletedProcess[str], *words: str) -> bool:
    lines = result.stderr.strip().splitlines()
    return result.returncode == 1 and len(lines) == 1 and all(word in lines[0] for word in words)


def test_a_start_without_a_secret_says_what_to_do(tmp_path: Path) -> None:
    assert _is_one_line(_run("serve", instance=tmp_path, secret=None), "KAIKU_SECRET_KEY", "make one with")


def test_a_start_on_a_database_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    schema.upgrade(config.sqlite_url(tmp_path))
    read_only = f"sqlite:///file:{tmp_path / 'kaikukortti.db'}?mode=ro&uri=true"
    assert _is_one_line(_run("serve", instance=tmp_path, KAIKU_DATABASE_URL=read_only), "cannot be written")


def test_a_server_carries_nothing_that_only_other_commands_need() -> None:
    ask = "import sys, kaikukortti.cli.serve; print(*{name.partition('.')[0] for name in sys.modules})"
    told = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, timeout=60, check=True)
    carried = set(told.stdout.split())
    assert {"sqlalchemy", "gunicorn", "venues"} <= carried
    assert not carried & {"alembic", "mako", "numpy", "faker", "weasyprint"}


def test_demo_started_again_finds_everything_as_it_was(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("kaikukortti")
    seen = []
    for _ in range(2):
        demo = Demo.start(command, instance=tmp_path / "demo", folder=tmp_path)
        seen.append((demo.said["cards"], demo.said["sign_ins"], _count_rows(tmp_path / "demo")))
        demo.stop()
    assert seen[0] == seen[1]
    assert len(seen[0][2]) > 15


def _count_rows(instance: Path) -> dict[str, int]:
    """Count what the demo's tables hold; a new start plans new enrolments, which is its only trace."""
    with contextlib.closing(sqlite3.connect(instance / "kaikukortti.db")) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        traces = {"enrolments", "audit_entries"}
        return {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for name in tables
            if name not in traces
        }
