"""Steps of signing in by the pages, for tests: set up an app, prove anew."""

import pyotp
from werkzeug.test import TestResponse

from kaikukortti import clock
from tests import pagestyle
from tests.webclient import Web


def set_up_app(web: Web, *, name: str = "Puhelin") -> str:
    """Add an authenticator app as its page says; return its secret."""
    assert web.get("/account/factors/app").status_code == 200
    secret = key_on(web)
    answer = web.go_on({"code": pyotp.TOTP(secret).at(clock.now()), "name": name})
    assert answer.status_code == 200 and answer.request.path.startswith("/account/factors/"), answer.request.path
    return secret


def key_on(web: Web) -> str:
    """Return the key that the newest page shows for typing into an app."""
    shown = [span for span in page_of(web).iter("span") if span.get("class") == "typed-code"]
    return "".join((shown[0].text or "").split())


def recovery_codes(web: Web) -> list[str]:
    """Make recovery codes by their page and return them."""
    web.submit("/account/factors/recovery-codes", form="/account/factors/recovery-codes")
    return [code.text or "" for code in page_of(web).iter("code")]


def page_of(web: Web) -> pagestyle.Page:
    """Return the newest page's tree."""
    return pagestyle.parse(answer_of(web))


def path_of(web: Web) -> str:
    """Return the address of the newest page."""
    return str(answer_of(web).request.path)


def answer_of(web: Web) -> TestResponse:
    """Return the newest answer."""
    assert web.response is not None
    return web.response


def cookie_of(web: Web) -> str:
    """Return the value of the session's cookie."""
    cookie = web.client.get_cookie("kaiku")
    assert cookie is not None
    return cookie.value
