"""What stands in an answer, for tests: a page's figures, tables, token and fields, the values of JSON."""

import re
from typing import Any
from xml.etree import ElementTree

from werkzeug.test import TestResponse

from tests import pagestyle
from tests.webclient import Web


def json_of(answer: TestResponse) -> Any:
    """Return the values of a JSON answer."""
    assert answer.mimetype == "application/json", answer.mimetype
    return answer.json


def words(element: ElementTree.Element) -> str:
    """Return an element's words, white space made single."""
    return re.sub(r"\s+", " ", " ".join(element.itertext())).strip()


def tree(web: Web) -> ElementTree.Element:
    """Return the newest page."""
    assert web.response is not None
    return pagestyle.parse(web.response)


def main_of(web: Web) -> ElementTree.Element:
    """Return the newest page without its frame."""
    found = tree(web).find(".//main")
    assert found is not None
    return found


def figures(web: Web) -> dict[str, int]:
    """Return the newest page's large figures by their labels."""
    found = {}
    for block in tree(web).iter("div"):
        if block.get("class") == "stat":
            label, value = block.find("dt"), block.find("dd")
            assert label is not None and value is not None
            found[words(label)] = int(re.sub(r"\D", "", words(value)))
    return found


def table(web: Web, caption: str) -> dict[str, list[str]]:
    """Return the body and foot of a table: row heading to the words of the cells."""
    for candidate in tree(web).iter("table"):
        title = candidate.find("caption")
        if title is not None and words(title) == caption:
            rows = [row for part in ("tbody", "tfoot") for row in candidate.iterfind(f"{part}/tr")]
            return {words(row[0]): [words(cell) for cell in row[1:]] for row in rows}
    raise AssertionError(f"no table is called {caption!r}")


def token(web: Web) -> str:
    """Return the newest page's token against forgery."""
    return next(field.get("value", "") for field in tree(web).iter("input") if field.get("name") == "csrf_token")


def fields(web: Web) -> dict[str, str]:
    """Return the values that the newest page's fields hold, by name, but for those of its frame; a tick as `True` or
    `False`.
    """
    found, page = {}, main_of(web)
    for field in page.iter("input"):
        is_tick = field.get("type") == "checkbox"
        found[field.get("name", "")] = str("checked" in field.attrib) if is_tick else field.get("value", "")
    for choice in page.iter("select"):
        chosen = [option.get("value", "") for option in choice.iter("option") if "selected" in option.attrib]
        found[choice.get("name", "")] = chosen[0] if chosen else ""
    return found
