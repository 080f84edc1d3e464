"""`seawall compare`: what a person at a terminal sees of two runs side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.cli.output import console, print_table

if TYPE_CHECKING:
    from seawall.questions.compare import Comparison

_MOST_CHANGES = 15


def print_comparison(result: Comparison) -> None:
    """What was asked differently, articles in words, then figures and cells, largest first."""
    figures, tables = result.figures, result.tables
    target = console()
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
