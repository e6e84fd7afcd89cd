"""The answer to a fault that even the page about faults cannot survive: a few plain words, and one record in the log.

Without it the server would answer, and write the whole address into its log.
"""

import sys
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

WORDS = b"Something broke here. It is not your fault. Try again in a moment.\n"
HEADERS = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Length", str(len(WORDS))),
    ("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
]


def init_app(app: Flask) -> None:
    """Stand around the application as it is now; a test sees its faults all the same."""
    inner = app.wsgi_app

    def log(fault: Any) -> None:
        app.logger.error("error in the answer to an error", exc_info=fault)

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            return inner(environ, start_response)
        except Exception:
            if app.testing:
                raise
            log(sys.exc_info())
            start_response("500 Internal Server Error", HEADERS)
            return [WORDS]

    app.log_exception = log  # type: ignore[method-assign,assignment]  # Flask's own names the address
    app.wsgi_app = answer  # type: ignore[method-assign]  # as Flask documents it
