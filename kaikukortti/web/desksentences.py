"""What the desk says when something cannot be done with a card or with stock; `sentences` merges this."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.web.language import _, day

SENTENCES = {
    "card_changed": _l("Somebody else has changed this card meanwhile. Look at it as it is now before you go on."),
    "card_ended": _l("The last day of this card has passed. It can be renewed."),
    "card_is_personal": _l("This is a personal card, not a community card."),
    "card_is_used": _l("A visit has been made with this card already, so the handing out cannot be undone."),
    "card_listed_twice": _l("This card stands in the list twice. It is renewed once."),
    "card_not_sleeping": _l("This card is no longer on the list. Nothing was noted."),
    "handed_out_in_future": _l("This day has not come yet. Choose today or an earlier day."),
    "reason_impossible": _l("This reason does not fit here. Choose another one."),
    "talk_not_today": _l("There was no mark of today on this card."),
    "undo_not_registration": _l("This card took the place of another one, so there is no handing out to undo."),
    "unit_not_started": _l(
        "Your unit has not started yet, so it hands out no cards. The coordinator of your area opens it."
    ),
    "unit_paused": _l(
        "Your unit is on a pause and hands out no new cards. Cards in use stay valid and can be renewed."
        " The coordinator of your area ends the pause."
    ),
    "undo_too_late": _l("A handing out can be undone only on the day on which it was entered."),
}

# Sentences with something in them: from the details of the error to the words.
TOLD: dict[str, Callable[[dict[str, Any]], str]] = {
    "budget_impossible": lambda details: _("The number of tickets is between 0 and %(most)s.", most=details["most"]),
    "handed_out_too_old": lambda details: _(
        "A paper form is entered at most %(days)s days afterwards. Choose a later day.", days=details["days"]
    ),
    "renewal_too_early": lambda details: _(
        "The card is valid until %(day)s already. A renewal today would not give it a later last day.",
        day=day(details["last_on"]),
    ),
    "too_many_cards": lambda details: _("At most %(most)s cards at a time.", most=details["most"]),
    "suspend_day_impossible": lambda details: _(
        "Choose a day between tomorrow and the card's last day, %(day)s.", day=day(details["last_on"])
    ),
}
