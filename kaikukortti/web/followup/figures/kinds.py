"""K4, what the card is used for and how often with children, by kind of place. Also for viewers; no venue is named."""

from flask import Response, render_template

from kaikukortti.figuretable import FigureTable, Missing
from kaikukortti.followup.indicators.figures import Code, Figure, Figures
from kaikukortti.followup.models.learning import Grain
from kaikukortti.web import choices, guard
from kaikukortti.web.figures import exports, roundedchart
from kaikukortti.web.figures.roundedchart import RoundedChart, Value
from kaikukortti.web.followup import gate
from kaikukortti.web.followup.figures import (
    frozenperiods,
    indicatortables,
    indicatorwords,
    numbers,
    sharewords,
    tellings,
)
from kaikukortti.web.followup.figures.indicatortables import Line
from kaikukortti.web.followup.figures.quarter import READERS
from kaikukortti.web.language import _

CODES = (Code.KINDS, Code.WITH_CHILDREN, Code.DISTANCE)

blueprint = gate.area_blueprint("kinds", __name__, url_prefix="/followup/area/kinds", roles=READERS)


@blueprint.get("/")
def index() -> str | Response:
    """Show uses by kind of place, visits with children among them, and uses in other municipalities."""
    area_id = guard.own_area()
    choice = frozenperiods.choose(area_id, Grain.QUARTER, Grain.YEAR)
    figures = frozenperiods.figures_of(area_id, choice)
    if figures is None:
        return render_template("followup/kinds.html", choice=choice, figures=None)
    wanted = exports.asked()
    if wanted is not None:
        return exports.answer(_tables(figures), wanted)
    return render_template(
        "followup/kinds.html",
        choice=choice,
        figures=figures,
        kinds_chart=_kinds_chart(figures),
        children_chart=_children_chart(figures),
        kinds=numbers.lines(figures, kind_lines(figures)),
        several=_several(figures),
        distance=_distance(figures),
        definitions=indicatorwords.definitions(CODES),
        export_links_found=exports.links(),
    )


def kind_lines(figures: Figures) -> list[Line]:
    """Return the kinds of places and, under each, the kinds of events that there were."""
    found: list[Line] = []
    parts = [part.dims for part in figures.list_parts(Code.KINDS)]
    for category in choices.CATEGORIES:
        if f"category:{category}" in parts:
            found.append((Code.KINDS, f"category:{category}", choices.word(choices.CATEGORIES, category)))
        below = [dims for dims in parts if dims.startswith(f"type:{category}:")]
        found += [
            (Code.KINDS, dims, f"{choices.word(choices.CATEGORIES, category)}: {_type_word(dims)}") for dims in below
        ]
    return found


def _type_word(dims: str) -> str:
    kind = dims.rpartition(":")[2]
    return str(choices.EVENT_KINDS.get(kind) or _("visit to the house")).lower()


def _kinds_chart(figures: Figures) -> RoundedChart:
    rows = [
        (choices.word(choices.CATEGORIES, category), [value_of(figures.find(Code.KINDS, f"category:{category}"))])
        for category in choices.CATEGORIES
    ]
    return roundedchart.rounded_chart(
        title=_("Uses by kind of place"),
        heading=_("Kind of place"),
        finding=_most(rows),
        series=(_("Uses"),),
        rows=rows,
    )


def _most(rows: list[tuple[str, list[Value]]]) -> str:
    label, values = max(rows, key=lambda row: roundedchart.number(row[1][0]))
    if not roundedchart.number(values[0]):
        return _("Too little to tell.")
    return _("Most uses are in one category: %(category)s.", category=label.lower())


def _children_chart(figures: Figures) -> RoundedChart:
    """Draw visits with and without children by kind; both stand in one line, so that none is added up."""
    rows = []
    for category in choices.CATEGORIES:
        part = figures.find(Code.WITH_CHILDREN, f"category:{category}")
        with_children = value_of(part)
        without = with_children if isinstance(with_children, Missing) or part is None else _rest(part)
        rows.append((choices.word(choices.CATEGORIES, category), [with_children, without]))
    return roundedchart.rounded_chart(
        title=_("Visits with and without children"),
        heading=_("Kind of place"),
        finding=with_children_words(figures),
        series=(_("With children"), _("Without children")),
        rows=rows,
    )


def with_children_words(figures: Figures) -> str:
    """Say how many of all visits were made with a child."""
    part = figures.find(Code.WITH_CHILDREN)
    if part is None or part.share is None:
        return _("Too little to tell.")
    if part.share <= 0:
        return _("No visit was made with a child.")
    return _("Of the visits, %(part)s were made with a child.", part=sharewords.part_words(part.share))


def _several(figures: Figures) -> str:
    """Say how many of the used cards were used for two kinds or more."""
    part = figures.find(Code.KINDS, "two_or_more")
    if part is None or part.share is None:
        return ""
    words = _("Of the used cards, %(part)s were used for two kinds or more.", part=sharewords.part_words(part.share))
    return f"{words} {tellings.certainty(part)}"


def _distance(figures: Figures) -> str:
    part = figures.find(Code.DISTANCE, "elsewhere")
    if part is None or part.share is None:
        return _("Uses in other municipalities: too little to tell.")
    share = sharewords.part_words(part.share)
    return _("Of the uses, %(part)s were in another municipality than the card's own.", part=share)


def value_of(figure: Figure | None) -> Value:
    """Return a figure's number, or the reason why there is none."""
    if figure is None:
        return Missing.NOT_APPLICABLE
    return Missing.TOO_FEW_CARDS if figure.number is None else round(figure.number)


def _rest(figure: Figure) -> Value:
    return max((figure.n or 0) - round(figure.number or 0), 0)


def _tables(figures: Figures) -> list[FigureTable]:
    children: list[Line] = [
        (Code.WITH_CHILDREN, f"category:{category}", choices.word(choices.CATEGORIES, category))
        for category in choices.CATEGORIES
    ]
    far: list[Line] = [(Code.DISTANCE, "elsewhere", indicatorwords.name(Code.DISTANCE))]
    return [
        indicatortables.table(figures, "kinds", _("Uses by kind of place"), kind_lines(figures)),
        indicatortables.table(figures, "with-children", _("Visits with and without children"), children),
        indicatortables.table(figures, "other-municipality", indicatorwords.name(Code.DISTANCE), far),
    ]
