"""What changed in groups, from anonymous pairs of answers: indicators I-15 and I-16 of an area in a calendar year.

Never of a unit and never of a quarter: years do not overlap, so that no figure is the difference of two others. One is
hidden as well where the pairs of all units but one are a few, since that one unit's workers know their own.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import fmean

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kaikukortti.followup.indicators.figures import Code, Figure, hidden
from kaikukortti.followup.models.answers import GroupResponse, UsedCard
from kaikukortti.followup.models.episodes import Phase
from kaikukortti.rules import intervals, means, period, rounding, suppression
from kaikukortti.rules.change import Change, label
from kaikukortti.rules.measure import MEASURES, Measure
from kaikukortti.rules.span import YEAR, Span

DUE_MONTHS = 12  # after so long a second answer is missing (followup.md §4: the last of the default reviews)
FINE_RANGE = 10  # a measure with a range below this is told to two digits, others to one: more would tell the pairs
OUTCOMES = ("better", "same", "worse")
GROUPS = {"users": UsedCard.YES, "others": UsedCard.NO}
_ROUNDING = b"group change"  # the hashes that it is drawn from are keyed already


@dataclass(frozen=True)
class Pair:
    """A person's two totals. `key` is the hash that pairs them."""

    unit_id: int
    key: str
    before: float
    after: float
    used_card: UsedCard

    @property
    def change(self) -> float:
        """Return the second total less the first."""
        return self.after - self.before


@dataclass(frozen=True)
class _Year:
    """A measure's answers in a year: pairs that were completed in it, and first answers whose second is missing."""

    pairs: list[Pair]
    missing: list[str]


def count(session: Session, *, area_id: int, period: Span) -> list[Figure]:
    """Return the figures of I-15 and I-16 of an area in a calendar year, by measure; none for a shorter period.

    dims of I-15: `<measure>:response` (number: pairs, n: answers due, share of them), `<measure>:change` (number: mean
    change with its limits, n: pairs; facts: before, after, response_mean, p, is_headline), and, where the measure has a
    threshold, `<measure>:better`, `:same` and `:worse` (number, n and share of the pairs). dims of I-16:
    `<measure>:users`, `:others` (number: mean change, n; facts: before, after) and `:difference` (number with its
    limits, facts: p).
    """
    if period.months != YEAR:
        return []
    figures = []
    for code, measure in MEASURES.items():
        if measure.is_answered_in_groups and (year := _year_of(session, code, area_id, period)) is not None:
            figures += _of_change(measure, year) + _of_use(measure, year.pairs)
    return figures


def _year_of(session: Session, code: str, area_id: int, year: Span) -> _Year | None:
    """Return a measure's answers of a year, None where none was due."""
    rows = session.scalars(
        sa.select(GroupResponse).where(
            GroupResponse.area_id == area_id, GroupResponse.code == code, GroupResponse.quarter <= year.last_on
        )
    ).all()
    starts = {(row.unit_id, row.pair_hash): row for row in rows if row.phase is Phase.START}
    ends = {(row.unit_id, row.pair_hash): row for row in rows if row.phase is Phase.END}
    pairs = [
        Pair(end.unit_id, end.pair_hash, starts[key].total, end.total, end.used_card)
        for key, end in sorted(ends.items())
        if key in starts and end.quarter >= year.first_on
    ]
    missing = [row.pair_hash for key, row in starts.items() if key not in ends and _falls_due_in(row.quarter, year)]
    return _Year(pairs, missing) if pairs or missing else None


def _falls_due_in(quarter: date, year: Span) -> bool:
    return year.first_on <= period.add_months(quarter, DUE_MONTHS) <= year.last_on


def _of_change(measure: Measure, year: _Year) -> list[Figure]:
    pairs, code = year.pairs, Code.GROUP_CHANGE
    response = _response(measure, year)
    dims = [f"{measure.code}:change"]
    dims += [f"{measure.code}:{outcome}" for outcome in OUTCOMES if measure.reliable is not None]
    if suppression.hides_change(len(pairs)) or _leans_on_one_unit(pairs):
        return [response, *(hidden(code, part) for part in dims)]
    mean = means.paired([pair.change for pair in pairs])
    facts = {
        **_baselines(measure, pairs),
        "response_mean": None if mean.response is None else round(mean.response, 2),
        "p": _likely(mean.p),
        "is_headline": len(pairs) >= measure.fewest,
    }
    figure = _of_mean(measure, Figure(code, dims[0], mean.mean, low=mean.low, high=mean.high, facts=facts), pairs)
    return [response, figure, *(_outcomes(measure, pairs) if len(dims) > 1 else ())]


def _response(measure: Measure, year: _Year) -> Figure:
    dims = f"{measure.code}:response"
    due = len(year.pairs) + len(year.missing)
    if suppression.hides_rate(len(year.pairs)):
        return hidden(Code.GROUP_CHANGE, dims)
    answered = _rounded(year.pairs, dims)
    asked = max(answered, rounding.round_number(due, cards=_keys(year), measure=f"{dims}:due", secret=_ROUNDING))
    share = intervals.wilson(answered, asked)
    return Figure(Code.GROUP_CHANGE, dims, answered, asked, share.value, share.low, share.high)


def _outcomes(measure: Measure, pairs: Sequence[Pair]) -> list[Figure]:
    """Return how many changed for the better and for the worse beyond chance, and how many did not."""
    sorted_out: dict[str, list[Pair]] = {outcome: [] for outcome in OUTCOMES}
    for pair in pairs:
        said = label(measure.code, pair.before, pair.after)
        outcome = "same" if said.change is not Change.CLEAR else "better" if said.is_better else "worse"
        sorted_out[outcome].append(pair)
    kept_back = suppression.hidden_cells([len(found) for found in sorted_out.values()])
    numbers = {outcome: _rounded(found, f"{measure.code}:{outcome}") for outcome, found in sorted_out.items()}
    whole = sum(numbers.values())
    figures = []
    for place, outcome in enumerate(OUTCOMES):
        dims = f"{measure.code}:{outcome}"
        if place in kept_back:
            figures.append(hidden(Code.GROUP_CHANGE, dims))
            continue
        share = intervals.wilson(numbers[outcome], whole)
        figures.append(Figure(Code.GROUP_CHANGE, dims, numbers[outcome], whole, share.value, share.low, share.high))
    return figures


def _of_use(measure: Measure, pairs: Sequence[Pair]) -> list[Figure]:
    """Return the change of those who say that they used the card in between, and of those who say that they did not.

    Hidden where either are fewer than thirty, and where those who did not say are so few that the change of all less
    these two would tell of them.
    """
    code, names = Code.USERS_AND_OTHERS, [*GROUPS, "difference"]
    groups = [[pair for pair in pairs if pair.used_card is said] for said in GROUPS.values()]
    unsaid = len(pairs) - sum(map(len, groups))
    too_few = suppression.hides_comparison(*map(len, groups)) or (unsaid and suppression.hides_change(unsaid))
    if too_few or any(map(_leans_on_one_unit, groups)) or not any(_changes_differ(group) for group in groups):
        return [hidden(code, f"{measure.code}:{name}") for name in names] if pairs else []
    figures = []
    for name, group in zip(GROUPS, groups, strict=True):
        mean, facts = means.paired([pair.change for pair in group]), _baselines(measure, group)
        figure = Figure(code, f"{measure.code}:{name}", mean.mean, low=mean.low, high=mean.high, facts=facts)
        figures.append(_of_mean(measure, figure, group))
    welch = means.welch(*([pair.change for pair in group] for group in groups))
    difference = Figure(code, f"{measure.code}:difference", welch.difference, low=welch.low, high=welch.high)
    return [*figures, _of_mean(measure, replace(difference, facts={"p": _likely(welch.p)}))]


def _leans_on_one_unit(pairs: Sequence[Pair]) -> bool:
    """Return whether one unit's workers could reckon the few pairs of all others, or the figure is one small unit's.

    No table of unit and outcome stands under thirty (followup.md §6.10).
    """
    of_unit = Counter(pair.unit_id for pair in pairs)
    if len(of_unit) == 1:
        return suppression.hides_comparison(len(pairs), len(pairs))
    return any(suppression.hides_change(len(pairs) - own) for own in of_unit.values())


def _changes_differ(pairs: Sequence[Pair]) -> bool:
    return len({round(pair.change, 6) for pair in pairs}) > 1


def _baselines(measure: Measure, pairs: Sequence[Pair]) -> dict[str, float]:
    """Return the group's means at the start and at the end."""
    digits = _digits(measure)
    before, after = fmean(pair.before for pair in pairs), fmean(pair.after for pair in pairs)
    return {"before": round(before, digits), "after": round(after, digits)}


def _of_mean(measure: Measure, figure: Figure, pairs: Sequence[Pair] = ()) -> Figure:
    """Return the figure of a mean with as many digits as it deserves, and its number of pairs."""
    digits = _digits(measure)
    number, low, high = (
        None if end is None else round(end, digits) for end in (figure.number, figure.low, figure.high)
    )
    many = _rounded(pairs, figure.dims) if pairs else None
    return replace(figure, number=number, low=low, high=high, n=many)


def _digits(measure: Measure) -> int:
    return 2 if measure.high - measure.low < FINE_RANGE else 1


def _likely(p: float | None) -> float | None:
    return None if p is None else max(round(p, 2), 0.01)


def _rounded(pairs: Sequence[Pair], measure: str) -> int:
    return rounding.round_number(
        len(pairs), cards=_key_of(pair.key for pair in pairs), measure=measure, secret=_ROUNDING
    )


def _keys(year: _Year) -> int:
    return _key_of([*(pair.key for pair in year.pairs), *year.missing])


def _key_of(hashes: Iterable[str]) -> int:
    key = 0
    for pair_hash in hashes:
        key ^= int(pair_hash[:32], 16)
    return key
