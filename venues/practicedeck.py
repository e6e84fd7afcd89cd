"""The practice deck on paper: each of its cards with what it is read as, on sheets to cut.

Printed matter, the same for every reader, and therefore in three languages on each card and not among translations.
"""

from kaikukortti import cardsheet
from kaikukortti.cardface import CardFace
from venues import practice

TITLE = "Harjoituskortit / Övningskort / Practice cards"

REHEARSES = {
    "welcome": ("Tervetuloa!", "Välkommen!", "Welcome!"),
    "counts": ("Montako lippua? Kaksi lasta", "Hur många biljetter? Två barn", "How many tickets? Two children"),
    "community": ("Montako lippua? Yhteisö", "Hur många biljetter? Grupp", "How many tickets? A group"),
    "already": ("Käynti on jo kirjattu", "Redan registrerat", "Already recorded"),
    "check": ("Voit päästää sisään", "Du kan släppa in", "You may let the visitor in"),
    "ended": ("Ei nyt: kortti päättynyt", "Inte nu: kortet har gått ut", "Not now: the card has ended"),
    "not_yet": ("Ei nyt: ei vielä käytössä", "Inte nu: inte ännu i bruk", "Not now: not in use yet"),
    "not_in_use": ("Ei nyt: ei käytössä", "Inte nu: inte i bruk", "Not now: not in use"),
    "wrong_time": ("Ei nyt: ovet eivät auki", "Inte nu: dörrarna stängda", "Not now: doors not open"),
    "full": ("Ei nyt: ei paikkoja", "Inte nu: inga platser", "Not now: no places left"),
    "limit": ("Ei nyt: käynnit käytetty", "Inte nu: besöken använda", "Not now: visits used"),
    "technical": ("Tekninen häiriö", "Tekniskt fel", "Technical fault"),
}


def faces() -> list[CardFace]:
    """Return what is printed on the cards of the deck, in its order."""
    return [CardFace(card.number, "", "", "", rehearses=REHEARSES[card.key]) for card in practice.deck()]


def deck_pdf() -> bytes:
    """Draw the deck, both sides, with crop marks. The same bytes every time."""
    return cardsheet.sheet_pdf(faces(), title=TITLE)
