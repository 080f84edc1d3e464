"""`seawall site STUDY refining`: where refining hubs belong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from seawall.cli.app import (
    Again,
    Json,
    Out,
    Overlays,
    StudyName,
    Xlsx,
    deliver,
    opened,
    progress_of,
    usable,
)
from seawall.cli.guard import guarded
from seawall.cli.siting import site_app

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seawall.questions.result import Result


@site_app.command("refining")
@guarded
def refining_hubs(
    study: StudyName,
    hubs: Annotated[int, typer.Option("--hubs", min=1, help="Hubs to be built.")] = 3,
    reading: Annotated[
        list[str] | None,
        typer.Option("--reading", help="Of the ore: low, middle, high. Repeatable; the first is "
                     "told. Default middle, low, high."),
    ] = None,
    capital: Annotated[
        str, typer.Option("--capital", help="What hubs cost: low, middle or high.")
    ] = "middle",
    premium: Annotated[
        float, typer.Option("--premium", help="What users pay above the price, as a share of it.")
    ] = 0.0,
    promise: Annotated[
        list[str] | None,
        typer.Option("--promise", metavar="OXIDE=T", help="Oxide that users at home must get, "
                     "in t a year: ndpr=2000, dytb=50. Repeatable. Default: the NdPr they want."),
    ] = None,
    open_all: Annotated[
        bool, typer.Option("--open-all", help="Count ore that is bound to others as well.")
    ] = False,
    time_limit: Annotated[
        float,
        typer.Option("--time-limit", metavar="S", min=0.1, help="Seconds for each reading."),
    ] = 60.0,
    gap: Annotated[
        float, typer.Option("--gap", min=0.0, help="Gap at which a search may stop.")
    ] = 0.001,
    overlays: Overlays = None,
    again: Again = False,
    out: Out = None,
    xlsx: Xlsx = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Say where refining hubs belong, whose ore they take, whom they supply, what that costs."""
    from seawall.cli.keeping import remembered
    from seawall.questions.site.refining.ask import asked_refining, refining

    usable(out, xlsx)
    read = opened(study, overlays)
    options: dict[str, Any] = {
        "hubs": hubs, "readings": tuple(reading or ("middle", "low", "high")), "capital": capital,
        "premium": premium, "promise": tonnes("--promise", promise or ()), "open_all": open_all,
        "time_limit": time_limit, "gap": gap,
    }  # fmt: skip
    identity = asked_refining(read, **options)
    with progress_of(json) as progress:
        result: Result = remembered(
            identity, read, lambda _: refining(read, progress=progress, **options), again=again,
            json=json,
        )  # fmt: skip
    if not deliver(result, out, json=json, pages=lambda: _files(result), xlsx=xlsx):
        print_hubs(result)


def tonnes(option: str, texts: Sequence[str]) -> dict[str, float]:
    """OXIDE=T pairs of the command line, all that are wrong told at once.

    Raises
    ------
    UsageError
    """
    from seawall.errors import UsageError, quote

    found, wrong = {}, []
    for text in texts:
        oxide, _, number = text.partition("=")
        try:
            found[oxide.strip()] = float(number)
        except ValueError:
            wrong.append(quote(text))
    if wrong:
        raise UsageError(f"{option}: write OXIDE=T, e.g. ndpr=2000, not {', '.join(wrong)}")
    return found


def _files(result: Result) -> dict[str, str]:
    """The page, and the hubs as points."""
    from seawall.exchange.plants import plants_geojson
    from seawall.report.site import FILE
    from seawall.report.site_refining import refining_page

    return {
        FILE: refining_page(result), "hubs.geojson": plants_geojson(result.tables["plants"])
    }  # fmt: skip


def print_hubs(result: Result) -> None:
    """A headline, circuits, and how good the plan is."""
    from seawall.cli.output import console, print_table
    from seawall.report.site_refining import told

    target = console()
    for line in told(result.summary(), result.tables["count"]):
        target.print(line, soft_wrap=True)
    target.print()
    units = {name: unit for name, unit in result.units.items() if unit != "share"}
    print_table(
        "Circuits", result.tables["plants"],
        ["name", "good", "size", "output", "cost", "price", "value", "always"], units=units,
    )  # fmt: skip
    print_table(
        "What is proven [million USD a year]", result.tables["bounds"],
        ["reading", "found", "value", "bound", "cost", "gap", "seconds"],
    )  # fmt: skip
