"""What a card looks like: its two sides as lists of marks in millimetres from the upper left corner.
No file format here; cardprint draws the marks as PNG and SVG, cardsheet as PDF."""

import datetime
import functools
from dataclasses import dataclass
from typing import Literal

from kaikukortti import cardcodes, cardwords, typeface
from kaikukortti.typeface import Weight

WIDTH_MM = 85.60
HEIGHT_MM = 53.98
MARGIN_MM = 4.75
ROOM_MM = WIDTH_MM - 2 * MARGIN_MM

# A module is a whole number of dots at 300 dpi, so that a card printed from its PNG has even modules.
QR_DOTS = 14
QR_MODULE_MM = QR_DOTS * 25.4 / 300
_QR_MODULES = 17 + 4 * cardcodes.QR_VERSION
QR_SIDE_MM = _QR_MODULES * QR_MODULE_MM
QR_WIDTH_MM = QR_SIDE_MM + 2 * cardcodes.QR_QUIET_MODULES * QR_MODULE_MM

# The bars run from margin to margin; the margins are the quiet zones, over 12 narrow modules each.
CODE39_MODULE_MM = ROOM_MM / cardcodes.code39_width("AA000000000")
CODE39_HEIGHT_MM = 10.5

BLACK = "#000000"
INK = "#292929"
ACCENT = "#003479"
TINT = "#eaf2fa"
# The tinted band runs a little over the cut on both sides; the neighbour's band is the same.
BLEED_MM = 1.5

SideName = Literal["front", "back"]


@dataclass(frozen=True)
class CardFace:
    """What is printed on one card; a day or a number of children left out is a field to write on.

    A practice card carries what it is read as, in Finnish, Swedish and English, and nothing of an area or a holder.
    """

    number: str
    area_name: str
    help_address: str
    help_phone: str
    community: bool = False
    last_valid_on: datetime.date | None = None
    children: int | None = None
    rehearses: tuple[str, str, str] | None = None


@dataclass(frozen=True)
class Words:
    """A line of text, from `x` on the baseline `y`; points for the size."""

    x: float
    y: float
    text: str
    points: float
    weight: Weight = Weight.REGULAR
    colour: str = INK


@dataclass(frozen=True)
class Boxes:
    """Filled rectangles (x, y, width, height) of one colour; a `code` is drawn without softened edges."""

    boxes: tuple[tuple[float, float, float, float], ...]
    colour: str = INK
    is_code: bool = False


Mark = Words | Boxes


@dataclass(frozen=True)
class Side:
    """One side of a card: marks shared by a whole stock, and marks of this card alone, drawn over them."""

    shared: tuple[Mark, ...]
    own: tuple[Mark, ...]

    @property
    def marks(self) -> tuple[Mark, ...]:
        return self.shared + self.own


def side(face: CardFace, *, name: SideName) -> Side:
    """Lay out one side of a card. Raise ValueError for a number that is none."""
    return front(face) if name == "front" else back(face)


def front(face: CardFace) -> Side:
    """Lay out the front: name, area, fields, QR, number. Raise ValueError for a number that is none."""
    own: list[Mark] = [_qr(face.number), _number(face.number)]
    if face.rehearses is not None:
        return Side(_practice_front(), (*own, *_rehearsed(face.rehearses, y=24.4, room_mm=_COLUMN_MM)))
    if face.last_valid_on is not None:
        day = face.last_valid_on
        own.append(_value(f"{day.day}.{day.month}.{day.year}", x=MARGIN_MM))
    if face.children is not None and not face.community:
        own.append(_value(str(face.children), x=_CHILDREN_X))
    return Side(_front_shared(_printable(face.area_name), face.community), tuple(own))


def back(face: CardFace) -> Side:
    """Lay out the back: Code 39, number, use, help. Raise ValueError for a number that is none."""
    bars = tuple(
        (MARGIN_MM + start * CODE39_MODULE_MM, MARGIN_MM, width * CODE39_MODULE_MM, CODE39_HEIGHT_MM)
        for start, width in cardcodes.code39_bars(face.number)
    )
    number = Words(MARGIN_MM, 19.0, cardcodes.grouped(face.number), 11, Weight.BOLD)
    if face.rehearses is not None:
        rehearsed = _rehearsed(face.rehearses, y=25.0, room_mm=ROOM_MM)
        return Side(_practice_back(), (Boxes(bars, BLACK, is_code=True), number, *rehearsed))
    shared = _back_shared(_printable(face.help_address), _printable(face.help_phone), face.community)
    return Side(shared, (Boxes(bars, BLACK, is_code=True), number))


_QR_QUIET_MM = cardcodes.QR_QUIET_MODULES * QR_MODULE_MM
_COLUMN_MM = ROOM_MM - QR_SIDE_MM - _QR_QUIET_MM - 0.4
_CHILDREN_MM = 14.1
_CHILDREN_X = MARGIN_MM + _COLUMN_MM - _CHILDREN_MM
_LAST_DAY_MM = _COLUMN_MM - _CHILDREN_MM - 2.4
_FIELD_LINE_Y = 34.6
_BAND_BOTTOM = 50.6


@functools.lru_cache(maxsize=64)
def _front_shared(area_name: str, community: bool) -> tuple[Mark, ...]:
    marks: list[Mark] = [*_band(37.4)]
    if community:
        first, second = cardwords.COMMUNITY_NAME
        marks.append(Words(MARGIN_MM, 8.75, first, 17, Weight.BOLD, ACCENT))
        marks.append(Words(MARGIN_MM, 14.8, second, 17, Weight.BOLD, ACCENT))
        marks += _area(area_name, top=19.4, most_lines=1)
        marks += _field(cardwords.LAST_DAY, x=MARGIN_MM, width=_COLUMN_MM)
    else:
        marks.append(Words(MARGIN_MM, 10.35, cardwords.NAME, 24, Weight.BOLD, ACCENT))
        marks += _area(area_name, top=15.3, most_lines=2)
        marks += _field(cardwords.LAST_DAY, x=MARGIN_MM, width=_LAST_DAY_MM)
        marks += _field(cardwords.CHILDREN, x=_CHILDREN_X, width=_CHILDREN_MM)
    marks.append(Words(MARGIN_MM, 40.7, cardwords.NUMBER, 6.5))
    return tuple(marks)


@functools.lru_cache(maxsize=64)
def _back_shared(help_address: str, help_phone: str, community: bool) -> tuple[Mark, ...]:
    lines = cardwords.COMMUNITY_HOW_TO_USE if community else cardwords.HOW_TO_USE
    swedish = cardwords.COMMUNITY_HOW_TO_USE_SV if community else cardwords.HOW_TO_USE_SV
    marks: list[Mark] = [*_band(38.6)]
    for place, line in enumerate(lines):
        marks.append(_line(line, y=23.1 + 3.35 * place, points=8))
    marks.append(_line(swedish, y=36.9, points=7.5))
    marks.append(_line(cardwords.FOUND, y=41.9, points=7.5))
    marks.append(_line(cardwords.FOUND_SV, y=45.0, points=7.5))
    help_line = "   ".join(part for part in (help_phone, help_address) if part)
    if help_line:
        line = f"{cardwords.HELP}  {help_line}"
        marks.append(_line(line, y=49.2, points=10, weight=Weight.BOLD, colour=ACCENT))
    return tuple(marks)


@functools.cache
def _practice_front() -> tuple[Mark, ...]:
    finnish, swedish, english = cardwords.PRACTICE_NAME
    points = typeface.fitting_points(finnish, weight=Weight.BOLD, points=24, room_mm=_COLUMN_MM)
    return (
        *_band(37.4),
        *_stripes(37.4),
        Words(MARGIN_MM, 10.35, finnish, points, Weight.BOLD, ACCENT),
        Words(MARGIN_MM, 15.3, f"{swedish} / {english}", 10.5, Weight.SEMIBOLD),
    )


@functools.cache
def _practice_back() -> tuple[Mark, ...]:
    marks: list[Mark] = [*_band(38.6), *_stripes(38.6)]
    for place, line in enumerate(cardwords.PRACTICE_USE):
        marks.append(_line(line, y=42.9 + 3.1 * place, points=7.5, weight=Weight.REGULAR if place else Weight.SEMIBOLD))
    return tuple(marks)


def _rehearsed(names: tuple[str, str, str], *, y: float, room_mm: float) -> tuple[Mark, ...]:
    """Lay out what a practice card is read as: Finnish first, the other languages below it."""
    sizes = ((11.5, Weight.BOLD), (9.0, Weight.REGULAR), (9.0, Weight.REGULAR))
    return tuple(
        Words(
            MARGIN_MM,
            y + 4.3 * place,
            name,
            typeface.fitting_points(name, weight=weight, points=points, room_mm=room_mm),
            weight,
        )
        for place, (name, (points, weight)) in enumerate(zip(names, sizes, strict=True))
    )


def _stripes(top: float) -> tuple[Mark, ...]:
    """Lay a row of bars on the band's upper edge: a practice card is told apart across a room."""
    step = (WIDTH_MM + 2 * BLEED_MM) / 22
    bars = tuple((-BLEED_MM + 2 * place * step, top, step, 1.8) for place in range(11))
    return (Boxes(bars, ACCENT),)


def _band(top: float) -> tuple[Mark, ...]:
    """Lay a pale band across the card with a thin accent on its upper edge."""
    left, width = -BLEED_MM, WIDTH_MM + 2 * BLEED_MM
    return (
        Boxes(((left, top, width, _BAND_BOTTOM - top),), TINT),
        Boxes(((left, top, width, 0.5),), ACCENT),
    )


def _area(area_name: str, *, top: float, most_lines: int) -> list[Mark]:
    points, lines = typeface.set_block(
        area_name, weight=Weight.SEMIBOLD, points=10.5, room_mm=_COLUMN_MM, most_lines=most_lines
    )
    return [Words(MARGIN_MM, top + 4.0 * place, line, points, Weight.SEMIBOLD) for place, line in enumerate(lines)]


def _field(label: tuple[str, str], *, x: float, width: float) -> list[Mark]:
    """Lay out a field to write on: a Finnish label, the other languages, room for a pen, a line."""
    first, second = label
    return [
        Words(x, 24.4, first, 6.8, Weight.SEMIBOLD),
        Words(x, 27.0, second, 6.3),
        Boxes(((x, _FIELD_LINE_Y, width, 0.25),), ACCENT),
    ]


def _value(text: str, *, x: float) -> Words:
    return Words(x, _FIELD_LINE_Y - 1.2, text, 16, Weight.BOLD)


def _qr(number: str) -> Boxes:
    left = WIDTH_MM - MARGIN_MM - QR_SIDE_MM
    module = QR_MODULE_MM
    return Boxes(
        tuple(
            (left + column * module, MARGIN_MM + row * module, length * module, module)
            for column, row, length in cardcodes.dark_runs(cardcodes.qr_matrix(number))
        ),
        BLACK,
        is_code=True,
    )


def _number(number: str) -> Words:
    return _line(cardcodes.grouped(number), y=48.7, points=26, weight=Weight.BOLD, colour=BLACK)


def _line(text: str, *, y: float, points: float, weight: Weight = Weight.REGULAR, colour: str = INK) -> Words:
    """Set a line from margin to margin, smaller where it would run over."""
    fitting = typeface.fitting_points(text, weight=weight, points=points, room_mm=ROOM_MM)
    return Words(MARGIN_MM, y, text, fitting, weight, colour)


def _printable(text: str) -> str:
    """Put a text that people entered on one line, without characters that no page can show."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
