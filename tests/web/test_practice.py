"""Practice over HTTP: the printed deck, the instruction that it marks, and that none of its cards is ever counted."""

import io
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from kaikukortti import statistics
from kaikukortti.db import db
from kaikukortti.models.ledger import Device, Scan, ScanDecision
from kaikukortti.models.network import Venue
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from tests import factories, onpage
from tests.factories import NOW, TODAY
from tests.webclient import Web
from venues import practice, practicedeck

DECK = "/venue/tablets/deck.pdf"
NUMBERS = [card.number for card in practice.deck()]


@pytest.fixture
def door(app, network) -> Web:
    """Return the venue's tablet, enrolled."""
    tablet = Web(app)
    tablet.client.set_cookie("kaiku_device", network.tablet.credential)
    tablet.language("en")
    return tablet


@pytest.fixture
def pages(enter, network, tmp_path: Path) -> list[Image.Image]:
    """Fetch the deck as venue staff and render its pages by poppler."""
    answer = enter(network.people[Role.VENUE_STAFF]).get(DECK)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    (tmp_path / "deck.pdf").write_bytes(answer.data)
    subprocess.run(["pdftoppm", "-r", "150", "-gray", "deck.pdf", "page"], cwd=tmp_path, check=True)
    return [Image.open(path) for path in sorted(tmp_path.glob("page-*"))]


def codes(sides: list[Image.Image], wanted: str) -> list[str]:
    formats = zxingcpp.BarcodeFormats(getattr(zxingcpp.BarcodeFormat, wanted))
    return [found.text for side in sides for found in zxingcpp.read_barcodes(side, formats=formats)]


def test_every_card_of_the_printed_deck_is_read_from_both_sides(pages):
    assert len(pages) == 4
    assert sorted(codes(pages[0::2], "QRCode")) == sorted(NUMBERS)
    assert sorted(codes(pages[1::2], "Code39")) == sorted(NUMBERS)


def test_each_card_says_that_it_is_practice_and_what_it_is_read_as(enter, network):
    body = enter(network.people[Role.VENUE_MANAGER]).get(DECK).data
    fronts, backs, *rest = ["\n".join(page.extract_text().split("\n")) for page in PdfReader(io.BytesIO(body)).pages]
    front, back = fronts + rest[0], backs + rest[1]
    for card in practice.deck():
        for name in practicedeck.REHEARSES[card.key]:
            assert name in front and name in back
    for word in ("Harjoituskortti", "Övningskort", "Practice card"):
        assert word in front and word in back
    assert front.count("Harjoituskortti") >= 12
    assert set(practicedeck.REHEARSES) == {card.key for card in practice.deck()}


def test_the_deck_is_for_the_people_of_venues(enter, network, web):
    assert web.get(DECK).status_code == 302, "to the sign-in"
    allowed = {Role.VENUE_STAFF, Role.VENUE_MANAGER}
    for role, person in network.people.items():
        assert (enter(person).get(DECK).status_code == 200) is (role in allowed), role


@pytest.mark.parametrize("number", [*NUMBERS, "uu harj 0004 x", "UU-HARJ-0012-X", "UUHARJ0004Y"])
def test_no_practice_card_is_ever_written(app, door, network, number):
    checked = onpage.json_of(door.post("/door/api/checks", json={"code": number, "occurrence": network.tonight.id}))
    assert (checked["verdict"]["class"], checked["hold"]) == ("technical", None)
    body = factories.scan_body(number, occurrence=network.tonight, child=2)
    (answer,) = onpage.json_of(door.post("/door/api/scans", json={"items": [body]}))["answers"]
    assert (answer["result"], answer["use"]) == ("parked", None)
    assert answer["say"]["en"] == "This is a practice card. Practice never reaches the figures."
    with app.app_context():
        kept = [db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (Scan, ScanDecision)]
        total = statistics.venue_total(network.venue.id, first_on=TODAY, last_on=TODAY)
    assert kept == [0, 0]
    assert not any(vars(total).values())


def test_a_practice_card_stops_nobody_else_in_the_batch(app, door, network):
    items = [factories.scan_body(NUMBERS[0]), factories.scan_body(network.card), factories.scan_body(NUMBERS[1])]
    answers = onpage.json_of(door.post("/door/api/scans", json={"items": items}))["answers"]
    assert [answer["result"] for answer in answers] == ["parked", "accepted", "parked"]
    with app.app_context():
        assert db.session.scalars(sa.select(Scan.scan_id)).all() == [items[1]["scan_id"]]


def test_the_deck_gone_through_marks_the_instruction_once_a_day(app, door, network):
    yesterday = {"seconds_ago": 24 * 3600}
    for body, day in ((yesterday, TODAY - timedelta(days=1)), *[({"seconds_ago": 60}, TODAY)] * 3, (yesterday, TODAY)):
        answer = door.post("/door/api/practised", json=body)
        assert (answer.status_code, onpage.json_of(answer)) == (200, {"instructed_on": day.isoformat()})
    with app.app_context():
        assert db.session.get_one(Venue, network.venue.id).instructed_on == TODAY
        assert db.session.get_one(Venue, network.other_venue.id).instructed_on is None
        entries = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "venue.instructed")).all()
    assert len(entries) == 2


@pytest.mark.parametrize(
    "body", [{}, {"seconds_ago": -1}, {"seconds_ago": 10**10}, {"seconds_ago": "x"}, {"on": "2026-01-01"}]
)
def test_an_odd_practice_is_refused_in_words(app, door, network, body):
    answer = door.post("/door/api/practised", json=body)
    assert (answer.status_code, onpage.json_of(answer)["error"]["code"]) == (400, "request_unreadable")
    with app.app_context():
        assert db.session.get_one(Venue, network.venue.id).instructed_on is None


def test_a_strange_or_revoked_tablet_marks_nothing(app, door, network, web):
    assert web.post("/door/api/practised", json={"seconds_ago": 0}).status_code == 401
    with app.app_context():
        db.session.execute(sa.update(Device).values(state="revoked", revoked_at=NOW))
        db.session.commit()
    assert door.post("/door/api/practised", json={"seconds_ago": 0}).status_code == 401
    with app.app_context():
        assert db.session.get_one(Venue, network.venue.id).instructed_on is None


def test_the_self_test_is_told_with_the_status(app, door, network):
    assert door.get("/door/api/status?waiting=0&tested=90").status_code == 200
    with app.app_context():
        tested_at = db.session.get_one(Device, network.tablet.known.device_id).tested_at
    assert tested_at == NOW - timedelta(seconds=90)
    for odd in ("-1", "x", "", "9" * 12, "1.5", "٣"):
        assert door.get("/door/api/status", query_string={"tested": odd}).status_code == 400


def test_the_last_instruction_and_the_deck_are_on_the_pages_of_the_venue(enter, network, door):
    pages = {"/venue/tablets/": Role.VENUE_MANAGER, "/venue/": Role.VENUE_STAFF}
    for path, role in pages.items():
        page = enter(network.people[role])
        markup = page.get(path).get_data(as_text=True)
        assert "Last instruction: not yet" in markup and f'href="{DECK}"' in markup
    door.post("/door/api/practised", json={"seconds_ago": 0})
    for path, role in pages.items():
        assert "Last instruction: 20 Nov 2026" in enter(network.people[role]).get(path).get_data(as_text=True)
