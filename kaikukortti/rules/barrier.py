"""What keeps a holder from using the card: the list that is offered at renewal, one optional tap.

Source: followup.md §4, collected from published surveys.
"""

from enum import StrEnum


class Barrier(StrEnum):
    """One reason, in the holder's own judgement."""

    TRANSPORT = "transport"
    COMPANY = "company"
    NOT_KNOWING = "not_knowing"
    NEW_PLACE = "new_place"
    HEALTH = "health"
    CHILDCARE = "childcare"
    TIMES = "times"
    SOLD_OUT = "sold_out"
    OFFER = "offer"
    TREATMENT = "treatment"
    CARD_LOST = "card_lost"
    OTHER = "other"
