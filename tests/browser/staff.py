"""What coordinator, worker and manager do on their pages, and the figures that they read there.

Fields are found by their names and links by their addresses; the few words are those of the English pages.
"""

import re
from datetime import date
from urllib.parse import urlsplit

import pyotp
from playwright.sync_api import Locator, Page, expect

from tests.browser import signedin
from tests.serving import Demo

PASSWORD = "kolme kukkoa kannella"
IN_USE = re.compile(r"/cards/(\d+)/handed-out$")


def sign_in(page: Page, account: dict[str, str]) -> None:
    """Be signed in, as often as one likes, and arrive at the first page; `sign_in_by_pages` does it in earnest."""
    page.goto("/help")
    url = origin(page)
    signedin.begin(page.context, Demo.instance_at(url), url, account["email"])
    page.goto("/")


def sign_in_by_pages(page: Page, account: dict[str, str]) -> None:
    """Sign in with the password and, where it is asked for, the code that the demo's page shows beside the field."""
    give_password(page, account)
    if page.url.partition("?")[0].endswith("/sign-in/code"):
        page.locator("input[name=code]").fill(str(page.locator("[data-demo-code]").text_content()))
        send(page, form="")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def give_password(page: Page, account: dict[str, str]) -> None:
    """Take the first step of signing in."""
    page.goto("/sign-in")
    page.locator("input[name=email]").fill(account["email"])
    page.locator("input[name=password]").fill(account["password"])
    send(page, form="")


def set_up_app(page: Page) -> str:
    """Add an authenticator app by its page; return its secret. The page of the recovery codes comes next."""
    page.goto("/account/factors/app")
    page.locator("main summary").click()
    secret = page.locator("details .typed-code").inner_text().replace(" ", "")
    page.locator("input[name=code]").fill(pyotp.TOTP(secret).now())
    send(page, form="")
    page.wait_for_url("**/account/factors/**")
    return secret


def origin(page: Page) -> str:
    """Return the address of the service that a page is of, without a slash at the end."""
    parts = urlsplit(page.url)
    return f"{parts.scheme}://{parts.netloc}"


def send(page: Page, form: str) -> None:
    """Press the first sending button of the form that goes to an address ("": to its own page); wait for the answer."""
    chosen = page.locator(f"main form[action$='{form}']" if form else "main form:not([action])")
    with page.expect_navigation():
        chosen.locator("button[type=submit]:not([formaction])").first.click()


def open_venue(page: Page, name: str, *, category: str = "culture") -> None:
    """Open a venue as the coordinator and arrive at its page."""
    page.goto("/partners/venues/new")
    page.locator("input[name=name_fi]").fill(name)
    page.locator("select[name=category]").select_option(category)
    send(page, form="")
    page.wait_for_url(re.compile(r"/partners/venues/\d+$"))


def open_unit(page: Page, name: str) -> None:
    """Open a unit as the coordinator and arrive at its page."""
    page.goto("/partners/units/new")
    page.locator("input[name=name_fi]").fill(name)
    send(page, form="")
    page.wait_for_url(re.compile(r"/partners/units/\d+$"))


def invite(page: Page, name: str, *, email: str, role: str) -> str:
    """Invite a person from the page of a partner; return the link to pass on."""
    page.locator("main a[href$='/people']").click()
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=email]").fill(email)
    page.locator("select[name=role]").select_option(role)
    send(page, form="")
    link = page.locator("[data-copy]")
    expect(link).to_be_attached()
    return str(link.get_attribute("data-copy"))


def accept_invitation(page: Page, link: str) -> None:
    """Choose a password as the invited person and arrive signed in."""
    page.goto(link)
    page.locator("input[name=password]").fill(PASSWORD)
    send(page, form="")
    page.wait_for_url(lambda url: "/invitation/" not in url)
    signedin.prolong(page.context, Demo.instance_at(origin(page)))


def add_event(page: Page, title: str, *, on_day: date, starts: str = "12:00", kind: str = "performance") -> None:
    """Add an event to the own venue's programme as its manager."""
    page.goto("/venue/programme")
    page.locator("input[name=title_fi]").fill(title)
    page.locator("select[name=kind]").select_option(kind)
    page.locator("input[name=on_day]").fill(on_day.isoformat())
    page.locator("input[name=starts]").fill(starts)
    send(page, form="")
    expect(page.locator("main").get_by_role("table").get_by_text(title)).to_be_visible()


def plan_tablet(page: Page) -> str:
    """Ask for an enrolment code as a manager; return the address that its QR holds."""
    page.goto("/venue/tablets/")
    send(page, form="/enrolment")
    link = page.locator("a[href*='/door/enrol#']")
    expect(link).to_be_attached()
    return str(link.get_attribute("href"))


def hand_out(page: Page, number: str, **answers: str) -> int:
    """Hand out a stock card as a worker, in the desk's steps; return the card's id."""
    page.goto("/cards/new")
    page.locator("input[name=number]").fill(number)
    send(page, form="/cards/new")
    answer(page, **answers)
    send(page, form="/cards/new/answers")
    for condition in ("is_client", "is_local", "is_tight"):
        page.locator(f"input[name={condition}]").check()
    send(page, form="/cards/new/hand-out")
    page.wait_for_url(IN_USE)
    return int(IN_USE.findall(page.url)[0])


def answer(page: Page, *, birth_year: str = "1984", postcode: str = "53100", children: str = "0") -> None:
    """Fill in the three answers that are needed."""
    page.locator("input[name=birth_year]").fill(birth_year)
    page.locator("input[name=postcode]").fill(postcode)
    page.locator("input[name=children]").fill(children)


def download(page: Page, link: Locator) -> bytes:
    """Follow a link that leads to a file; return the file."""
    with page.expect_download() as arriving:
        link.click()
    return arriving.value.path().read_bytes()


def figure(page: Page, label: str) -> int:
    """Return the key figure with a label from the page as it stands."""
    stat = page.locator("dl > div").filter(has=page.locator("dt", has_text=re.compile(f"^{label}$")))
    return whole(stat.locator("dd").first.inner_text())


def uses(coordinator: Page, venue: str) -> tuple[int, dict[str, int]]:
    """Return what the coordinator's first page shows now: the uses in total, and a venue's row of the chart's table."""
    coordinator.goto("/figures/")
    chart = coordinator.locator("figure").filter(has=coordinator.locator("caption", has_text="Uses by venue"))
    chart.locator("summary").click()
    return figure(coordinator, "Uses in total"), rows_of(chart.locator("table"))[venue]


def evening(manager: Page, *, on_day: date | None = None) -> dict[str, dict[str, int]]:
    """Return what a venue has registered on a day (None: today), by event and in total."""
    manager.goto("/venue/" if on_day is None else f"/venue/?day={on_day.isoformat()}")
    table = manager.locator("table").filter(has=manager.locator("caption", has_text="Registered by event"))
    # A row begins with the hour of the event.
    return {re.sub(r"^\d+\D\d\d\s+", "", name): row for name, row in rows_of(table).items()}


def rows_of(table: Locator) -> dict[str, dict[str, int]]:
    """Return a table of figures as {row: {column: figure}}; of a cell with several lines the first one counts."""
    cells: list[list[str]] = table.evaluate(
        "table => [...table.rows].map(row => [...row.cells].map(cell => cell.innerText.trim().split('\\n')[0]))"
    )
    columns = cells[0][1:]
    return {re.sub(r"\s+", " ", row[0]): dict(zip(columns, map(whole, row[1:]), strict=True)) for row in cells[1:]}


def whole(text: str) -> int:
    """Return the whole number that a text shows; thousands are marked in many ways."""
    return int(re.sub(r"\D", "", text))
