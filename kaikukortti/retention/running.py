"""A run over all rules, in earnest or dry. Each rule commits by itself, some rows at a time: what one run has not done,
the next one does, and a second run finds nothing.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from kaikukortti import audit, unitcounts
from kaikukortti.db import db, transactional
from kaikukortti.messaging import accessibility
from kaikukortti.models.keeping import RetentionRun, UnitQuarter
from kaikukortti.models.ledger import Scan
from kaikukortti.models.messages import AccessibilityFeedback
from kaikukortti.models.network import Area, PartnerState, Unit, Venue
from kaikukortti.partnership import popups
from kaikukortti.retention import followups, leftovers, links, logs, needs, places, rules, traits
from kaikukortti.retention.needs import Needs
from kaikukortti.retention.rules import Asked, Line
from kaikukortti.rules import keeping
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.span import QUARTER, Span, holding
from kaikukortti.signin import unused

OLDEST_VISIT = date(2015, 1, 1)  # the card's first year: a tablet's clock may have said anything
LINK_RULE = f"{keeping.LINK_MONTHS} months after the visit"
HELD_RULE = "until its quarter or year has been counted for good"


@dataclass(frozen=True)
class Report:
    """What a run took, by kind; `is_dry`: would have taken."""

    began_at: datetime
    ended_at: datetime
    is_dry: bool
    lines: tuple[Line, ...]

    @property
    def rows(self) -> int:
        """Return how many rows went."""
        return sum(line.rows for line in self.lines if not line.is_held)


def run(
    *, now: datetime, secret: str, log_months: int, dry: bool, clock: Callable[[], datetime] | None = None
) -> Report:
    """Let go what has been kept long enough, and return the report; it is kept, too. A dry run changes nothing.

    `secret` is the service's, under which follow-up names lines. Safe beside a working service: a transaction takes a
    thousand rows at most.
    """
    asked, needed = Asked(now, secret, log_months, dry), needs.find(now=now)
    lines = [
        *_traits(asked, needed),
        *_links(asked, needed),
        *(Line(kind, rows, FOLLOWUP_RULES[kind]) for kind, rows in followups.take(asked).items()),
        *leftovers.take(asked),
        *_of_others(asked),
        *logs.take(asked),
    ]
    report = Report(now, clock() if clock else now, dry, tuple(lines))
    if not dry:
        _keep(report)
    return report


def newest() -> RetentionRun | None:
    """Return the newest run in earnest."""
    return db.session.scalars(sa.select(RetentionRun).order_by(RetentionRun.id.desc()).limit(1)).one_or_none()


FOLLOWUP_RULES = {
    "grants": "when over, 12 months at most",
    "own_sessions": "when closed by themselves",
    "own_key_tries": "a day",
    "looks": f"{keeping.LOOK_MONTHS} months",
}


def _traits(asked: Asked, needed: Needs) -> list[Line]:
    ended = traits.find_ended(needed, today=asked.today)
    old = traits.find_old(today=asked.today)
    coarse, gone = len(ended.lines), len(old)
    if not asked.is_dry:
        gone = traits.delete(old, asked)
        coarse = traits.make_coarse(ended.lines, today=asked.today)
    return [
        Line("profiles_made_coarse", coarse, "at the end of validity, once its quarter has been counted for good"),
        Line("profiles_deleted", gone, f"{keeping.COARSE_MONTHS} months after that"),
        *([Line("profiles", ended.held, HELD_RULE, is_held=True)] if ended.held else []),
    ]


def _links(asked: Asked, needed: Needs) -> list[Line]:
    until = needed.links_until
    bookings = places.find_old(until)
    if not asked.is_dry:
        _keep_quarters(until)
        places.cut(bookings)
    found = links.cut(until, is_dry=asked.is_dry)
    held = rules.count(Scan, sa.and_(Scan.cut_as.is_(None), Scan.on_day >= until, Scan.on_day < needed.wanted_until))
    return [
        Line("links_of_visits", found.links, LINK_RULE),
        Line("bookings", len(bookings), LINK_RULE),
        *([Line("links_of_courses", found.kept, "until the holder's last read is as old", True)] if found.kept else []),
        *([Line("visits", held, HELD_RULE, is_held=True)] if held else []),
    ]


def _keep_quarters(until: date) -> None:
    """Let each unit keep what it is told of the quarters whose links begin to go."""
    uncut = (Scan.cut_as.is_(None), Scan.on_day < until, Scan.on_day >= OLDEST_VISIT)
    oldest = db.session.scalar(sa.select(sa.func.min(Scan.on_day)).where(*uncut))
    if oldest is None:
        return
    quarter, quarters = holding(oldest, QUARTER), list[date]()
    while quarter.first_on < until:
        quarters.append(quarter.first_on)
        quarter = _next(quarter)
    kept = sa.select(sa.func.count()).where(UnitQuarter.unit_id == Unit.id, UnitQuarter.quarter.in_(quarters))
    missing = sa.select(Unit.id).where(kept.scalar_subquery() < len(quarters)).order_by(Unit.id)
    for unit_id in db.session.scalars(missing).all():
        _keep_quarters_of(unit_id, quarters)


@transactional
def _keep_quarters_of(unit_id: int, quarters: list[date]) -> None:
    unitcounts.keep(unit_id, quarters)


def _next(quarter: Span) -> Span:
    return holding(quarter.last_on + timedelta(days=1), QUARTER)


def _of_others(asked: Asked) -> list[Line]:
    """Let those who have a rule of their own keep it: addresses given for an answer, venues that are over."""
    answered = AccessibilityFeedback.answered_at <= asked.now - accessibility.ADDRESS_KEPT
    addresses = rules.count(AccessibilityFeedback, sa.and_(AccessibilityFeedback.email != "", answered))
    over = rules.count(Venue, sa.and_(Venue.last_on < asked.today, Venue.state != PartnerState.LEFT))
    unused_now = unused.count_unused if asked.is_dry else unused.disable_unused
    accounts = unused_now(now=asked.now)
    if not asked.is_dry:
        addresses = accessibility.forget_addresses(now=asked.now)
        over = popups.close_over(now=asked.now)
    return [
        Line("accounts_told", accounts.told, "14 days before they are put out of use", is_held=True),
        Line("accounts_disabled", accounts.disabled, "90 days without a sign-in"),
        Line("accessibility_addresses", addresses, "30 days after the answer"),
        Line("venues_closed", over, "after the venue's last day"),
    ]


@transactional
def _keep(report: Report) -> None:
    """Keep a run's report, and write it into every area's log where something went."""
    lines = [asdict(line) for line in report.lines if line.rows]
    db.session.add(RetentionRun(began_at=report.began_at, ended_at=report.ended_at, report={"lines": lines}))
    if report.rows:
        for area_id in db.session.scalars(sa.select(Area.id).order_by(Area.id)):
            actor = Actor(None, "retention", Role.ADMINISTRATOR, area_id=area_id)
            audit.record("retention.run", actor=actor, now=report.began_at, detail={"rows": report.rows})
