"""Under which names the service answers: one, or one for the pages and one for the tablets' door. What is printed into
links comes from the settings, never from what a request says of itself where a setting is there.
"""

from urllib.parse import urlsplit

from flask import Flask, abort, current_app, request, url_for
from werkzeug.exceptions import BadRequest

from kaikukortti.config import Config

# A proxy or a service manager asks these by the machine's address; they say nothing but that we are there.
ASKED_BY_ADDRESS = {"status.alive", "status.ready"}
# Both sides of the house read cards with the same worker, and both have styles and scripts.
ON_BOTH = {"static", "tablet.decoder_worker", "cspreports.take", *ASKED_BY_ADDRESS}
DOOR = "/door/"


def init_app(app: Flask) -> None:
    """Refuse what is asked under another name, and keep door and pages on theirs."""
    app.before_request(_check_host)
    app.jinja_env.globals["door_page"] = door_page


def staff_url() -> str:
    """Return the address of the pages as the outside sees it, without a slash at the end."""
    settings = _settings()
    if settings.public_url:
        return settings.public_url
    return f"{_scheme()}://{settings.staff_host}" if settings.staff_host else request.host_url.rstrip("/")


def door_url() -> str:
    """Return the address under which the door is, without a slash at the end: the pages' own where it is not apart."""
    settings = _settings()
    return f"{_scheme()}://{settings.door_host}" if settings.door_host else staff_url()


def door_page() -> str:
    """Return the address of the door's page for a link on a page: whole where the door has a host of its own."""
    page = url_for("tablet.door")
    return door_url() + page if are_apart() else page


def are_apart() -> bool:
    """Return whether the door has a host of its own."""
    return _settings().door_host is not None


def known() -> frozenset[str]:
    """Return the names under which the service answers; none means that it answers under any."""
    settings = _settings()
    named = (_host_of(settings.public_url or ""), settings.staff_host, settings.door_host)
    return frozenset(name for name in named if name)


def is_own(origin: str) -> bool:
    """Return whether an `Origin` header names the host that this request was sent to."""
    return urlsplit(origin).scheme in ("http", "https") and _host_of(origin) == request.host.lower()


def _check_host() -> None:
    if request.endpoint in ASKED_BY_ADDRESS:
        return
    host, names = request.host.lower(), known()
    if names and host not in names:
        raise BadRequest()
    if are_apart() and request.endpoint not in ON_BOTH:
        is_door = request.path.startswith(DOOR)
        if is_door != (host == _settings().door_host):
            abort(404)


def _host_of(url: str) -> str:
    """Return the host of an address as browsers send it: without the port that goes without saying."""
    parts = urlsplit(url)
    return parts.netloc.lower().removesuffix({"http": ":80", "https": ":443"}.get(parts.scheme, ":"))


def _scheme() -> str:
    """Return the scheme of our addresses: of the public address, or https where cookies need it."""
    settings = _settings()
    if settings.public_url:
        return urlsplit(settings.public_url).scheme
    return "https" if settings.secure_cookies else "http"


def _settings() -> Config:
    settings: Config = current_app.config["KAIKU"]
    return settings
