"""Rules about the code that keep whole kinds of attacks out: no connection, process or code of text; safe secrets."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests import tree

# Who may start a process or open a connection: commands of the operator, never what answers a request. The figures are
# served on a socket of their own, which listens on loopback.
CONNECTING = {"smtplib", "socket", "http", "urllib.request", "ftplib", "telnetlib", "requests", "httpx", "aiohttp"}
STARTING = {"subprocess", "pty", "pickle", "marshal", "shelve", "code", "multiprocessing"}
MAY = {
    "kaikukortti/backup/postgresql.py": {"subprocess"},  # pg_dump and pg_restore
    "kaikukortti/mailing/transports.py": {"smtplib", "socket"},
    "kaikukortti/running/exposition.py": {"http", "http.server", "socket"},  # figures, on the loopback
    "kaikukortti/cli": {"http", "http.client", "socket", "subprocess", "multiprocessing"},
}


CRYPTOGRAPHY = {"cryptography", "argon2", "itsdangerous", "pyotp", "webauthn"}


def imports(path: Path) -> Iterator[str]:
    """Yield the names of the modules that a file imports."""
    for node in ast.walk(tree.syntax(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield what is called, written out, with the call."""
    for node in ast.walk(tree.syntax(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def allowed(path: Path) -> set[str]:
    """Return what a file may import beside what all may."""
    return {name for place, names in MAY.items() if tree.name(path).startswith(place) for name in names}


def test_the_service_starts_no_process_and_calls_nobody():
    odd = [
        f"{tree.name(path)}: {name}"
        for path in tree.code()
        for name in imports(path)
        for root in {name, name.partition(".")[0]}
        if root in CONNECTING | STARTING and root not in allowed(path)
    ]
    assert not odd, tree.listing(sorted(set(odd)), "These reach out of the service:")


def test_no_code_is_made_of_text():
    odd = [
        f"{tree.name(path)}: {name}"
        for path in tree.code()
        for name, _call in calls(path)
        if name in {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "render_template_string"}
    ]
    scripts = tree.under("static", suffixes=(".mjs", ".js"))
    odd += [
        f"{place}: {line.strip()[:80]}"
        for path in scripts
        if "vendor" not in path.parts
        for place, line in tree.lines(path)
        if re.search(r"\beval\(|new Function\(|setTimeout\(\s*[\"'`]|document\.write", line)
    ]
    assert not odd, tree.listing(odd, "Code that is made of text:")


def test_no_regular_expression_is_made_of_input():
    odd = []
    for path in tree.code():
        for name, call in calls(path):
            if name in {"re.compile", "re.sub", "re.search", "re.match", "re.fullmatch", "re.findall", "re.split"}:
                pattern = call.args[0]
                names = [node for node in ast.walk(pattern) if isinstance(node, ast.Name) and node.id.islower()]
                names = [
                    node for node in names if node.id not in ("pattern", "starts", "symbols")
                ]  # parts of schemas, rules
                if names and "re.escape" not in ast.unparse(pattern):
                    odd.append(f"{tree.name(path)}: {ast.unparse(pattern)[:60]}")
    assert not odd, tree.listing(odd, "Patterns of what is not a constant:")


def test_no_script_listens_to_other_windows():
    odd = [
        f"{place}: {line.strip()[:80]}"
        for path in tree.under("static", suffixes=(".mjs", ".js"))
        if "vendor" not in path.parts
        for place, line in tree.lines(path)
        if re.search(r"window\.(?:addEventListener|on)\(?[\"']?message|window\.opener|parent\.postMessage", line)
    ]
    assert not odd, tree.listing(odd, "Scripts that hear or speak to other windows:")


def test_secrets_come_from_the_safe_source():
    """`random` is for what is made up: demos, benchmarks, the order of tries, and drawing in tests."""
    odd = [tree.name(path) for path in tree.code() if "random" in set(imports(path)) and not is_made_up(path)]
    assert not odd, tree.listing(odd, "Take `secrets`:")


def is_made_up(path: Path) -> bool:
    return bool(re.search(r"cli/bench|cli/card_camera|simulate|demo|practice|db\.py", tree.name(path)))


def test_secrets_are_compared_in_constant_time():
    """The trail's verification compares what lies in the open, and the demo its own."""
    odd = [
        f"{tree.name(path)}: {ast.unparse(node)[:80]}"
        for path in tree.code()
        if not re.search(r"auditing/verification|demo", tree.name(path))
        for node in ast.walk(tree.syntax(path))
        if isinstance(node, ast.Compare)
        and isinstance(node.ops[0], ast.Eq | ast.NotEq)
        and re.search(r"\b\w*(?:digest\(\)|_hash|token|signature|secret)\b", ast.unparse(node.left))
        and not isinstance(node.comparators[0], ast.Constant)
        and not re.search(r"\w+\.\w*(?:_hash|token)\b", ast.unparse(node.left))  # a column in a statement
    ]
    assert not odd, tree.listing(odd, "Compare by hmac.compare_digest:")


def test_no_weak_hash_is_used():
    odd = [
        f"{tree.name(path)}: {name}"
        for path in tree.code()
        for name, _call in calls(path)
        if re.search(r"hashlib\.(?:md5|sha1|new)\b", name)
    ]
    assert not odd, tree.listing(odd, "Hashes that are broken:")


def test_cryptography_is_used_in_known_modules_only():
    """The inventory in docs/asvs.md names each module that seals, signs, hashes a password or checks a code."""
    listed = (tree.ROOT / "docs" / "asvs.md").read_text(encoding="utf-8").partition("## Cryptography")[2]
    using = {
        tree.name(path)
        for path in tree.code()
        if {name.partition(".")[0] for name in imports(path)}
        & {"cryptography", "argon2", "itsdangerous", "pyotp", "webauthn"}
    }
    missing = sorted(name for name in using if f"`{name}`" not in listed)
    assert not missing, tree.listing(missing, "Name these in the inventory of docs/asvs.md:")


def test_nothing_serves_in_debug_mode():
    odd = [tree.name(path) for path in tree.code() for name, _call in calls(path) if name.endswith("app.run")]
    assert odd == []
