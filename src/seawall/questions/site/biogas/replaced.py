"""What the plants' gas replaces: an overlay that puts it into the network of the study.

Their gas is added to home gas, and what ships bring shrinks by as much: base flows of the lanes
into the country, of the lanes to its terminals and of its terminals all by the same share.
Balancing settles the rest as it settles every base, and shows it.  Then `stress` can be asked with
and without the plants (`--with`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seawall.errors import UsageError
from seawall.study.overlay_file import Change

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from seawall.study import Study

__all__ = ["as_overlay", "home_gas"]

_WHY = "gas of the plants that site chose, in place of LNG"
_WHO = "seawall site"
#: Decimals of a figure in Mt a year.
_DIGITS = 4


def home_gas(study: Study) -> Any:
    """The row of `facilities` that stands for home gas: the only one that makes gas of nothing.

    Raises
    ------
    UsageError
        There is none, or there are several.
    """
    recipes = study.table("processes")
    fed = set(recipes.loc[recipes["role"] == "input", "process"])
    makes = set(recipes.loc[recipes["commodity"] == "gas", "process"]) - fed
    found = study.table("facilities")
    found = found[found["process"].isin(makes)]
    if len(found) != 1:
        raise UsageError(
            f"{len(found)} facilities make gas of nothing, and the plants' gas is added to one: "
            "write an overlay by hand"
        )
    return next(found.itertuples(index=False))


def as_overlay(study: Study, replaced: float) -> tuple[Change, ...]:
    """The changes that put gas worth `replaced` Mt of LNG a year into the network.

    Raises
    ------
    UsageError
        It is more than the country imports; no or several facilities for home gas.
    """
    home = home_gas(study)
    places = study.table("places").set_index("id")["country"]
    here = set(places.index[places == places[home.place]])
    lanes = study.table("lanes")
    lanes = lanes[(lanes["commodity"] == "lng") & lanes["destination"].isin(here)]
    imported = lanes.loc[~lanes["origin"].isin(here), "base"].sum()
    if replaced >= imported:
        raise UsageError(
            f"the plants replace {replaced:.3g} Mt of LNG a year, and only {imported:.3g} come in"
        )
    recipes = study.table("processes")
    takes = set(recipes.loc[(recipes["role"] == "input") & (recipes["commodity"] == "lng"),
                            "process"])  # fmt: skip
    plants = study.table("facilities")
    plants = plants[plants["place"].isin(here) & plants["process"].isin(takes)]
    made = [
        _change("facilities", home.id, "base", home.base + replaced),
        _change("facilities", home.id, "capacity", home.capacity + replaced),
    ]
    share = 1.0 - replaced / imported
    made += _shrunk("lanes", lanes, share)
    made += _shrunk("facilities", plants, share)
    return tuple(made)


def _shrunk(table: str, rows: pd.DataFrame, share: float) -> Iterator[Change]:
    used = rows[rows["base"] > 0]
    for row, base in zip(used["id"], used["base"], strict=True):
        yield _change(table, row, "base", base * share)


def _change(table: str, row: str, column: str, value: float) -> Change:
    return Change(
        table=table, row=row, column=column, value=f"{round(value, _DIGITS):g}", why=_WHY,
        source="own estimate: site", who=_WHO, confidence="estimate",
    )  # fmt: skip
