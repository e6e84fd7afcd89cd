"""The manager's tablets: a QR enrols one or renews its keys; how each stands; a new name; out of use."""

import dataclasses
import re
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from kaikukortti.db import db
from kaikukortti.models.ledger import Device, DeviceState
from kaikukortti.rules.access import Role
from tests import factories, onpage
from tests.factories import DAY, NOW
from tests.webclient import Web
from venues import sync

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
    """Behind a proxy the request does not know how it was sent: it came as http, the tablet needs https."""
    settings = dataclasses.replace(app.config["KAIKU"], public_url="https://localhost", demo=True)
    monkeypatch.setitem(app.config, "KAIKU", settings)
    manager.submit("/venue/tablets/", form="/venue/tablets/enrolment")
    assert decoded(manager).startswith("https://localhost/door/enrol#")
    assert "24 hours" in manager.text, "longer in a demo"


def test_the_list_holds_the_venue_s_tablets_alone(manager, network, enter):
    manager.get("/venue/tablets/")
    assert manager.text.count("Pääovi") >= 1
    links = [link.get("href", "") for link in onpage.tree(manager).iter("a")]
    links = [link for link in links if re.fullmatch(r"/venue/tablets/\d+", link)]
    assert links == [own(network)]


def test_a_revoked_tablet_reads_no_more_cards(app, manager, network):
    tablet = Web(app)
    tablet.client.set_cookie("kaiku_device", network.tablet.credential)
    assert tablet.get("/door/api/status").status_code == 200
    manager.submit(own(network), form=f"{own(network)}/revoke")
    assert "reads no more cards" in manager.text and "May still send until" in manager.text
    assert "23 Nov 2026 18.30" in manager.text, "for 72 hours"
    answer = tablet.get("/door/api/status")
    assert (answer.status_code, onpage.json_of(answer)["error"]["code"]) == (401, "device_revoked")


def test_a_get_plans_nothing(manager, network):
    for address in ("/venue/tablets/enrolment", f"{own(network)}/enrolment", f"{own(network)}/revoke"):
        assert manager.get(address).status_code in (404, 405), address


def own(network) -> str:
    return f"/venue/tablets/{network.tablet.known.device_id}"


def change(app, network, **values) -> None:
    with app.app_context():
        device = db.session.get_one(Device, network.tablet.known.device_id)
        for name, value in values.items():
            setattr(device, name, value)
        db.session.commit()


def facts(web: Web) -> dict[str, str]:
    found = [block for block in onpage.tree(web).iter("div") if block.get("class") == "summary-row"]
    return {onpage.words(block[0]): onpage.words(block[1]) for block in found}


def test_a_tablet_says_how_it_stands(app, manager, network):
    manager.get(own(network))
    assert facts(manager) == {
        "State": "In use",
        "Last contact": "20 Nov 2026 18.30",
        "Waiting to be sent": "Not told yet",
        "Last self-test that was in order": "Not yet",
        "Enrolled": "10 Nov 2026 18.30",
    }
    change(app, network, waiting=3, tested_at=NOW - DAY, last_contact_at=NOW - 30 * DAY)
    manager.get(own(network))
    assert facts(manager)["State"] == "Quiet for 30 days"
    assert facts(manager)["Waiting to be sent"] == "3"
    assert facts(manager)["Last self-test that was in order"] == "19 Nov 2026 18.30"
    manager.get("/venue/tablets/")
    assert "Quiet for 30 days" in manager.text and "3 registrations wait on it" in manager.text


@pytest.mark.parametrize(("ago", "state"), [(71, "May still send until 20 Nov 2026 19.30"), (72, "Out of use")])
def test_out_of_use_means_72_hours_of_sending(app, manager, network, ago, state):
    change(app, network, state=DeviceState.REVOKED, revoked_at=NOW - timedelta(hours=ago))
    manager.get(own(network))
    assert facts(manager)["State"] == state
    assert f"{own(network)}/revoke" not in manager.response.get_data(as_text=True)


def test_what_waits_is_to_be_sent_first(app, manager, network):
    manager.get(own(network))
    assert "For 72 hours it may still send what waits on it" in manager.text and "Send first" not in manager.text
    change(app, network, waiting=2)
    manager.get(own(network))
    assert "Send first" in manager.text and "2 registrations waited on this tablet" in manager.text


def test_gaps_and_conflicts_are_told(app, manager, network):
    bodies = [factories.scan_body(f"VA{run:05d}", series="a1", run=run) for run in (1, 2, 6, 8)]
    with app.app_context():
        tablet = network.tablet.known
        sync.accept([factories.item_of(body) for body in bodies], device=tablet, received_at=NOW)
        sync.accept([factories.item_of({**bodies[0], "counts": {"adult": 9}})], device=tablet, received_at=NOW)
    manager.get(own(network))
    assert "Registrations 3–5 of this tablet have not arrived." in manager.text
    assert "Registration 7 of this tablet has not arrived." in manager.text
    assert "1 time this tablet sent a registration again with other contents." in manager.text
    manager.get("/venue/tablets/")
    assert "4 registrations have not arrived" in manager.text and "Needs a look" in manager.text


def test_a_tablet_gets_another_name(manager, network):
    manager.submit(own(network), {"name": "  Kassa   2 "}, form=f"{own(network)}/name")
    assert "Saved." in manager.text
    manager.get("/venue/tablets/")
    assert "Kassa 2" in manager.text and "Pääovi" not in manager.text


@pytest.mark.parametrize("name", ["", "x" * 61, "Maija 131052-308T"])
def test_a_name_that_will_not_do_is_kept_and_told(manager, network, name):
    answer = manager.submit(own(network), {"name": name}, form=f"{own(network)}/name")
    assert answer.status_code == 422 and "Check these answers" in manager.text
    assert onpage.fields(manager)["name"] == name
    manager.get("/venue/tablets/")
    assert "Pääovi" in manager.text


def test_a_tablet_is_enrolled_again_under_its_name(app, manager, network):
    manager.submit(own(network), form=f"{own(network)}/enrolment")
    assert "Enrol again: Pääovi" in manager.text
    code = decoded(manager).partition("#")[2]
    tablet, former = Web(app), Web(app)
    former.client.set_cookie("kaiku_device", network.tablet.credential)
    assert enrol(tablet, code, "Aivan muu").status_code == 201
    assert tablet.get("/door/api/status").status_code == 200
    assert former.get("/door/api/status").status_code == 401, "whatever held the old keys is out"
    manager.get("/venue/tablets/")
    assert "Pääovi" in manager.text and "Aivan muu" not in manager.text


def test_another_venue_s_tablet_does_not_exist(manager, network):
    manager.get("/venue/tablets/")
    token = onpage.token(manager)
    for device_id in (network.other_tablet.known.device_id, 999_999):
        assert manager.get(f"/venue/tablets/{device_id}").status_code == 404
        for act, fields in (("name", {"name": "X"}), ("enrolment", {}), ("revoke", {})):
            answer = manager.post(f"/venue/tablets/{device_id}/{act}", data={"csrf_token": token, **fields})
            assert answer.status_code == 404, act
