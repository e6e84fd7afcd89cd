"""The tablet's calls under /door/api/: parse, make one call, answer JSON. The credential cookie says who reads."""

import base64
from datetime import datetime
from typing import Any, TypeVar

from flask import Response, current_app, g, jsonify, request
from pydantic import BaseModel, ValidationError

from kaikukortti import clock
from kaikukortti.errors import DomainError
from kaikukortti.models.network import Venue
from kaikukortti.models.programme import Occurrence
from kaikukortti.rules import period
from kaikukortti.rules.flag import Flag
from kaikukortti.web import guard
from kaikukortti.web.pages import json_error
from kaikukortti.web.sentences import sentence
from venues import devices, events, scanning, sync, wording
from venues.scanning import Checked
from venues.sync import Answer, Result
from venues.web import schemas

blueprint = guard.guarded_blueprint("door_api", __name__, word=guard.DEVICE, url_prefix="/door/api")

CREDENTIAL_LASTS = 400 * 24 * 3600
Body = TypeVar("Body", bound=BaseModel)
Reply = Response | tuple[Response | str, int]


class RequestUnreadable(DomainError):
    """The body is no JSON, or not of the shape that the call takes."""

    code = "request_unreadable"


@blueprint.before_request
def recognise() -> None:
    """Let in enrolled tablets only; enrolling is the one call without a credential."""
    if request.endpoint == "door_api.enrol":
        return
    g.device = devices.recognise(request.cookies.get(credential_cookie()))


@blueprint.errorhandler(RequestUnreadable)
def unreadable(error: RequestUnreadable) -> Reply:
    """Answer a broken body in words, and change nothing."""
    return json_error(error.code, sentence(error.code), 400)


@blueprint.post("/enrol")
def enrol() -> Reply:
    """Make this tablet a device of the venue that planned it."""
    body = _body(schemas.EnrolBody)
    secret = current_app.config["KAIKU"].secret_key
    enrolled = devices.enrol(code=body.code, name=body.name.strip() or "–", secret_key=secret, now=clock.now())
    venue = enrolled.device.venue
    response = jsonify(
        device={"id": str(enrolled.device.id), "name": enrolled.device.name},
        venue=_venue_view(venue),
        list_key=base64.urlsafe_b64encode(enrolled.list_key).decode().rstrip("="),
    )
    _give_credential(response, enrolled.credential)
    return response, 201


@blueprint.get("/snapshot")
def snapshot() -> Reply:
    """Return what the tablet keeps: who it is, the venue, the programme of two weeks."""
    now = clock.now()
    _note_contact(now)
    venue, prefixes = devices.get_venue_of(g.device)
    coming = events.list_coming(venue.id, from_on=period.day_of(now))
    return jsonify(
        epoch="0",
        n=0,
        generated_at=_moment(now),
        device={"id": str(g.device.device_id), "name": g.device.name},
        venue={**_venue_view(venue), "category": venue.category.value},
        prefixes=sorted(prefixes),
        occurrences=[_occurrence_view(occurrence) for occurrence in coming],
    )


@blueprint.post("/checks")
def check() -> Reply:
    """Judge a card for an occurrence; writes nothing."""
    body = _body(schemas.CheckBody)
    checked = scanning.check(code=body.code, ref=body.ref, occurrence=body.occurrence, device=g.device, now=clock.now())
    return jsonify(verdict=_verdict_view(checked), hold=None)


@blueprint.post("/scans")
def scans() -> Reply:
    """Take in a batch; every item gets its own answer, in the same order, after its own durable commit."""
    body = _body(schemas.BatchBody)
    now = clock.now()
    items = [schemas.item_of(raw) for raw in body.items]
    answers = sync.accept(items, device=g.device, received_at=now)
    _note_contact(now)
    _alarm(answers)
    return jsonify(answers=[_answer_view(answer) for answer in answers])


@blueprint.get("/status")
def status() -> Reply:
    """Return the server's time, with which the tablet measures its clock."""
    now = clock.now()
    _note_contact(now)
    return jsonify(time=_moment(now), cursor={"epoch": "0", "n": 0})


def credential_cookie() -> str:
    """Return the name of the credential cookie; the `__Host-` form needs HTTPS."""
    return "__Host-kaiku-device" if current_app.config["SESSION_COOKIE_SECURE"] else "kaiku_device"


def _give_credential(response: Response, credential: str) -> None:
    response.set_cookie(
        credential_cookie(),
        credential,
        max_age=CREDENTIAL_LASTS,
        httponly=True,
        samesite="Strict",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )


def _body(shape: type[Body]) -> Body:
    try:
        return shape.model_validate_json(request.get_data(cache=False))
    except ValidationError as error:
        raise RequestUnreadable(count=error.error_count()) from error


def _note_contact(now: datetime) -> None:
    if devices.is_contact_due(g.device, now=now):
        devices.touch(g.device.device_id, now=now)


def _alarm(answers: list[Answer]) -> None:
    for answer in answers:
        if answer.result in (Result.CONFLICT, Result.PARKED):
            device_id = g.device.device_id
            current_app.logger.error("door item %s: %s, device %s", answer.result, answer.problem, device_id)


def _venue_view(venue: Venue) -> dict[str, Any]:
    return {
        "id": venue.id,
        "name_fi": venue.name_fi,
        "name_sv": venue.name_sv or venue.name_fi,
        "name_en": venue.name_en or venue.name_fi,
    }


def _occurrence_view(occurrence: Occurrence) -> dict[str, Any]:
    event = occurrence.event
    return {
        "id": occurrence.id,
        "title_fi": event.title_fi,
        "title_sv": event.title_sv or event.title_fi,
        "title_en": event.title_en or event.title_fi,
        "category": event.category.value,
        "kind": event.kind.value,
        "starts_at": _moment(occurrence.starts_at),
        "ends_at": None if occurrence.ends_at is None else _moment(occurrence.ends_at),
        "day": occurrence.on_day.isoformat(),
        "place": occurrence.place,
    }


def _verdict_view(checked: Checked) -> dict[str, Any]:
    verdict = checked.verdict
    card = None
    if checked.kind is not None and checked.ref is not None and checked.valid_until is not None:
        card = {
            "kind": checked.kind.value,
            "ref": checked.ref,
            "valid_until": checked.valid_until.isoformat(),
            "children": checked.children,
        }
    return {
        "class": verdict.klass.value,
        "reason": None if verdict.reason is None else verdict.reason.value,
        "say": wording.say(verdict, last_day=checked.valid_until, malformed=checked.malformed),
        "next": wording.next_step(verdict, contact=checked.contact),
        "card": card,
        "limits": vars(verdict.limits),
        "already": None if verdict.earlier_at is None else {"at": _moment(verdict.earlier_at)},
    }


def _answer_view(answer: Answer) -> dict[str, Any]:
    return {
        "scan_id": answer.scan_id,
        "result": answer.result.value,
        "use": answer.use,
        "flags": [flag.value for flag in answer.flags],
        "say": _say_of(answer),
    }


def _say_of(answer: Answer) -> dict[str, str] | None:
    if answer.problem is not None:
        said = wording.problem(answer.problem)
        return {"severity": "warning", **said}
    for flag in (Flag.DOUBLE, Flag.AGAIN):
        if flag in answer.flags and answer.result is Result.FLAGGED:
            return {"severity": "info", **wording.sentence(flag.value)}
    return None


def _moment(value: datetime) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
