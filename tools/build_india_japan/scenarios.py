"""study.toml and the scenarios that come with the study."""

from __future__ import annotations

from tools.build_india_japan.tables import FactError, read

STUDY = """title = "India and Japan"
about = "World LNG trade at early 2026, before any closure, with gas use in India and Japan, \
and the chains of rare earths, battery metals, nickel, graphite, gallium, germanium and chips in \
2024. \
Estimates and assumptions are marked as such; it forecasts nothing."
currency = "USD"
money_year = 2026
start = 2026-03-02
period_days = 7
periods = 104
headline = ["IND", "JPN"]

[model]
terminal = true
discount = 0.00005
calibrate = true
pipeline = true
curtail = true
kink = 0.01

[market]
window = 26
replan = 2
belief = 1.0
belief_days = 28.0
precaution = 0.4
comfort = 0.0015

[calendars.four-weekly]
chains = [
    "rare_earths", "battery_metals", "nickel", "graphite", "gallium", "germanium", "chips",
]
period_days = 28
periods = 26
discount = 0.0002
window = 13
replan = 1
precaution = 0.0
comfort = 0.006

[variants]
domestic_gas = ["pooled", "unpooled"]
red_sea = ["avoided", "open"]
mineral_stocks = ["stocks-middle", "stocks-low", "stocks-high"]
indian_plants = ["plants-none", "plants-magnets", "plants-oxide"]
"""

WHAT_IF = "A pure what-if on the base before any closure"

_PLAIN = {
    "hormuz-60d": f"""title = "Hormuz shut for 60 days"
about = "{WHAT_IF}: no ship passes Hormuz either way for 60 days, then all do. It is not the \
closure of 2026, which lasted longer and damaged plants."

[[shock]]
passage = "hormuz"
days = 60
""",
    "malacca-60d": f"""title = "Malacca and Singapore Straits shut for 60 days"
about = "{WHAT_IF}: ships go round by Sunda. Days are lost, no supply is."

[[shock]]
passage = "malacca"
days = 60
""",
    "qatar-outage": f"""title = "Ras Laffan stops for 62 days"
about = "{WHAT_IF}: all LNG plants of Qatar stop for two months, the strait stays open, and full \
output is back at once. Restart lags are left out."

[[shock]]
place = "QAT"
commodity = "lng"
days = 62
""",
    "red-sea-and-suez": """title = "Suez and Bab-el-Mandeb shut for 60 days"
about = "On a base that already avoids the Red Sea: only cargo to Ain Sukhna and Aqaba still uses \
Suez and is cut off; little happens elsewhere. The scenario of a Red Sea in use again has the same \
shock on the other base."

[[shock]]
passage = "suez"
days = 60

[[shock]]
passage = "bab_el_mandeb"
days = 60
""",
    "red-sea-reopened": """title = "Red Sea in use again, then shut for 60 days"
about = "A what-if on another base: LNG has returned to Suez and Bab-el-Mandeb, and both shut \
again for 60 days. Against the base that avoids the Red Sea it shows what avoiding \
it has already cost."
variants = ["open"]

[[shock]]
passage = "suez"
days = 60

[[shock]]
passage = "bab_el_mandeb"
days = 60
""",
}

_HORMUZ_2026 = """title = "The Hormuz closure of 2026"
about = "Dated after the closure that began on 2 March 2026. The reopening is not known here: 17 \
weeks are an assumption. After it, plants restart in steps (two weeks to begin and two more to \
full rate by QatarEnergy; the 70 % step is ours) and 17 % of Qatar stays lost."
start = 2026-03-02
{sources}
[[shock]]
passage = "hormuz"
start_day = 0
days = 119

[[shock]]
facility = "QAT-liquefaction"
start_day = 0
days = 119
recovery = [[14, 0.0], [14, 0.4], [14, 0.7]]
lasting = 0.17

[[shock]]
facility = "ARE-liquefaction"
start_day = 0
days = 119
recovery = [[14, 0.0], [14, 0.4], [14, 0.7]]
"""


def texts() -> dict[str, str]:
    """Scenario files by name; the sources of 2026 come from facts/closures.csv."""
    lines: list[str] = []
    for row in read("closures"):
        if row["scenario"] != "hormuz-2026" or not row["url"]:
            continue
        cells = {"title": f"{row['date']}: {row['event']}", "url": row["url"], "date": row["date"]}
        if any('"' in cell or "\\" in cell for cell in cells.values()):
            raise FactError(f"closures.csv: quotes in {row}")
        lines += ["", "[[sources]]"] + [f'{k} = "{v}"' for k, v in cells.items()]
    return _PLAIN | {"hormuz-2026": _HORMUZ_2026.format(sources="\n".join(lines) + "\n")}
