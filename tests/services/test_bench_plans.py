"""The plans of what is done all day: a statement that walks through a large table is found, and nothing is changed."""

from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from kaikukortti import simulate
from kaikukortti.cli import bench_hotcalls, bench_plans, kaikukortti
from kaikukortti.cli.bench_hotcalls import Call
from kaikukortti.db import Base, db, transactional
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import Scan
from kaikukortti.models.network import Area
from kaikukortti.simulate.size import Size
from tests import factories
from tests.factories import NOW

pytestmark = [
    pytest.mark.parametrize("engine_name", [pytest.param("postgresql", marks=pytest.mark.postgresql)]),
    pytest.mark.usefixtures("app", "engine_name"),
]
SIZE = Size(areas=1, units=2, venues=4, cards=120, years=2, visits=600)


def fill() -> None:
    """Make a small network with a tablet's visits."""
    simulate.network(SIZE, seed=3, now=NOW)
    db.session.rollback()


def contents() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row there is."""
    return {
        table.name: sorted(map(tuple, db.session.execute(sa.select(table))), key=str)
        for table in Base.metadata.sorted_tables
    }


def bench(app: Any, *more: str) -> Any:
    return CliRunner().invoke(kaikukortti, ["bench", "plans", "--postgresql", app.config["KAIKU"].database_url, *more])


def test_every_call_is_measured_and_nothing_is_changed(app):
    fill()
    before = contents()
    db.session.rollback()
    result = bench(app, "--each")
    assert result.exit_code == 0, result.output
    for name in ("tablet: registration", "desk: renewals", "export: 2,000 cards", "everybody: the session"):
        assert any(line.startswith(name) for line in result.output.splitlines())
    assert "INSERT INTO scans" in result.output and "UPDATE scans" in result.output
    assert contents() == before


def test_no_card_number_is_told(app):
    fill()
    numbers = set(db.session.scalars(sa.select(Card.number)))
    db.session.rollback()
    output = bench(app, "--each").output
    assert not [number for number in numbers if number in output]


def test_a_walk_through_a_large_table_is_found(app, monkeypatch):
    fill()
    monkeypatch.setattr(bench_plans, "MOST_ROWS", 100)
    bad = bench_plans.measure(Call("bad", lambda: db.session.scalars(sa.select(Scan).where(Scan.adult == 7)).all()))
    assert {walk.table for walk in bad.faults} == {"scans"} and bad.faults[0].rows >= SIZE.visits
    assert bad.verdict == "FAILS: all of scans" and "FAILS" in bad.line()
    good = bench_plans.measure(Call("good", lambda: db.session.get(Scan, "nowhere")))
    assert not good.faults and good.verdict == "ok"


def test_a_call_that_needs_a_table_whole_may_read_it(app, monkeypatch):
    fill()
    monkeypatch.setattr(bench_plans, "MOST_ROWS", 100)
    everything = Call("all", lambda: db.session.scalars(sa.select(Scan)).all(), reads_all=frozenset({"scans"}))
    assert bench_plans.measure(everything).verdict == "ok, reads all scans"


def test_a_bad_plan_ends_the_command_with_an_error(app, monkeypatch):
    fill()
    bad = Call("bad", lambda: db.session.scalars(sa.select(Scan).where(Scan.adult == 7)).all())
    monkeypatch.setattr(bench_plans, "MOST_ROWS", 100)
    monkeypatch.setattr(bench_hotcalls, "calls", lambda sample: [bad])
    result = bench(app)
    assert result.exit_code == 1 and "bad " in result.output and "FAILS" in result.output


def test_statements_are_seen_after_those_before_them_and_taken_back(app):
    """A row that a call writes is there for its own next statement, and gone afterwards."""

    @transactional
    def rename() -> None:
        db.session.execute(sa.update(Area).values(name_en="Renamed"))
        assert set(db.session.scalars(sa.select(Area.name_en))) == {"Renamed"}

    factories.make_area()
    measured = bench_plans.measure(Call("rename", rename))
    assert [plan.statement.split()[0] for plan in measured.plans] == ["UPDATE", "SELECT"]
    assert set(db.session.scalars(sa.select(Area.name_en))) != {"Renamed"}


def test_a_call_without_end_is_looked_at_for_some_statements(app):
    def ask() -> None:
        while True:
            db.session.scalar(sa.select(sa.func.count()).select_from(Area))

    assert len(bench_plans.measure(Call("endless", ask, most_statements=3)).plans) == 3


def test_an_empty_database_and_another_engine_are_refused(app):
    assert "no card in use" in bench(app).output
    refused = CliRunner().invoke(kaikukortti, ["bench", "plans", "--postgresql", "sqlite:///here.db"])
    assert refused.exit_code == 1 and "Name a PostgreSQL database" in refused.output
