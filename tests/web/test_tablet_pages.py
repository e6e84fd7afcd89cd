"""Enrolling a tablet: the manager's QR holds the address, the code in it works once, and a tablet is revoked here."""

import dataclasses
import re

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from kaikukortti.rules.access import Role
from tests import onpage
from tests.webclient import Web

MODULE = 6
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def manager(network, enter) -> Web:
    return enter(network.people[Role.VENUE_MANAGER])


@pytest.fixture
def address(manager) -> str:
    """Open the enrolment page and return the address that its QR holds."""
    assert manager.submit("/venue/tablets/", form="/venue/tablets/enrolment").status_code == 200
    return decoded(manager)


def decoded(web: Web) -> str:
    """Draw the page's QR from its SVG path and read it."""
    drawing = next(svg for svg in onpage.tree(web).iter(f"{SVG}svg") if "enrolment-code" in svg.get("class", ""))
    side = int(drawing.get("viewBox", "").split()[-1])
    dark = next(drawing.iter(f"{SVG}path"))
    picture = Image.new("L", (side * MODULE, side * MODULE), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", dark.get("d", "")):
        left, top = int(x) * MODULE, int(y) * MODULE
        pen.rectangle((left, top, left + int(run) * MODULE - 1, top + MODULE - 1), fill=0)
    found = zxingcpp.read_barcodes(picture)
    assert [barcode.format.name for barcode in found] == ["QRCode"]
    return found[0].text


def enrol(web: Web, code: str, name: str = "Pääovi"):
    return web.post("/door/api/enrol", json={"code": code, "name": name})


def test_the_code_is_behind_the_number_sign(manager, address):
    assert re.fullmatch(r"http://localhost/door/enrol#[0-9A-HJKMNP-TV-Z]{16}", address)
    code = address.partition("#")[2]
    assert "-".join(code[start : start + 4] for start in range(0, 16, 4)) in manager.text, "it may be typed, too"
    assert "15 minutes" in manager.text
    assert "City theatre" in manager.text


def test_the_qr_makes_a_tablet_of_the_venue(app, manager, address, network):
    tablet = Web(app)
    answer = enrol(tablet, address.partition("#")[2], "Kassa 2")
    assert answer.status_code == 201
    assert onpage.json_of(answer) is not None and onpage.json_of(answer)["venue"]["id"] == network.venue.id
    manager.get("/venue/tablets/")
    assert "Kassa 2" in manager.text
    assert enrol(Web(app), address.partition("#")[2]).status_code == 409


def test_each_opening_is_a_new_code(manager, address):
    manager.submit("/venue/tablets/", form="/venue/tablets/enrolment")
    assert decoded(manager) != address


def test_a_configured_address_goes_into_the_qr(app, manager, monkeypatch):
    """Behind a proxy the request's own address may lead nowhere."""
    settings = dataclasses.replace(app.config["KAIKU"], public_url="https://kaiku.example", demo=True)
    monkeypatch.setitem(app.config, "KAIKU", settings)
    manager.submit("/venue/tablets/", form="/venue/tablets/enrolment")
    assert decoded(manager).startswith("https://kaiku.example/door/enrol#")
    assert "24 hours" in manager.text, "longer in a demo"


def test_the_list_holds_the_venue_s_tablets_alone(manager, network, enter):
    manager.get("/venue/tablets/")
    assert manager.text.count("Pääovi") >= 1
    forms = [form.get("action", "") for form in onpage.tree(manager).iter("form")]
    forms = [action for action in forms if "/revoke" in action]
    assert forms == [f"/venue/tablets/{network.tablet.known.device_id}/revoke"]


def test_a_revoked_tablet_reads_no_more_cards(app, manager, network):
    tablet = Web(app)
    tablet.client.set_cookie("kaiku_device", network.tablet.credential)
    assert tablet.get("/door/api/status").status_code == 200
    revoke = f"/venue/tablets/{network.tablet.known.device_id}/revoke"
    manager.submit("/venue/tablets/", form=revoke)
    assert "reads no more cards" in manager.text and "Out of use" in manager.text
    answer = tablet.get("/door/api/status")
    assert (answer.status_code, onpage.json_of(answer)["error"]["code"]) == (401, "device_revoked")


def test_a_get_plans_nothing(manager):
    assert manager.get("/venue/tablets/enrolment").status_code == 405
