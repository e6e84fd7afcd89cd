"""The worker makes an own key at the desk: pressed, printed, shown this once."""

import re

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from kaikukortti.db import db
from kaikukortti.followup import store, switches
from kaikukortti.followup.models.holders import OwnKey
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.web.followup.own import ownreading, ownwords
from tests import factories, followups, onpage
from tests.factories import NOW
from tests.followupown import open_card
from tests.webclient import Web

KEY = re.compile(r"\b(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}\b")


@pytest.fixture
def worker(network, enter) -> Web:
    return enter(network.people[Role.WORKER])


def press(worker: Web, card, reading: str = "fi"):
    return worker.submit(f"/cards/{card.id}/own-key", {"reading": reading}, form=f"/cards/{card.id}/own-key")


def shown(answer: TestResponse) -> str:
    """Return the key on a paper."""
    found = KEY.search(answer.get_data(as_text=True))
    assert found
    return found[0]


def keys(app) -> int:
    with app.app_context(), store.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(OwnKey)) or 0


def test_the_card_page_leads_to_it_and_looking_makes_nothing(app, worker, network):
    worker.get(f"/cards/{network.card.id}")
    assert f'href="/cards/{network.card.id}/own-key"' in worker.response.get_data(as_text=True)
    worker.get(f"/cards/{network.card.id}/own-key")
    assert "voluntary" in worker.text and not KEY.search(worker.text)
    worker.get(f"/cards/{network.card.id}/handed-out")
    assert "/own-key" in worker.response.get_data(as_text=True)
    assert keys(app) == 0


def test_the_paper_shows_a_key_that_opens_the_card_and_no_number(app, worker, network):
    answer = press(worker, network.card)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    found = KEY.search(worker.text)
    assert found and "localhost/own/" in worker.text
    source = answer.get_data(as_text=True)
    paper = onpage.words(next(onpage.tree(worker).iter("article")))
    assert network.card.number not in source and paper.count(found[0]) == 1
    open_card(Web(app), network.card, found[0])
    with app.app_context():
        entries = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "followup.own_key_made")).all()
    assert [entry.user_id for entry in entries] == [network.people[Role.WORKER].actor.user_id]
    assert found[0] not in repr([vars(entry) for entry in entries])


def test_it_is_shown_once_and_the_next_one_closes_it(app, worker, network):
    first = shown(press(worker, network.card))
    holder = open_card(Web(app), network.card, first)
    worker.get(f"/cards/{network.card.id}/own-key")
    assert "The holder has a key, made on 20 Nov 2026" in worker.text and first not in worker.text
    second = shown(press(worker, network.card))
    assert first != second and keys(app) == 1
    assert holder.get("/own/card").status_code == 303
    answer = holder.submit("/own/", {"number": network.card.number, "key": first}, form="/own/")
    assert answer.status_code == 422


@pytest.mark.parametrize("reading", list(ownreading.READINGS))
def test_the_paper_in_every_reading(worker, network, reading):
    press(worker, network.card, reading)
    words = ownwords.words(ownreading.READINGS[reading]).paper
    easy = ownwords.words(ownreading.EASY).paper
    paper = onpage.words(next(onpage.tree(worker).iter("article")))
    for text in (words.title, *words.opens.lines, *words.open_it.lines, *words.keep_it.lines):
        assert text in paper, text
    assert (easy.address in paper) is (reading not in ("fi",)), "easy Finnish stands beside another language"


def test_an_unknown_reading_is_easy_finnish(worker, network):
    worker.get(f"/cards/{network.card.id}/own-key")
    data = {"csrf_token": onpage.token(worker), "reading": "xx"}
    assert worker.post(f"/cards/{network.card.id}/own-key", data=data).status_code == 200
    assert ownwords.words(ownreading.EASY).paper.title in worker.text


def test_whose_card_and_which_card(app, worker, network):
    worker.get("/help")
    token = onpage.token(worker)
    for card, status in ((network.other_card, 404), (network.stock, 404), (network.community, 409)):
        for answer in (
            worker.get(f"/cards/{card.id}/own-key"),
            worker.post(f"/cards/{card.id}/own-key", data={"csrf_token": token}),
        ):
            assert answer.status_code == status
    worker.get(f"/cards/{network.community.id}")
    assert "own-key" not in worker.response.get_data(as_text=True)
    assert keys(app) == 0


def test_with_own_cards_off_there_is_no_key(app, worker, network):
    with app.app_context():
        coordinator = network.people[Role.COORDINATOR].actor
        switches.set_area(actor=coordinator, area_id=network.area.id, followup=True, own_card=False, now=NOW)
    check_nothing(worker, network)
    with app.app_context():
        followups.switch_off(network.area)
    check_nothing(worker, network)


def check_nothing(worker: Web, network) -> None:
    assert worker.get(f"/cards/{network.card.id}/own-key").status_code == 404
    for path in (f"/cards/{network.card.id}", f"/cards/{network.card.id}/handed-out"):
        answer = worker.get(path)
        assert answer.status_code == 200 and "own-key" not in answer.get_data(as_text=True)


def test_a_worker_who_makes_a_key_sees_no_visit_by_it(app, worker, network):
    press(worker, network.card)
    assert worker.get("/own/card").status_code == 303, "making is not opening"
    with app.app_context():
        assert factories.the_area().id == network.area.id
