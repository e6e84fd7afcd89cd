"""Was this person among the users of a quarter? Two attackers guess, and how often they are right is counted.

Both see what a coordinator or viewer of the network sees, months and quarters. The first knows the person's traits; the
second knows everybody else's visits to the last ticket, and the person's own, did they happen. `show` is how a build
publishes a cell: the positive control puts in one that shows the truth.
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kaikukortti.cube import classes, counting, tables
from kaikukortti.cube.counting import Cell, Counted
from kaikukortti.cube.ledger import Holder, Visit
from kaikukortti.cube.periods import Period
from kaikukortti.cube.tables import Key, Measure
from kaikukortti.rules import disclosure
from kaikukortti.rules.rounding import BASE

Show = Callable[[Cell, Measure, bytes], int]
Shown = dict[tuple[str, str, Key], int]
"""Published numbers by period, table and classes."""
STAYING = 0.85
"""So many of the others are in a trial's network, so that no two trials see the same one."""
SURE_OF_95_PERCENT = 1.645


@dataclass(frozen=True)
class Stretch:
    """A period with all that it counts, as the ledger streams it, at an area."""

    period: Period
    area_id: int
    prefixes: dict[int, str]
    holders: list[Holder]
    visits: list[Visit]

    def without(self, lines: set[str]) -> "Stretch":
        """Return the same period in which some lines had no visit."""
        return replace(self, visits=[one for one in self.visits if one.line not in lines])

    def count(self) -> Counted:
        """Count it as a freeze does."""
        return counting.count(
            self.period,
            holders=self.holders,
            visits=self.visits,
            area_id=self.area_id,
            prefixes=self.prefixes,
        )


@dataclass(frozen=True)
class Quarter:
    """A quarter, its months, and the quarter before as what is usual."""

    whole: Stretch
    months: tuple[Stretch, ...]
    before: Stretch

    def members(self) -> list[Visit]:
        """Return one visit of each line of personal cards that was used in the quarter, as cubes count cards in use:
        by any visit that is a use, though the last one may be none (a course that goes on, a pass shown again).
        """
        uses = (one for one in self.whole.visits if one.adults or one.children)
        return list({one.line: one for one in uses if one.line and not one.is_community}.values())

    def singled_out(self) -> list[Visit]:
        """Return those of the members whom nobody else equals in all that the attacker knows of a person."""
        alike = Counter(_traits(one) for one in self.members())
        return [one for one in self.members() if alike[_traits(one)] == 1]

    def without(self, lines: set[str]) -> "Quarter":
        """Return the same quarter in which some lines had no visit."""
        months = tuple(one.without(lines) for one in self.months)
        return replace(self, whole=self.whole.without(lines), months=months)

    def count(self) -> list[Counted]:
        """Count the quarter and its months."""
        return [self.whole.count(), *(month.count() for month in self.months)]


@dataclass(frozen=True)
class Score:
    """How often a guess was right, with as many trials in as out, so that 0.5 is a coin's."""

    right: float
    trials: int

    @property
    def accuracy(self) -> float:
        """Return the balanced accuracy."""
        return self.right / self.trials

    @property
    def at_most(self) -> float:
        """Return its upper bound of 95 %."""
        spread = math.sqrt(max(self.accuracy * (1 - self.accuracy), 1e-9) / self.trials)
        return self.accuracy + SURE_OF_95_PERCENT * spread


def protected(cell: Cell, measure: Measure, secret: bytes) -> int:
    """Show a cell as the production code does."""
    return counting.show(cell, measure, secret=secret)


def unprotected(cell: Cell, measure: Measure, _secret: bytes) -> int:
    """Show the truth: the build with protection off."""
    return cell.cards if measure is Measure.CARDS else cell.number


def knowing_everybody_else(
    quarters: Sequence[Quarter], *, show: Show, trials: int, seed: int, codes: frozenset[str] | None = None
) -> Score:
    """Return how often somebody is right who knows both networks exactly and has to say which one was published."""
    chance = random.Random(seed)
    right = 0.0
    for trial in range(trials):
        quarter = chance.choice(quarters)
        target = chance.choice(quarter.members()).line or ""
        quarter = quarter.without(_leaving(quarter, target, chance))
        inside, outside = _flat(quarter.count(), codes), _flat(quarter.without({target}).count(), codes)
        is_in, secret = trial % 2 == 0, chance.randbytes(32)
        real = inside if is_in else outside
        told = 0.0
        for key in inside.keys() | outside.keys():
            measure = tables.BY_CODE[key[1]].measure
            with_it, without_it = inside.get(key, Cell()), outside.get(key, Cell())
            if with_it != without_it:
                seen = show(real.get(key, Cell()), measure, secret)
                told += _log(seen, with_it, measure, show) - _log(seen, without_it, measure, show)
        right += 0.5 if told == 0 else (told > 0) == is_in
    return Score(right, trials)


def _leaving(quarter: Quarter, target: str, chance: random.Random) -> set[str]:
    others = sorted(one.line for one in quarter.members() if one.line and one.line != target)
    return {line for line in others if chance.random() > STAYING}


def _flat(counted: Sequence[Counted], codes: frozenset[str] | None = None) -> dict[tuple[str, str, Key], Cell]:
    return {
        (str(place), code, key): cell
        for place, one in enumerate(counted)
        for code, cells in one.cells.items()
        for key, cell in cells.items()
        if codes is None or code in codes
    }


def _log(seen: int, cell: Cell, measure: Measure, show: Show) -> float:
    """Return the logarithm of how likely a cell is shown so, its rounding key unknown."""
    if show is unprotected:
        return 0.0 if seen == unprotected(cell, measure, b"") else -100.0
    number = cell.cards if measure is Measure.CARDS else cell.number
    if measure is not Measure.CARDS and not disclosure.may_show_tickets(
        cell.of_cards, cards=cell.cards, largest=cell.largest, second=cell.second
    ):
        number = 0
    rest = number % BASE
    up = rest / BASE
    likely = up if seen == number - rest + BASE else 1 - up if seen == number - rest else 0.0
    return math.log(likely) if likely else -100.0


def knowing_traits(
    quarters: Sequence[Quarter], *, show: Show, trials: int, seed: int, can_cross: bool = False
) -> Score:
    """Return how often somebody is right who knows a person's traits and has learnt from as many other cases.
    The person is one of those who are like nobody else: whom an attacker looks for.

    `can_cross`: the build lets figures be asked for by any crossing of traits, as one with protection off would.
    """
    chance = random.Random(seed)
    rows, labels = [], []
    for trial in range(trials):
        quarter = chance.choice(quarters)
        target = chance.choice(quarter.singled_out())
        is_in, secret = trial % 2 == 0, chance.randbytes(32)
        gone = _leaving(quarter, target.line or "", chance)
        rows.append(
            _seen(quarter.without(gone if is_in else {*gone, target.line or ""}), target, show, secret, can_cross)
        )
        labels.append(1.0 if is_in else -1.0)
    return _learn(np.array(rows), np.array(labels))


def _seen(quarter: Quarter, target: Visit, show: Show, secret: bytes, can_cross: bool) -> list[float]:
    """Return what the cells of a person's traits say now and said before, and the totals of the months."""
    now, before = quarter.whole.count(), quarter.before.count()
    wanted = _cells_of(quarter.whole, target, now)
    seen = []
    for code, key in wanted:
        pair = [
            show(one.cells.get(code, {}).get(key, Cell()), tables.BY_CODE[code].measure, secret)
            for one in (now, before)
        ]
        seen += [*map(float, pair), float(pair[0] > 0), float(pair[0] - pair[1])]
    totals = [
        show(month.count().cells[tables.CARDS_IN_USE.code].get((), Cell()), Measure.CARDS, secret)
        for month in quarter.months
    ]
    seen += map(float, totals)
    if can_cross:
        alike = {
            one.line for one in quarter.whole.visits if _traits(one) == _traits(target) and one.adults + one.children
        }
        seen.append(float(len(alike)))
    return seen


def _cells_of(stretch: Stretch, target: Visit, counted: Counted) -> list[tuple[str, Key]]:
    homes = tuple(code for code in counted.classes[tables.ORIGIN] if code.startswith("post:"))
    away = target.home_area_id not in (None, stretch.area_id)
    home = (
        classes.home_area_class(stretch.prefixes[target.home_area_id or 0])
        if away
        else classes.residence_class(target.postcode, classes=homes)
    )
    return [
        (tables.BY_AGE.code, (classes.age_class(target.birth_year, year=stretch.period.last_on.year),)),
        (tables.BY_SITUATION.code, (target.life_situation or classes.NOT_TOLD,)),
        (tables.BY_ORIGIN.code, (home,)),
    ]


def _traits(one: Visit) -> tuple[object, ...]:
    return one.birth_year, one.postcode, one.life_situation, one.home_area_id


def _learn(rows: np.ndarray, labels: np.ndarray) -> Score:
    """Fit a line through one half and judge the other half by it, both ways round."""
    rows = (rows - rows.mean(axis=0)) / (rows.std(axis=0) + 1e-9)
    rows = np.hstack([rows, np.ones((len(rows), 1))])
    fold = np.arange(len(rows)) // 2 % 2
    right = 0.0
    for half in (0, 1):
        taught, judged = fold != half, fold == half
        square = rows[taught].T @ rows[taught] + np.eye(rows.shape[1])
        weights = np.linalg.solve(square, rows[taught].T @ labels[taught])
        right += float(np.sum(np.sign(rows[judged] @ weights) == labels[judged]))
    return Score(right, len(rows))
