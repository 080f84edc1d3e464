"""protocol.toml and the other draft of its articles; figures from facts/sharing_rules.csv."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from tools.build_india_japan.tables import FactError, Row, decimal, number, read

if TYPE_CHECKING:
    from collections.abc import Sequence

DRAFT = "An alternative draft of articles (not the default)"
_WEEKS_A_YEAR, _MONTHS_A_YEAR = 52, 12

# Articles without a row of their own in the facts are proposals, and their comment says so.
_HEAD = """title = "India and Japan lend each other LNG cargoes (a draft for discussion)"
members = ["IND", "JPN"]
"""
_DEFAULT = """{origin}
{head}
{trigger}
[trigger]
tier = "important"
below = 0.9
days = 7
pooled = false

{volume}
[volume]
cargoes_per_week = 2
cargo = {cargo}
unit = "Mt"
commodity = "lng"

{eligible}
[eligible]
unknown_share = 0.5
consent_share = 0.0
at_sea = true

{floor}
[floor]
days = {{ JPN = 15, IND = 8 }}

{priority}
[priority]
own_tier = "essential"

{price}
[price]
basis = "contract"
plus_cost = true
compensation = 0.0
unit = "USD/MMBtu"

{back}
[return]
weeks = 26
premium = 0.0

# Article 9. Our proposal: who holds more above its floor lends more.
[fairness]
rule = "spare"

# Article 10. Our proposal: time first, then cost.
[objectives]
order = ["arrival", "cost"]
"""
_ALTERNATIVE = """{origin}
{head}
{trigger}
[trigger]
tier = "important"
below = {below}
days = {days}
pooled = false

{volume}
[volume]
cargoes_per_week = {cargoes}
cargo = {cargo}
unit = "Mt"
commodity = "lng"

# Article 4. The draft is silent: as in protocol.toml.
[eligible]
unknown_share = 0.5
consent_share = 0.0
at_sea = true

# Article 5. The draft names stocks at which one may ask, none that a lender keeps: as in
# protocol.toml.
[floor]
days = {{ JPN = 15, IND = 8 }}

# Article 6. The draft is silent: as in protocol.toml.
[priority]
own_tier = "essential"

{price}
[price]
basis = "contract"
plus_cost = true
compensation = 0.0
unit = "USD/MMBtu"

{back}
[return]
weeks = {weeks}
premium = {premium}

# Article 9. The draft is silent: as in protocol.toml.
[fairness]
rule = "spare"

# Article 10. The draft is silent: as in protocol.toml.
[objectives]
order = ["arrival", "cost"]
"""


def texts() -> dict[str, str]:
    """Protocol files by their path below the study's folder."""
    facts = read("sharing_rules")
    return {
        "protocol.toml": _DEFAULT.format(**_default(facts)),
        "protocols/alternative.toml": _ALTERNATIVE.format(**_alternative(facts)),
    }


def _default(facts: Sequence[Row]) -> dict[str, str]:
    """Comments and figures of the default articles."""
    asean = _row(facts, "ASEAN Petroleum Security Agreement 2009", "trigger")
    buffer = _row(facts, "Japan strategic buffer LNG", "volume")
    solidarity = _row(facts, "EU gas solidarity (2017/1938 art. 13)", "volume")
    iea = _row(facts, "IEA International Energy Program", "stock")
    running = _figure(asean, "unit", r"for (\d+) days")
    paid = _row(facts, "EU gas solidarity (2017/1938 art. 13)", "price")
    alternative = _row(facts, DRAFT, "return")
    return {
        "origin": _comment(
            "Articles of a sharing pact between India and Japan. No such pact exists: the articles "
            "are our proposal, set beside what exists elsewhere (facts/sharing_rules.csv)."
        ),
        "head": _HEAD,
        "trigger": _comment(
            f"Article 2. Our proposal. The {asean['mechanism']} also asks for a shortfall of "
            f"{asean['value']} %, but for {running} days "
            f"running ({asean['source']}; {asean['confidence']}). Gas produced at home is not "
            "counted: it cannot be lent."
        ),
        "volume": _comment(
            "Article 3. Two cargoes a week are our proposal. The size of a cargo is that of "
            f"Japan's strategic buffer, {number(buffer, 'value'):,.0f} t ({buffer['source']}; "
            f"{buffer['confidence']})."
        ),
        "cargo": decimal(number(buffer, "value") / 1e6, 3),
        "eligible": _comment(
            "Article 4. Our proposal. Half of the contracts do not say whether their destination "
            "is free; half of that cargo is taken to be. No seller's consent is counted on."
        ),
        "floor": _comment(
            "Article 5. Our proposal, in days of own imports. IEA members hold "
            f"{iea['value']} {iea['unit']} of oil ({iea['source']}; {iea['confidence']})."
        ),
        "priority": _comment(
            "Article 6. Our proposal, weaker for the borrower than the European rule, under which "
            f"the {solidarity['rule'].partition(';')[0]} ({solidarity['source']}; "
            f"{solidarity['confidence']})."
        ),
        "price": _comment(
            "Article 7. Contract price plus costs are our proposal. Elsewhere: "
            f"{paid['rule']} ({paid['source']}; {paid['confidence']}). No compensation is the "
            "default; ask what it would have to be."
        ),
        "back": _comment(
            "Article 8. Half a year is our proposal, so that a loan comes back in the other season;"
            f" our other draft has {alternative['value']} months. European solidarity knows no "
            "return in kind."
        ),
    }


def _alternative(facts: Sequence[Row]) -> dict[str, str]:
    """Comments and figures of the alternative draft, as far as its articles can be expressed."""
    trigger, volume, back, price = (
        _row(facts, DRAFT, name) for name in ("trigger", "volume", "return", "price")
    )
    cargo = number(_row(facts, "Japan strategic buffer LNG", "volume"), "value")
    cargoes = number(volume, "value") * _MONTHS_A_YEAR / _WEEKS_A_YEAR
    weeks = int(number(back, "value") * _WEEKS_A_YEAR / _MONTHS_A_YEAR)
    return {
        "origin": _comment(
            "Another draft of the articles, to be compared with protocol.toml. Our own, derived "
            "from rules that exist elsewhere (facts/sharing_rules.csv); no such pact exists."
        ),
        "head": _HEAD.replace("(a draft", "(another draft"),
        "trigger": _comment(
            f"Article 2. The draft: {trigger['value']} {trigger['unit']}. Served demand stands "
            "for arrivals here, and the second way to ask, by stock, cannot be expressed."
        ),
        "below": decimal(1 - number(trigger, "value") / 100),
        "days": _figure(trigger, "unit", r"for (\d+) days"),
        "volume": _comment(
            f"Article 3. The draft: {volume['value']} {volume['unit']}, {volume['rule']}. A limit "
            f"a month cannot be expressed: {decimal(cargoes, 2)} a week is the same in a year, "
            "but not two in one week and none in the next."
        ),
        "cargoes": decimal(cargoes, 2),
        "cargo": decimal(cargo / 1e6, 3),
        "price": _comment(
            f"Article 7. The draft: {price['rule']}. Cash instead of a return cannot be expressed: "
            "here a loan always comes back in kind."
        ),
        "back": _comment(
            f"Article 8. The draft: {back['value']} {back['unit']}, {back['rule']}. The lender's "
            "low season cannot be named, and tonnes are given back, not energy."
        ),
        "weeks": str(weeks),
        "premium": decimal(float(_figure(back, "rule", r"(\d+(?:\.\d+)?) % extra")) / 100),
    }


def _row(facts: Sequence[Row], mechanism: str, parameter: str) -> Row:
    """The one fact of a mechanism with that parameter."""
    found = [r for r in facts if (r["mechanism"], r["parameter"]) == (mechanism, parameter)]
    if len(found) != 1:
        raise FactError(f"sharing_rules.csv: {len(found)} rows {parameter!r} of {mechanism!r}")
    return found[0]


def _figure(row: Row, column: str, pattern: str) -> str:
    """A figure inside the words of a fact."""
    found = re.search(pattern, row[column])
    if found is None:
        raise FactError(f"sharing_rules.csv: no {pattern!r} in {row[column]!r}")
    return found[1]


def _comment(text: str) -> str:
    """Text as lines of a TOML comment."""
    return "\n".join(
        textwrap.wrap(text, 100, initial_indent="# ", subsequent_indent="# ",
                      break_long_words=False, break_on_hyphens=False)
    )  # fmt: skip
