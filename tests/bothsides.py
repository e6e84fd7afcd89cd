"""One thing of every kind that an address can name, on two sides: the network's own people's, and strangers' of another
unit, venue or area. The matrix of rights asks for both.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from kaikukortti import reports
from kaikukortti.db import db
from kaikukortti.followup import goals, measurements, socialreports
from kaikukortti.followup.goals import Owner
from kaikukortti.followup.models.episodes import Mode, Phase
from kaikukortti.followup.models.learning import Phenomenon
from kaikukortti.models.cards import Card
from kaikukortti.models.network import Area, Membership, Unit, Venue
from kaikukortti.models.programme import Occurrence, VisitLimit
from kaikukortti.models.signins import StaffSession
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.booking import BookedBy
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.limit import LimitPer
from kaikukortti.signin import sessions
from tests import doorbookings, factories, followups, leaves, paperlists, secondfactors, sellers, writtenmessages
from tests.factories import DAY, NOW, SECRET_KEY, TODAY, Tablet
from tests.network import Network
from venues import sync

Things = dict[str, object]
"""What addresses name, by the words of rights.csv; a word and a role where each role has its own."""
ROLES = {
    "worker": Role.WORKER,
    "staff": Role.VENUE_STAFF,
    "manager": Role.VENUE_MANAGER,
    "coordinator": Role.COORDINATOR,
    "viewer": Role.VIEWER,
    "administrator": Role.ADMINISTRATOR,
}
READERS_OF_PAPER = {"manager": Role.VENUE_MANAGER, "staff": Role.VENUE_STAFF, "coordinator": Role.COORDINATOR}


@dataclass(frozen=True)
class Side:
    """Who is where."""

    area: Area
    area_venue: Venue
    unit: Unit
    venue: Venue
    card: Card
    tonight: Occurrence
    tablet: Tablet
    batch_id: int
    people: dict[Role, Actor]


def make(network: Network) -> tuple[Things, Things]:
    """Add everything on both sides, and return what is the own people's and what is the strangers'."""
    people = {role: person.actor for role, person in network.people.items()}
    strangers = {role: person.actor for role, person in network.strangers.items()}
    own = Side(
        network.area,
        network.venue,
        network.unit,
        network.venue,
        network.card,
        network.tonight,
        network.tablet,
        network.stock.batch_id or 0,
        people,
    )
    theirs = Side(
        db.session.get_one(Area, network.far_unit.area_id),
        network.far_venue,
        network.other_unit,
        network.other_venue,
        network.other_card,
        network.other_occurrence,
        network.other_tablet,
        network.far_stock.batch_id or 0,
        strangers,
    )
    followups.switch_unit_on(network.other_unit)
    return _things(own), {**_things(theirs), **_far(network)}


def _far(network: Network) -> Things:
    """Return what nobody of the own area has a say in, whatever the role."""
    worker = factories.make_actor(Role.WORKER, network.far_unit)
    followups.switch_on(db.session.get_one(Area, network.far_unit.area_id), network.far_unit)
    return {
        "area_card": factories.make_issued_card(network.far_unit).id,
        "unit": network.far_unit.id,
        "venue": network.far_venue.id,
        "social_report": _social_report(worker),
        "membership": db.session.scalars(sa.select(Membership.id).where(Membership.user_id == worker.user_id)).one(),
        "feedback": writtenmessages.ask(worker),
    }


def _things(side: Side) -> Things:
    return {
        "card": side.card.id,
        "area_card": side.card.id,
        "unit": side.unit.id,
        "venue": side.venue.id,
        "tonight": side.tonight.id,
        "event": side.tonight.event_id,
        "tablet": side.tablet.known.device_id,
        "batch": side.batch_id,
        "key": sellers.make_seller(side.venue).known.key_id,
        "limit": _limit(side.venue),
        "unit_booking": _booking(side, booked_by=BookedBy.UNIT),
        "venue_booking": _booking(side),
        "group": _booking(side, card=factories.make_issued_card(side.unit, kind=CardKind.COMMUNITY)),
        **{f"paper:{name}": _paper(side, role) for name, role in READERS_OF_PAPER.items()},
        "paper": uuid.uuid4(),
        "counted": _visit(side),
        "visit": _double_visit(side),
        "visit:coordinator": _unregistered_visit(side),
        "report": _report(side.people[Role.COORDINATOR]),
        **writtenmessages.of_people(side.people),
        **_followup(side),
        **_accounts(side.people),
    }


def _accounts(people: dict[Role, Actor]) -> Things:
    """Return what everybody has of the own account, and one person's role for the coordinator to look at."""
    found: Things = {}
    for name, role in ROLES.items():
        user_id = people[role].user_id or 0
        factor = secondfactors.app_of(user_id, now=NOW, secret_key=SECRET_KEY)
        db.session.add(factor)
        db.session.commit()
        found[f"factor:{name}"] = factor.id
        sessions.begin(user_id, browser="toinen", now=NOW)
        newest = sa.select(sa.func.max(StaffSession.id)).where(StaffSession.user_id == user_id)
        found[f"session:{name}"] = db.session.scalar(newest)
    held = sa.select(Membership.id).where(Membership.user_id == people[Role.VENUE_STAFF].user_id)
    return {**found, "factor": 999_999, "session": 999_999, "membership": db.session.scalars(held).one()}


def _limit(venue: Venue) -> int:
    row = VisitLimit(venue_id=venue.id, per=LimitPer.MONTH, most=9)
    db.session.add(row)
    db.session.commit()
    return row.id


def _booking(side: Side, *, card: Card | None = None, booked_by: BookedBy | None = None) -> str:
    who = {"booked_by": booked_by} if booked_by else {}
    word = f"Sana {uuid.uuid4().hex[:8]}"
    return doorbookings.make_booking(card or side.card, side.tonight, word=word, unit_id=side.unit.id, **who).ref


def _paper(side: Side, role: Role) -> str:
    """Enter a paper list of yesterday; whoever entered it may look at it again."""
    sheet = paperlists.sheet_of(side.area_venue if role is Role.COORDINATOR else side.venue, TODAY - DAY)
    paperlists.enter(sheet, side.people[role], paperlists.line(factories.make_issued_card(side.unit)))
    return str(sheet.form_id)


def _visit(side: Side) -> str:
    item = factories.make_item(factories.make_issued_card(side.unit), occurrence=side.tonight)
    sync.accept([item], device=side.tablet.known, received_at=NOW)
    return item.scan_id


def _unregistered_visit(side: Side) -> str:
    """Read a number that nobody has, at a venue of the area: the coordinator is asked."""
    item = factories.make_item(factories.make_number())
    sync.accept([item], device=factories.make_tablet(side.area_venue).known, received_at=NOW)
    return item.scan_id


def _double_visit(side: Side) -> str:
    """Read a card on two tablets within a minute: the second reading asks a question."""
    beside = factories.make_tablet(side.venue, name="Sivuovi").known
    card = factories.make_issued_card(side.unit)
    item = factories.make_item(card, occurrence=side.tonight)
    sync.accept([item], device=side.tablet.known, received_at=NOW)
    again = factories.make_item(card, occurrence=side.tonight, occurred=NOW + timedelta(minutes=1))
    sync.accept([again], device=beside, received_at=NOW + timedelta(minutes=1))
    return again.scan_id


def _report(coordinator: Actor) -> int:
    draft = reports.draw_up(2026, actor=coordinator, now=NOW)
    return reports.freeze(2026, actor=coordinator, seen=draft.mark, now=NOW).id


def _followup(side: Side) -> Things:
    """Return what follow-up keeps for a unit, and for a holder who has the own card open."""
    worker = side.people[Role.WORKER]
    episode = leaves.start(worker, side.area.id)
    opened = leaves.opened(side.card)
    given = measurements.Given(measured_on=TODAY, phase=Phase.START, mode=Mode.ASSISTED, scores={"mind": 61.5})
    return {
        "episode": episode.id,
        "result": measurements.record(episode.id, actor=worker, code="kykyviisari", given=given, now=NOW),
        "grant": leaves.give(episode, opened, actor=worker).id,
        "goal": goals.add("Käyn ulkona", owner=Owner(line_ref=opened.line_ref), now=NOW),
        "social_report": _social_report(worker),
    }


def _social_report(worker: Actor) -> int:
    return socialreports.write(
        actor=worker,
        observation="Bussi ei kulje illalla.",
        phenomenon=Phenomenon.TRANSPORT,
        recipient="Kunta",
        now=NOW,
    )
