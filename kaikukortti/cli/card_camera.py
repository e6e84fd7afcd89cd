"""A synthetic camera for the card benchmark: a printed code in, a seeded grey picture of it out.
It draws and spoils pictures; bench_cards decodes and counts. Needs NumPy, a development tool."""

import functools
import math
import random
from dataclasses import dataclass, replace

from PIL import Image, ImageDraw, ImageFilter

from kaikukortti import cardcodes

try:
    import numpy
except ImportError:  # A run-time installation has no NumPy; bench_cards says so before anything is drawn.
    HAS_NUMPY = False
else:
    HAS_NUMPY = True

PRINT_PX_PER_MM = 20
DISTANCE_MM = 250.0
TABLE_MM = 6.0
TABLE_GREY = 150


@dataclass(frozen=True)
class Shot:
    """How a picture is taken: millimetres on the card, degrees, shares of one, grey levels of 255.

    With more frames than one the hand is unsteady: each has a tenth to the whole of blur, motion, tilt.
    """

    px_per_mm: float = 6.0
    turn: float = 0.0
    shake: float = 8.0
    tilt: float = 8.0
    blur_mm: float = 0.1
    motion_mm: float = 0.0
    covered: float = 0.0
    crease_mm: float = 0.0
    contrast: float = 0.8
    noise: float = 6.0
    frames: int = 1


def scan_at(dpi: float) -> Shot:
    """Describe a flat, clean picture at a resolution, as a scanner or a renderer makes it."""
    return Shot(px_per_mm=dpi / 25.4, shake=0, tilt=0, blur_mm=0, contrast=1, noise=0)


@functools.lru_cache(maxsize=256)
def print_qr(number: str, *, version: int, level: str, width_mm: float) -> Image.Image:
    """Draw a QR symbol with its quiet zone, `width_mm` wide in all, at the print resolution."""
    matrix = cardcodes.qr_symbol(number, version=version, level=level)
    quiet = cardcodes.QR_QUIET_MODULES
    module = width_mm * PRINT_PX_PER_MM / (len(matrix) + 2 * quiet)
    paper, pen = _paper(width_mm, width_mm)
    for column, row, length in cardcodes.dark_runs(matrix):
        pen.rectangle(_box(column + quiet, row + quiet, length, 1, module), fill=0)
    return paper


@functools.lru_cache(maxsize=256)
def print_code39(number: str, *, module_mm: float, height_mm: float) -> Image.Image:
    """Draw Code 39 with quiet zones left and right, at the print resolution."""
    quiet = cardcodes.CODE39_QUIET_MODULES
    module = module_mm * PRINT_PX_PER_MM
    paper, pen = _paper((cardcodes.code39_width(number) + 2 * quiet) * module_mm, height_mm + 4)
    bottom = round((height_mm + 2) * PRINT_PX_PER_MM) - 1
    for start, width in cardcodes.code39_bars(number):
        edges = (round((start + quiet) * module), round((start + quiet + width) * module) - 1)
        pen.rectangle((edges[0], 2 * PRINT_PX_PER_MM, edges[1], bottom), fill=0)
    return paper


def photograph(printed: Image.Image, shot: Shot, *, seed: str, frame: int = 0) -> Image.Image:
    """Take one seeded picture of a printed code; frames of one seed share the damage of the card."""
    paper = _spoil(printed, shot, random.Random(seed))
    chance = random.Random(f"{seed}/{frame}")
    if shot.frames > 1:
        blur, motion, tilt = (chance.uniform(0.1, 1) for _ in range(3))
        shot = replace(shot, blur_mm=shot.blur_mm * blur, motion_mm=shot.motion_mm * motion, tilt=shot.tilt * tilt)
    seen = _place(paper, shot, chance)
    if shot.motion_mm:
        seen = _move(seen, shot.motion_mm * PRINT_PX_PER_MM, chance.uniform(0, math.pi))
    share = shot.px_per_mm / PRINT_PX_PER_MM
    size = (max(1, round(seen.width * share)), max(1, round(seen.height * share)))
    small = seen.resize(size, Image.Resampling.BOX if share < 1 else Image.Resampling.BICUBIC)
    if shot.blur_mm:
        small = small.filter(ImageFilter.GaussianBlur(shot.blur_mm * shot.px_per_mm))
    return _expose(small, shot, chance)


def _paper(width_mm: float, height_mm: float) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    size = (round(width_mm * PRINT_PX_PER_MM), round(height_mm * PRINT_PX_PER_MM))
    paper = Image.new("L", size, 255)
    return paper, ImageDraw.Draw(paper)


def _box(x: float, y: float, width: float, height: float, module: float) -> tuple[int, int, int, int]:
    return (
        round(x * module),
        round(y * module),
        round((x + width) * module) - 1,
        round((y + height) * module) - 1,
    )


def _spoil(printed: Image.Image, shot: Shot, chance: random.Random) -> Image.Image:
    """Cover a share of the paper with a grey sticker, or crease it with a white line, at a random place."""
    paper = printed.copy()
    pen = ImageDraw.Draw(paper)
    width, height = paper.size
    if shot.covered:
        side = math.sqrt(shot.covered * width * height)
        side_x, side_y = min(side, width * 0.9), min(side, height * 0.9)
        left, top = chance.uniform(0, width - side_x), chance.uniform(0, height - side_y)
        pen.rectangle((left, top, left + side_x, top + side_y), fill=chance.choice((40, 120, 230)))
    if shot.crease_mm:
        ends = [(chance.uniform(0, width), 0.0), (chance.uniform(0, width), float(height))]
        if chance.random() < 0.5:
            ends = [(0.0, chance.uniform(0, height)), (float(width), chance.uniform(0, height))]
        pen.line(ends, fill=255, width=round(shot.crease_mm * PRINT_PX_PER_MM))
    return paper


def _place(paper: Image.Image, shot: Shot, chance: random.Random) -> Image.Image:
    """Lay the paper on a table and see it turned and tilted, with perspective."""
    edge = round(TABLE_MM * PRINT_PX_PER_MM)
    table = Image.new("L", (paper.width + 2 * edge, paper.height + 2 * edge), TABLE_GREY)
    table.paste(paper, (edge, edge))
    turn = math.radians(shot.turn + chance.uniform(-shot.shake, shot.shake))
    axis, tilt = chance.uniform(0, 2 * math.pi), math.radians(shot.tilt)
    half_x, half_y = table.width / 2, table.height / 2
    corners = [(-half_x, -half_y), (half_x, -half_y), (half_x, half_y), (-half_x, half_y)]
    seen = [_project(x, y, turn, axis, tilt) for x, y in corners]
    left, top = min(x for x, _ in seen), min(y for _, y in seen)
    size = (math.ceil(max(x for x, _ in seen) - left), math.ceil(max(y for _, y in seen) - top))
    targets = [(x - left, y - top) for x, y in seen]
    sources = [(x + half_x, y + half_y) for x, y in corners]
    return table.transform(
        size,
        Image.Transform.PERSPECTIVE,
        _homography(targets, sources),
        Image.Resampling.BILINEAR,
        fillcolor=TABLE_GREY,
    )


def _project(x: float, y: float, turn: float, axis: float, tilt: float) -> tuple[float, float]:
    """See a point of the table after a turn in its plane and a tilt about an axis that lies in the plane."""
    x, y = x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)
    along = x * math.cos(axis) + y * math.sin(axis)
    across = -x * math.sin(axis) + y * math.cos(axis)
    depth = across * math.sin(tilt)
    across *= math.cos(tilt)
    scale = 1 / (1 + depth / (DISTANCE_MM * PRINT_PX_PER_MM))
    return (
        (along * math.cos(axis) - across * math.sin(axis)) * scale,
        (along * math.sin(axis) + across * math.cos(axis)) * scale,
    )


def _homography(targets: list[tuple[float, float]], sources: list[tuple[float, float]]) -> list[float]:
    """Solve the eight coefficients that Pillow wants: where in the source each target pixel comes from."""
    rows, wanted = [], []
    for (x, y), (u, v) in zip(targets, sources, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
        wanted += [u, v]
    return [float(value) for value in numpy.linalg.solve(numpy.array(rows), numpy.array(wanted))]


def _move(picture: Image.Image, length_px: float, angle: float) -> Image.Image:
    """Average the picture along a straight path, as a moving hand does."""
    steps = max(2, round(length_px / 3))
    total = numpy.zeros((picture.height, picture.width), dtype=numpy.float32)
    pixels = numpy.asarray(picture, dtype=numpy.float32)
    for step in range(steps):
        along = (step / (steps - 1) - 0.5) * length_px
        shift = (round(along * math.sin(angle)), round(along * math.cos(angle)))
        total += numpy.roll(pixels, shift, axis=(0, 1))
    return Image.fromarray((total / steps).astype(numpy.uint8))


def _expose(picture: Image.Image, shot: Shot, chance: random.Random) -> Image.Image:
    """Lower the contrast, let the light fall off to one side, and add the sensor's noise."""
    light = numpy.asarray(picture, dtype=numpy.float64)
    if shot.contrast < 1:
        fall = numpy.linspace(1, chance.uniform(0.7, 1), picture.width)
        light = ((light - 128) * shot.contrast + 128) * fall
    if shot.noise:
        grain = numpy.random.default_rng(chance.getrandbits(32))
        light = light + grain.normal(0, shot.noise, light.shape)
    return Image.fromarray(numpy.clip(light, 0, 255).astype(numpy.uint8))
