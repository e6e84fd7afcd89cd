"""Frozen indicators for tests of pages: rows as the freeze writes them, made up."""

from collections.abc import Iterable
from datetime import time, timedelta

from sqlalchemy.orm import Session

from kaikukortti.followup import store
from kaikukortti.followup.indicators.figures import DEFINITIONS, Figure, Why, hidden
from kaikukortti.followup.indicators.reading import GRAINS
from kaikukortti.followup.models.learning import FrozenPeriod, IndicatorSnapshot
from kaikukortti.rules import intervals, period
from kaikukortti.rules.span import Span


def freeze(span: Span, figures: Iterable[Figure], *, area_id: int, unit_id: int = 0) -> None:
    """Keep figures as those of a period; an application context is needed."""
    with store.writing() as session:
        write(session, span, figures, area_id=area_id, unit_id=unit_id)


def write(session: Session, span: Span, figures: Iterable[Figure], *, area_id: int, unit_id: int = 0) -> None:
    """Add figures to a session as those of a period, frozen two weeks after its end."""
    kept = {"area_id": area_id, "grain": GRAINS[span.months], "first_on": span.first_on}
    if session.get(FrozenPeriod, tuple(kept.values())) is None:
        at = period.moment_of(span.last_on + timedelta(days=15), time(4, 30))
        session.add(FrozenPeriod(**kept, frozen_at=at, revision=0, definitions=DEFINITIONS))
    for figure in figures:
        session.add(IndicatorSnapshot(**kept, unit_id=unit_id, **{**vars(figure), "facts": dict(figure.facts)}))


def share(code: str, number: int, n: int, *, dims: str = "", **facts: object) -> Figure:
    """Return a share of cards with Wilson's interval."""
    found = intervals.wilson(number, n)
    return Figure(code, dims, number, n, found.value, found.low, found.high, facts=facts)


def of_unit() -> list[Figure]:
    """Return what a unit of some size has in a quarter: I-01 to I-05, I-10, I-11."""
    return [
        Figure("I-01", number=63),
        share("I-02", 81, 263, data_on="2026-10-15", followed_least=14, followed_most=106),
        share("I-03", 22, 220, dims="30"),
        share("I-03", 73, 220, dims="90"),
        share("I-03", 110, 220, dims="180"),
        Figure("I-03", "median", 171, 220),
        share("I-04", 9, 45, recording_days=1),
        share("I-05", 30, 60),
        share("I-10", 28, 45),
        Figure("I-10", "unlinked", number=6),
        Figure("I-11", "asked", number=21),
        Figure("I-11", "transport", 9, 21),
        Figure("I-11", "company", 7, 21),
        hidden("I-11", "health"),
    ]


def of_area() -> list[Figure]:
    """Return what an area has in a quarter, the unit's lines of the whole area among them."""
    curve = [(0, 0.05), (28, 0.1), (56, 0.25), (91, 0.33), (140, 0.42), (182, 0.5), (273, 0.58)]
    steps = [
        {"day": day, "at_risk": 200 - day // 2, "share": at, "low": max(at - 0.06, 0), "high": at + 0.07}
        for day, at in curve
    ]
    return [
        *of_unit(),
        Figure("I-03", "curve", n=220, facts={"steps": steps, "followed_most": 310}),
        Figure("I-06", "", 640, 430, 4.2, 3.9, 4.6, facts={"median": 2, "lower": 1, "upper": 4, "used_cards": 150}),
        Figure("I-07", "", 165, 640, 165 / 640),
        Figure("I-07", "category:culture", 90, 310, 90 / 310),
        Figure("I-07", "category:sport", 60, 290, 60 / 290),
        hidden("I-07", "category:science"),
        Figure("I-08", "category:culture", 310, 640, 310 / 640),
        Figure("I-08", "category:sport", 290, 640, 290 / 640),
        hidden("I-08", "category:science"),
        hidden("I-08", "category:education"),
        Figure("I-08", "type:culture:performance", 200, 640, 200 / 640),
        Figure("I-08", "type:culture:house_visit", 110, 640, 110 / 640),
        share("I-08", 60, 150, dims="two_or_more"),
        Figure("I-09", "elsewhere", 120, 600, 0.2),
        Figure("I-09", "unknown", number=40),
        share("I-14", 88, 110),
    ]


def of_year(*, has_season: bool = True) -> list[Figure]:
    """Return what a year has more than a quarter: reach and season."""
    season = [
        Figure("I-13", f"{month:02d}", 50, 40, 80 + 4.0 * month if has_season else None) for month in range(1, 13)
    ]
    season[6] = hidden("I-13", "07")
    ages = [("under_25", 40, 1.4), ("25_34", 60, 1.0), ("65_over", 20, 0.5)]
    reach = [
        Figure(
            "I-12",
            f"age:{code}",
            number,
            180,
            ratio,
            facts={"of_holders": number / 180, "of_clients": number / 180 / ratio},
        )
        for code, number, ratio in ages
    ]
    return [*of_area(), *season, *reach, hidden("I-12", "age:35_44"), Figure("I-12", "age:not_told", 30, 180)]


def young() -> Figure:
    """Return a figure that waits for its follow-up."""
    return hidden("I-03", "180", why=Why.FOLLOW_UP)


def at_most() -> list[Figure]:
    """Return a quarter of an area with as many words as there can be: unsure shares, every fact, long reasons."""
    few = [share(code, 4, 9, data_on="2019-04-15", followed_least=14, followed_most=106) for code in ("I-02", "I-04")]
    rest = [share(code, 4, 9) for code in ("I-05", "I-10", "I-14")]
    barriers = [Figure("I-11", barrier, 125, 1250) for barrier in ("treatment", "new_place", "sold_out", "transport")]
    return [
        Figure("I-01", number=125_000),
        *few,
        *rest,
        share("I-03", 4, 9, dims="90"),
        Figure("I-06", "", 640, 430, 14.25, 13.91, 14.64, facts={"median": 12.5, "lower": 10.5, "upper": 24.5}),
        Figure("I-07", "", 165, 640, 165 / 640),
        Figure("I-09", "elsewhere", 120, 600, 0.2),
        Figure("I-11", "asked", number=1250),
        *barriers,
    ]
