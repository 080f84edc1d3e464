"""Protocols for tests: one that is right for the twelve-node study, and any that is valid."""

from __future__ import annotations

from hypothesis import strategies as st

from seawall import units
from seawall.study import Protocol

GOOD = """\
title = "Nord and Suda lend each other cargoes"
members = ["NRD", "SUD"]

[trigger]
tier = "important"
below = 0.9
days = 7
pooled = false

[volume]
cargoes_per_week = 2
cargo = 0.07
unit = "Mt"

[eligible]
unknown_share = 0.5
consent_share = 0.0
at_sea = true

[floor]
days = { NRD = 15, SUD = 8 }

[priority]
own_tier = "essential"

[price]
basis = "contract"
plus_cost = true
compensation = 0.0
unit = "USD/MMBtu"

[return]
weeks = 26
premium = 0.0

[fairness]
rule = "spare"

[objectives]
order = ["arrival", "cost"]
"""

_NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,8}", fullmatch=True)
_SHARES = st.floats(0, 1)
_TIERS = st.sampled_from(["essential", "important", "deferrable"])
_KNOWN = [unit for unit in units.all_units().values() if unit.convertible]
_UNITS = st.sampled_from([unit.name for unit in _KNOWN])
_PRICES = st.sampled_from([unit.name for unit in _KNOWN if unit.dimension == "price"])
_TITLES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@st.composite
def protocols(draw: st.DrawFn) -> Protocol:
    """Any protocol that does not contradict itself."""
    members = draw(st.lists(_NAMES, min_size=2, max_size=4, unique=True))
    weeks = draw(st.integers(1, 520))
    orders = [("arrival",), ("cost",), ("arrival", "cost"), ("cost", "arrival")]
    return Protocol.model_validate(
        {
            "title": draw(_TITLES),
            "members": members,
            "trigger": {
                "tier": draw(_TIERS),
                "below": draw(st.floats(0, 1, exclude_min=True)),
                "days": draw(st.floats(0, weeks * 7, exclude_max=True)),
                "pooled": draw(st.booleans()),
            },
            "volume": {
                "cargoes_per_week": draw(st.floats(0, 100)),
                "cargo": draw(st.floats(0.001, 1000)),
                "unit": draw(_UNITS),
                "commodity": draw(st.one_of(st.just(""), _NAMES)),
            },
            "eligible": {
                "unknown_share": draw(_SHARES),
                "consent_share": draw(_SHARES),
                "at_sea": draw(st.booleans()),
            },
            "floor": {"days": {member: draw(st.floats(0, 400)) for member in members}},
            "priority": {"own_tier": draw(_TIERS)},
            "price": {
                "basis": draw(st.sampled_from(["contract", "market"])),
                "plus_cost": draw(st.booleans()),
                "compensation": draw(st.floats(0, 1000)),
                "unit": draw(_PRICES),
            },
            "return": {"weeks": weeks, "premium": draw(_SHARES)},
            "fairness": {"rule": draw(st.sampled_from(["spare", "equal"]))},
            "objectives": {"order": draw(st.sampled_from(orders))},
        }
    )
