"""The public offer as pages: every reading and choice, bad addresses told kindly, no cookies, kept by others."""

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti import offer
from kaikukortti.db import db
from kaikukortti.models.network import PartnerState, Venue
from kaikukortti.rules.access import Role
from kaikukortti.rules.programme import Category, EventKind, Planned
from tests import factories, onpage
from tests.factories import DAY, TONIGHT

HINTS = re.compile(r"köyh|tulo[ti]|sosiaali|toimeentulo|fattig|social|utsatt|poor|income|benefit", re.IGNORECASE)
ADDRESSES = ("/offer/", "/offer/venues", "/offer/venues/{venue}")
BAD = [
    ("when", "never"),
    ("day", "2026-02-31"),
    ("day", "2026-11-19"),
    ("day", "9999-12-31"),
    ("day", "\x00"),
    ("area", "99999999999999999999"),
    ("area", "-1"),
    ("area", "1 or 1=1"),
    ("category", "Culture"),
    ("children", "yes"),
    ("step_free", "2"),
    ("stop", "<script>"),
    ("page", "0"),
    ("page", "-3"),
    ("page", "1e9"),
    ("page", "99999"),
    ("page", "²"),
    ("easy", "perhaps"),
]


@pytest.fixture
def programme(app, network):
    """Plan something for each choice: a course, a sold-out show, a match next week, something cancelled."""
    with app.app_context():
        db.session.execute(
            sa.update(Venue)
            .where(Venue.id == network.venue.id)
            .values(step_free=True, bus_stop="Malliaukio", ticket_phone="05 000 0112", website="https://t.example/")
        )
        db.session.commit()
        plans: dict[str, dict[str, Any]] = {
            "Kurssi": {"kind": EventKind.COURSE},
            "Loppunut": {"sold_out": True},
            "Peruttu": {"state": Planned.CANCELLED},
            "Kaukana": {"starts_at": TONIGHT + 9 * DAY},
            "Joulu": {"starts_at": TONIGHT + 30 * DAY},
        }
        for title, facts in plans.items():
            kind = facts.pop("kind", EventKind.PERFORMANCE)
            factories.make_occurrence(factories.make_event(network.venue, title=title, kind=kind), **facts)
        match = factories.make_event(network.far_venue, title="Ottelu", kind=EventKind.MATCH, category=Category.SPORT)
        factories.make_occurrence(match, starts_at=TONIGHT + DAY)
    return network


def titles(web, address: str) -> set[str]:
    assert web.get(address).status_code == 200
    return {
        onpage.words(title)
        for block in onpage.tree(web).iter("p")
        for title in block.iter("strong")
        if block.get("class") == "offer-title"
    }


def test_the_page_by_itself(programme, web):
    web.language("en")
    shown = titles(web, "/offer/")
    assert shown == {"Lumikuningatar", "Tähtien tarina", "Kurssi", "Loppunut", "Kaukana", "Ottelu"}
    headings = [onpage.words(heading) for heading in onpage.tree(web).iter("h2")]
    assert [head for head in headings if "November" in head] == [
        "Today, Friday 20 November",
        "Tomorrow, Saturday 21 November",
        "Sunday 29 November",
    ]
    assert "19.00" in web.text and "The tickets for this have run out" in web.text
    assert "Bus stop: Malliaukio" in web.text and "City theatre" in web.text
    assert "Every day" in headings and "Uimahalli" in web.text


def test_each_choice(programme, web):
    area, far = programme.area.id, programme.far_unit.area_id
    tonight = {"Lumikuningatar", "Tähtien tarina", "Kurssi", "Loppunut"}
    assert titles(web, "/offer/?when=today") == tonight
    assert titles(web, "/offer/?when=week") == tonight | {"Ottelu"}
    assert titles(web, "/offer/?day=2026-11-29") == {"Kaukana"}
    assert titles(web, "/offer/?day=2026-12-20") == {"Joulu"}
    assert titles(web, f"/offer/?area={far}") == {"Ottelu"}
    assert titles(web, f"/offer/?area={area}&when=today&children=1") == tonight - {"Kurssi"}
    assert titles(web, "/offer/?category=sport") == {"Ottelu", "Tähtien tarina"}
    assert titles(web, "/offer/?step_free=1") == tonight - {"Tähtien tarina"} | {"Kaukana"}
    assert titles(web, "/offer/?stop=1&when=today") == tonight - {"Tähtien tarina"}
    assert titles(web, f"/offer/?area={far}&step_free=1") == set()


def test_a_choice_stands_in_the_form_and_in_words(programme, web):
    web.language("en")
    web.get(f"/offer/?area={programme.area.id}&category=culture&day=2026-11-21&children=1&stop=1&when=week")
    fields = onpage.fields(web)
    assert {name: fields[name] for name in ("area", "category", "day", "children", "step_free", "stop")} == {
        "area": str(programme.area.id),
        "category": "culture",
        "day": "2026-11-21",
        "children": "True",
        "step_free": "False",
        "stop": "True",
    }
    assert "Chosen: South Karelia, 21 Nov 2026, Culture, With children, Bus stop is given" in web.text
    assert any(part.get("open") is not None for part in onpage.tree(web).iter("details"))


def test_the_way_through_the_pages_keeps_the_choices(app, programme, web):
    with app.app_context():
        event = factories.make_event(programme.venue, title="Sarja")
        for minutes in range(offer.DATES_A_PAGE + 2):
            factories.make_occurrence(event, starts_at=TONIGHT + 2 * DAY + timedelta(minutes=minutes))
    web.language("en")
    address = f"/offer/?area={programme.area.id}&day=2026-11-22&easy=1"
    for seen, count in ((address, offer.DATES_A_PAGE), (None, 2)):
        if seen is None:
            seen = next(link.get("href", "") for link in onpage.tree(web).iter("a") if link.get("rel") == "next")
            assert "page=2" in seen and f"area={programme.area.id}" in seen and "easy=1" in seen
        web.get(seen)
        assert sum(1 for row in onpage.tree(web).iter("p") if row.get("class") == "offer-title") == count
    assert not [link for link in onpage.tree(web).iter("a") if link.get("rel") == "next"]
    assert titles(web, "/offer/?page=300") == set()
    assert "Nothing was found" in web.text


@pytest.mark.parametrize(("name", "value"), BAD)
def test_what_makes_no_sense_is_told_kindly(programme, web, name, value):
    web.language("en")
    for address in ADDRESSES:
        answer = web.get(address.format(venue=programme.venue.id), query_string={name: value})
        assert answer.status_code == 200, f"{address} answered {answer.status}"
        assert "We did not understand this" in web.text
        assert "<script>" not in web.text


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_nothing_hints_at_money_trouble(programme, web, language):
    web.language(language)
    for address in ADDRESSES:
        for reading in ("", "?easy=1"):
            web.get(address.format(venue=programme.venue.id) + reading)
            assert not HINTS.search(web.text), f"{address}{reading}: {HINTS.search(web.text)}"


def test_the_easy_reading(programme, web):
    web.language("sv")
    web.get("/offer/?easy=1&when=today")
    page = onpage.tree(web)
    assert page.get("lang") == "fi"
    assert "Mihin pääset Kaikukortilla?" in web.text and "Tänään, perjantai 20.11." in web.text
    assert "Liput ovat jo loppuneet. Katso toinen päivä." in web.text
    links = [link.get("href", "") for link in page.iter("a") if "/offer/" in link.get("href", "")]
    plain = [link for link in links if "easy=1" not in link]
    assert plain == ["/offer/?when=today"], "one link leads out of the easy reading"
    [back] = [field.get("value") for field in page.iter("input") if field.get("name") == "next"]
    assert back == "/offer/?when=today", "another language leads to its own page"


def test_empty_places_and_an_empty_service(app, web):
    web.language("en")
    assert titles(web, "/offer/") == set()
    assert "Nothing was found" in web.text and "No places were found" in web.text
    assert web.get("/offer/venues").status_code == 200
    for address in ("/offer/venues/1", "/offer/venues/1.ics", "/offer/venues/2147483648"):
        assert web.get(address).status_code == 404


def test_a_place(app, programme, web):
    web.language("en")
    titles(web, f"/offer/venues/{programme.venue.id}")
    for words in ("City theatre", "Malliaukio", "05 000 0112", "Joulu", "Hearing loop Not known"):
        assert words in web.text, words
    assert "Step-free entrance Yes" in web.text
    assert "Peruttu" not in web.text and "Ottelu" not in web.text
    links = [link.get("href", "") for link in onpage.tree(web).iter("a")]
    assert f"webcal://localhost/offer/venues/{programme.venue.id}.ics?language=en" in links
    with app.app_context():
        db.session.execute(sa.update(Venue).values(state=PartnerState.PAUSED))
        db.session.commit()
    assert web.get(f"/offer/venues/{programme.venue.id}").status_code == 404


def test_a_strangers_page_needs_no_cookie_and_may_be_kept(programme, web):
    for address in ADDRESSES:
        answer = web.get(address.format(venue=programme.venue.id))
        assert "Set-Cookie" not in answer.headers
        assert (answer.cache_control.public, answer.cache_control.max_age) == (True, 60)
        assert "Cookie" in answer.headers["Vary"]
        again = web.get(address.format(venue=programme.venue.id), headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    web.language("sv")
    assert web.get("/offer/", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 200


def test_the_page_of_who_is_signed_in_is_kept_by_nobody(programme, enter):
    web = enter(programme.people[Role.WORKER])
    answer = web.get("/offer/")
    assert answer.headers["Cache-Control"] == "no-store" and "ETag" not in answer.headers
    assert "Adult social work" in web.text, "the own menu is there"


def test_language_and_text_size_by_address(web):
    answer = web.get("/preferences?language=sv&next=/offer/?when=week")
    assert (answer.status_code, answer.location) == (303, "/offer/?when=week")
    assert web.get("/offer/").status_code == 200 and onpage.tree(web).get("lang") == "sv"
    web.get("/preferences?text_size=large&language=xx&next=//elsewhere.example/")
    assert web.response is not None and web.response.location == "/"
    web.get("/offer/")
    assert (onpage.tree(web).get("lang"), onpage.tree(web).get("data-text-size")) == ("sv", "large")


def test_an_address_does_not_change_an_account(app, programme, enter):
    web = enter(programme.people[Role.WORKER])
    web.get("/preferences?language=sv")
    fresh = enter(programme.people[Role.WORKER], "")
    fresh.get("/about")
    assert onpage.tree(fresh).get("lang") == "fi"


def test_the_front_page_and_the_help_lead_here(programme, web):
    for address in ("/", "/help"):
        web.get(address)
        assert [link for link in onpage.tree(web).iter("a") if link.get("href") == "/offer/"], address


def test_often_but_not_without_end(web):
    place = {"REMOTE_ADDR": "127.9.9.10"}
    answers = [web.client.get("/offer/venues/1.ics", environ_base=place).status_code for _ in range(302)]
    assert answers == [404] * 300 + [429] * 2
    assert web.get("/offer/").status_code == 200, "others are not held up"
