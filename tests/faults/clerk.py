"""A worker at a desk, over HTTP and without a browser: signs in with password and app, and looks at cards."""

import http.client
import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import pyotp

from tests.factories import PASSWORD
from tests.secondfactors import TOTP

PATIENCE_S = 60.0
TRIES, PAUSE_S = 10, 2.0
HIDDEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Clerk:
    """One member of staff with a session. `find_port` names the service's port at each call."""

    def __init__(self, email: str, find_port: Callable[[], int]) -> None:
        self._email, self._find_port = email, find_port
        self._cookies: dict[str, str] = {}
        self.statuses: list[int] = []

    def sign_in(self, *, now: datetime) -> bool:
        """Sign in as somebody whose telephone shows the code of `now`; return whether that was let in."""
        self._cookies.clear()
        self._submit("/sign-in", {"email": self._email, "password": PASSWORD})
        self._submit("/sign-in/code", {"code": pyotp.TOTP(TOTP).at(now)})
        return self.is_in()

    def is_in(self) -> bool:
        """Return whether the session is good for the list of cards."""
        return self.look("/cards/")[0] == 200

    def look(self, path: str) -> tuple[int, str]:
        """Fetch a page; return its status and text. Status 0: none came."""
        return self._call("GET", path)

    def _submit(self, path: str, fields: Mapping[str, str]) -> int:
        _, page = self.look(path)
        found = HIDDEN.search(page)
        return self._call("POST", path, {"csrf_token": found[1] if found else "", **fields})[0]

    def _call(self, method: str, path: str, fields: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Call, and again where the service says that it cannot now: as a person does who is asked to wait."""
        for _ in range(TRIES):
            answer = self._try(method, path, fields or {})
            if answer[0] not in (0, 503):
                break
            time.sleep(PAUSE_S)
        return answer

    def _try(self, method: str, path: str, fields: Mapping[str, str]) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self._find_port(), timeout=PATIENCE_S)
        try:
            connection.request(method, path, urlencode(fields), headers)
            response = connection.getresponse()
            read, status = response.read().decode("utf-8", "replace"), response.status
        except (OSError, http.client.HTTPException):
            read, status = "", 0
        else:
            for cookie in response.headers.get_all("Set-Cookie", []):
                self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        finally:
            connection.close()
        self.statuses.append(status)
        return status, read
