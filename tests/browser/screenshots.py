"""`make screenshots`: the pictures that README shows, in Finnish, from a fresh demo. A module, not a test."""

import io
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import BrowserContext, Page, ViewportSize, sync_playwright

from tests import tree
from tests.browser import chromium, conftest, staff
from tests.browser.door import Door
from tests.serving import Demo

PICTURES = tree.ROOT / "docs" / "pictures"
VENUE = "Lappeenrannan kaupunginteatteri"
MOST_BYTES = 200_000


def main() -> None:
    """Render every picture and say where it is. Raises AssertionError when a page complains or a file is large."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    complaints: list[str] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        demo = Demo.start(conftest.COMMAND, instance=Path(folder, "instance"), folder=Path(folder))
        with playwright.chromium.launch(**chromium.launch_options()) as browser:
            for name, (draw, size) in DRAWN.items():
                options = chromium.context_options(demo.url) | {"viewport": size}
                with chromium.opened(browser, complaints, language="fi", **options) as context:
                    _keep(name, draw(context, demo))
        demo.stop()
    assert not complaints, tree.listing(complaints, "Pages complained:")


def draw_issuing(context: BrowserContext, demo: Demo) -> Page:
    """Hand out a card as far as the client's answers."""
    page = context.new_page()
    staff.sign_in(page, conftest.account_of(demo, "worker"))
    page.goto("/cards/new")
    page.locator("input[name=number]").fill(demo.said["cards"]["stock"][0])
    staff.send(page, form="/cards/new")
    staff.answer(page, children="2")
    page.locator("input[name=children]").blur()
    page.evaluate("() => scrollTo(0, 0)")
    return page


def draw_verdict(context: BrowserContext, demo: Demo) -> Page:
    """Read a card with children at the door of the theatre."""
    conftest.enrol(context, code=demo.said["enrolment_codes"][VENUE])
    door = Door.open(context)
    door.type(demo.said["cards"]["active_with_children"][0])
    door.expect_verdict("counts")
    door.add("child")
    return door.page


def draw_figures(context: BrowserContext, demo: Demo) -> Page:
    """Open the coordinator's first page."""
    page = context.new_page()
    staff.sign_in(page, conftest.account_of(demo, "coordinator"))
    page.goto("/figures/")
    return page


DRAWN: dict[str, tuple[Callable[[BrowserContext, Demo], Page], ViewportSize]] = {
    "issuing": (draw_issuing, {"width": 1024, "height": 1474}),
    "verdict": (draw_verdict, {"width": 820, "height": 1180}),
    "figures": (draw_figures, {"width": 1024, "height": 1474}),
}


def _keep(name: str, page: Page) -> None:
    """Write the picture of what the screen shows; the few colours of a page make a small file."""
    page.evaluate("() => document.fonts.ready.then(() => true)")
    shot = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
    target = PICTURES / f"{name}.png"
    shot.quantize(colors=256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(target, optimize=True)
    size = target.stat().st_size
    assert size <= MOST_BYTES, f"{target.name} has {size} bytes, the most is {MOST_BYTES}"
    print(f"{tree.name(target)}: {shot.width} x {shot.height}, {size // 1000} kB")


if __name__ == "__main__":
    main()
