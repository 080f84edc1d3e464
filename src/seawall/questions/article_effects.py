"""What each article of a pact costs and brings: the same closure with that article changed.

An article is changed alone, in the direction that shows what it does; the others stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.network.build import Goods
from seawall.questions.accounts import pact_tables
from seawall.questions.articles import articles
from seawall.questions.pact_worth import for_weeks, lasting
from seawall.questions.parts import lending
from seawall.questions.prepared import prepare
from seawall.questions.stress import dates_of
from seawall.runs.executor import spread
from seawall.study.protocol_check import lent_commodity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.runs.progress import Progress
    from seawall.shocks import Scenario
    from seawall.study import Protocol, Study

#: Worth [million] and what is lent [unit] of each member.
Worth = dict[str, tuple[float, float]]
ARTICLES = ("number", "title", "text", "change", "effect")
#: A change in worth below this is not told [million].
_LEAST = 0.5


@dataclass(frozen=True)
class Change:
    """One article changed: its number, what is changed in words, and the keys."""

    number: int
    words: str
    keys: Mapping[str, Any]

    def of(self, protocol: Protocol) -> Protocol:
        """The protocol with that change."""
        content = protocol.model_dump()
        for key, value in self.keys.items():
            section, name = key.split(".")
            content[section] = dict(content[section]) | {name: value}
        return type(protocol).model_validate(content)


def changes(protocol: Protocol) -> tuple[Change, ...]:
    """The changes that show what the articles of `protocol` do."""
    twice = 2 * protocol.volume.cargoes_per_week
    none = dict.fromkeys(protocol.floor.days, 0.0)
    # A return that is due before anybody may ask would contradict article 2.
    half = max(int(protocol.trigger.days // 7) + 1, protocol.return_.weeks // 2)
    return (
        Change(2, "if any shortage of the tier counted", {"trigger.below": 1.0}),
        Change(3, f"with {twice:g} cargoes a week", {"volume.cargoes_per_week": twice}),
        Change(4, "if only cargo with a free destination counted",
               {"eligible.unknown_share": 0.0, "eligible.consent_share": 0.0}),
        Change(5, "without a floor", {"floor.days": none}),
        Change(8, f"with a return within {half} weeks", {"return.weeks": half}),
    )  # fmt: skip


def article_effects(
    study: Study,
    scenario: Scenario,
    weeks: float,
    protocol: Protocol,
    usual: Worth,
    workers: int = 1,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """The articles in plain words, each with what changing it alone would change for the members,
    in `scenario` with shocks of `weeks` weeks.  `usual` is what the pact as it stands is worth to
    each member there [million], and what each lends [unit].

    `effect` is None where nothing that a run shows hangs on the article.
    """
    every = changes(protocol)
    chosen = lending(study.variant(*scenario.variants), protocol)
    # Each part runs the market once, and then its changes.
    asked = [every[i::workers] for i in range(min(workers, len(every)))]
    found = spread(
        partial(_worths, chosen, lasting(scenario, weeks), weeks, protocol),
        asked,
        workers,
        progress,
        text="changes of articles",
        name=lambda part: f"articles {[change.number for change in part]}",
    )
    told = {number: worth for part in found for number, worth in part.items()}
    names = study.lookup("places", "name") | study.lookup("commodities", "name")
    members = {m: names.get(m, m) for m in protocol.members}
    words = {change.number: change.words for change in every}
    effects: dict[int, str | None] = {n: _sentence(words[n], told[n], usual, members) for n in told}
    effects[7] = _compensation(study, protocol, usual, members)
    words[7] = "with a compensation of 1 more"
    where = f"In a closure of {weeks:g} weeks: "
    rows = [
        (a.number, a.title, a.text, words.get(a.number), _after(where, effects.get(a.number)))
        for a in articles(protocol, names)
    ]
    return pd.DataFrame(rows, columns=list(ARTICLES))


def _worths(
    study: Study,
    scenario: Scenario,
    weeks: float,
    protocol: Protocol,
    asked: tuple[Change, ...],
) -> dict[int, Worth]:
    """Worth and what is lent of each member, for each change by its article."""
    ready = for_weeks(prepare(study), weeks)
    met = ready.conditions(scenario)
    market = ready.market.run(met)
    dates = dates_of(study, scenario, met.periods)
    result: dict[int, Worth] = {}
    for change in asked:
        draft = change.of(protocol)
        runs = {"market": market, "pact": ready.response("pact", draft).run(met)}
        table = pact_tables(
            ready.network, met, ready.articles(draft), runs, ready.base, scenario.name, dates
        )["pact"]
        result[change.number] = {
            str(place): (worth, lent)
            for place, worth, lent in zip(
                table["place"], table["worth"].astype(float), table["lent"].astype(float),
                strict=True,
            )
        }  # fmt: skip
    return result


def _after(where: str, effect: str | None) -> str | None:
    return None if effect is None else where + effect[0].lower() + effect[1:]


def _sentence(words: str, changed: Worth, usual: Worth, names: Mapping[str, str]) -> str:
    """What the change does, in words."""
    lent = sum(amount for _, amount in changed.values())
    before = sum(amount for _, amount in usual.values())
    parts = [
        f"{names[m]} {'gains' if value - usual[m][0] > 0 else 'loses'} "
        f"USD {abs(value - usual[m][0]):.0f} million"
        for m, (value, _) in changed.items()
        if abs(value - usual[m][0]) > _LEAST
    ]
    if not parts and abs(lent - before) < 1e-3:
        return f"{words[0].upper()}{words[1:]}, nothing would change."
    lends = f"{lent:.2f} instead of {before:.2f} Mt would be lent"
    return f"{words[0].upper()}{words[1:]}, {lends}" + (f": {', '.join(parts)}." if parts else ".")


def _compensation(
    study: Study, protocol: Protocol, usual: Worth, names: Mapping[str, str]
) -> str | None:
    """What a compensation would move from borrowers to lenders: money alone, no run is needed."""
    lent = {m: amount for m, (_, amount) in usual.items() if amount > 0}
    if not lent:
        return None
    goods = Goods(study)
    commodity = protocol.volume.commodity or lent_commodity(study, protocol)
    per_unit = goods.price(1.0, protocol.price.unit, commodity)
    parts = [f"{names[m]} USD {amount * per_unit:.0f} million" for m, amount in lent.items()]
    return f"Every {protocol.price.unit} of compensation would bring {', '.join(parts)}."
