"""What clients said at the end of the unit's meetings: the three questions, by quarters that have ended, from five
answers on.
"""

from dataclasses import dataclass

from flask import render_template
from flask_babel import gettext as _

from kaikukortti import clock
from kaikukortti.followup import meetings
from kaikukortti.followup.meetings import Voices
from kaikukortti.rules import period, span
from kaikukortti.web import guard
from kaikukortti.web.figures import periods
from kaikukortti.web.followup import gate
from kaikukortti.web.followup.meetings import meetingwords

blueprint = gate.unit_blueprint("voices", __name__, url_prefix="/followup/voices")

QUARTERS = 4


@dataclass(frozen=True)
class Told:
    """A quarter by its name and what was said in it, as rows of a table."""

    name: str
    meetings: int
    rows: list[list[object]]
    wishes: tuple[str, ...]


@blueprint.get("/")
def index() -> str:
    """Show the last four quarters, the newest first."""
    actor, now = guard.actor(), clock.now()
    running = meetings.quarter_of(period.day_of(now))
    quarters = [period.add_months(running, -span.QUARTER * back) for back in range(1, QUARTERS + 1)]
    found = [(quarter, meetings.read_voices(actor=actor, quarter=quarter, now=now)) for quarter in quarters]
    told = [_told(periods.name(span.holding(quarter, span.QUARTER)), voices) for quarter, voices in found if voices]
    answers = [str(word) for word in meetingwords.ANSWERS.values()]
    return render_template("followup/voices.html", quarters=told, answers=answers, fewest=meetings.FEWEST)


def _told(name: str, voices: Voices) -> Told:
    asked = ((_("Were you heard?"), voices.heard), (_("Was this of use?"), voices.useful))
    rows = [[question, *(counts[answer] for answer in meetingwords.ANSWERS)] for question, counts in asked if counts]
    return Told(name, voices.meetings, rows, voices.wishes)
