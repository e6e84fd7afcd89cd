"""Around every request: its id, its record in the log, its figures. What is in a request stays in it: of its address
only the pattern is told that fitted.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.wrappers import Request
from werkzeug.wsgi import ClosingIterator

from kaikukortti.running import logs, metrics, requestids

HEADER = "X-Request-ID"
NO_ROUTE = "none"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Beginnings of patterns, and what kind of caller asks for them.
KINDS = {"/door/": "door", "/api/": "program", "/static/": "static", "/healthz": "machine", "/readyz": "machine"}

Start = Callable[..., Any]


@dataclass
class Course:
    """How a request went so far."""

    method: str
    request_id: str
    status: int = 500
    route: str = NO_ROUTE
    begun: float = field(default_factory=time.perf_counter)


def init_app(app: Flask, *, has_proxy: bool) -> None:
    """Stand around the application as it is now. An id that comes with a request is taken only behind a proxy."""
    inner: Callable[..., Iterable[bytes]] = app.wsgi_app

    def answer(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        given = environ.get("HTTP_X_REQUEST_ID") if has_proxy else None
        method = environ.get("REQUEST_METHOD", "")
        course = Course(method if method in METHODS else "other", requestids.begin(given))
        _begin()
        try:
            answered = inner(environ, _noting(course, environ, start_response))
        except BaseException:
            _end(course)
            raise
        if not _is_file(environ, answered):
            return ClosingIterator(answered, lambda: _end(course))
        _end(course)
        return answered

    app.wsgi_app = answer  # type: ignore[method-assign]  # as Flask documents it


def _is_file(environ: dict[str, Any], answered: Iterable[bytes]) -> bool:
    """Return whether the answer is a file that the server hands to the system; it looks at its kind."""
    wrapper = environ.get("wsgi.file_wrapper")
    return wrapper is not None and isinstance(answered, wrapper)


def _noting(course: Course, environ: dict[str, Any], start_response: Start) -> Start:
    """Return a start_response that remembers status and route, and adds the request's id."""

    def start(status: str, headers: list[tuple[str, str]], *fault: Any) -> Any:
        course.status, course.route = int(status[:3]), _route(environ)
        return start_response(status, [*headers, (HEADER, course.request_id)], *fault)

    return start


def _begin() -> None:
    if (figures := metrics.current()) is not None:
        figures.in_progress.inc()


def _end(course: Course) -> None:
    seconds = time.perf_counter() - course.begun
    if (figures := metrics.current()) is not None:
        figures.in_progress.dec()
        figures.requests.labels(course.route, course.method, str(course.status)).inc()
        figures.seconds.labels(_kind(course.route)).observe(seconds)
    logs.note_request(method=course.method, route=course.route, status=course.status, seconds=seconds)
    requestids.end()


def _route(environ: dict[str, Any]) -> str:
    """Return the pattern that fitted the address, as Flask's request knows it."""
    request = environ.get("werkzeug.request")
    rule = getattr(request, "url_rule", None) if isinstance(request, Request) else None
    return NO_ROUTE if rule is None else str(rule.rule)


def _kind(route: str) -> str:
    return next((kind for begins, kind in KINDS.items() if route.startswith(begins)), "page")
