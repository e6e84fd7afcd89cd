"""Gaps in what a tablet has sent: it numbers its registrations, so one that never arrived leaves a hole."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.ledger import Device, Scan


@dataclass(frozen=True)
class Gap:
    """Registrations of one series that have not arrived: their first and last number."""

    series: str
    first: int
    last: int

    @property
    def missing(self) -> int:
        """Return how many registrations are missing."""
        return self.last - self.first + 1


def find_gaps(numbers: Iterable[tuple[str, int]]) -> list[Gap]:
    """Return the holes in the numbers of each series, which count from 1, in whatever order they arrived."""
    gaps = []
    for series, pairs in groupby(sorted(set(numbers)), key=lambda pair: pair[0]):
        expected = 1
        for _series, run in pairs:
            if run > expected:
                gaps.append(Gap(series, expected, run - 1))
            expected = run + 1
    return gaps


def list_gaps(device_id: int) -> list[Gap]:
    """Return the registrations of a device that have not arrived though later ones have."""
    query = sa.select(Scan.series, Scan.run).where(Scan.device_id == device_id, Scan.run.is_not(None))
    return find_gaps((series, run) for series, run in db.session.execute(query) if series and run)


def count_missing(venue_id: int) -> dict[int, int]:
    """Return how many registrations are missing by device, of the venue's devices that miss any. One statement."""
    counted = (
        sa.select(Scan.device_id, (sa.func.max(Scan.run) - sa.func.count(Scan.run.distinct())).label("missing"))
        .join(Device, Device.id == Scan.device_id)
        .where(Device.venue_id == venue_id, Scan.run.is_not(None), Scan.series.is_not(None))
        .group_by(Scan.device_id, Scan.series)
        .subquery()
    )
    total = sa.func.sum(counted.c.missing)
    query = sa.select(counted.c.device_id, total).group_by(counted.c.device_id).having(total > 0)
    return {device_id: int(missing) for device_id, missing in db.session.execute(query)}
