"""Annual reports in the browser: the yearly table, freezing one, what anybody reads, what the coordinator sees."""

import csv
import io
import json
import re
from datetime import UTC, datetime

import openpyxl
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from kaikukortti import reports, taggedpdf, yearfigures
from kaikukortti.db import db
from kaikukortti.models.figures import Report
from kaikukortti.rules.access import Role
from tests import cubecells, factories, onpage, tampering
from tests.factories import DAY, NOW
from tests.onpage import json_of
from tests.webclient import Web
from venues import scanning

TABLE = "Cards and uses by year"
ROW_2026 = ["3", "2", "2", "0", "0", "1", "3", "0", "0", "0", "6", "2"]
NEW_YEAR = datetime(2027, 1, 20, 10, 0, tzinfo=UTC)


@pytest.fixture
def large(monkeypatch):
    """Let a network of a few cards be large enough for exact figures."""
    monkeypatch.setattr(yearfigures, "EXACT_FROM", 1)


@pytest.fixture
def visited(app: Flask, network, large):
    """Register some visits: five tickets at the theatre, one at the pool."""
    with app.app_context():
        area = db.session.merge(network.area, load=False)
        area.municipalities = ["Lappeenranta", "Imatra"]
        unit = db.session.merge(network.unit, load=False)
        factories.make_issued_card(unit, first_on=NOW.date() - DAY)
        db.session.commit()
        for card, tablet, counts in (
            (network.card, network.tablet, {"child": 2}),
            (network.card, network.other_tablet, {"occurred": NOW - 3 * DAY}),
            (network.other_card, network.tablet, {}),
            (network.community, network.tablet, {"adult": 0, "under16": 1}),
        ):
            item = factories.make_item(card, **counts)
            scanning.record(item, device=tablet.known, received_at=item.occurred)
    return network


@pytest.fixture
def coordinator(visited, enter) -> Web:
    return enter(visited.people[Role.COORDINATOR])


def freeze(web: Web, year: int = 2026) -> str:
    """Look a draft through and freeze it; return the address of the report."""
    web.submit(f"/figures/reports/{year}/new", {"checked": "y"}, form=f"/figures/reports/{year}/new")
    assert web.response is not None and web.response.status_code == 200
    return web.response.request.path


def test_the_yearly_table_has_the_columns_of_the_national_one(coordinator):
    coordinator.get("/figures/reports/")
    heads = next(list(table.iter("thead"))[0] for table in onpage.tree(coordinator).iter("table"))
    assert [onpage.words(head) for head in heads.iter("th")] == [
        *("Year", "Cards handed out", "Taken into use"),
        *("Adults: culture", "Adults: education", "Adults: science", "Adults: sport"),
        *("Children: culture", "Children: education", "Children: science", "Children: sport"),
        *("Uses in total", "Municipalities"),
    ]
    assert onpage.table(coordinator, TABLE) == {"2026": ROW_2026}
    assert "The figures are exact." in coordinator.text


def test_a_small_network_is_told_why_it_has_no_exact_table(network, enter):
    web = enter(network.people[Role.COORDINATOR])
    web.get("/figures/reports/")
    assert "fewer than 40 valid cards" in web.text
    cells = onpage.table(web, TABLE)["2026"]
    assert cells[:-2] == ["too few cards"] * 10 and cells[-2] == "under 5"


def test_a_report_is_looked_through_and_frozen(coordinator):
    coordinator.get("/figures/reports/2026/new")
    assert onpage.figures(coordinator)["Uses in total"] == 6
    coordinator.go_on({}, form="/figures/reports/2026/new")
    assert coordinator.response is not None and coordinator.response.status_code == 422
    assert "Look the figures through first" in coordinator.text
    coordinator.go_on({"checked": "y"}, form="/figures/reports/2026/new")
    assert "The report is frozen." in coordinator.text
    assert onpage.table(coordinator, TABLE) == {"2026": ROW_2026}
    coordinator.get("/figures/reports/")
    assert "Report 1/2026, frozen on 20 Nov 2026 18.30." in coordinator.text


def test_figures_that_moved_are_shown_again(app, coordinator, visited):
    coordinator.get("/figures/reports/2026/new")
    with app.app_context():
        item = factories.make_item(visited.other_card, occurred=NOW - DAY)
        scanning.record(item, device=visited.tablet.known, received_at=NOW)
    coordinator.go_on({"checked": "y"}, form="/figures/reports/2026/new")
    assert coordinator.response is not None and coordinator.response.status_code == 422
    assert "The figures have changed since this page was opened." in coordinator.text
    assert onpage.figures(coordinator)["Uses in total"] == 7
    coordinator.go_on({"checked": "y"}, form="/figures/reports/2026/new")
    assert "The report is frozen." in coordinator.text


@pytest.mark.parametrize("year", ["2025", "2027", "1"])
def test_there_is_no_report_of_a_year_without_a_network(coordinator, year):
    assert coordinator.get(f"/figures/reports/{year}/new").status_code == 404


def test_a_report_keeps_its_figures_and_shows_what_changed(app, coordinator, visited):
    address = freeze(coordinator)
    coordinator.get(address)
    assert "The live figures are the same as in this report." in coordinator.text
    with app.app_context():
        item = factories.make_item(visited.other_card, occurred=NOW - DAY)
        scanning.record(item, device=visited.tablet.known, received_at=NOW)
    coordinator.get(address)
    assert onpage.table(coordinator, TABLE) == {"2026": ROW_2026}
    assert onpage.table(coordinator, "What has changed") == {
        "Adults: culture": ["2", "3", "+1"],
        "Uses in total": ["6", "7", "+1"],
    }


def test_the_same_figures_in_page_and_files(coordinator):
    address = freeze(coordinator)
    coordinator.get(address)
    page = onpage.table(coordinator, TABLE)["2026"]
    text = coordinator.get(address + "?format=csv").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert next(row for row in rows if row[:1] == ["2026"])[1:] == page
    book = openpyxl.load_workbook(io.BytesIO(coordinator.get(address + "?format=xlsx").data))
    assert [str(cell.value) for cell in book[TABLE][6]][1:] == page
    sets = json_of(coordinator.get(address + "?format=jsonstat"))["link"]["item"]
    yearly = next(one for one in sets if one["extension"]["table"] == "yearly")
    assert [str(value) for value in yearly["value"]] == page
    by_category = sets[0]["value"]
    assert sum(by_category) == 6 and page[-2] == "6"


def test_files_say_what_the_figures_are(coordinator):
    answer = coordinator.get("/figures/reports/?format=csv")
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="kaikukortti-yearly-2026-01-01-2026-11-20.csv"'
    )
    text = answer.data.decode("utf-8-sig")
    for part in ("Etelä-Karjala", "South Karelia"):
        assert (part in text) == (part == "South Karelia"), "the source is in the reader's language"
    for part in ("1 Jan 2026 – 20 Nov 2026", "20 Nov 2026 18.30", "The figures are exact.", "One ticket of admission."):
        assert part in text
    assert coordinator.get("/figures/reports/?format=pdf").status_code == 400


def test_a_year_that_goes_on_is_nobody_elses(coordinator, web):
    report_id = freeze(coordinator).rsplit("/", 1)[1]
    for address in (f"/reports/{report_id}", f"/reports/{report_id}/report.pdf"):
        assert web.get(address).status_code == 404
    web.language("en")
    web.get("/reports/")
    assert "No report has been frozen yet." in web.text
    assert web.get("/reports/?format=csv").status_code == 404


def test_a_year_that_is_over_is_for_anybody_without_what_changed(app, visited, web):
    with app.app_context():
        actor = visited.people[Role.COORDINATOR].actor
        draft = reports.draw_up(2026, actor=actor, now=NEW_YEAR)
        report_id = reports.freeze(2026, actor=actor, seen=draft.mark, now=NEW_YEAR).id
        item = factories.make_item(visited.other_card, occurred=NOW - DAY)
        scanning.record(item, device=visited.tablet.known, received_at=NOW)
    web.language("en")
    with time_machine.travel(NEW_YEAR, tick=False):
        web.get("/reports/")
        assert onpage.table(web, TABLE) == {"2026": ROW_2026}
        web.get(f"/reports/{report_id}")
        assert onpage.table(web, TABLE) == {"2026": ROW_2026}
        assert "Since this report was frozen" not in web.text and "+1" not in web.text
        found = json_of(web.get("/reports/?format=jsonstat"))
        assert [str(value) for value in found["value"]] == ROW_2026
    assert web.get("/reports/?area=XX").status_code == 404


def test_tables_for_the_network_alone_stay_out_of_the_public_report(app, visited, web, enter):
    with app.app_context():
        for code in ("2026-08", "2026-09", "2026-Q3"):
            cubecells.write(visited.area.id, code, frozen_at=NOW)
        actor = visited.people[Role.COORDINATOR].actor
        draft = reports.draw_up(2026, actor=actor, now=NEW_YEAR)
        report_id = reports.freeze(2026, actor=actor, seen=draft.mark, now=NEW_YEAR).id
    web.language("en")
    own = enter(visited.people[Role.COORDINATOR])
    own.get(f"/figures/reports/{report_id}")
    assert "Cards in use by age" in own.text and "Month by month" in own.text
    assert onpage.table(own, "Cards in use by age")["25–34"] == ["25"]
    web.get(f"/reports/{report_id}")
    assert "Cards in use by age" not in web.text and "Month by month" in web.text
    tables = {
        reader: [one["extension"]["table"] for one in json_of(answer)["link"]["item"]]
        for reader, answer in (
            ("own", own.get(f"/figures/reports/{report_id}?format=jsonstat")),
            ("anybody", web.get(f"/reports/{report_id}?format=jsonstat")),
        )
    }
    assert set(tables["own"]) - set(tables["anybody"]) >= {"cards-by-age", "cards-by-origin", "cards-by-situation"}
    assert not [code for code in tables["anybody"] if code.startswith("cards-by")]


def test_another_network_s_report_is_nowhere(app, coordinator, visited, enter):
    address = freeze(coordinator)
    stranger = enter(visited.strangers[Role.COORDINATOR])
    for more in ("", "/report.pdf", "?format=csv"):
        assert stranger.get(address + more).status_code == 404


def test_a_tampered_report_is_not_shown(app, coordinator):
    address = freeze(coordinator)
    with app.app_context():
        figures = db.session.scalars(sa.select(Report.figures)).one()
        more = json.loads(re.sub(r'"uses": \d+', '"uses": 600', json.dumps(figures)))
        tampering.change_report(sa.update(Report).values(figures=more))
    assert coordinator.get(address).status_code == 500
    assert "not as it was frozen" in coordinator.text
    assert coordinator.get("/figures/reports/").status_code == 200


def test_without_the_library_the_page_says_so(coordinator, monkeypatch):
    address = freeze(coordinator)
    coordinator.get(address)
    assert "Annual report as PDF, in Finnish" in coordinator.text
    monkeypatch.setattr(taggedpdf, "is_available", lambda: False)
    coordinator.get(address)
    assert "Annual report as PDF" not in coordinator.text
    assert "lacks the Pango library" in coordinator.text
    assert coordinator.get(address + "/report.pdf").status_code == 404


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_report_is_read_in_three_languages(visited, enter, language):
    web = enter(visited.people[Role.COORDINATOR], language=language)
    freeze(web)
    name = {"fi": "Etelä-Karjala", "sv": "Södra Karelen", "en": "South Karelia"}[language]
    assert name in web.text
