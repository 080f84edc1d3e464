"""Many rows at once, into the database and out of it."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection, Select, Table

__all__ = ["frame_of", "insert_all"]

_CHUNK = 10_000  # rows that go to a server at once


def insert_all(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that have a value for every column of the table."""
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        names = table.c.keys()
        marks = ", ".join("?" * len(names))
        plain = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"
        connection.exec_driver_sql(plain, [tuple(row[name] for name in names) for row in rows])
        return
    # pg8000 would make a journey to the server for each row; one of JSON holds thousands.
    statement = text(
        f"INSERT INTO {table.name} ({', '.join(table.c.keys())}) "
        f"SELECT {', '.join(table.c.keys())} "
        f"FROM json_populate_recordset(CAST(NULL AS {table.name}), CAST(:rows AS json))"
    )
    for start in range(0, len(rows), _CHUNK):
        connection.execute(statement, {"rows": json.dumps(rows[start : start + _CHUNK])})


def frame_of(
    connection: Connection, asked: Select[Any], numbers: Collection[str], whole: Collection[str]
) -> pd.DataFrame:
    """The answer as a table: text as str, numbers as float64, whole numbers as int64; NaN: absent.

    Parameters
    ----------
    numbers, whole
        Which columns hold numbers, and which whole ones; all others are text.
    """
    names = [column.name for column in asked.selected_columns]
    types = dict.fromkeys(names, "str")
    types |= dict.fromkeys(numbers, "float64") | dict.fromkeys(whole, "int64")
    if connection.dialect.name != "postgresql":
        rows = connection.execute(asked).fetchall()
        return pd.DataFrame([tuple(row) for row in rows], columns=names, dtype=object).astype(types)
    # pg8000 parses answers in Python, value by value; pandas reads CSV several times as fast. Only
    # NULL is left blank there. Numbers go through text, which Python reads back exactly.
    plain = asked.compile(connection, compile_kwargs={"literal_binds": True})
    out = BytesIO()
    cursor: Any = connection.connection.cursor()
    cursor.execute(f"COPY ({plain}) TO STDOUT (FORMAT csv)", stream=out)
    out.seek(0)
    read = pd.read_csv(
        out, names=names, header=None, dtype="str", keep_default_na=False, na_values=[""]
    )
    return read.astype(types)
