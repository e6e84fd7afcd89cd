"""The kinds of e-mail and what each may be told: names of organisations, counts, days, words from a list. An e-mail
lies open on its way; what is not on the list of its kind does not get into the queue.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

LONGEST_NAME = 200
LONGEST_TEXT = 2000
FEW = 5
SOME = "some"

Check = Callable[[Any], bool]


class FactNotAllowed(ValueError):
    """Somebody wants to tell an e-mail what its kind does not tell."""


@dataclass(frozen=True)
class Kind:
    """What an e-mail of a kind is told, all of it, and whether it carries a secret link."""

    facts: Mapping[str, Check]
    has_secret: bool = False


def is_name(value: Any) -> bool:
    """Tell whether it may be the name of an organisation: not empty, not long."""
    return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_NAME


def is_count(value: Any) -> bool:
    """Tell whether it is a count of organisations, people of the staff, tablets or messages: exact."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_card_count(value: Any) -> bool:
    """Tell whether it is a count of cards as it may lie open: none, some, or exact from FEW up."""
    return value == SOME or (is_count(value) and (value == 0 or value >= FEW))


def is_day(value: Any) -> bool:
    """Tell whether it is a day as YYYY-MM-DD."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def is_text(value: Any) -> bool:
    """Tell whether it may be what a coordinator wrote to somebody."""
    return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_TEXT


def one_of(*words: str) -> Check:
    """Return the check of a word from a list."""
    return lambda value: value in words


def or_none(check: Check) -> Check:
    """Return the check of a fact that may be None."""
    return lambda value: value is None or check(value)


def list_of(**facts: Check) -> Check:
    """Return the check of a list of rows with these facts each."""
    return lambda rows: isinstance(rows, list) and all(isinstance(row, dict) and _fit(row, facts) for row in rows)


FACTOR_CHANGES = ("app_added", "passkey_added", "factor_removed", "codes_renewed", "code_used", "password_changed")
DUTIES = ("none", "due", "over", "never")
MISSING = (
    "few_responsible",
    "popup_ending",
    "popup_over",
    "no_people",
    "invited_long",
    "contact",
    "commitment",
    "instruction",
    "no_device",
    "silent_device",
    "no_use",
)

KINDS: Mapping[str, Kind] = {
    "invitation": Kind({"organisation": is_name, "days": is_count}, has_secret=True),
    "password_reset": Kind({"minutes": is_count}, has_secret=True),
    "factor_changed": Kind({"change": one_of(*FACTOR_CHANGES)}),
    "account_disabled_soon": Kind({"day": is_day}),
    "rights_review": Kind({"organisation": is_name, "rights": is_count}),
    "accessibility_answer": Kind({"answer": is_text, "sent_on": is_day}),
    "instruction_due": Kind({"organisation": is_name, "duty": one_of(*DUTIES)}),
    "digest_unit": Kind(
        {"organisation": is_name, "ending": is_card_count, "ended": is_card_count, "unused": is_card_count}
    ),
    "digest_venue": Kind(
        {"organisation": is_name, "questions": is_card_count, "tablets": is_count, "instruction": one_of(*DUTIES)}
    ),
    "digest_area": Kind(
        {
            "organisation": is_name,
            "missing": list_of(kind=one_of(*MISSING), organisation=is_name),
            "more": is_count,
            "questions": is_card_count,
            "feedback": is_count,
            "turned_away": is_count,
            "accessibility": is_count,
            "accessibility_due": or_none(is_day),
        }
    ),
}


def check(kind: str, facts: Mapping[str, Any]) -> None:
    """Check that a kind is told all its facts and no others. Raises FactNotAllowed; the values are not repeated."""
    known = KINDS.get(kind)
    if known is None:
        raise FactNotAllowed(f"no e-mail is of the kind {kind!r}")
    if not _fit(facts, known.facts):
        raise FactNotAllowed(f"an e-mail of the kind {kind} is told {sorted(known.facts)}, each of its own shape")


def list_texts(facts: Mapping[str, Any]) -> list[str]:
    """Return every text among facts, also those of rows."""
    found: list[str] = []
    for value in facts.values():
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, list):
            found += [text for row in value for text in list_texts(row)]
    return found


def _fit(facts: Mapping[str, Any], wanted: Mapping[str, Check]) -> bool:
    return facts.keys() == wanted.keys() and all(wanted[name](value) for name, value in facts.items())
