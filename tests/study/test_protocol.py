"""protocol.toml: what is read, what is refused with the article's number, what comes back."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from tests.study.conftest import Folder
from tests.study.protocols import GOOD, protocols

from seawall.errors import InputError, Problem
from seawall.study import (
    Protocol,
    Study,
    parse_protocol,
    read,
    read_protocol,
    study_protocol,
    write,
)
from seawall.study.protocol import ARTICLES, article_of, protocol_text


def problems(text: str, name: str = "protocol") -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        parse_protocol(name, text)
    return caught.value.problems


def test_a_good_file_is_read() -> None:
    protocol = parse_protocol("protocol", GOOD)
    assert protocol.members == ("NRD", "SUD")
    assert protocol.trigger.below == 0.9
    assert protocol.volume.cargoes_per_week == 2
    assert protocol.floor.days == {"NRD": 15, "SUD": 8}
    assert protocol.return_.weeks == 26
    assert protocol.objectives.order == ("arrival", "cost")


def test_what_is_left_out_has_the_defaults_of_the_full_file() -> None:
    short = 'members = ["NRD", "SUD"]\nfloor.days = { NRD = 15, SUD = 8 }\n'
    title = GOOD.splitlines()[0]
    assert parse_protocol("protocol", f"{title}\n{short}") == parse_protocol("protocol", GOOD)


def test_the_articles_are_the_keys_of_the_file_in_their_order() -> None:
    keys = [info.alias or name for name, info in Protocol.model_fields.items()]
    assert set(keys) == set(ARTICLES)
    numbers = [ARTICLES[key] for key in tomllib.loads(GOOD)]
    assert numbers == [1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert article_of("floor.days.JPN") == "Article 5 (floor)"
    assert article_of("title") == "Article 1 (members)"


REFUSED = [
    # Article, old, new, line, key, value, part of the message.
    (1, 'title = "Nord and Suda lend each other cargoes"', "", None, "title", "", "missing"),
    (1, '["NRD", "SUD"]', '["NRD"]', 2, "members", "NRD", "at least two members"),
    (1, '["NRD", "SUD"]', '["NRD", "SUD", "NRD"]', 2, "members", "NRD", "named twice"),
    (1, '["NRD", "SUD"]', '["NRD", 5]', 2, "members.1", "5", "string"),
    (2, '"important"', '"elastic"', 5, "trigger.tier", "elastic", '"essential"'),
    (2, "below = 0.9", "below = 90", 6, "trigger.below", "90", "less than or equal to 1"),
    (2, "below = 0.9", "below = 0", 6, "trigger.below", "0", "greater than 0"),
    (2, "days = 7\n", "days = -1\n", 7, "trigger.days", "-1", "greater than or equal to 0"),
    (2, "pooled = false", "pooled = 0", 8, "trigger.pooled", "0", "boolean"),
    (3, "cargoes_per_week = 2", "cargoes_per_week = -1", 11, "volume.cargoes_per_week", "-1", "0"),
    (3, "cargo = 0.07", "cargo = 0", 12, "volume.cargo", "0", "greater than 0"),
    (3, "cargo = 0.07", "cargo = nan", 12, "volume.cargo", "nan", "finite"),
    (3, 'unit = "Mt"', 'unit = "Mtt"', 13, "volume.unit", "Mtt", 'did you mean "Mt"'),
    (3, 'unit = "Mt"', 'unit = "rank"', 13, "volume.unit", "rank", "no unit"),
    (3, "cargo = 0.07", 'cargo = "0.07"', 12, "volume.cargo", "0.07", "number"),
    (4, "unknown_share = 0.5", "unknown_share = 5", 16, "eligible.unknown_share", "5", "to 1"),
    (4, "at_sea = true", "at_see = true", 18, "eligible.at_see", "true", '"at_sea"'),
    (5, "SUD = 8 }", "SUD = -8 }", 21, "floor.days.SUD", "-8", "greater than or equal to 0"),
    (5, "SUD = 8 }", "SUD = 8, WST = 1 }", 21, "floor.days.WST", "WST", "no member"),
    (5, ", SUD = 8 }", " }", 21, "floor.days", "SUD", "without a floor"),
    (5, "[floor]\ndays = { NRD = 15, SUD = 8 }", "", None, "floor", "", "missing"),
    (6, 'own_tier = "essential"', 'own_tier = "all"', 24, "priority.own_tier", "all", "deferr"),
    (7, '"contract"', '"spot"', 27, "price.basis", "spot", '"market"'),
    (7, "compensation = 0.0", "compensation = -1", 29, "price.compensation", "-1", "0"),
    (7, '"USD/MMBtu"', '"Mt"', 30, "price.unit", "Mt", "measures mass, not a price"),
    (8, "weeks = 26", "weeks = 0", 33, "return.weeks", "0", "greater than or equal to 1"),
    (8, "weeks = 26", "weeks = 1", 33, "return.weeks", "1", "before a need of 7 days (Article 2)"),
    (8, "weeks = 26", "weeks = 2.5", 33, "return.weeks", "2.5", "integer"),
    (8, "premium = 0.0", "premium = 2", 34, "return.premium", "2", "less than or equal to 1"),
    (9, '"spare"', '"fair"', 37, "fairness.rule", "fair", '"equal"'),
    (10, '["arrival", "cost"]', '["arrival", "arrival"]', 40, "objectives.order", "arrival",
     "named twice"),
    (10, '["arrival", "cost"]', "[]", 40, "objectives.order", "", "at least 1"),
    (10, '["arrival", "cost"]', '["speed"]', 40, "objectives.order.0", "speed", '"arrival"'),
]  # fmt: skip


@pytest.mark.parametrize("article,old,new,row,key,value,text", REFUSED)
def test_a_wrong_article_is_told_with_its_number(
    article: int, old: str, new: str, row: int | None, key: str, value: str, text: str
) -> None:
    assert old in GOOD
    found = [p for p in problems(GOOD.replace(old, new, 1)) if (p.row, p.column) == (row, key)]
    assert found, problems(GOOD.replace(old, new, 1))
    assert found[0].file == "protocol.toml"
    assert found[0].rule.startswith(f"Article {article} (")
    assert value in found[0].value
    assert text in f"{found[0].rule}; {found[0].fix}"


def test_every_article_has_a_refusal() -> None:
    assert {row[0] for row in REFUSED} == set(ARTICLES.values())


def test_all_problems_are_told_at_once_contradictions_too() -> None:
    text = (
        GOOD.replace("title", "titel").replace('"important"', '"importnt"')
        .replace("weeks = 26", "weeks = 0").replace("NRD = 15", "NRX = 15")
        .replace('"Mt"', '"Mtt"')
    )  # fmt: skip
    assert {p.column for p in problems(text)} == {
        "title", "titel", "trigger.tier", "return.weeks", "floor.days.NRX", "floor.days",
        "volume.unit",
    }  # fmt: skip


def test_an_unknown_table_belongs_to_no_article() -> None:
    (found,) = problems(GOOD.replace("[fairness]", "[fairnes]"))
    assert found.column == "fairnes"
    assert found.rule == "unknown key"
    assert found.fix == 'did you mean "fairness"?'


def test_what_is_not_toml_is_told_with_its_line() -> None:
    (found,) = problems(GOOD.replace("days = 7\n", "days = \n"), "protocols/draft")
    assert (found.file, found.row) == ("protocols/draft.toml", 7)


def test_one_that_contradicts_itself_cannot_be_made_in_python_either() -> None:
    with pytest.raises(InputError, match=r"Article 5 \(floor\): a floor for one who is no member"):
        Protocol.model_validate(
            {"title": "T", "members": ["A", "B"], "floor": {"days": {"A": 1, "B": 1, "C": 1}}}
        )


def test_protocols_are_frozen() -> None:
    protocol = parse_protocol("protocol", GOOD)
    with pytest.raises(ValueError, match="frozen"):
        protocol.title = "other"  # type: ignore[misc]


@given(protocol=protocols())
def test_it_is_written_so_that_it_reads_back(protocol: Protocol) -> None:
    again = parse_protocol("protocol", protocol_text(protocol))
    assert again == protocol
    assert again.digest() == protocol.digest()


@given(protocol=protocols())
def test_it_comes_back_from_the_json_of_a_run(protocol: Protocol) -> None:
    dumped = json.loads(json.dumps(protocol.model_dump(mode="json")))
    assert "return" in dumped
    assert Protocol.model_validate(dumped) == protocol


def test_the_digest_follows_every_article() -> None:
    seen = {parse_protocol("protocol", GOOD).digest()}
    for old, new in [
        ("Nord and Suda", "Suda and Nord"), ("NRD = 15", "NRD = 14"), ("days = 7\n", "days = 8\n"),
        ("cargo = 0.07", "cargo = 0.08"), ("at_sea = true", "at_sea = false"),
        ('"essential"', '"important"'), ('"contract"', '"market"'), ("weeks = 26", "weeks = 27"),
        ('"spare"', '"equal"'), ('["arrival", "cost"]', '["cost", "arrival"]'),
    ]:  # fmt: skip
        assert old in GOOD
        seen.add(parse_protocol("protocol", GOOD.replace(old, new, 1)).digest())
    assert len(seen) == 11
    turned = GOOD.replace("{ NRD = 15, SUD = 8 }", "{ SUD = 8, NRD = 15.0 }")
    assert parse_protocol("protocol", turned).digest() in seen


def test_a_file_is_read_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "draft.toml"
    path.write_text("\ufeff" + GOOD, encoding="utf-8")
    assert read_protocol(path) == parse_protocol("protocol", GOOD)
    path.write_bytes(GOOD.replace("Nord", "N\xf6rd").encode("latin-1"))
    with pytest.raises(InputError, match=r"draft\.toml.*not UTF-8"):
        read_protocol(path)


def test_a_study_keeps_its_protocol_and_drafts(folder: Folder, tmp_path: Path) -> None:
    assert study_protocol(folder.read()) is None
    (folder.path / "protocol.toml").write_text(GOOD, encoding="utf-8")
    (folder.path / "protocols").mkdir()
    draft = GOOD.replace("weeks = 26", "weeks = 39").replace("\n", "\r\n")
    (folder.path / "protocols" / "long.toml").write_bytes(draft.encode())
    study = folder.read()
    assert study_protocol(study) == parse_protocol("protocol", GOOD)
    assert dict(study.draft_texts) == {"long": draft}
    again = read(write(study, tmp_path / "again"))
    assert again.protocol_text == study.protocol_text
    assert again.draft_texts == study.draft_texts
    assert (tmp_path / "again" / "protocols" / "long.toml").read_bytes() == draft.encode()


def test_the_study_has_the_same_digest_with_any_protocol(twelve_study: Study) -> None:
    # A run's identity holds the protocol beside the study; the prepared base is shared.
    assert replace(twelve_study, protocol_text=GOOD).digest() == twelve_study.digest()


def test_an_empty_protocol_is_told(folder: Folder) -> None:
    (folder.path / "protocol.toml").write_text("\n", encoding="utf-8")
    (found,) = folder.problems()
    assert (found.file, found.rule) == ("protocol.toml", "the file is empty")
