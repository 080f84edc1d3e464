"""Spreading many independent computations over processes.

Each worker gets the function once and then one item after the other.  A worker that dies takes
nothing with it but its own item, which another worker tries once more.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import traceback
from collections import deque
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, TypeVar

from seawall.errors import Interrupted, SeawallError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from multiprocessing.process import BaseProcess

    from seawall.runs.kept import Kept
    from seawall.runs.progress import Progress

Item = TypeVar("Item")
Answer = TypeVar("Answer")

#: Times that an item is tried whose worker dies.
_TRIES = 2
#: Workers in a row that may die before they have an item.
_STARTS = 3
_PATIENCE = 5.0  # seconds that a worker gets to end


def spread(
    function: Callable[[Item], Answer],
    items: Iterable[Item],
    workers: int = 1,
    progress: Progress | None = None,
    *,
    text: str = "items",
    name: Callable[[Item], str] = str,
    kept: Kept | None = None,
) -> list[Answer]:
    """Return `function(item)` of every item, in the order of the items.

    Parameters
    ----------
    function
        With several workers it must be picklable, as must items and answers: a function of a
        module, or `functools.partial` of one. It is sent once to each worker.
    workers
        Processes. With 1 everything happens in this one.
    text, name
        What the progress and errors call the items, and each of them.
    kept
        Where finished items are kept by their names. Those that are there already are not computed
        again.

    Raises
    ------
    UsageError
        When `workers` is below 1.
    SeawallError
        When workers die as they start, because the main module cannot be imported again, or an
        item kills its workers.
    Exception
        What the first item to fail raised, its message led by the item's name; work on the others
        is stopped. So it is when the caller is interrupted.
    Interrupted
        The user stopped it and items are kept: how many of how many.
    """
    todo = list(items)
    if workers < 1:
        raise UsageError(f"at least one worker does the work, not {workers}")
    store = _Answers(todo, name, kept, progress)
    if progress:
        progress.start(len(todo), text)
    try:
        left = store.left()
        if workers > 1 and len(left) > 1:
            _Pool(function, todo, left, min(workers, len(left)), store.add, name).run()
        else:
            for at in left:
                try:
                    answer = function(todo[at])
                except Exception as error:
                    _lead(error, name(todo[at]))
                    raise
                store.add(at, answer)
    except KeyboardInterrupt as error:
        if kept is None:
            raise
        raise Interrupted(f"{store.count()} of {len(todo)} {text} are kept") from error
    return [store.found[at] for at in range(len(todo))]


class _Answers:
    """The answers of one call of `spread` by the place of their items, and where they are kept."""

    def __init__(
        self,
        items: list[Any],
        name: Callable[[Any], str],
        kept: Kept | None,
        progress: Progress | None,
    ) -> None:
        self.kept, self.progress = kept, progress
        self.keys = [] if kept is None else [name(item) for item in items]
        if len(set(self.keys)) < len(self.keys):
            raise ValueError("items are kept by their names, and two have the same")
        self.all = range(len(items))
        self.found: dict[int, Any] = {}

    def left(self) -> list[int]:
        """Take what is kept already; the places of the items that remain to be done."""
        if self.kept is not None:
            for at in self.all:
                answer = self.kept.get(self.keys[at])
                if answer is not None:
                    self.found[at] = answer
            if self.progress and self.found:
                self.progress.advance(len(self.found))
        return [at for at in self.all if at not in self.found]

    def count(self) -> int:
        """How many are kept: the interrupt may have come just after one was."""
        return sum(self.kept is not None and self.kept.get(key) is not None for key in self.keys)

    def add(self, at: int, answer: Any) -> None:
        """Take the answer of an item that was computed."""
        if self.kept is not None:
            self.kept.put(self.keys[at], answer)
        self.found[at] = answer
        if self.progress:
            self.progress.advance(1)


def _lead(error: Exception, name: str) -> None:
    """Put the name of the item before the message of an error."""
    if error.args and isinstance(error.args[0], str):
        error.args = (f"{name}: {error.args[0]}", *error.args[1:])
    else:
        error.add_note(f"in {name}")


@dataclass
class _Worker:
    """A process, the line to it, whether it has reported, and the item that it works on."""

    process: BaseProcess
    line: Connection
    ready: bool = False
    at: int | None = None


class _Pool:
    """The workers of one call of `spread`."""

    def __init__(
        self,
        function: Callable[[Any], Any],
        items: list[Any],
        left: list[int],
        workers: int,
        done: Callable[[int, Any], None],
        name: Callable[[Any], str],
    ) -> None:
        self.function = pickle.dumps(function)
        self.items, self.done, self.name = items, done, name
        # A fork would copy the threads of a loaded solver, and hang.
        self.context = multiprocessing.get_context("spawn")
        self.waiting = deque(left)
        self.open = len(left)
        self.tries = [0] * len(items)
        self.wanted = workers
        self.workers: list[_Worker] = []
        self.failed_starts = 0

    def run(self) -> None:
        """Hand out the items and hand over the answers as they come."""
        try:
            while self.open:
                self._employ()
                lines = {worker.line: worker for worker in self.workers}
                for line in wait(list(lines)):
                    self._hear(lines[line])  # type: ignore[index]
        finally:
            for worker in self.workers:
                worker.process.terminate()
            for worker in self.workers:
                worker.process.join(_PATIENCE)
                worker.line.close()

    def _employ(self) -> None:
        """Give every idle worker an item; start workers while there is more to do."""
        while self.waiting and len(self.workers) < self.wanted:
            here, there = self.context.Pipe()
            # Nothing large goes along: `start` would wait for ever for a process that died before
            # it had read all of it.  The line reports a death, so the function goes over the line.
            process = self.context.Process(target=_work, args=(there,), daemon=True)
            process.start()
            there.close()
            self.workers.append(_Worker(process, here))
        for worker in list(self.workers):
            if worker.ready and worker.at is None and self.waiting:
                worker.at = self.waiting.popleft()
                self.tries[worker.at] += 1
                self._say(worker, self.items[worker.at])

    def _say(self, worker: _Worker, what: object) -> None:
        """Send something to a worker, unless it is dead."""
        try:
            worker.line.send(what)
        except (BrokenPipeError, ConnectionResetError):
            self._bury(worker)

    def _hear(self, worker: _Worker) -> None:
        """Take what a worker says: that it is ready, an answer, an error, or that it is dead."""
        try:
            good, said = worker.line.recv()
        except (EOFError, ConnectionResetError):
            self._bury(worker)
            return
        if not good:
            if worker.at is not None:
                _lead(said, self.name(self.items[worker.at]))
            raise said
        if not worker.ready:
            worker.ready = True
            self._say(worker, self.function)
            return
        assert worker.at is not None
        at, worker.at = worker.at, None
        self.failed_starts = 0
        self.open -= 1
        self.done(at, said)

    def _bury(self, worker: _Worker) -> None:
        """Take a dead worker's item back, unless it has killed before."""
        self.workers.remove(worker)
        worker.process.join(_PATIENCE)
        worker.line.close()
        at = worker.at
        if at is None:
            self.failed_starts += 1
            if self.failed_starts >= _STARTS:
                raise SeawallError(
                    f"{_STARTS} worker processes in a row died as they started (exit "
                    f"{worker.process.exitcode}): each imports the main module again, so several "
                    "workers need a script in a file, which calls from below "
                    "`if __name__ == '__main__':`; one worker needs no other process"
                )
            return
        if self.tries[at] >= _TRIES:
            raise SeawallError(
                f"{self.name(self.items[at])}: the process that worked on it died "
                f"{_TRIES} times (exit {worker.process.exitcode}); is there enough memory?"
            )
        self.waiting.appendleft(at)


def _work(line: Connection) -> None:
    """What a worker process does: function in, item in, answer out, until the line is cut."""
    # Ctrl-C goes to the whole group; the caller ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line.send((True, None))
    try:
        call = pickle.loads(line.recv())
    except EOFError:
        return
    except Exception as error:  # noqa: BLE001 - a function that is not to be found here
        line.send((False, _sendable(error)))
        return
    while True:
        try:
            item = line.recv()
        except EOFError:
            return
        try:
            answer = (True, call(item))
        except Exception as error:  # noqa: BLE001 - the caller raises it again
            answer = (False, _sendable(error))
        try:
            line.send(answer)
        except Exception as error:  # noqa: BLE001 - an answer that cannot be sent
            line.send((False, _sendable(error)))


def _sendable(error: Exception) -> Exception:
    """The error itself, or one that says the same where it cannot be pickled."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001 - whatever its pickling does
        error = RuntimeError(f"{type(error).__name__}: {error}")
    error.add_note(traceback.format_exc())
    return error
