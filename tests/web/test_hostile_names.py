"""Sixty payloads as the names of everything: each page shows them as text, and no address, header or file is bent."""

import csv
import io
import re

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.ledger import Device
from kaikukortti.models.network import Area, Unit, User, Venue
from kaikukortti.models.programme import Event
from kaikukortti.rules.access import Role
from tests import factories, onpage, pagestyle
from tests.payloads import XSS
from tests.web.pagelists import PAGES, PUBLIC
from tests.web.test_pages import addresses

# Where the page's own markup is: everything else in it is text of somebody's.
BREAKOUTS = {"script", "iframe", "object", "embed", "base", "marquee", "video", "audio", "math", "template", "style"}
OWN = {"video"}
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", '=HYPERLINK("//evil.example")')


def fill(texts, network) -> None:
    """Give every named thing of the network, and sixty more of each kind, a text as its name."""
    areas, units = db.session.scalars(sa.select(Area)), db.session.scalars(sa.select(Unit))
    named: list[Area | Unit | Venue] = [*areas, *units, *db.session.scalars(sa.select(Venue))]
    for number, row in enumerate(named):
        row.name_fi, row.name_sv, row.name_en = f"{number}{texts[0]}", texts[1], texts[2]
    db.session.execute(sa.update(Event).values(title_fi=texts[3], title_sv=texts[4], title_en=texts[5]))
    db.session.execute(sa.update(Venue).values(contact_person=texts[6], street=texts[7], bus_stop=texts[8]))
    db.session.execute(sa.update(Unit).values(contact_person=texts[9], municipality=texts[10]))
    db.session.execute(sa.update(Area).values(help_address=texts[11], controller=texts[12]))
    db.session.execute(sa.update(User).values(name=texts[13]))
    db.session.execute(sa.update(Device).values(name=texts[14][:60]))
    for text in texts:
        unit = Unit(area_id=network.area.id, name_fi=text)
        venue = Venue(area_id=network.area.id, name_fi=text, category="culture")
        event = Event(
            venue_id=network.venue.id, title_fi=text, category="culture", kind="exhibition", created_at=factories.NOW
        )
        db.session.add_all([unit, venue, event])
        db.session.flush()
        factories.make_occurrence(event).place = text[:60]
        person = factories.make_user(name=text, password=None)
        factories.make_person(Role.WORKER, network.unit, user=person)
    db.session.commit()


@pytest.fixture
def hostile(app, network):
    """Return the network with its names changed."""
    with app.app_context():
        fill(XSS, network)
    return network


def strange(answer) -> list[str]:
    """Return what stands in a page that no template of ours has put there; Web has checked for inline code."""
    page = pagestyle.parse(answer)
    found = [str(element.tag) for element in page.iter() if element.tag in BREAKOUTS - OWN - {"script"}]
    for element in page.iter():
        links = [element.get(name, "") for name in ("src", "href", "action", "formaction", "data", "content")]
        found += [link for link in links if re.match(r"\s*(javascript|data|vbscript):|//|.*evil", link, re.IGNORECASE)]
    return found


@pytest.mark.parametrize("role", [Role.WORKER, Role.VENUE_MANAGER, Role.COORDINATOR, Role.VIEWER])
def test_sixty_payloads_in_every_name_are_text_to_staff(hostile, enter, role):
    web, shown = enter(hostile.people[role], "fi"), 0
    for page in addresses(PAGES[role], hostile):
        answer = web.get(page, follow_redirects=True)
        assert answer.status_code == 200, page
        assert strange(answer) == [], page
        shown = max(shown, sum(text in answer.text or text in web.text for text in XSS))
    assert shown >= (55 if role is Role.COORDINATOR else 2)


def test_sixty_payloads_in_every_name_are_text_to_strangers(hostile, web):
    shown = 0
    for page in [*PUBLIC, f"/offer/venues/{hostile.venue.id}"]:
        for language in ("fi", "sv", "en"):
            web.language(language)
            answer = web.get(page)
            assert answer.status_code == 200 and strange(answer) == [], page
            shown = max(shown, sum(text in web.text for text in XSS))
    assert shown >= 15, "a list of the offer has its pages"


def test_no_payload_bends_a_header_or_a_file_name(hostile, enter):
    web = enter(hostile.people[Role.VENUE_MANAGER])
    for page in ("/venue/programme/files/programme.csv", "/venue/programme/files/programme.ics"):
        answer = web.get(page)
        assert re.fullmatch(r'attachment; filename="programme\.(csv|ics)"', answer.headers["Content-Disposition"])
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    feed = web.get(f"/offer/venues/{hostile.venue.id}.ics")
    assert feed.status_code == 200 and feed.mimetype == "text/calendar"


@pytest.mark.parametrize("page", ["/sign-in?next={}", "/preferences?next={}&language=fi", "/offer/?day={}&when={}"])
def test_payloads_in_an_address_are_text_and_lead_nowhere(web, page):
    for text in (*XSS, "//evil.example", "https://evil.example/", "/\\evil.example", "/\t/evil.example", "\r\nX: y"):
        answer = web.get(page.replace("{}", text.replace("#", "%23").replace("&", "%26")))
        assert answer.status_code in (200, 303)
        assert "evil" not in answer.headers.get("Location", "") and "X" not in answer.headers
        if answer.status_code == 200:
            assert strange(answer) == []


def test_no_cell_of_an_export_is_a_formula(app, network, enter):
    with app.app_context():
        for number, text in enumerate(FORMULAS):
            event = factories.make_event(network.venue, title=text)
            factories.make_occurrence(event, starts_at=factories.TONIGHT + (number + 1) * factories.DAY)
    web = enter(network.people[Role.VENUE_MANAGER])
    answer = web.get("/venue/programme/files/programme.csv")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")), delimiter=";"))
    cells = [cell for row in rows for cell in row if cell]
    assert len([cell for cell in cells if "1" in cell and cell.startswith("'")]) >= 5, "white space in front is trimmed"
    assert [cell for cell in cells if cell[0] in "=+-@\t\r＝＋－＠"] == []


def test_a_name_with_markup_is_inert_in_the_json_of_scripts(hostile, enter):
    web = enter(hostile.people[Role.WORKER])
    web.get("/cards/new")
    data = [part for part in onpage.tree(web).iter("script") if part.get("type") == "application/json"]
    assert data and all("<" not in (part.text or "") for part in data)
