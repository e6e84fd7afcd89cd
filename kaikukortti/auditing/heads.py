"""The heads of all chains as a file to be kept on another machine: whoever rewrites a chain cannot rewrite that too.

JSON lines: a head a line, and at the end a line with their number and SHA-256, so that a damaged file is noticed. It is
not signed: a key for that would lie on the same machine as the trail.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from kaikukortti.auditing.verification import Mark
from kaikukortti.db import db
from kaikukortti.models.trail import AuditHead

FORMAT = "kaikukortti audit heads 1"


class HeadsDamaged(Exception):
    """The file is no whole file of heads; the message says what is wrong, in one line."""


def export(*, now: datetime) -> str:
    """Return the newest link of every chain as JSON lines: no card and no person, but numbers of organisations."""
    heads = db.session.scalars(sa.select(AuditHead).order_by(AuditHead.organisation))
    at = now.isoformat()
    lines = [
        _line({"organisation": head.organisation, "seq": head.seq, "hash": head.entry_hash, "at": at}) for head in heads
    ]
    return "".join(lines) + _line({"format": FORMAT, "at": at, "heads": len(lines), "sha256": _digest(lines)})


def read(text: str) -> dict[str, tuple[Mark, ...]]:
    """Return the links by organisation that a file, or several behind each other, says there were.

    Raises HeadsDamaged.
    """
    marks: dict[str, list[Mark]] = {}
    block: list[str] = []
    for line in text.splitlines(keepends=True):
        found = _parsed(line)
        if "organisation" in found:
            block.append(line)
            marks.setdefault(str(found["organisation"]), []).append(_mark(found))
            continue
        if found.get("format") != FORMAT:
            raise HeadsDamaged("This is no file of `kaikukortti audit heads`.")
        if (found.get("heads"), found.get("sha256")) != (len(block), _digest(block)):
            raise HeadsDamaged("The file of heads is damaged: its last line does not fit the lines above it.")
        block = []
    if block or not text:
        raise HeadsDamaged("The file of heads ends too early: its last line is missing.")
    return {organisation: tuple(found) for organisation, found in marks.items()}


def _line(values: dict[str, object]) -> str:
    return json.dumps(values, sort_keys=True) + "\n"


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _parsed(line: str) -> dict[str, object]:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise HeadsDamaged("The file of heads is damaged: a line of it is not JSON.")
    return found


def _mark(found: dict[str, object]) -> Mark:
    try:
        return Mark(int(str(found["seq"])), str(found["hash"]), datetime.fromisoformat(str(found["at"])))
    except (KeyError, ValueError) as error:
        raise HeadsDamaged("The file of heads is damaged: a head lacks its number, hash or day.") from error
