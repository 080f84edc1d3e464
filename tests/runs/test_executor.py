"""Spreading work over processes: order, progress, failures that name themselves, dead workers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from tests.conftest import DATA

from seawall.errors import InputError, Problem, SeawallError, UnknownName, UsageError
from seawall.runs.executor import spread
from seawall.study import Study, read


def slow_square(x: int) -> int:
    """The first items take longest, so that answers come in another order."""
    time.sleep(0.2 if x == 0 else 0.0)
    return x * x


def where(_: int) -> int:
    return os.getpid()


def fail_at_two(x: int) -> int:
    if x == 2:
        raise UnknownName("place", "JPX", ["JPN", "IND"])
    return x


def refuse(x: int) -> int:
    raise InputError([Problem("lanes.csv", 3, "base", "x", "not a number", "a number")], f"{x}")


def die_once(folder: Path, x: int) -> int:
    """The worker of item 1 is killed the first time."""
    mark = folder / "died"
    if x == 1 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return x + 1


def die(x: int) -> int:
    if x == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return x


def local_error(x: int) -> int:
    class Odd(Exception):
        """Cannot be pickled: its class is inside a function."""

    raise Odd(f"odd {x}")


def unsendable(x: int) -> object:
    return lambda: x


def digest(study: Study, x: int) -> str:
    return f"{x} {study.digest()}"


def interrupt_parent(x: int) -> int:
    if x == 0:
        os.kill(os.getppid(), signal.SIGINT)
    time.sleep(30)
    return x


class Spiteful:
    """A function that cannot be unpickled: what it does instead is up to `how`."""

    def __init__(self, how: str) -> None:
        self.how = how

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return spoil, (self.how,)

    def __call__(self, x: int) -> int:
        return x


def spoil(how: str) -> None:
    if how == "die":
        os._exit(3)
    raise ValueError(f"spoilt: {how}")


class Count:
    """A progress that keeps what it is told."""

    def __init__(self) -> None:
        self.total, self.done, self.text = 0, 0, ""

    def start(self, total: int, text: str) -> None:
        self.total, self.text = total, text

    def advance(self, n: int = 1) -> None:
        self.done += n

    def note(self, text: str) -> None:
        raise AssertionError(text)


@pytest.mark.parametrize("workers", [1, 2])
def test_answers_come_in_the_order_of_the_items(workers: int):
    """Whichever is ready first, and every item is counted once."""
    count = Count()
    answers = spread(slow_square, range(7), workers, count, text="squares")
    assert answers == [0, 1, 4, 9, 16, 25, 36]
    assert (count.total, count.done, count.text) == (7, 7, "squares")


def test_several_workers_are_other_processes():
    """One worker is this process; two are two others."""
    assert set(spread(where, range(3), 1)) == {os.getpid()}
    others = set(spread(where, range(12), 2))
    assert os.getpid() not in others
    assert 1 <= len(others) <= 2


def test_nothing_to_do_is_done():
    """No items, no answers, and more workers than items do no harm."""
    assert spread(slow_square, [], 3) == []
    assert spread(slow_square, [5], 3) == [25]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_item_that_fails_names_itself(workers: int):
    """The error keeps its class, exit code and attributes, and is led by the item."""
    with pytest.raises(UnknownName) as caught:
        spread(fail_at_two, range(4), workers, name=lambda x: f"case {x}")
    assert str(caught.value).startswith('case 2: no place "JPX"')
    assert caught.value.exit_code == 2
    assert "JPN" in caught.value.suggestions


@pytest.mark.parametrize("workers", [1, 2])
def test_problems_of_input_come_back_whole(workers: int):
    """An error whose constructor takes something else survives the way between processes."""
    with pytest.raises(InputError, match="item 7: 1 problem in 7") as caught:
        spread(refuse, [7, 7], workers, name=lambda x: f"item {x}")
    assert caught.value.problems[0].row == 3


def test_an_error_that_cannot_be_sent_is_told_in_words():
    """Its class and message are kept as text."""
    with pytest.raises(RuntimeError, match="4: Odd: odd 4"):
        spread(local_error, [4, 4], 2)


def test_an_answer_that_cannot_be_sent_is_an_error_of_its_item():
    """Not a dead worker."""
    with pytest.raises(Exception, match=r"pickle|local object") as caught:
        spread(unsendable, [3, 3], 2)
    assert "3: " in str(caught.value)


def test_a_worker_that_dies_loses_nothing(tmp_path: Path):
    """Its item is tried by another worker."""
    assert spread(partial(die_once, tmp_path), range(6), 2) == [1, 2, 3, 4, 5, 6]
    assert (tmp_path / "died").exists()


def test_an_item_that_kills_every_worker_is_named():
    """It is tried twice."""
    with pytest.raises(SeawallError, match=r"1: the process that worked on it died 2 times"):
        spread(die, range(6), 2)


@pytest.mark.parametrize("size", [1, 1_000_000])
def test_a_main_module_that_workers_cannot_import_is_an_error(size: int):
    """Code from standard input has no file: every worker dies as it starts, and however much is to
    be sent to them, nobody waits for them for ever."""
    code = f"""
from functools import partial
from seawall.runs.executor import spread
spread(partial(max, b"x" * {size}), [b"1", b"2", b"3"], 2)
"""
    done = subprocess.run(
        [sys.executable, "-"], input=code, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    told = done.stderr.splitlines()[-1]
    assert "3 worker processes in a row died as they started (exit 1)" in told
    assert "`if __name__ == '__main__':`" in told


def test_a_script_that_calls_without_a_guard_is_told_so(tmp_path: Path):
    """Each worker would start workers of its own."""
    script = tmp_path / "script.py"
    script.write_text("from seawall.runs.executor import spread\nprint(spread(abs, [-1, -2], 2))\n")
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "worker processes in a row died as they started" in done.stderr.splitlines()[-1]
    assert done.stdout == ""
    script.write_text(
        "from seawall.runs.executor import spread\n"
        "if __name__ == '__main__':\n    print(spread(abs, [-1, -2], 2))\n"
    )
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "[1, 2]\n"


def test_workers_that_die_of_the_function_are_not_started_for_ever():
    """Whether they had an item by then or not."""
    with pytest.raises(SeawallError, match=r"died .*\(exit 3\)"):
        spread(Spiteful("die"), range(4), 2)


def test_a_function_that_cannot_be_unpickled_says_why():
    """Its own error, not that of a dead process."""
    with pytest.raises(ValueError, match="spoilt: raise"):
        spread(Spiteful("raise"), range(4), 2)


def test_an_interruption_stops_the_workers():
    """Ctrl-C comes through at once, not after the items."""
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        spread(interrupt_parent, range(2), 2)
    assert time.monotonic() - begin < 20


def test_a_study_can_be_sent():
    """A study reaches workers as it is."""
    study = read(DATA / "twelve")
    assert spread(partial(digest, study), [1, 2], 2) == [digest(study, 1), digest(study, 2)]


@pytest.mark.parametrize("workers", [0, -1])
def test_somebody_does_the_work(workers: int):
    """Fewer than one worker is a mistake."""
    with pytest.raises(UsageError, match="at least one worker"):
        spread(slow_square, [1], workers)
