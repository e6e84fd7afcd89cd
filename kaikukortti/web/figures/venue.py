"""A venue's own registrations, exactly, for its manager: as a grant application needs them, for any calendar period."""

from collections.abc import Sequence
from datetime import date, datetime

from flask import Response, render_template

from kaikukortti import clock, statistics, usecounts
from kaikukortti.figuretable import Dimension, FigureTable
from kaikukortti.ledgercounts import Row
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.rules.programme import Category
from kaikukortti.rules.span import MONTH, QUARTER, YEAR, year_of
from kaikukortti.statistics import VenueReport
from kaikukortti.usecounts import Uses
from kaikukortti.web import choices, guard, language, pages
from kaikukortti.web.figures import exports, periods, words
from kaikukortti.web.figures.findings import capitalised, category_finding, month_finding
from kaikukortti.web.figures.words import Frame, Value
from kaikukortti.web.language import _, ngettext

blueprint = guard.guarded_blueprint("venuefigures", __name__, roles=[Role.VENUE_MANAGER], url_prefix="/venue/figures")


@blueprint.get("/")
@guard.confirmed_when(exports.is_asked)
def index() -> str | Response:
    """Show the own venue's registrations of a year, a quarter or a month."""
    venue_id, now = guard.own_venue(), clock.now()
    today = period.day_of(now)
    beginning = statistics.find_first_use(venue_id) or today
    chosen = periods.choose_span(beginning, today, lengths=(YEAR, QUARTER, MONTH), otherwise=year_of(today.year))
    report = statistics.report_of_venue(venue_id, first_on=chosen.first_on, last_on=chosen.last_on)
    tables = _tables(report, now)
    wanted = exports.asked()
    if wanted is not None:
        return exports.answer(list(tables.values()), wanted)
    uses = usecounts.added(report.rows)
    return render_template(
        "statistics/venue.html",
        report=report,
        counted_at=now,
        uses=uses,
        elsewhere=usecounts.added([row for row in report.rows if not row.is_verified]),
        helpers=sum(row.helpers for row in report.rows),
        scans=sum(row.scans for row in report.rows),
        to_read=_to_read("" if chosen.span is None else periods.name(chosen.span), uses),
        periods=periods.links(chosen, beginning, today, with_everything=False),
        quarters=periods.part_links(chosen, beginning, today, months=QUARTER),
        months=periods.part_links(chosen, beginning, today, months=MONTH),
        category_chart=words.bars(tables["category"], category_finding(_by_category(report.rows))),
        month_chart=_month_chart(tables["month"], report, chosen.first_on, chosen.last_on),
        lines=_lines(tables["event"]),
        event_columns=[column.label for column in tables["event"].dimensions[1].categories],
        export_links_found=exports.links(),
    )


def _to_read(span_name: str, uses: Uses) -> str:
    """Return one sentence for an application or a meeting."""
    return capitalised(
        ngettext(
            "In %(period)s one ticket was given with the card.",
            "In %(period)s %(uses)s tickets were given with the card.",
            uses.total,
            period=span_name,
            uses=language.number(uses.total),
        )
    )


def _month_chart(table: FigureTable, report: VenueReport, first_on: date, last_on: date) -> object:
    by_month = _by_month(report.rows, first_on, last_on)
    return words.columns(table, month_finding(by_month), most=YEAR) if len(by_month) > 1 else None


def _tables(report: VenueReport, now: datetime) -> dict[str, FigureTable]:
    frame = Frame(report.first_on, report.last_on, now, pages.organisation_name(), str(words.EXACT))
    by_month = _by_month(report.rows, report.first_on, report.last_on)
    return {
        "category": words.uses_table(
            frame,
            "own-uses-by-category",
            _("Uses by category"),
            _("Category"),
            [
                (key.value, choices.word(choices.CATEGORIES, key), uses)
                for key, uses in _by_category(report.rows).items()
            ],
        ),
        "month": words.uses_table(
            frame,
            "own-uses-by-month",
            _("Uses by month"),
            _("Month"),
            words.month_rows(by_month),
            is_time=True,
        ),
        "event": _event_table(frame, report),
    }


def _by_category(rows: Sequence[Row]) -> dict[Category, Uses]:
    found = usecounts.by(rows, lambda row: row.category)
    return {category: found.get(category, Uses()) for category in Category}


def _by_month(rows: Sequence[Row], first_on: date, last_on: date) -> list[tuple[tuple[int, int], Uses]]:
    found = usecounts.by(rows, lambda row: (row.month.year, row.month.month))
    return [(month, found.get(month, Uses())) for month in period.months_of(first_on, last_on)]


def _event_table(frame: Frame, report: VenueReport) -> FigureTable:
    """Return the events of a period, those with most uses first, visits to the house last."""
    groups: dict[int | None, list[Row]] = {}
    for row in report.rows:
        groups.setdefault(row.event_id, []).append(row)
    order = sorted(groups, key=lambda key: (key is None, -usecounts.added(groups[key]).total, _title(report, key)))
    columns = (
        ("adults", _("Adults")),
        ("children", _("Children")),
        ("uses", _("Uses")),
        ("helpers", _("Assistants and interpreters")),
    )
    values: dict[tuple[str, ...], Value] = {}
    for key in order:
        uses = usecounts.added(groups[key])
        figures = (uses.adults, uses.children, uses.total, sum(row.helpers for row in groups[key]))
        for (code, _label), figure in zip(columns, figures, strict=True):
            values[str(key or 0), code] = figure
    return words.table(
        frame,
        "own-uses-by-event",
        _("Uses by event"),
        rows=Dimension("event", _("Event"), words.categories((str(key or 0), _title(report, key)) for key in order)),
        columns=Dimension("figure", _("Figure"), words.categories(columns), is_measure=True),
        values=values,
        definition=str(words.USE),
    )


def _title(report: VenueReport, event_id: int | None) -> str:
    return language.title(report.events[event_id]) if event_id in report.events else _("House visits")


def _lines(table: FigureTable) -> list[list[object]]:
    rows, columns = table.dimensions
    return [
        [row.label, *(table.values[row.code, column.code] for column in columns.categories)] for row in rows.categories
    ]
