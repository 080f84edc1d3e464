"""Sentences on minerals and chips, made from results only: the most disappointing first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seawall.questions.exposure.concentration import SINGLE_SOURCE
from seawall.report import chains_stress, chains_tables, plants, text
from seawall.report.chains_view import FELT, KNOWN, RESPONSES, ChainsView, Hurt

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A hidden dependence is told when it is larger than what meets the eye by this much.
HIDDEN = 0.2
#: The market does worse than nobody reacting when it loses this many times as much.
WORSE = 1.1
#: Goods worth less than this part of what a place uses of a sector are not on the board.
LIGHT = 0.01


def sentences(view: ChainsView) -> list[str]:
    """What a person should take away from the part on minerals and chips."""
    rows = chains_tables.exposures(view)
    said = [*_hidden(view, rows), *_worst_scenarios(view), *_outbid(view)]
    table = view.table("plant_origins")
    if len(table):
        table = table[table["commodity"].isin(view.finals)]
        variants = list(dict.fromkeys(table["variant"].astype(str)))
        said += plants.sentences(view, table, variants)[:1]
    said += [_stocks(view), _slow(view), _single(view), _count(view, rows), _unknown(view, rows),
             _quiet(view)]  # fmt: skip
    return [s for s in said if s]


def _hidden(view: ChainsView, rows: Sequence[dict[str, Any]]) -> list[str]:
    """For each place the good whose makers stand farthest behind what it buys."""
    direct = view.exposed("direct")
    found = []
    for place in view.places:
        best: tuple[float, str] | None = None
        for row in rows:
            worst = row["worst"]
            if row["place"] != place or worst is None or float(worst["known"]) < KNOWN:
                continue
            here = direct[
                (direct["place"] == place)
                & (direct["commodity"] == row["commodity"])
                & (direct["supplier"] == worst["country"])
            ]
            seen = float(here["of_supply"].sum())
            gap = float(worst["share"]) - seen
            if gap >= HIDDEN and (best is None or gap > best[0]):
                element = view.element(worst["element"], row["commodity"])
                who, good = text.the(view.place(worst["country"])), view.good(row["commodity"])
                them = "them" if good.endswith("s") or " with " in good else "it"
                told = (
                    f"{view.place(place)} buys {_part(seen)} of its {good} from {who}, but "
                    f"{text.pct(worst['share'])} of the {element} in {them} passed through {who} "
                    f"as {worst['stage']}."
                )
                best = (gap, told)
        if best:
            found.append(best)
    return [sentence for _, sentence in sorted(found, key=lambda pair: -pair[0])]


def _part(share: float) -> str:
    return "none" if share < 5e-4 else text.pct(share)


def _bracket(hurt: Hurt) -> str:
    shares = sorted(s for r in RESPONSES if (s := hurt.share(r)) is not None)
    return text.between(text.pct(shares[0]), text.pct(shares[-1]))


def _worst_scenarios(view: ChainsView) -> list[str]:
    """The scenario that hurts most and the first that was asked: whom, of what, what is first."""
    if not view.hurt:
        return []
    worst = max(view.hurt, key=lambda h: h.worst).number
    numbers = dict.fromkeys([worst, min(h.number for h in view.hurt)])
    return [_scenario(view, number) for number in numbers]


def _scenario(view: ChainsView, number: int) -> str:
    here = [h for h in view.hurt if h.number == number]
    parts = []
    for place in view.places:
        most = max((h for h in here if h.place == place), key=lambda h: h.worst, default=None)
        if most:
            parts.append(
                (most.worst,
                 f"{view.place(place)} goes without {_bracket(most)} of its {view.good(most.good)}")
            )  # fmt: skip
    parts.sort(key=lambda pair: -pair[0])
    told = text.join([words for _, words in parts])
    days = [
        (day, h) for h in here if (day := h.figure("frozen", "first_shortfall_day")) is not None
    ]
    days.sort(key=lambda pair: pair[0])
    first = [f"{view.place(h.place)}’s {view.good(h.good)} {_when(day)}" for day, h in days[:3]]
    begin = f" If nobody reacts, short first: {text.join(first)}." if first else ""
    return (
        f"{view.title(number)}: {told} over {view.run}; which end depends on how the others "
        f"react.{begin}"
    )


def _when(day: float) -> str:
    words = text.day_of(day)
    return words if words == "at once" else f"{'in' if words.startswith('week') else 'on'} {words}"


def _outbid(view: ChainsView) -> list[str]:
    """Where a market that re-plans leaves a place worse off than if nobody reacted."""
    found = []
    for place in view.places:
        worse = [
            h for h in view.hurt
            if h.place == place and (h.share("market") or 0.0) > FELT
            and (h.share("market") or 0.0) > WORSE * (h.share("frozen") or 0.0)
        ]  # fmt: skip
        if not worse:
            continue
        most = max(worse, key=lambda h: (h.share("market") or 0.0) - (h.share("frozen") or 0.0))
        told = [h for h in view.hurt if h.place == place]
        found.append(
            f"When others react, {view.place(place)} is worse off in {len(worse)} of the "
            f"{len(told)} cases in which it is hurt: most of all in “{view.title(most.number)}”, "
            f"where {text.pct(most.share('market'))} of its {view.good(most.good)} is not served "
            f"if the market re-plans, {text.pct(most.share('frozen'))} if nobody reacts."
        )
    return found


def _stocks(view: ChainsView) -> str:
    """How much of the answer is the stock that nobody publishes."""
    table = view.table("by_stocks")
    if table.empty:
        return ""
    table = table[table["commodity"].isin(view.finals)].dropna(subset=["time_to_survive_days"])
    if table.empty:
        return ""
    days = table.assign(days=table["time_to_survive_days"].astype(float))
    spans = days.groupby(["scenario", "place", "commodity"])["days"].agg(["min", "max", "count"])
    spans = spans[spans["count"] == table["stocks"].nunique()]
    if spans.empty:
        return ""
    ratio = spans.assign(ratio=spans["max"] / spans["min"]).reset_index()
    first = ratio.nlargest(1, "ratio").iloc[0]
    scenario, place, good = first["scenario"], first["place"], first["commodity"]
    low, high = first["min"], first["max"]
    return (
        f"What nobody publishes decides when it hurts: in “{view.scenario_title(scenario)}” "
        f"{view.place(place)}’s {view.good(good)} last {text.duration(low)} with low stocks and "
        f"{text.duration(high)} with high ones."
    )


def _slow(view: ChainsView) -> str:
    """The loss that a second source covers least."""
    table = view.table("second_sources")
    if table.empty:
        return ""
    table = table[~table["commodity"].isin(view.gas) & (table["lost_share"] > 0.05)]
    table = table.dropna(subset=["spare_share"])
    if table.empty:
        return ""
    row = table.iloc[int(table["spare_share"].astype(float).to_numpy().argmin())]
    months = text.number(row["replaced_days"])
    later = (
        "nobody else has a lane to it"
        if months is None
        else f"lanes from them could have replaced it after {text.sig(months / 30.4)} months"
    )
    return (
        f"A second source is slow and small: of the {view.good(row['commodity'])} that "
        f"{view.place(row['place'])} loses in “{view.scenario_title(row['scenario'])}”, the "
        f"spare output of other makers covers {text.pct(row['spare_share'])}; {later}."
    )


def _single(view: ChainsView) -> str:
    rows = chains_stress.ranked(view)
    if rows.empty:
        return ""
    worst = rows.iloc[0].to_dict()
    return (
        f"The worst single failure of half a year: {chains_stress.failure(view, worst)}, after "
        f"which {view.place(worst['place'])} goes without {text.pct(worst['unserved_share'])} of "
        f"its {view.good(worst['commodity'])} over {view.run} even if everybody knows the future."
    )


def _count(view: ChainsView, rows: Sequence[dict[str, Any]]) -> str:
    """How many goods hang on one source somewhere, and how many of them show it at once."""
    parts = []
    for place in view.places:
        own = [row["flags"] for row in rows if row["place"] == place]
        single = [f[f["flag"] == "single source"] for f in own]
        at_all = sum(len(f) > 0 for f in single)
        seen = sum(bool((f["stage"] == "").any()) for f in single)
        if at_all:
            parts.append(
                f"{view.place(place)} hangs on one country abroad for more than "
                f"{text.pct(SINGLE_SOURCE)} of some stage in {at_all} of {len(own)} goods, "
                f"{_hidden_words(at_all - seen)}"
            )
    return f"{'; '.join(parts)}." if parts else ""


def _hidden_words(count: int) -> str:
    """How many of some dependences the imports of a place do not show."""
    if count == 0:
        return "all of them plain from its own imports"
    return f"{count} of them hidden from its own imports"


def _unknown(view: ChainsView, rows: Sequence[dict[str, Any]]) -> str:
    """Goods of which no trade between pairs is known."""
    blind = dict.fromkeys(
        row["commodity"] for row in rows
        if row["direct"] is not None and float(row["direct"]["known"]) < KNOWN
    )  # fmt: skip
    if not blind:
        return ""
    goods = text.join([view.good(good) for good in blind])
    return (
        f"Of {goods} no trade between pairs of countries is known: what is said of who supplies "
        "whom is filled in from totals, and hatched."
    )


def _quiet(view: ChainsView) -> str:
    struck = {h.number for h in view.hurt}
    quiet = [k for k in range(len(view.chains.stresses)) if k not in struck]
    if not quiet:
        return ""
    said = f"Nobody here goes short in: {text.join([view.title(k) for k in quiet])}."
    direct = view.exposed("direct")
    known = set(direct.loc[direct["known"] >= KNOWN, "commodity"])
    blind = [
        good
        for good in sorted(view.finals - known)
        if any(view.chain(good) in view.chains.stresses[k].chains for k in quiet)
    ]
    if not blind:
        return said
    goods = text.join([view.good(good) for good in blind])
    return (
        f"{said} For {goods} that is no answer: who sells to whom is not known, and all sorts "
        "count as one, also those that a single country makes."
    )


def depends(view: ChainsView, sector: str) -> tuple[str, str] | None:
    """Headline and small print of the board: the largest share that one country holds."""
    rows = [
        row for row in chains_tables.exposures(view)
        if view.sector(row["commodity"]) == sector and row["worst"] is not None
        and _matters(view, row)
    ]  # fmt: skip
    if not rows:
        return None
    top = {}
    for row in sorted(rows, key=lambda r: float(r["worst"]["share"])):
        top[row["place"]] = row
    first, *rest = sorted(top.values(), key=lambda r: -float(r["worst"]["share"]))
    unsure = float(first["worst"]["known"]) < KNOWN
    blind = ". Pairs not known: filled in from totals" if unsure else ""
    others = "".join(f"; {_share_of(view, row)}" for row in rest)
    return _share_of(view, first), f"at the worst stage, looked through the tiers{others}{blind}"


def _matters(view: ChainsView, row: dict[str, Any]) -> bool:
    """Whether a good is worth a hundredth of all goods of its sector that a place uses."""
    worth = view.worth
    sector = view.sector(row["commodity"])
    whole = sum(
        amount for (place, good), amount in worth.items()
        if place == row["place"] and view.sector(good) == sector
    )  # fmt: skip
    return worth.get((row["place"], row["commodity"]), 0.0) >= LIGHT * whole


def _share_of(view: ChainsView, row: dict[str, Any]) -> str:
    worst = row["worst"]
    element = view.element(worst["element"], row["commodity"])
    good, place = view.good(row["commodity"]), view.place(row["place"])
    what = f"{place}’s {good}" if good.endswith(element) else f"the {element} in {place}’s {good}"
    return (
        f"{text.pct(worst['share'])} of {what} passes through "
        f"{text.the(view.place(worst['country']))} as {worst['stage']}"
    )


def stopped(view: ChainsView, sector: str) -> tuple[str, str] | None:
    """Headline and small print of the board: who loses most of what."""
    asked = view.indicators
    if asked.empty or not any(view.sector(g) == sector for g in set(asked["commodity"])):
        return None
    hurt = [h for h in view.hurt if view.sector(h.good) == sector]
    if not hurt:
        goods = dict.fromkeys(view.good(g) for g in asked["commodity"] if view.sector(g) == sector)
        titles = dict.fromkeys(
            row.title for row in asked.itertuples() if view.sector(row.commodity) == sector
        )
        return (
            f"Nobody here goes short of {text.join(list(goods))}",
            f"in: {text.join([str(t) for t in titles])}",
        )
    worst = max(hurt, key=lambda h: h.worst)
    rest = []
    for place in view.places:
        here = [h for h in hurt if h.place == place and h.number == worst.number]
        if place != worst.place:
            most = max(here, key=lambda h: h.worst, default=None)
            rest.append(
                f"{view.place(place)} {_bracket(most)} of its {view.good(most.good)}"
                if most
                else f"{view.place(place)} not short"
            )
    return (
        f"{view.place(worst.place)} goes without {_bracket(worst)} of its {view.good(worst.good)}",
        f"{'; '.join([f'over {view.run}', *rest])}. {view.title(worst.number)}",
    )
