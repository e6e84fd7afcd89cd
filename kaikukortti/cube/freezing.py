"""Count what has closed, once, and revise it once. Each period is written whole or not at all, so that whoever starts
again after any end goes on with what is missing. Counting again gives the same cells: it goes by what was known then.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.cube import counting, ledger, store, tables
from kaikukortti.cube.periods import Grain, Period, holding, list_closed
from kaikukortti.cube.store import Frozen
from kaikukortti.db import db, transactional
from kaikukortti.models.cards import Card, CardEvent
from kaikukortti.models.keeping import Erasure
from kaikukortti.models.network import Unit
from kaikukortti.rules import keeping, period, rounding
from kaikukortti.rules.access import Actor, Role

RECOUNTED_FOR = 12  # months
OF_PROFILES = ("birth_year", "postcode", "life_situation")
WITH_TRAITS = (tables.BY_AGE.code, tables.BY_SITUATION.code, tables.BY_ORIGIN.code)


@dataclass(frozen=True)
class Due:
    """A period of an area that is to be counted: for the first time (revision 0), or for its one revision."""

    area_id: int
    prefix: str
    period: Period
    revision: int


@dataclass(frozen=True)
class FreezeReport:
    """What a run has written."""

    frozen: tuple[Due, ...]

    @property
    def revised(self) -> int:
        """Return how many of them hold the revision."""
        return sum(due.revision for due in self.frozen)


@dataclass(frozen=True)
class Difference:
    """A table of a frozen period that counts otherwise today. It is explained where what cards' holders had told was
    corrected since, of which only the newest answer is kept, or made coarse; and where a holder's data were erased.
    """

    due: Due
    code: str
    is_explained: bool


Progress = Callable[[str, int, int], object]
"""Told what is counted, how much of it is done, and how much there is."""

COUNTED = "periods"


def plan(*, area_ids: Collection[int] | None = None, through: Period | None = None, now: datetime) -> list[Due]:
    """Return what has closed by now and is not frozen yet, or not revised yet; up to a period when one is given."""
    closed = list(_closed(area_ids, through, now))
    known = {area_id: store.list_revisions(area_id) for area_id in {due.area_id for due in closed}}
    return [due for due in closed if known[due.area_id].get(due.period, -1) < due.revision]


def freeze(
    *,
    area_ids: Collection[int] | None = None,
    through: Period | None = None,
    now: datetime,
    secret: str,
    progress: Progress | None = None,
) -> FreezeReport:
    """Count every closed period that is missing and write it. `secret` is the rounding key.

    Memory is flat; time grows with the visits of the periods that are missing. Raises RoundingKeyChanged.
    """
    store.hold_to_key(rounding.fingerprint(secret.encode()))
    missing = plan(area_ids=area_ids, through=through, now=now)
    written = []
    for due in _noted("statistics.frozen", missing, now=now, progress=progress):
        if store.write(due.area_id, _count(due, secret=secret, now=now)):
            written.append(due)
    return FreezeReport(tuple(written))


def list_recounted(
    *, area_ids: Collection[int] | None = None, through: Period | None = None, now: datetime
) -> list[Due]:
    """Return the frozen periods that can be counted again: those that ended within the last twelve months and began so
    lately that every visit is still linked to its card.
    """
    today = period.day_of(now)
    since, linked_since = period.add_months(today, -RECOUNTED_FOR), keeping.links_until(today)
    every = (due for due in _closed(area_ids, through, now) if due.period.last_on >= since)
    closed = [due for due in every if due.period.first_on >= linked_since]
    stored = {area_id: store.list_revisions(area_id) for area_id in {due.area_id for due in closed}}
    return [
        Due(due.area_id, due.prefix, due.period, stored[due.area_id][due.period])
        for due in closed
        if due.period in stored[due.area_id]
    ]


def recompute(
    *,
    area_ids: Collection[int] | None = None,
    through: Period | None = None,
    now: datetime,
    secret: str,
    progress: Progress | None = None,
) -> list[Difference]:
    """Count the frozen periods of the last twelve months again and return the tables that differ. Changes nothing: what
    is published stays. Raises RoundingKeyChanged.
    """
    store.hold_to_key(rounding.fingerprint(secret.encode()))
    again = list_recounted(area_ids=area_ids, through=through, now=now)
    found = []
    for due in _noted("statistics.recounted", again, now=now, progress=progress):
        found += _differences(due, secret=secret, now=now)
    return found


def find_open_days(*, now: datetime) -> dict[int, date]:
    """Return by area the first day of its oldest month or quarter that has not been revised. From that day on, visits
    have to stay linked to their cards and profiles exact (DESIGN §6).
    """
    today = period.day_of(now)
    with db.engine.connect() as connection:
        first_days = {area: ledger.find_first_day(connection, area) for area in ledger.list_areas(connection)}
    return {area_id: _find_open_day(area_id, first_on or today, today) for area_id, first_on in first_days.items()}


def _find_open_day(area_id: int, first_on: date, today: date) -> date:
    known, open_on = store.list_revisions(area_id), today
    for grain in Grain:
        one = holding(first_on, grain)
        while one.first_on < open_on and known.get(one, 0) >= 1:
            one = one.next
        open_on = min(open_on, one.first_on)
    return open_on


def count(due: Due) -> counting.Counted:
    """Count a period as it was known when it closed, before rounding. For this module and for tests."""
    known_by = due.period.closes_at(due.revision)
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL jit = off")  # so many sub-queries take longer to compile than to run
        return counting.count(
            due.period,
            holders=ledger.stream_holders(connection, due.area_id, on_day=due.period.last_on, known_by=known_by),
            visits=ledger.stream_visits(connection, due.area_id, due.period, known_by=known_by),
            area_id=due.area_id,
            prefixes=ledger.list_areas(connection),
        )


def _count(due: Due, *, secret: str, now: datetime) -> Frozen:
    counted = count(due)
    key = secret.encode()
    return Frozen(
        period=due.period,
        revision=due.revision,
        frozen_at=now,
        size=counted.size,
        classes=counted.classes,
        has_late=counting.show(counted.late, tables.Measure.RECORDS, secret=key) > 0,
        cells=counting.publish(counted, secret=key),
    )


def _closed(area_ids: Collection[int] | None, through: Period | None, now: datetime) -> Iterator[Due]:
    with db.engine.connect() as connection:
        areas = ledger.list_areas(connection)
        first_days = {
            area_id: ledger.find_first_day(connection, area_id)
            for area_id in areas
            if area_ids is None or area_id in area_ids
        }
    for area_id, first_on in first_days.items():
        for grain in Grain if first_on else ():
            assert first_on is not None
            for at in list_closed(first_on, grain, now=now):
                if through is None or at.last_on <= through.last_on:
                    yield Due(area_id, areas[area_id], at, at.revision_at(now) or 0)


def _differences(due: Due, *, secret: str, now: datetime) -> list[Difference]:
    (stored,) = store.read(store.writer(), due.area_id, [due.period])
    again = _count(due, secret=secret, now=now)
    codes = sorted({*stored.cells, *again.cells})
    differ = [code for code in codes if stored.cells.get(code, {}) != again.cells.get(code, {})]
    since = due.period.closes_at()
    erased = bool(differ) and bool(db.session.scalar(sa.select(sa.exists().where(Erasure.erased_at >= since))))
    told_otherwise = bool(differ) and (_were_corrected(due.area_id, since=since) or ledger.are_coarse(since))
    return [Difference(due, code, erased or (told_otherwise and code in WITH_TRAITS)) for code in differ]


def _were_corrected(area_id: int, *, since: datetime) -> bool:
    """Return whether what holders had told was corrected since a moment; which cards is not asked."""
    told = sa.or_(*(CardEvent.fields.contains(name) for name in OF_PROFILES))
    query = (
        sa.select(CardEvent.id)
        .join(Card, Card.id == CardEvent.card_id)
        .join(Unit, Unit.id == Card.unit_id)
        .where(Unit.area_id == area_id, CardEvent.recorded_at >= since, told)
    )
    return bool(db.session.scalar(sa.select(query.exists())))


def _noted(action: str, dues: Sequence[Due], *, now: datetime, progress: Progress | None) -> Iterator[Due]:
    """Return the periods, area by area, and tell how far the work is after each."""
    for done, due in enumerate(dues):
        if done == 0 or dues[done - 1].area_id != due.area_id:
            _note(action, [one for one in dues if one.area_id == due.area_id], now=now)
        yield due
        if progress is not None:
            progress(COUNTED, done + 1, len(dues))


@transactional
def _note(action: str, dues: Collection[Due], *, now: datetime) -> None:
    """Write down that cards of an area are looked at, before they are."""
    first, last = min(due.period for due in dues), max(due.period for due in dues)
    actor = Actor(None, "statistics", Role.COORDINATOR, area_id=next(iter(dues)).area_id)
    detail = {"periods": len(dues), "first": first.code, "last": last.code}
    audit.record(action, actor=actor, now=now, detail=detail)
