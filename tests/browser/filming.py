"""A tablet's camera without a camera: a film of a card in an unsteady hand, for Chromium's fake video device.

The film is a row of JPEG pictures (.mjpeg), which Chromium plays in a loop; no other program is needed.
"""

import functools
import io
import random
from pathlib import Path

import numpy
import numpy.typing
from PIL import Image, ImageEnhance, ImageFilter

FRAME = (1280, 720)
FRAMES = 12
CARD_SHARE = 0.78  # of the picture's width, as somebody holds a card who wants it read
TABLE = (128, 122, 114)


def film(picture: bytes, target: Path) -> Path:
    """Write the film of a card's picture to `target` (.mjpeg), return its path; same picture, same film."""
    card = Image.open(io.BytesIO(picture)).convert("RGB")
    width = round(FRAME[0] * CARD_SHARE)
    card = card.resize((width, round(width * card.height / card.width)), Image.Resampling.LANCZOS)
    chance = random.Random(20261120)
    frames = (_frame(card, chance) for _ in range(FRAMES))
    target.write_bytes(b"".join(frames))
    return target


def _frame(card: Image.Image, chance: random.Random) -> bytes:
    table = Image.new("RGB", FRAME, TABLE)
    left, top = ((outer - inner) // 2 for outer, inner in zip(FRAME, card.size, strict=True))
    table.paste(card, (left + chance.randint(-12, 12), top + chance.randint(-10, 10)))
    seen = table.transform(FRAME, Image.Transform.PERSPECTIVE, _tilt(chance), Image.Resampling.BICUBIC, fillcolor=TABLE)
    seen = seen.filter(ImageFilter.GaussianBlur(chance.uniform(0.3, 0.9)))
    seen = ImageEnhance.Brightness(seen).enhance(chance.uniform(0.85, 1.05))
    stream = io.BytesIO()
    _grain(seen, chance).save(stream, "JPEG", quality=82, subsampling="4:2:0")
    return stream.getvalue()


def _tilt(chance: random.Random) -> tuple[float, ...]:
    """Return a perspective of a degree or two: a, b, c, d, e, f, g, h as Pillow takes them."""
    small = chance.uniform
    slant = small(-0.03, 0.03)
    return (
        1.0,
        slant,
        -slant * FRAME[1] / 2,
        -slant,
        1.0,
        slant * FRAME[0] / 2,
        small(-2e-5, 2e-5),
        small(-2e-5, 2e-5),
    )


def _grain(picture: Image.Image, chance: random.Random) -> Image.Image:
    """Add a sensor's noise: one field of it, moved about from picture to picture."""
    noise = numpy.roll(_noise(), (chance.randrange(FRAME[1]), chance.randrange(FRAME[0])), axis=(0, 1))
    grainy = numpy.clip(numpy.asarray(picture, dtype=numpy.int16) + noise, 0, 255)
    return Image.fromarray(grainy.astype(numpy.uint8))


@functools.cache
def _noise() -> "numpy.typing.NDArray[numpy.int16]":
    return numpy.random.default_rng(1).normal(0, 5, (FRAME[1], FRAME[0], 1)).astype(numpy.int16)
