"""How often one network address may ask for a page that anybody may read. Counted in memory, by each process alone."""

from flask import Flask, abort, current_app, request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

A_MINUTE = RateLimitItemPerMinute(60)
OFTEN = RateLimitItemPerMinute(300)
_EXTENSION = "kaikukortti.ratelimit"


def init_app(app: Flask) -> None:
    """Give the application its own count."""
    app.extensions[_EXTENSION] = MovingWindowRateLimiter(MemoryStorage())


def check(page: str, most: RateLimitItemPerMinute = A_MINUTE) -> None:
    """Count a request for a page; aborts with 429 when its sender asked so often within a minute."""
    limiter: MovingWindowRateLimiter = current_app.extensions[_EXTENSION]
    if not limiter.hit(most, page, request.remote_addr or ""):
        abort(429)
