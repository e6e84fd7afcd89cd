"""Texts that nobody prints on a card: drawn from a seed by the thousand, and the worst few by hand. Plain values."""

import random
import sys
import unicodedata
from collections.abc import Callable, Iterator

from kaikukortti.rules import number

PREFIXES = ("EK", "SA")
MASKS = "EK999999 AA-9999"
CONTROLS = [chr(code) for code in (*range(32), 127, *range(128, 160))]
# Marks that turn or hide what follows: right to left, embeddings, isolates, joiners, a byte order mark.
INVISIBLE = list(
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202d\u202e\u2066\u2067\u2069\u2060\ufeff\u00ad\u061c\U000e0041"
)
# Halves of symbols. A text has one kind: two kinds become one symbol where what is between them is left out.
FIRST_HALVES, SECOND_HALVES = ["\ud800", "\udbff"], ["\udc00", "\udfff"]
NEW_CAPITALS = "ƛɤ"  # Unicode 16 has given them capitals, which Python 3.11 does not know
EMOJI = ["😀", "👩‍👩‍👧", "🇫🇮", "🏳️‍🌈", "1️⃣", "㊗️"]
BLANKS = [" ", "\t", "\u00a0", "\u2003", "\u3000", "\u2028", "\n"]
HYPHENS = list("-\u2010\u2011\u2013\u2014\u2212")
HOSTILE = (
    "https://kaikukortti.example/k/{}",
    "javascript:alert('{}')",
    "data:text/html,<script>alert(1)</script>{}",
    "<script>document.title='{}'</script>",
    "<img src=x onerror=alert(1)>{}",
    "'; DROP TABLE cards; --{}",
    "{{{{ config }}}}{}",
    "%s%n%x{}",
    "../../../../etc/passwd{}",
    '{{"$gt": "{}"}}',
    "WIFI:T:WPA;S:aula;P:{};;",
    "BEGIN:VCARD\nFN:{}\nEND:VCARD",
    "tel:+358{}",
    "\x1b[2J\x1b[31m{}",
)
IDENTITY = ("131052-308T", "010594Y9032", "290200-101P")
LONGEST = 4000

# By hand: what went wrong elsewhere, or would be worst here. Every one of them is JSON and can be typed by a scanner.
WORST = (
    "",
    "\0",
    "EK\0" + "3F8M2X9TS",
    " ",
    "\u202eEK3F8M2X9TS",
    "EK3F8M2X9TS\u200b",
    "javascript:alert(document.cookie)",
    "https://kaikukortti.example/?code=EK3F8M2X9TS",
    "//evil.example/door",
    "<script>document.title='hit'</script>",
    "<img src=x onerror=\"document.title='hit'\">",
    "\"><svg onload=document.title='hit'>",
    "{{7*7}}{% raise %}",
    "' OR 1=1; DROP TABLE scans; --",
    "%00%0d%0aSet-Cookie: kaiku_device=x",
    "EK3F8M2X9TT",
    "EK3F8M2X9T",
    "EK3F8M2X9TSS",
    "KE3F8M2X9TS",
    "UU00000000S",
    "UU00000000T",
    *IDENTITY,
    "131052 - 308T",
    "１３１０５２-３０８T",
    "131052-308T \x07",
    "Asiakas 131052-308T, kortti EK3F8M2X9TS, " + "x" * 60,
    "x" * LONGEST,
    "9" * 65,
    "-" * 24,
    "A" * 24,
    "😀" * 20,
    "🇫🇮",
    "İıſßŉ",
    "ﬀﬁ",
    "Ⅷ①²",
    "ek 3f8m 2x9t s",
    "٠١٢٣٤٥-٦٧٨٩",
    "null",
    "NaN",
    "__proto__",
    "constructor",
    "-1",
    "1e309",
)


def drawn(seed: int, count: int) -> Iterator[str]:
    """Return so many texts of all kinds; the same for the same seed."""
    chance = random.Random(seed)
    kinds: tuple[Callable[[random.Random], str], ...] = (
        _hostile,
        _near_miss,
        _dressed,
        _identity,
        _practice,
        _any_symbols,
        _wild,
        _long,
    )
    for _ in range(count):
        kind = chance.choices(kinds, (15, 25, 20, 10, 5, 10, 14, 1))[0]
        yield kind(chance)


def _number(chance: random.Random) -> str:
    return number.make(chance.choice(PREFIXES), chance.choice)


def _hostile(chance: random.Random) -> str:
    return chance.choice(HOSTILE).format(chance.choice((_number(chance), "", "x" * chance.randrange(80))))


def _near_miss(chance: random.Random) -> str:
    symbols = list(_number(chance))
    place = chance.randrange(len(symbols))
    match chance.randrange(5):
        case 0:
            symbols[place] = chance.choice(number.SYMBOLS + number.LOOK_ALIKES + "ÄÖ_.é")
        case 1:
            del symbols[place]
        case 2:
            symbols.insert(place, chance.choice(number.SYMBOLS + number.LOOK_ALIKES))
        case 3:
            symbols[place - 1], symbols[place] = symbols[place], symbols[place - 1]
        case _:
            symbols[0] = chance.choice(number.PREFIX_LETTERS)
    return "".join(symbols)


def _dressed(chance: random.Random) -> str:
    """A right number with something in or about it."""
    symbols = list(_number(chance))
    for _ in range(chance.randint(1, 4)):
        strange = chance.choice((CONTROLS, INVISIBLE, FIRST_HALVES, EMOJI, BLANKS, BLANKS, HYPHENS, HYPHENS))
        symbols.insert(chance.randrange(len(symbols) + 1), chance.choice(strange))
    if chance.random() < 0.3:
        symbols = [chr(ord(symbol) + 0xFEE0) if "!" <= symbol <= "~" else symbol for symbol in "".join(symbols)]
    text = "".join(symbols)
    return text.lower() if chance.random() < 0.3 else text


def _identity(chance: random.Random) -> str:
    code = chance.choice(IDENTITY)
    if chance.random() < 0.5:
        place = chance.randrange(len(code))
        code = code[:place] + chance.choice([*BLANKS, *INVISIBLE, "."]) + code[place:]
    code = code.replace("-", chance.choice(HYPHENS))
    around = chance.choice(("", " ", "hetu ", "x", "0", "\0", "(" * chance.randrange(60)))
    return chance.choice((code.lower(), code)) if not around else around + code + chance.choice(("", " ", around))


def _practice(chance: random.Random) -> str:
    return number.make(number.PRACTICE_PREFIX, chance.choice) if chance.random() < 0.5 else "UU" + _number(chance)[2:]


def _any_symbols(chance: random.Random) -> str:
    plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    return "".join(chance.choice(plain + "-- ") for _ in range(chance.randrange(40)))


def _wild(chance: random.Random) -> str:
    return "".join(_symbol(chance) for _ in range(chance.randrange(30)))


def _symbol(chance: random.Random) -> str:
    """Return any symbol that both languages know by the same name; newer ones differ between their tables."""
    if chance.random() < 0.05:
        return chance.choice(SECOND_HALVES)
    while True:
        symbol = chr(chance.randrange(chance.choice((0x250, 0x3000, 0x10000, sys.maxunicode + 1))))
        if unicodedata.category(symbol) not in ("Cn", "Cs") and symbol not in NEW_CAPITALS:
            return symbol


def _long(chance: random.Random) -> str:
    return (_wild(chance) or "x") * (LONGEST // 8) if chance.random() < 0.5 else "A" * chance.randrange(60, LONGEST)
