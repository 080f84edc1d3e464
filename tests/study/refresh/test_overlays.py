"""What a recipe proposes is an overlay that the study takes, and a base that still balances."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.study.refresh import test_comtrade, test_meti, test_ppac, test_world_bank

import seawall
from seawall.errors import UsageError
from seawall.network import base_case
from seawall.study import Study
from seawall.study.refresh import refresh
from seawall.study.writer import write_overlay


@pytest.fixture
def files(page: Callable[..., Path], book: Callable[..., Path]) -> dict[str, Path]:
    records = [test_comtrade.HEAD, test_comtrade.record()]
    return {
        "meti-lng-stocks": page("meti.csv", test_meti.PAGE),
        "ppac-monthly": book("ppac.xlsx", {"gas": test_ppac.across(test_ppac.SERIES)}),
        "comtrade": page("trade.csv", "\n".join(records)),
        "world-bank-prices": book("pink.xlsx", {"Monthly Prices": test_world_bank.grid()}),
    }


def test_all_recipes_together_are_a_study_that_balances(
    built_in: Study, files: dict[str, Path], tmp_path: Path
):
    overlays = []
    for kind, file in files.items():
        found = refresh(built_in, kind, file)
        overlays.append(write_overlay(tmp_path / f"{kind}.csv", found.overlay("test")))
    study = seawall.read("india-japan", overlays)
    stocks = study.frames["stocks"].set_index("place")
    assert stocks["start"]["futtsu"] == pytest.approx(0.28165 * 1.98 / 2.200285, rel=1e-4)
    assert study.frames["prices"].set_index(["place", "commodity"])["price"]["GBR", "lng"] == 22.5
    assert study.digest() != built_in.digest()
    network = base_case(study.chain("gas")).network
    demands = network.demands
    nodes = [place == "IND" for place in network.nodes.place]
    used = sum(
        q for q, n in zip(demands.base, demands.node, strict=True) if nodes[n]
    ) * 365 / network.terms.period_days  # fmt: skip
    assert used == pytest.approx(5800 * test_ppac.PER_MONTH, rel=0.02)


def test_an_overlay_is_not_written_over(built_in: Study, files: dict[str, Path], tmp_path: Path):
    found = refresh(built_in, "comtrade", files["comtrade"])
    target = write_overlay(tmp_path / "a.csv", found.overlay("test"))
    before = target.read_bytes()
    with pytest.raises(UsageError, match="exists already"):
        write_overlay(target, found.overlay("other"))
    assert target.read_bytes() == before


def test_what_is_the_same_does_not_change(built_in: Study, files: dict[str, Path], tmp_path: Path):
    """A file read twice: laid over the study once, it proposes nothing more."""
    found = refresh(built_in, "comtrade", files["comtrade"])
    target = write_overlay(tmp_path / "a.csv", found.overlay("test"))
    again = refresh(seawall.read("india-japan", [target]), "comtrade", files["comtrade"])
    assert again.changes == ()
    assert again.figures["change"].iloc[0] == pytest.approx(0, abs=1e-5)
