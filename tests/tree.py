"""The files of the project, as the tests about the code see them: what git keeps or would keep."""

import ast
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("kaikukortti", "venues")
VENDOR = ROOT / "static" / "vendor"
MIGRATIONS = ROOT / "kaikukortti" / "migrations" / "versions"
FOLLOWUP_MIGRATIONS = ROOT / "kaikukortti" / "followup" / "migrations" / "versions"


@functools.cache
def files() -> tuple[Path, ...]:
    """Return every file that git keeps or that is new and not ignored, sorted."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    paths = (ROOT / name for name in answer.stdout.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def under(*folders: str, suffixes: tuple[str, ...]) -> list[Path]:
    """Return the files with one of the suffixes below folders of the top level, vendored files apart."""
    tops = [ROOT / folder for folder in folders]
    return [
        path
        for path in files()
        if path.suffix in suffixes and VENDOR not in path.parents and any(top in path.parents for top in tops)
    ]


def code() -> list[Path]:
    """Return the Python files of the two packages, migration steps apart: those are history."""
    return [path for path in under(*PACKAGES, suffixes=(".py",)) if not is_migration(path)]


def name(path: Path) -> str:
    """Return a path as people say it, from the top of the project."""
    return path.relative_to(ROOT).as_posix()


def module(path: Path) -> str:
    """Return the dotted name of a Python file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@functools.cache
def syntax(path: Path) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a Python file, methods and inner ones included."""
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (place, line) for each line of a text file; the place can be clicked in most terminals."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        yield f"{name(path)}:{number}", line


def listing(problems: list[str], advice: str) -> str:
    """Return a failure message: what to do, then one problem a line."""
    return "\n".join([advice, *(f"  {problem}" for problem in problems)])


def is_migration(path: Path) -> bool:
    """Return whether a file is a step of a migration: history, which grows no more."""
    return not {MIGRATIONS, FOLLOWUP_MIGRATIONS}.isdisjoint(path.parents)
