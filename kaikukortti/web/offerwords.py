"""The words of the public offer in the reader's interface language; easy Finnish has its own in holdertexts."""

from collections.abc import Callable, Mapping
from typing import Any

from kaikukortti.holdertexts.easyoffer import EASY_OFFER
from kaikukortti.holdertexts.offershape import OfferWords
from kaikukortti.holdertexts.shape import Part
from kaikukortti.web import choices
from kaikukortti.web.language import _, language_now

# What each part of an address is called on the page.
FIELDS: Mapping[str, Callable[[OfferWords], str]] = {
    "when": lambda words: words.when.rstrip("?"),
    "day": lambda words: words.day,
    "area": lambda words: words.area,
    "category": lambda words: words.category.rstrip("?"),
    "children": lambda words: words.children,
    "step_free": lambda words: words.step_free_only,
    "stop": lambda words: words.stop_only,
    "page": lambda words: words.page.format(number="").strip(),
    "easy": lambda words: words.other_reading,
}
_made: dict[str, OfferWords] = {}


def words(*, easy: bool) -> OfferWords:
    """Return the words of a reading. Those of a language are looked up once in a process: catalogues do not change."""
    if easy:
        return EASY_OFFER
    code = language_now()
    if code not in _made:
        _made[code] = OfferWords(**_finding(), **_reading(), **_of_place())
    return _made[code]


def _finding() -> dict[str, Any]:
    return {
        "title": _("What you can visit with Kaikukortti"),
        "lead": _("Here is what is on. With the card the ticket is free, and it looks like everybody else's."),
        "today": _("Today"),
        "tomorrow": _("Tomorrow"),
        "week": _("This week"),
        "fortnight": _("Next two weeks"),
        "when": _("When?"),
        "narrow": _("Choose more closely"),
        "area": _("Area"),
        "all_areas": _("All areas"),
        "category": _("Category"),
        "all_categories": _("Everything"),
        "categories": {key: str(word) for key, word in choices.CATEGORIES.items()},
        "kinds": {key: str(word) for key, word in choices.EVENT_KINDS.items()},
        "day": _("Day"),
        "children": _("With children"),
        "step_free_only": _("Step-free entrance"),
        "stop_only": _("Bus stop is given"),
        "show": _("Show"),
        "clear": _("Clear the choices"),
        "chosen": _("Chosen"),
        "misread": _("We did not understand this: %(what)s. It was left out.", what="{what}"),
        "nothing": _("Nothing was found with these choices."),
        "nothing_text": _("Try another day or clear the choices. The places below can be visited every day."),
        "no_places": _("No places were found with these choices."),
    }


def _reading() -> dict[str, Any]:
    return {
        "ask": Part(
            _("Ask for a ticket like this"),
            (
                _("Call the place or go there."),
                _("Say: “I would like a ticket with Kaikukortti.”"),
                _("Show the card or tell its number."),
            ),
        ),
        "always": _("Every day"),
        "always_text": _("These places can be visited every day during opening hours."),
        "all_places": _("All places (%(count)s)", count="{count}"),
        "places": _("Places where the card is in use"),
        "places_lead": _("All of them can be visited during opening hours."),
        "full": _("The tickets for this have run out. Have a look at other days."),
        "own_share": _("You pay %(sum)s yourself", sum="{sum}"),
        "calm": _("Calm hours %(hours)s", hours="{hours}"),
        "stop": _("Bus stop"),
        "step_free": _("Step-free entrance"),
        "call": _("Ask for a ticket"),
        "previous": _("Previous"),
        "next": _("Next"),
        "page": _("Page %(number)s", number="{number}"),
        "print": _("Print the page"),
        "other_reading": _("Read in easy Finnish"),
    }


def _of_place() -> dict[str, Any]:
    return {
        "back": _("Everything that is on"),
        "facts": _("About the place"),
        "address": _("Address"),
        "telephone": _("Telephone"),
        "website": _("Website"),
        "way_in": _("Step-free entrance"),
        "hearing_loop": _("Hearing loop"),
        "yes": _("Yes"),
        "no": _("No"),
        "unknown": _("Not known"),
        "house_visit": _("You can visit this place every day during opening hours."),
        "coming": _("What is coming"),
        "nothing_coming": _("The place has not told what is coming. Ask there."),
        "calendar": _("To your own calendar"),
        "calendar_text": _("Take what is on here into your own calendar. What is added later comes by itself."),
        "subscribe": _("Subscribe"),
        "download": _("Download the file"),
    }
