"""The rules about words: everything is documented, translated whole, and names no machine of ours."""

import ast
import re
from collections.abc import Sequence
from pathlib import Path

import click
import pytest
from babel.messages import pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from kaikukortti.cli import kaikukortti as command_line
from tests import tree

README = tree.ROOT / "README.md"
TRANSLATIONS = tree.ROOT / "kaikukortti" / "translations"
LANGUAGES = ("fi", "sv")
CHECKED_BY_HAND = {"tests/test_documents.py"}
# Written so that these lines do not match themselves.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:root|home/\w+|work|Users)/\w")
REGISTRY = re.compile(r"//[\w.-]*(?:pypi|pythonhosted|npmjs|npmmirror|debian)[\w-]*\.[a-z]{2,}", re.IGNORECASE)
LOCKS = ("requirements.txt", "requirements-dev.txt", "tests/browser/package-lock.json")


def test_readme_names_every_command():
    readme = README.read_text(encoding="utf-8")
    commands = [" ".join(("kaikukortti", *words)) for words in _commands(command_line)]
    missing = [command for command in commands if f"`{command}" not in readme and f"\n{command}" not in readme]
    assert not missing, tree.listing(missing, "README.md does not say what these commands do:")


def test_every_command_explains_itself():
    silent = [" ".join(words) for words, command in _commands(command_line).items() if not command.get_short_help_str()]
    assert not silent, tree.listing(silent, "Commands without a --help text:")


def test_readme_names_every_setting():
    readme = README.read_text(encoding="utf-8")
    missing = sorted(name for name in _settings() if name not in readme)
    assert not missing, tree.listing(missing, "README.md does not explain these settings:")


def test_readme_names_every_make_target():
    readme = README.read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):.*## ", (tree.ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    main_targets = [target for target in targets if not target.startswith("test-") and target != "help"]
    missing = [target for target in main_targets if f"make {target}" not in readme]
    assert not missing, tree.listing(missing, "README.md does not name these targets of the Makefile:")


def test_packages_list_their_modules():
    missing = []
    for path in tree.code():
        if path.name != "__init__.py" or "migrations" in path.parts:
            continue
        words = set(re.findall(r"[\w-]+", ast.get_docstring(tree.syntax(path)) or ""))
        beside = [file.stem for file in path.parent.glob("*.py") if file != path]
        beside += [
            folder.parent.name for folder in path.parent.glob("*/__init__.py") if folder.parent.name != "migrations"
        ]
        missing += [f"{tree.name(path)}: {name}" for name in sorted(beside) if name not in words]
    assert not missing, tree.listing(missing, "The package's docstring is its map; these are not on it:")


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_are_complete(language):
    catalog = _catalog(language)
    wanted = _messages()
    known = {message.id: message for message in catalog if message.id}
    missing = [repr(text) for text in sorted(wanted - known.keys(), key=str)]
    missing += [repr(message.id) for message in known.values() if message.id in wanted and not _whole(message.string)]
    fuzzy = [repr(message.id) for message in known.values() if message.fuzzy]
    assert not fuzzy, tree.listing(fuzzy, f"Look at these guesses in {language} and remove the fuzzy mark:")
    assert not missing, tree.listing(missing, f"Run `make messages`, then translate into {language}:")


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_say_nothing_that_is_not_asked(language):
    wanted = _messages()
    left = [repr(message.id) for message in _catalog(language) if message.id and message.id not in wanted]
    assert not left, tree.listing(left, f"Run `make messages`; nothing uses these in {language}:")


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language):
    wrong = [
        f"{message.id!r} -> {message.string!r}"
        for message in _catalog(language)
        if message.id and _placeholders(message.id) != _placeholders(message.string)
    ]
    assert not wrong, tree.listing(wrong, f"Placeholders differ in {language}:")


def test_nothing_names_our_machines():
    found = [
        f"{place}: {line.strip()[:100]}"
        for path in tree.files()
        if _is_text(path) and tree.name(path) not in CHECKED_BY_HAND
        for place, line in tree.lines(path)
        if MACHINE_PATH.search(line) or REGISTRY.search(line)
    ]
    assert not found, tree.listing(found, "A path of a machine or the address of a package registry:")


@pytest.mark.parametrize("name", LOCKS)
def test_locks_hold_hashes_and_no_addresses(name):
    text = (tree.ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    if name.endswith(".txt"):
        entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"(?m)^\s*#.*\n", "", text))
        assert all("==" in entry and "--hash=sha256:" in entry for entry in entries if entry.strip())
    else:
        assert '"resolved"' not in text and '"integrity": "sha512-' in text


def _commands(group: click.Command, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], click.Command]:
    if not isinstance(group, click.Group):
        return {path: group}
    found: dict[tuple[str, ...], click.Command] = {}
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found |= _commands(command, (*path, name))
    return found


def _settings() -> set[str]:
    found: set[str] = set()
    for path in tree.code():
        for node in ast.walk(tree.syntax(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(re.findall(r"KAIKU_[A-Z_]*[A-Z]", node.value))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setting":
                found.add("KAIKU_" + ast.literal_eval(node.args[0]).upper())
    return found


def _catalog(language: str) -> Catalog:
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as stream:
        return pofile.read_po(stream, locale=language)


def _messages() -> set[str | tuple[str, ...]]:
    with (TRANSLATIONS / "babel.cfg").open(encoding="utf-8") as stream:
        methods, options = parse_mapping_cfg(stream, "babel.cfg")
    found = extract_from_dir(str(tree.ROOT), methods, options, keywords=_keywords())
    return {message for _file, _line, message, _comments, _context in found if message}


def _keywords() -> dict[str, tuple[int, ...] | None]:
    return {"_": None, "gettext": None, "lazy_gettext": None, "_l": None, "ngettext": (1, 2), "lazy_ngettext": (1, 2)}


def _whole(string: Sequence[str] | None) -> bool:
    return bool(string) and all([string] if isinstance(string, str) else string or ())


def _placeholders(text: Sequence[str] | None) -> set[str]:
    joined = text if isinstance(text, str) else " ".join(text or ())
    return set(re.findall(r"%\(\w+\)[a-z]|{\w+}", joined))


def _is_text(path: Path) -> bool:
    return b"\0" not in path.read_bytes()[:8000]
