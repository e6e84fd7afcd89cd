"""What a step of a migration may do while the version before it goes on working: read from the step's text.

A step may make tables, index those, and go through `whileused` for what is there already. Whatever takes something
away from the version before, or locks a table for longer than a moment, has to say since which release nothing needs
it any more: `ALLOWED = {"op.drop_column users.colour": "v0.2.0: nobody has read it since"}` in the step.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests import tree
from tests.upgrades.versions import EARLIER_FOLLOWUP_SCHEMA, EARLIER_SCHEMA

RELEASE = re.compile(r"^v(\d+)\.(\d+)\.(\d+): \w")
EXPANDING = {"op.create_table", "op.f", "op.get_bind", "whileused.add_columns", "whileused.add_index"}
DECLARED = "ALLOWED"


@dataclass(frozen=True)
class Act:
    """Something that a step does to the database: the call and what it is done to, as far as the text says."""

    call: str
    subject: str
    line: int

    @property
    def words(self) -> str:
        """Return it as `ALLOWED` names it."""
        return f"{self.call} {self.subject}".strip()


def later() -> list[Path]:
    """Return the steps that the version before does not know, of the main and of the follow-up database."""
    known = {tree.MIGRATIONS: EARLIER_SCHEMA, tree.FOLLOWUP_MIGRATIONS: EARLIER_FOLLOWUP_SCHEMA}
    return sorted(path for folder, newest in known.items() for path in folder.glob("0*.py") if path.name[:4] > newest)


def find_problems(path: Path, *, earlier_release: str) -> list[str]:
    """Return what the version before could not bear, each as `file:line: words`, and declarations that are wrong.

    `earlier_release` is that version's tag: what is taken away must have been unused in it already.
    """
    text = ast.parse(path.read_text(encoding="utf-8"))
    allowed, made, problems = _declared(text), _tables_made(text), list[str]()
    acts = list(_acts(text))
    for words, reason in allowed.items():
        if words not in {act.words for act in acts}:
            problems.append(f"{path.name}: {DECLARED} names {words}, which is not done")
        elif not _is_since(reason, earlier_release):
            problems.append(f"{path.name}: {words} needs a release not later than {earlier_release}, and why: {reason}")
    return problems + [
        f"{path.name}:{act.line}: {act.words}"
        for act in acts
        if act.words not in allowed and not _is_expanding(act, made)
    ]


def _acts(text: ast.Module) -> Iterator[Act]:
    for node in ast.walk(text):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name.startswith(("op.", "whileused.", "batch_op.", "batch.")):
                yield Act(name, _subject(name, node), node.lineno)


def _subject(name: str, node: ast.Call) -> str:
    """Return the table, with the column where there is one; of a statement its first words."""
    texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
    if name == "op.execute":
        return " ".join(_text_of(node.args[0]).split()[:3])
    if name == "op.create_index":
        return str(ast.literal_eval(node.args[1]))
    return ".".join(str(text) for text in texts[:2])


def _text_of(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return ast.unparse(node)


def _tables_made(text: ast.Module) -> set[str]:
    calls = (node for node in ast.walk(text) if isinstance(node, ast.Call))
    return {
        str(node.args[0].value)
        for node in calls
        if ast.unparse(node.func) == "op.create_table" and isinstance(node.args[0], ast.Constant)
    }


def _is_expanding(act: Act, made: set[str]) -> bool:
    return act.call in EXPANDING or (act.call == "op.create_index" and act.subject in made)


def _declared(text: ast.Module) -> dict[str, str]:
    for node in text.body:
        if isinstance(node, ast.Assign) and any(ast.unparse(target) == DECLARED for target in node.targets):
            declared: dict[str, str] = ast.literal_eval(node.value)
            return declared
    return {}


def _is_since(reason: str, earlier_release: str) -> bool:
    found, earlier = RELEASE.match(reason), RELEASE.match(f"{earlier_release}: x")
    assert earlier is not None
    return found is not None and tuple(map(int, found.groups())) <= tuple(map(int, earlier.groups()))
