"""The tables of what became of the roadmap: nothing lost, nothing made surer than it is."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from tools.build_india_japan import roadmap, track
from tools.build_india_japan.sources import Sources
from tools.build_india_japan.tables import FactError, Row, by_key, number, read

from seawall.questions.track.days import first_days, last_days
from seawall.questions.track.state import state_of
from seawall.questions.track.status import statuses
from seawall.study import Study
from seawall.study import read as read_study

Tables = dict[str, list[Row]]


def _build() -> tuple[Tables, dict[str, Row]]:
    sources = Sources()
    pledges = roadmap.tables(sources)["pledges"][1]
    tables = {name: rows for name, (_, rows) in track.tables(pledges, sources).items()}
    return tables | {"pledges": pledges}, by_key(sources.rows(), "id")


@pytest.fixture(scope="module")
def built() -> Tables:
    return _build()[0]


@pytest.fixture(scope="module")
def sources() -> dict[str, Row]:
    return _build()[1]


@pytest.fixture(scope="module")
def study() -> Study:
    return read_study("india-japan")


def test_every_claim_is_carried_over_without_what_it_contradicts(built: Tables) -> None:
    facts = read("claims")
    assert len(facts) == len(built["claims"]) == 109
    for row, fact in zip(built["claims"], facts, strict=True):
        assert (row["id"], row["subject"], row["predicate"], row["value"]) == (
            fact["claim_id"], fact["subject"], fact["predicate"], fact["value"],
        )  # fmt: skip
        assert row["quote"] == ("" if fact["quote"] == "(derived)" else fact["quote"])
    assert "conflicts_with" not in track.CLAIMS


def test_figures_of_claims_are_numbers_with_what_they_count(built: Tables) -> None:
    found = {r["id"]: (r["quantity"], r["counted_in"]) for r in built["claims"] if r["quantity"]}
    assert found["A0-10"] == ("10000000000", "USD")
    assert found["A4-09"] == ("10000000000000", "JPY")
    assert found["A4-05"] == ("5", "MoUs")
    assert found["A3-32"] == ("1000", "plants")
    assert all(unit for _, unit in found.values())
    assert "A0-07" not in found  # "multiple" is no number
    figures = [r["claim_id"] for r in read("claims") if r["value"].isdecimal()]
    assert set(found) == {*figures, "A4-05"}


def test_two_meetings_are_kept_apart(built: Tables) -> None:
    events = {row["id"][:2]: row["event"] for row in built["claims"]}
    assert events["A1"] == "g20-2025-11"
    assert {events[a] for a in ("A0", "A2", "A3", "A4")} == {"summit-2026-07"}


def test_periods_in_words_are_days(built: Tables) -> None:
    by_id = by_key(built["claims"], "id")
    assert (by_id["A3-10"]["begins"], by_id["A3-10"]["ends"]) == ("2025-04", "2026-03")
    assert "inferred" in by_id["A3-10"]["note"]
    assert by_id["A4-09"]["ends"] == "2036-07"
    for row in built["claims"]:
        first_days([row["begins"], row["ends"]])  # raises if one is no date


def test_every_statement_has_something_that_would_show_it(built: Tables) -> None:
    assert len(built["pledges"]) == 81
    assert {row["pledge"] for row in built["indicators"]} == {r["id"] for r in built["pledges"]}
    stepped = {row["pledge"] for row in built["milestones"]}
    for row in built["indicators"]:
        assert row["measure"] != "steps" or row["pledge"] in stepped, row


def test_a_target_is_as_sure_as_its_pledge_or_ours(built: Tables) -> None:
    pledges = by_key(built["pledges"], "id")
    stated = {row["id"] for row in read("track_indicators") if row["basis"] == "stated"}
    for row in built["indicators"]:
        pledge = pledges[row["pledge"]]
        if row["id"] not in stated:
            assert row["confidence"] == "assumption", row
            continue
        assert row["source"] == pledge["source"]
        assert row["target"] or row["measure"] == "steps"


def test_targets_that_a_pledge_states_are_its_figures(built: Tables) -> None:
    pledges = by_key(built["pledges"], "id")
    of_multiple = {"C-06": 1400.0, "X-2014-01": 1209.0}  # "double": times the baseline
    for fact in read("track_indicators"):
        said = pledges[fact["pledge"]]["quantity"]
        if fact["basis"] != "stated" or not fact["target"] or fact["id"] != fact["pledge"]:
            continue
        assert number(fact, "target") == float(said) * of_multiple.get(fact["id"], 1.0), fact


def test_ambiguous_deadlines_are_said_to_be(built: Tables) -> None:
    by_id = by_key(built["indicators"], "id")
    assert (by_id["C-02"]["deadline"], by_id["C-02-from-2026"]["deadline"]) == (
        "2035-08", "2036-07",
    )  # fmt: skip
    for one in ("C-02", "C-03", "C-06", "C-24", "X-2026-03"):
        assert "ambiguous" in by_id[one]["note"], one


def _of(built: Tables, indicator: str) -> list[Row]:
    return [row for row in built["evidence"] if row.get("indicator") == indicator]


def test_investment_stands_with_its_targets_history_too(built: Tables) -> None:
    facts = [r for r in read("fdi") if r["kind"] == "fdi_net_bop" and r["place"] == "India"]
    for indicator in ("C-02", "C-02-from-2026", "C-03"):
        rows = [r for r in _of(built, indicator) if r["counted_in"] == "USD"]
        assert [(r["begins"], r["value"]) for r in rows] == [
            (f["period"], f"{number(f, 'value') * 1e6:.0f}") for f in facts
        ]
    assert _of(built, "C-02")[0]["begins"] == "2012"
    assert not [r for r in _of(built, "C-02") if r["instrument"] == "ODA loan"]


def test_batches_of_loans_sum_to_what_was_published(built: Tables) -> None:
    loans = Counter[str]()
    for row in _of(built, "C-03"):
        if row["instrument"] == "ODA loan":
            loans[row["date"]] += round(number(row, "value"))
    assert loans["2026-03-24"] == 275_858_000_000  # as X-2026-18 says
    assert loans["2025-03-27"] == 191_736_000_000
    assert loans["2022-03-31"] == 312_258_000_000


def test_trade_adds_up_and_is_marked_as_computed(built: Tables) -> None:
    for wanted, value in (("C-35", 27_470_000_000), ("C-32", 15_390_000_000)):
        rows = by_key(_of(built, wanted), "ends")
        assert len(rows) == 16
        assert number(rows["2026-03"], "value") == value
        assert rows["2026-03"]["begins"] == "2025-04"
        assert "inferred" in rows["2026-03"]["note"]
        assert {r["confidence"] for r in rows.values()} == {"estimate", "recalled"}
        assert rows["2025-03"]["confidence"] == "recalled"


def test_what_was_recalled_stays_recalled(built: Tables) -> None:
    facts = {
        (r["period"], r["value"]): r["confidence"]
        for r in read("fdi")
        if r["kind"] == "companies" and r["place"] == "India"
    }
    rows = _of(built, "C-06")
    assert {(r["date"], r["value"]): r["confidence"] for r in rows} == facts
    assert "recalled" in facts.values()
    assert rows == [r | {"id": o["id"], "indicator": "C-06"}
                    for r, o in zip(_of(built, "X-2014-01"), rows, strict=True)]  # fmt: skip


def test_weak_ties_stay_out(built: Tables) -> None:
    notes = " ".join(row["note"] for row in _of(built, "C-33-pairs"))
    assert "Uttar Pradesh and Yamanashi" in notes
    assert "Hiroshima" not in notes
    assert "Kyoto" not in notes  # of cities


def test_every_row_of_evidence_has_a_page_or_says_that_it_was_recalled(
    built: Tables, sources: dict[str, Row]
) -> None:
    for row in built["evidence"]:
        source = sources[row["source"]]
        known = source["url"] or source["title"].startswith("Press article")
        assert known or row["confidence"] in ("recalled", "estimate"), row
        assert row["date"], row


def test_nothing_is_known_before_it_ended_or_after_today(built: Tables) -> None:
    rows = built["evidence"]
    published = last_days(row["date"] for row in rows)
    ends = last_days(row.get("ends", "") or row["date"] for row in rows)
    assert (published >= ends).all()
    assert max(last_days(row["date"] for row in rows).astype(str)) < "2026-08"


def test_rates_are_of_every_year_that_needs_one(built: Tables) -> None:
    years = {row["year"]: row for row in built["rates"] if row["currency"] == "JPY"}
    needed = {row["ends"][:4] for row in _of(built, "C-02")}
    assert needed <= set(years)
    assert years["2026"]["confidence"] == "estimate"
    assert years["2012"]["confidence"] == "recalled"
    assert all(70 < number(row, "per_usd") < 170 for row in years.values())


def test_the_study_has_a_status_of_every_pledge(study: Study) -> None:
    found = statuses(state_of(study, None, date(2026, 11, 23))).set_index("id")["status"]
    assert len(found) == 81
    assert found["X-2014-01"] == "late"  # the doubling of 2014 was missed
    assert found["X-2026-01"] == "delivered"  # the summit was held
    assert found["C-24"] == "moving"
    assert found["C-40"] == found["C-06"] == found["C-02"] == "no evidence"


def test_the_past_knows_no_later_figures(study: Study) -> None:
    then = state_of(study, None, date(2019, 12, 31))
    assert set(then.pledges["id"]) == {"X-2014-01", "X-2011-01"}
    assert then.evidence["date"].max() <= "2019-12-31"


def test_sectors_that_a_source_names_are_there(study: Study) -> None:
    sectors = study.table("pledges").set_index("id")["sector"]
    assert sectors["C-37"] == "small firms"
    assert sectors["C-40"] == "health care"
    assert sectors["X-2025-04"] == "people"


@pytest.mark.parametrize(
    "table,drop,what",
    [("track_indicators", "X-2011-01", "X-2011-01"), ("hydrogen", "ACME-IHI", "ACME-IHI")],
)
def test_a_fact_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, table: str, drop: str, what: str
) -> None:
    def short(name: str) -> list[Row]:
        rows = read(name)
        return (
            [r for r in rows if not any(drop in v for v in r.values())] if name == table else rows
        )

    monkeypatch.setattr(track, "read", short)
    with pytest.raises(FactError, match=what):
        _build()
