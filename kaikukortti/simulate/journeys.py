"""Made-up visits for a network of any size, a month at a time, written as the door would have written them."""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from kaikukortti import bulkrows
from kaikukortti.models.ledger import Entry, Scan, ScanCard, ScanDecision
from kaikukortti.rules.flag import Answer, Flag
from kaikukortti.rules.verdict import Reason, VerdictClass
from kaikukortti.simulate.calendar import Calendar, Month
from kaikukortti.simulate.holders import Holder
from kaikukortti.simulate.places import Places
from kaikukortti.simulate.seasons import SEASON, Goal, Season

ELSEWHERE = 0.01  # cards of areas that are not in this service
CROSS_AREA = 0.05
UNDONE = 0.01
AGAIN = 0.004
LATE, OFFLINE = 0.02, 0.05  # written on paper and entered later; kept on a tablet without a network
CHILDREN_TOO = 0.4
TRIES = 8
HOUR = 3_600
OPEN_DAYS = 30  # a question that nobody has answered is younger
ENTRIES = (*[Entry.CAMERA.value] * 17, *[Entry.TYPED.value] * 2, Entry.SCANNER.value)

_SCAN = (
    *("scan_id", "venue_id", "device_id", "occurrence_id", "occurred_at", "received_at", "on_day", "offset_ms"),
    *("jumped", "entry", "raw_code", "shown", "verdict", "reason"),
    *("adult", "child", "assistant", "interpreter", "worker", "under16", "undoes", "body_hash"),
)
_WELCOME, _COUNTS, _CHECK = (VerdictClass.WELCOME.value, VerdictClass.COUNTS.value, VerdictClass.CHECK.value)
_NOTHING = (0, 0, 0, 0, 0, 0)
_LINK = ("scan_id", "card_id", "line")
_DECISION = ("scan_id", "flag", "counted", "decided_at", "answer", "is_suggested")


@dataclass(slots=True)
class _Visit:
    """One visit before it is written: who (None for a card from elsewhere), where, with which card."""

    holder: Holder | None
    card_id: int
    venue: int
    goal: Goal


class Journeys:
    """Lets holders go out month by month: everybody's first visit in the month of its debut, then more visits of those
    who like to go, until so many are made. What one month cannot place, the next ones do.
    """

    def __init__(
        self, places: Places, days: Calendar, holders: list[Holder], *, visits: int, chance: random.Random
    ) -> None:
        self._places, self._days, self._chance = places, days, chance
        self._waiting = sorted(holders, key=lambda holder: holder.debut, reverse=True)
        self._out: list[Holder] = []
        self._left = visits
        self._shares = _month_shares(days, holders)
        self._serial = 0
        self._seen: set[tuple[str, int]] = set()

    def write(self, month: Month, season: Season) -> int:
        """Write a month's visits and return how many; undone ones are visits, their undoing is none."""
        if month.first >= self._days.today:
            return 0
        self._seen.clear()
        visits = self._first_visits(month, season)
        self._out = [holder for holder in self._out if holder.spells[-1][1] >= month.first]
        further = max(self._left - len(visits) - len(self._waiting), 0)
        visits += self._further_visits(season, round(further * self._shares[month]))
        self._left -= len(visits)
        visits.sort(key=lambda visit: visit.goal.day)
        for start in range(0, len(visits), bulkrows.AT_ONCE):
            self._write_some(visits[start : start + bulkrows.AT_ONCE])
        return len(visits)

    def _first_visits(self, month: Month, season: Season) -> list[_Visit]:
        visits: list[_Visit] = []
        put_off: list[Holder] = []
        while self._waiting and self._waiting[-1].debut <= month.last and len(visits) < self._left:
            holder = self._waiting.pop()
            visit = next(filter(None, (self._go(holder, season) for _ in range(TRIES))), None)
            if visit:
                visits.append(visit)
                self._out.append(holder)
            elif holder.spells[-1][1] > month.last:
                put_off.append(holder)
        self._waiting += put_off
        return visits

    def _further_visits(self, season: Season, wanted: int) -> list[_Visit]:
        visits: list[_Visit] = []
        weights = list(accumulate(holder.weight for holder in self._out))
        for _ in range(TRIES if self._out else 0):
            drawn = self._chance.choices(self._out, cum_weights=weights, k=wanted - len(visits))
            visits += filter(None, (self._go(holder, season) for holder in drawn))
        for visit in visits:
            if self._chance.random() < ELSEWHERE:
                visit.holder = None
        return visits

    def _go(self, holder: Holder, season: Season) -> _Visit | None:
        """Let a holder choose where to go; None if there is nothing to go to, or no card for the day."""
        draw = self._chance.random
        if draw() < CROSS_AREA:
            venue = int(draw() * len(self._places.venues))
        else:
            venue = holder.places[int(draw() * len(holder.places))]
        share = self._places.venues[venue].kind.house
        goals = season.house[venue] if share and draw() < share else season.evenings[venue]
        if not goals:
            return None
        goal = goals[int(draw() * len(goals))]
        card_id = next((card for first, last, card in holder.spells if first <= goal.day <= last), None)
        if card_id is None or (holder.line, goal.key) in self._seen:
            return None
        self._seen.add((holder.line, goal.key))
        return _Visit(holder, card_id, venue, goal)

    def _write_some(self, visits: list[_Visit]) -> None:
        scans: list[bulkrows.Row] = []
        links: list[bulkrows.Row] = []
        decisions: list[bulkrows.Row] = []
        for visit in visits:
            scan = self._scan(visit)
            scans.append(scan)
            if visit.holder is None:
                decisions.append((scan[0], Flag.ELSEWHERE.value, None, scan[5], None, False))
                continue
            links.append((scan[0], visit.card_id, visit.holder.line))
            drawn = self._chance.random()
            if drawn < UNDONE:
                scans.append(self._undo(scan))
                links.append((scans[-1][0], visit.card_id, visit.holder.line))
            elif drawn < UNDONE + AGAIN:
                decisions += self._question(visit, scan)
        bulkrows.insert(Scan, _SCAN, scans)
        bulkrows.insert(ScanCard, _LINK, links)
        bulkrows.insert(ScanDecision, _DECISION, decisions)

    def _scan(self, visit: _Visit) -> bulkrows.Row:
        draw, goal, days = self._chance.random, visit.goal, self._days
        before = int(draw() * 2_100)  # up to 35 minutes before an evening begins; a house is open from ten to six
        clock = goal.starts - before if goal.occurrence_id else 10 * HOUR + int(draw() * 8 * HOUR)
        entry = ENTRIES[int(draw() * len(ENTRIES))]
        received = days.moment(goal.day, clock + 1)
        drawn = draw()
        if drawn < LATE + OFFLINE:
            arrived = goal.day + 1 + int(draw() * (21 if drawn < LATE else 3))
            if arrived < days.today:
                entry = Entry.BACKLOG.value if drawn < LATE else entry
                received = days.moment(arrived, 9 * HOUR + int(draw() * 6 * HOUR))
        holder = visit.holder
        verdict, reason, code = _WELCOME, None, None
        if holder is None:
            verdict, reason, code = _CHECK, Reason.ELSEWHERE.value, f"VA{int(draw() * 90_000) + 10_000}"
        elif holder.children or holder.is_community:
            verdict = _COUNTS
        scan_id, at = self._new_id(), (
            visit.venue + 1,
            visit.venue + 1,
            goal.occurrence_id,
            days.moment(goal.day, clock),
        )
        judged = (received, days.texts[goal.day], 0, False, entry, code, verdict, verdict, reason)
        return (scan_id, *at, *judged, *self._tickets(holder, goal), None, hashlib.sha256(scan_id.encode()).digest())

    def _tickets(self, holder: Holder | None, goal: Goal) -> tuple[int, int, int, int, int, int]:
        """Return adult, child, assistant, interpreter, worker, under 16."""
        draw = self._chance.random
        if holder is not None and holder.is_community:
            return (0, 0, 0, 0, 1 + int(draw() < 0.3), int(draw() * 7))
        child = 0
        if holder is not None and holder.children and not goal.is_course and draw() < CHILDREN_TOO:
            child = 1 + int(draw() * holder.children)
        helper = draw()
        return (1, child, int(helper < 0.04), int(helper > 0.99), 0, 0)

    def _undo(self, scan: bulkrows.Row) -> bulkrows.Row:
        """Return the row that takes a scan back, half a minute later and at once known."""
        undo_id = self._new_id()
        digest = hashlib.sha256(undo_id.encode()).digest()
        return (undo_id, *scan[1:5], scan[5], *scan[6:14], *_NOTHING, scan[0], digest)

    def _question(self, visit: _Visit, scan: bulkrows.Row) -> Iterator[bulkrows.Row]:
        """Yield the question whether a card was read twice, and its answer if there has been time for one."""
        yield (scan[0], Flag.AGAIN.value, False, scan[5], None, False)
        if visit.goal.day < self._days.today - OPEN_DAYS:
            answer = Answer.COUNT if self._chance.random() < 0.7 else Answer.MERGE
            at = self._days.moment(visit.goal.day + 25, 10 * HOUR)
            yield (scan[0], Flag.AGAIN.value, answer is Answer.COUNT, at, answer.value, False)

    def _new_id(self) -> str:
        """Return a UUID of version 4 in form; its first part counts up, so that rows and index grow at their ends."""
        drawn = self._chance.getrandbits(90)
        self._serial += 1
        middle = f"{drawn & 0xFFFF:04x}-4{drawn >> 16 & 0xFFF:03x}-{0x8000 | drawn >> 28 & 0x3FFF:04x}"
        return f"{self._serial:08x}-{middle}-{drawn >> 42:012x}"


def _month_shares(days: Calendar, holders: list[Holder]) -> dict[Month, float]:
    """Return for each month its share of the visits that are left: by season, and by whose card is good."""
    months = [month for month in days.months() if month.first < days.today]
    place_of = [place for place, month in enumerate(months) for _ in range(month.first, month.last + 1)]
    steps = [0.0] * (len(months) + 1)
    for holder in holders:
        for first, last, _ in holder.spells:
            steps[place_of[first]] += holder.weight
            steps[place_of[last] + 1] -= holder.weight
    lengths = [min(month.last, days.today - 1) - month.first + 1 for month in months]
    weights = [
        SEASON[month.month] * length * max(live, 0.0)
        for month, length, live in zip(months, lengths, accumulate(steps), strict=False)
    ]
    rests = list(accumulate(reversed(weights)))[::-1]
    return {
        month: weight / rest if rest > 0 else 1.0 for month, weight, rest in zip(months, weights, rests, strict=True)
    }
