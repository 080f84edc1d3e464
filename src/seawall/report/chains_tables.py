"""Tables of the report's part on minerals and chips: assumptions, exposure, balances."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.report import text, views
from seawall.report.chains_view import KNOWN, ChainsView, details, items, largest, share
from seawall.report.tables import Html, html_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seawall.report.tables import Cell

#: Rows of a long table that are shown before it is folded.
SHOWN = 12
#: How weak a figure is, the weakest first.
WEAK = ("assumption", "estimate", "recalled", "looked-up")
#: Shares below this are left out of the tables behind the trees.
SMALLEST = 0.02
#: A gap below this share of the world's output counts as closed.
CLOSED = 0.01
#: What is left over after reconciling, of what passes a place, up to which it is a rounding.
LEFT = 1e-4


def folded(
    head: Sequence[str], rows: Sequence[Sequence[Cell]], *, caption: str,
    numbers: Sequence[int] = (), note: str = "", rest: str = "rows",
) -> str:  # fmt: skip
    """A table of which only the first rows are shown, and the rest on request."""
    first = html_table(head, rows[:SHOWN], caption=caption, numbers=numbers, note=note)
    if len(rows) <= SHOWN:
        return first
    more = html_table(head, rows[SHOWN:], caption=f"{caption}, continued", numbers=numbers)
    return first + details(f"{len(rows) - SHOWN} more {escape(rest)}", more)


def assumptions(view: ChainsView) -> pd.DataFrame:
    """Assumptions that concern a chain of minerals or chips, the weakest first."""
    frame = views.table(view.study, "assumptions")
    goods = view.goods.drop(index=list(view.gas), errors="ignore")
    words = [*goods["chain"].astype(str), *goods.index, "mineral"]
    said = frame["applies_to"].astype(str) + " " + frame["id"].astype(str)
    pattern = "|".join(rf"(?<![a-z]){re.escape(word)}" for word in dict.fromkeys(words) if word)
    frame = frame[said.str.contains(pattern, regex=True) | (said.str.startswith("all "))]
    level = frame["confidence"].map({name: k for k, name in enumerate(WEAK)}).fillna(len(WEAK))
    return frame.assign(level=level).sort_values(["level", "id"], kind="stable")


def assumptions_table(view: ChainsView) -> str:
    """What was assumed, before anything that rests on it."""
    frame = assumptions(view)
    if frame.empty:
        return ""
    rows: list[list[Cell]] = []
    for row in frame.to_dict("records"):
        low, high = row.get("low"), row.get("high")
        unknown = text.missing(low) or text.missing(high)
        span = text.NOTHING if unknown else f"{text.cell(low)} to {text.cell(high)}"
        rows.append(
            [_applies(view, row), f"{text.cell(row['value'])}{text.NB}{row['unit']}", span,
             view.names.in_words(row["why"]), str(row["confidence"])]
        )  # fmt: skip
    return folded(
        ["What", "Value", "Range", "Why", "Confidence"], rows, caption="What was assumed",
        rest="assumptions and estimates",
        note="Yields, values and stocks that no source gives, the weakest first; each is a row of "
        "the study and can be replaced there. Tonnes lead: every value in money below is "
        "indicative.",
    ) + _assumed_rows(view)  # fmt: skip


def _assumed_rows(view: ChainsView) -> str:
    """Yields, and stocks of headline places, that are assumptions in their own tables."""
    rows: list[list[Cell]] = []
    recipes = views.table(view.study, "processes")
    weak = (recipes["confidence"] == WEAK[0]) & ~recipes["commodity"].isin(view.gas)
    for row in recipes[weak].to_dict("records"):
        what = f"{text.capital(text.words(row['process']))}: {row['role']} of "
        rows.append(
            ["recipe", what + view.good(row["commodity"]), text.cell(row["quantity"]),
             _note(view, row)]
        )  # fmt: skip
    stocks = views.table(view.study, "stocks")
    weak = (stocks["confidence"] == WEAK[0]) & ~stocks["commodity"].isin(view.gas)
    for row in stocks[weak & stocks["place"].isin(view.places)].to_dict("records"):
        unit = view.unit(row["commodity"])
        rows.append(
            ["stock", f"{view.place(row['place'])}: {view.good(row['commodity'])}",
             text.mt(row["start"], unit), _note(view, row)]
        )  # fmt: skip
    if not rows:
        return ""
    table = html_table(
        ["Table", "What", "Figure", "Note"], rows, caption="Yields and stocks that are assumptions",
        numbers=(2,), note="Amounts of a recipe are per unit of what it is run for.",
    )  # fmt: skip
    return details(f"{len(rows)} yields and stocks that are assumptions", table)


def _note(view: ChainsView, row: dict[Any, Any]) -> str:
    note = row.get("note")
    return text.NOTHING if text.missing(note) else view.names.in_words(note)


def _applies(view: ChainsView, row: dict[Any, Any]) -> str:
    """What an assumption is about, with chains and goods in words."""
    said = view.names.in_words(row["applies_to"])
    for good in sorted(view.goods.index, key=len, reverse=True):
        if "_" in good:
            said = said.replace(good, view.good(good))
    said = re.sub(r"\b[a-z]+(_[a-z]+)+\b", lambda m: text.words(m[0]), said)
    return text.capital(said)


def exposures(view: ChainsView) -> list[dict[str, Any]]:
    """One row a headline place and good in use: direct, looked through, passages, indices."""
    direct, crossed = view.exposed("direct"), view.exposed("passages")
    indices, flags = view.exposed("indices"), view.exposed("flags")
    direct = direct[~direct["supplier"].map(view.rest).astype(bool)]
    flags = flags[~flags["what"].map(view.rest).astype(bool)]
    found = []
    for (place, good), rows in view.origins.groupby(["place", "commodity"], sort=False):
        here = {"place": str(place), "commodity": str(good)}
        rest = rows["country"].map(view.rest).astype(bool)
        worst = _worst_stage(rows[(rows["country"] != view.home(place)) & ~rest])
        own = _where(indices, **here)
        found.append(
            {
                **here,
                "direct": largest(_where(direct, **here)),
                "worst": worst,
                "of_imports": _value(own, "effective_suppliers"),
                "of_origins": None if worst is None else _value(
                    own, "lookthrough_effective_suppliers",
                    element=worst["element"], stage_commodity=worst["stage_commodity"],
                ),
                "passage": largest(_where(crossed, **here)),
                "risk": _value(own, "EU_SR"),
                "flags": _where(flags, **here),
            }
        )  # fmt: skip
    order = {place: k for k, place in enumerate(view.places)}
    chains = {name: k for k, name in enumerate(view.study.chains)}
    return sorted(
        found,
        key=lambda r: (order[r["place"]], chains[view.chain(r["commodity"])], -_worst(r)),
    )


def _worst_stage(abroad: pd.DataFrame) -> pd.Series[Any] | None:
    """The country, element and stage of the largest share, scrap counted where it is won."""
    keys = ["element", "stage", "stage_commodity", "country"]
    told = abroad.assign(known=abroad["share"] * abroad["known"])
    sums = told.groupby(keys, sort=False, as_index=False)[["share", "known"]].sum()
    return largest(sums.assign(known=sums["known"] / sums["share"]))


def _worst(row: dict[str, Any]) -> float:
    return 0.0 if row["worst"] is None else float(row["worst"]["share"])


def _where(frame: pd.DataFrame, **keys: object) -> pd.DataFrame:
    for name, value in keys.items():
        frame = frame[frame[name] == value]
    return frame


def _value(indices: pd.DataFrame, index: str, **keys: object) -> float | None:
    rows = _where(indices, index=index, **keys)
    return None if rows.empty else float(rows["value"].iloc[0])


def exposure_table(view: ChainsView) -> str:
    """Place by good: on whom it hangs, seen from the counter and seen through the tiers."""
    rows = [_exposure_row(view, row) for row in exposures(view)]
    return html_table(
        ["Country", "Good", "Largest supplier", "Worst stage, looked through",
         "Suppliers that count: direct", "at the worst stage", "Largest passage",
         "EU supply risk", "Flags"],
        rows, caption="Supplier, worst stage and passage of each good",
        numbers=(4, 5, 7),
        note="Largest supplier: share of imports, then of all use, home production counted; the "
        "rest of the world is no single supplier and left out. Worst "
        "stage: the country abroad that makes the largest part of an element at any stage, scrap "
        "counted where it is won. Suppliers that count: one over the sum of squared shares, 1 when "
        "there is only one. EU "
        "supply risk: the formula of 2017, above 1 is high; a dash where a figure that it needs is "
        "missing. Flags: above 65 % from one source (benchmark of the EU Critical Raw Materials "
        "Act), or above 50 % through one passage. Hatched: no trade between the pair is known, the "
        "figure is filled in.",
    )  # fmt: skip


def _exposure_row(view: ChainsView, row: dict[str, Any]) -> list[Cell]:
    direct, worst, passage = row["direct"], row["worst"], row["passage"]
    return [
        view.place(row["place"]),
        text.capital(view.good(row["commodity"])),
        text.NOTHING if direct is None else _marked(
            f"{view.place(direct['supplier'])}: {text.pct(direct['share'])} of imports, "
            f"{text.pct(direct['of_supply'])} of use", direct["known"]),
        text.NOTHING if worst is None else _marked(
            f"{view.place(worst['country'])}: {text.pct(worst['share'])} of its "
            f"{_stage(view, worst, row['commodity'])}", worst["known"]),
        _number(row["of_imports"]), _number(row["of_origins"]),
        text.NOTHING if passage is None else _marked(
            f"{view.names.short(passage['passage'])}: {text.pct(passage['share'])}",
            passage["known"]),
        _number(row["risk"]),
        _flags(view, row["flags"]),
    ]  # fmt: skip


def _stage(view: ChainsView, row: Any, good: object) -> str:
    element = view.element(row["element"], good)
    stage = str(row["stage"])
    return f"{element} ({stage})"


def _marked(words: str, known: object) -> Cell:
    sure = text.number(known)
    if sure is None or sure >= KNOWN:
        return words
    return Html(f'<span class="unknown" title="no pair trade known">{escape(words)}</span>')


def _number(value: float | None) -> str:
    return text.NOTHING if value is None else text.sig(value)


def _flags(view: ChainsView, flags: pd.DataFrame) -> Cell:
    """Flags as marks, one a source or passage, with the stages that it is raised at."""
    marks = []
    for (kind, what), rows in flags.groupby(["flag", "what"], sort=False):
        stages = [s for s in dict.fromkeys(rows["stage"].astype(str)) if s]
        name = view.names.short(what) if kind == "single passage" else view.place(what)
        where = f" ({', '.join(stages)})" if stages else ""
        marks.append(f'<span class="flag">{escape(name + where)}</span>')
    return Html(" ".join(marks)) if marks else text.NOTHING


def tree_table(view: ChainsView, good: str) -> str:
    """The shares behind the trees of a good, to copy."""
    rows: list[list[Cell]] = []
    table = view.origins[view.origins["commodity"] == good]
    table = table[table["share"] >= SMALLEST]
    for (place, element, _), part in table.groupby(
        ["place", "element", "stage_commodity"], sort=False
    ):
        for row in part.sort_values("share", ascending=False).to_dict("records"):
            who = view.place(row["country"]) + (", recycled" if row["recycled"] else "")
            rows.append(
                [view.place(place), view.element(element, good), str(row["stage"]), who,
                 share(row["share"], row["known"])]
            )  # fmt: skip
    table_html = html_table(
        ["Country", "Element", "Stage", "Made in", "Share"], rows, numbers=(4,),
        caption=f"Who makes it at each stage: {view.good(good)}",
        note=f"Shares of {text.pct(SMALLEST)} and more.",
    )  # fmt: skip
    return details(f"Table of the shares behind {escape(view.good(good))}", table_html)


def balances_part(view: ChainsView) -> str:
    """Whether each chain closes from the mine to its last stage, and where it does not."""
    table = view.table("balances")
    if table.empty:
        return ""
    table = table[~table["commodity"].isin(view.gas)]
    said, rows = [], []
    for chain, part in table.groupby("chain", sort=False):
        size = part["share_of_world"].abs()
        worst = part.iloc[int(size.to_numpy().argmax())]
        said.append(escape(_closes(view, str(chain), worst)))
        stated = part[part["stated_gap"].abs() > 0]
        shown = pd.concat([part[size > 1e-4].head(4), stated.head(4)])
        rows += [_balance_row(view, str(chain), row) for row in _once(shown)]
    left = table["left_over"].abs() / table[["enters", "leaves"]].max(axis=1).clip(lower=1e-9)
    note = (
        "Gap: what the tables say enters less what they say leaves, before anything is moved. "
        "Stated: what the study itself calls stock building and losses. After reconciling, what is "
        f"left over is {'nothing' if left.max() < LEFT else text.pct(left.max())}"
        f"{'' if left.max() < LEFT else ' of what passes there, at most'}."
    )
    shown_table = folded(
        ["Chain", "Good", "Country", "Enters a year", "Leaves a year", "Gap",
         "Of the world’s output", "Stated gap", "Left over"],
        rows, caption="Largest gaps before reconciling", numbers=range(3, 9), note=note,
        rest="gaps",
    ) if rows else ""  # fmt: skip
    return items(said) + shown_table


def _once(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    return frame[~frame.index.duplicated()].to_dict("records")


def _closes(view: ChainsView, chain: str, worst: pd.Series[Any]) -> str:
    title = text.capital(text.words(chain))
    share_of = abs(float(worst["share_of_world"]))
    if share_of < 1e-4:
        return f"{title}: closes at every stage and place as the tables stand."
    where = f"{view.good(worst['commodity'])} in {view.place(worst['place'])}"
    much = f"{text.mt(abs(worst['gap']), view.unit(worst['commodity']))} a year"
    if share_of <= CLOSED:
        return (
            f"{title}: closes within {text.pct(share_of)} of the world’s output at every stage; "
            f"the largest gap is {much} of {where}."
        )
    side = "more leaves than enters" if float(worst["gap"]) < 0 else "more enters than leaves"
    return (
        f"{title}: does not close. {text.capital(side)} by {much} of {where}, "
        f"{text.pct(share_of)} of the world’s output."
    )


def _balance_row(view: ChainsView, chain: str, row: dict[Any, Any]) -> list[Cell]:
    unit = view.unit(row["commodity"])
    left = abs(float(row["left_over"]))
    closed = left <= LEFT * max(float(row["enters"]), float(row["leaves"]), 1e-9)
    even = abs(float(row["share_of_world"])) < 1e-4
    return [
        text.capital(text.words(chain)), text.capital(view.good(row["commodity"])),
        view.place(row["place"]), text.mt(row["enters"], unit), text.mt(row["leaves"], unit),
        "none" if even else signed(row["gap"], unit),
        text.NOTHING if even else text.pct(abs(row["share_of_world"])),
        text.mt(row["stated_gap"], unit) if row["stated_gap"] else "none",
        "0" if closed else text.mt(row["left_over"], unit),
    ]  # fmt: skip


def signed(value: object, unit: str) -> str:
    amount = text.number(value)
    if amount is None:
        return text.NOTHING
    mark = text.MINUS if amount < 0 else "+" if amount > 0 else ""
    return f"{mark}{text.mt(abs(amount), unit)}"
