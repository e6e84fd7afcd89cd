"""A card of the unit: found by its number, shown with what can be done, pictured so that any reader reads it."""

import io
import re

import pytest
import sqlalchemy as sa
import zxingcpp
from PIL import Image, ImageDraw

from kaikukortti.db import db
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.rules.number import grouped
from tests import factories
from tests.webclient import Web

PIXELS_A_UNIT = 12


@pytest.fixture
def worker(network, enter) -> Web:
    return enter(network.people[Role.WORKER])


def actions(app) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def read(picture: Image.Image) -> set[tuple[str, str]]:
    return {(barcode.format.name, barcode.text) for barcode in zxingcpp.read_barcodes(picture)}


def test_the_desk_shows_the_unit_s_cards_and_no_others(worker, network):
    worker.get("/cards/")
    assert grouped(network.card.number) in worker.text and grouped(network.community.number) in worker.text
    assert grouped(network.other_card.number) not in worker.text
    assert grouped(network.stock.number) not in worker.text
    assert "3 cards left to hand out" in worker.text


def test_a_card_is_found_by_its_number(worker, network):
    answer = worker.submit("/cards/", {"number": network.card.number.lower()}, form="/cards/find")
    assert answer.request.path == f"/cards/{network.card.id}"
    assert grouped(network.card.number) in worker.text
    assert "20 Oct 2027" in worker.text, "its last day"
    assert [step.request.path for step in answer.history] == ["/cards/find"], "the number stands in no address"


@pytest.mark.parametrize("whose", ["another unit's", "stock", "nobody's"])
def test_what_is_not_the_unit_s_is_not_found_and_kept_as_typed(worker, network, whose):
    numbers = {"another unit's": network.other_card.number, "stock": network.stock.number}
    number = numbers.get(whose) or factories.make_number()
    assert worker.submit("/cards/", {"number": number}, form="/cards/find").status_code == 422
    assert "no such card" in worker.text
    assert worker.response is not None and f'value="{number}"' in worker.response.get_data(as_text=True)


def test_a_malformed_number_is_answered(worker):
    for typed in ("EK 3F8M 2X9T 5", "", "x" * 65, "EK\x00"):
        assert worker.submit("/cards/", {"number": typed}, form="/cards/find").status_code == 422


def test_a_look_is_written_down(app, worker, network):
    before = actions(app)
    worker.get(f"/cards/{network.card.id}")
    worker.get(f"/cards/{network.card.id}/card.png")
    assert actions(app)[len(before) :] == ["card.looked_at", "card.looked_at"]


def test_nothing_about_the_client_is_shown(app, worker, network):
    """Year of birth and postcode were asked for once, for statistics; no page brings them back."""
    for page in ("/cards/", f"/cards/{network.card.id}", f"/cards/{network.card.id}/handed-out"):
        body = worker.get(page).get_data(as_text=True)
        assert "1980" not in body and "53100" not in body


@pytest.mark.parametrize(("side", "wanted"), [("front", "QRCode"), ("back", "Code39")])
@pytest.mark.parametrize("which", ["card", "community"])
def test_the_picture_reads_as_the_number(worker, network, which, side, wanted):
    card = getattr(network, which)
    answer = worker.get(f"/cards/{card.id}/card.png?side={side}")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    picture = Image.open(io.BytesIO(answer.data))
    assert picture.format == "PNG"
    assert read(picture) == {(wanted, card.number)}


@pytest.mark.parametrize(("side", "wanted"), [("front", "QRCode"), ("back", "Code39")])
def test_the_drawing_reads_as_the_number(worker, network, side, wanted):
    answer = worker.get(f"/cards/{network.card.id}/card.svg?side={side}")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert "script" not in answer.text and "http://www.w3.org/2000/svg" in answer.text
    assert (wanted, network.card.number) in read(drawn(answer.text))


def test_a_picture_is_shown_or_saved(worker, network):
    address = f"/cards/{network.card.id}/card"
    assert "Content-Disposition" not in worker.get(f"{address}.png").headers
    for kind in ("png", "svg"):
        saved = worker.get(f"{address}.{kind}?save=1&side=back").headers["Content-Disposition"]
        assert saved == f'attachment; filename="kaikukortti-back.{kind}"'
        assert network.card.number not in saved
    assert worker.get(f"{address}.gif").status_code == 404


def drawn(svg: str) -> Image.Image:
    """Draw the boxes of an SVG's paths in their colours, enough for a reader of codes."""
    width, height = (float(part) for part in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)[0])
    picture = Image.new("RGB", (round(width * PIXELS_A_UNIT), round(height * PIXELS_A_UNIT)), "white")
    pen = ImageDraw.Draw(picture)
    for colour, path in re.findall(r'<path fill="(#\w{6})" d="([^"]+)"', svg):
        for box in re.findall(r"M(-?[\d.]+) (-?[\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+z", path):
            x, y, wide, high = (float(part) * PIXELS_A_UNIT for part in box)
            pen.rectangle((round(x), round(y), round(x + wide) - 1, round(y + high) - 1), fill=colour)
    return picture
