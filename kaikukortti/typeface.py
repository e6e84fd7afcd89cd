"""The typeface of cards and sheets: where its files are, how wide a text runs, how to make it fit.
Measures only, in millimetres and points; the writers of PDF, PNG and SVG do the drawing."""

import functools
from enum import StrEnum
from pathlib import Path
from typing import Any

from reportlab.pdfbase.ttfonts import TTFont

MM_PER_POINT = 25.4 / 72
STEP_POINTS = 0.25

_FOLDER = Path(__file__).with_name("fonts")


class Weight(StrEnum):
    """A cut of Source Sans 3; the value is its name in a PDF and its file's stem."""

    REGULAR = "SourceSans3-Regular"
    SEMIBOLD = "SourceSans3-SemiBold"
    BOLD = "SourceSans3-Bold"

    @property
    def path(self) -> Path:
        return _FOLDER / f"{self.value}.ttf"

    @property
    def css_weight(self) -> int:
        return {Weight.REGULAR: 400, Weight.SEMIBOLD: 600, Weight.BOLD: 700}[self]


@functools.cache
def face(weight: Weight) -> Any:
    """Load a cut once as a ReportLab font."""
    return TTFont(weight.value, str(weight.path))


@functools.lru_cache(maxsize=1024)
def width_mm(text: str, *, weight: Weight, points: float) -> float:
    """Measure a line of text."""
    return float(face(weight).stringWidth(text, points)) * MM_PER_POINT


def fitting_points(text: str, *, weight: Weight, points: float, room_mm: float) -> float:
    """Return the size at which a line fits the room: the wanted one, or as much smaller as it takes."""
    return points * min(1.0, room_mm / max(width_mm(text, weight=weight, points=points), 0.01))


def wrapped(text: str, *, weight: Weight, points: float, room_mm: float) -> tuple[str, ...]:
    """Break a text into lines at its spaces; a word wider than the room stands alone and stays too wide."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_mm(longer, weight=weight, points=points) <= room_mm:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


def set_block(
    text: str, *, weight: Weight, points: float, room_mm: float, most_lines: int
) -> tuple[float, tuple[str, ...]]:
    """Choose a size, the wanted one or smaller, at which a text fits in so many lines; return size and lines.

    Nothing is cut off and nothing runs over: a text that is too long even at half size becomes smaller still.
    """
    size = points
    while size > points / 2:
        lines = wrapped(text, weight=weight, points=size, room_mm=room_mm)
        if len(lines) <= most_lines and _widest_mm(lines, weight=weight, points=size) <= room_mm:
            return size, lines
        size -= STEP_POINTS
    lines = wrapped(text, weight=weight, points=size, room_mm=room_mm)
    lines = (*lines[: most_lines - 1], " ".join(lines[most_lines - 1 :]))
    return size * min(1.0, room_mm / _widest_mm(lines, weight=weight, points=size)), lines


def _widest_mm(lines: tuple[str, ...], *, weight: Weight, points: float) -> float:
    return max((width_mm(line, weight=weight, points=points) for line in lines), default=0.0)
