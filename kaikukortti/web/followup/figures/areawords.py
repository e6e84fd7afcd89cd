"""An area's indicators of a quarter in words: the few figures that matter. Nothing is ranked."""

from dataclasses import replace

from kaikukortti.followup.indicators.figures import Code, Figures
from kaikukortti.web import language
from kaikukortti.web.followup.figures import indicatorwords, numbers, tellings, unitwords
from kaikukortti.web.followup.figures.tellings import Told
from kaikukortti.web.language import _


def tell(figures: Figures) -> list[Told]:
    """Return the few figures of a quarter that matter, in words."""
    taken = tellings.share(
        figures,
        Code.TAKEN_INTO_USE,
        some=lambda part: _("Of the cards handed out in the period, %(part)s have been used.", part=part),
        none=_("None of the cards handed out in the period has a recorded use yet."),
    )
    followed = unitwords.followed(figures.find(Code.TAKEN_INTO_USE))
    active = tellings.share(
        figures,
        Code.ACTIVE,
        some=lambda part: _("Of the valid cards, %(part)s have been used in the last 90 days.", part=part),
        none=_("None of the valid cards has a recorded use in the last 90 days."),
    )
    unused = tellings.share(
        figures,
        Code.NO_RECORDED_USE,
        some=lambda part: _("Of the cards that ended in the period, %(part)s have no recorded use.", part=part),
        none=_("Each card that ended in the period has a recorded use."),
    )
    with_children = tellings.share(
        figures,
        Code.WITH_CHILDREN,
        some=lambda part: _("Of the visits, %(part)s were made with a child.", part=part),
        none=_("No visit was made with a child."),
    )
    return [
        replace(taken, certainty=" ".join(filter(None, (taken.certainty, followed)))),
        active,
        unused,
        rate(figures),
        with_children,
        distance(figures),
        tellings.barriers(figures),
    ]


def rate(figures: Figures) -> Told:
    """Tell how often a card is used in twelve months."""
    figure = figures.find(Code.USE_RATE)
    if figure is None or figure.share is None or figure.low is None or figure.high is None:
        return tellings.too_little(Code.USE_RATE, figure)
    words = _("A card is used %(rate)s times in twelve months on average.", rate=numbers.one_decimal(figure.share))
    likely = _(
        "Likely between %(low)s and %(high)s times.",
        low=numbers.one_decimal(figure.low),
        high=numbers.one_decimal(figure.high),
    )
    if figure.facts.get("median") is not None:
        half = _(
            "Half of the used cards have %(lower)s to %(upper)s uses in the period, the middle one %(median)s.",
            median=language.number(figure.facts["median"]),
            lower=language.number(figure.facts["lower"]),
            upper=language.number(figure.facts["upper"]),
        )
        likely = f"{likely} {half}"
    return Told(Code.USE_RATE, indicatorwords.name(Code.USE_RATE), words, likely)


def distance(figures: Figures) -> Told:
    """Tell how much the card is used outside the municipality of its unit."""
    return tellings.share(
        figures,
        Code.DISTANCE,
        dims="elsewhere",
        some=lambda part: _("Of the uses, %(part)s were in another municipality than the card's own.", part=part),
        none=_("All uses were in the card's own municipality."),
    )
