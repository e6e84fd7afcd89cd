"""The text for the client plan, drafted from what was said in a meeting under the four headings of AVAIN: goals,
factors of the situation, services, methods. It is edited and approved on the screen and copied by hand; it is kept
nowhere.
"""

from collections.abc import Mapping

from flask_babel import gettext as _

from kaikukortti.web import language
from kaikukortti.web.followup.meetings import meetingwords
from kaikukortti.web.followup.meetings.meetingstate import GoalView, Meeting

PARTS = ("goals", "situation", "services", "methods")


def headings() -> dict[str, str]:
    """Return the four headings in the reader's language, in the order of the plan."""
    words = (_("Goals"), _("Factors of the situation"), _("Services"), _("Methods"))
    return dict(zip(PARTS, words, strict=True))


def draft(meeting: Meeting) -> dict[str, str]:
    """Return the draft of the four parts in the reader's language."""
    barriers = [str(meetingwords.BARRIERS[barrier]) for barrier in meeting.barriers or ()]
    return {
        "goals": "\n".join(map(_goal, meeting.goals)),
        "situation": _("In the client's words, this gets in the way:") + _lines(barriers) if barriers else "",
        "services": _("Kaikukortti: culture, sport, science and courses free of charge."),
        "methods": "\n".join(_methods(meeting)),
    }


def whole(parts: Mapping[str, str]) -> str:
    """Return the four parts as one text with their headings; a part that is empty is left out."""
    said = ((title, parts.get(part, "").strip()) for part, title in headings().items())
    return "\n\n".join(f"{title}\n{text}" for title, text in said if text)


def step_words(meeting: Meeting) -> str:
    """Return the next step in words, nothing where there is none."""
    idea = meetingwords.IDEAS.get(meeting.idea)
    return "; ".join(filter(None, (str(idea.words) if idea else "", meeting.own_step)))


def _goal(goal: GoalView) -> str:
    said = [f"– {goal.words}"]
    if goal.target_on is not None:
        said.append(_("Hoped for by %(day)s.", day=language.day(goal.target_on)))
    if goal.client is not None:
        said.append(_("The client's view: %(step)s.", step=_step(goal.client)))
    if goal.worker is not None:
        said.append(_("The worker's view: %(step)s.", step=_step(goal.worker)))
    return "\n".join(said)


def _methods(meeting: Meeting) -> list[str]:
    said = [_("Talked through together, the client first.")] if meeting.is_rated or meeting.barriers else []
    step = step_words(meeting)
    return said + ([_("The next step, in the client's words: %(step)s.", step=step)] if step else [])


def _step(level: int) -> str:
    words = str(meetingwords.LADDER[level])
    return words[:1].lower() + words[1:]


def _lines(items: list[str]) -> str:
    return "".join(f"\n– {item}" for item in items)
