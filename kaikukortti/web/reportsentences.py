"""What is said when a report or a published table cannot be had. `sentences` merges this; no other user."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.web.language import _

STATUS = {"report_year_impossible": 404, "report_damaged": 500, "parameter_impossible": 400}

SENTENCES = {
    "report_year_impossible": _l("There is no report of this year. Choose a year in which the network was at work."),
    "report_figures_moved": _l("The figures have changed since this page was opened. Look at them once more."),
    "report_damaged": _l("This report is not as it was frozen, so it is not shown. Tell the administrator."),
}


def _parameter(details: Mapping[str, Any]) -> str:
    return _("The parameter %(parameter)s has no such value.", parameter=details["parameter"])


TOLD: Mapping[str, Callable[[Mapping[str, Any]], str]] = {"parameter_impossible": _parameter}
