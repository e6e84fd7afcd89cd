"""One card: its codes, its layout, and its PNG and SVG, read back by an independent decoder."""

import datetime
import io
import re
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageFilter

from kaikukortti import cardcodes, cardface, cardprint, typeface
from kaikukortti.cardface import CardFace, Words
from tests.unit.card_samples import CODE39, QR, card_numbers, read, stock_card

NUMBER = "EK3F8M2X9TS"
SVG = "{http://www.w3.org/2000/svg}"
LONG_NAME = "Etelä-Karjalan hyvinvointialueen ja Kaakkois-Suomen kuntien yhteinen kulttuurialue"
FACES = {
    "stock": stock_card(NUMBER),
    "widest number": stock_card("EKWMWMWWMMW"),
    "prefilled": CardFace(
        NUMBER, "Lappeenranta", "a@b.example", "05", last_valid_on=datetime.date(2027, 12, 31), children=12
    ),
    "community": CardFace(NUMBER, "Lappeenranta", "a@b.example", "05", community=True),
    "long names": CardFace(NUMBER, LONG_NAME, "kulttuuri.ja.hyvinvointi@alue.example", "+358 5 000 00000"),
    "long community": CardFace(NUMBER, LONG_NAME, "", "", community=True),
    "one endless word": CardFace(NUMBER, "Ä" * 90, "a" * 120, "0" * 30),
}


def texts(face: CardFace, side: cardface.SideName) -> str:
    return "\n".join(mark.text for mark in cardface.side(face, name=side).marks if isinstance(mark, Words))


def extents(mark: cardface.Mark) -> list[tuple[float, float, float, float]]:
    """Give left, top, right, bottom in millimetres of all that a mark paints."""
    if isinstance(mark, Words):
        height = mark.points * typeface.MM_PER_POINT
        right = mark.x + typeface.width_mm(mark.text, weight=mark.weight, points=mark.points)
        return [(mark.x, mark.y - 0.75 * height, right, mark.y + 0.23 * height)]
    return [(x, y, x + width, y + height) for x, y, width, height in mark.boxes]


def test_number_is_grouped_as_people_read_it_aloud() -> None:
    assert cardprint.grouped(NUMBER) == "EK 3F8M 2X9T S"


@pytest.mark.parametrize(
    "text",
    [NUMBER[:3], NUMBER * 3, NUMBER.lower(), "EK-F8M2X9TS", "ÄK3F8M2X9TS", f"{NUMBER}\n"],
)
def test_what_is_no_number_is_not_printed(text: str) -> None:
    for printing in (cardprint.grouped, cardprint.qr_matrix, cardprint.code39_bars):
        with pytest.raises(ValueError):
            printing(text)
    with pytest.raises(ValueError):
        cardprint.card_png(stock_card(text))


@pytest.mark.parametrize(
    ("code", "grouped", "modules"),
    [
        ("KA11", "KA11", 21),
        ("00123456", "0012 3456", 21),
        ("A1" * 8, "A1A1 A1A1 A1A1 A1A1", 21),
        ("9" * 24, " 9999" * 6, 25),
    ],
)
def test_a_code_from_before_this_service_is_drawn_too(code: str, grouped: str, modules: int) -> None:
    assert cardprint.grouped(code) == grouped.strip()
    assert len(cardprint.qr_matrix(code)) == modules
    for side in ("front", "back"):
        assert cardprint.card_png(stock_card(code), side=side)


def test_qr_is_the_chosen_size_and_level_and_reads_from_bare_modules() -> None:
    matrix = cardprint.qr_matrix(NUMBER)
    assert len(matrix) == 21 and {len(row) for row in matrix} == {21}
    picture = Image.new("L", (29, 29), 255)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            picture.putpixel((x + 4, y + 4), 0 if dark else 255)
    larger = picture.resize((290, 290), Image.Resampling.NEAREST)
    assert [found.text for found in read(larger, QR)] == [NUMBER]
    # Bits 14 and 13 of the format information, under their mask 10, name the level: 11 is Q.
    assert (matrix[8][0] ^ True, matrix[8][1] ^ False) == (True, True)


def test_runs_cover_the_dark_modules_and_nothing_else() -> None:
    matrix = cardprint.qr_matrix(NUMBER)
    painted = [(x + step, y) for x, y, length in cardcodes.dark_runs(matrix) for step in range(length)]
    assert sorted(painted) == sorted((x, y) for y, row in enumerate(matrix) for x in range(21) if row[x])


def test_code39_has_start_stop_five_bars_a_symbol_and_no_check_symbol() -> None:
    bars = cardprint.code39_bars(NUMBER)
    assert len(bars) == 5 * (len(NUMBER) + 2)
    assert bars[:5] == bars_from(bars[-5:]), "the code starts and stops with the same symbol"
    assert {width for _, width in bars} == {1.0, cardcodes.CODE39_RATIO}
    assert 2.5 <= cardcodes.CODE39_RATIO <= 3
    assert cardcodes.code39_width(NUMBER) == 13 * (6 + 3 * cardcodes.CODE39_RATIO) + 12


def bars_from(bars: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    return tuple((start - bars[0][0], width) for start, width in bars)


def test_printed_codes_keep_their_sizes_and_quiet_zones() -> None:
    assert cardface.QR_SIDE_MM >= 21
    assert cardface.CODE39_MODULE_MM >= 0.19
    assert cardface.CODE39_HEIGHT_MM >= 10
    assert cardface.MARGIN_MM >= 10 * cardface.CODE39_MODULE_MM
    assert cardface.MARGIN_MM >= 4 * cardface.QR_MODULE_MM


@pytest.mark.parametrize("name", FACES)
@pytest.mark.parametrize("side", ["front", "back"])
def test_nothing_runs_over_the_card_or_into_a_quiet_zone(name: str, side: cardface.SideName) -> None:
    marks = cardface.side(FACES[name], name=side).marks
    codes = [box for mark in marks if not isinstance(mark, Words) and mark.is_code for box in extents(mark)]
    quiet = 4 * cardface.QR_MODULE_MM if side == "front" else 0.5
    left, top = min(box[0] for box in codes) - quiet, min(box[1] for box in codes) - quiet
    right, bottom = max(box[2] for box in codes) + quiet, max(box[3] for box in codes) + quiet
    assert 0 <= left and 0 <= top and right <= cardface.WIDTH_MM and bottom <= cardface.HEIGHT_MM
    for mark in marks:
        if isinstance(mark, Words):
            box = extents(mark)[0]
            assert box[0] >= cardface.MARGIN_MM - 0.01
            assert box[2] <= cardface.WIDTH_MM - cardface.MARGIN_MM + 0.01, mark.text
            assert box[1] >= 3 and box[3] <= cardface.HEIGHT_MM - 3, mark.text
        if isinstance(mark, Words) or not mark.is_code:
            for box in extents(mark):
                apart = box[2] <= left or box[0] >= right or box[3] <= top or box[1] >= bottom
                assert apart, f"{mark} stands in the quiet zone"


@pytest.mark.parametrize("name", FACES)
def test_words_of_a_side_do_not_overlap(name: str) -> None:
    for side in ("front", "back"):
        words = [mark for mark in cardface.side(FACES[name], name=side).marks if isinstance(mark, Words)]
        boxes = [(mark.text, extents(mark)[0]) for mark in words]
        for place, (text, one) in enumerate(boxes):
            for other_text, two in boxes[place + 1 :]:
                across = min(one[2], two[2]) - max(one[0], two[0])
                down = min(one[3], two[3]) - max(one[1], two[1])
                assert across <= 0 or down <= 0.35, f"{text!r} and {other_text!r} overlap"


def test_long_area_name_is_whole_and_smaller() -> None:
    assert LONG_NAME in texts(FACES["long names"], "front").replace("\n", " ")
    sizes = {name: area_points(FACES[name]) for name in ("stock", "long names")}
    assert sizes["long names"] < sizes["stock"]


def area_points(face: CardFace) -> float:
    start = face.area_name.split()[0]
    marks = cardface.front(face).marks
    return next(mark.points for mark in marks if isinstance(mark, Words) and mark.text.startswith(start))


def test_stock_card_has_empty_fields_and_a_prefilled_one_has_values() -> None:
    assert "31.12.2027" not in texts(FACES["stock"], "front")
    assert {"31.12.2027", "12"} <= set(texts(FACES["prefilled"], "front").split("\n"))
    labels = ("Viimeinen voimassaolopäivä", "Sista giltighetsdag / Last day", "Lapset", "Barn / Children")
    assert not [label for label in labels if label not in texts(FACES["stock"], "front")]


def test_no_children_is_a_value_and_not_an_empty_field() -> None:
    face = CardFace(NUMBER, "Lappeenranta", "", "", children=0)
    assert "0" in texts(face, "front").split("\n")


def test_community_card_says_so_and_has_no_field_for_children() -> None:
    front = texts(FACES["community"], "front")
    assert "Yhteisön Kaikukortti" in front.replace("\n", " ")
    assert "Lapset" not in front
    assert "7" not in texts(CardFace(NUMBER, "Alue", "", "", community=True, children=7), "front").split("\n")
    assert "Yhteisön" not in texts(FACES["stock"], "front")
    assert texts(FACES["community"], "back") != texts(FACES["prefilled"], "back")


def test_back_gives_number_help_and_what_to_do_with_a_found_card() -> None:
    back = texts(FACES["stock"], "back")
    help_of_the_area = ("apua@kaikukortti.example", "05 000 0000")
    for part in ("EK 3F8M 2X9T S", *help_of_the_area, "Löysitkö kortin?", "Har du hittat"):
        assert part in back


def test_words_never_hint_at_poverty_or_social_services() -> None:
    hints = ("köyh", "vähävar", "pienitul", "tulot", "sosiaal", "asiakas", "klient", "etuu", "tuki", "fattig")
    for face in FACES.values():
        words = (texts(face, "front") + texts(face, "back")).lower()
        assert not [hint for hint in hints if hint in words]


@pytest.mark.parametrize(
    ("name", "dpi"), [("stock", 300), ("stock", 150), ("stock", 406), ("prefilled", 300), ("community", 300)]
)
def test_png_reads_at_its_size_on_both_sides(name: str, dpi: int) -> None:
    front = cardprint.card_png(FACES[name], dpi=dpi)
    picture = Image.open(io.BytesIO(front))
    assert picture.size == (round(85.6 / 25.4 * dpi), round(53.98 / 25.4 * dpi))
    assert picture.info["dpi"] == pytest.approx((dpi, dpi), abs=0.1)
    qr = read(front, QR)
    assert [found.text for found in qr] == [NUMBER]
    assert qr[0].side / dpi * 25.4 == pytest.approx(cardface.QR_SIDE_MM, abs=0.4)
    back = cardprint.card_png(FACES[name], dpi=dpi, side="back")
    assert [found.text for found in read(back, CODE39)] == [NUMBER]


def test_png_has_the_very_modules_in_whole_dots() -> None:
    picture = Image.open(io.BytesIO(cardprint.card_png(FACES["stock"]))).convert("L")
    left = round((cardface.WIDTH_MM - cardface.MARGIN_MM - cardface.QR_SIDE_MM) / 25.4 * 300)
    top, dots = round(cardface.MARGIN_MM / 25.4 * 300), cardface.QR_DOTS
    square = picture.crop((left, top, left + 21 * dots, top + 21 * dots))
    assert {value for _, value in square.getcolors() or []} == {0, 255}, "black on white, no soft edges"
    for y, row in enumerate(cardprint.qr_matrix(NUMBER)):
        for x, dark in enumerate(row):
            cell = square.crop((x * dots, y * dots, (x + 1) * dots, (y + 1) * dots))
            assert cell.getextrema() == ((0, 0) if dark else (255, 255))


@pytest.mark.parametrize("number", card_numbers(5, seed="spoilt"))
def test_png_reads_blurred_and_rotated(number: str) -> None:
    front = Image.open(io.BytesIO(cardprint.card_png(stock_card(number)))).convert("L")
    back = Image.open(io.BytesIO(cardprint.card_png(stock_card(number), side="back"))).convert("L")
    for turn in (0, 15, 45, 90, 180):
        spoilt = front.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
        spoilt = spoilt.filter(ImageFilter.GaussianBlur(4))
        assert [found.text for found in read(spoilt, QR)] == [number], turn
    for turn in (0, 3, 90, 180):
        spoilt = back.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
        spoilt = spoilt.filter(ImageFilter.GaussianBlur(1.5))
        assert [found.text for found in read(spoilt, CODE39)] == [number], turn


def test_png_of_one_card_is_not_read_as_another() -> None:
    one, other = card_numbers(2)
    assert [found.text for found in read(cardprint.card_png(stock_card(one)), QR)] != [other]


@pytest.mark.parametrize("name", FACES)
@pytest.mark.parametrize("side", ["front", "back"])
def test_svg_is_a_named_picture_in_millimetres_with_real_text(name: str, side: cardface.SideName) -> None:
    face = FACES[name]
    root = ElementTree.fromstring(cardprint.card_svg(face, side=side))
    assert root.tag == f"{SVG}svg"
    size = (root.get("width"), root.get("height"), root.get("viewBox"))
    assert size == ("85.6mm", "53.98mm", "0 0 85.6 53.98")
    assert root[0].tag == f"{SVG}title"
    assert cardprint.grouped(face.number) in (root[0].text or "")
    assert cardprint.grouped(face.number) in [text.text for text in root.iter(f"{SVG}text")]
    assert all("style" not in element.attrib for element in root.iter()), "pages forbid inline styles"


def test_svg_has_the_very_modules_and_bars() -> None:
    assert painted(cardprint.card_svg(FACES["stock"])) == [
        (x, y, length) for x, y, length in cardcodes.dark_runs(cardprint.qr_matrix(NUMBER))
    ]
    back = cardprint.card_svg(FACES["stock"], side="back")
    bars = painted(back, module=cardface.CODE39_MODULE_MM, left=cardface.MARGIN_MM)
    assert [(start, width) for start, _, width in bars] == list(cardprint.code39_bars(NUMBER))


def painted(
    svg: bytes,
    *,
    module: float = cardface.QR_MODULE_MM,
    left: float = cardface.WIDTH_MM - cardface.MARGIN_MM - cardface.QR_SIDE_MM,
) -> list[tuple[float, float, float]]:
    """Read the boxes of the black path as (column, row, length) in modules."""
    root = ElementTree.fromstring(svg)
    path = next(path for path in root.iter(f"{SVG}path") if path.get("fill") == "#000000")
    boxes = re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)v", path.get("d", ""))
    return [
        (
            round((float(x) - left) / module, 2),
            round((float(y) - cardface.MARGIN_MM) / module, 2),
            round(float(width) / module, 2),
        )
        for x, y, width in boxes
    ]


def test_svg_and_png_survive_markup_and_control_characters() -> None:
    face = CardFace(NUMBER, 'Kaakko & <b>"Itä"</b>\x00\n\u200e', "<script>", "\x1b[0m")
    for side in ("front", "back"):
        root = ElementTree.fromstring(cardprint.card_svg(face, side=side))
        assert not [element for element in root.iter() if element.tag in (f"{SVG}b", f"{SVG}script")]
        assert cardprint.card_png(face, side=side)
    assert 'Kaakko & <b>"Itä"</b>' in texts(face, "front").replace("\n", " ")


def test_the_same_card_gives_the_same_bytes() -> None:
    for side in ("front", "back"):
        assert cardprint.card_png(FACES["stock"], side=side) == cardprint.card_png(FACES["stock"], side=side)
        assert cardprint.card_svg(FACES["stock"], side=side) == cardprint.card_svg(FACES["stock"], side=side)
