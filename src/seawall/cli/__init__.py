"""The command line: a thin shell around the functions of `seawall`.

Commands parse options, call one function, and print. What they import, they import when they are
called, so that `seawall --help` loads neither pandas nor a solver.
"""

# Importing a module adds its commands, in the order in which help lists them.
# isort: off
from seawall.cli import commands as _commands  # noqa: F401
from seawall.cli import stressing as _stressing  # noqa: F401
from seawall.cli import redirecting as _redirecting  # noqa: F401
from seawall.cli import declaring as _declaring  # noqa: F401
from seawall.cli import siting as _siting  # noqa: F401
from seawall.cli import refining_hubs as _refining_hubs  # noqa: F401
from seawall.cli import tracking as _tracking  # noqa: F401
from seawall.cli import refreshing as _refreshing  # noqa: F401
from seawall.cli import mapping as _mapping  # noqa: F401
from seawall.cli import shelving as _shelving  # noqa: F401
from seawall.cli import desk as _desk  # noqa: F401
from seawall.cli import diffing as _diffing  # noqa: F401
from seawall.cli import studies as _studies  # noqa: F401
from seawall.cli import exchanging as _exchanging  # noqa: F401
from seawall.cli import briefing as _briefing  # noqa: F401

# isort: on
from seawall.cli.app import app

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line and end the process with its exit code."""
    app(prog_name="seawall")
