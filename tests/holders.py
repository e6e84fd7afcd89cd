"""A holder of whom every table keeps something, in two cards of one line, and a neighbour who must not be in sight."""

from dataclasses import dataclass
from datetime import datetime

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.followup import goals, measurements, mood, ownkeys, references, store
from kaikukortti.followup.measurements import Given
from kaikukortti.followup.models.episodes import Look, Mode, Phase, Scope
from kaikukortti.followup.models.holders import KeyTry
from kaikukortti.models.bookings import Booking
from kaikukortti.models.cards import Card, CardTalk, MobileCard, PeriodKind
from kaikukortti.models.keeping import FirstUse
from kaikukortti.models.ledger import ScanDecision
from kaikukortti.models.network import Unit, Venue
from kaikukortti.models.programme import Hold
from kaikukortti.profiles import Gender, HomeLanguage, LifeSituation, Profile
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.booking import BookedBy, BookingKind, BookingState
from kaikukortti.rules.card import Action, State
from kaikukortti.rules.flag import Flag
from tests import factories, followups, leaves
from tests.factories import DAY, NOW, SECRET_KEY, TODAY

BIRTH_YEAR, POSTCODE, WORDS = 1931, "53999", "Viulunsoittoa joka viikko"


@dataclass(frozen=True)
class Kept:
    """The holder's cards, the older one first, and who works with the holder."""

    old: Card
    card: Card
    neighbour: Card
    unit: Unit
    venue: Venue
    worker: Actor


def make(*, unit: Unit | None = None, venue: Venue | None = None, worker: Actor | None = None) -> Kept:
    """Add a holder with something in every table; where no unit is given, follow-up is switched on in a new one."""
    if unit is None:
        unit = factories.make_unit()
        followups.switch_on(factories.the_area(), unit)
    venue = venue or factories.make_venue()
    worker = worker or factories.make_actor(Role.WORKER, unit)
    old, card = _cards(unit)
    neighbour = factories.make_issued_card(unit)
    for each in (card, neighbour):
        _of_main(each, venue, worker)
    _of_followup(card, worker, unit, venue)
    leaves.visit(neighbour, venue, TODAY - 5 * DAY)
    return Kept(old, card, neighbour, unit, venue, worker)


def look_at(card: Card, worker: Actor, *, at: datetime, action: str = "card.looked_at") -> None:
    """Write a look at a card into the trail."""

    @transactional
    def write() -> None:
        audit.record(action, actor=worker, now=at, card_number=card.number)

    write()


def _cards(unit: Unit) -> tuple[Card, Card]:
    """Return a card that was replaced a week ago, and the one in its place."""
    old = factories.make_issued_card(unit, children=7, first_on=TODAY - 300 * DAY)
    assert old.line is not None
    card = factories.make_issued_card(
        unit,
        children=7,
        line=old.line,
        period_kind=PeriodKind.REPLACEMENT,
        first_on=TODAY - 7 * DAY,
        last_on=old.last_valid_on,
    )
    old.state, old.replaced_by_id = State.REPLACED, card.id
    profile = db.session.get_one(Profile, old.line)
    profile.birth_year, profile.postcode, profile.gender = BIRTH_YEAR, POSTCODE, Gender.WOMAN
    profile.life_situation, profile.language = LifeSituation.FAMILY_CARER, HomeLanguage.RUSSIAN
    db.session.commit()
    factories.add_card_event(old, Action.REPLACE, State.REPLACED, at=NOW - 7 * DAY)
    return old, card


def _of_main(card: Card, venue: Venue, worker: Actor) -> None:
    assert card.line is not None
    occurrence = factories.make_occurrence(venue=venue, starts_at=NOW + 3 * DAY)
    scan_id = leaves.visit(card, venue, TODAY - 2 * DAY, child=1)
    booking = Booking(
        ref=card.ref,
        venue_id=venue.id,
        occurrence_id=occurrence.id,
        on_day=occurrence.on_day,
        word=f"sana{card.id}",
        kind=BookingKind.SINGLE,
        booked_by=BookedBy.UNIT,
        state=BookingState.BOOKED,
        holder=card.line,
        card_id=card.id,
        unit_id=card.unit_id,
        adult=1,
        created_at=NOW,
        created_by=worker.user_id,
        changed_at=NOW,
    )
    db.session.add_all(
        [
            booking,
            MobileCard(card_id=card.id, token_hash=f"{card.id:064x}", created_at=NOW, created_by=worker.user_id),
            CardTalk(card_id=card.id, talked_at=NOW, recorded_by=worker.user_id),
            ScanDecision(scan_id=scan_id, flag=Flag.CHILDREN, counted=True, decided_at=NOW),
            FirstUse(line=card.line, month=TODAY.replace(day=1)),
            Hold(id=card.line, occurrence_id=occurrence.id, line=card.line, places=1, expires_at=NOW),
        ]
    )
    db.session.commit()
    look_at(card, worker, at=NOW)


def _of_followup(card: Card, worker: Actor, unit: Unit, venue: Venue) -> None:
    assert card.line is not None and worker.user_id is not None
    line_ref = references.of_line(card.line, secret=SECRET_KEY)
    opened = leaves.opened(card)
    mood.answer(opened, venue_id=venue.id, mood=2, now=NOW, secret=SECRET_KEY)
    own = goals.add(WORDS, owner=goals.Owner(line_ref=line_ref), now=NOW)
    goals.review(own, owner=goals.Owner(line_ref=line_ref), client_level=1, now=NOW)
    episode = leaves.start(worker, unit.area_id)
    owner = goals.Owner(episode_id=episode.id, actor=worker)
    shared = goals.add(WORDS + " taas", owner=owner, now=NOW)
    goals.review(shared, owner=owner, client_level=0, worker_level=1, now=NOW)
    given = Given(measured_on=TODAY, phase=Phase.START, mode=Mode.SELF, scores={"mind": 61.5})
    measurements.record(episode.id, actor=worker, code="kykyviisari", given=given, now=NOW)
    leaves.give(episode, opened, actor=worker, earlier=[TODAY - 2 * DAY], expires_on=TODAY + 30 * DAY)
    subject = ownkeys.tries_of(card.number, secret=SECRET_KEY)
    look = Look(line_ref=line_ref, at=NOW, user_id=worker.user_id, name=worker.name, unit_id=unit.id, scope=Scope.COUNT)
    with store.writing() as session:
        session.add_all([KeyTry(subject=subject, failures=1, last_at=NOW), look])
