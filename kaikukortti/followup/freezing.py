"""Count the indicators of what has closed and write them down: quarters, then years, the oldest first.

A period is counted 14 days after its end, again after 45 with what came late, and after 91 with what has to be followed
so long. Each is written whole or not at all, so that whoever starts again after any end goes on with what is missing.
Marks that lead from a quarter's answers to people are deleted with its first count.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from kaikukortti import partners
from kaikukortti.cube import ledger
from kaikukortti.cube import store as cells
from kaikukortti.db import db
from kaikukortti.followup import indicatorcounts, store, switches, trail
from kaikukortti.followup.indicatorcounts import AT_THE_END, Asked
from kaikukortti.followup.indicators import answers, frozenrows, spans, visits, yearly
from kaikukortti.followup.indicators.figures import DEFINITIONS, Code, Figure, Found
from kaikukortti.followup.indicators.publishing import AREA
from kaikukortti.models.network import Unit
from kaikukortti.rules import period, rounding
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.span import QUARTER, YEAR, Span, holding

ANSWERED = (Code.BARRIERS, Code.MOOD, Code.GROUP_CHANGE, Code.USERS_AND_OTHERS, Code.GOALS)
PERIODS = "periods"
Progress = Callable[[str, int, int], object]
"""Told what is counted, how much of it is done, and how much there is."""


@dataclass(frozen=True)
class Due:
    """A quarter or year of an area that is to be counted, for the first time (0) or again. Visits of the area until
    `lost_until` are linked to no card any more.
    """

    area_id: int
    prefix: str
    span: Span
    revision: int
    lost_until: date | None


@dataclass(frozen=True)
class Difference:
    """An indicator of a frozen period that counts otherwise today."""

    due: Due
    code: str


def plan(*, area_ids: Collection[int] | None = None, now: datetime) -> list[Due]:
    """Return what has closed by now and has not been counted yet, in areas with follow-up on: the quarters of an area
    before its years. A quarter or year whose visits are linked to cards no more, is not counted for the first time.
    """
    dues = []
    for area_id, prefix in _areas(area_ids):
        known = {span: frozen.revision for span, frozen in frozenrows.list_revisions(area_id).items()}
        closed = list(_closed(area_id, now=now))
        missing = [span for span in closed if known.get(span, -1) < (spans.revision_at(span, now) or 0)]
        lost_until = _lost_until(area_id) if missing else None
        dues += [
            Due(area_id, prefix, span, spans.revision_at(span, now) or 0, lost_until)
            for span in missing
            if span in known or lost_until is None or span.first_on > lost_until
        ]
    return dues


def freeze(
    *, area_ids: Collection[int] | None = None, now: datetime, secret: str, progress: Progress | None = None
) -> list[Due]:
    """Count every period that is due, write it, and return what was written. `secret` is the rounding key.

    Linear in the cards of an area and in the visits of its missing periods. Raises cube.store.RoundingKeyChanged.
    """
    cells.hold_to_key(rounding.fingerprint(secret.encode()))
    dues = plan(area_ids=area_ids, now=now)
    written = [
        due
        for due in _noted("followup.frozen", dues, now=now, progress=progress)
        if _freeze(due, secret=secret, now=now)
    ]
    _forget_where_off(now)
    return written


def recompute(
    *, area_ids: Collection[int] | None = None, now: datetime, secret: str, progress: Progress | None = None
) -> list[Difference]:
    """Count frozen periods of the last year again and return the indicators that differ; changes nothing.

    What people answered is left out: who gave it is not known any more. Raises cube.store.RoundingKeyChanged.
    """
    cells.hold_to_key(rounding.fingerprint(secret.encode()))
    found = []
    for due in _noted("followup.recounted", list_recounted(area_ids=area_ids, now=now), now=now, progress=progress):
        asked, stored = _asked(due, secret), frozenrows.read_all(due.area_id, due.span)
        again = _joined(indicatorcounts.count_cards(asked), _settled(asked))
        again = _beside_quarters(asked, again)
        codes = {code for unit_id in again for code in _differing(again[unit_id], stored.get(unit_id, []))}
        found += [Difference(due, code) for code in sorted(codes)]
    return found


def list_recounted(*, area_ids: Collection[int] | None = None, now: datetime) -> list[Due]:
    """Return the frozen periods that can be counted again: with today's definitions, their visits still linked."""
    dues = []
    for area_id, prefix in _areas(area_ids):
        lost_until = _lost_until(area_id)
        dues += [
            Due(area_id, prefix, span, frozen.revision, lost_until)
            for span, frozen in frozenrows.list_revisions(area_id).items()
            if frozen.definitions == DEFINITIONS and (lost_until is None or span.first_on > lost_until)
        ]
    return dues


def find_open_days(*, now: datetime) -> dict[int, date]:
    """Return by area with follow-up on the first day of its oldest quarter or year that is yet to be counted with all
    its visits. From that day on they have to stay linked to their cards, and what holders told exact. A quarter or year
    that will not be counted any more (`plan`) keeps nothing.
    """
    found, today = {}, period.day_of(now)
    for area_id, _ in _areas(None):
        known = {span: frozen.revision for span, frozen in frozenrows.list_revisions(area_id).items()}
        with db.engine.connect() as connection:
            first_on = ledger.find_first_day(connection, area_id) or today
        closed = [span for months in spans.LENGTHS for span in _until(first_on, months, today)]
        lost_until = _lost_until(area_id) if any(span not in known for span in closed) else None
        found[area_id] = min(
            (
                span.first_on
                for span in closed
                if known.get(span, -1) < spans.REVISED
                and (span in known or lost_until is None or span.first_on > lost_until)
            ),
            default=today,
        )
    return found


def _until(first_on: date, months: int, today: date) -> Iterator[Span]:
    span = holding(first_on, months)
    while span.first_on <= today:
        yield span
        span = Span(period.add_months(span.first_on, months), months)


def _freeze(due: Due, *, secret: str, now: datetime) -> bool:
    asked, stored = _asked(due, secret), frozenrows.read_all(due.area_id, due.span)
    is_lost = due.lost_until is not None and due.span.first_on <= due.lost_until
    before = frozenrows.list_revisions(due.area_id).get(due.span)
    if before is not None and (is_lost or before.revision >= spans.REVISED):
        counted = {at: [one for one in figures if one.code not in AT_THE_END] for at, figures in stored.items()}
    else:
        counted = indicatorcounts.count_cards(asked)
        answered = {at: [one for one in figures if one.code in ANSWERED] for at, figures in stored.items()}
        counted = _joined(counted, answered if stored else _answered(asked))
    found = _beside_quarters(asked, _joined(counted, _settled(asked)))
    return frozenrows.write(due.area_id, due.span, found, revision=due.revision, now=now)


def _asked(due: Due, secret: str) -> Asked:
    left_out = {unit_id for unit_id, told in switches.list_units(due.area_id).items() if not told.followup}
    units = db.session.scalars(sa.select(Unit.id).where(Unit.area_id == due.area_id).order_by(Unit.id))
    unit_ids = tuple(unit_id for unit_id in units if unit_id not in left_out)
    return Asked(due.area_id, due.span, due.revision, unit_ids, secret.encode())


def _answered(asked: Asked) -> Found:
    told = [
        figure.dims
        for quarter in _quarters(asked)
        for figure in quarter.get(AREA, [])
        if figure.code == Code.MOOD and not figure.is_suppressed
    ]
    with store.reading() as session:
        return indicatorcounts.count_answers(session, asked, told_before=told)


def _settled(asked: Asked) -> Found:
    with store.reading() as session:
        return indicatorcounts.count_settled(session, asked)


def _beside_quarters(asked: Asked, found: Found) -> Found:
    """Hide in a unit's year what would tell a hidden quarter."""
    if asked.span.months != YEAR:
        return found
    quarters = [
        {at: {(one.code, one.dims): one for one in figures} for at, figures in quarter.items()}
        for quarter in _quarters(asked)
    ]
    return {
        at: figures if at == AREA else yearly.beside_quarters(figures, [quarter.get(at, {}) for quarter in quarters])
        for at, figures in found.items()
    }


def _quarters(asked: Asked) -> list[Found]:
    return (
        [frozenrows.read_all(asked.area_id, quarter) for quarter in asked.span.parts(QUARTER)]
        if asked.span.months == YEAR
        else []
    )


def _joined(first: Found, second: Found) -> Found:
    return {at: [*first.get(at, []), *second.get(at, [])] for at in {**first, **second}}


def _differing(again: Sequence[Figure], stored: Sequence[Figure]) -> set[str]:
    before, after = (
        {(one.code, one.dims): one for one in figures if one.code not in ANSWERED} for figures in (stored, again)
    )
    return {
        str(key[0])
        for key in {**before, **after}
        if frozenrows.plain(before.get(key)) != frozenrows.plain(after.get(key))
    }


def _areas(area_ids: Collection[int] | None) -> list[tuple[int, str]]:
    """Return the areas with follow-up on, and their prefixes."""
    wanted = [area for area in partners.list_areas() if area_ids is None or area.id in area_ids]
    return [(area.id, area.prefix) for area in wanted if switches.of_area(area.id).followup]


def _closed(area_id: int, *, now: datetime) -> Iterator[Span]:
    with db.engine.connect() as connection:
        first_on = ledger.find_first_day(connection, area_id)
    for months in spans.LENGTHS:
        if first_on is not None:
            yield from spans.list_closed(first_on, months, now=now)


def _lost_until(area_id: int) -> date | None:
    with db.engine.connect() as connection:
        return visits.find_lost_day(connection, area_id)


def _forget_where_off(now: datetime) -> None:
    """Delete the marks of closed quarters where follow-up was switched off since: nothing will count them."""
    closed = holding(period.day_of(now), QUARTER).previous
    while spans.closes_at(closed) > now:
        closed = closed.previous
    for area in partners.list_areas():
        if not switches.of_area(area.id).followup:
            with store.writing() as session:
                answers.forget_marks(session, area.id, closed.first_on)


def _noted(action: str, dues: Sequence[Due], *, now: datetime, progress: Progress | None) -> Iterator[Due]:
    """Return the periods, with an entry in the log of each area before its cards are looked at; tell how far it is."""
    for done, due in enumerate(dues):
        if done == 0 or dues[done - 1].area_id != due.area_id:
            many = sum(one.area_id == due.area_id for one in dues)
            actor = Actor(None, "followup", Role.COORDINATOR, area_id=due.area_id)
            trail.record(action, actor=actor, now=now, detail={"periods": many})
        yield due
        if progress is not None:
            progress(PERIODS, done + 1, len(dues))
