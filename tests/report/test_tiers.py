"""Trees through the tiers: bands are what exposure traced, and words on them never collide."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report import chains

from seawall.report import charts, tiers
from seawall.report.chains_view import ChainsView
from seawall.report.tiers import OTHERS, RECYCLED, Band, Column, Tree

WIDTHS = (tiers.WIDE, tiers.NARROW)


@pytest.fixture(scope="module")
def view() -> ChainsView:
    return chains.view()


@pytest.fixture(scope="module")
def tree(view: ChainsView) -> Tree:
    found = tiers.trees(view)
    assert [(t.place, t.good, t.element) for t in found] == [("HOM", "magnet", "X")]
    return found[0]


def test_stages_run_from_the_last_to_the_first(tree: Tree) -> None:
    assert [c.commodity for c in tree.columns] == ["magnet", "oxide", "ore"]
    assert [c.title for c in tree.columns] == ["Magnet", "Oxide", "Ore"]


def test_bars_are_the_shares_of_exposure(tree: Tree) -> None:
    table = chains.result().exposure.tables["lookthrough"]
    table = table[(table["place"] == "HOM") & (table["commodity"] == "magnet")]
    for column in tree.columns:
        rows = table[table["stage_commodity"] == column.commodity]
        assert sum(s for s, _ in column.makers.values()) == pytest.approx(rows["share"].sum())
    scrap = table[table["origin_kind"] == "recycling"]["share"].sum()
    assert tree.columns[1].makers[RECYCLED][0] == pytest.approx(scrap)


def test_bands_are_those_of_a_hand_calculation(tree: Tree) -> None:
    """Valley makes 1400/1500 of the magnets from 700 t of oxide of Mineland, of which 40 in 900
    are scrap, and 140 t of Otherland."""
    bands = {(b.later, b.earlier): b.share for b in tree.bands}
    valley = 1400 / 1500
    mineland = valley * 700 / 840
    assert bands[("magnet", "VAL"), ("oxide", "OTH")] == pytest.approx(valley * 140 / 840, rel=1e-3)
    assert bands[("magnet", "VAL"), ("oxide", "MIN")] == pytest.approx(
        mineland * 860 / 900, rel=1e-3
    )
    assert bands[("magnet", "VAL"), ("oxide", RECYCLED)] == pytest.approx(
        mineland * 40 / 900, rel=1e-3
    )


def test_bands_fit_their_bars(tree: Tree) -> None:
    height = {(c.commodity, m): s for c in tree.columns for m, (s, _) in c.makers.items()}
    for side in ("later", "earlier"):
        sums: dict[tuple[str, str], float] = {}
        for band in tree.bands:
            end = getattr(band, side)
            sums[end] = sums.get(end, 0.0) + band.share
        assert all(total <= height[end] + 1e-9 for end, total in sums.items())


def test_what_rests_on_filled_lanes_is_hatched(view: ChainsView, tree: Tree) -> None:
    """Mineland's magnets come by a lane that was filled in; Valley's by one that is known."""
    makers = tree.columns[0].makers
    assert makers["MIN"][1] == 0.0
    assert makers["VAL"][1] == 1.0
    assert tree.guessed
    drawn = tiers.draw(view, tree, tiers.palette(view, [tree]), tiers.WIDE)
    assert 'fill="url(#hatch)"' in drawn.svg
    assert 'id="hatch"' in tiers.HATCH


@pytest.mark.parametrize("width", WIDTHS)
def test_words_do_not_collide(view: ChainsView, tree: Tree, width: float) -> None:
    drawn = tiers.draw(view, tree, tiers.palette(view, [tree]), width)
    assert charts.overlaps(drawn) == []
    assert charts.outside(drawn) == []
    assert 'aria-label="Homeland: who stands behind the X in its magnet"' in drawn.svg


NAMES = ("MIN", "OTH", "VAL", "HOM", "Philippines", "United States", "Viet Nam", "Germany",
         RECYCLED, OTHERS)  # fmt: skip
SHARES = st.lists(st.floats(0.005, 1.0), min_size=1, max_size=len(NAMES))


@given(st.lists(SHARES, min_size=2, max_size=4))
def test_any_tree_can_be_drawn(stages: list[list[float]]) -> None:
    """However many makers there are and however small, labels stay apart and inside."""
    view = chains.view()
    columns = []
    for k, parts in enumerate(stages):
        whole = sum(parts)
        makers = {NAMES[i]: (part / whole, float(i % 2)) for i, part in enumerate(parts)}
        columns.append(Column(f"stage{k}", f"Stage {k}", makers))
    bands = [
        Band((a.commodity, m), (b.commodity, n), s * t, float(known > 0))
        for a, b in itertools.pairwise(columns)
        for m, (s, _) in a.makers.items()
        for n, (t, known) in b.makers.items()
    ]
    tree = Tree("HOM", "magnet", "X", columns, bands)
    for width in WIDTHS:
        drawn = tiers.draw(view, tree, tiers.palette(view, [tree]), width)
        assert charts.overlaps(drawn) == []
        assert charts.outside(drawn) == []


def test_a_colour_stays_with_its_maker(view: ChainsView, tree: Tree) -> None:
    colours = tiers.palette(view, [tree, tree])
    assert colours["HOM"] == tiers.HOMES[0]
    assert colours[RECYCLED] == tiers.GREEN
    assert len({colours[m] for m in ("MIN", "OTH", "VAL", "HOM")}) == 4
