"""Taking in codes on the page: the file is examined, the report names each problem, one press takes all or nothing."""

import io
import random
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from kaikukortti import tables
from kaikukortti.db import db
from kaikukortti.models.cards import Batch, BatchSource, Card
from kaikukortti.rules import number
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import State
from kaikukortti.web import stockimport
from tests import onpage
from tests.tablefiles import make_csv, make_xlsx
from tests.webclient import Web

PAGE = "/stock/import"
CODES = [number.make("EK", random.Random(5).choice), number.make("EK", random.Random(6).choice)]
ROWS = [("Numero", "Laji"), (CODES[0], "henkilökohtainen"), (CODES[1], "yhteisö")]
IDENTITY_CODE = "131052-308T"


@pytest.fixture
def coordinator(network, enter) -> Web:
    return enter(network.people[Role.COORDINATOR])


def send(web: Web, unit: Any, data: bytes, name: str = "lista.csv") -> Any:
    """Choose a unit and a file, as a person does."""
    web.get(PAGE)
    return post(web, {"unit": str(unit.id), "file": FileStorage(io.BytesIO(data), name)})


def post(web: Web, fields: dict[str, Any]) -> Any:
    """Send fields and files; the body is made here, because the test client leaves large ones open."""
    boundary, body = encode_multipart({"csrf_token": onpage.token(web), **fields})
    return web.post(PAGE, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def count_of(app) -> tuple[int | None, ...]:
    with app.app_context():
        return tuple(db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (Batch, Card))


@pytest.mark.parametrize("data", [make_csv(ROWS, encoding="cp1252"), make_csv(ROWS, separator="\t"), make_xlsx(ROWS)])
def test_a_list_is_examined_and_then_taken_in(app, coordinator, network, data):
    before = count_of(app)
    assert send(coordinator, network.unit, data).status_code == 200
    assert "The list is in order. 2 cards would be taken into stock." in coordinator.text
    assert "Adult social work" in coordinator.text and "Personal card 1" in coordinator.text
    assert count_of(app) == before, "examining changes nothing"
    coordinator.go_on()
    assert "2 cards were taken into stock." in coordinator.text
    with app.app_context():
        cards = db.session.scalars(sa.select(Card).where(Card.number.in_(CODES))).all()
        assert {(card.unit_id, card.state, card.batch.source) for card in cards} == {
            (network.unit.id, State.STOCK, BatchSource.IMPORTED)
        }
        assert len(cards) == 2


def test_the_same_list_again_changes_nothing_and_says_so(app, coordinator, network):
    send(coordinator, network.unit, make_csv(ROWS))
    examined = onpage.fields(coordinator)
    coordinator.go_on()
    before = count_of(app)
    assert send(coordinator, network.unit, make_xlsx(ROWS)).status_code == 200
    assert "The unit has all these 2 cards already. Nothing was changed." in coordinator.text
    assert not onpage.fields(coordinator).get("examined")
    examined["csrf_token"] = onpage.token(coordinator)
    coordinator.post(PAGE + "/confirm", data=examined, follow_redirects=True)
    assert "The unit has all these codes already. Nothing was changed." in coordinator.text
    assert count_of(app) == before


def test_every_problem_is_listed_by_row_and_column(app, coordinator, network):
    rows = [*ROWS, (CODES[0], "x"), ("=1+1", ""), (IDENTITY_CODE, ""), (network.card.number, ""), (CODES[1], "yhteisö")]
    rows += [(network.far_stock.number, ""), ("<b>oops</b>", "")]
    before = count_of(app)
    answer = send(coordinator, network.unit, make_csv(rows))
    assert answer.status_code == 422
    listed = [[onpage.words(cell) for cell in row] for row in next(onpage.tree(coordinator).iter("tbody"))]
    assert [row[:2] for row in listed] == [
        ["4", "A"], ["4", "B"], ["5", "A"], ["6", "A"], ["7", "A"], ["8", "A"], ["9", "A"], ["10", "A"],
    ]  # fmt: skip
    words = [row[2] for row in listed]
    for at, said in enumerate(
        (
            "in row 2 already",
            "kind is not known",
            "begins like a formula",
            "identity code",
            "handed out already",
            "in row 3 already",
        )
    ):
        assert said in words[at]
    assert "another area" in words[6] and "<b>oops</b>" in words[7]
    assert "8 cells have to be put right" in coordinator.text
    assert IDENTITY_CODE not in answer.get_data(as_text=True)
    assert not onpage.fields(coordinator).get("examined") and count_of(app) == before


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.4", "neither an Excel workbook"),
        (make_xlsx(ROWS)[:300], "broken"),
        (b'"a;b\n', "quotation marks near row 1"),
        (b"a\n" * (tables.MOST_BYTES // 2 + 8), "too large: at most 6 MB"),
        (b"a\n" * 100_002, "at most 100,000 at once"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_why(app, coordinator, network, data, said):
    before = count_of(app)
    assert send(coordinator, network.other_unit, data, "lista.xlsx").status_code == 422
    assert said in coordinator.text and "lista.xlsx" not in coordinator.text
    assert onpage.fields(coordinator)["unit"] == str(network.other_unit.id), "the choice of the unit is kept"
    assert count_of(app) == before


def test_no_file_and_a_foreign_unit(coordinator, network):
    coordinator.get(PAGE)
    assert post(coordinator, {"unit": str(network.unit.id)}).status_code == 422
    assert "Choose a file." in coordinator.text
    assert send(coordinator, network.far_unit, make_csv(ROWS)).status_code == 422


def test_far_too_much_is_refused_before_it_is_read(coordinator, network):
    assert send(coordinator, network.unit, b"a" * (stockimport.LARGEST_BODY + 1)).status_code == 413
    assert "Too much was sent at once" in coordinator.text


def test_the_longest_examined_list_finds_its_way_back(coordinator):
    """The seal of 100,000 codes is larger than any other form may be."""
    coordinator.get(PAGE)
    fields = {"csrf_token": onpage.token(coordinator), "examined": "x" * 1_500_000}
    assert coordinator.post(PAGE + "/confirm", data=fields).status_code == 303


def test_only_a_coordinator_may_send_so_much(network, enter):
    worker = enter(network.people[Role.WORKER])
    worker.get("/stockroom")
    assert post(worker, {"file": FileStorage(io.BytesIO(b"a" * 1_200_000), "x.csv")}).status_code == 413
    assert worker.get(PAGE).status_code == 403


@pytest.mark.parametrize("harm", ["changed", "cut", "empty", "another's", "old"])
def test_only_what_was_examined_can_be_confirmed(app, coordinator, network, enter, harm):
    send(coordinator, network.unit, make_csv(ROWS))
    sealed, before = onpage.fields(coordinator)["examined"], count_of(app)
    text = {"changed": sealed[:9] + ("A" if sealed[9] != "A" else "B") + sealed[10:], "cut": sealed[:-3], "empty": ""}
    with time_machine.travel("2026-11-20 20:31:00+00:00" if harm == "old" else "2026-11-20 20:29:00+00:00", tick=False):
        web = enter((network.strangers if harm == "another's" else network.people)[Role.COORDINATOR])
        web.get(PAGE)
        fields = {"csrf_token": onpage.token(web), "examined": text.get(harm, sealed)}
        web.post(PAGE + "/confirm", data=fields, follow_redirects=True)
    assert "Choose the file again. Nothing was taken in." in web.text
    assert count_of(app) == before


def test_what_changed_since_the_examination_refuses_the_whole_list(app, coordinator, network):
    send(coordinator, network.unit, make_csv(ROWS))
    examined = onpage.fields(coordinator)
    send(coordinator, network.other_unit, make_csv(ROWS[:2]))
    coordinator.go_on()
    before = count_of(app)
    answer = coordinator.post(PAGE + "/confirm", data=examined)
    assert answer.status_code == 422
    assert "This card belongs to another unit." in coordinator.text and "Nothing was taken in" in coordinator.text
    assert count_of(app) == before
