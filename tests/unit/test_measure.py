"""The registry of measures and its guard rails: followup.md §2, §3, §6."""

import pytest
import sqlalchemy as sa

from kaikukortti.followup.models.episodes import Measurement
from kaikukortti.rules import measure, scores
from kaikukortti.rules.measure import MEASURES, Level, Scoring


def test_what_the_registry_holds():
    assert list(MEASURES) == [
        *("gas", "mood", "esis", "swemwbs", "eurohis", "who5", "kykyviisari", "avain", "eq5d5l", "whodas"),
        *("ors", "srs", "recovery_star", "3x10d"),
    ]
    assert all(code == row.code for code, row in MEASURES.items())


def test_esis_and_swemwbs_are_never_of_a_person():
    assert measure.GROUP_ONLY == {"esis", "swemwbs"}
    for code in measure.GROUP_ONLY:
        row = MEASURES[code]
        assert row.level is Level.GROUP
        assert not row.is_of_persons and not row.is_recorded and row.is_answered_in_groups


def test_the_table_of_results_refuses_the_same_measures():
    table = Measurement.metadata.tables[Measurement.__tablename__]
    checks = [check for check in table.constraints if isinstance(check, sa.CheckConstraint)]
    text = next(str(check.sqltext) for check in checks if "never_of_a_person" in str(check.name))
    assert all(f"'{code}'" in text for code in measure.GROUP_ONLY)


def test_only_own_texts_are_shipped():
    assert {code for code, row in MEASURES.items() if row.may_ship_texts} == {"gas", "mood"}


def test_a_form_is_possible_only_where_the_total_is_reached_here():
    assert {code for code, row in MEASURES.items() if row.may_have_form} == {"esis", "swemwbs", "eurohis", "who5"}
    assert not any(row.may_have_form for row in MEASURES.values() if row.level is Level.RECORD_ONLY)


def test_what_is_recorded_in_an_episode():
    recorded = {code for code, row in MEASURES.items() if row.is_recorded}
    assert recorded == {
        *("eurohis", "who5", "kykyviisari", "eq5d5l", "whodas", "ors", "srs", "recovery_star", "3x10d"),
    }


def test_kykyviisari_has_its_published_domains():
    domains = MEASURES["kykyviisari"].domains
    assert [domain.items for domain in domains] == [12, 9, 11, 10, 2, 1]
    assert sum(domain.items or 0 for domain in domains if domain.is_scale_open) == MEASURES["kykyviisari"].items == 44
    assert [(domain.low, domain.high) for domain in domains if not domain.is_scale_open] == [(0, 10)]


def test_directions_ranges_and_thresholds():
    assert [code for code, row in MEASURES.items() if not row.higher_is_better] == ["whodas"]
    assert all(part.low < part.high for row in MEASURES.values() for part in row.parts)
    told = {code: (row.possible, row.reliable) for code, row in MEASURES.items() if row.source}
    assert told == {"swemwbs": (1.03, 2.87), "who5": (10, None), "ors": (None, 5)}
    assert all(row.source for row in MEASURES.values() if (row.possible, row.reliable) != (None, None))


def test_totals_of_answers():
    assert MEASURES["swemwbs"].total([3] * 7) == scores.swemwbs_of(21)
    assert MEASURES["who5"].total([3, 3, 3, 2, 2]) == 52
    assert MEASURES["esis"].total([4] * 9 + [5]) == 77.5
    assert MEASURES["eurohis"].total([4] * 8) == 4.0
    assert MEASURES["eurohis"].total([4] * 7 + [None]) is None
    with pytest.raises(ValueError):
        MEASURES["kykyviisari"].total([1] * 44)


def test_a_raw_sum_of_swemwbs_is_always_converted():
    assert MEASURES["swemwbs"].of_raw(21) == 19.25
    assert MEASURES["who5"].of_raw(52) == 52.0
    for code, total in (("swemwbs", 21.5), ("swemwbs", 36), ("who5", -1), ("esis", float("nan"))):
        with pytest.raises(ValueError):
            MEASURES[code].of_raw(total)


def test_answers_of_an_item():
    assert list(MEASURES["who5"].answers) == [0, 1, 2, 3, 4, 5]
    assert list(MEASURES["esis"].answers) == [1, 2, 3, 4, 5]
    assert not MEASURES["ors"].answers and MEASURES["ors"].scoring is Scoring.TOTAL
