"""A made-up study with two importers, a triangle of sea legs along the equator, and its books.

    north --strait 600-- x --1200-- jetty (COAST) --1200-- harbour, pier (ISLAND)
    south --narrows 600-- harbour;   south --2400-- harbour around the narrows

Ships do 25 knots, 600 nautical miles a day: the north is one day from x, three from the jetty and
five from the harbour; the south one day from the harbour, four around the narrows.
"""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

import seawall
from seawall.questions.redirect.prepare import Prepared, prepare
from seawall.shocks import Scenario, Shock
from seawall.study import Study
from seawall.study.book import with_book

DAY = date(2026, 3, 2)
FIRST = Path(seawall.__file__).parent / "examples" / "first"
MADE_UP = "made-up,assumption,"
SIZE = 174_000.0
#: Loaded by hand: 174,000 m3 x 0.985 x 0.45 t/m3.
ABOARD = 77.1255
#: Boil-off of a day by hand: 0.1 % of 174,000 m3 x 0.45 t/m3; heel 2 %.
BOILS = 0.0783
HEEL = 1.566
CHARTER = 0.06

TABLES = {
    "places": [
        "ISLAND,The island,country,ISLAND,,0,50", "COAST,The coast,country,COAST,,0,30",
        "harbour,Harbour,terminal,ISLAND,ISLAND,0,50", "pier,Pier,terminal,ISLAND,ISLAND,0,50.1",
        "jetty,Jetty,terminal,COAST,COAST,0,30",
        "NORTH,The northern exporter,plant_group,NORTH,,0,0",
        "SOUTH,The southern exporter,plant_group,SOUTH,,0,60",
    ],
    "facilities": [
        "north-plant,Plant in the north,liquefaction,NORTH,,8,8.2,28,Mt/yr,250,USD/t",
        "south-plant,Plant in the south,liquefaction,SOUTH,,4,4.8,28,Mt/yr,300,USD/t",
        "harbour-regas,Harbour,regas,harbour,ISLAND,5,8,0,Mt/yr,10,USD/t",
        "pier-regas,Pier,regas,pier,ISLAND,3,6,0,Mt/yr,10,USD/t",
        "jetty-regas,Jetty,regas,jetty,COAST,4,7,0,Mt/yr,10,USD/t",
        "wells,Wells,wells,COAST,,4,4,0,Mt/yr,200,USD/t",
    ],
    "lanes": [
        "NORTH.harbour,NORTH,harbour,lng,through,8,0,40,USD/t,3,Mt/yr,strait@2,0.07,Mt",
        "NORTH.pier,NORTH,pier,lng,through,8,0,40,USD/t,1,Mt/yr,strait@2,0.07,Mt",
        "NORTH.jetty,NORTH,jetty,lng,through,6,0,40,USD/t,4,Mt/yr,strait@2,0.07,Mt",
        "SOUTH.harbour,SOUTH,harbour,lng,open sea,4,0,25,USD/t,2,Mt/yr,,0.07,Mt",
        "SOUTH.pier,SOUTH,pier,lng,open sea,4,0,25,USD/t,2,Mt/yr,,0.07,Mt",
    ],
    "demands": [
        "homes,ISLAND,gas,essential,homes,3,Mt/yr,60,USD/MMBtu",
        "power,ISLAND,gas,important,power,5,Mt/yr,25,USD/MMBtu",
        "coast-homes,COAST,gas,essential,homes,3,Mt/yr,60,USD/MMBtu",
        "coast-works,COAST,gas,important,works,5,Mt/yr,20,USD/MMBtu",
    ],
    "stocks": [
        "NORTH,lng,0.12,0.02,0.25,Mt", "SOUTH,lng,0.08,0.02,0.2,Mt",
        "harbour,lng,0.2,0.05,0.4,Mt", "pier,lng,0.2,0.05,0.4,Mt", "jetty,lng,0.2,0.05,0.4,Mt",
    ],
    "passages": ["strait,The strait,strait,0,5", "narrows,The narrows,strait,0,57"],
    "prices": [
        "harbour,lng,10,USD/MMBtu", "pier,lng,10,USD/MMBtu", "jetty,lng,10,USD/MMBtu",
        "ISLAND,gas,10.5,USD/MMBtu", "COAST,gas,10.5,USD/MMBtu",
    ],
    "processes": [
        "liquefaction,extraction,lng,output,1", "wells,extraction,gas,output,1",
        "regas,conversion,lng,input,1", "regas,conversion,gas,output,1",
    ],
    "assumptions": [
        "holding_cost,0.001,share/week,x,x,engine", "demurrage,0.005,share/week,x,x,engine",
        "contract_floor,0.8,share,x,x,engine", "drop_below,0.04,Mt/yr,x,x,engine",
        "fill_limit,0.985,share,x,x,builder", "fuel_ballast,50,t/day,x,x,builder",
        "fuel_price,600,USD/t,x,x,builder", "speed,25,kn,x,x,builder",
        "charter,60000,USD/day,x,x,builder", "boil_off,0.001,share,x,x,builder",
        "port_call,1,days,x,x,builder",
    ],
}  # fmt: skip
HEADS = {
    "terminals": "id,name,role,place,capacity,berths,port_days,largest_ship,smallest_ship,port,"
    "lat,lon,source,confidence,note",
    "sea_legs": "id,points,length,passage,source,confidence,note",
    "contracts": "id,seller,buyer,origin,destination,commodity,quantity,unit,start,end,basis,"
    "flexible,floor,tariff_free,source,confidence,note",
    "seasons": "place,month,factor,source,confidence,note",
}
ADDED = {
    "terminals": [
        "north,North,loading,NORTH,8,2,1,300000,0,north,0,0",
        "south,South,loading,SOUTH,4,2,1,300000,0,south,0,60",
        "harbour,Harbour,receiving,harbour,8,1,2,300000,0,harbour,0,50",
        "pier,Pier,receiving,pier,6,1,1,180000,0,pier,0,50.1",
        "jetty,Jetty,receiving,jetty,7,1,1,300000,0,jetty,0,30",
    ],
    "sea_legs": [
        "inner,0 0;10 0,600,strait", "west,10 0;30 0,1200,", "east,30 0;50 0,1200,",
        "pier,50 0;50.1 0,6,", "straight,50 0;60 0,600,narrows",
        "around,50 0;55 -20;60 0,2400,",
    ],
    "contracts": [
        "K1,Seller,Island Gas,NORTH,ISLAND,lng,3,Mt/yr,2020,2030,FOB,yes,,",
        "K2,Seller,Island Gas,SOUTH,ISLAND,lng,4,Mt/yr,2020,2030,DES,unknown,,",
        "K3,Seller,Coast Gas,NORTH,COAST,lng,4,Mt/yr,2020,2030,DES,no,,",
    ],
    "seasons": [
        f"ISLAND,{month},{1.5 if month == 3 else 0.5 if month == 9 else 1}"
        for month in range(1, 13)
    ],
}  # fmt: skip
PROTOCOL = """
title = "made up"
members = ["ISLAND", "COAST"]
[trigger]
tier = "important"
below = 0.9
days = 7
[floor]
days = { ISLAND = 5, COAST = 5 }
"""


@cache
def study() -> Study:
    """The study without a book."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "harbours"
        shutil.copytree(FIRST, folder)
        for table, rows in TABLES.items():
            path = folder / f"{table}.csv"
            head = path.read_text(encoding="utf-8").splitlines()[0]
            text = [head, *(f"{row},{MADE_UP}" for row in rows)]
            path.write_text("\n".join(text) + "\n", encoding="utf-8")
        for table, rows in ADDED.items():
            text = [HEADS[table], *(f"{row},{MADE_UP}" for row in rows)]
            (folder / f"{table}.csv").write_text("\n".join(text) + "\n", encoding="utf-8")
        toml = folder / "study.toml"
        toml.write_text(
            toml.read_text(encoding="utf-8").replace('["ISLAND"]', '["ISLAND", "COAST"]'),
            encoding="utf-8",
        )
        (folder / "protocol.toml").write_text(PROTOCOL, encoding="utf-8")
        return seawall.read(folder)


def on(day: int) -> str:
    """The date of a day of the book."""
    return (DAY + timedelta(days=day)).isoformat()


def cargo(name: str, **given: Any) -> dict[str, Any]:
    """A row of `cargoes`: planned, of K1, north to harbour, loading on day 10, with its ship."""
    row = {
        "id": name, "contract": "K1", "seller": "Seller", "buyer": "Island Gas",
        "owner": "ISLAND", "state": "planned", "load": "north", "load_from": on(10),
        "load_to": on(11), "ship": f"s-{name}", "size": SIZE, "basis": "FOB", "flexible": "yes",
        "destination": "harbour", "eta": on(16), "source": "made-up", "confidence": "assumption",
    }  # fmt: skip
    return row | given


def at_sea(name: str, lon: float, **given: Any) -> dict[str, Any]:
    """A laden cargo whose ship lies on the equator at `lon`."""
    row = cargo(name, state="laden", load_from=on(-3), load_to=on(-2), eta=on(2))
    return row | {"lon": lon} | given


def offer(name: str, **given: Any) -> dict[str, Any]:
    """A cargo for sale in the south, loading on day 10."""
    return cargo(
        name, contract="", buyer="", owner="", state="offer", load="south", ship="",
        flexible="unknown", destination="", eta="", price=12.0,
    ) | given  # fmt: skip


def with_cargoes(
    *rows: dict[str, Any], clauses: tuple[dict[str, Any], ...] = (), stock: float = 200.0
) -> Study:
    """The study with a book of these cargoes, each on a ship of its own."""
    ships = [
        {
            "id": row["ship"], "name": row["ship"], "size": row["size"], "speed": 25.0,
            "boil_off": 0.001, "boil_off_ballast": 0.0005, "heel": 0.02, "charter": 60_000.0,
            "operator": row["seller"] if row["basis"] == "DES" else row["buyer"],
            "owner": "", "lat": 0.0, "lon": row.get("lon", 0.0),
            "free_from": "", "terminals": row.get("terminals", ""), "source": "made-up",
            "confidence": "assumption",
        }
        for row in rows if row["ship"]
    ]  # fmt: skip
    tanks = [
        {"terminal": t, "as_of": DAY.isoformat(), "stock": stock, "floor": 50.0, "tank": 400.0,
         "source": "made-up", "confidence": "assumption"}
        for t in ("harbour", "pier", "jetty")
    ]  # fmt: skip
    about = {"source": "made-up", "confidence": "assumption"}
    extra = ("lon", "terminals")
    frames = {
        "cargoes": [{k: v for k, v in row.items() if k not in extra} for row in rows],
        "ships": ships, "tanks": tanks,
        "clauses": [{"pro_rata": "unknown"} | clause | about for clause in clauses],
    }  # fmt: skip
    return with_book(study(), {k: pd.DataFrame(v) for k, v in frames.items() if v})


def shut(passage: str, days: float = 30.0, **given: Any) -> Scenario:
    """A scenario that shuts a passage."""
    return Scenario(title="shut", shock=(Shock(passage=passage, days=days, **given),))


def ready(book: Study, scenario: Scenario | None, **given: Any) -> Prepared:
    """A book ready to be planned."""
    return prepare(book, scenario, **given)
