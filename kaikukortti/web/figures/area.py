"""The coordinator's first page: cards and uses of the area, as numbers and charts with a table each, exact and live."""

from datetime import date, datetime
from typing import Any

from flask import Response, render_template

from kaikukortti import cardcounts, clock, statistics
from kaikukortti.cardcounts import CardState
from kaikukortti.figuretable import FigureTable
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.rules.span import QUARTER
from kaikukortti.statistics import Overview
from kaikukortti.web import choices, guard, language, pages
from kaikukortti.web.figures import exports, periods, sidebyside, words
from kaikukortti.web.figures.findings import category_finding, month_finding, share_words, venue_finding
from kaikukortti.web.figures.periods import Chosen, Pair
from kaikukortti.web.figures.words import Frame
from kaikukortti.web.language import _

blueprint = guard.guarded_blueprint("statistics", __name__, roles=[Role.COORDINATOR], url_prefix="/figures")

MOST_MONTHS = 24


@blueprint.get("/")
@guard.confirmed_when(exports.is_asked)
def index() -> str | Response:
    """Show the figures of a calendar year or quarter, or of all the time there has been; beside another if wanted."""
    area_id, now = guard.own_area(), clock.now()
    today = period.day_of(now)
    venues = statistics.list_venues(area_id)
    state = cardcounts.of_area(area_id, now=now)
    days = (state.days.first_on, statistics.first_use_of(venues), today)
    beginning = min(day for day in days if day is not None)
    chosen = periods.choose(beginning, today)
    figures = statistics.overview(
        area_id, first_on=chosen.first_on, last_on=chosen.last_on, card_days=state.days, venues=venues
    )
    pair = periods.beside(chosen, beginning, today)
    compared = None if pair is None else sidebyside.of_area(pair, area_id, card_days=state.days, as_of=now)
    tables = _tables(figures, state, now)
    wanted = exports.asked()
    if wanted is not None:
        return exports.answer([*tables.values(), *([] if compared is None else [compared.table])], wanted)
    return render_template(
        "statistics/index.html",
        figures=figures,
        state=state,
        counted_at=now,
        periods=periods.links(chosen, beginning, today),
        parts=periods.part_links(chosen, beginning, today, months=QUARTER),
        compared=compared,
        **_beside(chosen, pair, beginning, today),
        used_words=share_words(figures.cards.taken_into_use, figures.cards.registered),
        category_chart=words.bars(tables["category"], category_finding(figures.by_category)),
        venue_chart=words.bars(tables["venue"], venue_finding(figures.by_venue)),
        month_chart=words.columns(tables["month"], month_finding(figures.by_month), most=MOST_MONTHS),
        export_links_found=exports.links(),
    )


def _beside(chosen: Chosen, pair: Pair | None, beginning: date, today: date) -> dict[str, Any]:
    """Return what the form about a second period shows."""
    here = chosen.span
    return {
        "span": here,
        "others": periods.choices_beside(chosen, beginning, today),
        "is_too_young": here is not None and not here.whole_months(today),
        "is_cut": pair is not None and here is not None and pair.now.months < here.months,
    }


def _tables(figures: Overview, state: CardState, now: datetime) -> dict[str, FigureTable]:
    frame = Frame(figures.first_on, figures.last_on, now, pages.organisation_name(), str(words.EXACT))
    return {
        "cards": words.list_table(
            frame, "cards", _("Cards"), _card_rows(figures, state), definition=str(words.CARD_HANDED_OUT)
        ),
        "category": words.uses_table(
            frame,
            "uses-by-category",
            _("Uses by category"),
            _("Category"),
            [(key.value, choices.word(choices.CATEGORIES, key), uses) for key, uses in figures.by_category.items()],
        ),
        "month": words.uses_table(
            frame,
            "uses-by-month",
            _("Uses by month"),
            _("Month"),
            words.month_rows(figures.by_month),
            is_time=True,
        ),
        "venue": words.uses_table(
            frame,
            "uses-by-venue",
            _("Uses by venue"),
            _("Venue"),
            [(str(row.venue_id), language.name(row), row.uses) for row in figures.by_venue],
        ),
    }


def _card_rows(figures: Overview, state: CardState) -> list[tuple[str, str, int]]:
    cards, today = figures.cards, state.today
    return [
        ("registered", _("Cards handed out"), cards.registered),
        ("taken_into_use", _("Taken into use"), cards.taken_into_use),
        ("never_used", _("Not used yet"), cards.never_used),
        ("renewed", _("Renewed"), cards.renewed),
        ("community", _("Community cards"), cards.community),
        ("valid", _("Valid now"), today.valid),
        ("in_use", _("Used in the last 90 days"), today.in_use),
        ("asleep", _("Asleep"), today.asleep),
        ("expiring", _("Ending within 60 days"), today.expiring),
        ("uses", _("Uses in total"), figures.uses.total),
        ("community_uses", _("Of these with community cards"), figures.community_uses),
        ("helpers", _("Assistants and interpreters"), figures.helpers),
        ("unverified", _("Uses with cards from elsewhere"), figures.unverified),
    ]
