"""How the tests' Chromium is started, and contexts whose pages are watched. The fixtures are in conftest.py."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext

# It runs in closed networks and as root, and must not phone home.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FAKE_CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
ANSWERS_WITHIN = 30_000.0  # milliseconds: patience for a busy machine, never a pause
LANGUAGE_COOKIE = "kaiku_language"


def launch_options() -> dict[str, Any]:
    """Return how Chromium is started: the one of the system, silent."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "chromium is not on the PATH: run the tests by `make test`, which sees to it"
    return {"executable_path": chromium, "args": list(QUIET), "headless": True}


def context_options(base_url: str) -> dict[str, Any]:
    """Return what every context has: a desk's screen, the reader in Finland."""
    return {
        "base_url": base_url,
        "locale": "fi-FI",
        "timezone_id": "Europe/Helsinki",
        "viewport": {"width": 1280, "height": 800},
    }


@contextmanager
def opened(
    browser: Browser, complaints: list[str], *, language: str = "en", **options: Any
) -> Iterator[BrowserContext]:
    """Open a context in a language (English words are the message ids), watch it, and close it."""
    context = browser.new_context(**options)
    context.set_default_timeout(ANSWERS_WITHIN)
    context.add_cookies([{"name": LANGUAGE_COOKIE, "value": language, "url": options["base_url"]}])
    watch(context, complaints)
    yield context
    context.close()


def watch(context: BrowserContext, complaints: list[str]) -> None:
    """Write down what goes wrong in a context's pages: script errors, breaches of the policy, 5xx."""
    context.on("weberror", lambda error: complaints.append(f"{error.page and error.page.url}: {error.error}"))
    context.on(
        "console",
        lambda message: (
            complaints.append(f"{message.page and message.page.url}: {message.text}")
            if message.type == "error" and not message.text.startswith("Failed to load resource")
            else None
        ),
    )
    context.on(
        "response",
        lambda response: (complaints.append(f"{response.status} {response.url}") if response.status >= 500 else None),
    )
