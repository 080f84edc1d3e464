"""Sites, sizes, ore and users of refining hubs: what siting one to five of them needs.

Rules that the facts leave open, all of whose rows are estimates:

- Capital follows a power law of size through published plants, the dearest and the cheapest of
  which give the range.  For NdPr the middle is the geometric mean of the two.
- Monazite holds Dy and Tb in a fixed share of its NdPr, low, middle and high, and thorium.  Where
  xenotime comes with it the rows say how much.
- Ore is paid for at the share of the oxide price of `minerals_values.csv`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tools.build_india_japan.sources import confidence
from tools.build_india_japan.tables import FactError, Row, decimal, number, read

if TYPE_CHECKING:
    from tools.build_india_japan.assumptions import Assumptions
    from tools.build_india_japan.sources import Sources

Table = tuple[tuple[str, ...], list[Row]]

END = ("source", "confidence", "note")
#: Sizes on offer, t/yr of oxide.
SIZES = {
    "ndpr_oxide": (250.0, 500.0, 1000.0, 2000.0, 3500.0, 5500.0),
    "dytb_oxide": (10.0, 25.0, 50.0, 100.0, 200.0, 400.0, 600.0),
}
#: Minerals that hold thorium.
MONAZITE = ("monazite", "monazite and xenotime")
SHORT = {"ndpr_oxide": "ndpr", "dytb_oxide": "dytb"}
#: Makers outside China and Japan, as recipes name them.
_MAKERS = "VNM, PHL, KOR, DEU, FIN, SVN, USA"


def tables(assume: Assumptions, sources: Sources) -> dict[str, Table]:
    """The four tables of hubs."""
    return {
        "hub_sites": _sites(sources),
        "hub_sizes": _sizes(assume, sources),
        "hub_feeds": _feeds(assume, sources),
        "hub_users": _users(sources),
    }


def _sites(sources: Sources) -> Table:
    columns = ("id", "name", "region", "region_name", "lat", "lon", "port", "port_km",
               "brownfield", *END)  # fmt: skip
    names = {row["iso"]: row["state"] for row in read("states")}
    return columns, [
        {name: row.get(name, "") for name in columns}
        | {"region_name": names[row["region"]], "source": sources.add(row),
           "confidence": confidence(row)}
        for row in read("hub_sites")
    ]  # fmt: skip


def _sizes(assume: Assumptions, sources: Sources) -> Table:
    columns = ("output", "size", "capital_low", "capital", "capital_high", "running", "unit_cost",
               *END)  # fmt: skip
    plants = {(row["output"], row["role"]): row for row in read("hub_circuits")}
    found: list[Row] = []
    for output, sizes in SIZES.items():
        power = assume[f"hub_scale_{SHORT[output]}"]
        known = [row for (made, _), row in plants.items() if made == output]
        smallest, largest = (f(number(row, "size") for row in known) for f in (min, max))
        source = sources.own(
            f"own-cost-of-circuits-{SHORT[output]}",
            f"own estimate: size^{decimal(power)} through {', '.join(r['id'] for r in known)} "
            "of hub_circuits.csv",
        )
        for size in sizes:
            capital = {
                role: number(row, "capital") * (size / number(row, "size")) ** power
                for (made, role), row in plants.items()
                if made == output
            }
            middle = capital.get("middle", math.sqrt(capital["low"] * capital["high"]))
            inside = smallest <= size <= largest
            found.append(
                {"output": output, "size": decimal(size),
                 "capital_low": decimal(capital["low"], 1), "capital": decimal(middle, 1),
                 "capital_high": decimal(capital["high"], 1),
                 "running": decimal(middle * assume["hub_running"], 2),
                 "unit_cost": decimal(assume[f"hub_unit_{SHORT[output]}"]),
                 "source": source, "confidence": "estimate",
                 "note": "" if inside else "outside of the sizes of the plants: extrapolated"}
            )  # fmt: skip
    return columns, found


def _feeds(assume: Assumptions, sources: Sources) -> Table:
    columns = ("id", "name", "place", "lat", "lon", "ndpr_low", "ndpr", "ndpr_high", "dytb_low",
               "dytb", "dytb_high", "price_ndpr", "price_dytb", "thorium", "status",
               *END)  # fmt: skip
    paid, oxide = _price("mine"), _price("refine")
    found: list[Row] = []
    for row in read("hub_feeds"):
        pure = row["mineral"] == "monazite"
        heavy = oxide["dytb_oxide"] * assume["hub_monazite_paid"] if pure else paid["dytb_oxide"]
        holds = assume["hub_monazite_thorium"] if row["mineral"] in MONAZITE else 0.0
        found.append(
            {name: row.get(name, "") for name in columns}
            | (_heavies(row, assume) if pure else {})
            | {"price_ndpr": decimal(paid["ndpr_oxide"]), "price_dytb": decimal(heavy),
               "thorium": decimal(holds), "source": sources.add(row),
               "confidence": confidence(row),
               "note": "; ".join(filter(None, (row["mineral"], row["note"])))}
        )  # fmt: skip
    return columns, found


def _heavies(row: Row, assume: Assumptions) -> Row:
    """Dy and Tb of monazite, low, middle and high, by its NdPr."""
    share = assume.rows["hub_monazite_dytb"]
    return {
        f"dytb{end}": decimal(number(row, f"ndpr{end}") * number(share, column), 2)
        for end, column in (("_low", "low"), ("", "value"), ("_high", "high"))
    }


def _price(stage: str) -> dict[str, float]:
    """USD/t of contained oxide at a stage."""
    found = {
        row["commodity"]: number(row, "base_price_usd")
        for row in read("minerals_values")
        if row["stage"] == stage and row["place"] == "*" and row["commodity"] in SIZES
    }
    if set(found) != set(SIZES):
        raise FactError(f"minerals_values.csv lacks prices of {sorted(set(SIZES) - set(found))}")
    return found


def _users(sources: Sources) -> Table:
    columns = ("id", "name", "place", "lat", "lon", "ndpr", "dytb", "kind", *END)
    ndpr, dytb = _use_of_magnets()
    found: list[Row] = []
    for row in read("hub_users"):
        wanted = {}
        if row["magnets"]:
            made = number(row, "magnets")
            wanted = {"ndpr": decimal(made * ndpr, 0), "dytb": decimal(made * dytb, 0)}
        found.append(
            {name: row.get(name, "") for name in columns}
            | wanted
            | {"source": sources.add(row), "confidence": confidence(row)}
        )
    return columns, found


def _use_of_magnets() -> tuple[float, float]:
    """Oxide of a tonne of magnets made outside China: NdPr, and Dy with Tb at their share."""
    recipes = {
        (row["process"], row["place"], row["input_commodity"]): row
        for row in read("minerals_recipes")
    }
    grade = "magnet, Dy-bearing grade"
    metal = number(recipes[grade, _MAKERS, "ndpr_metal"], "coefficient_in_per_out")
    heavy = recipes[grade, _MAKERS, "dytb_oxide"]
    smelt = number(recipes["metal making", "outside CHN", "ndpr_oxide"], "coefficient_in_per_out")
    share = float(recipes[grade, _MAKERS, "ndpr_metal"]["note"].removeprefix("share of output "))
    return metal * smelt, number(heavy, "coefficient_in_per_out") * share
