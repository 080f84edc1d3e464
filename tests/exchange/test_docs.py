"""The reference page of PyPSA runs, and names all that is refused."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest

from seawall.exchange import losses

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "pypsa.md"


@pytest.mark.filterwarnings("ignore")
def test_the_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    try:
        exec(compile(code, str(PAGE), "exec"), names)
    finally:
        logging.disable(before)
    result = names["result"]
    assert result.summary()["unserved"] > 1.0  # type: ignore[attr-defined]


def test_the_page_names_every_attribute_that_is_refused() -> None:
    text = PAGE.read_text(encoding="utf-8").partition("## What cannot be carried over")[2]
    told = set(re.findall(r"`(\w+)`", text.partition("## What an export")[0]))
    refused = {attribute for _, attribute, *_ in (*losses._STATIC, *losses._SERIES)}
    assert refused <= told
