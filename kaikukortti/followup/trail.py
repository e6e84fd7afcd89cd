"""The audit log of the main database, for use cases of the follow-up.

An entry is on disk before what it tells of: call `record` as the last thing inside `store.writing()`, and before a
look's data are returned.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kaikukortti import audit
from kaikukortti.db import transactional
from kaikukortti.rules.access import Actor


@transactional
def record(
    action: str,
    *,
    actor: Actor,
    now: datetime,
    card_number: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Append an entry to the chain of the actor's organisation, in a transaction of its own (audit.record)."""
    audit.record(action, actor=actor, now=now, card_number=card_number, detail=detail)
