"""The words of the holder's own goals: of the catalogues in Finnish, Swedish and English; easy Finnish and Russian are
written beside.
"""

from flask_babel import force_locale

from kaikukortti.web.followup.meetings import meetingwords
from kaikukortti.web.followup.own.owngoaleasy import EASY_GOALS, RUSSIAN_GOALS
from kaikukortti.web.followup.own.owngoalshape import GoalWords
from kaikukortti.web.followup.own.ownreading import Reading
from kaikukortti.web.language import _
from kaikukortti.web.sentences import sentence

_WRITTEN = {"easy": EASY_GOALS, "ru": RUSSIAN_GOALS}


def words(reading: Reading) -> GoalWords:
    """Return the words of a reading."""
    if reading.code in _WRITTEN:
        return _WRITTEN[reading.code]
    with force_locale(reading.locale):
        return _translated()


def _translated() -> GoalWords:
    return GoalWords(
        title=_("My goals"),
        lead=_("What you would like, in your own words. Nobody but you sees them on this page."),
        none=_("You have no goals yet, and you need not have any."),
        write=_("Write a goal"),
        words=_("What would you like?"),
        words_hint=_("In your own words, for example: I go out once a week."),
        weight=_("How important is it?"),
        weights={weight: str(word) for weight, word in meetingwords.WEIGHTS.items()},
        by_when=_("By when?"),
        hoped_for=_("Hoped for by %(day)s", day="{day}"),
        optional=_("optional"),
        ladder={level: str(word) for level, word in meetingwords.LADDER.items()},
        where=_("Where are you now?"),
        where_text=_("Choose the step that feels right today. There is no wrong answer."),
        note=_("What helped? What was hard?"),
        note_hint=_("Please write no names."),
        save=_("Save"),
        mark_now=_("Mark where I am now"),
        change=_("Change"),
        start=_("At the start"),
        latest=_("Latest mark, %(day)s", day="{day}"),
        me=_("Me"),
        worker=_("The worker"),
        earlier=_("Earlier marks"),
        day=_("Day"),
        nothing=_("no mark"),
        full=sentence("goals_full"),
        end=_("Give the goal up?"),
        end_text=_("You may give a goal up at any time. Nothing depends on it."),
        give_up=_("Give the goal up"),
        delete=_("Delete the goal and all its marks"),
        back=_("My goals"),
        choose=_("Choose one."),
        misread=_("Write the day as in 31.8.2027."),
        problems={code: sentence(code) for code in EASY_GOALS.problems},
    )
