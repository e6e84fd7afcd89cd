"""What every page must pass: axe's rules of WCAG A and AA, and no sideways scroll. Which pages, the tests say."""

import functools
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import CDPSession, Page

from tests import tree

AXE = tree.ROOT / "tests" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
AXE_RUN = """
axe.run(document, {runOnly: %s, resultTypes: ['violations']}).then((found) => ({
  version: found.testEngine.version,
  violations: found.violations,
  undecided: found.incomplete.map((rule) => rule.id),
  rules: ['passes', 'violations', 'incomplete', 'inapplicable'].flatMap((kind) => found[kind].map((rule) => rule.id)),
}))
"""
ROOM = "({language: document.documentElement.lang, width: window.innerWidth})"
# What sticks out to the right of the page, or of a box in it that has to be scrolled sideways to be read. Tables may.
STICKING_OUT = """
(() => {
  const root = document.documentElement;
  const scrolls = (node) =>
    /auto|scroll/.test(getComputedStyle(node).overflowX) && !node.matches('input, .table-scroll');
  const boxes = [root, ...[...document.querySelectorAll('body *')].filter(scrolls)];
  return boxes.filter((box) => box.scrollWidth > box.clientWidth + 1).flatMap((box) => {
    const edge = box === root ? box.clientWidth : box.getBoundingClientRect().left + box.clientLeft + box.clientWidth;
    const out = [...box.querySelectorAll('*')].filter(
      (node) => node.getBoundingClientRect().right > edge + 0.5 && !node.closest('.table-scroll, .visually-hidden'));
    return [`${box.localName}.${box.className} is ${box.clientWidth} px wide, what is in it ${box.scrollWidth}`,
      ...out.slice(0, 5).map((node) => node.outerHTML.slice(0, 160))];
  });
})()
"""


@dataclass(frozen=True)
class Look:
    """One check by axe: of which page, in which language, on a screen how wide, and the ids of axe's rules."""

    path: str
    language: str
    width: int
    axe: str
    rules: frozenset[str]
    violated: frozenset[str]
    undecided: frozenset[str]


LOOKS: list[Look] = []
"""Every check of this run, for the accessibility statement (`statement.py`)."""


def check(page: Page) -> None:
    """Raise AssertionError with what axe finds on the page as it stands, once its styles are there."""
    page.wait_for_load_state()
    inspector = page.context.new_cdp_session(page)
    _evaluate(inspector, "typeof axe === 'object' || (() => {" + _axe() + "\n})()")
    answer = _evaluate(inspector, AXE_RUN % list(AXE_TAGS))
    violations = answer["violations"]
    _note(answer, path=urlsplit(page.url).path, **_evaluate(inspector, ROOM))
    inspector.detach()
    found = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n      "
        + "\n      ".join(f"{node['target']} {node['html'][:160]}" for node in violation["nodes"][:5])
        for violation in violations
    ]
    assert not found, tree.listing(found, f"{page.url} ({page.title()}):")


def _note(answer: dict[str, Any], *, path: str, language: str, width: int) -> None:
    broken = frozenset(violation["id"] for violation in answer["violations"])
    rules, undecided = frozenset(answer["rules"]), frozenset(answer["undecided"])
    LOOKS.append(Look(path, language, width, answer["version"], rules, broken, undecided))


def check_width(page: Page) -> None:
    """Raise AssertionError where the page or a box in it scrolls sideways, with what sticks out."""
    inspector = page.context.new_cdp_session(page)
    found = _evaluate(inspector, STICKING_OUT)
    inspector.detach()
    assert not found, tree.listing(found, f"{page.url} ({page.title()}) scrolls sideways:")


def double_text(page: Page) -> None:
    """Set the reader's own text size to twice the usual, as the browser's settings do, for this page from now on."""
    inspector = page.context.new_cdp_session(page)
    inspector.send("Page.enable")
    inspector.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})


@functools.cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def _evaluate(inspector: CDPSession, expression: str) -> Any:
    """Evaluate as the developer tools do: a page's content-security policy does not apply to them."""
    answer = inspector.send("Runtime.evaluate", {"expression": expression, "awaitPromise": True, "returnByValue": True})
    assert "exceptionDetails" not in answer, answer["exceptionDetails"]
    return answer["result"].get("value")
