"""K7, change in groups: how many answered twice, how totals changed, and those who say that they used the card in
between beside those who say that they did not. Never a cause, never a unit, never an arrow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, render_template
from flask_babel import lazy_gettext as _l

from kaikukortti.followup.indicators.figures import Code, Figure, Figures
from kaikukortti.followup.models.learning import Grain
from kaikukortti.rules.measure import MEASURES, Measure
from kaikukortti.web import guard, language
from kaikukortti.web.figures import exports
from kaikukortti.web.followup import gate
from kaikukortti.web.followup.figures import frozenperiods, indicatorwords, numbers, sharewords, tellings
from kaikukortti.web.followup.measuring import grouptables, measurewords
from kaikukortti.web.language import _

blueprint = gate.area_blueprint("groupchange", __name__, url_prefix="/followup/area/change")

OUTCOMES: Mapping[str, Any] = {
    "better": _l("Clearly better"),
    "same": _l("No clear change"),
    "worse": _l("Clearly worse"),
}
GROUPS: Mapping[str, Any] = {
    "users": _l("Say that they used the card"),
    "others": _l("Say that they did not"),
    "difference": _l("Difference"),
}


@dataclass(frozen=True)
class Changed:
    """What is told of a measure: how many answered twice, the change, tables of shares and of users and others.

    `outcomes` are None where the measure has no threshold, `compared` None where the comparison is hidden.
    """

    code: str
    name: str
    response: str
    change: str
    is_headline: bool
    lines: list[list[str]]
    outcomes: list[list[str]] | None
    compared: list[list[str]] | None
    likely: str
    threshold: str


@blueprint.get("/")
def index() -> str | Response:
    """Show the change of each measure in a year."""
    area_id = guard.own_area()
    choice = frozenperiods.choose(area_id, Grain.YEAR)
    figures = frozenperiods.figures_of(area_id, choice)
    measures, wanted = [] if figures is None else list_changed(figures), exports.asked()
    if wanted is not None and figures is not None and measures:
        return exports.answer(grouptables.tables(figures), wanted)
    return render_template(
        "followup/groupchange.html",
        choice=choice,
        figures=figures,
        measures=measures,
        definitions=indicatorwords.definitions([Code.GROUP_CHANGE, Code.USERS_AND_OTHERS]),
        export_links_found=exports.links() if measures else [],
    )


def list_changed(figures: Figures) -> list[Changed]:
    """Return what is told of each measure that groups have answered."""
    return [
        _changed(measure, figures)
        for code, measure in MEASURES.items()
        if figures.find(Code.GROUP_CHANGE, f"{code}:response") is not None
    ]


def response_words(figure: Figure | None) -> str:
    """Say how many of those whose second answer was due have answered."""
    if not tellings.is_shown(figure) or figure is None or figure.share is None:
        return _("Too few people have answered twice to tell how many did.")
    return _(
        "Of about %(due)s people whose second answer was due, %(part)s answered (%(share)s).",
        due=numbers.whole(figure.n),
        part=sharewords.part_words(figure.share),
        share=sharewords.percent(figure.share),
    )


def change_words(figure: Figure | None) -> str:
    """Say how the totals changed on the average, and how sure that is."""
    if figure is None or figure.number is None or figure.low is None or figure.high is None:
        return _("Too little to tell of a change.")
    size, ends = language.number(abs(figure.number)), {"low": signed(figure.low), "high": signed(figure.high)}
    if figure.low <= 0 <= figure.high:
        return _("No certain change on the average: likely between %(low)s and %(high)s.", **ends)
    if figure.number > 0:
        return _("On the average the total is %(size)s higher: likely between %(low)s and %(high)s.", size=size, **ends)
    return _("On the average the total is %(size)s lower: likely between %(low)s and %(high)s.", size=size, **ends)


def difference_words(figure: Figure | None) -> str:
    """Say how far the two groups are apart; nothing where that is hidden."""
    if figure is None or figure.low is None or figure.high is None:
        return ""
    ends = {"low": signed(figure.low), "high": signed(figure.high)}
    if figure.low <= 0 <= figure.high:
        return _("Between the groups there is no certain difference: likely between %(low)s and %(high)s.", **ends)
    return _("The difference between the groups' changes is likely between %(low)s and %(high)s.", **ends)


def signed(number: float | None) -> str:
    """Write a change with its sign."""
    if number is None:
        return numbers.NOTHING
    sign = "+" if number > 0 else "\u2212" if number < 0 else ""
    return sign + language.number(abs(number))


def _changed(measure: Measure, figures: Figures) -> Changed:
    response, change, *outcomes = (
        figures.find(Code.GROUP_CHANGE, f"{measure.code}:{part}") for part in ("response", "change", *OUTCOMES)
    )
    groups = {part: figures.find(Code.USERS_AND_OTHERS, f"{measure.code}:{part}") for part in GROUPS}
    difference = groups["difference"]
    return Changed(
        code=measure.code,
        name=measurewords.name(measure.code),
        response=response_words(response),
        change=change_words(change),
        is_headline=bool(change is not None and change.facts.get("is_headline")),
        lines=_lines(measure, change) if tellings.is_shown(change) and change is not None else [],
        outcomes=_outcomes(outcomes) if tellings.is_shown(change) and any(outcomes) else None,
        compared=_compared(groups) if tellings.is_shown(difference) else None,
        likely=difference_words(difference),
        threshold=measurewords.threshold(measure),
    )


def _lines(measure: Measure, change: Figure) -> list[list[str]]:
    """Return the lines of the table of a change: terms and numbers."""
    facts = change.facts
    response_mean = facts.get("response_mean")
    scale = measurewords.between((measure.low, measure.high))
    return [
        [_("People who answered twice, about"), numbers.whole(change.n)],
        [_("Mean at the first time (%(scale)s)", scale=scale), language.number(facts["before"])],
        [_("Mean at the second time"), language.number(facts["after"])],
        [_("Mean change"), signed(change.number)],
        [_("Likely between"), between(change)],
        [_("Change beside its spread (SRM)"), numbers.NOTHING if response_mean is None else signed(response_mean)],
    ]


def between(figure: Figure) -> str:
    """Write the interval of a change."""
    return _("%(low)s to %(high)s", low=signed(figure.low), high=signed(figure.high))


def _outcomes(found: list[Figure | None]) -> list[list[str]]:
    return [
        [str(word), numbers.value(figure), numbers.likely(figure)]
        for word, figure in zip(OUTCOMES.values(), found, strict=True)
    ]


def _compared(groups: Mapping[str, Figure | None]) -> list[list[str]]:
    """Return the lines of the two groups and of their difference: people, both means, change, interval."""
    lines = []
    for part, figure in groups.items():
        if figure is None:
            continue
        means = [figure.facts.get(name) for name in ("before", "after")]
        told = [numbers.NOTHING if mean is None else language.number(mean) for mean in means]
        lines.append([str(GROUPS[part]), numbers.whole(figure.n), *told, signed(figure.number), between(figure)])
    return lines
