"""K2, whom the card reaches: new holders beside the units' own clients, by age and by life situation. For whole years
and the whole area: no unit is ever shown by a trait.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, render_template

from kaikukortti.figuretable import FigureTable, Missing
from kaikukortti.followup import structures
from kaikukortti.followup.indicators.figures import Code, Figure, Figures
from kaikukortti.followup.models.answers import ClientTrait
from kaikukortti.followup.models.learning import Grain
from kaikukortti.rules.access import Role
from kaikukortti.web import guard, language
from kaikukortti.web.figures import exports, roundedchart
from kaikukortti.web.figures.roundedchart import RoundedChart, Value
from kaikukortti.web.followup import gate
from kaikukortti.web.followup.figures import (
    clientclasses,
    frozenperiods,
    indicatortables,
    indicatorwords,
    numbers,
    tellings,
)
from kaikukortti.web.followup.figures.indicatortables import Line
from kaikukortti.web.followup.figures.quarter import READERS
from kaikukortti.web.language import _

SELDOM, OFTEN = 0.8, 1.25
"""Below and above these a group is told as reached less or more often than others; between them as about as often."""

blueprint = gate.area_blueprint("reach", __name__, url_prefix="/followup/area/reach", roles=READERS)


@dataclass(frozen=True)
class Trait:
    """One way to tell people apart: what it is called, its chart and the lines of its table."""

    key: str
    name: str
    caption: str
    finding: str
    chart: RoundedChart | None
    lines: list[list[str]]
    unknown: str


@blueprint.get("/")
def index() -> str | Response:
    """Show each group's share of the new holders beside its share of the units' clients."""
    area_id = guard.own_area()
    choice = frozenperiods.choose(area_id, Grain.YEAR)
    figures = frozenperiods.figures_of(area_id, choice)
    wanted = exports.asked()
    if wanted is not None and figures is not None:
        return exports.answer([_table(figures, trait) for trait in ClientTrait], wanted)
    return render_template(
        "followup/reach.html",
        choice=choice,
        figures=figures,
        traits=[_trait(figures, trait) for trait in ClientTrait] if figures is not None else [],
        told_by=structures.count_units(area_id, figures.period.first_on.year) if figures is not None else 0,
        is_coordinator=guard.actor().role is Role.COORDINATOR,
        definitions=indicatorwords.definitions([Code.REACH]),
        export_links_found=exports.links() if figures is not None else [],
    )


def reached(figure: Figure | None) -> str:
    """Say how often a group is reached beside others."""
    if figure is None or figure.is_suppressed:
        return _("too little to tell")
    if figure.share is None:
        return numbers.NOTHING
    if figure.share < SELDOM:
        return _("less often than others")
    return _("more often than others") if figure.share > OFTEN else _("about as often as others")


def finding(parts: Sequence[tuple[str, Figure]]) -> str:
    """Say which groups are reached less often than others; none is set before another."""
    told = [(word, part.share) for word, part in parts if part.share is not None]
    if not told:
        return _("Too little to tell.")
    seldom = [word.lower() for word, ratio in told if ratio < SELDOM]
    if not seldom:
        return _("No group is reached clearly less often than others.")
    return _("Reached less often than others: %(groups)s.", groups=", ".join(seldom))


def _trait(figures: Figures, trait: ClientTrait) -> Trait:
    parts = _parts(figures, trait)
    unknown = figures.find(Code.REACH, f"{trait}:{clientclasses.NOT_TOLD}")
    return Trait(
        key=trait.value,
        name=clientclasses.trait_word(trait),
        caption=_("How often a group is reached, by %(trait)s", trait=clientclasses.trait_word(trait).lower()),
        finding=finding(parts),
        chart=_chart(parts, trait) if any(part.facts.get("of_holders") is not None for _word, part in parts) else None,
        lines=[_line(word, part) for word, part in parts if any(tellings.is_shown(one) for _name, one in parts)],
        unknown="" if unknown is None else _unknown(unknown),
    )


def _parts(figures: Figures, trait: ClientTrait) -> list[tuple[str, Figure]]:
    """Return the groups of a trait that were counted, with their words, in the order of the form."""
    found = [
        (word, figures.find(Code.REACH, f"{trait}:{code}"))
        for code, word in clientclasses.words(trait).items()
        if code != clientclasses.NOT_TOLD
    ]
    return [(str(word), part) for word, part in found if part is not None]


def _unknown(figure: Figure) -> str:
    """Say of how many new holders it is not known."""
    if figure.is_suppressed or figure.number is None:
        return _("Not told: too little to tell.")
    return _(
        "Not told by %(number)s of %(all)s new holders.",
        number=numbers.whole(figure.number),
        all=numbers.whole(figure.n),
    )


def _chart(parts: Sequence[tuple[str, Figure]], trait: ClientTrait) -> RoundedChart:
    return roundedchart.rounded_chart(
        title=_("New holders and clients by %(trait)s, per cent", trait=clientclasses.trait_word(trait).lower()),
        heading=clientclasses.trait_word(trait),
        finding=finding(parts),
        series=(_("New holders"), _("Clients of the units")),
        rows=[(word, [_percent(part, "of_holders"), _percent(part, "of_clients")]) for word, part in parts],
    )


def _percent(figure: Figure, fact: str) -> Value:
    share = figure.facts.get(fact)
    return Missing.TOO_FEW_CARDS if share is None else round(100 * share)


def _line(word: str, figure: Figure) -> list[str]:
    if figure.is_suppressed:
        return [word, _("too little to tell"), *[numbers.NOTHING] * 2]
    ratio = numbers.NOTHING if figure.share is None else language.number(round(figure.share, 2))
    return [word, numbers.whole(figure.number), ratio, reached(figure)]


def _table(figures: Figures, trait: ClientTrait) -> FigureTable:
    lines: list[Line] = [
        (Code.REACH, f"{trait}:{code}", str(word)) for code, word in clientclasses.words(trait).items()
    ]
    title = _("Reach by %(trait)s", trait=clientclasses.trait_word(trait).lower())
    return indicatortables.table(figures, f"reach-{trait}", title, lines)
