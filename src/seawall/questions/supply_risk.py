"""Published indices of supply risk: pure formulas on shares, nothing of a study or a network.

**EU supply risk.** European Commission, Methodology for establishing the EU list of critical raw
materials: Guidelines (2017), doi 10.2873/769526; background in Blengini et al. (2017), Assessment
of the methodology, JRC, EUR 28654 EN, doi 10.2760/73303::

    SR = (HHI_GS * IR / 2 + HHI_EU * (1 - IR / 2)) * (1 - EoL_RIR) * SI_SR
    HHI_x = sum over countries c of S_c^2 * WGI_c * t_c
    SR = HHI_GS * (1 - EoL_RIR) * SI_SR          where sourcing is not known

S are shares (0-1) of global supply (GS) or of the actual sourcing of the importer (EU), WGI is the
mean of the six Worldwide Governance Indicators turned into 0 (best) to 10 (worst), t the trade
parameter (1: no measure, below: free trade within the EU, above: export tax, quota or ban), IR
import reliance, EoL_RIR the share of supply that is recycled from end-of-life products, SI_SR the
substitution index.  For another country its own sourcing takes the place of that of the EU.

**Supply risk after Nassar et al. (2020)**, Evaluating the mineral commodity supply risk of the U.S.
manufacturing sector, Science Advances 6(8) eaay8647, doi 10.1126/sciadv.aay8647::

    SR = (DP * TE * EV)^(1/3)                    disruption potential, trade exposure,
                                                 economic vulnerability, each 0-1

The abstract of that paper was read for this; its equations are recalled.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = [
    "NO_MEASURE",
    "UNKNOWN_WGI",
    "WORST_WGI",
    "disruption_potential",
    "eu_supply_risk",
    "hhi_wgi_t",
    "import_reliance",
    "nassar_supply_risk",
    "trade_exposure",
]

#: Scaled WGI of the worst possible governance; 0 is the best.
WORST_WGI = 10.0
#: Scaled WGI of a country that has none, the middle of the scale.
UNKNOWN_WGI = 5.0
#: Trade parameter of a country that restricts nothing.
NO_MEASURE = 1.0
#: How far above 1 shares may add up, since they are printed rounded. Of the shares printed for the
#: EU study of 2023 none of 95 sets adds up to more than 1.0185.
ROUNDING = 0.02


def eu_supply_risk(
    global_shares: Mapping[str, float],
    sourcing_shares: Mapping[str, float],
    wgi: Mapping[str, float],
    trade: Mapping[str, float],
    import_reliance: float,
    eol_rir: float,
    si_sr: float = 1.0,
    *,
    sourcing_trade: Mapping[str, float] | None = None,
    global_only: bool = False,
) -> float:
    """Supply risk of one material at one stage, by the method of the EU's 2017 guidelines.

    Parameters
    ----------
    global_shares, sourcing_shares
        Shares (0-1) of world production, and of what the importer draws on (its own production and
        its imports), by country (ISO 3166-1 alpha-3).  They may add up to less than 1, as small
        suppliers are often not printed, but not to more (beyond rounding, 0.02).
    wgi
        Scaled governance by country, 0 (best) to 10 (worst): 2 * (2.5 - mean of six WGI).  A
        country that is not in it, or is NaN, counts as 5.
    trade
        Trade parameter t by country; one that is not in it counts as 1.
    import_reliance
        (imports - exports) / (production + imports - exports), 0-1.  Below 0 is a net exporter,
        which is as good as 0.  Not used, and may be NaN, with `global_only`.
    eol_rir
        End-of-life recycling input rate, 0-1.
    si_sr
        Substitution index for supply risk, 0-1; 1: nothing can take its place.
    sourcing_trade
        Trade parameters of the sourcing shares where they differ; None: `trade`.
    global_only
        Sourcing is not known: count global supply alone.

    Returns
    -------
    float
        0 (no risk) to 10 times the largest t.  The EU calls a material critical from 1.0.

    Raises
    ------
    ValueError
        A figure lies outside its range, with its name; percent in place of shares is told as such.
    """
    _within("eol_rir", eol_rir, 1.0)
    _within("si_sr", si_sr, 1.0)
    factor = (1.0 - eol_rir) * si_sr
    world = _concentration("global_shares", global_shares, wgi, trade)
    if global_only:
        return world * factor
    if not import_reliance <= 1.0:
        raise ValueError(f"import_reliance is {import_reliance:g}: {_OF_ONE}")
    half = max(import_reliance, 0.0) / 2.0
    terms = trade if sourcing_trade is None else sourcing_trade
    try:
        own = _concentration("sourcing_shares", sourcing_shares, wgi, terms)
    except _EmptyError as error:
        raise ValueError(f"{error}; with global_only=True they are not needed") from None
    return (world * half + own * (1.0 - half)) * factor


def hhi_wgi_t(
    shares: Mapping[str, float], wgi: Mapping[str, float], trade: Mapping[str, float]
) -> float:
    """Concentration weighted by governance and trade measures: sum of S^2 * WGI * t.

    Shapes, units and errors are those of `eu_supply_risk`.
    """
    return _concentration("shares", shares, wgi, trade)


def import_reliance(imports: float, exports: float, production: float) -> float:
    """Import reliance as the EU defines it: net imports over apparent use, 0-1.

    All three in one unit, of one time.  A net exporter relies on nobody: 0.

    Raises
    ------
    ValueError
        A figure is negative.
    """
    for name, value in (("imports", imports), ("exports", exports), ("production", production)):
        _within(name, value)
    net = imports - exports
    return net / (production + net) if net > 0 else 0.0


def nassar_supply_risk(
    disruption_potential: float, trade_exposure: float, economic_vulnerability: float
) -> float:
    """Supply risk after Nassar et al. (2020): the geometric mean of three factors.

    Parameters
    ----------
    disruption_potential, trade_exposure, economic_vulnerability
        0-1 each: how likely foreign supply fails, how much depends on it, how little the using
        industries could bear it.

    Returns
    -------
    float
        0-1; 0 as soon as one factor is 0.  The US list of 2022 was drawn near 0.40 (Nassar and
        Fortier 2021, USGS Open-File Report 2021-1045).

    Raises
    ------
    ValueError
        A factor is outside 0-1 or NaN: without the vulnerability there is no such index.
    """
    _within("disruption_potential", disruption_potential, 1.0)
    _within("trade_exposure", trade_exposure, 1.0)
    _within("economic_vulnerability", economic_vulnerability, 1.0)
    return math.cbrt(disruption_potential * trade_exposure * economic_vulnerability)


def disruption_potential(
    production_shares: Mapping[str, float],
    weight: Mapping[str, float],
    exclude: Collection[str] = (),
) -> float:
    """How concentrated foreign production is in countries that may fail to sell: sum of PS^2 * w.

    Parameters
    ----------
    production_shares
        Shares (0-1) of world production by country; they may add up to less than 1.
    weight
        0 (able and willing to supply) to 1 by country.  The paper makes it of two indices; how, was
        not read again, so the weight is the caller's.  Every foreign producer needs one.
    exclude
        Countries that do not count: the one in question, whose own production is not foreign.  The
        shares of the others stay shares of the world.

    Returns
    -------
    float
        0-1.

    Raises
    ------
    ValueError
        A share or a weight is outside its range, or a producer has no weight.
    """
    _check_shares("production_shares", production_shares)
    total = 0.0
    for country, share in production_shares.items():
        if country in exclude:
            continue
        if country not in weight:
            raise ValueError(f"weight lacks {country!r}, which is in production_shares")
        _within(f"weight[{country!r}]", weight[country], 1.0)
        total += share**2 * weight[country]
    return min(total, 1.0)


def trade_exposure(
    imports: float, exports: float, consumption: float, stock_change: float = 0.0
) -> float:
    """Part of what a country uses that comes from abroad, net: its net import reliance.

    Parameters
    ----------
    imports, exports
        In one unit, of one time.
    consumption
        Apparent consumption: production + imports - exports - stock_change.
    stock_change
        Stocks at the end less those at the start: what was added was not used.

    Returns
    -------
    float
        (imports - exports - stock_change) / consumption, 0-1; 0 for a net exporter.

    Raises
    ------
    ValueError
        A flow is negative, nothing is used, or more comes in on balance than is used.
    """
    for name, value in (("imports", imports), ("exports", exports)):
        _within(name, value)
    if not 0.0 < consumption < math.inf:
        raise ValueError(f"consumption is {consumption:g}: it must be above 0")
    if not math.isfinite(stock_change):
        raise ValueError(f"stock_change is {stock_change:g}: it must be a finite number")
    share = (imports - exports - stock_change) / consumption
    if share > 1.0 + ROUNDING:
        raise ValueError(
            f"consumption is {consumption:g}, less than imports - exports - stock_change = "
            f"{share * consumption:g}: production cannot be negative"
        )
    return min(max(share, 0.0), 1.0)


_OF_ONE = "it must be a share from 0 to 1, not percent"


class _EmptyError(ValueError):
    """There are no shares."""


def _within(name: str, value: float, most: float = math.inf) -> None:
    """Hold a figure between 0 and `most`; NaN is never inside."""
    if 0.0 <= value <= most and value != math.inf:
        return
    rule = "it must be a finite number from 0" if most == math.inf else f"it must be 0 to {most:g}"
    raise ValueError(f"{name} is {value:g}: {_OF_ONE if most == 1.0 else rule}")


def _check_shares(name: str, shares: Mapping[str, float]) -> None:
    """Hold each share between 0 and 1 and their sum at most at 1, but for rounding."""
    for country, share in shares.items():
        _within(f"{name}[{country!r}]", share, 1.0)
    total = math.fsum(shares.values())
    if total == 0.0:
        raise _EmptyError(f"{name} are empty")
    if total > 1.0 + ROUNDING:
        raise ValueError(f"{name} add up to {total:.4g}: shares of one whole are at most 1")


def _concentration(
    name: str, shares: Mapping[str, float], wgi: Mapping[str, float], trade: Mapping[str, float]
) -> float:
    _check_shares(name, shares)
    total = 0.0
    for country, share in shares.items():
        governance = wgi.get(country, math.nan)
        if math.isnan(governance):
            governance = UNKNOWN_WGI
        _within(f"wgi[{country!r}]", governance, WORST_WGI)
        term = trade.get(country, NO_MEASURE)
        _within(f"trade[{country!r}]", term)
        total += share**2 * governance * term
    return total
