"""Request ids: made by us, or as a proxy makes them; a text of somebody's is never taken for one."""

import re

import pytest

from kaikukortti.running import requestids


@pytest.mark.parametrize("given", ["0123456789abcdef0123456789abcdef", "01937d6e-2b1a-7c3e-9f00-000000000000"])
def test_a_proxys_id_is_taken(given):
    assert requestids.begin(given.upper()) == given == requestids.now()
    assert re.fullmatch("[0-9a-f]{16}", requestids.short(given))
    requestids.end()
    assert requestids.now() is None


@pytest.mark.parametrize(
    "given", [None, "", "EK3F8M2X9TS", "maija@example.fi", "131052-308T", "0" * 31, "0" * 33, "x" * 32, "0" * 32 + "\n"]
)
def test_anything_else_is_not(given):
    made = {requestids.begin(given) for _ in range(50)}
    requestids.end()
    assert len(made) == 50 and all(re.fullmatch("[0-9a-f]{16}", one) for one in made)
    assert all(requestids.short(one) == one for one in made)
