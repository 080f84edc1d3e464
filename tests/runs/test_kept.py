"""Finished items: every digit comes back, and an interrupted computation goes on from them."""

from __future__ import annotations

import math
import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from seawall.errors import IntegrityError, Interrupted
from seawall.runs import KeptFolder, Packed
from seawall.runs.executor import spread


@pytest.fixture
def kept(tmp_path: Path) -> KeptFolder:
    return KeptFolder(tmp_path / "partial" / "0123456789ab")


@pytest.mark.parametrize(
    "value",
    [
        0.1 + 0.2, -0.0, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, 1 / 3, 0, 10**20,
        True, "日本 हिन्दी \u2028", [], {"a": [1.5, None]},
    ],
)  # fmt: skip
def test_every_digit_comes_back(kept: KeptFolder, value: object):
    kept.put("a key / with : signs", value)
    found = kept.get("a key / with : signs")
    assert found == value
    assert type(found) is type(value)
    assert math.copysign(1.0, -0.0) == -1.0
    if value == 0 and isinstance(value, float):
        assert math.copysign(1.0, found) == -1.0  # type: ignore[arg-type]


def test_nan_and_numbers_of_numpy(kept: KeptFolder):
    kept.put("nan", [float("nan"), np.float64(0.1), np.int64(3), np.array([1.5, 2.5]), np.bool_(1)])
    found = kept.get("nan")
    assert found is not None
    assert math.isnan(found[0])
    assert found[1:] == [0.1, 3, [1.5, 2.5], True]


def test_what_is_not_there(kept: KeptFolder):
    assert kept.get("never") is None
    assert not kept.folder.exists()
    kept.remove()


def test_what_json_cannot_hold(kept: KeptFolder):
    with pytest.raises(TypeError, match="can't be kept"):
        kept.put("x", {1, 2})
    packed = Packed(kept, sorted, set)
    packed.put("x", {1, 2})
    assert packed.get("x") == {1, 2}
    assert packed.get("y") is None


@pytest.mark.parametrize("text", ["", "[]", '{"key": "x", "answer": 1}'])
def test_an_edited_item_is_told(kept: KeptFolder, text: str):
    kept.put("x", 1.5)
    (path,) = kept.folder.iterdir()
    path.write_text(text)
    with pytest.raises(IntegrityError, match="has changed since it was written"):
        kept.get("x")


def test_an_edited_answer_is_told(kept: KeptFolder):
    kept.put("x", 1.5)
    (path,) = kept.folder.iterdir()
    path.write_text(path.read_text().replace("1.5", "2.5"))
    with pytest.raises(IntegrityError):
        kept.get("x")


def test_all_is_forgotten(kept: KeptFolder):
    kept.put("x", 1)
    kept.put("y", 2)
    kept.remove()
    assert not kept.folder.exists()


def square(x: int) -> float:
    return x * x / 7


def interrupted_at_three(x: int) -> float:
    if x == 3:
        raise KeyboardInterrupt
    return square(x)


def slow(x: int) -> float:
    """Interrupts the parent once some items are done."""
    if x == 5:
        time.sleep(1.0)
        os.kill(os.getppid(), signal.SIGINT)
        time.sleep(30)
    return square(x)


class Count:
    """A progress that counts."""

    def __init__(self) -> None:
        self.total, self.done = 0, 0

    def start(self, total: int, text: str) -> None:
        self.total = total

    def advance(self, n: int = 1) -> None:
        self.done += n

    def note(self, text: str) -> None:
        raise AssertionError(text)


@pytest.mark.parametrize("workers", [1, 2])
def test_kept_items_are_not_computed_again(kept: KeptFolder, workers: int):
    with pytest.raises(Interrupted, match="3 of 8 squares are kept"):
        spread(interrupted_at_three, range(8), text="squares", kept=kept)
    asked = []

    def ask(x: int) -> float:
        asked.append(x)
        return square(x)

    count = Count()
    function = ask if workers == 1 else square
    answers = spread(function, range(8), workers, count, text="squares", kept=kept)
    assert answers == [square(x) for x in range(8)]
    assert asked == ([3, 4, 5, 6, 7] if workers == 1 else [])
    assert (count.total, count.done) == (8, 8)
    assert spread(interrupted_at_three, range(8), kept=kept) == answers


def test_an_interrupted_pool_keeps_what_is_done(kept: KeptFolder):
    with pytest.raises(Interrupted, match=r"\d of 6 squares are kept"):
        spread(slow, range(6), 2, text="squares", kept=kept)
    done = [x for x in range(6) if kept.get(str(x)) is not None]
    assert len(done) == 5
    assert spread(square, range(6), kept=kept) == [square(x) for x in range(6)]


def test_without_a_place_to_keep_it_is_the_interrupt_itself():
    with pytest.raises(KeyboardInterrupt):
        spread(interrupted_at_three, range(8))


def test_two_items_of_one_name_cannot_be_kept(kept: KeptFolder):
    with pytest.raises(ValueError, match="two have the same"):
        spread(square, [1, 1], kept=kept)
