"""What is told to a holder on paper: easy Finnish, Swedish, English, Russian. Printed matter, so not in the catalogues.

Easy Finnish follows the guidelines of easy language: one thing a sentence, everyday words, active verbs, the reader is
"you", hard words are explained where they stand. The symbol of easy language is granted by its own centre and not used.

shape    what a text consists of
finnish  easy Finnish, on every sheet
swedish  Swedish
english  English
russian  Russian
offershape  the words that the public offer needs
easyoffer  the public offer in easy Finnish
"""

from kaikukortti.holdertexts.english import ENGLISH
from kaikukortti.holdertexts.finnish import FINNISH
from kaikukortti.holdertexts.russian import RUSSIAN
from kaikukortti.holdertexts.shape import HolderText
from kaikukortti.holdertexts.swedish import SWEDISH

EASY = "fi"
LANGUAGES = {"fi": "Suomi", "sv": "Svenska", "en": "English", "ru": "Русский"}
_TEXTS = {text.language: text for text in (FINNISH, SWEDISH, ENGLISH, RUSSIAN)}


def texts(language: str) -> tuple[HolderText, ...]:
    """Return the texts of a sheet: easy Finnish, and beside it the chosen language where that is another."""
    chosen = _TEXTS.get(language, FINNISH)
    return (FINNISH,) if chosen is FINNISH else (FINNISH, chosen)
