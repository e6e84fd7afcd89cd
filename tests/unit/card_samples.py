"""Seeded cards and readings by an independent decoder, for the tests of printed cards."""

import io
import random
from dataclasses import dataclass

import zxingcpp
from PIL import Image
from stdnum.iso7064 import mod_37_36

from kaikukortti.cardface import CardFace

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
QR = zxingcpp.BarcodeFormat.QRCode
CODE39 = zxingcpp.BarcodeFormat.Code39


@dataclass(frozen=True)
class Reading:
    """A code found in a picture: what it says, the pixel in its middle, its longest side in pixels."""

    text: str
    x: float
    y: float
    side: float


def card_numbers(count: int, *, seed: str = "printed cards") -> list[str]:
    chance = random.Random(seed)
    numbers: list[str] = []
    while len(numbers) < count:
        body = "EK" + "".join(chance.choice(SYMBOLS) for _ in range(8))
        check = mod_37_36.calc_check_digit(body)
        if check in SYMBOLS:
            numbers.append(body + check)
    return numbers


def stock_card(number: str) -> CardFace:
    return CardFace(number, "Etelä-Karjalan alue", "apua@kaikukortti.example", "05 000 0000")


def read(picture: Image.Image | bytes, wanted: zxingcpp.BarcodeFormat) -> list[Reading]:
    if isinstance(picture, bytes):
        picture = Image.open(io.BytesIO(picture))
    readings = []
    for found in zxingcpp.read_barcodes(picture.convert("L"), formats=zxingcpp.BarcodeFormats(wanted)):
        place = found.position
        corners = [place.top_left, place.top_right, place.bottom_right, place.bottom_left]
        xs, ys = [corner.x for corner in corners], [corner.y for corner in corners]
        side = max(max(xs) - min(xs), max(ys) - min(ys))
        readings.append(Reading(found.text, sum(xs) / 4, sum(ys) / 4, side))
    return readings
