"""The published tables for programs: JSON-stat by default, cached by revision, errors in the one shape."""

import csv
import io
import json
from datetime import UTC, datetime

import openpyxl
import pytest
import sqlalchemy as sa
from pyjstat import pyjstat

from kaikukortti import partners
from kaikukortti.cube import store
from kaikukortti.cube.tables import TABLES, Audience
from kaikukortti.rules.disclosure import NetworkSize
from kaikukortti.web import ratelimit
from kaikukortti.web.figures import tablepaths
from tests import cubecells
from tests.onpage import json_of

ROOT = "/api/v1/statistics/"
USES = ROOT + "uses-total?network=EK"
FROZEN = datetime(2026, 10, 16, 2, 0, tzinfo=UTC)
REVISED = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)


@pytest.fixture
def published(app, network):
    """Freeze two months and a quarter of the network."""
    with app.app_context():
        for code in ("2026-08", "2026-09", "2026-Q3"):
            cubecells.write(network.area.id, code, frozen_at=FROZEN)
    return network


def error_of(answer) -> str:
    """Return the code of an error, which has its one shape."""
    error = json_of(answer)["error"]
    assert set(error) == {"code", "message"} and error["message"]
    return str(error["code"])


def test_the_list_names_networks_and_public_tables(web, published):
    found = json_of(web.get(ROOT + "?language=fi"))
    assert found["networks"] == [
        {"network": "EK", "name": "Etelä-Karjala", "months": ["2026-08", "2026-09"], "quarters": ["2026-Q3"]},
        {"network": "HX", "name": "Häme", "months": [], "quarters": []},
    ]
    tables = {table["table"]: table for table in found["tables"]}
    public = {table.code.replace("_", "-") for table in TABLES if table.audience is Audience.PUBLIC}
    assert tables.keys() == public
    assert tables["uses-total"]["by"] == ["ticket"]
    assert (tables["uses-total"]["grain"], tables["uses-total"]["measure"]) == ("month", "uses")
    assert web.get(tables["uses-total"]["href"] + "?network=EK").status_code == 200


@pytest.mark.filterwarnings("ignore:Shouldn't use this function:DeprecationWarning")  # pyjstat's own, of its own
def test_a_table_is_jsonstat_and_read_by_pyjstat(web, published):
    answer = web.get(USES)
    assert answer.content_type == "application/json"
    found = json_of(answer)
    assert (found["version"], found["class"]) == ("2.0", "dataset")
    assert found["role"]["time"] == ["period"]
    assert found["dimension"]["period"]["category"]["index"] == {"2026-08": 0, "2026-09": 1}
    frame = pyjstat.Dataset.read(answer.text).write("dataframe")
    assert sorted(frame["value"]) == [35, 35, 120, 120]


def test_periods_are_chosen(web, published):
    one = json_of(web.get(USES + "&period=2026-09"))
    assert list(one["dimension"]["period"]["category"]["index"]) == ["2026-09"]
    two = web.get(USES + "&period=2026-09&period=2026-08&period=2026-09").text
    assert two == web.get(USES).text


def test_the_same_figures_in_every_form(web, published):
    values = [value for value in json_of(web.get(USES))["value"]]
    rows = list(csv.reader(io.StringIO(web.get(USES + "&format=csv").data.decode("utf-8-sig")), delimiter=";"))
    assert [int(cell) for row in rows[5:7] for cell in row[1:]] == values
    book = openpyxl.load_workbook(io.BytesIO(web.get(USES + "&format=xlsx").data))
    cells = book.worksheets[0].iter_rows(min_row=6, min_col=2, values_only=True)
    assert [cell for row in cells for cell in row] == values


def test_labels_are_in_the_language_asked_for_and_codes_in_none(web, published):
    found = {code: json_of(web.get(USES + f"&language={code}")) for code in ("fi", "en")}
    tickets = {code: one["dimension"]["ticket"]["category"] for code, one in found.items()}
    assert tickets["fi"]["index"] == tickets["en"]["index"]
    assert tickets["fi"]["label"] == {"adults": "Aikuiset", "children": "Lapset"}
    assert tickets["en"]["label"] == {"adults": "Adults", "children": "Children"}
    assert found["fi"]["extension"]["language"] == "fi"


def test_a_cell_without_a_figure_says_why(app, web, network):
    with app.app_context():
        cubecells.write(network.area.id, "2026-08", frozen_at=FROZEN, cells={"uses_total": {("adults",): 120}})
    found = json_of(web.get(USES))
    assert found["value"] == [120, None]
    assert found["status"] == {"1": "too_few_cards"}


def test_an_answer_is_kept_until_the_revision(app, web, published):
    first = web.get(USES)
    assert "public" in first.headers["Cache-Control"] and first.headers["Access-Control-Allow-Origin"] == "*"
    again = web.get(USES, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    others = [USES + more for more in ("&format=csv", "&language=fi", "&period=2026-08")]
    marks = {web.get(address).headers["ETag"] for address in others} | {first.headers["ETag"]}
    assert len(marks) == 4
    with app.app_context():
        cubecells.write(published.area.id, "2026-09", frozen_at=REVISED, revision=1)
    assert web.get(USES, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    older = web.get(USES + "&period=2026-08", headers={"If-None-Match": ", ".join(marks)})
    assert older.status_code == 304, "the other month has not been revised"


def test_the_mark_tells_no_figure(app, web, network):
    """Two services alike but for one figure mark their answers alike: the mark is no way to compare figures."""
    marks = []
    for number in (120, 125):
        with app.app_context():
            with store.writer().begin() as connection:
                for table in (store.CELLS, store.PERIODS):
                    connection.execute(sa.delete(table))
            cubecells.write(network.area.id, "2026-08", frozen_at=FROZEN, cells={"uses_total": {("adults",): number}})
        marks.append(web.get(USES).headers["ETag"])
    assert marks[0] == marks[1]


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("no-such-table", 404, "not_found"),
        ("cards-by-age?network=EK", 404, "not_found"),
        ("records?network=EK", 404, "not_found"),
        ("uses-total?network=XX", 404, "not_found"),
        ("uses-total", 400, "parameter_impossible"),
        ("uses-total?network=EK&format=pdf", 400, "parameter_impossible"),
        ("uses-total?network=EK&period=2026-13", 400, "parameter_impossible"),
        ("uses-total?network=EK&period=2026-Q3", 400, "parameter_impossible"),
        ("uses-total?network=EK" + "&period=2026-08" * 121, 400, "parameter_impossible"),
        ("uses-total?network=EK&language=ru", 400, "parameter_impossible"),
        ("uses-total?network=EK&period=2026-10", 404, "period_not_closed"),
        ("uses-total?network=HX", 404, "not_found"),
        ("?by=unit", 400, "crossing_not_published"),
        ("?by=venue&by=age", 400, "crossing_not_published"),
        ("?by=age&by=situation&by=category", 400, "crossing_not_published"),
    ],
)
def test_what_cannot_be_had_is_said(web, published, address, status, code):
    answer = web.get(ROOT + address)
    assert (answer.status_code, error_of(answer)) == (status, code)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_small_network_has_no_such_table(app, web, network):
    with app.app_context():
        cubecells.write(network.area.id, "2026-08", frozen_at=FROZEN, size=NetworkSize.ONE_TOTAL, cells={})
    answer = web.get(USES)
    assert (answer.status_code, error_of(answer)) == (404, "network_too_small")
    assert "40" in json_of(answer)["error"]["message"]


def test_one_network_need_not_be_named(app, web, published, monkeypatch):
    with app.app_context():
        only = [area for area in partners.list_areas() if area.prefix == "EK"]
    monkeypatch.setattr(partners, "list_areas", lambda: only)
    assert web.get(ROOT + "uses-total").status_code == 200


def test_tables_are_found_by_what_they_show(web, published):
    found = json_of(web.get(ROOT + "?by=ticket&by=category"))
    assert [table["table"] for table in found["tables"]] == ["uses"]


def test_nobody_asks_without_end(app, web, published):
    somewhere = {"REMOTE_ADDR": "192.0.2.77"}
    first = web.get(ROOT, environ_base=somewhere).headers["ETag"]
    for _ in range(ratelimit.OFTEN.amount - 1):
        answer = web.get(ROOT, environ_base=somewhere, headers={"If-None-Match": first})
    assert answer.status_code == 304
    refused = web.get(ROOT, environ_base=somewhere)
    assert (refused.status_code, error_of(refused)) == (429, "http_429")
    assert int(refused.headers["Retry-After"]) > 0


def test_every_call_is_described(app, web, published):
    document = json_of(web.get("/api/openapi.json"))
    described = tablepaths.describe()
    assert {path: document["paths"][path] for path in described} == json.loads(json.dumps(described))
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("statisticsapi.")}
    assert {rule.replace("<table_code>", "{table}") for rule in rules} == set(described)
