"""The page of a mobile card: nobody signs in, nothing is kept on the way, and it says no more than it must."""

import logging
from datetime import date

import pytest

from kaikukortti import mobilecards
from kaikukortti.db import db
from kaikukortti.models.cards import Card
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import State
from kaikukortti.rules.number import grouped
from tests import onpage
from tests.factories import NOW


@pytest.fixture
def make(app, network):
    """Return a function that makes a mobile card of the unit's card and returns its token."""

    def mobile() -> str:
        with app.app_context():
            return mobilecards.make(network.card.id, actor=network.people[Role.WORKER].actor, now=NOW)

    return mobile


def change_card(app, card: Card, **fields) -> None:
    with app.app_context():
        for name, value in fields.items():
            setattr(db.session.get_one(Card, card.id), name, value)
        db.session.commit()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", ("05 000 0000", "Etelä-Karjala", "Suomi")),
        ("sv", ("05 000 0000", "Södra Karelen", "Svenska")),
        ("en", ("05 000 0000", "South Karelia", "Last day", "Children 2", "Shown as of 20 Nov 2026 18.30")),
    ],
)
def test_it_shows_code_number_last_day_children_and_help(web, network, make, language, words):
    token = make()
    web.language("fi")
    answer = web.get(f"/mobile/{token}?language={language}")
    assert answer.status_code == 200
    assert onpage.tree(web).get("lang") == language
    assert grouped(network.card.number) in web.text
    assert not [word for word in words if word not in web.text], web.text
    assert [part for part in onpage.tree(web).iter() if part.get("class") == "qr"]


def test_nobody_in_between_keeps_finds_or_passes_it_on(web, make, enter, network):
    token = make()
    for path in (f"/mobile/{token}", f"/mobile/{token}/manifest.json", "/mobile/unknown"):
        headers = web.get(path).headers
        assert headers["Cache-Control"] == "no-store", path
        assert headers["Referrer-Policy"] == "no-referrer", path
        assert "noindex" in headers["X-Robots-Tag"], path
        assert "Set-Cookie" not in headers, path
    assert 'content="noindex' in web.get(f"/mobile/{token}").get_data(as_text=True)
    staff = enter(network.people[Role.WORKER])
    staff.get(f"/mobile/{token}")
    assert network.people[Role.WORKER].actor.name not in staff.text, "kept pages are nobody's"


def test_a_card_out_of_use_says_so_in_neutral_words(app, web, network, make):
    token = make()
    web.language("en")
    said = set()
    for state in (State.BLOCKED, State.REPLACED, State.RETURNED):
        change_card(app, network.card, state=state)
        assert web.get(f"/mobile/{token}").status_code == 200
        assert "This card is not in use now." in web.text
        assert network.card.number not in web.response.get_data(as_text=True)
        assert not [part for part in onpage.tree(web).iter() if part.get("class") == "qr"]
        said.add(web.text)
    assert len(said) == 1, "the page does not say why"


def test_a_renewal_shows_by_itself_and_an_end_is_told(app, web, network, make):
    token = make()
    web.language("en")
    change_card(app, network.card, last_valid_on=date(2026, 11, 20))
    web.get(f"/mobile/{token}")
    assert "20 Nov 2026" in web.text and "The last day has passed" not in web.text
    change_card(app, network.card, last_valid_on=date(2026, 11, 19))
    web.get(f"/mobile/{token}")
    assert "The last day has passed" in web.text
    change_card(app, network.card, last_valid_on=date(2027, 11, 18))
    web.get(f"/mobile/{token}")
    assert "18 Nov 2027" in web.text


def test_withdrawn_and_unknown_addresses(app, web, network, make):
    first = make()
    second = make()
    web.language("en")
    for path, status in ((f"/mobile/{first}", 410), ("/mobile/unknown", 404), (f"/mobile/{second}x", 404)):
        assert web.get(path).status_code == status
        assert "This page is not in use" in web.text
        assert web.get(f"{path}/manifest.json").status_code == 404
    assert web.get(f"/mobile/{second}").status_code == 200


def test_the_address_is_in_no_log(app, web, make, caplog):
    token = make()
    with caplog.at_level(logging.DEBUG):
        web.get(f"/mobile/{token}")
        web.get(f"/mobile/{token}/manifest.json")
        web.get(f"/mobile/{token}x")
    assert token not in caplog.text


def test_the_manifest_leads_back_to_the_page(web, make):
    token = make()
    manifest = web.get(f"/mobile/{token}/manifest.json")
    assert manifest.mimetype == "application/manifest+json"
    assert (manifest.json["start_url"], manifest.json["scope"]) == (f"/mobile/{token}", "/mobile/")
    assert web.get(manifest.json["icons"][0]["src"]).status_code == 200


def test_the_worker_is_renewed_and_may_keep_its_own_folder_alone(web):
    answer = web.get("/mobile/service-worker.js")
    assert answer.status_code == 200 and answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Service-Worker-Allowed" not in answer.headers
