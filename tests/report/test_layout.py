"""Words on drawings do not lie on each other and are not clipped."""

import math

import pytest

from seawall.report import charts, layout
from seawall.report.charts import Axis, Bar, Line, Note
from seawall.report.layout import Box, Label, Wish, place_labels, spread


def check(drawn: layout.Figure) -> None:
    assert charts.overlaps(drawn) == []
    assert charts.outside(drawn) == []


def test_crowded_labels_never_overlap() -> None:
    wishes = [Wish(f"Place number {k}", 200.0 + 3 * k, 150.0 + 2 * k, 3.0) for k in range(25)]
    labels, _ = place_labels(wishes, [], 400.0, 300.0)
    boxes = [label.box for label in labels]
    assert 3 < len(boxes) < 25
    assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[k + 1 :])
    assert all(box.within(400.0, 300.0) for box in boxes)


def test_a_needed_label_goes_farther_out_with_a_leader() -> None:
    wishes = [Wish("Strait of Hormuz: shut", 200.0, 150.0, 6.0, needed=True)]
    labels, leaders = place_labels(wishes, [Box(180.0, 130.0, 60.0, 40.0)], 600.0, 300.0)
    assert len(labels) == len(leaders) == 1


def test_a_needed_label_finds_room_far_away() -> None:
    wishes = [Wish("Strait of Hormuz: shut", 200.0, 150.0, 6.0, needed=True)]
    taken = [Box(0.0, 0.0, 400.0, 300.0)]
    labels, leaders = place_labels(wishes, taken, 800.0, 300.0)
    assert not labels[0].box.overlaps(taken[0])
    assert len(leaders) == 1


def test_a_needed_label_without_any_room_is_an_error() -> None:
    with pytest.raises(ValueError, match="no room"):
        place_labels([Wish("far too long for this", 5.0, 5.0, 1.0, needed=True)], [], 30.0, 10.0)


def test_spread_keeps_order_and_gap() -> None:
    placed = spread([50.0, 49.0, 51.0], 15.0, 0.0, 100.0)
    assert placed[1] < placed[0] < placed[2]
    assert sorted(placed)[1] - sorted(placed)[0] >= 15.0
    assert spread([], 1.0, 0.0, 1.0) == []


@pytest.mark.parametrize("lowest", [0.0, 37.0, 71.0, 95.0, 100.0])
def test_line_chart(lowest: float) -> None:
    days = [7.0 * k for k in range(30)]
    lines = [
        Line("Frozen", "frozen", days, [100.0] * 5 + [lowest] * 10 + [100.0] * 15),
        Line("Foresight", "foresight", days, [100.0] * 7 + [(lowest + 100) / 2] * 8 + [100.0] * 15),
    ]
    axis = charts.share_axis(lowest, "share of gas use served")
    assert axis.low <= lowest
    months = Axis(0.0, 210.0, [(30.0 * k, f"Month {k}") for k in range(8)])
    notes = [Note(f"{line.name} worst", line.x[8], min(line.y), line.key) for line in lines]
    shade = (0.0, 60.0, "shut")
    check(
        charts.line_chart(
            lines, months, axis, title="Test", band=True, notes=notes, shade=shade
        )
    )  # fmt: skip


def test_a_gap_in_a_line_is_left_open() -> None:
    drawn = charts.line_chart(
        [Line("A", "frozen", [0.0, 1.0, 2.0], [1.0, math.nan, 2.0])],
        Axis(0.0, 2.0, [(0.0, "0"), (2.0, "2")]),
        charts.value_axis(0.0, 2.0, "Mt", "not served"),
        title="Test",
    )
    assert drawn.svg.count("M") >= 2
    check(drawn)


def test_bar_chart_with_long_names() -> None:
    bars = [
        Bar("Petrochemical and other industry: naphtha at hand", 1.2, "1.2 | 0.97", 0.97),
        Bar("Petrochemical and other industry: hard to switch", 1.1, "1.1 | 0.59", 0.59),
        Bar("Power", 0.0, "0 | 2.0", 2.0),
    ]
    check(charts.bar_chart(bars, title="Test", unit="not served, Mt: bar frozen | tick foresight"))


def test_empty_charts_are_refused() -> None:
    with pytest.raises(ValueError, match="needs a bar"):
        charts.bar_chart([], title="Test", unit="Mt")
    with pytest.raises(ValueError, match="needs a line"):
        charts.line_chart([], Axis(0, 1, []), Axis(0, 1, []), title="Test")


def test_small_text_is_refused() -> None:
    with pytest.raises(ValueError, match="smaller"):
        layout.figure(100.0, 100.0, [], [Label("tiny", 5.0, 20.0, size=10.0)], "Test")


def test_titles_are_escaped() -> None:
    drawn = layout.figure(100.0, 50.0, [], [Label('<b>"&', 5.0, 20.0)], '"><script>')
    assert "<script>" not in drawn.svg
    assert "<b>" not in drawn.svg


@pytest.mark.parametrize("span", [0.003, 0.7, 9.0, 12.0, 61.0, 1234.0])
def test_axes_are_round_and_cover(span: float) -> None:
    axis = charts.value_axis(0.0, span, "Mt", "x")
    assert axis.low == 0.0
    assert axis.high >= span * 0.999
    assert 3 <= len(axis.ticks) <= 7
