"""The public pages "I was turned away": four languages, the word, the card that leaves no trace, who sees what."""

import logging
import re
import uuid

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.messages import CardThen, TurnedAway
from kaikukortti.rules.access import Role
from kaikukortti.web.messaging import turnedawaywords
from kaikukortti.web.messaging.turnedawayrussian import RUSSIAN
from tests import askers, factories, onpage
from tests.webclient import Web

WORD = re.compile(r"\b[B-Z]{5}-[B-Z]{5}-[B-Z]{5}\b")


@pytest.fixture
def asking(network) -> str:
    return f"/turned-away/?area={network.area.id}"


@pytest.fixture
def web(app, network):
    """Return a stranger's browser, in English."""
    stranger = Web(app)
    stranger.language("en")
    return stranger


def told(web, asking, **changes):
    values = {"venue": "0", "when": "today", "cause": "not_known", **changes}
    answer = web.submit(asking, values)
    found = WORD.search(web.text)
    return answer, found.group() if found else ""


def rows(app):
    with app.app_context():
        return db.session.scalars(sa.select(TurnedAway).order_by(TurnedAway.id)).all()


def test_told_answered_and_read_without_an_account(app, web, network, enter, asking):
    web.get("/turned-away/")
    assert asking in {a.get("href") for a in onpage.main_of(web).iter("a")}
    answer, word = told(web, asking, venue=str(network.venue.id), text="Kassa ei\ntuntenut korttia.")
    assert answer.status_code == 200 and word
    coordinator = enter(network.people[Role.COORDINATOR])
    coordinator.get("/area/messages/turned-away/")
    assert onpage.table(coordinator, "What happened, in the last 12 months")["The card was not known there"] == ["1"]
    link = next(a.get("href") for a in onpage.main_of(coordinator).iter("a") if "City theatre" in onpage.words(a))
    assert web.submit("/turned-away/answer", {"word": word.lower()}).status_code == 200
    assert "There is no answer yet" in web.text
    coordinator.submit(link, {"text": "Olemme puhuneet teatterin kanssa."})
    assert "can be read with the word" in coordinator.text
    web.submit("/turned-away/answer", {"word": word})
    assert "Olemme puhuneet teatterin kanssa." in web.text


def test_the_answer_is_the_same_for_every_code(app, web, network, asking):
    """Whether a card is good cannot be found out here, nor whether there is such a card at all."""
    blocked = None
    with app.app_context():
        blocked = factories.make_issued_card(network.unit, blocked_at=factories.NOW - factories.DAY)
    said = set()
    codes = ["", network.card.number, blocked.number, network.stock.number, factories.make_number(), "ABC", "x" * 40]
    for code in codes:
        answer, word = told(web, asking, code=code)
        said.add((answer.status_code, answer.text.replace(word, "")))
    shape = {(status, re.sub(r'value="[^"]+"', "", text)) for status, text in said}
    assert len(shape) == 1 and {status for status, _text in said} == {200}
    assert [row.card_then for row in rows(app)] == [
        CardThen.NOT_GIVEN,
        CardThen.VALID,
        CardThen.NOT_VALID,
        CardThen.NOT_VALID,
        CardThen.UNKNOWN,
        CardThen.UNKNOWN,
        CardThen.UNKNOWN,
    ]


def test_code_and_word_are_in_no_address_cookie_or_log(app, web, network, asking, caplog):
    caplog.set_level(logging.DEBUG)
    answer, word = told(web, asking, code=network.card.number)
    web.submit("/turned-away/answer", {"word": word})
    headers = f"{answer.headers} {answer.request.url} {web.response.request.url} {web.client.get_cookie('kaiku')}"
    for secret in (network.card.number, word, word.replace("-", "")):
        assert secret not in caplog.text
        assert secret not in headers
    assert web.get(f"/turned-away/answer?word={word}").status_code == 200
    assert "There is no answer yet" not in web.text


def test_sent_twice_is_told_once(app, web, asking):
    web.get(asking)
    values = {"venue": "0", "when": "unknown", "cause": "unkind"}
    form = web.response
    web.go_on(values)
    first = WORD.search(web.text)
    web.response = form
    web.go_on(values)
    again = WORD.search(web.text)
    assert first and again and first.group() == again.group()
    assert len(rows(app)) == 1 and rows(app)[0].on_day is None


def test_a_venue_sees_nothing_of_it(app, web, network, enter, asking):
    told(web, asking, venue=str(network.venue.id), text="Hattu jäi naulakkoon.")
    found = rows(app)[0].id
    for role in (Role.VENUE_MANAGER, Role.VENUE_STAFF, Role.WORKER, Role.VIEWER, Role.ADMINISTRATOR):
        staff = enter(network.people[role])
        assert staff.get(f"/area/messages/turned-away/{found}").status_code == 403
        assert staff.get("/area/messages/turned-away/").status_code == 403
        if role in (Role.VENUE_MANAGER, Role.VENUE_STAFF):
            for address in ("/messages/", "/venue/"):
                staff.get(address)
                assert "Hattu" not in staff.text and "turned away" not in onpage.words(onpage.main_of(staff))
    assert enter(network.strangers[Role.COORDINATOR]).get(f"/area/messages/turned-away/{found}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"venue": ""}, "Choose an answer."),
        ({"when": None}, "Choose an answer."),
        ({"cause": None}, "Choose an answer."),
        ({"when": "day"}, "Choose a day that has been"),
        ({"when": "day", "on_day": "2026-11-21"}, "Choose a day that has been"),
        ({"when": "day", "on_day": "x"}, "Choose a day that has been"),
        ({"text": "Olen 131052-308T"}, "personal identity code"),
        ({"code": "131052-308T"}, "personal identity code"),
        ({"text": "x" * 1001}, "This is too long."),
    ],
)
def test_a_mistake_is_said_and_nothing_is_taken(app, web, asking, changes, sentence):
    answer, word = told(web, asking, **changes)
    assert answer.status_code == 422 and not word
    assert sentence in web.text
    assert rows(app) == []


def test_a_card_number_among_the_words_is_pointed_to_its_field(app, web, network, asking):
    answer, _word = told(web, asking, text=f"Kortti {network.card.number}")
    assert answer.status_code == 422 and "There is a field for it below" in web.text
    assert rows(app) == []


def test_russian_from_end_to_end(app, web, network, asking):
    russian = f"{asking}&language=ru"
    answer, _word = told(web, russian, venue="")
    assert answer.status_code == 422
    main = onpage.words(onpage.main_of(web))
    assert RUSSIAN.mistakes.missing in main and RUSSIAN.awaiting in main and "optional" not in main
    answer, word = told(web, russian)
    assert RUSSIAN.reading.your_word in web.text and word
    web.submit("/turned-away/answer?language=ru", {"word": word})
    assert RUSSIAN.reading.waits in web.text
    assert rows(app)[0].language == "ru"


def test_every_language_says_every_cause(app):
    with app.test_request_context():
        assert set(turnedawaywords.words(russian=False).asking.causes) == set(RUSSIAN.asking.causes)


def test_wrong_words_are_refused_and_too_many_tries_too(app, web, monkeypatch):
    for _ in range(5):
        assert web.submit("/turned-away/answer", {"word": "BCDFG-HJKMN-PRSTV"}).status_code == 422
        assert "We do not have this word" in web.text
    for _ in range(6):
        answer = web.submit("/turned-away/answer", {"word": str(uuid.uuid4())})
    assert answer.status_code == 429
    askers.forget(app)


def test_another_area_s_place_is_none_of_this_one(app, web, network, asking):
    web.get(asking)
    values = {"csrf_token": onpage.token(web), "when": "today", "cause": "other", "form_id": "x"}
    answer = web.post(asking, data={**values, "venue": str(network.far_venue.id)})
    assert answer.status_code == 422
    assert rows(app) == []


def test_links_lead_there(web):
    for address in ("/", "/help", "/found/"):
        web.get(address)
        assert "/turned-away/" in {a.get("href") for a in onpage.main_of(web).iter("a")}, address
