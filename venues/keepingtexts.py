"""The words of the tablet's screens about keeping: what waits, how old the list is, rescue files, the home screen.

doortexts adds them to the other words of the door, and its rule holds here: the whole queue sees the screen.
"""

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

_WAITING: dict[str, LazyString] = {
    "status_fresh": lazy_gettext("Up to date (today %(time)s)"),
    "status_connecting": lazy_gettext("Connecting…"),
    "status_offline": lazy_gettext("Working without network"),
    "status_waiting": lazy_gettext("Waiting: %(count)s"),
    "status_sent": lazy_gettext("All sent"),
    "status_parked": lazy_gettext("To be looked at: %(count)s"),
    "list_today": lazy_gettext("List of today %(time)s"),
    "list_yesterday": lazy_gettext("List of yesterday %(time)s"),
    "list_old": lazy_gettext("The list is %(days)s days old: connect before tonight"),
    "list_never": lazy_gettext("Never updated"),
    "waiting_title": lazy_gettext("Waiting to be sent"),
    "waiting_none": lazy_gettext("Everything has been sent."),
    "waiting_kept": lazy_gettext("These are safe on this tablet and are sent when the network answers."),
    "parked_title": lazy_gettext("To be looked at"),
    "parked_kept": lazy_gettext("The service could not take these. They stay here. Tell the manager of the venue."),
    "parked_save": lazy_gettext("Save these as a file"),
    "parked_save_what": lazy_gettext("The file holds codes of cards: give it to the manager of the venue only."),
    "undo_of": lazy_gettext("Undoing"),
    "elsewhere_venue": lazy_gettext("Recorded for another venue"),
    "send_now": lazy_gettext("Send now"),
}

_RESCUE: dict[str, LazyString] = {
    "rescue_title": lazy_gettext("Without a network for long?"),
    "rescue_what": lazy_gettext(
        "Save what waits as a sealed file and take it to another tablet of this venue. "
        "Only the service can open the file."
    ),
    "rescue_save": lazy_gettext("Save a rescue file"),
    "rescue_saved": lazy_gettext("Saved: %(name)s. What waits stays here as well; nothing is counted twice."),
    "rescue_no_key": lazy_gettext("This tablet cannot seal a file. Connect to the network and fetch the list first."),
    "rescue_send": lazy_gettext("Send a rescue file"),
    "rescue_sending": lazy_gettext("Sending…"),
    "rescue_sent": lazy_gettext("The file has arrived. New: %(fresh)s. Already there: %(known)s."),
    "rescue_parked": lazy_gettext("Not taken: %(count)s. Tell the manager of the venue."),
    "rescue_not_file": lazy_gettext("This is no rescue file. Choose the file that was saved on the other tablet."),
    "rescue_damaged": lazy_gettext("The file is damaged or not whole. Save it once more on the other tablet."),
    "rescue_foreign": lazy_gettext(
        "The file is not from a tablet of this venue. Send it on a tablet of its own venue."
    ),
    "rescue_no_answer": lazy_gettext("No answer from the network. Nothing is lost: send the file again later."),
    "rescue_fault": lazy_gettext("The service could not take the file now. Try again in a moment."),
}

_PLACE: dict[str, LazyString] = {
    "evicted_title": lazy_gettext("This browser has thrown away what the tablet kept"),
    "evicted_what": lazy_gettext(
        "The list of cards is gone, and what had not been sent. The tablet is still enrolled."
    ),
    "evicted_mend": lazy_gettext("Fetch the list again"),
    "evicted_mending": lazy_gettext("Fetching the list…"),
    "evicted_failed": lazy_gettext("The service does not answer. Look at the network and try again."),
    "install_title": lazy_gettext("Put this page on the home screen"),
    "install_why": lazy_gettext("From there it starts without a network, and the browser keeps what is recorded."),
    "install_how": lazy_gettext("Open the menu of the browser, or the share menu, and choose “Add to home screen”."),
    "install_do": lazy_gettext("Put it there"),
    "install_later": lazy_gettext("Later"),
    "offline_unavailable": lazy_gettext("This address has no https: the page works only while the network does."),
    "first_title": lazy_gettext("This tablet is not enrolled yet"),
    "first_next": lazy_gettext(
        "The manager of the venue shows an enrolment code. Open it with this tablet or type it."
    ),
}

KEEPING_TEXTS: dict[str, LazyString] = {**_WAITING, **_RESCUE, **_PLACE}
