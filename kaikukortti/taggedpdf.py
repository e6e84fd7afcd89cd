"""Pages of HTML as PDF/UA-1, for documents that people read: tags, language, title, embedded fonts. WeasyPrint does it.

The library and the Pango that it needs are loaded when the first document is wanted; a machine may lack them.
"""

import functools
import importlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kaikukortti.typeface import Weight

FAMILY = "Source Sans 3"
VARIANT = "pdf/ua-1"

_one_at_a_time = threading.Lock()


def is_available() -> bool:
    """Return whether this machine can write such documents."""
    return _library() is not None


def write(page: str, *, sheets: Sequence[Path]) -> bytes:
    """Return a whole HTML page as PDF; the same page makes the same bytes. `sheets` are style sheets, later ones win.

    Nothing is fetched but the fonts of the service. Each heading of a table says whether it heads a row or a column.
    Raises RuntimeError where the library cannot be loaded.
    """
    library = _library()
    if library is None:
        raise RuntimeError("WeasyPrint or Pango cannot be loaded on this machine")
    with _one_at_a_time:
        fonts = importlib.import_module("weasyprint.text.fonts").FontConfiguration()
        fetcher = library.urls.URLFetcher(allowed_protocols=["file"])
        faces = library.CSS(string=_faces(), font_config=fonts, url_fetcher=fetcher)
        styles = [library.CSS(filename=str(sheet), font_config=fonts, url_fetcher=fetcher) for sheet in sheets]
        document = library.HTML(string=page, url_fetcher=fetcher)
        written = document.write_pdf(
            stylesheets=[faces, *styles], font_config=fonts, pdf_variant=VARIANT, finisher=_mark_scopes
        )
    return bytes(written)


@functools.cache
def _library() -> Any:
    try:
        return importlib.import_module("weasyprint")
    except (ImportError, OSError):  # the second when a shared library of Pango is not there
        return None


def _faces() -> str:
    return "".join(
        f'@font-face {{ font-family: "{FAMILY}"; font-weight: {weight.css_weight};'
        f' src: url("{weight.path.resolve().as_uri()}") }}'
        for weight in Weight
    )


def _mark_scopes(_document: Any, pdf: Any) -> None:
    """Write into each tag of a table heading what it heads: ISO 32000-1, 14.8.5.7; the library writes ids alone."""
    by_reference = {found.reference: found for found in pdf.objects if hasattr(found, "reference")}
    for found in pdf.objects:
        if isinstance(found, dict) and found.get("S") == "/TH":
            row = by_reference[found["P"]]
            in_head = by_reference[row["P"]].get("S") == "/THead"
            found["A"]["Scope"] = "/Column" if in_head else "/Row"
