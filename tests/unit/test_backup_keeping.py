"""The folder of backups: what stays, what goes, how old the newest is; journals put together."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from kaikukortti.backup import journals, keeping, locking, standing
from kaikukortti.backup.keeping import Kept
from kaikukortti.backup.manifest import FORMAT, NOTE, Note, Proof
from kaikukortti.backup.problem import BackupProblem
from tests.factories import DAY, NOW

HOUR = timedelta(hours=1)
QUARTER = HOUR / 4


def lay(folder: Path, age: timedelta, *, is_proven: bool = False) -> Path:
    """Put a backup of an age into a folder, with its note, and its proof where it has one."""
    path = folder / keeping.name_of(NOW - age)
    path.write_bytes(b"sealed")
    note = Note(FORMAT, path.name, NOW - age, "1", 6, keeping.hash_of(path))
    path.with_name(path.name + keeping.NOTE_SUFFIX).write_bytes(NOTE.dump_json(note))
    if is_proven:
        keeping.write_proof(path, Proof(note.sha256, NOW, "1"))
    return path


def of_age(age: timedelta, *, proven: bool = False) -> Kept:
    path = Path(keeping.name_of(NOW - age))
    return Kept(path, NOW - age, None, Proof("", NOW, "1") if proven else None)


def test_two_days_stay_whole_then_the_newest_of_each_day_then_nothing():
    kept = [of_age(QUARTER * number) for number in range(4 * 24 * 50)]
    old = keeping.choose_old(kept, now=NOW, days=35)
    left = sorted(NOW - one.taken_at for one in kept if one not in old)
    assert [age for age in left if age <= 2 * DAY] == [QUARTER * number for number in range(4 * 48 + 1)]
    days = [(NOW - age).date() for age in left if age > 2 * DAY]
    assert len(days) == len(set(days)) == 33 and max(left) <= 35 * DAY
    assert all((NOW - age).strftime("%H:%M") == "23:45" for age in left if age > 3 * DAY)


def test_a_clock_that_ran_ahead_takes_no_good_backup_with_it():
    kept = [of_age(DAY * number) for number in range(10)]
    gone = keeping.choose_old(kept, now=NOW + 400 * DAY, days=35)
    assert len(kept) - len(gone) == keeping.NEVER_FEWER and kept[0] not in gone
    assert keeping.choose_old([of_age(-400 * DAY), *kept], now=NOW, days=35) == []


def test_the_newest_proven_one_stays_however_old():
    kept = [of_age(DAY * number, proven=number == 90) for number in range(100)]
    left = [one for one in kept if one not in keeping.choose_old(kept, now=NOW, days=35)]
    assert kept[90] in left and kept[89] not in left and kept[91] not in left


def test_what_lies_beside_a_backup_goes_with_it_and_nothing_else(tmp_path):
    paths = [lay(tmp_path, DAY * number, is_proven=True) for number in range(50)]
    (tmp_path / keeping.JOURNAL).write_bytes(b"")
    (tmp_path / "letter.txt").write_text("not ours")
    keeping.remove(keeping.choose_old(keeping.list_kept(tmp_path), now=NOW, days=35))
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {path.name + end for path in paths[:36] for end in ("", ".json", ".proof")} | {
        keeping.JOURNAL,
        "letter.txt",
    }


def test_the_newest_proven_backup_must_be_under_26_hours_old(tmp_path):
    assert standing.look(tmp_path, now=NOW).complaints() == [
        "There is no backup.",
        "No backup has been proven to be good: `kaikukortti restore --verify`.",
    ]
    lay(tmp_path, 27 * HOUR, is_proven=True)
    newest = lay(tmp_path, HOUR)
    (complaint,) = standing.look(tmp_path, now=NOW).complaints()
    assert complaint == "The newest backup that was proven to be good is 27 h old."
    assert standing.look(tmp_path, now=NOW - 2 * HOUR).complaints() == []
    keeping.write_proof(newest, Proof(keeping.hash_of(newest), NOW, "1"))
    assert standing.look(tmp_path, now=NOW).complaints() == []
    assert standing.look(tmp_path, now=NOW).complaints(made_within=HOUR / 2) == ["The newest backup is 60 min old."]


def test_a_proof_of_another_file_is_none(tmp_path):
    path = lay(tmp_path, HOUR)
    keeping.write_proof(path, Proof("0" * 64, NOW, "1"))
    assert standing.look(tmp_path, now=NOW).proven is None


def test_a_backup_of_a_time_to_come_does_not_hide_that_none_was_made(tmp_path):
    lay(tmp_path, -400 * DAY, is_proven=True)
    found = standing.look(tmp_path, now=NOW)
    assert found.newest is None and len(found.complaints()) == 2


def test_figures_for_prometheus_name_the_newest_and_the_proven(tmp_path):
    lay(tmp_path, HOUR)
    lay(tmp_path, DAY, is_proven=True)
    text = standing.figures(standing.look(tmp_path, now=NOW))
    values = dict(line.split(" ") for line in text.splitlines() if not line.startswith("#"))
    assert values == {
        "kaikukortti_backups": "2",
        "kaikukortti_backup_newest_timestamp_seconds": str(int((NOW - HOUR).timestamp())),
        "kaikukortti_backup_proven_timestamp_seconds": str(int((NOW - DAY).timestamp())),
        "kaikukortti_backup_newest_bytes": "6",
    }


def test_a_file_is_there_whole_or_not_at_all(tmp_path):
    path = tmp_path / "note"
    path.write_bytes(b"before")
    with pytest.raises(RuntimeError), keeping.writing(path) as out:
        out.write(b"half")
        raise RuntimeError("the power went")
    assert [one.name for one in tmp_path.iterdir()] == ["note"] and path.read_bytes() == b"before"
    with keeping.writing(path) as out:
        out.write(b"after")
    assert path.read_bytes() == b"after" and path.stat().st_mode & 0o777 == 0o600


def test_two_backups_at_once_are_one_too_many(tmp_path):
    with locking.alone(tmp_path):
        with pytest.raises(BackupProblem, match="Another backup"), locking.alone(tmp_path):
            raise AssertionError("two are at work")
    with locking.alone(tmp_path):
        assert True


def test_journals_are_put_together_and_torn_lines_go():
    def line(name: str, day: int) -> str:
        return json.dumps({"at": f"2026-11-{day:02}T10:00:00+00:00", "line": name, "numbers": [name + "1"]}) + "\n"

    old, new = line("a", 1) + line("b", 2), line("b", 2) + '{"at": "2026-11-0\n' + line("c", 3) + "[]\n"
    assert journals.merge([new, old]) == line("a", 1) + line("b", 2) + line("c", 3)
    assert journals.merge([]) == "" and journals.names(new) == {"b", "c"}
