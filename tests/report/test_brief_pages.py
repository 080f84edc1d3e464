"""A note has two pages, in both languages, for every scenario of the reference study: LibreOffice
lays them out, all of them where CI is set, the hardest on a developer's machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.report.briefs import REFERENCE, in_all_responses, stored, stressed, study, variant

import seawall
from seawall.report.brief import brief

OFFICE = shutil.which("soffice")
#: The longest text, the most rows, the most goods, a power grid; all scenarios take a minute.
HARDEST = ("heavy-rare-earth-licences", "rare-earth-ban", "taiwan-strait", "tokyo-march-2022")


def pages(pdf: Path) -> int:
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf.read_bytes()))


def laid_out(folder: Path) -> dict[str, int]:
    """Pages of every Office file of a folder, by its name, with one start of the program."""
    if OFFICE is None:
        if os.environ.get("CI"):
            pytest.fail("soffice is missing: .ci/install-browser should have installed it")
        pytest.skip("no soffice here: install LibreOffice Writer and Impress to count pages")
    files = sorted(folder.iterdir())
    out = folder / "pdf"
    subprocess.run(
        [
            OFFICE, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
            "--convert-to", "pdf", "--outdir", str(out), *map(str, files),
        ],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    found = {file.name: pages(out / f"{file.stem}.pdf") for file in files}
    assert len(found) == len(files)
    return found


def test_every_scenario_has_two_pages_in_both_languages(tmp_path: Path) -> None:
    every = bool(os.environ.get("CI"))
    for scenario in study(REFERENCE).scenarios() if every else HARDEST:
        run, base = in_all_responses(scenario), variant(scenario)
        for language in ("en", "ja"):
            brief(run, base, tmp_path / f"{scenario}-{language}.docx", language)
    counted = laid_out(tmp_path)
    assert set(counted.values()) == {2}, counted


def test_small_studies_and_other_questions_have_two_pages_and_six_slides(tmp_path: Path) -> None:
    base = study("three")
    runs = {
        "short": stressed("three", "gate-60d"),
        "sweep": stored(seawall.sweep(base, days=30)),
        "exposure": stored(seawall.exposure(base)),
    }
    for name, run in runs.items():
        brief(run, base, tmp_path / f"{name}-word.docx")
        brief(run, base, tmp_path / f"{name}-slides.pptx", "ja")
    counted = laid_out(tmp_path)
    assert {n for name, n in counted.items() if name.endswith(".docx")} == {2}
    assert {n for name, n in counted.items() if name.endswith(".pptx")} == {6}
