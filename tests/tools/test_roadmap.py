"""The roadmap's tables: every statement of the facts is there, and every link can be asked."""

from __future__ import annotations

import pytest
from tools.build_india_japan import roadmap
from tools.build_india_japan.sources import Sources
from tools.build_india_japan.tables import FactError, Row, read

import seawall


@pytest.fixture(scope="module")
def built() -> dict[str, list[Row]]:
    return {name: rows for name, (_, rows) in roadmap.tables(Sources()).items()}


def test_every_statement_is_carried_over(built: dict[str, list[Row]]) -> None:
    facts = [*read("commitments"), *read("external_commitments")]
    assert [row["id"] for row in built["pledges"]] == [row["id"] for row in facts]
    assert len(facts) == 81
    for row, fact in zip(built["pledges"], facts, strict=True):
        assert (row["what"], row["quantity"], row["deadline"]) == (
            fact["what"], fact["quantity"], fact["deadline"],
        )  # fmt: skip


def test_the_article_on_another_meeting_keeps_its_date(built: dict[str, list[Row]]) -> None:
    by_id = {row["id"]: row for row in built["pledges"]}
    assert by_id["C-31"]["date"] == "2025-11"
    assert by_id["C-29"]["note"] == "4 of 5 articles say so"


def test_a_page_says_when_something_was_stated_not_when_it_was_written() -> None:
    sources = Sources()
    roadmap.tables(sources)
    pages = [row for row in sources.rows() if row["title"].startswith("Page on ")]
    assert len(pages) > 30
    assert {row["date"] for row in pages} == {""}
    assert all(row["url"].startswith("http") for row in pages)


def test_links_name_scenarios_and_goods_of_the_study() -> None:
    study = seawall.read("india-japan")
    goods = set(study.table("commodities")["id"])
    for link in study.rows("links"):
        assert not link.scenario or link.scenario in study.scenarios(), link
        assert not link.commodity or link.commodity in goods, link


def test_a_statement_without_a_link_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def short(name: str) -> list[Row]:
        return read(name)[:-1] if name == "roadmap_links" else read(name)

    monkeypatch.setattr(roadmap, "read", short)
    with pytest.raises(FactError, match="X-2011-01"):
        roadmap.tables(Sources())
