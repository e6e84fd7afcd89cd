"""What a DomainError says to a person: one table of code → HTTP status and sentence. Nothing else maps errors."""

from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.errors import DomainError
from kaikukortti.web import (
    bookingsentences,
    desksentences,
    doorsentences,
    figuresentences,
    followupsentences,
    programmesentences,
    sellersentences,
    stockwords,
    trustsentences,
)
from kaikukortti.web.language import _, ngettext

STATUS = {
    "not_found": 404,
    "not_allowed": 403,
    "enrolment_unknown": 404,
    "enrolment_used": 409,
    "enrolment_expired": 410,
    "device_unknown": 401,
    "device_revoked": 401,
    "occurrence_elsewhere": 404,
    "invitation_gone": 410,
    **doorsentences.STATUS,
    **figuresentences.STATUS,
    **followupsentences.STATUS,
    **sellersentences.STATUS,
    **bookingsentences.STATUS,
    **trustsentences.STATUS,
}

IDENTITY_CODE = _l(
    "This looks like a personal identity code. It is never needed here and nothing of it was kept. Please remove it."
)

SENTENCES = {
    **stockwords.SENTENCES,
    **desksentences.SENTENCES,
    **doorsentences.SENTENCES,
    **sellersentences.SENTENCES,
    **bookingsentences.SENTENCES,
    **figuresentences.SENTENCES,
    **followupsentences.SENTENCES,
    **trustsentences.SENTENCES,
    "not_found": _l("This cannot be found, or it is not yours to see."),
    "not_allowed": _l("Your role does not include this."),
    "sign_in_wrong": _l("The e-mail address and the password do not match. Check both and try again."),
    "invitation_gone": _l(
        "This invitation link has been used or is too old. Ask the person who invited you for a new one."
    ),
    "password_length": _l("A password has 12 to 128 characters. A short sentence works well."),
    "already_member": _l("This person has this role here already."),
    "name_in_use": _l("Another partner in the area has this name already."),
    "fixed_end_past": _l("This day is over already. Choose a day to come, or let the months count."),
    "mask_impossible": _l("Use A, 9 and * only, 4 to 24 of them in a shape, with a space between shapes."),
    "batch_size": _l("A print run has 1 to 2,000 cards."),
    "number_unknown": _l("There is no such card here. Check the number on the card."),
    "card_already_registered": _l("This card is in use already. Take another card: each card is handed out only once."),
    "card_wrong_state": _l("This cannot be done with the card as it is now."),
    "card_is_community": _l("This is a community card. It belongs to the unit and has no holder."),
    "stock_of_other_unit": _l("This card was printed for another unit. Check that it is yours to hand out."),
    "ticks_missing": _l("Confirm all three conditions before you hand out the card."),
    "birth_year_impossible": _l("Check the year of birth: it lies in the future or too far in the past."),
    "phone_impossible": _l("Write a telephone number with digits, for example 05 000 0000."),
    "website_impossible": _l("Write a web address that begins with https:// or http://."),
    "postcode_impossible": _l("A postcode has five digits, for example 53100."),
    "enrolment_unknown": _l("This enrolment code is not known. Check it, or ask the manager for a new one."),
    "enrolment_used": _l("This enrolment code has been used already. Each tablet needs a code of its own."),
    "enrolment_expired": _l("This enrolment code is too old. Ask the manager for a new one."),
    "device_unknown": _l("This tablet is not enrolled. Ask the manager of the venue for an enrolment code."),
    "device_revoked": _l("This tablet has been taken out of use. Ask the manager of the venue."),
    "occurrence_elsewhere": _l("This event belongs to another venue. Choose an event of your own venue."),
    "occurrence_in_past": _l("The day is over already. Choose today or a coming day."),
    "occurrence_order": _l("The end must be after the start."),
    "scan_conflict": _l("The same registration arrived twice with different contents. The first one counts."),
    "item_unreadable": _l("The server could not read this registration. It stays on the tablet."),
    "request_unreadable": _l("The server could not read the request."),
    "not_possible": _l("This cannot be done."),
}


def status_of(error: DomainError) -> int:
    """Return the HTTP status of a rule's no: 409 unless the table says otherwise."""
    return STATUS.get(error.code, 409)


def sentence_of(error: DomainError) -> str:
    """Return the sentence for a person in the reader's language."""
    details: dict[str, Any] = error.details
    match error.code:
        case "birth_year_too_young":
            return _(
                "The card is for people who are 16 or turn 16 this year: born in %(latest)s or earlier.",
                latest=details["latest"],
            )
        case "children_impossible":
            return _("The number of children is between 0 and %(most)s.", most=details["most"])
        case "number_malformed":
            return malformed(details["problem"], details["positions"], details["text"])
        case code if code in desksentences.TOLD:
            return desksentences.TOLD[code](details)
        case code if code in figuresentences.TOLD:
            return figuresentences.TOLD[code](details)
        case code if code in followupsentences.TOLD:
            return followupsentences.TOLD[code](details)
        case code if code in programmesentences.TOLD:
            return programmesentences.TOLD[code](details)
        case code if code in bookingsentences.TOLD:
            return bookingsentences.TOLD[code](details)
        case code if code in trustsentences.TOLD:
            return trustsentences.TOLD[code](details)
        case _:
            return sentence(error.code)


def sentence(code: str) -> str:
    """Return the sentence of a plain code."""
    return str(SENTENCES.get(code, SENTENCES["not_possible"]))


def malformed(problem: str, positions: tuple[int, ...], text: str) -> str:
    """Say what is wrong with a text that is no card number, and where."""
    match problem:
        case "empty":
            return _("Read or type the number of the card.")
        case "symbol":
            symbols = ", ".join(f"{text[place - 1]} ({place}.)" for place in positions)
            return ngettext(
                "This symbol is not used on cards: %(symbols)s.",
                "These symbols are not used on cards: %(symbols)s.",
                len(positions),
                symbols=symbols,
            )
        case "length":
            return _("A card number has 11 symbols. You typed %(count)s.", count=len(text))
        case "identity":
            return str(IDENTITY_CODE)
        case "checksum":
            return _("One symbol is wrong, or two have changed places. Compare with the card.")
        case "prefix":
            return _("Check the first two letters. Compare with the card.")
        case "practice":
            return _("This is a practice card.")
        case "elsewhere":
            return _("This is not a number of a card of this area. Compare with the card.")
        case _:
            return _("This could not be read as a card number.")
