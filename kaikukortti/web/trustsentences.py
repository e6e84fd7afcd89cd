"""What a DomainError of signing in, of partners' duties, messages and retention says: code → status and sentence."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.web.language import _, clock, ngettext

STATUS: dict[str, int] = {
    "message_text_missing": 422,
    "message_text_too_long": 422,
    "message_text_identity": 422,
    "message_text_card": 422,
    "accessibility_address": 422,
    "announcement_last_day": 422,
    "announcement_half_translated": 422,
    "turned_away_day": 422,
    "challenge_gone": 410,
    "reset_gone": 410,
    "sign_in_wait": 429,
    "holder_in_mail": 422,
    "meeting_day_impossible": 422,
    "meeting_nobody": 422,
    "successor_needed": 422,
    "successor_impossible": 422,
    "last_day_past": 422,
    "leaves_otherwise": 422,
    "form_unknown_fields": 422,
    "trail_closed": 503,
}

SENTENCES: dict[str, Any] = {
    "message_text_missing": _l("Write something here."),
    "message_text_too_long": _l("This is too long. Write less."),
    "message_text_identity": _l(
        "This looks like a personal identity code. It is never needed here and nothing of it was kept."
        " Please remove it."
    ),
    "message_text_card": _l("This looks like the number of a card. Leave it out: nobody needs it here."),
    "message_is_answered": _l("There is an answer already. It was not changed."),
    "accessibility_address": _l("Write an e-mail address, for example name@example.fi."),
    "announcement_last_day": _l("Choose a day from today on, within a year."),
    "announcement_half_translated": _l("A language needs both a title and a text, or neither."),
    "announcement_withdrawn": _l("The announcement was taken back already."),
    "turned_away_day": _l("Choose a day that has been, within the last year."),
    "challenge_gone": _l("This sign-in took too long or was tried too often. Sign in from the beginning."),
    "last_factor": _l("Your work needs a second step. Add another way to prove it first, then remove this one."),
    "passkey_refused": _l("This passkey could not be added. Try again, or use another device."),
    "password_common": _l("Many people use this password or one like it. A sentence of your own works well."),
    "password_context": _l(
        "This password is mostly your name, your address or the name of your organisation. Choose words that nobody"
        " would guess."
    ),
    "reset_gone": _l("This link has been used or is older than ten minutes. Ask for a new one."),
    "cases_open": _l(
        "Episodes of follow-up are open in this unit. They belong to it alone: its workers end them first, and the"
        " holders' leaves to look end with them."
    ),
    "commitment_changed": _l("The commitment was changed meanwhile. Read it as it is now."),
    "holder_in_mail": _l(
        "The text holds a card number or a personal identity code. It would go by e-mail, so leave it out."
    ),
    "last_coordinator": _l("An area always has a coordinator who can sign in. Invite another one first."),
    "last_day_past": _l("This day is over already. Choose today or a coming day, or leave it empty."),
    "leaves_otherwise": _l("A unit or a venue leaves from its own page, so that nothing is left behind."),
    "left_already": _l("This partner has left already."),
    "meeting_day_impossible": _l("Choose today or one of the last 365 days."),
    "meeting_nobody": _l("Choose the units and venues that were at the meeting."),
    "own_right": _l("You cannot end your own role or your own account. Another coordinator can."),
    "successor_impossible": _l("Choose an active unit of your area."),
    "successor_needed": _l("This unit has cards, stock or bookings. Choose the unit that takes them over."),
    "works_elsewhere": _l("This person works in another area too, so the account stays. End the role here instead."),
    "form_unknown_fields": _l("The form held something that does not belong to it. Nothing was changed."),
    "trail_closed": _l("The log cannot be written at the moment, so nothing was shown or changed."),
}


def _wrong(left: int | None) -> str:
    if left is None:
        return _("This code is not right. Check that it is the newest one that the app shows.")
    if left == 0:
        return _("This was not right, and there are no tries left. Sign in from the beginning.")
    return ngettext("This was not right. %(num)s try is left.", "This was not right. %(num)s tries are left.", left)


def _wait(until: datetime) -> str:
    """Tell the minute that is surely late enough."""
    time = clock(until + timedelta(minutes=1, microseconds=-1))
    return _("There have been many tries. Wait a little and try again at %(time)s. Nothing is locked.", time=time)


# Sentences with something in them: from the details of the error to the words.
TOLD: dict[str, Callable[[dict[str, Any]], str]] = {
    "factor_wrong": lambda details: _wrong(details["left"]),
    "sign_in_wait": lambda details: _wait(details["until"]),
    "too_many_factors": lambda details: _(
        "There are %(most)s second steps already. Remove one that you do not use.", most=details["most"]
    ),
}
