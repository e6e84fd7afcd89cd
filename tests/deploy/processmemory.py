"""What modules of ours keep in the memory of a process, found in the code: caches, made-once things, locks, counts."""

import ast
from pathlib import Path

from tests import tree

CACHES = {"cache", "lru_cache", "cached_property"}
MUTABLE = {"dict", "list", "set", "defaultdict", "deque", "Counter", "OrderedDict", "WeakKeyDictionary"}
SHARED = {"Lock", "RLock", "Semaphore", "BoundedSemaphore", "Event", "Condition", "Queue", "SimpleQueue", "local"}
SHARED |= {"ContextVar", "count", "Gauge", "Histogram", "Summary"}


def find() -> set[str]:
    """Return `package.module.name` of everything found."""
    return {f"{_module(path)}.{name}" for path in tree.code() for name in _kept(tree.syntax(path))}


def _kept(module: ast.Module) -> set[str]:
    found = {name for node in module.body for name in _assigned(node)}
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and any(_called(one) in CACHES for one in node.decorator_list):
            found.add(node.name)
        elif isinstance(node, ast.Global):
            found |= set(node.names)
        elif isinstance(node, ast.Assign):
            found |= {_extension(target) for target in node.targets} - {""}
        elif isinstance(node, ast.Call) and _is_setdefault(node):
            found.add(ast.unparse(node.args[0]))
    return found


def _assigned(node: ast.stmt) -> set[str]:
    """Return the names of a module that begin empty or stand between threads. What is written down whole is not kept:
    nothing of ours changes it.
    """
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return set()
    value = node.value
    empty = ast.unparse(value) in ("{}", "[]")
    made = isinstance(value, ast.Call) and (
        _called(value) in SHARED or (_called(value) in MUTABLE and not value.args and not value.keywords)
    )
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {ast.unparse(target) for target in targets} if empty or made else set()


def _extension(target: ast.expr) -> str:
    """Return the name under which something is hung on an application, or nothing."""
    is_one = isinstance(target, ast.Subscript) and ast.unparse(target.value).endswith(".extensions")
    return ast.unparse(target.slice) if is_one and isinstance(target, ast.Subscript) else ""


def _is_setdefault(node: ast.Call) -> bool:
    is_one = isinstance(node.func, ast.Attribute) and node.func.attr == "setdefault"
    return is_one and ast.unparse(node.func).endswith("extensions.setdefault")


def _called(node: ast.expr) -> str:
    function = node.func if isinstance(node, ast.Call) else node
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _module(path: Path) -> str:
    return tree.name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
