"""A frozen report as a page, as files and as a PDF in Finnish: the same for the coordinator and for anybody.

Who may read which report is decided by who calls this.
"""

import functools
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Response, abort, render_template
from flask_babel import force_locale

from kaikukortti import taggedpdf
from kaikukortti.config import assets_folder
from kaikukortti.figuretable import FigureTable
from kaikukortti.reportfigures import Figures
from kaikukortti.reports import Frozen
from kaikukortti.web.figures import charts, exports, reportcharts, reportcube, reporttables
from kaikukortti.web.figures.cubeviews import View

PDF_LANGUAGE = "fi"
SHEETS = ("tokens.css", "reportpaper.css")
KEPT = 16
"""PDFs kept in memory: a report never changes, and making one takes half a second."""
_COLOUR = re.compile(r"--([\w-]+):\s*(hsl\([^)]*\))")


@dataclass(frozen=True)
class Drawn:
    """What the pages of a report show."""

    figures: Figures
    name: str
    key_figures: list[tuple[str, int | float | str, str]]
    sentences: list[str]
    category_chart: charts.BarChart | None
    uses_chart: charts.ColumnChart | None
    cards_chart: charts.ColumnChart | None
    columns: list[str]
    years: list[list[int | float | str]]
    rounding: str
    definitions: list[tuple[str, str]]
    view: View
    quarter: str
    tables: list[FigureTable]


def draw(figures: Figures, *, area_id: int, as_of: datetime, is_public: bool) -> Drawn:
    """Return a report's contents in the reader's language; what is published for its network alone is left out for the
    public.
    """
    name = reporttables.network_name(figures.names)
    yearly = reporttables.yearly(figures.table, name=name, last_on=figures.last_on, as_of=as_of)
    view, quarter = reportcube.view(figures, area_id=area_id, source=name, is_public=is_public)
    return Drawn(
        figures=figures,
        name=name,
        key_figures=reportcharts.key_figures(figures),
        sentences=reportcharts.sentences(figures),
        category_chart=reportcharts.category_chart(figures),
        uses_chart=reportcharts.uses_chart(figures),
        cards_chart=reportcharts.cards_chart(figures),
        columns=reporttables.columns(yearly),
        years=reporttables.lines(yearly),
        rounding=yearly.rounding,
        definitions=reporttables.definitions(),
        view=view,
        quarter=quarter,
        tables=[reporttables.by_category(figures, as_of=as_of), yearly, *view.tables],
    )


def page(report: Frozen, *, is_public: bool, **facts: Any) -> str | Response:
    """Return the page of a report, or its tables as a file when `?format=` asks for it."""
    chosen, drawn = exports.asked(), _drawn(report, is_public)
    if chosen:
        return exports.answer(drawn.tables, chosen)
    return render_template(
        "reports/show.html",
        report=report,
        drawn=drawn,
        exports=exports.links(),
        has_pdf=taggedpdf.is_available(),
        **facts,
    )


def pdf(report: Frozen, *, is_public: bool) -> Response:
    """Return a report as PDF in Finnish; aborts with 404 where this machine cannot make one."""
    if not taggedpdf.is_available():
        abort(404)
    with force_locale(PDF_LANGUAGE):
        drawn = _drawn(report, is_public)
        paper = render_template("reports/paper.html", report=report, drawn=drawn, colours=_colours())
    response = Response(_written(paper), mimetype="application/pdf")
    name = f"kaikukortti-vuosiraportti-{report.figures.year}-{report.number}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _drawn(report: Frozen, is_public: bool) -> Drawn:
    return draw(report.figures, area_id=report.area_id, as_of=report.frozen_at, is_public=is_public)


@functools.lru_cache(maxsize=KEPT)
def _written(paper: str) -> bytes:
    return taggedpdf.write(paper, sheets=[_styles() / name for name in SHEETS])


@functools.cache
def _colours() -> dict[str, str]:
    """Return the colours of a page in daylight, by the names of tokens.css without their hyphens before."""
    found: dict[str, str] = {}
    for name, colour in _COLOUR.findall((_styles() / SHEETS[0]).read_text(encoding="utf-8")):
        found.setdefault(name, colour)
    return found


def _styles() -> Path:
    return assets_folder() / "static" / "css"
