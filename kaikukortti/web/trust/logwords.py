"""The log of a card in plain words: what was done, and what for. Roles and organisations have theirs elsewhere."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.rules.purpose import Purpose
from kaikukortti.web import choices

ACTIONS: Mapping[str, Any] = {
    **{f"card.{action}": word for action, word in choices.CARD_ACTIONS.items()},
    "card.looked_at": _l("Opened the card's page"),
    "card.searched": _l("Found the card by its number"),
    "card.renewal_read": _l("Looked at what a renewal would give"),
    "card.entered_read": _l("Looked at what had been entered"),
    "card.mobile_made": _l("Made a mobile card"),
    "card.mobile_withdrawn": _l("Withdrew the mobile card"),
    "card.talked_about": _l("Noted a talk about using the card"),
    "card.talk_taken_back": _l("Took back the note of a talk"),
    "card.log_read": _l("Opened this log"),
    "card.data_exported": _l("Gave the client everything that is kept about the card"),
    "card.data_seen": _l("Opened the page of what is kept about the card"),
    "card.erased": _l("Erased what was kept about the card"),
    "booking.made": _l("Booked a place"),
    "booking.refused": _l("Tried to book a place"),
    "booking.looked_at": _l("Looked at a booking"),
    "group.asked": _l("Asked for a group's visit"),
    "followup.own_key_made": _l("Made an own key"),
    "followup.grant_given": _l("Wrote down the holder's leave to look at the use"),
    "followup.use_looked_at": _l("Looked at the use of the card, with the holder's leave"),
}

PURPOSES: Mapping[str, Any] = {
    Purpose.ISSUING: _l("Handing out a card"),
    Purpose.CARE: _l("Looking after the card"),
    Purpose.RENEWAL: _l("Renewing the card"),
    Purpose.BOOKING: _l("Booking a place"),
    Purpose.GUIDANCE: _l("Encouraging the use of the card"),
    Purpose.FOLLOW_UP: _l("Follow-up together with the client"),
    Purpose.DOOR: _l("Receiving visitors"),
    Purpose.PROGRAMME: _l("Planning a programme"),
    Purpose.STOCK: _l("Looking after the stock of cards"),
    Purpose.STATISTICS: _l("Statistics"),
    Purpose.COORDINATION: _l("Coordinating the area"),
    Purpose.RIGHTS: _l("The holder's rights"),
    Purpose.ACCOUNT: _l("Looking after staff's own accounts"),
}


def action(name: str) -> str:
    """Return what was done in words; an act that has none is told as a change."""
    return str(ACTIONS.get(name, _l("Another change")))


def purpose(name: str | None) -> str:
    """Return what it was done for in words."""
    return str(PURPOSES.get(name or "", _l("The service's own work")))
