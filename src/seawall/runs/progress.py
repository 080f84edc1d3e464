"""Telling the user how far a computation has come.

Questions take a `Progress` and know nothing of terminals. Text goes to standard error, never to
standard output, which belongs to results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console


class Progress(Protocol):
    """What a computation may say while it runs."""

    def start(self, total: int, text: str) -> None:
        """Begin a part of `total` steps; the part before is finished."""

    def advance(self, n: int = 1) -> None:
        """Report that `n` more steps of the part are done."""

    def note(self, text: str) -> None:
        """Say one line that is worth keeping."""


class SilentProgress:
    """Says nothing: the default of every question."""

    def start(self, total: int, text: str) -> None:
        """Do nothing."""

    def advance(self, n: int = 1) -> None:
        """Do nothing."""

    def note(self, text: str) -> None:
        """Do nothing."""


class TerminalProgress:
    """A bar on standard error while that is a terminal; notes as plain lines everywhere.

    Parameters
    ----------
    console
        Where to write. None writes to standard error.
    """

    def __init__(self, console: Console | None = None) -> None:
        from rich.console import Console as _Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            TextColumn,
            TimeElapsedColumn,
        )
        from rich.progress import Progress as _Bars

        self._console = console or _Console(stderr=True)
        self._bars = _Bars(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._bars.add_task("", total=None, visible=False)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def start(self, total: int, text: str) -> None:
        """Show a new bar in place of the last one."""
        self._bars.reset(self._task, total=total, description=text, visible=True)

    def advance(self, n: int = 1) -> None:
        """Move the bar."""
        self._bars.advance(self._task, n)

    def note(self, text: str) -> None:
        """Print a line above the bar."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)
