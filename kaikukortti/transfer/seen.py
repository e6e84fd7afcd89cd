"""What has been seen before in a file of any length, counted in a database of its own on disk: memory stays flat."""

import hashlib
import sqlite3
from types import TracebackType

CACHE_KIB = 16 * 1024


class Seen:
    """Remembers keys while a file is read; what it keeps is gone when it is closed."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)  # a nameless file that SQLite makes and takes away
        self._file.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self._file.execute("PRAGMA journal_mode = OFF")
        self._file.execute(
            "CREATE TABLE seen (key INTEGER PRIMARY KEY, times INTEGER NOT NULL, first INTEGER NOT NULL)"
        )
        self._file.execute("BEGIN")

    def __enter__(self) -> "Seen":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._file.close()

    def note(self, text: str, row: int) -> tuple[int, int]:
        """Note a text in a row; return how many times it has been there, this one included, and its first row."""
        key = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)
        found: tuple[int, int] = self._file.execute(
            "INSERT INTO seen VALUES (?, 1, ?) ON CONFLICT (key) DO UPDATE SET times = times + 1"
            " RETURNING times, first",
            (key, row),
        ).fetchone()
        return found

    def first_row(self, text: str) -> int | None:
        """Return the row in which a text stood first, None for one that has not been noted."""
        key = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)
        found = self._file.execute("SELECT first FROM seen WHERE key = ?", (key,)).fetchone()
        return None if found is None else int(found[0])
