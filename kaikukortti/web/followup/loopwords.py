"""The words of social reports, of the questions to staff, and how one figure stands in a sentence of a report."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from kaikukortti.followup.indicators.figures import Code, Figure
from kaikukortti.followup.models.learning import Phenomenon, ReportStatus
from kaikukortti.web import language
from kaikukortti.web.followup.figures import indicatorwords
from kaikukortti.web.language import _

PHENOMENA: Mapping[Phenomenon, Any] = {
    Phenomenon.REACH: _l("Somebody is not reached"),
    Phenomenon.TRANSPORT: _l("Getting there"),
    Phenomenon.OFFER: _l("What is offered"),
    Phenomenon.COMPANY: _l("Company and loneliness"),
    Phenomenon.INFORMATION: _l("Knowing what is on"),
    Phenomenon.ACCESSIBILITY: _l("Accessibility"),
    Phenomenon.TREATMENT: _l("How people are met"),
    Phenomenon.CHILDREN: _l("Families with children"),
    Phenomenon.HEALTH: _l("Health and strength"),
    Phenomenon.SERVICE: _l("How services work"),
    Phenomenon.OTHER: _l("Something else"),
}

STATUSES: Mapping[ReportStatus, Any] = {
    ReportStatus.RECEIVED: _l("Received"),
    ReportStatus.IN_HAND: _l("In hand"),
    ReportStatus.CHANGED: _l("Something was changed"),
    ReportStatus.UNCHANGED: _l("No change, with the reason"),
}
BADGES = {
    ReportStatus.RECEIVED: "neutral",
    ReportStatus.IN_HAND: "neutral",
    ReportStatus.CHANGED: "good",
    ReportStatus.UNCHANGED: "muted",
}

SCALE = {
    1: _l("Not at all"),
    2: _l("A little"),
    3: _l("Somewhat"),
    4: _l("Well"),
    5: _l("Fully"),
}
OF_WORKERS = (
    _l("Handing out the card and talking about it fits into my work."),
    _l("The card helps the people I meet to take part."),
    _l("I know what happens with what I tell the network."),
)
OF_VENUES = (
    _l("Reading the card goes smoothly at our place."),
    _l("We know what to do when something is unclear at the door."),
    _l("I know what happens with what we tell the network."),
)


def value(figure: Figure) -> str:
    """Return a frozen figure in a few words: a number, a share with how many of how many, a rate."""
    if figure.share is None:
        return "–" if figure.number is None else language.number(figure.number)
    if figure.code == Code.USE_RATE:
        return _("%(rate)s uses in twelve months of a card", rate=language.number(round(figure.share, 1)))
    share = language.number(round(100 * figure.share))
    if figure.number is None or figure.n is None:
        return _("%(share)s %%", share=share)
    number, n = language.number(round(figure.number)), language.number(figure.n)
    return _("%(share)s %% (%(number)s of %(n)s)", share=share, number=number, n=n)


def named(figure: Figure) -> str:
    """Return what a figure is called."""
    return str(indicatorwords.NAMES.get(Code(figure.code), figure.code))
