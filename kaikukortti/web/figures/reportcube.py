"""The published tables that a report holds, drawn as the pages of the cube draw them; the cube itself is not read."""

from collections.abc import Sequence

from kaikukortti.cube.periods import Grain, Period
from kaikukortti.cube.reading import Cells
from kaikukortti.cube.tables import TABLES, Audience
from kaikukortti.reportfigures import Figures
from kaikukortti.web.figures import cubeviews
from kaikukortti.web.figures.cubeviews import Reader, View

SHOWN_BY_QUARTER = ("cards_by_age", "cards_by_situation", "cards_by_origin", "cards_by_variety")
SMALL = "uses_all"


class ReportReader(Reader):
    """Reads tables out of a report instead of the cube; one that the report has not is left out without a word."""

    def __init__(self, figures: Figures, *, area_id: int, source: str, is_public: bool) -> None:
        super().__init__(area_id, source)
        self.cells = {
            cells.table.code: cells
            for cells in figures.published
            if cells.table.audience is Audience.PUBLIC or not is_public
        }

    def read(self, code: str, periods: Sequence[Period]) -> Cells | None:
        """Return a table's cells for all periods of the report's year, or None."""
        found = self.cells.get(code)
        if found is not None:
            self.note(found)
        return found


def view(figures: Figures, *, area_id: int, source: str, is_public: bool) -> tuple[View, str]:
    """Return the published tables of a report's year, and the name of the newest quarter that is drawn."""
    reader = ReportReader(figures, area_id=area_id, source=source, is_public=is_public)
    months, quarters = (_periods(reader, grain) for grain in Grain)
    if months:
        reader.add_months(months)
    elif quarters and SMALL in reader.cells:
        reader.add_total(quarters)
    for code in SHOWN_BY_QUARTER if quarters else ():
        reader.add_chart(code, quarters[-1:])
    return reader.view, cubeviews.period_name(quarters[-1]) if reader.view.drawn else ""


def _periods(reader: ReportReader, grain: Grain) -> list[Period]:
    """Return the periods of a grain that the report has figures of, the oldest first."""
    codes = [table.code for table in TABLES if table.grain is grain]
    return sorted({at for code in codes if code in reader.cells for at in reader.cells[code].periods})
