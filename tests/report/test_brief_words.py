"""Catalogues, glossary, names and figures of briefs."""

from __future__ import annotations

import re

import pytest
from tests.report.briefs import REFERENCE, study

from seawall.errors import SeawallError, UnknownName
from seawall.report.brief import words as module
from seawall.report.brief.figures import English, Japanese
from seawall.report.brief.words import (
    Words,
    catalogue,
    checked,
    english_digest,
    placeholders,
    templates,
)
from seawall.report.views import bare
from seawall.shocks.scenario import parse_scenario

NB = "\N{NO-BREAK SPACE}"


def test_both_languages_have_the_same_templates_with_the_same_placeholders() -> None:
    english, japanese = templates("en"), templates("ja")
    assert set(english) == set(japanese)
    assert len(english) > 200
    unlike = [k for k in english if placeholders(english[k]) != placeholders(japanese[k])]
    assert not unlike


def test_terms_come_from_the_glossary_and_every_term_is_used() -> None:
    glossary = catalogue("glossary")
    raw = "".join(str(text) for language in ("en", "ja") for text in _leaves(catalogue(language)))
    used = {name.lower() for name in re.findall(r"\[\[(\w+)\]\]", raw)}
    assert set(glossary) == used
    for term in glossary.values():
        assert set(term) == {"en", "ja", "note", "checked_by"}
        assert term["en"]
        assert term["ja"]
    assert "買い負け" in templates("ja")["answer.split_outbid"]


def _leaves(tree: dict[str, object]) -> list[object]:
    found: list[object] = []
    for value in tree.values():
        found += _leaves(value) if isinstance(value, dict) else [value]
    return found


def test_a_term_that_the_glossary_lacks_is_told() -> None:
    with pytest.raises(SeawallError, match=r"en.toml: x.y names 'nothing'"):
        module._with_terms("x.y", "a [[nothing]]", {}, "en")


def test_a_changed_term_changes_every_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    terms = {**catalogue("glossary"), "loss": {"en": "damage", "ja": "被害額"}}
    said = module._with_terms("k", "The [[loss]] is; [[Loss]]", terms, "en")
    assert said == "The damage is; Damage"


def test_no_native_speaker_has_signed_yet() -> None:
    # When somebody has, this test is to be turned round, and the note stops saying so.
    assert not checked()


def test_the_reference_study_has_a_japanese_name_for_everything() -> None:
    reference = study(REFERENCE)
    words = Words("ja", reference)
    for table, say in (
        ("places", words.place),
        ("passages", words.passage),
        ("commodities", words.good),
        ("facilities", words.facility),
        ("lanes", words.lane),
    ):
        for key in reference.table(table)["id"]:
            assert not re.search(r"[A-Za-z]{2,}", _allowed(say(key))), (table, key, say(key))
    chains = [c for c in reference.chains if not words.has(f"chains.{c}")]
    assert not chains
    for group, names in reference.settings.variants.items():
        for name in (group, *names):
            assert words.has(f"variants.{name}"), name
    assert not words.untranslated


def _allowed(said: str) -> str:
    """Without the signs of elements and the abbreviations that Japanese uses as they are."""
    return re.sub(r"LNG|NdPr|HPAL|Dy|Tb", "", said)


def test_every_name_of_the_catalogue_is_one_of_the_reference_study() -> None:
    reference = study(REFERENCE)
    for part in ("places", "passages", "commodities"):
        full = set(reference.table(part)["name"].astype(str))
        known = full | {bare(name) for name in full}
        assert set(catalogue("names")[part]) <= known
    processes = set(reference.table("processes")["process"])
    assert set(catalogue("names")["processes"]) == processes


def test_every_scenario_of_the_reference_study_is_translated_from_its_present_text() -> None:
    reference = study(REFERENCE)
    own = catalogue("scenarios")
    assert set(own) == set(reference.scenarios())
    for name, text in reference.scenario_texts.items():
        scenario = parse_scenario(name, text)
        now = english_digest(scenario.title, scenario.about)
        assert own[name]["of"] == now, (
            f"the English of {name} has changed: look at its Japanese, then set of = {now!r}"
        )


def test_a_scenario_whose_english_changed_is_shown_in_english() -> None:
    words = Words("ja", study(REFERENCE))
    known = {"name": "malacca-60d", "title": "Another title", "about": "Another text."}
    assert words.scenario(known) == (None, "Another text.")
    assert list(words.untranslated) == ["Another text."]


def test_a_name_without_an_entry_stays_english_and_is_counted() -> None:
    words = Words("ja", study("three"))
    assert words.place("EXP") == study("three").lookup("places", "name")["EXP"]
    assert len(words.untranslated) == 1


def test_an_unknown_language_is_told() -> None:
    with pytest.raises(UnknownName, match='no language "jp"; known: en, ja'):
        Words("jp", study("three"))


@pytest.mark.parametrize(
    "value, unit, english, japanese",
    [
        (1.941, "Mt", "1.9 Mt", "190万トン"),
        (0.1142, "Mt", "0.11 Mt", "11万トン"),
        (0.0011, "Mt", "under 0.01 Mt", "1,100トン"),
        (15_513.0, "t", "16,000 t", "1.6万トン"),
        (0.0, "Mt", "0 Mt", "0トン"),
        (854.2, "k wafers", "850 thousand wafers", "85万枚"),
        (None, "Mt", "–", "–"),
    ],
)
def test_quantities(value: float | None, unit: str, english: str, japanese: str) -> None:
    assert English().amount(value, unit).replace(NB, " ") == english
    assert Japanese({}).amount(value, unit) == japanese


def test_totals_keep_three_digits() -> None:
    assert English().amount(103.98, "Mt", 3) == f"104{NB}Mt"
    assert Japanese({}).amount(103.98, "Mt", 3) == "1億400万トン"
    assert Japanese({}).amount(99.96, "Mt", 3) == "1億トン"


@pytest.mark.parametrize(
    "millions, english, japanese",
    [
        (4690.6, "USD 4.7 billion", "47億ドル"),
        (921.0, "USD 920 million", "9.2億ドル"),
        (27.3, "USD 27 million", "2,700万ドル"),
        (0.2925, "USD 290,000", "29万ドル"),
        (-3e-6, "USD 0", "0ドル"),
        (-12.0, "USD −12 million", "−1,200万ドル"),
        (1_900_000.0, "USD 1,900 billion", "1.9兆ドル"),
        (99.6, "USD 100 million", "1億ドル"),
    ],
)
def test_money(millions: float, english: str, japanese: str) -> None:
    assert English().money(millions, "USD").replace(NB, " ") == english
    assert Japanese({}).money(millions, "USD") == japanese


def test_shares_days_and_dates() -> None:
    english, japanese = English(), Japanese({})
    assert english.share(-0.0495) == f"−5.0{NB}%"
    assert japanese.share(-0.0495) == "−5.0%"
    assert japanese.share(0.0004) == "0.1%未満"
    assert japanese.share(0.998) == "99%超"
    assert (english.days(1e-9), japanese.days(1e-9)) == ("0 days", "0日")
    assert english.date("2026-03-02") == f"2{NB}March 2026"
    assert japanese.date("2026-03-02") == "2026年3月2日"
    assert (japanese.day(0.3), japanese.day(12.1), japanese.day(140)) == (
        "直ちに", "12日目", "第20週",
    )  # fmt: skip
    assert japanese.duration(19) == "約3週間"
    assert japanese.join(["甲", "乙", "丙"]) == "甲、乙及び丙"
    assert japanese.electricity(250.0) == "2億5,000万kWh"


def test_intervals_are_rounded_to_what_they_bear() -> None:
    english, japanese = English(), Japanese({})
    assert english.around(1.9341, 1.412, 2.588, "Mt") == f"about 1.9{NB}Mt (1.4 to 2.6)"
    assert japanese.around(1.9341, 1.412, 2.588, "Mt") == "約190万トン（140〜260）"
    assert japanese.days_around(28, 7.2, None) == "約28日（7日〜計算期間内に不足せず）"
