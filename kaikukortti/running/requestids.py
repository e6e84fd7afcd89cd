"""The id of the request that a thread is at: in the log, in the trail, on error pages. It says nothing of anybody."""

import re
import secrets
from contextvars import ContextVar

DIGITS = 16  # as many as the trail has room for
# What proxies make: nginx's $request_id, or a UUID. A name, an address or a card's number has another shape.
FROM_A_PROXY = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_current: ContextVar[str | None] = ContextVar("request_id", default=None)


def begin(given: str | None = None) -> str:
    """Begin a request in this thread and return its id: `given`, as a proxy that is believed sent it, or a new one."""
    is_fine = given is not None and FROM_A_PROXY.fullmatch(given.lower()) is not None
    request_id = given.lower() if is_fine and given is not None else secrets.token_hex(DIGITS // 2)
    _current.set(request_id)
    return request_id


def end() -> None:
    """End the request: what this thread writes down now belongs to none."""
    _current.set(None)


def now() -> str | None:
    """Return the id of the request that this thread is at, or None."""
    return _current.get()


def short(request_id: str) -> str:
    """Return an id in the length that the trail keeps: the beginning of a proxy's longer one."""
    return request_id.replace("-", "")[:DIGITS]
