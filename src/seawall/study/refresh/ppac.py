"""India's monthly gas figures (PPAC) -> gas use by sector, India's own gas, LNG imports.

PPAC prints them in million standard cubic metres (MMSCM) a month. The latest twelve months are
turned into a rate a year and into tonnes by the commodity's `gas_volume`. India's own gas is what
is used less LNG, as in the base of the study, so that the balance holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from seawall.errors import InputError, UsageError
from seawall.study.refresh.proposal import Figure
from seawall.study.refresh.tables import mapping
from seawall.study.refresh.words import (
    days_in,
    is_provisional,
    label,
    month_of,
    name_of_month,
    number_of,
    plain,
)

if TYPE_CHECKING:
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray

    from seawall.errors import Problem
    from seawall.study.refresh.proposal import Work
    from seawall.study.refresh.sheets import Row, Sheet
    from seawall.study.refresh.words import Month

__all__ = ["ppac_monthly"]

PUBLISHER = "PPAC, Ministry of Petroleum and Natural Gas, India"
#: Series of which a file may print several parts, which add up.
_SUMMED = ("petrochemical and other", "lpg and pipelines")
_SECTORS = ("fertiliser", "power", "city gas", "refinery", *_SUMMED)
_UNITS = (
    (r"mmscmd|million\s*(?:standard\s*)?(?:scm|cubic\s*met\w+)\s*(?:a|per|/)\s*day", 1.0, True),
    (r"mmscm|million\s*(?:standard\s*)?(?:scm|cubic\s*met\w+)", 1.0, False),
    (r"\bbcm\b|billion\s*cubic\s*met\w+", 1000.0, False),
)
_YEAR = re.compile(r"(?<!\d)(20\d{2})\s*[-/]\s*(?:20)?(\d{2})(?!\d)")
_WANTED = 12
_GAP = 0.02


@dataclass
class _Found:
    """Million scm a month by series and month, and what of it is provisional."""

    values: dict[str, dict[Month, float]] = field(default_factory=dict)
    seen: dict[tuple[str, str, Month], float] = field(default_factory=dict)
    provisional: set[Month] = field(default_factory=set)


def ppac_monthly(work: Work, sheets: list[Sheet], as_of: date | None) -> str:
    """Propose gas use, India's own gas and LNG imports from the latest months.

    Returns
    -------
    What the overlay gives as source.

    Raises
    ------
    InputError
        No row or column of months, no unit, or cells that cannot be read.
    UsageError
        No month by `as_of` has all series.
    """
    found = _Found()
    problems: list[Problem] = []
    used = [sheet for sheet in sheets if _read(work, sheet, found, problems)]
    if problems:
        raise InputError(problems, title=sheets[0].file)
    if not used:
        raise InputError([_unlike(sheets)])
    months = _months(work, found, as_of)
    days = sum(days_in(month) for month in months)
    span = " to ".join(dict.fromkeys(f"{y}-{m:02}" for y, m in (months[0], months[-1])))
    estimated = any(month in found.provisional for month in months)

    rates: dict[str, Figure] = {}
    for series in found.values:
        commodity = "lng" if series == "lng" else "gas"
        volume = sum(found.values[series].get(month, 0.0) for month in months)
        value = volume / days * 365.0 / _gas_volume(work, commodity)
        why = f"PPAC {span}: {volume:,.0f} million scm, {value:.4g} Mt/yr"
        rates[series] = Figure(
            f"India, {series}", value, "Mt/yr", why + ("; provisional" if estimated else ""),
        )  # fmt: skip
    total = _demand(work, rates)
    _supply(work, rates, total)
    return f"{PUBLISHER}, {span}, file {sheets[0].file}"


def _demand(work: Work, rates: dict[str, Figure]) -> Figure | None:
    """Propose gas use by sector; returns all gas that is used."""
    sectors = [series for series in _SECTORS if series in rates]
    total = rates.get("total")
    for series in sectors:
        work.share(rates[series], "demands", "quantity", _mapped(work, "demands", (series,)))
    if sectors and len(sectors) < len(_SECTORS):
        missing = ", ".join(series for series in _SECTORS if series not in sectors)
        work.warnings.append(f"the file has nothing on {missing}: these stay as they are")
    if total and sectors:
        parts = sum(rates[series].value for series in sectors)
        if abs(parts / total.value - 1.0) > _GAP:
            work.warnings.append(
                f"sectors add up to {parts:.4g} Mt/yr, the total is {total.value:.4g}: "
                "part of the use has no row here"
            )
    elif total:
        work.share(total, "demands", "quantity", _mapped(work, "demands", _SECTORS))
    if total is None and len(sectors) == len(_SECTORS):
        value = sum(rates[series].value for series in sectors)
        why = f"{rates[sectors[0]].why.partition(':')[0]}: sum of the sectors: {value:.4g} Mt/yr"
        total = Figure("India, total", value, "Mt/yr", why)
    return total


def _supply(work: Work, rates: dict[str, Figure], total: Figure | None) -> None:
    """Propose LNG imports, and India's own gas as what is used less LNG."""
    for series in ("gross production", "net production", "available"):
        if series in rates:
            why = "not used: India's own gas is taken as what is used less LNG, so that it balances"
            work.tell(None, f"{series}: {rates[series].value:.4g} Mt/yr", why)
    lng = rates.get("lng")
    if lng is None or total is None:
        what = "LNG imports" if lng is None else "all gas that is used"
        work.warnings.append(f"the file does not tell {what}: India's own gas stays as it is")
    else:
        value = total.value - lng.value
        if value <= 0:
            raise UsageError(
                f"LNG imports ({lng.value:.4g} Mt/yr) are more than all gas that is used "
                f"({total.value:.4g}): check the months and units"
            )
        why = f"{total.why.partition(':')[0]}: use {total.value:.4g} less LNG {lng.value:.4g} Mt/yr"
        own = Figure("India, own gas", value, "Mt/yr", why, estimated=True)
        rows = _mapped(work, "facilities", ("own",))
        # India's own gas cannot surge in the study: its capacity keeps its ratio to the base.
        work.share(own, "facilities", "base", rows, also=("capacity",))
    if lng is not None:
        _lng(work, lng)


def _lng(work: Work, lng: Figure) -> None:
    """LNG imports: lanes from abroad, berths, terminals, and use where own gas is not pooled."""
    study = work.study
    country = dict(
        zip(study.frames["places"]["id"], study.frames["places"]["country"], strict=True)
    )
    lanes = study.frames["lanes"]
    is_lng = (lanes["commodity"] == "lng") & (lanes["destination"].map(country) == "IND")
    inside = lanes["origin"].map(country) == "IND"
    keep = 1.0 - lanes["loss"].to_numpy(dtype=float)
    abroad = (is_lng & ~inside & (lanes["base"] > 0)).to_numpy(dtype=bool)
    work.share(_as(lng, "India, LNG from abroad"), "lanes", "base", abroad, per_unit=keep)
    berths = (is_lng & inside & (lanes["base"] > 0)).to_numpy(dtype=bool)
    work.share(_as(lng, "India, LNG at berths"), "lanes", "base", berths, most="capacity")
    recipes = study.frames["processes"]
    takes = recipes[(recipes["commodity"] == "lng") & (recipes["role"] == "input")]["process"]
    plants = study.frames["facilities"]
    here = plants["process"].isin(takes) & (plants["place"].map(country) == "IND")
    regas = _as(lng, "India, LNG through terminals")
    work.share(regas, "facilities", "base", here.to_numpy(dtype=bool), most="capacity")
    _unpooled(work, lng)


def _unpooled(work: Work, lng: Figure) -> None:
    """Use of imported gas, in the variant in which own gas is not shared, moves with LNG."""
    rows = _mapped(work, "demands", ("imported",))
    demands = work.study.frames["demands"]
    groups = work.study.settings.variants
    other = [
        v for names in groups.values() for v in names if v in set(demands.loc[rows, "variant"])
    ]
    if rows.any() and other:
        what = f"India, use of LNG ({other[0]})"
        work.share(_as(lng, what), "demands", "quantity", rows, counted=rows)


def _as(figure: Figure, what: str) -> Figure:
    """The same figure where rows below it are known by an estimate only."""
    return replace(figure, what=what, estimated=True)


def _mapped(work: Work, table: str, series: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which rows of a table the mapping gives to some series."""
    ids = {r["row"] for r in mapping("ppac_rows") if r["table"] == table and r["series"] in series}
    return work.study.frames[table]["id"].isin(ids).to_numpy(dtype=bool)


def _gas_volume(work: Work, commodity: str) -> float:
    """Million scm in a million tonnes."""
    goods = work.study.frames["commodities"].set_index("id")["gas_volume"]
    volume = float(goods.get(commodity, float("nan")))
    if not volume > 0:
        raise UsageError(
            f'study "{work.study.name}" has no gas_volume for commodity "{commodity}", '
            "so cubic metres cannot become tonnes"
        )
    return volume


def _months(work: Work, found: _Found, as_of: date | None) -> list[Month]:
    """The latest months, up to twelve without a gap, in which every series has a figure."""
    used = {s: v for s, v in found.values.items() if s in (*_SECTORS, "total", "lng")}
    if not used:
        raise UsageError("the file has none of the series: use by sector, total use, LNG imports")
    common = set.intersection(*(set(values) for values in used.values()))
    if as_of:
        common = {month for month in common if month <= (as_of.year, as_of.month)}
    if not common:
        raise UsageError(
            "no month has a figure of every series: "
            + "; ".join(f"{s}: {len(v)} months" for s, v in sorted(used.items()))
        )
    months = [max(common)]
    while len(months) < _WANTED and (before := _before(months[0])) in common:
        months.insert(0, before)
    every = {month for values in used.values() for month in values}
    if left := sorted(every - set(months)):
        what = f"{len(left)} other months"
        work.tell(None, what, "older, after a gap, later than asked for, or not in every series")
    if len(months) < _WANTED:
        work.warnings.append(
            f"{len(months)} months only: the rate of a part of a year carries its season"
        )
    return months


def _before(month: Month) -> Month:
    return (month[0] - 1, 12) if month[1] == 1 else (month[0], month[1] - 1)


def _read(work: Work, sheet: Sheet, found: _Found, problems: list[Problem]) -> bool:
    """Read one sheet, series down and months across or the other way; whether it is one."""
    aliases = {row["label"]: row["series"] for row in mapping("ppac_gas")}
    for head in sheet.rows:
        above = _above(sheet, head)
        months = _heads(head, above)
        labels = {k: aliases.get(label(head.text(k)), "") for k in range(len(head.cells))}
        if months and not any(labels.values()):
            _across(work, sheet, head, months, aliases, found, problems)
            return True
        if sum(bool(series) for series in labels.values()) >= 2:
            _down(work, sheet, head, labels, found, problems)
            return True
    return False


def _above(sheet: Sheet, head: Row) -> list[str]:
    """Texts of the header and of what stands above it, the nearest first."""
    texts = [
        str(c) for row in sheet.rows if row.line < head.line for c in row.cells if c is not None
    ]
    return [head.text(k) for k in range(len(head.cells))] + texts[::-1]


def _heads(head: Row, above: list[str]) -> dict[int, Month]:
    """Columns that are one month: "Apr-26", or "April" under a fiscal year "2026-27"."""
    years = [found for text in above if (found := _YEAR.search(plain(text)))]
    months: dict[int, Month] = {}
    for k in range(1, len(head.cells)):
        month = month_of(head.cells[k])
        number = None if month else name_of_month(re.sub(r"\(.*?\)", "", head.text(k)))
        if number and years:
            month = int(years[0][1]) + (number < 4), number
        if month:
            months[k] = month
    return months


def _across(
    work: Work, sheet: Sheet, head: Row, months: dict[int, Month], aliases: dict[str, str],
    found: _Found, problems: list[Problem],
) -> None:  # fmt: skip
    found.provisional |= {m for k, m in months.items() if is_provisional(head.text(k))}
    others = [head.text(k) for k in range(1, len(head.cells)) if k not in months and head.text(k)]
    if others:
        work.tell(head.line, ", ".join(others), "columns that are not one month")
    above = _above(sheet, head)
    for row in (row for row in sheet.rows if row.line > head.line):
        name = next((str(c) for c in row.cells if isinstance(c, str)), "")
        series = aliases.get(label(name))
        if series is None:
            work.tell(row.line, name, "no series of the recipe")
            continue
        texts = [row.text(k) for k in range(len(row.cells)) if k not in months] + above
        for k, month in months.items():
            _keep(sheet, row, k, (series, name, month), texts, found, problems)


def _down(
    work: Work, sheet: Sheet, head: Row, labels: dict[int, str], found: _Found,
    problems: list[Problem],
) -> None:  # fmt: skip
    above = _above(sheet, head)
    unknown = [head.text(k) for k, s in labels.items() if not s and head.text(k) and k > 0]
    if unknown:
        work.tell(head.line, ", ".join(unknown), "no series of the recipe")
    for row in (row for row in sheet.rows if row.line > head.line):
        month = month_of(row.cells[0])
        if month is None:
            work.tell(row.line, row.text(0), "not one month")
            continue
        if any(is_provisional(row.text(k)) for k in range(len(row.cells))):
            found.provisional.add(month)
        for k, series in labels.items():
            if series:
                texts = [head.text(k), *above]
                _keep(sheet, row, k, (series, head.text(k), month), texts, found, problems)


def _keep(
    sheet: Sheet, row: Row, at: int, key: tuple[str, str, Month], texts: list[str], found: _Found,
    problems: list[Problem],
) -> None:  # fmt: skip
    """Keep one figure as million scm of its month."""
    series, name, month = key
    cell = row.cells[at] if at < len(row.cells) else None
    try:
        value = number_of(cell)
    except ValueError:
        problems.append(sheet.problem(row.line, name, str(cell), "no number", "mend the cell"))
        return
    if value is None:
        return
    unit = _unit(texts)
    if unit is None:
        rule = "the unit is not said"
        fix = "write MMSCM (a month), MMSCMD (a day) or BCM into the title or the label"
        problems.append(sheet.problem(None, "", texts[-1] if texts else "", rule, fix))
        return
    if is_provisional(str(cell)):
        found.provisional.add(month)
    factor, daily = unit
    value *= factor * (days_in(month) if daily else 1)
    whole = (series, label(name), month)
    if whole in found.seen:
        if found.seen[whole] != value:
            rule = f"{name} of {month[0]}-{month[1]:02} stands there twice, with other figures"
            problems.append(sheet.problem(row.line, name, str(cell), rule, "keep one"))
        return
    known = found.values.setdefault(series, {})
    if month in known and series not in _SUMMED:
        if known[month] != value:
            rule = f"a second figure for {series} of {month[0]}-{month[1]:02}"
            problems.append(sheet.problem(row.line, name, str(cell), rule, "keep one"))
        return
    found.seen[whole] = value
    known[month] = known.get(month, 0.0) + value


def _unit(texts: list[str]) -> tuple[float, bool] | None:
    """Million scm in one of the figures, and whether they are a day."""
    for text in texts:
        for pattern, factor, daily in _UNITS:
            if re.search(pattern, plain(text)):
                return factor, daily
    return None


def _unlike(sheets: list[Sheet]) -> Problem:
    sheet = sheets[0]
    first = next((row for row in sheet.rows if sum(c is not None for c in row.cells) > 2), None)
    seen = ", ".join(first.text(k) for k in range(len(first.cells))) if first else ""
    rule = "no row of months above series, and no row of series above months"
    labels = "; ".join(dict.fromkeys(row["label"] for row in mapping("ppac_gas")))
    fix = f"months such as Apr-26 or April under 2026-27, and series among {labels}"
    return sheet.problem(None, "", seen, rule, fix)
