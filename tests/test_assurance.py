"""The two tables of what guards the service: docs/asvs.md and docs/abuse.md have every line, and their tests exist."""

import ast
import re
from pathlib import Path

import pytest

from tests import tree

DOCS = tree.ROOT / "docs"
# The applicable requirements of levels 1 and 2 by section: the last numbers, as in the research on security, §6.1.
APPLICABLE = """1.1: 1-2; 1.2: 1-5, 9; 1.3: 2-3, 5-7, 10-11; 1.4: 2; 1.5: 1-2; 2.1: 1-3; 2.2: 1-3; 2.3: 1-4; 2.4: 1;
3.2: 1-2; 3.3: 1-4; 3.4: 1-6; 3.5: 1-5; 3.7: 1-2; 4.1: 1-3; 4.2: 1; 5.1: 1; 5.2: 1-3; 5.3: 1-2; 5.4: 1-3;
6.1: 1-3; 6.2: 1-12; 6.3: 1-4; 6.4: 1-4; 6.5: 1-5; 6.6: 2-3; 7.1: 1-2; 7.2: 1-4; 7.3: 1-2; 7.4: 1-5; 7.5: 1-2; 7.6: 2;
8.1: 1-2; 8.2: 1-3; 8.3: 1; 8.4: 1; 9.1: 1-3; 9.2: 1-4; 11.1: 1-2; 11.2: 1-3; 11.3: 1-3; 11.4: 1-4; 11.5: 1; 11.6: 1;
12.1: 1-2; 12.2: 1-2; 12.3: 1-4; 13.1: 1; 13.2: 1-5; 13.3: 1-2; 13.4: 1-5; 14.1: 1-2; 14.2: 1-4; 14.3: 1-3;
15.1: 1-3; 15.2: 1-3; 15.3: 1-7; 16.1: 1; 16.2: 1-5; 16.3: 1-4; 16.4: 1-3; 16.5: 1-3"""
CHOSEN_OF_LEVEL_3 = {
    "2.3.5",
    "3.4.7",
    "3.4.8",
    "3.5.8",
    "8.3.2",
    "11.2.4",
    "11.3.4",
    "13.3.4",
    "14.2.6",
    "14.2.7",
    "16.5.4",
}
REFERENCE = re.compile(r"`((?:[\w/]+/)?test_\w+\.py)(?:::(test_\w+))?`")
WORDS = ("Open: ", "Decided: ", "Document: ", "Not here: ")


def rows(name: str) -> list[list[str]]:
    """Return the cells of the first table of a document."""
    text = (DOCS / name).read_text(encoding="utf-8").partition("\n## ")[0]
    found = [line.strip("|").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in found[2:]]


def applicable() -> set[str]:
    """Return the ids of levels 1 and 2."""
    found = set()
    for part in re.sub(r"\s+", " ", APPLICABLE).split("; "):
        section, _colon, numbers = part.partition(": ")
        for each in numbers.split(", "):
            first, _dash, last = each.partition("-")
            found |= {f"{section}.{number}" for number in range(int(first), int(last or first) + 1)}
    return found


def test_every_requirement_of_the_standard_has_its_line():
    assert len(applicable()) == 194
    ids = [row[0].removeprefix("V").partition(" ")[0] for row in rows("asvs.md")]
    assert len(ids) == len(set(ids))
    wanted = applicable() | CHOSEN_OF_LEVEL_3
    assert not wanted - set(ids), tree.listing(sorted(wanted - set(ids)), "docs/asvs.md says nothing of these:")
    assert not set(ids) - wanted, tree.listing(sorted(set(ids) - wanted), "docs/asvs.md has lines of no requirement:")


def test_every_abuse_has_its_line():
    assert [row[0] for row in rows("abuse.md")] == [str(number) for number in range(1, 55)]


@pytest.mark.parametrize("name", ["asvs.md", "abuse.md"])
def test_every_line_is_shown_by_something_that_is_there(name):
    odd = []
    for row in rows(name):
        shown = row[-1]
        references = REFERENCE.findall(shown)
        if len(row) != 4 or not (references or shown.startswith(WORDS)):
            odd.append(f"{row[0]} is shown by nothing")
        odd += [f"{row[0]}: {file}::{test}" for file, test in references if not is_there(file, test)]
    assert not odd, tree.listing(odd, f"Put these right in docs/{name}:")


def test_what_is_left_out_is_decided():
    """A row that says so points at a decision about its number."""
    decisions = (DOCS / "DECISIONS.md").read_text(encoding="utf-8")
    decided = {int(row[0]) for row in rows("abuse.md") if "Decided: " in row[-1]}
    named = {int(number) for number in re.findall(r"abuse\s+(\d+)", decisions)}
    assert not decided - named, tree.listing(
        sorted(map(str, decided - named)), "docs/DECISIONS.md says nothing of abuse:"
    )


def is_there(file: str, test: str) -> bool:
    """Return whether a file of tests is there, and the test in it."""
    path: Path = tree.ROOT / "tests" / file
    if not path.is_file():
        return False
    names = {node.name for node in ast.walk(tree.syntax(path)) if isinstance(node, ast.FunctionDef)}
    return not test or test in names
