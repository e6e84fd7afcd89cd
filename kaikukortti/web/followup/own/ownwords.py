"""The words of the holder's own pages: of the catalogues in Finnish, Swedish and English; easy Finnish and Russian have
their own modules beside.
"""

from collections.abc import Mapping

from flask_babel import force_locale

from kaikukortti.holdertexts.shape import Part
from kaikukortti.web import choices
from kaikukortti.web.followup.own.owneasy import EASY_OWN
from kaikukortti.web.followup.own.ownreading import Reading
from kaikukortti.web.followup.own.ownrussian import RUSSIAN_OWN
from kaikukortti.web.followup.own.ownshape import Card, Entry, Frame, Mood, OwnWords, Paper
from kaikukortti.web.language import _

_WRITTEN = {"easy": EASY_OWN, "ru": RUSSIAN_OWN}
_made: dict[str, OwnWords] = {}


def words(reading: Reading) -> OwnWords:
    """Return the words of a reading. Those of a language are looked up once in a process: catalogues do not change."""
    if reading.code in _WRITTEN:
        return _WRITTEN[reading.code]
    if reading.code not in _made:
        with force_locale(reading.locale):
            _made[reading.code] = OwnWords(_frame(), _entry(), _card(), _mood(), _paper())
    return _made[reading.code]


def _frame() -> Frame:
    return Frame(
        leave=_("Leave at once"),
        language=_("Language"),
        my_card=_("My card"),
        my_goals=_("My goals"),
        my_shares=_("What I share"),
        rooms=_("My pages"),
        closes_at=_("This page closes by itself at %(clock)s.", clock="{clock}"),
        closes_soon=_("This page closes in one minute."),
        more_time=_("5 minutes more"),
        close=_("Close my card"),
        print=_("Print this page"),
        awaiting="",
        demo=_("Demo: all cards and visits are made up"),
    )


def _entry() -> Entry:
    return Entry(
        title=_("My own card"),
        lead=_("Here you see where you have used your Kaikukortti."),
        number=_("Card number"),
        number_hint=_("It is on the card and has 11 symbols."),
        key=_("Own key"),
        key_hint=_("It is on the paper that you were given and has 16 symbols."),
        open=_("Open my card"),
        missing=_("This is needed."),
        identity=_(
            "This looks like a personal identity code. It is never needed here and nothing of it was kept."
            " Please remove it."
        ),
        wrong=_("The card did not open. Check the number and the key."),
        wrong_help=_("Does it not open? Ask for a new key where you got the card."),
        wait=_("There were many tries. Wait a little and try again at %(clock)s.", clock="{clock}"),
        closed=_closed(),
        no_key=Part(
            _("No own key?"),
            (
                _("Ask for one where you got the card."),
                _("You get it on paper."),
                _("You need not have one: the card works without it."),
            ),
        ),
        safe=Part(
            _("Only you see this"),
            (
                _("Staff cannot open the page without your key."),
                _("The page closes by itself after 5 minutes."),
                _("You can leave at once from the top of the page."),
            ),
        ),
    )


def _closed() -> Mapping[str, str]:
    return {
        "time": _("The page closed because the time was over. Type the number and the key if you want to go on."),
        "pressed": _("You have closed your card. Others do not see it on this device any more."),
        "forgotten": _("The own key has been removed and opens nothing any more. You can ask for a new one."),
    }


def _card() -> Card:
    return Card(
        valid_until=_("The card is valid until %(day)s", day="{day}"),
        ended=_("The card was valid until %(day)s. Ask for a new one where you got it.", day="{day}"),
        paused=_("The card is on a pause now. You can still look at your visits."),
        not_in_use=_("The card is not in use now. You can still look at your visits."),
        last_visit=_("Last recorded visit"),
        never=_("No recorded use"),
        never_text=_("No visits have been recorded with this card. You can use it whenever you like."),
        late=_("A venue may record a visit later, so the newest one may be missing."),
        visits=_("Visits"),
        by_month=_("Visits by month"),
        month=_("Month"),
        with_children=_("Children along"),
        none=_("no recorded use"),
        earlier=_("Before that"),
        as_table=_("Show as a table"),
        kinds=_("What you have visited"),
        categories={key: str(word) for key, word in choices.CATEGORIES.items()},
        show_dates=_("Show exact dates"),
        hide_dates=_("Hide exact dates"),
        dates=_("All visits"),
        newest_only=_("These are the newest visits: %(count)s.", count="{count}"),
        **_near_and_key(),
    )


def _near_and_key() -> dict[str, str]:
    return {
        "near": _("On soon: %(place)s", place="{place}"),
        "near_area": _("On soon"),
        "near_none": _("Nothing is planned for the next two weeks. There are places that are open every day, too."),
        "stop": _("Bus stop"),
        "step_free": _("Step-free entrance"),
        "whole_offer": _("See everything that is on"),
        "key_made": _(
            "The own key was made on %(day)s. Did you not ask for a key on that day? Tell where you got the card.",
            day="{day}",
        ),
        "forget": _("Remove the own key"),
        "forget_text": _(
            "Without the key this page opens no more. The card works as before. Your goals and what you share are not"
            " removed with it: remove them first if you want."
        ),
        "forget_yes": _("Remove the key now"),
        "stay": _("Keep the key"),
    }


def _mood() -> Mood:
    return Mood(
        title=_("How did the visit feel?"),
        text=_("Answer if you like. Nobody sees what you in particular answered."),
        faces=(_("Bad"), _("Not so good"), _("So-so"), _("Good"), _("Very good")),
        send=_("Answer"),
        choose=_("Choose one."),
        thanks=_("Thank you for your answer!"),
        enough=_("You have answered about this place already. Thank you!"),
    )


def _paper() -> Paper:
    return Paper(
        title=_("Own key to your Kaikukortti"),
        key=_("Your own key"),
        address=_("Address on the web"),
        opens=Part(
            _("What the key opens"),
            (
                _("The key opens the page My own card."),
                _("There you see where you have used the card."),
                _("You can write down goals of your own."),
                _("You see what you share, and with whom."),
            ),
        ),
        open_it=Part(
            _("How to open the page"),
            (
                _("Go to the web address above."),
                _("Type the number of the card. It is on the card."),
                _("Type the own key."),
                _("The page closes by itself after 5 minutes."),
            ),
        ),
        keep_it=Part(
            _("Keep in mind"),
            (
                _("The key is yours alone. Do not give it to others."),
                _("Keep this paper in another place than the card."),
                _("Staff cannot open the page: they do not have the key."),
                _("Have you lost the key? Ask for a new one. The old one then works no more."),
                _("You need not use the key. The card works without it."),
            ),
        ),
    )
