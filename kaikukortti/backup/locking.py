"""One backup at a time in a folder, and a place for what must not be read by others; both end with the process."""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kaikukortti.backup.problem import BackupProblem


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the only one at work in a folder. Raises BackupProblem where somebody else is."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise BackupProblem(f"The folder {folder} cannot be opened ({error.strerror}).") from error
    try:
        _lock(descriptor, folder)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def scratch(folder: Path, name: str) -> Iterator[Path]:
    """Make a folder of its owner alone in another and take it away at the end; one that was left there goes first."""
    place = folder / name
    try:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(mode=0o700)
    except OSError as error:
        raise BackupProblem(f"{folder} cannot be written ({error.strerror}).") from error
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _lock(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            raise BackupProblem(f"Another backup is at work in {folder}: wait until it has ended.") from error
        raise BackupProblem(f"The folder {folder} cannot be locked ({error.strerror}).") from error
