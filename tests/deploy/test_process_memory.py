"""Nothing that must be shared is kept in the memory of a process: what is kept there is on a list, with the reason why
each process may have its own.
"""

import re

from tests import tree
from tests.deploy import processmemory

LIST = tree.ROOT / "docs" / "growth.md"


def test_all_that_a_process_keeps_is_on_the_list():
    found = processmemory.find()
    assert len(found) > 25, "the search finds what there is"
    text = LIST.read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `((?:kaikukortti|venues)\.[\w.\"']+)`", text, re.MULTILINE))
    assert not found - listed, tree.listing(sorted(found - listed), "Kept by each process; say why in docs/growth.md:")
    assert not listed - found, tree.listing(sorted(listed - found), "docs/growth.md lists what is not there:")


def test_the_search_finds_each_kind(tmp_path, monkeypatch):
    """A cache, a global, a lock, an empty dictionary, something hung on the application."""
    text = (
        "import functools, threading\n_made: dict[str, int] = {}\n_lock = threading.Lock()\nWORDS = {'a': 1}\n"
        "@functools.cache\ndef read(): ...\ndef count():\n    global total\n    total = 1\n"
        "def hang(app):\n    app.extensions['here'] = 1\n    app.extensions.setdefault('there', {})\n"
    )
    (tmp_path / "one.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(tree, "code", lambda: [tmp_path / "one.py"])
    monkeypatch.setattr(tree, "name", lambda path: path.name)
    names = {"_made", "_lock", "read", "total", "'here'", "'there'"}
    assert processmemory.find() == {f"one.{name}" for name in names}
