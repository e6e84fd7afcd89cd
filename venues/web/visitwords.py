"""A visit in words: its tickets, and why it is not in the figures."""

from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.rules.counting import Counts
from kaikukortti.web.language import ngettext

STANDINGS: dict[str, Any] = {
    "waits": _l("Waits for an answer"),
    "set_aside": _l("Not counted"),
    "undone": _l("Undone"),
    "withdrawn": _l("Taken back"),
}


def tickets(counts: Counts) -> str:
    """Return the tickets of a visit by kind, those of which there are any; nothing for an undo."""
    told = (
        (counts.adult, ngettext("%(num)s adult", "%(num)s adults", counts.adult)),
        (counts.child, ngettext("%(num)s child", "%(num)s children", counts.child)),
        (counts.worker, ngettext("%(num)s worker", "%(num)s workers", counts.worker)),
        (counts.under16, ngettext("%(num)s client under 16", "%(num)s clients under 16", counts.under16)),
        (counts.assistant, ngettext("%(num)s assistant", "%(num)s assistants", counts.assistant)),
        (counts.interpreter, ngettext("%(num)s interpreter", "%(num)s interpreters", counts.interpreter)),
    )
    return ", ".join(words for count, words in told if count)
