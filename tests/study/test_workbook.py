"""Tables as a workbook: values come back, and no text is run as a formula."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd

from seawall.study.workbook import write_tables


def test_values_come_back_and_formulas_are_text(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "name": ["=1+1", "@x", "東京", "NA"],
            "amount": [1.5, np.nan, -2.0, 0.0],
            "day": [date(2026, 3, 2), None, None, None],
        }
    )
    write_tables(
        {"first": table, "a name that is longer than thirty-one": table}, tmp_path / "x.xlsx"
    )
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert len(book.sheetnames) == 2
    rows = list(book["first"].iter_rows(values_only=True))
    assert rows[0] == ("name", "amount", "day")
    assert [row[0] for row in rows[1:]] == ["'=1+1", "'@x", "東京", "NA"]
    assert [row[1] for row in rows[1:]] == [1.5, None, -2.0, 0.0]
    assert rows[1][2].date() == date(2026, 3, 2)
    assert all(cell.data_type != "f" for row in book["first"].iter_rows() for cell in row)


def test_columns_are_as_wide_as_what_stands_in_them(tmp_path: Path) -> None:
    table = pd.DataFrame({"why": ["x" * 30, "y"], "a_long_name_of_a_column": [1.23456789, 2.0],
                          "course": ["1 2;" * 500, ""]})  # fmt: skip
    write_tables({"first": table, "empty": table.iloc[:0]}, tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    wide = {k: book["first"].column_dimensions[k].width for k in "ABC"}
    assert 30 < wide["A"] < 40
    assert wide["B"] > len("a_long_name_of_a_column")
    assert 40 < wide["C"] < 80
    assert book["empty"].column_dimensions["A"].width >= 5
