"""Indicators of cards: I-01 to I-05 and I-10. Each card falls into its own unit's cells and into the area's."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median

from kaikukortti.cube.counting import Cell
from kaikukortti.followup.indicators import firstuse, publishing
from kaikukortti.followup.indicators.figures import Code, Figure, Why, hidden
from kaikukortti.followup.indicators.firstuse import Followed
from kaikukortti.followup.indicators.lives import Life
from kaikukortti.followup.indicators.publishing import Scope
from kaikukortti.rules import suppression
from kaikukortti.rules.span import Span

LATELY = timedelta(days=90)  # I-05, as "in use" of DESIGN §4


@dataclass(frozen=True)
class Delays:
    """How many days visits took to be recorded, and by how many cards they were made."""

    days: Counter[int] = field(default_factory=Counter)
    cards: set[str] = field(default_factory=set)

    @property
    def median(self) -> float | None:
        """Return the middle one; None where it could be one card's."""
        return None if len(self.cards) < suppression.FEWEST_OF_MEDIAN else float(median(self.days.elements()))


@dataclass(frozen=True)
class Seen:
    """What the ledger knows of the lines: first uses until `data_on`, and which were used in the period's last 90 days.

    Visits until `lost_until` are linked to no card any more.
    """

    first_uses: Mapping[str, date]
    lately: set[str]
    data_on: date
    lost_until: date | None = None


@dataclass
class CardCells:
    """The cells of a unit or of the area. `is_forgotten`: a card may have been used when nobody can tell any more."""

    valid: Cell = field(default_factory=Cell)
    community: Cell = field(default_factory=Cell)
    handed_out: Cell = field(default_factory=Cell)
    taken_into_use: Cell = field(default_factory=Cell)
    followed: list[Followed] = field(default_factory=list)
    ended: Cell = field(default_factory=Cell)
    never_used: Cell = field(default_factory=Cell)
    long_valid: Cell = field(default_factory=Cell)
    active: Cell = field(default_factory=Cell)
    is_forgotten: bool = False


@dataclass
class RenewalCells:
    """What became of cards that ended; counted when sixty days more have passed."""

    ended: Cell = field(default_factory=Cell)
    renewed: Cell = field(default_factory=Cell)
    unlinked: Cell = field(default_factory=Cell)


def count(lives: Iterable[Life], span: Span, *, seen: Seen) -> dict[int, CardCells]:
    """Return the cells of each unit, and under 0 those of the area."""
    found = defaultdict[int, CardCells](CardCells)
    first_on, last_on = span.first_on, span.last_on
    for life in lives:
        both = found[publishing.AREA], found[life.unit_id]
        is_valid = life.is_usable(last_on)
        if life.is_community:
            for cells in both if is_valid else ():
                cells.community.add(life.key)
            continue
        if is_valid:
            _add_valid(
                both, life, is_old=life.terms[0].first_on <= last_on - LATELY, is_active=life.line in seen.lately
            )
        if life.handed_out_on is not None and first_on <= life.handed_out_on <= last_on:
            _add_handed_out(both, life, seen)
        place = life.ended_in(first_on, last_on)
        if place is not None:
            _add_ended(both, life, place, seen)
    return found


def count_renewals(lives: Iterable[Life], span: Span) -> dict[int, RenewalCells]:
    """Return what became of the cards that ended in a period, by unit, and under 0 in the area."""
    found = defaultdict[int, RenewalCells](RenewalCells)
    first_on, last_on = span.first_on, span.last_on
    for life in lives:
        if life.is_community:
            continue
        place, begun = life.ended_in(first_on, last_on), life.terms[:1]
        for cells in (found[publishing.AREA], found[life.unit_id]):
            if place is not None:
                cells.ended.add(life.key)
                if life.is_renewed(place):
                    cells.renewed.add(life.key)
            if begun and begun[0].is_renewal and first_on <= begun[0].first_on <= last_on:
                cells.unlinked.add(life.key)
    return found


def _add_valid(both: Iterable[CardCells], life: Life, *, is_old: bool, is_active: bool) -> None:
    for cells in both:
        cells.valid.add(life.key)
        if is_old:
            cells.long_valid.add(life.key)
            if is_active:
                cells.active.add(life.key)


def _add_handed_out(both: Iterable[CardCells], life: Life, seen: Seen) -> None:
    used_on = seen.first_uses.get(life.line)
    followed = firstuse.follow(life, used_on, data_on=seen.data_on)
    for cells in both:
        cells.handed_out.add(life.key)
        cells.followed.append(followed)
        if used_on is not None:
            cells.taken_into_use.add(life.key)


def _add_ended(both: Iterable[CardCells], life: Life, place: int, seen: Seen) -> None:
    used_on = seen.first_uses.get(life.line)
    is_unused = used_on is None or used_on > life.terms[place].last_on
    is_forgotten = is_unused and seen.lost_until is not None and life.terms[0].first_on <= seen.lost_until
    for cells in both:
        cells.ended.add(life.key)
        if is_unused:
            cells.never_used.add(life.key)
            cells.is_forgotten |= is_forgotten


def figures(cells: CardCells, span: Span, *, scope: Scope, delays: Delays, data_on: date) -> list[Figure]:
    """Return I-01 to I-05 of a scope."""
    followed = {
        "data_on": data_on.isoformat(),
        "followed_least": (data_on - span.last_on).days,
        "followed_most": (data_on - span.first_on).days,
    }
    recorded = {"recording_days": delays.median}
    return [
        publishing.count(Code.VALID, cells.valid, scope=scope),
        publishing.count(Code.VALID, cells.community, scope=scope, dims="community"),
        publishing.share(Code.TAKEN_INTO_USE, cells.taken_into_use, cells.handed_out, scope=scope, facts=followed),
        *firstuse.figures(cells.followed, scope=scope),
        (
            hidden(Code.NO_RECORDED_USE, why=Why.FORGOTTEN)
            if cells.is_forgotten
            else publishing.share(Code.NO_RECORDED_USE, cells.never_used, cells.ended, scope=scope, facts=recorded)
        ),
        publishing.share(Code.ACTIVE, cells.active, cells.long_valid, scope=scope),
    ]


def renewal_figures(cells: RenewalCells | None, *, scope: Scope) -> list[Figure]:
    """Return I-10 of a scope; None: the sixty days are not over."""
    if cells is None:
        return [hidden(Code.RETENTION, dims, why=Why.FOLLOW_UP) for dims in ("", "unlinked")]
    return [
        publishing.share(Code.RETENTION, cells.renewed, cells.ended, scope=scope),
        publishing.count(Code.RETENTION, cells.unlinked, scope=scope, dims="unlinked"),
    ]
