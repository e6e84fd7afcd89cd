"""What a line of cards was at a time: handed out, usable, ended, renewed. Plain Python over the register's entries.

A *term* is the time that one registration or renewal gives; a replacement goes on with its holder's term.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby, pairwise

from kaikukortti.followup.indicators.register import Entry
from kaikukortti.models.cards import PeriodKind
from kaikukortti.rules import period
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.rounding import line_key

DAY = timedelta(days=1)
RENEWED_WITHIN = timedelta(days=60)  # I-10


@dataclass
class Term:
    """A time of use: its days, and the unit whose card it stands on."""

    first_on: date
    last_on: date
    unit_id: int
    is_renewal: bool


@dataclass
class Life:
    """A line of cards.

    `key` is its name as a number, for rounding. `usable` are its days of use in order, without those on which it was
    lost, paused or given back; `returned_on` is the day on which its newest card was given back. `handed_out_on` is
    None for a line that began elsewhere: with a renewal or a replacement of a card that is not known here.
    """

    line: str
    unit_id: int
    is_community: bool
    key: int = 0
    handed_out_on: date | None = None
    terms: list[Term] = field(default_factory=list)
    usable: list[tuple[date, date]] = field(default_factory=list)
    returned_on: date | None = None

    def is_usable(self, day: date) -> bool:
        """Return whether the card can be used on a day."""
        return any(first <= day <= last for first, last in self.usable)

    def usable_days(self, first_on: date, last_on: date) -> int:
        """Return on how many days of a time the card can be used."""
        spans = ((max(first, first_on), min(last, last_on)) for first, last in self.usable)
        return sum(max((last - first).days + 1, 0) for first, last in spans)

    def ended_in(self, first_on: date, last_on: date) -> int | None:
        """Return the place of the last term that came to its end in a time; of none whose card had been given back."""
        ended = [
            place
            for place, term in enumerate(self.terms)
            if first_on <= term.last_on <= last_on and (self.returned_on is None or self.returned_on > term.last_on)
        ]
        return ended[-1] if ended else None

    def is_renewed(self, place: int) -> bool:
        """Return whether a term was followed by a renewal at the same unit that gave days by the 60th day after it."""
        term, following = self.terms[place], self.terms[place + 1 : place + 2]
        return any(
            other.is_renewal and other.unit_id == term.unit_id and other.first_on <= term.last_on + RENEWED_WITHIN
            for other in following
        )

    def followed_until(self) -> date | None:
        """Return the last day of use without a gap between terms: the end, or the day before a loss that lasted."""
        end: date | None = None
        for term in self.terms:
            if end is not None and term.first_on > end + DAY:
                break
            end = term.last_on
        within = [min(last, end) for first, last in self.usable if end is not None and first <= end]
        return max(within, default=None)


def fold(entries: Sequence[Entry]) -> Life:
    """Return the life of a line out of its entries, which are in order."""
    newest = max(entries, key=lambda entry: entry.card_id)
    is_community = newest.card_kind == CardKind.COMMUNITY
    life = Life(newest.line, newest.unit_id, is_community, line_key(newest.line))
    for entry in entries:
        if entry.first_on is not None:
            _add_period(life, entry)
    spans: list[tuple[date, date]] = []
    by_card = sorted(entries, key=lambda entry: entry.card_id)
    for _, group in groupby(by_card, key=lambda entry: entry.card_id):
        spans += _usable(list(group))
    life.usable = _joined(spans)
    events = [entry for entry in entries if entry.card_id == newest.card_id and entry.effective_from is not None]
    last = max(events, key=lambda entry: entry.id, default=None)
    if last is not None and last.what in (State.RETURNED, State.ANONYMISED) and last.effective_from is not None:
        life.returned_on = period.day_of(last.effective_from)
    return life


def _add_period(life: Life, entry: Entry) -> None:
    assert entry.first_on is not None and entry.last_on is not None
    is_renewal = entry.what == PeriodKind.RENEWAL
    if entry.what == PeriodKind.REGISTRATION:
        known = life.handed_out_on
        life.handed_out_on = entry.first_on if known is None else min(known, entry.first_on)
    if is_renewal or entry.what == PeriodKind.REGISTRATION or not life.terms:
        life.terms.append(Term(entry.first_on, entry.last_on, entry.unit_id, is_renewal))
    else:
        life.terms[-1].last_on, life.terms[-1].unit_id = entry.last_on, entry.unit_id


def _usable(entries: Sequence[Entry]) -> list[tuple[date, date]]:
    """Return the days on which one card has a period and is in use; the state of a day is that at its end."""
    active = _active(sorted((entry for entry in entries if entry.effective_from), key=lambda entry: entry.id))
    return [
        (max(first, entry.first_on), min(last, entry.last_on))
        for entry in entries
        if entry.first_on is not None and entry.last_on is not None
        for first, last in active
        if max(first, entry.first_on) <= min(last, entry.last_on)
    ]


def _active(events: Sequence[Entry]) -> list[tuple[date, date]]:
    """Return the days on which the newest event in force leaves a card in use. Quadratic in a card's few events."""
    rows = [
        (period.day_of(event.effective_from), _day_or_never(event), event.what)
        for event in events
        if event.effective_from is not None
    ]
    cuts = sorted({day for first, until, _ in rows for day in (first, until)})
    spans = []
    for first, until in pairwise([*cuts, date.max] if cuts and cuts[-1] != date.max else cuts):
        state = next((what for begins, ends, what in reversed(rows) if begins <= first < ends), None)
        if state == State.ACTIVE:
            spans.append((first, until - DAY))
    return _joined(spans)


def _day_or_never(event: Entry) -> date:
    return date.max if event.effective_until is None else period.day_of(event.effective_until)


def _joined(spans: Sequence[tuple[date, date]]) -> list[tuple[date, date]]:
    joined: list[tuple[date, date]] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + DAY:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined
