"""A unit's indicators as one worker would tell them to another: I-01 to I-05, I-10, I-11."""

from dataclasses import replace
from datetime import date

from kaikukortti.followup.indicators.figures import Code, Figure, Figures
from kaikukortti.web import language
from kaikukortti.web.followup.figures import indicatorwords, tellings
from kaikukortti.web.followup.figures.tellings import Told
from kaikukortti.web.language import _, ngettext

CODES = (
    Code.VALID,
    Code.TAKEN_INTO_USE,
    Code.FIRST_USE,
    Code.NO_RECORDED_USE,
    Code.ACTIVE,
    Code.RETENTION,
    Code.BARRIERS,
)
"""What is told of a unit (followup.md §8.3, W1), in this order."""


def tell(figures: Figures) -> list[Told]:
    """Return a unit's figures of a period in words."""
    return [
        _valid(figures),
        _taken_into_use(figures),
        tellings.first_use(figures),
        _no_recorded_use(figures),
        _active(figures),
        _renewed(figures),
        tellings.barriers(figures),
    ]


def _valid(figures: Figures) -> Told:
    figure = figures.find(Code.VALID)
    if figure is None or figure.number is None:
        return tellings.too_little(Code.VALID, figure)
    words = ngettext(
        "On %(day)s one of our cards was valid.",
        "On %(day)s %(cards)s of our cards were valid.",
        round(figure.number),
        cards=language.number(round(figure.number)),
        day=language.day(figures.period.last_on),
    )
    return Told(Code.VALID, indicatorwords.name(Code.VALID), words)


def _taken_into_use(figures: Figures) -> Told:
    told = tellings.share(
        figures,
        Code.TAKEN_INTO_USE,
        some=lambda part: _("Of the cards that we handed out in the period, %(part)s have been used.", part=part),
        none=_("None of the cards that we handed out in the period has a recorded use yet."),
    )
    return replace(told, certainty=_joined(told.certainty, followed(figures.find(Code.TAKEN_INTO_USE))))


def _no_recorded_use(figures: Figures) -> Told:
    told = tellings.share(
        figures,
        Code.NO_RECORDED_USE,
        some=lambda part: _("Of our cards that ended in the period, %(part)s have no recorded use.", part=part),
        none=_("Each of our cards that ended in the period has a recorded use."),
    )
    return replace(told, certainty=_joined(told.certainty, recording(figures.find(Code.NO_RECORDED_USE))))


def _active(figures: Figures) -> Told:
    return tellings.share(
        figures,
        Code.ACTIVE,
        some=lambda part: _("Of our valid cards, %(part)s have been used in the last 90 days.", part=part),
        none=_("None of our valid cards has a recorded use in the last 90 days."),
    )


def _renewed(figures: Figures) -> Told:
    told = tellings.share(
        figures,
        Code.RETENTION,
        some=lambda part: _("Of our cards that ended in the period, %(part)s were renewed within 60 days.", part=part),
        none=_("None of our cards that ended in the period was renewed within 60 days."),
    )
    return replace(told, certainty=_joined(told.certainty, unlinked(figures.find(Code.RETENTION, "unlinked"))))


def followed(figure: Figure | None) -> str:
    """Say for how long the cards of a period have been followed, and until when."""
    facts = {} if figure is None else figure.facts
    if "data_on" not in facts:
        return ""
    return _(
        "Counted until %(day)s, when they had been out for %(least)s to %(most)s days.",
        day=language.day(date.fromisoformat(str(facts["data_on"]))),
        least=facts.get("followed_least"),
        most=facts.get("followed_most"),
    )


def recording(figure: Figure | None) -> str:
    """Say how soon visits are recorded: a visit that nobody has recorded is no use here."""
    days = None if figure is None else figure.facts.get("recording_days")
    if days is None:
        return ""
    if days < 1:
        return _("Half of the visits are recorded on the same day.")
    return ngettext(
        "Half of the visits are recorded within a day.",
        "Half of the visits are recorded within %(num)s days.",
        round(days),
    )


def unlinked(figure: Figure | None) -> str:
    """Say how many renewals there were without an earlier card, which no share can hold."""
    number = 0 if figure is None or figure.number is None else round(figure.number)
    if not number:
        return ""
    return ngettext(
        "One card more was renewed without its earlier one.",
        "%(num)s cards more were renewed without their earlier ones.",
        number,
    )


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
