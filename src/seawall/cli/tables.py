"""What a person at a terminal sees of each result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from seawall.cli.output import cell, console, print_table

if TYPE_CHECKING:
    import pandas as pd

    from seawall.questions.exposure import ExposureResult
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
RANKING = ("targets", "name", "response", "place", "unserved", "value_lost", "time_to_survive_days")
EXPOSURE = ("lookthrough", "direct", "passages", "indices", "flags")


def print_stress(result: StressResult) -> None:
    """The places of the headline, all tiers together, every response below the other."""
    scenario = result.scenario
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
    print_table(
        "What it does to whom (all tiers together)",
        headline if len(headline) else whole,
        INDICATORS,
        units=result.units,
    )
    print_totals(result)


def print_sweep(result: SweepResult) -> None:
    """The worst targets first, as the ranking has them."""
    print_table(
        "What hurts most, when it is lost alone",
        _hurting(result.tables["ranking"]),
        RANKING,
        units=result.units,
    )


def _hurting(ranking: pd.DataFrame) -> pd.DataFrame:
    """Only failures that leave something unserved in one of the places."""
    worst = ranking.groupby("targets")["unserved"].transform("max")
    return ranking[worst > 0]


def print_exposure(result: ExposureResult) -> None:
    """The largest shares of each table."""
    for name in EXPOSURE:
        table = result.tables.get(name)
        if table is None or table.empty:
            continue
        if "share" in table:
            table = table.sort_values("share", ascending=False, kind="stable")
        columns = [str(column) for column in table.columns]
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
        ]
        target.print(f"{response}: {', '.join(parts)} (the whole study)")
    if len(summary["responses"]) > 1:
        target.print(
            f"The order of the losses holds within {cell(summary['order_tolerance'])} "
            f"{units['order_tolerance']} (ties and discount)."
        )
