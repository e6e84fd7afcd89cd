"""What follow-up says no to, in words. Codes only: nothing of the package itself is known here."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.web import language
from kaikukortti.web.language import _

STATUS: dict[str, int] = {
    "own_key_wrong": 422,
    "own_key_wait": 429,
    "mood_impossible": 422,
    "group_only": 404,
    "measure_not_recorded": 404,
    "measure_not_in_groups": 404,
}

SENTENCES = {
    "episode_days_impossible": _l(
        "An episode begins today or within the last year, and its planned end is a later day within five years."
    ),
    "episode_over": _l("The episode has ended. It stays as it was."),
    "grant_card_not_open": _l(
        "The client's own card is not open here. The client opens it with the card and the own key."
    ),
    "grant_card_closed": _l("The card is not in use now, so its use is not shown."),
    "grant_community_card": _l("A community card has no holder who could show its use."),
    "grant_age_unconfirmed": _l("Only a client who is 18 or older can agree to this."),
    "grant_workers_impossible": _l("Choose one or two workers."),
    "grant_end_impossible": _l("Choose a day to come, within a year and before the card or the episode ends."),
    "goals_full": _l("Three goals at a time are enough. Give one up if you want to write another."),
    "goal_given_up": _l("This goal was given up meanwhile. It stays as it was."),
    "goal_day_past": _l("This day is over already. Choose a day to come, or leave it empty."),
    "goal_step_impossible": _l("Choose one of the steps of the ladder."),
    "followup_text_missing": _l("Write something here."),
    "followup_text_too_long": _l("This is too long. Shorten it a little."),
    "followup_text_identity": _l(
        "This looks like a personal identity code. It is never needed here and nothing of it was kept."
        " Please remove it."
    ),
    "followup_text_card": _l("This looks like the number of a card. It does not belong here. Please remove it."),
    "own_key_wrong": _l("The card did not open. Check the number and the key."),
    "own_key_wait": _l("There were many tries. Wait a little and try again."),
    "mood_impossible": _l("Choose one."),
    "mood_enough": _l("You have answered about this place already. Thank you!"),
    "report_words_missing": _l("Say what was done, or why nothing was: the units read it."),
    "report_status_impossible": _l("Choose what has become of the report, or write what is new."),
    "staff_answered_already": _l("You have answered this quarter already. Thank you."),
    "staff_answer_impossible": _l("Choose one of the five answers to each question."),
    "form_never": _l("This measure has no form here: its totals come from its own service."),
    "permission_over": _l(
        "The permission has expired, so the form cannot be in use. Choose a later day, or leave the form off."
    ),
    "scale_fixed": _l("The range of this measure is published. It is not set by hand."),
    "scale_impossible": _l("The highest number is above the lowest one."),
    "group_only": _l(
        "This measure is not used about one person: its owners do not recommend it, or do not allow it. Groups can"
        " answer it without names."
    ),
    "measure_not_recorded": _l("No total of this measure is recorded here."),
    "form_off": _l("The form of this measure is not in use. Record the total."),
    "item_impossible": _l("Choose one of the answers on the paper."),
    "score_missing": _l("Write a total, or the answers to all items."),
    "measured_in_future": _l("This day is still to come."),
    "measured_twice": _l("There is a result of this measure on this day already. Put that one right instead."),
    "measure_not_in_groups": _l("Groups do not answer this measure here."),
    "response_code_impossible": _l(
        "A response code has 6 to 16 letters and digits, at least 4 of them letters. It is not a date of birth, an"
        " identity code, a card's number or a case code."
    ),
    "response_code_used": _l("There is an answer with this code already. Check the code, and which time it is."),
    "response_code_unknown": _l("There is no first answer with this code in your unit. Check the code on the slip."),
    "indicators_not_frozen": _l("These figures are not ready yet: they come 14 days after a period ends."),
    "structure_class_unknown": _l("There is no such class. Use those of the form."),
    "structure_empty": _l("Write at least one number of clients."),
    "decision_missing": _l("Say which decision allows this: its number and date."),
}


def _score_outside(details: Mapping[str, Any]) -> str:
    return _("This is between %(low)s and %(high)s. Check it, and the scale of the printout.", **_ends(details))


def _total_impossible(details: Mapping[str, Any]) -> str:
    return _("The total is a number between %(low)s and %(high)s, as it stands on the paper.", **_ends(details))


def _item_missing(details: Mapping[str, Any]) -> str:
    items = ", ".join(str(item) for item in details["items"])
    return _("Without all answers there is no score. Missing: %(items)s. Nothing was kept.", items=items)


def _measured_too_early(details: Mapping[str, Any]) -> str:
    return _("The episode began on %(day)s. Choose that day or a later one.", day=language.day(details["started_on"]))


def _structure_year(details: Mapping[str, Any]) -> str:
    return _("Choose a year from %(first)s to %(last)s.", **details)


def _structure_count(details: Mapping[str, Any]) -> str:
    return _("A number of clients is a whole number from 0 to %(most)s.", most=language.number(details["most"]))


def _ends(details: Mapping[str, Any]) -> dict[str, str]:
    return {end: language.number(details[end]) for end in ("low", "high")}


TOLD: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "score_outside": _score_outside,
    "group_total_impossible": _total_impossible,
    "item_missing": _item_missing,
    "measured_too_early": _measured_too_early,
    "structure_year_impossible": _structure_year,
    "structure_count_impossible": _structure_count,
}
