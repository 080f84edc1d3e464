"""Every error that Seawall raises on purpose.

    SeawallError               exit 1   the root; itself only for what fits nowhere else
    +-- UsageError             exit 2   the question is put wrongly (options, arguments)
    |   +-- UnknownName        exit 2   no study, scenario, place ... of that name
    +-- InputError             exit 3   tables or settings that break a rule; lists every problem
    +-- UnitError              exit 3   an unknown unit, or two units that do not convert
    +-- Infeasible             exit 4   no plan meets all limits
    +-- LimitReached           exit 5   stopped at a limit of time or size, with a result
    +-- IntegrityError         exit 6   stored files do not match their hash or their own record
    +-- SolverError            exit 1   the solver stopped without an answer that can be certified
    +-- Interrupted            exit 130 the user stopped the run

`exit_code` is what the command line returns for the error.
"""

from __future__ import annotations

import bisect
import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Infeasible",
    "InputError",
    "IntegrityError",
    "Interrupted",
    "LimitReached",
    "Problem",
    "SeawallError",
    "SolverError",
    "UnitError",
    "UnknownName",
    "UsageError",
    "did_you_mean",
    "suggest",
]

_SHOWN = 80  # characters of a value that a message repeats; a cell may be as long as a book
_COMPARED = 500  # names that a misspelt one is compared with


class SeawallError(Exception):
    """Root of all errors that are raised on purpose."""

    exit_code: ClassVar[int] = 1

    def __reduce__(self) -> tuple[Any, ...]:
        # Arguments of the constructors differ from what is kept, and worker processes send errors.
        return _restored, (type(self), self.args, dict(self.__dict__))


def _restored(
    kind: type[SeawallError], args: tuple[object, ...], kept: dict[str, object]
) -> SeawallError:
    """The error that was pickled, without constructing it anew."""
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(kept)
    return error


class UsageError(SeawallError):
    """The question is put wrongly: an option or an argument that cannot be meant."""

    exit_code: ClassVar[int] = 2


class UnknownName(UsageError):
    """There is nothing of that name.

    Parameters
    ----------
    kind
        What was looked for, e.g. "study" or "scenario".
    name
        The name as it was given.
    known
        All names that exist; those close to `name` become suggestions.

    Attributes
    ----------
    suggestions
        The closest known names, best first; empty where nothing is close.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str] = ()) -> None:
        self.kind = kind
        self.name = name
        self.known = tuple(sorted(set(known)))
        self.suggestions = suggest(name, self.known)
        hint = did_you_mean(name, self.known)
        if not hint and 0 < len(self.known) <= 12:
            hint = "known: " + ", ".join(self.known)
        super().__init__(f"no {kind} {quote(name)}" + (f"; {hint}" if hint else ""))


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one place of the input.

    Attributes
    ----------
    file
        Name of the file inside the study's folder, e.g. "lanes.csv".
    row
        Physical line in that file, the header being line 1; None: the file as a whole.
    column
        Column name, or key path in a TOML file ("model.kink"); blank where the row is meant.
    value
        The cell as it was written.
    rule
        The rule that it breaks.
    fix
        What would be right.
    """

    file: str
    row: int | None
    column: str
    value: str
    rule: str
    fix: str = ""

    def __str__(self) -> str:
        where = self.file + (f":{self.row}" if self.row else "")
        where += f":{self.column}" if self.column else ""
        text = f"{where}: {quote(self.value)}: {self.rule}"
        return f"{text}; {self.fix}" if self.fix else text


#: Problems that a message lists; a wrong column of a long table has one in every row.
MOST_TOLD = 2_000


class InputError(SeawallError):
    """The input breaks rules. Lists every problem of every file, not only the first.

    Attributes
    ----------
    problems
        All problems, in the order of file, row and column.
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, problems: Iterable[Problem], title: str = "") -> None:
        unique = dict.fromkeys(problems)
        self.problems: tuple[Problem, ...] = tuple(
            sorted(unique, key=lambda p: (p.file, p.row or 0, p.column))
        )
        count = len(self.problems)
        head = f"{count} problem{'' if count == 1 else 's'}" + (f" in {title}" if title else "")
        lines = [head, *(f"  {problem}" for problem in self.problems[:MOST_TOLD])]
        if count > MOST_TOLD:
            lines.append(f"  and {count - MOST_TOLD:,} more")
        super().__init__("\n".join(lines))


class UnitError(SeawallError):
    """A unit that is not in the list, or two units between which nothing converts."""

    exit_code: ClassVar[int] = 3


class Infeasible(SeawallError):
    """No point meets all rows and bounds: the set of plans is empty.

    With waiting stock and disposal a stress test always has a plan, so this means a fault of the
    input (a contract on a lane that cannot carry it) and the message should name it.
    """

    exit_code: ClassVar[int] = 4


class LimitReached(SeawallError):
    """A limit of time or size was reached.

    Attributes
    ----------
    result
        The best answer so far, with its bounds; None only if there was none yet.
    """

    exit_code: ClassVar[int] = 5

    def __init__(self, message: str, result: object = None) -> None:
        self.result = result
        super().__init__(message)


class IntegrityError(SeawallError):
    """Stored content differs from its hash, or from what its record says."""

    exit_code: ClassVar[int] = 6


class SolverError(SeawallError):
    """The solver stopped, warned, or gave an answer that our own residuals do not certify."""

    exit_code: ClassVar[int] = 1


class Interrupted(SeawallError):
    """The user stopped the run; nothing half-written is left behind."""

    exit_code: ClassVar[int] = 130


def suggest(name: str, known: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """Return up to `limit` known names close to `name`, best first, whatever their case.

    >>> suggest("hormus", ["hormuz", "malacca"])
    ('hormuz',)
    """
    spelled: dict[str, str] = {}
    for item in known:
        spelled.setdefault(item.casefold(), item)
    # Long junk (a whole cell pasted by mistake) is never a near miss and would cost seconds.
    if len(name) > 200:
        return ()
    names = list(spelled)
    if len(names) > _COMPARED:
        # Comparing with ten thousand names takes seconds; a slip seldom hits the first letters.
        names.sort()
        at = bisect.bisect(names, name.casefold())
        names = names[max(0, at - _COMPARED // 2) : at + _COMPARED // 2]
    close = difflib.get_close_matches(name.casefold(), names, n=limit, cutoff=0.6)
    return tuple(spelled[item] for item in close)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return 'did you mean "a" or "b"?', or a blank string if nothing is close.

    >>> did_you_mean("malaca", ["hormuz", "malacca"])
    'did you mean "malacca"?'
    """
    close = suggest(name, known)
    if not close:
        return ""
    return "did you mean " + " or ".join(f'"{item}"' for item in close) + "?"


def quote(value: str) -> str:
    """Return the value in quotes on one line, control characters shown, cut when it is long."""
    shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}... ({len(value):,} characters)"
    return '"' + "".join(c if c.isprintable() else repr(c)[1:-1] for c in shown) + '"'
