"""Small answers to put on a shelf, without computing anything."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any

import pandas as pd
from tests.conftest import DATA

from seawall.questions.result import Result
from seawall.study import Study, read

TABLE = pd.DataFrame({"place": ["JPN", "NA"], "unserved": [0.1 + 0.2, None], "rank": [1, 2]})


@cache
def three() -> Study:
    """The smallest study of the tests."""
    return read(DATA / "three")


def titled(title: str) -> Study:
    """The same with another title, and so with another digest."""
    study = three()
    return dataclasses.replace(study, settings=study.settings.model_copy(update={"title": title}))


def answer(
    number: float = 1.0,
    study: Study | None = None,
    tables: dict[str, pd.DataFrame] | None = None,
    **asked: Any,
) -> Result:
    """What a stress test gives back; `number` tells one from another."""
    of = study or three()
    identity = {
        "question": "stress", "study": of.name, "digest": of.digest(),
        "variants": dict(of.selected), "responses": ["market"],
        "scenario": {"name": "gate-60d", "title": "The gate shut", "depth": number},
    }  # fmt: skip
    return Result(
        question="stress",
        identity=identity | asked,
        tables=tables or {"indicators": TABLE.assign(depth=number)},
        figures={"title": "The gate shut", "responses": {"market": {"loss": 12345.6 * number}}},
        units={"loss": "million USD"},
        study=of,
    )
