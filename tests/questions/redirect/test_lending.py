"""The pact on top of a plan: who is in need from which day, and what may be lent to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.questions.redirect.harbours import (
    ABOARD,
    BOILS,
    CHARTER,
    DAY,
    HEEL,
    PROTOCOL,
    at_sea,
    cargo,
    on,
    ready,
    shut,
    with_cargoes,
)

from seawall.questions.redirect.instance import NOBODY, Plan
from seawall.questions.redirect.lending import Past, lowest_share
from seawall.questions.redirect.worlds import worlds_of
from seawall.study.protocol import parse_protocol

if TYPE_CHECKING:
    from seawall.questions.redirect.instance import Instance
    from seawall.questions.redirect.prepare import Prepared

#: The works are short from the second week on: five days later somebody is in need.
ARTICLES = parse_protocol("made-up", PROTOCOL.replace("days = 7", "days = 5"))


def short_from(instance: Instance, day: int, part: float) -> Plan:
    """A plan in which the coast's works go without `part` of their gas from a day on."""
    steps, shape = instance.steps, (instance.worlds, len(instance.terminals.ids), instance.days)
    served = steps.wanted.copy()
    served[:, steps.ids.index("coast-works"), day:] *= 1.0 - part
    none = np.full((instance.worlds, len(instance.cargoes.ids)), NOBODY)
    zero = np.zeros(instance.worlds)
    stock = np.full(shape, 150.0)
    return Plan(
        none, none, stock, np.zeros(shape), served, shortage=zero, freight=zero, fees=zero,
        purchases=zero, left=zero, order=zero, cost=0.0, lower_bound=0.0,
    )  # fmt: skip


def lent(made: Prepared, day: int = 7, part: float = 0.5, **articles: Any) -> Instance:
    protocol = ARTICLES.model_copy(update=articles)
    return made.with_pact(protocol, short_from(made.instance, day, part))


def loans(instance: Instance, name: str) -> list[int]:
    columns = instance.columns
    mine = (columns.cargo == instance.cargoes.ids.index(name)) & (columns.lender != NOBODY)
    return [int(o) for o in np.flatnonzero(mine)]


def test_a_member_is_in_need_the_day_after_so_many_days_below() -> None:
    made = ready(with_cargoes(cargo("a")), shut("strait"))
    assert lent(made).lending.from_day.tolist() == [[NOBODY, 12]]
    # Half of its gas comes from home: a tenth of the other half is a twentieth.
    assert lent(made, part=0.051).lending.from_day[0, 1] == 12
    assert lent(made, part=0.049).lending.from_day[0, 1] == NOBODY
    pooled = ARTICLES.trigger.model_copy(update={"pooled": True})
    assert lent(made, part=0.051, trigger=pooled).lending.from_day[0, 1] == NOBODY
    seven = ARTICLES.trigger.model_copy(update={"days": 7.0})
    assert lent(made, trigger=seven).lending.from_day[0, 1] == 14
    # The last week has six days within the horizon.
    assert lent(made, day=84, trigger=seven).lending.from_day[0, 1] == NOBODY


def test_on_which_days_of_a_week_gas_is_short_does_not_matter() -> None:
    made = ready(with_cargoes(cargo("a")), shut("strait"))
    plan = short_from(made.instance, 90, 0.0)
    works = made.instance.steps.ids.index("coast-works")
    for day in (8, 11):
        plan.served[0, works, day] *= 0.5
    # One full day of seven is missing: a seventh of the week, above a tenth of the imported half.
    assert made.with_pact(ARTICLES, plan).lending.from_day.tolist() == [[NOBODY, 12]]
    assert lowest_share(made, ARTICLES, plan)["COAST"] == pytest.approx(1 - 2 / 7)
    assert lowest_share(made, ARTICLES, plan)["ISLAND"] == 1.0
    deep = ARTICLES.trigger.model_copy(update={"below": 0.7})
    assert made.with_pact(
        ARTICLES.model_copy(update={"trigger": deep}), plan
    ).lending.from_day.max() == NOBODY  # fmt: skip


def test_a_book_that_rolls_on_does_not_forget_who_went_short() -> None:
    made = ready(with_cargoes(cargo("a")), shut("strait"))
    steps = made.instance.steps
    plan = short_from(made.instance, 0, 0.5)
    seven = ARTICLES.model_copy(
        update={"trigger": ARTICLES.trigger.model_copy(update={"days": 7.0})}
    )
    assert made.with_pact(seven, plan).lending.from_day[0, 1] == 7
    wanted = steps.wanted[0, :, :3]
    served = wanted.copy()
    served[steps.ids.index("coast-works")] *= 0.5
    assert made.with_pact(seven, plan, Past(wanted, served)).lending.from_day[0, 1] == 4
    long = Past(steps.wanted[0, :, :9], np.tile(served[:, :1], (1, 9)))
    assert made.with_pact(seven, plan, long).lending.from_day[0, 1] == 0
    # What was short and is over is no need.
    well = short_from(made.instance, 90, 0.0)
    little = Past(wanted, 0.9 * wanted + 0.1 * served)
    assert made.with_pact(seven, well, little).lending.from_day[0, 1] == NOBODY


def test_a_planned_cargo_is_lent_from_its_plant() -> None:
    south = {"contract": "", "load": "south", "basis": "FOB"}
    book = with_cargoes(
        cargo("early", load_from=on(1), load_to=on(1), eta=on(3), **south),
        cargo("late", load_from=on(20), load_to=on(20), eta=on(22), **south),
        cargo("a", load_from=on(40), load_to=on(40), eta=on(46)),
    )
    instance = lent(ready(book, shut("strait", days=50.0)))
    columns = instance.columns
    assert loans(instance, "early") == []
    o = loans(instance, "late")[0]
    assert columns.decide[o] == 20
    assert columns.day[o, 0] == 24
    # Two days longer laden, two in ballast with fuel.
    assert columns.freight[o, 0] == pytest.approx(4 * CHARTER + 2 * 0.03)
    assert columns.lender[o] == 0
    assert columns.priority[o] == 0.0
    assert columns.priority[o + 1] == pytest.approx(2 * CHARTER)


def test_a_cargo_at_sea_is_turned_over_where_it_is_on_the_day_of_need() -> None:
    book = with_cargoes(
        cargo("a", load_from=on(8), load_to=on(8), eta=on(14)),
        cargo("b", load_from=on(35), load_to=on(35), eta=on(41)),
    )
    made = ready(book, shut("strait", days=30.0, start_day=30))
    instance = lent(made)
    columns = instance.columns
    # It left on day 9, is 1,800 miles on its way on day 12, at the jetty itself.
    o = loans(instance, "a")[0]
    assert columns.decide[o] == 12
    assert columns.day[o, 0] == 12
    assert columns.lands[o, 0] == pytest.approx(ABOARD - 3 * BOILS - HEEL)
    assert made.voyages["start_lon"][columns.voyage[o]] == pytest.approx(30.0)
    ashore = ARTICLES.eligible.model_copy(update={"at_sea": False})
    assert loans(lent(made, eligible=ashore), "a") == []


def test_silence_is_consent_only_where_consent_is_granted() -> None:
    rows = [
        cargo(f"u{n}", contract="", load="south", flexible="unknown", basis="DES",
              load_from=on(20 + n), load_to=on(20 + n), eta=on(22 + n))
        for n in range(4)
    ]  # fmt: skip
    fixed = cargo("f", contract="", load="south", flexible="no", basis="DES",
                  load_from=on(30), load_to=on(30), eta=on(32))  # fmt: skip
    worlds = worlds_of(shut("strait"), DAY, consent="both")
    book = with_cargoes(*rows, fixed, cargo("a"))
    instance = lent(ready(book, shut("strait"), worlds=worlds))
    found = {n: set(instance.columns.world[loans(instance, n)]) for n in ("u0", "u1", "u2", "u3")}
    # Every second of them, and only in the world in which sellers consent.
    assert found == {"u0": set(), "u1": {1}, "u2": set(), "u3": {1}}
    assert loans(instance, "f") == []
    agreed = ARTICLES.eligible.model_copy(update={"consent_share": 1.0})
    instance = lent(ready(book, shut("strait"), worlds=worlds), eligible=agreed)
    assert set(instance.columns.world[loans(instance, "f")]) == {0, 1}


def test_notice_keeps_a_cargo_where_it_was_meant_to_go() -> None:
    clause = {"contract": "K1", "consent": "yes", "notice": 30.0, "fee": 0.5}
    rows = [cargo("soon", load_from=on(35), load_to=on(35), eta=on(41)),
            cargo("later", load_from=on(60), load_to=on(60), eta=on(66))]  # fmt: skip
    instance = lent(ready(with_cargoes(*rows, clauses=(clause,)), shut("strait", days=36.0)))
    assert loans(instance, "soon") == []
    o = loans(instance, "later")[0]
    assert instance.columns.decide[o] == 30
    assert instance.columns.fee[o, 0] == pytest.approx(0.5 * 51.5 * ABOARD / 1000)


def test_the_lender_keeps_its_floor_and_its_first_tier() -> None:
    made = ready(with_cargoes(at_sea("b", 40.0, eta=on(5)), cargo("a")), shut("strait"))
    lending = lent(made).lending
    # Five days of 8 Mt a year; the plan without the pact holds 300 kt.
    assert lending.floor[0, 0] == pytest.approx(5 * 8000 / 365)
    assert lending.floor[0, 1].max() == 0
    homes = made.instance.steps.ids.index("homes")
    assert lending.serves[0, homes] == pytest.approx(made.instance.steps.wanted[0, homes])
    assert lending.serves[0].sum() == pytest.approx(lending.serves[0, homes].sum())
    assert np.isnan(lending.share).all()
    assert lending.cargoes_per_week == 2.0
