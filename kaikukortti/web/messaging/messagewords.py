"""The words of messages: kinds, audiences, causes, what a card was worth, in the reader's language."""

from flask_babel import lazy_gettext as _l

AUDIENCES = {
    "all": _l("All units and venues"),
    "units": _l("Units only"),
    "venues": _l("Venues only"),
}

FEEDBACK_KINDS = {
    "question": _l("A question"),
    "problem": _l("A problem"),
    "idea": _l("An idea"),
    "thanks": _l("Thanks"),
}

CAUSES = {
    "not_known": _l("The card was not known there"),
    "no_tickets": _l("They said that there were no tickets left"),
    "not_accepted": _l("They said that the card is not good"),
    "unkind": _l("They were unkind"),
    "device": _l("The device did not work"),
    "other": _l("Something else"),
}

CARD_THEN = {
    "not_given": _l("No code was given"),
    "valid": _l("The service says: valid"),
    "not_valid": _l("The service says: not valid"),
    "unknown": _l("The service does not know the code"),
}

READ_IN = {
    "fi": _l("Finnish"),
    "sv": _l("Swedish"),
    "en": _l("English"),
    "ru": _l("Russian"),
}
