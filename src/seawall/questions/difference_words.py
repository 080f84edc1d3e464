"""What two stress runs differ in, in sentences: what changed for the headline places, and which
input makes how much of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seawall.questions.explain.words import good_of, said

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seawall.runs.store import StoredRun

#: A change below this part of a figure is none.
_NONE = 1e-6
#: Inputs that a sentence names; shares below this are left out of it.
_MOST = 3
_LEAST = 0.005


def difference_sentences(
    a: StoredRun,
    b: StoredRun,
    names: Mapping[str, str],
    places: Sequence[str],
    shares: Sequence[Mapping[str, Any]],
) -> list[str]:
    """Sentences on shortage, first day and loss, by response; those of the headline places first.

    Parameters
    ----------
    names
        Names of places and commodities by id.
    places
        Headline places; none: only losses.
    shares
        Rows of table `shares`.
    """
    if a.run["question"] != "stress":
        return []
    found = []
    for response in _both(a, b):
        for figure in ("unserved", "first_shortfall_day"):
            found += _of_places(a, b, response, figure, names, places, shares)
    for response in _both(a, b):
        one, other = (run.summary["responses"][response]["loss"] for run in (a, b))
        unit = str(b.summary.get("units", {}).get("loss", ""))
        why = _why(shares, response, "", "", "loss")
        moved = _moved(one, other, unit)
        if moved:
            found.append(f"The loss of the whole study under {response} {moved}{why}.")
    return found


def _both(a: StoredRun, b: StoredRun) -> list[str]:
    other = b.summary.get("responses") or {}
    return [name for name in a.summary.get("responses") or {} if name in other]


def _of_places(
    a: StoredRun, b: StoredRun, response: str, figure: str, names: Mapping[str, str],
    places: Sequence[str], shares: Sequence[Mapping[str, Any]],
) -> list[str]:  # fmt: skip
    found = []
    ours, theirs = (_cells(run, response, figure) for run in (a, b))
    for key in ours:
        place, good = key
        if key not in theirs or place not in places:
            continue
        name, what = names.get(place, place), good_of(names.get(good, good))
        one, other = ours[key], theirs[key]
        why = _why(shares, response, place, good, figure)
        if figure == "unserved":
            moved = _moved(one[0] or 0.0, other[0] or 0.0, one[1])
            if moved:
                found.append(f"{name}'s shortage of {what} under {response} {moved}{why}.")
        elif one[0] != other[0] and not _same(one[0], other[0]):
            days = " instead of ".join(
                "never" if day is None else f"on day {day:.3g}" for day in (other[0], one[0])
            )
            found.append(f"{name}'s first shortage of {what} under {response} comes {days}{why}.")
    return found


def _cells(
    run: StoredRun, response: str, figure: str
) -> dict[tuple[str, str], tuple[float | None, str]]:
    """A figure by place and commodity, with the unit of the commodity."""
    table = run.tables.get("indicators")
    if table is None:
        return {}
    table = table[(table["tier"] == "all") & (table["response"] == response)]
    return {
        (row["place"], row["commodity"]): (
            None if row[figure] is None or row[figure] != row[figure] else float(row[figure]),
            str(row["unit"]),
        )
        for row in table.to_dict("records")
    }


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= _NONE * max(abs(one), abs(other))


def _moved(one: float, other: float, unit: str) -> str:
    """ "rises from 1.9 to 2.3 Mt"; blank where nothing moved."""
    if _same(one, other):
        return ""
    way = "rises" if other > one else "falls"
    return f"{way} from {said(one)} to {said(other, unit)}"


def _turned(before: str, after: str) -> str:
    """ "8 to 9 Mt/yr": figures rounded, and a unit that both have told once."""
    one, other = before.split(" ", 1), after.split(" ", 1)
    if len(one) == len(other) == 2 and one[1] == other[1]:
        return f"{_rounded(one[0])} to {_rounded(other[0])} {one[1]}"
    return f"{before} to {after}"


def _rounded(text: str) -> str:
    try:
        return f"{float(text):.4g}"
    except ValueError:
        return text


def idle_sentence(shares: Sequence[Mapping[str, Any]]) -> str:
    """Inputs that change none of the figures; blank if every input does."""
    most: dict[str, float] = {}
    for row in shares:
        most[row["input"]] = max(most.get(row["input"], 0.0), abs(row["share"]))
    idle = [name for name, share in most.items() if share < _LEAST]
    return f"Without effect on these figures: {'; '.join(idle)}." if idle else ""


def _why(
    shares: Sequence[Mapping[str, Any]], response: str, place: str, good: str, figure: str
) -> str:
    """ "; 80 % of that is ...": the largest shares, and what works against them."""
    wanted = (response, place, good, figure)
    rows = [
        row for row in shares
        if (row["response"], row["place"], row["commodity"], row["figure"]) == wanted
        and abs(row["share"]) >= _LEAST
    ]  # fmt: skip
    if not rows:
        return ""
    against = any(not -0.05 < row["share"] < 1.05 for row in rows)
    told = []
    for i, row in enumerate(rows[:_MOST]):
        what = f"{row['input']} ({_turned(row['from'], row['to'])})"
        if against:
            # Per cent of a small difference of large parts mean nothing to anybody.
            error = f" (± {said(row['error'])})" if row["error"] else ""
            sign = "+" if row["amount"] > 0 else "-"
            unit = "days" if row["unit"] == "day" else row["unit"]
            told.append(f"{sign}{said(abs(row['amount']), unit)}{error} from {what}")
            continue
        error = f" (± {100 * row['error'] / abs(row['change']):.0f})" if row["error"] else ""
        of = " of that is" if i == 0 else ""
        told.append(f"{100 * row['share']:.0f} %{error}{of} {what}")
    rest = len(rows) - _MOST
    more = [f"the rest from {rest} other inputs"] if rest > 0 else []
    return ": " * against + "; " * (not against) + ", ".join([*told, *more])
