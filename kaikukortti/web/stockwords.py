"""What is said about stock: why a file cannot be read, what is wrong in a cell, how a count compares."""

from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.stockcare import Counted
from kaikukortti.stockcodes import Problem
from kaikukortti.tables import Unreadable
from kaikukortti.web.language import _, ngettext, number

SENTENCES = {
    "card_not_in_stock": _l("This card has been handed out, so it is no longer stock. A lost one is blocked instead."),
    "card_destroyed_already": _l("This card has been taken out of stock already."),
    "batch_stolen_already": _l("This batch has been marked as stolen already."),
    "count_impossible": _l("Check the number: it is below zero or larger than any stock."),
    "import_overtaken": _l(
        "Somebody took in some of these codes at the same moment. Nothing of your file was taken in. Check it again."
    ),
    "import_refused": _l("Something in the file has to be put right first. Nothing of it was taken in."),
}

FILES = {
    "empty": _l("The file is empty."),
    "old_excel": _l("This is a file of an old Excel. Open it and save it as an Excel workbook (.xlsx) or as CSV."),
    "password": _l("The file is protected with a password. Save it without one."),
    "other_kind": _l("This is neither an Excel workbook (.xlsx) nor CSV. Save the list as one of these."),
    "damaged": _l("The file is broken or only a part of it arrived. Save it once more and send it again."),
    "unpacks_too_large": _l("The file holds far more than a list of card codes. Copy the codes into a new workbook."),
    "encoding": _l("The letters of the file could not be read. Save it as CSV UTF-8."),
    "separator": _l("The columns are separated by a sign that is not known here. Use a semicolon, a comma or a tab."),
    "sheets": _l("Several sheets of the workbook are in use. Keep the one with the codes."),
}

CELLS = {
    "empty": _l("The code is missing."),
    "identity": _l("This looks like a personal identity code. Remove it. Nothing of it was kept."),
    "formula": _l("The cell begins like a formula. Only plain text is read here."),
    "kind": _l("The kind is not known. Write “personal” or “community”, or leave the cell empty."),
    "symbol": _l("The code holds a symbol that is not used on cards."),
    "length": _l("The code is too long or too short for a card of this area."),
    "checksum": _l("One symbol of the code is wrong, or two have changed places."),
    "shape": _l("This is neither a card number of this area nor one of the shapes of its earlier card numbers."),
    "shortened": _l("The spreadsheet has shortened a long number. Format the column as text and write the code anew."),
    "other_area": _l("This is a card of another area."),
    "other_unit": _l("This card belongs to another unit."),
    "other_kind": _l("The unit has this card already, but as the other kind."),
    "handed_out": _l("This card has been handed out already."),
    "destroyed": _l("This card has been taken out of stock, so it cannot come back."),
}


def unreadable(error: Unreadable) -> str:
    """Say why a file cannot be read."""
    details: dict[str, Any] = error.details
    match details["problem"]:
        case "too_large":
            return _("The file is too large: at most %(most)s MB.", most=details["most"])
        case "too_many_rows":
            return _("The file has too many rows: at most %(most)s at once. Divide it.", most=number(details["most"]))
        case "quotes":
            return _("The quotation marks near row %(row)s do not fit together.", row=details["row"])
        case problem:
            return str(FILES[problem])


def in_cell(problem: Problem) -> str:
    """Say what has to be put right in a cell."""
    if problem.code == "twice":
        return _("The same code stands in row %(row)s already.", row=problem.other_row)
    return str(CELLS.get(problem.code, CELLS["shape"]))


def count_and_register(count: Counted) -> str:
    """Say how a count of the stock compares with the register, without blame."""
    if not count.difference:
        return _("The count and the register agree. Thank you.")
    if count.difference < 0:
        return ngettext(
            "%(num)s card fewer than the register expects. It may lie in another drawer, or be a spoiled one that was"
            " not marked. Look once more, then tell the coordinator of your area.",
            "%(num)s cards fewer than the register expects. They may lie in another drawer, or be spoiled ones that"
            " were not marked. Look once more, then tell the coordinator of your area.",
            -count.difference,
        )
    return ngettext(
        "%(num)s card more than the register expects. Perhaps it belongs to another unit, or was marked as spoiled.",
        "%(num)s cards more than the register expects. Perhaps they belong to another unit, or were marked as spoiled.",
        count.difference,
    )


def difference(count: Counted) -> str:
    """Say the difference in a few words, for a table."""
    if not count.difference:
        return _("agrees")
    if count.difference < 0:
        return ngettext("%(num)s missing", "%(num)s missing", -count.difference)
    return ngettext("%(num)s too many", "%(num)s too many", count.difference)
