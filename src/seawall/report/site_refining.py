"""The page of refining hubs: map, circuits, ore, users, how many, who is exposed, in one file."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.errors import UsageError
from seawall.report import site_map, tables, text
from seawall.report.html import page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

__all__ = ["GOODS", "refining_page", "told"]

#: What goods are called here.
GOODS = {"ndpr_oxide": "NdPr oxide", "dytb_oxide": "Dy and Tb oxide"}
#: Dy and Tb for each NdPr below which ore holds next to none.
FEW = 0.1
#: Square px for a t/yr of oxide, smallest circle, amounts of the legend.
AREA, LEAST = 0.5, 5.0
LEGEND = (100.0, 1_000.0, 3_000.0)


def refining_page(result: Any) -> str:
    """Write sited hubs as one HTML page that loads nothing.

    Raises
    ------
    UsageError
        The answer is of another question.
    """
    if result.question != "site" or "hubs" not in result.tables:
        raise UsageError(f'an answer to "{result.question}" has no refining hubs')
    made, figures = result.tables, result.summary()
    drawn = _map(made["hubs"])
    names = _places(result)
    sections = [
        ("map", "Where they stand", drawn.html),
        ("circuits", "What they make, and at what cost", _circuits(made["plants"])),
        ("count", "One hub or five", _count(made["count"], made["hubs"])),
        ("ore", "Whose ore", _ore(made["ore"], names)),
        ("oxide", "For whom", _oxide(made["oxide"], made["hubs"], names)),
        ("exposure", "Who is exposed, before and after", _exposure(made["exposure"], names)),
        ("proof", "How sure this is", _proof(result)),
    ]
    links = "".join(f'<li><a href="#{key}">{escape(title)}</a></li>' for key, title, _ in sections)
    body = [
        _header(result, figures), f'<nav><ul class="contents">{links}</ul></nav>',
        *(f'<section id="{key}"><h2>{escape(title)}</h2>{inside}</section>'
          for key, title, inside in sections),
    ]  # fmt: skip
    return page(f"Site: {_hubs(figures['hubs'])}", drawn.shapes, "".join(body))


def told(figures: Mapping[str, Any], count: pd.DataFrame) -> list[str]:
    """The answer in a few sentences, the disappointing first."""
    price = figures["price"]["ndpr_oxide"]
    lines = []
    if figures["value"] < 0:
        more = figures["needed"]
        least = f"; users would have to pay {more:.0%} more than that" if more else ""
        lines.append(
            f"{_hubs(figures['hubs'])} would lose {-figures['value']:,.0f} million USD a year at "
            f"{price:,.0f} USD/kg of NdPr oxide{least}."
        )
    else:
        lines.append(
            f"{_hubs(figures['hubs'])} would earn {figures['value']:,.0f} million USD a year."
        )
    possible = count[count["possible"]].set_index("number")["value"]
    if figures["hubs"] > 1 and 1 in possible.index and figures["hubs"] in possible.index:
        apart = (possible[1] - possible[figures["hubs"]]) / (figures["hubs"] - 1)
        if apart > 0:
            lines.append(
                f"One hub would do: each further one costs {apart:,.0f} million USD a year."
            )
    heavy, light = figures["home_ore_dytb"], figures["home_ore_ndpr"]
    lines.append(
        f"Ore and swarf at home hold {heavy:,.0f} t of Dy and Tb oxide a year beside {light:,.0f} "
        f"t of NdPr{'' if heavy > FEW * light else ': the heavy ones have to come from abroad'}."
    )
    lines.append(
        f"They make {figures['ndpr']:,.0f} t of NdPr oxide and {figures['dytb']:,.0f} t of Dy and "
        f"Tb oxide a year, for {figures['capital']:,.0f} million USD; users at home get "
        f"{figures['home_ndpr']:,.0f} t of NdPr of the {figures['home_wanted']:,.0f} t they want."
    )
    if figures["impossible"]:
        readings = text.join(figures["impossible"])
        lines.append(f"By the {readings} reading of the ore so many hubs cannot be fed at all.")
    if figures["too_short"]:
        readings = text.join(figures["too_short"])
        lines.append(f"By the {readings} reading no plan was found in the time that was given.")
    left = [name for name in figures["readings"]
            if name not in (*figures["impossible"], *figures["too_short"])]  # fmt: skip
    if len(left) > 1:
        lines.append(
            f"{figures['always']} of the sites are chosen by the {text.join(left)} readings alike."
        )
    worst = max(figures["gap"].values())
    lines.append(f"No plan can be better by more than {worst:.2%} of what it costs a year.")
    return lines


def _header(result: Any, figures: Mapping[str, Any]) -> str:
    lines = told(figures, result.tables["count"])
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in lines[1:])
    study = escape(result.study.settings.title) if result.study else ""
    return (
        f'<header><p class="kicker">Seawall: where refining belongs · {study}</p>'
        f"<h1>{escape(_hubs(figures['hubs']))} for rare earths</h1>"
        f'<p class="answer">{escape(lines[0])}</p>'
        f'<div id="headline"><ol>{items}</ol></div></header>'
    )


def _hubs(number: int) -> str:
    return "One refining hub" if number == 1 else f"{number} refining hubs"


def _map(hubs: pd.DataFrame) -> site_map.PlantMap:
    output = (hubs["ndpr"] + hubs["dytb"]).to_numpy(float)
    titles = [
        f"{row.name}: {row.ndpr:,.0f} t of NdPr, {row.dytb:,.1f} t of Dy and Tb oxide a year"
        for row in _rows(hubs)
    ]
    return site_map.circle_map(
        hubs, np.maximum(np.sqrt(output * AREA), LEAST), hubs["value"].to_numpy(float) >= 0.0,
        titles, legend=[(f"{t:,.0f} t a year", float(np.sqrt(t * AREA))) for t in LEGEND],
        names=True, words="Each circle is a hub, its area the oxide that it makes. {land}",
    )  # fmt: skip


def _circuits(plants: pd.DataFrame) -> str:
    rows = [
        [row.name, row.region_name, GOODS[row.good], f"{row.size:,.0f}",
         text.sig(row.output, 3) if row.output < 10 else f"{row.output:,.0f}", f"{row.load:.0%}",
         f"{row.capital:,.0f}", f"{row.cost:,.0f}", f"{row.price:,.0f}", f"{row.value:+,.0f}"]
        for row in _rows(plants)
    ]  # fmt: skip
    head = ["hub", "state", "makes", "size [t a year]", "made [t a year]", "load",
            "capital [million USD]", "cost [USD/kg]", "price [USD/kg]",
            "earned a year [million USD]"]  # fmt: skip
    return tables.html_table(
        head, rows, caption="Circuits of the hubs", numbers=range(3, len(head)),
        note="Cost holds ore, thorium, reagents, staff, capital, the hub itself and the way to the "
        "user; what serves both oxides is shared by what they are worth.",
    )  # fmt: skip


def _count(count: pd.DataFrame, hubs: pd.DataFrame) -> str:
    name = dict(zip(hubs["site"], hubs["name"], strict=True))
    rows = [
        [f"{row.number}", ", ".join(name.get(s, s.replace("-", " ").capitalize())
                                    for s in row.sites.split(";")),
         f"{row.ndpr:,.0f}", f"{row.dytb:,.0f}", f"{row.value:+,.0f}", f"{row.gap:.2%}"]
        if row.possible else [f"{row.number}", row.found, "", "", "", ""]
        for row in _rows(count)
    ]  # fmt: skip
    return tables.html_table(
        ["hubs", "where", "NdPr [t a year]", "Dy and Tb [t a year]",
         "earned a year [million USD]", "gap"],
        rows, caption="The same promise by one to five hubs", numbers=(0, 2, 3, 4, 5),
    )  # fmt: skip


def _ore(ore: pd.DataFrame, names: Mapping[str, str]) -> str:
    whole = ore.groupby(["feed", "feed_name", "place", "status"], sort=False)
    taken = whole[["share", "ndpr", "dytb", "cost"]].sum().reset_index()
    taken = taken.sort_values("ndpr", ascending=False, kind="stable")
    rows = [
        [row.feed_name, names.get(row.place, row.place), row.status, f"{row.share:.0%}",
         f"{row.ndpr:,.0f}", f"{row.dytb:,.1f}", f"{row.cost:,.1f}"]
        for row in _rows(taken)
    ]  # fmt: skip
    return tables.html_table(
        ["ore", "from", "state", "taken", "NdPr [t a year]", "Dy and Tb [t a year]",
         "cost at the hub [million USD a year]"],
        rows, caption="Ore, concentrate and swarf by what is taken", numbers=(3, 4, 5, 6),
        note="Oxide that can be made of it, losses taken off. A mine that is planned or studied "
        "may never open; ore that is bound to others is left out.",
    )  # fmt: skip


def _oxide(oxide: pd.DataFrame, hubs: pd.DataFrame, names: Mapping[str, str]) -> str:
    name = dict(zip(hubs["site"], hubs["name"], strict=True))
    rows = [
        [name[row.site], row.user_name, names.get(row.place, row.place), GOODS[row.good],
         f"{row.quantity:,.0f}" if row.quantity >= 10 else f"{row.quantity:,.1f}",
         f"{row.km:,.0f}"]
        for row in _rows(oxide.sort_values(["good", "quantity"], ascending=[False, False]))
    ]  # fmt: skip
    far = [
        [row.name, row.port, f"{row.port_km:,.0f}", f"{row.magnets_km:,.0f}",
         f"{row.cells_km:,.0f}"]
        for row in _rows(hubs)
    ]  # fmt: skip
    return tables.html_table(
        ["hub", "user", "where", "good", "t a year", "way [km]"], rows,
        caption="Who takes the oxide", numbers=(4, 5),
    ) + tables.html_table(
        ["hub", "port", "to the port [km]", "to the next magnet makers [km]",
         "to the next cell makers [km]"],
        far, caption="How far the hubs are from port and users", numbers=(2, 3, 4),
        note="Makers of cells take no rare earths; their distance matters to a park that is to "
        "refine battery metals as well.",
    )  # fmt: skip


def _exposure(exposure: pd.DataFrame, names: Mapping[str, str]) -> str:
    parts = []
    for good, frame in exposure.groupby("good", sort=False):
        bars = []
        for place, own in frame.groupby("place", sort=False):
            foreign = own[own["share_before"] > 0].iloc[0]
            bars.append([
                names.get(str(place), str(place)), f"{foreign['wanted']:,.0f}",
                f"{foreign['hubs']:,.0f}", names.get(foreign["origin"], foreign["origin"]),
                f"{foreign['share_before']:.0%}", f"{foreign['share_after']:.0%}",
                foreign["basis"],
            ])  # fmt: skip
        parts.append(tables.html_table(
            ["users in", "want [t a year]", "from hubs [t a year]", "largest refiner",
             "its part before", "after", "before counts"],
            bars, caption=GOODS[str(good)], numbers=(1, 2, 4, 5),
        ))  # fmt: skip
    return "".join(parts) + (
        '<p class="note">Before: flows of the study. After: what users get of the hubs comes from '
        "home, the rest as before. Who refines is not who mines: see whose ore.</p>"
    )


def _proof(result: Any) -> str:
    rows = [
        [row.reading, f"{row.ore_ndpr:,.0f}", f"{row.ore_dytb:,.0f}",
         *([f"{row.value:+,.1f}", f"{row.bound:+,.1f}", f"{row.cost:,.0f}", f"{row.gap:.2%}"]
           if row.possible else [row.found, "", "", ""])]
        for row in _rows(result.tables["bounds"])
    ]  # fmt: skip
    head = ["ore", "NdPr in it [t a year]", "Dy and Tb in it [t a year]", "earned",
            "no plan earns more than", "yearly cost", "gap"]  # fmt: skip
    return tables.html_table(
        head,
        rows,
        caption="Each reading of the ore [million USD a year]",
        numbers=range(1, 7),
        note="Gap: what could be earned more, over the yearly cost.",
    ) + (
        '<p class="note">Capital, ore and users are estimates of the study, with their sources in '
        "its tables; one plant published its cost, exponents of scale are assumed. Lanthanum and "
        "cerium earn nothing. Prices do not react to what is sold.</p>"
    )


def _places(result: Any) -> dict[str, str]:
    """Places as people write them."""
    return result.study.lookup("places", "name") if result.study else {}


def _rows(frame: pd.DataFrame) -> Iterator[Any]:
    return frame.itertuples(index=False)
