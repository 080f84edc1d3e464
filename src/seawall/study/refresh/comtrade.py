"""UN Comtrade records (annual or monthly, by partner and HS code) -> base flows of lanes.

Columns are named as the public API names them. Imports as the importer reports them decide; where
only the exporter reports a pair, its exports do. Weights are turned into the study's amounts by an
explicit table, and codes that hold several goods in one are not used.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seawall import units
from seawall.errors import InputError, UsageError
from seawall.study.refresh.proposal import Figure
from seawall.study.refresh.tables import mapping
from seawall.study.refresh.words import days_in, label, number_of

if TYPE_CHECKING:
    from datetime import date

    from seawall.errors import Problem
    from seawall.study.refresh.proposal import Work
    from seawall.study.refresh.sheets import Row, Sheet
    from seawall.study.refresh.words import Month

__all__ = ["comtrade"]

PUBLISHER = "UN Comtrade"
#: Columns that must be there, and the other names under which they are known.
COLUMNS = {
    "period": ("period",),
    "flowCode": ("flowcode", "flow code"),
    "reporterISO": ("reporteriso", "reporter iso"),
    "partnerISO": ("partneriso", "partner iso"),
    "cmdCode": ("cmdcode", "commodity code"),
    "netWgt": ("netwgt", "netweight", "net weight"),
}
#: Columns that part one flow into several rows, and the value of the row that has the total.
TOTALS = {"partner2code": ("0",), "motcode": ("0",), "customscode": ("c00",), "moscode": ("0",)}
_ESTIMATED = "isnetwgtestimated"
_IMPORTS, _EXPORTS = "M", "X"
_WORLD = "W00"
_YEAR_DAYS = 365.0


@dataclass(frozen=True)
class _Record:
    row: Row
    months: tuple[Month, ...]
    flow: str
    origin: str
    destination: str
    code: str
    tonnes: float
    estimated: bool


@dataclass(frozen=True)
class _Goods:
    """The commodities in which a code counts, and their amount in a tonne of net weight [t]."""

    ids: tuple[str, ...]
    per_tonne: float
    why: str


def comtrade(work: Work, sheets: list[Sheet], as_of: date | None) -> str:
    """Propose the base flows of lanes from the latest year of records.

    Returns
    -------
    What the overlay gives as source.

    Raises
    ------
    InputError
        Columns are missing, cells cannot be read, or two records say different things of one flow.
    UsageError
        Nothing lies before `as_of`.
    """
    sheet = sheets[0]
    records = _records(work, sheet)
    recent, span = _latest(work, records, as_of)
    goods = _goods(work)
    codes = Counter(r.code for r in recent if r.code not in goods)
    for code, count in sorted(codes.items()):
        why = _refused(code) or "no commodity of the study has this code"
        work.tell(None, f"HS {code}, {count} records", why)
    flows = _flows(work, sheet, [r for r in recent if r.code in goods])
    totals: dict[tuple[str, str, tuple[str, ...]], tuple[float, bool, list[str]]] = {}
    for (origin, destination, code), (tonnes, estimated, days) in flows.items():
        key = (origin, destination, goods[code].ids)
        amount = tonnes * goods[code].per_tonne * _YEAR_DAYS / days
        before = totals.get(key, (0.0, False, []))
        totals[key] = (before[0] + amount, before[1] or estimated, [*before[2], code])
    for (origin, destination, ids), (tonnes, estimated, found) in totals.items():
        _propose(work, origin, destination, ids, tonnes, estimated, found, span)
    return f"{PUBLISHER}, {span}, file {sheet.file}"


def _propose(
    work: Work, origin: str, destination: str, ids: tuple[str, ...], tonnes: float,
    estimated: bool, codes: list[str], span: str,
) -> None:  # fmt: skip
    lanes = work.study.frames["lanes"]
    country = dict(zip(work.study.frames["places"]["id"], work.study.frames["places"]["country"],
                       strict=True))  # fmt: skip
    rows = (
        lanes["commodity"].isin(ids)
        & (lanes["origin"].map(country) == origin)
        & (lanes["destination"].map(country) == destination)
        & (lanes["base"] > 0)
    ).to_numpy(dtype=bool)
    what = f"{' and '.join(ids)} from {origin} to {destination}"
    if not rows.any():
        amount = f"{tonnes:,.0f} t/yr"
        work.tell(None, f"{what}: {amount}", "the study has no lane that is used between them")
        return
    unit = str(lanes.loc[rows, "unit"].iloc[0])
    keep = 1.0 - lanes["loss"].to_numpy(dtype=float)
    per = np.array([units.convert(1.0, u, unit) if ok else 0.0
                    for u, ok in zip(lanes["unit"], rows, strict=True)])  # fmt: skip
    value = units.convert(tonnes, "t/yr", unit)
    why = f"{PUBLISHER} {span}, HS {' and '.join(codes)}: {value:.4g} {unit} arrive"
    # Of several goods under one code only the sum is known.
    figure = Figure(what, value, unit, why, estimated or len(ids) > 1)
    work.share(figure, "lanes", "base", rows, per_unit=keep * per)


def _goods(work: Work) -> dict[str, _Goods]:
    """Commodities of the study by HS code, where a code can be used."""
    frame = work.study.frames["commodities"]
    known = set(frame["id"])
    table = mapping("comtrade_goods")
    found: dict[str, _Goods] = {}
    for code in dict.fromkeys(row["hs"] for row in table):
        rows = [r for r in table if r["hs"] == code and r["commodity"] in known]
        if rows and all(r["amount_per_tonne"] for r in rows):
            ids = tuple(r["commodity"] for r in rows)
            found[code] = _Goods(ids, float(rows[0]["amount_per_tonne"]), rows[0]["why"])
    listed = {row["commodity"] for row in table}
    own = frame[~frame["id"].isin(listed) & (frame["hs"] != "")]
    for hs in sorted(set(own["hs"])):
        rows_of = own[own["hs"] == hs]
        unit = units.parse(str(rows_of["unit"].iloc[0]))
        if unit.dimension == "mass" and unit.convertible:
            found[hs] = _Goods(tuple(rows_of["id"]), 1.0, "its code in commodities.csv")
    return found


def _refused(code: str) -> str:
    rows = [row for row in mapping("comtrade_goods") if row["hs"] == code]
    return rows[0]["why"] if rows and not rows[0]["amount_per_tonne"] else ""


def _records(work: Work, sheet: Sheet) -> list[_Record]:
    """Readable records of a pair, totals of their break-downs only."""
    if not sheet.rows:
        raise InputError([sheet.problem(None, "", "", "the file is empty", "export it anew")])
    head, *rows = sheet.rows
    at = _columns(sheet, head)
    named = {label(head.text(k)): k for k in range(len(head.cells))}
    places = {row["code"]: row["country"] for row in mapping("comtrade_places")}
    problems: list[Problem] = []
    found: list[_Record] = []
    left: Counter[str] = Counter()
    for row in rows:
        if len(row.cells) > len(head.cells) and any(row.cells[len(head.cells) :]):
            rule = f"the row has {len(row.cells)} cells, the header {len(head.cells)}"
            problems.append(
                sheet.problem(row.line, "", "", rule, "a cell with a comma needs quotes")
            )
            continue
        if any(named.get(name) is not None and row.text(named[name])
               and _code(row.text(named[name])).casefold() not in totals
               for name, totals in TOTALS.items()):  # fmt: skip
            left[
                "parts of a flow (by transport, procedure or second partner), whose total is used"
            ] += 1
            continue
        reason = _unusable(row, at)
        if reason:
            left[reason] += 1
            continue
        record = _record(sheet, row, at, named.get(_ESTIMATED), places, problems)
        if record:
            found.append(record)
    if problems:
        raise InputError(problems, title=sheet.file)
    for reason, count in left.items():
        work.tell(None, f"{count} records", reason)
    if not found:
        rule = "no record is an import or export of a pair with a net weight"
        raise InputError(
            [sheet.problem(None, "", "; ".join(left), rule, "export flows M or X by partner")]
        )
    return found


def _columns(sheet: Sheet, head: Row) -> dict[str, int]:
    names = {label(head.text(k)): k for k in range(len(head.cells))}
    at = {
        column: names[alias]
        for column, aliases in COLUMNS.items()
        for alias in aliases
        if alias in names
    }
    missing = [column for column in COLUMNS if column not in at]
    if missing:
        seen = ", ".join(head.text(k) for k in range(len(head.cells)))
        rule = f"columns are missing: {', '.join(missing)}"
        fix = f"a Comtrade export has {', '.join(COLUMNS)} (with metadata, not codes only)"
        raise InputError([sheet.problem(head.line, "", seen, rule, fix)])
    return at


def _unusable(row: Row, at: dict[str, int]) -> str:
    """Why a record is no flow of a pair with a weight, "" if it is."""
    flow = row.text(at["flowCode"]).upper()
    if flow not in (_IMPORTS, _EXPORTS):
        return f"flow {flow}: only imports (M) and exports (X) are used"
    codes = row.text(at["reporterISO"]), row.text(at["partnerISO"])
    if _WORLD in codes:
        return "trade with the world, the total of all partners"
    if not all(codes):
        return "no ISO code of reporter or partner (export with metadata)"
    if row.text(at["netWgt"]) in ("", "0", "0.0"):
        return "no net weight"
    return ""


def _record(
    sheet: Sheet, row: Row, at: dict[str, int], estimated_at: int | None,
    places: dict[str, str], problems: list[Problem],
) -> _Record | None:  # fmt: skip
    def tell(column: str, rule: str, fix: str) -> None:
        problems.append(sheet.problem(row.line, column, row.text(at[column]), rule, fix))

    before = len(problems)
    months = _period(_code(row.text(at["period"])))
    if not months:
        tell("period", "no period", "a year (2025) or a month (202511)")
    code = _code(row.text(at["cmdCode"]))
    if not code.isdigit():
        tell("cmdCode", "no HS code", "two, four or six digits")
    code = code.zfill(len(code) + len(code) % 2)  # a spreadsheet drops the zero of 0902
    try:
        kilograms = number_of(row.cells[at["netWgt"]])
    except ValueError:
        kilograms = None
    if kilograms is None or not math.isfinite(kilograms) or kilograms < 0:
        tell("netWgt", "no net weight", "kilograms, 0 or more")
    if len(problems) > before or kilograms is None:
        return None
    reporter, partner = row.text(at["reporterISO"]), row.text(at["partnerISO"])
    pair = [places.get(code_, code_) for code_ in (partner, reporter)]
    flow = row.text(at["flowCode"]).upper()
    origin, destination = pair if flow == _IMPORTS else reversed(pair)
    estimated = estimated_at is not None and row.text(estimated_at).casefold() in (
        "true",
        "1",
        "1.0",
    )
    return _Record(row, months, flow, origin, destination, code, kilograms / 1000, estimated)


def _code(text: str) -> str:
    """A code as text; Excel makes 850511.0 of it."""
    return text.removesuffix(".0")


def _period(text: str) -> tuple[Month, ...]:
    if len(text) == 4 and text.isdigit():
        return tuple((int(text), month) for month in range(1, 13))
    if len(text) == 6 and text.isdigit() and 1 <= int(text[4:]) <= 12:
        return ((int(text[:4]), int(text[4:])),)
    return ()


def _latest(work: Work, records: list[_Record], as_of: date | None) -> tuple[list[_Record], str]:
    """Records of the latest year, or of up to twelve months to the latest, and its name."""
    limit = (as_of.year, as_of.month) if as_of else (9999, 12)
    usable = [r for r in records if r.months[-1] <= limit]
    if not usable:
        raise UsageError(f"no record lies before {as_of}")
    yearly = [r for r in usable if len(r.months) == 12]
    if yearly:
        year = max(r.months[0] for r in yearly)
        recent = [r for r in yearly if r.months[0] == year]
        span = str(year[0])
    else:
        last = max(r.months[0] for r in usable)
        first = (last[0] - 1, last[1] + 1) if last[1] < 12 else (last[0], 1)
        recent = [r for r in usable if r.months[0] >= first]
        months = sorted({r.months[0] for r in recent})
        span = " to ".join(dict.fromkeys(f"{y}-{m:02}" for y, m in (months[0], months[-1])))
        if len(months) < 12:
            work.warnings.append(
                f"{len(months)} months of monthly records ({span}): the rate of a part of a year "
                "carries its season"
            )
    if len(recent) < len(records):
        work.tell(None, f"{len(records) - len(recent)} records", f"of other periods than {span}")
    return recent, span


def _flows(
    work: Work, sheet: Sheet, records: list[_Record]
) -> dict[tuple[str, str, str], tuple[float, bool, float]]:
    """Tonnes, whether estimated, and days of each (origin, destination, code)."""
    once: dict[tuple[object, ...], _Record] = {}
    problems: list[Problem] = []
    for r in records:
        key = (r.flow, r.origin, r.destination, r.code, r.months)
        if key in once and not math.isclose(once[key].tonnes, r.tonnes, rel_tol=1e-9):
            rule = (
                f"line {once[key].row.line} says {once[key].tonnes * 1000:,.0f} kg of the same flow"
            )
            fix = "keep the total, or export without break-down by transport and procedure"
            problems.append(
                sheet.problem(r.row.line, "netWgt", f"{r.tonnes * 1000:,.0f}", rule, fix)
            )
        once.setdefault(key, r)
    if problems:
        raise InputError(problems, title=sheet.file)
    mirrored = {(r.origin, r.destination, r.code) for r in once.values() if r.flow == _IMPORTS}
    unused = [r for r in once.values() if r.flow == _EXPORTS
              and (r.origin, r.destination, r.code) in mirrored]  # fmt: skip
    if unused:
        work.tell(
            None, f"{len(unused)} export records", "the importer reports the same flow itself"
        )
    gone = {id(r) for r in unused}
    period = sorted({month for r in once.values() for month in r.months})
    days = float(sum(days_in(month) for month in period))
    found: dict[tuple[str, str, str], tuple[float, bool, float]] = {}
    for r in once.values():
        if id(r) not in gone:
            flow = (r.origin, r.destination, r.code)
            tonnes, estimated, _ = found.get(flow, (0.0, False, days))
            found[flow] = (tonnes + r.tonnes, estimated or r.estimated, days)
    return found
