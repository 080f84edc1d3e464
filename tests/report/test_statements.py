"""The roadmap in the report: all statements, in words, with what speaks to them."""

from __future__ import annotations

import pandas as pd
import pytest

from seawall.questions.roadmap import COLUMNS, NONE, NOT_ASKED, STATUSES
from seawall.report.statements import _COUNTED, _WORDS, statements_section


def row(pledge: str, status: str, sector: str = "trade", **more: str) -> dict[str, str]:
    known = dict.fromkeys(COLUMNS, "")
    return known | {"pledge": pledge, "status": status, "sector": sector, "what": pledge} | more


def table(*rows: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(COLUMNS))


def test_every_status_has_words() -> None:
    assert list(_WORDS) == list(_COUNTED) == list(STATUSES)


def test_a_statement_counts_once_by_the_best_of_its_rows() -> None:
    page = statements_section(
        table(row("A", NONE), row("B", NONE), row("A", "answered", answer="5 %"))
    )
    assert "Of 2 statements" in page
    assert "1 answered and 1 that nothing models" in page
    assert page.index(">A<") < page.index(">B<")


def test_a_statement_is_not_repeated_and_its_rows_stay_together() -> None:
    page = statements_section(
        table(
            row("A", "answered", deadline="2030", command="seawall sweep x"),
            row("A", NOT_ASKED, why="the <other> side"),
        )
    )
    assert page.count("A (by: 2030)") == 1
    assert "<code>seawall sweep x</code>" in page
    assert "the &lt;other&gt; side" in page


def test_without_statements_there_is_no_section() -> None:
    assert statements_section(table()) == ""


def test_an_unknown_status_is_no_status() -> None:
    with pytest.raises(KeyError):
        statements_section(table(row("A", "perhaps")))
