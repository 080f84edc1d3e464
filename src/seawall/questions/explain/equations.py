"""What every figure is: its equation in symbols and in words, and the function that computes it.

The symbols are those of docs/model.md; `docs` names the section.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Equation:
    """One figure: `symbols`, `words`, the path of what computes it, where it is described."""

    symbols: str
    words: str
    function: str
    docs: str


_INDICATORS = "docs/model.md#indicators"
_SPLIT = "docs/model.md#why-places-go-short"
_WORTH = "docs/model.md#what-a-run-is-worth"
_EXPOSURE = "docs/model.md#exposure"
_ROW = "seawall.questions.indicators.indicators"

INDICATORS: dict[str, Equation] = {
    "demand": Equation(
        "demand = sum over m, t of D[m] wanted[m,t]",
        "base use of each demand row after balancing, times what the scenario makes of it, added "
        "up over the run",
        _ROW, _INDICATORS,
    ),
    "unserved": Equation(
        "unserved = sum over t of max(0, demand[t] - served[t])",
        "what is wanted less what is served, added up over the periods of the run",
        _ROW, _INDICATORS,
    ),
    "unserved_share": Equation(
        "unserved share = unserved / demand",
        "what is not served as a part of what is wanted over the run",
        _ROW, _INDICATORS,
    ),
    "missing": Equation(
        "missing = sum over m of min(unserved[m], unserved[m] if the place outbid everybody)",
        "what is not there for any money: under frozen all that is unserved, under market what "
        "would be unserved even if the place outbid everybody",
        "seawall.questions.priced_out.split", _SPLIT,
    ),
    "priced_out": Equation(
        "priced out = unserved - missing",
        "the part of what is unserved that others buy because they pay more",
        "seawall.questions.priced_out.split", _SPLIT,
    ),
    "value_lost": Equation(
        "value lost = sum over m of w[m] sum over t of (D[m] wanted[m,t] - d[m,t])",
        "what is not served of each demand row, times its willingness to pay",
        _ROW, _INDICATORS,
    ),
    "first_shortfall_day": Equation(
        "day = period (t + 1 - gap[t] / hole), t the first with gap[t] > 0.001 demand[t]; "
        "hole = gap[t] + drawn[t], without stocks demand[t]",
        "the first period with more than 0.1 % unserved; within it stocks fill the hole until they "
        "are empty",
        "seawall.questions.indicators.first_short_day", _INDICATORS,
    ),
    "time_to_survive_days": Equation(
        "day = period (t + 1 - gap[t] / hole), t the first with gap[t] > 0.000001 demand[t]; other "
        "responses than frozen: the largest T for which a plan serves every tier until T",
        "the longest time for which every tier can be served: under frozen as that run shows it, "
        "else with all that the world has to spare and everybody else's demand met",
        "seawall.questions.survival.time_to_survive", _INDICATORS,
    ),
    "time_to_recover_days": Equation(
        "day = period (t + 1), t the last with gap[t] > 0.001 demand[t]",
        "the day from which everything is served again for good",
        "seawall.questions.indicators.recovery_day", _INDICATORS,
    ),
    "weeks_short": Equation(
        "weeks = (number of t with gap[t] > 0.001 demand[t]) period / 7",
        "the length of all periods with more than 0.1 % unserved",
        _ROW, _INDICATORS,
    ),
    "worst_share": Equation(
        "worst share = max over t of gap[t] / demand[t]",
        "the largest gap of a period, as a part of what that period wants",
        _ROW, _INDICATORS,
    ),
    "worst_day": Equation(
        "worst day = period t, t the first with the largest gap[t] / demand[t]",
        "the first day of the period with the largest gap",
        _ROW, _INDICATORS,
    ),
    "cover_days": Equation(
        "cover = sum over n of yield[n] (S0[n] - F[n]) / inflow",
        "the usable stock behind the place on the first day, over what flows in a day in the base",
        "seawall.questions.groups.cover_days", _INDICATORS,
    ),
}  # fmt: skip

SUMMARY: dict[str, Equation] = {
    "loss": Equation(
        "loss = (shortfall + cost - left) - (shortfall + cost - left) of the base",
        "willingness to pay of what is not served, plus what everything costs, less what is left "
        "at the end, against the undisturbed base over the same time",
        "seawall.questions.stress.loss", _WORTH,
    ),
    "surplus": Equation(
        "surplus = benefit - cost + left",
        "willingness to pay of what is served, less all costs, plus what is left at the end",
        "seawall.responses.trajectory.value", _WORTH,
    ),
    "cost": Equation(
        "cost = sum c x + sum c y + deviation + tariffs + holding + demurrage + disposal",
        "all costs of the run: making, freight and duty, changing partners, keeping and waiting",
        "seawall.responses.trajectory.value", _WORTH,
    ),
    "unserved": Equation(
        "unserved = sum over m, t of (D[m] wanted[m,t] - d[m,t])",
        "what is wanted less what is served, over all places of the study",
        "seawall.questions.stress._not_served", _INDICATORS,
    ),
}  # fmt: skip

EXPOSURE: dict[str, Equation] = {
    "direct/share": Equation(
        "share = quantity of the supplier / quantity of all suppliers abroad",
        "the part of the imports that lands from this country, not traced further",
        "seawall.questions.exposure.tables.direct", _EXPOSURE,
    ),
    "direct/of_supply": Equation(
        "of supply = quantity of the supplier / (all that lands from abroad + all that is made)",
        "the part of all supply, home production included, that lands from this country",
        "seawall.questions.exposure.tables.direct", _EXPOSURE,
    ),
    "direct/quantity": Equation(
        "quantity = sum over lanes a from the supplier of eta[a] y0[a]",
        "what lands from this country in a year of the base",
        "seawall.questions.exposure.tables.direct", _EXPOSURE,
    ),
    "lookthrough/share": Equation(
        "share = sum over n of v[n] made[n], v = (I - W')^-1 w",
        "follow the element back from the place, node by node, in proportion to what enters each; "
        "add up what this origin made at this stage",
        "seawall.questions.exposure.tracing.Tracing.by_maker", _EXPOSURE,
    ),
    "passages/share": Equation(
        "share = sum over n of w[n] x[n], x = crossing + W_other x",
        "the part of the element that crossed the passage on any leg of its way to the place",
        "seawall.questions.exposure.tracing.Tracing.crossed", _EXPOSURE,
    ),
    "indices/HHI": Equation(
        "HHI = sum over countries of share^2",
        "the sum of squared shares of countries: 1 for a single supplier",
        "seawall.questions.exposure.concentration.indices", _EXPOSURE,
    ),
    "indices/effective_suppliers": Equation(
        "effective suppliers = 1 / HHI",
        "how many suppliers of equal size would be as concentrated",
        "seawall.questions.exposure.concentration.indices", _EXPOSURE,
    ),
    "indices/published": Equation(
        "see docs/reference/supply-risk.md",
        "a published index of supply risk, from production, trade, governance and substitution",
        "seawall.questions.indices.supply_risks", "docs/model.md#supply-risk",
    ),
    "flags/share": Equation(
        "flag if share > benchmark",
        "a share of all supply above the benchmark: 0.65 for a source abroad, 0.50 for a passage",
        "seawall.questions.exposure.concentration.flags", _EXPOSURE,
    ),
}  # fmt: skip


def equation_of(table: str, column: str, index: str = "") -> Equation:
    """The equation of a column of a table; `index` names the index of a row of `indices`."""
    if table == "summary":
        return SUMMARY[column]
    if table in ("indicators", "ranking"):
        return SUMMARY["loss"] if column == "study_loss" else INDICATORS[column]
    if table == "indices":
        plain = f"indices/{index.removeprefix('lookthrough_')}"
        return EXPOSURE.get(plain, EXPOSURE["indices/published"])
    return EXPOSURE[f"{table}/{column}"]
