"""`seawall compare`: what a person at a terminal sees of two runs side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.cli.output import console, print_table

if TYPE_CHECKING:
    from seawall.questions.compare import Comparison

_MOST_CHANGES = 15
_MOST_SENTENCES = 8
_LEAST_SHARE = 5e-4
_SHARES = ("response", "figure", "place", "commodity", "input", "from", "to", "amount", "share")


def print_comparison(result: Comparison) -> None:
    """What changed and why in sentences; what was asked differently, articles in words, then
    figures and cells, largest first."""
    figures, tables = result.figures, result.tables
    target = console()
    sentences = figures.get("sentences", [])
    for sentence in sentences[:_MOST_SENTENCES]:
        target.print(sentence, soft_wrap=True)
    if len(sentences) > _MOST_SENTENCES:
        target.print(f"... and {len(sentences) - _MOST_SENTENCES} more (--json has all)")
    for note in figures.get("notes", []):
        target.print(note, soft_wrap=True)
    if sentences or figures.get("notes"):
        target.print()
    target.print(f"run A {figures['run_a']}, run B {figures['run_b']}: {figures['compared']}")
    if figures["same_inputs"]:
        target.print("The same run twice: nothing was asked differently.")
    articles = tables["articles"]
    asked = tables["asked"]
    if len(articles):
        # What the articles say in words, their keys need not say again.
        asked = asked[~asked["what"].str.match(r"protocol(\.|$)")]
    if len(asked):
        print_table("Asked differently", asked, ["what", "run_a", "run_b"])
    for number, title, one, other in articles.itertuples(index=False, name=None):
        target.print(f"Article {number}. {title}", soft_wrap=True)
        target.print(f"  A: {one or '(no protocol)'}", soft_wrap=True)
        target.print(f"  B: {other or '(no protocol)'}", soft_wrap=True)
    if len(articles):
        target.print()
    if len(tables["inputs"]):
        columns = [str(column) for column in tables["inputs"].columns]
        print_table("Inputs that differ", tables["inputs"], columns)
    shares = tables["shares"]
    if len(shares):
        shares = shares[shares["share"].abs() >= _LEAST_SHARE]
        percent = [f"{100 * share:.1f} %" for share in shares["share"]]
        columns = [*_SHARES, *(["error"] if (shares["error"] > 0).any() else [])]
        print_table(
            "Shares of the difference (amount: in the unit of the figure)",
            shares.assign(share=percent), columns, limit=_MOST_CHANGES, right=["share"],
        )  # fmt: skip
    headline = tables["headline"]
    if len(headline):
        columns = [str(column) for column in headline.columns]
        print_table("Headline figures that differ", headline, columns)
    changes = tables["changes"]
    if len(changes):
        print_table(
            "Largest changes (of_column: as a part of the largest value of its column)",
            changes,
            [str(column) for column in changes.columns],
            limit=_MOST_CHANGES,
        )
    print_table("Tables", tables["tables"], [str(column) for column in tables["tables"].columns])
    if not (len(headline) or len(changes) or len(tables["texts"]) or len(tables["rows"])):
        target.print("No figure differs.")
