"""What a ticket seller's sandbox key gets: the practice deck, judged as practice is. Nothing is read of real cards, and
nothing is written into the ledger; what was "made" is remembered by the answers that idempotency keeps.
"""

import json
from datetime import datetime
from typing import Any

from kaikukortti.errors import DomainError, NotFound
from kaikukortti.rules import number
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.verdict import Reason, Verdict, VerdictClass
from venues import idempotency, practice, scanning
from venues.practice import DeckCard
from venues.scanning import Checked, NotAdmitted


class PracticeOnly(DomainError):
    """A sandbox key was used with a card that is not of the practice deck."""

    code = "sandbox_card"


def check(code: str, *, now: datetime) -> Checked:
    """Judge a card of the practice deck. Raises PracticeOnly for a code that could be a card's."""
    card = _find(code)
    if card is not None:
        return _checked(card, practice.judge(card, now=now))
    read = number.read(code, ())
    if isinstance(read, number.Malformed) and read.problem is not number.Problem.PRACTICE:
        return Checked(Verdict(VerdictClass.TECHNICAL, Reason.MALFORMED), malformed=read)
    raise PracticeOnly()


def use(code: str, counts: Counts, *, again: bool, was_given: bool, now: datetime) -> None:
    """Judge tickets for a card of the practice deck as they would be judged: those that were given are a fact.

    Raises PracticeOnly, NotAdmitted.
    """
    checked = check(code, now=now)
    if not was_given and not scanning.is_allowed(checked.verdict, counts, knows=again):
        raise NotAdmitted(checked)


def list_answers(made: str, *, of: str, api_key_id: int) -> list[dict[str, Any]]:
    """Return what a sandbox key's line was answered about a `use` or `booking` that it "made". Raises NotFound."""
    answers: list[dict[str, Any]] = [json.loads(one) for one in idempotency.list_answers(made, api_key_id=api_key_id)]
    found = [said for said in answers if said.get(of) == made]
    if not found:
        raise NotFound()
    return found


def _find(code: str) -> DeckCard | None:
    wanted = number.candidate(code)
    return next((card for card in practice.deck() if card.number == wanted), None)


def _checked(card: DeckCard, judged: Verdict) -> Checked:
    if card.facts is None:
        read = number.read(card.number, ())
        if isinstance(read, number.Malformed) and judged.klass is VerdictClass.TECHNICAL:
            return Checked(judged, malformed=read)
        return Checked(judged)
    if not judged.admits:
        return Checked(judged, valid_until=card.facts.last_on)
    return Checked(judged, card.facts.kind, None, card.facts.last_on, card.facts.children)
