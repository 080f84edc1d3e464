"""Series of the facts as evidence: investment, loans, companies, trade, ties and members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.build_india_japan.tables import FactError, Row, decimal, number, read
from tools.build_india_japan.track_sources import cited, sureness

if TYPE_CHECKING:
    from tools.build_india_japan.sources import Sources

PRIVATE = "private FDI (net, balance of payments)"
LOAN = "ODA loan"
EQUITY = "FDI equity inflow"
#: Indicators that a kind of fdi.csv speaks to, its instrument and what it is counted in.
INVESTMENT = {
    "fdi_net_bop": (
        ("C-02", "C-02-from-2026", "C-03", "X-2025-02", "X-2025-03", "X-2022-01"), PRIVATE, "USD",
    ),
    "fdi_equity_inflow": (("X-2014-01-fdi",), EQUITY, "USD"),
    "oda_loan": (("C-03", "X-2022-01"), LOAN, "JPY"),
    "companies": (("C-06", "X-2014-01"), "", "companies"),
    "establishments": (("C-06-establishments", "X-2014-01-establishments"), "", "establishments"),
}  # fmt: skip
#: Kinds whose period is the time over which they flowed; the others are dated.
FLOWS = ("fdi_net_bop", "fdi_equity_inflow")
SCALE = {"USD mn": 1e6, "JPY bn": 1e9, "count": 1.0}
TRADE = ("C-35", "X-2026-13", "X-2011-01-trade")
DEFICIT = "C-32"
PAIRS = "C-33-pairs"
MEMBERS = "X-2026-16-named"
_PUBLISHED = "day of publication unknown: the end of the period stands for it"


def rows(sources: Sources) -> list[Row]:
    """All of it, without ids."""
    return [*_investment(sources), *_trade(sources), *_pairs(sources), *_members(sources)]


def _investment(sources: Sources) -> list[Row]:
    found = []
    for fact in read("fdi"):
        if fact["kind"] not in INVESTMENT or not fact["value"]:
            continue
        loan = fact["kind"] == "oda_loan"
        if not loan and fact["place"] != "India":
            continue  # other countries and single states, which are parts of India's figure
        indicators, instrument, counted_in = INVESTMENT[fact["kind"]]
        begins, ends = _span(fact["period"]) if fact["kind"] in FLOWS else ("", fact["period"])
        if fact["unit"] not in SCALE:
            raise FactError(f"unit {fact['unit']!r} in {fact}")
        for indicator in indicators:
            name = fact["name"] if loan else ""
            found.append({
                "indicator": indicator, "date": ends, "begins": begins, "ends": ends,
                "value": decimal(number(fact, "value") * SCALE[fact["unit"]]),
                "counted_in": counted_in, "instrument": instrument,
                "source": cited(fact, sources), "confidence": sureness(fact),
                "note": "; ".join(filter(None, (name, fact["note"], _PUBLISHED if begins else ""))),
            })  # fmt: skip
    return found


def _span(period: str) -> tuple[str, str]:
    """First and last day of the year "2012" or of the fiscal year "2014-15"."""
    year, _, second = period.partition("-")
    return (f"{year}-04", f"{int(year) + 1}-03") if second else (year, year)


def _trade(sources: Sources) -> list[Row]:
    """Exports and imports by fiscal year: their sum, and what India is short of."""
    ways: dict[str, dict[str, Row]] = {}
    for fact in read("trade_hs"):
        year, _, second = fact["period"].partition("-")
        fiscal = second.isdecimal() and int(second) == (int(year) + 1) % 100
        if fact["hs"] == "TOTAL" and fiscal:
            ways.setdefault(fact["period"], {})[fact["direction"]] = fact
    found = []
    for period, both in sorted(ways.items()):
        begins, ends = _span(period)
        there, back = both["JP>IN"], both["IN>JP"]
        bought, sold = (number(fact, "value_usd_mn") * 1e6 for fact in (there, back))
        recalled = "recalled" in (sureness(there), sureness(back))
        inferred = "the fiscal year is inferred" if "inferred" in there["confidence"] else ""
        notes = [
            "computed of exports and imports" + (", of which one was recalled" if recalled else ""),
            back["note"] if back["note"] != "fiscal year April-March" else "",
            inferred,
            _PUBLISHED,
        ]
        for indicator in (*TRADE, DEFICIT):
            value = bought - sold if indicator == DEFICIT else bought + sold
            found.append({
                "indicator": indicator, "date": ends, "begins": begins, "ends": ends,
                "value": decimal(value, 0), "counted_in": "USD", "source": cited(back, sources),
                "confidence": "recalled" if recalled else "estimate",
                "note": "; ".join(filter(None, notes)),
            })  # fmt: skip
    return found


def _pairs(sources: Sources) -> list[Row]:
    """Signed ties of a state and a prefecture, one an event; weak ones stay out."""
    found = []
    for fact in read("partnerships"):
        if fact["level"] != "state-prefecture" or "weak" in fact["confidence"]:
            continue
        latest = fact["since"].startswith("by ")
        day = fact["since"].removeprefix("by ")
        notes = (
            f"{fact['state']} and {fact['prefecture']}",
            f"signed by {day} at the latest" if latest else "", fact["note"],
        )  # fmt: skip
        found.append({
            "indicator": PAIRS, "date": day, "ends": day, "value": "1", "counted_in": "pairs",
            "source": cited(fact, sources), "confidence": sureness(fact),
            "note": "; ".join(filter(None, notes)),
        })  # fmt: skip
    return found


def _members(sources: Sources) -> list[Row]:
    """How many members of the network of governors are known by name, by day."""
    by_day: dict[str, list[Row]] = {}
    for fact in read("governors_network"):
        by_day.setdefault(fact["since"], []).append(fact)
    found, known = [], 0
    for day, facts in sorted(by_day.items()):
        known += len(facts)
        found.append({
            "indicator": MEMBERS, "date": day, "ends": day, "value": str(known),
            "counted_in": "prefectures", "source": cited(facts[0], sources),
            "confidence": sureness(facts[0]),
            "note": ", ".join(fact["prefecture"] for fact in facts),
        })  # fmt: skip
    return found
