"""What of some goods is exported, made or used at a place, by the tables of a study.

A word may mean several commodities, of which a place has only some.  And it may mean one that
nobody there uses as such: in the reference study nobody in Japan burns LNG, it becomes gas, and gas
is what is wanted.  "More demand for LNG in Japan" can then only mean more demand for gas there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seawall.errors import UsageError
from seawall.network.network import UNEXPLAINED
from seawall.shocks.names import Goods
from seawall.shocks.names import goods as goods_of

if TYPE_CHECKING:
    import pandas as pd

    from seawall.shocks.names import Named
    from seawall.study import Study

#: A share of supply from this on is told as all of it.
_ALL = 0.995


def exported(study: Study, origin: Named, goods: Goods) -> Goods:
    """Those of `goods` that some lane takes from `origin` to another country; all of them if none
    does, so that the question which meets nothing can say so."""
    lanes = study.table("lanes")
    country = study.lookup("places", "country")
    abroad = lanes["origin"].map(country) != lanes["destination"].map(country)
    here = lanes[_at(study, lanes["origin"], origin) & abroad]
    return _only(goods, set(here["commodity"]))


def made(study: Study, place: Named, goods: Goods) -> Goods:
    """Those of `goods` that some facility at `place` makes; all of them if none does."""
    facilities, recipes = study.table("facilities"), study.table("processes")
    run = facilities.loc[_at(study, facilities["place"], place), "process"]
    out = recipes[recipes["process"].isin(run) & (recipes["role"] != "input")]
    return _only(goods, set(out["commodity"]))


def _only(goods: Goods, these: set[str]) -> Goods:
    kept = tuple(good for good in goods.ids if good in these)
    return replace(goods, ids=kept) if kept else goods


def wanted_as(study: Study, place: Named, goods: Goods) -> tuple[Goods, str]:
    """The commodities in which demand for `goods` at `place` shows, and what to tell a reader.

    These are `goods` themselves where people use them there; otherwise what is made from them, step
    by step, and is used there. Gaps that the study states in its balances are no use.

    Returns
    -------
    The commodities whose demand a shock must change, and one sentence, blank where they are the
    same as `goods`.

    Raises
    ------
    UsageError
        Neither they nor anything made from them is wanted there.
    """
    used = _used(study, place)
    if any(good in used for good in goods.ids):
        return _only(goods, used), ""
    after = _made_from(study, goods.ids)
    found = tuple(good for good in after if good in used)
    if not found:
        raise UsageError(
            f"nobody in {place.short} uses {goods.called} or what is made from it; "
            f"used there: {', '.join(sorted(used)) or 'nothing'}"
        )
    called = " and ".join(goods_of(study, good).called for good in found)
    share = _share_made(study, place, set(goods.ids), set(after), found)
    if share is None:
        part = "which is brought there ready made"
    elif share >= _ALL:
        part = "all of which is made from it"
    else:
        part = f"{share:.0%} of which is made from it in the base"
    note = (
        f"Nobody in {place.short} uses {goods.called} as such, so the change is one of the demand "
        f"for {called}, {part}."
    )
    return Goods(found, called, "-".join(found)), note


def _used(study: Study, place: Named) -> set[str]:
    """Commodities that people want at a place, or in the places of a country."""
    demands = study.table("demands")
    explained = ~demands["sector"].str.endswith(UNEXPLAINED)
    return set(demands.loc[_at(study, demands["place"], place) & explained, "commodity"])


def _at(study: Study, column: pd.Series[str], place: Named) -> pd.Series[bool]:
    """Which of a column of places are `place` or in that country."""
    country = column.map(study.lookup("places", "country"))
    return (column == place.id) | (country == place.id)


def _made_from(study: Study, goods: tuple[str, ...]) -> list[str]:
    """Commodities made from any of `goods` in one or more steps, the nearest first."""
    recipes = study.table("processes")
    inputs = recipes[recipes["role"] == "input"]
    made: list[str] = []
    now = set(goods)
    while now:
        users = inputs.loc[inputs["commodity"].isin(now), "process"]
        # Not by-products: scrap of magnets would make every metal of theirs a maker of all magnets.
        out = recipes[recipes["process"].isin(users) & (recipes["role"] == "output")]
        new = [g for g in dict.fromkeys(out["commodity"]) if g not in made and g not in goods]
        made += new
        now = set(new)
    return made


def _share_made(
    study: Study, place: Named, goods: set[str], made: set[str], finals: tuple[str, ...]
) -> float | None:
    """Part of what facilities at a place make of `finals` in the base that comes from `goods`; None
    where none of them is made there."""
    recipes = study.table("processes")
    takes = recipes[(recipes["role"] == "input") & recipes["commodity"].isin(goods | made)]
    outputs = recipes[(recipes["role"] != "input") & recipes["commodity"].isin(finals)]
    per_unit = outputs.groupby("process")["quantity"].sum()
    facilities = study.table("facilities")
    where = facilities["output_place"].where(facilities["output_place"] != "", facilities["place"])
    here = facilities[_at(study, where, place) & facilities["process"].isin(per_unit.index)]
    amount = here["base"] * here["process"].map(per_unit).astype(float)
    total = float(amount.sum())
    from_it = float(amount[here["process"].isin(set(takes["process"]))].sum())
    return from_it / total if total > 0 else None
