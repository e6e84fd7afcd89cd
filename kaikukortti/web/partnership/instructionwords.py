"""The words of the yearly instruction: what people at a desk and at a door need to know. Each point is a title and a
sentence or two.
"""

from typing import Any

from flask_babel import lazy_gettext as _l

Point = tuple[Any, Any]

_SILENCE = (
    _l("The duty of silence"),
    _l("Who has the card, came, or did not come: you tell nobody, not at home either. It does not end with the work."),
)
_OWN_SIGN_IN = (
    _l("Your own sign-in"),
    _l("You sign in as yourself, and out when you leave. Nobody else uses your password or your second factor."),
)
_NO_NAMES = _l("Nothing else is written down")

UNIT: tuple[Point, ...] = (
    (
        _l("Who gets the card"),
        _l("A client of the unit, 16 or turning 16 this year, who lives in the area and has little money to spend."),
    ),
    (_l("Face to face"), _l("The card is handed over in person and is in use at once. It costs nothing.")),
    (
        _l("Three questions"),
        _l(
            "Year of birth, postcode, and own children or grandchildren. The rest is "
            "voluntary: say so, and do not press."
        ),
    ),
    (
        _NO_NAMES,
        _l("No name, no identity code, no income and no reason. Who has which card stands in your own papers."),
    ),
    (
        _l("Words that carry respect"),
        _l("It is a card for culture and sport. Do not call it a benefit, and do not speak of it where others hear."),
    ),
    (
        _l("The first visit"),
        _l("Many cards are never used even once. Look together at what is on, and at how to get there."),
    ),
    (
        _l("Renewals"),
        _l("The list of renewals shows what ends soon. A renewal keeps the days that are left and the visits made."),
    ),
    (
        _l("Lost and found"),
        _l("Close a lost card the same day. The holder gets a new one; nobody pays, nobody is blamed."),
    ),
    (_l("The stock"), _l("Keep cards under lock, count them, and ask for more before they run out.")),
    _SILENCE,
    _OWN_SIGN_IN,
)
VENUE: tuple[Point, ...] = (
    (
        _l("Every holder is a guest"),
        _l("The same greeting, the same queue, the same seats. The card is a ticket, and nothing is said about it."),
    ),
    (
        _l("Read the card, look at the answer"),
        _l("The tablet shows one of six answers with its own sign. It tells you what to do next; there is no red one."),
    ),
    (
        _l("When the card is not in use now"),
        _l("Say it quietly and in the words of the screen. The holder keeps the card and is told whom to ask."),
    ),
    (
        _l("No questions"),
        _l(
            "No name, no proof of identity, no “why do you have it”. The service does not "
            "know, and you need not either."
        ),
    ),
    (
        _l("Children and helpers"),
        _l("Tap how many children come, up to the number on the screen. An assistant or interpreter comes in free."),
    ),
    (
        _l("Without a network"),
        _l("Go on as usual. The tablet keeps the visits and sends them later. Leave it on until nothing waits."),
    ),
    (
        _l("Register every visit"),
        _l("A visit that nobody registers is missing from the figures by which the places are kept."),
    ),
    (_l("A slip"), _l("Undo it on the tablet within a quarter of an hour. After that the manager takes it back.")),
    (_l("A lost tablet"), _l("The manager takes it out of use at once. No person's name is in it.")),
    (
        _l("Practise"),
        _l(
            "The practice cards show every answer and never reach the figures. Five minutes "
            "before the season are enough."
        ),
    ),
    _SILENCE,
    _OWN_SIGN_IN,
)
