"""Sums that do not add up: exports and imports against trade and balance, parts against a whole."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seawall.questions.track.claims.alike import span_of
from seawall.questions.track.claims.found import Found, found
from seawall.questions.track.claims.lexicon import (
    BALANCES,
    COMPLEMENTS,
    EXPORTS,
    IMPORTS,
    TOTALS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seawall.questions.track.claims.statements import Statement

__all__ = ["sums", "supported"]

_TRADE = EXPORTS | IMPORTS | BALANCES | TOTALS
_ROLES = ("out", "in")


@dataclass(frozen=True, slots=True)
class _Check:
    """A whole or a difference, and the two claims that should give it."""

    whole: Statement
    parts: tuple[Statement, Statement]
    difference: bool

    def holds(self) -> bool:
        """Whether some values that fit the figures add up."""
        intervals = [part.amount for part in self.parts]
        first, second, whole = *intervals, self.whole.amount
        if first is None or second is None or whole is None:
            return True
        if self.difference:
            low, high = first.low - second.high, first.high - second.low
            low, high = (low, high) if low >= 0 else (max(0.0, -high), max(-low, high))
        else:
            low, high = first.low + second.low, first.high + second.high
        return low <= whole.high and whole.low <= high


def sums(statements: Sequence[Statement]) -> Iterator[Found]:
    """Each whole that its two parts do not give, with each of them."""
    for check in _checks(statements):
        if check.holds():
            continue
        one, two = (part.id for part in check.parts)
        word = "the difference" if check.difference else "the sum"
        why = f"{word} of {one} and {two} is not {check.whole.id}"
        for part in (one, two):
            yield found("sum", check.whole.id, part, why)


def supported(statements: Sequence[Statement]) -> frozenset[str]:
    """Ids of wholes that their parts give."""
    return frozenset(check.whole.id for check in _checks(statements) if check.holds())


def _checks(statements: Sequence[Statement]) -> Iterator[_Check]:
    figures = [one for one in statements if one.amount is not None and not one.amount.vague]
    yield from _of_trade(figures)
    yield from _of_parts(figures)


def _of_trade(statements: Sequence[Statement]) -> Iterator[_Check]:
    groups: dict[tuple[object, ...], dict[str, list[Statement]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for one in statements:
        role = _role(one)
        if role and one.amount is not None:
            rest = one.core - _TRADE
            key = (span_of(one), one.event, rest, one.scope, one.stance, _measured(one))
            groups[key][role].append(one)
    for roles in groups.values():
        for whole, difference in (
            *((one, False) for one in roles["total"]), *((one, True) for one in roles["balance"]),
        ):  # fmt: skip
            parts = _pair(whole, roles)
            if parts is not None:
                yield _Check(whole, parts, difference)


def _measured(one: Statement) -> tuple[str, str]:
    return (one.amount.family, one.amount.currency) if one.amount is not None else ("", "")


def _role(one: Statement) -> str:
    """What a claim is in the sum of a trade: "out", "in", "total", "balance" or "" for none."""
    out, into = bool(one.core & EXPORTS), bool(one.core & IMPORTS)
    if one.core & BALANCES:
        return "balance" if one.core & (TOTALS | EXPORTS | IMPORTS) else ""
    if out != into:
        return "out" if out else "in"
    return "total" if one.core & TOTALS and not out else ""


def _pair(
    whole: Statement, roles: Mapping[str, Sequence[Statement]]
) -> tuple[Statement, Statement] | None:
    """Exports and imports between the countries of the whole: of its source, else if all agree."""
    parts = []
    for role in _ROLES:
        fit = [one for one in roles[role] if _between(whole, one)]
        own = [one for one in fit if one.source == whole.source]
        chosen = own or fit
        if not chosen or any(_differ(chosen[0], one) for one in chosen):
            return None
        parts.append(chosen[0])
    first, second = parts
    opposite = first.flow is None or second.flow is None or first.flow == second.flow[::-1]
    return (first, second) if opposite else None


def _between(whole: Statement, part: Statement) -> bool:
    """Whether a part's countries are the whole's; a whole may leave them to its meeting."""
    if whole.countries == part.countries:
        return True
    one_sided = len(whole.countries) <= 1 and whole.countries <= part.countries
    return one_sided and whole.event != ""


def _differ(one: Statement, other: Statement) -> bool:
    if one.amount is None or other.amount is None:
        return True
    return one.flow != other.flow or one.amount.apart(other.amount)


def _of_parts(statements: Sequence[Statement]) -> Iterator[_Check]:
    """Wholes of which one claim tells the one part and another the other (public, private)."""
    groups: dict[tuple[object, ...], dict[frozenset[str], list[Statement]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for one in statements:
        key = (span_of(one), one.event, one.core, one.countries, one.stance, _measured(one))
        groups[key][one.scope].append(one)
    for by_scope in groups.values():
        for first, second in COMPLEMENTS:
            for scope in list(by_scope):
                halves = by_scope.get(scope | {first}), by_scope.get(scope | {second})
                if first in scope or second in scope or not all(halves):
                    continue
                yield from _halved(by_scope[scope], halves)


def _halved(
    wholes: Sequence[Statement], halves: tuple[list[Statement] | None, ...]
) -> Iterator[_Check]:
    for whole in wholes:
        parts = []
        for half in halves:
            chosen = [one for one in half or () if one.source == whole.source] or list(half or ())
            if not any(_differ(chosen[0], one) for one in chosen):
                parts.append(chosen[0])
        if len(parts) == len(halves):
            yield _Check(whole, (parts[0], parts[1]), difference=False)
