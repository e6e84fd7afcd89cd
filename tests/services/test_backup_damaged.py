"""A backup that is not what it was is never put back: any byte, any length, another key, other contents."""

import io
import random
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from kaikukortti.backup import archive, keeping, restoring, sealing
from kaikukortti.backup.manifest import MANIFEST
from kaikukortti.backup.problem import BackupProblem
from tests import backups, factories
from tests.backups import TOOLS, Keeper
from tests.factories import DAY, NOW
from venues import sync

FLIPS = 60


@pytest.fixture
def file(keeper) -> Path:
    """Return a backup with a few visits in it."""
    tablet, card = factories.make_tablet().known, factories.make_issued_card()
    items = [factories.make_item(card, occurred=NOW - ago * DAY) for ago in range(3)]
    sync.accept(items, device=tablet, received_at=NOW)
    return keeper.take()


def alone(file: Path, place: Path) -> Path:
    """Copy a backup without what lies beside it."""
    copy = place / "copied" / file.name
    copy.parent.mkdir(exist_ok=True)
    shutil.copyfile(file, copy)
    return copy


def opens(file: Path, place: Path) -> bool:
    """Return whether a backup can be opened and is as its manifest says; nothing is left in `place` either way."""
    identities = sealing.read_identities(backups.keys()[0])
    try:
        with restoring.opened(file, identities=identities, place=place):
            return True
    except BackupProblem as problem:
        assert str(problem).count("\n") == 0 and file.name in str(problem)
        return False
    finally:
        assert not (place / restoring.SCRATCH).exists()


@pytest.mark.parametrize("with_note", [True, False])
def test_one_flipped_bit_anywhere_is_noticed(keeper, file, with_note):
    target = file if with_note else alone(file, keeper.place)
    whole, chance = target.read_bytes(), random.Random(9)
    places = {0, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(FLIPS)), *range(0, 220, 11)}
    assert opens(target, keeper.place)
    for place in sorted(places):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << chance.randrange(8)
        target.write_bytes(damaged)
        assert not opens(target, keeper.place), f"a flipped bit at {place} of {len(whole)} was not noticed"
    target.write_bytes(whole)
    assert opens(target, keeper.place)


@pytest.mark.parametrize("with_note", [True, False])
def test_every_other_length_is_noticed(keeper, file, with_note):
    target = file if with_note else alone(file, keeper.place)
    whole = target.read_bytes()
    edges = (0, 1, 100, 200, 300, len(whole) // 2, len(whole) - 17, len(whole) - 16, len(whole) - 1)
    for length in edges:
        target.write_bytes(whole[:length])
        assert not opens(target, keeper.place), f"cut to {length} of {len(whole)}"
    target.write_bytes(whole + b"\0")
    assert not opens(target, keeper.place)


def test_the_command_says_so_in_one_line_and_proves_nothing(keeper, file):
    damaged = bytearray(file.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    file.write_bytes(damaged)
    result = keeper.verify(file)
    assert result.exit_code == 1 and f"{file.name} is damaged" in str(result.exception)
    checked = keeper.run("backup", "check")
    assert checked.exit_code == 1 and "is damaged" in checked.output
    file.write_bytes(bytes(damaged[:-5]))
    assert "cut short" in keeper.run("backup", "check").output
    target = keeper.place / "new"
    result = keeper.run("restore", str(file), "--to", str(target), "--identity", str(keeper.key_file))
    assert result.exit_code == 1 and not list(target.iterdir())
    assert keeping.list_kept(keeper.folder)[0].proof is None


def test_a_damaged_note_is_told_apart_from_a_good_backup(keeper, file):
    note = file.with_name(file.name + keeping.NOTE_SUFFIX)
    note.write_text(note.read_text()[:-20])
    assert "move it away" in str(keeper.verify(file).exception)
    note.unlink()
    assert keeper.verify(file).exit_code == 0


def test_another_key_opens_nothing(keeper, file):
    keeper.key_file.write_text(sealing.new_pair()[0])
    assert "cannot be opened with this key" in str(keeper.verify(file).exception)
    keeper.key_file.write_text(backups.keys()[1])
    assert "no key of age" in str(keeper.verify(file).exception)


def test_the_secret_key_is_refused_where_backups_are_made(keeper):
    for text, words in ((backups.keys()[0], "secret key"), ("age1nonsense", "no public key"), ("", "public key")):
        result = keeper.run("backup", KAIKU_BACKUP_RECIPIENT=text)
        assert result.exit_code == 1 and words in str(result.exception)
        assert not text or text not in str(result.exception)
    assert not list(keeper.folder.iterdir())


def test_contents_that_are_not_what_the_manifest_counts_are_noticed(keeper, file, engine_name):
    """Whoever packs other rows under a whole seal is found by the counts and by the hash of the ledger."""
    assert keeper.verify(resealed(file, keeper, lambda folder: None)).exit_code == 0
    words = str(keeper.verify(resealed(file, keeper, FORGERS[engine_name])).exception)
    assert "What was put back is not what was copied" in words
    assert "the hash of the ledger of visits is another one" in words and "scan_decisions" not in words


def resealed(file: Path, keeper: Keeper, change) -> Path:
    """Return a backup like another, with members changed by `change` and named in its manifest as they are then."""
    folder = keeper.place / "unpacked"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    plain, identities = folder / "stream", sealing.read_identities(backups.keys()[0])
    with plain.open("wb") as out:
        sealing.open_into(file, out, identities=identities)
    names = archive.unpack(plain, folder)
    change(folder)
    said = MANIFEST.validate_json((folder / archive.MANIFEST).read_bytes())

    def describe(members) -> bytes:
        said.members.update(members)
        return MANIFEST.dump_json(said)

    contents = [(name, [(folder / name).read_bytes()]) for name in names if name != archive.MANIFEST]
    forged = keeper.place / file.name
    packed = io.BytesIO()
    sealing.seal(
        archive.pack(contents, at=NOW, describe=describe), packed, recipients=sealing.read_recipients(backups.keys()[1])
    )
    forged.write_bytes(packed.getvalue())
    return forged


def _forge_file(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "main.sqlite")) as connection, connection:
        connection.execute("DROP TRIGGER IF EXISTS scans_no_update")
        connection.execute("UPDATE scans SET adult = adult + 1 WHERE scan_id = (SELECT min(scan_id) FROM scans)")


def _forge_dump(folder: Path) -> None:
    """Change one figure in the rows of the ledger, which pg_dump writes as text, of the same length."""
    listed = subprocess.run(
        [TOOLS / "pg_restore", "--data-only", "--table=scans", "--file=-", folder / "main.dump"],
        capture_output=True,
        check=True,
    ).stdout
    line = next(line for line in listed.splitlines() if b"\t" in line and b"2026-11-20" in line)
    changed = line.replace(b"2026-11-20 16:30:00", b"2026-11-20 16:31:00", 1)
    dump = (folder / "main.dump").read_bytes()
    assert dump.count(line) == 1 and changed != line
    (folder / "main.dump").write_bytes(dump.replace(line, changed))


FORGERS = {"sqlite": _forge_file, "postgresql": _forge_dump}
