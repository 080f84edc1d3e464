"""The page of a morning: its parts in order, its words, and what it says where nothing is."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from tests.report import redirected

import seawall
from seawall.errors import UsageError
from seawall.report.redirect import redirect_page
from seawall.report.redirect_view import kt, money, morning
from seawall.report.redirect_words import sentences

ORDER = ("today", "later", "map", "tanks", "shortage", "ledger", "saved", "reasons", "basis")


@pytest.fixture(scope="module")
def page() -> str:
    return redirect_page(redirected.answer(), {"saved_by_offers": redirected.curve()})


def section(page: str, name: str) -> str:
    found = re.search(rf'<section id="{name}">(.*?)</section>', page, re.DOTALL)
    assert found, name
    return found[1]


def words(markup: str) -> str:
    """What a reader reads."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", markup, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", " ", bare)).replace("\N{NO-BREAK SPACE}", " ")


def test_sections_stand_in_their_order(page: str) -> None:
    assert tuple(re.findall(r'<section id="([a-z]+)">', page)) == ORDER
    assert tuple(re.findall(r'<a href="#([a-z]+)">', page)) == ORDER


def test_nothing_is_loaded_from_anywhere(page: str) -> None:
    assert "default-src 'none'" in html.unescape(page)
    assert not re.search(r'(src|href)="https?:|url\((?!#)|@import|<script src|<link', page)


def test_words_of_others_are_escaped(page: str) -> None:
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "Loading &lt;A&gt;" in page
    # Within the script's data a closing tag would end it.
    data = page.split('id="ship-data">')[1].split("</script>", maxsplit=1)[0]
    assert "<" not in data


def test_generated_positions_are_told_before_any_figure(page: str) -> None:
    assert "Positions are generated, not real." in page
    assert page.index("Positions are generated") < page.index('class="answer"')
    real = redirected.answer(figures={"book": {"generated": False, "cargoes": 5, "offers": 0,
                                               "ships": 5}})  # fmt: skip
    assert "generated, not real" not in redirect_page(real)


def test_no_raw_key_and_no_long_decimal_is_read(page: str) -> None:
    read = words(page)
    for key in ("west-cape", "north-bay", "narrows", "load-a", "AAA", "BBB", "2026-03-07"):
        assert not re.search(rf"(?<![\w-]){key}(?![\w-])", read.replace("The narrows shut", "")), (
            key
        )
    assert not re.search(r"\d\.\d{4,}", read)
    assert "nan" not in read.split()
    assert "None" not in read.split()


def test_instructions_of_today_and_later_are_apart(page: str) -> None:
    told = words(section(page, "today"))
    assert "2 of 3 orders of today change something; 1 of them first need" in told
    assert "Ask consent" in told
    assert 'class="flag"' in section(page, "today")
    assert "lent by Arcadia to Borduria" in told
    assert "1 cargo goes on as planned" in told
    later = section(page, "later")
    assert later.count("<details>") == len(redirected.WORLDS)
    assert "C-2" not in told
    assert "C-2" in later


def test_headline_says_the_physical_first_and_the_bad_before_the_good() -> None:
    told = sentences(morning(redirected.answer()))
    assert told[0].startswith("Even under the plan followed here Borduria goes without 40")
    assert "less than the 120" in told[0]
    rungs = [k for k, s in enumerate(told) if s.startswith(("Everyone", "The pact avoids"))]
    assert [told[k].split()[0] for k in rungs] == ["Everyone", "Everyone", "The"]
    assert "rule of thumb" in told[rungs[0]]
    pact = next(s for s in told if s.startswith("The pact saves"))
    assert "(−3 to 55)" in pact.replace("-", "−")
    assert "does not rule out that it saves nothing" in pact
    assert told.index(pact) > rungs[-1]


def test_a_plan_that_leaves_more_unserved_is_said_to() -> None:
    table = redirected.saved()
    table.loc[(table["plan"] == "alone") & (table["place"] != "AAA"), "unserved"] = 150.0
    told = sentences(morning(redirected.answer(saved=table)))
    assert any("leaves 30" in s and "more unserved than doing nothing" in s for s in told)


def test_shortage_by_tier_names_every_plan(page: str) -> None:
    told = words(section(page, "shortage"))
    assert told.count("What is not served: open after") == len(redirected.WORLDS)
    for plan in ("Nothing is done", "by rule of thumb", "at his best", "With the pact"):
        assert plan in told
    assert "40 kt (10 %)" in told


def test_ledger_and_ladder_have_their_figures(page: str) -> None:
    owed = words(section(page, "ledger"))
    assert "Borduria owes Arcadia 73 kt" in owed
    assert "11.60" in owed
    assert "31 Aug" not in owed.split("Due back")[0]
    costs = words(section(page, "saved"))
    assert "37 %" in costs
    assert "What the pact saves, by how much spot cargo is for sale" in costs
    assert 'class="interval"' in section(page, "saved")
    assert "by how much spot cargo" not in redirect_page(redirected.answer())


def test_reasons_say_values_with_their_interval(page: str) -> None:
    told = words(section(page, "reasons"))
    assert "about 51 (40 to 60)" in told
    assert "At West Cape: 73.2 kt" in told
    assert "2 limits bind" in told


def test_basis_has_articles_contracts_assumptions_and_proof(page: str) -> None:
    told = words(section(page, "basis"))
    assert "Not read of the scenario: the shock on barter." in told
    assert "A member may ask for a loan when less than 90" in told
    assert "A seller & sons" in told
    assert "Ship speed" in told
    assert "Each search had 60 seconds" in told
    assert "HiGHS" in told


@pytest.mark.parametrize(
    "name, where, said",
    [
        ("instructions", "today", "Nobody has to be told anything today"),
        ("instructions", "later", "Nothing else is planned yet"),
        ("voyages", "map", "there is no map"),
        ("tanks", "tanks", "No tank is known"),
        ("shortage", "shortage", "No demand is known"),
        ("shortage_days", "shortage", "No tier goes short on any day"),
        ("settlement", "ledger", "Nobody owes anybody anything"),
        ("reasons", "reasons", "No limit binds"),
        ("book", "basis", "The book holds no cargo"),
    ],
)
def test_an_empty_table_says_why(name: str, where: str, said: str) -> None:
    page = redirect_page(redirected.without_rows(name))
    assert said in words(section(page, where))
    assert tuple(re.findall(r'<section id="([a-z]+)">', page)) == ORDER


def test_without_a_pact_the_page_says_so() -> None:
    made = redirected.answer()
    plans = {name: table[table["plan"] != "pact"] for name, table in made.tables.items()
             if "plan" in table}  # fmt: skip
    told = {"plan": "alone", "pact": "The pact lends nothing: no cargo is eligible.", "saved": {}}
    alone = redirected.answer(figures=told, settlement=redirected.ledger().iloc[:0], **plans)
    alone = replace(alone, identity={"protocol": None})
    read = words(redirect_page(alone))
    assert "The pact lends nothing: no cargo is eligible." in read
    assert "No pact was asked for" in read
    assert "With the pact" not in read


def test_only_an_answer_of_redirect_has_this_page() -> None:
    with pytest.raises(UsageError, match="not of stress"):
        redirect_page(replace(redirected.answer(), question="stress"))
    with pytest.raises(UsageError, match="needs the study"):
        redirect_page(replace(redirected.answer(), study=None))


def test_a_notebook_shows_the_page_in_a_frame() -> None:
    shown = seawall.drawn(redirected.answer())
    found = re.fullmatch(r'<iframe [^>]* srcdoc="([^"]*)"></iframe>', shown)
    assert found
    assert html.unescape(found[1]) == redirect_page(redirected.answer())


@pytest.mark.parametrize(
    "amount, said",
    [(None, "–"), (0.01, "0 kt"), (0.4, "0.4 kt"), (73.12, "73 kt"), (145.9, "150 kt"),
     (2033.7, "2.0 Mt")],
)  # fmt: skip
def test_masses_are_rounded(amount: float | None, said: str) -> None:
    assert kt(amount).replace("\N{NO-BREAK SPACE}", " ") == said


@pytest.mark.parametrize(
    "amount, said",
    [
        (None, "–"),
        (0.0, "0"),
        (-0.0572, "−0.06"),
        (9.96, "10"),
        (-6264.6, "−6,265"),
        (1.2345, "1.2"),
    ],
)
def test_money_is_rounded(amount: float | None, said: str) -> None:
    assert money(amount) == said
