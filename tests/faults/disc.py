"""A disc of its own, an ext4 image: it can be filled, and copied as a power cut would leave it. Needs root."""

import filecmp
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MIB = 1024 * 1024
BALLAST = "ballast"
ATTEMPTS = 20


class Disc:
    """A mounted image. What was not synced may not be in `image`: that is what a power cut leaves."""

    def __init__(self, folder: Path, *, mebibytes: int) -> None:
        self.image, self.root = folder / "disc.img", folder / "disc"
        self.root.mkdir()
        with self.image.open("wb") as file:
            file.truncate(mebibytes * MIB)
        _call("mkfs.ext4", "-q", "-F", "-m", "0", str(self.image))
        _mount(self.image, self.root)

    def free(self) -> int:
        """Return the bytes that are left."""
        return shutil.disk_usage(self.root).free

    def fill(self, *, but: int = 0) -> None:
        """Take all the space there is, but so many bytes."""
        with (self.root / BALLAST).open("ab") as file:
            size = file.tell() + max(self.free() - but, 0)
            try:
                os.posix_fallocate(file.fileno(), 0, size)
            except OSError:  # less was free than was said: take what there is
                _pour(file.fileno())

    def clear(self) -> None:
        """Give the space back."""
        (self.root / BALLAST).unlink(missing_ok=True)

    def cut(self, into: Path) -> None:
        """Copy the image as it is at this moment. Who writes to it must be stopped.

        The kernel may write out pages of its own accord meanwhile: a copy that it has torn is made again.
        """
        for _ in range(ATTEMPTS):
            _call("cp", "--sparse=always", str(self.image), str(into))
            if filecmp.cmp(self.image, into, shallow=False):
                return
        raise AssertionError("the disc was never still")

    def end(self) -> None:
        """Unmount and forget it."""
        _unmount(self.root)
        self.image.unlink()


@contextmanager
def made(folder: Path, *, mebibytes: int) -> Iterator[Disc]:
    """Make a disc for a while."""
    disc = Disc(folder, mebibytes=mebibytes)
    try:
        yield disc
    finally:
        disc.end()


@contextmanager
def mounted(image: Path, root: Path) -> Iterator[Path]:
    """Mount a copy, so that the file system recovers as after a power cut."""
    root.mkdir(exist_ok=True)
    _mount(image, root)
    try:
        yield root
    finally:
        _unmount(root)


def _mount(image: Path, root: Path) -> None:
    _call("mount", "-o", "loop", str(image), str(root))


def _unmount(root: Path) -> None:
    _call("umount", "--lazy", str(root))


def _pour(file: int) -> None:
    for size in (MIB, 4096):
        try:
            while os.write(file, b"\0" * size):
                pass
        except OSError:
            continue


def _call(*command: str) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"{command[0]} needs root and loop devices: {done.stderr.strip()}")
