"""Frozen periods for tests: cells written straight into the statistics store, as a freeze would have left them."""

from collections.abc import Mapping
from datetime import datetime

from kaikukortti.cube import periods, store
from kaikukortti.cube.store import Frozen
from kaikukortti.rules.disclosure import NetworkSize

Cells = Mapping[str, Mapping[tuple[str, ...], int]]

MONTH_CELLS: Cells = {
    "uses_total": {("adults",): 120, ("children",): 35},
    "uses": {("culture", "adults"): 80, ("culture", "children"): 35, ("sport", "adults"): 40},
    "cards_valid": {(): 210},
    "cards_in_use": {(): 65},
    "first_visits": {(): 15},
    "records": {("same_day",): 90},
}
QUARTER_CELLS: Cells = {
    "cards_by_age": {("under_25",): 15, ("25_34",): 25, ("not_told",): 5},
    "cards_by_situation": {("student",): 20, ("not_told",): 10},
    "cards_by_origin": {("post:531",): 45, ("elsewhere",): 10},
    "cards_by_variety": {("one", "one"): 30, ("two", "two_or_more"): 15},
}
CLASSES = {"situation": ("student", "job_seeker", "not_told"), "origin": ("post:531", "elsewhere", "not_told")}


def write(
    area_id: int,
    code: str,
    *,
    frozen_at: datetime,
    revision: int = 0,
    size: NetworkSize = NetworkSize.TRAITS,
    cells: Cells | None = None,
) -> None:
    """Freeze a month (`2026-07`) or a quarter (`2026-Q3`) of an area."""
    usual = QUARTER_CELLS if "Q" in code else MONTH_CELLS
    found = Frozen(
        period=periods.parse(code),
        revision=revision,
        frozen_at=frozen_at,
        size=size,
        classes=CLASSES,
        has_late=False,
        cells=usual if cells is None else cells,
    )
    assert store.write(area_id, found)
