"""Geometry of step curves and of a line of months."""

import pytest

from kaikukortti.web.followup.figures import plots
from kaikukortti.web.followup.figures.plots import Point


def test_a_curve_is_level_until_the_next_step_and_ends_where_nothing_is_known():
    points = [Point(10, 0.25, 0.1, 0.5), Point(50, 0.5, 0.3, 0.8)]
    plot = plots.step_plot(points, until=100, last=80, times=(0, 50, 100))
    assert plot.line == "M0 1000 L100 1000 L100 750 L500 750 L500 500 L800 500"
    assert plot.band == (
        "M0 1000 L100 1000 L100 500 L500 500 L500 200 L800 200 L800 700 L500 700 L500 900 L100 900 L100 1000 L0 1000 Z"
    )
    assert [(mark.value, mark.at) for mark in plot.times] == [(0, 0.0), (50, 50.0), (100, 100.0)]
    assert [(mark.value, mark.at) for mark in plot.shares] == [(0, 100), (25, 75), (50, 50), (75, 25), (100, 0)]


def test_a_curve_without_a_step_is_a_line_at_none():
    plot = plots.step_plot([], until=100, times=())
    assert (plot.line, plot.band) == ("M0 1000 L1000 1000", "")


@pytest.mark.parametrize("times", [(20, 10), (10, 120), (-1, 10)])
def test_points_out_of_order_or_beyond_the_end_are_refused(times):
    with pytest.raises(ValueError, match="in order"):
        plots.step_plot([Point(time, 0.1, 0.0, 0.2) for time in times], until=100, times=())


def test_months_without_a_figure_leave_a_gap():
    plot = plots.month_plot([50, 150, None, 100, None, 80, 120])
    assert len(plot.runs) == 2, "a single month between two gaps has a dot and no line"
    assert len(plot.dots) == 5
    assert plot.values[0].at == 100.0 and plot.values[-1].value >= 150
    assert plot.mean_at == pytest.approx(100 - 100 * 100 / plot.values[-1].value, abs=0.01)


def test_the_scale_of_months_has_the_mean_in_it():
    assert plots.month_plot([10, 20]).values[-1].value >= 100
