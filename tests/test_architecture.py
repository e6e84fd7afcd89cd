"""The rules about the code: directions of imports, sizes, and who may commit or look at the clock."""

import ast
import configparser
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import tree

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
SOURCES = (".py", ".mjs", ".js", ".css", ".html")
VAGUE_NAMES = {"util", "utils", "helper", "helpers", "common", "misc", "shared", "stuff", "tools"}
CLOCKS = {
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("func", "current_timestamp"),
    ("func", "now"),
    ("time", "gmtime"),
    ("time", "localtime"),
    ("time", "time"),
    ("time", "time_ns"),
}
COMMITTING = {"kaikukortti.db", "kaikukortti.migrations.env", "kaikukortti.followup.migrations.env"}
COMMITTING |= {"kaikukortti.pgconnections"}  # what could write nothing ends so
# `# type: ignore[code]  # why`, `# noqa: E501  why`: a silenced check says what is silenced, and why.
SILENCED = re.compile(r"#\s*(?:type:\s*ignore|noqa|nosec|pragma:\s*no)")
REASONED = re.compile(
    r"#\s*(?:type:\s*ignore\[[\w,\s-]+\]|noqa:\s*[A-Z]\d+|nosec B\d+|pragma:\s*no \w+)\s*[#:(,-]*\s*\w{2,}"
)


@pytest.fixture(scope="module")
def settings() -> configparser.ConfigParser:
    """Read setup.cfg."""
    parser = configparser.ConfigParser()
    parser.read(tree.ROOT / "setup.cfg", encoding="utf-8")
    return parser


def test_imports_keep_their_contracts():
    linter = str(Path(sys.executable).with_name("lint-imports"))
    command = [linter, "--no-cache", "--no-logo", "--config", "setup.cfg"]
    answer = subprocess.run(command, cwd=tree.ROOT, capture_output=True, check=False, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_module_has_its_layer(settings):
    layers = set(re.findall(r"[\w.]+", settings["importlinter:contract:layers"]["layers"]))
    homeless = [
        module
        for module in map(tree.module, tree.code())
        if module not in tree.PACKAGES
        and not module.startswith("kaikukortti.migrations")
        and module != "kaikukortti.web"
        and not any(module == layer or module.startswith(layer + ".") for layer in layers)
    ]
    assert not homeless, tree.listing(homeless, "Give these modules a layer in setup.cfg (importlinter):")


def test_every_package_goes_into_the_wheel(settings):
    listed = set(settings["options"]["packages"].split())
    found = {tree.module(path) for path in tree.under(*tree.PACKAGES, suffixes=(".py",)) if path.name == "__init__.py"}
    assert listed == found | {"kaikukortti.static", "kaikukortti.templates"}, "setup.cfg lists other packages"


def test_requirements_name_what_the_metadata_names(settings):
    def names(text: str) -> set[str]:
        lines = (line.split("#")[0].strip() for line in text.splitlines())
        return {re.split(r"[\[<>=;~! ]", line)[0].lower() for line in lines if line}

    wanted = names((tree.ROOT / "requirements.in").read_text(encoding="utf-8")) - {"setuptools"}
    assert names(settings["options"]["install_requires"]) == wanted


def test_files_are_short():
    measured = tree.under("kaikukortti", "venues", "tests", "static", ".ci", suffixes=(".py", ".mjs", ".js", ".css"))
    measured += tree.under("templates", suffixes=(".html",))
    # A migration is history: it grows no more, and is read beside its neighbours.
    measured = [path for path in measured if not tree.is_migration(path)]
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in measured}
    long = [f"{tree.name(path)}: {size} lines" for path, size in sizes.items() if size > LONGEST_FILE]
    assert not long, tree.listing(long, f"Divide these files; the ceiling is {LONGEST_FILE} lines:")


def test_functions_are_short():
    long = [
        f"{tree.name(path)}:{function.lineno} {function.name}: {size} lines"
        for path in tree.code() + tree.under("tests", ".ci", suffixes=(".py",))
        for function in tree.functions(path)
        if (size := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    ]
    assert not long, tree.listing(long, f"Divide these functions; the ceiling is {LONGEST_FUNCTION} lines:")


def test_imports_stand_at_the_top():
    hidden = [
        f"{tree.name(path)}:{node.lineno}"
        for path in tree.under("kaikukortti", "venues", "tests", ".ci", suffixes=(".py",))
        for function in tree.functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not hidden, tree.listing(hidden, "An import inside a function hides a cycle; move it to the top:")


def test_modules_are_named_after_what_they_hold():
    files = tree.under("kaikukortti", "venues", "static", "templates", "tests", suffixes=SOURCES)
    words = {path: {path.stem.strip("_"), *path.relative_to(tree.ROOT).parts} for path in files}
    vague = [tree.name(path) for path in files if VAGUE_NAMES & words[path]]
    assert not vague, tree.listing(vague, "A drawer for everything; name these after what they hold:")


def test_only_db_commits():
    committing = [
        f"{tree.name(path)}:{node.lineno}"
        for path in tree.code()
        if tree.module(path) not in COMMITTING
        for node in ast.walk(tree.syntax(path))
        if isinstance(node, ast.Attribute) and node.attr in {"commit", "begin_nested"}
    ]
    assert not committing, tree.listing(committing, "Transactions begin and end in kaikukortti/db.py:")


def test_only_clock_reads_the_clock():
    reading = [
        f"{tree.name(path)}:{node.lineno} {ast.unparse(node)}"
        for path in tree.code()
        if tree.module(path) != "kaikukortti.clock"
        for node in ast.walk(tree.syntax(path))
        if isinstance(node, ast.Attribute) and _clock(node)
    ]
    assert not reading, tree.listing(reading, "Take the time as an argument; web and cli get it from clock.now():")


def test_silenced_checks_say_why():
    bare = [
        place
        for path in tree.under("kaikukortti", "venues", "tests", ".ci", suffixes=(".py",))
        if path != Path(__file__)
        for place, line in tree.lines(path)
        if SILENCED.search(line) and not REASONED.search(line)
    ]
    assert not bare, tree.listing(bare, "Name the check that is silenced, and the reason beside it:")


def test_nothing_is_left_for_later():
    later = [
        place
        for path in tree.under("kaikukortti", "venues", "static", "templates", "tests", suffixes=SOURCES)
        if path != Path(__file__)
        for place, line in tree.lines(path)
        if re.search(r"\b(?:TODO|FIXME|XXX|HACK)\b", line)
    ]
    assert not later, tree.listing(later, "Do it, or open an issue:")


def test_modules_and_public_functions_say_what_they_do():
    silent = []
    for path in tree.code() + tree.under("tests", suffixes=(".py",)):
        if not ast.get_docstring(tree.syntax(path)):
            silent.append(f"{tree.name(path)}: the module")
    for path in tree.code():
        if "web" in path.relative_to(tree.ROOT).parts or "migrations" in path.parts:
            continue
        named = [node for node in tree.syntax(path).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        for node in named:
            if not node.name.startswith("_") and not ast.get_docstring(node):
                silent.append(f"{tree.name(path)}:{node.lineno} {node.name}")
    assert not silent, tree.listing(silent, "One sentence on what it does is missing:")


def _clock(node: ast.Attribute) -> bool:
    owner = node.value
    name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
    return (name, node.attr) in CLOCKS
