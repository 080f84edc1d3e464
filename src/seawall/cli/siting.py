"""`seawall site STUDY (biogas | refining)`: where plants belong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from seawall.cli.app import (
    Again,
    Json,
    Out,
    Overlays,
    StudyName,
    Xlsx,
    app,
    deliver,
    opened,
    progress_of,
    usable,
)
from seawall.cli.guard import guarded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seawall.questions.result import Result

#: Regions that are shown on the screen.
SHOWN = 12


class LayerSecond(TyperGroup):
    """Commands that are named after the study: `seawall site STUDY biogas`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the layer in front of what it is asked of."""
        from seawall.cli.guard import fail
        from seawall.errors import UnknownName, UsageError

        layer = next((word for word in args if word in self.commands), None)
        if layer is not None:
            args = [layer, *(args[: args.index(layer)] + args[args.index(layer) + 1 :])]
        elif args and not set(args) & set(ctx.help_option_names):
            words = [word for word in args if not word.startswith("-")]
            layers = sorted(self.commands)
            error = UnknownName("layer", words[1], layers) if len(words) > 1 else UsageError(
                f"name what is to be sited: {' or '.join(layers)}"
            )  # fmt: skip
            fail(str(error), error.exit_code)
        return super().parse_args(ctx, args)


site_app = typer.Typer(
    cls=LayerSecond,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Say where plants belong: `seawall site STUDY biogas` or `seawall site STUDY refining`.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.add_typer(site_app, name="site")


@site_app.command("biogas")
@guarded
def biogas_plants(
    study: StudyName,
    count: Annotated[int, typer.Option("--count", min=1, help="Plants to be built.")] = 1000,
    mean_size: Annotated[
        float | None,
        typer.Option("--mean-size", metavar="T", help="Gas that all must make, in t/day a plant."),
    ] = None,
    reading: Annotated[
        list[str] | None,
        typer.Option("--reading", help="Of the residues: low, middle, high. Repeatable; the first "
                     "is told. Default middle, low, high."),
    ] = None,
    capital: Annotated[
        str, typer.Option("--capital", help="What plants cost: built, norm or dear.")
    ] = "built",
    feedstock: Annotated[
        list[str] | None, typer.Option("--feedstock", help="Only this. Repeatable.")
    ] = None,
    cells: Annotated[int, typer.Option("--cells", min=1, help="Parts of districts.")] = 5000,
    most: Annotated[
        list[str] | None,
        typer.Option("--most", metavar="REGION=N", help="Plants that a region may have at most."),
    ] = None,
    least: Annotated[
        list[str] | None,
        typer.Option("--least", metavar="REGION=N", help="Plants that a region must have."),
    ] = None,
    price: Annotated[
        float | None, typer.Option("--price", metavar="INR", help="Price of a kg of gas.")
    ] = None,
    years: Annotated[int, typer.Option("--years", min=1, help="Years in which they open.")] = 10,
    budget: Annotated[
        float | None, typer.Option("--budget", metavar="MILLION", help="Million INR a year.")
    ] = None,
    time_limit: Annotated[
        float,
        typer.Option("--time-limit", metavar="S", min=0.1, help="Seconds for each reading."),
    ] = 120.0,
    gap: Annotated[
        float, typer.Option("--gap", min=0.0, help="Gap at which a search may stop.")
    ] = 0.01,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the search.")] = 0,
    overlays: Overlays = None,
    again: Again = False,
    out: Out = None,
    xlsx: Xlsx = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Say where gas plants belong, how large, fed with what, and what that costs."""
    from seawall.cli.keeping import remembered
    from seawall.questions.site.biogas.ask import asked_biogas, biogas

    usable(out, xlsx)
    read = opened(study, overlays)
    options: dict[str, Any] = {
        "count": count, "mean_size": mean_size, "capital": capital, "cells": cells,
        "readings": tuple(reading or ("middle", "low", "high")), "price": price,
        "feedstocks": tuple(feedstock or ()), "most": limits("--most", most or ()),
        "least": limits("--least", least or ()), "years": years, "budget": budget,
        "time_limit": time_limit, "gap": gap, "seed": seed,
    }  # fmt: skip
    identity = asked_biogas(read, **options)
    with progress_of(json) as progress:
        result: Result = remembered(
            identity, read, lambda _: biogas(read, progress=progress, **options), again=again,
            json=json,
        )  # fmt: skip
    if not deliver(result, out, json=json, pages=lambda: _files(result), xlsx=xlsx):
        print_site(result)


def limits(option: str, texts: Sequence[str]) -> dict[str, int]:
    """REGION=N pairs of the command line, all that are wrong told at once.

    Raises
    ------
    UsageError
    """
    from seawall.errors import UsageError, quote

    found, wrong = {}, []
    for text in texts:
        region, _, number = text.partition("=")
        if region and number.isascii() and number.isdigit():
            found[region.strip()] = int(number)
        else:
            wrong.append(quote(text))
    if wrong:
        raise UsageError(f"{option}: write REGION=N, e.g. IN-PB=50, not {', '.join(wrong)}")
    return found


def _files(result: Result) -> dict[str, str]:
    """The page, the plants as points, and the overlay with their gas."""
    from seawall.exchange.plants import plants_geojson
    from seawall.questions.site.biogas.replaced import as_overlay
    from seawall.report.site import FILE, site_page
    from seawall.study.overlays import overlay_text

    files = {FILE: site_page(result), "plants.geojson": plants_geojson(result.tables["plants"])}
    replaced = result.summary()["lng_mt"]
    if replaced is not None and result.study is not None:
        files["replaced.csv"] = overlay_text(as_overlay(result.study, replaced))
    return files


def print_site(result: Result) -> None:
    """A headline, plants by region, and how good the plan is."""
    from seawall.cli.output import console, print_table

    target = console()
    for line in headline(result.summary()):
        target.print(line, soft_wrap=True)
    target.print()
    units = {name: unit for name, unit in result.units.items() if unit != "share"}
    regions = result.tables["regions"]
    units["output"] = "kt/yr"
    print_table(
        "Plants by region", regions.head(SHOWN),
        ["region_name", "plants", "output", "capital", "value", "jobs",
         *(["always"] if len(result.summary()["gap"]) > 1 else [])], units=units,
    )  # fmt: skip
    if len(regions) > SHOWN:
        target.print(f"{len(regions) - SHOWN} more regions: --json or --out.", soft_wrap=True)
    print_table(
        "What is proven [million INR a year]", result.tables["bounds"],
        ["reading", "value", "bound", "cost", "gap", "seconds"],
    )  # fmt: skip


def headline(summary: Mapping[str, Any]) -> list[str]:
    """The answer in a few lines, the disappointing first."""
    lines = []
    if summary["not_paying"]:
        lines.append(
            f"{summary['not_paying']:,} of {summary['plants']:,} plants do not earn what they cost "
            f"at {summary['price']:.1f} INR/kg."
        )
    lines.append(
        f"Together they make {summary['output_kt']:,.0f} kt of gas a year at "
        f"{summary['cost_per_kg']:.1f} INR/kg, for {summary['capital'] / 1000.0:,.0f} billion INR, "
        f"{summary['aid'] / 1000.0:,.0f} of it aid."
    )
    if summary["lng_mt"] is not None:
        lines.append(
            f"That stands for {summary['lng_mt']:.2f} Mt of LNG a year, "
            f"{summary['co2_mt']:.1f} Mt of CO2 and some {summary['jobs']:,.0f} jobs at plants."
        )
    if len(summary["gap"]) > 1:
        lines.append(
            f"{summary['always']:,} of these sites are chosen whatever the residues come to; "
            f"{summary['always_districts']:,} districts get a plant in all readings."
        )
    worst = max(summary["gap"].values())
    lines.append(f"No plan can be better by more than {worst:.2%} of what it costs a year.")
    return lines
