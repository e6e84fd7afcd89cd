"""The tablet judges by itself: without a network, in time on a slow processor, and what it keeps cannot be read."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import staff
from tests.browser.door import CHECKS, Door
from tests.browser.outage import enrol_by_page

READINGS = 20
ROUNDS = 4  # a machine that is busy with something else says nothing about the tablet
SLOWER = 4
BUDGET_MS = 300

# From the key that ends a number to the verdict on the screen, by the page's own clock.
WATCH = """() => {
  const layer = document.querySelector("[data-layer=verdict]");
  window.taken = [];
  let begun = 0;
  document.addEventListener("keydown", (event) => { if (event.key === "Enter") begun = performance.now(); }, true);
  new MutationObserver(() => {
    if (begun && !layer.hidden) { window.taken.push(performance.now() - begun); begun = 0; }
  }).observe(layer, { attributes: true, attributeFilter: ["hidden"] });
}"""

# Everything that the browser keeps for the page, as text: binary values as their bytes in Latin 1.
DUMP = """async () => {
  const shown = (key, value) => (value instanceof Uint8Array || value instanceof ArrayBuffer)
    ? Array.from(new Uint8Array(value), (byte) => String.fromCharCode(byte)).join("") : value;
  const database = await new Promise((resolve) => {
    indexedDB.open("kaiku-door").onsuccess = (event) => resolve(event.target.result);
  });
  const all = {};
  for (const store of database.objectStoreNames) {
    all[store] = await new Promise((resolve) => {
      database.transaction(store).objectStore(store).getAll().onsuccess = (event) => resolve(event.target.result);
    });
  }
  database.close();
  return JSON.stringify([all, { ...localStorage }, document.cookie], shown);
}"""


@pytest.fixture
def tablet(theatre, new_context: Callable[..., BrowserContext]) -> Door:
    """Return a tablet of the theatre that was enrolled on its own page, so it has a list key and a list."""
    code = staff.plan_tablet(theatre.manager).partition("#")[2]
    door = enrol_by_page(new_context().new_page(), code)
    expect(door.status).to_contain_text("Up to date")
    return door


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        ("active", "welcome"),
        ("blocked", "not-now"),
        ("expired", "not-now"),
        ("stock", "check"),
        ("community", "counts"),
    ],
)
def test_verdicts_without_a_network(tablet, take_card, state, verdict):
    tablet.page.context.set_offline(True)
    tablet.type(take_card(state))
    tablet.expect_verdict(verdict)
    cloud = tablet.verdict.locator(".fact-cloud")
    expect(cloud).to_have_text("No answer from the network")
    tablet.leave()


def test_recorded_here_is_known_here_without_a_network(tablet, take_card):
    tablet.page.context.set_offline(True)
    card = take_card("active")
    tablet.type(card)
    tablet.expect_verdict("welcome")
    tablet.keep()
    tablet.page.keyboard.press("Escape")
    tablet.type(card)
    tablet.expect_verdict("already")
    kept = tablet.page.evaluate(DUMP)
    assert card not in kept, "a known card waits under its random name"


def test_nothing_of_a_card_can_be_read_from_what_the_browser_keeps(tablet, take_card):
    """Security: a stolen tablet gives 0 numbers and 0 readable records."""
    snapshot = _snapshot(tablet.page)
    assert snapshot["cards"]["count"] > 200
    kept = tablet.page.evaluate(DUMP)
    assert "kaiku_device" not in json.loads(kept)[2], "no script reads the credential"
    assert snapshot["cards"]["planes"][:64] not in kept
    size, planes = snapshot["cards"]["size"], base64.b64decode(snapshot["cards"]["planes"])
    record = planes[0 : 16 * size : size].decode("latin-1")
    assert json.dumps(record, ensure_ascii=False)[1:-1] not in kept, "no record in clear"
    assert take_card("active") not in kept


@pytest.mark.parametrize("network", ["cut", "hanging"])
def test_the_verdict_is_there_in_time_on_a_slow_processor(tablet, take_card, network):
    """Issue 4: at most 300 ms (p95) from the decoded text, at a quarter of this machine's speed."""
    card, page = take_card("active"), tablet.page
    if network == "cut":
        page.context.set_offline(True)
    else:
        page.route(CHECKS, lambda route: None)
    page.evaluate(WATCH)
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    rounds: list[tuple[float, float]] = []
    while len(rounds) < ROUNDS and not (rounds and rounds[-1][1] <= BUDGET_MS):
        rounds.append(_measure(tablet, card))
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    told = ", ".join(f"p50 {p50:.0f} p95 {p95:.0f} ms" for p50, p95 in rounds)
    print(f"decoded text to verdict, network {network}: {told}")
    assert rounds[-1][1] <= BUDGET_MS, told


def _measure(tablet: Door, card: str) -> tuple[float, float]:
    """Read a card a number of times; return the median and the 95th percentile of what the verdict took."""
    tablet.page.evaluate("window.taken.length = 0")
    for _ in range(READINGS):
        tablet.type(card)
        tablet.expect_verdict("welcome")
        tablet.leave()
    taken = sorted(tablet.page.evaluate("window.taken"))
    assert len(taken) == READINGS
    return taken[READINGS // 2], taken[int(READINGS * 0.95) - 1]


def _snapshot(page: Page) -> Any:
    return page.evaluate("fetch('/door/api/snapshot').then((answer) => answer.json())")
