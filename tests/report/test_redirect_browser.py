"""The page of a morning in a real browser: the slider moves the ships, and no words collide."""

from __future__ import annotations

import html
import json
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from tests.report import redirected
from tests.report.test_browser import FLAGS, PROBE, browser

from seawall.report.redirect import redirect_page
from seawall.report.redirect_view import morning
from seawall.report.redirect_ways import voyages

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["browser"]

CATCH = "<script>window.seen = []; onerror = (m) => { seen.push(m); };</script>"
# Sets plan, world and day as a reader would, and notes where the ships then are.
MOVES = """
<script>
addEventListener("load", () => {
  const get = (id) => document.getElementById(id);
  const found = {hidden: get("ship-controls").hidden, steps: []};
  const set = (id, value) => {
    get(id).value = value;
    get(id).dispatchEvent(new Event("input", {bubbles: true}));
  };
  for (const [plan, world, day] of STEPS) {
    set("ship-plan", plan); set("ship-world", world); set("ship-slider", day);
    found.steps.push({
      ships: [...document.querySelectorAll("#ships .ship")].map((s) => s.getAttribute("d")),
      moved: document.querySelectorAll("#ships .ship.moved").length,
      old: document.querySelectorAll("#ships .old").length,
      said: get("ship-day").textContent,
      date: get("ship-slider").getAttribute("aria-valuetext"),
      marks: [...document.querySelectorAll("#ship-map path[data-passage]")].map(
        (m) => m.getAttribute("class")),
      words: [...document.querySelectorAll("#ship-map text[data-passage]")].map(
        (m) => m.textContent),
      landings: get("ship-landings").textContent,
    });
  }
  document.body.setAttribute("data-moves", JSON.stringify(found));
});
</script>
"""
STEPS = [["pact", "1", 0], ["pact", "1", 5], ["pact", "0", 7], ["nothing", "0", 11],
         ["alone", "1", 24], ["pact", "1", 27]]  # fmt: skip


def shown(browser: str, folder: Path, page: str, width: int, name: str) -> Any:
    file = folder / "report.html"
    file.write_text(page, encoding="utf-8")
    answered = subprocess.run(
        [browser, *FLAGS, f"--user-data-dir={folder / 'profile'}", f"--window-size={width},1200",
         "--virtual-time-budget=5000", "--dump-dom", file.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    ).stdout  # fmt: skip
    match = re.search(rf'data-{name}="([^"]*)"', answered)
    assert match is not None, "the page's script did not run"
    return json.loads(html.unescape(match[1]))


@pytest.mark.parametrize("width", [1400, 800])
def test_the_page_stands_in_a_browser(browser: str, tmp_path: Path, width: int) -> None:
    page = redirect_page(redirected.answer(), {"saved_by_offers": redirected.curve()})
    page = page.replace("<head>", f"<head>{CATCH}", 1).replace("<details>", "<details open>")
    found = shown(browser, tmp_path, page.replace("</body>", f"{PROBE}</body>", 1), width, "probe")
    assert found["errors"] == []
    assert found["drawings"] >= 8
    assert found["collisions"] == []
    assert found["outside"] == []
    assert found["wider"] <= 0


def test_the_slider_moves_the_ships_as_the_voyages_say(browser: str, tmp_path: Path) -> None:
    case = morning(redirected.answer())
    ways, sailed = voyages(case)
    moves = MOVES.replace("STEPS", json.dumps(STEPS))
    page = redirect_page(redirected.answer()).replace("</body>", f"{moves}</body>", 1)
    found = shown(browser, tmp_path, page, 1400, "moves")
    assert found["hidden"] is False
    for (plan, number, day), step in zip(STEPS, found["steps"], strict=True):
        world = case.worlds[int(str(number))]
        mine = [v for v in sailed if v.plan == plan and v.world == world.name]
        under = [(v, part) for v in mine if (part := v.part(float(day))) is not None]
        wanted = sorted(ways.at(v.way, part) for v, part in under)
        drawn = sorted(tuple(float(n) for n in re.findall(r"-?\d+", d)[:2]) for d in step["ships"])
        assert len(drawn) == len(wanted)
        for one, two in zip(drawn, wanted, strict=True):
            assert one == pytest.approx(two, abs=8.0)  # map units: about a px and a half
        assert step["moved"] == sum(v.changed for v, _ in under)
        assert step["old"] == sum(v.old >= 0 for v, _ in under)
        assert step["said"].startswith(f"Day {day}, ")
        assert f"{len(under)} laden ship" in step["said"]
        opens = world.reopens["narrows"]
        shut = opens is None or float(day) < opens
        assert set(step["marks"]) == {"shut" if shut else "opened"}
        assert {words.rsplit(": ", 1)[1] for words in step["words"]} == {"shut" if shut else "open"}
        assert ("Shut:" in step["said"]) == shut
    assert "C-3" in found["steps"][1]["landings"]
    assert "(was: North Bay)" in found["steps"][1]["landings"]
    assert "2 March 2026" in found["steps"][0]["date"]
