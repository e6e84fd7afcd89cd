"""Announcements and feedback in the browser: from the coordinator's form to the partner's first page, and back."""

import re

import pytest

from kaikukortti.rules.access import Role
from tests import onpage

NEW = "/area/messages/announcements/new"
WORDS = {"title_fi": "Uusi kausi", "text_fi": "Tervetuloa.\n\nKatso https://kaikukortti.example/kausi."}
PARTNERS = (Role.WORKER, Role.VENUE_STAFF, Role.VENUE_MANAGER)


@pytest.fixture
def coordinator(network, enter):
    return enter(network.people[Role.COORDINATOR])


def announce(coordinator, **words) -> str:
    answer = coordinator.submit(NEW, {**WORDS, **words}, form=NEW)
    assert answer.status_code == 200, coordinator.text
    return answer.request.path


@pytest.mark.parametrize("role", PARTNERS)
def test_an_announcement_is_a_line_on_the_first_page_until_it_is_read(network, enter, coordinator, role):
    page = announce(coordinator)
    web = enter(network.people[role])
    home = web.get("/", follow_redirects=True).request.path
    assert "The coordinator has sent 1 new announcement" in web.text
    web.get("/help")
    assert "new announcement" not in web.text
    web.get("/messages/")
    link = next(a for a in onpage.main_of(web).iter("a") if "announcements" in a.get("href", ""))
    assert onpage.words(link) == "Uusi kausi"
    web.get(link.get("href"))
    shown = onpage.main_of(web)
    assert [a.get("href") for a in shown.iter("a")][-1] == "https://kaikukortti.example/kausi"
    assert len(list(shown.iter("p"))) >= 3
    web.get(home)
    assert "new announcement" not in web.text
    coordinator.get(page)
    assert onpage.figures(coordinator)["Have read"] == 1


def test_in_the_reader_s_language_or_in_finnish(network, enter, coordinator):
    announce(coordinator, title_sv="Ny säsong", text_sv="Välkommen.")
    for code, title, text, marked in (("sv", "Ny säsong", "Välkommen.", ""), ("en", "Uusi kausi", "Tervetuloa.", "fi")):
        web = enter(network.people[Role.WORKER], code)
        web.get("/messages/")
        link = next(a for a in onpage.main_of(web).iter("a") if "announcements" in a.get("href", ""))
        web.get(link.get("href"))
        block = next(div for div in onpage.main_of(web).iter("div") if div.get("class") == "message-text")
        assert title in web.text and text in web.text
        assert block.get("lang", "") == marked


def test_markup_and_other_schemes_stay_text(network, enter, coordinator):
    hostile = "<script>alert(1)</script> javascript:alert(1) https://a@b.example/ [x](http://ok.example/y)"
    page = announce(coordinator, text_fi=hostile)
    for web, address in ((coordinator, page), (enter(network.people[Role.WORKER]), None)):
        if address is None:
            web.get("/messages/")
            address = next(a.get("href") for a in onpage.main_of(web).iter("a") if "announcements" in a.get("href", ""))
        web.get(address)
        links = {a.get("href") for a in onpage.main_of(web).iter("a")}
        assert {link for link in links if link and not link.startswith("/")} == {"http://ok.example/y"}
        assert "<script>alert(1)</script> javascript:alert(1)" in web.text


def test_an_announcement_is_taken_back(network, enter, coordinator):
    page = announce(coordinator)
    coordinator.get(page)
    assert coordinator.go_on({}, form=f"{page}/withdraw").status_code == 200
    assert "Taken back" in coordinator.text
    web = enter(network.people[Role.WORKER])
    web.get("/messages/")
    assert "Uusi kausi" not in web.text
    number = re.findall(r"\d+", page)[0]
    assert web.get(f"/messages/announcements/{number}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title_fi": ""}, "This is needed."),
        ({"last_on": "2026-11-19"}, "Choose a day from today on"),
        ({"title_sv": "Ny"}, "A language needs both"),
        ({"text_fi": "Soita 131052-308T"}, "personal identity code"),
    ],
)
def test_a_mistake_keeps_what_was_written(coordinator, changes, sentence):
    answer = coordinator.submit(NEW, {**WORDS, **changes}, form=NEW)
    assert answer.status_code == 422
    assert sentence in coordinator.text
    written = next(area for area in onpage.main_of(coordinator).iter("textarea") if area.get("name") == "text_fi")
    assert "".join(written.itertext()).strip() == changes.get("text_fi", WORDS["text_fi"])


def test_a_card_s_number_stands_beside_its_field(network, coordinator):
    changes = {"title_en": "Card", "text_en": f"Card {network.card.number}"}
    assert coordinator.submit(NEW, {**WORDS, **changes}, form=NEW).status_code == 422
    wrong = [area.get("name") for area in onpage.main_of(coordinator).iter("textarea") if area.get("aria-invalid")]
    assert wrong == ["text_en"]


@pytest.mark.parametrize("role", PARTNERS)
def test_a_partner_asks_and_reads_the_answer(network, enter, coordinator, role):
    web = enter(network.people[role])
    answer = web.submit("/messages/feedback/new", {"kind": "problem", "text": "Lukija ei lue.\n\nApua!"})
    page = answer.request.path
    assert "has not answered yet" in web.text
    coordinator.get("/area/messages/")
    assert "1 waits for an answer." in coordinator.text
    coordinator.get("/area/messages/feedback/")
    link = next(a.get("href") for a in onpage.main_of(coordinator).iter("a") if "Lukija" in onpage.words(a))
    coordinator.submit(link, {"text": "Vaihdamme sen huomenna."})
    web.get(page)
    assert "Vaihdamme sen huomenna." in web.text
    colleague = enter(network.strangers[role])
    assert colleague.get(page).status_code == 404
    stranger = enter(network.strangers[Role.COORDINATOR])
    assert stranger.get(link).status_code == 404
    stranger.get("/help")
    sent = stranger.post(link, data={"csrf_token": onpage.token(stranger), "text": "Hei"})
    assert sent.status_code == 404


def test_refused_feedback_is_kept_on_the_page(network, enter):
    web = enter(network.people[Role.WORKER])
    text = f"Asiakkaan kortti {network.card.number}\nei toimi"
    answer = web.submit("/messages/feedback/new", {"kind": "question", "text": text})
    assert answer.status_code == 422 and "number of a card" in web.text
    area = next(onpage.main_of(web).iter("textarea"))
    assert "".join(area.itertext()).strip() == text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMINISTRATOR])
def test_who_is_neither_partner_nor_coordinator_has_no_messages(network, enter, role):
    web = enter(network.people[role])
    web.get("/help")
    assert not [a for a in onpage.tree(web).iter("a") if "messages" in a.get("href", "")]
    assert web.get("/messages/").status_code == 403
    assert web.get("/area/messages/").status_code == 403
