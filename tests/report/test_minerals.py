"""The part on minerals and chips: its figures are those of the tables, in words, and drawn well."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from tests.report import chains, mock
from tests.report.test_report import digits, read

from seawall.report import (
    board,
    chains_stress,
    chains_tables,
    fuels,
    mineral_map,
    mineral_words,
    minerals,
    plants,
    text,
    views,
)
from seawall.report.chains_view import ChainsView, origins, share
from seawall.report.html import render
from seawall.report.minerals import Part
from seawall.report.tables import Html


@pytest.fixture(scope="module")
def view() -> ChainsView:
    return chains.view()


@pytest.fixture(scope="module")
def parts() -> dict[str, Part]:
    return {part.id: part for part in minerals.sections(chains.study(), chains.result())}


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", " ".join(read(f"<div>{html}</div>").words))


def rows(html: str) -> list[list[str]]:
    """Cells of the table rows below their heads."""
    found = re.findall(r"<tr>(.*?)</tr>", html)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in found]
    return [[plain(cell) for cell in row] for row in cells if row]


def whole(parts: dict[str, Part]) -> str:
    shapes = "".join(part.shapes for part in parts.values())
    return (
        f"<svg><defs>{shapes}</defs></svg>{minerals.navigation(list(parts.values()))}"
        f"{''.join(map(minerals.section_html, parts.values()))}"
    )


def test_all_sections_are_there_in_order(parts: dict[str, Part]) -> None:
    assert list(parts) == [
        "minerals", "assumed", "tiers", "dependence", "bans", "second", "single", "routes",
        "closing", "plants",
    ]  # fmt: skip


def test_well_formed_and_loads_nothing(parts: dict[str, Part]) -> None:
    page = read(f"<div>{whole(parts)}</div>")
    assert len(page.ids) == len(set(page.ids))
    assert {link.removeprefix("#") for link in page.links} == set(parts)
    assert all(value.startswith("#") for _, _, value in page.loads)
    assert not re.search(r"url\((?!#hatch\))", whole(parts))


def test_everything_is_escaped() -> None:
    evil = '<script>alert("x")</script>&'
    frames = chains.study().tables
    for table in ("places", "passages", "commodities"):
        frames[table]["name"] += evil
    frames["assumptions"]["why"] += evil
    frames["stocks"]["note"] += evil
    bad = replace(chains.study(), frames=frames)
    found = {part.id: part for part in minerals.sections(bad, chains.result())}
    assert "<script" not in whole(found)
    assert "&lt;script&gt;" in whole(found)
    read(f"<div>{whole(found)}</div>")


def test_names_not_ids(parts: dict[str, Part]) -> None:
    words = plain(whole(parts))
    for name in ("MIN", "VAL", "OTH", "HOM", "oxide-ban", "min~hom.magnet", "plants-none",
                 "stocks-low", "by_stocks", "nan", "None"):  # fmt: skip
        assert not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", words), name
    assert "Mineland" in words


def test_no_false_precision(parts: dict[str, Part]) -> None:
    for number in re.findall(r"(?<![\w.])\d[\d,]*(?:\.\d+)?", plain(whole(parts))):
        if not re.fullmatch(r"(19|20)\d\d,?", number):
            assert digits(number) <= 3, number


def test_exposure_is_that_of_the_tables(view: ChainsView, parts: dict[str, Part]) -> None:
    direct = chains.result().exposure.tables["direct"]
    row = direct[(direct["commodity"] == "magnet") & (direct["supplier"] == "VAL")].iloc[0]
    shown = next(r for r in rows(parts["dependence"].html) if r[:2] == ["Homeland", "Magnet"])
    assert shown[2] == (
        f"Valley: {text.pct(row['share'])} of imports, {text.pct(row['of_supply'])} of use"
    ).replace(text.NB, " ")
    crossed = chains.result().exposure.tables["passages"]
    most = crossed[(crossed["place"] == "HOM") & (crossed["commodity"] == "magnet")]["share"].max()
    assert shown[6] == f"The Narrows: {text.pct(most)}".replace(text.NB, " ")
    # 93.3 % and 6.7 % of the imports: 1 / (0.933^2 + 0.067^2).
    assert shown[4] == "1.1"
    flags = chains.result().exposure.tables["flags"]
    raised = flags[(flags["place"] == "HOM") & (flags["commodity"] == "magnet")]["what"].nunique()
    assert parts["dependence"].html.split("</tr>")[1].count('class="flag"') == raised


def test_shortages_are_those_of_the_tables(view: ChainsView, parts: dict[str, Part]) -> None:
    table = view.indicators
    ban = table[(table["number"] == 0) & (table["commodity"] == "magnet")].set_index("response")
    shown = next(r for r in rows(parts["bans"].html) if r[0].startswith("Mineland exports"))
    for response, cell in zip(("frozen", "market", "foresight"), shown[3:6], strict=True):
        row = ban.loc[response]
        expected = f"{text.pct(row['unserved_share'])}, {text.mt(row['unserved'], 't')}"
        assert cell == expected.replace(text.NB, " ")
    by = chains.result().tables["by_stocks"]
    by = by[(by["scenario"] == chains.BAN) & (by["commodity"] == "magnet")].set_index("stocks")
    assert shown[8] == text.duration(by.loc["stocks-low", "time_to_survive_days"])
    assert shown[9] == text.duration(by.loc["stocks-middle", "time_to_survive_days"])
    assert shown[10] == "not short"
    assert by.loc["stocks-high", "censored"]


def test_the_single_failure_that_hurts_most_comes_first(parts: dict[str, Part]) -> None:
    ranking = chains.result().tables["ranking"]
    shown = rows(parts["single"].html)
    worst = ranking.loc[ranking["unserved_share"].idxmax()]
    assert shown[0][1] == "Mineland: tea"
    assert worst["targets"] == "MIN:tea"
    assert shown[0][4] == text.pct(worst["unserved_share"]).replace(text.NB, " ")
    assert len(shown) == (ranking["unserved_share"] > 1e-4).sum()


def test_qualification_tells_the_world_apart(parts: dict[str, Part]) -> None:
    table = chains.result().tables["qualification"]
    shown = rows(parts["second"].html)
    assert [r[0] for r in shown] == ["Homeland", "All buyers"]
    for row, place in zip(shown, ("HOM", ""), strict=True):
        own = table[table["place"] == place].sort_values("factor")["unserved_share"]
        assert row[2:] == [text.pct(v).replace(text.NB, " ") for v in own]


def test_faster_tests_that_help_only_others_are_told(view: ChainsView) -> None:
    table = chains.result().tables["qualification"].copy()
    own = table["place"] == "HOM"
    table.loc[own, "unserved_share"] = [0.18, 0.14, 0.13, 0.12]
    told = chains_stress.qualification_part(_with(view, qualification=table))
    assert "Faster tests would not help Homeland with magnet" in told
    assert f"18{text.NB}% is not served instead of 13{text.NB}%" in told
    assert "All buyers together gain" in told


def _with(view: ChainsView, **tables: pd.DataFrame) -> ChainsView:
    changed = replace(view.chains, tables={**view.chains.tables, **tables})
    return ChainsView(view.study, changed, view.names)


def test_second_sources_say_who_and_when(view: ChainsView) -> None:
    rows_of = pd.DataFrame(
        [
            ("oxide-ban", "HOM", "magnet", 900.0, 0.6, "Mineland, Valley", 182.0, 8.0, 304.0,
             90.0, 0.1, "t/yr"),
            ("oxide-ban", "HOM", "magnet", 5.0, 0.1, "", None, 0.0, None, 0.0, 0.0, "t/yr"),
        ],
        columns=["scenario", "place", "commodity", "lost", "lost_share", "others",
                 "qualify_days", "growth", "replaced_days", "spare", "spare_share", "unit"],
    )  # fmt: skip
    shown = rows(chains_stress.sources_part(_with(view, second_sources=rows_of)))
    assert shown[0] == [
        "Mineland exports no oxide for 180 days", "Homeland", "Magnet", "900 t a year, 60 %",
        "Mineland and Valley", "26 weeks", "10 months", "10 %",
    ]  # fmt: skip
    assert shown[1][4:7] == ["nobody", text.NOTHING, "never"]


def test_long_lists_of_names_are_cut(view: ChainsView) -> None:
    assert view.people("A, B, C, D, E, F, G, H") == "A, B, C, D, E, F and 2 more"
    assert view.people("A, B, C, D, E, F, G") == "A, B, C, D, E, F and G"
    assert view.people("") == ""


def test_gaps_are_shown_and_told(view: ChainsView, parts: dict[str, Part]) -> None:
    assert "Magnets: closes at every stage" in plain(parts["closing"].html)
    table = chains.result().tables["balances"].copy()
    row = table.index[(table["commodity"] == "oxide") & (table["place"] == "MIN")][0]
    table.loc[row, ["gap", "share_of_world", "stated_gap"]] = [-40.0, -0.04, 12.0]
    told = chains_tables.balances_part(_with(view, balances=table))
    assert "does not close. More leaves than enters by 40 t" in plain(told)
    shown = rows(told)[0]
    assert shown[:3] == ["Magnets", "Oxide", "Mineland"]
    assert shown[5:] == [f"{text.MINUS}40 t", "4.0 %", "12 t", "0"]


def test_a_plant_moves_the_dependence(view: ChainsView, parts: dict[str, Part]) -> None:
    words = plain(parts["plants"].html)
    assert "plants only move the dependence to an earlier stage: oxide (84 %, then 100 %" in words
    assert "the stage of magnet (largest abroad 93 %, then 6.7 %; at home 0 %, then 93 %)" in words
    short = chains.result().tables["plant_shortages"]
    market = short[(short["response"] == "market") & (short["commodity"] == "magnet")]
    before, after = market["unserved_share"]
    assert after > before
    assert "Plants make it worse. Mineland exports no oxide" in words
    assert text.pct(after).replace(text.NB, " ") in words
    oxide = next(r for r in rows(parts["plants"].html) if r[1:3] == ["X", "oxide"])
    assert oxide[3:] == ["Mineland 84 %", "0 %", "Mineland 100 %", "0 %", "more by 16 points"]


@pytest.mark.parametrize(
    "variant, words",
    [("plants-none", "as it is"), ("plants-oxide", "plants for oxide"), ("x", "plants for x")],
)
def test_labels_of_variants(variant: str, words: str) -> None:
    assert plants.label(variant) == words


def test_assumptions_of_the_chains_come_weakest_first(view: ChainsView) -> None:
    table = pd.DataFrame(
        [
            ("b", 2.0, "t", "magnets: from works to user", "why", None, None, "estimate"),
            ("a", 0.5, "share", "all mineral and chip chains: spare", "why", 0.1, 0.9, "recalled"),
            ("c", 1.0, "t", "oxide of Mineland", "why", None, None, "assumption"),
            ("d", 1.0, "t", "LNG carriers", "why", None, None, "assumption"),
        ],
        columns=["id", "value", "unit", "applies_to", "why", "low", "high", "confidence"],
    )
    fake = SimpleNamespace(
        table=lambda name: table if name == "assumptions" else chains.study().table(name)
    )
    found = chains_tables.assumptions(ChainsView(fake, chains.result(), view.names))
    assert list(found["id"]) == ["c", "b", "a"]


def test_assumed_stocks_are_listed_beside_the_assumptions(parts: dict[str, Part]) -> None:
    listed = rows(parts["assumed"].html)
    assert ["stock", "Homeland: magnet", "250 t", "two months"] in listed


def test_what_only_gives_off_a_good_is_said_so(view: ChainsView) -> None:
    """A by-product does not fail alone: all works that give it off do."""
    assert chains_stress.failure(view, {"targets": "MIN:oxide"}) == "Mineland: oxide"
    goods = view.study.table("processes").assign(role="by-product")
    fake = SimpleNamespace(
        table=lambda name: goods if name == "processes" else view.study.table(name)
    )
    other = ChainsView(fake, view.chains, view.names)
    told = chains_stress.failure(other, {"targets": "MIN:oxide"})
    assert told == "Mineland: all works that give off oxide"
    assert chains_stress.failure(view, {"targets": "narrows"}) == "The Narrows"


def test_long_tables_are_folded() -> None:
    cells = [[str(k)] for k in range(30)]
    html = chains_tables.folded(["A"], cells, caption="Long")
    assert html.index("<details>") > html.index("<td>11</td>")
    assert html.index("<td>12</td>") > html.index("18 more rows")
    assert "<details>" not in chains_tables.folded(["A"], cells[:12], caption="Short")


def test_a_hidden_dependence_is_told_first(view: ChainsView) -> None:
    """Homeland buys 7 % of its magnets from Mineland; behind them stands Mineland's oxide."""
    lookthrough = chains.result().exposure.tables["lookthrough"].copy()
    deep = (lookthrough["stage_commodity"] == "oxide") & (lookthrough["place"] == "HOM")
    lookthrough.loc[deep & (lookthrough["origin"] == "MIN"), "share"] = 0.98
    lookthrough.loc[deep & (lookthrough["origin"] != "MIN"), "share"] = 0.02
    exposed = chains.result().exposure
    changed = replace(exposed, tables={**exposed.tables, "lookthrough": lookthrough})
    other = ChainsView(view.study, replace(view.chains, exposure=changed), view.names)
    first = mineral_words.sentences(other)[0]
    assert first.startswith(f"Homeland buys 6.7{text.NB}% of its magnet from Mineland, but")
    assert first.endswith("of the X in it passed through Mineland as oxide.")


def test_the_market_that_hurts_more_is_told(view: ChainsView) -> None:
    said = mineral_words.sentences(view)
    assert any(s.startswith("When others react, Homeland is worse off in 3 of the 3") for s in said)
    assert any("short first: Homeland’s magnet in week" in s for s in said)


def test_a_scenario_that_hurts_nobody_is_said(view: ChainsView) -> None:
    calm = view.chains.stresses[0]
    table = calm.tables["indicators"].assign(unserved=0.0, unserved_share=0.0)
    quiet = replace(calm, tables={**calm.tables, "indicators": table})
    other = ChainsView(view.study, replace(view.chains, stresses=[quiet]), view.names)
    html = chains_stress.stress_part(other)
    assert "No country of this report goes short" in html
    assert "<table" not in html
    told = mineral_words.stopped(other, "critical minerals")
    assert told is not None
    assert told[0] == "Nobody here goes short of magnet"


def test_cells_of_the_board() -> None:
    cells = minerals.cells(chains.study(), chains.result())
    assert set(cells) == {
        (sector, question)
        for sector in ("critical minerals", "supply chains")
        for question in ("exposure", "stress")
    }
    exposed = cells["critical minerals", "exposure"]
    assert exposed.headline.startswith(f"93{text.NB}% of the X in Homeland’s magnet")
    assert cells["critical minerals", "stress"].headline.startswith("Homeland goes without 3.1 to")


def test_the_map_shows_value_by_chain(view: ChainsView, parts: dict[str, Part]) -> None:
    found = mineral_map.lanes(view)
    by = found.drawn.set_index("lane")["value"]
    # 1,400 t of magnets at 60,000 USD/t, and 6 t of tea at 6,000.
    assert by["val~hom.magnet"] == pytest.approx(84.0, rel=0.01)
    assert by["min~hom.tea"] == pytest.approx(0.036, rel=0.01)
    assert mineral_map.crossings(found.drawn)["narrows"] == pytest.approx(84.0, rel=0.01)
    words = plain(parts["routes"].html)
    assert "Magnets: USD 90 million a year" in words
    assert "no borders" in words
    assert "The Narrows" in words


def test_shares_without_known_pairs_are_marked() -> None:
    assert share(0.25, 1.0) == f"25{text.NB}%"
    marked = share(0.25, 0.2)
    assert isinstance(marked, Html)
    assert 'class="unknown"' in marked.markup


def test_origins_keep_scrap_apart(view: ChainsView) -> None:
    table = origins(view.exposed("lookthrough"))
    oxide = table[(table["place"] == "HOM") & (table["stage_commodity"] == "oxide")]
    scrap = oxide[oxide["recycled"]]
    assert list(scrap["country"]) == ["MIN"]
    assert oxide["share"].sum() == pytest.approx(1.0)


def test_the_page_has_both_parts() -> None:
    """One page with scenarios of the sea and the chains: ids stay unique, links lead somewhere."""
    study = chains.study()
    page = render(
        study, chains.result().stresses[0], exposure=chains.result().exposure,
        chains=chains.result(),
    )  # fmt: skip
    found = read(page)
    assert len(found.ids) == len(set(found.ids))
    assert {link[1:] for link in found.links if link.startswith("#")} <= set(found.ids)
    assert 'id="hatch"' in page
    assert "Who stands behind it, tier by tier" in page


# --- the part on gas keeps to gas


def mixed() -> tuple[mock.Study, mock.Result]:
    """The study of gas with a chain of magnets beside it, of which far more tonnes are used."""
    base = mock.study()
    goods = base.tables["commodities"].assign(chain="gas", energy_content=51.5)
    magnet = {"id": "magnet", "name": "Magnet", "sector": "critical minerals", "stage": "magnet",
              "unit": "t", "chain": "magnets", "energy_content": None}  # fmt: skip
    goods = pd.concat([goods, pd.DataFrame([magnet])], ignore_index=True)
    study = mock.Study(base.settings, {**base.tables, "commodities": goods})
    stress = mock.stress(study)
    table = stress.tables["indicators"]
    more = table[(table["tier"] == "all") & (table["commodity"] == "gas")]
    more = more.assign(commodity="magnet", demand=9e6, unserved=9e5, unserved_share=0.1)
    tables = {**stress.tables, "indicators": pd.concat([table, more], ignore_index=True)}
    return study, replace(stress, tables=tables)


def test_a_case_is_about_gas_alone() -> None:
    study, stress = mixed()
    case = views.case(study, stress, views.Names(study))
    plain_case = views.case(mock.study(), mock.stress(mock.study()), views.Names(mock.study()))
    for place in ("IND", "JPN"):
        assert case.of(place, "frozen").good == "gas"
        assert case.of(place, "frozen").unserved == plain_case.of(place, "frozen").unserved


def test_the_board_keeps_gas_and_minerals_apart() -> None:
    study, stress = mixed()
    names = views.Names(study)
    case = views.case(study, stress, names)
    exposed = mock.exposure(study)
    table = exposed.tables["passages"]
    more = pd.DataFrame(
        [("IND", "magnet", "malacca", 1.0)], columns=["place", "commodity", "passage", "share"]
    )
    exposed = replace(
        exposed, tables={**exposed.tables, "passages": pd.concat([table, more])}
    )  # fmt: skip
    narrow = fuels.narrowed(exposed, study)
    assert set(narrow.tables["passages"]["commodity"]) == {"lng"}
    cells = board.board(study, [case], names, exposure=narrow)
    energy = cells["clean energy", "exposure"]
    assert isinstance(energy, board.Cell)
    assert energy.headline.startswith(f"55{text.NB}%")
    assert isinstance(cells["critical minerals", "exposure"], board.NotModelled)


def test_a_summary_of_several_chains_is_read_for_gas() -> None:
    study, _ = mixed()
    summary = {
        "responses": {"frozen": {"loss": 9.0}}, "belief": "all",
        "chains": {"gas": {"frozen": {"loss": 2.0}}, "magnets": {"frozen": {"loss": 7.0}}},
        "beliefs": {"gas": "four weeks", "magnets": "eight"},
    }  # fmt: skip
    found = fuels.of_chain(study, summary, fuels.fuels(study))
    assert views.losses(found) == {"frozen": 2.0}
    assert found["belief"] == "four weeks"
    assert fuels.fuels(mock.study()) is None
