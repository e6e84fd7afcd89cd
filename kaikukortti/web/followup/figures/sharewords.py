"""Shares and their intervals as people say them: "about one in three", "between a quarter and two fifths".

Plain numbers in, words out. What is counted, the sentences around say (unitwords, quarterwords).
"""

from flask_babel import lazy_gettext as _l

from kaikukortti.web import language
from kaikukortti.web.language import _

NEAR = 0.02
"""A share this near to none or all is still "hardly any" or "nearly all"; a bound this near to a fraction is it."""
VAGUE = 0.35
"""An interval wider than this is told as unsure."""

# The point of an estimate: the nearest of these is said.
POINTS = (
    (0.05, _l("about one in twenty")),
    (0.1, _l("about one in ten")),
    (0.2, _l("about one in five")),
    (0.25, _l("about one in four")),
    (1 / 3, _l("about one in three")),
    (0.4, _l("about two in five")),
    (0.5, _l("about half")),
    (0.6, _l("about three in five")),
    (2 / 3, _l("about two in three")),
    (0.75, _l("about three in four")),
    (0.8, _l("about four in five")),
    (0.9, _l("about nine in ten")),
)
# The ends of an interval, rounded outwards, so that the words never promise more than the figures.
BOUNDS = (
    (0.0, _l("none at all")),
    (0.05, _l("a twentieth")),
    (0.1, _l("a tenth")),
    (0.2, _l("a fifth")),
    (0.25, _l("a quarter")),
    (1 / 3, _l("a third")),
    (0.4, _l("two fifths")),
    (0.5, _l("one half")),
    (0.6, _l("three fifths")),
    (2 / 3, _l("two thirds")),
    (0.75, _l("three quarters")),
    (0.8, _l("four fifths")),
    (0.9, _l("nine tenths")),
    (0.95, _l("nineteen twentieths")),
    (1.0, _l("every single one")),
)


def part_words(share: float) -> str:
    """Say a share of 0 to 1 in a few words that stand before "have": "about one in three"."""
    if share <= 0:
        return _("none")
    if share >= 1:
        return _("all of them")
    if share < NEAR:
        return _("hardly any")
    if share > 1 - 2 * NEAR:
        return _("nearly all of them")
    return str(min(POINTS, key=lambda point: abs(point[0] - share))[1])


def bound_words(low: float, high: float) -> tuple[str, str]:
    """Say the ends of an interval, rounded outwards: "a quarter", "two fifths". They are never the same word."""
    below = max((place for place, (bound, _word) in enumerate(BOUNDS) if bound <= low + NEAR / 2), default=0)
    most = len(BOUNDS) - 1
    above = min((place for place, (bound, _word) in enumerate(BOUNDS) if bound >= high - NEAR / 2), default=most)
    if above <= below:
        below, above = (below, below + 1) if below < most else (most - 1, most)
    return str(BOUNDS[below][1]), str(BOUNDS[above][1])


def is_vague(low: float, high: float) -> bool:
    """Return whether an interval is so wide that the figure hardly tells anything."""
    return high - low > VAGUE


def percent(share: float) -> str:
    """Write a share in whole per cent in the reader's language."""
    return _("%(share)s %%", share=language.number(round(100 * share)))


def percent_between(low: float, high: float) -> str:
    """Write an interval of shares in whole per cent: "26–37 %"."""
    return _("%(low)s–%(high)s %%", low=language.number(round(100 * low)), high=language.number(round(100 * high)))
