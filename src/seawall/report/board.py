"""The board: six sectors by six questions, one headline figure a cell or the reason for none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from seawall.errors import SeawallError
from seawall.report import findings, phrases, text, views
from seawall.report.worldmap import passage_names
from seawall.study.records import SECTORS

if TYPE_CHECKING:
    import pandas as pd

    from seawall.report.views import Case, Names, Outcome

QUESTIONS: Mapping[str, str] = {
    "exposure": "On whom do we depend?",
    "stress": "What if it stops?",
    "redirect": "Which cargo goes where?",
    "site": "Where to build?",
    "track": "Was it delivered?",
    "plan": "What to buy first?",
}
UNGRADED = "not graded: no uncertainty run"


@dataclass(frozen=True)
class Cell:
    """A headline figure, its unit or interval in words, its evidence grade, where it is shown."""

    headline: str
    interval: str
    grade: str
    link: str


@dataclass(frozen=True)
class NotModelled:
    """An empty cell and why it is empty."""

    why: str


Board = Mapping[tuple[str, str], Cell | NotModelled]


def board(
    study: Any,
    cases: Sequence[Case],
    names: Names,
    *,
    sweep: Any = None,
    exposure: Any = None,
    extra: Mapping[str, pd.DataFrame] | None = None,
) -> Board:
    """Fill what the results fill; every other cell says why it is empty."""
    commodities = views.table(study, "commodities")
    modelled = set(views.column(commodities, "sector").astype(str))
    cells: dict[tuple[str, str], Cell | NotModelled] = {
        (sector, question): _empty(question)
        if sector in modelled
        else NotModelled("no tables of this sector in the study")
        for sector in SECTORS
        for question in QUESTIONS
    }
    energy = _sector(commodities, cases, modelled)
    if energy and cases:
        cells[energy, "stress"] = _stress(cases)
        lent = _redirect(cases, names, extra or {})
        if lent:
            cells[energy, "redirect"] = lent
    if energy and exposure is not None:
        cells[energy, "exposure"] = _exposure(exposure, names, cases)
    if cases:
        chain = _shared_passages(study, cases[0], names)
        if chain:
            cells["supply chains", "exposure"] = chain
    if sweep is not None:
        cells["supply chains", "stress"] = _single_loss(sweep, names)
    filled = {sector for (sector, _), cell in cells.items() if isinstance(cell, Cell)}
    return {
        (sector, question): _empty(question)
        if sector in filled and isinstance(cell, NotModelled)
        else cell
        for (sector, question), cell in cells.items()
    }


def _sector(commodities: pd.DataFrame, cases: Sequence[Case], modelled: set[str]) -> str | None:
    """The sector of what the scenarios are about; without any, the first of the study."""
    first = next((s for s in SECTORS if s in modelled), None)
    if not cases:
        return first
    good = views.main_commodity(cases[0].indicators, cases[0].places[0])
    sectors = commodities.loc[commodities["id"].astype(str) == good, "sector"]
    return first if sectors.empty else str(sectors.iloc[0])


def _empty(question: str) -> NotModelled:
    built = question != "plan"
    return NotModelled("not asked in this report" if built else "question not built yet")


def _stress(cases: Sequence[Case]) -> Cell:
    """The scenario and country that lose the largest share of their use."""
    number, case, place = max(
        ((k, case, place) for k, case in enumerate(cases, 1) for place in case.places),
        key=lambda item: item[1].bracket(item[2])[1].share,
    )
    low, high = case.bracket(place)
    others = [
        f"{worst.name} {findings.worst(best, worst)}" if worst.short else f"{worst.name} not short"
        for best, worst in (case.bracket(p) for p in case.places if p != place)
    ]
    rest = f"; {'; '.join(others)}" if others else ""
    grids = _grids(case)
    return Cell(
        f"{high.name} goes without {findings.worst(low, high)} of its {high.good}"
        if high.short
        else f"{high.name} is not short of {high.good}",
        f"in the worst week{rest}. {case.title}{spread(low, high)}{grids}",
        max(low.grade, high.grade) or UNGRADED,
        f"#case-{number}",
    )


def spread(low: Outcome, high: Outcome) -> str:
    """What redrawn inputs make of both ends of a bracket, the lesser first; nothing without."""
    if low.low is None or high.low is None:
        return ""
    ends = dict.fromkeys([findings.unserved(low), findings.unserved(high)])
    return f". Not served over the run, with P10 and P90: {' to '.join(ends)}"


def _grids(case: Case) -> str:
    """The grid that is cut most."""
    table = case.table("grids")
    if table.empty:
        return ""
    if phrases.cut(table) == 0.0:
        return ". No grid cuts anything"
    worst = table.assign(cut=views.figures(table, "unserved_gwh")).nlargest(1, "cut").iloc[0]
    return f". {worst['name']}: up to {phrases.gwh(worst['cut'])} not served"


def _redirect(
    cases: Sequence[Case], names: Names, extra: Mapping[str, pd.DataFrame]
) -> Cell | None:
    """What a sharing pact turns over: the scenario in which most is lent, or that it never is."""
    told = [case for case in cases if len(case.table("pact"))]
    if not told:
        return None
    used = [case for case in told if phrases.pact_used(case.table("pact"))]
    worth = _worth(extra.get("worth"), names)
    if not used:
        return Cell(
            "The sharing pact is never used",
            f"in {len(told)} scenario{'s' if len(told) > 1 else ''}{worth}. Loans under the pact "
            "only",
            UNGRADED,
            "#pact",
        )
    most = max(used, key=lambda case: float(views.figures(case.table("pact"), "lent").sum()))
    rows = most.table("pact")
    lender = rows.assign(lent=views.figures(rows, "lent")).nlargest(1, "lent").iloc[0]
    never = f". Not used in {len(told) - len(used)} of {len(told)} scenarios"
    return Cell(
        f"{names.short(lender['place'])} lends {text.mt(lender['lent'])} of LNG",
        f"under the sharing pact, at most: {most.title}{never if len(told) > len(used) else ''}"
        f"{worth}. Loans under the pact only",
        UNGRADED,
        "#pact",
    )


def _worth(table: pd.DataFrame | None, names: Names) -> str:
    """Yearly worth of the pact to each member with its interval, the least first."""
    if table is None or table.empty:
        return ""
    rows = table.assign(balance=views.figures(table, "balance")).sort_values("balance")
    said = [
        f"{names.short(r['place'])} {phrases.signed(r['balance'])} "
        f"({phrases.span(r['low'], r['high'])})"
        for r in rows.to_dict("records")
    ]
    return f". Worth a year (90 % interval): {'; '.join(said)}"


def _exposure(exposure: Any, names: Names, cases: Sequence[Case]) -> Cell:
    """The largest share of a headline country's supply that one passage carries."""
    table: pd.DataFrame = exposure.tables["passages"]
    table = table[views.column(table, "use") != "recipe"]
    table = table.assign(share=views.figures(table, "share"))
    places = cases[0].places if cases else tuple(dict.fromkeys(table["place"].astype(str)))
    largest = []
    for place in places:
        rows = table[table["place"].astype(str) == place].sort_values("share", ascending=False)
        if len(rows):
            top = rows.iloc[0]
            supply = f"{names.short(place)}’s {names.good(top['commodity'])}"
            largest.append((float(top["share"]), supply, text.the(names.short(top["passage"]))))
    if not largest:
        raise SeawallError("the exposure result speaks of none of the headline places")
    largest.sort(reverse=True)
    value, supply, passage = largest[0]
    rest = "".join(f"; {text.pct(v)} of {s} crosses {p}" for v, s, p in largest[1:])
    return Cell(
        f"{text.pct(value)} of {supply} crosses {passage}",
        f"in the base year, home production counted{rest}",
        UNGRADED,
        "#exposure",
    )


def _shared_passages(study: Any, case: Case, names: Names) -> Cell | None:
    lanes = views.table(study, "lanes")
    base = views.long_haul(study, case.base_flows).groupby("lane")["quantity"].sum()
    total = float(base.sum())
    crossed: dict[str, float] = {}
    for lane, cell in zip(lanes["id"].astype(str), views.column(lanes, "passages"), strict=True):
        for passage in passage_names(cell):
            crossed[passage] = crossed.get(passage, 0.0) + float(base.get(lane, 0.0))
    if not crossed or total <= 0.0:
        return None
    shut = [p for p in case.shut if p in crossed]
    top = max(shut or crossed, key=lambda p: crossed[p])
    return Cell(
        f"{text.pct(crossed[top] / total)} of LNG trade passes {text.the(names.short(top))}",
        f"of {text.mt(total)} a year. LNG lanes only",
        UNGRADED,
        "#case-1",
    )


def _single_loss(sweep: Any, names: Names) -> Cell:
    table: pd.DataFrame = sweep.tables["ranking"]
    table = table.assign(unserved=views.figures(table, "unserved"))
    worst = table.sort_values("unserved", ascending=False).iloc[0]
    same = table[(table["targets"] == worst["targets"]) & (table["place"] == worst["place"])]
    low, high = float(same["unserved"].min()), float(same["unserved"].max())
    return Cell(
        f"Worst single loss: {text.the(names.of_many(worst['targets']))}",
        f"{names.of(worst['place'])} goes without "
        f"{text.between(text.mt(low), text.mt(high))} of gas. LNG only",
        UNGRADED,
        "#sweep",
    )


def _runs(line: Sequence[Cell | NotModelled]) -> list[tuple[Cell | NotModelled, int]]:
    """Neighbours that are empty for the same reason, as one cell and how many it spans."""
    runs: list[tuple[Cell | NotModelled, int]] = []
    for cell in line:
        if runs and isinstance(cell, NotModelled) and runs[-1][0] == cell:
            runs[-1] = (cell, runs[-1][1] + 1)
        else:
            runs.append((cell, 1))
    return runs


def board_html(cells: Board) -> str:
    """The board as a table; empty neighbours of one reason share a cell."""
    head = "".join(
        f'<th scope="col"><b>{escape(text.capital(q))}</b><span>{escape(phrase)}</span></th>'
        for q, phrase in QUESTIONS.items()
    )
    rows = []
    for sector in SECTORS:
        line = [f'<th scope="row">{escape(text.capital(sector))}</th>']
        for cell, span in _runs([cells[sector, question] for question in QUESTIONS]):
            if isinstance(cell, Cell):
                line.append(
                    f'<td class="filled"><a href="{escape(cell.link, quote=True)}">'
                    f"<b>{escape(cell.headline)}</b></a>"
                    f"<span>{escape(cell.interval)}</span>"
                    f'<span class="grade">Evidence: {escape(cell.grade)}</span></td>'
                )
            else:
                line.append(
                    f'<td class="empty" colspan="{span}"><i>not modelled yet:</i> '
                    f"{escape(cell.why)}</td>"
                )
        rows.append(f"<tr>{''.join(line)}</tr>")
    return (
        f'<table class="board"><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
