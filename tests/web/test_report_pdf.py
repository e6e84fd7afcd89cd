"""The annual report as PDF, read by programs that had no part in writing it: pypdf and poppler."""

import io
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pypdf
import pytest

from kaikukortti import taggedpdf, yearfigures
from kaikukortti.rules.access import Role
from tests import cubecells, factories, onpage
from tests.factories import NOW
from venues import scanning


@pytest.fixture
def coordinator(app, network, enter, monkeypatch):
    """Return the coordinator of a network with a report: visits, months and a quarter."""
    monkeypatch.setattr(yearfigures, "EXACT_FROM", 1)
    with app.app_context():
        item = factories.make_item(network.card, child=2)
        scanning.record(item, device=network.tablet.known, received_at=item.occurred)
        for code in ("2026-08", "2026-09", "2026-Q3"):
            cubecells.write(network.area.id, code, frozen_at=NOW)
    web = enter(network.people[Role.COORDINATOR])
    web.submit("/figures/reports/2026/new", {"checked": "y"}, form="/figures/reports/2026/new")
    return web


@pytest.fixture
def document(coordinator) -> bytes:
    answer = coordinator.get(coordinator.response.request.path + "/report.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    return bytes(answer.data)


@pytest.fixture
def reader(document) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(document), strict=True)


def tags(reader: pypdf.PdfReader) -> list[Any]:
    """Return every tag of the document in reading order."""

    def walk(node: Any) -> Iterator[Any]:
        found = node.get_object()
        if not isinstance(found, dict):
            return
        if "/S" in found:
            yield found
        kids = found.get("/K", [])
        kids = kids.get_object() if hasattr(kids, "get_object") else kids
        for kid in kids if isinstance(kids, list) else [kids]:
            if not isinstance(kid, int):
                yield from walk(kid)

    return list(walk(cast(Any, reader.trailer["/Root"])["/StructTreeRoot"]))


def named(reader: pypdf.PdfReader, kind: str) -> list[Any]:
    """Return the tags of a kind."""
    return [tag for tag in tags(reader) if tag["/S"] == kind]


def test_the_document_says_what_it_is(reader):
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "fi"
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "2026" in reader.metadata.title and "Etelä-Karjala" in reader.metadata.title
    about = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part(>|=\")1", about), "it declares PDF/UA-1"


def test_headings_tables_and_charts_are_tagged(reader):
    kinds = [tag["/S"] for tag in tags(reader)]
    assert kinds.count("/H1") == 1
    levels = [int(kind[2]) for kind in kinds if re.fullmatch("/H[1-6]", kind)]
    assert levels[0] == 1 and all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    assert kinds.count("/Table") >= 5 and kinds.count("/Caption") >= 4
    heads = named(reader, "/TH")
    assert {head["/A"]["/Scope"] for head in heads} == {"/Column", "/Row"}


def test_every_chart_is_told_in_words(reader):
    figures = named(reader, "/Figure")
    assert len(figures) >= 4
    for figure in figures:
        assert len(figure["/Alt"]) > 40
        assert figure["/A"]["/BBox"]


def test_every_font_is_embedded_and_ours(reader):
    names = set()
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object())
            names.add(str(inner["/BaseFont"]).partition("+")[2])
    assert all(name.startswith("Source-Sans-3") for name in names), names


def test_the_same_figures_as_on_the_page(coordinator, document, tmp_path):
    coordinator.get("/figures/reports/")
    address = next(
        link.get("href", "")
        for link in onpage.tree(coordinator).iter("a")
        if re.fullmatch(r"/figures/reports/\d+", link.get("href", ""))
    )
    coordinator.get(address)
    page = onpage.table(coordinator, "Cards and uses by year")["2026"]
    text = poppler_text(document, tmp_path)
    assert re.search(r"^\s*2026\s+" + r"\s+".join(page) + r"\s*$", text, re.MULTILINE), text
    ages = onpage.table(coordinator, "Cards in use by age")
    assert re.search(rf"25–34\s+{ages['25–34'][0]}\b", text)


def test_poppler_finds_a_tagged_document_with_text(document, tmp_path):
    text = poppler_text(document, tmp_path)
    assert "Etelä-Karjala" in text and "1/2026" in text
    told = subprocess.run(["pdfinfo", str(tmp_path / "report.pdf")], capture_output=True, check=True, text=True).stdout
    assert re.search(r"Tagged:\s+yes", told) and re.search(r"Encrypted:\s+no", told)


def test_the_same_report_is_the_same_document(coordinator, document):
    coordinator.get("/figures/reports/")
    address = next(
        link.get("href", "")
        for link in onpage.tree(coordinator).iter("a")
        if re.fullmatch(r"/figures/reports/\d+", link.get("href", ""))
    )
    assert coordinator.get(address + "/report.pdf").data == document
    coordinator.language("sv")
    assert coordinator.get(address + "/report.pdf").data == document, "it is in Finnish for every reader"


def test_the_writer_fetches_nothing():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        picture = f'<img src="http://127.0.0.1:{listening.getsockname()[1]}/a.png" alt="y">'
        page = f'<!doctype html><html lang="fi"><head><title>x</title></head><body><h1>x</h1>{picture}</body></html>'
        assert taggedpdf.write(page, sheets=[]).startswith(b"%PDF-1.7")
        with pytest.raises(TimeoutError):
            listening.accept()


def poppler_text(document: bytes, folder: Path) -> str:
    """Return the text of a document as poppler reads it."""
    path = folder / "report.pdf"
    path.write_bytes(document)
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True).stdout
