"""The way out for figures: each table of a page as CSV, Excel and JSON-stat, at `?format=…` of its address."""

import json
import re
from collections.abc import Sequence
from enum import StrEnum
from urllib.parse import urlencode

from flask import Response, abort, request

from kaikukortti import figurefiles, jsonstat
from kaikukortti.figurefiles import FileWords
from kaikukortti.figuretable import FigureTable, Missing
from kaikukortti.web import language
from kaikukortti.web.language import _

PARAMETER = "format"


class Format(StrEnum):
    """What figures can be taken out as; the value stands in an address."""

    CSV = "csv"
    XLSX = "xlsx"
    JSONSTAT = "jsonstat"


NAMES = {Format.CSV: "CSV", Format.XLSX: "Excel", Format.JSONSTAT: "JSON-stat"}
ENDINGS = {Format.CSV: "csv", Format.XLSX: "xlsx", Format.JSONSTAT: "json"}
TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSONSTAT: "application/json",
}


def is_asked() -> bool:
    """Return whether a request takes figures out."""
    return PARAMETER in request.args


def asked() -> Format | None:
    """Return what the reader wants the figures as, None for the page itself; aborts with 400 for a strange word."""
    wanted = request.args.get(PARAMETER)
    if not wanted:
        return None
    if wanted not in [one.value for one in Format]:
        abort(400)
    return Format(wanted)


def links(**more: str) -> list[tuple[str, str]]:
    """Return name and address of each form of the figures on this page, as they are chosen now.

    `more` are parameters that say which of a page's tables is meant.
    """
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in {PARAMETER, *more}]
    return [
        (NAMES[one], request.path + "?" + urlencode([*kept, *more.items(), (PARAMETER, one.value)])) for one in Format
    ]


def answer(tables: FigureTable | Sequence[FigureTable], chosen: Format) -> Response:
    """Return tables as a file in the reader's language. Its name says which table and which days, never a figure."""
    several = (tables,) if isinstance(tables, FigureTable) else tables
    first = several[0]
    response = Response(body(several, chosen), content_type=TYPES[chosen])
    name = f"kaikukortti-{_plain(first.code)}-{first.first_on}-{first.last_on}.{ENDINGS[chosen]}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.vary.add("Cookie")
    return response


def body(tables: Sequence[FigureTable], chosen: Format) -> bytes:
    """Return the contents of a file."""
    spoken = words()
    match chosen:
        case Format.CSV:
            return figurefiles.csv(tables, spoken)
        case Format.XLSX:
            return figurefiles.xlsx(tables, spoken)
        case Format.JSONSTAT:
            found = jsonstat.collection(tables, spoken) if len(tables) > 1 else jsonstat.dataset(tables[0], spoken)
            return json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")


def words() -> FileWords:
    """Return the words of a file in the reader's language."""
    return FileWords(
        language=language.language_now(),
        period=_("Period"),
        as_of=_("Counted on"),
        definition=_("What was counted"),
        rounding=_("How exact the figures are"),
        source=_("Source of the figures"),
        unit=_("Unit of measure"),
        figure=_("Figure"),
        notes=_("Notes"),
        missing=reasons(),
        day=language.day,
        moment=language.moment,
    )


def reasons() -> dict[Missing, str]:
    """Return what stands in a cell that shows no figure."""
    return {
        Missing.UNDER_FIVE: _("under 5"),
        Missing.TOO_FEW_CARDS: _("too few cards"),
        Missing.NOT_FROZEN: _("not ready yet"),
        Missing.NOT_APPLICABLE: "–",
    }


def _plain(code: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", code.lower()).strip("-") or "figures"
