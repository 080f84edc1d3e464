"""The next morning: what was decided has happened, and no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.questions.redirect.harbours import (
    DAY,
    at_sea,
    cargo,
    offer,
    on,
    ready,
    shut,
    with_cargoes,
)
from tests.questions.redirect.test_lending import ARTICLES, loans, short_from

from seawall.errors import UsageError
from seawall.questions.redirect.alone import greedy
from seawall.questions.redirect.instance import NOBODY
from seawall.questions.redirect.ladder import Planned
from seawall.questions.redirect.prepare import prepare
from seawall.questions.redirect.rolling import _Roll, gone_by, rolled
from seawall.study.book import book_day

if TYPE_CHECKING:
    from seawall.questions.redirect.prepare import Prepared
    from seawall.shocks import Scenario
    from seawall.study import Study

BOOK = with_cargoes(
    at_sea("a", 40.0), cargo("c", load_from=on(1), load_to=on(1), eta=on(7)),
    cargo("later", load_from=on(30), load_to=on(31), eta=on(37)),
    offer("soon", load_from=on(1), load_to=on(2)), offer("open", load_from=on(30), load_to=on(31)),
)  # fmt: skip


def planned(book: Study, scenario: Scenario | None = None) -> tuple[Prepared, Planned]:
    made = ready(book, scenario)
    return made, Planned("alone", made.instance, greedy(made.instance))


def by_id(study: Study, table: str) -> Any:
    return study.table(table).set_index("id")


def test_what_was_told_has_happened() -> None:
    made, plan = planned(BOOK)
    # Nobody buys the offers.
    offers = [made.instance.cargoes.ids.index(name) for name in ("soon", "open")]
    column = plan.plan.column.copy()
    column[:, offers] = NOBODY
    plan = Planned("alone", plan.instance, replace(plan.plan, column=column))
    day = DAY + timedelta(days=4)
    book = rolled(made, plan, day)
    cargoes, ships = by_id(book, "cargoes"), by_id(book, "ships")
    assert book_day(book) == day
    # Delivered on day 2; an offer nobody took has expired, the other has not.
    assert set(cargoes.index) == {"c", "later", "open"}
    assert (ships.loc["s-a", "lon"], ships.loc["s-a", "lat"]) == (50.0, 0.0)
    # It left on day 2 and is two days on its way, a day behind the strait.
    assert cargoes.loc["c", "state"] == "laden"
    assert ships.loc["s-c", "lon"] == pytest.approx(20.0)
    assert cargoes.loc["later", ["state", "eta"]].tolist() == ["planned", on(37)]


def test_tanks_are_where_the_plan_had_them() -> None:
    made, plan = planned(BOOK)
    tanks = rolled(made, plan, DAY + timedelta(days=4)).table("tanks").set_index("terminal")
    assert set(tanks["as_of"]) == {on(4)}
    for j, name in enumerate(plan.instance.terminals.ids):
        assert tanks.loc[name, "stock"] == pytest.approx(plan.plan.stock[0, j, 3])


def test_the_next_morning_cargoes_can_land_as_they_were_to() -> None:
    made, plan = planned(BOOK)
    again = prepare(rolled(made, plan, DAY + timedelta(days=1)), None, began=DAY)
    later = greedy(again.instance)

    def landings(planned: Planned) -> dict[str, tuple[int, float]]:
        columns, column = planned.instance.columns, planned.plan.column[0]
        return {
            name: (int(columns.day[o, 0]), float(columns.lands[o, 0]))
            for name, o in zip(planned.instance.cargoes.ids, column, strict=True)
        }

    before, now = landings(plan), landings(Planned("alone", again.instance, later))
    assert {name: day for name, (day, _) in now.items()} == {
        name: day - 1 for name, (day, _) in before.items()
    }
    assert [kt for _, kt in now.values()] == pytest.approx([kt for _, kt in before.values()])


def test_a_ship_in_ballast_waits_before_a_shut_passage() -> None:
    row = at_sea("b", 20.0, state="ballast", load_from=on(4), load_to=on(5), eta=on(10))
    book = with_cargoes(row, cargo("c", load_from=on(20), load_to=on(21), eta=on(26)))
    made, plan = planned(book)
    sailed = by_id(rolled(made, plan, DAY + timedelta(days=3)), "ships").loc["s-b", "lon"]
    assert sailed == pytest.approx(0.0, abs=1e-6)
    made, plan = planned(book, shut("strait"))
    held = by_id(rolled(made, plan, DAY + timedelta(days=3)), "ships").loc["s-b", "lon"]
    # The strait is crossed halfway from x (10) to the north (0).
    assert 5.0 < held < 5.1


def test_lent_cargo_is_the_borrowers_and_what_was_agreed_is_settled() -> None:
    south = {"contract": "", "load": "south", "basis": "FOB"}
    book = with_cargoes(
        cargo("late", load_from=on(20), load_to=on(20), eta=on(22), **south),
        cargo("a", load_from=on(40), load_to=on(40), eta=on(46)),
    )
    made = ready(book, shut("strait", days=50.0))
    plan = short_from(made.instance, 7, 0.5)
    plan = replace(plan, terminal=plan.terminal.copy())
    instance = made.with_pact(ARTICLES, plan)
    late = instance.cargoes.ids.index("late")
    plan.column[0, late] = loans(instance, "late")[0]
    plan.terminal[0, late] = instance.terminals.ids.index("jetty")
    book = rolled(made, Planned("pact", instance, plan), DAY + timedelta(days=22))
    row = by_id(book, "cargoes").loc["late"]
    assert row[["state", "owner", "destination", "contract"]].tolist() == [
        "laden", "COAST", "jetty", "",
    ]  # fmt: skip
    assert row["eta"] == on(24)


def test_a_late_ships_next_cargo_is_lifted_by_a_relief() -> None:
    made, plan = planned(BOOK)
    roll = _Roll(made, plan, 1)
    frame: Any = made.study.table("cargoes").set_index("id", drop=False)
    frame.loc["a", "eta"] = on(32)
    frame.loc["later", "ship"] = "s-a"
    after = roll.relieved(frame.reset_index(drop=True)).set_index("id")
    assert after["ship"].to_dict() == frame["ship"].to_dict() | {"later": "s-a-relief"}
    assert after.loc["later", "state"] == "planned"
    ships = roll.ships(made.study.table("ships"), after.reset_index()).set_index("id")
    relief: Any = ships.loc["s-a-relief"]
    assert relief["size"] == ships.loc["s-a", "size"]
    # It lies where it loads.
    assert (relief["lon"], relief["lat"]) == (0.0, 0.0)
    # In time for its window it needs none.
    frame.loc["a", "eta"] = on(31)
    assert (roll.relieved(frame.reset_index(drop=True))["ship"] != "s-a-relief").all()


def test_what_went_short_is_carried_over_more_than_one_morning() -> None:
    _, plan = planned(BOOK)
    one = gone_by(plan, 2)
    two = gone_by(plan, 3, one)
    assert (one.days, two.days) == (2, 5)
    assert np.array_equal(two.served[:, :2], one.served)


@pytest.mark.parametrize("days", [0, -1, 90])
def test_a_book_rolls_only_within_its_horizon(days: int) -> None:
    made, plan = planned(BOOK)
    with pytest.raises(UsageError, match="cannot be rolled"):
        rolled(made, plan, DAY + timedelta(days=days))
