"""Made-up duties of the demo network: most partners have agreed and were instructed; a few things are missing, so that
the coordinator's first page has something to say. Nothing here is of a real person.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.models.network import Area, Membership, Unit, User, Venue
from kaikukortti.models.partnership import Commitment, InstructionKind
from kaikukortti.partnership import commitments, instruction, ours
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor, Role

CONTACTS = ("Aino Aalto", "Eero Esimerkki", "Helmi Harju", "Onni Oja", "Saara Salo", "Veikko Virta")
NOT_AGREED, LONG_AGO, NO_CONTACT = 2, 3, 4  # which unit and venue, in the order of their ids


@transactional
def fill(*, now: datetime) -> None:
    """Fill in contacts, commitments and instructions of every partner, once; nothing where there is a commitment."""
    if db.session.scalar(sa.select(Commitment.id).limit(1)) is not None:
        return
    for area in db.session.scalars(sa.select(Area).order_by(Area.id)).all():
        actor = Actor(None, "demo", Role.COORDINATOR, area_id=area.id)
        units = db.session.scalars(sa.select(Unit).where(Unit.area_id == area.id).order_by(Unit.id)).all()
        venues = db.session.scalars(sa.select(Venue).where(Venue.area_id == area.id).order_by(Venue.id)).all()
        for place, unit in enumerate(units):
            _fill_partner(unit, place, actor=actor, now=now)
        for place, venue in enumerate(venues):
            _fill_partner(venue, place, actor=actor, now=now)
        audit.record("demo.duties", actor=actor, now=now)


def _fill_partner(partner: Unit | Venue, place: int, *, actor: Actor, now: datetime) -> None:
    today = period.day_of(now)
    if not partner.contact_person and place != NO_CONTACT:
        partner.contact_person = CONTACTS[partner.id % len(CONTACTS)]
    if partner.state_since is None:
        partner.state_since = today - timedelta(days=400)
    if place != NOT_AGREED:
        agreed_at = now - timedelta(days=20 + place)
        key = ours.key_of(partner)
        version = commitments.VERSION
        db.session.add(Commitment(**key, version=version, agreed_at=agreed_at, agreed_by=_speaker(partner)))
    # Units and venues are instructed at one meeting; one of each has not been there for over a year.
    on_day = today - timedelta(days=380 if place == LONG_AGO else 60)
    instruction.add(partner, InstructionKind.EVENT, on_day=on_day, user_id=None, actor=actor, now=now)


def _speaker(partner: Unit | Venue) -> int | None:
    query = sa.select(Membership.user_id).join(User, User.id == Membership.user_id)
    query = query.where(ours.is_of(Membership, partner), Membership.role.in_(commitments.MAY_AGREE))
    return db.session.scalar(query.order_by(Membership.id).limit(1))
