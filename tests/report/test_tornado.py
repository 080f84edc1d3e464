"""The inputs that move an answer most, as a table of the report."""

from __future__ import annotations

import html
from pathlib import Path

import seawall
from seawall.questions.demo import ranged
from seawall.report import text, views
from seawall.report.tornado import LEAST, MOST, tornado_html

DATA = Path(__file__).parents[1] / "data"
ENDS = ("frozen", "foresight")


def test_the_flagship_takes_the_intervals_of_its_ends() -> None:
    study = seawall.read(DATA / "twelve")
    plain = seawall.stress(study, "narrows-60d", ("frozen", "market", "foresight"))
    ends = seawall.stress(study, "narrows-60d", ENDS, uncertain=20)
    both = ranged(plain, ends)
    key = ["response", "place", "commodity", "tier", "sector"]
    before, after = plain.tables["indicators"], both.tables["indicators"]
    assert before[[*key, "unserved"]].equals(after[[*key, "unserved"]])
    told = after.set_index(key)["high"]
    wanted = ends.tables["indicators"].set_index(key)["high"]
    assert told[wanted.index].equals(wanted)
    assert wanted.notna().any()
    assert told[told.index.get_level_values("response") == "market"].isna().all()

    names = views.Names(study)
    case = views.case(study, both, names)
    place = "SUD"
    page = tornado_html(case, place)
    rows = ends.tables["tornado"]
    mine = rows[(rows["place"] == place) & (rows["figure"] == "unserved")]
    assert len(mine)
    width = (mine["high"] - mine["low"]).abs()
    told = mine[width > LEAST * mine[["low", "high"]].max(axis=1)]
    assert len(told)
    assert page.count("<tr><td>") == sum(
        min(len(part), MOST) for _, part in told.groupby("response")
    )
    widest = told.loc[width[told.index].idxmax()]
    assert html.escape(text.capital(widest["name"])) in page
    assert "Suda: what moves the answer most" in page
    assert tornado_html(views.case(study, plain, names), place) == ""
