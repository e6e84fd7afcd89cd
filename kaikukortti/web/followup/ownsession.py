"""The cookie of the holder's own page. It is no sign-in: staff's session and this one know nothing of each other."""

from datetime import datetime

from flask import Response, current_app, request

from kaikukortti import clock
from kaikukortti.followup import ownsessions
from kaikukortti.followup.ownsessions import OpenCard
from kaikukortti.web.followup import gate


def cookie_name() -> str:
    """Return the name of the cookie; the `__Host-` form needs HTTPS."""
    return "__Host-kaiku_own" if current_app.config["SESSION_COOKIE_SECURE"] else "kaiku_own"


def current() -> OpenCard | None:
    """Return the own page that this browser holds open, None without one or once it has ended."""
    token = request.cookies.get(cookie_name())
    return ownsessions.find(token, now=clock.now(), secret=gate.secret()) if token else None


def is_held() -> bool:
    """Return whether this browser held a page open, be it over by now."""
    return cookie_name() in request.cookies


def give(response: Response, token: str) -> None:
    """Put a token into the browser's cookie, which no script can read and which goes with the browser."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(cookie_name(), token, httponly=True, samesite="Strict", secure=secure, path="/")


def extend() -> datetime | None:
    """Hold this browser's page open for five more minutes; return until when, None where it is not open."""
    token = request.cookies.get(cookie_name())
    return ownsessions.extend(token, now=clock.now()) if token else None


def close() -> None:
    """Close the own page of this browser on the server; `take_away` the cookie from the answer."""
    token = request.cookies.get(cookie_name())
    if token:
        ownsessions.close(token)


def take_away(response: Response) -> None:
    """Take the cookie out of the browser."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.delete_cookie(cookie_name(), httponly=True, samesite="Strict", secure=secure, path="/")
