"""Published indices of supply risk: the EU's own figures, hand cases, and what they refuse."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools import eu_reproduction

from seawall.questions.supply_risk import (
    disruption_potential,
    eu_supply_risk,
    hhi_wgi_t,
    import_reliance,
    nassar_supply_risk,
    trade_exposure,
)


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    """What the EU published in 2023 and what its printed inputs give."""
    return eu_reproduction.reproduction().set_index("material")


# --- the EU's figures ----------------------------------------------------------------------------


def test_exact_rows_with_a_published_value_agree(found: pd.DataFrame):
    exact = found[found["exact_test"] & found["published"].notna()]
    assert len(exact) == 13
    assert exact["difference"].abs().max() <= eu_reproduction.TOLERANCE
    # Only vanadium is more than 0.1 off.
    assert exact.index[exact["difference"].abs() > 0.1].tolist() == ["Vanadium"]


def test_every_material_is_computed_and_the_others_differ_as_documented(found: pd.DataFrame):
    assert len(found) == 35
    assert found["computed"].notna().all()
    others = found[~found["exact_test"] & found["published"].notna()]
    assert others["difference"].round(2).to_dict() == {
        "Germanium": 1.85, "Neodymium": -2.62, "Praseodymium": 0.85, "Terbium": 0.30,
        "Samarium": 0.55, "Lanthanum": 0.51, "Yttrium": 1.59, "Beryllium": -0.19, "Rhodium": 0.51,
    }  # fmt: skip


def test_the_documented_table_is_current(found: pd.DataFrame):
    text = eu_reproduction.PAGE.read_text(encoding="utf-8")
    assert text == eu_reproduction.page(text, eu_reproduction.table(found.reset_index()))


def test_copied_sourcing_shares_are_seen_in_the_printed_inputs():
    """Germanium, Pr, La and Sm: the EU's sourcing is printed as the world's, rounded; gallium's
    is not."""
    shares = eu_reproduction._shares()

    def largest_gap(material: str) -> float:
        world = eu_reproduction._fractions(shares[material, "processing", "global_supply"])
        own = eu_reproduction._fractions(shares[material, "processing", "eu_sourcing"])
        return max(abs(own.get(c, 0) - world.get(c, 0)) for c in {*own, *world})

    for material in ("Germanium", "Praseodymium", "Lanthanum", "Samarium"):
        assert largest_gap(material) <= 0.01, material
    assert largest_gap("Gallium") > 0.2


# --- the EU's formula by hand --------------------------------------------------------------------

WORLD = {"CHN": 0.8, "AUS": 0.2}
OWN = {"CHN": 0.5, "AUS": 0.5}
WGI = {"CHN": 6.0, "AUS": 2.0}


def test_by_hand():
    """World 0.64 * 6 * 1.1 + 0.04 * 2 = 4.304; own 0.25 * 6 * 1.1 + 0.25 * 2 = 2.15; half of an
    import reliance of 0.6 is 0.3: 2.7962; a tenth is recycled, substitution 0.9: 2.264922."""
    risk = eu_supply_risk(WORLD, OWN, WGI, {"CHN": 1.1}, 0.6, 0.1, 0.9)
    assert risk == pytest.approx(2.264922, rel=1e-12)
    alone = eu_supply_risk(WORLD, {}, WGI, {"CHN": 1.1}, math.nan, 0.1, 0.9, global_only=True)
    assert alone == pytest.approx(4.304 * 0.81)


def test_sourcing_may_have_trade_terms_of_its_own():
    ours = eu_supply_risk(WORLD, OWN, WGI, {}, 0.0, 0.0, sourcing_trade={"AUS": 0.8})
    assert ours == pytest.approx(0.25 * 6 + 0.25 * 2 * 0.8)


def test_what_is_not_known_is_in_the_middle():
    """No governance score (or NaN): 5; no trade parameter: 1."""
    assert hhi_wgi_t({"ROW": 1.0}, {}, {}) == 5.0
    assert hhi_wgi_t({"ROW": 1.0}, {"ROW": math.nan}, {"CHN": 1.5}) == 5.0


def test_a_net_exporter_relies_on_nobody():
    assert import_reliance(imports=10, exports=40, production=50) == 0.0
    assert import_reliance(imports=40, exports=10, production=30) == pytest.approx(0.5)
    assert import_reliance(imports=0, exports=0, production=0) == 0.0
    same = [eu_supply_risk(WORLD, OWN, WGI, {}, ir, 0.0) for ir in (-19.0, 0.0)]
    assert same[0] == same[1] == pytest.approx(2.0)


@pytest.mark.parametrize(
    "change, told",
    [
        ({"global_shares": {"CHN": 93.8}}, r"global_shares\['CHN'\] is 93.8.*not percent"),
        ({"global_shares": {"CHN": 1.01}}, r"global_shares\['CHN'\] is 1.01"),
        ({"sourcing_shares": {"CHN": 0.7, "AUS": 0.6}}, "sourcing_shares add up to 1.3"),
        ({"sourcing_shares": {"AUS": -0.1}}, r"sourcing_shares\['AUS'\] is -0.1"),
        ({"sourcing_shares": {"AUS": math.nan}}, r"sourcing_shares\['AUS'\] is nan"),
        ({"sourcing_shares": {}}, "sourcing_shares are empty; with global_only=True"),
        ({"global_shares": {}}, "global_shares are empty"),
        ({"import_reliance": 80.0}, "import_reliance is 80.*not percent"),
        ({"import_reliance": math.nan}, "import_reliance is nan"),
        ({"eol_rir": 22.0}, "eol_rir is 22.*not percent"),
        ({"si_sr": -0.1}, "si_sr is -0.1"),
        ({"wgi": {"CHN": 57.0}}, r"wgi\['CHN'\] is 57: it must be 0 to 10"),
        ({"wgi": {"CHN": -1.6}}, r"wgi\['CHN'\] is -1.6"),
        ({"trade": {"CHN": math.inf}}, r"trade\['CHN'\] is inf"),
    ],
)
def test_figures_out_of_range_are_named(change: dict[str, object], told: str):
    good: dict[str, object] = {
        "global_shares": WORLD, "sourcing_shares": OWN, "wgi": WGI, "trade": {},
        "import_reliance": 0.5, "eol_rir": 0.1, "si_sr": 0.9,
    }  # fmt: skip
    with pytest.raises(ValueError, match=told):
        eu_supply_risk(**(good | change))  # type: ignore[arg-type]


def test_printed_shares_may_exceed_one_by_rounding():
    assert hhi_wgi_t({"CHN": 0.85, "MYS": 0.16}, {}, {}) > 0
    with pytest.raises(ValueError, match=r"add up to 1\.03"):
        hhi_wgi_t({"CHN": 0.85, "MYS": 0.18}, {}, {})


weights = st.lists(st.floats(0.01, 1), min_size=1, max_size=6)
rates = st.floats(0, 1)


@given(world=weights, own=weights, ir=rates, eol=rates, si=rates, seed=st.integers(0, 99))
def test_risk_is_what_the_sums_say(
    world: list[float], own: list[float], ir: float, eol: float, si: float, seed: int
):
    """Against the formula written out over arrays; and it lies between its two concentrations."""
    draw = np.random.default_rng(seed)
    names = [f"C{i}" for i in range(6)]
    g = np.array(world) / sum(world)
    e = np.array(own) / sum(own)
    w, t = draw.uniform(0, 10, 6), draw.uniform(0.8, 1.5, 6)
    risk = eu_supply_risk(
        dict(zip(names, g, strict=False)), dict(zip(names, e, strict=False)),
        dict(zip(names, w, strict=True)), dict(zip(names, t, strict=True)), ir, eol, si,
    )  # fmt: skip
    ends = [float(np.sum(x**2 * w[: len(x)] * t[: len(x)])) for x in (g, e)]
    factor = (1 - eol) * si
    assert risk == pytest.approx((ends[0] * ir / 2 + ends[1] * (1 - ir / 2)) * factor)
    assert min(ends) * factor - 1e-9 <= risk <= max(ends) * factor + 1e-9


# --- after Nassar et al. -------------------------------------------------------------------------


def test_disruption_potential_by_hand():
    """0.6^2 * 0.5 + 0.3^2 * 0.2 = 0.198; without the first 0.018: no share is scaled up."""
    shares, weight = {"CHN": 0.6, "AUS": 0.3, "JPN": 0.1}, {"CHN": 0.5, "AUS": 0.2, "JPN": 0.0}
    assert disruption_potential(shares, weight) == pytest.approx(0.198)
    assert disruption_potential(shares, weight, exclude=("CHN",)) == pytest.approx(0.018)
    # Whoever is left out needs no weight.
    assert disruption_potential(shares, {"CHN": 0.5, "AUS": 0.2}, ["JPN"]) == pytest.approx(0.198)
    assert disruption_potential({"CHN": 1.0}, {"CHN": 1.0}) == 1.0


def test_trade_exposure_by_hand():
    """80 in, 10 out, 5 more in stock: 65 of the 100 used come from abroad."""
    assert trade_exposure(80, 10, 100, stock_change=5) == pytest.approx(0.65)
    assert trade_exposure(80, 10, 100, stock_change=-5) == pytest.approx(0.75)
    assert trade_exposure(10, 80, 100) == 0.0
    assert trade_exposure(100, 0, 100) == 1.0


def test_supply_risk_by_hand():
    assert nassar_supply_risk(0.5, 0.8, 0.16) == pytest.approx(0.4)
    assert nassar_supply_risk(0.9, 0.0, 0.9) == 0.0


@pytest.mark.parametrize(
    "call, told",
    [
        (lambda: disruption_potential({"CHN": 60}, {"CHN": 0.5}), "'CHN'.* is 60.*not percent"),
        (lambda: disruption_potential({"CHN": 0.6}, {}), "weight lacks 'CHN'"),
        (lambda: disruption_potential({"CHN": 0.6}, {"CHN": 5.7}), r"weight\['CHN'\] is 5.7"),
        (lambda: trade_exposure(-1, 0, 10), "imports is -1"),
        (lambda: trade_exposure(1, 0, 0), "consumption is 0"),
        (lambda: trade_exposure(1, 0, 10, math.nan), "stock_change is nan"),
        (lambda: trade_exposure(20, 0, 10), "consumption is 10, less than .* 20"),
        (lambda: nassar_supply_risk(0.5, 0.5, math.nan), "economic_vulnerability is nan"),
        (lambda: nassar_supply_risk(0.5, 1.5, 0.5), "trade_exposure is 1.5"),
        (lambda: import_reliance(1, -1, 1), "exports is -1"),
    ],
)
def test_impossible_figures_are_named(call, told: str):
    with pytest.raises(ValueError, match=told):
        call()
