"""What a plant at home changes, and what it cannot: element by element, stage by stage."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from seawall.report import text
from seawall.report.chains_view import FELT, RESPONSES, ChainsView, items, largest, share
from seawall.report.tables import html_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from seawall.report.tables import Cell

#: A share that moves by less than this has not changed.
MOVES = 0.02


def plants_part(view: ChainsView) -> str:
    """Sentences and tables; empty where no variants were asked."""
    table = view.table("plant_origins")
    if table.empty:
        return ""
    table = table[table["commodity"].isin(view.finals)]
    variants = list(dict.fromkeys(table["variant"].astype(str)))
    said = [escape(s) for s in sentences(view, table, variants)]
    return items(said) + _stage_table(view, table, variants) + _short_table(view, variants)


def _place(table: pd.DataFrame) -> str:
    """The one place that was asked about."""
    return str(table["place"].iloc[0])


def label(variant: str) -> str:
    """What to call a variant: "plants-none" as "no plants", "plants-oxide" as "with oxide"."""
    word = variant.partition("-")[2] or variant
    word = text.words(word)
    return "as it is" if word in ("none", "no") else f"plants for {word}"


def _top(table: pd.DataFrame, home: str) -> dict[str, Any] | None:
    """The largest country abroad at a stage: country, share, known."""
    abroad = table[table["country"] != home]
    sums = abroad.assign(known=abroad["share"] * abroad["known"])
    sums = sums.groupby("country", sort=False, as_index=False)[["share", "known"]].sum()
    row = largest(sums)
    if row is None:
        return None
    return {"country": row["country"], "share": float(row["share"]),
            "known": float(row["known"]) / max(float(row["share"]), 1e-12)}  # fmt: skip


def _stages(table: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    """(good, element, stage, stage commodity) of all variants in order of appearance."""
    keys = ["commodity", "element", "stage", "stage_commodity"]
    frame = table[keys].drop_duplicates()
    return [
        (str(good), str(element), str(stage), str(made))
        for good, element, stage, made in frame.itertuples(index=False)
    ]


def _by_variant(
    view: ChainsView,
    table: pd.DataFrame,
    key: tuple[str, str, str, str],
    variants: list[str],
    home: str,
) -> Mapping[str, tuple[dict[str, Any] | None, float]]:
    """Largest country abroad and the share of the own country at one stage, by variant."""
    good, element, _, made = key
    rows = table[
        (table["commodity"] == good)
        & (table["element"] == element)
        & (table["stage_commodity"] == made)
    ]
    found = {}
    for variant in variants:
        part = rows[rows["variant"] == variant]
        own = float(part.loc[part["country"] == home, "share"].sum())
        found[variant] = (_top(part[~part["country"].map(view.rest).astype(bool)], home), own)
    return found


def _stage_table(view: ChainsView, table: pd.DataFrame, variants: list[str]) -> str:
    place = _place(table)
    home = view.home(place)
    rows: list[list[Cell]] = []
    for key in _stages(table):
        good, element, stage, _ = key
        by = _by_variant(view, table, key, variants, home)
        cells: list[Cell] = []
        for variant in variants:
            top, own = by[variant]
            if top is None:
                cells += [text.NOTHING, text.pct(own)]
                continue
            told = share(top["share"], top["known"])
            who = view.place(top["country"])
            cells += [told if not isinstance(told, str) else f"{who} {told}", text.pct(own)]
            if not isinstance(told, str):
                cells[-2] = type(told)(f"{escape(who)} {told.markup}")
        rows.append(
            [text.capital(view.good(good)), view.element(element, good), stage, *cells,
             _verdict(by, variants)]
        )  # fmt: skip
    heads = [h for v in variants for h in (f"{text.capital(label(v))}: abroad", "at home")]
    return html_table(
        ["Good", "Element", "Stage", *heads, "Changed?"], rows,
        caption=f"Who makes what {view.place(place)} uses, stage by stage, with and "
        "without plants",
        note="Abroad: the largest country abroad and its share; at home: the share made at home. "
        "Hatched: lanes of a plant that does not stand yet are filled in.",
    )  # fmt: skip


def _verdict(by: Mapping[str, tuple[dict[str, Any] | None, float]], variants: list[str]) -> str:
    first, last = by[variants[0]][0], by[variants[-1]][0]
    if first is None or last is None:
        return text.NOTHING
    step = last["share"] - first["share"]
    if abs(step) < MOVES:
        return "no"
    return f"{'less' if step < 0 else 'more'} by {text.sig(abs(step) * 100)} points"


def sentences(view: ChainsView, table: pd.DataFrame, variants: list[str]) -> list[str]:
    """What plants change and what they cannot: one sentence a good and element."""
    home, name = view.home(_place(table)), view.place(_place(table))
    said = []
    for good, element in dict.fromkeys((g, e) for g, e, _, _ in _stages(table)):
        keys = [key for key in _stages(table) if key[:2] == (good, element)]
        moved, stuck = [], []
        for key in keys:
            by = _by_variant(view, table, key, variants, home)
            first, last = by[variants[0]][0], by[variants[-1]][0]
            if first is None or last is None:
                continue
            who = text.the(view.place(last["country"]))
            if last["share"] > first["share"] - MOVES:
                if last["share"] > 0.5:
                    stuck.append(f"{key[2]} ({_stays(first, last)} from {who})")
            else:
                moved.append(
                    f"{key[2]} (largest abroad {text.pct(first['share'])}, then "
                    f"{text.pct(last['share'])}; at home {text.pct(by[variants[0]][1])}, then "
                    f"{text.pct(by[variants[-1]][1])})"
                )
        what = f"{view.element(element, good)} in {name}’s {view.good(good)}"
        if stuck:
            changes = f"; what they change is the stage of {text.join(moved)}" if moved else ""
            lead = (
                "plants only move the dependence to an earlier stage"
                if moved
                else "plants change nothing"
            )
            said.append((2.0, f"For the {what}, {lead}: {text.join(stuck)}{changes}."))
        elif moved:
            said.append((0.0, f"For the {what}, plants change the stage of {text.join(moved)}."))
    said.sort(key=lambda pair: -pair[0])
    return [sentence for _, sentence in said] + _short_sentences(view, variants)


def _stays(first: dict[str, Any], last: dict[str, Any]) -> str:
    """A share that does not fall: "still 98 %", "84 %, then 100 %"."""
    before, after = text.pct(first["share"]), text.pct(last["share"])
    return f"still {after}" if last["share"] - first["share"] < MOVES else f"{before}, then {after}"


def _shortages(view: ChainsView) -> pd.DataFrame:
    table = view.table("plant_shortages")
    return table[table["commodity"].isin(view.finals)] if len(table) else table


def _short_sentences(view: ChainsView, variants: list[str]) -> list[str]:
    """What the plants are worth when supply stops: the least helpful first."""
    table = _shortages(view)
    if table.empty:
        return []
    response = "market" if "market" in set(table["response"]) else str(table["response"].iloc[0])
    said = []
    for (scenario, good), rows in table[table["response"] == response].groupby(
        ["scenario", "commodity"], sort=False
    ):
        by = dict(zip(rows["variant"].astype(str), rows["unserved_share"], strict=True))
        if any(v not in by for v in variants) or max(by.values()) <= FELT:
            continue
        first, rest = by[variants[0]], [(v, by[v]) for v in variants[1:]]
        parts = [f"{text.pct(share)} with {label(v)}" for v, share in rest]
        best = min(share for _, share in rest)
        helps = "" if best < 0.9 * first else "Plants hardly help. "
        helps = "Plants make it worse. " if best > 1.02 * first else helps
        told = (
            f"{helps}{view.scenario_title(scenario)}: of {view.place(_place(table))}’s "
            f"{view.good(good)}, {text.pct(first)} is not served as it is, {text.join(parts)} "
            f"({text.RESPONSES.get(response, response).lower()})."
        )
        said.append((best / max(first, 1e-12), told))
    said.sort(key=lambda pair: -pair[0])
    return [sentence for _, sentence in said]


def _short_table(view: ChainsView, variants: list[str]) -> str:
    table = _shortages(view)
    if table.empty:
        return ""
    rows: list[list[Cell]] = []
    for (scenario, good), part in table.groupby(["scenario", "commodity"], sort=False):
        for response in [r for r in RESPONSES if r in set(part["response"])]:
            here = part[part["response"] == response].set_index("variant")
            if here["unserved_share"].max() <= FELT:
                continue
            cells = [
                text.NOTHING
                if v not in here.index
                else f"{text.pct(here.at[v, 'unserved_share'])}, "
                f"{text.mt(here.at[v, 'unserved'], view.unit(good))}"
                for v in variants
            ]
            rows.append(
                [view.scenario_title(scenario), text.capital(view.good(good)),
                 text.RESPONSES.get(response, response), *cells]
            )  # fmt: skip
    if not rows:
        return ""
    return html_table(
        ["Scenario", "Good", "Response", *(text.capital(label(v)) for v in variants)], rows,
        caption=f"What {view.place(_place(table))} goes short of, with and without plants",
        numbers=range(3, 3 + len(variants)),
    )  # fmt: skip
