"""The rules about templates, scripts and styles: no inline code, nothing unused, colours in one place."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests import tree

TEMPLATES = tree.ROOT / "templates"
STATIC = tree.ROOT / "static"
IMPORT = re.compile(
    r"{%-?\s*(?:from\s+\S+\s+import\s+(?P<names>[^%]+?)|import\s+\S+\s+as\s+(?P<alias>\w+))"
    r"(?:\s+with(?:out)?\s+context)?\s*-?%}"
)
UNESCAPED = re.compile(r"\|\s*safe\b|{%-?\s*autoescape\s+false|\bMarkup\s*\(|\bdo_mark_safe\b|\|\s*forceescape\b")
INLINE = re.compile(r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|<style\b|javascript:", re.IGNORECASE)
BARE_SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*\btype=\"application/(?:ld\+)?json\")", re.IGNORECASE)
# What a strict policy with Trusted Types refuses at run time is refused here before.
DANGEROUS_SCRIPT = re.compile(
    r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|new Function" r"|setAttribute\(\s*[\"']style)\b"
)
ANY_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b(?![\w-])|\b(?:rgba?|hsla?|oklch|oklab|lab|lch)\(")
LICENCE_NAMES = ("LICENSE", "LICENCE", "OFL", "COPYING")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def test_templates_use_what_they_import():
    sources = {path: path.read_text(encoding="utf-8") for path in tree.under("templates", suffixes=(".html", ".txt"))}
    unused = [
        f"{tree.name(path)}: {name}"
        for path, source in sources.items()
        for name in _imported(source)
        if not re.search(rf"\b{re.escape(name)}\b", IMPORT.sub("", source))
    ]
    assert not unused, tree.listing(unused, "Imported and never used:")


def test_macros_are_used_somewhere():
    sources = {path: path.read_text(encoding="utf-8") for path in tree.under("templates", suffixes=(".html", ".txt"))}
    lonely = [
        f"{tree.name(path)}: {name}"
        for path, source in sources.items()
        for name in re.findall(r"{%-?\s*macro\s+(\w+)", source)
        if sum(len(re.findall(rf"\b{name}\b", text)) for text in sources.values()) < 2
    ]
    assert not lonely, tree.listing(lonely, "Macros that no page uses:")


def test_nothing_goes_around_escaping():
    sources = tree.under("templates", "kaikukortti", "venues", suffixes=(".html", ".py"))
    found = [place for path in sources for place, line in tree.lines(path) if UNESCAPED.search(line)]
    assert not found, tree.listing(found, "Let Jinja escape; build markup in a template or a macro:")


def test_templates_carry_no_code_of_their_own():
    found = [
        f"{place}: {line.strip()[:80]}"
        for path in tree.under("templates", suffixes=(".html",))
        for place, line in tree.lines(path)
        if INLINE.search(line) or BARE_SCRIPT.search(line)
    ]
    assert not found, tree.listing(found, "The content-security policy forbids inline style and script:")


def test_every_template_is_rendered():
    sources = [path.read_text(encoding="utf-8") for path in tree.code() + list(TEMPLATES.rglob("*.html"))]
    everything = "\n".join(sources)
    orphans = [
        tree.name(path)
        for path in tree.under("templates", suffixes=(".html",))
        if path.relative_to(TEMPLATES).as_posix() not in everything and path.parent.name != "errors"
    ]
    assert not orphans, tree.listing(orphans, "No code renders or includes these templates:")


def test_scripts_write_text_not_markup():
    found = [
        f"{place}: {line.strip()[:80]}"
        for path in tree.under("static", suffixes=(".mjs", ".js"))
        for place, line in tree.lines(path)
        if DANGEROUS_SCRIPT.search(line) and not line.lstrip().startswith(("//", "*", "/*"))
    ]
    assert not found, tree.listing(found, "Build nodes and set textContent:")


def test_colours_live_in_tokens():
    found = [
        f"{tree.name(path)}: {match.group()}"
        for path in tree.under("static", suffixes=(".css",))
        if path.name != "tokens.css"
        for match in ANY_COLOUR.finditer(COMMENT.sub("", path.read_text(encoding="utf-8")))
    ]
    assert not found, tree.listing(found, "Name the colour in static/css/tokens.css and use the name:")


def test_tokens_are_defined_and_used():
    paths = tree.under("static", suffixes=(".css",))
    sheets = [COMMENT.sub("", path.read_text(encoding="utf-8")) for path in paths]
    defined = {name for source in sheets for name in re.findall(r"(--[\w-]+)\s*:", source)}
    used = {name for source in sheets for name in re.findall(r"var\(\s*(--[\w-]+)", source)}
    scripts = "".join(path.read_text(encoding="utf-8") for path in tree.under("static", suffixes=(".mjs", ".js")))
    unknown = sorted(used - defined - set(re.findall(r"--[\w-]+", scripts)))
    assert not unknown, tree.listing(unknown, "Used in a style sheet and defined nowhere:")


def test_vendored_files_are_what_was_published():
    listed = {file["file"]: file["sha256"] for package in _vendored() for file in package["files"]}
    found = {
        path.relative_to(tree.VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in tree.files()
        if tree.VENDOR in path.parents and path.parent != tree.VENDOR
    }
    assert found == listed, "static/vendor/manifest.json does not describe the files beside it"


def test_vendored_files_carry_version_and_licence():
    for package in _vendored():
        folder = f"{package['name']}-{package['version']}/"
        names = [file["file"] for file in package["files"]]
        assert all(name.startswith(folder) for name in names), f"{package['name']}: folders carry name and version"
        licences = [name for name in names if Path(name).name.upper().startswith(LICENCE_NAMES)]
        assert licences and package["licence"], f"{package['name']} has no licence beside it"


def test_fonts_carry_their_licence():
    folders = {path.parent for path in tree.files() if path.suffix in {".ttf", ".woff2", ".otf"}}
    assert folders, "the service has fonts of its own"
    for folder in folders:
        assert any(
            path.name.upper().startswith(LICENCE_NAMES) for path in folder.iterdir()
        ), f"{tree.name(folder)} has no licence beside its fonts"


def _imported(source: str) -> Iterator[str]:
    for match in IMPORT.finditer(source):
        if match["alias"]:
            yield match["alias"]
        for part in (match["names"] or "").split(","):
            if part.strip():
                yield part.split()[-1]


def _vendored() -> list[dict[str, Any]]:
    manifest: list[dict[str, Any]] = json.loads((tree.VENDOR / "manifest.json").read_text(encoding="utf-8"))
    return manifest
