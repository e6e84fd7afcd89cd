"""The machine-readable forms of a card number, QR and Code 39, its grouped form for people, and a QR for an address.
Dark areas come out as plain numbers in modules; where they go on a card is cardface's business."""

import functools
import re
from typing import Any

import qrcode
from qrcode import constants
from qrcode.util import MODE_ALPHA_NUM, QRData
from reportlab.graphics.barcode.code39 import Standard39

Matrix = tuple[tuple[bool, ...], ...]
Run = tuple[int, int, int]

# Version 1 at level Q is the choice of `kaikukortti bench cards`; see docs/DECISIONS.md.
QR_VERSION = 1
QR_LEVEL = "Q"
QR_QUIET_MODULES = 4

# Wide against narrow: at 2.5 one card in nine is not read at 100 dpi, at 3 the narrow bars blur sooner.
CODE39_RATIO = 2.75
CODE39_QUIET_MODULES = 10

_LEVELS = {
    "L": constants.ERROR_CORRECT_L,
    "M": constants.ERROR_CORRECT_M,
    "Q": constants.ERROR_CORRECT_Q,
    "H": constants.ERROR_CORRECT_H,
}
# Numbers of our own have 11 symbols, codes from before this service 4 to 24: rules/legacy.py.
_NUMBER = re.compile(r"[0-9A-Z]{4,24}")
_OWN_LENGTH = 11
_MOST_IN_VERSION_1 = 16


def grouped(number: str) -> str:
    """Write a card number in groups to read aloud: 'EK 3F8M 2X9T S'. Raise ValueError for a non-number."""
    _check_number(number)
    if len(number) != _OWN_LENGTH:
        return " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    return f"{number[:2]} {number[2:6]} {number[6:10]} {number[10:]}"


def qr_matrix(number: str) -> Matrix:
    """Encode a card number as rows of QR modules, True for dark. Raise ValueError for a non-number."""
    version = QR_VERSION if len(number) <= _MOST_IN_VERSION_1 else QR_VERSION + 1
    return qr_symbol(number, version=version, level=QR_LEVEL)


@functools.lru_cache(maxsize=2048)
def qr_symbol(number: str, *, version: int, level: str) -> Matrix:
    """Encode a card number at a given QR version and correction level. Raise ValueError for a non-number."""
    _check_number(number)
    symbol: Any = qrcode.QRCode(version=version, error_correction=_LEVELS[level], border=0)
    symbol.add_data(QRData(number, mode=MODE_ALPHA_NUM), optimize=0)
    symbol.make(fit=False)
    return tuple(tuple(bool(dark) for dark in row) for row in symbol.modules)


def address_matrix(address: str) -> Matrix:
    """Encode a web address as rows of QR modules, True for dark, as small as correction level M lets it be."""
    symbol: Any = qrcode.QRCode(error_correction=constants.ERROR_CORRECT_M, border=0)
    symbol.add_data(address)
    symbol.make(fit=True)
    return tuple(tuple(bool(dark) for dark in row) for row in symbol.modules)


def dark_runs(matrix: Matrix) -> tuple[Run, ...]:
    """Merge the dark modules of each row into runs of (column, row, length)."""
    runs = []
    for y, row in enumerate(matrix):
        start = None
        for x, dark in enumerate((*row, False)):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                runs.append((start, y, x - start))
                start = None
    return tuple(runs)


def code39_bars(number: str) -> tuple[tuple[float, float], ...]:
    """List the bars of Code 39 as (start, width) in narrow modules. Raise ValueError for a non-number.

    Start and stop symbols are included and no check symbol is added: the number has its own.
    """
    _check_number(number)
    bars = []
    at = 0.0
    for element in _code39_elements(number):
        width = CODE39_RATIO if element.isupper() else 1.0
        if element in "bB":
            bars.append((at, width))
        at += width
    return tuple(bars)


def code39_width(number: str) -> float:
    """Measure a number in Code 39 from the first bar to the last, in narrow modules, without quiet zones."""
    start, width = code39_bars(number)[-1]
    return start + width


def _code39_elements(number: str) -> str:
    """Spell Code 39 as elements: b bar, s space, i gap between characters; capitals are wide."""
    barcode: Any = Standard39(number, checksum=0, stop=1, quiet=0)
    barcode.validate()
    barcode.encode()
    return str(barcode.decompose())


def _check_number(number: str) -> None:
    if not _NUMBER.fullmatch(number):
        raise ValueError("a card number has 4 to 24 letters and digits")
