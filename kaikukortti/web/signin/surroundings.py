"""What the pages of signing in tell the services about a request: who sends, our secret, whom a passkey is made for."""

from urllib.parse import urlsplit

from flask import current_app, request

from kaikukortti.config import Config
from kaikukortti.signin.flow import RelyingParty
from kaikukortti.web import hosts

NAME = "Kaikukortti"


def sender() -> str:
    """Return the network address that a try is counted under."""
    return request.remote_addr or ""


def secret() -> str:
    """Return the service's secret."""
    settings: Config = current_app.config["KAIKU"]
    return settings.secret_key


def is_demo() -> bool:
    """Return whether everything here is made up."""
    settings: Config = current_app.config["KAIKU"]
    return settings.demo


def relying_party() -> RelyingParty:
    """Return whom passkeys are made for: the public address, as hosts knows it."""
    origin = hosts.staff_url()
    return RelyingParty(id=urlsplit(origin).hostname or "", origin=origin, name=NAME)
