"""The tablet's page as somebody at the door uses it: read a card, see the verdict, register, undo."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, Response, Route, expect

SCANS = "**/door/api/scans"
CHECKS = "**/door/api/checks"


@dataclass(frozen=True)
class Sent:
    """One item that the tablet sent, and the server's answer to it."""

    item: dict[str, Any]
    answer: dict[str, Any]


class Wire:
    """The way of a page's registrations to the server: whole, cut, or deaf for one answer and cut after it.

    It stays in place when it is whole again: a browser that stops intercepting may not tell of what is under way.
    """

    def __init__(self, page: Page) -> None:
        self.mode = "whole"
        self.heard: list[dict[str, Any]] = []
        page.route(SCANS, self._pass)

    def _pass(self, route: Route) -> None:
        if self.mode == "whole":
            return route.continue_()
        if self.mode == "deaf":
            self.mode = "cut"
            self.heard.extend(route.fetch().json()["answers"])
        return route.abort()


class Door:
    """An enrolled tablet's page, ready to read."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.verdict = page.locator("[data-layer=verdict]")
        self.recorded = page.locator("[data-layer=recorded]")
        self.status = page.locator("[data-status-words]")
        self.event = page.locator("[data-event-title]")

    @cached_property
    def wire(self) -> Wire:
        """The way of its registrations to the server, put there when a test first harms it."""
        return Wire(self.page)

    @classmethod
    def open(cls, context: BrowserContext) -> "Door":
        """Open the page in a context that has the tablet's credential, and wait until it knows its programme.

        Nothing is recorded by itself, so that a busy machine changes no journey.
        """
        page = context.new_page()
        page.goto("/door/")
        door = cls(page)
        door.wait()
        door.set_ring(False)
        return door

    def set_ring(self, on: bool) -> None:
        """Have the tablet record by itself, or not, as staff choose it in the settings."""
        self.page.locator("[data-open=settings]").click()
        switch = self.page.locator("[data-ring-switch]")
        if switch.get_attribute("aria-pressed") != str(on).lower():
            switch.click()
        self.leave()

    def wait(self) -> None:
        """Wait until the page is ready and has its programme."""
        expect(self.page.locator("html")).to_have_attribute("data-ready", "")
        expect(self.page.locator("[data-device]")).to_be_visible()

    def type(self, text: str) -> None:
        """Type a number and ask for the verdict."""
        field = self.page.locator("[data-number]")
        field.fill(text)
        field.press("Enter")

    def scan(self, text: str) -> None:
        """Let a hand scanner type: quick keys and Enter, wherever the focus is."""
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def expect_verdict(self, name: str) -> None:
        """Wait for a verdict of a class: welcome, counts, already, check, not-now, technical."""
        expect(self.verdict).to_be_visible()
        expect(self.verdict).to_have_class(re.compile(rf"\bverdict-{name}\b"))

    def counter(self, kind: str) -> Locator:
        """Return the counter of a kind of ticket: adult, child, assistant, interpreter, worker, under16."""
        return self.page.locator(".counter").filter(has=self.page.locator(f"[data-value={kind}]"))

    def add(self, kind: str, times: int = 1) -> None:
        """Add tickets of a kind."""
        for _ in range(times):
            self.counter(kind).locator("[data-by='1']").click()

    def register(self) -> Sent:
        """Register and wait until the server has taken it in."""
        sent = self._sent(self.page.locator("[data-verdict-register]"))
        expect(self.recorded).to_be_visible()
        return sent

    def keep(self) -> None:
        """Register where no server answers: wait until the tablet says that it is recorded."""
        self.page.locator("[data-verdict-register]").click()
        expect(self.recorded).to_be_visible()

    def undo(self) -> Sent:
        """Undo what has just been recorded and wait until the server has taken that in."""
        # In its first moments the screen is deaf, so that a double tap undoes nothing; the countdown tells when.
        expect(self.page.locator("[data-undo-time]")).not_to_contain_text("20")
        return self._sent(self.page.locator("[data-undo]"))

    def come_online(self) -> Response:
        """Tell the page that the network is back, as the browser does; return the server's answer to what waited."""
        with self.page.expect_response(SCANS) as arriving:
            if "wire" in vars(self):
                self.wire.mode = "whole"
            self.page.evaluate("dispatchEvent(new Event('online'))")
        return arriving.value

    def leave(self) -> None:
        """Go back to reading from whatever is on the screen."""
        self.page.keyboard.press("Escape")
        expect(self.page.locator("[data-layer]:not([hidden])")).to_have_count(0)

    def open_picker(self) -> Locator:
        """Open the list of events; return its choices."""
        self.page.locator("[data-open=picker]").click()
        choices = self.page.locator("[data-picker-list] button")
        expect(choices.first).to_be_visible()
        return choices

    def choose(self, title: str) -> None:
        """Choose an event in two taps."""
        self.open_picker().filter(has_text=title).click()
        expect(self.event).to_have_text(title)

    def _sent(self, button: Locator) -> Sent:
        with self.page.expect_response(SCANS) as arriving:
            button.click()
        response: Response = arriving.value
        assert response.ok, f"{response.status} {response.text()}"
        sent: Any = response.request.post_data_json
        (item,), (answer,) = sent["items"], response.json()["answers"]
        assert item["scan_id"] == answer["scan_id"]
        return Sent(item, answer)
