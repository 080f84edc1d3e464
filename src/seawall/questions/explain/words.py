"""What an explanation says in sentences: templates over its tables, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.questions.explain.evidence import weak
from seawall.questions.explain.limits import when

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from seawall.questions.explain.address import Figure
    from seawall.questions.explain.case import Case, Lack

#: Figures of a place in words; {} is the value with its unit.
LABELS = {
    "demand": "{} are wanted",
    "unserved": "{} go unserved",
    "unserved_share": "{} of what is wanted goes unserved",
    "missing": "{} go unserved that are not there for any money",
    "priced_out": "{} go unserved because others pay more",
    "value_lost": "what goes unserved is worth {}",
    "first_shortfall_day": "the first shortage is on day {}",
    "time_to_survive_days": "everybody can be served until day {}",
    "time_to_recover_days": "everything is served again from day {}",
    "weeks_short": "{} are short",
    "worst_share": "in the worst period {} of what is wanted goes unserved",
    "worst_day": "the worst period begins on day {}",
    "cover_days": "stocks last {} days of what flows in in the base",
}
BLANK = {
    "first_shortfall_day": "there is no shortage",
    "time_to_survive_days": "everybody can be served beyond the end of the run",
    "time_to_recover_days": "it is never short, or still short at the end of the run",
    "worst_day": "there is no shortage",
}
STUDY = {
    "loss": "The loss of the whole study",
    "study_loss": "The loss of the whole study",
    "surplus": "The surplus of the whole study",
    "cost": "What everything costs in the whole study",
    "unserved": "What goes unserved in the whole study",
}
_LEAST_CHANGE = 0.01
_SHARES = ("unserved_share", "worst_share", "share", "of_supply")


def said(value: float | None, unit: str = "") -> str:
    """A number with three digits and its unit; a share as per cent."""
    if value is None:
        return "nothing"
    if unit.startswith("share"):
        return f"{100 * value:.3g} %"
    digits = max(0, 2 - int(np.floor(np.log10(abs(value))))) if value else 0
    return f"{value:,.{min(digits, 6)}f} {unit}".rstrip()


def good_of(name: str) -> str:
    """A commodity inside a sentence: "natural gas", but "LNG"."""
    plain = name.partition(",")[0]
    return plain if plain[1:2].isupper() else plain[:1].lower() + plain[1:]


def of_place(figure: Figure, case: Case, names: Mapping[str, str]) -> str:
    """The first sentence on a figure of a place."""
    place = names.get(figure["place"], figure["place"])
    good = good_of(names.get(figure["commodity"], figure["commodity"]))
    tier = "" if figure["tier"] in ("", "all") else f" ({figure['tier']})"
    if figure["sector"] not in ("", "all"):
        tier = f" ({figure['tier']}: {figure['sector']})"
    asked = f" ({case.scenario.title.rstrip('.')})" if case.scenario else ""
    head = f"{place}, {good}{tier}, under {figure['response']}{asked}"
    if figure.value is None:
        return f"{head}: {BLANK.get(figure.column, 'no such figure')}."
    days = figure.column.endswith(("_day", "_days"))
    return (
        f"{head}: {LABELS[figure.column].format(said(figure.value, '' if days else figure.unit))}."
    )


def loss(parts: Sequence[Mapping[str, Any]], unit: str) -> list[str]:
    """What a loss is made of: each of the three parts against the base."""
    sums = {"value": 0.0, "cost": 0.0, "left": 0.0}
    for row in parts:
        name = str(row["name"]).split(" ", 1)[0]
        sums[name] += row["value"] if row["sign"] == "+" else -row["value"]
    dearer = "more" if sums["cost"] > 0 else "less"
    found = [
        f"What goes unserved is worth {said(sums['value'], unit)}.",
        f"Everything together costs {said(abs(sums['cost']), unit)} {dearer} than in the base.",
        "Ways are dearer in a shock, but what is not made or shipped is not paid.",
    ]
    if abs(sums["left"]) > _LEAST_CHANGE * max(map(abs, sums.values())):
        left = "less" if sums["left"] > 0 else "more"
        found.append(
            f"At the end {said(abs(sums['left']), unit)} {left} is left in tanks and at sea."
        )
    return found


def shortage(case: Case, short: Lack) -> str:
    """When a place is short, and when most."""
    if not len(short.short):
        return "No period has more than 0.1 % unserved."
    worst = int(np.argmax(short.gap / np.maximum(short.demand, 1e-12)))
    share = float(short.gap[worst] / short.demand[worst])
    told = when(case, short.short).rstrip(": ")
    most = when(case, np.array([worst])).rstrip(": ")
    return f"It is short in {told}, most in {most}: {100 * share:.3g} % of what it wants then."


def outbid(row: Mapping[str, Any], buyers: Sequence[str]) -> str:
    """Of what goes unserved, what is not there and what others bought; blank where that is not
    known, or nothing was bought.

    Parameters
    ----------
    row
        The row of `indicators`.
    buyers
        Who bought it, most first.
    """
    missing, lost = row["missing"], row["priced_out"]
    if row["response"] == "frozen" or lost is None or lost != lost or not lost > 0:
        return ""
    unit = str(row["unit"])
    who = f", most of it {', '.join(buyers)}" if buyers else ""
    return (
        f"{said(missing, unit)} of it are not there for any money; {said(lost, unit)} others "
        f"bought{who}."
    )


def path(supply: pd.DataFrame, case: Case, periods: Sequence[int], unit: str) -> list[str]:
    """What has changed in the path of supply, the largest change first."""
    if supply.empty:
        return []
    found = []
    told = when(case, np.array(periods)).rstrip(": ")
    least = _LEAST_CHANGE * float(supply.loc[supply["kind"] == "origin", "base_amount"].sum())
    origins = supply[supply["kind"] == "origin"]
    more = origins["run_amount"] - origins["base_amount"]
    for way, mask, order in (("Less", more < -least, more), ("More", more > least, -more)):
        at = order[mask].sort_values(kind="stable").index[:3]
        parts = [
            f"{row['name']} ({said(row['run_amount'])} instead of "
            f"{said(row['base_amount'], f'{unit}/yr')})"
            for row in origins.loc[at].to_dict("records")
        ]
        if parts:
            found.append(f"{way} comes in {told} from {', '.join(parts)}.")
    stock = supply[supply["kind"] == "stock"]
    if len(stock):
        share = said(float(stock["run_share"].sum()), "share")
        found.append(f"{share} of what it gets then comes out of tanks and waiting ships.")
    passages = supply[supply["kind"] == "passage"]
    moved = passages[(passages["base_share"] - passages["run_share"]).abs() > _LEAST_CHANGE]
    found += [
        f"{said(row['base_share'], 'share')} of its supply passes {row['name']} in the base, "
        f"{said(row['run_share'], 'share')} then."
        for row in moved.to_dict("records")
    ]
    return found


def limit(row: Mapping[str, Any]) -> str:
    """A limit, and what more of it would save."""
    text = str(row["words"])
    text = text[0].upper() + text[1:]
    if row["gain"] is None or row["gain"] != row["gain"]:
        return text + "."
    step = f"{row['step']:g} {row['step_unit']}"
    if row["step_unit"] == "times the growth":
        more = "twice the growth"
    elif row["kind"] == "stock":
        more = f"{step} more in them on day 0"
    else:
        more = f"{step} more"
    if row["gain"] == 0:
        return f"{text}; {more} would change nothing."
    if row["figure"] == "first_shortfall_day":
        later = "later" if row["gain"] > 0 else "earlier"
        return f"{text}; with {more} it would be {abs(row['gain']):.2g} days {later}."
    verb = "save" if row["gain"] > 0 else "cost it"
    return f"{text}; {more} would {verb} {said(abs(row['gain']), row['gain_unit'])}."


def worth_more(rows: Sequence[tuple[str, str, float]], money: str) -> list[str]:
    """What more of what binds would be worth to the whole study."""
    if not rows:
        return []
    told = ", ".join(f"{kind} {name} ({said(value, money)})" for name, kind, value in rows)
    return [f"At the margin one more unit a year would be worth most of: {told}."]


def evidence(inputs: pd.DataFrame) -> list[str]:
    """On what the figure rests, how far balancing moved it, and who changed what."""
    if inputs.empty:
        return []
    rows, guessed = weak(inputs)
    found = []
    if rows:
        part = "all" if guessed == rows else str(guessed)
        found.append(
            f"Behind it stand {rows} rows of the study, {part} of them estimates or assumptions."
        )
    moved = inputs[inputs["moved"].notna()]
    if len(moved):
        most = moved.iloc[int(np.argmax(np.abs(moved["moved"].to_numpy(dtype=float))))]
        found.append(
            f"Balancing moved these rows by at most {abs(most['moved']):.2%} "
            f"({most['table']} {most['row']})."
        )
    changed = inputs[inputs["who"] != ""]
    found += [
        f"{row['row']} {row['column']} ({row['table']}) is {row['value']} by {row['who']}: "
        f"{row['why']}."
        for row in changed.drop_duplicates(["table", "row", "column"]).to_dict("records")
    ]
    return found


def interval(
    low: float | None, middle: float | None, high: float | None, grade: str, unit: str
) -> str:
    """What the run's draws say of the figure."""
    if low is None or high is None:
        return ""
    told = f"With redrawn inputs it is {said(low, unit)} to {said(high, unit)} in 8 of 10 draws"
    half = f" (half of them below {said(middle, unit)})" if middle is not None else ""
    return f"{told}{half}" + (f"; grade of evidence {grade}." if grade else ".")
