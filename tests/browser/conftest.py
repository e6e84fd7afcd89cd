"""Fixtures for the journeys: the running service, Debian's Chromium, the people and the tablets, films for a camera."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, StorageState, expect

from tests import tree
from tests.browser import chromium, ledger, staff
from tests.browser.door import Door
from tests.browser.filming import film
from tests.browser.outage import Outage
from tests.serving import Demo

COMMAND = Path(sys.executable).with_name("kaikukortti")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder as a browser test."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def pytest_configure() -> None:
    """Be as patient with what should appear as with what is pressed."""
    expect.set_options(timeout=chromium.ANSWERS_WITHIN)


# --- The service ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Start the real service, filled, for all journeys of the run."""
    folder = tmp_path_factory.mktemp("demo")
    running = Demo.start(COMMAND, instance=folder / "instance", folder=folder)
    yield running
    running.stop()


@pytest.fixture
def outage(tmp_path: Path) -> Iterator[Outage]:
    """Start a service of the test's own that may go away."""
    service = Outage(COMMAND, tmp_path)
    yield service
    if service.demo.process.poll() is None:
        service.stop()


@pytest.fixture(scope="session")
def base_url(demo: Demo) -> str:
    """Return the address that `page.goto("/…")` starts from."""
    return demo.url


@pytest.fixture(scope="session")
def today() -> date:
    """Return the day in Finland."""
    return datetime.now(ZoneInfo("Europe/Helsinki")).date()


@pytest.fixture(scope="session")
def take_card(demo: Demo) -> Callable[[str], str]:
    """Return a function from a state (active, stock, …) to the number of a card that no other test has touched.

    Some tests act on whatever card a page lists first: one that has changed since the demo began is passed over.
    """
    left = {state: iter(numbers) for state, numbers in demo.said["cards"].items()}
    began = ledger.changes(demo.instance)

    def take(state: str) -> str:
        now = ledger.changes(demo.instance)
        return next(number for number in left[state] if now[number] == began[number])

    return take


# --- Browsers ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Return how Chromium is started."""
    return chromium.launch_options()


@pytest.fixture(scope="session")
def browser_context_args(base_url: str) -> dict[str, Any]:
    """Return what every context has."""
    return chromium.context_options(base_url)


@pytest.fixture(scope="session")
def complaints() -> list[str]:
    """Return the list of what goes wrong in the pages of all contexts."""
    return []


@pytest.fixture(autouse=True)
def silence(complaints: list[str]) -> Iterator[None]:
    """Assert after each test that no page has complained."""
    yield
    heard, complaints[:] = complaints[:], []
    assert not heard, tree.listing(heard, "Pages complained:")


@pytest.fixture(scope="session")
def open_context(
    browser: Browser, browser_context_args: dict[str, Any], complaints: list[str]
) -> Callable[..., AbstractContextManager[BrowserContext]]:
    """Return a function that opens a context for a `with`: `open_context(language="sv", viewport=…)`."""
    return lambda **options: chromium.opened(browser, complaints, **browser_context_args | options)


@pytest.fixture
def new_context(open_context: Callable[..., Any]) -> Iterator[Callable[..., BrowserContext]]:
    """Return a function that opens a context for the length of the test."""
    with ExitStack() as contexts:
        yield lambda **options: contexts.enter_context(open_context(**options))


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """Return a page of a stranger."""
    return new_context().new_page()


@pytest.fixture
def tablet(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    browser_context_args: dict[str, Any],
    complaints: list[str],
) -> Iterator[Callable[[Path], BrowserContext]]:
    """Return a function that switches a tablet on: a browser of its own, whose camera plays the clip for its life."""
    with ExitStack() as closing:

        def switch_on(clip: Path) -> BrowserContext:
            camera = [*chromium.FAKE_CAMERA, f"--use-file-for-fake-video-capture={clip}"]
            launch = {**browser_type_launch_args, "args": [*browser_type_launch_args["args"], *camera]}
            browser = closing.enter_context(browser_type.launch(**launch))
            options = {**browser_context_args, "permissions": ["camera"]}
            return closing.enter_context(chromium.opened(browser, complaints, **options))

        yield switch_on


@pytest.fixture
def camera_clip(tmp_path: Path) -> Callable[[bytes], Path]:
    """Return a function that films a card's picture for the camera and returns the clip's path."""
    numbers = count(1)
    return lambda picture: film(picture, tmp_path / f"card-{next(numbers)}.mjpeg")


# --- People and their organisations --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def person(open_context: Callable[..., Any], demo: Demo) -> Iterator[Callable[..., Page]]:
    """Return a function to the page of a person of the demo, who signs in once a run: `person("worker", "Vammais…")`.

    The page stands where the last test has left it.
    """
    pages: dict[str, Page] = {}
    with ExitStack() as contexts:

        def enter(role: str, organisation: str = "") -> Page:
            account = account_of(demo, role, organisation)
            if account["email"] not in pages:
                page = contexts.enter_context(open_context()).new_page()
                staff.sign_in(page, account)
                pages[account["email"]] = page
            return pages[account["email"]]

        yield enter


@dataclass(frozen=True)
class Theatre:
    """A venue of the tests' own: two events today, one tomorrow, its manager's page, and a tablet at its door."""

    name: str
    first: str
    second: str
    tomorrow: str
    manager: Page
    tablet: StorageState


@pytest.fixture(scope="session")
def theatre(open_context: Callable[..., Any], person: Callable[..., Page], today: date) -> Iterator[Theatre]:
    """Open a venue by the coordinator's pages, take up its manager's invitation, plan its programme, enrol a tablet."""
    name, titles = "Koeteatteri", ("Aamunäytös", "Iltanäytös", "Huomisen näytös")
    coordinator = person("coordinator")
    staff.open_venue(coordinator, name)
    link = staff.invite(coordinator, "Vilma Vastaava", email="vilma@koeteatteri.example", role="venue_manager")
    with open_context() as office, open_context() as door:
        manager = office.new_page()
        staff.accept_invitation(manager, link)
        for title, day, starts in zip(titles, (0, 0, 1), ("10:00", "18:00", "18:00"), strict=True):
            staff.add_event(manager, title, on_day=today + timedelta(days=day), starts=starts)
        enrol(door, code=staff.plan_tablet(manager).partition("#")[2])
        yield Theatre(name, *titles, manager, door.storage_state())


@pytest.fixture
def door(new_context: Callable[..., BrowserContext], theatre: Theatre) -> Door:
    """Open the tablet's page of the theatre, without a camera."""
    return Door.open(new_context(storage_state=theatre.tablet))


def account_of(demo: Demo, role: str, organisation: str = "") -> dict[str, str]:
    """Return the first sign-in with a role, of an organisation if one is named."""
    found: dict[str, str] = next(
        account
        for account in demo.said["sign_ins"]
        if account["role"] == role and organisation in ("", account["organisation"])
    )
    return found


def enrol(context: BrowserContext, *, code: str) -> None:
    """Enrol a tablet as its page does: the context gets the credential."""
    answer = context.request.post("/door/api/enrol", data={"code": code, "name": "Kassa"})
    assert answer.status == 201, answer.text()
    # Without keys in its storage the tablet works with the network only; with the mark it would say that they are gone.
    context.clear_cookies(name="kaiku_door")
