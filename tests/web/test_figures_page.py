"""The coordinator's first page: its numbers, tables and charts rise by exactly what the door registers."""

import pytest

from kaikukortti.db import db
from kaikukortti.rules.access import Role
from tests import factories, onpage
from tests.factories import DAY, NOW
from tests.webclient import Web


@pytest.fixture
def coordinator(network, enter) -> Web:
    return enter(network.people[Role.COORDINATOR])


@pytest.fixture
def doors(app, network) -> dict[str, Web]:
    """Return a tablet of each of the two venues."""
    tablets = {"theatre": network.tablet, "pool": network.other_tablet}
    found = {name: Web(app) for name in tablets}
    for name, tablet in tablets.items():
        found[name].client.set_cookie("kaiku_device", tablet.credential)
    return found


def test_the_figures_rise_by_exactly_the_tickets(coordinator, doors, network):
    coordinator.get("/figures/")
    before = onpage.figures(coordinator)
    assert (before["Cards handed out"], before["Taken into use"], before["Not used yet"]) == (2, 0, 2)
    assert (before["Uses in total"], before["Community cards"]) == (0, 1)
    theatre = [
        factories.scan_body(network.card, occurrence=network.tonight, child=2, assistant=1),
        factories.scan_body("VA12345", occurrence=network.tonight, child=1),
    ]
    pool = [
        factories.scan_body(network.card, occurred=NOW - 25 * DAY),
        factories.scan_body(network.community, adult=0, worker=1, under16=3),
    ]
    for door, items in (("theatre", theatre), ("pool", pool)):
        assert doors[door].post("/door/api/scans", json={"items": items}).status_code == 200
    coordinator.get("/figures/")
    assert onpage.figures(coordinator) == {
        **before,
        "Taken into use": 1,
        "Not used yet": 1,
        "Uses in total": 8,
        "Assistants and interpreters": 1,
        "Uses with cards from elsewhere": 2,
    }
    assert "adults 3, children 5" in coordinator.text
    by_category = onpage.table(coordinator, "Uses by category")
    assert by_category["Culture"] == ["1", "2", "3"] and by_category["Sport"] == ["2", "3", "5"]
    assert by_category["Total"] == ["3", "5", "8"]
    assert onpage.table(coordinator, "Uses by venue") == {
        "Uimahalli": ["2", "3", "5"],
        "City theatre": ["1", "2", "3"],
        "Total": ["3", "5", "8"],
    }
    by_month = onpage.table(coordinator, "Uses by month")
    assert {month: cells for month, cells in by_month.items() if cells[-1] != "0"} == {
        "Oct 2026": ["1", "0", "1"],
        "Nov 2026": ["2", "5", "7"],
        "Total": ["3", "5", "8"],
    }


def test_an_undo_takes_them_back(coordinator, doors, network):
    body = factories.scan_body(network.card, occurrence=network.tonight)
    doors["theatre"].post("/door/api/scans", json={"items": [body]})
    coordinator.get("/figures/")
    assert onpage.figures(coordinator)["Uses in total"] == 1
    doors["theatre"].post("/door/api/scans", json={"items": [factories.undo_body(body)]})
    coordinator.get("/figures/")
    figures = onpage.figures(coordinator)
    assert (figures["Uses in total"], figures["Taken into use"]) == (0, 0)


def test_a_year_is_chosen(app, coordinator, network):
    with app.app_context():
        factories.make_issued_card(db.session.merge(network.unit, load=False), first_on=NOW.date() - 400 * DAY)
    for year, handed_out in (("2025", 1), ("2026", 2)):
        coordinator.get(f"/figures/?year={year}")
        assert onpage.figures(coordinator)["Cards handed out"] == handed_out
        assert list(onpage.table(coordinator, "Uses by month"))[:1] == [f"Jan {year}"]
    coordinator.get("/figures/")
    assert onpage.figures(coordinator)["Cards handed out"] == 3


@pytest.mark.parametrize("year", ["1999", "9999999999", "x", "", "-1", "2026.0"])
def test_a_year_that_is_not_offered_is_everything(coordinator, year):
    assert coordinator.get("/figures/", query_string={"year": year}).status_code == 200
    assert "Since the beginning" in coordinator.text
    current = [link for link in onpage.tree(coordinator).iter("a") if link.get("aria-current") == "true"]
    assert [onpage.words(link) for link in current] == ["Since the beginning"]


def test_another_area_is_not_in_it(coordinator, doors, network, enter):
    doors["theatre"].post("/door/api/scans", json={"items": [factories.scan_body(network.card)]})
    far = enter(network.strangers[Role.COORDINATOR])
    far.get("/figures/")
    figures = onpage.figures(far)
    assert set(figures.values()) == {0}
    assert list(onpage.table(far, "Uses by venue")) == [network.far_venue.name_fi, "Total"]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_chart_has_a_finding_and_a_table(network, enter, doors, language):
    doors["theatre"].post("/door/api/scans", json={"items": [factories.scan_body(network.card)]})
    web = enter(network.people[Role.COORDINATOR], language)
    web.get("/figures/")
    charts = [figure for figure in onpage.tree(web).iter("figure") if "chart" in figure.get("class", "")]
    assert len(charts) == 3
    for chart in charts:
        assert len(list(chart.iter("table"))) == 1
        finding = next(span for span in chart.iter("span") if span.get("class") == "chart-finding")
        assert len(onpage.words(finding)) > 10
        picture = next(part for part in chart.iter() if part.get("role") == "img")
        assert picture.get("aria-labelledby")
