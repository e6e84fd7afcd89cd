"""`python -m tests.browser.statement`: run the tests of accessibility and write down what they looked at.

The file goes with the service, whose accessibility statement is drawn from it. Nothing else writes it. A run with a
test that fails writes nothing: the statement never says more than the tests do.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from kaikukortti import clock
from kaikukortti.app import create_app
from kaikukortti.config import Config
from kaikukortti.rules import period
from kaikukortti.web.messaging import testresults
from tests import tree
from tests.browser import accessibility, chromium, test_accessibility
from tests.browser.accessibility import Look

LANGUAGES = {"fi", "sv", "en"}


def main(words: list[str]) -> int:
    """Run the tests and write the file; return what the tests returned. With words for pytest it is a trial: what
    would be written of the chosen tests is printed.
    """
    files = [str(path) for path in sorted((tree.ROOT / "tests" / "browser").glob("test_accessibility*.py"))]
    code = int(pytest.main(["-q", *files, *words]))
    if code != 0:
        print("Nothing was written: a test has failed.", file=sys.stderr)
        return code
    text = json.dumps(summarise(accessibility.LOOKS), ensure_ascii=False, indent=2) + "\n"
    if words:
        print(text)
    else:
        testresults.FILE.write_text(text, encoding="utf-8")
    return 0


def summarise(looks: Iterable[Look]) -> dict[str, Any]:
    """Return what the statement says of the checks of a run."""
    found = list(looks)
    with tempfile.TemporaryDirectory() as folder:
        settings = Config(instance_path=Path(folder), database_url="sqlite://", secret_key="-" * 40, testing=True)
        addresses = create_app(settings).url_map.bind("localhost")
    pages = {test_accessibility.endpoint_of(look.path, addresses) for look in found} - {None}
    return {
        "checked_on": period.day_of(clock.now()).isoformat(),
        "axe": found[-1].axe,
        "browser": _browser(),
        "pages": sorted(str(page) for page in pages),
        "roles": len(test_accessibility.ROLES),
        "languages": sorted({look.language for look in found} & LANGUAGES),
        "widths": sorted({look.width for look in found}),
        "looks": len(found),
        "rules": len(frozenset().union(*(look.rules for look in found))),
        "violated": sorted(frozenset().union(*(look.violated for look in found))),
        "undecided": sorted(frozenset().union(*(look.undecided for look in found))),
    }


def _browser() -> str:
    """Return the version of the browser, as it says it: 141.0.7390.54."""
    program = chromium.launch_options()["executable_path"]
    said = subprocess.run([program, "--version"], capture_output=True, check=True, text=True).stdout
    return next(word for word in said.split() if word[:1].isdigit())


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
