"""Sealing and packing: streams of any length come out as they went in, or not at all."""

import io
import os
import random
import tarfile
from pathlib import Path

import pytest

from kaikukortti.backup import archive, sealing
from kaikukortti.backup.problem import BackupProblem, Damaged
from tests.factories import NOW

CHUNK = 64 * 1024 + 16  # of age's payload, with its tag
SECRET, PUBLIC = sealing.new_pair()


def sealed(content: bytes, place: Path, *, pieces: int = 1000) -> Path:
    file = place / "file.age"
    parts = [content[start : start + pieces] for start in range(0, len(content), pieces)]
    with file.open("wb") as out:
        told = sealing.seal(parts, out, recipients=sealing.read_recipients(PUBLIC))
    assert told.bytes == file.stat().st_size
    return file


def opened(file: Path) -> bytes:
    out = io.BytesIO()
    sealing.open_into(file, out, identities=sealing.read_identities(f"# a remark\n{SECRET}\n"))
    return out.getvalue()


@pytest.mark.parametrize("length", [0, 1, 65_535, 65_536, 65_537, 300_000])
def test_every_length_comes_out_as_it_went_in(tmp_path, length):
    content = os.urandom(length)
    assert opened(sealed(content, tmp_path)) == content


@pytest.mark.parametrize("whole_chunks", [0, 1, 2, 3])
def test_a_file_cut_where_a_chunk_ends_is_noticed(tmp_path, whole_chunks):
    file = sealed(os.urandom(4 * 65_536), tmp_path)
    whole = file.read_bytes()
    head = len(whole) - 4 * CHUNK
    file.write_bytes(whole[: head + whole_chunks * CHUNK])
    with pytest.raises(Damaged):
        opened(file)


def test_two_chunks_that_changed_places_are_noticed(tmp_path):
    file = sealed(bytes(4 * 65_536), tmp_path)
    whole = file.read_bytes()
    head = len(whole) - 4 * CHUNK
    one, two, rest = whole[head : head + CHUNK], whole[head + CHUNK : head + 2 * CHUNK], whole[head + 2 * CHUNK :]
    file.write_bytes(whole[:head] + two + one + rest)
    with pytest.raises(Damaged):
        opened(file)


def test_what_goes_wrong_at_the_source_or_the_disk_is_told_as_it_was(tmp_path):
    def source():
        yield b"some"
        raise BackupProblem("pg_dump failed: the server went away")

    class Full(io.BytesIO):
        def write(self, data):
            raise OSError(28, "No space left on device")

    recipients = sealing.read_recipients(PUBLIC)
    with pytest.raises(BackupProblem, match="the server went away"):
        sealing.seal(source(), io.BytesIO(), recipients=recipients)
    with pytest.raises(OSError, match="No space left"):
        sealing.seal([bytes(100_000)], Full(), recipients=recipients)
    with pytest.raises(OSError, match="No space left"):
        sealing.open_into(sealed(bytes(100_000), tmp_path), Full(), identities=sealing.read_identities(SECRET))


def test_any_of_several_keys_opens_and_others_do_not(tmp_path):
    other_secret, other_public = sealing.new_pair()
    file = tmp_path / "file.age"
    with file.open("wb") as out:
        sealing.seal([b"all of it"], out, recipients=sealing.read_recipients(f"{PUBLIC}, {other_public}"))
    for secret in (SECRET, other_secret):
        out = io.BytesIO()
        sealing.open_into(file, out, identities=sealing.read_identities(secret))
        assert out.getvalue() == b"all of it"
    with pytest.raises(BackupProblem, match="cannot be opened with this key"):
        sealing.open_into(file, io.BytesIO(), identities=sealing.read_identities(sealing.new_pair()[0]))


def packed(place: Path, contents: dict[str, bytes]) -> Path:
    stream = place / "stream"
    chance = random.Random(1)

    def parts(content: bytes):
        while content:
            length = chance.randrange(1, 3_000_000)
            yield content[:length]
            content = content[length:]

    given = [(name, parts(content)) for name, content in contents.items()]
    stream.write_bytes(b"".join(archive.pack(given, at=NOW, describe=lambda members: repr(sorted(members)).encode())))
    return stream


def test_members_longer_than_a_piece_and_empty_ones_come_out_as_they_went_in(tmp_path):
    contents = {"main.sqlite": os.urandom(2 * archive.PIECE + 5), "erasures.journal": b"", "settings.json": b"{}"}
    contents["exact.dump"] = bytes(archive.PIECE)
    found = archive.unpack(packed(tmp_path, contents), tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in contents} == contents
    assert found.keys() == {*contents, archive.MANIFEST}
    assert (tmp_path / archive.MANIFEST).read_text() == repr(sorted(contents))


@pytest.mark.parametrize("name", ["../evil.sqlite/000000", "/etc/passwd", "main.sqlite/000001", "main.sqlite"])
def test_a_stream_with_other_names_or_a_piece_missing_is_refused(tmp_path, name):
    stream = tmp_path / "stream"
    with tarfile.open(stream, "w:gz") as tar:
        info = tarfile.TarInfo(name)
        info.size = 3
        tar.addfile(info, io.BytesIO(b"abc"))
    place = tmp_path / "into"
    place.mkdir()
    with pytest.raises(Damaged):
        archive.unpack(stream, place)
    assert not list(place.iterdir()) and not (tmp_path / "evil.sqlite").exists()


def test_a_link_in_a_stream_is_refused(tmp_path):
    stream = tmp_path / "stream"
    with tarfile.open(stream, "w:gz") as tar:
        info = tarfile.TarInfo("main.sqlite/000000")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    with pytest.raises(Damaged):
        archive.unpack(stream, tmp_path)
