"""What the indicators are called and how each is defined, in the reader's words (followup.md §8.5)."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.followup.indicators.figures import Code
from kaikukortti.web.language import _

NAMES: Mapping[Code, Any] = {
    Code.VALID: _l("Valid cards on the last day"),
    Code.TAKEN_INTO_USE: _l("Cards handed out that have been used"),
    Code.FIRST_USE: _l("How soon a card is first used"),
    Code.NO_RECORDED_USE: _l("Ended with no recorded use"),
    Code.ACTIVE: _l("Used in the last 90 days"),
    Code.USE_RATE: _l("Uses of a card in twelve months"),
    Code.WITH_CHILDREN: _l("Uses with children"),
    Code.KINDS: _l("Kinds of places"),
    Code.DISTANCE: _l("Uses in another municipality"),
    Code.RETENTION: _l("Renewed within 60 days"),
    Code.BARRIERS: _l("What kept clients from going"),
    Code.REACH: _l("Reach"),
    Code.SEASON: _l("Season"),
    Code.MOOD: _l("Visits that felt good"),
    Code.GROUP_CHANGE: _l("Change in groups"),
    Code.USERS_AND_OTHERS: _l("People who used the card in between, and people who did not"),
}

DEFINITIONS: Mapping[Code, Any] = {
    Code.VALID: _l(
        "Personal cards that could be used on the last day of the period. Community cards are counted apart."
    ),
    Code.TAKEN_INTO_USE: _l(
        "Of the cards handed out for the first time in the period, those with at least one recorded use by the day of"
        " counting. Cards that were handed out lately have had less time."
    ),
    Code.FIRST_USE: _l(
        "How many of the cards handed out in the period are used within 30, 90 and 180 days, by Kaplan and Meier's"
        " method: a card that ended or was replaced counts for as long as it could be used."
    ),
    Code.NO_RECORDED_USE: _l(
        "Of the cards that ended in the period, those with no recorded use in their whole time. A use that nobody"
        " recorded is not known here."
    ),
    Code.ACTIVE: _l(
        "Of the valid cards handed out at least 90 days ago, those with a recorded use in the last 90 days."
    ),
    Code.USE_RATE: _l(
        "Recorded uses divided by the time that the cards could be used, as uses of one card in 12 months."
    ),
    Code.WITH_CHILDREN: _l("Of the recorded visits, those with at least one child's ticket."),
    Code.KINDS: _l("Recorded uses by the kind of the place or the event."),
    Code.DISTANCE: _l("Of the recorded uses, those outside the municipality of the unit that handed out the card."),
    Code.RETENTION: _l(
        "Of the cards that ended in the period, those renewed within 60 days at the unit that had handed them out. A"
        " renewal without its earlier card is counted apart."
    ),
    Code.BARRIERS: _l("How often each reason was named, out of the meetings in which it was asked."),
    Code.REACH: _l(
        "A group's share of the new holders divided by its share of the units' clients, as the units themselves have"
        " told. Above one the card reaches the group more often than others, below one less often."
    ),
    Code.SEASON: _l("A month's rate of use beside the mean of its year's months, which is 100."),
    Code.MOOD: _l("Of the answers after a visit, those with the two happiest of five faces."),
    Code.GROUP_CHANGE: _l(
        "The mean change of people who answered the same measure twice without their name, the second time in the year."
        " An answer is missing when a year has passed since the first one. Hidden below ten pairs, of one unit alone"
        " below thirty; it may be a headline from thirty pairs on."
    ),
    Code.USERS_AND_OTHERS: _l(
        "The same change of those who say that they used the card in between, and of those who say that they did not."
        " What they say is not compared with any card. Only where both are thirty people or more."
    ),
}

WHY_HIDDEN = _l(
    "Where fewer than five cards stand behind a figure, or where it could be reckoned from figures that are shown, it"
    " says “too little to tell”. Periods are whole quarters and years, so that none can be subtracted from another."
)
INTERVAL = _l(
    "“Between” tells how far chance alone could carry a figure: 95 times of 100 the true figure lies between the two"
    " ends. The fewer the cards, the wider it is."
)
ROUNDED = _l("Numbers of the area are rounded to fives before anything is reckoned from them.")
EXACT = _l("Figures of the own unit are exact. Nobody outside the unit sees them.")


def name(code: str) -> str:
    """Return what an indicator is called."""
    return str(NAMES[Code(code)])


def meaning(code: str) -> str:
    """Return what an indicator is called and how it is defined, as one text."""
    return f"{NAMES[Code(code)]}: {DEFINITIONS[Code(code)]}"


def definitions(codes: Iterable[Code], *, unit_id: int = 0) -> list[tuple[str, str]]:
    """Return a page's explanation as terms and texts: its indicators, how exact they are, what is hidden and why."""
    named = [(f"{NAMES[code]} ({code})", str(DEFINITIONS[code])) for code in codes]
    return [
        *named,
        (_("How exact the figures are"), exactness(unit_id)),
        (_("Likely between"), str(INTERVAL)),
        (_("Too little to tell"), str(WHY_HIDDEN)),
    ]


def exactness(unit_id: int) -> str:
    """Say how exact the figures of a unit, or of the area (0), are."""
    return str(EXACT if unit_id else ROUNDED)
