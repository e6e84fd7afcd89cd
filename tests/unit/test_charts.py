"""The geometry of charts: shares of the drawing area, scales, and the table that goes with each chart."""

from __future__ import annotations

import pytest

from kaikukortti.web.figures import charts, pairchart


def bars(*rows: tuple[str, list[int]], series: tuple[str, ...] = ("Adults", "Children")) -> charts.BarChart:
    return charts.bar_chart(title="Uses by venue", finding="Most at the theatre", series=series, rows=rows)


def columns(*values: int) -> charts.ColumnChart:
    rows = [(str(number), [value]) for number, value in enumerate(values)]
    return charts.column_chart(title="Uses by month", finding="Most in December", series=["Uses"], rows=rows)


def test_longest_bar_fills_the_width_and_the_others_keep_their_share() -> None:
    theatre, museum = bars(("Theatre", [60, 40]), ("Museum", [25, 0])).rows

    assert [(s.start, s.length) for s in theatre.segments] == [(0, 60), (60, 40)]
    assert [(s.start, s.length) for s in museum.segments] == [(0, 25)]
    assert (theatre.total, museum.total) == (100, 25)


def test_chart_of_nothing_but_zeros_has_rows_without_segments() -> None:
    chart = bars(("Theatre", [0, 0]), ("Museum", [0, 0]))

    assert [row.segments for row in chart.rows] == [(), ()]
    assert chart.table.grand_total == 0


def test_chart_without_rows_is_drawn_empty() -> None:
    assert bars().rows == ()
    assert columns().columns == ()
    assert columns().ticks[-1].value == 1


def test_segment_keeps_the_number_of_its_series_when_an_earlier_one_is_zero() -> None:
    (row,) = bars(("Theatre", [0, 12])).rows

    assert [(s.number, s.start, s.length) for s in row.segments] == [(2, 0, 100)]


def test_figure_is_written_inside_a_segment_only_where_it_has_room() -> None:
    (row,) = bars(("Theatre", [970, 30])).rows

    assert [s.has_room for s in row.segments] == [True, False]


def test_single_series_leaves_its_figure_to_the_end_of_the_bar() -> None:
    (row,) = bars(("Theatre", [970]), series=("Uses",)).rows

    assert not row.segments[0].has_room


def test_table_holds_every_figure_and_its_sums() -> None:
    table = bars(("Theatre", [60, 40]), ("Museum", [25, 0])).table

    assert table.rows == (("Theatre", (60, 40), 100), ("Museum", (25, 0), 25))
    assert (table.totals, table.grand_total, table.with_total) == ((85, 40), 125, True)


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (0, (0, 1)),
        (1, (0, 1)),
        (3, (0, 1, 2, 3)),
        (4, (0, 1, 2, 3, 4)),
        (7, (0, 2, 4, 6, 8)),
        (11, (0, 5, 10, 15)),
        (99, (0, 25, 50, 75, 100)),
        (287, (0, 100, 200, 300)),
        (268_000, (0, 100_000, 200_000, 300_000)),
    ],
)
def test_scale_is_round_whole_and_reaches_the_highest_value(highest: int, ticks: tuple[int, ...]) -> None:
    assert charts.nice_ticks(highest) == ticks


def test_scale_never_has_more_steps_than_asked_for() -> None:
    for highest in range(5000):
        ticks = charts.nice_ticks(highest)
        assert 2 <= len(ticks) <= 5
        assert ticks[-1] >= highest


def test_columns_stand_on_the_base_line_and_stay_below_the_headroom() -> None:
    chart = columns(0, 50, 100)
    lowest, middle, highest = chart.columns

    assert lowest.segments == ()
    assert middle.segments[0].top + middle.segments[0].height == pytest.approx(100)
    assert highest.top == pytest.approx(charts.HEADROOM)
    assert [tick.at for tick in chart.ticks][0] == 100


def test_columns_share_the_width_evenly() -> None:
    chart = columns(1, 2, 3, 4)

    assert [column.middle for column in chart.columns] == [12.5, 37.5, 62.5, 87.5]
    assert all(column.start + column.width < 25 * (index + 1) for index, column in enumerate(chart.columns))


@pytest.mark.parametrize("values", [(1,), (1, 2), (1, 2, 3)])
def test_few_columns_are_no_wider_than_those_of_four(values: tuple[int, ...]) -> None:
    chart, four = columns(*values), columns(1, 2, 3, 4)

    assert {column.width for column in chart.columns} == {four.columns[0].width}
    assert all(column.start + column.width / 2 == pytest.approx(column.middle) for column in chart.columns)


def test_a_pair_alone_is_no_wider_than_one_of_four() -> None:
    alone, four = (
        pairchart.pair_chart(title="", finding="", series=("a", "b"), slots=[("", (1, 2))] * places, heading="")
        for places in (1, 4)
    )

    left, right = alone.places[0].columns
    assert left.width == four.places[0].columns[0].width
    assert left.start + left.width == right.start == 50


def test_series_of_a_column_are_piled_up_without_a_gap() -> None:
    chart = charts.column_chart(title="t", finding="f", series=["A", "B"], rows=[("May", [30, 20])])
    lower, upper = chart.columns[0].segments

    assert upper.top + upper.height == pytest.approx(lower.top)


def test_year_is_named_where_it_begins_and_in_every_line_of_the_table() -> None:
    chart = charts.column_chart(
        title="t",
        finding="f",
        series=["Uses"],
        groups=["2025", "2026", "2026"],
        rows=[("Dec", [1]), ("Jan", [2]), ("Feb", [3])],
    )

    assert [column.group for column in chart.columns] == ["2025", "2026", ""]
    assert [label for label, _, _ in chart.table.rows] == ["Dec 2025", "Jan 2026", "Feb 2026"]


def test_many_columns_keep_every_third_label_on_narrow_screens() -> None:
    assert not any(column.is_minor for column in columns(*range(8)).columns)
    assert [column.is_minor for column in columns(*range(12)).columns] == [False, True, True] * 4


def test_label_gives_way_to_a_group_that_begins_beside_it() -> None:
    rows = [(month, [1]) for month in "sondjfmahjlu"]
    chart = charts.column_chart(
        title="t",
        finding="f",
        series=["Uses"],
        rows=rows,
        groups=["2025"] * 4 + ["2026"] * 8,
    )

    assert [index for index, column in enumerate(chart.columns) if not column.is_minor] == [0, 4, 7, 10]


def test_key_is_a_plain_id_also_for_finnish_titles() -> None:
    assert charts.chart_key("Käytöt: syyskuu, elokuu") == "chart-kaytot-syyskuu-elokuu"
    assert charts.chart_key("…") != charts.chart_key("Käytöt")


@pytest.mark.parametrize(
    ("series", "rows"),
    [
        ([], [("a", [])]),
        (["1", "2", "3", "4", "5"], []),
        (["Uses"], [("a", [1, 2])]),
        (["Uses"], [("a", [-1])]),
    ],
)
def test_rows_of_the_wrong_shape_are_refused(series: list[str], rows: list[tuple[str, list[int]]]) -> None:
    with pytest.raises(ValueError):
        charts.bar_chart(title="t", finding="f", series=series, rows=rows)


def test_groups_must_match_the_rows() -> None:
    with pytest.raises(ValueError):
        charts.column_chart(title="t", finding="f", series=["Uses"], rows=[("a", [1])], groups=["1", "2"])
