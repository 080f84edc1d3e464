"""What a person at a terminal sees of each result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import typer

from seawall.cli import tiers
from seawall.cli.output import cell, console, print_table
from seawall.report import phrases, text
from seawall.report.views import Names, losses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.questions.exposure import ExposureResult
    from seawall.questions.plausible import PlausibleResult
    from seawall.questions.stress import StressResult
    from seawall.questions.sweep import SweepResult

INDICATORS = (
    "response",
    "place",
    "commodity",
    "demand",
    "unserved",
    "unserved_share",
    "missing",
    "priced_out",
    "first_shortfall_day",
    "time_to_survive_days",
    "value_lost",
)
#: Rows of a place, its responses side by side.
MEASURES = (
    "demand", "unserved", "unserved_share", "missing", "priced_out", "first_shortfall_day",
    "time_to_survive_days", "weeks_short", "value_lost",
)  # fmt: skip
RANKING = (
    "targets", "name", "response", "place", "commodity", "unserved", "value_lost",
    "time_to_survive_days",
)  # fmt: skip
PLAUSIBLE = (
    "light", "what", "place", "partner", "model", "published", "low", "high", "unit", "as_of",
    "independent",
)  # fmt: skip
#: With more places and commodities than this only those that go short are printed.
MOST_PLACES = 4
EXPOSURE = ("lookthrough", "direct", "passages", "indices", "flags", "published_shares")


def print_stress(result: StressResult) -> None:
    """The places of the headline, responses side by side; totals, pact, grids in words."""
    scenario = result.scenario
    target = console()
    if scenario is not None:
        typer.echo(scenario.title)
        if scenario.about:
            typer.echo(scenario.about)
    else:
        typer.echo("The base case: nothing happens.")
    typer.echo()
    indicators = result.tables["indicators"]
    whole = indicators[indicators["tier"] == "all"]
    headline = whole[whole["place"].isin(result.study.settings.headline)]
    if len(headline):
        amounts = result.study.lookup("commodities", "unit")
        every = {
            (str(place), str(good)): rows
            for (place, good), rows in headline.groupby(["place", "commodity"], sort=False)
        }
        hurt = {key for key, rows in every.items() if float(rows["unserved"].max()) > 0}
        shown = hurt if len(every) > MOST_PLACES else set(every)
        for (place, good), rows in every.items():
            if (place, good) in shown:
                counted = {"unit of the commodity": amounts[good]}
                units = {name: counted.get(unit, unit) for name, unit in result.units.items()}
                _print_place(f"{place}, {good} (all tiers together)", rows, units)
        well = [key for key in every if key not in shown]
        guessed = _guessed(result)
        for title, keys in (
            ("Served in full by every response", [key for key in well if key not in guessed]),
            ("Not answered: served in full on pairs of trade that nobody knows",
             [key for key in well if key in guessed]),
        ):  # fmt: skip
            if keys:
                told = "; ".join(f"{place}, {good}" for place, good in keys)
                target.print(f"{title}: {told}", soft_wrap=True)
    else:
        title = "What it does to whom (all tiers together)"
        print_table(title, whole, INDICATORS, units=result.units)
    print_totals(result)
    for sentence in reactions(result):
        target.print(sentence, soft_wrap=True)


def _guessed(result: StressResult) -> set[tuple[str, str]]:
    """Places and commodities whose every supplier from abroad was filled in, none known."""
    lanes = result.study.table("lanes")
    country = result.study.lookup("places", "country")
    used = lanes[(lanes["base"] > 0) & (lanes["origin"] != lanes["destination"])]
    ends = list(zip(used["destination"].map(country), used["commodity"], strict=True))
    known = {end for end, basis in zip(ends, used["basis"], strict=True) if basis != "filled"}
    return set(ends) - known


def _print_place(title: str, rows: pd.DataFrame, units: Mapping[str, str]) -> None:
    """One place: a row a measure, a column a response; measures that no response has are left
    out."""
    by = rows.set_index("response")
    lines = []
    for name in MEASURES:
        if name not in by:
            continue
        values = {str(response): _told(by, response, name) for response in by.index}
        if any(values.values()):
            unit = units.get(name, "")
            lines.append({"": name.replace("_", " "), "unit": unit, **values})
    table = pd.DataFrame(lines)
    columns = [str(column) for column in table.columns]
    print_table(title, table, columns, right=columns[2:])


def _told(by: pd.DataFrame, response: object, name: str) -> str:
    row = by.loc[[response]].iloc[0]
    beyond = name == "time_to_survive_days" and "censored" in by and bool(row["censored"])
    return "beyond the run" if beyond else cell(row[name])


def reactions(result: StressResult) -> list[str]:
    """What market, pact and grids make of a scenario, in words; what disappoints first."""
    names = Names(result.study)
    summary = result.summary()
    said = []
    worse = phrases.market_worse(losses(summary))
    if worse:
        said.append(text.capital(worse))
    pact = result.tables.get("pact", pd.DataFrame())
    told = phrases.pact_sentence(pact, names, result.tables.get("settlement"))
    if told:
        said.append(text.capital(told))
    whole = result.tables["indicators"]
    whole = whole[whole["tier"] == "all"]
    buyers = result.tables.get("buyers", pd.DataFrame())
    units = result.study.lookup("commodities", "unit")
    for row in whole[whole["response"] == "market"].to_dict("records"):
        place = str(row["place"])
        if place in result.study.settings.headline and "priced_out" in row:
            good = str(row["commodity"])
            bought = phrases.buyers_of(buyers, place, "market", names, good)
            said.append(
                phrases.outbid(
                    names.place(place), names.good(good), text.number(row["missing"]),
                    text.number(row["priced_out"]), [who for who, _ in bought], units[good],
                )
            )  # fmt: skip
    grids = phrases.dark(result.tables.get("grids", pd.DataFrame()))
    if grids:
        said.append(f"Electricity: {grids}")
    if summary.get("belief"):
        said.append(str(summary["belief"]))
    return [sentence.replace(text.NB, " ") for sentence in said if sentence]


def print_sweep(result: SweepResult) -> None:
    """The worst targets first, as the ranking has them."""
    print_table(
        "What hurts most, when it is lost alone",
        _hurting(result.tables["ranking"]),
        RANKING,
        units=result.units,
    )


def _hurting(ranking: pd.DataFrame) -> pd.DataFrame:
    """Only whom a failure leaves short, and of what: there are many places and goods."""
    return ranking[ranking["unserved"] > 0]


def print_exposure(result: ExposureResult) -> None:
    """The tree through the tiers of one place, then the largest shares of each table."""
    target = console()
    for line in tiers.tree(result):
        target.print(line, soft_wrap=True)
    for name in EXPOSURE:
        table = result.tables.get(name)
        if table is None or table.empty:
            continue
        if "share" in table:
            table = table.sort_values("share", ascending=False, kind="stable")
        columns = [str(column) for column in table.columns if not (table[column] == "").all()]
        print_table(name, table, columns, units=result.units, limit=12)


def print_totals(result: StressResult) -> None:
    """What each response adds up to for the whole study."""
    summary = result.summary()
    units = summary["units"]
    target = console()
    for response, figures in summary["responses"].items():
        parts = [
            f"{name} {cell(figures[name])} {units.get(name, '')}".rstrip()
            for name in ("loss", "unserved", "cost")
            if figures[name] is not None
        ]
        if figures.get("tariff_paid"):
            # Money that a treasury gets is paid by importers, and lost to nobody else.
            paid = f"{cell(figures['tariff_paid'])} {units['tariff_paid']}"
            parts.append(f"tariffs of {paid} in that cost")
        target.print(f"{response}: {', '.join(parts)} (the whole study)")
    if len(summary["responses"]) > 1:
        target.print(
            f"The order of the losses holds within {cell(summary['order_tolerance'])} "
            f"{units['order_tolerance']} (ties and discount)."
        )


def print_plausible(result: PlausibleResult) -> None:
    """All lights, worst first; why for those that are not green; what the greens are worth."""
    table = result.tables["plausible"]
    target = console()
    target.print()
    # A blank cell would read as a gap.
    named = table.assign(place=table["place"].replace("", "(all)"))
    print_table("Base against published totals", named, PLAUSIBLE, limit=len(table))
    for row in table[table["light"] != "green"].itertuples(index=False):
        target.print(f"{row.light}: {row.id}: {row.why}", soft_wrap=True)
    summary = result.summary()
    for words, key in (
        ("independent", "lights"),
        ("not independent (the study was made from them: agreement proves nothing)",
         "not_independent"),
    ):  # fmt: skip
        lights = ", ".join(f"{count} {light}" for light, count in summary[key].items() if count)
        target.print(f"{sum(summary[key].values())} rows {words}: {lights or '-'}", soft_wrap=True)
