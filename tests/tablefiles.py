"""Files that people send: lists as CSV and XLSX, and files that are none or mean harm. All made here, none kept."""

import io
import struct
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl

XLSX_LISTS = {
    "[Content_Types].xml": "<Types/>",
    "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="rId1" Target="worksheets/a.xml"/></Relationships>',
}


def make_csv(
    rows: Iterable[Sequence[str]], *, separator: str = ";", encoding: str = "utf-8", end: str = "\r\n"
) -> bytes:
    """Return rows as a spreadsheet saves them."""
    return "".join(separator.join(row) + end for row in rows).encode(encoding)


def make_xlsx(*sheets: Iterable[Sequence[Any]]) -> bytes:
    """Return a workbook with sheets of rows, as openpyxl writes it."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def make_archive(parts: dict[str, str | bytes], *, level: int = 9) -> bytes:
    """Return a zip archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def make_raw_xlsx(sheet: str | bytes, **parts: str) -> bytes:
    """Return a workbook whose one sheet is this XML."""
    return make_archive({**XLSX_LISTS, "xl/worksheets/a.xml": sheet, **parts})


def lie_about_sizes(archive: bytes, size: int = 10) -> bytes:
    """Return an archive that says of each part that it unpacks to a few bytes."""
    data = bytearray(archive)
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = data.find(mark)
        while place >= 0:
            data[place + at : place + at + 4] = struct.pack("<I", size)
            place = data.find(mark, place + 4)
    return bytes(data)


def mark_encrypted(archive: bytes) -> bytes:
    """Return an archive whose parts carry the mark of encryption."""
    data = bytearray(archive)
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = data.find(mark)
        while place >= 0:
            data[place + at] |= 1
            place = data.find(mark, place + 4)
    return bytes(data)
