"""Anonymous pairs of group answers for tests, straight into the table. In an application context."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from kaikukortti.followup import store
from kaikukortti.followup.models.answers import GroupResponse, UsedCard
from kaikukortti.followup.models.episodes import Mode, Phase
from kaikukortti.models.network import Unit

STARTED, ENDED = date(2025, 1, 1), date(2025, 7, 1)  # quarters


def add_start(unit: Unit, total: float, *, code: str = "swemwbs", quarter: date = STARTED) -> str:
    """Add an answer from the start alone and return its hash."""
    key = secrets.token_hex(32)
    _add(unit, code=code, quarter=quarter, phase=Phase.START, pair_hash=key, total=total)
    return key


def add_pairs(
    unit: Unit,
    pairs: Iterable[tuple[float, float]],
    *,
    code: str = "swemwbs",
    used: UsedCard = UsedCard.UNSAID,
    quarters: Sequence[date] = (STARTED, ENDED),
) -> None:
    """Add pairs of totals."""
    for before, after in pairs:
        key = add_start(unit, before, code=code, quarter=quarters[0])
        _add(unit, code=code, quarter=quarters[1], phase=Phase.END, pair_hash=key, total=after, used_card=used)


def _add(unit: Unit, **facts: Any) -> None:
    with store.writing() as session:
        session.add(GroupResponse(area_id=unit.area_id, unit_id=unit.id, mode=Mode.SELF, **facts))
