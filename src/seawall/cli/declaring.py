"""`seawall redirect book | offer | need | clear | accept | secrecy | curve`: books, what is told
of them, and what a pact saves over the number of offers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from seawall.cli.app import (
    Json,
    Out,
    Overlays,
    ProtocolFile,
    StudyName,
    deliver,
    opened,
    progress_of,
    usable,
)
from seawall.cli.guard import guarded
from seawall.cli.redirecting import (
    AsOf,
    Book,
    Consent,
    Draw,
    Gap,
    Horizon,
    Judge,
    Offers,
    Reopen,
    TimeLimit,
    articles_of,
    day_of,
    redirect_app,
    with_book_of,
)
from seawall.cli.stressing import Ban, Begin, Close, Days, Demand, Depth, Stop

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seawall.questions.redirect.curve import Curve
    from seawall.questions.redirect.secrecy import Undisclosed
    from seawall.shocks import Scenario
    from seawall.study import Protocol, Study

MyBook = Annotated[
    Path, typer.Argument(metavar="MYBOOK", help="Your book: a folder of CSV files, or an .xlsx.")
]
OfStudy = Annotated[
    str, typer.Option("--study", metavar="STUDY", help="The study that the book is laid upon.")
]
Member = Annotated[str, typer.Option("--member", metavar="PLACE", help="Whose book it is.")]
For = Annotated[
    str | None,
    typer.Option("--other", metavar="PLACE", help="Who is to see it; default the other member."),
]
Struck = Annotated[
    str | None, typer.Option("--scenario", metavar="NAME", help="A scenario of the study.")
]
To = Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to write.")]
#: What a member declares: an offer or a need.
View = TypeVar("View")

_COSTS = ("offers", "nothing", "greedy", "alone", "pact")
_SAVED = ("offers", "saved", "low", "high", "unserved_nothing", "unserved_alone", "unserved_pact",
          "lent")  # fmt: skip

Weeks = Annotated[int, typer.Option("--weeks", min=1, help="Weeks that are declared.")]


@redirect_app.command()
@guarded
def book(
    study: StudyName,
    out: To,
    as_of: AsOf = None,
    days: Annotated[int, typer.Option("--days", min=1, help="Days of liftings.")] = 120,
    offers: Offers = 24,
    seed: Draw = 0,
    overlays: Overlays = None,
) -> None:
    """Write the study's book, or one made from its contracts and trade, to fill in your own."""
    from seawall.questions.redirect.generate import generate
    from seawall.study.book import book_day, with_book, write_book

    read = opened(study, overlays)
    made = read.table("cargoes").empty
    if made:
        frames = generate(read, as_of=day_of(as_of), days=days, offers=offers, seed=seed)
        read = with_book(read, frames)
    write_book(read, out)
    counts = f"{len(read.table('cargoes'))} cargoes, {len(read.table('ships'))} ships"
    kind = "made from contracts and trade, an example" if made else "the study's own"
    typer.echo(f"The book of {book_day(read)} is in {out}: {counts} ({kind}).")


@redirect_app.command()
@guarded
def offer(
    mybook: MyBook,
    study: OfStudy,
    member: Member,
    out: To,
    other: For = None,
    scenario: Struck = None,
    close: Close = None,
    ban: Ban = None,
    stop: Stop = None,
    demand: Demand = None,
    start: Begin = None,
    days: Days = None,
    depth: Depth = None,
    as_of: AsOf = None,
    weeks: Weeks = 13,
    horizon: Horizon = 90,
    reopen: Reopen = None,
    consent: Consent = "refused",
    protocol: ProtocolFile = None,
    time_limit: TimeLimit = 60.0,
    overlays: Overlays = None,
) -> None:
    """Write what you could lend: weekly volumes by class, with no plant, ship, contract or tank."""
    from seawall.exchange.declarations import home_file, write_declared
    from seawall.questions.redirect import secret

    made = _declared(
        secret.offer, study, overlays, mybook, member, protocol, other=other,
        struck={"scenario": scenario, "close": close, "ban": ban, "stop": stop, "demand": demand,
                "start": start, "days": days, "depth": depth},
        as_of=day_of(as_of), weeks=weeks, horizon=horizon, reopen=tuple(reopen or ()),
        consent=consent, time_limit=time_limit,
    )  # fmt: skip
    written = write_declared(out, made)
    count = sum(lot.cargoes for lot in made.lots)
    typer.echo(f"{member} could lend {count} cargoes in {len(made.lots)} lots: {written}")
    typer.echo(f"Keep {home_file(out)} at home: it names the cargoes behind them.")


@redirect_app.command()
@guarded
def need(
    mybook: MyBook,
    study: OfStudy,
    member: Member,
    out: To,
    other: For = None,
    scenario: Struck = None,
    close: Close = None,
    ban: Ban = None,
    stop: Stop = None,
    demand: Demand = None,
    start: Begin = None,
    days: Days = None,
    depth: Depth = None,
    as_of: AsOf = None,
    weeks: Weeks = 13,
    horizon: Horizon = 90,
    reopen: Reopen = None,
    consent: Consent = "refused",
    protocol: ProtocolFile = None,
    time_limit: TimeLimit = 60.0,
    overlays: Overlays = None,
) -> None:
    """Write what you lack, week by week and tier by tier, and what you would pay at most."""
    from seawall.exchange.declarations import write_declared
    from seawall.questions.redirect import secret

    made = _declared(
        secret.need, study, overlays, mybook, member, protocol, other=other,
        struck={"scenario": scenario, "close": close, "ban": ban, "stop": stop, "demand": demand,
                "start": start, "days": days, "depth": depth},
        as_of=day_of(as_of), weeks=weeks, horizon=horizon, reopen=tuple(reopen or ()),
        consent=consent, time_limit=time_limit,
    )  # fmt: skip
    written = write_declared(out, made)
    amount = sum(lack.quantity for lack in made.lacks)
    typer.echo(f"{member} lacks {amount:,.0f} kt in {weeks} weeks: {written}")
    if made.since:
        typer.echo(f"By article 2 it may ask {made.other} from {made.since}.")
    else:
        typer.echo("By article 2 it is not in need, and may not ask: clearing will match nothing.")


@redirect_app.command()
@guarded
def clear(
    first: Annotated[Path, typer.Argument(metavar="OFFER", help="What one side could lend.")],
    second: Annotated[Path, typer.Argument(metavar="NEED", help="What the other side lacks.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="The acceptance to send to both sides."),
    ] = None,
    study: Annotated[
        str | None,
        typer.Option("--study", metavar="STUDY", help="Whose protocol both sides used."),
    ] = None,
    protocol: ProtocolFile = None,
    json: Json = False,
) -> None:
    """Match an offer and a need by the protocol, knowing nothing but the two."""
    from seawall.cli.output import cell, print_json, print_table
    from seawall.errors import UsageError
    from seawall.exchange.declarations import write_declared
    from seawall.questions.redirect.clear import clear as cleared_by
    from seawall.questions.redirect.clear import matches_table
    from seawall.questions.redirect.declared import Need, Offer, read_declared
    from seawall.runs.document import document

    one, two = read_declared(first), read_declared(second)
    if not isinstance(one, Offer) or not isinstance(two, Need):
        raise UsageError(f"{first} must be an offer and {second} a need, in this order")
    made = cleared_by(one, two, _protocol_of(study, protocol))
    if out is not None:
        write_declared(out, made.acceptance)
    table = matches_table(made.acceptance)
    figures = {"surplus": made.surplus, "bound": made.bound, "gap_usd": made.gap, "why": made.why,
               "cargoes": int(table["cargoes"].sum()), "served": sum(made.served.values()),
               "units": {"surplus": "million USD", "bound": "million USD",
                         "gap_usd": "million USD", "served": "kt"}}  # fmt: skip
    if json:
        print_json(document(None, figures, {"matches": table}))
        return
    if made.why:
        typer.echo(f"Nothing is matched: {made.why}.")
        return
    print_table("Matches", table, [str(name) for name in table.columns], limit=len(table))
    typer.echo(
        f"{figures['cargoes']} cargoes serve {cell(figures['served'])} kt; worth "
        f"{cell(made.surplus)} million USD more than they cost (no matching: more than "
        f"{cell(made.bound)})."
    )


@redirect_app.command()
@guarded
def accept(
    mybook: MyBook,
    acceptance: Annotated[Path, typer.Argument(metavar="ACCEPTANCE", help="What was matched.")],
    study: OfStudy,
    member: Member,
    out: To,
    home: Annotated[
        Path | None,
        typer.Option("--home", metavar="FILE", help="A lender's list of cargoes behind its lots."),
    ] = None,
    overlays: Overlays = None,
) -> None:
    """Take an acceptance into your book: the lender's own cargo, or an incoming one."""
    from seawall.errors import UsageError
    from seawall.exchange.declarations import read_home
    from seawall.questions.redirect import secret
    from seawall.questions.redirect.declared import Acceptance, read_declared
    from seawall.study.book import write_book

    read = with_book_of(opened(study, overlays), mybook)
    made = read_declared(acceptance)
    if not isinstance(made, Acceptance):
        raise UsageError(f"{acceptance} is no acceptance")
    new = secret.accept(read, made, member, own=read_home(home) if home else None)
    write_book(new, out)
    count = sum(match.cargoes for match in made.matches)
    typer.echo(f"{count} cargoes of {made.member} for {made.other} are in the book {out}.")


@redirect_app.command()
@guarded
def secrecy(
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
    book: Book = None,
    lender: Annotated[
        str | None, typer.Option("--lender", metavar="PLACE", help="Who would lend.")
    ] = None,
    borrower: Annotated[
        str | None, typer.Option("--borrower", metavar="PLACE", help="Who would borrow.")
    ] = None,
    weeks: Weeks = 13,
    horizon: Horizon = 90,
    reopen: Reopen = None,
    consent: Consent = "refused",
    offers: Offers = 24,
    protocol: ProtocolFile = None,
    time_limit: TimeLimit = 60.0,
    gap: Gap = 0.01,
    seed: Draw = 0,
    overlays: Overlays = None,
    json: Json = False,
) -> None:
    """Say what it costs not to show each other the books: needs both of them."""
    from seawall.errors import UsageError
    from seawall.questions.redirect.ask import redirect
    from seawall.questions.redirect.secrecy import secrecy as priced

    read = with_book_of(opened(study, overlays), book)
    struck = _struck(read, scenario, close=close, ban=ban, stop=stop, demand=demand, start=start,
                     days=days, depth=depth)  # fmt: skip
    if struck is None:
        raise UsageError("what has happened? name a scenario, or --close PASSAGE and the like")
    with progress_of(json) as progress:
        result = redirect(
            read, struck, horizon=horizon, reopen=tuple(reopen or ()), consent=consent,
            protocol=_articles(read, protocol), offers=offers, seed=seed, time_limit=time_limit,
            gap=gap, progress=progress,
        )  # fmt: skip
        made = priced(
            result, lender=lender, borrower=borrower, weeks=weeks, time_limit=time_limit, gap=gap
        )
    _print_secrecy(made, json=json)


def _print_secrecy(made: Undisclosed, *, json: bool) -> None:
    from seawall.cli.output import cell, print_json, print_table
    from seawall.questions.redirect.clear import matches_table
    from seawall.runs.document import document

    table, price = matches_table(made.cleared.acceptance), made.secrecy
    if json:
        figures = {
            "lender": made.lender, "borrower": made.borrower, "price": price.price,
            "low": price.low, "high": price.high, "unserved": price.unserved,
            "gap_by_matches": price.gap_by_matches, "gap_in_full": price.gap_in_full,
            "accepted": made.accepted, "lent": made.lent, "lent_in_full": made.lent_in_full,
            "surplus": made.cleared.surplus, "why": made.cleared.why,
            "units": {"unserved": "kt"} | dict.fromkeys(
                ("price", "low", "high", "gap_by_matches", "gap_in_full", "surplus"),
                "million USD",
            ),
        }  # fmt: skip
        print_json(document(None, figures, {"matches": table}))
        return
    if made.cleared.why:
        typer.echo(f"Nothing is matched: {made.cleared.why}.")
    else:
        print_table("Matches", table, [str(name) for name in table.columns], limit=len(table))
    typer.echo(
        f"{made.lender} to {made.borrower}: {made.accepted} cargoes are matched, of which "
        f"{cell(made.lent)} go; with full information {cell(made.lent_in_full)} go."
    )
    typer.echo(
        f"Price of secrecy: {cell(price.price)} million USD (proven between {cell(price.low)} and "
        f"{cell(price.high)}), {cell(price.unserved)} kt more unserved than by the plan with full "
        "information."
    )


@redirect_app.command()
@guarded
def curve(
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
    count: Annotated[
        list[int] | None,
        typer.Option("--count", metavar="N", min=0, help="Spot offers for sale. Repeatable; "
                     "default 0, 6, 12, 24 and 40."),
    ] = None,
    horizon: Horizon = 90,
    reopen: Reopen = None,
    consent: Consent = "refused",
    judge: Judge = "average",
    protocol: ProtocolFile = None,
    time_limit: TimeLimit = 60.0,
    gap: Gap = 0.01,
    seed: Draw = 0,
    overlays: Overlays = None,
    out: Out = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Say what the pact saves over how many spot cargoes are for sale."""
    from seawall.errors import UsageError
    from seawall.questions.redirect.curve import COUNTS, redirect_curve
    from seawall.report.redirect import FILE, redirect_page

    usable(out)
    read = with_book_of(opened(study, overlays), book)
    struck = _struck(read, scenario, close=close, ban=ban, stop=stop, demand=demand, start=start,
                     days=days, depth=depth)  # fmt: skip
    if struck is None:
        raise UsageError("what has happened? name a scenario, or --close PASSAGE and the like")
    with progress_of(json) as progress:
        made = redirect_curve(
            read, struck, count or COUNTS, as_of=day_of(as_of), horizon=horizon,
            reopen=tuple(reopen or ()), consent=consent, judge=judge,
            protocol=articles_of(read, protocol), seed=seed, time_limit=time_limit, gap=gap,
            progress=progress,
        )  # fmt: skip
    if not deliver(made, out, json=json,
                   pages=lambda: {FILE: redirect_page(made.answer, made.tables)}):  # fmt: skip
        _print_curve(made)


def _print_curve(made: Curve) -> None:
    from seawall.cli.output import console, print_table

    target = console()
    for line in (made.figures["book"]["note"], *made.figures["notes"]):
        target.print(str(line), soft_wrap=True)
    table = made.tables["saved_by_offers"]
    print_table("Cost of each plan, by number of spot offers", table, _COSTS, units=made.units,
                limit=len(table))  # fmt: skip
    print_table("What the pact saves, what goes unserved and what is lent", table, _SAVED,
                units=made.units, limit=len(table))  # fmt: skip


def _declared(
    declare: Callable[..., View], study: str, overlays: list[Path] | None, mybook: Path,
    member: str, protocol: str | None, *, struck: Mapping[str, Any], **options: Any,
) -> View:  # fmt: skip
    """What a member declares, from its book and what has happened.

    Parameters
    ----------
    declare
        `secret.offer` or `secret.need`, which the options are of.
    struck
        As of `_struck`.
    """
    read = with_book_of(opened(study, overlays), mybook)
    return declare(
        read, member, scenario=_struck(read, **struck), protocol=_articles(read, protocol),
        **options,
    )  # fmt: skip


def _struck(read: Study, scenario: str | None, **shocks: Any) -> Scenario | str | None:
    """What has happened: shocks that are spelled out, or a scenario of the study."""
    from seawall.shocks.given import given

    each = {name: value or () for name, value in shocks.items()
            if name in ("close", "ban", "stop", "demand")}  # fmt: skip
    return given(read, beside=scenario, **{**shocks, **each}) or scenario


def _articles(study: Study, protocol: str | None) -> Protocol:
    """The protocol that is named, or that of the study."""
    from seawall.errors import UsageError
    from seawall.study import check_protocol, study_protocol

    found: Any = articles_of(study, protocol) or study_protocol(study)
    if found is None:
        raise UsageError(f'study "{study.name}" has no protocol.toml: name one with --protocol')
    check_protocol(study, found)
    made: Protocol = found
    return made


def _protocol_of(study: str | None, protocol: str | None) -> Protocol:
    """The protocol of a file or of a study; a clearer needs no more."""
    from seawall.errors import UsageError
    from seawall.study import read_protocol

    if study is not None:
        return _articles(opened(study), protocol)
    if protocol is None:
        raise UsageError("by which articles? name --protocol FILE or --study STUDY")
    if not Path(protocol).is_file():
        raise UsageError(f"{protocol} is no file; a draft needs --study")
    return read_protocol(Path(protocol))
