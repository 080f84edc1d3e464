"""Progress goes where people look and nowhere else."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from seawall.runs import Progress, SilentProgress, TerminalProgress


def work(progress: Progress) -> None:
    progress.start(2, "solving")
    progress.advance()
    progress.note("[hormuz] solved")
    progress.advance(1)
    progress.start(1, "writing")
    progress.advance()


def test_silence_is_silent(capfd: pytest.CaptureFixture[str]):
    work(SilentProgress())
    assert capfd.readouterr() == ("", "")


def test_notes_go_to_standard_error_and_bars_only_to_terminals(capfd: pytest.CaptureFixture[str]):
    with TerminalProgress() as progress:
        work(progress)
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err == "[hormuz] solved\n"


def test_a_terminal_sees_a_bar():
    screen = io.StringIO()
    with TerminalProgress(Console(file=screen, force_terminal=True, width=80)) as progress:
        work(progress)
    assert "writing" in screen.getvalue()
    assert "1/1" in screen.getvalue()
