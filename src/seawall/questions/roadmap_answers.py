"""What a kept run says of a place and a good, in one line; "" where it does not speak of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from seawall.study import Study

    Tables = Mapping[str, pd.DataFrame]

#: Below this share nothing is short.
_LEAST = 0.0005
#: Rows of `seawall redirect` that hold over its worlds together, and its plans, the best first.
_JUDGED, _PLANS = ("average", "worst"), {"pact": "with the pact", "alone": "everyone for himself"}
#: The word of `seawall exposure` for what is used up, not made into something else.
_DEMAND = "demand"
#: The layers of siting that can be asked.
_LAYERS = ("biogas", "refining")


def stressed(study: Study, tables: Tables, link: Any) -> str:
    """What of a good is not served, by response."""
    rows = tables["indicators"]
    rows = rows[(rows["place"] == link.place) & (rows["tier"] == "all")]
    if link.commodity:
        rows = rows[rows["commodity"] == link.commodity]
    if rows.empty:
        return ""
    goods = study.lookup("commodities", "name")
    parts = []
    for good, part in rows.groupby("commodity", sort=False):
        said = "; ".join(
            f"{row.response} {_percent(row.unserved_share)}" for row in part.itertuples()
        )
        parts.append(f"{goods[str(good)]}: not served {said}")
    return ". ".join([f"{_name(study, link.place)}, {parts[0]}", *parts[1:]])


def exposed(study: Study, tables: Tables, link: Any) -> str:
    """The largest origin at each stage behind a good; without a good, how many flags there are."""
    if not link.commodity:
        return _flagged(study, tables["flags"], link.place)
    rows = tables["lookthrough"]
    rows = rows[(rows["place"] == link.place) & (rows["commodity"] == link.commodity)]
    if rows.empty:
        return ""
    used = rows["use"] == _DEMAND
    # What a place only makes into something else has no use of its own, and is told as input.
    rows = rows[used] if used.any() else rows
    goods = study.lookup("commodities", "name")
    steps = rows.groupby(["element", "stage_commodity", "steps", "origin_country"], sort=False)
    shares = steps["share"].sum().reset_index()
    largest = shares.sort_values(["steps", "share"], ascending=[True, False])
    largest = largest.drop_duplicates(["element", "stage_commodity"])
    twice = largest["stage_commodity"].duplicated(keep=False)
    said = [
        f"{goods.get(row.stage_commodity) or goods[link.commodity]}"
        f"{f' (by its {row.element})' if several else ''} "
        f"{_name(study, str(row.origin_country))} {_percent(row.share)}"
        for row, several in zip(largest.itertuples(), twice, strict=True)
    ]
    return f"{_name(study, link.place)}, largest maker by stage: " + "; ".join(said)


def _flagged(study: Study, flags: pd.DataFrame, place: str) -> str:
    rows = flags[flags["place"] == place] if place else flags
    counts = rows.groupby("flag", sort=False).size()
    if counts.empty:
        return ""
    said = ", ".join(f"{count} x {flag}" for flag, count in counts.items())
    return f"{_name(study, place) if place else 'Whole study'}: {said}"


def swept(study: Study, tables: Tables, link: Any) -> str:
    """The single failure that costs each headline place most."""
    ranking = tables["ranking"]
    if link.place:
        ranking = ranking[ranking["place"] == link.place]
    said = []
    for place, rows in ranking.groupby("place", sort=False):
        worst = rows.sort_values("value_lost", ascending=False, kind="stable").iloc[0]
        said.append(
            f"{_name(study, str(place))} loses most by {worst['name']} "
            f"({_percent(worst['unserved_share'])} of {worst['commodity']})"
        )
    return "; ".join(said)


def worthy(study: Study, tables: Tables, link: Any) -> str:
    """What the pact brings each member a year, with its interval."""
    rows = tables["worth"]
    if link.place:
        rows = rows[rows["place"] == link.place]
    return "; ".join(
        f"{_name(study, str(row.place))} {row.balance:+.2g} ({row.low:+.2g} to {row.high:+.2g}) "
        f"million {study.settings.currency} a year"
        for row in rows.itertuples()
    )


def redirected(study: Study, tables: Tables, link: Any) -> str:
    """What is not served if nothing is done and under the best plan, what that plan saves, how far
    it may be from the best there is, and whether the pact lent anything."""
    rows = tables["saved"]
    rows = rows[rows["world"].isin(_JUDGED)]
    whole = rows[rows["place"] == "all"].set_index("plan")
    best = next((name for name in _PLANS if name in whole.index), None)
    if best is None or "nothing" not in whole.index:
        return ""
    place = link.place or "all"
    gas = rows[rows["place"] == place].set_index("plan")["unserved"]
    if gas.empty:
        return ""
    money = f"million {study.settings.currency}"
    less = float(whole["total"]["nothing"]) - float(whole["total"][best])
    # A pact that is never used is no plan of its own.
    lent = "" if best == "pact" else "; the pact lends nothing"
    return (
        f"{'All members' if place == 'all' else _name(study, place)}: not served "
        f"{gas['nothing']:,.0f} {whole['unit'][best]} if nothing is done, {gas[best]:,.0f} at best "
        f"({_PLANS[best]}), which saves all {less:,.0f} {money} and is within "
        f"{float(whole['gap_usd'][best]):,.0f} of the best there is{lent}"
    )


def sited(study: Study, tables: Tables, link: Any) -> str:
    """How many plants pay, what they make, and how good the choice is."""
    del study
    words = link.options.split()
    if words[:1] != [_LAYERS["hubs" in tables]]:
        return ""
    if "hubs" in tables:
        return _refined(tables)
    feeds = {words[n + 1] for n, word in enumerate(words[:-1]) if word == "--feedstock"}
    plants, bounds = tables["plants"], tables["bounds"]
    if feeds and not set(tables["feed"]["feedstock"]) <= feeds:
        return ""
    paying = int((plants["value"] >= 0).sum())
    made = plants["output"].sum() / 1000.0
    cost = (plants["cost"] * plants["output"]).sum() / plants["output"].sum()
    return (
        f"{paying:,} of {len(plants):,} plants earn what they cost; all make {made:,.0f} kt of gas "
        f"a year at {cost:.0f} INR/kg; no choice is better by more than "
        f"{100 * bounds['gap'].max():.1f} % of its cost"
    )


def _refined(tables: Tables) -> str:
    """What hubs make, earn, and how good the choice is."""
    hubs, plan = tables["hubs"], tables["bounds"].iloc[0]
    word = "earn" if plan["value"] >= 0 else "lose"
    return (
        f"{len(hubs)} hubs make {plan['ndpr']:,.0f} t of NdPr and {plan['dytb']:,.0f} t of Dy and "
        f"Tb oxide a year and {word} {abs(plan['value']):,.0f} million USD; no choice is better by "
        f"more than {100 * plan['gap']:.1f} % of its cost"
    )


def tracked(study: Study, tables: Tables, link: Any) -> str:
    """The status of the pledge, and why."""
    del study
    if "pledges" not in tables:  # a slip
        return ""
    rows = tables["pledges"][tables["pledges"]["id"] == link.pledge]
    return "; ".join(f"{row.status}: {row.why}" for row in rows.itertuples())


def _percent(share: float) -> str:
    if abs(share) < _LEAST:
        return "0 %"
    return f"{100 * share:.2g} %" if share < 0.995 else f"{100 * share:.0f} %"


def _name(study: Study, place: str) -> str:
    """A place as people write it; a country of several places by its own row, else its code."""
    return str(study.lookup("places", "name").get(place, place))


#: By question: the study, the tables of a run, and the link -> one line.
ANSWERS: Mapping[str, Callable[[Study, Tables, Any], str]] = {
    "stress": stressed,
    "exposure": exposed,
    "sweep": swept,
    "worth": worthy,
    "redirect": redirected,
    "site": sited,
    "track": tracked,
}


def answerable(link: Any) -> bool:
    """Whether a link's question can be asked: of siting only of its layers."""
    if link.question == "site":
        return str(link.options).split()[:1] in ([layer] for layer in _LAYERS)
    return link.question in ANSWERS
