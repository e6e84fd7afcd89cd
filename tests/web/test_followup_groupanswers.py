"""Answers of groups without names: papers go in, nothing comes back."""

import re

import pytest
import sqlalchemy as sa

from kaikukortti.followup import groupanswers, permissions, store
from kaikukortti.followup.models.answers import GroupResponse
from kaikukortti.followup.permissions import Permission
from kaikukortti.rules.access import Role
from tests import onpage
from tests.factories import NOW, TODAY

PAPER = {"response_code": "BCDF-GHJK", "phase": "start", "total": "21"}
SWEMWBS = "/followup/group-answers/swemwbs"


@pytest.fixture
def worker(network, enter):
    return enter(network.people[Role.WORKER])


def kept(app):
    with app.app_context(), store.reading() as session:
        return session.scalars(sa.select(GroupResponse).order_by(GroupResponse.phase.desc())).all()


def test_a_paper_is_kept_and_the_next_one_starts_empty(app, worker):
    worker.submit(SWEMWBS, {**PAPER, "mode": "assisted"})
    assert "The answer is kept." in worker.text
    fields = onpage.fields(worker)
    assert (fields["response_code"], fields["total"]) == ("", "")
    assert "19.25" not in worker.response.text and "BCDF" not in worker.text.replace("BCDF-GHJK.", "")
    (row,) = kept(app)
    assert (row.total, row.mode.value, row.used_card.value) == (19.25, "assisted", "unsaid")


def test_the_second_paper_makes_a_pair(app, worker):
    worker.submit(SWEMWBS, PAPER)
    worker.submit(SWEMWBS, {**PAPER, "response_code": "bcdf ghjk", "phase": "end", "total": "25", "used_card": "no"})
    start, end = kept(app)
    assert start.pair_hash == end.pair_hash and end.used_card.value == "no"


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"response_code": ""}, "This is needed."),
        ({"response_code": "131052"}, "A response code has"),
        ({"response_code": "131052-308T"}, "personal identity code"),
        ({"phase": "end"}, "There is no first answer with this code"),
        ({"phase": None}, "Choose one."),
        ({"total": ""}, "between 7 and 35"),
        ({"total": "36"}, "between 7 and 35"),
        ({"total": "x"}, "Write a number"),
    ],
)
def test_mistakes_are_told_beside_their_field(app, worker, changes, said):
    answer = worker.submit(SWEMWBS, {**PAPER, **changes})
    assert answer.status_code == 422 and said in worker.text
    assert kept(app) == []


def test_a_card_s_number_is_no_code(app, network, worker):
    answer = worker.submit(SWEMWBS, {**PAPER, "response_code": network.card.number})
    assert answer.status_code == 422 and "A response code has" in worker.text
    assert kept(app) == []


def test_the_same_code_twice(app, worker):
    worker.submit(SWEMWBS, PAPER)
    answer = worker.submit(SWEMWBS, {**PAPER, "total": "30"})
    assert answer.status_code == 422 and "There is an answer with this code already." in worker.text
    assert len(kept(app)) == 1


def test_answers_only_with_a_permission(app, network, worker):
    worker.get(SWEMWBS)
    assert "item_1" not in onpage.fields(worker)
    with app.app_context():
        given = Permission("Warwick 1/2026", "Warwick", "fi 2013", TODAY, True)
        actor = network.people[Role.ADMINISTRATOR].actor
        permissions.record("swemwbs", actor=actor, area_id=network.area.id, permission=given, now=NOW)
    items = {f"item_{number}": "3" for number in range(1, 8)}
    answer = worker.submit(SWEMWBS, {**PAPER, "total": "", **items, "item_4": ""})
    assert answer.status_code == 422 and "Missing: 4." in worker.text and kept(app) == []
    worker.go_on({"item_4": "3"})
    assert [row.total for row in kept(app)] == [19.25]


def test_numbers_are_hidden_below_five(app, network, worker):
    worker.get("/followup/group-answers/")
    assert "Nobody has answered yet." in worker.text
    codes = [groupanswers.draw_code() for _ in range(5)]
    for code in codes[:4]:
        worker.submit(SWEMWBS, {**PAPER, "response_code": code})
    worker.get("/followup/group-answers/")
    table = onpage.table(worker, "Answers of your unit")
    assert table == {"Positive mental health (SWEMWBS)": ["fewer than 5", "fewer than 5"]}
    worker.submit(SWEMWBS, {**PAPER, "response_code": codes[4]})
    worker.get("/followup/group-answers/")
    assert onpage.table(worker, "Answers of your unit")["Positive mental health (SWEMWBS)"] == ["5", "fewer than 5"]


def test_slips_have_new_codes_each_time(worker):
    found = []
    for _ in range(2):
        answer = worker.get("/followup/group-answers/slips")
        assert answer.headers["Cache-Control"] == "no-store"
        found += re.findall(r"slip-code\">([A-Z]{4}-[A-Z]{4})<", answer.text)
    assert len(found) == len(set(found)) == 16


def test_an_answer_is_deleted_by_its_code(app, worker):
    worker.submit(SWEMWBS, PAPER)
    answer = worker.submit("/followup/group-answers/forget", {"code": "esis", "response_code": "BCDF-GHJK"})
    assert answer.status_code == 422 and "There is no answer with this code" in worker.text
    worker.submit("/followup/group-answers/forget", {"code": "swemwbs", "response_code": "BCDF-GHJK"})
    assert "1 answer was deleted." in worker.text and kept(app) == []


@pytest.mark.parametrize("code", ["kykyviisari", "gas", "phq9"])
def test_other_measures_have_no_page(worker, code):
    assert worker.get(f"/followup/group-answers/{code}").status_code == 404
