"""What an indicator's figure is: codes, parts (`dims`), why one is hidden. Plain values; siblings count."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from kaikukortti.rules.span import Span

DEFINITIONS = 1  # grows whenever a definition below is changed; frozen periods keep the number they were counted with


class Code(StrEnum):
    """The indicators (followup.md §8.5). Those marked *area* have no figure of a unit: unit and trait, or unit and
    place, never meet (rule S3 of security.md).

    Below: what `number`, `n` and `share` are, which `dims` there are, and the `facts` of a figure that is shown.
    """

    # number: valid on the last day. dims "", "community" (cards of the units themselves, apart).
    VALID = "I-01"
    # share of the cards first handed out in the period. facts: data_on, followed_least, followed_most (days).
    TAKEN_INTO_USE = "I-02"
    # dims "30", "90", "180": share used by then (Kaplan-Meier). dims "median": number = days, None below half.
    # dims "curve": facts: steps [{day, at_risk, share, low, high}], from the first day on. n: cards of the period.
    FIRST_USE = "I-03"
    # share of the cards whose time ended. facts: recording_days = median days from visit to record, None if few.
    NO_RECORDED_USE = "I-04"
    # share of the valid cards handed out 90 days ago or more.
    ACTIVE = "I-05"
    # number: uses. n: cards that could be used. share: uses per 12 card-months (not below 1 as other shares).
    # facts: card_months, used_cards; median, lower, upper uses of a used card in the period, None below 20 of them.
    USE_RATE = "I-06"
    # number: visits with a child, n: visits. dims "" and, of the area, "category:culture" and its like. No interval.
    WITH_CHILDREN = "I-07"
    # area. number: uses, n: all uses. dims "category:sport", "type:sport:match", "type:sport:house_visit"...
    # dims "two_or_more": number = cards used in two categories or more, n = used cards, Wilson.
    KINDS = "I-08"
    # area. number: uses, n: uses whose places are both known. dims "elsewhere" (outside the issuing municipality),
    # "unknown" (number alone).
    DISTANCE = "I-09"
    # share of the cards whose time ended that were renewed at their own unit by the 60th day after. dims "" and
    # "unlinked" (number: renewals without an earlier card).
    RETENTION = "I-10"
    # dims "asked" (number: meetings) and a barrier's value: number = notes, n = meetings where it was asked.
    BARRIERS = "I-11"
    # area, years. dims "age:under_25", "situation:retired"...: number = new holders, n = all of them, share = ratio.
    # facts: of_holders, of_clients (shares). dims "age:not_told": number and n alone.
    REACH = "I-12"
    # area, years. dims "01" to "12": number = uses, n = cards used, share = index (100: mean of the year).
    # facts: rate (uses per 12 card-months). share is None with fewer than 24 months behind it.
    SEASON = "I-13"
    # area. dims "" and "venue:7": share of the answers 4 and 5 of a visit's mood. n: answers.
    MOOD = "I-14"
    GROUP_CHANGE = "I-15"  # area: groupchange.count
    USERS_AND_OTHERS = "I-16"  # area: groupchange.count
    # dims "client", "worker": share of reviewed goals that stand at 0 or higher. Of a unit those of its episodes.
    GOALS = "I-17"
    # area. number: social reports with a decision within 90 days, n: reports. Exact: no person stands behind a report.
    LOOP_CLOSED = "I-18"


class Why(StrEnum):
    """Why a figure is hidden: `facts["why"]`. Which cell was small and which one only protects it is never told."""

    FEW = "few"
    FOLLOW_UP = "follow_up"  # the period has not been followed long enough yet; it will be at a later count
    FORGOTTEN = "forgotten"  # visits are too old to be linked to cards


@dataclass(frozen=True)
class Figure:
    """One figure of a period. A hidden one has neither numbers nor limits, and no fact but why.

    Shares are 0 to 1, limits those of 95 %. Of the area, `number` and `n` are rounded to base 5 before the share and
    its limits are reckoned, so that these tell of the rounded numbers.
    """

    code: str
    dims: str = ""
    number: float | None = None
    n: int | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None
    is_suppressed: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)


Found = dict[int, list[Figure]]
"""Figures by unit, under 0 those of the area."""


@dataclass(frozen=True)
class FrozenSpan:
    """A quarter or year whose indicators are out. `revision` 0: counted 14 days after its end; 1: after 45 days, with
    what came late; 2: after 91 days, with what has to be followed so long.
    """

    span: Span
    frozen_at: datetime
    revision: int
    definitions: int

    @property
    def first_on(self) -> date:
        """Return the first day."""
        return self.span.first_on

    @property
    def last_on(self) -> date:
        """Return the last day."""
        return self.span.last_on


@dataclass(frozen=True)
class Figures(Mapping[tuple[str, str], Figure]):
    """The figures of an area (`unit_id` 0) or a unit in one period, by code and dims."""

    area_id: int
    unit_id: int
    period: FrozenSpan
    rows: Mapping[tuple[str, str], Figure]

    def __getitem__(self, key: tuple[str, str]) -> Figure:
        return self.rows[key]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def find(self, code: str, dims: str = "") -> Figure | None:
        """Return a figure, None where the indicator has no such part in this period."""
        return self.rows.get((code, dims))

    def list_parts(self, code: str) -> list[Figure]:
        """Return all parts of an indicator, in the order in which they were counted."""
        return [figure for (of, _), figure in self.rows.items() if of == code]


def hidden(code: str, dims: str = "", *, why: Why = Why.FEW) -> Figure:
    """Return a figure that may not be shown."""
    return Figure(code, dims, is_suppressed=True, facts={"why": why.value})
