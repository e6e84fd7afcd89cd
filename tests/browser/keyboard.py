"""A page used by keyboard alone: Tab to an element, Tab through everything."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

MOST_STOPS = 80
# The element with the focus: its place among all elements, whether the focus is seen, and whether the screen shows it.
FOCUSED = """
() => {
  const node = document.activeElement;
  if (node === document.body) return null;
  const box = node.getBoundingClientRect(), around = [node, node.parentElement, node.parentElement.parentElement];
  return {
    place: [...document.querySelectorAll('*')].indexOf(node),
    what: node.outerHTML.slice(0, 120),
    marked: around.map((box) => getComputedStyle(box)).some(
      ({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2),
    shown: box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight && box.right > 0,
  };
}
"""


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the focus is on an element. Raises AssertionError when it never gets there."""
    expect(target).to_be_visible()
    for _ in range(MOST_STOPS):
        if target.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} cannot be reached by keyboard")


def walk(page: Page) -> list[dict[str, Any]]:
    """Press Tab through the whole page from its first stop, the way past the menu; return what had the focus."""
    page.locator(".skip-link").focus()
    stops = [page.evaluate(FOCUSED)]
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None or stop["place"] == stops[0]["place"]:  # the browser's own bar comes between, or it does not
            return stops
        stops.append(stop)
    raise AssertionError("the focus goes round and round")
