"""The coordinator's page on what kept holders from going: counts by reason of twelve months, or too few to show."""

from flask import render_template

from kaikukortti import barriers, clock
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.rules.barrier import Barrier
from kaikukortti.web import choices, guard
from kaikukortti.web.figures import charts
from kaikukortti.web.language import _

blueprint = guard.guarded_blueprint("barriers", __name__, roles=[Role.COORDINATOR], url_prefix="/figures/barriers")

MONTHS = 12


@blueprint.get("/")
def index() -> str:
    """Show the answers of this month and the eleven before it."""
    this_month = period.day_of(clock.now()).replace(day=1)
    since_on = period.add_months(this_month, 1 - MONTHS)
    counts = barriers.count_by_reason(guard.own_area(), since_on=since_on)
    return render_template(
        "barriers/index.html",
        chart=None if counts is None else _chart(counts),
        since_on=since_on,
        fewest=barriers.FEWEST,
    )


def _chart(counts: dict[Barrier, int]) -> charts.BarChart:
    """Lay out every reason, the most frequent first, those that nobody named last."""
    order = sorted(Barrier, key=lambda barrier: -counts.get(barrier, 0))
    rows = [(choices.word(choices.BARRIERS, barrier), (counts.get(barrier, 0),)) for barrier in order]
    return charts.bar_chart(
        title=_("What has made it hard to use the card"),
        heading=_("Reason"),
        finding=_("Named most often: %(reason)s.", reason=rows[0][0].lower()),
        series=(_("Answers"),),
        rows=rows,
    )
