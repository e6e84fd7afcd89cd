"""What schemathesis does to its requests to our service, loaded by it through SCHEMATHESIS_HOOKS.

Each comes from an address of its own with one of several keys, so that no limit of requests stops it; what is to be
accepted gets a fresh Idempotency-Key and now and then a card and a date that there are.
"""

import itertools
import os
import random
import uuid
from typing import Any
from urllib.parse import urlencode

import schemathesis

# The server answers a longer line itself with 414 (gunicorn's bound is 4094 with the method and the path).
LONGEST_QUERY = 3500

_serial = itertools.count(1)
_chance = random.Random(2017)
_keys = os.environ.get("FUZZ_KEYS", "").split()
_codes = os.environ.get("FUZZ_CODES", "").split()
_occurrences = [int(word) for word in os.environ.get("FUZZ_OCCURRENCES", "").split()]


@schemathesis.hook
def filter_case(_context: Any, case: Any) -> bool:
    """Leave out what never reaches the service, because its address is too long for the server."""
    return len(urlencode(case.query or {}, doseq=True)) <= LONGEST_QUERY


@schemathesis.hook
def before_call(_context: Any, case: Any, _options: Any) -> None:
    """Change a request that was made up."""
    number = next(_serial)
    case.headers["X-Forwarded-For"] = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    if case.headers.get("Authorization") == f"Bearer {_keys[0]}":
        case.headers["Authorization"] = f"Bearer {_keys[number % len(_keys)]}"
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid.UUID(int=_chance.getrandbits(128)))
    if isinstance(case.body, dict):
        for body in (case.body, *case.body.get("items", ())):
            _make_real(body)


def _make_real(body: dict[str, Any]) -> None:
    if isinstance(body.get("code"), str) and "name" not in body and _chance.random() < 0.7:
        body["code"] = _chance.choice(_codes)
    if isinstance(body.get("occurrence"), int) and _chance.random() < 0.7:
        body["occurrence"] = _chance.choice(_occurrences)
