"""The holder's rights on a card's page: who has looked, everything that is kept, and its erasure."""

import csv
import io
import time
from datetime import timedelta

import pypdf
import pytest
import sqlalchemy as sa
import time_machine

from kaikukortti.db import db
from kaikukortti.holderdata import collecting
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import ScanCard
from kaikukortti.models.trail import AuditEntry
from kaikukortti.profiles import Profile
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import State
from kaikukortti.web.trust import holdercolumns, holderdata, holderwords, logwords
from tests import holders, onpage
from tests.factories import NOW, SECRET_KEY


@pytest.fixture
def kept(app, network) -> holders.Kept:
    with app.app_context():
        worker = network.people[Role.WORKER].actor
        return holders.make(unit=network.unit, venue=network.venue, worker=worker)


@pytest.fixture
def web(network, enter):
    return enter(network.people[Role.WORKER])


def actions(app) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def test_the_card_s_page_leads_there(web, kept):
    page = web.get(f"/cards/{kept.card.id}")
    for address in ("log", "kept", "erase"):
        assert f'href="/cards/{kept.card.id}/{address}"' in page.text
    assert "The holder's rights" in web.text


def test_the_log_is_a_page_a_table_and_json(web, kept, app):
    page = web.get(f"/cards/{kept.card.id}/log")
    assert page.status_code == 200
    for words in ("Opened the card's page", "Adult social work", "Card issuer", "The holder's rights"):
        assert words in web.text
    assert "Maija" not in web.text.partition("Who has looked")[2].partition("Sign out")[0]
    found = onpage.json_of(web.get(f"/cards/{kept.card.id}/log/log.json"))
    assert found["card"] == kept.card.number and found["rows"][0]["action"] == "card.log_read"
    assert {"at", "organisation", "role", "action", "purpose"} == found["rows"][0].keys()
    table = web.get(f"/cards/{kept.card.id}/log/log.csv")
    rows = list(csv.reader(io.StringIO(table.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[0] == ["When", "Organisation", "Role", "What", "What for"]
    assert rows[1][3:] == ["Opened this log", "The holder's rights"]
    assert actions(app)[-3:] == ["card.log_read"] * 3


def test_everything_is_there_on_the_page_and_as_a_file(web, kept, app):
    begun = time.monotonic()
    page = web.get(f"/cards/{kept.card.id}/kept")
    assert page.status_code == 200
    for words in ("1931", "53999", "Family carer", "Woman"):
        assert words in web.text, words
    assert kept.neighbour.number not in page.text
    found = onpage.json_of(web.go_on({"symbols": kept.card.number[-4:], "as": "json"}))
    assert found["sections"]["background"] == [
        {
            "birth_year": 1931,
            "postcode": "53999",
            "gender": "woman",
            "life_situation": "family_carer",
            "language": "ru",
            "coarse_on": None,
        }
    ]
    web.get(f"/cards/{kept.card.id}/kept")
    paper = web.go_on({"symbols": kept.card.number, "as": "pdf"})
    assert paper.mimetype == "application/pdf"
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper.data)).pages)
    assert f"sana{kept.card.id}" in text and f"sana{kept.neighbour.id}" not in text
    assert "53999" in text and holders.WORDS in text and kept.venue.name_fi in text
    assert time.monotonic() - begun < 60, "AC-3"
    said = [action for action in actions(app) if action.startswith("card.data")]
    assert said == ["card.data_seen", "card.data_seen", "card.data_exported"] + said[3:], "asked, looked up, given"
    assert said.count("card.data_exported") == 2


def test_what_is_the_holder_s_alone_is_given_and_never_shown(web, kept, app):
    page = web.get(f"/cards/{kept.card.id}/kept")
    assert "Visits" in web.text and "for the client's eyes alone" in web.text
    assert kept.venue.name_fi not in page.text
    shown = {part for part in holderwords.SECTIONS if f'id="kept-{part}"' in page.text}
    assert shown >= {"cards", "background", "log"} and not shown & holderdata.HOLDERS_ALONE
    refused = web.go_on({"symbols": "0000", "as": "json"})
    assert refused.status_code == 422 and "Read them from the card" in web.text
    assert kept.venue.name_fi not in refused.text and "card.data_exported" not in actions(app)


def test_every_section_column_and_value_has_words(app, kept):
    with app.test_request_context():
        found = collecting.collect(kept.card.id, actor=kept.worker, now=NOW, secret=SECRET_KEY)
        for section in found.sections:
            assert section.key in holderwords.SECTIONS
            assert set(section.columns) <= holdercolumns.COLUMNS.keys(), section.key
            heads, rows = holderwords.told(section)
            assert rows and all(len(row) == len(heads) for row in rows)
        assert {section.key for section in found.sections} == holderwords.SECTIONS.keys()
    assert str(logwords.ACTIONS["card.data_exported"])


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.WORKER])
def test_no_other_role_opens_them(enter, network, kept, role):
    stranger = enter(network.people[role])
    for page in ("log", "log/log.json", "log/log.csv", "kept", "erase"):
        assert stranger.get(f"/cards/{kept.card.id}/{page}").status_code == 403


def test_no_other_unit_finds_them(enter, network, kept, app):
    stranger = enter(network.strangers[Role.WORKER])
    stranger.get("/help")
    before = actions(app)
    for page in ("log", "log/log.json", "log/log.csv", "kept", "erase"):
        assert stranger.get(f"/cards/{kept.card.id}/{page}").status_code == 404
    sent = {"csrf_token": onpage.token(stranger), "symbols": kept.card.number, "confirmed": "1"}
    stranger.get("/help")
    sent["csrf_token"] = onpage.token(stranger)
    assert stranger.post(f"/cards/{kept.card.id}/erase", data=sent).status_code == 404
    given = {"csrf_token": sent["csrf_token"], "symbols": kept.card.number, "as": "json"}
    assert stranger.post(f"/cards/{kept.card.id}/kept", data=given).status_code == 404
    assert actions(app) == before


def test_erasure_asks_twice_and_tells_what_was_done(web, kept, app):
    address = f"/cards/{kept.card.id}/erase"
    assert web.get(address).status_code == 200
    assert "What goes" in web.text and "What stays" in web.text
    wrong = web.go_on({"symbols": "ZZZZ"})
    assert wrong.status_code == 422 and "These are not the last four characters" in web.text
    asked = web.go_on({"symbols": kept.card.number[-4:].lower()})
    assert asked.status_code == 200 and "Erase it for good?" in web.text
    with app.app_context():
        assert db.session.get_one(Card, kept.card.id).state is State.ACTIVE, "two questions come first"
    done = web.go_on({"confirmed": "1"})
    assert done.status_code == 200 and "is erased" in web.text and "1 visit names no card any more" in web.text
    with app.app_context():
        assert db.session.get_one(Card, kept.card.id).state is State.ANONYMISED
        assert db.session.get(Profile, kept.card.line) is None
        assert not db.session.scalars(sa.select(ScanCard).where(ScanCard.card_id == kept.card.id)).all()
    again = web.get(address)
    assert again.status_code == 409
    assert f'href="{address}"' not in web.get(f"/cards/{kept.card.id}").text


def test_a_community_card_has_no_holder_to_erase(web, network):
    assert web.get(f"/cards/{network.community.id}/erase").status_code == 409
    assert "erase" not in web.get(f"/cards/{network.community.id}").text
    for page in ("log", "kept"):
        assert web.get(f"/cards/{network.community.id}/{page}").status_code == 200


def test_an_old_proof_is_not_enough(web, kept, moment):
    """Who signed in long ago proves again to be there before everything is shown."""
    with time_machine.travel(moment + timedelta(minutes=6), tick=False):
        for page in ("kept", "erase"):
            answer = web.client.get(f"/cards/{kept.card.id}/{page}")
            assert answer.status_code == 303 and "/account/confirm" in answer.headers["Location"]
        assert web.client.get(f"/cards/{kept.card.id}/log").status_code == 200
