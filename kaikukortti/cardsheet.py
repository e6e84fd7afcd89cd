"""Card sheets: ID-1 cards on A4 as a PDF for both sides of the paper, with crop marks, vectors only.
Pure: cards in, bytes out. What a card looks like is cardface's business; who may print is not known here."""

import functools
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from kaikukortti import cardface, cardwords, typeface
from kaikukortti.cardface import Boxes, CardFace, Mark, Side, SideName, Words
from kaikukortti.typeface import Weight

PAGE_MM = (210.0, 297.0)
COLUMNS, ROWS = 2, 5
CARDS_A_SHEET = COLUMNS * ROWS
LEFT_MM = (PAGE_MM[0] - COLUMNS * cardface.WIDTH_MM) / 2
TOP_MM = (PAGE_MM[1] - ROWS * cardface.HEIGHT_MM) / 2
RULER_MM = 100.0

CROP_GAP_MM = 2.0
CROP_LENGTH_MM = 4.0
HAIRLINE_MM = 0.09
MARGIN_INK = "#444444"

_POINTS_PER_MM = 1 / typeface.MM_PER_POINT


@dataclass
class _Sheets:
    """A PDF being drawn: its canvas, and the parts that many cards share, each stored in the file once."""

    canvas: Any
    parts: dict[tuple[Mark, ...], str] = field(default_factory=dict)


def sheet_pdf(faces: Sequence[CardFace], *, title: str, offset_mm: tuple[float, float] = (0.0, 0.0)) -> bytes:
    """Draw cards ten to a sheet: a page of fronts, then their backs, to be flipped on the long edge.

    The offset moves the fronts right and down, for paper cut beforehand; the backs follow in the mirror.
    The same cards give the same bytes. Raise ValueError for no cards, or for a number that is none.
    """
    if not faces:
        raise ValueError("a sheet needs at least one card")
    stream = io.BytesIO()
    sheets = _Sheets(_canvas(stream, title))
    count = -(-len(faces) // CARDS_A_SHEET)
    for sheet in range(count):
        cards = faces[sheet * CARDS_A_SHEET : (sheet + 1) * CARDS_A_SHEET]
        for name in ("front", "back"):
            margin = _margin(title, name, sheet + 1, count)
            _draw_page(sheets, cards, name=name, offset_mm=offset_mm, margin=margin)
    sheets.canvas.save()
    return stream.getvalue()


def cell_mm(place: int, *, name: SideName) -> tuple[float, float]:
    """Find the upper left corner of a card on its page by its place, 0 to 9; backs are mirrored."""
    row, column = divmod(place, COLUMNS)
    if name == "back":
        column = COLUMNS - 1 - column
    return LEFT_MM + column * cardface.WIDTH_MM, TOP_MM + row * cardface.HEIGHT_MM


def _canvas(stream: io.BytesIO, title: str) -> Any:
    """Open a PDF that names its language, asks not to be scaled, and holds nothing of the day it was made."""
    for weight in Weight:
        pdfmetrics.registerFont(typeface.face(weight))
    canvas = Canvas(
        stream,
        pagesize=(PAGE_MM[0] * _POINTS_PER_MM, PAGE_MM[1] * _POINTS_PER_MM),
        initialFontName=Weight.REGULAR.value,
        lang="fi",
        invariant=1,
        pageCompression=1,
    )
    canvas.setTitle(title)
    canvas.setAuthor(cardwords.NAME)
    canvas.setCreator(cardwords.NAME)
    canvas.setSubject(cardwords.PRINTING[0])
    canvas.setViewerPreference("DisplayDocTitle", "true")
    canvas.setViewerPreference("PrintScaling", "None")
    canvas.setViewerPreference("Duplex", "DuplexFlipLongEdge")
    return canvas


def _draw_page(
    sheets: _Sheets,
    cards: Sequence[CardFace],
    *,
    name: SideName,
    offset_mm: tuple[float, float],
    margin: tuple[Mark, ...],
) -> None:
    across, down = offset_mm
    shift = (across if name == "front" else -across, down)
    sides = [cardface.side(face, name=name) for face in cards]
    for place, side in enumerate(sides):
        _draw_card(sheets, side, cell_mm(place, name=name), shift)
    _at(sheets.canvas, shift[0], shift[1])
    _draw_marks(sheets.canvas, _furniture())
    _draw_marks(sheets.canvas, margin)
    sheets.canvas.restoreState()
    sheets.canvas.showPage()


def _draw_card(sheets: _Sheets, side: Side, corner: tuple[float, float], shift: tuple[float, float]) -> None:
    part = sheets.parts.get(side.shared) or _store_part(sheets, side.shared)
    _at(sheets.canvas, corner[0] + shift[0], corner[1] + shift[1])
    sheets.canvas.doForm(part)
    _draw_marks(sheets.canvas, side.own)
    sheets.canvas.restoreState()


def _store_part(sheets: _Sheets, marks: tuple[Mark, ...]) -> str:
    """Draw marks once as a form of the PDF that pages refer to, and return its name."""
    part = f"card{len(sheets.parts)}"
    bleed = cardface.BLEED_MM * _POINTS_PER_MM
    width, height = cardface.WIDTH_MM * _POINTS_PER_MM, cardface.HEIGHT_MM * _POINTS_PER_MM
    sheets.canvas.beginForm(part, lowerx=-bleed, lowery=-height, upperx=width + bleed, uppery=0)
    _draw_marks(sheets.canvas, marks)
    sheets.canvas.endForm()
    sheets.parts[marks] = part
    return part


def _at(canvas: Any, x_mm: float, y_mm: float) -> None:
    """Save the state and move the origin to a point that is measured from the page's upper left corner."""
    canvas.saveState()
    canvas.translate(x_mm * _POINTS_PER_MM, (PAGE_MM[1] - y_mm) * _POINTS_PER_MM)


def _draw_marks(canvas: Any, marks: tuple[Mark, ...]) -> None:
    for mark in marks:
        if mark.colour == cardface.BLACK:
            canvas.setFillGray(0)  # black ink alone: colours that miss each other would blur a code
        else:
            canvas.setFillColor(_colour(mark.colour))
        if isinstance(mark, Words):
            canvas.setFont(mark.weight.value, mark.points)
            canvas.drawString(mark.x * _POINTS_PER_MM, -mark.y * _POINTS_PER_MM, mark.text)
        else:
            canvas.addLiteral(_path(mark))


def _path(boxes: Boxes) -> str:
    """Write all boxes as one filled path in millimetres; ReportLab would convert each number by itself."""
    steps = "\n".join(f"{x:.4f} {y:.4f} {width:.4f} {height:.4f} re" for x, y, width, height in boxes.boxes)
    return f"q {_POINTS_PER_MM:.6f} 0 0 {-_POINTS_PER_MM:.6f} 0 0 cm\n{steps}\nf Q"


@functools.cache
def _colour(colour: str) -> HexColor:
    return HexColor(colour)


@functools.cache
def _furniture() -> tuple[Mark, ...]:
    """Lay out what every page has round its cards: crop marks, ruler, how to print."""
    finnish, swedish, english = cardwords.PRINTING
    left, right, low = LEFT_MM + 2, PAGE_MM[0] / 2 + 2, PAGE_MM[1] - TOP_MM + 4.2
    ruler_left = (PAGE_MM[0] - RULER_MM) / 2
    return (
        Boxes(tuple(_crop_marks()), cardface.BLACK),
        Boxes(tuple(_ruler(ruler_left, 6.6)), cardface.BLACK),
        Words(ruler_left + RULER_MM + 1.5, 6.7, cardwords.RULER, 7, Weight.SEMIBOLD, MARGIN_INK),
        Words(left, low, finnish, 7, Weight.SEMIBOLD, MARGIN_INK),
        Words(left, low + 3.2, swedish, 7, Weight.REGULAR, MARGIN_INK),
        Words(right, low, english, 7, Weight.REGULAR, MARGIN_INK),
    )


def _margin(title: str, name: SideName, sheet: int, count: int) -> tuple[Mark, ...]:
    """Lay out the line above the cards: what these cards are, which side, which sheet of how many."""
    room = cardface.WIDTH_MM - 4
    side = f"{cardwords.FRONTS if name == 'front' else cardwords.BACKS}   {sheet} / {count}"
    points = typeface.fitting_points(title, weight=Weight.SEMIBOLD, points=8, room_mm=room)
    width = typeface.width_mm(side, weight=Weight.REGULAR, points=7)
    return (
        Words(LEFT_MM + 2, TOP_MM - 2.6, title, points, Weight.SEMIBOLD, MARGIN_INK),
        Words(PAGE_MM[0] - LEFT_MM - 2 - width, TOP_MM - 2.6, side, 7, Weight.REGULAR, MARGIN_INK),
    )


def _crop_marks() -> Iterator[tuple[float, float, float, float]]:
    """Give a tick at both ends of every cut, outside the block of cards and its bleed."""
    far = CROP_GAP_MM + CROP_LENGTH_MM
    right, bottom = PAGE_MM[0] - LEFT_MM, PAGE_MM[1] - TOP_MM
    for column in range(COLUMNS + 1):
        x = LEFT_MM + column * cardface.WIDTH_MM - HAIRLINE_MM / 2
        yield x, TOP_MM - far, HAIRLINE_MM, CROP_LENGTH_MM
        yield x, bottom + CROP_GAP_MM, HAIRLINE_MM, CROP_LENGTH_MM
    for row in range(ROWS + 1):
        y = TOP_MM + row * cardface.HEIGHT_MM - HAIRLINE_MM / 2
        yield LEFT_MM - far, y, CROP_LENGTH_MM, HAIRLINE_MM
        yield right + CROP_GAP_MM, y, CROP_LENGTH_MM, HAIRLINE_MM


def _ruler(left: float, y: float) -> Iterator[tuple[float, float, float, float]]:
    """Give a ruler of exactly 100 mm with a mark every centimetre, to prove that nothing was scaled."""
    yield left, y, RULER_MM, 0.2
    for centimetre in range(11):
        height = 1.6 if centimetre % 5 == 0 else 1.0
        at = min(max(left, left + 10 * centimetre - 0.1), left + RULER_MM - 0.2)
        yield at, y - height, 0.2, height
