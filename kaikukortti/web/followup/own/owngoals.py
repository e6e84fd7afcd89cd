"""The holder's own goals (C3): words, a ladder, marks; on one page of paper. They belong to the line of cards, and only
who holds the card open comes here.
"""

from dataclasses import dataclass, field
from datetime import date

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kaikukortti import clock
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.followup import goals
from kaikukortti.followup.goals import GoalRow, Owner
from kaikukortti.web import forms
from kaikukortti.web.followup.own import owngoalwords, ownpage, ownreading
from kaikukortti.web.followup.own.owngoalshape import GoalWords

blueprint = ownpage.blueprint("owngoals", __name__, url_prefix="/own/goals")

FIELD_OF = {"goal_day_past": "target_on", "goal_step_impossible": "level"}
WEIGHTS = {str(weight): weight for weight in goals.WEIGHTS}
LEVELS = {str(level): level for level in goals.LEVELS}


@dataclass
class Typed:
    """What was typed on a page of a goal, and what is wrong with it, in the words of the reading, by field."""

    words: str = ""
    weight: int = goals.WEIGHTS[0]
    target_on: str = ""
    level: int | None = None
    note: str = ""
    wrong: dict[str, str] = field(default_factory=dict)

    def day(self, said: GoalWords) -> date | None:
        """Return the day; None where there is none, and none that can be read, which is then noted as wrong."""
        try:
            return date.fromisoformat(self.target_on) if self.target_on else None
        except ValueError:
            self.wrong["target_on"] = said.misread
            return None


@blueprint.get("/")
def index() -> Response:
    """Show the goals with the newest mark of each, ready to be printed."""
    rows = goals.list_goals(line_ref=_owner().line_ref)
    return _page("followup/own/goals.html", rows=rows, is_full=len(rows) >= goals.MOST_GOALS)


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Response | AnyResponse:
    """Write a goal, with where one is at the start."""
    typed, said, now = _typed(), _words(), clock.now()
    if request.method == "GET":
        return _page("followup/own/goal.html", typed=typed, row=None)
    day = typed.day(said)
    if typed.level is None:
        typed.wrong["level"] = said.choose
    try:
        words = goals.check(typed.words, weight=typed.weight, target_on=day, now=now)
        if not typed.wrong:
            baseline = typed.level or 0
            goals.add(words, owner=_owner(), weight=typed.weight, baseline=baseline, target_on=day, now=now)
    except DomainError as error:
        _refuse(typed, error, said)
    return _page("followup/own/goal.html", 422, typed=typed, row=None) if typed.wrong else _done()


@blueprint.route("/<int:goal_id>", methods=["GET", "POST"])
def change(goal_id: int) -> Response | AnyResponse:
    """Change the words, the importance or the day of a goal; give it up; delete it."""
    row, said = _goal(goal_id), _words()
    if request.method == "GET":
        day = row.target_on.isoformat() if row.target_on else ""
        return _page("followup/own/goal.html", typed=Typed(row.words, row.weight, day), row=row)
    typed = _typed()
    day_typed = typed.day(said)
    try:
        if not typed.wrong:
            goals.change(
                goal_id,
                owner=_owner(),
                words=typed.words,
                weight=typed.weight,
                target_on=day_typed,
                now=clock.now(),
            )
    except DomainError as error:
        _refuse(typed, error, said)
    return _page("followup/own/goal.html", 422, typed=typed, row=row) if typed.wrong else _done()


@blueprint.route("/<int:goal_id>/now", methods=["GET", "POST"])
def mark(goal_id: int) -> Response | AnyResponse:
    """Mark where one is now; a second mark on the same day takes the place of the first."""
    row, typed, said = _goal(goal_id), _typed(), _words()
    if request.method == "GET":
        return _page("followup/own/goal_now.html", typed=typed, row=row)
    if typed.level is None:
        typed.wrong["level"] = said.choose
    else:
        try:
            goals.review(goal_id, owner=_owner(), client_level=typed.level, note=typed.note, now=clock.now())
        except DomainError as error:
            _refuse(typed, error, said, field_name="note")
    return _page("followup/own/goal_now.html", 422, typed=typed, row=row) if typed.wrong else _done()


@blueprint.post("/<int:goal_id>/end")
def end(goal_id: int) -> AnyResponse:
    """Give a goal up, or delete it with all its marks."""
    forms.check_names({"delete", "give_up"})
    if "delete" in request.form:
        goals.forget(goal_id, owner=_owner())
    else:
        goals.give_up(goal_id, owner=_owner(), now=clock.now())
    return _done()


def _owner() -> Owner:
    return Owner(line_ref=ownpage.opened().line_ref)


def _goal(goal_id: int) -> GoalRow:
    rows = goals.list_goals(line_ref=_owner().line_ref)
    found = next((row for row in rows if row.id == goal_id), None)
    if found is None:
        raise NotFound()
    return found


def _typed() -> Typed:
    forms.check_names({"words", "weight", "target_on", "level", "note"})
    sent = request.form
    return Typed(
        words=sent.get("words", "")[: 2 * goals.LONGEST],
        weight=WEIGHTS.get(sent.get("weight", ""), goals.WEIGHTS[0]),
        target_on=sent.get("target_on", "").strip()[:20],
        level=LEVELS.get(sent.get("level", "")),
        note=sent.get("note", "")[: 2 * goals.LONGEST],
    )


def _refuse(typed: Typed, error: DomainError, said: GoalWords, *, field_name: str = "words") -> None:
    """Put a rule's no beside its field, in the words of the reading. Raises the error again where there are none."""
    if error.code not in said.problems:
        raise error
    typed.wrong[FIELD_OF.get(error.code, field_name)] = said.problems[error.code]


def _words() -> GoalWords:
    return owngoalwords.words(ownreading.current())


def _done() -> AnyResponse:
    return redirect(url_for("owngoals.index"), 303)


def _page(template: str, status: int = 200, **facts: object) -> Response:
    return ownpage.render(template, status, said=_words(), levels=goals.LEVELS, **facts)
