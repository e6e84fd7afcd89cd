"""Tables of figures for tests of files: small ones that are known by heart, and a large one."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from kaikukortti.figurefiles import FileWords
from kaikukortti.figuretable import Category, Dimension, FigureTable, Missing

REASONS = {
    Missing.UNDER_FIVE: "alle 5",
    Missing.TOO_FEW_CARDS: "liian vähän kortteja",
    Missing.NOT_FROZEN: "ei vielä valmis",
    Missing.NOT_APPLICABLE: "–",
}
WORDS = FileWords(
    language="fi",
    period="Aika",
    as_of="Laskettu",
    definition="Mitä laskettiin",
    rounding="Kuinka tarkkoja",
    source="Lähde",
    unit="Yksikkö",
    figure="Luku",
    notes="Huomautukset",
    missing=REASONS,
    day=lambda day: f"{day.day}.{day.month}.{day.year}",
    moment=lambda moment: f"{moment:%d.%m.%Y %H.%M}",
)


def categories(*labels: str) -> tuple[Category, ...]:
    """Return values of a dimension whose codes are c1, c2 and so on."""
    return tuple(Category(f"c{number}", label) for number, label in enumerate(labels, start=1))


def make_table(
    *dimensions: Dimension,
    values: Sequence[int | float | Missing],
    title: str = "Käytöt",
    code: str = "uses",
    unit: str = "käyttöä",
) -> FigureTable:
    """Return a table whose values stand in the order of its dimensions, the last one running fastest."""
    keys: list[tuple[str, ...]] = [()]
    for dimension in dimensions:
        keys = [(*key, category.code) for key in keys for category in dimension.categories]
    return FigureTable(
        code=code,
        title=title,
        dimensions=dimensions,
        values=dict(zip(keys, values, strict=True)),
        first_on=date(2026, 7, 1),
        last_on=date(2026, 9, 30),
        as_of=datetime(2026, 10, 15, 4, 5, tzinfo=UTC),
        definition="Pääsylippu on käyttö.",
        rounding="Luvut on pyöristetty viiteen.",
        source="Etelä-Karjala",
        unit=unit,
    )


def known() -> FigureTable:
    """Return a table of every kind of cell: months by who used the card."""
    months = Dimension(
        "month", "Kuukausi", (Category("2026M07", "heinäkuu"), Category("2026M08", "elokuu")), is_time=True
    )
    who = Dimension("who", "Kuka", categories("Aikuiset", "Lapset", "Lapsia aikuista kohti"))
    return make_table(months, who, values=[1205, 0, 0.5, 40, Missing.UNDER_FIVE, Missing.NOT_APPLICABLE])


def large(rows: int) -> FigureTable:
    """Return a table of so many rows with two figures each."""
    venues = Dimension("venue", "Kohde", tuple(Category(f"v{place}", f"Kohde {place}") for place in range(rows)))
    who = Dimension("who", "Kuka", categories("Aikuiset", "Lapset"))
    return make_table(venues, who, values=list(range(2 * rows)))
