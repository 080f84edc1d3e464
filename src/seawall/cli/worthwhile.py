"""`seawall worth`: what a person at a terminal sees of what a pact is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seawall.cli.output import cell, console, print_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.questions.worth import WorthResult

_MEMBERS = (
    "place", "balance", "low", "high", "decade_low", "decade_high", "chance_of_loss", "lent",
    "borrowed",
)  # fmt: skip
_HAZARDS = ("place", "name", "frequency", "balance_if", "balance", "share", "lent_if")
_MOST_HAZARDS = 12


def print_worth(result: WorthResult) -> None:
    """How often it is used, what it brings whom, at which compensation, and why."""
    figures, tables = result.figures, result.tables
    target = console()
    target.print(result.protocol.title, soft_wrap=True)
    target.print(
        f"Used in {figures['chance_used']:.0%} of {figures['draws']:,} drawn periods of "
        f"{figures['years']} years; anything is lent in {figures['cases_used']} of "
        f"{figures['cases']} cases of {figures['hazards']} hazards. Frequencies are estimates, and "
        "nothing here is a forecast.",
        soft_wrap=True,
    )
    target.print()
    print_table(
        "Yearly balance (low, high: frequencies uncertain; decade: what one period brings)",
        tables["worth"], _MEMBERS, units=result.units,
    )  # fmt: skip
    target.print(compensation_text(figures["compensation"]), soft_wrap=True)
    target.print()
    if figures["cases_used"]:
        columns = [str(column) for column in tables["compensation"].columns]
        print_table("Compensation per unit lent", tables["compensation"], columns)
    hazards = tables["worth_hazards"]
    moving = hazards[hazards["balance"] != 0]
    if len(moving):
        print_table(
            "Hazards that move it most", moving, _HAZARDS, units=result.units, limit=_MOST_HAZARDS
        )


def compensation_text(found: Mapping[str, Any]) -> str:
    """The agreeable compensation in one sentence."""
    least, most, unit = found["least"], found["most"], found["unit"]
    if least is None and most is None:
        return "No compensation matters: on average nothing is lent one way more than the other."
    if not found["agreeable"]:
        if least is None or most is None:
            return "No compensation is agreeable to all: a member loses whatever is paid."
        return (
            f"No compensation is agreeable to all: lenders would need {cell(least)} {unit}, and "
            f"borrowers could pay {cell(most)}."
        )
    if least is None:
        return f"Agreeable to all on average: a compensation of up to {cell(most)} {unit}."
    if most is None:
        return f"Agreeable to all on average: a compensation from {cell(least)} {unit} upwards."
    return (
        f"Agreeable to all on average: a compensation from {cell(least)} to {cell(most)} {unit} "
        "lent, on top of what the protocol pays already. Below zero, lenders gain as it is."
    )
