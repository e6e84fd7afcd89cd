"""The house style of every page: sound HTML, one heading, labelled fields, no inline code, strict policy."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import html5lib
from html5lib.constants import E as PARSE_ERRORS
from werkzeug.test import TestResponse

LANGUAGES = {"fi", "sv", "en", "ru"}  # the holder's own pages are in Russian, too
DATA_SCRIPTS = {"application/json", "application/ld+json"}
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "aria-errormessage")
UNNAMED_INPUTS = {"hidden", "submit", "button", "image", "reset"}
# Every page forbids what it does not name, and lets in neither inline code nor strings as code.
NEEDED_POLICY = ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'")
FORBIDDEN_POLICY = ("'unsafe-inline'", "'unsafe-eval'", "'wasm-unsafe-eval'", "*", "http:", "https:")
Page = ElementTree.Element


def parse(response: TestResponse) -> Page:
    """Return the page's tree. Raises AssertionError where the HTML is not sound."""
    parser = html5lib.HTMLParser(html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    source = response.get_data(as_text=True)
    page: Page = parser.parse(source)
    complaints = [
        f"line {line}: {PARSE_ERRORS.get(code, code) % details}" for (line, _column), code, details in parser.errors
    ]
    assert not complaints, _message(response, complaints)
    return page


def check(response: TestResponse) -> None:
    """Raise AssertionError with every point in which an HTML answer breaks the house style."""
    page = parse(response)
    problems = [problem for rule in RULES for problem in rule(page)]
    problems += _policy(response)
    # The door's forms are sent by script to its interface, which asks for the tablet's credential.
    if not response.request.path.startswith("/door/"):
        problems += _tokens(page)
    assert not problems, _message(response, problems)


def _message(response: TestResponse, problems: list[str]) -> str:
    request = response.request
    return "\n  ".join([f"{request.method} {request.path} breaks the house style:", *problems])


def _policy(response: TestResponse) -> Iterator[str]:
    policy = response.headers.get("Content-Security-Policy", "")
    sources = policy.replace(";", " ").split()
    yield from (f"the content-security policy lacks {part}" for part in NEEDED_POLICY if part not in policy)
    yield from (f"the content-security policy allows {part}" for part in FORBIDDEN_POLICY if part in sources)


def _document(page: Page) -> Iterator[str]:
    if page.get("lang") not in LANGUAGES:
        yield f"<html lang> is {page.get('lang')!r}"
    title = page.find("head/title")
    if title is None or not _words(title):
        yield "the page has no <title>"
    for tag in ("h1", "main"):
        number = sum(1 for _ in page.iter(tag))
        if number != 1:
            yield f"the page has {number} <{tag}>, not one"
    if page.find("head/meta[@name='viewport']") is None:
        yield "the page has no viewport"


def _headings(page: Page) -> Iterator[str]:
    level = 0
    for element in page.iter():
        if isinstance(element.tag, str) and re.fullmatch("h[1-6]", element.tag):
            step = int(element.tag[1])
            if level and step > level + 1:
                yield f"a heading skips a level: {_words(element)!r} is {element.tag} after h{level}"
            if not _words(element):
                yield f"an empty <{element.tag}>"
            level = step


def _identifiers(page: Page) -> Iterator[str]:
    counted = Counter(element.get("id") for element in page.iter() if element.get("id") is not None)
    yield from (f"the id {name!r} is used {number} times" for name, number in counted.items() if number > 1)
    for element in page.iter():
        pointed = [(name, word) for name in REFERENCES for word in (element.get(name) or "").split()]
        if element.tag == "label" and element.get("for"):
            pointed.append(("for", element.get("for", "")))
        yield from (f"{name}={word!r} points at nothing" for name, word in pointed if word not in counted)


def _inline_code(page: Page) -> Iterator[str]:
    for element in page.iter():
        for name, value in element.attrib.items():
            if name == "style" or name.startswith("on"):
                yield f"<{element.tag} {name}=…> is inline code"
            if name in {"href", "src", "action", "formaction"} and value.strip().lower().startswith("javascript:"):
                yield f"<{element.tag} {name}={value!r}> is inline code"
        if element.tag == "style":
            yield "a <style> element"
        if element.tag == "script" and not element.get("src") and element.get("type") not in DATA_SCRIPTS:
            yield "an inline <script>"


def _tokens(page: Page) -> Iterator[str]:
    for form in page.iter("form"):
        tokens = [field for field in form.iter("input") if field.get("name") == "csrf_token" and field.get("value")]
        if form.get("method", "get").lower() == "post" and len(tokens) != 1:
            yield f"the form to {form.get('action') or 'itself'} carries {len(tokens)} tokens against forgery"


def _fields(page: Page) -> Iterator[str]:
    labelled = {label.get("for") for label in page.iter("label")}
    wrapped = {id(field) for label in page.iter("label") for field in label.iter()}
    for field in page.iter():
        if field.tag not in {"input", "select", "textarea"} or field.get("type", "").lower() in UNNAMED_INPUTS:
            continue
        named = field.get("aria-label") or field.get("aria-labelledby")
        if not named and field.get("id") not in labelled and id(field) not in wrapped:
            yield f"the field {field.get('name')!r} has no label"


def _names(page: Page) -> Iterator[str]:
    for image in page.iter("img"):
        if image.get("alt") is None:
            yield f"the picture {image.get('src')!r} has no alt"
    for element in page.iter():
        if element.tag == "button" or (element.tag == "a" and element.get("href") is not None):
            pictures = "".join(image.get("alt", "") for image in element.iter("img"))
            if not (_words(element) or pictures or element.get("aria-label") or element.get("aria-labelledby")):
                yield f"a nameless <{element.tag}> ({element.get('href') or element.get('class')})"


def _tables(page: Page) -> Iterator[str]:
    for table in page.iter("table"):
        if next(table.iter("th"), None) is None:
            yield "a table without header cells"
        if table.find("caption") is None and not (table.get("aria-label") or table.get("aria-labelledby")):
            yield "a table without a caption"


def _words(element: Page) -> str:
    return " ".join("".join(element.itertext()).split())


RULES: tuple[Callable[[Page], Iterator[str]], ...] = (
    _document,
    _headings,
    _identifiers,
    _inline_code,
    _fields,
    _names,
    _tables,
)
