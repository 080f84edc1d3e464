"""Attribution: each input's share of the difference between two stress runs.

The figures are the loss, what headline places go without, and when they first run short, by
response.  With one input it is the whole difference.  With several, the study is computed with
every set of them turned over, and each gets its Shapley share (`shapley`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.errors import InputError, SeawallError
from seawall.questions.hybrids import End, Player, merged, mixed, players
from seawall.questions.indicators import indicators
from seawall.questions.parts import Part, lending, order_of
from seawall.questions.prepared import Prepared
from seawall.questions.shapley import EXACT, plan, shares
from seawall.questions.stress import loss
from seawall.runs.executor import spread
from seawall.study.chains import part as chain_part

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from seawall.network.network import Floats
    from seawall.runs.progress import Progress
    from seawall.runs.store import StoredRun

SHARES = (
    "figure", "response", "place", "commodity", "unit", "run_a", "run_b", "change", "input", "from",
    "to", "share", "amount", "error", "method",
)  # fmt: skip
#: Columns of `indicators` that are attributed.
FIGURES = ("unserved", "first_shortfall_day")
LOSS = "loss"
#: A change below this part of a figure is rounding of a solver.
NOISE = 1e-6
#: Responses that take a second, of which many sets of inputs can be asked.
QUICK = ("frozen", "foresight")
#: With more inputs than this only the quick responses are attributed unless others are named.
FEW = 3

#: Response, place, commodity, figure; place and commodity are blank for the loss.
Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Attributed:
    """Shares, and what was done to get them.

    Attributes
    ----------
    rows
        Rows of table `shares`.
    inputs
        The inputs in which the runs differ.
    notes
        What a reader must know: responses left out, inputs taken together, why there are none.
    """

    rows: list[dict[str, Any]]
    inputs: tuple[Player, ...] = ()
    notes: list[str] = field(default_factory=list)


def attribute(
    runs: tuple[StoredRun, StoredRun],
    ends: tuple[End, End],
    *,
    samples: int | None = None,
    responses: Collection[str] = (),
    seed: int = 0,
    workers: int = 1,
    progress: Progress | None = None,
) -> Attributed:
    """Share of each input in what differs between two stress runs.

    Parameters
    ----------
    runs, ends
        The runs, and what they were asked.
    samples
        Orders to draw where there are more than `shapley.EXACT` inputs; None: then no shares.
    responses
        Which to attribute; none: those of both runs, with more than `FEW` inputs only the quick.
    """
    chains = tuple(dict.fromkeys(chain for end in ends for chain in end.struck))
    inputs = players(*ends, chains)
    if not inputs:
        return Attributed([], (), ["No input differs that a stress test reads."])
    first, last = (_stored(run, ends) for run in runs)
    keys = [key for key in first if key in last]
    notes: list[str] = []
    if len(inputs) == 1:
        return Attributed(_whole(keys, first, last, inputs[0], runs), tuple(inputs), notes)
    if len(inputs) > EXACT and samples is None:
        notes.append(
            f"{len(inputs)} inputs differ: --shares 40 draws 40 orders in which they are turned "
            "over, and says each one's share with its error."
        )
        return Attributed([], tuple(inputs), notes)
    keys = _asked(keys, responses, len(inputs), notes)
    inputs = _apart(ends, inputs, notes)
    if len(inputs) == 1:
        return Attributed(_whole(keys, first, last, inputs[0], runs), tuple(inputs), notes)
    planned = plan(len(inputs), samples or 0, seed)
    names = tuple(dict.fromkeys(key[0] for key in keys))
    found = spread(
        partial(_value, ends, tuple(inputs), names),
        planned.subsets,
        workers,
        progress,
        text="studies between the two",
        name=partial(_name, tuple(inputs)),
    )
    values = dict(zip(planned.subsets, found, strict=True))
    _unlike(keys, (first, last), values, len(inputs), notes)
    rows = []
    for key in keys:
        series = {s: values[s].get(key) for s in planned.subsets}
        if any(value is None for value in series.values()):
            if first[key] != last[key]:
                notes.append(f"{_title(key)}: no shares, since it does not exist between the runs.")
            continue
        table = {s: np.array([float(value or 0.0)]) for s, value in series.items()}
        rows += _rows(key, table, inputs, shares(planned, table), runs, drawn=bool(planned.orders))
    return Attributed(rows, tuple(inputs), notes)


def _stored(run: StoredRun, ends: tuple[End, End]) -> dict[Key, float | None]:
    """The figures of a run as they are kept."""
    found: dict[Key, float | None] = {}
    headline = {place for end in ends for place in end.study.settings.headline}
    table = run.tables["indicators"]
    table = table[(table["tier"] == "all") & table["place"].isin(headline)]
    for row in table.to_dict("records"):
        for name in FIGURES:
            value = row[name]
            key = (row["response"], row["place"], row["commodity"], name)
            found[key] = None if value is None or value != value else float(value)
    for response, figures in (run.summary.get("responses") or {}).items():
        found[response, "", "", LOSS] = figures[LOSS]
    return found


def _asked(keys: list[Key], responses: Collection[str], inputs: int, notes: list[str]) -> list[Key]:
    """The figures to attribute; a note on the responses that are left out."""
    there = list(dict.fromkeys(key[0] for key in keys))
    wanted = [name for name in there if name in responses]
    if not responses:
        wanted = there if inputs <= FEW else [name for name in there if name in QUICK] or there
    left = [name for name in there if name not in wanted]
    if left and not responses:
        notes.append(
            f"Shares are those of {', '.join(wanted)}; {', '.join(left)} take longer: "
            + " ".join(f"--response {name}" for name in left)
        )
    return [key for key in keys if key[0] in wanted]


def _apart(ends: tuple[End, End], inputs: list[Player], notes: list[str]) -> list[Player]:
    """Inputs that can be turned over alone: those that break a rule without another are one with
    it.

    Raises
    ------
    InputError
        A study between the runs breaks a rule whatever is taken together.
    """
    while len(inputs) > 1:
        broken = next((i for i in range(len(inputs)) if _breaks(ends, [inputs[i]])), None)
        if broken is None:
            without = [[p for p in inputs if p is not one] for one in inputs]
            broken = next((i for i, rest in enumerate(without) if _breaks(ends, rest)), None)
            if broken is None:
                return inputs
        others = [i for i in range(len(inputs)) if i != broken]
        fits = [i for i in others if not _breaks(ends, [inputs[broken], inputs[i]])]
        other = fits[0] if fits else others[0]
        one = merged(inputs[broken], inputs[other])
        notes.append(
            f"{inputs[broken].name} and {inputs[other].name} count as one input: with only one of "
            "them the study breaks a rule."
        )
        inputs = [one if i == broken else p for i, p in enumerate(inputs) if i != other]
    return inputs


def _breaks(ends: tuple[End, End], turned: Sequence[Player]) -> bool:
    try:
        mixed(*ends, turned)
    except InputError:
        return True
    return False


def _name(inputs: tuple[Player, ...], subset: int) -> str:
    turned = [player.name for i, player in enumerate(inputs) if subset >> i & 1]
    return f"run A with {', '.join(turned) or 'nothing'} as in run B"


def _value(
    ends: tuple[End, End], inputs: tuple[Player, ...], names: tuple[str, ...], subset: int
) -> dict[Key, float | None]:
    """The figures with a set of inputs turned over."""
    if subset == 2 ** len(inputs) - 1:
        return figures_of(ends[1], names)
    turned = [player for i, player in enumerate(inputs) if subset >> i & 1]
    return figures_of(mixed(*ends, turned) if turned else ends[0], names)


def figures_of(end: End, responses: Sequence[str]) -> dict[Key, float | None]:
    """The figures that are attributed, of what one run is asked: computed without the rest of a
    stress test.

    Raises
    ------
    SeawallError
        As `stress`.
    """
    found: dict[Key, float | None] = {}
    lost = dict.fromkeys(responses, 0.0)
    headline = set(end.study.settings.headline)
    lends = lending(end.study, end.protocol).chains if "pact" in responses else ()
    for chain, scenario in end.struck.items():
        # Each study between two runs is asked once: neither its other chains nor it are kept.
        part = Part(chain, chain_part(end.study, chain), scenario)
        ready = Prepared(part.study).rationed(order_of(end.study, part, end.rationing))
        met = ready.conditions(part.scenario)
        for name in responses:
            # A chain that the protocol does not reach counts with its market.
            reached = name != "pact" or part.chain in lends
            run = ready.response(name if reached else "market", end.protocol).run(met)
            lost[name] += loss(ready.network, met, run, ready.reference)
            for row in indicators(ready.network, met, run, ""):
                if row["tier"] == "all" and row["place"] in headline:
                    for figure in FIGURES:
                        found[name, row["place"], row["commodity"], figure] = row[figure]
    return found | {(name, "", "", LOSS): value for name, value in lost.items()}


def _unlike(
    keys: list[Key],
    kept: tuple[Mapping[Key, float | None], Mapping[Key, float | None]],
    values: Mapping[int, Mapping[Key, float | None]],
    inputs: int,
    notes: list[str],
) -> None:
    """Say where the ends, computed again, are not what the runs say."""
    for name, run, subset in (("A", kept[0], 0), ("B", kept[1], 2**inputs - 1)):
        off = [k for k in keys if not _same(run[k], values[subset].get(k))]
        if off:
            notes.append(
                f"Computed again with this version, run {name} gives another figure for "
                f"{', '.join(_title(key) for key in off[:3])}; shares are those of the new figures."
            )


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= NOISE * max(abs(one), abs(other), 1e-9)


def _title(key: Key) -> str:
    response, place, commodity, figure = key
    words = figure.replace("_", " ")
    return f"{words} under {response}" + (f" of {place} {commodity}" if place else "")


def _whole(
    keys: list[Key],
    first: Mapping[Key, float | None],
    last: Mapping[Key, float | None],
    player: Player,
    runs: tuple[StoredRun, StoredRun],
) -> list[dict[str, Any]]:
    """All of every difference, as a single input makes it."""
    rows = []
    for key in keys:
        a, b = first[key], last[key]
        if a is None or b is None or _same(a, b):
            continue
        rows.append(_row(key, a, b, player, 1.0, b - a, 0.0, "exact", runs))
    return rows


def _rows(
    key: Key,
    values: Mapping[int, Floats],
    inputs: Sequence[Player],
    found: tuple[Floats, Floats],
    runs: tuple[StoredRun, StoredRun],
    *,
    drawn: bool,
) -> list[dict[str, Any]]:
    """Shares of one figure, the largest first; none where it does not differ."""
    a, b = float(values[0][0]), float(values[2 ** len(inputs) - 1][0])
    if _same(a, b):
        return []
    amount, error = (part[:, 0] for part in found)
    if abs(amount.sum() - (b - a)) > NOISE * max(abs(a), abs(b)):
        raise SeawallError(f"shares of {_title(key)} add up to {amount.sum()}, not to {b - a}")
    method = "drawn orders" if drawn else "all orders"
    return [
        _row(key, a, b, inputs[i], float(amount[i]) / (b - a), float(amount[i]), float(error[i]),
             f"shapley, {method}", runs)
        for i in np.argsort(-np.abs(amount), kind="stable").tolist()
    ]  # fmt: skip


def _row(
    key: Key, a: float, b: float, player: Player, share: float, amount: float, error: float,
    method: str, runs: tuple[StoredRun, StoredRun],
) -> dict[str, Any]:  # fmt: skip
    response, place, commodity, figure = key
    units = runs[1].summary.get("units", {})
    unit = str(units.get(figure, ""))
    if figure == "unserved":
        table = runs[1].tables["indicators"]
        unit = str(table.loc[table["commodity"] == commodity, "unit"].iloc[0])
    return {
        "figure": figure, "response": response, "place": place, "commodity": commodity,
        "unit": unit, "run_a": a, "run_b": b, "change": b - a, "input": player.name,
        "from": player.before, "to": player.after, "share": share, "amount": amount,
        "error": error, "method": method,
    }  # fmt: skip
