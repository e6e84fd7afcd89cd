"""The sheet and the paper form as pages: what stands there, in which language, and what never does."""

import re

import pytest

from kaikukortti.db import db
from kaikukortti.models.cards import Card
from kaikukortti.models.network import Venue
from kaikukortti.profiles import Profile
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import State
from kaikukortti.rules.number import grouped
from tests import factories, onpage
from tests.webclient import Web

LANGUAGES = ("fi", "sv", "en", "ru")


@pytest.fixture
def worker(network, enter) -> Web:
    return enter(network.people[Role.WORKER])


@pytest.fixture
def places(app, network) -> None:
    """Give the area seven venues that are places, at postcodes apart from each other."""
    with app.app_context():
        for name, postcode in (
            ("Ydin", "53110"),
            ("Reuna", "53850"),
            ("Imatran talo", "55100"),
            ("Parikkala", "59100"),
        ):
            factories.make_venue(
                network.area,
                name_fi=name,
                postcode=postcode,
                street=f"{name}katu 1",
                bus_stop=f"{name}npysäkki",
                step_free=name != "Reuna",
            )
        found = db.session.get_one(Venue, network.venue.id)
        found.postcode, found.street, found.step_free = "53100", "Malliaukio 2", None
        db.session.commit()


def paper(web: Web) -> str:
    """Return the words of the paper, without what stands round it on the screen."""
    return next(onpage.words(part) for part in onpage.tree(web).iter("article"))


def live_elsewhere(app, card: Card, postcode: str) -> None:
    with app.app_context():
        db.session.get_one(Profile, card.line).postcode = postcode
        db.session.commit()


def change_card(app, card: Card, **fields) -> None:
    with app.app_context():
        for name, value in fields.items():
            setattr(db.session.get_one(Card, card.id), name, value)
        db.session.commit()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_holds_the_code_and_nothing_else_of_the_holder(app, worker, network, places, language):
    with app.app_context():
        profile = db.session.get_one(Profile, network.card.line)
        profile.birth_year, profile.postcode = 1957, "53999"
        db.session.get_one(Card, network.card.id).children = 17
        db.session.commit()
    answer = worker.get(f"/cards/{network.card.id}/sheet?language={language}")
    assert answer.status_code == 200
    source = answer.get_data(as_text=True)
    assert network.card.number in source and grouped(network.card.number) in paper(worker)
    ours = paper(worker).replace("53100", "")
    for secret in ("1957", "53999", "53110", network.card.line, "2027", "17 "):
        assert secret not in ours, secret
    assert not re.search(r"(?<!\d)17(?!\d)", ours)
    assert network.card.line not in source and "53999" not in source and "1957" not in source


def test_the_language_changes_the_sheet(worker, network, places):
    said = {}
    for language in LANGUAGES:
        worker.get(f"/cards/{network.card.id}/sheet?language={language}")
        said[language] = paper(worker)
        columns = [part.get("lang") for part in onpage.tree(worker).iter("section") if part.get("lang")]
        assert columns == (["fi"] if language == "fi" else ["fi", language])
        assert "Näytä kortti tai kerro kortin tunnus." in said[language]
    assert len(set(said.values())) == 4
    assert "Visa kortet" in said["sv"] and "Show the card" in said["en"] and "Покажите карту" in said["ru"]
    assert "не проверил носитель языка" in said["ru"]
    assert "Lumikuningatar" in said["ru"], "a title without a translation stands in Finnish"
    worker.get(f"/cards/{network.card.id}/sheet?language=de")
    assert paper(worker) == said["fi"]


def test_the_postcode_changes_the_places(app, worker, network, places):
    page = f"/cards/{network.card.id}/sheet?language=en"
    worker.get(page)
    near = list(onpage.table(worker, "Paikkoja, joissa kortti toimii"))
    assert near[:3] == ["City theatre", "Ydin", "Reuna"] and "Places near you" in paper(worker)
    live_elsewhere(app, network.card, "59110")
    worker.get(page)
    assert list(onpage.table(worker, "Paikkoja, joissa kortti toimii"))[0] == "Parikkala"


def test_places_say_what_is_known_of_them(worker, network, places):
    worker.get(f"/cards/{network.card.id}/sheet?language=en")
    rows = onpage.table(worker, "Paikkoja, joissa kortti toimii")
    assert rows["Ydin"] == ["Ydinkatu 1", "Ydinnpysäkki", "kyllä / yes"]
    assert rows["Reuna"][-1] == "ei / no"
    assert rows["City theatre"] == ["Malliaukio 2", "–", "ei tiedossa / not known"]
    assert len(rows) == 5


def test_a_time_is_the_one_in_helsinki(worker, network):
    worker.get(f"/cards/{network.card.id}/sheet?language=fi")
    assert "pe 20.11. klo 19.00" in paper(worker)
    worker.get(f"/cards/{network.card.id}/sheet?language=ru")
    assert "пт 20.11 в 19:00" in paper(worker)


def test_only_cards_in_use_of_the_own_unit_have_a_sheet(app, worker, network):
    for card in (network.other_card, network.stock):
        assert worker.get(f"/cards/{card.id}/sheet").status_code == 404
    assert worker.get(f"/cards/{network.community.id}/sheet").status_code == 409
    change_card(app, network.card, state=State.BLOCKED)
    assert worker.get(f"/cards/{network.card.id}/sheet").status_code == 409


def test_the_mobile_card_is_made_with_a_sheet_and_shown_once(worker, network):
    card_page, made = f"/cards/{network.card.id}", f"/cards/{network.card.id}/mobile"
    worker.get(card_page)
    assert "A mobile card was made" not in worker.text
    answer = worker.submit(card_page, {"language": "sv"}, form=made)
    addresses = set(re.findall(r"http://localhost/mobile/[\w-]+", answer.get_data(as_text=True)))
    assert answer.status_code == 200 and len(addresses) == 1
    assert "Kortet i telefonen" in paper(worker) and "Kortti puhelimessa" in paper(worker)
    worker.get(card_page)
    assert "A mobile card was made on 20 Nov 2026" in worker.text
    worker.get(f"/cards/{network.card.id}/sheet?language=sv")
    assert "/mobile/" not in paper(worker) and "Kortet i telefonen" not in paper(worker)
    worker.submit(card_page, form=f"{made}/withdraw")
    assert "The mobile card is withdrawn" in worker.text
    assert worker.get(addresses.pop().removeprefix("http://localhost")).status_code == 410


def test_a_mobile_card_needs_the_token_and_the_own_unit(worker, network, enter):
    made = f"/cards/{network.card.id}/mobile"
    for path in (made, f"{made}/withdraw"):
        assert worker.post(path).status_code == 400
    worker.get(f"/cards/{network.card.id}")
    sent = {"csrf_token": onpage.token(worker)}
    assert worker.post(f"/cards/{network.other_card.id}/mobile", data=sent).status_code == 404
    assert worker.post(f"/cards/{network.community.id}/mobile", data=sent).status_code == 409
    manager = enter(network.people[Role.VENUE_MANAGER])
    manager.get("/venue/")
    assert manager.post(made, data={"csrf_token": onpage.token(manager)}).status_code == 403


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_paper_form_asks_what_the_desk_asks(worker, language):
    worker.language(language)
    assert worker.get("/cards/paper").status_code == 200
    clients = [part for part in onpage.tree(worker).iter("section") if "pen-client" in part.get("class", "")]
    assert len(clients) == 2
    for client in clients:
        titles = {onpage.words(title) for title in client.iter("h3")}
        ticks = [onpage.words(tick) for tick in client.iter("li")]
        assert len(titles) == 9 and len(ticks) == 4 + 14 + 6 + 3
    assert "Aikuissosiaalityö" in worker.text or language != "fi"


def test_the_sheet_tells_where_the_offer_is(network, worker):
    web = worker
    web.get(f"/cards/{network.card.id}/sheet")
    assert f"{network.area.help_phone} · {network.area.help_address} · localhost/offer/" in web.text
