"""The articles of a protocol in plain words, numbered as in `protocol.toml`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from seawall.study import Protocol

_WORDS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip
_FIRST = {"arrival": "the earliest to arrive", "cost": "the cheapest"}
_RANKS = ("essential", "important", "deferrable")


class Article(NamedTuple):
    """One article: its number, its title and what it says."""

    number: int
    title: str
    text: str

    def __str__(self) -> str:
        return f"Article {self.number}. {self.title}. {self.text}"


class Difference(NamedTuple):
    """One article that two protocols word differently."""

    number: int
    title: str
    text_a: str
    text_b: str


def articles(protocol: Protocol, names: Mapping[str, str] | None = None) -> list[Article]:
    """Return the ten articles of a protocol as a diplomat would read them.

    Every number appears as it is in the file: two protocols that differ in what they ask for differ
    in these words.

    Parameters
    ----------
    protocol
        The articles.
    names
        Names of places and commodities by id; an id without a name stands for itself.
    """
    called = names or {}
    return [
        Article(number, title, say(protocol, called))
        for number, (title, say) in enumerate(_ARTICLES, start=1)
    ]


def differences(
    a: Protocol, b: Protocol, names: Mapping[str, str] | None = None
) -> list[Difference]:
    """Return the articles that are worded differently in two protocols, in their order."""
    return [
        Difference(one.number, one.title, one.text, other.text)
        for one, other in zip(articles(a, names), articles(b, names), strict=True)
        if one.text != other.text
    ]


def _members(protocol: Protocol, names: Mapping[str, str]) -> str:
    members = _listed([names.get(member, member) for member in protocol.members])
    return f"The pact is called “{protocol.title}”. Its members are {members}."


def _trigger(protocol: Protocol, _: Mapping[str, str]) -> str:
    trigger = protocol.trigger
    share = f"less than {_percent(trigger.below)} of its {trigger.tier} demand"
    if trigger.days:
        when = f"when {share} has been served for {_counted(trigger.days, 'day')} in a row"
    else:
        when = f"as soon as {share} is served"
    home = (
        "Supply produced at home counts towards this share."
        if trigger.pooled
        else "Supply produced at home does not count: only demand that rests on imports does."
    )
    return f"A member may ask for a loan {when}. {home}"


def _volume(protocol: Protocol, names: Mapping[str, str]) -> str:
    volume = protocol.volume
    name = names.get(volume.commodity, volume.commodity)
    # A name that begins as a word does is no name inside a sentence; "LNG" stays.
    goods = f" of {name[0].lower() if name[1:2].islower() else name[0]}{name[1:]}" if name else ""
    size = f"{_number(volume.cargo)} {volume.unit}{goods}"
    if not volume.cargoes_per_week:
        return f"Nothing is lent: the pact has no volume (a cargo is {size})."
    cargoes = _counted(volume.cargoes_per_week, "cargo", "cargoes")
    return f"At most {cargoes} of {size} a week {_are(volume.cargoes_per_week)} lent in all."


def _eligible(protocol: Protocol, _: Mapping[str, str]) -> str:
    rule = protocol.eligible
    unknown = _percent(rule.unknown_share) if rule.unknown_share else "none"
    if rule.consent_share:
        fixed = (
            f"and, with the seller's consent, {_percent(rule.consent_share)} of the cargo whose "
            "destination is fixed"
        )
    else:
        fixed = "and no cargo whose destination is fixed: no seller's consent is counted on"
    sea = (
        "Cargo that is at sea already may be turned over."
        if rule.at_sea
        else "Cargo that is at sea already is not turned over."
    )
    return (
        "A lender may turn over cargo whose contract leaves the destination free, "
        f"{unknown} of the cargo whose contract does not say, {fixed}. {sea}"
    )


def _floor(protocol: Protocol, names: Mapping[str, str]) -> str:
    days = protocol.floor.days
    kept = _listed(
        [
            f"{names.get(member, member)} {_counted(days[member], 'day')}"
            for member in protocol.members
        ]
    )
    return (
        f"Of their own use the members keep in their tanks: {kept}. Nothing is lent that would "
        "take a lender below this."
    )


def _priority(protocol: Protocol, _: Mapping[str, str]) -> str:
    tiers = _listed(_RANKS[: _RANKS.index(protocol.priority.own_tier) + 1])
    return f"A lender serves its own {tiers} demand in full before it lends."


def _price(protocol: Protocol, _: Mapping[str, str]) -> str:
    price = protocol.price
    basis = (
        "the price of the lender's contract"
        if price.basis == "contract"
        else "the market price of the day"
    )
    costs = (
        "and bears the extra freight and boil-off"
        if price.plus_cost
        else "and the lender bears the extra freight and boil-off"
    )
    extra = (
        f"On top it pays a compensation of {_number(price.compensation)} {price.unit}."
        if price.compensation
        else "No compensation is paid on top."
    )
    return f"The borrower pays {basis} {costs}. {extra}"


def _return(protocol: Protocol, _: Mapping[str, str]) -> str:
    rule = protocol.return_
    premium = f", and {_percent(rule.premium)} on top" if rule.premium else ", and nothing on top"
    return f"What is lent is given back in kind within {_counted(rule.weeks, 'week')}{premium}."


def _fairness(protocol: Protocol, _: Mapping[str, str]) -> str:
    if protocol.fairness.rule == "spare":
        return "Several lenders share a loan in proportion to their stock above the floor."
    return "Several lenders share a loan equally."


def _objectives(protocol: Protocol, _: Mapping[str, str]) -> str:
    first, *rest = (_FIRST[name] for name in protocol.objectives.order)
    then = f"; between equals, {' and then '.join(rest)}" if rest else ""
    return f"Of the cargo that may be lent, {first} is moved first{then}."


_ARTICLES: Sequence[tuple[str, Callable[[Protocol, Mapping[str, str]], str]]] = (
    ("Members", _members),
    ("Trigger", _trigger),
    ("Volume", _volume),
    ("Eligible cargo", _eligible),
    ("Floor", _floor),
    ("Priority at home", _priority),
    ("Price", _price),
    ("Return", _return),
    ("Fairness", _fairness),
    ("Order", _objectives),
)


def _listed(items: Sequence[str]) -> str:
    """Join items as people do: a, b and c."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _counted(value: float, one: str, many: str = "") -> str:
    """Return a number with its noun; small whole numbers as words."""
    noun = one if value == 1 else many or f"{one}s"
    whole = float(value).is_integer() and value < len(_WORDS)
    return f"{_WORDS[int(value)] if whole else _number(value)} {noun}"


def _are(value: float) -> str:
    return "is" if value == 1 else "are"


def _percent(share: float) -> str:
    return f"{_plain(Decimal(repr(float(share))) * 100)} %"


def _number(value: float) -> str:
    """Return a number with all its digits."""
    return _plain(Decimal(repr(float(value))))


def _plain(value: Decimal) -> str:
    text = f"{value.normalize():f}"
    return "0" if text == "-0" else text
