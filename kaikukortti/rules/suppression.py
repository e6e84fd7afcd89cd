"""Which cells of a line are hidden, and from how many cases on a figure is told: followup.md §6.10.

Cells count cards, that is people, never visits. How a network's numbers are rounded is in rules/rounding.
"""

from collections.abc import Collection, Sequence

FEWEST = 5  # cards
FEWEST_OF_CHANGE = 10  # pairs of measurements
FEWEST_COMPARED = 30  # in each of two groups
FEWEST_OF_MEDIAN = 20  # used cards: a median is somebody's own number


def hides_rate(cases: int) -> bool:
    """Return whether a rate or a mean of so many cases is hidden."""
    return cases < FEWEST


def hides_change(pairs: int) -> bool:
    """Return whether a change among so many pairs is hidden."""
    return pairs < FEWEST_OF_CHANGE


def hides_comparison(first: int, second: int) -> bool:
    """Return whether two groups are too small to be compared."""
    return min(first, second) < FEWEST_COMPARED


def hidden_cells(cells: Sequence[int], *, also: Collection[int] = ()) -> frozenset[int]:
    """Return the places of the cells of a line that are hidden where the line's total is known.

    A cell of 1 to 4 is hidden. So that the total does not give it back, two at least are hidden and together they come
    to five at least, or the next smallest follows; a line whose total is below five goes whole. A zero says of nobody
    anything and protects nobody: it stays. `also` are
    places that are hidden for another reason. Raises ValueError below zero.
    """
    if any(cell < 0 for cell in cells):
        raise ValueError("a count is never negative")
    every = frozenset(range(len(cells)))
    if sum(cells) < FEWEST:
        return every
    found = {place for place, cell in enumerate(cells) if 0 < cell < FEWEST or (cell and place in also)}
    others = sorted((place for place in every - found if cells[place]), key=lambda place: (cells[place], place))
    while found and (len(found) < 2 or sum(cells[place] for place in found) < FEWEST):
        if not others:
            return every
        found.add(others.pop(0))
    return frozenset(found)


def may_tell_year(quarters: Sequence[int | None], year: int) -> bool:
    """Return whether a year's count may stand beside those of its quarters that are told already; None: hidden.

    The year less the quarters that are told is what the hidden ones come to: two of them at least, five at least, and
    less than four each, which would say that each is four.
    """
    hidden = sum(quarter is None for quarter in quarters)
    rest = year - sum(quarter for quarter in quarters if quarter is not None)
    return year >= FEWEST and (not hidden or (hidden >= 2 and FEWEST <= rest < hidden * (FEWEST - 1)))
