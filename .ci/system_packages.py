#!/usr/bin/env python3
"""Make sure that the system packages of a purpose are there: `system_packages.py venv` or `… venv test`.

Each has a proof in the list beside this file: a command on the PATH, a library that loads, a module of this
Python. What is missing is installed by apt-get where that is allowed; otherwise one message names it all and
the exit code is 1.
"""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

LIST = Path(__file__).with_name("system-packages")
OLDEST_PYTHON = (3, 11)


class Package(NamedTuple):
    """One line of the list."""

    needed_by: str
    name: str
    proof: str


def main(purposes: list[str]) -> int:
    """Check, install what is missing if this user may, check again; return the exit code."""
    if sys.version_info < OLDEST_PYTHON:
        return _fail(
            f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}."
            " Say where it is: make PYTHON=/path/to/python3.11"
        )
    wanted = [package for package in read_list() if package.needed_by in purposes]
    missing = [package for package in wanted if not is_there(package)]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        apt_install(missing)
        missing = [package for package in missing if not is_there(package)]
    if missing:
        names = " ".join(package.name for package in missing)
        proofs = ", ".join(package.proof.replace(":", " ") for package in missing)
        return _fail(
            f"not found: {proofs}.\nInstall them and run make again. On Debian: sudo apt-get install {names}"
        )
    return 0


def read_list() -> list[Package]:
    """Return the lines of the list, comments apart."""
    lines = (line.split("#")[0].split() for line in LIST.read_text(encoding="utf-8").splitlines())
    return [Package(*words) for words in lines if words]


def is_there(package: Package) -> bool:
    """Tell whether a package's proof holds, wherever it came from."""
    kind, _, what = package.proof.partition(":")
    if kind == "command":
        return shutil.which(what) is not None
    if kind == "module":
        importlib.invalidate_caches()
        return importlib.util.find_spec(what) is not None
    try:
        ctypes.CDLL(what)
    except OSError:
        return False
    return True


def apt_install(packages: list[Package]) -> None:
    """Install packages without questions; what fails is found by the check that follows."""
    names = [package.name for package in packages]
    print("Installing system packages:", *names, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", *names]):
        subprocess.run(
            ["apt-get", *words], env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False
        )


def _fail(message: str) -> int:
    print(f"kaikukortti: {message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
