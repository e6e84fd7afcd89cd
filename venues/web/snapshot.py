"""`GET /door/api/snapshot`: all that a tablet keeps for judging alone: cards, programme, words, practice deck."""

import base64
import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, current_app, g, request

from kaikukortti import clock
from kaikukortti.models.network import Venue
from kaikukortti.models.programme import Occurrence
from kaikukortti.rules import period
from kaikukortti.rules.booking import BookingState
from kaikukortti.rules.verdict import CardFacts
from kaikukortti.web import guard
from venues import devices, events, practice, quotas, redeeming, snapshot, wording
from venues.practice import DeckCard
from venues.redeeming import Booked
from venues.snapshot import CardList, Cursor, ListedArea
from venues.web import credential
from venues.web.credential import RequestUnreadable, moment, note_contact

blueprint = guard.guarded_blueprint("door_snapshot", __name__, word=guard.DEVICE, url_prefix="/door/api")

credential.protect(blueprint)

RULES_VERSION = 2  # the rule of rules/verdict.py as tests/vectors/verdicts.json drives it; 1 asked the server alone
MIN_CLIENT = 2  # the oldest script that can read this
GZIP_LEVEL = 4  # a tenth of a second for 100,000 cards; higher levels take longer and save one per cent


@blueprint.get("/snapshot")
def fetch() -> Response:
    """Return the list whole, or the changes since `since` when `epoch` is still the list's; 304 when nothing is new."""
    now = clock.now()
    note_contact(now)
    cursor = snapshot.read_cursor(g.device.device_id)
    areas = snapshot.list_areas()
    kept = {"epoch": cursor.epoch, "n": cursor.n, **_state(now, areas)}

    tag = hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:32]
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        since = _since(cursor)
        cards = None
        if since != cursor.n:
            list_key = devices.unseal(cursor.sealed_key, secret_key=current_app.config["KAIKU"].secret_key)
            cards = snapshot.read_cards(list_key=list_key, area_id=g.device.area_id, areas=areas, since=since)
        response = _packed({**kept, "generated_at": moment(now), "cards": _cards_view(cards)})
    response.set_etag(tag, weak=True)
    response.vary.update(("Accept-Encoding", "Cookie"))
    return response


def cursor_view(cursor: Cursor) -> dict[str, Any]:
    """Return a cursor as the tablet reads it."""
    return {"epoch": cursor.epoch, "n": cursor.n}


def booking_view(booked: Booked) -> dict[str, Any]:
    """Return a booking as a tablet sees it: nothing of its card or its unit."""
    return {
        "ref": booked.ref,
        "word": booked.word,
        "kind": booked.kind.value,
        "counts": {kind: many for kind, many in vars(booked.counts).items() if many},
        "own_cards": booked.own_cards,
        "needs": list(booked.access_needs),
        "arrives": _moment(booked.arrives_at),
        "redeemed": booked.state is BookingState.REDEEMED,
        "redeemed_at": _moment(booked.redeemed_at),
    }


def venue_view(venue: Venue) -> dict[str, Any]:
    """Return a venue's name in three languages, and its number."""
    return {
        "id": venue.id,
        "name_fi": venue.name_fi,
        "name_sv": venue.name_sv or venue.name_fi,
        "name_en": venue.name_en or venue.name_fi,
    }


def _since(cursor: Cursor) -> int | None:
    """Return the number that the tablet's list has come to; None for a list of another epoch, and for none.

    Raises RequestUnreadable.
    """
    said = request.args.get("since")
    if said is None or request.args.get("epoch") != cursor.epoch:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 12):
        raise RequestUnreadable(count=1)
    return int(said) if int(said) <= cursor.n else None


def _state(now: datetime, areas: Sequence[ListedArea]) -> dict[str, Any]:
    venue, prefixes = devices.get_venue_of(g.device)
    return {
        "rules_version": RULES_VERSION,
        "min_client": MIN_CLIENT,
        "device": {"id": str(g.device.device_id), "name": g.device.name},
        "venue": {**venue_view(venue), "category": venue.category.value},
        "prefixes": sorted(prefixes),
        "masks": " ".join(area.legacy_masks for area in areas if area.legacy_masks),
        "areas": [{"grace_days": area.grace_days, "contact": area.contact} for area in areas],
        **_programme(venue, now),
        "texts": wording.templates(),
        "practice": [_deck_view(card) for card in practice.deck()],
    }


def _programme(venue: Venue, now: datetime) -> dict[str, Any]:
    """Return the dates of fourteen days, each with its bookings, and the bookings of days without an event."""
    today = period.day_of(now)
    coming = events.list_coming(venue.id, from_on=today)
    counted = snapshot.count_tickets([occurrence.id for occurrence in coming])
    left = quotas.list_left(venue.id, from_on=today, children_take_places=venue.children_take_places, now=now)
    last_on = today + timedelta(days=events.DAYS_SHOWN)
    booked: dict[int | None, list[Booked]] = defaultdict(list)
    for one in redeeming.list_for_tablet(venue.id, first_on=today, last_on=last_on, now=now):
        booked[one.occurrence_id].append(one)
    occurrences = [
        {
            **_occurrence_view(occurrence),
            "places_left": left.get(occurrence.id),
            "children_take_places": venue.children_take_places,
            "counted": counted.get(occurrence.id, {}),
            "bookings": [booking_view(one) for one in booked[occurrence.id]],
        }
        for occurrence in coming
    ]
    house = [{**booking_view(one), "day": one.on_day.isoformat()} for one in booked[None]]
    return {"occurrences": occurrences, "house_bookings": house}


def _occurrence_view(occurrence: Occurrence) -> dict[str, Any]:
    event = occurrence.event
    return {
        "id": occurrence.id,
        "title_fi": event.title_fi,
        "title_sv": event.title_sv or event.title_fi,
        "title_en": event.title_en or event.title_fi,
        "category": event.category.value,
        "kind": event.kind.value,
        "starts_at": moment(occurrence.starts_at),
        "ends_at": _moment(occurrence.ends_at),
        "opens_at": _moment(occurrence.opens_at),
        "closes_at": _moment(occurrence.closes_at),
        "day": occurrence.on_day.isoformat(),
        "place": occurrence.place,
    }


def _cards_view(cards: CardList | None) -> dict[str, Any] | None:
    """Return the records as base64 of their planes; None where no card has changed."""
    if cards is None:
        return None
    return {
        "since": cards.since,
        "size": len(cards.records),
        "planes": base64.b64encode(cards.planes()).decode(),
        "count": cards.count,
        "digest": cards.digest.hex(),
    }


def _deck_view(card: DeckCard) -> dict[str, Any]:
    return {
        "key": card.key,
        "number": card.number,
        "card": None if card.facts is None else _facts_view(card.facts),
        "earlier_minutes": card.earlier_minutes,
        "opens_in_minutes": card.opens_in_minutes,
        "places_left": card.places_left,
        "limit_reached": card.is_limit_reached,
    }


def _facts_view(facts: CardFacts) -> dict[str, Any]:
    return {
        "kind": facts.kind.value,
        "state": facts.state.value,
        "first_on": _day(facts.first_on),
        "last_on": _day(facts.last_on),
        "grace_days": 0,
        "children": facts.children,
        "suspended_until": _day(facts.suspended_until),
    }


def _packed(body: dict[str, Any]) -> Response:
    plain = json.dumps(body, separators=(",", ":")).encode()
    if not request.accept_encodings["gzip"]:
        return Response(plain, mimetype="application/json")
    response = Response(gzip.compress(plain, GZIP_LEVEL, mtime=0), mimetype="application/json")
    response.content_encoding = "gzip"
    return response


def _moment(value: datetime | None) -> str | None:
    return None if value is None else moment(value)


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
