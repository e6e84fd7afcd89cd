"""Words beside figures: what a share means, which month stands out."""

from datetime import date

from babel import dates

from kaikukortti.statistics import Overview
from kaikukortti.web import language
from kaikukortti.web.language import _

SHARES = ((0.96, 1.01), (0.7, 0.96), (0.58, 0.7), (0.42, 0.58), (0.29, 0.42), (0.22, 0.29), (0.001, 0.22))


def share_words(part: int, whole: int) -> str:
    """Say a share as people say it: "about every third card"."""
    if not whole:
        return _("No cards in this period yet.")
    words = (
        _("Nearly all of the cards have been taken into use."),
        _("Most of the cards have been taken into use."),
        _("About two cards of three have been taken into use."),
        _("About half of the cards have been taken into use."),
        _("About every third card has been taken into use."),
        _("About every fourth card has been taken into use."),
        _("Few of the cards have been taken into use."),
    )
    share = part / whole
    for (low, high), sentence in zip(SHARES, words, strict=True):
        if low <= share < high:
            return sentence
    return _("None of the cards has been taken into use yet.")


def month_name(month: tuple[int, int], width: str = "LLL") -> str:
    """Return the name of a (year, month) in the reader's language, short unless `width` says otherwise."""
    locale = language.locale_name(language.language_now())
    return str(dates.format_date(date(*month, 1), width, locale=locale))


def most_month(figures: Overview) -> str:
    """Say in which month the card was used most."""
    month, uses = max(figures.by_month, key=lambda row: row[1].total)
    if not uses.total:
        return _("No uses in this period yet.")
    return _("Busiest month: %(month)s.", month=month_name(month, "LLLL y"))
