"""The coordinator's first page: cards and uses of the area, as numbers and charts with a table each."""

from datetime import date

from flask import render_template, request, url_for

from kaikukortti import clock, statistics
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.statistics import Overview
from kaikukortti.web import charts, choices, guard, language
from kaikukortti.web.findings import month_name, most_month, share_words
from kaikukortti.web.language import _, ngettext

blueprint = guard.guarded_blueprint("statistics", __name__, roles=[Role.COORDINATOR], url_prefix="/figures")


MOST_MONTHS = 24


@blueprint.get("/")
def index() -> str:
    """Show the figures of a calendar year, or of all the time there has been."""
    area_id, today = guard.own_area(), period.day_of(clock.now())
    beginning = statistics.find_first_day(area_id, today=today)
    years = range(today.year, beginning.year - 1, -1)
    chosen = request.args.get("year", type=int)
    if chosen is None or chosen not in years:
        chosen, first_on, last_on = None, beginning, today
    else:
        first_on, last_on = date(chosen, 1, 1), min(date(chosen, 12, 31), today)
    figures = statistics.overview(area_id, first_on=first_on, last_on=last_on)
    periods = [(_("Since the beginning"), url_for("statistics.index"), chosen is None)]
    periods += [(str(year), url_for("statistics.index", year=year), year == chosen) for year in years]
    return render_template(
        "statistics/index.html",
        figures=figures,
        periods=periods,
        today=today,
        used_words=share_words(figures.cards.taken_into_use, figures.cards.registered),
        category_chart=_category_chart(figures),
        venue_chart=_venue_chart(figures),
        month_chart=_month_chart(figures),
    )


def _series() -> tuple[str, str]:
    return (_("Adults"), _("Children"))


def _category_chart(figures: Overview) -> charts.BarChart:
    rows = [
        (choices.word(choices.CATEGORIES, category), (uses.adults, uses.children))
        for category, uses in figures.by_category.items()
    ]
    label, most = max(((label, sum(values)) for label, values in rows), key=lambda row: row[1])
    finding = (
        _("Most uses are in one category: %(category)s.", category=label.lower())
        if most
        else _("No uses in this period yet.")
    )
    return charts.bar_chart(
        title=_("Uses by category"), heading=_("Category"), finding=finding, series=_series(), rows=rows
    )


def _venue_chart(figures: Overview) -> charts.BarChart:
    rows = [(language.name(row), (row.uses.adults, row.uses.children)) for row in figures.by_venue]
    used = sum(1 for row in figures.by_venue if row.uses.total)
    finding = ngettext(
        "The card was used at one venue of %(venues)s.",
        "The card was used at %(num)s venues of %(venues)s.",
        used,
        venues=len(rows),
    )
    return charts.bar_chart(title=_("Uses by venue"), heading=_("Venue"), finding=finding, series=_series(), rows=rows)


def _month_chart(figures: Overview) -> charts.ColumnChart:
    shown = figures.by_month[-MOST_MONTHS:]
    rows = [(month_name(month), (uses.adults, uses.children)) for month, uses in shown]
    years = [str(month[0]) for month, _uses in shown]
    return charts.column_chart(
        title=_("Uses by month"),
        heading=_("Month"),
        finding=most_month(figures),
        series=_series(),
        rows=rows,
        groups=years,
    )
