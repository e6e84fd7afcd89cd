"""Pages of frozen indicators: a unit's and an area's figures in words, periods, hidden figures, who may read what."""

import json
from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.followup import store
from kaikukortti.followup.indicators.figures import hidden
from kaikukortti.rules import span
from kaikukortti.rules.access import Role
from tests import followups, frozenfigures, onpage

PAGE_BUDGET = 12  # DESIGN §10, here over both databases
UNIT = "/followup/"
AREA = "/followup/area/"
AREA_PAGES = (AREA, *(f"{AREA}{page}/" for page in ("reach", "first-use", "kinds", "season", "barriers")))
READERS = {UNIT: {Role.WORKER}, **dict.fromkeys(AREA_PAGES, {Role.COORDINATOR, Role.VIEWER})}
A_READER = {address: Role.WORKER if address == UNIT else Role.COORDINATOR for address in READERS}


@pytest.fixture
def frozen(app, network):
    """Freeze quarters a year apart and two years of the area, a quarter and a year of the unit."""
    with app.app_context():
        for code in ("2026-Q3", "2026-Q2", "2025-Q3"):
            frozenfigures.freeze(span.parse(code), frozenfigures.of_area(), area_id=network.area.id)
        for code, has_season in (("2025", True), ("2024", False)):
            figures = frozenfigures.of_year(has_season=has_season)
            frozenfigures.freeze(span.parse(code), figures, area_id=network.area.id)
        for code in ("2026-Q3", "2025"):
            frozenfigures.freeze(
                span.parse(code), frozenfigures.of_unit(), area_id=network.area.id, unit_id=network.unit.id
            )
    return network


@pytest.mark.parametrize("role", Role)
def test_each_page_is_for_its_readers(role, enter, frozen):
    web = enter(frozen.people[role])
    for address, readers in READERS.items():
        assert web.get(address).status_code == (200 if role in readers else 403), address


@pytest.mark.parametrize("address", [*READERS, "/followup/clients/"])
def test_nothing_is_there_while_follow_up_is_off(address, app, enter, network):
    with app.app_context():
        followups.switch_off(network.area)
    for role in (Role.WORKER, Role.COORDINATOR, Role.VIEWER):
        assert enter(network.people[role]).get(address).status_code in (403, 404)
    assert enter(network.people[A_READER.get(address, Role.WORKER)]).get(address).status_code == 404


@pytest.mark.parametrize("address", READERS)
def test_pages_stand_before_anything_is_frozen(address, enter, network):
    web = enter(network.people[A_READER[address]])
    assert web.get(address).status_code == 200
    assert web.get(f"{address}?format=csv").mimetype == "text/html", "there is no table to take along"


@pytest.mark.parametrize("address", READERS)
def test_only_frozen_quarters_and_years_exist(address, enter, frozen):
    web = enter(frozen.people[A_READER[address]])
    for period in ("2026-Q4", "2026-Q1", "1999", "2026-10", "2026-Q3-x", "2026-07-01", "x"):
        assert web.get(f"{address}?period={period}").status_code == 404, period


def test_a_unit_reads_its_figures_in_words(enter, frozen):
    web = enter(frozen.people[Role.WORKER])
    web.get(UNIT)
    for sentence in (
        "On 30 Sept 2026 63 of our cards were valid.",
        "Of the cards that we handed out in the period, about one in three have been used.",
        "Likely between a quarter and two fifths.",
        "Counted until 15 Oct 2026, when they had been out for 14 to 106 days.",
        "First used within a month: about one in ten, within three months: about one in three, within half a year:"
        " about half. Half of the cards are in use within 171 days.",
        "Of our cards that ended in the period, about one in five have no recorded use.",
        "Half of the visits are recorded within a day.",
        "Of our valid cards, about half have been used in the last 90 days.",
        "about three in five were renewed within 60 days.",
        "6 cards more were renewed without their earlier ones.",
        "Clients named most often: getting there (9), no company (7). Asked in 21 meetings.",
        "1 Jul 2026 – 30 Sept 2026. Counted on 15 Oct 2026",
    ):
        assert sentence in web.text, sentence
    lines = onpage.table(web, "Our unit in figures")
    assert lines["Cards handed out that have been used"] == ["81", "263", "31 %", "26–37 %"]
    assert lines["Health or strength"] == ["too little to tell", "–", "–", "–"]


def test_words_that_no_page_may_say(enter, frozen):
    """No blame, no effect, no rank: DESIGN §7."""
    for address, role in A_READER.items():
        web = enter(frozen.people[role])
        web.get(address)
        for word in ("effect", "has not visited", "never used", "best", "worst", "rank", "inactive", "↑", "↓"):
            assert word not in web.text.lower(), (address, word)


def test_a_unit_never_sees_another_unit_or_its_area(enter, frozen):
    stranger = enter(frozen.strangers[Role.WORKER])
    stranger.get(UNIT)
    assert "63 of our cards" not in stranger.text
    assert stranger.text.count("Too little to tell.") >= 7


def test_the_quarter_is_told_beside_the_year_before(app, enter, network):
    with app.app_context():
        before = [frozenfigures.share("I-05", 60, 300), frozenfigures.share("I-04", 20, 100)]
        now = [frozenfigures.share("I-05", 150, 300), frozenfigures.share("I-04", 25, 100)]
        for code, figures in (("2025-Q3", before), ("2026-Q3", now)):
            frozenfigures.freeze(span.parse(code), figures, area_id=network.area.id)
    web = enter(network.people[Role.COORDINATOR])
    web.get(AREA)
    lines = onpage.table(web, "The figures beside a year before")
    assert lines["Used in the last 90 days"] == ["50 %", "44–56 %", "20 %", "higher, was 20 %"]
    assert lines["Ended with no recorded use"] == ["25 %", "18–34 %", "20 %", "no clear difference"]
    assert lines["Valid cards on the last day"] == ["too little to tell", "–", "too little to tell", "not known"]
    assert (
        "Differs clearly from the same period a year before: used in the last 90 days (higher, was 20 %)." in web.text
    )
    web.get(f"{AREA}?period=2025-Q3")
    assert "There are no figures of a year before to put beside these." in web.text


def test_a_year_before_of_few_is_not_compared(app, enter, network):
    with app.app_context():
        frozenfigures.freeze(span.parse("2025-Q3"), [hidden("I-05")], area_id=network.area.id)
        frozenfigures.freeze(span.parse("2026-Q3"), frozenfigures.of_area(), area_id=network.area.id)
    web = enter(network.people[Role.COORDINATOR])
    web.get(AREA)
    assert "The year before has too little to put beside these." in web.text
    assert "Nothing differs" not in web.text


def test_hidden_figures_say_so_in_words(app, enter, network):
    with app.app_context():
        figures = [frozenfigures.young(), *(hidden(code) for code in ("I-02", "I-04", "I-06", "I-07"))]
        frozenfigures.freeze(span.parse("2026-Q3"), figures, area_id=network.area.id)
        frozenfigures.freeze(
            span.parse("2026-Q3"), [frozenfigures.young()], area_id=network.area.id, unit_id=network.unit.id
        )
    web = enter(network.people[Role.COORDINATOR])
    for address in AREA_PAGES:
        assert web.get(address).status_code == 200, address
    web.get(AREA)
    assert web.text.count("Too little to tell.") >= 7
    worker = enter(network.people[Role.WORKER])
    worker.get(UNIT)
    assert (
        "Not followed long enough yet. It is told 91 days after the end of the period at the earliest." in worker.text
    )


def test_the_curve_is_drawn_for_each_year_with_its_table(enter, frozen):
    web = enter(frozen.people[Role.VIEWER])
    page = web.get(f"{AREA}first-use/").get_data(as_text=True)
    assert page.count('class="plot-band"') == page.count('class="plot-line"') == 2
    lines = onpage.table(web, "How soon the card is first used")
    assert list(lines) == ["2025", "2024"]
    assert lines["2025"] == ["220", "10 % (7–15 %)", "33 % (27–40 %)", "50 % (43–57 %)", "171"]


def test_kinds_and_children_stand_beside_each_other(enter, frozen):
    web = enter(frozen.people[Role.COORDINATOR])
    web.get(f"{AREA}kinds/")
    assert onpage.table(web, "Visits with and without children") == {
        "Culture": ["90", "220"],
        "Education": ["–", "–"],
        "Science": ["too few cards", "too few cards"],
        "Sport": ["60", "230"],
    }
    kinds = onpage.table(web, "Uses by kind of place and event")
    assert kinds["Culture: visit to the house"] == ["110", "640", "17 %", "–"]
    assert "about one in five were in another municipality" in web.text


def test_the_season_waits_for_24_months(enter, frozen):
    web = enter(frozen.people[Role.COORDINATOR])
    page = web.get(f"{AREA}season/?period=2025").get_data(as_text=True)
    assert "Busiest in December (128), quietest in January (84); 100 is the mean of the year." in web.text
    assert page.count('class="plot-line"') == 2, "July is a gap"
    web.get(f"{AREA}season/?period=2024")
    assert "this needs 24 months of visits. It can be told in January 2028 at the earliest." in web.text
    assert onpage.table(web, "The months in numbers")["July"] == ["too little to tell", "–", "–"]


def test_reach_names_groups_but_no_unit(enter, frozen):
    web = enter(frozen.people[Role.COORDINATOR])
    web.get(f"{AREA}reach/")
    assert "Reached less often than others: 65 and over." in web.text
    assert "Not told by 30 of 180 new holders." in web.text
    lines = onpage.table(web, "How often a group is reached, by age")
    assert lines["under 25"] == ["40", "1.4", "more often than others"]
    assert lines["35–44"] == ["too little to tell", "–", "–"]
    assert "Vammaispalvelut" not in web.text


@pytest.mark.parametrize("address", READERS)
def test_every_table_can_be_taken_along(address, enter, frozen):
    web = enter(frozen.people[A_READER[address]])
    web.get(address)
    links = [link.get("href", "") for link in onpage.tree(web).iter("a") if link.get("download") is not None]
    assert [link.rpartition("=")[2] for link in links] == ["csv", "xlsx", "jsonstat"]
    for link in links:
        answer = web.get(link)
        assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
        assert len(answer.data) > 400


def test_files_hold_no_hidden_figure(enter, frozen):
    worker = enter(frozen.people[Role.WORKER])
    data = json.loads(worker.get(f"{UNIT}?format=jsonstat").data)
    values = dict(zip(_cells(data), data["value"], strict=True))
    assert values["I-02", "share"] == pytest.approx(0.308, abs=0.001)
    assert values["I-11:health", "number"] is None
    assert set(data["status"].values()) == {"too_few_cards", "not_applicable"}


def _cells(data: dict[str, Any]) -> list[tuple[str, str]]:
    rows, columns = (data["dimension"][name]["category"]["index"] for name in ("indicator", "measure"))
    return [(row, column) for row in rows for column in columns]


@pytest.mark.parametrize("address", READERS)
def test_pages_keep_the_budget_in_both_databases(address, app, enter, frozen):
    web = enter(frozen.people[A_READER[address]])
    web.get(address)
    statements: list[str] = []

    def count(_connection, _cursor, text, *_more) -> None:
        if not text.startswith(("BEGIN", "PRAGMA")):
            statements.append(text)

    with app.app_context():
        engines = [db.engine, db.engines[store.BIND]]
    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", count)
    assert web.get(f"{address}?period=2025").status_code == 200
    for engine in engines:
        sa.event.remove(engine, "before_cursor_execute", count)
    assert 0 < len(statements) <= PAGE_BUDGET, "\n".join(statements)
