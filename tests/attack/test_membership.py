"""Rule 4 and 6 of security.md §4.5: nobody can tell of a person whether the card was used. CI plays a seeded part of
the trials; `make audit` sets ATTACK_TRIALS to 4,000 and more.
"""

import os

from kaikukortti.cube.tables import TABLES, Audience, Measure
from tests.attack import membership
from tests.attack.membership import protected, unprotected

TRIALS = int(os.environ.get("ATTACK_TRIALS", "1500"))
MOST_BY_TRAITS = 0.60
MOST_BY_ALL_OTHERS = 0.75
LEAST_UNPROTECTED = 0.99
SEED = 41
CONTROLS = 400
"""Trials of the positive control, where next to all are right."""
# Every figure that counts people. How many tickets a network gave is no figure of people: the owner sees it exactly,
# and so does anybody in the yearly table (DESIGN §6), where whoever knows all the others' tickets needs no attack.
# Coordinators have the tables of their own exactly.
OF_PEOPLE = frozenset(
    table.code
    for table in TABLES
    if table.measure is Measure.CARDS and table.audience is not Audience.COORDINATOR
)


def test_known_traits_give_nobody_away(quarters):
    score = membership.knowing_traits(quarters, show=protected, trials=TRIALS, seed=SEED)
    assert score.at_most <= MOST_BY_TRAITS, score


def test_knowing_everybody_else_is_not_enough(quarters):
    score = membership.knowing_everybody_else(quarters, show=protected, trials=TRIALS, seed=SEED, codes=OF_PEOPLE)
    assert score.accuracy <= MOST_BY_ALL_OTHERS, score


def test_the_same_attackers_are_right_where_nothing_is_protected(quarters):
    """Otherwise the attackers are broken, and what they fail at proves nothing."""
    by_traits = membership.knowing_traits(quarters, show=unprotected, trials=CONTROLS, seed=SEED, can_cross=True)
    assert by_traits.accuracy >= LEAST_UNPROTECTED, by_traits
    by_others = membership.knowing_everybody_else(
        quarters, show=unprotected, trials=CONTROLS, seed=SEED, codes=OF_PEOPLE
    )
    assert by_others.accuracy >= LEAST_UNPROTECTED, by_others
