"""`seawall explain`: what a person at a terminal sees of a number and of what stands behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.cli.output import cell, console, number, print_table

if TYPE_CHECKING:
    import pandas as pd

    from seawall.questions.explain import Explanation

#: Rows printed of each table; --json and --out have all.
_MOST_INPUTS = 16
_MOST_OF_A_KIND = 4
_MOST_PERIODS = 12
_MOST_SUPPLY = 8


def print_explainable(listed: pd.DataFrame) -> None:
    """Numbers that can be explained, each with the command that does."""
    target = console()
    target.print("Headline numbers of this run. Others go by TABLE/KEY/.../COLUMN, or in words.")
    for row in listed.to_dict("records"):
        value = f"{cell(row['value'])} {row['unit']}".strip()
        target.print(f"{value:>22}  {row['command']}", soft_wrap=True)


def print_explanation(result: Explanation) -> None:
    """Sentences, equation, parts, rows behind it, path of supply, and how to compute it again."""
    target, tables = console(), result.tables
    for text in tables["sentences"]["sentence"]:
        target.print(text, soft_wrap=True)
    target.print()
    (equation,) = tables["equation"].to_dict("records")
    target.print(f"Equation: {equation['symbols']}", soft_wrap=True)
    target.print(f"In words: {equation['words']}", soft_wrap=True)
    (figure,) = tables["figure"].to_dict("records")
    if equation["numbers"]:
        outcome = cell(figure["result"])
        equals = f" = {outcome} {figure['unit']}".rstrip() if outcome else ""
        target.print(f"In numbers: {equation['numbers']}{equals}", soft_wrap=True)
    target.print(f"Computed by {equation['function']}; {equation['docs']}", soft_wrap=True)
    target.print()
    if len(tables["parts"]):
        # With three digits nobody could add them up.
        digits = [f"{value:,.7g}" for value in tables["parts"]["value"]]
        parts = tables["parts"].assign(value=digits)
        print_table("Parts", parts, ["sign", "name", "value", "unit"], right=["value"])
    if len(tables["periods"]) > 1:
        print_table(
            "Periods", tables["periods"], list(tables["periods"].columns), limit=_MOST_PERIODS
        )
    _print_inputs(tables["inputs"])
    if len(tables["supply"]):
        _print_supply(tables["supply"])
    for what, value in tables["run"].itertuples(index=False, name=None):
        target.print(f"{what}: {value}", soft_wrap=True)


def _print_inputs(inputs: pd.DataFrame) -> None:
    """One line a row of the study: its main cell, where it stands, and on what it rests."""
    if inputs.empty:
        return
    main = inputs.drop_duplicates(["table", "row"])
    # Some of every kind: a place with forty lanes has demand and stocks, too.
    few = main.groupby("about", sort=False).cumcount() < _MOST_OF_A_KIND
    shown = main[few].head(_MOST_INPUTS)
    lines = zip(shown["file"], shown["line"], strict=True)
    rows = shown.assign(
        share=["" if share != share else f"{100 * share:.1f} %" for share in shown["weight"]],
        where=[file if line != line else f"{file}:{int(line)}" for file, line in lines],
        cell=shown["row"] + " " + shown["column"],
        value=shown["value"] + " " + shown["unit"],
        range=[
            f"{float(low):.4g} to {float(high):.4g}" if low else ""
            for low, high in zip(shown["low"], shown["high"], strict=True)
        ],
        evidence=shown["confidence"],
        source=shown["publisher"].where(shown["publisher"] != "", shown["source"]),
        changed_by=shown["who"],
    )
    columns = [
        "about",
        "share",
        "where",
        "cell",
        "value",
        "range",
        "balanced",
        "evidence",
        "source",
    ]
    if (shown["who"] != "").any():
        columns.append("changed_by")
    print_table("Rows of the study behind it", rows, columns, limit=_MOST_INPUTS, right=["share"])
    target = console()
    if len(main) > len(shown):
        target.print(
            f"{len(main)} rows in all, with titles, links and notes of their sources: --json or "
            "--out DIR"
        )
        target.print()


def _print_supply(supply: pd.DataFrame) -> None:
    shown = supply.assign(
        base=[f"{100 * share:.1f} %" for share in supply["base_share"]],
        then=[f"{100 * share:.1f} %" for share in supply["run_share"]],
        base_a_year=[number(x) for x in supply["base_amount"]],
        then_a_year=[number(x) for x in supply["run_amount"]],
    )
    unit = str(supply["unit"].iloc[0])
    units = {"base_a_year": unit, "then_a_year": unit}
    columns = ["kind", "name", "base", "then", "base_a_year", "then_a_year"]
    right = ["base", "then", "base_a_year", "then_a_year"]
    for kinds in (["origin", "stock"], ["passage"]):
        part = shown[shown["kind"].isin(kinds)]
        if len(part):
            title = "Where its supply comes from" if "origin" in kinds else "What it passes"
            print_table(title, part, columns, units=units, limit=_MOST_SUPPLY, right=right)
