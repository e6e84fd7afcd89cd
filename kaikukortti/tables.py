"""Reads what people send as CSV or XLSX into rows of text, safely. What the cells mean is the caller's business.

The contents decide what a file is, never its name. Nothing is evaluated, nothing is written to disk.
"""

import csv
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree

from kaikukortti.errors import DomainError

MOST_BYTES = 6 * 1024 * 1024
MOST_COLUMNS = 50
LAST_ROW = 1_048_576  # of a sheet in Excel
# 100,000 rows of two columns make 15 MB of XML in a dozen parts. A bomb is known by what comes out of it.
MOST_PARTS = 500
MOST_UNPACKED = 48 * 1024 * 1024
MOST_TAGS = 4_000_000
MOST_IN_A_LIST = 1024 * 1024
SEPARATORS = (";", "\t", ",")
SAMPLE = 20_000

BOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
STRINGS = "xl/sharedStrings.xml"

_PLACE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SEPARATOR_LINE = re.compile(r'"?sep=([;,\t|])"?\r?\n?', re.IGNORECASE)
_FORMULA_SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (b"%PDF", b"{\\rtf", b"<", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x05\x06")


class FileProblem(StrEnum):
    """Why a file cannot be read at all."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    OLD_EXCEL = "old_excel"
    PASSWORD = "password"
    OTHER_KIND = "other_kind"
    DAMAGED = "damaged"
    ENCODING = "encoding"
    QUOTES = "quotes"
    SEPARATOR = "separator"
    SHEETS = "sheets"


class Unreadable(DomainError):
    """The file is no table that is read here; details hold `problem`, and `row` or `most` where it matters."""

    code = "file_unreadable"


@dataclass(frozen=True)
class Row:
    """A row that is not blank: its number as a spreadsheet shows it, and its cells without the space around."""

    number: int
    cells: tuple[str, ...]


def read(data: bytes, *, most_rows: int) -> list[Row]:
    """Return the rows of a CSV or of an XLSX with one sheet in use.

    A CSV has commas, semicolons or tabs, in UTF-8, UTF-16 with its mark, or Windows-1252. Blank rows are left out.
    Raises Unreadable.
    """
    if not data.strip():
        raise _unreadable(FileProblem.EMPTY)
    if len(data) > MOST_BYTES:
        raise _unreadable(FileProblem.TOO_LARGE, most=MOST_BYTES // (1024 * 1024))
    if data.startswith(_OLE):
        is_locked = "EncryptedPackage".encode("utf-16-le") in data
        raise _unreadable(FileProblem.PASSWORD if is_locked else FileProblem.OLD_EXCEL)
    if data.lstrip().startswith(_OTHERS):
        raise _unreadable(FileProblem.OTHER_KIND)
    rows = _keep(_of_workbook(data) if data.startswith(_ZIP) else _of_text(data), most_rows)
    if not rows:
        raise _unreadable(FileProblem.EMPTY)
    return rows


def is_formula(cell: str) -> bool:
    """Return whether a spreadsheet would take a text for a formula."""
    return cell.startswith(_FORMULA_SIGNS)


def column_letter(index: int) -> str:
    """Return the letter of a column, counted from 0, below MOST_COLUMNS."""
    before, last = divmod(index, 26)
    return (chr(ord("A") + before - 1) if before else "") + chr(ord("A") + last)


def _keep(rows: Iterable[tuple[int, list[str]]], most_rows: int) -> list[Row]:
    kept: list[Row] = []
    for number, cells in rows:
        row = Row(number, tuple(cell.strip() for cell in cells[:MOST_COLUMNS]))
        if any(row.cells):
            kept.append(row)
        if len(kept) > most_rows:
            raise _unreadable(FileProblem.TOO_MANY_ROWS, most=most_rows)
    return kept


def _of_text(data: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decode(data)
    if _CONTROLS.search(text):
        raise _unreadable(FileProblem.OTHER_KIND)
    named = _SEPARATOR_LINE.match(text)
    separator = named[1] if named else _find_separator(text)
    text = text[named.end() :] if named else text
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        yield from enumerate(reader, 2 if named else 1)
    except csv.Error:
        raise _unreadable(FileProblem.QUOTES, row=reader.line_num) from None


def _decode(data: bytes) -> str:
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable(FileProblem.ENCODING)


def _find_separator(text: str) -> str:
    """Return the sign that stands in most of the first lines; a file of one column has none, and any will do."""
    lines = text[:SAMPLE].splitlines()
    found = {sign: sum(sign in line for line in lines) for sign in (*SEPARATORS, "|")}
    if found["|"] > max(found[sign] for sign in SEPARATORS):
        raise _unreadable(FileProblem.SEPARATOR)
    return max(SEPARATORS, key=lambda sign: found[sign])


def _of_workbook(data: bytes) -> Iterator[tuple[int, list[str]]]:
    _check_archive(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            used = [path for path in _sheet_paths(archive) if _is_in_use(archive, path)]
            if len(used) > 1:
                raise _unreadable(FileProblem.SHEETS)
            strings = _read_strings(archive) if used and STRINGS in archive.namelist() else []
            for path in used:
                yield from _sheet_rows(archive, path, strings)
    except (ParseError, LookupError, ValueError) as error:  # what defusedxml forbids is a ValueError
        raise _unreadable(FileProblem.DAMAGED) from error


def _sheet_paths(archive: zipfile.ZipFile) -> list[str]:
    """Return the parts of the sheets in the order of the tabs."""
    relations = _tree(archive, RELATIONS)
    targets = {relation.get("Id"): posixpath.join("/xl", relation.get("Target", ""))[1:] for relation in relations}
    book = _tree(archive, BOOK)
    sheets = (sheet for sheets in book if _name(sheets) == "sheets" for sheet in sheets)
    ids = (next(value for key, value in sheet.items() if key.endswith("}id")) for sheet in sheets)
    return [posixpath.normpath(targets[each]) for each in ids if "chartsheets/" not in targets[each]]


def _tree(archive: zipfile.ZipFile, path: str) -> Element:
    if archive.getinfo(path).file_size > MOST_IN_A_LIST:
        raise ValueError("a list of sheets is never so long")
    tree: Element = ElementTree.fromstring(archive.read(path))
    return tree


def _is_in_use(archive: zipfile.ZipFile, path: str) -> bool:
    return any(len(row) and any(len(cell) for cell in row) for row in _elements(archive, path, "row"))


def _read_strings(archive: zipfile.ZipFile) -> list[str]:
    return [_words(element) for element in _elements(archive, STRINGS, "si")]


def _sheet_rows(archive: zipfile.ZipFile, path: str, strings: list[str]) -> Iterator[tuple[int, list[str]]]:
    number = 0
    for row in _elements(archive, path, "row"):
        before, number = number, int(row.get("r") or number + 1)
        if not before < number <= LAST_ROW:
            raise ValueError("a row is out of order")
        yield number, _cells(row, strings)


def _cells(row: Element, strings: list[str]) -> list[str]:
    """Return the cells of a row up to MOST_COLUMNS; those that the file leaves out are blank."""
    cells: list[str] = []
    for cell in row:
        place = _PLACE.fullmatch(cell.get("r", "A1"))
        if place is None:
            raise ValueError("a cell stands nowhere")
        at = _column_index(place[1]) if "r" in cell.attrib else len(cells)
        if at < MOST_COLUMNS:
            cells += [""] * (at + 1 - len(cells))
            cells[at] = _cell_text(cell, strings)
    return cells


def _cell_text(cell: Element, strings: list[str]) -> str:
    """Return what stands in a cell; of a formula only that it is one, neither its text nor its last result."""
    parts = {_name(part): part for part in cell}
    if "f" in parts:
        return "="
    if "is" in parts:
        return _words(parts["is"])
    value = (parts["v"].text or "") if "v" in parts else ""
    if cell.get("t") == "s" and value:
        return strings[int(value)]
    return re.sub(r"(?<=\d)\.0+", "", value) if cell.get("t", "n") == "n" else value


def _words(element: Element) -> str:
    """Return the text of a string with all its runs, without the reading aids of East Asian scripts."""
    runs = (run for part in element for run in ((part,) if _name(part) == "t" else part) if _name(part) != "rPh")
    return "".join(run.text or "" for run in runs if _name(run) == "t")


def _elements(archive: zipfile.ZipFile, path: str, name: str) -> Iterator[Element]:
    """Yield the elements of a name one after the other, forgetting each when the next is asked for."""
    with archive.open(path) as stream:
        parents: list[Element] = []
        for event, element in ElementTree.iterparse(stream, events=("start", "end")):
            if event == "start":
                parents.append(element)
                continue
            parents.pop()
            if _name(element) == name:
                yield element
                parents[-1].clear()


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _column_index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _check_archive(data: bytes) -> None:
    """Check that the archive is an XLSX that unpacks to a bearable size, whatever it says of itself."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if BOOK not in names:
                raise _unreadable(FileProblem.OTHER_KIND)
            if any(part.flag_bits & 1 for part in parts):
                raise _unreadable(FileProblem.PASSWORD)
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise _unreadable(FileProblem.UNPACKS_TOO_LARGE)
            _check_contents(archive, parts)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError) as error:
        raise _unreadable(FileProblem.DAMAGED) from error


def _check_contents(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    unpacked = tags = 0
    for part in parts:
        with archive.open(part) as stream:
            while chunk := stream.read(256 * 1024):
                unpacked += len(chunk)
                tags += chunk.count(b"<")
                if unpacked > MOST_UNPACKED or tags > MOST_TAGS:
                    raise _unreadable(FileProblem.UNPACKS_TOO_LARGE)


def _unreadable(problem: FileProblem, **details: object) -> Unreadable:
    return Unreadable(problem=problem.value, **details)
