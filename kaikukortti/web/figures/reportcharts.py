"""The charts of a report and the words beside its figures. Each chart says its finding, and has its table."""

from kaikukortti import yearfigures
from kaikukortti.reportfigures import Figures
from kaikukortti.web import choices
from kaikukortti.web.figures import charts, findings, reporttables
from kaikukortti.web.language import _
from kaikukortti.yearfigures import ADULTS, CATEGORIES, CHILDREN, REGISTERED, TAKEN, TOTAL, Exactness, uses_column

MOST_YEARS = 10
STEADY = 0.03
"""A year's uses within this share of the year before are told as about the same."""


def category_chart(figures: Figures) -> charts.BarChart | None:
    """Return the uses of the report's year by category; None where the network is too small to tell."""
    if figures.table.exactness is not Exactness.EXACT:
        return None
    found = reporttables.counts(figures.row)
    rows = [
        (
            choices.word(choices.CATEGORIES, kind),
            (found[uses_column(ADULTS, kind)], found[uses_column(CHILDREN, kind)]),
        )
        for kind in CATEGORIES
    ]
    return charts.bar_chart(
        title=_("Uses by category %(year)s", year=figures.year),
        heading=_("Category"),
        finding=findings.most_used([(label, sum(values)) for label, values in rows]),
        series=[str(word) for word in reporttables.WHO.values()],
        rows=rows,
    )


def uses_chart(figures: Figures) -> charts.ColumnChart | None:
    """Return the uses of each year, adults and children; None with a single year, or where no figures are exact."""
    years = sorted(figures.table.years)[-MOST_YEARS:]
    if figures.table.exactness is not Exactness.EXACT or len(years) < 2:
        return None
    rows = []
    for year in years:
        found = reporttables.counts(figures.table.years[year])
        adults, children = (sum(found[uses_column(who, kind)] for kind in CATEGORIES) for who in (ADULTS, CHILDREN))
        rows.append((str(year), (adults, children)))
    return charts.column_chart(
        title=_("Uses by year"),
        heading=_("Year"),
        finding=change(figures) or _("The figures of each year stand side by side."),
        series=[str(word) for word in reporttables.WHO.values()],
        rows=rows,
    )


def cards_chart(figures: Figures) -> charts.ColumnChart | None:
    """Return the cards of each year, taken into use and not yet; None where no figures are exact."""
    years = sorted(figures.table.years)[-MOST_YEARS:]
    if figures.table.exactness is not Exactness.EXACT:
        return None
    rows = []
    for year in years:
        found = reporttables.counts(figures.table.years[year])
        rows.append((str(year), (found[TAKEN], found[REGISTERED] - found[TAKEN])))
    return charts.column_chart(
        title=_("Cards handed out by year"),
        heading=_("Year"),
        finding=findings.share_words(rows[-1][1][0], sum(rows[-1][1])),
        series=[_("Taken into use"), _("Not used yet")],
        rows=rows,
    )


def sentences(figures: Figures) -> list[str]:
    """Return the year in words: cards taken into use, children's share, change from the year before."""
    found = reporttables.counts(figures.row)
    told = []
    if REGISTERED in found and TAKEN in found:
        told.append(findings.share_words(found[TAKEN], found[REGISTERED]))
    if figures.table.exactness is Exactness.EXACT and found[TOTAL]:
        children = sum(found[uses_column(CHILDREN, kind)] for kind in CATEGORIES)
        told.append(_("Children's tickets are %(share)s %% of all uses.", share=round(100 * children / found[TOTAL])))
    return [*told, *filter(None, [change(figures)])]


def change(figures: Figures) -> str:
    """Say how the uses of the report's year differ from those of the year before; nothing for a year that goes on."""
    before = figures.table.years.get(figures.year - 1, {}).get(TOTAL)
    now = figures.row[TOTAL]
    if not figures.is_whole or not isinstance(before, int) or not isinstance(now, int) or not before:
        return ""
    share, year = now / before - 1, figures.year - 1
    if abs(share) < STEADY:
        return _("There were about as many uses as in %(year)s.", year=year)
    if share > 0:
        return _("There were %(share)s %% more uses than in %(year)s.", share=round(100 * share), year=year)
    return _("There were %(share)s %% fewer uses than in %(year)s.", share=round(-100 * share), year=year)


def key_figures(figures: Figures) -> list[tuple[str, int | float | str, str]]:
    """Return the large figures of a report: name, what stands there, a note."""
    row, notes = figures.row, {TAKEN: _("of these cards")}
    columns = (REGISTERED, TAKEN, TOTAL, yearfigures.MUNICIPALITIES)
    return [
        (reporttables.column_name(column), reporttables.shown(row[column]), notes.get(column, "")) for column in columns
    ]
