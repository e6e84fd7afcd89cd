"""The words of the tablet's own screens, for staff at the door; the page gets them in every language.

What the service says about a card (the verdict sentences) is not here; only what the tablet must be
able to say alone. Nothing here may hint at poverty or at social services: the whole queue sees the screen.
"""

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from venues import bookingtexts, keepingtexts, practicetexts, selftesttexts

_READY: dict[str, LazyString] = {
    "page_title": lazy_gettext("Door"),
    "demo": lazy_gettext("Demo: all cards and visits are made up"),
    "language": lazy_gettext("Language"),
    "text_size": lazy_gettext("Text size"),
    "text_normal": lazy_gettext("Normal text"),
    "text_large": lazy_gettext("Large text"),
    "text_largest": lazy_gettext("Largest text"),
    "sounds": lazy_gettext("Sounds"),
    "no_venue": lazy_gettext("This tablet"),
    "noscript": lazy_gettext("Reading cards needs JavaScript. Switch it on in this browser and open the page again."),
    "ready_to_read": lazy_gettext("Ready to read a card"),
    "checking": lazy_gettext("Card read. Checking…"),
    "scanner_heard": lazy_gettext("A hand scanner can be used at any time."),
    "scanner_lost": lazy_gettext("The hand scanner is not heard now. Tap here."),
    "refused_title": lazy_gettext("This tablet must be enrolled again"),
    "device_unknown": lazy_gettext("The service does not know this tablet."),
    "device_revoked": lazy_gettext("This tablet has been taken out of use."),
    "refused_kept": lazy_gettext("What has been recorded is kept on this tablet. Waiting: %(count)s."),
    "refused_next": lazy_gettext("Ask the manager of the venue for a new enrolment code."),
    "enrol_again": lazy_gettext("Enrol this tablet"),
    "storage_failed": lazy_gettext(
        "This browser cannot keep records, so nothing can be recorded. " "Close private browsing or free some space."
    ),
}

_CAMERA: dict[str, LazyString] = {
    "camera": lazy_gettext("Camera"),
    "camera_start": lazy_gettext("Start the camera"),
    "camera_stop": lazy_gettext("Stop the camera"),
    "camera_starting": lazy_gettext("Starting the camera…"),
    "camera_aim": lazy_gettext("Hold the card's code in front of the camera."),
    "camera_off": lazy_gettext("The camera is off."),
    "camera_choose": lazy_gettext("Choose a camera"),
    "camera_number": lazy_gettext("Camera %(number)s"),
    "torch": lazy_gettext("Light"),
    "camera_not_allowed": lazy_gettext(
        "The camera is not allowed for this page. Allow it in the browser's settings for this page. "
        "You can type the code meanwhile."
    ),
    "camera_not_found": lazy_gettext("No camera was found. Type the code or use a hand scanner."),
    "camera_in_use": lazy_gettext(
        "Another program is using the camera. Close it and start the camera again. " "You can type the code meanwhile."
    ),
    "camera_decoder": lazy_gettext(
        "The camera works but this browser cannot read codes with it. Type the code or use a hand scanner."
    ),
    "camera_not_offered": lazy_gettext(
        "The camera needs a secure address (https). Type the code or use a hand scanner."
    ),
}

_NUMBER: dict[str, LazyString] = {
    "number_label": lazy_gettext("Type the card's code"),
    "number_check": lazy_gettext("Check"),
    "number_good": lazy_gettext("The code is well formed."),
    "number_elsewhere": lazy_gettext("This looks like a card of another area. It can be used."),
    "number_empty": lazy_gettext("Type the code that is printed on the card."),
    "number_short": lazy_gettext("%(count)s of 11 symbols."),
    "number_long": lazy_gettext("Too many symbols: a card has 11, here are %(count)s."),
    "number_symbol_one": lazy_gettext("Symbol %(places)s is not used on cards. Look at the card again."),
    "number_symbol_many": lazy_gettext("Symbols %(places)s are not used on cards. Look at the card again."),
    "number_checksum": lazy_gettext("One symbol is wrong or two have changed places. Look at the card again."),
    "number_prefix": lazy_gettext("The first two letters do not fit. Look at the card again."),
    "number_unreadable": lazy_gettext("This is not a card's code."),
    "number_identity": lazy_gettext("This looks like a personal identity code. It is never needed here. Remove it."),
    "number_practice": lazy_gettext("This is a practice card."),
}

_EVENTS: dict[str, LazyString] = {
    "event": lazy_gettext("Event"),
    "change": lazy_gettext("Switch"),
    "choose_event": lazy_gettext("Which event?"),
    "today": lazy_gettext("Today"),
    "without_event": lazy_gettext("Without an event"),
    "house_visit": lazy_gettext("House visit"),
    "house_visit_hint": lazy_gettext("A visit that belongs to no event"),
    "coming": lazy_gettext("Tickets for coming days"),
    "nothing_today": lazy_gettext("No events today"),
    "ticket_for": lazy_gettext("Ticket for %(day)s"),
    "until": lazy_gettext("%(start)s–%(end)s"),
}

_VERDICTS: dict[str, LazyString] = {
    "word_welcome": lazy_gettext("Welcome!"),
    "word_counts": lazy_gettext("Valid"),
    "word_already": lazy_gettext("Already recorded"),
    "word_check": lazy_gettext("You may let the visitor in"),
    "word_not_now": lazy_gettext("Not now"),
    "word_technical": lazy_gettext("Technical fault"),
    "say_malformed": lazy_gettext("Technical fault, not the visitor's. Type the card's code."),
    "say_fault": lazy_gettext("Technical fault, not the visitor's. Try again in a moment."),
    "next_malformed": lazy_gettext("What was read is not a card's code."),
    "no_answer": lazy_gettext("No answer from the network"),
    "late_answer": lazy_gettext("The answer came later: %(say)s"),
    "another_waits": lazy_gettext("Another card was read. First register this visit or go back."),
    "kind_personal": lazy_gettext("Personal card"),
    "kind_community": lazy_gettext("Community card"),
    "kind_unknown": lazy_gettext("Card to be checked"),
    "valid_until": lazy_gettext("Valid until %(day)s"),
    "children_up_to": lazy_gettext("Children up to %(count)s"),
    "tickets": lazy_gettext("Tickets"),
    "register": lazy_gettext("Register"),
    "back": lazy_gettext("Back"),
    "none_chosen": lazy_gettext("Choose at least one ticket."),
    "fewer": lazy_gettext("One fewer: %(who)s"),
    "more": lazy_gettext("One more: %(who)s"),
    "not_kept": lazy_gettext("The visit could not be kept on this tablet. Nothing was recorded. Try again."),
}

_COUNTING: dict[str, LazyString] = {
    "ring_left": lazy_gettext("Recorded by itself: %(seconds)s s. Touch to choose the tickets."),
    "ring_said": lazy_gettext("It is recorded by itself in a moment. Any key stops this."),
    "hold_over": lazy_gettext("The places are kept no longer. You can still register; somebody will look at it."),
    "why_places": lazy_gettext("Places left: %(count)s"),
    "why_children_one": lazy_gettext("The register says 1 child."),
    "why_children_other": lazy_gettext("The register says %(count)s children."),
    "why_adult": lazy_gettext("The card is for one adult."),
    "why_most": lazy_gettext("At most %(count)s at a time."),
    "tally_event": lazy_gettext("This event: %(counts)s"),
    "tally_event_then": lazy_gettext("This event at %(time)s: %(counts)s"),
    "tally_nobody": lazy_gettext("nobody yet"),
    "tally_device": lazy_gettext("On this tablet: %(count)s"),
    "tally_waiting": lazy_gettext("Plus %(count)s waiting here"),
}

_SHEETS: dict[str, LazyString] = {
    "today_title": lazy_gettext("Recorded today"),
    "today_none": lazy_gettext("Nothing has been recorded on this tablet today."),
    "today_later": lazy_gettext(
        "A visit can be undone here for 15 minutes. After that the manager can take it back on the venue's page."
    ),
    "today_undo": lazy_gettext("%(counts)s at %(time)s"),
    "today_undone": lazy_gettext("Undone"),
    "today_over": lazy_gettext("The manager can take it back"),
    "today_is_undone": lazy_gettext("Undone: %(counts)s"),
    "today_not_undone": lazy_gettext("This could not be undone here. The manager can take it back."),
    "settings": lazy_gettext("Settings"),
    "light": lazy_gettext("Light of the screen"),
    "light_auto": lazy_gettext("As the device says"),
    "light_bright": lazy_gettext("Bright foyer"),
    "light_dark": lazy_gettext("Dark hall"),
    "ring_title": lazy_gettext("Recording by itself"),
    "ring_what": lazy_gettext(
        "A valid personal card without children is recorded after two and a half seconds. "
        "A ring shows the time, and any touch or key stops it."
    ),
    "ring_switch": lazy_gettext("Record by itself"),
    "sound_title": lazy_gettext("Sound"),
    "soft_note": lazy_gettext("A soft note for “Not now”"),
}

_PEOPLE: dict[str, LazyString] = {
    "adult": lazy_gettext("Adults"),
    "child": lazy_gettext("Children"),
    "assistant": lazy_gettext("Assistants"),
    "interpreter": lazy_gettext("Interpreters"),
    "worker": lazy_gettext("Workers"),
    "under16": lazy_gettext("Under 16"),
    "adult_one": lazy_gettext("1 adult"),
    "adult_other": lazy_gettext("%(count)s adults"),
    "child_one": lazy_gettext("1 child"),
    "child_other": lazy_gettext("%(count)s children"),
    "assistant_one": lazy_gettext("1 assistant"),
    "assistant_other": lazy_gettext("%(count)s assistants"),
    "interpreter_one": lazy_gettext("1 interpreter"),
    "interpreter_other": lazy_gettext("%(count)s interpreters"),
    "worker_one": lazy_gettext("1 worker"),
    "worker_other": lazy_gettext("%(count)s workers"),
    "under16_one": lazy_gettext("1 under 16"),
    "under16_other": lazy_gettext("%(count)s under 16"),
}

_AFTER: dict[str, LazyString] = {
    "recorded": lazy_gettext("Recorded: %(counts)s"),
    "undo": lazy_gettext("Undo"),
    "undo_time": lazy_gettext("You can undo for %(seconds)s s"),
    "undone": lazy_gettext("Undone. Nothing was recorded."),
    "next_card": lazy_gettext("Next card"),
    "close": lazy_gettext("Close"),
}

_ENROL: dict[str, LazyString] = {
    "enrol_title": lazy_gettext("Enrol a tablet"),
    "enrol_intro": lazy_gettext(
        "Open the enrolment QR code with this tablet, " "or type the code that the manager of the venue sees."
    ),
    "enrol_code": lazy_gettext("Enrolment code"),
    "enrol_code_hint": lazy_gettext("16 symbols. Spaces and hyphens do not matter."),
    "enrol_name": lazy_gettext("Name of this tablet"),
    "enrol_name_hint": lazy_gettext("For example: ticket office"),
    "enrol_submit": lazy_gettext("Enrol this tablet"),
    "enrol_sending": lazy_gettext("Enrolling…"),
    "enrol_done": lazy_gettext("This tablet now belongs to %(venue)s."),
    "enrol_fault_title": lazy_gettext("This could not be done"),
    "enrolment_unknown": lazy_gettext("This code is not known. Look at the code again."),
    "enrolment_used": lazy_gettext("This code has been used already. Ask the manager of the venue for a new one."),
    "enrolment_expired": lazy_gettext("This code is too old. Ask the manager of the venue for a new one."),
    "enrol_invalid": lazy_gettext("Look at the code and the name again."),
    "enrol_code_short": lazy_gettext("The code has 16 symbols, here are %(count)s."),
    "enrol_code_symbols": lazy_gettext("Symbols %(places)s are not used in codes. Look at the code again."),
    "enrol_name_missing": lazy_gettext("Give this tablet a name."),
    "enrol_no_answer": lazy_gettext("The service does not answer. Look at the network and try again."),
    "enrol_fault": lazy_gettext("The service could not do this now. Try again in a moment."),
}

DOOR_TEXTS: dict[str, LazyString] = {
    **_READY,
    **_CAMERA,
    **_NUMBER,
    **_EVENTS,
    **_VERDICTS,
    **_COUNTING,
    **_SHEETS,
    **_PEOPLE,
    **_AFTER,
    **_ENROL,
    **bookingtexts.BOOKING_TEXTS,
    **keepingtexts.KEEPING_TEXTS,
    **practicetexts.PRACTICE_TEXTS,
    **selftesttexts.SELFTEST_TEXTS,
}


def door_texts() -> dict[str, str]:
    """Return every word of the tablet's screens, by key, in the current language."""
    return {key: str(text) for key, text in DOOR_TEXTS.items()}
