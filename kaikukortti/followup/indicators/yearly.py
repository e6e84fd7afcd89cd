"""A unit's year beside its quarters: a figure of the year is hidden where, less the quarters that are told already, it
would give a hidden quarter back. The area's are rounded, so that nothing comes back of them.
"""

from collections.abc import Mapping, Sequence

from kaikukortti.followup.indicators.figures import Code, Figure, hidden
from kaikukortti.rules import suppression

Key = tuple[str, str]

# What adds up over quarters: of shares their cases, of counts their number. The curve's cases are those of I-02.
BY_CASES = {Code.TAKEN_INTO_USE: (Code.TAKEN_INTO_USE, ""), Code.NO_RECORDED_USE: (Code.NO_RECORDED_USE, "")}
BY_CASES |= {Code.RETENTION: (Code.RETENTION, ""), Code.FIRST_USE: (Code.TAKEN_INTO_USE, "")}


def beside_quarters(year: Sequence[Figure], quarters: Sequence[Mapping[Key, Figure]]) -> list[Figure]:
    """Return a unit's figures of a year with those hidden that would tell a hidden quarter. `quarters` are frozen
    ones; one that is not there had nothing to count.
    """
    by_key = {(figure.code, figure.dims): figure for figure in year}
    return [
        hidden(figure.code, figure.dims) if not figure.is_suppressed and _tells(figure, by_key, quarters) else figure
        for figure in year
    ]


def _tells(figure: Figure, year: Mapping[Key, Figure], quarters: Sequence[Mapping[Key, Figure]]) -> bool:
    key = (figure.code, figure.dims)
    if figure.code == Code.USE_RATE:
        # Uses of cards that cannot be told apart: all four quarters are told, or none.
        told = [quarter[key].is_suppressed for quarter in quarters if key in quarter]
        return any(told) and not all(told)
    if figure.code == Code.BARRIERS or key == (Code.RETENTION, "unlinked"):
        return not _may_tell([quarter.get(key) for quarter in quarters], figure.number, of_cases=False)
    base = BY_CASES.get(Code(figure.code))
    if base is None:
        return False
    whole = year[base]
    return not _may_tell([quarter.get(base) for quarter in quarters], whole.n, of_cases=True)


def _may_tell(quarters: Sequence[Figure | None], year: float | None, *, of_cases: bool) -> bool:
    """Return whether the year may be told. The year's own number may come to less than the quarters' together by
    records that came late; then a difference tells nothing that was not told.
    """
    counts = [_count(figure, of_cases) for figure in quarters if figure is not None]
    if None not in counts:
        return True
    return suppression.may_tell_year(counts, int(year or 0))


def _count(figure: Figure, of_cases: bool) -> int | None:
    value = figure.n if of_cases else figure.number
    return None if figure.is_suppressed or value is None else int(value)
