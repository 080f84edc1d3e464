"""The documentation is true where a machine can tell: examples run, links and names resolve."""

from __future__ import annotations

import importlib
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.main import get_command

import seawall
from seawall.cli import app
from seawall.cli.tiers import tree
from seawall.questions.balances import BALANCES
from seawall.questions.compare import COLUMNS
from seawall.questions.demo import moves
from seawall.questions.prepared import prepare
from seawall.questions.second_source import QUALIFICATION, SECOND_SOURCES
from seawall.questions.stock_variants import COLUMNS as STOCKS
from seawall.questions.variants import ORIGINS, SHORTAGES
from seawall.shocks.scenario import Scenario, Shock, Source, parse_scenario
from seawall.study import Protocol, check_protocol, parse_protocol
from seawall.study.protocol import ARTICLES
from seawall.study.settings import Calendar, Market, Model, Settings, parse_settings

ROOT = Path(__file__).parents[1]
#: Tables of the demonstration on chains of goods, which no question alone answers with.
CHAINS = {
    "balances": BALANCES,
    "by_stocks": STOCKS,
    "second_sources": SECOND_SOURCES,
    "qualification": QUALIFICATION,
    "plant_origins": ORIGINS,
    "plant_shortages": SHORTAGES,
}
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
BUILT_IN = ROOT / "src" / "seawall" / "studies" / "india_japan"


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[str]:
    """Fenced blocks of one language."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def anchor(heading: str) -> str:
    """The anchor that a heading gets on a code host."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower().replace("`", ""))
    return kept.replace(" ", "-")


@pytest.mark.parametrize("page", [ROOT / "README.md", DOCS / "tutorial.md"], ids=name_of)
def test_python_examples_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    # The tutorial's reader has copied the built-in study; the blocks of a page follow each other.
    shutil.copytree(BUILT_IN, tmp_path / "my-study")
    monkeypatch.chdir(tmp_path)
    found = blocks(page, "python")
    assert found
    names: dict[str, object] = {}
    for k, block in enumerate(found):
        exec(compile(block, f"{page.name}, python block {k + 1}", "exec"), names)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_resolve(page: Path):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+://", target):
            continue
        path, _, fragment = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        assert linked.exists(), f"{name_of(page)} links to {target}, which is not there"
        if fragment:
            headings = re.findall(r"^#+ (.+)$", linked.read_text(encoding="utf-8"), re.MULTILINE)
            assert fragment in {anchor(each) for each in headings}, target


def test_every_page_is_in_the_index():
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    for page in sorted(DOCS.rglob("*.md")):
        if page.name != "index.md":
            assert f"({page.relative_to(DOCS).as_posix()})" in index


def resolve(path: str) -> object | None:
    """What an import path leads to. Modules come first: a function may have its module's name."""
    parts = path.split(".")
    for size in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:size]))
        except ModuleNotFoundError:
            continue
        for part in parts[size:]:
            found = getattr(found, part, None)
        return found
    return None


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_names_of_code_exist(page: Path):
    """What a page gives as an import path can be imported."""
    for path in re.findall(r"`(seawall(?:\.\w+)+)", page.read_text(encoding="utf-8")):
        found = resolve(path)
        assert found is not None, f"{name_of(page)} speaks of {path}, which is not there"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_exist(page: Path):
    known = set(get_command(app).commands)  # type: ignore[attr-defined]
    text = page.read_text(encoding="utf-8")
    code = [*re.findall(r"`([^`\n]+)`", text), *"\n".join(blocks(page, "")).splitlines()]
    for line in code:
        if command := re.match(r"seawall (\w+)", line.strip()):
            assert command[1] in known, line


@pytest.mark.parametrize("page", [DOCS / "minerals.md", DOCS / "tutorial.md"], ids=name_of)
def test_trees_through_the_tiers_are_those_of_the_study(page: Path):
    study = seawall.read("india-japan")
    found = [block for block in blocks(page, "text") if block.startswith("Who stands behind")]
    assert found
    for block in found:
        told = block.splitlines()
        place, good = re.findall(r"behind (\w+), (\w+)", told[0])[0]
        lines = tree(seawall.exposure(study, place, good))
        assert [line for line in told if line != "..."] == lines[: lines.index("")]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_scenarios_of_the_built_in_study_exist(page: Path):
    known = seawall.read("india-japan").scenarios()
    for scenario in re.findall(r"seawall stress india-japan (\w[\w-]*)", page.read_text("utf-8")):
        assert scenario in known


def test_the_reference_of_scenarios_names_every_key_and_its_examples_parse():
    page = DOCS / "reference" / "scenarios.md"
    text = page.read_text(encoding="utf-8")
    for model in (Scenario, Source, Shock):
        for key in model.model_fields:
            assert f"| `{key}` |" in text, f"{model.__name__}.{key}"
    for block in [*blocks(page, "toml"), *blocks(DOCS / "tutorial.md", "toml")]:
        head = "" if block.startswith("title") else 'title = "An example"\n'
        scenario = parse_scenario("example", head + block)
        assert seawall.stress(seawall.read("india-japan"), scenario, "frozen").figures


def test_the_reference_of_study_toml_names_every_key_with_its_default():
    page = DOCS / "reference" / "study.md"
    text = page.read_text(encoding="utf-8")
    for model in (Settings, Model, Market):
        for key, info in model.model_fields.items():
            if key in ("model", "market", "calendars", "variants"):
                heading = "calendars.NAME" if key == "calendars" else key
                assert f"\n## [{heading}]\n" in text
                continue
            row = re.search(rf"^\| `{key}` \| .* \| (.*) \| .* \|$", text, re.MULTILINE)
            assert row, key
            if isinstance(info.default, bool):
                assert row[1] == str(info.default).lower(), key
            elif isinstance(info.default, int | float):
                assert float(row[1]) == info.default, key
    calendars = text.partition("## [calendars.NAME]")[2].partition("\n## ")[0]
    for key, info in Calendar.model_fields.items():
        default = "required" if info.is_required() else r"as in `\[m(odel|arket)\]`"
        assert re.search(rf"^\| `{key}` \| .* \| {default} \| .* \|$", calendars, re.MULTILINE), key
    calendar, example = blocks(page, "toml")
    base = (BUILT_IN / "study.toml").read_text(encoding="utf-8").partition("[model]")[0]
    settings = parse_settings(f"{base}\n{calendar}\n{example}")
    assert settings.market.belief == 2.0
    assert settings.for_chain("chips").period_days == 28


def test_the_reference_of_protocols_names_every_key_with_its_article_and_its_example_parses():
    page = DOCS / "reference" / "protocol.md"
    text = page.read_text(encoding="utf-8")
    for name, info in Protocol.model_fields.items():
        key = info.alias or name
        parts = getattr(info.annotation, "model_fields", None)
        for path in [f"{key}.{part}" for part in parts] if parts else [key]:
            assert f"| {ARTICLES[key]} | `{path}` |" in text, path
    (example,) = blocks(page, "toml")
    check_protocol(seawall.read("india-japan"), parse_protocol("example", example))


def test_the_reference_of_results_names_every_column_of_a_comparison():
    text = (DOCS / "reference" / "results.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^### ([\w, ]+)\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL))
    for name, columns in COLUMNS.items():
        told = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (.*?) \|", sections[name], re.M)))
        assert sorted(told) == sorted(columns), name


def test_the_reference_of_results_names_every_column_of_the_chains():
    text = (DOCS / "reference" / "results.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^### ([\w, ]+)\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL))
    for name, columns in CHAINS.items():
        told = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (.*?) \|", sections[name], re.M)))
        assert sorted(told) == sorted(columns), name


def test_the_reference_of_results_names_every_table_and_column(twelve: Path):
    study = seawall.read(twelve)
    text = (DOCS / "reference" / "results.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^### ([\w, ]+)\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL))
    stressed = seawall.stress(study, "narrows-60d")
    tables = {
        **stressed.tables,
        **seawall.sweep(study).tables,
        **seawall.exposure(study).tables,
        "moves": moves(study, prepare(study)),
        **seawall.plausible(seawall.read(twelve.parent / "three")).tables,
    }
    for name, table in tables.items():
        told = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (.*?) \|", sections[name], re.M)))
        assert sorted(told) == sorted(str(column) for column in table.columns), name
    chains = seawall.stress(seawall.read(twelve.parent / "tiers"), response="frozen").summary()
    assert {"chains", "beliefs"} <= set(chains)
    for key in [*chains, *stressed.summary(), *stressed.summary()["responses"]["frozen"]]:
        assert f"`{key}`" in text or key == "units", key


def test_the_changelog_begins_with_what_is_unreleased_and_dates_the_rest():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    heads = re.findall(r"^## \[([^]]+)\](?: - (\S+))?", text, flags=re.MULTILINE)
    assert heads[0][0] == "Unreleased"
    assert all(date.fromisoformat(day) for version, day in heads if version != "Unreleased")
