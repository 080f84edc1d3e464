"""Two runs side by side: what was asked, what came out, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.study.protocols import GOOD

import seawall
from seawall.errors import IntegrityError, UnknownName, UsageError
from seawall.questions.compare import COLUMNS, Comparison, compare
from seawall.questions.result import Result
from seawall.runs import Run, store
from seawall.study import Protocol, parse_protocol, read

UNITS = {"loss": "million USD", "unserved": "Mt"}


def stored(
    folder: Path,
    *,
    question: str = "stress",
    protocol: Any = None,
    loss: float = 10.0,
    responses: tuple[str, ...] = ("pact",),
    tables: dict[str, pd.DataFrame] | None = None,
    units: dict[str, str] = UNITS,
    **asked: Any,
) -> Path:
    """Write a run as `seawall stress --out` does."""
    identity = {"question": question, "digest": "d" * 64, "scenario": {"days": 60}, **asked}
    identity["responses"] = list(responses)
    if protocol is not None:
        identity["protocol"] = protocol
    figures = {"loss": loss, "residuals": {"gap": loss}}
    summary: dict[str, Any] = {"responses": dict.fromkeys(responses, figures), "units": units}
    if len(responses) == 1:
        summary |= figures
    pact = pd.DataFrame({"place": ["IND", "JPN"], "value_pact": [loss, 1.0], "lent": [0.0, 0.5]})
    return store.write(folder, Run.of(identity), summary, tables or {"pact": pact})


def dumped(old: str = "", new: str = "") -> dict[str, Any]:
    return parse_protocol("protocol", GOOD.replace(old, new, 1)).model_dump(mode="json")


def compared(a: Path, b: Path) -> Comparison:
    """Compare, and hold what is true of every comparison."""
    result = compare(a, b)
    assert isinstance(result, Result)
    assert {name: tuple(table.columns) for name, table in result.tables.items()} == COLUMNS
    assert result.figures["figures_changed"] == len(result.tables["headline"])
    return result


def test_a_run_beside_itself_differs_in_nothing(tmp_path: Path) -> None:
    one = stored(tmp_path / "a", protocol=dumped())
    result = compared(one, stored(tmp_path / "b", protocol=dumped()))
    assert result.figures["same_inputs"] is True
    for name in ("asked", "articles", "headline", "changes", "texts", "rows"):
        assert result.tables[name].empty, name
    assert list(result.tables["tables"]["status"]) == ["same"]


def test_two_drafts_of_the_articles_are_told_in_words(tmp_path: Path) -> None:
    one = stored(tmp_path / "a", protocol=dumped())
    other = stored(tmp_path / "b", protocol=dumped("weeks = 26", "weeks = 39"), loss=8.0)
    result = compared(one, other)
    assert result.figures["same_inputs"] is False
    (article,) = result.tables["articles"].to_dict("records")
    assert (article["article"], article["title"]) == (8, "Return")
    assert "within 26 weeks" in article["run_a"]
    assert "within 39 weeks" in article["run_b"]
    assert result.tables["asked"].to_dict("records") == [
        {"what": "protocol.return.weeks", "run_a": "26", "run_b": "39"}
    ]
    (figure,) = result.tables["headline"].to_dict("records")
    assert figure == {
        "figure": "loss", "run_a": 10.0, "run_b": 8.0, "change": -2.0, "relative": -0.2,
    }  # fmt: skip
    (change,) = result.tables["changes"].to_dict("records")
    assert (change["table"], change["row"], change["column"]) == ("pact", "place IND", "value_pact")


def test_a_protocol_beside_none(tmp_path: Path) -> None:
    one = stored(tmp_path / "a", responses=("market",))
    result = compared(one, stored(tmp_path / "b", protocol=dumped()))
    assert list(result.tables["articles"]["article"]) == list(range(1, 11))
    assert set(result.tables["articles"]["run_a"]) == {""}
    asked = result.tables["asked"].set_index("what")
    assert tuple(asked.loc["responses"]) == ("market", "pact")
    assert tuple(asked.loc["protocol.return.weeks"]) == ("none", "26")


def test_names_of_a_study_stand_in_the_articles(tmp_path: Path, twelve: Path) -> None:
    one = stored(tmp_path / "a", protocol=dumped())
    other = stored(tmp_path / "b", protocol=dumped("NRD = 15", "NRD = 14"))
    named = compare(one, other, study=read(twelve))
    assert "Nord 14 days and Suda eight days" in named.tables["articles"]["run_b"].item()
    assert "NRD 14 days" in compare(one, other).tables["articles"]["run_b"].item()
    assert Run.of(named.identity).id != Run.of(compare(one, other).identity).id


def test_every_input_that_differs_is_listed(tmp_path: Path) -> None:
    one = stored(tmp_path / "a", variants={"red_sea": "open"}, rationing=None)
    other = stored(tmp_path / "b", scenario={"days": 77}, digest="e" * 64, rationing="equal")
    asked = compared(one, other).tables["asked"].set_index("what")
    assert tuple(asked.loc["scenario.days"]) == ("60", "77")
    assert tuple(asked.loc["study"]) == ("d" * 64, "e" * 64)
    assert tuple(asked.loc["variants.red_sea"]) == ("open", "none")
    assert tuple(asked.loc["rationing"]) == ("none", "equal")
    assert len(asked) == 4


def test_figures_of_several_responses_go_by_response(tmp_path: Path) -> None:
    one = stored(tmp_path / "a", responses=("market", "pact"))
    result = compared(one, stored(tmp_path / "b", responses=("pact",), loss=8.0))
    figures = result.tables["headline"].set_index("figure")
    assert set(figures.index) == {"responses.market.loss", "responses.pact.loss"}
    assert figures.loc["responses.pact.loss", "change"] == -2.0
    assert pd.isna(figures.loc["responses.market.loss", "run_b"])


def test_tables_without_keys_are_named_as_not_compared(tmp_path: Path) -> None:
    tables = {"strange": pd.DataFrame({"x": [1.0]})}
    result = compared(stored(tmp_path / "a"), stored(tmp_path / "b", tables=tables))
    assert result.figures["tables_not_compared"] == ["pact", "strange"]


def test_two_questions_are_refused(tmp_path: Path) -> None:
    one, other = stored(tmp_path / "a"), stored(tmp_path / "b", question="sweep")
    with pytest.raises(UsageError, match=r'a answers "stress" and .*b answers "sweep"; only two'):
        compare(one, other)


def test_two_units_are_refused(tmp_path: Path) -> None:
    other = stored(tmp_path / "b", units=UNITS | {"loss": "million JPY"})
    with pytest.raises(UsageError, match=r"loss \(million USD, million JPY\)"):
        compare(stored(tmp_path / "a"), other)


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r'no run ".*nowhere"'):
        compare(stored(tmp_path / "a"), tmp_path / "nowhere")


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    one, other = stored(tmp_path / "a"), stored(tmp_path / "b")
    (other / "tables" / "pact.csv").write_text("place\n", encoding="utf-8")
    with pytest.raises(IntegrityError, match="has changed since it was written"):
        compare(one, other)


@pytest.mark.parametrize(
    "spoilt",
    [{"title": "of another version"}, dumped() | {"members": ["NRD", "NRD"]}],
    ids=["keys", "contradiction"],
)
def test_a_protocol_that_this_version_cannot_read_is_refused(
    tmp_path: Path, spoilt: dict[str, Any]
) -> None:
    other = stored(tmp_path / "b", protocol=spoilt)
    with pytest.raises(IntegrityError, match=r"the protocol of run \w+ is not one that"):
        compare(stored(tmp_path / "a"), other)


def test_two_stress_runs_of_one_study(tmp_path: Path, twelve: Path) -> None:
    study = read(twelve)
    folders = []
    for name in ("narrows-60d", "canal-60d"):
        result = seawall.stress(study, name, "frozen")
        folder = tmp_path / name
        store.write(folder, Run.of(result.identity), result.summary(), result.tables)
        folders.append(folder)
    found = seawall.compare(*folders)
    asked = found.tables["asked"].set_index("what")
    assert tuple(asked.loc["scenario.name"]) == ("narrows-60d", "canal-60d")
    figures = found.tables["headline"].set_index("figure")
    runs = [store.read(folder) for folder in folders]
    assert figures.loc["loss", "change"] == pytest.approx(
        runs[1].summary["loss"] - runs[0].summary["loss"]
    )
    # Joined in spite of the scenario's name, which is what was asked.
    status = found.tables["tables"].set_index("table")
    assert status.loc["indicators", "joined"] == len(runs[0].tables["indicators"])
    assert found.figures["tables_not_compared"] == []
    # The comparison is a run like any other.
    made = store.write(tmp_path / "c", Run.of(found.identity), found.summary(), found.tables)
    assert store.read(made).summary == found.summary()
    assert len(store.read(made).tables["changes"]) == len(found.tables["changes"])


def test_a_protocol_comes_back_from_a_stored_run(tmp_path: Path) -> None:
    # Whether its dump or the object itself stands in the identity.
    protocol = parse_protocol("protocol", GOOD)
    one = stored(tmp_path / "a", protocol=protocol)
    other = stored(tmp_path / "b", protocol=protocol.model_dump())
    assert compare(one, other).figures["same_inputs"] is True
    kept = store.read(one).run["options"]["protocol"]
    assert Protocol.model_validate(kept) == protocol
