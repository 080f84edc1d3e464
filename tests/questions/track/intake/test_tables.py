"""What a table would do to the ledger: made-up rows against a small study."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any, Self

import pandas as pd
import pytest

from seawall.errors import InputError, UsageError
from seawall.exchange.proposals import write_proposals
from seawall.files import write_text
from seawall.ledger.book import Book
from seawall.ledger.database import opened
from seawall.questions.track.intake.tables import (
    PROPOSALS,
    Plan,
    planned,
    planned_proposals,
    proposals_of,
)
from seawall.study import Study, read
from seawall.study.workbook import write_tables

TODAY = date(2024, 5, 1)
ARTICLE = "The Exporter will lend the Importer $40 million by 2026. It opened twelve terminals.\n"
SHEETS = {
    "sources": "id,publisher,title,date\npaper,A made-up paper,Two towns,2024-02-01\n",
    "pledges": "id,date,sector,kind,what,source,confidence\n"
    "p1,2024-01-10,finance,target,Lend 40 million,paper,looked-up\n",
    "indicators": "id,pledge,what,measure,counted_in,target,source,confidence\n"
    "i1,p1,Lent,cumulative,USD,40000000,paper,looked-up\n",
    "evidence": "id,indicator,date,value,counted_in,supersedes,source,confidence\n"
    "e1,i1,2024-03-01,1234567.5,USD,,paper,looked-up\n"
    "e2,i1,2024-04,2000000,USD,e1,paper,looked-up\n",
    "claims": "id,source,subject,predicate,value,quantity,counted_in,quote,kind,confidence\n"
    "c1,paper,Exporter,will lend,$40 million,40000000,USD,will lend the Importer $40 million,"
    "stated,looked-up\n",
}
CLAIM = "id,source,subject,predicate,quote,kind,confidence\n"
PROOF = "id,indicator,date,value,counted_in,supersedes,source,confidence\n"


@pytest.fixture(scope="module")
def study() -> Study:
    return read(Path(__file__).parents[3] / "data" / "three")


@pytest.fixture
def book(study: Study, tmp_path: Path) -> Iterator[Book]:
    engine = opened(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield Book(engine, study.name, study.frames)
    engine.dispose()


@pytest.fixture
def plan(study: Study, book: Book, tmp_path: Path) -> Callable[..., Plan]:
    """Write files and plan them; recorded where `record` says so."""

    def make(files: dict[str, str], record: bool = False, **options: Any) -> Plan:
        paths = [write_text(tmp_path / name, content) for name, content in files.items()]
        made = planned(paths, book, study, "A", "a test", today=TODAY, **options)
        if record:
            book.append(made.entries)
        return made

    return make


def csvs() -> dict[str, str]:
    return {f"{name}.csv": content for name, content in SHEETS.items()}


def said(plan: Plan) -> list[tuple[str, str]]:
    return list(zip(plan.rows["key"], plan.rows["what"], strict=True))


def test_files_in_any_order_are_recorded_and_then_known(
    plan: Callable[..., Plan], book: Book
) -> None:
    files = dict(reversed(csvs().items()))
    before = book.head()
    first = plan(files)
    assert book.head() == before == (0, "0" * 64)  # a plan records nothing
    assert set(first.rows["what"]) == {"new"}
    assert not first.problems
    assert first.changes.empty
    book.append(first.entries)
    frame = book.frame("evidence")
    assert list(frame["value"]) == [1234567.5, 2000000.0]
    assert list(frame["supersedes"].fillna("")) == ["", "e1"]
    assert set(frame["who"]) == {"A"}
    assert set(frame["why"]) == {"a test"}
    again = plan(files)
    assert set(again.rows["what"]) == {"same"}
    assert again.entries == ()
    assert again.changes.empty


def test_a_workbook_says_the_same_as_files(
    study: Study, book: Book, tmp_path: Path, plan: Callable[..., Plan]
) -> None:
    frames = {
        name: pd.DataFrame([row.split(",") for row in rows], columns=head.split(","))
        for name, content in SHEETS.items()
        for head, *rows in (content.splitlines(),)
    }
    frames["evidence"]["value"] = frames["evidence"]["value"].astype(float)
    write_tables(frames, tmp_path / "all.xlsx")
    plan(csvs(), record=True)
    made = planned([tmp_path / "all.xlsx"], book, study, "A", "a test", today=TODAY)
    assert set(made.rows["what"]) == {"same"}
    assert list(made.rows["file"].unique()) == [
        f"all.xlsx[{name}]" for name in ("sources", "claims", "pledges", "indicators", "evidence")
    ]
    frames["evidence"].loc[1, "value"] = 3.0
    write_tables(frames, tmp_path / "other.xlsx")
    made = planned(
        [tmp_path / "other.xlsx"], book, study, "A", "a test", replaces=True, today=TODAY
    )
    assert made.changes.to_numpy().tolist() == [["evidence", "e2", "value", 2000000.0, 3.0]]
    assert made.rows.query("what == 'changed'")[["key", "row"]].to_numpy().tolist() == [["e2", 3]]


def test_rows_of_the_study_itself_are_known(plan: Callable[..., Plan]) -> None:
    head = "id,publisher,title,date,licence,note\n"
    own = "hand,Seawall tests,Figures of the three-node study,2026,Apache-2.0,fictional\n"
    assert said(plan({"sources.csv": head + own})) == [("hand", "same")]
    other = plan({"sources.csv": head + own.replace("2026", "2025")})
    assert said(other) == [("hand", "refused")]
    assert "a past row would change (date)" in other.rows["reason"][0]


class Then(datetime):
    """A clock that stands still, years ago."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls(2024, 4, 30, tzinfo=tz)


def test_a_past_row_changes_only_when_asked_and_stays_readable(
    plan: Callable[..., Plan], book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("seawall.ledger.book.datetime", Then)
        plan(csvs(), record=True)
    other = {"evidence.csv": SHEETS["evidence"].replace("1234567.5", "1234567.25")}
    refused = plan(other)
    assert said(refused) == [("e1", "refused"), ("e2", "same")]
    assert refused.entries == ()
    (problem,) = refused.problems
    assert (problem.file, problem.row, problem.column, problem.value) == (
        "evidence.csv", 2, "id", "e1",
    )  # fmt: skip
    assert problem.rule == "a past row would change (value)"
    assert "--replace" in problem.fix
    change = ["evidence", "e1", "value", 1234567.5, 1234567.25]
    assert refused.changes.to_numpy().tolist() == [change]
    done = plan(other, replaces=True, record=True)
    assert said(done) == [("e1", "changed"), ("e2", "same")]
    assert done.changes.to_numpy().tolist() == [change]
    assert set(book.frame("evidence")["value"]) == {1234567.25, 2000000.0}
    then = book.frame("evidence", as_of=date(2024, 4, 30))
    assert set(then["value"]) == {1234567.5, 2000000.0}


BAD = {
    "no source": ("claims.csv", CLAIM + "x,,A,b,,derived,looked-up\n", "source", "", "blank"),
    "unknown source": (
        "claims.csv", CLAIM + "x,papr,A,b,,derived,looked-up\n", "source", "papr", "no such row",
    ),
    "a quote that is not there": (
        "claims.csv", CLAIM + "x,paper,A,b,will give the Importer,stated,looked-up\n", "quote",
        "will give the Importer", "not in the text of its source paper",
    ),
    "unknown currency": (
        "evidence.csv", PROOF + "x,i1,2024-03,1,EUX,,paper,looked-up\n", "counted_in", "EUX",
        "unknown currency",
    ),
    "before the pledge": (
        "evidence.csv", PROOF + "x,i1,2023-12-31,1,USD,,paper,looked-up\n", "date", "2023-12-31",
        "before the pledge p1",
    ),
    "in the future": (
        "evidence.csv", PROOF + "x,i1,2024-05-02,1,USD,,paper,looked-up\n", "date", "2024-05-02",
        "in the future of 2024-05-01",
    ),
    "a loop": (
        "evidence.csv", PROOF + "x,i1,2024-03,1,USD,x,paper,looked-up\n", "supersedes", "x",
        "a loop: x > x",
    ),
    "no number": (
        "evidence.csv", PROOF + 'x,i1,2024-03,"1,000",USD,,paper,looked-up\n', "value", "1,000",
        "no commas in a number",
    ),
    "no date": (
        "evidence.csv", PROOF + "x,i1,2024-13,1,USD,,paper,looked-up\n", "date", "2024-13",
        "no such date",
    ),
    "a misspelt choice": (
        "claims.csv", CLAIM + "x,paper,A,b,,state,looked-up\n", "kind", "state", "no such choice",
    ),
    "a row too long": (
        "claims.csv", CLAIM + "x,paper,A,b,c,derived,looked-up,7\n", "", ("x,paper,A,b,c,derived,"
        "looked-up,7"), "the row has 8 cells, the header 7",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_breaks_a_rule_is_refused_with_its_place(
    name: str, plan: Callable[..., Plan], book: Book
) -> None:
    file, content, column, value, rule = BAD[name]
    plan(csvs(), record=True)
    kind, good = file.removesuffix(".csv"), content.splitlines()[0]
    fine = "fine,paper,A,b,,derived,looked-up" if kind == "claims" else (
        "fine,i1,2024-03,1,USD,,paper,looked-up"
    )  # fmt: skip
    content = f"{good}\n{fine}\n" + content.split("\n", 1)[1]
    before = book.head()
    made = plan({file: content}, text=ARTICLE if kind == "claims" else None)
    assert said(made) == [("fine", "new"), ("x", "refused")]
    told = [(each.file, each.row, each.column, each.value) for each in made.problems]
    assert told == [(file, 3, column, value)], made.problems
    assert rule in made.problems[0].rule
    assert rule in made.rows["reason"][1]
    assert book.head() == before
    (done,) = book.append(made.entries)  # the rest goes in where the user chose so
    assert done.entry.key == "fine"


def test_a_loop_of_two_takes_both_and_what_hangs_on_them(plan: Callable[..., Plan]) -> None:
    rows = "a,i1,2024-03,1,USD,b,paper,looked-up\nb,i1,2024-03,1,USD,a,paper,looked-up\n"
    rows += "c,i1,2024-03,1,USD,a,paper,looked-up\nd,i1,2024-03,1,USD,,paper,looked-up\n"
    made = plan(csvs() | {"evidence.csv": PROOF + rows})
    told = dict(said(made))
    assert {key: told[key] for key in "abcd"} == {
        "a": "refused", "b": "refused", "c": "refused", "d": "new",
    }  # fmt: skip
    reasons = made.rows.set_index("key")["reason"]
    assert "a loop: a > b > a" in reasons["a"]
    assert "no such row of evidence" in reasons["c"]
    assert "d" in {entry.key for entry in made.entries}


def test_all_that_is_wrong_with_a_row_is_told_at_once(plan: Callable[..., Plan]) -> None:
    plan(csvs(), record=True)
    row = "e1,i9,2999,many,EUX,e7,,looked-up\n"
    made = plan({"evidence.csv": PROOF + row + row.replace("e1", "e3")})
    wrong = ["counted_in", "date", "indicator", "source", "supersedes", "value"]
    for line in (2, 3):
        assert [p.column for p in made.problems if p.row == line] == wrong
    assert said(made) == [("e1", "refused"), ("e3", "refused")]


def test_a_figure_that_cannot_be_read_is_not_a_missing_one(plan: Callable[..., Plan]) -> None:
    plan(csvs(), record=True)
    head, row = SHEETS["claims"].splitlines()
    made = plan({"claims.csv": f"{head}\n{row.replace('40000000', '4e7').replace('c1', 'c2')}\n"})
    (problem,) = made.problems
    assert (problem.column, problem.fix) == ("quantity", 'write "40000000"')


def test_one_row_an_id_over_all_files(plan: Callable[..., Plan], tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    row = "c2,paper,A,b,,derived,looked-up\n"
    plan(csvs(), record=True)
    made = plan({"claims.csv": CLAIM + row, "more/claims.csv": CLAIM + row})
    assert said(made) == [("c2", "new"), ("c2", "refused")]
    assert "twice; " in made.problems[0].rule
    assert made.problems[0].rule.endswith("claims.csv:2 has it too")
    assert made.problems[0].file == str(tmp_path / "more" / "claims.csv")


def test_files_that_are_no_tables_are_told_together(
    plan: Callable[..., Plan], study: Study, book: Book, tmp_path: Path
) -> None:
    frames = {
        "evidnce": pd.DataFrame({"id": ["e"]}),
        "claims": pd.DataFrame({"id": ["c"], "sorce": ["paper"]}),
    }
    write_tables(frames, tmp_path / "both.xlsx")
    write_text(tmp_path / "claim.csv", "id\nc\n")
    write_text(tmp_path / "evidence.csv", PROOF.replace("value", "vallue") + "e,,,,,,,\n")
    write_text(tmp_path / "notes.pdf", "no table")
    (tmp_path / "empty.xlsx").write_bytes(b"")
    names = ("both.xlsx", "claim.csv", "evidence.csv", "notes.pdf", "empty.xlsx", "none.csv", ".")
    with pytest.raises(InputError) as caught:
        planned([tmp_path / name for name in names], book, study, "A", "a test")
    told = {(each.file, each.row, each.column): each for each in caught.value.problems}
    assert 'did you mean "evidence"?' in told["both.xlsx[evidnce]", None, ""].fix
    assert 'did you mean "source"?' in told["both.xlsx[claims]", 1, "sorce"].fix
    assert told["both.xlsx[claims]", 1, "subject"].rule == "the column is missing"
    assert 'did you mean "claims.csv"?' in told["claim.csv", None, ""].fix
    assert 'did you mean "value"' in told["evidence.csv", 1, "vallue"].fix
    assert told["notes.pdf", None, ""].rule == "neither a table nor an article"
    assert told["empty.xlsx", None, ""].rule == "the file is empty"
    assert told["none.csv", None, ""].rule == "there is no such file"
    assert any(each.rule == "this is a folder" for each in caught.value.problems)


def test_a_file_of_more_faults_than_are_told_is_refused_as_a_whole(
    plan: Callable[..., Plan],
) -> None:
    # Cells beyond the faults that are told would pass as blank ones.
    rows = "".join(f"e{n},i1,2024-03,many,,,paper,looked-up\n" for n in range(1100))
    with pytest.raises(InputError, match="100 more problems in this file"):
        plan({"evidence.csv": PROOF + rows})


def test_what_can_mean_nothing_is_refused(
    plan: Callable[..., Plan], study: Study, book: Book, tmp_path: Path
) -> None:
    plan(csvs(), record=True)
    assert said(plan({"anything.csv": CLAIM + "c9,paper,A,b,,derived,looked-up\n"}, kind="claims"))
    with pytest.raises(UsageError, match='no kind of row "claim"; did you mean "claims"'):
        plan({"anything.csv": CLAIM}, kind="claim")
    with pytest.raises(UsageError, match="in a workbook the names of sheets say it"):
        planned([tmp_path / "a.xlsx"], book, study, "A", "a test", kind="claims")
    with pytest.raises(UsageError, match="no file has claims"):
        plan({"evidence.csv": PROOF}, text=ARTICLE)
    with pytest.raises(UsageError, match="say who records the rows, and why"):
        planned([tmp_path / "claims.csv"], book, study, "A", " ")


def test_a_row_that_hangs_on_a_refused_change_is_judged_by_what_stays(
    plan: Callable[..., Plan],
) -> None:
    plan(csvs(), record=True)
    later = SHEETS["pledges"].replace("2024-01-10", "2024-04-01")
    early = PROOF + "e9,i1,2024-02-15,1,USD,,paper,looked-up\n"
    files = {"pledges.csv": later, "evidence.csv": early}
    assert said(plan(files)) == [("p1", "refused"), ("e9", "new")]
    assert said(plan(files, replaces=True)) == [("p1", "changed"), ("e9", "refused")]


# --- proposals ---------------------------------------------------------------------------------


@pytest.fixture
def proposed(plan: Callable[..., Plan]) -> pd.DataFrame:
    plan(csvs(), record=True)
    return proposals_of(ARTICLE, "paper", date(2024, 2, 1))


def test_proposals_say_where_they_stand_and_have_no_yes(proposed: pd.DataFrame) -> None:
    assert len(proposed) == 3
    assert list(proposed.columns) == list(PROPOSALS.by_name)
    assert set(proposed["accept"]) == {""}
    for row in proposed.to_dict("records"):
        assert ARTICLE[int(row["start"]) : int(row["end"])] == row["quote"]
    first = proposed.iloc[0]
    assert (first["quantity"], first["counted_in"], first["what"]) == (40e6, "USD", "amount")
    assert proposals_of("Nothing at all.", "paper").empty


def answered(frame: pd.DataFrame, path: Path, *answers: str) -> Path:
    path.unlink(missing_ok=True)
    return write_proposals(frame.assign(accept=list(answers)), path)


def test_only_a_yes_makes_a_claim(
    proposed: pd.DataFrame, study: Study, book: Book, tmp_path: Path
) -> None:
    def made(*answers: str) -> Plan:
        file = answered(proposed, tmp_path / "mine.csv", *answers)
        return planned([file], book, study, "A", "read it", text=ARTICLE, today=TODAY)

    for answers in (("", "", ""), ("no", "", "no")):
        none = made(*answers)
        assert none.entries == ()
        assert none.rows.empty
        assert none.left == 3
    for answer in ("Yes", "y", "maybe", "1"):
        doubtful = made(answer, "", "")
        assert doubtful.entries == ()
        assert doubtful.left == 2
        (problem,) = doubtful.problems
        assert (problem.row, problem.column, problem.value) == (2, "accept", answer)
    one = made("yes", "no", "")
    assert said(one) == [("paper-1", "new")]
    assert one.left == 2
    book.append(one.entries)
    row = book.frame("claims").iloc[-1]
    assert (row["quantity"], row["counted_in"], row["kind"]) == (40e6, "USD", "stated")
    assert row["quote"] in ARTICLE
    assert row["who"] == "A"


def test_an_accepted_proposal_has_to_hold(
    proposed: pd.DataFrame, study: Study, book: Book, tmp_path: Path
) -> None:
    moved = proposed.assign(quote=["was never written"] * 3, subject=["", "", "A"])
    file = answered(moved, tmp_path / "mine.csv", "yes", "no", "yes")
    made = planned([file], book, study, "A", "read it", text=ARTICLE, today=TODAY)
    assert made.entries == ()
    assert made.left == 1
    assert [(p.row, p.column) for p in made.problems] == [
        (2, "quote"), (2, "subject"), (4, "quote"),
    ]  # fmt: skip
    # Line ends are no words.
    wrapped = ARTICLE.replace(" ", "\n")
    file = answered(proposed, tmp_path / "other.csv", "yes", "", "")
    assert planned([file], book, study, "A", "b", text=wrapped, today=TODAY).problems == ()


def test_proposals_that_were_answered_in_memory(
    proposed: pd.DataFrame, study: Study, book: Book
) -> None:
    made = planned_proposals(
        proposed.assign(accept=["", "no", ""]), book, study, "A", "b", today=TODAY
    )
    assert made.entries == ()
    assert made.left == 3
    made = planned_proposals(
        proposed.assign(accept=["no", "", "yes"], subject="Exporter"), book, study, "A", "b",
        today=TODAY,
    )  # fmt: skip
    assert said(made) == [("paper-3", "new")]
    assert made.left == 2


def test_answers_are_never_written_over(proposed: pd.DataFrame, tmp_path: Path) -> None:
    file = answered(proposed, tmp_path / "mine.csv", "yes", "", "")
    before = file.read_bytes()
    with pytest.raises(UsageError, match="is there already"):
        write_proposals(proposed, file)
    assert file.read_bytes() == before
    with pytest.raises(UsageError, match=r"a \.csv file"):
        write_proposals(proposed, tmp_path / "mine.txt")
    with pytest.raises(UsageError, match="there is no folder"):
        write_proposals(proposed, tmp_path / "none" / "mine.csv")


def test_the_clock_is_read_where_no_day_is_given(
    study: Study, book: Book, tmp_path: Path, plan: Callable[..., Plan]
) -> None:
    plan(csvs(), record=True)
    file = write_text(tmp_path / "evidence.csv", PROOF + "x,i1,2999,1,USD,,paper,looked-up\n")
    (problem,) = planned([file], book, study, "A", "b").problems
    assert f"in the future of {datetime.now(UTC).year}" in problem.rule
