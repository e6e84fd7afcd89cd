"""The two programs that share a database: this working tree, and the version before it, taken out of git."""

import os
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from tests import tree

# The release before this one. At each release: its tag, its commit, and the newest steps that it knows.
EARLIER_TAG = "v0.1.0"
EARLIER_COMMIT = "aeecdb323c353e2bd48d82e536f498145b7dfe4e"
EARLIER_SCHEMA, EARLIER_FOLLOWUP_SCHEMA = "0005", "0001"
PARTS = ("kaikukortti", "venues", "templates", "static", "setup.cfg")


@dataclass(frozen=True)
class Version:
    """A program that can be run: its name in reports and the folder that holds it."""

    name: str
    root: Path

    def command(self, *words: str) -> list[str]:
        """Return `kaikukortti WORDS` of this version, in the environment of packages that runs the tests."""
        return [sys.executable, "-W", "ignore", "-m", "kaikukortti", *words]

    def environment(self) -> dict[str, str]:
        """Return the variables under which `command` is this version and no other, with no setting of ours."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KAIKU_")}
        return {**kept, "PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"}

    def run(self, *words: str) -> str:
        """Run a command to its end and return what it printed. Raises AssertionError with that where it fails."""
        done = subprocess.run(
            self.command(*words), cwd=self.root, env=self.environment(), text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, f"{self.name}: kaikukortti {' '.join(words)}:\n{done.stdout}{done.stderr}"
        return done.stdout


def present() -> Version:
    """Return the program of this working tree."""
    return Version("present", tree.ROOT)


def earlier(folder: Path) -> Version:
    """Take the version before this one out of git into a folder and return it.

    A clone without its history is given that one commit by where it was cloned from. Raises AssertionError with what
    to do where it cannot be had.
    """
    if not _holds(EARLIER_COMMIT):
        _git("fetch", "--quiet", "--depth=1", "origin", EARLIER_COMMIT)
    packed = _git("archive", "--format=tar", EARLIER_COMMIT, "--", *PARTS)
    assert packed.returncode == 0, (
        f"The version before this one, {EARLIER_TAG}, is commit {EARLIER_COMMIT}, which this clone does not hold:"
        f" git fetch --unshallow.\n{packed.stderr.decode()}"
    )
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as files:
        files.extractall(folder, filter="data")
    return Version(EARLIER_TAG, folder)


def find_last_release() -> str | None:
    """Return the newest tag of a release before this commit, or None where the clone has none."""
    answer = _git("describe", "--tags", "--abbrev=0", "--match=v[0-9]*", "HEAD^")
    return answer.stdout.decode().strip() or None


def _holds(commit: str) -> bool:
    return _git("cat-file", "-e", f"{commit}^{{commit}}").returncode == 0


def _git(*words: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(["git", *words], cwd=tree.ROOT, capture_output=True, check=False)
