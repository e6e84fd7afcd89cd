"""An area whose earlier records come in, and rows of them as people send them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.network import Area
from kaikukortti.rules.programme import Category
from kaikukortti.transfer import importing
from kaikukortti.transfer.importing import Judged, Summary
from tests import factories
from tests.factories import DAY, NOW, TODAY
from tests.tablefiles import make_csv

USE_HEADS = ("Päivä", "Kohde", "Tapahtuma", "Kategoria", "Kortti", "Aikuiset", "Lapset")
CARD_HEADS = ("Kortin numero", "Kortinjakaja", "Alkupäivä", "Loppupäivä", "Syntymävuosi", "Postinumero", "Lapset")
LONG_AGO = TODAY - 1_200 * DAY
Taken = tuple[Summary, list[Judged]]


def make_area() -> Area:
    """Add an area with two units, a theatre and a swimming hall."""
    found = factories.make_area("EK", legacy_masks="AA99999")
    factories.make_unit(found, name_fi="Aikuissosiaalityö", name_en="Adult social work")
    factories.make_unit(found, name_fi="Perhetyö")
    factories.make_venue(found, name_fi="Kaupunginteatteri", name_sv="Stadsteatern", category=Category.CULTURE)
    factories.make_venue(found, name_fi="Uimahalli", category=Category.SPORT)
    return found


def taker(folder: Path) -> Callable[..., Taken]:
    """Return a function that takes rows in and returns what became of them."""

    def run(area: Area, shape: Any, rows: Sequence[Any], *, is_dry: bool = False, data: bytes = b"") -> Taken:
        file, told = folder / "rows", list[Judged]()
        file.write_bytes(data or make_csv(rows))
        made = shape(area, today=TODAY)
        return importing.run(file, made, area=area, is_dry=is_dry, now=NOW, report=told.append), told

    return run


def count(table: type, *conditions: Any) -> int:
    """Return how many rows a table has."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions)) or 0


def counts(summary: Summary) -> tuple[int, int, int]:
    """Return how many rows were new, there already, refused."""
    return summary.new, summary.there, summary.refused


def card_row(number: str = "", **changes: str) -> tuple[str, ...]:
    """Return a sound row of a card, with changes."""
    given = {
        "number": number or factories.make_number(),
        "unit": "Aikuissosiaalityö",
        "first": "2.3.2026",
        "last": "1.3.2027",
        "born": "1980",
        "home": "53100",
        "children": "2",
    }
    return tuple({**given, **changes}.values())
