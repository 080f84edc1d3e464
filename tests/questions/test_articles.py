"""Articles in plain words: all ten, with every number, and only differences that are some."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from tests.study.protocols import GOOD, protocols

from seawall.questions.articles import articles, differences
from seawall.study import Protocol, parse_protocol, read, study_protocol

NAMES = {"NRD": "Nord", "SUD": "Suda", "lng": "LNG"}


def changed(old: str, new: str) -> Protocol:
    assert old in GOOD
    return parse_protocol("protocol", GOOD.replace(old, new, 1))


def test_the_articles_of_the_reference_study_read_as_they_should() -> None:
    protocol = study_protocol(read("india-japan"))
    assert protocol is not None
    said = [str(each) for each in articles(protocol, {"IND": "India", "JPN": "Japan"})]
    assert said[1].startswith(
        "Article 2. Trigger. A member may ask for a loan when less than 90 % of its important "
        "demand has been served for seven days in a row."
    )
    assert said[2] == (
        "Article 3. Volume. At most two cargoes of 0.07 Mt of lng a week are lent in all."
    )
    assert "India eight days and Japan 15 days" in said[4]
    assert said[7] == (
        "Article 8. Return. What is lent is given back in kind within 26 weeks, and nothing on top."
    )


WORDED = [
    (1, "Nord and Suda lend", "Suda and Nord lend", "“Suda and Nord lend each other cargoes”"),
    (2, "days = 7\n", "days = 0\n", "as soon as less than 90 % of its important demand is served"),
    (2, "below = 0.9", "below = 0.875", "less than 87.5 %"),
    (2, "pooled = false", "pooled = true", "Supply produced at home counts towards this share."),
    (3, "cargoes_per_week = 2", "cargoes_per_week = 0", "Nothing is lent"),
    (3, "cargoes_per_week = 2", "cargoes_per_week = 1", "At most one cargo of 0.07 Mt a week is"),
    (3, "cargoes_per_week = 2", "cargoes_per_week = 0.92", "At most 0.92 cargoes of 0.07 Mt"),
    (3, 'unit = "Mt"', 'unit = "Mt"\ncommodity = "lng"', "0.07 Mt of LNG a week"),
    (
        4,
        "unknown_share = 0.5",
        "unknown_share = 0",
        "none of the cargo whose contract does not say",
    ),
    (4, "consent_share = 0.0", "consent_share = 0.1", "with the seller's consent, 10 %"),
    (4, "at_sea = true", "at_sea = false", "at sea already is not turned over"),
    (5, "SUD = 8", "SUD = 1", "Nord 15 days and Suda one day"),
    (6, '"essential"', '"important"', "its own essential and important demand in full"),
    (6, '"essential"', '"deferrable"', "essential, important and deferrable demand"),
    (7, '"contract"', '"market"', "the market price of the day"),
    (7, "plus_cost = true", "plus_cost = false", "the lender bears the extra freight"),
    (7, "compensation = 0.0", "compensation = 1.5", "a compensation of 1.5 USD/MMBtu"),
    (8, "premium = 0.0", "premium = 0.05", "within 26 weeks, and 5 % on top"),
    (8, "weeks = 26", "weeks = 12", "within twelve weeks"),
    (9, '"spare"', '"equal"', "share a loan equally"),
    (10, '["arrival", "cost"]', '["cost"]', "the cheapest is moved first."),
    (10, '["arrival", "cost"]', '["cost", "arrival"]', "between equals, the earliest to arrive"),
]


@pytest.mark.parametrize("number,old,new,text", WORDED)
def test_a_changed_article_says_so_and_no_other_does(
    number: int, old: str, new: str, text: str
) -> None:
    good, other = parse_protocol("protocol", GOOD), changed(old, new)
    (found,) = differences(good, other, NAMES)
    assert found.number == number
    assert text in found.text_b
    assert text not in found.text_a
    assert found.text_a == articles(good, NAMES)[number - 1].text


def test_every_article_can_differ() -> None:
    assert {row[0] for row in WORDED} == set(range(1, 11))


@given(protocol=protocols())
def test_there_are_ten_articles_in_whole_sentences(protocol: Protocol) -> None:
    found = articles(protocol)
    assert [article.number for article in found] == list(range(1, 11))
    assert len({article.title for article in found}) == 10
    # The title of the pact may hold anything.
    for article in found[1:]:
        assert re.fullmatch(r"[A-Z].*[.]", article.text), article
        assert not re.search(r"None|nan|  |e-\d", article.text), article


@given(one=protocols(), other=protocols())
def test_protocols_that_differ_in_what_they_ask_differ_in_words(
    one: Protocol, other: Protocol
) -> None:
    assert differences(one, one) == []
    # The unit of a compensation that is not paid asks for nothing.
    assume(one.price.compensation > 0 and other.price.compensation > 0)
    assert (differences(one, other) == []) == (one == other)


@given(protocol=protocols())
def test_a_small_change_is_not_rounded_away(protocol: Protocol) -> None:
    premium = protocol.return_.premium
    nearly = premium + 1e-12 if premium < 0.5 else premium - 1e-12
    back = protocol.return_.model_copy(update={"premium": nearly})
    (found,) = differences(protocol, protocol.model_copy(update={"return_": back}))
    assert found.number == 8
