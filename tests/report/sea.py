"""A small made-up sea: plants, importers, passages, waypoints, shortest ways between them."""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping

# id: (name, country, lat, lon, Mt a year)
ORIGINS = {
    "QAT": ("Qatar", "QAT", 25.9, 51.6, 79.5),
    "ARE": ("United Arab Emirates", "ARE", 25.1, 52.9, 5.8),
    "OMN": ("Oman", "OMN", 22.6, 59.4, 11.6),
    "AUS-WEST": ("Australia west", "AUS", -20.6, 115.4, 57.5),
    "AUS-EAST": ("Australia east", "AUS", -23.8, 151.2, 22.5),
    "MYS": ("Malaysia", "MYS", 3.2, 113.1, 27.0),
    "IDN": ("Indonesia", "IDN", 0.1, 117.5, 16.0),
    "BRN": ("Brunei", "BRN", 4.7, 114.5, 5.0),
    "PNG": ("Papua New Guinea", "PNG", -9.4, 147.0, 8.2),
    "RUS-EAST": ("Russia, Sakhalin", "RUS", 46.6, 142.9, 10.0),
    "RUS-WEST": ("Russia, Yamal", "RUS", 71.2, 72.1, 22.0),
    "USA-GULF": ("United States, Gulf", "USA", 29.7, -93.9, 119.0),
    "CAN": ("Canada", "CAN", 54.0, -128.7, 8.5),
    "PER": ("Peru", "PER", -13.2, -76.3, 3.8),
    "NGA": ("Nigeria", "NGA", 4.4, 7.1, 15.5),
    "MOZ": ("Mozambique", "MOZ", -10.8, 40.6, 3.5),
    "TTO": ("Trinidad and Tobago", "TTO", 10.2, -61.7, 8.5),
    "DZA": ("Algeria", "DZA", 35.8, -0.3, 9.5),
}
# id: (name, country, lat, lon, Mt a year, region of trade)
TARGETS = {
    "IND-WEST": ("India west coast", "IND", 21.7, 72.5, 22.8),
    "IND-EAST": ("India east coast", "IND", 20.8, 87.0, 3.2),
    "JPN-KANTO": ("Tokyo Bay and Hitachi", "JPN", 35.3, 139.8, 27.9),
    "JPN-CHUBU": ("Ise Bay and Shimizu", "JPN", 35.0, 136.8, 13.4),
    "JPN-KANSAI": ("Osaka Bay, Himeji and Inland Sea", "JPN", 34.5, 135.4, 12.0),
    "JPN-KYUSHU": ("Kyushu and Okinawa", "JPN", 33.9, 130.9, 4.8),
    "JPN-NORTH": ("Sea of Japan, Tohoku and Hokkaido", "JPN", 38.0, 139.2, 7.4),
    "KOR": ("Korea", "KOR", 37.4, 126.6, 48.0),
    "CHN": ("China", "CHN", 30.6, 122.1, 74.0),
    "TWN": ("Taiwan", "TWN", 22.8, 120.2, 23.8),
    "EU-NW": ("North-west Europe and Baltic", "EU", 52.0, 4.1, 62.0),
    "EU-MED": ("Iberia and Mediterranean Europe", "EU", 41.3, 2.2, 53.0),
    "PAK": ("Pakistan", "PAK", 24.8, 67.3, 6.8),
    "BGD": ("Bangladesh", "BGD", 21.5, 91.8, 7.0),
    "THA": ("Thailand", "THA", 12.7, 101.2, 11.2),
    "SGP": ("Singapore", "SGP", 1.3, 103.7, 6.0),
}
PASSAGES = {
    "hormuz": ("Strait of Hormuz", "strait", 26.5, 56.4),
    "malacca": ("Strait of Malacca", "strait", 2.5, 101.5),
    "lombok": ("Lombok Strait", "strait", -8.7, 115.7),
    "bab-el-mandeb": ("Bab-el-Mandeb", "strait", 12.6, 43.3),
    "suez": ("Suez Canal", "canal", 30.5, 32.4),
    "gibraltar": ("Strait of Gibraltar", "strait", 35.9, -5.6),
    "good-hope": ("Cape of Good Hope", "corridor", -35.0, 18.5),
    "panama": ("Panama Canal", "canal", 9.1, -79.7),
    "taiwan": ("Taiwan Strait", "strait", 24.5, 119.5),
    "torres": ("Torres Strait", "strait", -10.5, 142.2),
}
WAYPOINTS = {
    "arabian": (16.0, 62.0), "comorin": (6.5, 78.0), "dondra": (5.5, 81.0),
    "andaman": (6.2, 94.0), "scs": (10.0, 110.5), "luzon": (20.5, 120.8),
    "ecs": (29.0, 126.5), "timor": (-11.5, 122.0), "makassar": (0.5, 119.0),
    "celebes": (4.5, 122.5), "phil": (20.0, 132.0), "coral": (-15.0, 153.0),
    "solomon": (-4.0, 155.0), "aden": (12.3, 47.5), "socotra": (13.0, 55.0),
    "redsea": (20.0, 38.5), "portsaid": (32.0, 32.3), "malta": (36.5, 14.5),
    "algiers": (37.5, 3.0), "cadiz": (36.0, -8.0), "finisterre": (44.0, -10.5),
    "channel": (50.3, -1.0), "canary": (28.0, -19.0), "dakar": (14.0, -19.5),
    "guinea": (2.0, -2.0), "namibia": (-20.0, 8.0), "agulhas": (-37.0, 25.0),
    "mozch": (-16.0, 42.5), "mauritius": (-20.0, 60.0), "florida": (24.0, -82.5),
    "bahamas": (27.5, -78.0), "mona": (18.3, -67.8), "carib": (14.0, -75.0),
    "pac-e": (5.0, -85.0), "pac-m": (28.0, -160.0), "pac-n": (45.0, 170.0),
    "norcape": (72.0, 22.0), "norsea": (62.0, 2.0), "tsugaru": (41.5, 139.5),
    "yucatan": (21.8, -85.5), "natl": (38.0, -40.0),
}  # fmt: skip
EDGES = """
QAT ARE; ARE hormuz; hormuz OMN; OMN arabian; OMN IND-WEST; OMN PAK; IND-WEST arabian;
PAK arabian; arabian comorin; IND-WEST comorin; comorin dondra; dondra IND-EAST; dondra BGD;
IND-EAST BGD; dondra andaman; andaman malacca; BGD andaman; malacca SGP; SGP scs; scs THA;
SGP THA; scs luzon; scs taiwan; taiwan ecs; luzon ecs; luzon TWN; taiwan TWN; taiwan CHN;
ecs CHN; ecs KOR; ecs JPN-KYUSHU; luzon JPN-KANSAI; KOR CHN; JPN-KANSAI JPN-CHUBU;
JPN-CHUBU JPN-KANTO; JPN-KYUSHU JPN-KANSAI; JPN-KYUSHU JPN-NORTH; KOR JPN-KYUSHU;
JPN-NORTH tsugaru; tsugaru RUS-EAST; tsugaru JPN-KANTO; AUS-WEST timor; timor lombok;
lombok makassar; makassar IDN; makassar celebes; celebes luzon; celebes phil; phil JPN-KANTO;
phil JPN-KANSAI; AUS-WEST dondra; MYS scs; BRN scs; MYS BRN; BRN luzon; timor torres;
torres PNG; PNG coral; coral AUS-EAST; coral solomon; solomon phil; AUS-WEST lombok;
arabian socotra; socotra aden; aden bab-el-mandeb; bab-el-mandeb redsea; redsea suez;
suez portsaid; portsaid malta; malta EU-MED; malta algiers; algiers EU-MED; algiers DZA;
algiers gibraltar; DZA gibraltar; gibraltar cadiz; cadiz finisterre; finisterre channel;
channel EU-NW; cadiz canary; canary dakar; dakar guinea; guinea NGA; guinea namibia;
dakar namibia; namibia good-hope; good-hope agulhas; agulhas mozch; agulhas mauritius;
mozch MOZ; MOZ socotra; mauritius dondra; mauritius malacca; mauritius arabian;
USA-GULF florida; florida bahamas; bahamas natl; natl finisterre; natl cadiz; USA-GULF yucatan;
yucatan carib; carib panama; panama pac-e; pac-e pac-m; pac-m pac-n; pac-n JPN-KANTO; TTO mona;
mona natl; TTO carib; natl canary; bahamas canary; CAN pac-n; PER pac-e; PER pac-m;
RUS-WEST norcape; norcape norsea; norsea EU-NW; NGA namibia; mauritius lombok
"""


def sea_graph() -> dict[str, dict[str, float]]:
    points = {**{k: v[2:4] for k, v in ORIGINS.items()}, **{k: v[2:4] for k, v in TARGETS.items()}}
    points |= {k: v[2:4] for k, v in PASSAGES.items()} | WAYPOINTS
    graph: dict[str, dict[str, float]] = {key: {} for key in points}
    for edge in EDGES.replace("\n", ";").split(";"):
        if edge.strip():
            a, b = edge.split()
            graph[a][b] = graph[b][a] = days_between(points[a], points[b])
    return graph


def days_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    lat1, lon1, lat2, lon2 = map(math.radians, (*a, *b))
    angle = math.acos(
        math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * math.cos(lon1 - lon2)
    )
    return angle * 6371.0 / (17.0 * 1.852 * 24.0)


def sea_path(
    graph: dict[str, dict[str, float]], a: str, b: str, shut: frozenset[str]
) -> tuple[float, list[str]] | None:
    queue: list[tuple[float, str, list[str]]] = [(0.0, a, [a])]
    seen: set[str] = set()
    while queue:
        days, node, way = heapq.heappop(queue)
        if node == b:
            return days, way
        if node in seen or (node in shut and node != a):
            continue
        seen.add(node)
        for other, leg in graph[node].items():
            if other not in seen:
                heapq.heappush(queue, (days + leg, other, [*way, other]))
    return None


def geometry(way: list[str], points: Mapping[str, tuple[float, float]]) -> str:
    return ";".join(f"{points[p][1]:.2f} {points[p][0]:.2f}" for p in way)
