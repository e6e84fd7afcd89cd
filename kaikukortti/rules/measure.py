"""The registry of measures: whose each is, its range and direction, on which level it may be used, and from when on a
change is more than chance. No item text of anybody's measure is here or anywhere in the service (followup.md §3).

The guard rails are code, so that nobody can switch them off: a permission (followup/permissions) adds a form, never a
level. Numbers and sources: followup.md §2, §3, §6.2-§6.4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kaikukortti.rules import scores

HEADLINE_PAIRS = 30  # Warwick's rule of thumb, kept for every measure
SWEMWBS_SOURCE = "doi.org/10.1186/s12955-018-1060-2"
WHO5_SOURCE = "smaat.eu/library/scales/who-5"
ORS_SOURCE = "hiboop.com/assessments/ors"


class Level(StrEnum):
    """Whose figure a measure may give: a person's (and a group's), a group's alone, or a total that another system
    has worked out and that is only recorded.
    """

    INDIVIDUAL = "individual"
    GROUP = "group"
    RECORD_ONLY = "record_only"


class Scoring(StrEnum):
    """How a total is reached. LADDER and FACES have rooms of their own, TEXT has no figure, TOTAL comes ready."""

    LADDER = "ladder"
    FACES = "faces"
    ESIS = "esis"
    SWEMWBS = "swemwbs"
    EUROHIS = "eurohis"
    WHO5 = "who5"
    TOTAL = "total"
    TEXT = "text"


_OF_ITEMS = {
    Scoring.ESIS: (scores.esis, 1, 5),
    Scoring.SWEMWBS: (scores.swemwbs, 1, 5),
    Scoring.EUROHIS: (scores.eurohis, 1, 5),
    Scoring.WHO5: (scores.who5, 0, 5),
}


@dataclass(frozen=True)
class Domain:
    """A part of a measure that has a total of its own. `is_scale_open`: its range is not verified (followup.md §2), so
    an administrator sets it as the unit's printouts have it (followup/permissions); until then it is `low` to `high`.
    """

    code: str
    low: float = 0
    high: float = 100
    items: int | None = None
    is_scale_open: bool = False


@dataclass(frozen=True)
class Measure:
    """A measure. `possible` and `reliable` are the smallest changes that may and that do go beyond chance, None where
    none is published; `source` is where they come from. `fewest`: pairs before a group's change may be a headline.
    A measure without `domains` has one total from `low` to `high`. An owner that is not established is empty.
    """

    code: str
    owner: str
    items: int | None
    low: float
    high: float
    higher_is_better: bool
    level: Level
    may_ship_texts: bool
    scoring: Scoring
    possible: float | None = None
    reliable: float | None = None
    source: str = ""
    fewest: int = HEADLINE_PAIRS
    domains: tuple[Domain, ...] = ()

    @property
    def is_of_persons(self) -> bool:
        """Return whether a result may stand beside a person at all."""
        return self.level is not Level.GROUP

    @property
    def is_recorded(self) -> bool:
        """Return whether totals are recorded in an episode."""
        return self.is_of_persons and self.scoring not in (Scoring.LADDER, Scoring.FACES, Scoring.TEXT)

    @property
    def is_answered_in_groups(self) -> bool:
        """Return whether anonymous, paired answers of a group are taken."""
        return self.scoring in _OF_ITEMS

    @property
    def may_have_form(self) -> bool:
        """Return whether answers to its items can be turned into a total here, once there is a permission."""
        return self.scoring in _OF_ITEMS

    @property
    def answers(self) -> range:
        """Return the answers that an item may have; empty where the service knows no items."""
        _, low, high = _OF_ITEMS.get(self.scoring, (None, 0, -1))
        return range(low, high + 1)

    @property
    def parts(self) -> tuple[Domain, ...]:
        """Return what a result may hold: its domains, or the one total under the empty name."""
        return self.domains or (Domain("", self.low, self.high, self.items),)

    def total(self, answers: Sequence[int | None]) -> float | None:
        """Return the score of the answers to all items, in order; None where one is missing.

        Raises ValueError for a wrong number of answers, an impossible answer, or a measure without a formula here.
        """
        if self.scoring not in _OF_ITEMS:
            raise ValueError(f"{self.code} is worked out elsewhere")
        return _OF_ITEMS[self.scoring][0](answers)

    def of_raw(self, raw: float) -> float:
        """Return the score of a total as it stands on a form: a raw sum of SWEMWBS is converted, which is mandatory;
        other totals stay. Raises ValueError outside the range.
        """
        if not self.low <= raw <= self.high:
            raise ValueError(f"{self.code} is {self.low} to {self.high}")
        if self.scoring is not Scoring.SWEMWBS:
            return float(raw)
        if raw != int(raw):
            raise ValueError("a raw sum is a whole number")
        return scores.swemwbs_of(int(raw))


def _recorded(
    code: str,
    owner: str,
    *,
    items: int | None = None,
    high: float = 100,
    higher_is_better: bool = True,
    scoring: Scoring = Scoring.TOTAL,
    reliable: float | None = None,
    source: str = "",
    domains: tuple[Domain, ...] = (),
) -> Measure:
    """Return a measure whose total another system works out."""
    return Measure(
        code,
        owner,
        items,
        0,
        high,
        higher_is_better,
        Level.RECORD_ONLY,
        False,
        scoring,
        reliable=reliable,
        source=source,
        domains=domains,
    )


# Domains and items are published, the way to a domain's score and its range are not verified (followup.md §2).
_KYKYVIISARI = (
    Domain("inclusion", items=12, is_scale_open=True),
    Domain("mind", items=9, is_scale_open=True),
    Domain("everyday", items=11, is_scale_open=True),
    Domain("skills", items=10, is_scale_open=True),
    Domain("body", items=2, is_scale_open=True),
    Domain("work_ability", 0, 10, items=1),
)

_ALL = (
    Measure("gas", "Kiresuk & Sherman", None, -2, 2, True, Level.INDIVIDUAL, True, Scoring.LADDER),
    Measure("mood", "Kaikukortti", 1, 1, 5, True, Level.INDIVIDUAL, True, Scoring.FACES),
    Measure("esis", "THL", scores.ESIS_ITEMS, 0, 100, True, Level.GROUP, False, Scoring.ESIS),
    Measure(
        "swemwbs",
        "University of Warwick",
        scores.SWEMWBS_ITEMS,
        7,
        35,
        True,
        Level.GROUP,
        False,
        Scoring.SWEMWBS,
        possible=scores.SWEMWBS_POSSIBLE,
        reliable=scores.SWEMWBS_RELIABLE,
        source=SWEMWBS_SOURCE,
    ),
    Measure("eurohis", "WHO", scores.EUROHIS_ITEMS, 1, 5, True, Level.INDIVIDUAL, False, Scoring.EUROHIS),
    # Ten points are called a change; that they are more than chance is not shown, so they are a possible one.
    Measure(
        "who5",
        "WHO",
        scores.WHO5_ITEMS,
        0,
        100,
        True,
        Level.INDIVIDUAL,
        False,
        Scoring.WHO5,
        possible=10,
        source=WHO5_SOURCE,
    ),
    _recorded("kykyviisari", "Työterveyslaitos", items=44, domains=_KYKYVIISARI),
    _recorded("avain", "THL", scoring=Scoring.TEXT),
    _recorded("eq5d5l", "EuroQol", items=5, domains=(Domain("vas", 0, 100), Domain("index", -1, 1))),
    _recorded("whodas", "WHO", higher_is_better=False),
    _recorded("ors", "Miller & Duncan", items=4, high=40, reliable=5, source=ORS_SOURCE),
    _recorded("srs", "Miller & Duncan", items=4, high=40),
    _recorded("recovery_star", "Outcomes Star", items=10, domains=(Domain("mean", 1, 5, is_scale_open=True),)),
    _recorded("3x10d", "", domains=(Domain("satisfaction", 0, 10, is_scale_open=True),)),
)
MEASURES: dict[str, Measure] = {measure.code: measure for measure in _ALL}
GROUP_ONLY = frozenset(measure.code for measure in _ALL if not measure.is_of_persons)
