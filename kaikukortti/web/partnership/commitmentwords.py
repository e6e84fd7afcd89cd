"""The words of the commitment, version partnership.commitments.VERSION: a change of their meaning takes a new version.

In our own words, after domain.md §2.10. What is to be known at work is in instructionwords.
"""

from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.models.network import Unit, Venue

UNIT = (
    _l("We hand out the card by the model of the network: face to face, to our own client, free of charge."),
    _l("We ask only what the card needs. No name, no identity code and no reason for the card goes into the service."),
    _l("We tell each client how the card is used, and help to use it for the first time."),
    _l("We keep the stock of cards under lock, count it, and tell the coordinator of what is lost."),
    _l("We renew cards in time and close a lost card on the same day."),
    _l("We instruct our own people at least once a year and keep a short guide of our own."),
    _l("We have a named contact person, and tell the coordinator when that or our people change."),
    _l("What we learn of a client stays with us: the duty of silence does not end with the work."),
    _l("If we stop, we tell the coordinator in good time. Our cards and our stock then go to another unit."),
)
VENUE = (
    _l("We give the tickets that we have promised to the holders of the card, free of charge."),
    _l("We receive every holder like any other guest. The card is never shown to others or spoken of aloud."),
    _l("We register every visit, children and helpers too, on the same day, and later where there was no network."),
    _l("We never ask why somebody has the card, nor for a name or a proof of identity."),
    _l("We keep our programme and our places up to date, so that nobody comes in vain."),
    _l("We look after our tablets and take a lost one out of use at once."),
    _l("We instruct our own people at least once a year and keep a short guide of our own."),
    _l("We have a named contact person, and tell the coordinator when that or our people change."),
    _l("What we see at the door stays with us: the duty of silence does not end with the work."),
    _l("If we stop, we tell the coordinator in good time, so that holders hear of it before they come."),
)


def of(partner: Unit | Venue) -> tuple[Any, ...]:
    """Return the points that a unit or a venue agrees to."""
    return UNIT if isinstance(partner, Unit) else VENUE
