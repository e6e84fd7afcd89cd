"""What a DomainError of the figures says: a period not ready, a network too small, a table never made, a report gone.

It stands beside figures/, not in it: `sentences` takes it in, and the pages of figures read `sentences`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.rules.disclosure import Refusal
from kaikukortti.web import language
from kaikukortti.web.language import _

STATUS = {
    "period_not_closed": 404,
    "network_too_small": 404,
    "crossing_not_published": 400,
    "report_year_impossible": 404,
    "report_damaged": 500,
    "parameter_impossible": 400,
}

SENTENCES = {
    "report_year_impossible": _l("There is no report of this year. Choose a year in which the network was at work."),
    "report_figures_moved": _l("The figures have changed since this page was opened. Look at them once more."),
    "report_damaged": _l("This report is not as it was frozen, so it is not shown. Tell the administrator."),
}

REFUSALS: Mapping[Refusal, Any] = {
    Refusal.UNIT_APART: _l(
        "A unit's figures are not shown by anything else: its workers know their clients, so that a person could be"
        " found."
    ),
    Refusal.VENUE_WITH_TRAIT: _l(
        "A venue's figures are not shown by anything that is known of the holders: a venue knows who came."
    ),
    Refusal.TOO_MANY_VARIABLES: _l("At most two things are shown by each other. With more, a person could be found."),
    Refusal.NOT_AMONG_TABLES: _l(
        "This table is not made. There are few tables, and always the same ones, because many different ones give"
        " people away when they are compared."
    ),
    Refusal.UNKNOWN_VARIABLE: _l("This is not counted here."),
    Refusal.NETWORK_TOO_SMALL: _l("There are too few cards in the network for this table."),
}


def _not_closed(details: Mapping[str, Any]) -> str:
    return _(
        "The figures of this period are not ready. They come out on %(day)s at the earliest, so that visits recorded"
        " late are in them.",
        day=language.day(details["published_on"]),
    )


def _too_small(details: Mapping[str, Any]) -> str:
    return _(
        "This table is made for networks with at least %(fewest)s valid cards. With fewer, a person could be found.",
        fewest=details["fewest"],
    )


def _not_published(details: Mapping[str, Any]) -> str:
    return str(REFUSALS[Refusal(details["reason"])])


def _parameter(details: Mapping[str, Any]) -> str:
    return _("The parameter %(parameter)s has no such value.", parameter=details["parameter"])


TOLD: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "period_not_closed": _not_closed,
    "network_too_small": _too_small,
    "crossing_not_published": _not_published,
    "parameter_impossible": _parameter,
}
