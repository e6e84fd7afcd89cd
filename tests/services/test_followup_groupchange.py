"""Indicators I-15 and I-16: how groups changed, and every rule that hides it."""

import random
from datetime import date
from itertools import cycle, islice

import pytest

from kaikukortti.followup import groupchange, store
from kaikukortti.followup.models.answers import UsedCard
from kaikukortti.rules import means, scores, span
from tests import pairs
from tests.network import Network, make_network

YEAR = span.year_of(2025)
SLEEP = (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0), (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)


@pytest.fixture
def network() -> Network:
    return make_network()


def figures(network, period=YEAR):
    with store.reading() as session:
        found = groupchange.count(session, area_id=network.area.id, period=period)
    assert len({(figure.code, figure.dims) for figure in found}) == len(found)
    for figure in found:
        numbers = (figure.number, figure.n, figure.share, figure.low, figure.high)
        assert not figure.is_suppressed or (numbers == (None,) * 5 and dict(figure.facts) == {"why": "few"})
    return {(figure.code, figure.dims): figure for figure in found}


def some(count, *, seed=1, step=2.0):
    """Return pairs of totals that rise by `step` on the average."""
    chance = random.Random(seed)
    before = [chance.uniform(16, 26) for _ in range(count)]
    return [(value, min(35, value + chance.gauss(step, 2))) for value in before]


def is_shown(network, dims, code="I-15"):
    return not figures(network)[code, dims].is_suppressed


def test_no_answers_are_no_figures(network):
    assert figures(network) == {}


def test_student_s_sleep_data(network):
    """Three times the ten pairs of followup.md §6.7: the mean of the check value, to one digit."""
    both = list(zip(*SLEEP, strict=True))
    shifted = [(before + 50, after + 50) for before, after in islice(cycle(both), 30)]
    pairs.add_pairs(network.unit, shifted, code="esis")
    change = figures(network)["I-15", "esis:change"]
    wanted = means.paired([after - before for before, after in shifted])
    assert wanted.mean == pytest.approx(1.58)
    assert (change.number, change.low, change.high) == (1.6, round(wanted.low, 1), round(wanted.high, 1))
    assert change.facts == {"before": 50.8, "after": 52.3, "response_mean": 1.33, "p": 0.01, "is_headline": True}
    assert change.n == 30
    assert ("I-15", "esis:better") not in figures(network), "ESIS has no published threshold"


def test_a_change_is_hidden_below_ten_pairs(network):
    for unit in (network.unit, network.other_unit):
        pairs.add_pairs(unit, some(9))
    assert not is_shown(network, "swemwbs:change"), "18 pairs, but each unit could reckon the nine of the other"
    for unit in (network.unit, network.other_unit):
        pairs.add_pairs(unit, some(1))
    assert is_shown(network, "swemwbs:change")
    assert figures(network)["I-15", "swemwbs:change"].facts["is_headline"] is False


@pytest.mark.parametrize("count, shown", [(9, False), (10, False), (29, False), (30, True)])
def test_one_unit_s_change_is_shown_from_thirty_pairs_on(network, count, shown):
    pairs.add_pairs(network.unit, some(count))
    assert is_shown(network, "swemwbs:change") is shown
    assert not shown or figures(network)["I-15", "swemwbs:change"].facts["is_headline"] is True


@pytest.mark.parametrize("rest", [1, 9])
def test_the_few_pairs_of_other_units_cannot_be_reckoned(network, rest):
    pairs.add_pairs(network.unit, some(40))
    assert is_shown(network, "swemwbs:change")
    pairs.add_pairs(network.other_unit, some(rest))
    assert not is_shown(network, "swemwbs:change")


def test_shares_beyond_chance_by_the_published_threshold(network):
    clear, possible = scores.SWEMWBS_RELIABLE, scores.SWEMWBS_POSSIBLE
    pairs.add_pairs(network.unit, [(20, 20 + clear)] * 20 + [(20, 20 + possible)] * 15 + [(20, 20 - clear)] * 5)
    found = figures(network)
    numbers = {name: found["I-15", f"swemwbs:{name}"] for name in ("better", "same", "worse")}
    assert {name: figure.number for name, figure in numbers.items()} == {"better": 20, "same": 15, "worse": 5}
    assert numbers["better"].share == 0.5 and numbers["better"].n == 40
    assert numbers["better"].low == pytest.approx(0.352, abs=0.001)


def test_a_small_share_is_hidden_with_another_one(network):
    clear = scores.SWEMWBS_RELIABLE
    pairs.add_pairs(network.unit, [(20, 20 + clear)] * 25 + [(20, 20)] * 12 + [(20, 20 - clear)] * 3)
    found = figures(network)
    hidden = [name for name in ("better", "same", "worse") if found["I-15", f"swemwbs:{name}"].is_suppressed]
    assert hidden == ["same", "worse"]
    assert not found["I-15", "swemwbs:change"].is_suppressed


def test_who_was_due_and_who_answered(network):
    pairs.add_pairs(network.unit, some(40))
    for quarter, count in (
        (date(2024, 1, 1), 10),
        (date(2024, 10, 1), 10),
        (date(2023, 10, 1), 7),
        (date(2025, 1, 1), 7),
    ):
        for _ in range(count):
            pairs.add_start(network.unit, 20, quarter=quarter)
    response = figures(network)["I-15", "swemwbs:response"]
    assert (response.number, response.n) == (40, 60), "the second answer of 2023 fell due before, of 2025 later"
    assert response.share == pytest.approx(2 / 3)


def test_numbers_are_rounded_to_fives_and_always_alike(network):
    pairs.add_pairs(network.unit, some(33))
    first = figures(network)
    response = first["I-15", "swemwbs:response"]
    assert response.number % 5 == 0 and response.n % 5 == 0 and response.share <= 1
    assert first["I-15", "swemwbs:change"].n in (30, 35)
    assert figures(network) == first


def test_a_response_of_fewer_than_five_is_hidden(network):
    pairs.add_pairs(network.unit, some(4))
    assert not is_shown(network, "swemwbs:response")
    pairs.add_pairs(network.unit, some(1))
    assert is_shown(network, "swemwbs:response") and not is_shown(network, "swemwbs:change")


def test_a_pair_counts_in_the_year_of_its_second_answer_alone(network):
    pairs.add_pairs(network.unit, some(30), quarters=(date(2024, 4, 1), date(2024, 10, 1)))
    pairs.add_pairs(network.unit, some(35), quarters=(date(2024, 10, 1), date(2025, 10, 1)))
    assert figures(network)["I-15", "swemwbs:change"].n == 35
    assert figures(network, span.year_of(2024))["I-15", "swemwbs:change"].n == 30
    assert figures(network, span.year_of(2026)) == {}


def test_quarters_have_no_change(network):
    pairs.add_pairs(network.unit, some(60))
    assert figures(network, span.Span(date(2025, 7, 1), span.QUARTER)) == {}


def test_another_area_s_pairs_are_elsewhere(network):
    pairs.add_pairs(network.far_unit, some(60))
    assert figures(network) == {}


@pytest.mark.parametrize("users, others, shown", [(30, 30, True), (29, 30, False), (30, 29, False), (29, 29, False)])
def test_users_and_others_only_from_thirty_and_thirty_on(network, users, others, shown):
    pairs.add_pairs(network.unit, some(users, seed=2, step=3), used=UsedCard.YES)
    pairs.add_pairs(network.unit, some(others, seed=3, step=1), used=UsedCard.NO)
    for dims in ("users", "others", "difference"):
        assert is_shown(network, f"swemwbs:{dims}", "I-16") is shown


def test_users_and_others_with_both_baselines_by_welch(network):
    users, others = some(40, seed=2, step=3), some(35, seed=3, step=1)
    pairs.add_pairs(network.unit, users, used=UsedCard.YES)
    pairs.add_pairs(network.unit, others, used=UsedCard.NO)
    found = figures(network)
    wanted = means.welch(*([after - before for before, after in group] for group in (users, others)))
    difference = found["I-16", "swemwbs:difference"]
    assert (difference.number, difference.low) == (round(wanted.difference, 1), round(wanted.low, 1))
    assert (difference.high, difference.n) == (round(wanted.high, 1), None)
    for name, group in (("users", users), ("others", others)):
        figure = found["I-16", f"swemwbs:{name}"]
        befores, afters = zip(*group, strict=True)
        assert figure.facts == {
            "before": round(sum(befores) / len(group), 1),
            "after": round(sum(afters) / len(group), 1),
        }
        assert figure.n == len(group)


@pytest.mark.parametrize("unsaid, shown", [(1, False), (9, False), (10, True)])
def test_the_few_who_did_not_say_cannot_be_reckoned_from_all_less_the_others(network, unsaid, shown):
    pairs.add_pairs(network.unit, some(35, seed=2), used=UsedCard.YES)
    pairs.add_pairs(network.unit, some(35, seed=3), used=UsedCard.NO)
    pairs.add_pairs(network.unit, some(unsaid, seed=4))
    assert is_shown(network, "swemwbs:difference", "I-16") is shown
    assert is_shown(network, "swemwbs:change")


def test_a_group_whose_users_are_nearly_all_of_one_unit_is_hidden(network):
    pairs.add_pairs(network.unit, some(35, seed=2), used=UsedCard.YES)
    pairs.add_pairs(network.other_unit, some(3, seed=5), used=UsedCard.YES)
    pairs.add_pairs(network.other_unit, some(35, seed=3), used=UsedCard.NO)
    assert not is_shown(network, "swemwbs:difference", "I-16")
    assert is_shown(network, "swemwbs:change"), "of all of them each unit leaves ten and more"


def test_where_everybody_changed_alike_chance_says_nothing(network):
    pairs.add_pairs(network.unit, [(20, 22)] * 30, used=UsedCard.YES)
    pairs.add_pairs(network.unit, [(20, 22)] * 30, used=UsedCard.NO)
    assert not is_shown(network, "swemwbs:difference", "I-16")
    change = figures(network)["I-15", "swemwbs:change"]
    assert (change.number, change.facts["response_mean"], change.facts["p"]) == (2.0, None, None)


def test_a_mean_of_a_short_scale_has_two_digits(network):
    pairs.add_pairs(network.unit, [(3.125, 3.25)] * 20 + [(3.0, 3.5)] * 20, code="eurohis")
    change = figures(network)["I-15", "eurohis:change"]
    assert (change.number, change.facts["before"], change.facts["after"]) == (0.31, 3.06, 3.38)
