"""Writes down the flags of a scan, inside the transaction that records it. What becomes of them is in decisions."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kaikukortti import statements
from kaikukortti.models.ledger import ScanDecision
from kaikukortti.rules.flag import Answer, Flag
from venues import reconcile


def raise_flags(scan_id: str, flags: tuple[Flag, ...], now: datetime, *, is_closed: bool) -> None:
    """Write the flags down. `is_closed`: a person has decided before, so the question is answered as it is raised."""
    if not flags:
        return
    rows: list[dict[str, Any]] = [
        {
            "scan_id": scan_id,
            "flag": flag,
            "counted": False if flag in reconcile.HOLDS_BACK else None,
            "decided_at": now,
            "answer": None,
            "is_suggested": False,
        }
        for flag in flags
    ]
    if is_closed:
        rows += [{**row, "answer": Answer.LEAVE, "is_suggested": True} for row in rows if row["flag"] is Flag.UNDO_LATE]
    statements.run(_NEW_DECISION, rows)


_NEW_DECISION = sa.insert(ScanDecision)
