"""How well printed cards read, and how fast sheets are drawn: the figures behind `kaikukortti bench cards`.
The pictures come from card_camera; decoders are development tools, and one line says so where they lack."""

import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from PIL import Image
from stdnum.iso7064 import mod_37_36

from kaikukortti import cardface, cardsheet
from kaikukortti.cli import card_camera
from kaikukortti.cli.card_camera import Shot, scan_at

try:
    import zxingcpp
except ImportError:
    HAS_ZXING = False
else:
    HAS_ZXING = True

try:
    from pyzbar import pyzbar
except ImportError:  # raised for a missing libzbar0 as well
    HAS_ZBAR = False
else:
    HAS_ZBAR = True

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

# A second at the door: ten frames from an unsteady hand, read as soon as one of them is.
_CALM = Shot(px_per_mm=4, blur_mm=0.6, motion_mm=1.8, tilt=30, noise=10, frames=10)
_HASTY = Shot(px_per_mm=4, blur_mm=0.75, motion_mm=2.4, tilt=40, noise=12, frames=10)

CONDITIONS: dict[str, Shot] = {
    "flat, 300 dpi": scan_at(300),
    "flat, 150 dpi": scan_at(150),
    "flat, 100 dpi": scan_at(100),
    "flat, 60 dpi": scan_at(60),
    "far, 4 px/mm": Shot(px_per_mm=4),
    "far, 3 px/mm": Shot(px_per_mm=3),
    "far, 2.5 px/mm": Shot(px_per_mm=2.5),
    "far, 2 px/mm": Shot(px_per_mm=2),
    "far, 1.75 px/mm": Shot(px_per_mm=1.75),
    "blur 0.2 mm": Shot(blur_mm=0.2),
    "blur 0.3 mm": Shot(blur_mm=0.3),
    "blur 0.4 mm": Shot(blur_mm=0.4),
    "blur 0.5 mm": Shot(blur_mm=0.5),
    "blur 0.6 mm": Shot(blur_mm=0.6),
    "turned 5": Shot(turn=5, shake=0),
    "turned 15": Shot(turn=15, shake=0),
    "turned 45": Shot(turn=45, shake=0),
    "turned 90": Shot(turn=90, shake=0),
    "turned 180": Shot(turn=180, shake=0),
    "tilted 20": Shot(tilt=20),
    "tilted 40": Shot(tilt=40),
    "tilted 55": Shot(tilt=55),
    "tilted 65": Shot(tilt=65),
    "noise 20": Shot(noise=20),
    "noise 30": Shot(noise=30),
    "noise 40": Shot(noise=40),
    "covered 2 %": Shot(covered=0.02),
    "covered 4 %": Shot(covered=0.04),
    "covered 8 %": Shot(covered=0.08),
    "creased 0.7 mm": Shot(crease_mm=0.7),
    "creased 1.5 mm": Shot(crease_mm=1.5),
    "motion 0.6 mm": Shot(motion_mm=0.6),
    "motion 1.2 mm": Shot(motion_mm=1.2),
    "motion 1.8 mm": Shot(motion_mm=1.8),
    "motion 2.4 mm": Shot(motion_mm=2.4),
    "contrast 30 %": Shot(contrast=0.3),
    "contrast 15 %": Shot(contrast=0.15),
    "contrast 8 %": Shot(contrast=0.08, noise=3),
    "dim and hasty": Shot(px_per_mm=3.5, tilt=30, blur_mm=0.25, motion_mm=0.8, contrast=0.4, noise=12),
    "calm, whole": _CALM,
    "calm, creased": replace(_CALM, crease_mm=0.7),
    "calm, covered 2 %": replace(_CALM, covered=0.02),
    "calm, covered 4 %": replace(_CALM, covered=0.04),
    "calm, dim": replace(_CALM, contrast=0.25),
    "hasty, whole": _HASTY,
    "hasty, creased": replace(_HASTY, crease_mm=0.7),
    "hasty, covered 2 %": replace(_HASTY, covered=0.02),
    "hasty, covered 4 %": replace(_HASTY, covered=0.04),
    "hasty, dim": replace(_HASTY, contrast=0.25),
}


@dataclass
class Rate:
    """Readings of one code by one decoder under one condition."""

    right: int = 0
    wrong: int = 0
    of: int = 0

    @property
    def percent(self) -> float:
        return 100 * self.right / self.of if self.of else 0.0


@dataclass
class Row:
    """One condition; the rates are found by (code, decoder)."""

    condition: str
    rates: dict[tuple[str, str], Rate] = field(default_factory=dict)


@dataclass(frozen=True)
class Speed:
    """How long a PDF of cards, fronts and backs, took to draw."""

    cards: int
    seconds: float
    size: int

    @property
    def cards_per_second(self) -> float:
        return self.cards / self.seconds


def missing_tools() -> str | None:
    """Name in one line what the decode matrix needs and has not, or return None."""
    missing = []
    if not HAS_ZXING:
        missing.append("zxing-cpp")
    if not card_camera.HAS_NUMPY:
        missing.append("numpy")
    if not missing:
        return None
    return f"The decode matrix needs {' and '.join(missing)}: install the packages of requirements-dev.txt."


def decode_matrix(*, cards: int = 20, seed: str = "kaikukortti") -> Iterator[Row]:
    """Photograph seeded cards under every condition and count the readings, one row as it is ready.

    Raise RuntimeError where missing_tools() names something.
    """
    if lack := missing_tools():
        raise RuntimeError(lack)
    numbers = seeded_numbers(cards, seed=seed)
    for condition, shot in CONDITIONS.items():
        row = Row(condition)
        for code, printed in PRINTS.items():
            for number in numbers:
                readings = _read(printed(number), shot, f"{seed}/{condition}/{number}")
                for decoder, texts in readings.items():
                    _count(row.rates.setdefault((code, decoder), Rate()), texts, number)
        yield row


def sheet_speed(*, cards: int = 1000, seed: str = "kaikukortti") -> Speed:
    """Draw a PDF of stock cards with numbers never drawn before in this process, and time it."""
    faces = [
        cardface.CardFace(number, "Lappeenranta", "apua@kaikukortti.example", "05 000 0000")
        for number in seeded_numbers(cards, seed=f"{seed}/{time.perf_counter_ns()}")
    ]
    start = time.perf_counter()
    size = len(cardsheet.sheet_pdf(faces, title="Kaikukortti"))
    return Speed(cards, time.perf_counter() - start, size)


def seeded_numbers(count: int, *, seed: str) -> list[str]:
    """Make valid card numbers of the made-up area EK that are the same for the same seed."""
    chance = random.Random(seed)
    numbers: list[str] = []
    while len(numbers) < count:
        body = "EK" + "".join(chance.choice(SYMBOLS) for _ in range(8))
        check = mod_37_36.calc_check_digit(body)
        if check in SYMBOLS:
            numbers.append(body + check)
    return numbers


def write_matrix(rows: Iterator[Row], *, write: Callable[[str], None] = print) -> list[Row]:
    """Write the matrix line by line as its rows become ready, then means and misreadings; return the rows."""
    columns = [(code, decoder) for decoder in DECODERS for code in PRINTS]
    heads = (f"{code} {decoder}".rjust(15) for code, decoder in columns)
    write("Right readings, %".ljust(18) + "".join(heads))
    done = []
    for row in rows:
        done.append(row)
        write(row.condition.ljust(18) + "".join(f"{row.rates[column].percent:15.0f}" for column in columns))
    means = [sum(row.rates[column].percent for row in done) / len(done) for column in columns]
    write("mean".ljust(18) + "".join(f"{mean:15.1f}" for mean in means))
    wrong = [sum(row.rates[column].wrong for row in done) for column in columns]
    write("read wrongly".ljust(18) + "".join(f"{count:15d}" for count in wrong))
    return done


def main() -> int:
    """Print the decode matrix and the speed of the sheet; return 1 where the matrix could not be made."""
    lack = missing_tools()
    if lack:
        sys.stderr.write(lack + "\n")
    else:
        write_matrix(decode_matrix())
    if not HAS_ZBAR:
        sys.stderr.write("The second decoder, pyzbar with the system library libzbar0, is missing: left out.\n")
    speed = sheet_speed()
    sys.stdout.write(
        f"sheet: {speed.cards} cards, fronts and backs, in {speed.seconds:.2f} s: "
        f"{speed.cards_per_second:.0f} cards/s, {speed.size / 1e6:.2f} MB\n"
    )
    return 1 if lack else 0


def _print_qr(version: int, level: str) -> Callable[[str], Image.Image]:
    width_mm = cardface.QR_WIDTH_MM
    return lambda number: card_camera.print_qr(number, version=version, level=level, width_mm=width_mm)


def _print_code39(number: str) -> Image.Image:
    return card_camera.print_code39(number, module_mm=cardface.CODE39_MODULE_MM, height_mm=cardface.CODE39_HEIGHT_MM)


def _read(printed: Image.Image, shot: Shot, seed: str) -> dict[str, list[str]]:
    """Photograph a code, again while frames are left and a decoder has nothing; return what each read."""
    texts: dict[str, list[str]] = {decoder: [] for decoder in DECODERS}
    for frame in range(shot.frames):
        picture = card_camera.photograph(printed, shot, seed=seed, frame=frame)
        for decoder, read in DECODERS.items():
            texts[decoder] = texts[decoder] or read(picture)
        if all(texts.values()):
            break
    return texts


def _read_zxing(picture: Image.Image) -> list[str]:
    wanted = [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code39]
    return [found.text for found in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(wanted))]


def _read_zbar(picture: Image.Image) -> list[str]:
    wanted = [pyzbar.ZBarSymbol.QRCODE, pyzbar.ZBarSymbol.CODE39]
    return [found.data.decode() for found in pyzbar.decode(picture, symbols=wanted)]


def _count(rate: Rate, texts: list[str], number: str) -> None:
    rate.of += 1
    rate.right += number in texts
    rate.wrong += any(text != number for text in texts)


PRINTS: dict[str, Callable[[str], Image.Image]] = {
    "QR 1-Q": _print_qr(1, "Q"),
    "QR 2-H": _print_qr(2, "H"),
    "Code 39": _print_code39,
}
DECODERS: dict[str, Callable[[Image.Image], list[str]]] = {"zxing": _read_zxing}
if HAS_ZBAR:
    DECODERS["zbar"] = _read_zbar

if __name__ == "__main__":
    sys.exit(main())
