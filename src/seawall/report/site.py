"""The page of sited plants: map, supply curve, feed by month, tables, in one file."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.errors import UsageError
from seawall.report import charts, site_map, tables, text
from seawall.report.html import page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

__all__ = ["FILE", "site_page"]

#: Name of the page in the folder of a run.
FILE = "report.html"
#: Rows of the table of plants: all of them are in the files.
ROWS = 40
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: Stacks of the monthly chart, and the name of what is left.
_STACKS, _OTHERS = 3, "others"
_YES = {True: "yes", False: "no"}


def site_page(result: Any) -> str:
    """Write sited plants as one HTML page that loads nothing.

    Raises
    ------
    UsageError
        The answer is of another question.
    """
    if result.question != "site" or "supply_curve" not in result.tables:
        raise UsageError(f'an answer to "{result.question}" has no sited plants')
    made, figures = result.tables, result.summary()
    drawn = site_map.plant_map(made["plants"])
    sections = [
        ("map", "Where they stand", drawn.html),
        ("curve", "What a kilogram costs", _curve(made["supply_curve"], figures)),
        ("months", "What they are fed with, month by month", _months(result)),
        ("phases", "When they open", _phases(made["phases"])),
        ("regions", "By state", _regions(result)),
        ("plants", "Plants", _plants(result)),
        ("proof", "How sure this is", _proof(result)),
    ]
    links = "".join(f'<li><a href="#{key}">{escape(title)}</a></li>' for key, title, _ in sections)
    body = [
        _header(result, figures), f'<nav><ul class="contents">{links}</ul></nav>',
        *(f'<section id="{key}"><h2>{escape(title)}</h2>{inside}</section>'
          for key, title, inside in sections),
    ]  # fmt: skip
    return page(f"Site: {figures['plants']:,} gas plants", drawn.shapes, "".join(body))


def _header(result: Any, figures: Mapping[str, Any]) -> str:
    worst = max(figures["gap"].values())
    told = [
        _paying(figures),
        _money(figures),
        f"No plan can be better by more than {worst:.1%} of what it costs a year.",
    ]
    if figures["lng_mt"] is not None:
        told.insert(2, (
            f"That stands for {figures['lng_mt']:.1f} Mt of LNG and {figures['co2_mt']:.1f} Mt of "
            f"CO2 a year, and some {text.sig(figures['jobs'], 2)} jobs at plants."
        ))  # fmt: skip
    if len(figures["gap"]) > 1:
        told.append(
            f"{figures['always']:,} of these sites are chosen whatever the residues come to."
        )
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in told[1:])
    study = escape(result.study.settings.title) if result.study else ""
    return (
        f'<header><p class="kicker">Seawall: where plants belong · {study}</p>'
        f"<h1>{figures['plants']:,} gas plants on residues</h1>"
        f'<p class="answer">{escape(told[0])}</p><div id="headline"><ol>{items}</ol></div></header>'
    )


def _paying(figures: Mapping[str, Any]) -> str:
    paying = figures["plants"] - figures["not_paying"]
    return (
        f"{paying:,} of {figures['plants']:,} plants earn what they cost at "
        f"{figures['price']:.1f} INR/kg; {figures['not_paying']:,} do not."
    )


def _money(figures: Mapping[str, Any]) -> str:
    return (
        f"Together they make {figures['output_kt']:,.0f} kt of gas a year at "
        f"{figures['cost_per_kg']:.0f} INR/kg, for {figures['capital'] / 1000:,.0f} billion INR, "
        f"{figures['aid'] / 1000:,.0f} of it aid."
    )


def _curve(curve: pd.DataFrame, figures: Mapping[str, Any]) -> str:
    """Cost of a kg over the gas that is made at most at that cost, against the price."""
    x = np.concatenate([[0.0], curve["cumulative"].to_numpy()])
    y = np.concatenate([curve["cost"].to_numpy()[:1], curve["cost"].to_numpy()])
    most = float(x[-1])
    lines = [
        charts.Line("cost", "first", x.tolist(), y.tolist()),
        charts.Line("price", "second", [0.0, most], [figures["price"]] * 2),
    ]
    drawn = charts.line_chart(
        lines, charts.value_axis(0.0, most, "kt", ""),
        charts.value_axis(0.0, float(y.max()), "", "INR for a kg of gas, all costs"),
        title="Supply curve of the plants", size=(760.0, 320.0),
    )  # fmt: skip
    return charts.block("Gas of a year by rising cost", drawn)


def _months(result: Any) -> str:
    """Gas-making feed of each month by feedstock, in Mt."""
    feed = result.tables["feed"]
    table = (
        feed.pivot_table(
            index="month", columns="feedstock", values="quantity", aggfunc="sum", fill_value=0.0
        ).reindex(range(1, 13), fill_value=0.0)
        / 1e6
    )
    order = table.sum().sort_values(ascending=False).index
    names = _feed_names(result)
    shown = {names.get(name, name): table[name] for name in order[:_STACKS]}
    if len(order) > _STACKS:
        shown[_OTHERS] = table[order[_STACKS:]].sum(axis=1)
    lines = [
        charts.Line(name, key, list(range(1, 13)), values.tolist())
        for (name, values), key in zip(shown.items(), charts.SERIES, strict=False)
    ]
    months = charts.Axis(1.0, 12.0, [(k + 1.0, _MONTHS[k]) for k in range(0, 12, 2)])
    top = max(max(line.y) for line in lines)
    drawn = charts.line_chart(
        lines, months, charts.value_axis(0.0, top, "", "Mt fed in a month"),
        title="Feed by month", size=(760.0, 300.0),
    )  # fmt: skip
    return charts.block("Feed by month", drawn)


def _phases(phases: pd.DataFrame) -> str:
    rows = [
        [f"year {int(row.opened)}" if row.opened else "not within the budget",
         f"{row.plants:,}", f"{row.output / 1000:,.0f}", f"{row.capital / 1000:,.0f}"]
        for row in _rows(phases)
    ]  # fmt: skip
    return tables.html_table(
        ["opened", "plants", "gas [kt a year]", "capital [billion INR]"], rows,
        caption="As much gas as early as the yearly budget allows", numbers=(1, 2, 3),
    )  # fmt: skip


def _regions(result: Any) -> str:
    regions, several = result.tables["regions"], len(result.tables["bounds"]) > 1
    rows = [
        [row.region_name, f"{row.plants:,}", f"{row.output:,.0f}", f"{row.capital / 1000:,.1f}",
         f"{row.value / 1000:+,.1f}", *([f"{row.always:,}"] if several else [])]
        for row in _rows(regions)
    ]  # fmt: skip
    head = ["state", "plants", "gas [kt a year]", "capital [billion INR]",
            "earned a year [billion INR]"]  # fmt: skip
    head += ["chosen in all readings"] if several else []
    return tables.html_table(head, rows, caption="Plants by state", numbers=range(1, len(head)))


def _plants(result: Any) -> str:
    plants, several = result.tables["plants"], len(result.tables["bounds"]) > 1
    names = _feed_names(result)
    rows = [
        [row.site, row.district, row.region_name, f"{row.size:g}", f"{row.output / 1000:,.1f}",
         f"{row.cost:.0f}", f"{row.haul:.0f}", names.get(row.main_feedstock, row.main_feedstock),
         f"year {row.opened}" if row.opened else "", *([_YES[row.always]] if several else [])]
        for row in _rows(plants.head(ROWS))
    ]  # fmt: skip
    head = ["site", "district", "state", "t/day", "kt a year", "INR/kg", "haul [km]", "mainly",
            "opens"]  # fmt: skip
    head += ["in all readings"] if several else []
    note = f"The {len(rows)} cheapest of {len(plants):,}; all are in the tables of the run."
    return tables.html_table(
        head, rows, caption="Plants, the cheapest gas first", numbers=(3, 4, 5, 6), note=note
    )


def _proof(result: Any) -> str:
    rows = [
        [row.reading, f"{row.value:,.0f}", f"{row.bound:,.0f}", f"{row.cost:,.0f}",
         f"{row.gap:.2%}"]
        for row in _rows(result.tables["bounds"])
    ]  # fmt: skip
    head = ["residues", "earned", "no plan earns more than", "yearly cost", "gap"]
    table = tables.html_table(
        head, rows, caption="Each reading of the residues [million INR a year]",
        numbers=(1, 2, 3, 4),
        note="Gap: what could be earned more, over the yearly cost of feed, haul and plants.",
    )  # fmt: skip
    return table + (
        '<p class="note">Districts are taken as discs and split into equal cells; residues, what '
        "plants cost and who takes the gas are estimates of the study, with their sources in its "
        "tables. Prices do not react to what is bought.</p>"
    )


def _rows(frame: pd.DataFrame) -> Iterator[Any]:
    return frame.itertuples(index=False)


def _feed_names(result: Any) -> dict[str, str]:
    return result.study.lookup("feedstocks", "name") if result.study else {}
