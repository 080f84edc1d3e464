"""Overlays: what they change, and what changes with it."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.study.overlay_files import overlay

import seawall
from seawall.errors import UsageError
from seawall.study import read
from seawall.study.checks.measures import RANGES
from seawall.study.diff import differences
from seawall.study.overlay_file import read_overlay
from seawall.study.overlay_rows import MAIN, SPANS
from seawall.study.overlays import change_at, overlaid, overlay_text
from seawall.study.records import TABLES

if TYPE_CHECKING:
    from typing import Any

    from tests.study.conftest import Folder

    from seawall.study import Study

TWELVE = Path(__file__).parents[1] / "data" / "twelve"


def cell(study: Study, table: str, position: int, column: str) -> Any:
    return study.frames[table][column].iloc[position]


def test_a_cell_is_changed_and_who_changed_it_is_kept(twelve_study: Study, tmp_path: Path) -> None:
    file = overlay(tmp_path / "o.csv", "facilities liq-west capacity 44.50")
    study = read(TWELVE, file)
    assert cell(study, "facilities", 1, "capacity") == 44.5
    assert cell(study, "facilities", 1, "confidence") == "recalled", "base keeps its evidence"
    (change,) = study.overlays
    assert (change.before, change.value, change.who) == ("43", "44.5", "A. Analyst")
    assert (change.file, change.line, change.study_line) == (str(file), 2, 3)
    assert change.evidence == "assumption"
    assert study.digest() != twelve_study.digest()
    assert cell(twelve_study, "facilities", 1, "capacity") == 43


def test_no_overlay_leaves_the_study_as_it_is(twelve_study: Study) -> None:
    assert overlaid(twelve_study, []) is twelve_study
    assert read(TWELVE).digest() == twelve_study.digest()
    assert read(TWELVE).overlays == ()


def test_the_content_alone_counts_for_the_digest(folder: Folder, tmp_path: Path) -> None:
    folder.set("facilities", 3, "capacity", "44")
    file = overlay(tmp_path / "o.csv", "facilities liq-west capacity 44")
    assert read(TWELVE, file).digest() == folder.read().digest()


def test_overlays_outlive_variants_chains_and_pickling(tmp_path: Path) -> None:
    study = read(TWELVE, overlay(tmp_path / "o.csv", "lanes gulf~suda days 15"))
    (chain,) = study.chains
    for other in (study.variant("unpooled"), study.chain(chain), pickle.loads(pickle.dumps(study))):
        assert other.overlays == study.overlays


def test_tuples_texts_and_blanks_are_cells_too(tmp_path: Path) -> None:
    file = overlay(
        tmp_path / "o.csv",
        "lanes gulf~suda passages narrows@1.5;sound@9",
        "lanes gulf~suda route round_the_cape",
        "facilities liq-west capacity _",
        "facilities liq-west ramp_days _",
    )
    study = read(TWELVE, file)
    assert cell(study, "lanes", 1, "passages") == (("narrows", 1.5), ("sound", 9.0))
    assert cell(study, "lanes", 1, "route") == "round the cape"
    assert cell(study, "facilities", 1, "capacity") != cell(study, "facilities", 1, "capacity")
    assert cell(study, "facilities", 1, "ramp_days") == 0, "a blank cell is its default"


def test_a_range_is_scaled_with_its_figure(tmp_path: Path) -> None:
    study = read(TWELVE, overlay(tmp_path / "o.csv", "demands nord-homes quantity 13.2"))
    assert cell(study, "demands", 1, "low") == pytest.approx(11.5 * 1.1)
    assert cell(study, "demands", 1, "high") == pytest.approx(12.5 * 1.1)
    assert cell(study, "demands", 1, "wtp_low") == 30, "that of another figure stays"
    (change,) = study.overlays
    assert change.follows == ("low", "high", "confidence")
    assert "low 11.5 -> 12.65, scaled with it" in change.note


def test_a_stated_confidence_takes_the_place_of_the_range(tmp_path: Path) -> None:
    file = overlay(tmp_path / "o.csv", "demands nord-homes quantity 13.2 recalled")
    study = read(TWELVE, file)
    low, high = (cell(study, "demands", 1, name) for name in ("low", "high"))
    assert low != low
    assert high != high
    assert cell(study, "demands", 1, "confidence") == "recalled"


def test_a_range_that_is_overlaid_is_not_scaled(tmp_path: Path) -> None:
    file = overlay(
        tmp_path / "o.csv",
        "demands nord-homes low 10",
        "demands nord-homes quantity 13.2 recalled",
    )
    study = read(TWELVE, file)
    assert cell(study, "demands", 1, "low") == 10
    assert cell(study, "demands", 1, "high") == pytest.approx(13.75), "one end alone says nothing"


def test_a_range_is_left_out_where_the_figure_becomes_nothing(tmp_path: Path) -> None:
    file = overlay(tmp_path / "o.csv", "assumptions holding_cost value 0")
    study = read(TWELVE, file)
    assert cell(study, "assumptions", 0, "low") != cell(study, "assumptions", 0, "low")
    assert "cannot be scaled" in study.overlays[0].note


@pytest.mark.parametrize(
    "row, confidence, source",
    [
        ("facilities wells-nord base 6.1", "assumption", "made-up"),
        ("facilities wells-nord base 6.1 looked-up hand", "looked-up", "hand"),
        ("facilities wells-nord base 6.1 estimate some_newspaper", "estimate", "made-up"),
        ("facilities wells-nord cost 310 looked-up hand", "recalled", "made-up"),
        ("facilities wells-nord base 6", "recalled", "made-up"),
        ("facilities wells-nord base 6 looked-up", "looked-up", "made-up"),
    ],
)
def test_a_row_rests_on_the_evidence_of_its_main_figure(
    tmp_path: Path, row: str, confidence: str, source: str
) -> None:
    study = read(TWELVE, overlay(tmp_path / "o.csv", row))
    assert cell(study, "facilities", 3, "confidence") == confidence
    assert cell(study, "facilities", 3, "source") == source
    assert len(study.overlays) == 1


def test_a_confidence_that_is_overlaid_itself_counts(tmp_path: Path) -> None:
    rows = ("facilities wells-nord base 6.1", "facilities wells-nord confidence estimate")
    study = read(TWELVE, overlay(tmp_path / "o.csv", *rows))
    assert cell(study, "facilities", 3, "confidence") == "estimate"


def test_changing_what_was_agreed_makes_it_a_proposal(folder: Folder, tmp_path: Path) -> None:
    marks = ("review agreed", "reviewed_by B._Boss", "reviewed_on 2026-11-01")
    agreed = overlay(
        tmp_path / "agreed.csv",
        *(f"assumptions demurrage {mark}" for mark in marks),
    )
    study = read(folder.path, agreed)
    assert cell(study, "assumptions", 1, "reviewed_by") == "B. Boss"
    assert cell(study, "assumptions", 1, "confidence") == "assumption"
    seawall.write(study, tmp_path / "written")
    value = "assumptions demurrage value 0.006"
    changed = read(tmp_path / "written", overlay(tmp_path / "o.csv", value))
    assert cell(changed, "assumptions", 1, "review") == "proposed"
    assert cell(changed, "assumptions", 1, "reviewed_by") == ""
    assert "B. Boss agreed to the old value" in changed.overlays[0].note
    rows = (value, "assumptions demurrage review agreed", "assumptions demurrage reviewed_by C")
    anew = read(tmp_path / "written", overlay(tmp_path / "p.csv", *rows))
    assert cell(anew, "assumptions", 1, "review") == "agreed"


def test_two_overlays_may_agree_and_the_better_evidence_counts(tmp_path: Path) -> None:
    row = "facilities wells-nord base 6.1"
    files = [
        overlay(tmp_path / "a.csv", row, who="A"),
        overlay(tmp_path / "b.csv", f"{row}0 looked-up", who="B"),
    ]
    study = read(TWELVE, files)
    assert cell(study, "facilities", 3, "confidence") == "looked-up"
    assert [change.who for change in study.overlays] == ["B", "A"]
    row_of_study = study.table("facilities").iloc[3]
    for row_or_key in (row_of_study, "wells-nord"):
        found = change_at(study, "facilities", row_or_key, "base")
        assert found is not None
        assert found.who == "B"
    assert change_at(study, "facilities", "wells-nord", "cost") is None
    assert read(TWELVE, files[::-1]).digest() == study.digest()


def test_all_overlays_are_laid_at_once(tmp_path: Path) -> None:
    study = read(TWELVE, overlay(tmp_path / "o.csv", "lanes gulf~suda days 15"))
    with pytest.raises(UsageError, match="lay all of them at once"):
        overlaid(study, [tmp_path / "o.csv"])


def test_the_text_of_changes_reads_back(tmp_path: Path) -> None:
    file = overlay(tmp_path / "o.csv", "lanes gulf~suda route Suez,_then_Malacca", who="田中")
    again = tmp_path / "o2.csv"
    again.write_bytes(b"\xef\xbb\xbf" + overlay_text(read_overlay(file)).encode())
    (one,), (other,) = read_overlay(file), read_overlay(again)
    assert (other.value, other.who) == ("Suez, then Malacca", "田中")
    assert (one.why, one.source, one.line) == (other.why, other.source, other.line)


def test_every_table_with_evidence_says_which_figure_it_is_of() -> None:
    with_evidence = {name for name, table in TABLES.items() if "confidence" in table.by_name}
    # Positions, energy contents, risk factors of goods, ships, clauses, districts, calendars,
    # sites, ore and users of hubs, and milestones have no single figure.
    several = {
        "places", "commodities", "materials", "ships", "clauses", "districts", "feed_calendars",
        "hub_sites", "hub_feeds", "hub_users", "milestones",
    }  # fmt: skip
    assert with_evidence - set(MAIN) == several
    for table, figure in MAIN.items():
        assert TABLES[table].by_name[figure].kind == "number"
    assert {(table, figure) for table, _, figure, _ in RANGES} - set(SPANS) == {
        ("hazards", "depth")
    }


CHANGES = st.lists(
    st.sampled_from(
        [
            "facilities liq-west capacity {}",
            "facilities liq-south cost {}",
            "facilities regas-suda base {}",
            "lanes gulf~alba freight {}",
            "lanes gulf~alba days {}",
            "demands nord-power quantity {}",
            "demands nord-homes wtp {}",
            "stocks south/lng/ usable 0.{}",
            "assumptions contract_floor value 0.{}",
            "contracts gulf-nord quantity {}",
        ]
    ),
    unique=True,
    min_size=1,
)


@settings(max_examples=25)
@given(rows=CHANGES, numbers=st.data())
def test_overlaying_and_diffing_gives_back_the_overlay_in_any_order(
    tmp_path_factory: pytest.TempPathFactory,
    twelve_study: Study,
    rows: list[str],
    numbers: st.DataObject,
) -> None:
    folder = tmp_path_factory.mktemp("overlays")
    filled = [row.format(numbers.draw(st.integers(51, 99))) for row in rows]
    half = len(filled) // 2
    files = [
        overlay(folder / "b.csv", *filled[:half], who="B") if half else None,
        overlay(folder / "a.csv", *filled[half:], who="A"),
    ]
    given_files = [file for file in files if file is not None]
    study = overlaid(twelve_study, given_files)
    other = overlaid(twelve_study, given_files[::-1])
    assert study.overlays == other.overlays
    assert study.digest() == other.digest()
    found = differences(twelve_study, study)
    changed = {(c.table, c.row, c.column): c for c in study.overlays if c.value != c.before}
    followed = {(c.table, c.row, column) for c in changed.values() for column in c.follows}
    assert {(d.table, d.row, d.column) for d in found} == set(changed) | followed
    for difference in found:
        change = changed.get((difference.table, difference.row, difference.column))
        if change is not None:
            assert (difference.a, difference.b) == (change.before, change.value)
            assert difference.who == change.who
    assert not differences(study, other)
