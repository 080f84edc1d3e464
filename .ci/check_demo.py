"""Run `make demo` and check what it prints, what it writes and how much memory it takes."""

from __future__ import annotations

import csv
import json
import re
import resource
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).parents[1]
OUT = ROOT / "out" / "demo"
MAX_MEMORY = 2 * 1024**3
# Tables and columns that other people's work relies on (design, section 6).
TABLES = {
    "indicators": {"scenario", "response", "place", "commodity", "tier", "demand", "unserved"},
    "timeline": {"response", "place", "commodity", "tier", "period_start", "served", "stock"},
    "flows": {"response", "lane", "period_start", "quantity"},
    "ranking": {"targets", "kind", "response", "place", "unserved", "value_lost"},
    "direct": {"place", "commodity", "supplier", "share"},
    "lookthrough": {"place", "commodity", "stage", "origin", "share"},
    "passages": {"place", "commodity", "passage", "share"},
    "indices": {"commodity", "place", "index", "value"},
    "flags": set(),
}
SECTIONS = {"headline", "board", "sweep", "exposure", "data", "sources", "limits"}
STRESSES = {"case-1", "case-2", "case-3"}
MIN_SENTENCES = 3
NEXT_COMMANDS = 3


class Page(HTMLParser):
    """What a report consists of: sections, headings, and addresses that it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sections: set[str] = set()
        self.headings: list[str] = []
        self.loads: list[str] = []
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section":
            self.sections |= {value or "" for name, value in attrs if name == "id"}
        if tag in ("h1", "h2"):
            self.headings.append("")
            self._open.append(tag)
        wanted = {"script": "src", "img": "src", "link": "href", "iframe": "src"}.get(tag)
        self.loads += [value or "" for name, value in attrs if name == wanted]

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            self.headings[-1] += data


def check(condition: bool, message: str) -> None:
    """End with a message unless the condition holds."""
    if not condition:
        sys.exit(f"check_demo: {message}")


def run() -> str:
    """Run the demo from nothing and return what it printed."""
    shutil.rmtree(OUT, ignore_errors=True)
    done = subprocess.run(
        ["make", "--silent", "demo"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    print(done.stdout)
    check(done.returncode == 0, f"make demo ended with {done.returncode}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    print(f"check_demo: at most {peak / 1024**2:.0f} MiB of memory")
    check(peak < MAX_MEMORY, "the demo takes more than 2 GiB of memory")
    return done.stdout


def check_printed(printed: str) -> None:
    """Check the numbered sentences and the next commands."""
    found = re.findall(r"^(\d+)\. (.+)$", printed, flags=re.MULTILINE)
    check([int(n) for n, _ in found] == list(range(1, len(found) + 1)), "numbers have gaps")
    check(len(found) >= MIN_SENTENCES, f"only {len(found)} sentences are printed")
    for _, sentence in found:
        check(not re.search(r"\b(nan|inf|None)\b", sentence), f"unfinished: {sentence}")
    commands = re.findall(r"^  seawall \S+", printed, flags=re.MULTILINE)
    check(len(commands) == NEXT_COMMANDS, f"{len(commands)} next commands instead of three")


def check_report() -> None:
    """Check that the report is one file and has its sections, each with a title."""
    page = Page((OUT / "report.html").read_text(encoding="utf-8"))
    missing = (SECTIONS | STRESSES) - page.sections
    check(not missing, f"the report lacks the sections {sorted(missing)}")
    check(all(heading.strip() for heading in page.headings), "a section has no title")
    outside = [address for address in page.loads if not address.startswith("data:")]
    check(not outside, f"the report loads {outside}")


def check_tables() -> None:
    """Check that every table is there with its columns, and that the run is whole."""
    for name, columns in TABLES.items():
        with (OUT / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            lines = csv.DictReader(file)
            header = set(lines.fieldnames or ())
            count = sum(1 for _ in lines)
        check(columns <= header, f"{name}.csv lacks {columns - header}")
        check(count > 0 or name == "flags", f"{name}.csv is empty")
        check((OUT / "tables" / f"{name}.parquet").is_file(), f"{name}.parquet is missing")
    record = json.loads((OUT / "run.json").read_text(encoding="utf-8"))
    check(len(record["run"]["id"]) == 64, "run.json has no run id")


if __name__ == "__main__":
    check_printed(run())
    check_report()
    check_tables()
    print("check_demo: sentences, report and tables are as they should be")
