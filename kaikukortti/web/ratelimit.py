"""How often one network address may ask for a page that anybody may read. Counted in memory, by each process alone."""

import math

from flask import Flask, current_app, request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from kaikukortti import clock

A_MINUTE = RateLimitItemPerMinute(60)
OFTEN = RateLimitItemPerMinute(300)
_EXTENSION = "kaikukortti.ratelimit"


def init_app(app: Flask) -> None:
    """Give the application its own count."""
    app.extensions[_EXTENSION] = MovingWindowRateLimiter(MemoryStorage())


def check(page: str, most: RateLimitItemPerMinute = A_MINUTE, *, sender: str | None = None) -> None:
    """Count a request for a page; aborts with 429, which says when to come back, when its sender asked so often within
    a minute. The sender is the network address where none is named.
    """
    limiter: MovingWindowRateLimiter = current_app.extensions[_EXTENSION]
    who = sender or request.remote_addr or ""
    if not limiter.hit(most, page, who):
        free_at = limiter.get_window_stats(most, page, who).reset_time
        raise TooManyRequests(retry_after=max(1, math.ceil(free_at - clock.now().timestamp())))
