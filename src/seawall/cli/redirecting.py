"""`seawall redirect STUDY SCENARIO`, and what it prints; its other verbs are in `declaring`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from typer.core import TyperGroup

from seawall.cli.app import (
    Again,
    Json,
    Out,
    Overlays,
    ProtocolFile,
    StudyName,
    app,
    deliver,
    opened,
    progress_of,
    usable,
)
from seawall.cli.guard import guarded
from seawall.cli.stressing import Ban, Begin, Close, Days, Demand, Depth, Stop

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from seawall.questions.result import Result
    from seawall.runs import Progress
    from seawall.study import Study

#: The verb that is meant where none is named.
DEFAULT = "ask"


class AskedByDefault(TyperGroup):
    """Commands of which one is meant where the first word is none of them, so that both `seawall
    redirect STUDY SCENARIO` and `seawall redirect offer ...` do what they say."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the default verb in front unless a verb, or help, is asked for."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)


redirect_app = typer.Typer(
    cls=AskedByDefault,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Say which cargo goes where this morning: `seawall redirect STUDY SCENARIO`.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.add_typer(redirect_app, name="redirect")

AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="The morning; default the day of the book."),
]
Book = Annotated[
    Path | None,
    typer.Option("--book", metavar="FILE", help="Your book: a folder of CSV files, or an .xlsx."),
]
Horizon = Annotated[int, typer.Option("--horizon", min=1, help="Days that are planned.")]
Reopen = Annotated[
    list[float] | None,
    typer.Option(
        "--reopen", metavar="DAY", help="A day on which what is shut may open again. Repeatable."
    ),
]
Consent = Annotated[
    str,
    typer.Option("--consent", help="Sellers of whom it is unknown: refused, granted or both."),
]
Judge = Annotated[
    str, typer.Option("--judge", help="What counts over reopening days: average or worst.")
]
Offers = Annotated[
    int, typer.Option("--offers", min=0, help="Spot cargoes for sale in a generated book.")
]
TimeLimit = Annotated[
    float, typer.Option("--time-limit", metavar="S", min=0.1, help="Seconds for each search.")
]
Gap = Annotated[float, typer.Option("--gap", min=0.0, help="Gap at which a search may stop.")]
Draw = Annotated[int, typer.Option("--seed", min=0, help="Seed of a generated book.")]

_INSTRUCTIONS = ("cargo", "ship", "action", "from", "to", "arrive", "extra_days", "extra_cost",
                 "world", "why")  # fmt: skip
_SETTLEMENT = ("loan", "lender", "borrower", "cargo", "quantity", "delivered", "due", "owed",
               "price", "amount", "extra_cost", "world")  # fmt: skip
_SAVED = ("plan", "world", "shortage", "freight", "fees", "purchases", "charter", "left", "total",
          "lower_bound", "gap", "gap_usd")  # fmt: skip
_PLANS = {"nothing": "nothing is done", "greedy": "everyone for himself, by rule of thumb",
          "alone": "everyone for himself, at his best", "pact": "with the pact"}  # fmt: skip


@redirect_app.command(DEFAULT)
@guarded
def ask(
    study: StudyName,
    scenario: Annotated[
        str | None,
        typer.Argument(metavar="SCENARIO", help="A scenario of the study, or --close and so on."),
    ] = None,
    close: Close = None,
    ban: Ban = None,
    stop: Stop = None,
    demand: Demand = None,
    start: Begin = None,
    days: Days = None,
    depth: Depth = None,
    as_of: AsOf = None,
    book: Book = None,
    horizon: Horizon = 90,
    reopen: Reopen = None,
    consent: Consent = "refused",
    judge: Judge = "average",
    offers: Offers = 24,
    protocol: ProtocolFile = None,
    time_limit: TimeLimit = 60.0,
    gap: Gap = 0.01,
    seed: Draw = 0,
    overlays: Overlays = None,
    again: Again = False,
    out: Out = None,
    json: Json = False,
) -> None:
    """Say which cargo goes where this morning, who owes whom, and what a pact saves."""
    from seawall.errors import UsageError
    from seawall.shocks.given import given

    usable(out)
    read = with_book_of(opened(study, overlays), book)
    shocks = given(
        read, close=close or (), ban=ban or (), stop=stop or (), demand=demand or (),
        start=start, days=days, depth=depth, beside=scenario,
    )  # fmt: skip
    if scenario is None and shocks is None:
        raise UsageError("what has happened? name a scenario, or --close PASSAGE and the like")
    options: dict[str, Any] = {
        "as_of": day_of(as_of), "horizon": horizon, "reopen": tuple(reopen or ()),
        "consent": consent, "judge": judge, "offers": offers, "seed": seed,
        "time_limit": time_limit, "gap": gap, "protocol": articles_of(read, protocol),
    }  # fmt: skip
    with progress_of(json) as progress:
        result = _answer(read, shocks or scenario, options, progress, again=again, json=json)
    if not deliver(result, out, json=json, pages=lambda: _page(result)):
        print_redirect(result)


def _page(result: Result) -> dict[str, str]:
    """The page of the answer by its name in the folder of the run."""
    from seawall.report.redirect import FILE, redirect_page

    return {FILE: redirect_page(result)}


def day_of(text: str | None, option: str = "--as-of") -> date | None:
    """A date of the command line, given with an option.

    Raises
    ------
    UsageError
    """
    from seawall.errors import UsageError, quote

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option}: {quote(text)} is no date; write it as 2026-03-02") from error


def with_book_of(study: Study, book: Path | None) -> Study:
    """The study with a user's book laid upon it, if one is named."""
    from seawall.study.book import read_book

    return study if book is None else read_book(book, study)


def articles_of(study: Study, protocol: str | None) -> Any:
    """The protocol that is named, None for the study's own."""
    from seawall.study.protocol_check import find_protocol

    return find_protocol(study, protocol) if protocol else None


def _answer(
    study: Study, scenario: Any, options: Mapping[str, Any], progress: Progress, *, again: bool,
    json: bool,
) -> Result:  # fmt: skip
    """The kept answer, or a new one.

    A search that a time limit ends need not find the same plan twice: asked `again`, the new plan
    is shown and the kept one stays.
    """
    from seawall.cli.keeping import remembered, say, shelf
    from seawall.questions.prepared import find_scenario
    from seawall.questions.redirect import ask as question
    from seawall.runs import Run

    found = find_scenario(study, scenario)
    asked = study.variant(*found.variants) if found else study
    options = {**options, "previous": _day_before(asked, scenario, options, progress)}
    identity = question.asked_redirect(asked, scenario, **options)

    def compute() -> Result:
        made = question.redirect(asked, scenario, progress=progress, **options)
        # A run is kept with what was asked; a book that was generated from it comes again.
        return cast("Result", replace(made, study=asked))

    stored = shelf().lookup(Run.of(identity)) if again else None
    if stored is None:
        return remembered(identity, asked, lambda _: compute(), again=again, json=json)
    say(f"run {stored.short_id} stays as it was kept; this is another search of the same question")
    return compute()


def _day_before(study: Study, scenario: Any, options: Mapping[str, Any], progress: Progress) -> Any:
    """The answer of the book's own day, from which a later morning goes on."""
    from seawall.questions.redirect import ask as question
    from seawall.study.book import book_day

    day = options["as_of"]
    if day is None or study.table("cargoes").empty or day <= book_day(study):
        return None
    first = {**options, "as_of": None}
    return question.redirect(study, scenario, progress=progress, **first)


def print_redirect(result: Result) -> None:
    """A headline, today's instructions, who owes whom, what the pact saved and how sure it is."""
    from seawall.cli.output import cell, console, print_table

    summary, tables = result.summary(), result.tables
    units = {name: unit for name, unit in result.units.items() if unit != "share"}
    target = console()
    for line in headline(summary):
        target.print(line, soft_wrap=True)
    target.print()
    orders = tables["instructions"]
    today = orders[orders["today"].astype(bool)]
    changed = today[today["action"] != "go on"]
    target.print(
        f"{len(changed)} of {len(today)} cargoes that must be told today do something else.",
        soft_wrap=True,
    )
    print_table(
        f"Today's instructions, {summary['as_of']}", changed, _filled(changed, _INSTRUCTIONS),
        units=units,
    )  # fmt: skip
    later = orders[~orders["today"].astype(bool) & (orders["action"] != "go on")]
    if len(later):
        target.print(f"{len(later)} more are planned and can still be changed (--json or --out).")
    ledger = tables["settlement"]
    if len(ledger):
        print_table("Who owes whom", ledger, _filled(ledger, _SETTLEMENT), units=units)
    else:
        target.print(str(summary.get("pact") or "Nothing is lent."), soft_wrap=True)
    saved = tables["saved"]
    every = saved[saved["place"] == "all"]
    print_table("What each plan costs [million USD]", every, _filled(every, _SAVED))
    for name, figures in summary["saved"].items():
        better, _, worse = name.partition("_against_")
        target.print(
            f"{_PLANS.get(better, better)} against {_PLANS.get(worse, worse)}: saves "
            f"{cell(figures['saved'])} million USD (proven between {cell(figures['low'])} and "
            f"{cell(figures['high'])}), {cell(figures['unserved'])} kt less unserved"
            + (
                f", {cell(figures['charter'])} million USD less for ships chartered"
                if figures.get("charter")
                else ""
            ),
            soft_wrap=True,
        )


def headline(summary: Mapping[str, Any]) -> list[str]:
    """The answer in a few lines: who goes short by which plan, and how good the plan is."""
    lines = [str(summary["title"])]
    if summary.get("about"):
        lines.append(str(summary["about"]))
    lines.append(str(summary["book"]["note"]))
    lines += [str(note) for note in summary["notes"]]
    for name, amount in summary["unserved_mt"].items():
        first = summary["first_short"].get(name)
        since = f", from {first}" if first else ""
        lines.append(f"Unserved if {_PLANS.get(name, name)}: {amount:.3f} Mt{since}.")
    plan, over = summary["plan"], summary["gap_usd"][summary["plan"]]
    charter = summary.get("charter", {}).get(plan, 0.0)
    lines.append(
        f"The plan {_PLANS.get(plan, plan)} is within {summary['gap'][plan]:.2%} of what it spends "
        f"({over - charter:,.1f} million USD) of the best that there can be."
    )
    if charter > 0:
        lines.append(
            f"Ships chartered: {charter:,.1f} million USD, for liftings to which no ship of theirs "
            f"comes in time; a plan that saves ships could at most be {over:,.1f} million USD "
            "better."
        )
    return lines


def _filled(table: pd.DataFrame, columns: tuple[str, ...]) -> list[str]:
    """Columns of the table in which anything stands."""
    there = [name for name in columns if name in table]
    return [name for name in there if not (table[name].isna() | (table[name] == "")).all()]
