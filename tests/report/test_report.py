"""The page as a whole: well-formed, self-contained, escaped, rounded, in words."""

import re
from html.parser import HTMLParser
from types import SimpleNamespace

import pandas as pd
import pytest
from tests.report import mock, reactions

from seawall.errors import SeawallError, UsageError
from seawall.report import board, charts, findings, scenario, text, views, worldmap
from seawall.report.html import render

VOID = {"meta", "br", "hr", "img", "input", "link"}
SVG_LEAVES = {"path", "use", "circle", "rect"}


class Page(HTMLParser):
    """Checks the balance of tags, and collects visible words and everything that could load."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.words: list[str] = []
        self.ids: list[str] = []
        self.loads: list[tuple[str, str, str]] = []
        self.links: list[str] = []
        self.section = ""
        self.by_section: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value or "" for key, value in attrs}
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "section":
            self.section = found.get("id", "")
        if tag == "header":
            self.section = "header"
        for key, value in found.items():
            if key in ("src", "href", "srcset", "data", "poster", "action", "xlink:href"):
                if tag == "a":
                    self.links.append(value)
                else:
                    self.loads.append((tag, key, value))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> without a start"
        assert self.open.pop() == tag, f"</{tag}> closes another tag"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script") and data.strip():
            self.words.append(data)
            self.by_section.setdefault(self.section, []).append(data)


def read(page: str) -> Page:
    parser = Page()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    return parser


@pytest.fixture(scope="module")
def study() -> mock.Study:
    return mock.study()


@pytest.fixture(scope="module")
def results(study: mock.Study) -> list[mock.Result]:
    second = mock.stress(study, title="Malacca shut for 60 days", passage="malacca", scale=0.05)
    return [reactions.reacting(mock.stress(study)), reactions.reacting(second, used=False)]


@pytest.fixture(scope="module")
def page(study: mock.Study, results: list[mock.Result]) -> str:
    extra = mock.extra() | reactions.extra()
    return render(study, results, mock.sweep(study), mock.exposure(study), extra)


def test_well_formed_with_unique_ids(page: str) -> None:
    parser = read(page)
    assert len(parser.ids) == len(set(parser.ids))
    for tag, _, value in parser.loads:
        assert tag == "use"
        assert value.removeprefix("#") in parser.ids


def test_links_inside_the_page_lead_somewhere(page: str) -> None:
    parser = read(page)
    inside = [link[1:] for link in parser.links if link.startswith("#")]
    assert inside
    assert set(inside) <= set(parser.ids)


def test_loads_nothing(page: str) -> None:
    assert "default-src &#x27;none&#x27;" in page
    for pattern in (r"@import", r"url\(", r"<link", r"<img", r"<iframe", r"fetch\(", r"XMLHttp"):
        assert not re.search(pattern, page), pattern
    parser = read(page)
    assert all(value.startswith("#") for _, _, value in parser.loads)


def test_no_raw_ids_in_visible_text(page: str, study: mock.Study) -> None:
    words = " ".join(read(page).words)
    assert "~" not in words
    for table in ("lanes", "places", "passages", "facilities", "sources", "demands"):
        for key in study.table(table)["id"].astype(str):
            if re.search(r"[-_~.]|\d", key):
                assert not re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", words), key
    assert not re.search(r"\b(IND|JPN|QAT|USA|AUS)\b", words)
    assert "nan" not in words.lower().split()
    assert "None" not in words


def digits(number: str) -> int:
    bare = number.replace(",", "")
    if "." in bare:
        return len(bare.replace(".", "").lstrip("0"))
    return len(bare.strip("0")) or 1


def test_no_false_precision(page: str) -> None:
    parser = read(page)
    for name, words in parser.by_section.items():
        if name == "sources":  # titles and addresses are quoted as they are
            continue
        for number in re.findall(r"(?<![\w.])\d[\d,]*(?:\.\d+)?", " ".join(words)):
            if not re.fullmatch(r"(19|20)\d\d", number):
                assert digits(number) <= 3, (name, number)


def test_everything_is_escaped(study: mock.Study) -> None:
    evil = '<script>alert("x")</script>&'
    tables = {name: frame.copy() for name, frame in study.tables.items()}
    for table in ("places", "passages", "facilities", "commodities"):
        tables[table]["name"] = tables[table]["name"] + evil
    tables["sources"]["title"] = evil
    tables["sources"]["url"] = "javascript:alert(1)"
    tables["lanes"]["route"] = evil
    tables["assumptions"]["why"] = evil
    settings = SimpleNamespace(**{**vars(study.settings), "title": evil, "about": evil})
    bad = mock.Study(settings, tables)
    stress = mock.stress(bad, title=evil)
    stress.scenario.about = evil
    stress.tables["indicators"]["sector"] = (
        stress.tables["indicators"]["sector"].where(lambda s: s == "all", evil)
    )  # fmt: skip
    clean = render(study, mock.stress(study))
    page = render(bad, stress, mock.sweep(bad), mock.exposure(bad), mock.extra())
    assert page.count("<script") == clean.count("<script") == 1
    assert "alert(&quot;x&quot;)" in page or "alert(&#34;x&#34;)" in page
    assert "javascript:" not in page
    read(page)


def test_the_worst_comes_first(study: mock.Study, results: list[mock.Result]) -> None:
    names = views.Names(study)
    cases = [views.case(study, result, names) for result in results]
    found = findings.headline(cases, {"estimate": 3, "looked-up": 1})
    assert found[0].title == "Hormuz shut for 60 days"
    assert "India" in found[0].sentence
    weights = [f.weight for f in found[:-1]]
    assert weights == sorted(weights, reverse=True)
    assert found[-1].sentence.startswith(f"75{text.NB}%")


def test_given_sentences_are_printed_as_they_are(
    study: mock.Study, results: list[mock.Result]
) -> None:
    page = render(study, results, sentences=["India & Japan: <nothing> helps."])
    assert "<li>India &amp; Japan: &lt;nothing&gt; helps.</li>" in page


def test_a_country_that_is_outbid_is_told(study: mock.Study) -> None:
    result = mock.stress(study)
    rows = result.tables["indicators"]
    worse = (rows["place"] == "JPN") & (rows["response"] == "foresight")
    rows.loc[worse, ["unserved", "unserved_share"]] *= 40
    case = views.case(study, result, views.Names(study))
    assert any("does not help Japan" in f.sentence for f in findings.place_findings(case, "JPN"))


def test_the_map(study: mock.Study, results: list[mock.Result]) -> None:
    names = views.Names(study)
    for k, result in enumerate(results):
        case = views.case(study, result, names)
        drawn = worldmap.world_map(study, case, names, str(k))
        for size in (drawn.wide, drawn.narrow):
            assert charts.overlaps(size) == []
            assert charts.outside(size) == []
            words = [box.text for box in size.boxes]
            assert {"India", "Japan"} <= set(words)
            assert sum(word.endswith(": shut") for word in words) == 1
        assert "no borders" in drawn.caption
        assert "Natural Earth" in drawn.caption


def test_lanes_by_what_happens_to_them(study: mock.Study, results: list[mock.Result]) -> None:
    names = views.Names(study)
    shut = worldmap.states(study, views.case(study, results[0], names), "frozen")
    assert set(shut.loc[shut["origin"] == "QAT", "state"]) == {"stopped"}
    assert set(shut.loc[shut["origin"] == "AUS-WEST", "state"]) == {"unchanged"}
    round_about = worldmap.states(study, views.case(study, results[1], names), "frozen")
    assert {"left", "detoured"} <= set(round_about["state"])
    detours = findings.detours(study, views.case(study, results[1], names), "frozen")
    assert (detours["days"] > 0).all()
    assert detours["cost"].to_numpy() == pytest.approx(
        (detours["freight"] * detours["quantity"]).to_numpy()
    )


def test_lanes_without_a_path_follow_a_great_circle(study: mock.Study) -> None:
    tables = {**study.tables, "paths": pd.DataFrame(columns=["lane", "points"])}
    bare = mock.Study(study.settings, tables)
    case = views.case(bare, mock.stress(bare), views.Names(bare))
    drawn = worldmap.world_map(bare, case, views.Names(bare), "x")
    assert "great circle" in drawn.caption


def test_charts_of_a_scenario(study: mock.Study, results: list[mock.Result]) -> None:
    names = views.Names(study)
    for result in results:
        case = views.case(study, result, names)
        drawn = scenario.figures(study, case)
        assert len(drawn) == 8
        for title, chart in drawn:
            assert charts.overlaps(chart) == [], title
            assert charts.outside(chart) == [], title


def test_a_country_that_is_never_short(study: mock.Study) -> None:
    page = render(study, mock.stress(study, scale=0.0))
    words = " ".join(read(page).words)
    assert "not short" in words
    assert text.NOTHING not in words.split("What was found")[1].split("How the world may react")[0]


def test_the_board(study: mock.Study, results: list[mock.Result]) -> None:
    names = views.Names(study)
    cases = [views.case(study, result, names) for result in results]
    cells = board.board(
        study, cases, names, sweep=mock.sweep(study), exposure=mock.exposure(study)
    )  # fmt: skip
    assert len(cells) == 36
    filled = {key for key, cell in cells.items() if isinstance(cell, board.Cell)}
    assert filled == {
        ("clean energy", "exposure"),
        ("clean energy", "stress"),
        ("clean energy", "redirect"),
        ("supply chains", "exposure"),
        ("supply chains", "stress"),
    }
    assert all(c.why for c in cells.values() if isinstance(c, board.NotModelled))


def test_names() -> None:
    names = views.Names(mock.study())
    assert names.of("QAT~IND-WEST") == "Qatar to India west coast direct"
    assert names.of("AUS") == "Australia"
    assert names.of_many("QAT+malacca") == "Qatar and Strait of Malacca"
    assert names.of("holding_cost") == "holding cost"
    assert names.in_words("RUS-WEST to CHN, LNG") == "Russia, Yamal to China, LNG"


def test_wrong_input_is_told(study: mock.Study, results: list[mock.Result]) -> None:
    with pytest.raises(UsageError, match="at least one"):
        render(study, [])
    with pytest.raises(UsageError, match="unknown extra"):
        render(study, results, extra={"movse": pd.DataFrame()})
    broken = mock.Result({"indicators": results[0].tables["indicators"]}, study)
    with pytest.raises(SeawallError, match="no table"):
        render(study, broken)
    other = SimpleNamespace(**{**vars(study.settings), "headline": ("KOR-X",)})
    with pytest.raises(SeawallError, match="headline"):
        render(mock.Study(other, study.tables), results)


def test_a_scenario_without_shock_and_one_response(study: mock.Study) -> None:
    result = mock.stress(study)
    kept = {
        name: frame[frame["response"] == "frozen"] if "response" in frame else frame
        for name, frame in result.tables.items()
    }
    page = render(study, {"base": mock.Result(kept, study, None, ("frozen",))})
    assert "Without a shock" in page
    read(page)
