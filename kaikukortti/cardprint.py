"""One card as a picture: PNG for screens and label printers, SVG for everything that scales.
Pure: a card in, bytes out. What stands where on a card is cardface's business, A4 sheets are cardsheet's."""

import functools
import io
import math
from typing import Literal
from xml.etree import ElementTree

from PIL import Image, ImageDraw, ImageFont

from kaikukortti import cardface, typeface
from kaikukortti.cardcodes import code39_bars, grouped, qr_matrix
from kaikukortti.cardface import Boxes, CardFace, Words
from kaikukortti.typeface import Weight

__all__ = ["CardFace", "card_png", "card_svg", "code39_bars", "grouped", "qr_matrix"]

FINER = 4
FONT_FAMILY = "'Source Sans 3', 'Source Sans Pro', 'Open Sans', Arial, sans-serif"
_SVG = "http://www.w3.org/2000/svg"


def card_png(face: CardFace, *, dpi: int = 300, side: Literal["front", "back"] = "front") -> bytes:
    """Draw one side of a card as a PNG that knows its resolution. Raise ValueError for a non-number."""
    scale = dpi / 25.4
    size = (round(cardface.WIDTH_MM * scale), round(cardface.HEIGHT_MM * scale))
    picture = Image.new("RGB", size, "#ffffff")
    pen = ImageDraw.Draw(picture)
    for mark in cardface.side(face, name=side).marks:
        if isinstance(mark, Words):
            _write(picture, mark, scale)
        else:
            for box in mark.boxes:
                pen.rectangle(_pixels(box, scale), fill=mark.colour)
    stream = io.BytesIO()
    picture.save(stream, "PNG", dpi=(dpi, dpi))
    return stream.getvalue()


def card_svg(face: CardFace, *, side: Literal["front", "back"] = "front") -> bytes:
    """Draw one side of a card as SVG in millimetres, with real text. Raise ValueError for a non-number."""
    width, height = _short(cardface.WIDTH_MM), _short(cardface.HEIGHT_MM)
    root = ElementTree.Element(
        "svg",
        {
            "xmlns": _SVG,
            "width": f"{width}mm",
            "height": f"{height}mm",
            "viewBox": f"0 0 {width} {height}",
            "role": "img",
            "lang": "fi",
            "font-family": FONT_FAMILY,
        },
    )
    ElementTree.SubElement(root, "title").text = _title(face, side)
    ElementTree.SubElement(root, "rect", {"width": width, "height": height, "fill": "#ffffff"})
    for mark in cardface.side(face, name=side).marks:
        if isinstance(mark, Words):
            _add_text(root, mark)
        else:
            _add_path(root, mark)
    svg: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return svg


def _write(picture: Image.Image, words: Words, scale: float) -> None:
    """Write letters where the PDF has them, drawn larger and reduced: Pillow sets whole pixels only."""
    fine = scale * FINER
    points = words.points
    font = _font(words.weight, points * typeface.MM_PER_POINT * fine)
    ascent, descent = font.getmetrics()
    left, top = math.floor(words.x * scale) - 2, math.floor(words.y * scale - ascent / FINER)
    width = typeface.width_mm(words.text, weight=words.weight, points=points) * scale
    size = (math.ceil(width) + 8, math.ceil((ascent + descent) / FINER) + 2)
    mask = Image.new("L", (size[0] * FINER, size[1] * FINER))
    pen = ImageDraw.Draw(mask)
    for place, letter in enumerate(words.text):
        before = typeface.width_mm(words.text[:place], weight=words.weight, points=points)
        at = (round((words.x + before) * fine) - left * FINER, round(words.y * fine) - top * FINER)
        pen.text(at, letter, fill=255, font=font, anchor="ls")
    picture.paste(words.colour, (left, top), mask.reduce(FINER))


@functools.lru_cache(maxsize=64)
def _font(weight: Weight, pixels: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(weight.path), pixels, layout_engine=ImageFont.Layout.BASIC)


def _pixels(box: tuple[float, float, float, float], scale: float) -> tuple[int, int, int, int]:
    """Snap a box to whole pixels by its edges, so that neighbours meet; a hairline keeps one pixel."""
    x, y, width, height = box
    left, top = round(x * scale), round(y * scale)
    right, bottom = round((x + width) * scale), round((y + height) * scale)
    return left, top, max(right - 1, left), max(bottom - 1, top)


def _title(face: CardFace, side: str) -> str:
    name = "Yhteisön Kaikukortti" if face.community else "Kaikukortti"
    return f"{name} {grouped(face.number)}" + (", kääntöpuoli" if side == "back" else "")


def _add_text(root: ElementTree.Element, words: Words) -> None:
    """Add a line of text that keeps its width where a reader's machine lacks the typeface."""
    width = typeface.width_mm(words.text, weight=words.weight, points=words.points)
    attributes = {
        "x": _short(words.x),
        "y": _short(words.y),
        "font-size": _short(words.points * typeface.MM_PER_POINT),
        "font-weight": str(words.weight.css_weight),
        "fill": words.colour,
        "textLength": _short(width),
        "lengthAdjust": "spacingAndGlyphs",
    }
    ElementTree.SubElement(root, "text", attributes).text = words.text


def _add_path(root: ElementTree.Element, boxes: Boxes) -> None:
    steps = (
        f"M{_short(x)} {_short(y)}h{_short(width)}v{_short(height)}h{_short(-width)}z"
        for x, y, width, height in boxes.boxes
    )
    attributes = {"fill": boxes.colour, "d": "".join(steps)}
    if boxes.is_code:
        attributes["shape-rendering"] = "crispEdges"
    ElementTree.SubElement(root, "path", attributes)


def _short(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")
