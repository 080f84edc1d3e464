"""Market, pact, grids, orders, lights: words and numbers, what disappoints first, nothing without
data."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report import mock, reactions

from seawall.report import (
    abstract,
    board,
    bracket,
    charts,
    findings,
    grids,
    lights,
    orders,
    pact,
    pactworth,
    phrases,
    prices,
    scenario,
    text,
    views,
)
from seawall.report.html import render

SECTIONS = ("bracket", "pact", "grids", "orders", "plausible")
EXTRA = reactions.extra()


@pytest.fixture(scope="module")
def study() -> mock.Study:
    return mock.study()


@pytest.fixture(scope="module")
def names(study: mock.Study) -> views.Names:
    return views.Names(study)


@pytest.fixture(scope="module")
def used(study: mock.Study, names: views.Names) -> views.Case:
    return views.case(study, reactions.reacting(mock.stress(study)), names)


@pytest.fixture(scope="module")
def unused(study: mock.Study, names: views.Names) -> views.Case:
    calm = {"frozen": 100.0, "market": 90.0, "pact": 90.0, "foresight": 80.0}
    result = mock.stress(study, title="Malacca shut", passage="malacca", scale=0.05)
    return views.case(study, reactions.reacting(result, used=False, losses=calm), names)


def words(page: str) -> str:
    """What a reader sees, with plain spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page).replace(text.NB, " "))


def plain(sentence: str) -> str:
    return sentence.replace(text.NB, " ")


# Sections are there when their data are, and only then


def test_every_section_is_there_with_data(study: mock.Study) -> None:
    page = render(study, reactions.reacting(mock.stress(study)), extra=EXTRA)
    assert all(f'<section id="{name}">' in page for name in SECTIONS)


def test_no_section_without_data(study: mock.Study) -> None:
    alone = mock.stress(study)
    tables = {
        name: frame[frame["response"] == "frozen"] if "response" in frame else frame
        for name, frame in alone.tables.items()
    }
    empty = {name: frame.iloc[:0] for name, frame in EXTRA.items()}
    result = dataclasses.replace(alone, tables=tables, responses=("frozen",))
    for extra in ({}, empty):
        page = render(study, result, extra=extra)
        assert not [name for name in SECTIONS if f'<section id="{name}">' in page]


def sections(case: views.Case, extra: dict[str, pd.DataFrame], names: views.Names) -> str:
    """Every section of this file, without the rest of the page."""
    none = pd.DataFrame()
    return (
        bracket.bracket_section([case])
        + pact.pact_section([case], extra, names, "USD")
        + grids.grids_section([case], extra.get("grid_dependence", none))
        + orders.orders_section(extra.get("orders", none), names, case.places)
        + lights.plausible_section(extra.get("plausible", none), names)
        + prices.buyers_html(case, names)
        + "".join(f.sentence for f in findings.reaction_findings(case, names))
    )


@pytest.mark.parametrize("name", sorted(EXTRA))
def test_each_table_can_be_missing(used: views.Case, names: views.Names, name: str) -> None:
    left = {key: frame for key, frame in EXTRA.items() if key != name}
    assert len(sections(used, left, names)) < len(sections(used, EXTRA, names))


@pytest.mark.parametrize(
    "name", ["buyers", "pact", "settlement", "transfers", "grids", "grid_weeks"]
)
def test_each_table_of_a_result_can_be_missing(
    used: views.Case, names: views.Names, name: str
) -> None:
    tables = {key: frame for key, frame in used.tables.items() if key != name}
    without = dataclasses.replace(used, tables=tables)
    assert len(sections(without, EXTRA, names)) < len(sections(used, EXTRA, names))


# The bracket


def test_the_bracket_shows_every_response(used: views.Case, unused: views.Case) -> None:
    shown = words(bracket.bracket_section([used, unused]))
    assert all(word in shown for word in ("Frozen", "Market", "Pact", "Foresight"))
    assert "USD 5.2 billion" in shown
    assert "Time to survive" in shown
    assert shown.count(reactions.BELIEF) == 1


def test_the_same_outcome_stands_once(study: mock.Study, names: views.Names) -> None:
    result = reactions.reacting(mock.stress(study, scale=0.0), losses={"frozen": 1.0})
    case = views.case(study, result, names)
    shown = words(bracket.bracket_section([case]))
    assert "Market, pact, foresight" in shown


def test_a_market_that_loses_more_is_told(used: views.Case, unused: views.Case) -> None:
    told = plain(phrases.market_worse(used.losses))
    assert "market loses USD 5.2 billion, frozen USD 4.7 billion" in told
    assert plain(bracket.bracket_section([used])).count(told) == 1
    assert phrases.market_worse(unused.losses) == ""
    assert phrases.market_worse({"frozen": 100.0, "market": 100.4}) == ""
    assert phrases.market_worse({"market": 100.0}) == ""


def test_a_place_that_does_worse_than_frozen_is_told(study: mock.Study, names: views.Names) -> None:
    result = reactions.reacting(mock.stress(study))
    rows = result.tables["indicators"]
    worse = (rows["place"] == "JPN") & (rows["response"] == "market")
    rows.loc[worse, ["unserved", "unserved_share"]] *= 40
    case = views.case(study, result, names)
    told = "re-planning does not help Japan"
    assert told in words(bracket.bracket_section([case]))
    assert [f for f in findings.place_findings(case, "JPN") if told in f.sentence]


def test_time_to_survive_beyond_the_run(used: views.Case) -> None:
    o = used.of("IND", "frozen")
    assert bracket.survive(o, 728.0) == text.duration(o.survive_days)
    beyond = dataclasses.replace(o, survive_days=None, censored=True)
    assert bracket.survive(beyond, 728.0) == "over 2 years"
    unknown = dataclasses.replace(o, survive_days=None, censored=False)
    assert bracket.survive(unknown, 728.0) == text.NOTHING


# Missing or outbid


@given(missing=st.floats(0.0, 10.0), priced=st.floats(0.0, 10.0))
def test_missing_and_outbid_are_told_apart(missing: float, priced: float) -> None:
    told = phrases.outbid("India", "gas", missing, priced, ["China"])
    if missing + priced < phrases.NOTHING:
        assert told == ""
    elif priced <= 0.01 * (missing + priced):
        assert "missing, not outbid" in told
    elif missing <= 0.01 * (missing + priced):
        assert "not missing, outbid" in told
    elif priced >= missing:
        assert "mostly not missing but outbid" in told
        assert "by China" in told
    else:
        assert "mostly missing" in told
    assert phrases.outbid("India", "gas", None, priced, []) == ""


def test_who_bought_it(used: views.Case, names: views.Names) -> None:
    told = plain(prices.outbid(used, "IND", names))
    assert told.startswith("India goes without ")
    assert "of gas, mostly not missing but outbid" in told
    assert "by China and Korea" in told
    table = words(prices.buyers_html(used, names))
    assert re.search(r"India China 0\.50 Mt", table)
    assert table.index("China") < table.index("Korea")


def test_the_price_has_its_interval(study: mock.Study, used: views.Case) -> None:
    drawn = dict(scenario.figures(study, used))["India: price of gas"]
    assert drawn.svg.count('class="interval"') == 3  # frozen has no price
    assert charts.overlaps(drawn) == []
    unit, lines, _ = prices.lines(used, "IND", 20)
    assert unit == "USD/MMBtu"
    assert [line.key for line in lines] == ["market", "pact", "foresight"]
    for line in lines:
        assert all(a <= y <= b for a, y, b in zip(line.low, line.y, line.high, strict=True))


def test_an_interval_with_a_gap_is_two_shapes() -> None:
    nan = float("nan")
    y = [1.0, 2.0, 2.0, 1.0, 1.0]
    line = charts.Line("A", "market", [0.0, 1.0, 2.0, 3.0, 4.0], y, [0.5, 1.0, nan, 0.5, 0.5],
                       [2.0, 3.0, nan, 2.0, 2.0])  # fmt: skip
    axis = charts.Axis(0.0, 4.0, [(0.0, "0"), (4.0, "4")])
    drawn = charts.line_chart([line], axis, charts.value_axis(0.0, 3.0, "", "price"), title="Test")
    shape = re.search(r'd="([^"]*)"[^>]*class="interval"', drawn.svg)
    assert shape is not None
    assert shape[1].count("z") == 2


def test_a_pact_that_is_the_market_is_one_line(study: mock.Study, names: views.Names) -> None:
    result = reactions.reacting(mock.stress(study))
    lines = result.tables["timeline"]
    market = lines[lines["response"] == "market"]
    others = lines[lines["response"] != "pact"]
    same = pd.concat([others, market.assign(response="pact")], ignore_index=True)
    result = dataclasses.replace(result, tables={**result.tables, "timeline": same})
    drawn = dict(scenario.figures(study, views.case(study, result, names)))
    assert "Market, pact" in [box.text for box in drawn["India: gas served"].boxes]


# The pact


def test_a_pact_that_is_not_used_comes_first(
    used: views.Case, unused: views.Case, names: views.Names
) -> None:
    shown = words(pact.pact_section([used, unused], {}, names, "USD"))
    first = shown.index("Malacca shut: the pact never triggers a loan: nothing is lent")
    second = shown.index("Hormuz shut for 60 days: the pact costs Japan USD 35 million")
    assert first < second
    assert shown.index("never triggers") < shown.index("There is no such pact")


def test_several_unused_ones_are_told_in_one_line(unused: views.Case, names: views.Names) -> None:
    other = dataclasses.replace(unused, title="Panama shut")
    shown = words(pact.pact_section([unused, other], {}, names, "USD"))
    assert shown.count("never triggers") == 1
    assert "Nor in: Panama shut." in shown


def test_what_a_used_pact_does(used: views.Case, names: views.Names) -> None:
    told = plain(phrases.pact_sentence(used.table("pact"), names, used.table("settlement")))
    assert told == (
        "the pact costs Japan USD 35 million and is worth USD 120 million to India; Japan lends "
        "0.53 Mt and gets 0.40 Mt back; India still owes 0.13 Mt when the run ends; some of it is "
        "overdue."
    )
    harmful = used.table("pact").assign(worth=[-10.0, -5.0])
    assert phrases.pact_sentence(harmful, names).startswith("the pact costs its members more than")


def test_the_ledger_shows_weeks_in_which_cargo_moves(used: views.Case, names: views.Names) -> None:
    shown = words(pact.pact_section([used], {}, names, "USD"))
    table = shown.split("Settlement ledger")[1].split("Loans and returns")[0]
    assert table.count("Japan India") == 4  # three weeks and the last
    assert "loan at sea" in shown.lower()
    assert "USD +310 million" in shown


def test_the_articles_with_their_effect() -> None:
    shown = pact.articles(EXTRA["articles"])
    assert '<li value="3"><b>Volume.</b>' in shown
    assert "Costs USD 3 million." in shown
    assert "&lt;India&gt;" in shown


def test_what_it_is_worth_is_never_one_number(names: views.Names) -> None:
    shown = pactworth.family(EXTRA["pact_worth"], names)
    told = words(shown)
    assert "In 1 of 8 combinations the pact lends nothing." in told
    assert "from USD 0 to USD +250 million for India" in told
    assert f"from USD {text.MINUS}62 million to USD 0 for Japan (a cost in 7 of 8)" in told
    assert shown.count("<svg") == 3
    assert "17 weeks shut" in told
    assert "half as long again" in told


def test_a_pact_worth_nothing_has_no_charts(names: views.Names) -> None:
    nothing = EXTRA["pact_worth"].assign(worth=0.0, lent=0.0)
    shown = pactworth.family(nothing, names)
    assert "<svg" not in shown
    assert "worth nothing in any of them" in words(shown)


def test_the_balance_over_the_years(names: views.Names) -> None:
    shown = words(pactworth.decades(EXTRA, names))
    cost = shown.index("costs Japan USD 4.0 million a year")
    assert cost < shown.index("brings India USD 31 million a year")
    assert f"90 % interval USD {text.MINUS}9.0 to {text.MINUS}1.0 million" in shown
    assert "Between 1.2 and 3.4 USD/MMBtu lent, both Japan and India gain." in shown
    assert "once in 50 years" in shown
    assert "A small thing" not in shown


@pytest.mark.parametrize(
    "least, most, agreeable, told",
    [
        (5.0, 2.0, False, "No compensation suits both: Japan needs 5.0 X and India can pay 2.0 X."),
        (-1.0, 2.0, True, "Japan gains without any compensation."),
        (1.0, None, True, "Japan gains from 1.0 X lent upwards."),
        (None, 2.0, True, "India gains up to 2.0 X lent."),
    ],
)
def test_compensation_in_words(
    names: views.Names, least: float | None, most: float | None, agreeable: bool, told: str
) -> None:
    row = {"lender": "JPN", "borrower": "IND", "least": least, "most": most, "unit": "X"}
    table = pd.DataFrame([{**row, "agreeable": agreeable}])
    assert pactworth.compensation_sentence(table, names) == told


# Grids


def test_what_hardly_hangs_on_lng_comes_first(used: views.Case) -> None:
    shown = words(grids.grids_section([used], EXTRA["grid_dependence"]))
    assert shown.index("Mumbai grid hardly hangs on LNG.") < shown.index("Tokyo grid hangs on LNG.")
    assert "Tokyo grid lacks 0 to 400 GWh" not in shown
    assert (
        "lacks up to 400 GWh (most under “Frozen”) in up to 20 hours, 25 % of it for want of gas"
        in shown
    )
    assert f"{text.MINUS}4.9 %" in shown
    assert "gas, and plants and lines" in shown


def test_long_column_names_of_dependence_are_known() -> None:
    table = EXTRA["grid_dependence"].rename(
        columns={"gas_share": "gas_share_of_energy", "lng_share": "lng_share_of_energy"}
    )
    assert phrases.dependence(table)[0].startswith("Mumbai")
    assert "55 %" in words(grids.grids_section([], table))


def test_what_no_gas_would_mend(used: views.Case) -> None:
    rows = used.table("grids").assign(unserved_for_gas_gwh=0.0)
    assert "no loan of LNG would help" in phrases.dark(rows)
    calm = rows.assign(unserved_gwh=0.0)
    assert plain(phrases.dark(calm)) == (
        "no grid cuts anything under any response, but the reserve margin of Tokyo grid falls to "
        f"{text.MINUS}4.9 %, which no gas would raise."
    )
    safe = calm.assign(reserve_margin_low=0.08)
    assert phrases.dark(safe) == "no grid cuts anything under any response."
    assert phrases.dark(rows.iloc[:0]) == ""


# Orders and lights


def test_what_an_order_costs_and_whom_it_protects(names: views.Names) -> None:
    table = EXTRA["orders"]
    told = [plain(s) for s in orders.sentences(table, names, ("IND",))]
    assert told[0] == (
        "The order “Equal weights” costs USD 500 million more than willingness to pay; it protects "
        "“power” (15 % short instead of 30 %) and takes from “city gas” (15 % short instead of "
        "0 %)."
    )
    assert told[1].startswith("The order “Protected homes” costs USD 400 million")
    shown = words(orders.orders_section(table.assign(response="frozen"), names, ("IND",)))
    assert "USD 4.5 billion" in shown
    assert "Response: frozen." in shown


def test_an_order_within_ties_costs_nothing(names: views.Names) -> None:
    table = EXTRA["orders"].assign(study_loss=[4000.0] * 3 + [4001.0] * 6)
    assert orders.cost(table, "equal weights") == 0.0
    assert orders.cost(table[table["order"] != orders.FREE], "equal weights") is None


def test_red_comes_first(names: views.Names) -> None:
    shown = words(lights.plausible_section(EXTRA["plausible"], names))
    assert "Of 2 independent published totals: 1 far off (red), 1 agrees (green)." in shown
    assert "1 more were inputs themselves" in shown
    assert shown.index("red Import Japan from Qatar") < shown.index("green Import India")


# The front of the page


def test_the_front_speaks_of_all_that_reacts(used: views.Case, names: views.Names) -> None:
    found = findings.headline([used], {"estimate": 1}, names, EXTRA["grid_dependence"])
    said = " ".join(plain(f.sentence) for f in found)
    assert "re-planning does worse than doing nothing" in said
    assert "but outbid" in said
    assert "the pact costs Japan" in said
    assert "Mumbai grid hardly hangs on LNG." in said
    weights = [f.weight for f in found[:-2]]
    assert weights == sorted(weights, reverse=True)


def test_the_board_shows_what_the_pact_lends(
    study: mock.Study, used: views.Case, unused: views.Case, names: views.Names
) -> None:
    key = ("clean energy", "redirect")
    cell = board.board(study, [used, unused], names, extra=EXTRA)[key]
    assert isinstance(cell, board.Cell)
    assert plain(cell.headline) == "Japan lends 0.53 Mt of LNG"
    assert "Not used in 1 of 2 scenarios" in cell.interval
    assert f"Japan USD {text.MINUS}4.0 million" in plain(cell.interval)
    never = board.board(study, [unused], names)[key]
    assert isinstance(never, board.Cell)
    assert never.headline == "The sharing pact is never used"


def test_the_abstract_says_who_is_outbid(study: mock.Study, names: views.Names) -> None:
    result: Any = reactions.reacting(mock.stress(study))
    result.scenario.shock = result.scenario.shock
    told = plain(abstract._outbid(result, "IND", names))
    assert told.startswith(
        "Hormuz shut for 60 days: if the market re-plans without knowing the end"
    )
    assert "but outbid" in told
    pact_told = plain(abstract._pact([result], names))
    assert "the pact costs Japan USD 35 million" in pact_told
    grid_told = abstract._grids([result], EXTRA["grid_dependence"], names)
    assert grid_told.startswith("Mumbai grid hardly hangs on LNG.")


def test_money_with_its_sign() -> None:
    assert plain(phrases.signed(120.0)) == "USD +120 million"
    assert plain(phrases.signed(-1500.0)) == f"USD {text.MINUS}1.5 billion"
    assert plain(phrases.signed(0.2)) == "USD 0"
    assert phrases.signed(None) == text.NOTHING
    assert plain(phrases.span(-9.0, 1.0)) == f"USD {text.MINUS}9.0 to +1.0 million"
    assert plain(phrases.span(-9.0, 1500.0)) == f"USD {text.MINUS}9.0 million to USD +1.5 billion"
