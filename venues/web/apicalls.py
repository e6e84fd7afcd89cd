"""How a call with an API key is read: who calls and how often, what the key may do, the body, the Idempotency-Key.

The ticket sellers' blueprint shares it. What is answered is always JSON, and never says more of a key than that it is
not known.
"""

import functools
import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar

from flask import Response, current_app, g, request
from pydantic import BaseModel, ValidationError

from kaikukortti import clock
from kaikukortti.errors import DomainError
from kaikukortti.requestcounts import Rate
from kaikukortti.web import language, ratelimit
from kaikukortti.web.guard import GuardedBlueprint
from kaikukortti.web.language import _
from kaikukortti.web.pages import json_error
from kaikukortti.web.sentences import sentence, sentence_of, status_of
from venues import apikeys, idempotency
from venues.apikeys import KeyUnknown, Scope, ScopeMissing
from venues.idempotency import Attempt, Kept
from venues.web import sellerschemas

LARGEST_BODY = 16 * 1024
BY_KEY = Rate(300)
BY_ADDRESS = Rate(900)  # one system may serve several venues
BY_STRANGER = Rate(20)
IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{16,64}")
REPLAYED = "Idempotent-Replayed"
UNPROCESSABLE = 422

Body = TypeVar("Body", bound=BaseModel)
Arguments = ParamSpec("Arguments")
Said = tuple[dict[str, Any], int]


class Misread(DomainError):
    """The request itself is not as it should be: nothing was looked at, and nothing is kept of it."""


class BodyUnreadable(Misread):
    """The body is no JSON."""

    code = "request_unreadable"


class BodyNotJson(Misread):
    """The body is not said to be JSON."""

    code = "request_not_json"


class RequestInvalid(Misread):
    """The body or the address does not have the shape that the call takes; details name the `fields`."""

    code = "request_invalid"


class IdempotencyKeyNeeded(Misread):
    """The call writes, and has no Idempotency-Key of 16 to 64 visible characters."""

    code = "idempotency_key_needed"


def protect(blueprint: GuardedBlueprint) -> None:
    """Let callers with an API key alone into a blueprint's calls: `g.api_key` says which one it is."""
    blueprint.before_request(_recognise)
    blueprint.register_error_handler(KeyUnknown, _unknown)
    blueprint.register_error_handler(RequestInvalid, _invalid)
    blueprint.register_error_handler(idempotency.StillAtWork, _at_work)


def reads(*scopes: Scope) -> Callable[[Callable[Arguments, Said]], Callable[Arguments, Response]]:
    """Make a view of a call that writes nothing: the key needs one of the scopes, any where none is named."""

    def make(view: Callable[Arguments, Said]) -> Callable[Arguments, Response]:
        @functools.wraps(view)
        def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Response:
            _check_scope(scopes)
            said, status = _answered(lambda: view(*args, **kwargs))
            return _answer(json.dumps(said, ensure_ascii=False), status)

        return call

    return make


def writes(
    scope: Scope, shape: type[Body]
) -> Callable[[Callable[Concatenate[Attempt, Body, Arguments], Said]], Callable[Arguments, Response]]:
    """Make a view of a call that writes: it works once for an Idempotency-Key, and every try gets the same answer.

    The view gets the attempt and the body. A no of the rules is an answer and kept; a fault of ours is not.
    """

    def make(view: Callable[Concatenate[Attempt, Body, Arguments], Said]) -> Callable[Arguments, Response]:
        @functools.wraps(view)
        def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Response:
            _check_scope((scope,))
            body = read_body(shape)
            begun = _begin(body)
            if isinstance(begun, Kept):
                return _answer(begun.answer, begun.status, is_replay=True)
            try:
                said, status = _answered(lambda: view(begun, body, *args, **kwargs))
            except BaseException:
                idempotency.give_up(begun)
                raise
            answer = json.dumps(said, ensure_ascii=False)
            idempotency.keep(begun, status=status, answer=answer)
            return _answer(answer, status)

        return call

    return make


def read_body(shape: type[Body]) -> Body:
    """Return the body in its shape; none at all is an empty one. Raises BodyNotJson, BodyUnreadable, RequestInvalid."""
    if not request.get_data(cache=True) and not shape.model_fields:
        return shape()
    if request.mimetype != "application/json":
        raise BodyNotJson()
    return _validated(lambda: shape.model_validate_json(request.get_data(cache=True)))


def read_query(shape: type[Body]) -> Body:
    """Return the address's parameters in their shape; one that comes twice is refused. Raises RequestInvalid."""
    given = {name: values[0] if len(values) == 1 else values for name, values in request.args.lists()}
    return _validated(lambda: shape.model_validate(given))


def _validated(validate: Callable[[], Body]) -> Body:
    try:
        return validate()
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        if any(fault["type"] == "json_invalid" for fault in faults):
            raise BodyUnreadable() from error
        raise RequestInvalid(fields=sellerschemas.faults_of(list(faults))) from error


def _recognise() -> None:
    g.user_language = request.accept_languages.best_match(language.CODES)
    request.max_content_length = LARGEST_BODY
    ratelimit.check("api", BY_ADDRESS)
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    now = clock.now()
    try:
        g.api_key = apikeys.recognise(token.strip() if scheme.lower() == "bearer" else None, now=now)
    except KeyUnknown:
        ratelimit.check("api-stranger", BY_STRANGER)
        raise
    ratelimit.check("api-key", BY_KEY, sender=str(g.api_key.key_id))
    if apikeys.is_contact_due(g.api_key, now=now):
        apikeys.touch(g.api_key, now=now)


def _check_scope(wanted: tuple[Scope, ...]) -> None:
    if wanted and not g.api_key.scopes.intersection(wanted):
        raise ScopeMissing()


def _begin(body: BaseModel) -> Attempt | Kept:
    named = request.headers.get("Idempotency-Key", "")
    if not IDEMPOTENCY_KEY.fullmatch(named):
        raise IdempotencyKeyNeeded()
    # What says the same in another way is the same: defaults are left out, fields have their order.
    plain = body.model_dump_json(exclude_defaults=True)
    asked = hashlib.sha256(f"{request.method} {request.path}\n{plain}".encode()).digest()
    oldest = apikeys.list_line(g.api_key)[0]  # a key that was rotated meanwhile is the same caller
    return idempotency.begin(named, asked, api_key_id=oldest, now=clock.now())


def _answered(view: Callable[[], Said]) -> Said:
    try:
        return view()
    except Misread:
        raise
    except DomainError as error:
        status = status_of(error)
        # 422 is about the shape of a request; what a page calls 422 is a no of the rules here.
        said = {"error": {"code": error.code, "message": sentence_of(error)}}
        return said, 409 if status == UNPROCESSABLE else status


def _answer(text: str, status: int, *, is_replay: bool = False) -> Response:
    response = current_app.response_class(text, status, mimetype="application/json")
    if is_replay:
        response.headers[REPLAYED] = "true"
    return response


def _unknown(error: KeyUnknown) -> Response:
    answer, status = json_error(error.code, sentence(error.code), 401)
    response = current_app.make_response((answer, status))
    response.headers["WWW-Authenticate"] = 'Bearer realm="kaikukortti"'
    return response


def _invalid(error: RequestInvalid) -> Response:
    message = _("The request is not as the call describes it. Look at: %(fields)s", fields=error.details["fields"])
    return current_app.make_response(json_error(error.code, message, 422))


def _at_work(error: idempotency.StillAtWork) -> Response:
    response = current_app.make_response(json_error(error.code, sentence(error.code), 409))
    response.headers["Retry-After"] = str(int(timedelta(seconds=1).total_seconds()))
    return response
