"""What `kaikukortti import` says: one sentence for each problem of a row, and where it stands."""

from kaikukortti import tables
from kaikukortti.transfer.cells import Problem
from kaikukortti.transfer.columns import CARDS, USES

HEADINGS = {column.key: column.heading for column in (*CARDS, *USES)}
SENTENCES = {
    "identity": "This looks like a personal identity code. Take it out of the file: nothing here may name a person.",
    "formula": "This is a formula. Save the values alone.",
    "empty": "Nothing stands here.",
    "long": "This is too long: 160 signs at most.",
    "nothing": "The row has no tickets: give adults, children, assistants or interpreters.",
    "day_form": "This is no day. Write 17.5.2023 or 2023-05-17.",
    "day_impossible": "There is no such day.",
    "day_old": "The day is before 2014.",
    "day_future": "The day has not come yet.",
    "day_far": "The day is more than five years away.",
    "day_before_first": "The last day is before the first.",
    "renewals_order": "Renewals come in order, after the first day and before the last, which is needed too.",
    "number_form": "This is no whole number.",
    "number_negative": "The number is negative.",
    "number_large": "The number is too large.",
    "word": "This word is not known here.",
    "venue_unknown": "The area has no venue of this name.",
    "unit_unknown": "The area has no unit of this name.",
    "twice": "The same stands in row {other_row} already.",
    "other_unit": "The card is another unit's.",
    "other_kind": "The card is of the other kind here.",
    "destroyed": "The card was destroyed.",
    "replaces_unknown": "The card that was replaced is neither in the register nor on an earlier row.",
    "birth_year_impossible": "Nobody was born in this year.",
    "birth_year_too_young": "The holder was not sixteen in the year in which the card was handed out.",
    "postcode_impossible": "A postcode has five digits.",
}
CARD_SENTENCES = {
    "identity": SENTENCES["identity"],
    "checksum": "One symbol of the code is wrong, or two have changed places.",
    "other_area": "The card is another area's.",
    "shortened": "A spreadsheet has shortened the number. Save the column as text.",
    "practice": "This is a card of the practice deck.",
}
FILE_SENTENCES = {
    "columns": "these columns are missing: {missing}. There are: {found}. README lists what they may be called.",
    "empty": "the file is empty.",
    "too_large": "a workbook of more than {most} MB is not read: save it as CSV, which may have any length.",
    "too_many_rows": "a workbook of more than {most} rows is not read: save it as CSV, which may have any length.",
    "unpacks_too_large": "the workbook is too large inside: save it as CSV.",
    "old_excel": "this is an old workbook (.xls): save it as .xlsx or CSV.",
    "password": "the workbook has a password.",
    "other_kind": "this is neither a CSV file nor an Excel workbook.",
    "damaged": "the workbook is damaged.",
    "encoding": "row {row} is neither UTF-8 nor Windows-1252: save the file as CSV UTF-8.",
    "quotes": "quotation marks do not match near row {row}.",
    "separator": "columns are divided by a sign that is not read: use semicolons.",
    "sheets": "the workbook has several sheets in use: keep one.",
}


def problem(found: Problem) -> str:
    """Return what is wrong in a row: the column, what stands there, and a sentence."""
    if found.code.startswith("card_"):
        sentence = CARD_SENTENCES.get(found.code.removeprefix("card_"), "This is no card number.")
    else:
        sentence = SENTENCES[found.code].format(other_row=found.other_row)
    shown = f"{found.shown}: " if found.shown else ""
    return f"{HEADINGS.get(found.column, found.column)}: {shown}{sentence}"


def unreadable(error: tables.Unreadable) -> str:
    """Return why a file cannot be read."""
    details = {**error.details}
    for name in ("missing", "found"):
        listed = details.get(name)
        details[name] = ", ".join(map(str, listed)) if isinstance(listed, list) else ""
    return FILE_SENTENCES[str(details["problem"])].format_map({"row": "?", "most": "?", **details})
