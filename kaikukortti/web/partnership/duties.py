"""What a unit or a venue still has to do, for a calm line on the first page of its people: at most one statement."""

from flask import Flask, request

from kaikukortti import clock
from kaikukortti.partnership import commitments, instruction
from kaikukortti.rules import period
from kaikukortti.web import guard, pages


def init_app(app: Flask) -> None:
    """Add `duties_due()` to what templates know."""
    app.context_processor(lambda: {"duties_due": duties_due})


def duties_due() -> list[str]:
    """Return "commitment" and "instruction" as far as they are due, on the first page of a partner's people."""
    membership = guard.find_membership()
    partner = None if membership is None else membership.unit or membership.venue
    if membership is None or partner is None or request.endpoint != pages.MENU[membership.role][0][0]:
        return []
    due = []
    if membership.role in commitments.MAY_AGREE and commitments.find_current(partner) is None:
        due.append("commitment")
    if instruction.is_due(partner.instructed_on, today=period.day_of(clock.now())):
        due.append("instruction")
    return due
