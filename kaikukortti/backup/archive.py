"""Members of any length as one compressed stream (tar in gzip), written without knowing how long they will be; and out
of it again. A member goes in pieces, main.sqlite/000000 and so on; the manifest comes last, as it names the others.
"""

import hashlib
import re
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kaikukortti.backup.problem import Damaged

PIECE = 4 * 1024 * 1024
QUICK = 1  # of gzip's levels: a backup every quarter of an hour must not slow the door
MANIFEST = "manifest.json"
PIECE_NAME = re.compile(r"([a-z]+\.[a-z]+)/([0-9]{6})")
GZIP = 31  # what zlib calls the frame of gzip


@dataclass(frozen=True)
class Member:
    """What a member was when it was packed, or is when it is unpacked: its length and its SHA-256."""

    bytes: int
    sha256: str


Content = tuple[str, Iterable[bytes]]


def pack(
    contents: Iterable[Content], *, at: datetime, describe: Callable[[dict[str, Member]], bytes]
) -> Iterator[bytes]:
    """Yield the stream. `describe` is asked for the manifest when all members have gone. Memory is flat."""
    press = zlib.compressobj(QUICK, zlib.DEFLATED, GZIP)
    for part in _tar(contents, int(at.timestamp()), describe):
        pressed = press.compress(part)
        if pressed:
            yield pressed
    yield press.flush()


def unpack(stream: Path, folder: Path) -> dict[str, Member]:
    """Write the members of a stream into a folder, the manifest too, and return what they are. Raises Damaged."""
    found: dict[str, Member] = {}
    try:
        with tarfile.open(stream, "r|gz") as tar:
            name, digest, length, next_piece = "", hashlib.sha256(), 0, 0
            for info in tar:
                told = PIECE_NAME.fullmatch(info.name)
                content = tar.extractfile(info) if info.isreg() else None
                if told is None or content is None or (told[1] != name and told[1] in found):
                    raise Damaged(f"The backup holds {info.name!r}, which does not belong there.")
                if told[1] != name:
                    name, digest, length, next_piece = told[1], hashlib.sha256(), 0, 0
                if int(told[2]) != next_piece:
                    raise Damaged(f"A piece of {name} is missing in the backup.")
                piece = content.read()
                with (folder / name).open("wb" if next_piece == 0 else "ab") as out:
                    out.write(piece)
                digest.update(piece)
                length, next_piece = length + len(piece), next_piece + 1
                found[name] = Member(length, digest.hexdigest())
    except (tarfile.TarError, zlib.error, EOFError) as error:
        raise Damaged(f"The backup cannot be unpacked ({error}).") from error
    return found


def _tar(contents: Iterable[Content], moment: int, describe: Callable[[dict[str, Member]], bytes]) -> Iterator[bytes]:
    members: dict[str, Member] = {}
    for name, content in contents:
        digest, length = hashlib.sha256(), 0
        for number, piece in enumerate(_pieces(content)):
            digest.update(piece)
            length += len(piece)
            yield from _entry(f"{name}/{number:06}", piece, moment)
        members[name] = Member(length, digest.hexdigest())
    yield from _entry(f"{MANIFEST}/000000", describe(members), moment)
    yield b"\0" * (2 * tarfile.BLOCKSIZE)


def _entry(name: str, piece: bytes, moment: int) -> Iterator[bytes]:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = len(piece), 0o600, moment
    yield info.tobuf(tarfile.USTAR_FORMAT)
    yield piece
    yield b"\0" * (-len(piece) % tarfile.BLOCKSIZE)


def _pieces(content: Iterable[bytes]) -> Iterator[bytes]:
    """Yield pieces of one length but for the last; one empty piece where there is nothing."""
    gathered = bytearray()
    is_any = False
    for part in content:
        gathered += part
        while len(gathered) >= PIECE:
            yield bytes(gathered[:PIECE])
            is_any = True
            del gathered[:PIECE]
    if gathered or not is_any:
        yield bytes(gathered)
