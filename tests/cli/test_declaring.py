"""`seawall redirect offer | need | curve`: what is passed on, printed and written."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from tests.questions.redirect.test_declared import NEED, OFFER
from tests.test_cli import only_json, run

from seawall.cli import declaring
from seawall.questions.redirect import curve, secret
from seawall.questions.redirect.curve import SAVED_BY_OFFERS, Curve
from seawall.report import redirect as page
from seawall.runs import store

ROWS = [
    (0, 100.0, 90.0, 80.0, 70.0, 10.0, 8.0, 13.0, 0.01, 0.02, 640.0, 320.0, 250.0, 77.0, "kt"),
    (6, 99.0, 87.0, 60.0, 56.0, 4.0, 2.5, 4.75, 0.01, 0.02, 640.0, 130.0, 110.0, 33.0, "kt"),
]
NOTE = "The book is yours: mine.xlsx."


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Put a small curve in place of the question; returns how it was called."""
    calls: list[dict[str, Any]] = []

    def small(study: Any, scenario: Any, counts: Any, **options: Any) -> Curve:
        calls.append({"scenario": scenario, "counts": tuple(counts), **options})
        figures = {"book": {"note": NOTE}, "notes": []}
        answer: Any = SimpleNamespace(name="the last answer")
        return Curve(
            "redirect_curve",
            {"question": "redirect_curve", "study": study.name, "digest": study.digest()},
            {"saved_by_offers": pd.DataFrame(ROWS, columns=list(SAVED_BY_OFFERS))}, figures,
            {"saved": "million USD", "lent": "kt"}, answer, study=study,
        )  # fmt: skip

    def drawn(answer: Any, extra: Any) -> str:
        return f"{answer.name} with {', '.join(extra)}"

    monkeypatch.setattr(curve, "redirect_curve", small)
    monkeypatch.setattr(page, "redirect_page", drawn)
    return calls


def test_a_curve_prints_costs_savings_and_what_is_lent(twelve: Path, asked: list[dict[str, Any]]):
    done = run("redirect", "curve", twelve, "narrows-60d", "--count", "6", "--count", "0",
               "--judge", "worst", "--time-limit", "5", "--reopen", "30")  # fmt: skip
    assert done.exit_code == 0, done.stderr
    (call,) = asked
    assert (call["scenario"], call["counts"]) == ("narrows-60d", (6, 0))
    assert (call["judge"], call["time_limit"], call["reopen"]) == ("worst", 5.0, (30.0,))
    assert "offers" not in call
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["0", "100", "90.0", "80.0", "70.0"] in lines
    assert ["6", "4.00", "2.50", "4.75", "640", "130", "110", "33.0"] in lines
    assert NOTE in done.stdout
    assert "million USD" in done.stdout


def test_a_curve_is_written_as_a_run_with_its_page(
    twelve: Path, asked: list[dict[str, Any]], tmp_path: Path
):
    out = tmp_path / "curve"
    done = run("redirect", "curve", twelve, "--close", "narrows", "--out", out, "--json")
    assert done.exit_code == 0, done.stderr
    assert asked[0]["counts"] == curve.COUNTS
    assert [row["saved"] for row in only_json(done.stdout)["tables"]["saved_by_offers"]] == [10, 4]
    assert store.read(out).tables["saved_by_offers"]["lent"].tolist() == [77.0, 33.0]
    assert (out / "tables" / "saved_by_offers.csv").is_file()
    html = (out / "report.html").read_text(encoding="utf-8")
    assert html == "the last answer with saved_by_offers"


def test_a_curve_of_nothing_or_into_a_foreign_folder_is_refused_before_work(
    twelve: Path, asked: list[dict[str, Any]], tmp_path: Path
):
    nothing = run("redirect", "curve", twelve)
    assert nothing.exit_code == 2
    assert "--close" in nothing.stderr
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    assert run("redirect", "curve", twelve, "narrows-60d", "--out", tmp_path).exit_code == 2
    assert run("redirect", "curve", twelve, "narrows-60d", "--count", "-1").exit_code == 2
    assert asked == []


@pytest.mark.parametrize("verb, view", [("offer", OFFER), ("need", NEED)])
def test_a_view_is_asked_for_with_all_that_was_said(
    verb: str, view: Any, twelve: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    calls: list[dict[str, Any]] = []

    def told(read: Any, member: str, **options: Any) -> Any:
        calls.append({"member": member, **options})
        return view

    monkeypatch.setattr(secret, verb, told)
    monkeypatch.setattr(declaring, "with_book_of", lambda read, book: read)
    monkeypatch.setattr(declaring, "_articles", lambda read, protocol: f"articles of {protocol}")
    out = tmp_path / "view.toml"
    done = run("redirect", verb, "mine.xlsx", "--study", twelve, "--member", "HOME", "--out", out,
               "--other", "FAR", "--close", "narrows", "--days", "30", "--as-of", "2026-03-02",
               "--weeks", "5", "--horizon", "40", "--reopen", "20", "--consent", "granted",
               "--protocol", "other.toml", "--time-limit", "7")  # fmt: skip
    assert done.exit_code == 0, done.stderr
    (call,) = calls
    (shock,) = call.pop("scenario").shock
    assert (shock.passage, shock.days) == ("narrows", 30.0)
    assert call.pop("as_of").isoformat() == "2026-03-02"
    assert call == {
        "member": "HOME", "other": "FAR", "protocol": "articles of other.toml", "weeks": 5,
        "horizon": 40, "reopen": (20.0,), "consent": "granted", "time_limit": 7.0,
    }  # fmt: skip
    assert out.is_file()
