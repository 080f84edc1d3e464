"""The records describe tables without contradiction, and the reference page says what they say."""

from __future__ import annotations

from pathlib import Path

from seawall.study.records import TABLES, column_names
from seawall.study.reference import reference_markdown

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "tables.md"


def test_the_committed_reference_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference_markdown()


def test_every_column_is_on_the_reference_page() -> None:
    page = reference_markdown()
    for table in TABLES.values():
        section = page.split(f"## {table.file}\n")[1].split("\n## ")[0]
        for column in table.columns:
            assert f"| `{column.name}` |" in section


def test_keys_and_references_exist() -> None:
    targets = {*TABLES, "variants", "places or country", ""}
    for table in TABLES.values():
        assert set(table.key) <= set(column_names(table.name))
        for column in table.columns:
            assert column.references in targets
            assert column.meaning.endswith((".", '."')) or ":" in column.meaning
            assert (column.kind == "choice") == bool(column.choices)
            assert column.kind == "unit" or not column.dimension
            assert column.default is None or not column.required


def test_every_table_with_figures_names_source_and_confidence() -> None:
    for name in TABLES:
        if name not in ("sources", "paths", "links"):  # these hold no figures
            assert TABLES[name].by_name["source"].required
            assert TABLES[name].by_name["confidence"].required
