"""The mineral and chip chains: they balance from mine to last stage, and the base is the base."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from tools.build_india_japan import minerals, minerals_balance, minerals_lanes
from tools.build_india_japan.minerals import Chains
from tools.build_india_japan.minerals_goods import CHAINS, GOODS
from tools.build_india_japan.tables import number, read

import seawall
from seawall.network import BaseCase, base_case
from seawall.questions.prepared import Prepared
from seawall.study import Study

#: Least agreement of the chains, of the world's output of a good (facts: minerals.md).
TOLERANCE = 0.004


@pytest.fixture(scope="module")
def study() -> Study:
    return seawall.read("india-japan")


@pytest.fixture(scope="module")
def made() -> Chains:
    return minerals.chains()


@pytest.fixture(scope="module")
def cases(study: Study) -> dict[str, BaseCase]:
    return {chain: base_case(study.chain(chain)) for chain in CHAINS}


def test_every_place_balances_within_the_tolerance(study: Study, made: Chains) -> None:
    """Before reconciling, and with the gaps that the study shows as rows of their own."""
    world = {good: sum(p.values()) for good, p in minerals_lanes.outputs(made.works).items()}
    checked = 0
    for chain in CHAINS:
        for one in minerals_balance.left_over(study, chain):
            assert abs(one.left) <= TOLERANCE * world[one.good] + 1e-6, one
            checked += 1
    assert checked > 250


def test_the_printed_balance_names_what_is_left(study: Study) -> None:
    told = minerals_balance.text(study)
    assert all(f"{chain}: " in told for chain in CHAINS)
    assert "KOR       nickel_ore" in told


@pytest.mark.parametrize("chain", CHAINS)
def test_reconciling_moves_nothing_far(cases: dict[str, BaseCase], chain: str) -> None:
    """No figure by more than its own standard deviation, and no lane is lost."""
    case = cases[chain]
    for move in case.moves:
        assert abs(move.value - move.prior) <= move.sigma * move.prior, move
    assert not case.dropped
    assert not case.subsidised
    assert np.abs(case.network.imbalance()).max() < 1e-6


@pytest.mark.parametrize("chain", CHAINS)
def test_prices_are_positive_and_the_base_comes_back(
    study: Study, cases: dict[str, BaseCase], chain: str
) -> None:
    """Frozen and foresight return the base when nothing happens, within 0.1 %."""
    assert cases[chain].network.nodes.price.min() > 0
    ready = Prepared(study.chain(chain), cases[chain])
    network = ready.network
    for name in ("frozen", "foresight"):
        found = ready.response(name).run(ready.base_conditions)
        for base, values in (
            (network.lanes.base, found.departures),
            (network.facilities.base, found.activity),
            (network.demands.base, found.served),
        ):
            off = np.abs(values - base[:, None]).sum(axis=0)
            assert off.max() <= 1e-3 * max(base.sum(), 1e-9), name
        assert found.spill.max() <= 1e-6
        assert found.waiting.max() <= 1e-3


@pytest.mark.parametrize(
    "variants", [("plants-magnets",), ("plants-oxide",), ("plants-oxide", "stocks-low", "open")]
)
def test_rare_earths_balance_with_indian_plants_too(
    study: Study, variants: tuple[str, ...]
) -> None:
    case = base_case(study.variant(*variants).chain("rare_earths"))
    assert all(abs(m.value - m.prior) <= m.sigma * m.prior for m in case.moves)
    made = dict(zip(case.network.facilities.id, case.network.facilities.base, strict=True))
    year = 365 / case.network.terms.period_days
    assert made["ind-magnet-dy"] * year == pytest.approx(840, rel=0.01)
    assert ("ind-ndpr-smelting" in made) == ("plants-oxide" in variants)


def test_swarf_is_worth_something_and_all_of_it_is_recycled(cases: dict[str, BaseCase]) -> None:
    network = cases["rare_earths"].network
    for place in ("CHN", "CHN-SCRAP"):
        assert network.nodes.price[network.nodes.index()[place, "swarf"]] > 0.05


def test_mines_are_those_that_were_looked_up(cases: dict[str, BaseCase]) -> None:
    """Reconciling leaves the mines of the USGS where they are: gaps are not pushed into them."""
    for chain, case in cases.items():
        for move in case.moves:
            if move.kind == "facility" and move.id.endswith("-mining") and move.sigma <= 0.02:
                assert move.value == pytest.approx(move.prior, rel=0.005), (chain, move)


def test_world_output_is_that_of_the_fact_tables(made: Chains) -> None:
    """By good, with what recycling and unlisted feed add left out, and the rows split."""
    world: dict[str, float] = defaultdict(float)
    for work in made.works:
        if "recycling" not in work.recipe.kind and not work.recipe.id.startswith("unlisted"):
            world[work.recipe.output] += work.base * GOODS[work.recipe.output].size
    told = {(r["commodity"], r["stage"]): number(r, "sum_of_rows")
            for r in read("minerals_world_totals") if r["stage"] != "refine_capacity"}  # fmt: skip
    magnets = world.pop("magnet_dy") + world.pop("magnet_dyfree")
    assert magnets == pytest.approx(told["ndfeb_magnet", "magnet"])
    expected = {name: told[good.fact] for name, good in GOODS.items() if good.fact in told}
    # Smelted in China on top: oxide of swarf and old scrap.
    expected["ndpr_metal"] += 22000 / 1.17
    # Nigerian ore is not in the table; Naraha's carbonate and China's batteries are counted once.
    expected["lithium_ore"] += 4500
    expected["lithium_chemicals"] -= 5000 + 14900 / 0.2135
    # A thousand starts a month at the usual 0.388 of 0.0487 million square inches.
    expected["wafer_starts"] *= 0.388 / 0.0487
    for good, value in expected.items():
        if good not in ("magnet_dy", "magnet_dyfree"):
            assert world[good] == pytest.approx(value, rel=1e-4), good


def test_no_recipe_makes_an_element(study: Study) -> None:
    """What comes out of a conversion holds at most what goes in, element by element."""
    held = study.lookup("commodities", "contains")
    sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    kinds = {}
    for row in study.rows("processes"):
        kinds[row.process] = row.kind
        for element, amount in held[row.commodity]:
            sums[row.process, element][row.role == "input"] += row.quantity * amount
    for (process, element), (out, taken) in sums.items():
        if kinds[process] == "conversion":
            assert out <= taken * 1.001, (process, element)
    # Swarf as oxide comes back whole; magnets keep 0.28 of 0.35 and give 0.07 back.
    assert sums["swarf_recycling", "NdPr"][0] == pytest.approx(sums["swarf_recycling", "NdPr"][1])
    assert sums["magnet_dy_china", "NdPr"] == pytest.approx([0.35, 0.35])


def test_neodymium_and_dysprosium_meet_in_magnets_alone(study: Study) -> None:
    held = {name: {e for e, _ in contents}
            for name, contents in study.lookup("commodities", "contains").items()}  # fmt: skip
    both = {"NdPr", "DyTb"}
    assert [name for name, elements in held.items() if both <= elements] == ["magnet_dy"]
    for row in study.rows("processes"):
        if both & held[row.commodity] and not row.process.startswith("magnet_dy_"):
            others = {r.commodity for r in study.rows("processes") if r.process == row.process}
            assert len(both & set().union(*(held[name] for name in others))) == 1, row.process
