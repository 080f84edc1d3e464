"""Intervals for people: what to hear first, headline figures rounded to what is known, tornado."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.cli.output import cell, console, print_table
from seawall.report import rounding, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.questions.stress import StressResult

#: Figures that are printed; the table has all.
SHOWN = ("unserved", "first_shortfall_day", "time_to_survive_days", "worst_share", "loss")
#: Figures whose inputs are printed.
MOST_TORNADOS = 8
_WORDS = {
    "unserved": "not served", "first_shortfall_day": "first short after",
    "time_to_survive_days": "could hold out", "worst_share": "worst period", "loss": "loss",
}  # fmt: skip
_DAYS = ("first_shortfall_day", "time_to_survive_days")


def print_cautions(result: StressResult) -> None:
    """What a reader should hear before any interval."""
    uncertain = result.figures.get("uncertain")
    for caution in uncertain["cautions"] if uncertain else ():
        console().print(f"Note: {caution}.", soft_wrap=True)


def print_intervals(result: StressResult) -> None:
    """P10 to P90 of the headline figures that move, and the inputs that move them most."""
    table = result.tables.get("intervals")
    if table is None or table.empty:
        return
    uncertain = result.figures["uncertain"]
    whole = table[table["tier"].isin(["all", ""]) & table["figure"].isin(SHOWN)]
    # Money is written in words, and what no draw moves in one line.
    moves = whole["weak_share"].notna() | whole["grade"].isna()
    target = console()
    made = uncertain["draws"] - uncertain["failed"]
    target.print(
        f"Intervals: answer as stated (P10 to P90) in {made} draws of all inputs, seed "
        f"{uncertain['seed']}; grade A to D by the share of the variance that rests on estimates "
        "and assumptions"
    )
    rows = [
        {
            "who": f"{row['place']} {row['commodity']}".strip() or "whole study",
            "response": row["response"],
            "what": _WORDS[row["figure"]],
            "answer": told(row),
            "happens": f"{100 * row['happens']:.0f} %",
            "grade": row["grade"] or "-",
        }
        for row in whole[moves].to_dict("records")
    ]
    columns = ["who", "response", "what", "answer", "happens", "grade"]
    print_table("Headline figures", pd.DataFrame(rows, columns=columns), columns, limit=60)
    still = whole[~moves & (whole["figure"] == "unserved")]
    for response, same in still.groupby("response", sort=False):
        who = "; ".join(
            f"{r.place}, {r.commodity}: {cell(r.value)} {r.unit}" for r in same.itertuples()
        )
        target.print(f"The same in every draw under {response}: {who}", soft_wrap=True)
    _print_tornado(result.tables["tornado"])


def told(row: Mapping[Any, Any]) -> str:
    """A figure with its interval, as far as it is known."""
    value, low, high = (text.number(row[name]) for name in ("value", "p10", "p90"))
    figure, unit = str(row["figure"]), str(row["unit"])
    if figure in _DAYS:
        return rounding.duration(value, low, high).replace(text.NB, " ")
    if value is None:
        return ""
    if figure.endswith("share"):
        return rounding.share(value, low, high).replace(text.NB, " ")
    return rounding.rounded(value, low, high, unit).replace(text.NB, " ")


def _print_tornado(table: pd.DataFrame) -> None:
    """The inputs that move each figure most, with the answer at both their ends."""
    columns = ["rank", "name", "confidence", "input", "answer", "share"]
    keys = ["response", "place", "commodity", "figure"]
    parts = [(tuple(map(str, key)), rows) for key, rows in table.groupby(keys, sort=False)]
    for (response, place, good, figure), rows in parts[:MOST_TORNADOS]:
        about = " ".join(part for part in (place, good) if part) or "whole study"
        shown = pd.DataFrame([_line(row) for row in rows.to_dict("records")], columns=columns)
        print_table(
            f"What moves {_WORDS[figure]} most: {about}, {response}; one input at a time from its "
            "P10 to its P90, and its share of the variance",
            shown, columns, limit=10,
        )  # fmt: skip
    if len(parts) > MOST_TORNADOS:
        console().print(f"... and {len(parts) - MOST_TORNADOS} more (table tornado has all)")


def _line(row: Mapping[Any, Any]) -> dict[str, object]:
    return {
        "rank": row["rank"],
        "name": row["name"],
        "confidence": row["confidence"],
        "input": f"{_short(row['low_input'])} to {_short(row['high_input'])} {row['unit']}",
        "answer": f"{_short(row['low'])} to {_short(row['high'])}",
        "share": f"{100 * row['share_of_variance']:.0f} %",
    }


def _short(number: float) -> str:
    return text.trim(text.sig(number, 3))
