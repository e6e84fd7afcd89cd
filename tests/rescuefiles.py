"""Rescue files as a tablet saves them: sealed by the tablet's own script in Node.js."""

import base64
import json
import subprocess
from collections.abc import Sequence
from typing import Any

from tests import tree

SCRIPT = """
import { importListKey } from "./static/door/keys.mjs";
import { seal } from "./static/door/rescue.mjs";
const { key, items, device, keyNumber, at } = JSON.parse(process.argv[1]);
const { rescue } = await importListKey(key);
const records = items.map((item) => ({ body: JSON.stringify(item) }));
console.log(await seal(records, { device, keyNumber, baseKey: rescue, at }));
"""


def seal(items: Sequence[Any], *, device_id: int, list_key: bytes, key_number: int = 1) -> dict[str, Any]:
    """Return the rescue file of a tablet that holds a list key."""
    said = {
        "key": base64.urlsafe_b64encode(list_key).decode().rstrip("="),
        "items": list(items),
        "device": str(device_id),
        "keyNumber": key_number,
        "at": 1795192200000,
    }
    words = ["node", "--input-type=module", "--eval", SCRIPT, json.dumps(said)]
    done = subprocess.run(words, cwd=tree.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    sealed: dict[str, Any] = json.loads(done.stdout)
    return sealed
