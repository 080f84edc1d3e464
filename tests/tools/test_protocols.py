"""The drafts of the articles that come with the study: from the facts, and marked as proposals."""

from __future__ import annotations

import re

import pytest
from tools.build_india_japan import protocols
from tools.build_india_japan.tables import FactError, Row, read

from seawall.study import Protocol, parse_protocol

DEFAULT, ALTERNATIVE = "protocol.toml", "protocols/alternative.toml"


@pytest.fixture(scope="module")
def drafts() -> dict[str, Protocol]:
    return {name: parse_protocol(name, text) for name, text in protocols.texts().items()}


def test_the_default_holds_the_defaults(drafts: dict[str, Protocol]) -> None:
    default = drafts[DEFAULT]
    plain = Protocol.model_validate(
        {
            "title": default.title,
            "members": ["IND", "JPN"],
            "floor": {"days": {"JPN": 15, "IND": 8}},
            "volume": {"commodity": "lng"},
        }
    )
    assert default == plain


def test_the_alternative_holds_the_figures_of_the_facts(drafts: dict[str, Protocol]) -> None:
    draft = drafts[ALTERNATIVE]
    assert (draft.trigger.below, draft.trigger.days) == (0.9, 15)
    assert draft.volume.cargoes_per_week == pytest.approx(4 * 12 / 52, abs=0.005)
    assert (draft.return_.weeks, draft.return_.premium) == (39, 0.05)
    assert drafts[DEFAULT].digest() != draft.digest()


def test_every_article_says_what_it_rests_on() -> None:
    for name, text in protocols.texts().items():
        said = re.findall(r"^# Article (\d+)\.((?:.*\n#)*.*)", text, re.MULTILINE)
        assert [int(number) for number, _ in said] == list(range(2, 11)), name
        for number, words in said:
            wanted = "our proposal|are our" if name == DEFAULT else "The draft|as in protocol.toml"
            assert re.search(wanted, words, re.IGNORECASE), (name, number)
        assert "no such pact exists" in text.replace("\n# ", " ").lower(), name
        assert all(len(line) <= 100 for line in text.splitlines())


def test_what_cannot_be_expressed_is_said() -> None:
    text = protocols.texts()[ALTERNATIVE]
    assert len(re.findall(r"cannot\s+(?:#\s+)?be\s+(?:#\s+)?(?:expressed|named)", text)) == 4


@pytest.mark.parametrize(
    "parameter,column,old,new,message",
    [
        ("trigger", "parameter", "trigger", "signal", "0 rows 'trigger'"),
        ("trigger", "unit", "for 15 days", "for a fortnight", "no 'for"),
        ("return", "rule", "5 % extra", "some extra", "no '"),
        ("volume", "value", "4", "", "is not a number"),
    ],
)
def test_a_fact_that_is_gone_is_told(
    monkeypatch: pytest.MonkeyPatch,
    parameter: str,
    column: str,
    old: str,
    new: str,
    message: str,
) -> None:
    def spoilt(name: str) -> list[Row]:
        found = read(name)
        (row,) = [
            r for r in found if (r["mechanism"], r["parameter"]) == (protocols.DRAFT, parameter)
        ]
        assert old in row[column]
        row[column] = row[column].replace(old, new)
        return found

    monkeypatch.setattr(protocols, "read", spoilt)
    with pytest.raises(FactError, match=message):
        protocols.texts()
