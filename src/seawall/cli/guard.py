"""How a command ends: one message on standard error and an exit code, no traceback.

    0 ok, 1 unexpected, 2 usage, 3 input invalid, 4 infeasible, 5 limit reached with a result,
    6 integrity, 130 interrupted

`SEAWALL_DEBUG=1` shows the traceback of any error.
"""

from __future__ import annotations

import functools
import os
import sys
import traceback
from collections.abc import Callable
from typing import NoReturn, ParamSpec

import typer

from seawall.errors import SeawallError

DEBUG = "SEAWALL_DEBUG"
UNEXPECTED = 1
INTERRUPTED = 130

Arguments = ParamSpec("Arguments")


def guarded(command: Callable[Arguments, None]) -> Callable[Arguments, None]:
    """Wrap a command so that every way to fail has its exit code."""

    @functools.wraps(command)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (typer.Exit, typer.Abort, typer.BadParameter, BrokenPipeError):
            raise  # typer knows what to do with these
        except SeawallError as error:
            fail(str(error), error.exit_code)
        except KeyboardInterrupt:
            fail("interrupted", INTERRUPTED)
        except OSError as error:  # a full disk, a folder that may not be written
            fail(f"{error.filename or 'file'}: {error.strerror or error}", UNEXPECTED)
        except Exception as error:  # noqa: BLE001 - the last stop before the user
            fail(f"unexpected {type(error).__name__}: {error} ({DEBUG}=1 shows where)", UNEXPECTED)

    return run


def fail(message: str, code: int) -> NoReturn:
    """Print a message, and the traceback if asked for, and end with `code`."""
    if os.environ.get(DEBUG) == "1" and sys.exc_info()[0] is not None:
        traceback.print_exc()
    typer.echo(f"seawall: {message}", err=True)
    raise typer.Exit(code)
