"""Venues with a last day: closed once it is over. Visits of earlier days still arrive; that a later one is refused is
the door's business.
"""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.models.ledger import Device, DeviceState, Enrolment
from kaikukortti.models.network import PartnerState, Venue
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor, Role

TABLETS_SEND_FOR = timedelta(days=14)
"""So long after its last day a venue's tablets go on sending what waits on them; then they are taken out of use."""


def has_work(*, today: date) -> bool:
    """Return whether `close_over` would change anything: one statement, for a page that is only looked at."""
    return bool(db.session.scalar(sa.select(sa.or_(sa.exists().where(*_over(today)), _with_tablets(today).exists()))))


@transactional
def close_over(*, now: datetime) -> int:
    """Let every venue whose last day is over leave the network, and return how many did.

    Two weeks after the day its tablets are taken out of use too; for 72 hours more they may send. Nightly, and when a
    coordinator looks at what is missing: doing it twice changes nothing.
    """
    today = period.day_of(now)
    query = sa.select(Venue).where(*_over(today)).order_by(Venue.id).with_for_update(of=Venue)
    venues = db.session.scalars(query.execution_options(populate_existing=True)).all()
    for venue in venues:
        venue.state, venue.state_since = PartnerState.LEFT, today
        audit.record("venue.over", actor=_rule(venue.area_id), now=now, detail={"venue": venue.id})
    for venue in db.session.scalars(_with_tablets(today).order_by(Venue.id)).all():
        out = take_tablets_out(venue.id, now=now)
        detail = {"venue": venue.id, "devices": out}
        audit.record("venue.tablets_out", actor=_rule(venue.area_id), now=now, detail=detail)
    return len(venues)


def take_tablets_out(venue_id: int, *, now: datetime) -> int:
    """Take every tablet of a venue out of use in the caller's transaction and return how many; codes to enrol another
    are good no more.
    """
    enrolled = sa.update(Device).where(Device.venue_id == venue_id, Device.state == DeviceState.ENROLLED)
    out = db.session.scalars(enrolled.values(state=DeviceState.REVOKED, revoked_at=now).returning(Device.id)).all()
    codes = sa.update(Enrolment).where(Enrolment.venue_id == venue_id, Enrolment.used_at.is_(None))
    db.session.execute(codes.where(Enrolment.expires_at > now).values(expires_at=now))
    return len(out)


def _over(today: date) -> tuple[sa.ColumnElement[bool], ...]:
    return Venue.last_on < today, Venue.state != PartnerState.LEFT


def _with_tablets(today: date) -> sa.Select[Venue]:
    has_tablet = sa.exists().where(Device.venue_id == Venue.id, Device.state == DeviceState.ENROLLED)
    return sa.select(Venue).where(
        Venue.last_on < today - TABLETS_SEND_FOR, Venue.state == PartnerState.LEFT, has_tablet
    )


def _rule(area_id: int) -> Actor:
    return Actor(None, "nightly", Role.ADMINISTRATOR, area_id=area_id)
