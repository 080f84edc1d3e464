"""Minerals and chips: every single failure of every chain, and whom the whole study hangs on.

*N-1*: each chain but gas, all its passages and all that a country makes of a commodity, each lost
for 180 days, under foresight.  The limit is what a user waits, everything counted: reading the
study, reconciling, calibrating, the base solves.  Peer: the same programs of a sample of those
failures, solved by the same solver from nothing (as in `resolve.py`), the ratio being of CPU
seconds of the solves alone, in total over the sample.  The sample is every so-many-th failure of
each chain, so that all chains are in it.  Losses found both ways must agree.

*Exposure*: all tables of the whole study, gas included, its base being known.  Peer: pandas, tier
by tier: the way an analyst goes, joining who supplied whom again and again until less than 1e-9 of
anything is left untraced.  It does only origins (where each element begins), which is one of our
tables, and takes every tonne of a commodity to hold as much; the shares must agree for elements of
which all makers put in as much.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.measure import Row, Stopwatch, child, report
from benchmarks.n_minus_1 import Laps

if TYPE_CHECKING:
    from seawall.questions.exposure.roots import Traced

STUDY = "india-japan"
GAS = "gas"
DAYS = 180.0
#: Failures of each chain that are solved from nothing as well.
SAMPLE = 5
REPEATS = 3
EQUAL_LOSS = 1e-6
EQUAL_SHARE = 1e-5
#: What the peer leaves untraced.
LEFT = 1e-9


def measure_failures() -> None:
    """Sweep all chains but gas in this process."""
    import seawall

    watch = Stopwatch()
    study = seawall.read(STUDY)
    laps: list[float] = []
    for name in study.chains:
        if name != GAS:
            one = Laps()
            seawall.sweep(study.chain(name), n=1, days=DAYS, progress=one)
            laps += one.seconds
    cpu, wall = watch.read()
    report({"cpu": cpu, "wall": wall, "laps": laps})


def measure_cold(sample: int) -> None:
    """Solve a sample of the failures of each chain from the base basis and from nothing."""
    import seawall
    from seawall.questions.prepared import prepare
    from seawall.questions.stress import loss
    from seawall.questions.sweep import single_failures
    from seawall.shocks import Scenario

    study = seawall.read(STUDY)
    seconds: dict[str, list[float]] = {"warm": [], "cold": []}
    apart = 0.0
    for name in study.chains:
        if name == GAS:
            continue
        part = study.chain(name)
        ready = prepare(part)
        found = single_failures(part, ready, DAYS)
        solver = ready.foresight
        for k in np.unique(np.linspace(0, len(found) - 1, sample).astype(int)):
            shock = found[k].shock
            met = ready.conditions(Scenario(name="one", title="One", shock=(shock,)))
            lost = {}
            for way, times in seconds.items():
                watch = Stopwatch()
                run = solver.run(met, warm=way == "warm")
                times.append(watch.cpu())
                lost[way] = loss(ready.network, met, run, ready.reference)
            size = 1.0 + abs(ready.reference.surplus)
            apart = max(apart, abs(lost["warm"] - lost["cold"]) / size)
    report({**seconds, "apart": apart})


def measure_exposure() -> None:
    """All tables of exposure, and the origins once more by the peer."""
    import seawall
    from seawall.questions.exposure.roots import traced
    from seawall.questions.prepared import prepare

    study = seawall.read(STUDY)
    for name in study.chains:
        prepare(study.chain(name))
    ours = []
    for _ in range(REPEATS):
        watch = Stopwatch()
        result = seawall.exposure(study)
        ours.append(watch.read())
    elements: list[Traced] = []
    for name in study.chains:
        part = study.chain(name)
        elements += traced(part, prepare(part).network)
    contains = {good: dict(held) for good, held in study.lookup("commodities", "contains").items()}
    alike = {one.element for one in elements if _alike(one, contains)}
    theirs = []
    for _ in range(REPEATS):
        watch = Stopwatch()
        peer = pd.concat([origins_by_joins(one, contains) for one in elements])
        theirs.append(watch.cpu())
    table = result.tables["lookthrough"]
    keys = ["place", "commodity", "element", "origin", "stage_commodity"]
    own = table[table["origin_kind"] != "conversion"].groupby(keys)["share"].sum()
    other = peer.groupby(keys)["share"].sum()
    off = own.sub(other, fill_value=0.0).abs().reset_index()
    apart = off.loc[off["element"].isin(alike), "share"].max()
    report(
        {
            "cpu": min(cpu for cpu, _ in ours),
            "wall": min(wall for _, wall in ours),
            "peer": min(theirs),
            "elements": [len(alike), len({one.element for one in elements})],
            "apart": float(apart),
        }
    )


def _alike(one: Traced, contains: dict[str, dict[str, float]]) -> bool:
    """Whether a unit of a commodity holds as much of an element wherever it is."""
    if not one.element:
        return True
    goods = one.tracing.network.nodes.commodity
    nominal = np.array([contains[good].get(one.element, 0.0) for good in goods])
    held = one.tracing.held
    return bool(np.allclose(held[held > 0], nominal[held > 0]))


def origins_by_joins(one: Traced, contains: dict[str, dict[str, float]]) -> pd.DataFrame:
    """Where an element of every root begins, by joining flows to flows, tier by tier."""
    network = one.tracing.network
    goods = pd.Series(network.nodes.commodity)
    content = goods.map(lambda good: contains[good].get(one.element, 0.0) if one.element else 1.0)
    lanes = pd.DataFrame(
        {
            "to": network.lanes.destination, "node": network.lanes.origin,
            "amount": network.lanes.keep * network.lanes.base,
        }
    )  # fmt: skip
    lanes = lanes[(content.loc[lanes["to"]].to_numpy() > 0) & (lanes["amount"] > 0)]
    matrix = network.facilities.recipe.tocoo()
    recipe = pd.DataFrame({"node": matrix.row, "facility": matrix.col, "amount": matrix.data})
    recipe["amount"] *= network.facilities.base[recipe["facility"]]
    recipe["held"] = recipe["amount"] * content.loc[recipe["node"]].to_numpy()
    made, used = recipe[recipe["held"] > 0], recipe[recipe["held"] < 0].copy()
    used["part"] = used["held"] / used.groupby("facility")["held"].transform("sum")
    begins = (one.tracing.kind != "conversion")[made["facility"]]
    through = made[~begins].rename(columns={"node": "to"}).merge(
        used[["facility", "node", "part"]], on="facility"
    )  # fmt: skip
    through["amount"] *= through["part"]
    edges = pd.concat([lanes, through[["to", "node", "amount"]]])
    enters = edges.groupby("to")["amount"].sum().add(
        made[begins].groupby("node")["amount"].sum(), fill_value=0.0
    )  # fmt: skip
    edges["part"] = edges["amount"] / edges["to"].map(enters)
    source = made[begins].copy()
    source["part"] = source["amount"] / source["node"].map(enters)
    source["origin"] = np.array(network.facilities.place, dtype=object)[source["facility"]]
    source["stage_commodity"] = goods.loc[source["node"]].to_numpy()

    left = pd.DataFrame(
        [(r, n, root.weights[n]) for r, root in enumerate(one.roots)
         for n in np.flatnonzero(root.weights)],
        columns=["root", "node", "share"],
    )  # fmt: skip
    found = []
    while len(left) and left["share"].max() > LEFT:
        here = left.merge(source, on="node")
        here["share"] *= here["part"]
        found.append(here[["root", "origin", "stage_commodity", "share"]])
        on = left.merge(edges.rename(columns={"node": "from", "to": "node"}), on="node")
        on["share"] *= on["part"]
        left = on.groupby(["root", "from"])["share"].sum().reset_index(name="share")
        left = left.rename(columns={"from": "node"})
    keys = ["root", "origin", "stage_commodity"]
    every = pd.concat(found).groupby(keys)["share"].sum().reset_index()
    every["place"] = [one.roots[r].place for r in every["root"]]
    every["commodity"] = [one.roots[r].commodity for r in every["root"]]
    return every.assign(element=one.element)


def rows() -> list[Row]:
    """Measure failures, cold solves and exposure, each in a process of its own."""
    sweep = child("benchmarks.minerals", "failures")
    solved = child("benchmarks.minerals", "cold", str(SAMPLE)).figures
    traced = child("benchmarks.minerals", "exposure").figures
    found, laps = sweep.figures, sweep.figures["laps"]
    warm, cold = sum(solved["warm"]), sum(solved["cold"])
    ratio = traced["peer"] / traced["cpu"]
    return [
        Row(f"N-1 of minerals and chips, {len(laps)} failures, foresight", "",
            f"{found['wall']:.1f} s on the clock", f"{found['cpu']:.1f} s of CPU", "< 60 s",
            found["wall"] < 60),
        Row("the same, one failure", "",
            f"median {np.median(laps):.3f} s, most {max(laps):.2f} s (with a base solve)"),
        Row("the same, peak memory", "", f"{sweep.peak:.0f} MB"),
        Row(f"the same, solves of a sample of {len(solved['warm'])}", "HiGHS from nothing",
            f"{warm:.2f} s against {cold:.2f} s", f"{cold / warm:.1f}"),
        Row("losses, warm and cold", "", "", f"apart by {solved['apart']:.0e}",
            f"<= {EQUAL_LOSS:.0e}", solved["apart"] <= EQUAL_LOSS),
        Row("exposure of the whole study", "", f"{traced['wall']:.2f} s on the clock",
            f"{traced['cpu']:.2f} s of CPU", "< 2 s", traced["wall"] < 2),
        Row("exposure, against its origins alone", "pandas, tier by tier",
            f"{traced['cpu']:.2f} s against {traced['peer']:.2f} s", f"{ratio:.1f}"),
        Row(f"origins, both ways, {traced['elements'][0]} of {traced['elements'][1]} elements", "",
            "", f"apart by {traced['apart']:.0e}",
            f"<= {EQUAL_SHARE:.0e}", traced["apart"] <= EQUAL_SHARE),
    ]  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1] == "cold":
        measure_cold(int(sys.argv[2]))
    else:
        {"failures": measure_failures, "exposure": measure_exposure}[sys.argv[1]]()
