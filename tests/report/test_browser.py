"""The report in a real browser: it opens from a file, its script runs, and no words collide."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.report import chains, mock, reactions

from seawall.report.html import render

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars",
)  # fmt: skip
# What a reader would see: words of one drawing that lie on each other, words that stick out of
# their drawing, whether the page is wider than the window, and what the copy button answers.
PROBE = """
<script>
addEventListener("load", () => {
  const found = {collisions: [], outside: [], drawings: 0, errors: window.seen || []};
  for (const svg of document.querySelectorAll("svg")) {
    const frame = svg.getBoundingClientRect();
    if (!frame.width) continue;
    found.drawings += 1;
    const words = [...svg.querySelectorAll("text")].map((t) => [t, t.getBoundingClientRect()])
      .filter(([t, r]) => r.width && t.textContent.trim());
    for (let i = 0; i < words.length; i += 1) {
      const [t, a] = words[i];
      if (a.left < frame.left - 1 || a.right > frame.right + 1) found.outside.push(t.textContent);
      for (let j = 0; j < i; j += 1) {
        const [u, b] = words[j];
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 2 && high > 4) found.collisions.push([u.textContent, t.textContent]);
      }
    }
  }
  found.wider = document.documentElement.scrollWidth - window.innerWidth;
  const button = document.querySelector("button.copy");
  // The clipboard may answer later, and the button shows its answer for a while.
  const answered = new MutationObserver(() => {
    found.copy = button.textContent;
    document.body.setAttribute("data-probe", JSON.stringify(found));
    answered.disconnect();
  });
  answered.observe(button, {childList: true});
  button.click();
});
</script>
"""


@pytest.fixture(scope="module")
def browser() -> str:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and os.environ.get("CI"):
        pytest.fail("no Chromium: .ci/install-programs installs it")
    if found is None:
        pytest.skip("no Chromium on this machine; .ci/install-programs installs it")
    return str(found)


def page_on_gas() -> str:
    study = mock.study()
    extra = mock.extra() | reactions.extra()
    results = [reactions.reacting(mock.stress(study))]
    return render(study, results, mock.sweep(study), mock.exposure(study), extra)


def page_on_chains() -> str:
    """Trees, tables and map of the chains, with all that is folded laid open."""
    page = render(chains.study(), chains.result().stresses[0], chains=chains.result())
    return page.replace("<details>", "<details open>")


@pytest.mark.parametrize(
    "make, width", [(page_on_gas, 1400), (page_on_gas, 800), (page_on_chains, 800)]
)
def test_the_page_stands_in_a_browser(
    browser: str, tmp_path: Path, make: Callable[[], str], width: int
) -> None:
    """Opened from a file at two widths: drawings are there, no two labels of one lie on each
    other or outside it, nothing is wider than the window, and the copy button answers."""
    page = make()
    catch = "<script>window.seen = []; onerror = (m) => { seen.push(m); };</script>"
    file = tmp_path / "report.html"
    file.write_text(
        page.replace("<head>", f"<head>{catch}", 1).replace("</body>", f"{PROBE}</body>", 1),
        encoding="utf-8",
    )
    shown = subprocess.run(
        [browser, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},1200",
         "--virtual-time-budget=5000", "--dump-dom", file.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    ).stdout  # fmt: skip
    match = re.search(r'data-probe="([^"]*)"', shown)
    assert match is not None, "the page's script did not run"
    found = json.loads(html.unescape(match[1]))
    assert found["errors"] == []
    assert found["drawings"] >= 4
    assert found["collisions"] == []
    assert found["outside"] == []
    assert found["wider"] <= 0
    assert found["copy"] in ("Copied", "Select and copy by hand")
