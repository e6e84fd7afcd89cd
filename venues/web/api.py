"""The tablet's calls under /door/api/: parse, make one call, answer JSON. The credential cookie says who reads."""

import base64
from datetime import timedelta
from typing import Any

from flask import current_app, g, jsonify

from kaikukortti import clock
from kaikukortti.rules.flag import Flag
from kaikukortti.running import metrics
from kaikukortti.web import guard
from venues import devices, preparing, scanning, snapshot, sync, wording
from venues.scanning import Checked
from venues.sync import Answer, Result
from venues.web import credential, schemas
from venues.web.credential import Reply, moment, note_contact, read_body
from venues.web.snapshot import booking_view, cursor_view, venue_view

blueprint = guard.guarded_blueprint("door_api", __name__, word=guard.DEVICE, url_prefix="/door/api")

credential.protect(blueprint, public={"enrol"}, sending={"scans"})


@blueprint.post("/enrol")
def enrol() -> Reply:
    """Make this tablet a device of the venue that planned it."""
    body = read_body(schemas.EnrolBody)
    secret = current_app.config["KAIKU"].secret_key
    enrolled = devices.enrol(code=body.code, name=body.name.strip() or "–", secret_key=secret, now=clock.now())
    venue = enrolled.device.venue
    response = jsonify(
        device={"id": str(enrolled.device.id), "name": enrolled.device.name},
        venue=venue_view(venue),
        list_key=_written(enrolled.list_key),
        key_number=enrolled.device.key_number,
    )
    credential.give(response, enrolled.credential)
    return response, 201


@blueprint.post("/checks")
def check() -> Reply:
    """Judge a card for an occurrence; where there is a quota, places are kept for it for two minutes."""
    body = read_body(schemas.CheckBody)
    named = {"code": body.code, "ref": body.ref, "booking": body.booking}
    checked = scanning.check(**named, occurrence=body.occurrence, device=g.device, now=clock.now())
    return jsonify(verdict=_verdict_view(checked), hold=_hold_view(checked), booking=_booking_view(checked))


@blueprint.post("/scans")
def scans() -> Reply:
    """Take in a batch; every item gets its own answer, in the same order, after its own durable commit."""
    body, said = read_body(schemas.BatchBody), credential.read_waiting()
    now = clock.now()
    items = [schemas.item_of(raw) for raw in body.items]
    answers = sync.accept(items, device=g.device, received_at=now)
    note_contact(now, waiting=_still_waiting(said, answers))
    alarm(answers)
    return jsonify(answers=[answer_view(answer) for answer in answers])


@blueprint.post("/key")
def key() -> Reply:
    """Give a tablet whose storage was emptied a new list key; its cookie is what it has left."""
    rekeyed = devices.rekey(g.device, secret_key=current_app.config["KAIKU"].secret_key, now=clock.now())
    return jsonify(list_key=_written(rekeyed.list_key), key_number=rekeyed.key_number)


@blueprint.get("/status")
def status() -> Reply:
    """Return the server's time, with which the tablet measures its clock; the tablet says how it stands."""
    now = clock.now()
    note_contact(now, waiting=credential.read_waiting())
    tested_ago = credential.read_tested()
    if tested_ago is not None:
        preparing.note_tested(g.device, tested_at=now - tested_ago)
    return jsonify(time=moment(now), cursor=cursor_view(snapshot.read_cursor(g.device.device_id)))


@blueprint.post("/practised")
def practised() -> Reply:
    """Mark the venue's yearly instruction as done: the whole practice deck was gone through on this tablet."""
    body = read_body(schemas.PractisedBody)
    now = clock.now()
    day = preparing.note_practised(g.device, practised_at=now - timedelta(seconds=body.seconds_ago), now=now)
    return jsonify(instructed_on=day.isoformat())


def alarm(answers: list[Answer]) -> None:
    """Write into the log what no tablet should ever send: a fault of the program that somebody must look at. Every
    answer is counted.
    """
    for answer in answers:
        metrics.count_scan(answer.result.value)
        if answer.result in (Result.CONFLICT, Result.PARKED):
            device_id = g.device.device_id
            current_app.logger.error("door item %s: %s, device %s", answer.result, answer.problem, device_id)


def _still_waiting(said: int | None, answers: list[Answer]) -> int | None:
    """Return how many registrations wait on the tablet: what it says now, or what it said before less what arrived."""
    before: int | None = g.device.waiting
    if said is not None or before is None:
        return said
    arrived = sum(answer.result in (Result.ACCEPTED, Result.FLAGGED, Result.REPLAY) for answer in answers)
    return max(before - arrived, 0)


def _written(list_key: bytes) -> str:
    return base64.urlsafe_b64encode(list_key).decode().rstrip("=")


def _verdict_view(checked: Checked) -> dict[str, Any]:
    verdict, standing = checked.verdict, checked.standing
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
        "say": wording.say(
            verdict, last_day=checked.valid_until, malformed=checked.malformed, hindrance=standing.hindrance
        ),
        "next": wording.next_step(verdict, contact=checked.contact, **vars(standing)),
        "card": card,
        "limits": vars(verdict.limits),
        "already": None if verdict.earlier_at is None else {"at": moment(verdict.earlier_at)},
    }


def _hold_view(checked: Checked) -> dict[str, Any] | None:
    held = checked.hold
    return None if held is None else {"id": held.id, "places": held.places, "expires_at": moment(held.expires_at)}


def _booking_view(checked: Checked) -> dict[str, Any] | None:
    return None if checked.booked is None else {**booking_view(checked.booked), "own_read": checked.own_read}


def answer_view(answer: Answer) -> dict[str, Any]:
    """Return what became of one item, as the tablet reads it."""
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
    for flag in (Flag.DOUBLE, Flag.AGAIN, Flag.UNDO_LATE):
        if flag in answer.flags and answer.result is Result.FLAGGED:
            return {"severity": "info", **wording.sentence(flag.value)}
    return None
