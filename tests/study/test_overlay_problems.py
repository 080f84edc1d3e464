"""Overlays that are wrong: everything is told at once, where the overlay says it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.study.overlay_files import overlay

from seawall.errors import InputError, Problem, UnknownName
from seawall.study import read
from seawall.study.overlay_file import read_overlay

if TYPE_CHECKING:
    from tests.study.conftest import Folder

TWELVE = Path(__file__).parents[1] / "data" / "twelve"


def problems(*files: Path, study: Path = TWELVE) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read(study, files)
    return caught.value.problems


def told(*files: Path, study: Path = TWELVE) -> list[tuple[int | None, str, str]]:
    """Line, column and rule with its fix of every problem."""
    return [(p.row, p.column, f"{p.rule}; {p.fix}") for p in problems(*files, study=study)]


def test_everything_is_told_at_once(tmp_path: Path) -> None:
    file = overlay(
        tmp_path / "o.csv",
        "facilities liq-gulff capacity 35",
        "facility liq-gulf capacity 35",
        "lanes.csv gulf~suda days 14",
        "facilities liq-gulf capcity 35",
        "facilities liq-gulf id 35",
        "facilities liq-gulf row 35",
        "facilities liq-gulf capacity 1,000",
        "facilities liq-gulf process liquifaction",
        "facilities liq-gulf base _",
        "stocks gulff start 1",
        "study.toml x periods 52",
        "facilities liq-west capacity 44 sure",
    )
    found = told(file)
    wanted = [
        (2, "row", 'facilities has no such row; did you mean "liq-gulf"'),
        (3, "table", 'no table has this name; did you mean "facilities"'),
        (4, "table", 'no table has this name; write "lanes"'),
        (5, "column", 'facilities has no such column; did you mean "capacity"'),
        (6, "column", "id is part of the key of facilities"),
        (7, "column", "row is the line in the file and no column"),
        (8, "value", 'facilities.capacity: no commas in a number; write "1000"'),
        (9, "process", "unknown process"),
        (10, "value", "facilities.base: the cell may not be blank"),
        (11, "row", "a row of stocks is named place/commodity/holder"),
        (12, "table", "settings and texts change in a study of your own"),
        (13, "confidence", "confidence has no such choice"),
    ]
    assert len(found) == len(wanted), found
    for (line, column, words), (line_wanted, column_wanted, part) in zip(
        found, wanted, strict=True
    ):
        assert (line, column) == (line_wanted, column_wanted)
        assert part in words


def test_a_row_that_is_not_there_is_not_added(tmp_path: Path) -> None:
    ((_, _, words),) = told(overlay(tmp_path / "o.csv", "places XYZ name Nowhere"))
    assert "adds none" in words
    assert "a study of your own" in words


def test_why_source_and_who_are_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "o.csv"
    file.write_text("table,row,column,value,why,source,who\nlanes,gulf~suda,days,14,,,\n")
    assert [column for _, column, _ in told(file)] == ["source", "who", "why"]


def test_a_missing_column_of_the_overlay_is_told(tmp_path: Path) -> None:
    file = tmp_path / "o.csv"
    file.write_text("table,row,colum,value,why,source,who\nlanes,gulf~suda,days,14,a,b,c\n")
    rules = [words for _, _, words in told(file)]
    assert any('did you mean "column"' in words for words in rules)
    assert any("the column is missing" in words for words in rules)


@pytest.mark.parametrize(
    "content, rule",
    [
        (b"", "the file is empty"),
        ("table,row\n".encode("utf-16"), "UTF-16"),
        (b"table,row,column,value,why,source,who\nlanes,gulf~suda,days,1,Z\xfcrich,b,c\n", "UTF-8"),
        (b"table;row;column;value;why;source;who\n", "not parted by commas"),
        (b"table,row,column,value,why,source,who\nlanes,gulf~suda,days,14\n", "4 cells"),
        (b'table,row,column,value,why,source,who\nlanes,gulf~suda,days,14,"a,b,c\n', "quote"),
    ],
)
def test_files_that_are_no_overlay(tmp_path: Path, content: bytes, rule: str) -> None:
    file = tmp_path / "o.csv"
    file.write_bytes(content)
    found = problems(file)
    assert any(rule in problem.rule for problem in found), found
    assert {problem.file for problem in found} == {str(file)}
    with pytest.raises(InputError, match=rule):
        read_overlay(file)


def test_a_workbook_is_not_an_overlay(tmp_path: Path) -> None:
    file = tmp_path / "o.xlsx"
    file.write_bytes(b"PK")
    ((_, _, words),) = told(file)
    assert "CSV" in words


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    overlay(tmp_path / "mine.csv", "lanes gulf~suda days 15")
    with pytest.raises(UnknownName, match=r'did you mean ".*mine\.csv"'):
        read(TWELVE, tmp_path / "mne.csv")


def test_conflicts_are_told_by_row_and_author(tmp_path: Path) -> None:
    one = overlay(tmp_path / "a.csv", "lanes gulf~suda days 15", "lanes gulf~alba days 17", who="A")
    two = overlay(tmp_path / "b.csv", "lanes gulf~suda days 16", "lanes gulf~alba days 17", who="B")
    (problem,) = problems(one, two)
    assert (problem.file, problem.row, problem.value) == (str(two), 2, "16")
    assert "lanes gulf~suda days" in problem.rule
    assert f'"15" by A ({one}:2)' in problem.rule
    assert f'"16" by B ({two}:2)' in problem.rule
    assert problems(two, one) == (problem,)


def test_one_overlay_may_not_contradict_itself(tmp_path: Path) -> None:
    rows = ("lanes gulf~suda days 15", "lanes gulf~suda days 16")
    ((line, _, words),) = told(overlay(tmp_path / "o.csv", *rows))
    assert line == 3
    assert "conflict" in words


def test_a_broken_rule_of_the_study_is_told_at_the_overlay(tmp_path: Path) -> None:
    file = overlay(tmp_path / "o.csv", "stocks west/lng/ tank 0.1", "lanes gulf~suda days 1")
    found = problems(file)
    by_line = {problem.row: problem for problem in found}
    assert set(by_line) == {2, 3}
    assert by_line[2].column == "start"
    assert "start is above the tank" in by_line[2].rule
    assert "stocks.csv:3" in by_line[2].rule
    assert "whose tank A. Analyst sets to 0.1" in by_line[2].rule
    assert "the lane arrives" in by_line[3].rule
    assert {problem.file for problem in found} == {str(file)}


def test_a_rule_broken_in_another_row_is_told_at_its_cause(tmp_path: Path) -> None:
    file = overlay(tmp_path / "o.csv", "lanes gulf~alba days 17", "commodities gas unit PJ")
    found = problems(file)
    assert {(problem.file, problem.row) for problem in found} == {(str(file), 3)}
    breaks = [problem for problem in found if "breaks" in problem.rule]
    assert any("breaks facilities.csv:5" in problem.rule for problem in breaks), found


def test_what_a_broken_cell_leads_to_is_not_told_as_well(tmp_path: Path) -> None:
    found = told(overlay(tmp_path / "o.csv", "facilities liq-gulf process liquefaction!"))
    assert [(line, column) for line, column, _ in found] == [(2, "value")]


def test_changing_an_ambiguous_row_asks_for_the_variant(folder: Folder, tmp_path: Path) -> None:
    line = folder.row_of("facilities", "wells-nord")
    folder.add("facilities", line, variant="unpooled", base="5")
    file = overlay(tmp_path / "o.csv", "facilities wells-nord cost 310")
    ((_, column, words),) = told(file, study=folder.path)
    assert column == "row"
    assert "wells-nord@pooled or wells-nord@unpooled" in words
    study = read(
        folder.path, overlay(tmp_path / "p.csv", "facilities wells-nord@unpooled cost 310")
    )
    assert study.frames["facilities"]["cost"].tolist()[3] == 300
    assert study.frames["facilities"]["cost"].tolist()[-1] == 310
    assert 'only where variant "unpooled" is chosen' in study.warnings[-1].rule
    folder.add("demands", folder.row_of("demands", "nord-piped"), id="piped", variant="unpooled")
    rows = ("facilities wells-nord@unpooled cost 310", "demands piped wtp 30")
    many = read(folder.path, overlay(tmp_path / "q.csv", *rows))
    (told_once,) = (w for w in many.warnings if "only where variant" in w.rule)
    assert "and 1 more" in told_once.rule


def test_agreeing_needs_a_name(tmp_path: Path) -> None:
    file = overlay(tmp_path / "o.csv", "assumptions demurrage review agreed")
    ((line, column, words),) = told(file)
    assert (line, column) == (2, "reviewed_by")
    assert "agreed, but by nobody" in words
    file = overlay(tmp_path / "p.csv", "assumptions demurrage reviewed_on 2026-02-30")
    ((_, _, words),) = told(file)
    assert "no such date" in words
    file = overlay(tmp_path / "q.csv", "assumptions demurrage reviewed_on 2026-02-03")
    ((_, column, words),) = told(file)
    assert column == "reviewed_on"
    assert "without a review" in words


def warned(tmp_path: Path, row: str, study: Path = TWELVE) -> str:
    file = overlay(tmp_path / "w.csv", row)
    (warning,) = (w for w in read(study, file).warnings if w.file == str(file))
    assert warning.row == 2
    return f"{warning.rule}; {warning.fix}"


@pytest.mark.parametrize(
    "row, words",
    [
        ("facilities liq-west capacity 43.0", "the study says so already"),
        ("facilities liq-west nameplate 50", "shown and never used: no result changes; runs use"),
        ("facilities liq-west capacity 39", "below the base (40)"),
        ("facilities liq-west unit kt/yr", "base, low, high, capacity, nameplate of the row"),
        ("passages narrows toll_unit USD/t", "toll of the row are now in this unit"),
    ],
)
def test_what_is_odd_is_told_and_allowed(tmp_path: Path, row: str, words: str) -> None:
    assert words in warned(tmp_path, row)


@pytest.mark.parametrize(
    "used_by, words",
    [
        ("builder", "no run reads it, the tables were built with it: no result changes"),
        ("builder+redirect", "only redirect reads it, the tables were built with it: no other"),
    ],
)
def test_an_assumption_that_the_tables_were_built_with_is_told(
    folder: Folder, tmp_path: Path, used_by: str, words: str
) -> None:
    line = folder.row_of("assumptions", "demurrage")
    folder.add("assumptions", line, id="heel", used_by=used_by)
    assert words in warned(tmp_path, "assumptions heel value 0.006", folder.path)


def test_what_redirect_alone_reads_is_odd_only_where_others_seem_to(
    folder: Folder, tmp_path: Path
) -> None:
    line = folder.row_of("assumptions", "demurrage")
    folder.add("assumptions", line, id="heel", used_by="redirect")
    folder.set("passages", 2, "toll", "3").set("passages", 2, "toll_unit", "USD/t")
    file = overlay(tmp_path / "quiet.csv", "assumptions heel value 0.006")
    assert not [w for w in read(folder.path, file).warnings if w.file == str(file)]
    words = warned(tmp_path, "passages narrows toll 4", folder.path)
    assert "only redirect reads it: no other result changes" in words


def test_an_overlay_without_rows_changes_nothing(tmp_path: Path) -> None:
    file = overlay(tmp_path / "o.csv")
    study = read(TWELVE, file)
    assert study.digest() == read(TWELVE).digest()
    assert [w.rule for w in study.warnings if w.file == str(file)] == [
        "the overlay changes nothing"
    ]


def test_a_study_that_is_invalid_is_told_without_its_overlays(tmp_path: Path) -> None:
    broken = Path(shutil.copytree(TWELVE, tmp_path / "broken"))
    (broken / "stocks.csv").write_text("place\n", encoding="utf-8")
    found = problems(overlay(tmp_path / "o.csv", "lanes gulf~suda days x"), study=broken)
    assert {problem.file for problem in found} == {"stocks.csv"}
