"""How often one network address may ask for a page that anybody may read, over all processes and machines together."""

from datetime import datetime

from flask import Flask, current_app, request
from werkzeug.exceptions import TooManyRequests

from kaikukortti import clock, requestcounts
from kaikukortti.db import db
from kaikukortti.requestcounts import Rate
from kaikukortti.signin import seals, throttling

A_MINUTE = Rate(60)
OFTEN = Rate(300)
_SWEPT = "kaikukortti.ratelimit.swept"


def init_app(app: Flask) -> None:
    """Make the connections for counting ready."""
    with app.app_context():
        requestcounts.prepare(db.engines[requestcounts.BIND])


def check(page: str, most: Rate = A_MINUTE, *, sender: str | None = None) -> None:
    """Count a request for a page; aborts with 429, which says when to come back, when its sender asked so often within
    a minute. The sender is the network address where none is named; the database holds a keyed hash of it.
    """
    now, secret = clock.now(), str(current_app.secret_key)
    who = seals.keyed("asking", sender or throttling.network_of(request.remote_addr or ""), secret=secret)
    _sweep_once_a_minute(now)
    wait = requestcounts.count(page, who, most=most, now=now)
    if wait is not None:
        raise TooManyRequests(retry_after=wait)


def _sweep_once_a_minute(now: datetime) -> None:
    """Each process throws away what is over; that others do it too costs nothing."""
    minute = now.replace(second=0, microsecond=0)
    if current_app.extensions.get(_SWEPT) != minute:
        current_app.extensions[_SWEPT] = minute
        requestcounts.sweep(now=now)
