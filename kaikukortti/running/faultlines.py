"""A fault as its kinds and places. Its text is left out: a value may stand in it, a card's number or an address."""

import traceback
from types import TracebackType
from typing import Any

from kaikukortti.errors import DomainError

MOST_PLACES = 20
MOST_CAUSES = 5


def describe(fault: BaseException) -> dict[str, Any]:
    """Return the kind of a fault, its places (the innermost last), the engine's or system's code, and its causes."""
    told = _one(fault)
    inner, cause = told, _cause(fault)
    for _ in range(MOST_CAUSES):
        if cause is None:
            break
        inner["cause"] = _one(cause)
        inner, cause = inner["cause"], _cause(cause)
    return told


def _one(fault: BaseException) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": f"{type(fault).__module__}.{type(fault).__qualname__}"}
    for name in ("sqlstate", "sqlite_errorname"):
        if isinstance(value := getattr(fault, name, None), str):
            told[name] = value
    if isinstance(fault, DomainError):
        told["code"] = fault.code
    if isinstance(fault, OSError) and fault.errno is not None:
        told["errno"] = fault.errno
    return {**told, "at": _places(fault.__traceback__)}


def _places(trace: TracebackType | None) -> list[str]:
    places = [
        f"{frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(trace)
    ]
    return places[-MOST_PLACES:]


def _cause(fault: BaseException) -> BaseException | None:
    return fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
