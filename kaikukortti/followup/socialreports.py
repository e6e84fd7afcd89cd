"""Social reports: what the people of a unit see in their work, with the area's frozen indicators beside it, to whom it
went and what came of it (structural social work, Social Welfare Act 7 §). Written by a unit or the coordinator,
answered by the coordinator, read by every unit.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kaikukortti import partners
from kaikukortti.errors import DomainError, NotAllowed, NotFound
from kaikukortti.followup import store, texts, trail
from kaikukortti.followup.indicators import reading
from kaikukortti.followup.indicators.figures import Figure
from kaikukortti.followup.models.learning import Grain, Phenomenon, ReportStatus, SocialReport, SocialReportStep
from kaikukortti.rules import access
from kaikukortti.rules.access import Actor, Role

LONGEST_OBSERVATION, LONGEST_RECIPIENT, LONGEST_WORDS = 1000, 120, 600
MOST_FIGURES = 6
DECIDED = frozenset({ReportStatus.CHANGED, ReportStatus.UNCHANGED})


class ReportWordsMissing(DomainError):
    """A decision says what was done, or why nothing was (followup.md §1: workers do not know where feedback goes)."""

    code = "report_words_missing"


class ReportStatusImpossible(DomainError):
    """A report that has been taken up is not new again, and nothing is decided twice in the same way."""

    code = "report_status_impossible"


@dataclass(frozen=True)
class Step:
    """What became of a report at a moment, with what was done or why not."""

    at: datetime
    status: ReportStatus
    words: str


@dataclass(frozen=True)
class FrozenFigure:
    """A figure of the area as it was when the report was written; `period` is the code of a quarter or year."""

    period: str
    figure: Figure


@dataclass(frozen=True)
class Report:
    """A social report. `unit_id` is None where the coordinator wrote it."""

    id: int
    unit_id: int | None
    observation: str
    phenomenon: Phenomenon
    recipient: str
    figures: tuple[FrozenFigure, ...]
    status: ReportStatus
    reason: str
    written_at: datetime
    decided_at: datetime | None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Offered:
    """The figures that a report can stand on: those of the newest frozen quarter. None before the first freeze."""

    period: str
    figures: tuple[Figure, ...]


def offered(area_id: int) -> Offered | None:
    """Return the area's shown figures of the newest frozen quarter, in the order of the indicators."""
    frozen = reading.list_periods(area_id, Grain.QUARTER)
    if not frozen:
        return None
    found = reading.read(area_id, period=frozen[-1].span)
    shown = (figure for figure in found.values() if not figure.is_suppressed and not figure.dims)
    return Offered(frozen[-1].span.code, tuple(sorted(shown, key=lambda figure: figure.code)))


def write(
    *,
    actor: Actor,
    observation: str,
    phenomenon: Phenomenon,
    recipient: str,
    codes: tuple[str, ...] = (),
    now: datetime,
) -> int:
    """Keep a report with the chosen indicators of the newest frozen quarter as they stand; return its id.

    Raises NotAllowed, TextMissing, TextTooLong, TextNamesPerson, TextNamesCard.
    """
    area_id = _area_of(actor)
    seen = texts.kept(observation, most=LONGEST_OBSERVATION, may_be_empty=False)
    to_whom = texts.kept(recipient, most=LONGEST_RECIPIENT, may_be_empty=False)
    figures = _freeze(offered(area_id), codes)
    with store.writing() as session:
        row = SocialReport(
            area_id=area_id,
            unit_id=actor.unit_id,
            observation=seen,
            phenomenon=phenomenon,
            recipient=to_whom,
            figures=figures,
            status=ReportStatus.RECEIVED,
            written_at=now,
            written_by=actor.user_id,
        )
        session.add(row)
        session.flush()
        trail.record("followup.report_written", actor=actor, now=now, detail={"report": row.id})
        return row.id


def decide(report_id: int, *, actor: Actor, status: ReportStatus, words: str, now: datetime) -> None:
    """Say what has become of a report. A decision needs words; earlier steps stay.

    Raises NotFound, NotAllowed, ReportWordsMissing, ReportStatusImpossible and what texts.kept raises.
    """
    said = texts.kept(words, most=LONGEST_WORDS)
    if status in DECIDED and not said:
        raise ReportWordsMissing()
    with store.writing() as session:
        row = _locked(session, report_id)
        if actor.area_id != row.area_id:
            raise NotFound()
        if not access.may_coordinate(actor, area_id=row.area_id):
            raise NotAllowed()
        if status is ReportStatus.RECEIVED or (status is row.status and not said):
            raise ReportStatusImpossible()
        row.status, row.reason = status, said
        if status in DECIDED and row.decided_at is None:
            row.decided_at = now
        session.add(SocialReportStep(report_id=row.id, at=now, by_user=actor.user_id, status=status, words=said))
        session.flush()
        trail.record("followup.report_decided", actor=actor, now=now, detail={"report": row.id, "status": status.value})


def list_reports(*, actor: Actor) -> list[Report]:
    """Return the reports of the actor's area, the newest first: every unit reads all of them, and what was done."""
    area_id = _area_of(actor)
    query = sa.select(SocialReport).where(SocialReport.area_id == area_id)
    with store.reading() as session:
        rows = session.scalars(query.order_by(SocialReport.written_at.desc(), SocialReport.id.desc())).all()
    return [_report(row) for row in rows]


def look(report_id: int, *, actor: Actor) -> Report:
    """Return a report of the actor's area with its steps. Raises NotFound."""
    area_id = _area_of(actor)
    steps = sa.select(SocialReportStep).where(SocialReportStep.report_id == report_id).order_by(SocialReportStep.id)
    with store.reading() as session:
        row = session.get(SocialReport, report_id)
        if row is None or row.area_id != area_id:
            raise NotFound()
        told = tuple(Step(step.at, step.status, step.words) for step in session.scalars(steps))
    return replace(_report(row), steps=told)


def _area_of(actor: Actor) -> int:
    if actor.role is Role.WORKER and actor.unit_id is not None:
        return partners.get_unit(actor.unit_id, actor=actor).area_id
    if actor.role is Role.COORDINATOR and actor.area_id is not None:
        return actor.area_id
    raise NotAllowed()


def _locked(session: Session, report_id: int) -> SocialReport:
    row = session.scalar(sa.select(SocialReport).where(SocialReport.id == report_id).with_for_update())
    if row is None:
        raise NotFound()
    return row


def _freeze(found: Offered | None, codes: tuple[str, ...]) -> list[dict[str, Any]]:
    wanted = set(codes[:MOST_FIGURES])
    if found is None:
        return []
    names = ("code", "number", "n", "share", "low", "high")
    return [
        {"period": found.period, **{name: getattr(figure, name) for name in names}}
        for figure in found.figures
        if figure.code in wanted
    ]


def _report(row: SocialReport) -> Report:
    figures = (
        FrozenFigure(kept["period"], Figure(**{name: value for name, value in kept.items() if name != "period"}))
        for kept in row.figures
    )
    return Report(
        id=row.id,
        unit_id=row.unit_id,
        observation=row.observation,
        phenomenon=row.phenomenon,
        recipient=row.recipient,
        figures=tuple(figures),
        status=row.status,
        reason=row.reason,
        written_at=row.written_at,
        decided_at=row.decided_at,
    )
