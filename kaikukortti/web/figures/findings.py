"""Words beside figures: what a share means, which month stands out."""

from collections.abc import Mapping, Sequence
from datetime import date

from babel import dates

from kaikukortti.rules.programme import Category
from kaikukortti.statistics import VenueUses
from kaikukortti.usecounts import Uses
from kaikukortti.web import choices, language
from kaikukortti.web.language import _, ngettext

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


def part_words(share: float) -> str:
    """Say a share in a few words: "about every third"."""
    words = (
        _("nearly all"),
        _("most"),
        _("about two of three"),
        _("about half"),
        _("about every third"),
        _("about every fourth"),
        _("fewer than every fourth"),
    )
    for (low, high), word in zip(SHARES, words, strict=True):
        if low <= share < high:
            return word
    return _("none or hardly any")


def capitalised(sentence: str) -> str:
    """Return a sentence with its capital letter: it may begin with the name of a period, in small letters."""
    return sentence[:1].upper() + sentence[1:]


def month_name(month: tuple[int, int], width: str = "LLL") -> str:
    """Return the name of a (year, month) in the reader's language, short unless `width` says otherwise."""
    locale = language.locale_name(language.language_now())
    return str(dates.format_date(date(*month, 1), width, locale=locale))


def month_finding(by_month: Sequence[tuple[tuple[int, int], Uses]]) -> str:
    """Say in which month the card was used most."""
    month, uses = max(by_month, key=lambda row: row[1].total)
    if not uses.total:
        return _("No uses in this period yet.")
    return _("Busiest month: %(month)s.", month=month_name(month, "LLLL y"))


def category_finding(by_category: Mapping[Category, Uses]) -> str:
    """Say in which category the card was used most."""
    return most_used([(choices.word(choices.CATEGORIES, one), uses.total) for one, uses in by_category.items()])


def most_used(categories: Sequence[tuple[str, int]]) -> str:
    """Say which of the (category, uses) were used most: one, or several that are equal."""
    most = max(uses for _name, uses in categories)
    if not most:
        return _("No uses in this period yet.")
    found = [name for name, uses in categories if uses == most]
    return _("Most used category: %(category)s.", category=", ".join(found).lower())


def venue_finding(by_venue: Sequence[VenueUses]) -> str:
    """Say at how many of the venues the card was used."""
    used = sum(1 for row in by_venue if row.uses.total)
    return ngettext(
        "The card was used at one venue of %(venues)s.",
        "The card was used at %(num)s venues of %(venues)s.",
        used,
        venues=len(by_venue),
    )


def change_words(now: int, before: int, *, then: str) -> str:
    """Say how many uses there are beside another period."""
    if now == before:
        return _("Exactly as many uses as in the other period: %(then)s.", then=then)
    difference = abs(now - before)
    if now > before:
        return ngettext(
            "One use more than in the other period: %(then)s.",
            "%(uses)s uses more than in the other period: %(then)s.",
            difference,
            uses=language.number(difference),
            then=then,
        )
    return ngettext(
        "One use fewer than in the other period: %(then)s.",
        "%(uses)s uses fewer than in the other period: %(then)s.",
        difference,
        uses=language.number(difference),
        then=then,
    )
