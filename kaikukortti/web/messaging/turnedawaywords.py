"""The words of the pages "I was turned away": easy Finnish, Swedish and English of the catalogues, Russian beside."""

from kaikukortti.web.language import _, language_now
from kaikukortti.web.messaging.turnedawayrussian import RUSSIAN
from kaikukortti.web.messaging.turnedawayshape import Asking, Mistakes, Reading, TurnedAwayWords

_made: dict[str, TurnedAwayWords] = {}


def words(*, russian: bool) -> TurnedAwayWords:
    """Return the words in the reader's language. Those of a catalogue are looked up once in a process."""
    if russian:
        return RUSSIAN
    code = language_now()
    if code not in _made:
        _made[code] = TurnedAwayWords(code, _asking(), _mistakes(), _reading())
    return _made[code]


def _asking() -> Asking:
    return Asking(
        title=_("I was turned away with my card"),
        lead=(
            _("You have a Kaikukortti, but you did not get in? Tell us."),
            _("You need not say who you are."),
            _("The place does not see what you write."),
        ),
        area=_("Where was it? Choose the area."),
        where=_("Where was it?"),
        choose=_("Choose a place"),
        elsewhere=_("Somewhere else"),
        when=_("When was it?"),
        today=_("Today"),
        yesterday=_("Yesterday"),
        some_day=_("On another day"),
        not_known=_("I do not remember"),
        day=_("Which day?"),
        day_hint=_("Fill this in if you chose “On another day”."),
        what=_("What happened?"),
        causes=_causes(),
        text=_("Tell it in your own words"),
        text_hint=_("Write no names and no identity codes."),
        code=_("Number of the card"),
        code_hint=_("It helps us to find the reason. We do not keep it."),
        optional=_("if you want"),
        send=_("Send"),
        have_word=_("Read the answer"),
    )


def _causes() -> dict[str, str]:
    return {
        "not_known": _("They did not know the card"),
        "no_tickets": _("They said: there are no tickets left"),
        "not_accepted": _("They said: the card is not good"),
        "unkind": _("They were not kind to me"),
        "device": _("Their device did not work"),
        "other": _("Something else"),
    }


def _mistakes() -> Mistakes:
    return Mistakes(
        check=_("Check these answers"),
        missing=_("Choose an answer."),
        day=_("Choose a day that has been, within the last year."),
        identity=_(
            "This looks like a personal identity code. It is never needed here and nothing of it was kept."
            " Please remove it."
        ),
        card=_("Do not write the number of the card here. There is a field for it below."),
        too_long=_("This is too long. Write less."),
        word=_("We do not have this word. Check the letters."),
    )


def _reading() -> Reading:
    return Reading(
        thanks=_("Thank you for telling us"),
        your_word=_("Your word"),
        keep=(
            _("Write the word down, or take a picture of it."),
            _("With the word you can read the answer."),
            _("We cannot show the word again."),
        ),
        to_answer=_("Read the answer"),
        title=_("Read the answer"),
        lead=_("Write the word that you were given."),
        word=_("Your word"),
        word_hint=_("15 letters. Capital or small letters, both are good."),
        open=_("Show the answer"),
        waits=_("There is no answer yet"),
        waits_text=_("The coordinator reads what you wrote, and answers. Look again in some days."),
        answer=_("Answer"),
        again=_("Tell about something else"),
    )
