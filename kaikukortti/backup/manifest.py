"""What a backup says of itself: inside it all, beside it only how long the file is and its SHA-256."""

from dataclasses import dataclass
from datetime import datetime

import pydantic

from kaikukortti.backup.archive import Member
from kaikukortti.backup.facts import Head, Ledger, StoreFacts
from kaikukortti.backup.problem import Damaged

FORMAT = "kaikukortti backup 1"


@dataclass(frozen=True)
class Copied:
    """One file or one database of a server: its member, its engine with version, and what is in its stores."""

    member: str
    engine: str
    version: str
    stores: dict[str, StoreFacts]


@dataclass(frozen=True)
class Manifest:
    """What a backup holds, as of `taken_at`. `erasures` is how many the journal names; `members` are all but this."""

    format: str
    taken_at: datetime
    program: str
    databases: list[Copied]
    ledger: Ledger
    heads: list[Head]
    erasures: int
    members: dict[str, Member]


@dataclass(frozen=True)
class Note:
    """What lies beside a backup for those who cannot open it."""

    format: str
    file: str
    taken_at: datetime
    program: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Proof:
    """A backup was put back elsewhere and found good: written beside it. `sha256` is that of the file."""

    sha256: str
    verified_at: datetime
    program: str


MANIFEST = pydantic.TypeAdapter(Manifest)
NOTE = pydantic.TypeAdapter(Note)
PROOF = pydantic.TypeAdapter(Proof)


def read_manifest(content: bytes) -> Manifest:
    """Return the manifest of a backup. Raises Damaged for what is none, or of a format that is not known here."""
    try:
        found = MANIFEST.validate_json(content)
    except pydantic.ValidationError:
        raise Damaged("The backup's manifest cannot be read: is it of a newer version of the program?") from None
    if found.format != FORMAT:
        raise Damaged(f"The backup is of the format {found.format!r}, this program knows {FORMAT!r}.")
    return found


def find_differences(said: Manifest, *, members: dict[str, Member]) -> list[str]:
    """Return how members differ from what the manifest says of them, a line each."""
    names = sorted({*said.members, *members})
    return [f"{name} is not as it was packed" for name in names if said.members.get(name) != members.get(name)]


def compare_store(store: str, said: StoreFacts, found: StoreFacts) -> list[str]:
    """Return how a store that was put back differs from what was copied, a line each."""
    lines = []
    if said.revision != found.revision:
        lines.append(f"{store}: the schema is {found.revision or 'none'}, the manifest says {said.revision or 'none'}")
    for table in sorted({*said.tables, *found.tables}):
        was, now = said.tables.get(table), found.tables.get(table)
        if was != now:
            lines.append(f"{store}: {table} has {_rows(now)}, the manifest says {_rows(was)}")
    return lines


def _rows(count: int | None) -> str:
    return "no table" if count is None else f"{count} rows"
