"""A unit's own page: its cards and their visits as counts, beside its own year before. No other unit is ever shown."""

from flask import Response, render_template

from kaikukortti import clock, unitcounts
from kaikukortti.figuretable import FigureTable, Missing
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.rules.span import QUARTER, YEAR, holding
from kaikukortti.unitcounts import UnitFigures, Visits
from kaikukortti.web import guard, pages
from kaikukortti.web.figures import exports, periods, words
from kaikukortti.web.figures.findings import capitalised, share_words
from kaikukortti.web.figures.words import Frame, Value
from kaikukortti.web.language import _, ngettext

blueprint = guard.guarded_blueprint("unitfigures", __name__, roles=[Role.WORKER], url_prefix="/cards/figures")


@blueprint.get("/")
@guard.confirmed_when(exports.is_asked)
def index() -> str | Response:
    """Show the own unit's figures of a year or a quarter."""
    now = clock.now()
    today = period.day_of(now)
    otherwise = holding(today, QUARTER)
    beginning = unitcounts.find_first_day(actor=guard.actor()) or today
    chosen = periods.choose_span(beginning, today, lengths=(YEAR, QUARTER), otherwise=otherwise.previous)
    here = chosen.span or otherwise
    figures = unitcounts.read(here, actor=guard.actor(), now=now)
    table = _table(figures)
    wanted = exports.asked()
    if wanted is not None:
        return exports.answer(table, wanted)
    return render_template(
        "statistics/unit.html",
        figures=figures,
        counted_at=figures.state.counted_at,
        span=here,
        span_name=periods.name(figures.now_span),
        before_name=periods.name(figures.before_span),
        is_quarter=here.months == QUARTER,
        is_over=here.last_on < today,
        to_read=_to_read(figures),
        used_words=share_words(figures.now.taken_into_use, figures.now.registered),
        lines=_lines(table),
        periods=periods.links(chosen, beginning, today, with_everything=False),
        parts=periods.part_links(chosen, beginning, today, months=QUARTER),
        export_links_found=exports.links(),
    )


def _to_read(figures: UnitFigures) -> str:
    """Return one sentence to read to the team."""
    handed_out = capitalised(
        ngettext(
            "In %(period)s we handed out one card.",
            "In %(period)s we handed out %(num)s cards.",
            figures.now.registered,
            period=periods.name(figures.now_span),
        )
    )
    if figures.visits is None:
        return handed_out
    visits = ngettext(
        "Our cards made one visit possible.", "Our cards made %(num)s visits possible.", figures.visits.uses
    )
    return f"{handed_out} {visits}"


def _table(figures: UnitFigures) -> FigureTable:
    here, source = figures.now_span, pages.organisation_name()
    frame = Frame(here.first_on, here.last_on, figures.state.counted_at, source, str(words.EXACT))
    spans = (figures.now_span, figures.before_span)
    rows: list[tuple[str, str, Value, Value]] = [
        ("registered", _("Cards handed out"), figures.now.registered, figures.before.registered),
        ("taken_into_use", _("Taken into use by now"), figures.now.taken_into_use, figures.before.taken_into_use),
        ("renewed", _("Renewed"), figures.now.renewed, figures.before.renewed),
        ("community", _("Community cards"), figures.now.community, figures.before.community),
        ("uses", _("Uses of our cards"), _uses(figures.visits), _uses(figures.visits_before)),
        ("cards", _("Cards behind them"), _cards(figures.visits), _cards(figures.visits_before)),
    ]
    return words.pair_table(
        frame,
        "own-cards",
        _("Our cards beside a year before"),
        rows=rows,
        periods=[(f"{span.first_on}/{span.last_on}", periods.name(span)) for span in spans],
        definition=str(words.CARD_HANDED_OUT),
    )


def _uses(visits: Visits | None) -> Value:
    return Missing.TOO_FEW_CARDS if visits is None else visits.uses


def _cards(visits: Visits | None) -> Value:
    return Missing.TOO_FEW_CARDS if visits is None else visits.cards


def _lines(table: FigureTable) -> list[list[str]]:
    rows, columns = table.dimensions
    return [
        [row.label, *(words.cell(table.values[row.code, one.code]) for one in columns.categories)]
        for row in rows.categories
    ]
