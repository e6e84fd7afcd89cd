"""The words of "Ready for tonight", the tablet's self-test: what was found, and one plain next step where it is needed.

doortexts adds them to the other words of the door.
"""

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

_SHEET: dict[str, LazyString] = {
    "test_title": lazy_gettext("Ready for tonight?"),
    "test_what": lazy_gettext("Tries what the evening needs. It takes a few seconds, and a sound is played."),
    "test_run": lazy_gettext("Test this tablet"),
    "test_again": lazy_gettext("Test again"),
    "test_running": lazy_gettext("Testing…"),
    "test_ready": lazy_gettext("All in order. Ready for tonight."),
    "test_open": lazy_gettext("To be put right: %(count)s"),
    "test_last_good": lazy_gettext("Last test at %(time)s: all in order."),
    "test_last_open": lazy_gettext("Last test at %(time)s: something was left to put right."),
    "test_good": lazy_gettext("In order:"),
    "test_look": lazy_gettext("To be put right:"),
}

_NETWORK_AND_LIST: dict[str, LazyString] = {
    "test_network": lazy_gettext("Network"),
    "test_network_good": lazy_gettext("The service answers."),
    "test_network_none": lazy_gettext("The service does not answer. Cards are read without it, too."),
    "test_network_step": lazy_gettext("Look at the wireless network of this device, then test again."),
    "test_list": lazy_gettext("List of cards"),
    "test_list_good": lazy_gettext("Fetched today at %(time)s."),
    "test_list_yesterday": lazy_gettext("The list is of yesterday."),
    "test_list_old": lazy_gettext("The list is %(days)s days old."),
    "test_list_none": lazy_gettext("There is no list yet."),
    "test_list_step": lazy_gettext("Connect to the network and test again: the test fetches the list."),
    "test_list_gone": lazy_gettext("The browser has thrown away the list."),
    "test_list_gone_step": lazy_gettext("Connect to the network and fetch it again with one tap."),
    "test_list_unable": lazy_gettext("At this address the tablet cannot keep a list."),
    "test_https_step": lazy_gettext("Open the page at an address that begins with https."),
    "test_queue": lazy_gettext("Registrations"),
    "test_queue_good": lazy_gettext("Everything has been sent."),
    "test_queue_waiting": lazy_gettext("Waiting to be sent: %(count)s. They are safe here."),
    "test_queue_step": lazy_gettext("Connect to the network: they are sent by themselves."),
    "test_queue_parked": lazy_gettext("The service could not take some: %(count)s. They are kept here."),
    "test_queue_parked_step": lazy_gettext(
        "Touch the lowest line of the screen, save them as a file and tell the manager."
    ),
}

_DEVICE: dict[str, LazyString] = {
    "test_camera": lazy_gettext("Camera"),
    "test_camera_good": lazy_gettext("The camera opens and codes are read."),
    "test_camera_none": lazy_gettext("Codes are read. No camera here: use a hand scanner or type the code."),
    "test_camera_closed": lazy_gettext("The camera does not open."),
    "test_camera_allow": lazy_gettext("Allow the camera for this page in the browser's settings."),
    "test_camera_free": lazy_gettext("Close other programs that use the camera, then test again."),
    "test_camera_decoder": lazy_gettext("This browser does not read codes now. Typing works."),
    "test_camera_decoder_step": lazy_gettext("Close the page, open it again and test once more."),
    "test_sound": lazy_gettext("Sound"),
    "test_sound_good": lazy_gettext("A sound was played. Did you hear it? If not, turn the volume up."),
    "test_sound_off": lazy_gettext("Sounds are switched off in the settings."),
    "test_sound_none": lazy_gettext("No sound could be played. Colours and words tell the same."),
    "test_sound_step": lazy_gettext("Touch the screen once and test again."),
    "test_storage": lazy_gettext("Room on this device"),
    "test_storage_good": lazy_gettext("There is room, and the browser keeps what is recorded."),
    "test_storage_full": lazy_gettext("There is hardly any room left."),
    "test_storage_step": lazy_gettext("Remove other things from this device, then test again."),
    "test_storage_loose": lazy_gettext("There is room, but the browser may throw things away after a quiet week."),
    "test_storage_keep": lazy_gettext("Put this page on the home screen: it is in the menu of the browser."),
    "test_storage_unknown": lazy_gettext("The browser does not tell how much room there is."),
    "test_page": lazy_gettext("Start without a network"),
    "test_page_good": lazy_gettext("This page starts without a network."),
    "test_page_none": lazy_gettext("This page does not start without a network yet."),
    "test_page_step": lazy_gettext("Connect to the network, open the page again and wait a minute."),
    "test_clock": lazy_gettext("Clock"),
    "test_clock_good": lazy_gettext("The clock is right."),
    "test_clock_ahead": lazy_gettext(
        "The clock is ahead by %(minutes)s min. Visits get their right time all the same."
    ),
    "test_clock_behind": lazy_gettext(
        "The clock is behind by %(minutes)s min. Visits get their right time all the same."
    ),
    "test_clock_turned": lazy_gettext("The clock was turned a moment ago."),
    "test_clock_step": lazy_gettext("Let the device set its time by itself, then test again."),
    "test_clock_unknown": lazy_gettext("The clock could not be compared with the service."),
}

SELFTEST_TEXTS: dict[str, LazyString] = {**_SHEET, **_NETWORK_AND_LIST, **_DEVICE}
