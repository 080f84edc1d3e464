"""The projection keeps areas, and nothing is drawn across the cut behind the map."""

import numpy as np
import pytest

from seawall.report import worldmap
from seawall.report.projection import (
    cut_line,
    cut_ring,
    densify,
    great_circle,
    project,
    relative,
)


def cell_area(lon: float, lat: float, size: float) -> float:
    """Area of a small cell on the map over its area on the sphere."""
    edge = np.linspace(0.0, size, 9)
    ring = np.concatenate(
        [
            np.column_stack([lon + edge, np.full(9, lat)]),
            np.column_stack([np.full(9, lon + size), lat + edge]),
            np.column_stack([lon + size - edge, np.full(9, lat + size)]),
            np.column_stack([np.full(9, lon), lat + size - edge]),
        ]
    )
    x, y = project(ring[:, 0], ring[:, 1]).T
    flat = abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2
    rise = np.sin(np.radians(lat + size)) - np.sin(np.radians(lat))
    return flat / float(np.radians(size) * rise)


def test_small_cells_keep_their_area() -> None:
    ratios = [
        cell_area(lon, lat, 0.5)
        for lon in (-179.5, -120.0, -30.0, 0.0, 60.0, 178.0)
        for lat in (-85.0, -60.0, -20.0, 0.0, 35.0, 70.0, 88.0)
    ]
    assert np.allclose(ratios, 1.0, rtol=1e-3)


def test_published_values() -> None:
    # Savric et al. 2018: the equator is 2.7066 R from the centre, poles are lines.
    assert project(np.array([180.0]), np.array([0.0]))[0] == pytest.approx([2.70663, 0.0], abs=1e-4)
    assert project(np.array([0.0]), np.array([90.0]))[0] == pytest.approx([0.0, 1.31736], abs=1e-4)


def test_relative_longitudes_lie_round_the_centre() -> None:
    assert relative(np.array([-105.0, 75.0, 254.9]), 75.0) == pytest.approx([-180.0, 0.0, 179.9])


@pytest.mark.parametrize("centre", [0.0, 75.0, 100.0, 150.0])
def test_no_streak_across_the_map(centre: float) -> None:
    longest = 0.0
    for ring in worldmap.land().rings:
        for part in cut_ring(ring, centre):
            closed = np.vstack([part, part[:1]])
            points = project(closed[:, 0], closed[:, 1])
            longest = max(longest, float(np.hypot(*np.diff(points, axis=0).T).max()))
            assert np.abs(part[:, 0]).max() <= 180.0
    assert longest < 0.06


def test_a_line_over_the_cut_ends_on_both_edges() -> None:
    pieces = cut_line(np.array([[-79.7, 9.0], [-150.0, 30.0], [139.8, 35.0]]), 75.0)
    assert len(pieces) == 2
    assert pieces[0][-1, 0] == -180.0
    assert pieces[1][0, 0] == 180.0
    assert pieces[0][-1, 1] == pytest.approx(pieces[1][0, 1])


def test_a_line_that_stays_on_the_map_is_one_piece() -> None:
    assert len(cut_line(np.array([[51.6, 25.9], [72.5, 21.7]]), 75.0)) == 1


def test_a_ring_round_the_pole_is_refused() -> None:
    ring = np.column_stack([np.arange(-180.0, 180.0, 10.0), np.full(36, -80.0)])
    with pytest.raises(ValueError, match="pole"):
        cut_ring(ring, 75.0)


def test_great_circle_ends_and_refusal() -> None:
    way = great_circle((51.6, 25.9), (139.8, 35.3))
    assert way[0] == pytest.approx([51.6, 25.9])
    assert way[-1] == pytest.approx([139.8, 35.3])
    with pytest.raises(ValueError, match="opposite"):
        great_circle((0.0, 10.0), (180.0, -10.0))


def test_densify_keeps_the_ends() -> None:
    dense = densify(np.array([[0.0, 0.0], [10.0, 5.0]]))
    assert len(dense) == 6
    assert dense[-1] == pytest.approx([10.0, 5.0])
