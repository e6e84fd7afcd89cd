"""How old the newest backup is, and the newest that was put back elsewhere and found good; as words and as figures."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kaikukortti.backup import keeping
from kaikukortti.backup.keeping import Kept

PROVEN_WITHIN = timedelta(hours=26)
MADE_WITHIN = timedelta(hours=26)
AHEAD = timedelta(minutes=5)


@dataclass(frozen=True)
class Standing:
    """The newest backup of a folder and the newest proven one, as of `now`; nothing where there is none."""

    now: datetime
    count: int
    newest: Kept | None
    proven: Kept | None

    def complaints(
        self, *, made_within: timedelta = MADE_WITHIN, proven_within: timedelta = PROVEN_WITHIN
    ) -> list[str]:
        """Return what is wrong, a line each."""
        lines = []
        if self.newest is None:
            lines.append("There is no backup.")
        elif self.now - self.newest.taken_at > made_within:
            lines.append(f"The newest backup is {age(self.now - self.newest.taken_at)} old.")
        if self.proven is None:
            lines.append("No backup has been proven to be good: `kaikukortti restore --verify`.")
        elif self.now - self.proven.taken_at > proven_within:
            lines.append(f"The newest backup that was proven to be good is {age(self.now - self.proven.taken_at)} old.")
        return lines


def look(folder: Path, *, now: datetime) -> Standing:
    """Return how the backups in a folder stand. Those of a time to come are not counted: some clock was wrong.

    Raises BackupProblem for a folder that cannot be read.
    """
    kept = [one for one in keeping.list_kept(folder) if one.taken_at <= now + AHEAD]
    kept.sort(key=lambda one: one.taken_at, reverse=True)
    proven = [one for one in kept if one.proof is not None]
    return Standing(now, len(kept), kept[0] if kept else None, proven[0] if proven else None)


def list_figures(standing: Standing) -> list[tuple[str, str, int]]:
    """Return what Prometheus is told: names, what they mean, values; 0 where there is no backup."""
    newest, proven = standing.newest, standing.proven
    length = newest.note.bytes if newest is not None and newest.note is not None else 0
    return [
        ("kaikukortti_backups", "Backups in the folder.", standing.count),
        ("kaikukortti_backup_newest_timestamp_seconds", "When the newest backup was taken.", _seconds(newest)),
        (
            "kaikukortti_backup_proven_timestamp_seconds",
            "When the newest backup that was put back and found good was taken.",
            _seconds(proven),
        ),
        ("kaikukortti_backup_newest_bytes", "Length of the newest backup.", length),
    ]


def figures(standing: Standing) -> str:
    """Return the figures in Prometheus' text format, for a folder that a node exporter reads."""
    rows = list_figures(standing)
    return "".join(f"# HELP {name} {words}\n# TYPE {name} gauge\n{name} {value}\n" for name, words, value in rows)


def summary(standing: Standing) -> dict[str, str | int | None]:
    """Return what stands as plain values for programs."""
    newest, proven = standing.newest, standing.proven
    return {
        "count": standing.count,
        "newest": newest.path.name if newest else None,
        "newest_at": newest.taken_at.isoformat() if newest else None,
        "proven": proven.path.name if proven else None,
        "proven_at": proven.taken_at.isoformat() if proven else None,
    }


def hours(count: float) -> timedelta:
    """Return a length of time that was given in hours."""
    return timedelta(hours=count)


def age(length: timedelta) -> str:
    """Return a length of time as people say it: minutes, hours, days."""
    minutes = max(0, round(length.total_seconds() / 60))
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 72 * 60 else f"{minutes // 1440} days"


def _seconds(kept: Kept | None) -> int:
    return 0 if kept is None else int(kept.taken_at.timestamp())
