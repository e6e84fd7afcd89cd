"""Cards and uses go out, come into an empty service, and figures and files are the same."""

import io
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kaikukortti import simulate, statistics
from kaikukortti.db import db
from kaikukortti.models.network import Area, Unit, Venue
from kaikukortti.simulate.size import Size
from kaikukortti.transfer import exporting, importing, rowfile
from kaikukortti.transfer.cardimport import CardImport
from kaikukortti.transfer.columns import CARDS, USES
from kaikukortti.transfer.useimport import UseImport
from tests.factories import NOW, TODAY
from tests.transfers import LONG_AGO

SIZE = Size(areas=2, units=4, venues=10, cards=300, years=2, visits=2_000)


def test_out_and_into_an_empty_service_again(app, migrated, engine_name, tmp_path):
    """A made-up network goes out; its cards and uses come into a service that has the same places and nothing else."""
    simulate.network(SIZE, seed=5, now=NOW)
    before = [figures(area_id) for area_id in (1, 2)]
    for area_id in (2, 1):
        write(tmp_path / f"cards{area_id}", CARDS, exporting.cards(area_id))
        write(tmp_path / f"uses{area_id}", USES, exporting.uses(area_id))
    network = places()
    db.session.remove()
    db.engine.dispose()
    migrated(engine_name).empty()
    build(network)
    for what, shape in (("cards", CardImport), ("uses", UseImport)):
        for area in db.session.scalars(sa.select(Area).order_by(Area.id)).all():
            file, made = tmp_path / f"{what}{area.id}", shape(area, today=TODAY)
            summary = importing.run(file, made, area=area, is_dry=False, now=NOW)
            assert summary.new == summary.rows > 50
            again = importing.run(file, shape(area, today=TODAY), area=area, is_dry=False, now=NOW)
            assert again.there == summary.rows
    assert [figures(area_id) for area_id in (1, 2)] == before
    for area_id in (1, 2):
        for what, columns, rows in (("cards", CARDS, exporting.cards), ("uses", USES, exporting.uses)):
            first = (tmp_path / f"{what}{area_id}").read_text(encoding="utf-8-sig").splitlines()
            write(tmp_path / "again", columns, rows(area_id))
            again_lines = (tmp_path / "again").read_text(encoding="utf-8-sig").splitlines()
            assert sorted(first) == sorted(again_lines)


def write(path: Path, columns, rows) -> None:
    stream = io.StringIO(newline="")
    rowfile.write_rows(stream, columns, rows)
    path.write_bytes(stream.getvalue().encode("utf-8-sig"))


def figures(area_id: int):
    """Return an area's figures but the order of venues that are equal."""
    found = statistics.overview(area_id, first_on=LONG_AGO, last_on=TODAY)
    rows = sorted((row.name_fi, row.uses) for row in found.by_venue)
    return found.cards, found.by_category, rows, found.by_month, found.helpers, found.unverified


def places() -> list[tuple[type, list[dict[str, Any]]]]:
    return [
        (table, [{column.name: getattr(row, column.name) for column in table.__table__.columns} for row in rows])
        for table in (Area, Unit, Venue)
        for rows in [db.session.scalars(sa.select(table).order_by(table.id)).all()]
    ]


def build(network: list[tuple[type, list[dict[str, Any]]]]) -> None:
    for table, rows in network:
        db.session.execute(sa.insert(table), rows)
    db.session.commit()
