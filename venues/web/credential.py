"""Who calls: the tablet's cookie, given, read and renewed; and how each call of the door reads a body and tells time.

The blueprints of the door's calls share it; each says with `protect` which of its calls need what.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TypeVar

from flask import Response, current_app, g, request
from pydantic import BaseModel, ValidationError

from kaikukortti import clock
from kaikukortti.errors import DomainError
from kaikukortti.web.guard import GuardedBlueprint
from kaikukortti.web.pages import json_error
from kaikukortti.web.sentences import sentence
from venues import devices

LASTS = 400 * 24 * 3600
MARKER_COOKIE = (
    "kaiku_door"  # for the tablet's script: with it and without a database, the browser has thrown that away
)
MOST_WAITING = 1_000_000
LARGEST_BODY = 64 * 1024
LARGEST_BATCH = 256 * 1024
OLDEST_NEWS = 400 * 24 * 3600  # seconds: as long as a credential lasts
Body = TypeVar("Body", bound=BaseModel)
Reply = Response | tuple[Response | str, int]


class RequestUnreadable(DomainError):
    """The body is no JSON, or not of the shape that the call takes."""

    code = "request_unreadable"


def protect(blueprint: GuardedBlueprint, *, public: Collection[str] = (), sending: Collection[str] = ()) -> None:
    """Let enrolled tablets alone into a blueprint's calls: `g.device` says which one it is.

    The calls named in `public` need no credential; those in `sending` are open to a revoked tablet, too, for as long
    as it may send its queue, and may be longer. The cookie is renewed at contact; a broken body is answered in words.
    """

    def recognise() -> None:
        call = (request.endpoint or "").rpartition(".")[2]
        request.max_content_length = LARGEST_BATCH if call in sending else LARGEST_BODY
        if call in public:
            return
        held = request.cookies.get(cookie_name())
        g.device = devices.recognise_sender(held, now=clock.now()) if call in sending else devices.recognise(held)

    blueprint.before_request(recognise)
    blueprint.after_request(_renew)
    blueprint.register_error_handler(RequestUnreadable, _unreadable)


def cookie_name() -> str:
    """Return the name of the credential cookie; the `__Host-` form needs HTTPS."""
    return "__Host-kaiku-device" if current_app.config["SESSION_COOKIE_SECURE"] else "kaiku_device"


def give(response: Response, credential: str) -> None:
    """Put a credential into the tablet's cookie, which no script can read, and beside it a marker that scripts can."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(cookie_name(), credential, max_age=LASTS, httponly=True, samesite="Strict", secure=secure)
    response.set_cookie(MARKER_COOKIE, "1", max_age=LASTS, samesite="Strict", secure=secure)


def note_contact(now: datetime, *, waiting: int | None = None) -> None:
    """Write down that the tablet called, and how many registrations wait there, when that is news."""
    if devices.is_contact_due(g.device, now=now, waiting=waiting):
        devices.touch(g.device, now=now, waiting=waiting)


def read_waiting() -> int | None:
    """Return how many registrations wait on the tablet, of the address's `?waiting=N`. Raises RequestUnreadable."""
    said = request.args.get("waiting")
    if said is None:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 8 and int(said) <= MOST_WAITING):
        raise RequestUnreadable(count=1)
    return int(said)


def read_tested() -> timedelta | None:
    """Return how long ago the tablet's self-test found all in order, of `?tested=SECONDS`. Raises RequestUnreadable."""
    said = request.args.get("tested")
    if said is None:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 9 and int(said) <= OLDEST_NEWS):
        raise RequestUnreadable(count=1)
    return timedelta(seconds=int(said))


def read_body(shape: type[Body]) -> Body:
    """Return the body in its shape. Raises RequestUnreadable."""
    try:
        return shape.model_validate_json(request.get_data(cache=False))
    except ValidationError as error:
        raise RequestUnreadable(count=error.error_count()) from error


def moment(value: datetime) -> str:
    """Return a moment in UTC as the door writes it, to the millisecond."""
    return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"


def _renew(response: Response) -> Response:
    held = request.cookies.get(cookie_name())
    if held and response.status_code < 500 and "device" in g and devices.is_renewal_due(g.device, now=clock.now()):
        devices.note_renewal(g.device, now=clock.now())
        give(response, held)  # the same one for longer: a new one would be lost with an answer that does not arrive
    return response


def _unreadable(error: RequestUnreadable) -> Reply:
    return json_error(error.code, sentence(error.code), 400)
