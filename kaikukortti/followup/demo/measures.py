"""Made-up permissions, results of demo episodes and pairs of anonymous answers. The references are nobody's."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kaikukortti import partners
from kaikukortti.followup import references, store
from kaikukortti.followup.models.answers import GroupResponse, UsedCard
from kaikukortti.followup.models.episodes import Episode, Measurement, MeasurementScore, Mode, Phase
from kaikukortti.followup.models.switches import MeasurePermission
from kaikukortti.rules import period, span
from kaikukortti.rules.measure import MEASURES

# code, owner, days from now until which it holds, whether the form is on: one is over, so that this can be seen.
PERMISSIONS = (
    ("swemwbs", "University of Warwick", "fi 2013", 400, True),
    ("who5", "WHO", "fi 1998", 150, True),
    ("esis", "THL", "fi 2021", -40, True),
    ("kykyviisari", "Työterveyslaitos", "fi", 700, False),
)
# Of a measure: who used the card in between, how many pairs, the mean and the spread of the change of the raw total.
GROUPS = (
    ("swemwbs", UsedCard.YES, 38, 1.6, 3.0),
    ("swemwbs", UsedCard.NO, 33, 0.7, 3.0),
    ("swemwbs", UsedCard.UNSAID, 11, 1.0, 3.0),
    ("esis", UsedCard.YES, 14, 4.0, 9.0),
    ("esis", UsedCard.NO, 10, 2.0, 9.0),
)
FIRST_TOTALS = {"swemwbs": (21.0, 4.0), "esis": (58.0, 14.0)}
UNITS = 3
UNANSWERED = {"swemwbs": 24, "esis": 13}
COURSE = {"inclusion": (48, 57), "mind": (52, 55), "everyday": (61, 60), "skills": (66, 68), "work_ability": (4, 6)}
COURSE_CODE, COURSE_DAYS, COURSES = "kykyviisari", (2, 92), 2


@dataclass(frozen=True)
class Asked:
    """Where and when the groups answered."""

    area_id: int
    units: tuple[int, ...]
    quarters: tuple[span.Span, ...]
    chance: random.Random
    secret: str

    def unit_of(self, number: int) -> int:
        """Return the unit of a person by number."""
        return self.units[number % len(self.units)]


def fill(*, area_id: int, now: datetime, secret: str) -> None:
    """Write permissions, results in two episodes and last year's answers; nothing where there are permissions."""
    chance, today = random.Random(2017), period.day_of(now)
    units = [row.unit.id for row in partners.list_units(area_id)]
    with store.writing() as session:
        held = sa.select(MeasurePermission.code).where(MeasurePermission.area_id == area_id)
        if not units or session.scalar(held.limit(1)) is not None:
            return
        _permit(session, area_id, now=now)
        opened = sa.select(Episode).where(Episode.area_id == area_id).order_by(Episode.id).limit(COURSES)
        for episode in session.scalars(opened):
            _measure(session, episode, today)
        quarters = span.year_of(today.year - 1).parts(span.QUARTER)
        _answer(session, Asked(area_id, tuple(units[:UNITS]), tuple(quarters), chance, secret))


def _permit(session: Session, area_id: int, *, now: datetime) -> None:
    for number, (code, owner, version, days, is_on) in enumerate(PERMISSIONS, 1):
        facts = {"owner": owner, "text_version": version, "reference": f"DEMO {number}/{now.year}", "is_form_on": is_on}
        until = period.day_of(now) + timedelta(days=days)
        session.add(
            MeasurePermission(area_id=area_id, code=code, valid_until=until, recorded_at=now, recorded_by=None, **facts)
        )


def _measure(session: Session, episode: Episode, today: date) -> None:
    """Record two results of Kykyviisari, as far as their days have come."""
    scales = {part.code: part for part in MEASURES[COURSE_CODE].parts}
    for place, (days, phase) in enumerate(zip(COURSE_DAYS, (Phase.START, Phase.MIDDLE), strict=True)):
        day = episode.started_on + timedelta(days=days)
        if day > today:
            continue
        row = Measurement(episode_id=episode.id, code=COURSE_CODE, measured_on=day, phase=phase, mode=Mode.ASSISTED)
        row.scores = [
            MeasurementScore(domain=part, score=totals[place], low=scales[part].low, high=scales[part].high)
            for part, totals in COURSE.items()
        ]
        session.add(row)


def _answer(session: Session, asked: Asked) -> None:
    """Write pairs that were completed in the quarters, and first answers whose second never came."""
    chance = asked.chance
    for code, used, many, mean, spread in GROUPS:
        for number in range(many):
            before, key = chance.gauss(*FIRST_TOTALS[code]), _key(code, asked)
            facts: dict[str, Any] = {"unit_id": asked.unit_of(number), "pair_hash": key}
            session.add(_row(asked, code, Phase.START, before, **facts))
            after = before + chance.gauss(mean, spread)
            quarter = asked.quarters[number % len(asked.quarters)].first_on
            session.add(_row(asked, code, Phase.END, after, quarter=quarter, used_card=used, **facts))
    for code, many in UNANSWERED.items():
        for number in range(many):
            facts = {"unit_id": asked.unit_of(number), "pair_hash": _key(code, asked)}
            session.add(_row(asked, code, Phase.START, chance.gauss(*FIRST_TOTALS[code]), **facts))


def _row(asked: Asked, code: str, phase: Phase, raw: float, **facts: Any) -> GroupResponse:
    """Return an answer with a total that the measure can have, near a raw one."""
    measure, mode = MEASURES[code], Mode.ASSISTED if asked.chance.random() < 0.2 else Mode.SELF
    total = measure.of_raw(float(round(min(max(raw, measure.low), measure.high))))
    facts = {"quarter": asked.quarters[0].previous.first_on, **facts}
    return GroupResponse(area_id=asked.area_id, code=code, phase=phase, mode=mode, total=total, **facts)


def _key(code: str, asked: Asked) -> str:
    return references.keyed("group answer", asked.area_id, code, asked.chance.getrandbits(64), secret=asked.secret)
