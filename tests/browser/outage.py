"""A service that goes away and comes back, and a tablet whose browser is closed and opened again with its profile."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, BrowserType, Page, expect

from tests.browser import chromium
from tests.browser.door import Door
from tests.serving import Demo

# The page is kept when the worker has everything; until then a start without a network is not promised.
KEPT = "navigator.serviceWorker.ready.then((registration) => registration.active.state)"


class Outage:
    """A service of the test's own that can be stopped and started again on its port, with its data."""

    def __init__(self, command: Path, folder: Path) -> None:
        self.command = command
        self.folder = folder
        self.demo = self._start(port=0)

    def stop(self) -> None:
        """Take the service away."""
        self.demo.stop()

    def restart(self) -> None:
        """Bring it back where it was."""
        self.demo = self._start(port=int(self.demo.url.rpartition(":")[2]))

    def _start(self, port: int) -> Demo:
        return Demo.start(self.command, instance=self.folder / "instance", folder=self.folder, port=port)


@dataclass
class KeptTablet:
    """A tablet with a profile of its own on the disc: what its browser keeps outlives the browser."""

    browser_type: BrowserType
    base_url: str
    folder: Path
    complaints: list[str]

    @contextmanager
    def opened(self, clip: Path | None = None) -> Iterator[BrowserContext]:
        """Open the browser, with a camera that plays the clip, and close it."""
        launch = chromium.launch_options()
        options: dict[str, Any] = {}
        if clip is not None:
            launch["args"] += [*chromium.FAKE_CAMERA, f"--use-file-for-fake-video-capture={clip}"]
            options["permissions"] = ["camera"]
        context = self.browser_type.launch_persistent_context(
            self.folder, **launch, **chromium.context_options(self.base_url), **options
        )
        context.set_default_timeout(chromium.ANSWERS_WITHIN)
        context.add_cookies([{"name": chromium.LANGUAGE_COOKIE, "value": "en", "url": self.base_url}])
        chromium.watch(context, self.complaints)
        yield context
        context.close()


def enrol_by_page(page: Page, code: str, *, name: str = "Kassa") -> Door:
    """Enrol a tablet on its own page, and wait until the browser has taken the page in."""
    page.goto(f"/door/enrol#{code}")
    page.locator("[data-enrol-name]").fill(name)
    page.locator("[data-enrol-name]").press("Enter")
    page.wait_for_url("**/door/")
    door = Door(page)
    door.wait()
    door.set_ring(False)
    wait_until_kept(page)
    return door


def wait_until_kept(page: Page) -> None:
    """Wait until the page would start without a network."""
    assert page.evaluate(KEPT) in ("activating", "activated")
    expect(page.locator("[data-offline-unavailable]")).to_be_hidden()
