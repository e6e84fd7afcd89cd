"""The calls of ticket sellers' systems as OpenAPI describes them, with examples that a sandbox key gets."""

from typing import Any

from pydantic import BaseModel

from venues.web import sellerschemas
from venues.web.apicalls import REPLAYED
from venues.web.describing import Part, answer, body, errors, parameter, ref

SHAPES: tuple[type[BaseModel], ...] = (
    sellerschemas.SellerCheckBody,
    sellerschemas.UseBody,
    sellerschemas.BookingBody,
    sellerschemas.NothingBody,
    sellerschemas.CheckAnswer,
    sellerschemas.UseAnswer,
    sellerschemas.ReturnAnswer,
    sellerschemas.BookingAnswer,
    sellerschemas.OccurrenceList,
)
MEANINGS = {
    "request_unreadable": (400, "The body is no JSON."),
    "idempotency_key_needed": (400, "The header Idempotency-Key is missing, or not 16 to 64 visible characters."),
    "api_key_unknown": (401, "The key is missing, unknown, over or revoked: never told which."),
    "scope_missing": (403, "The key is not made for this call."),
    "occurrence_elsewhere": (404, "There is no such event at the key's venue."),
    "not_found": (404, "There is no such use or booking of this seller."),
    "not_admitted": (409, "The card or the event admits no tickets; the message is what the door would say."),
    "already_used": (409, "The card was used for this event before. With `again` more tickets are given."),
    "too_many_tickets": (409, "The card gives fewer tickets, or there are fewer places: see `most` of a check."),
    "occurrence_cancelled": (409, "The event has been called off."),
    "booking_occurrence_over": (409, "The event is over."),
    "practice_card": (409, "The card is of the practice deck, which a key for real cards does not take."),
    "sandbox_card": (409, "A sandbox key knows the practice cards alone."),
    "sale_time_impossible": (409, "`sold_at` lies in the future, or more than 30 days back."),
    "use_returned": (409, "The tickets have been taken back already."),
    "booking_card_refused": (409, "The card cannot be booked for this event; a venue is never told why."),
    "number_malformed": (409, "The code is no card number; the message says what is odd about it."),
    "booking_too_many_tickets": (409, "The card brings fewer to this event."),
    "already_booked": (409, "The card has a booking for this event."),
    "no_places_left": (409, "There are fewer places left. With `may_wait` the card joins the waiting list."),
    "booking_closed": (409, "The event takes no more bookings."),
    "booking_ended": (409, "The booking has been used, cancelled, or its event is over."),
    "offer_gone": (409, "Nothing is offered to this booking, or no longer."),
    "days_impossible": (409, "The last day is before the first, or more than a year after it."),
    "idempotency_at_work": (409, "The same request is still being answered. Ask again in a second."),
    "http_413": (413, "The body is larger than 16 KiB."),
    "request_not_json": (415, "The body is not sent as application/json."),
    "request_invalid": (422, "A field is missing, unknown or impossible; the message names it."),
    "idempotency_mismatch": (422, "The Idempotency-Key came before with another call or body."),
    "http_429": (429, "Too many requests; the header Retry-After says when to come back."),
}
ALWAYS = ("api_key_unknown", "http_429")
BODY = ("request_unreadable", "http_413", "request_not_json", "request_invalid")
WRITING = (*BODY, "idempotency_key_needed", "idempotency_at_work", "idempotency_mismatch", "scope_missing")
EVENT = ("occurrence_elsewhere", "occurrence_cancelled", "booking_occurrence_over", "sandbox_card")
GIVING = ("not_admitted", "already_used", "too_many_tickets", "practice_card", "sale_time_impossible")
BOOKING = (
    "booking_card_refused",
    "number_malformed",
    "booking_too_many_tickets",
    "already_booked",
    "no_places_left",
    "booking_closed",
    "not_admitted",
)
USE = "c6a1c8f2-3d0f-5a57-9a0e-4f1f0f9f2b11"
BOOKED = "c6a1c8f23d0f5a57"
TICKETS = {"adult": 1, "child": 2, "assistant": 0, "interpreter": 0, "worker": 0, "under16": 0}
KEPT_BOOKING = {
    "booking": BOOKED,
    "word": "kuusi",
    "state": "booked",
    "occurrence": 17,
    "tickets": TICKETS,
    "offered_until": None,
}
SAID = {
    "fi": "Kortti on voimassa. Montako lippua?",
    "sv": "Kortet gäller. Hur många biljetter?",
    "en": "Valid. How many tickets?",
}
CHECKED = {
    "class": "counts",
    "reason": None,
    "say": SAID,
    "next": None,
    "card": {"kind": "personal", "valid_until": "2099-12-31", "children": 2},
    "most": {**TICKETS, "assistant": 9, "interpreter": 9},
    "earlier": None,
    "hold": None,
}
USED = {"use": USE, "result": "accepted", "flags": []}
IDEMPOTENCY_KEY: Part = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "New for each request, the same for each try of it: 16 to 64 visible characters. Kept for 30 days,"
    " over a change of the key, too.",
    "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{16,64}$"},
}


def describe() -> dict[str, Part]:
    """Return the sellers' calls by address."""
    ref_of_booking = parameter("ref", "path", {"type": "string", "pattern": "^[0-9a-f]{16}$"}, "Of a booking's answer.")
    use_id = parameter("use_id", "path", {"type": "string", "format": "uuid"}, "Of a use's answer.")
    booking = {"parameters": [ref_of_booking]}
    look = _reading("Where a booking stands", "BookingAnswer", KEPT_BOOKING, "scope_missing", "not_found")
    return {
        "/api/v1/occurrences": {"get": _programme()},
        "/api/v1/checks": {"post": _check()},
        "/api/v1/uses": {"post": _writing("Give tickets", "UseBody", "UseAnswer", USED, *EVENT, *GIVING, ok="201")},
        "/api/v1/uses/{use_id}/return": {
            "parameters": [use_id],
            "post": _writing(
                "Take tickets back",
                None,
                "ReturnAnswer",
                {"use": USE, "result": "returned"},
                "not_found",
                "use_returned",
            ),
        },
        "/api/v1/bookings": {
            "post": _writing("Keep places", "BookingBody", "BookingAnswer", KEPT_BOOKING, *EVENT, *BOOKING, ok="201")
        },
        "/api/v1/bookings/{ref}": {**booking, "get": look},
        "/api/v1/bookings/{ref}/accept": {**booking, "post": _change("Take the places that are offered", "offer_gone")},
        "/api/v1/bookings/{ref}/cancel": {**booking, "post": _change("Cancel a booking", "booking_ended")},
    }


def _programme() -> Part:
    call = _reading("The venue's programme", "OccurrenceList", None, "occurrence_elsewhere", "days_impossible", *QUERY)
    properties = sellerschemas.OccurrenceQuery.model_json_schema()["properties"]
    call["parameters"] = [
        parameter(name, "query", _without_null(schema), schema.get("description", "How many at most."))
        for name, schema in properties.items()
    ]
    return call


QUERY = ("request_invalid",)


def _check() -> Part:
    call = _reading("Judge a card", "CheckAnswer", CHECKED, "scope_missing", *EVENT, *BODY)
    call["description"] = (
        "What a seller sees of a card is what a tablet at the door sees: no person, no unit, no visit elsewhere."
        " Where the event has a quota, places are kept for the card for two minutes."
    )
    return {**call, "requestBody": body("SellerCheckBody")}


def _change(summary: str, *codes: str) -> Part:
    return _writing(summary, None, "BookingAnswer", KEPT_BOOKING, "not_found", *codes)


def _writing(summary: str, asked: str | None, said: str, example: Any, *codes: str, ok: str = "200") -> Part:
    headers = {REPLAYED: "`true` where the request came before and this is the answer of then."}
    refused = errors((*ALWAYS, *WRITING, *codes), MEANINGS)
    return {
        "summary": summary,
        "tags": ["Ticket sellers"],
        "security": [{"apiKey": []}],
        "parameters": [IDEMPOTENCY_KEY],
        "requestBody": body(asked or "NothingBody", required=asked is not None),
        "responses": {ok: answer("Done", ref(said), example=example, headers=headers), **refused},
    }


def _reading(summary: str, said: str, example: Any, *codes: str) -> Part:
    return {
        "summary": summary,
        "tags": ["Ticket sellers"],
        "security": [{"apiKey": []}],
        "responses": {"200": answer("Done", ref(said), example=example), **errors((*ALWAYS, *codes), MEANINGS)},
    }


def _without_null(schema: Part) -> Part:
    """Return the shape of a parameter that is left out rather than null."""
    given = schema.get("anyOf", [schema])[0]
    kept = ("type", "format", "minimum", "maximum", "default")
    return {name: value for name, value in given.items() if name in kept}
