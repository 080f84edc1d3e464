"""`seawall redirect`: what is passed on, what is printed, kept, shown and verified."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest
from tests.questions.redirect.test_declared import DAY, NEED, OFFER, PROTOCOL
from tests.test_cli import only_json, run

import seawall
from seawall.exchange.declarations import home_file, read_home, write_declared
from seawall.questions.again import contradiction
from seawall.questions.redirect.clear import clear
from seawall.questions.redirect.declared import read_declared
from seawall.questions.result import Result
from seawall.study import Study
from seawall.study.protocol import protocol_text


def answer(study: Study, scenario: Any, cost: float = 9.0) -> Result:
    """A small answer with the names and columns of the real one."""
    orders = pd.DataFrame({
        "cargo": ["c1", "c2", "c3"], "action": ["divert", "go on", "buy"],
        "from": ["here", "here", ""], "to": ["there", "here", "there"],
        "today": [True, True, False], "extra_cost": [1.5, 0.0, 2.5], "why": ["shut", "", ""],
    })  # fmt: skip
    ledger = pd.DataFrame({"loan": ["M1"], "lender": ["far"], "borrower": ["near"],
                           "cargo": ["c1"], "quantity": [70.0], "owed": [70.0]})  # fmt: skip
    saved = pd.DataFrame({"plan": ["alone", "pact"], "world": "all", "place": "all",
                          "total": [12.0, cost], "gap": [0.01, 0.02]})  # fmt: skip
    figures = {
        "scenario": "made-up", "title": "The Narrows shut", "about": "What if.",
        "as_of": "2026-03-02", "plan": "pact", "pact": "By the articles.",
        "unserved_mt": {"alone": 0.5, "pact": 0.25}, "first_short": {"alone": "2026-03-20"},
        "gap": {"alone": 0.01, "pact": 0.02}, "gap_usd": {"alone": 0.1, "pact": 0.2},
        "cost": {"alone": 12.0, "pact": cost}, "lower_bound": {"alone": 11.9, "pact": cost - 0.2},
        "saved": {"pact_against_alone": {"saved": 3.0, "low": 2.8, "high": 3.1, "unserved": 250.0}},
        "book": {"note": "The book was generated."}, "notes": [],
    }  # fmt: skip
    return Result(
        "redirect", identity(study, scenario),
        {"instructions": orders, "settlement": ledger, "saved": saved}, figures,
        {"extra_cost": "million USD", "gap": "share"}, study=study,
    )  # fmt: skip


def identity(study: Study, scenario: Any) -> dict[str, Any]:
    return {
        "question": "redirect", "study": study.name, "digest": study.digest(),
        "variants": dict(study.selected), "scenario": scenario, "as_of": "2026-03-02",
        "horizon": 90, "reopen": [], "consent": "refused", "judge": "average", "generated": True,
        "offers": 24, "seed": 0, "time_limit": 60.0, "gap": 0.01, "protocol": None,
    }  # fmt: skip


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Put a small answer in place of the question; returns how it was called."""
    calls: list[dict[str, Any]] = []
    costs = iter([9.0, 8.95, 8.9, 8.85])

    def plain(scenario: Any) -> Any:
        return scenario.model_dump(mode="json") if hasattr(scenario, "model_dump") else None

    def redirect(study: Study, scenario: Any, **options: Any) -> Result:
        calls.append({"scenario": scenario, **options})
        return answer(study, plain(scenario), next(costs))

    def asked_redirect(study: Study, scenario: Any, **_: Any) -> dict[str, Any]:
        return identity(study, plain(scenario))

    module = ModuleType("seawall.questions.redirect.ask")
    vars(module).update(redirect=redirect, asked_redirect=asked_redirect)
    monkeypatch.setitem(sys.modules, "seawall.questions.redirect.ask", module)
    monkeypatch.setattr("seawall.questions.redirect.ask", module, raising=False)
    return calls


def test_study_and_scenario_need_no_verb(twelve: Path, asked: list[dict[str, Any]]):
    done = run("redirect", twelve, "narrows-60d", "--reopen", "30", "--reopen", "60",
               "--horizon", "60", "--judge", "worst", "--time-limit", "5")  # fmt: skip
    assert done.exit_code == 0, done.stderr
    (call,) = asked
    assert call["scenario"] == "narrows-60d"
    assert call["reopen"] == (30.0, 60.0)
    assert (call["horizon"], call["judge"], call["time_limit"]) == (60, "worst", 5.0)
    assert call["as_of"] is None
    said = done.stdout
    assert "1 of 2 cargoes" in said
    assert "divert" in said
    assert "go on" not in said.partition("Who owes")[0].partition("Today")[2]
    assert "Who owes whom" in said
    assert "0.250 Mt" in said
    assert "2.00%" in said
    assert "0.2 million USD" in said
    assert "1 more are planned" in said


def test_shocks_of_ones_own_need_no_scenario(twelve: Path, asked: list[dict[str, Any]]):
    assert run("redirect", twelve, "--close", "narrows", "--days", "30").exit_code == 0
    (shock,) = asked[0]["scenario"].shock
    assert (shock.passage, shock.days) == ("narrows", 30.0)
    nothing = run("redirect", twelve)
    assert nothing.exit_code == 2
    assert "--close" in nothing.stderr


def test_a_wrong_date_is_refused_before_work(twelve: Path, asked: list[dict[str, Any]]):
    done = run("redirect", twelve, "narrows-60d", "--as-of", "2 March")
    assert done.exit_code == 2
    assert "2026-03-02" in done.stderr
    assert asked == []


def test_an_answer_is_kept_shown_and_not_computed_twice(twelve: Path, asked: list[dict[str, Any]]):
    first = run("redirect", twelve, "narrows-60d")
    second = run("redirect", twelve, "narrows-60d")
    assert len(asked) == 1
    assert first.stdout == second.stdout
    shown = run("show", "last")
    assert shown.exit_code == 0, shown.stderr
    assert shown.stdout == first.stdout
    document = only_json(run("redirect", twelve, "narrows-60d", "--json").stdout)
    assert document["tables"]["instructions"][0]["cargo"] == "c1"
    assert document["summary"]["gap_usd"]["pact"] == 0.2
    assert run("verify", "last").exit_code == 0


def test_another_search_may_find_another_plan_and_the_kept_one_stays(
    twelve: Path, asked: list[dict[str, Any]]
):
    first = run("redirect", twelve, "narrows-60d")
    again = run("redirect", twelve, "narrows-60d", "--again")
    assert again.exit_code == 0, again.stderr
    assert "stays as it was kept" in again.stderr
    assert len(asked) == 2
    assert again.stdout != first.stdout
    assert run("redirect", twelve, "narrows-60d").stdout == first.stdout


def test_what_two_searches_prove_must_agree():
    kept = {"cost": {"alone": 12.0, "pact": 9.0}, "lower_bound": {"alone": 11.0, "pact": 8.0}}
    other = {"cost": {"alone": 11.5, "pact": 7.0}, "lower_bound": {"alone": 11.2, "pact": 6.0}}
    assert contradiction(kept, other) == ""
    wrong = {"cost": {"alone": 10.0, "pact": 7.0}, "lower_bound": {"alone": 9.0, "pact": 6.0}}
    assert "alone" in contradiction(kept, wrong)
    assert "alone" in contradiction(wrong, kept)


def test_recomputing_says_that_a_search_need_not_repeat(
    twelve: Path, asked: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
):
    run("redirect", twelve, "--close", "narrows")
    done = run("verify", "last", "--recompute")
    assert done.exit_code == 0, done.stderr
    assert "another plan" in done.stdout
    assert asked[1]["as_of"] == date(2026, 3, 2)
    assert (asked[1]["offers"], asked[1]["seed"]) == (24, 0)

    def wrong(study: Study, scenario: Any, **_: Any) -> Result:
        made = answer(study, None, 8.0)
        return replace(made, figures={**made.figures, "cost": {"alone": 1.0, "pact": 1.0}})

    monkeypatch.setattr(sys.modules["seawall.questions.redirect.ask"], "redirect", wrong)
    done = run("verify", "last", "--recompute")
    assert done.exit_code == 6
    assert "below the proven bound" in done.stderr


def test_clearing_needs_two_files_and_the_articles(tmp_path: Path):
    offer, need = tmp_path / "offer.toml", tmp_path / "need.toml"
    articles = tmp_path / "protocol.toml"
    write_declared(offer, OFFER)
    write_declared(need, NEED)
    articles.write_text(protocol_text(PROTOCOL), encoding="utf-8")
    out = tmp_path / "accepted.toml"
    done = run("redirect", "clear", offer, need, "--protocol", articles, "--out", out)
    assert done.exit_code == 0, done.stderr
    made = clear(OFFER, NEED, PROTOCOL)
    assert read_declared(out) == made.acceptance
    assert "2 cargoes serve 180 kt" in done.stdout
    document = only_json(
        run("redirect", "clear", offer, need, "--protocol", articles, "--json").stdout
    )
    assert document["tables"]["matches"][0]["coast"] == "w"
    assert document["summary"]["cargoes"] == 2
    swapped = run("redirect", "clear", need, offer, "--protocol", articles)
    assert swapped.exit_code == 2
    assert run("redirect", "clear", offer, need).exit_code == 2
    none = run("redirect", "clear", offer, need, "--protocol", "nowhere.toml")
    assert none.exit_code == 2


def test_other_articles_are_refused(tmp_path: Path):
    offer, need = tmp_path / "offer.toml", tmp_path / "need.toml"
    articles = tmp_path / "protocol.toml"
    write_declared(offer, OFFER)
    write_declared(need, NEED)
    text = protocol_text(PROTOCOL).replace("weeks = 26", "weeks = 13")
    articles.write_text(text, encoding="utf-8")
    done = run("redirect", "clear", offer, need, "--protocol", articles)
    assert done.exit_code == 2
    assert "other articles" in done.stderr


def test_a_declared_view_is_never_overwritten_and_home_stays_apart(tmp_path: Path):
    path = write_declared(tmp_path / "offer.toml", OFFER)
    assert read_home(home_file(path)) == OFFER.own
    assert '"a"' not in path.read_text(encoding="utf-8")
    with pytest.raises(seawall.UsageError, match="exists already"):
        write_declared(path, OFFER)
    assert DAY.isoformat() in path.read_text(encoding="utf-8")


def test_a_broken_view_is_told_with_its_line(tmp_path: Path):
    offer, need = tmp_path / "offer.toml", tmp_path / "need.toml"
    write_declared(offer, OFFER)
    write_declared(need, NEED)
    need.write_text(need.read_text(encoding="utf-8").replace("keeps", "keep"), encoding="utf-8")
    done = run("redirect", "clear", offer, need, "--study", "india-japan")
    assert done.exit_code == 3
    assert "need.toml" in done.stderr
    assert 'did you mean "keeps"' in done.stderr
