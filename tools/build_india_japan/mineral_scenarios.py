"""Scenarios of critical minerals and chips: bans, licences, quotas, a tariff, the Taiwan Strait.

Depths of what has happened come from facts/mineral_measures.csv (what was exported month by month,
or may be), sources from there and from facts/mineral_events.csv.
"""

from __future__ import annotations

import itertools
import json
from datetime import date
from typing import TYPE_CHECKING

from tools.build_india_japan import market_shares
from tools.build_india_japan.tables import FactError, Row, decimal, number, read

if TYPE_CHECKING:
    from collections.abc import Iterable

    Shock = dict[str, str | float | list[list[float]]]

MAGNETS = ("magnet_dy", "magnet_dyfree")
RARE_EARTHS = ("ndpr_oxide", "dytb_oxide", "ndpr_metal", *MAGNETS)
HALF_YEAR = 180
BLOCKADE = 90
TARIFF_RATE = 0.35
WHAT_IF = "A pure what-if on the base of 2024"

TITLES = {
    "rare-earth-ban": "China stops rare earth oxides, metal and magnets for 180 days",
    "heavy-rare-earth-licences": "Licences on heavy rare earths and magnets, as in 2025",
    "gallium-germanium-ban": "China stops gallium and germanium for 180 days",
    "graphite-permits": "Export permits on graphite, as from December 2023",
    "indonesia-nickel-ban": "Indonesia stops nickel and its intermediates for 180 days",
    "drc-cobalt-quota": "The Congo's cobalt ban of 2025 and the quotas after it",
    "taiwan-strait": "The Taiwan Strait shut and Taiwan cut off for 90 days",
    "china-to-japan-ban": "China stops rare earths and magnets to Japan alone for 180 days",
    "magnet-tariff": "India puts a duty of 35 % on Chinese magnets for a year",
}
ABOUTS = {
    "rare-earth-ban": f"""{WHAT_IF}: NdPr and Dy/Tb oxide, NdPr metal and both sorts of magnets
leave China for nobody for 180 days, then at once as before. Ore is not touched, what is at sea
arrives, and what Vietnam or the Philippines make of Chinese metal goes on while their stocks last.
China has done parts of it, never the whole.""",
    "heavy-rare-earth-licences": """Follows April to December 2025 on the base of 2024, month by
month as Chinese customs counted. Magnets with and without Dy or Tb are cut alike: customs do not
tell them apart, and those with were probably cut deeper. Nobody buys more afterwards to fill
stocks, though exports of magnets then rose above 2024. Of Dy and Tb 28 % of the normal left in
December 2025; what came after is not known here and taken as normal, so read it up to then (day
272). All buyers are cut alike: in fact Japan got 95 % less Dy in 2025 and Korea more than three
times as much. Normal exports of Dy and Tb (22 t a month) are an estimate.""",
    "gallium-germanium-ban": f"""{WHAT_IF}: neither metal leaves China for 180 days. Under new
licences no gallium left in August and September 2023 and next to no germanium, and both came back
thinly; from December 2024 to November 2025 they were banned to the USA alone.""",
    "graphite-permits": """Follows December 2023 to 2024 as Chinese customs counted, on the base of
2024, a year that already holds two of the low months. In November 2023 buyers had taken one and a
half to two months' worth beyond the usual, which the base does not have: so the shortage is
overstated. For natural graphite the months are partly estimates, since some grades need no
permit.""",
    "indonesia-nickel-ban": f"""{WHAT_IF}: nickel pig iron, ferronickel and metal, and mixed
hydroxide, sulphide and matte with the cobalt in them, leave Indonesia for nobody for 180 days.
Nothing like it has happened. The ban on ore of 2020 is in force and part of the base; a ban or a
tax on low-grade products has been considered since 2021.""",
    "drc-cobalt-quota": """Follows the law on the base of 2024: no cobalt hydroxide leaves from 22
February to 15 October 2025, 18,125 t may until the end of 2025, then 96,600 t a year, set against
base exports of {base} t. In fact the first cargoes left around the turn of the year, and the quota
of 2025 could be used to March 2026. Who gets the quota is left to the market, not to the shares of
the regulator.""",
    "taiwan-strait": """A pure what-if: no ship passes the strait, nothing leaves Taiwan, chips and
wafers by air included, and nothing is sent there, LNG included, for 90 days. Other ships go east
of Taiwan and lose hours, at most a day and a half. What is on its way to Taiwan on the first day
still arrives. Fabs are not destroyed: they run while wafers and room for their output last. Wafers
of all nodes count as one good here and the leading edge is not apart, though about {leading} of the
front-end wafers of AI accelerators come from Taiwan (an estimate), so that here others' chips
stand in for theirs, which they could not. Nor is it modelled that power would fail within weeks for
want of gas, nor insurance, sanctions or a war.""",
    "china-to-japan-ban": f"""{WHAT_IF}: oxides, metal and magnets go from China to everybody but
Japan for 180 days. In January 2026 China banned dual-use goods for Japan's military and was
reported to halt reviews of licences for all Japanese firms; how far trade fell is not known here,
and the ministry denies it for civilian users. Third countries, which that ban binds too, may here
sell to Japan what they make of Chinese metal.""",
    "magnet-tariff": f"""{WHAT_IF}: for a year India takes 35 % of the value of all rare earth
magnets from China on top of its usual duty, as much as it has put on Chinese soft ferrite cores
since 2025. India has announced no such duty on rare earth magnets. No good is stopped: it shows
who would pay, and whether others could deliver.""",
}
BACK_TESTS = ("heavy-rare-earth-licences", "graphite-permits", "drc-cobalt-quota")


def texts(lanes: Iterable[Row]) -> dict[str, str]:
    """Scenario files by name; `lanes` are all rows of lanes.csv."""
    shocks: dict[str, list[Shock]] = {
        "rare-earth-ban": _bans("CHN", RARE_EARTHS),
        "heavy-rare-earth-licences": [
            _as_measured("heavy-rare-earth-licences", good) for good in ("dytb_oxide", *MAGNETS)
        ],
        "gallium-germanium-ban": _bans("CHN", ("gallium", "germanium")),
        "graphite-permits": [
            _as_measured("graphite-permits", good) for good in ("graphite", "spherical_graphite")
        ],
        "indonesia-nickel-ban": _bans(
            "IDN", ("nickel_intermediate", "nickel", "cobalt_intermediate")
        ),
        "drc-cobalt-quota": _quotas(),
        "taiwan-strait": _taiwan(lanes),
        "china-to-japan-ban": _bans("CHN", RARE_EARTHS, to="JPN"),
        "magnet-tariff": [
            {"tariff": "CHN", "commodity": good, "to": "IND", "days": 365, "rate": TARIFF_RATE}
            for good in MAGNETS
        ],
    }
    return {name: _text(name, shocks[name]) for name in TITLES}


def _bans(place: str, goods: Iterable[str], to: str = "") -> list[Shock]:
    where: Shock = {"to": to} if to else {}
    return [{"ban": place, "commodity": good, **where, "days": HALF_YEAR} for good in goods]


def _pieces(scenario: str, commodity: str) -> list[tuple[Row, int, float]]:
    """Measured spans of a commodity without gaps: row, days, share of normal (never above 1)."""
    rows = sorted(
        (r for r in read("mineral_measures")
         if (r["scenario"], r["commodity"]) == (scenario, commodity)),
        key=lambda r: r["start"],
    )  # fmt: skip
    for before, after in itertools.pairwise(rows):
        if (_day(after["start"]) - _day(before["end"])).days != 1:
            raise FactError(f"mineral_measures.csv: a gap before {after}")
    return [
        (r, _days(r), min(1.0, number(r, "quantity") / number(r, "reference")) if r["reference"]
         else 0.0)
        for r in rows
    ]  # fmt: skip


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _days(row: Row) -> int:
    """Days of a measured span, both ends counted."""
    return (_day(row["end"]) - _day(row["start"])).days + 1


def _as_measured(scenario: str, commodity: str, place: str = "CHN") -> Shock:
    """A ban as deep as measured: the first span is its depth, the others its recovery."""
    pieces = _pieces(scenario, commodity)
    while pieces[-1][2] == 1.0:
        pieces.pop()
    (_, days, share), *later = pieces
    shock: Shock = {"ban": place, "commodity": commodity, "days": days}
    if share:
        shock["depth"] = round(1.0 - share, 3)
    if later:
        shock["recovery"] = [[float(d), round(s, 3)] for _, d, s in later]
    return shock


def congo_exports() -> float:
    """Cobalt hydroxide that leaves the Congo in a year of the base [t]."""
    return sum(
        number(r, "quantity") for r in read("minerals_flows")
        if (r["commodity"], r["stage"], r["exporter"]) == ("cobalt", "intermediate", "COD")
        and r["importer"] not in ("COD", "WLD")
    )  # fmt: skip


def _quotas() -> list[Shock]:
    """The ban, and each quota as the share of base exports that it takes away."""
    name, good, base = "drc-cobalt-quota", "cobalt_intermediate", congo_exports()
    (_, banned, _), *quotas = _pieces(name, good)
    shocks: list[Shock] = [{"ban": "COD", "commodity": good, "days": banned}]
    day = banned
    for row, days, _ in quotas:
        left = number(row, "quantity") / (base * days / 365)
        shocks.append({"quota": "COD", "commodity": good, "start_day": day, "days": days,
                       "depth": round(1.0 - left, 3)})  # fmt: skip
        day += days
    return shocks


def _taiwan(lanes: Iterable[Row]) -> list[Shock]:
    """The strait, all that leaves Taiwan, and all that would be sent there."""
    origins = sorted({r["origin"] for r in lanes if r["destination"] == "TWN"})
    into: list[Shock] = [{"ban": origin, "to": "TWN", "days": BLOCKADE} for origin in origins]
    return [
        {"passage": "taiwan_strait", "days": BLOCKADE}, {"ban": "TWN", "days": BLOCKADE}, *into,
    ]  # fmt: skip


def _text(name: str, shocks: list[Shock]) -> str:
    leading = number(market_shares.share("accelerator_front_end", "TWN"), "share")
    figures = {"{base}": f"{congo_exports():,.0f}", "{leading}": f"{leading * 100:.0f} %"}
    about = ABOUTS[name]
    for gap, figure in figures.items():
        about = about.replace(gap, figure)
    about = " ".join(about.split())
    lines = [f"title = {_quoted(TITLES[name])}", f"about = {_quoted(about)}"]
    if name in BACK_TESTS:
        first = min(r["start"] for r in read("mineral_measures") if r["scenario"] == name)
        lines += [f"start = {first}", 'kind = "back-test"']
    else:
        lines.append('kind = "what-if"')
    for source in _sources(name):
        lines += ["", "[[sources]]", *(f"{key} = {_quoted(cell)}" for key, cell in source.items())]
    for shock in shocks:
        lines += ["", "[[shock]]", *(f"{key} = {_toml(value)}" for key, value in shock.items())]
    return "\n".join(lines) + "\n"


def _sources(name: str) -> list[Row]:
    """Events, then publications of measured figures, each page once."""
    found = [
        {"title": f"{r['event']} ({r['source']}; {r['confidence']})", "url": r["url"],
         "date": r["date"]}
        for r in read("mineral_events") if r["scenario"] == name
    ]  # fmt: skip
    rows = [r for r in read("mineral_measures") if r["scenario"] == name]
    first = {r["url"]: r for r in sorted(rows, key=lambda r: r["start"], reverse=True)}
    told = {row["url"] for row in found}
    found += [
        {"title": f"Exports of the months measured ({r['source']}; {r['confidence']})",
         "url": r["url"], "date": r["start"]}
        for r in sorted(first.values(), key=lambda r: r["start"]) if r["url"] not in told
    ]  # fmt: skip
    return found


def _toml(value: str | float | list[list[float]]) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return "[" + ", ".join(f"[{decimal(days)}, {decimal(s)}]" for days, s in value) + "]"
    return decimal(value)


def _quoted(text: str) -> str:
    """A TOML basic string; JSON escapes the same."""
    return json.dumps(text, ensure_ascii=False)
