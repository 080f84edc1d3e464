"""The command line: a thin shell around the functions of `seawall`.

Commands parse options, call one function, and print. What they import, they import when they are
called, so that `seawall --help` loads neither pandas nor a solver.
"""

# Importing a module adds its commands, in the order in which help lists them.
from seawall.cli import commands, stressing, mapping, desk  # noqa: F401, I001
from seawall.cli.app import app

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line and end the process with its exit code."""
    app(prog_name="seawall")
