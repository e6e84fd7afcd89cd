"""The calls of a ticket seller's system under /api/v1/: the programme, checks, uses and their return, bookings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import g

from kaikukortti import clock
from kaikukortti.models.programme import Event
from kaikukortti.rules.verdict import VerdictClass
from kaikukortti.web import guard, language
from kaikukortti.web.language import _
from venues import reconcile, scanning, sellerbookings, sellers, wording
from venues.apikeys import Scope
from venues.idempotency import Attempt
from venues.scanning import Checked
from venues.sellerbookings import SellerBooking
from venues.sellers import Offered, Sale
from venues.web import apicalls, sellerschemas
from venues.web.apicalls import Said
from venues.web.credential import moment

blueprint = guard.guarded_blueprint("seller_api", __name__, word=guard.SELLER, url_prefix="/api/v1")

apicalls.protect(blueprint)


@blueprint.get("/occurrences")
@apicalls.reads()
def occurrences() -> Said:
    """List the venue's programme."""
    asked = apicalls.read_query(sellerschemas.OccurrenceQuery)
    programme = sellers.list_occurrences(
        key=g.api_key, from_on=asked.from_on, until_on=asked.until, after=asked.after, most=asked.limit, now=clock.now()
    )
    return {"occurrences": [_occurrence_view(one) for one in programme.offered], "next": programme.after}, 200


@blueprint.post("/checks")
@apicalls.reads(Scope.CHECKS)
def check() -> Said:
    """Judge a card for an event; where there is a quota, places are kept for it for two minutes."""
    body = apicalls.read_body(sellerschemas.SellerCheckBody)
    return _checked_view(sellers.check(body.code, occurrence=body.occurrence, key=g.api_key, now=clock.now())), 200


@blueprint.post("/uses")
@apicalls.writes(Scope.USES, sellerschemas.UseBody)
def use(attempt: Attempt, body: sellerschemas.UseBody) -> Said:
    """Give tickets for a card, or write down those that were given."""
    sale = Sale(body.code, body.occurrence, body.tickets.counts, body.sold_at, body.again)
    try:
        recorded = sellers.use(sale, key=g.api_key, attempt=attempt, now=clock.now())
    except scanning.NotAdmitted as refused:
        return _refusal(refused.checked)
    flags = [flag.value for flag in reconcile.told(recorded.flags)]
    return {"use": str(attempt.id), "result": "flagged" if flags else "accepted", "flags": flags}, 201


@blueprint.post("/uses/<uuid:use_id>/return")
@apicalls.writes(Scope.USES, sellerschemas.NothingBody)
def take_back(attempt: Attempt, _body: sellerschemas.NothingBody, use_id: UUID) -> Said:
    """Take tickets back."""
    taken = sellers.take_back(str(use_id), key=g.api_key, attempt=attempt, now=clock.now())
    return {"use": str(use_id), "result": "flagged" if reconcile.told(taken.flags) else "returned"}, 200


@blueprint.post("/bookings")
@apicalls.writes(Scope.BOOKINGS, sellerschemas.BookingBody)
def book(attempt: Attempt, body: sellerschemas.BookingBody) -> Said:
    """Keep places for a card."""
    booked = sellerbookings.book(
        body.code,
        occurrence=body.occurrence,
        counts=body.tickets.counts,
        may_wait=body.may_wait,
        key=g.api_key,
        attempt=attempt,
        now=clock.now(),
    )
    return _booking_view(booked), 201


@blueprint.get("/bookings/<ref>")
@apicalls.reads(Scope.BOOKINGS)
def booking(ref: str) -> Said:
    """Tell where a booking of this seller stands."""
    return _booking_view(sellerbookings.look(ref, key=g.api_key, now=clock.now())), 200


@blueprint.post("/bookings/<ref>/accept")
@apicalls.writes(Scope.BOOKINGS, sellerschemas.NothingBody)
def accept(_attempt: Attempt, _body: sellerschemas.NothingBody, ref: str) -> Said:
    """Take the places that a booking on the waiting list is offered."""
    return _booking_view(sellerbookings.accept(ref, key=g.api_key, now=clock.now())), 200


@blueprint.post("/bookings/<ref>/cancel")
@apicalls.writes(Scope.BOOKINGS, sellerschemas.NothingBody)
def cancel(_attempt: Attempt, _body: sellerschemas.NothingBody, ref: str) -> Said:
    """Cancel a booking; its places are free at once."""
    return _booking_view(sellerbookings.cancel(ref, key=g.api_key, now=clock.now())), 200


def _refusal(checked: Checked) -> Said:
    """Return why tickets are not given, in the sentence that the door would say."""
    judged = checked.verdict
    if not judged.admits:
        said = _say(checked)
        return _error("not_admitted", said[language.language_now()]), 409
    if judged.klass is VerdictClass.ALREADY:
        return (
            _error("already_used", _("The card was used for this event already. Say that more tickets are meant.")),
            409,
        )
    return _error("too_many_tickets", _("The card gives fewer tickets for this event. Check the card first.")), 409


def _say(checked: Checked) -> dict[str, str]:
    """Return the sentence of the door, in three languages."""
    return wording.say(
        checked.verdict,
        last_day=checked.valid_until,
        malformed=checked.malformed,
        hindrance=checked.standing.hindrance,
    )


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


def _checked_view(checked: Checked) -> dict[str, Any]:
    judged, held = checked.verdict, checked.hold
    card = None
    if checked.kind is not None and checked.valid_until is not None:
        valid_until = checked.valid_until.isoformat()
        card = {"kind": checked.kind.value, "valid_until": valid_until, "children": checked.children}
    return {
        "class": judged.klass.value,
        "reason": None if judged.reason is None else judged.reason.value,
        "say": _say(checked),
        "next": wording.next_step(judged, contact=checked.contact, **vars(checked.standing)),
        "card": card,
        "most": vars(judged.limits),
        "earlier": None if judged.earlier_at is None else {"at": moment(judged.earlier_at)},
        "hold": None if held is None else {"places": held.places, "until": moment(held.expires_at)},
    }


def _booking_view(booked: SellerBooking) -> dict[str, Any]:
    return {
        "booking": booked.ref,
        "word": booked.word,
        "state": booked.state.value,
        "occurrence": booked.occurrence_id,
        "tickets": vars(booked.counts),
        "offered_until": _moment(booked.offered_until),
    }


def _occurrence_view(offered: Offered) -> dict[str, Any]:
    occurrence = offered.occurrence
    return {
        "id": occurrence.id,
        "title": _title(occurrence.event),
        "kind": occurrence.event.kind.value,
        "category": occurrence.event.category.value,
        "state": occurrence.state.value,
        "day": occurrence.on_day.isoformat(),
        "starts_at": moment(occurrence.starts_at),
        "ends_at": _moment(occurrence.ends_at),
        "opens_at": _moment(occurrence.opens_at),
        "closes_at": _moment(occurrence.closes_at),
        "place": occurrence.place,
        "places_left": offered.places_left,
        "sold_out": occurrence.sold_out,
    }


def _title(event: Event) -> Mapping[str, str]:
    return {code: getattr(event, f"title_{code}") or event.title_fi for code in language.CODES}


def _moment(value: datetime | None) -> str | None:
    return None if value is None else moment(value)
