"""`seawall track STUDY`, and its other verbs: pledge, slip, import."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seawall.cli.app import (
    Again,
    Json,
    Out,
    Overlays,
    Seed,
    StudyName,
    Workers,
    Xlsx,
    app,
    deliver,
    opened,
    progress_of,
    usable,
)
from seawall.cli.guard import guarded
from seawall.cli.ledgers import LedgerUrl, read_book
from seawall.cli.redirecting import AskedByDefault, day_of
from seawall.cli.track_import import import_command

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd

    from seawall.questions.result import Result

#: Rows of a table that are shown on the screen.
SHOWN = 30
#: Statuses of which pledges are listed on the screen, the worst first.
LISTED = ("late", "stalled", "on track", "moving", "delivered")

track_app = typer.Typer(
    cls=AskedByDefault,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Say whether promises are kept, and who says so: `seawall track STUDY`.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.add_typer(track_app, name="track")
track_app.command("import")(import_command)

AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="As it was known that evening; default today."),
]
Pledge = Annotated[str, typer.Argument(metavar="PLEDGE", help="Its id, such as C-24.")]


@track_app.command("ask")
@guarded
def board(
    study: StudyName,
    as_of: AsOf = None,
    changes_since: Annotated[
        str | None,
        typer.Option("--changes-since", metavar="DATE", help="Say what is otherwise since then."),
    ] = None,
    sector: Annotated[
        list[str] | None, typer.Option("--sector", help="Only its pledges. Repeatable.")
    ] = None,
    ledger: LedgerUrl = None,
    overlays: Overlays = None,
    seed: Seed = 0,
    again: Again = False,
    out: Out = None,
    xlsx: Xlsx = None,
    json: Json = False,
) -> None:
    """Say which promises are kept, late or without evidence, and where sources disagree."""
    from seawall.cli.keeping import remembered
    from seawall.questions.track.ask import asked_track, track

    usable(out, xlsx)
    read = opened(study, overlays)
    options: dict[str, Any] = {
        "as_of": day_of(as_of) or today(), "sectors": tuple(sector or ()),
        "changes_since": day_of(changes_since, "--changes-since"), "seed": seed,
    }  # fmt: skip
    with read_book(read, ledger) as book:
        result: Result = remembered(
            asked_track(read, book, **options), read, lambda _: track(read, book, **options),
            again=again, json=json,
        )  # fmt: skip
    if not deliver(result, out, json=json, pages=lambda: _page(result), xlsx=xlsx):
        print_track(result)


@track_app.command("pledge")
@guarded
def one_pledge(
    study: StudyName, pledge: Pledge, as_of: AsOf = None, ledger: LedgerUrl = None,
    overlays: Overlays = None,
) -> None:  # fmt: skip
    """Show one promise: its status and why, its steps, and each row of evidence with its source."""
    from seawall.errors import UnknownName
    from seawall.questions.track.ask import track

    read = opened(study, overlays)
    with read_book(read, ledger) as book:
        result = track(read, book, as_of=day_of(as_of) or today())
    known = result.tables["pledges"].set_index("id", drop=False)
    if pledge not in known.index:
        raise UnknownName("pledge", pledge, known.index)
    _print_pledge(result, known.loc[pledge])


@track_app.command("slip")
@guarded
def slipped(
    study: StudyName,
    pledge: Pledge,
    late: Annotated[int, typer.Option("--late", metavar="YEARS", min=1, help="How late.")] = 2,
    scenario: Annotated[
        list[str] | None,
        typer.Option("--scenario", help="What may strike in these years. Repeatable; default all "
                     "scenarios that strike what the pledge changes."),
    ] = None,
    response: Annotated[
        list[str] | None,
        typer.Option("--response", metavar="R", help="How the world reacts. Repeatable; default "
                     "market, foresight."),
    ] = None,
    tail: Annotated[
        int,
        typer.Option("--tail", metavar="N", min=0, help="Ask the hazards too, in N severities "
                     "each: what the years of the slip cost in the mean and at worst."),
    ] = 0,
    seed: Seed = 0,
    workers: Workers = 1,
    overlays: Overlays = None,
    again: Again = False,
    out: Out = None,
    xlsx: Xlsx = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Say what it costs that a promise comes years late: what breaks that would have held."""
    from seawall.cli.keeping import remembered
    from seawall.questions.track.slip import RESPONSES, asked_slip, slip

    usable(out, xlsx)
    read = opened(study, overlays)
    options: dict[str, Any] = {
        "late": late, "scenarios": tuple(scenario or ()), "tail": tail, "seed": seed,
        "responses": tuple(response or RESPONSES),
    }  # fmt: skip
    with progress_of(json) as progress:
        result: Result = remembered(
            asked_slip(read, pledge, **options), read,
            lambda _: slip(read, pledge, workers=workers, progress=progress, **options),
            again=again, json=json,
        )  # fmt: skip
    if not deliver(result, out, json=json, pages=lambda: _slip_page(result), xlsx=xlsx):
        print_slip(result)


def today() -> date:
    """The day on which the command is given, by the clock of the ledger (UTC)."""
    return datetime.now(UTC).date()


def _page(result: Result) -> dict[str, str]:
    from seawall.report.track import FILE, track_page

    return {FILE: track_page(result)}


def _slip_page(result: Result) -> dict[str, str]:
    from seawall.report.slip import FILE, slip_page

    return {FILE: slip_page(result)}


def print_track(result: Result) -> None:
    """A headline, the board by sector, the pledges that something is known of, contradictions."""
    from seawall.cli.output import console, print_table
    from seawall.report.track_words import told

    target = console()
    made = result.tables
    for line in told(result):
        target.print(line, soft_wrap=True)
    target.print()
    board = made["sectors"]
    print_table("Promises by sector", board, columns_of(board), limit=len(board))
    pledges = made["pledges"]
    known = pledges[pledges["status"].isin(LISTED)]
    order = known["status"].map({name: n for n, name in enumerate(LISTED)})
    known = known.iloc[order.argsort(kind="stable")]
    print_table("What is known of", known, ["id", "status", "what", "why"], limit=SHOWN)
    print_table(
        "Sources that disagree", made["contradictions"],
        ["kind", "claims", "values", "why", "preferred"], limit=SHOWN,
    )  # fmt: skip
    if result.identity["changes_since"]:
        changes = made["changes"]
        print_table(f"Changes since {result.identity['changes_since']}", changes,
                    ["change", "kind", "key", "before", "after", "who"], limit=SHOWN)  # fmt: skip


def _print_pledge(result: Result, row: Any) -> None:
    from seawall.cli.output import console, print_table

    target, made = console(), result.tables
    target.print(f"{row['id']}: {row['what']} ({row['sector']})", soft_wrap=True)
    target.print(f"{row['status']}: {row['why']}", soft_wrap=True)
    target.print()
    mine = {name: made[name][made[name]["pledge"] == row["id"]]
            for name in ("indicators", "milestones", "evidence")}  # fmt: skip
    mine["forecasts"] = made["forecasts"][made["forecasts"]["id"] == row["id"]]
    for name, title, columns in (
        (
            "indicators",
            "What would show it",
            ["indicator", "what", "baseline", "target", "actual", "unit", "deadline", "status"],
        ),
        (
            "forecasts",
            "What may come",
            ["indicator", "by", "forecast", "low", "high", "naive", "unit", "probability", "note"],
        ),
        ("milestones", "Steps", ["id", "what", "due_on", "done", "since"]),
        (
            "evidence",
            "Evidence",
            [
                "id",
                "date",
                "value",
                "counted_in",
                "instrument",
                "counts",
                "publisher",
                "url",
                "confidence",
                "reviewed_by",
            ],
        ),
    ):
        if len(mine[name]):
            print_table(title, mine[name], columns, limit=len(mine[name]))


def print_slip(result: Result) -> None:
    """A headline and, by scenario, what is not served if the pledge is kept and if it is late."""
    from seawall.cli.output import console, print_table
    from seawall.report.track_words import slip_told

    target, made = console(), result.tables
    for line in slip_told(result):
        target.print(line, soft_wrap=True)
    target.print()
    units: Mapping[str, str] = result.units
    print_table(
        "What is not served, kept and late", made["slips"],
        ["scenario", "response", "place", "commodity", "unserved_kept", "unserved_late", "unit",
         "days_more", "survive_kept", "survive_late", "value_more"],
        units={name: unit for name, unit in units.items() if not unit.startswith("as ")},
        limit=SHOWN,
    )  # fmt: skip
    _table_if_any("Over the years of the slip", made["tails"], units)
    _table_if_any("By hazard", made["cases"], units)


def columns_of(table: pd.DataFrame) -> list[str]:
    return [str(name) for name in table.columns]


def _table_if_any(title: str, table: pd.DataFrame, units: Mapping[str, str]) -> None:
    from seawall.cli.output import print_table

    if len(table):
        print_table(title, table, columns_of(table), units=units, limit=SHOWN)
