"""The words of the tablet's practice mode. doortexts adds them to the other words of the door."""

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

PRACTICE_TEXTS: dict[str, LazyString] = {
    "practice": lazy_gettext("Practise"),
    "practice_word": lazy_gettext("PRACTICE"),
    "practice_title": lazy_gettext("Practice: nothing is recorded"),
    "practice_what": lazy_gettext(
        "Read the printed practice cards or touch one below. Each does what a real card does."
    ),
    "practice_leave": lazy_gettext("End the practice"),
    "practice_cards": lazy_gettext("Practice cards"),
    "practice_count": lazy_gettext("Seen: %(count)s of 6"),
    "practice_done": lazy_gettext("All six seen. This year's instruction is done."),
    "practice_seen": lazy_gettext("Seen"),
    "practice_event": lazy_gettext("Practice evening"),
}
