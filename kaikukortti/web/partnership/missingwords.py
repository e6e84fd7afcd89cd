"""The words of what is missing: calm, and each says what to do."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.partnership.missing import Kind
from kaikukortti.web.language import _, day, month

TITLES: Mapping[Kind, Any] = {
    Kind.FEW_RESPONSIBLE: _l("Only one person is responsible for the area"),
    Kind.POPUP_ENDING: _l("Ends soon"),
    Kind.POPUP_OVER: _l("Has ended"),
    Kind.NO_PEOPLE: _l("Nobody can sign in"),
    Kind.INVITED_LONG: _l("Invited over a month ago"),
    Kind.CONTACT: _l("No contact person"),
    Kind.COMMITMENT: _l("No commitment"),
    Kind.INSTRUCTION: _l("No instruction within a year"),
    Kind.NO_DEVICE: _l("No tablet"),
    Kind.SILENT_DEVICE: _l("A silent tablet"),
    Kind.NO_USE: _l("No visit in 60 days"),
}
WHY: Mapping[Kind, Any] = {
    Kind.FEW_RESPONSIBLE: _l("Two share the work: one for the units, one for the venues. Invite the other one."),
    Kind.POPUP_ENDING: _l("After the last day nothing can be booked or visited there. Move the day if it goes on."),
    Kind.POPUP_OVER: _l("No new visits are taken; visits of earlier days still arrive. Nothing needs to be done."),
    Kind.NO_PEOPLE: _l("Invite the first person."),
    Kind.INVITED_LONG: _l("Ask how it goes, or make the partner active when it has started."),
    Kind.CONTACT: _l("Write down whom to call."),
    Kind.COMMITMENT: _l("Their people find it under “Our part” when they sign in. A call may help."),
    Kind.INSTRUCTION: _l("They read it under “Our part”, practise on a tablet, or come to a meeting that you record."),
    Kind.NO_DEVICE: _l("The venue's manager enrols one under “Tablets”. With paper alone visits come late."),
    Kind.SILENT_DEVICE: _l("No contact for two weeks: it may be off, lost, or without a network. Ask the venue."),
    Kind.NO_USE: _l("Ask what holders could come for, and whether visits are registered."),
}


def note(kind: Kind, since: date | None) -> str:
    """Return what is known of the day behind a line, in a few words; nothing where there is none to tell."""
    if since is None:
        return {Kind.INSTRUCTION: _("not yet instructed"), Kind.NO_USE: _("no visit yet")}.get(kind, "")
    told = {"day": day(since)}
    match kind:
        case Kind.INSTRUCTION:
            return _("last instructed %(day)s", **told)
        case Kind.SILENT_DEVICE:
            return _("last contact %(day)s", **told)
        case Kind.NO_USE:
            return _("last visit: %(month)s", month=month(since))  # never a day: it would be one holder's (S9)
        case Kind.INVITED_LONG:
            return _("invited %(day)s", **told)
        case Kind.POPUP_ENDING | Kind.POPUP_OVER:
            return _("last day %(day)s", **told)
        case _:
            return ""
