"""What the door says when something cannot be done: tablets, rescue files. `sentences` merges this; no other user."""

from flask_babel import lazy_gettext as _l

from kaikukortti.web import programmesentences

SENTENCES = {
    **programmesentences.SENTENCES,
    "device_name_impossible": _l("A tablet's name has 1 to 60 characters and is the name of no person."),
    "practice_card": _l("This is a practice card. Practice never reaches the figures."),
    "paper_venue_over": _l("The last day of this place was before that day."),
    "paper_day_in_future": _l("This day is still to come. Enter the list when the visits have been made."),
    "paper_day_over_a_year": _l("A list can be entered at most a year afterwards."),
    "paper_day_too_old": _l("A list can be entered at most 30 days afterwards. Give an older one to the coordinator."),
    "paper_event_of_other_day": _l("This event is on another day. Choose the day and the event again."),
    "paper_list_impossible": _l("A list has at most 60 lines, and each line at least one ticket."),
    "question_answered": _l("This question has been answered already."),
    "visit_withdrawn": _l("This visit does not count any more. Nothing needs to be done."),
    "answer_day_impossible": _l("Choose a day that is not in the future and not more than a year back."),
    "booking_elsewhere": _l("This booking belongs to another venue. Choose one of your own venue's bookings."),
    "rescue_damaged": _l("The file is damaged or not whole. Save it once more on the other tablet."),
    "rescue_foreign": _l("The file is not from a tablet of this venue. Send it on a tablet of its own venue."),
}

STATUS = {
    **programmesentences.STATUS,
    "answer_day_impossible": 422,
    "booking_elsewhere": 404,
    "device_name_impossible": 422,
    "paper_day_in_future": 422,
    "paper_venue_over": 422,
    "paper_day_over_a_year": 422,
    "paper_day_too_old": 422,
    "paper_event_of_other_day": 422,
    "paper_list_impossible": 422,
    "rescue_damaged": 422,
    "rescue_foreign": 404,
}
