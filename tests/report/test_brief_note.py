"""What briefs say: sentences from results, the disappointing first, and what they rest on."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from tests.conftest import DATA
from tests.report.briefs import in_all_responses, stored, stressed, study, variant

import seawall
from seawall.errors import IntegrityError, UnknownName, UsageError
from seawall.report.brief import brief, note_of
from seawall.report.brief.note import SENTENCES, Note
from seawall.runs.store import StoredRun
from seawall.shocks import Scenario, Shock

NB = "\N{NO-BREAK SPACE}"


def plain(words: str) -> str:
    return words.replace(NB, " ")


@pytest.fixture(scope="module")
def short() -> Note:
    """The gate shuts for 60 days, and the importer has nothing else (checked by hand: 14 days of
    stock and a week at sea last until day 21)."""
    return note_of(stressed("three", "gate-60d"), study("three"))


def test_five_sentences_the_disappointing_first_and_money_last(short: Note) -> None:
    lead, when, split, rest, money = (plain(words) for words in short.answer)
    assert len(short.answer) == SENTENCES
    assert lead.startswith("Importer goes short of gas under every response: 5.2 Mt, 28 % of ")
    assert "as the market reacts; 4.6 Mt if nobody reacts and if everybody knew the end." in lead
    assert when.startswith("As the market reacts, the first shortage comes at once (2 March 2026)")
    assert "10 weeks in all are short" in when
    assert split == (
        "All of it is missing, not outbid: nobody else gets it, and none is for sale at any price."
    )
    assert "elsewhere" not in rest
    assert money == (
        "The loss of the whole study is USD 3.4 billion as the market reacts (USD 2.4 billion if "
        "everybody knew the end and USD 4.0 billion if nobody reacts)."
    )


def test_it_says_so_where_reacting_costs_more_than_doing_nothing() -> None:
    run = stressed("three", "gate-60d")
    losses = {"frozen": {"loss": 100.0}, "market": {"loss": 200.0}, "foresight": {"loss": 90.0}}
    note = note_of(replace(run, summary={**run.summary, "responses": losses}), study("three"))
    assert "; to react without knowing the end costs more than to do nothing." in note.answer[-1]


def test_the_table_has_a_row_a_response(short: Note) -> None:
    rows = [[plain(words) for words in row] for row in short.table.rows]
    assert [row[1] for row in rows] == ["Nobody reacts", "Market", "End known in advance"]
    frozen = dict(zip(short.table.header, rows[0], strict=True))
    assert frozen["Demand"] == "18.2 Mt"
    assert (frozen["Not served"], frozen["Share"]) == ("4.6 Mt", "25 %")
    assert (frozen["Missing"], frozen["Outbid"]) == ("4.6 Mt", "0 Mt")
    assert (frozen["First short"], frozen["Weeks short"]) == ("day 21", "7 weeks")
    assert frozen["Stock, start"] == "14 days"
    # Prices that nobody bids do not say who was outbid.
    assert rows[2][5:7] == ["–", "–"]


def test_charts_say_what_the_tables_say(short: Note) -> None:
    lines = dict(short.when.series)
    assert set(lines) == {"Nobody reacts", "Market", "End known in advance"}
    assert short.when.dates[0].isoformat() == "2026-03-02"
    # The first three weeks are served, then nothing is.
    assert lines["Nobody reacts"][:4] == (0.0, 0.0, 0.0, 1.0)
    assert short.bracket.share
    assert dict(short.bracket.series)["Market"][0] == pytest.approx(0.2835, abs=1e-4)
    assert short.origin.categories == ("Exporter",)
    usual, during = (values for _, values in short.origin.series)
    assert usual[0] == pytest.approx(36.5, rel=1e-3)
    assert during[0] is not None
    assert during[0] < 20.0


def test_what_the_run_takes_for_granted_is_said(short: Note) -> None:
    assert short.assumptions[0] == "A hand-checkable test: nothing passes the gate for 60 days."
    assert any("plans 26 weeks ahead, anew every 2 weeks" in words for words in short.assumptions)
    assert any(re.search(r"Of \d+ figures behind", words) for words in short.assumptions)
    assert short.sure[0] == "No interval computed: run it again with --uncertain 200."
    assert "what-if, not a forecast" in short.footer
    assert short.run_id in short.footer


def test_beliefs_are_those_that_the_run_states() -> None:
    run = stressed("three", "gate-60d")
    note = note_of(run, study("three"))
    believed = next(words for words in note.assumptions if "plans" in words)
    numbers = re.findall(r"\d+", run.summary["belief"])
    assert re.findall(r"\d+", believed) == numbers


def test_one_who_is_short_in_some_responses_is_told_so() -> None:
    note = note_of(stressed("three", "gate-14d"), study("three"))
    assert "goes short of gas under 1 of 3 responses" in note.answer[0]


def test_several_goods_lead_with_the_worst_and_name_the_rest() -> None:
    run = stressed("tiers", "both")
    note = note_of(run, study("tiers"))
    assert "goes short of magnet" in note.answer[0]
    assert plain(note.answer[3]).startswith("Also short: Homeland of tea, 0.62 t (5.2 %) ")
    lines = [name for name, _ in note.when.series]
    assert lines[0].startswith("Homeland, magnet")
    assert lines[1] == "Homeland, tea"
    assert len(note.table.rows) == 6


def test_who_bought_what_was_outbid_is_named() -> None:
    note = note_of(stressed("twelve", "narrows-60d"), study("twelve"))
    assert plain(note.answer[2]) == "None of it is missing, all is outbid: Nord and Alba pay more."


def test_where_nobody_is_short_it_says_so_and_shows_the_stocks() -> None:
    base = study("three")
    calm = Scenario(name="calm", title="A day", shock=(Shock(passage="gate", days=1),))
    note = note_of(stored(seawall.stress(base, calm)), base)
    assert note.answer[0] == (
        "Importer is served in full under every response: nothing runs short of gas."
    )
    assert "stock" in note.answer[1].lower()
    assert note.answer[2] == "Nobody else that the study follows goes short."
    assert len(note.answer) == SENTENCES
    assert note.when.unit == "days of use"
    # 14 days at the start; what was held up makes 16.1 of them when it arrives.
    assert note.when.largest == pytest.approx(16.1, abs=0.1)
    assert note.table.header[-1] == "Lasts"
    assert note.table.rows[0][-1] == "beyond the run"


def test_overlays_stand_first_with_who_and_why(tmp_path: Path) -> None:
    overlay = tmp_path / "mine.csv"
    overlay.write_text(
        "table,row,column,value,why,source,who\n"
        f"stocks,{_stock_key()},start,0.7,half was drawn in the cold,own count,A. Analyst\n",
        encoding="utf-8",
    )
    changed = seawall.read(DATA / "three", [overlay])
    run = stored(seawall.stress(changed, "gate-60d", "frozen"))
    note = note_of(run, changed)
    assert note.assumptions[0].startswith("Changed by A. Analyst: stocks ")
    assert "start is 0.7, because half was drawn in the cold (own count)." in note.assumptions[0]


def _stock_key() -> str:
    from seawall.study.keys import row_key

    return next(row_key("stocks", row) for row in study("three").rows("stocks") if row.start > 0.7)


def with_intervals(run: StoredRun) -> StoredRun:
    """The same run as if inputs had been redrawn."""
    scope = {"scenario": "x", "response": "market", "place": "IMP", "commodity": "gas"}
    intervals = pd.DataFrame(
        [
            {**scope, "tier": "all", "figure": "unserved", "unit": "Mt", "value": 5.16, "p10": 3.2,
             "p50": 5.0, "p90": 7.9, "grade": "C"},
            {**scope, "tier": "all", "figure": "first_shortfall_day", "unit": "day",
             "value": 20.0, "p10": 12.0, "p50": 20.0, "p90": 36.0, "grade": "C"},
        ]
    )  # fmt: skip
    stock = study("three").table("stocks").iloc[0]
    key = f"stocks.start/{stock.place}/{stock.commodity}/"
    tornado = pd.DataFrame(
        [
            {**scope, "figure": "unserved", "rank": 1, "kind": "row", "table": "stocks",
             "column": "start", "rows": 1, "input": key,
             "name": "in English", "confidence": "estimate", "unit": "Mt", "low": 6.1,
             "high": 3.4, "share_of_variance": 0.72},
        ]
    )  # fmt: skip
    summary = {**run.summary, "uncertain": {"draws": 200, "seed": 0, "failed": 3}}
    tables = {**run.tables, "intervals": intervals, "tornado": tornado}
    return replace(run, summary=summary, tables=tables)


def test_intervals_stand_with_the_figure_and_the_tornado_leads_the_changes() -> None:
    run = with_intervals(stressed("three", "gate-60d"))
    note = note_of(run, study("three"))
    assert "about 5.2 Mt (3.2 to 7.9), 28 % of" in plain(note.answer[0])
    sure = plain(" ".join(note.sure))
    assert "eight of ten of 200 draws of the inputs lie within the brackets; evidence grade C" in (
        sure
    )
    assert "after about 3 weeks (2 to 5)" in sure
    assert "3 of 200 draws could not be solved" in sure
    first = plain(note.changes[0])
    assert "stock above the floor (an estimate)" in first
    assert "6.1 Mt at its low end and 3.4 Mt at its high end, 72 % of the spread" in first
    assert note.moves is not None
    assert [name for name, _ in note.moves.series] == [
        "input at its low end", "input at its high end",
    ]  # fmt: skip
    assert not any("--uncertain" in words for words in note.changes)


def test_a_sweep_names_the_worst_failure_and_counts_the_harmless() -> None:
    base = study("three")
    note = note_of(stored(seawall.sweep(base, response="frozen", days=60)), base)
    assert len(note.answer) == SENTENCES
    assert note.answer[0].startswith("The worst single failure is ")
    assert "Importer goes without" in note.answer[0]
    assert "Of passages, the gate hurts most" in note.answer[2].replace("The gate", "the gate")
    assert re.search(r"\d+ of \d+ failures leave somebody short", note.answer[3])
    assert note.when.share
    assert note.moves is None


def test_an_exposure_names_supplier_origin_and_passage() -> None:
    base = study("three")
    note = note_of(stored(seawall.exposure(base)), base)
    assert len(note.answer) == SENTENCES
    assert plain(note.answer[0]).endswith("100 % comes directly from Exporter.")
    assert any("crosses" in words for words in note.answer)
    assert note.when.largest == pytest.approx(1.0)


def test_other_questions_other_studies_and_other_files_are_refused(tmp_path: Path) -> None:
    run, base = stressed("three", "gate-60d"), study("three")
    with pytest.raises(UsageError, match="answers worth; there are briefs on stress, sweep"):
        brief(replace(run, run={**run.run, "question": "worth"}), base, tmp_path / "a.docx")
    with pytest.raises(IntegrityError, match="another state of the study"):
        brief(run, study("tiers"), tmp_path / "a.docx")
    with pytest.raises(UsageError, match=r'not "a.pdf"'):
        brief(run, base, tmp_path / "a.pdf")
    with pytest.raises(UsageError, match="there is no folder"):
        brief(run, base, tmp_path / "none" / "a.docx")
    with pytest.raises(UnknownName, match="no language"):
        brief(run, base, tmp_path / "a.docx", "fr")
    assert not list(tmp_path.iterdir())


#: What Japanese writes in Latin letters: abbreviations, signs of elements, names of firms and
#: plants without another name, what is typed, and versions.
ALLOWED = {
    "LNG", "NdPr", "Dy", "Tb", "HHI", "SEFE", "GAIL", "AI", "kWh", "HPAL", "Sunda",
    "uncertain", "seawall", "show", "verify", "explain", "stress", "json", "HiGHS",
}  # fmt: skip


@pytest.mark.parametrize("scenario", ["hormuz-60d", "rare-earth-ban", "tokyo-march-2022"])
def test_a_japanese_note_holds_no_english(scenario: str) -> None:
    note = note_of(in_all_responses(scenario), variant(scenario), "ja")
    charts = [c for c in (note.when, note.bracket, note.origin, note.moves) if c is not None]
    said = [
        note.title, note.question, *note.answer, *note.sure, *note.assumptions, *note.changes,
        note.table.caption, *note.table.header, *(w for row in note.table.rows for w in row),
        note.table.note, note.further_sources, *(s.used_for for s in note.sources),
        *(w for c in charts for w in (c.title, c.alt, c.unit, *c.categories)),
        *(name for c in charts for name, _ in c.series),
    ]  # fmt: skip
    foreign = {word for text in said for word in re.findall(r"[A-Za-z]{2,}", text)} - ALLOWED
    assert not foreign
    assert "母語話者による確認を経ていない" in note.sure[-1]


def test_what_stays_english_is_counted_in_a_japanese_note() -> None:
    note = note_of(stressed("three", "gate-60d"), study("three"), "ja")
    assert re.search(r"日本語の登録がない名称・文\d+件は原文のまま示す", note.sure[-1])
    assert note.title.startswith("仮想の想定：")


def test_nothing_raw_or_endless_is_said() -> None:
    for scenario in ("hormuz-60d", "malacca-60d", "rare-earth-ban"):
        run, base = in_all_responses(scenario), variant(scenario)
        note = note_of(run, base)
        said = " ".join([*note.answer, *note.sure, *note.changes, *note.table.note.split()])
        assert not re.search(r"\d\.\d{4,}|nan|inf\b|None|\b[a-z]+_[a-z]+\b|\{", said)
        assert f" {run.run['scenario']['name']}" not in said
