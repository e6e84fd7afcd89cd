"""The tablet's calls as OpenAPI describes them."""

from typing import Any

from pydantic import BaseModel

from venues.web import rescue, schemas
from venues.web.describing import Part, answer, body, errors, parameter, record, ref

SHAPES: tuple[type[BaseModel], ...] = (
    schemas.EnrolBody,
    schemas.CheckBody,
    schemas.PractisedBody,
    schemas.ScanBody,
    schemas.BatchBody,
    schemas.VerdictView,
    schemas.CheckedBookingView,
    schemas.HoldView,
    schemas.AnswerView,
    rescue.RescueBody,
)
NAMES = ("code", "ref", "booking")
MEANINGS = {
    "request_unreadable": (400, "The body is no JSON, or not of the shape that the call takes."),
    "device_unknown": (401, "The tablet is not enrolled."),
    "device_revoked": (401, "The tablet has been taken out of use."),
    "enrolment_unknown": (404, "There is no such code."),
    "enrolment_used": (409, "The code was used before."),
    "enrolment_expired": (410, "The code is too old."),
    "occurrence_elsewhere": (404, "The event belongs to another venue."),
    "booking_elsewhere": (404, "The booking belongs to another venue."),
    "rescue_foreign": (404, "The file is not from a tablet of this venue."),
    "rescue_damaged": (422, "The file is damaged or not whole."),
    "http_413": (413, "Too much was sent at once."),
}
DEVICE = ("device_unknown", "device_revoked")
TEXT: Part = {"type": "string"}
COUNT: Part = {"type": "integer", "minimum": 0}
MOMENT: Part = {"type": "string", "format": "date-time"}
WAITING = parameter("waiting", "query", {**COUNT, "maximum": 1_000_000}, "How many registrations wait on the tablet.")


def describe() -> dict[str, Part]:
    """Return the tablet's calls by address."""
    item = {
        "anyOf": [ref("ScanBody"), {"type": "object"}],
        "description": "Each is read by itself; an odd one is parked.",
    }
    answers = record(answers={"type": "array", "items": ref("AnswerView")})
    owner = record(id=TEXT, name=TEXT)
    verdict = record(
        verdict=ref("VerdictView"), hold=_or_null(ref("HoldView")), booking=_or_null(ref("CheckedBookingView"))
    )
    batch = record(items={"type": "array", "minItems": 1, "maxItems": schemas.MOST_ITEMS, "items": item})
    scans = _call("Take in a batch of scans", None, answers, "request_unreadable", *DEVICE, "http_413")
    scans["requestBody"] = {
        "required": True,
        "content": {"application/json": {"schema": {**batch, "additionalProperties": False}}},
    }
    rescued = record(device=owner, answers={"type": "array", "items": ref("AnswerView")})
    rescue_errors = ("request_unreadable", *DEVICE, "rescue_foreign", "rescue_damaged", "http_413")
    return {
        "/door/api/enrol": {"post": _enrol(owner)},
        "/door/api/snapshot": {"get": _snapshot(owner)},
        "/door/api/checks": {"post": _call("Judge a card", "CheckBody", verdict, *_CHECK_ERRORS)},
        "/door/api/scans": {"post": {**scans, "parameters": [WAITING]}},
        "/door/api/rescue": {
            "post": _call("Take in another tablet's rescue file", "RescueBody", rescued, *rescue_errors)
        },
        "/door/api/key": {"post": _call("A new list key", None, record(list_key=TEXT, key_number=COUNT), *DEVICE)},
        "/door/api/practised": {"post": _practised()},
        "/door/api/status": {"get": _status()},
    }


def complete(components: dict[str, Any]) -> None:
    """Say of the shapes what pydantic checks by a function: a card is named in one way."""
    for model in ("CheckBody", "ScanBody"):
        components[model]["oneOf"] = [_named_by(name) for name in NAMES]


_CHECK_ERRORS = ("request_unreadable", *DEVICE, "occurrence_elsewhere", "booking_elsewhere", "http_413")


def _named_by(chosen: str) -> Part:
    kinds = {name: {"type": "string" if name == chosen else "null"} for name in NAMES}
    return {"required": [chosen], "properties": kinds}


def _enrol(owner: Part) -> Part:
    venue = record(id=COUNT, name_fi=TEXT, name_sv=TEXT, name_en=TEXT)
    made = record(device=owner, venue=venue, list_key=TEXT, key_number=COUNT)
    refused = ("request_unreadable", "enrolment_unknown", "enrolment_used", "enrolment_expired", "http_413")
    call = _call("Enrol a tablet", "EnrolBody", made, *refused, ok="201")
    return {**call, "security": []}


def _snapshot(owner: Part) -> Part:
    whole = record(
        epoch=TEXT,
        n=COUNT,
        rules_version=COUNT,
        min_client=COUNT,
        generated_at=MOMENT,
        device=owner,
        venue={"type": "object"},
        prefixes={"type": "array", "items": TEXT},
        masks=TEXT,
        areas={"type": "array", "items": {"type": "object"}},
        occurrences={"type": "array", "items": {"type": "object"}},
        texts={"type": "object"},
        practice={"type": "array", "items": {"type": "object"}},
        cards={"type": ["object", "null"]},
    )
    call = _call("All that the tablet keeps for judging alone", None, whole, "request_unreadable", *DEVICE)
    call["responses"]["304"] = {"description": "Nothing is new since the ETag that was sent."}
    call["parameters"] = [
        parameter("epoch", "query", TEXT, "The epoch of the list that the tablet has."),
        parameter("since", "query", TEXT, "The number that this list has come to, digits."),
    ]
    return call


def _practised() -> Part:
    instructed = record(instructed_on={"type": "string", "format": "date"})
    return _call(
        "The practice deck was gone through", "PractisedBody", instructed, "request_unreadable", *DEVICE, "http_413"
    )


def _status() -> Part:
    call = _call(
        "The server's time",
        None,
        record(time=MOMENT, cursor=record(epoch=TEXT, n=COUNT)),
        "request_unreadable",
        *DEVICE,
    )
    ago = {**COUNT, "maximum": 400 * 24 * 3600}
    tested = parameter("tested", "query", ago, "Seconds since the self-test that found all in order.")
    return {**call, "parameters": [WAITING, tested]}


def _call(summary: str, model: str | None, said: Part, *codes: str, ok: str = "200") -> Part:
    call: Part = {
        "summary": summary,
        "tags": ["Door"],
        "security": [{"device": []}],
        "responses": {ok: answer("Done", said), **errors(codes, MEANINGS)},
    }
    if model is not None:
        call["requestBody"] = body(model)
    return call


def _or_null(schema: Part) -> Part:
    return {"anyOf": [schema, {"type": "null"}]}
