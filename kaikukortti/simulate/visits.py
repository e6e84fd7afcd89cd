"""Made-up visits for the demo, written as the door would have written them."""

import hashlib
import random
import secrets
import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.ledger import Device, DeviceState, Entry, Scan, ScanCard, ScanDecision
from kaikukortti.models.network import Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import period
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.programme import EventKind
from kaikukortti.rules.verdict import Reason, VerdictClass
from kaikukortti.simulate.cards import SimulatedCard
from kaikukortti.simulate.venues import VENUES

# Share of cards by how often they are used in a year: most sleep (38 % taken into use nationally in 2023).
HABITS = ((0.60, (0, 0)), (0.74, (1, 2)), (0.91, (3, 9)), (1.0, (12, 34)))
COMMUNITY_HABIT = (1, 4)
UNDONE = 0.02
FROM_ELSEWHERE = 23
ENTRIES = (Entry.CAMERA,) * 17 + (Entry.TYPED,) * 2 + (Entry.SCANNER,)


@dataclass(frozen=True)
class _Chance:
    """Somewhere to go on a day: an occurrence, or a house visit when it has no id."""

    occurrence_id: int | None
    on_day: date
    starts_at: datetime
    is_course: bool


@dataclass
class _Ledger:
    scans: list[dict[str, Any]]
    cards: list[dict[str, Any]]
    decisions: list[dict[str, Any]]


def add_visits(venues: list[Venue], cards: list[SimulatedCard], *, chance: random.Random, today: date) -> int:
    """Write a season of visits of the given cards and a few of cards from elsewhere; return the number of scans."""
    offers = {venue.id: _offers(venue, today) for venue in venues}
    devices = {venue.id: _add_device(venue, today).id for venue in venues}
    ledger = _Ledger([], [], [])
    for card in cards:
        favourites = chance.choices(venues, [plan.pull for plan in VENUES], k=3)
        seen: set[tuple[int, int | None, date]] = set()
        for _ in range(_visits_of(card, chance)):
            venue = chance.choice(favourites)
            goal = _choose(venue, offers[venue.id], card, chance, today)
            if goal is None or (venue.id, goal.occurrence_id, goal.on_day) in seen:
                continue
            seen.add((venue.id, goal.occurrence_id, goal.on_day))
            _write(ledger, goal, venue, devices[venue.id], card, chance)
    for _ in range(FROM_ELSEWHERE):
        venue = chance.choice(venues)
        if offers[venue.id]:
            _write(ledger, chance.choice(offers[venue.id]), venue, devices[venue.id], None, chance)
    for table, rows in ((Scan, ledger.scans), (ScanCard, ledger.cards), (ScanDecision, ledger.decisions)):
        db.session.execute(sa.insert(table), rows)
    return len(ledger.scans)


def _visits_of(card: SimulatedCard, chance: random.Random) -> int:
    if card.kind is CardKind.COMMUNITY:
        return chance.randint(*COMMUNITY_HABIT)
    drawn = chance.random()
    low, high = next(bounds for share, bounds in HABITS if drawn <= share)
    return chance.randint(low, high)


def _offers(venue: Venue, today: date) -> list[_Chance]:
    """Return the past occurrences of a venue, up to yesterday: the demo's own evening is left to its users."""
    query = (
        sa.select(Occurrence.id, Occurrence.on_day, Occurrence.starts_at, Event.kind)
        .join(Event)
        .where(Occurrence.venue_id == venue.id, Occurrence.on_day < today)
    )
    return [_Chance(key, day, at, kind is EventKind.COURSE) for key, day, at, kind in db.session.execute(query)]


def _choose(
    venue: Venue, offers: list[_Chance], card: SimulatedCard, chance: random.Random, today: date
) -> _Chance | None:
    house = next(plan.house for plan in VENUES if plan.name_fi == venue.name_fi)
    last_on = min(card.last_on, today - timedelta(days=1))
    if last_on < card.first_on:
        return None
    if chance.random() < house:
        day = card.first_on + timedelta(days=chance.randint(0, (last_on - card.first_on).days))
        return _Chance(None, day, period.moment_of(day, time(chance.randint(11, 16))), False)
    open_to = [offer for offer in offers if card.first_on <= offer.on_day <= last_on]
    return chance.choice(open_to) if open_to else None


def _write(
    ledger: _Ledger, goal: _Chance, venue: Venue, device_id: int, card: SimulatedCard | None, chance: random.Random
) -> None:
    row = _scan_row(goal, venue, device_id, card, chance)
    ledger.scans.append(row)
    if card is None:
        ledger.decisions.append(
            {"scan_id": row["scan_id"], "flag": Flag.ELSEWHERE, "counted": None, "decided_at": row["received_at"]}
        )
        return
    ledger.cards.append({"scan_id": row["scan_id"], "card_id": card.card_id, "line": card.line})
    if chance.random() < UNDONE:
        undo_id = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        later = row["occurred_at"] + timedelta(seconds=12)
        nothing = dict.fromkeys(("adult", "child", "assistant", "interpreter", "worker", "under16"), 0)
        undo = {**row, **nothing, "scan_id": undo_id, "undoes": row["scan_id"], "occurred_at": later}
        undo["received_at"], undo["body_hash"] = later, hashlib.sha256(undo_id.encode()).digest()
        ledger.scans.append(undo)
        ledger.cards.append({"scan_id": undo_id, "card_id": card.card_id, "line": card.line})


def _scan_row(
    goal: _Chance, venue: Venue, device_id: int, card: SimulatedCard | None, chance: random.Random
) -> dict[str, Any]:
    scan_id = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    at = goal.starts_at - timedelta(minutes=chance.randint(0, 35), seconds=chance.randint(0, 59))
    verdict = VerdictClass.WELCOME
    if card is None:
        verdict = VerdictClass.CHECK
    elif card.kind is CardKind.COMMUNITY or card.children:
        verdict = VerdictClass.COUNTS
    return {
        "scan_id": scan_id,
        "venue_id": venue.id,
        "device_id": device_id,
        "occurrence_id": goal.occurrence_id,
        "occurred_at": at,
        "received_at": at + timedelta(seconds=1),
        "on_day": goal.on_day,
        "entry": chance.choice(ENTRIES),
        "raw_code": None if card else f"VA{chance.randint(10_000, 99_999)}",
        "shown": verdict,
        "verdict": verdict,
        "reason": None if card else Reason.ELSEWHERE,
        **_tickets(goal, card, chance),
        "undoes": None,
        "body_hash": hashlib.sha256(scan_id.encode()).digest(),
    }


def _tickets(goal: _Chance, card: SimulatedCard | None, chance: random.Random) -> dict[str, int]:
    tickets = dict.fromkeys(("adult", "child", "assistant", "interpreter", "worker", "under16"), 0)
    if card is not None and card.kind is CardKind.COMMUNITY:
        tickets["worker"], tickets["under16"] = 1, chance.randint(2, 6)
        return tickets
    tickets["adult"] = 1
    if card is not None and card.children and not goal.is_course and chance.random() < 0.4:
        tickets["child"] = chance.randint(1, min(card.children, 2))
    tickets["assistant"] = int(chance.random() < 0.04)
    tickets["interpreter"] = int(chance.random() < 0.01)
    return tickets


def _add_device(venue: Venue, today: date) -> Device:
    """Return the tablet that the made-up visits came from; nobody knows its credential, and it is out of use."""
    enrolled_at = period.moment_of(today - timedelta(days=450), time(9))
    device = Device(
        venue_id=venue.id,
        name="Kauden käynnit (demo)",
        credential_hash=secrets.token_hex(32),
        list_key=b"",
        state=DeviceState.REVOKED,
        enrolled_at=enrolled_at,
        last_contact_at=period.moment_of(today - timedelta(days=1), time(21)),
        revoked_at=period.moment_of(today - timedelta(days=1), time(21)),
    )
    db.session.add(device)
    db.session.flush()
    return device
